"""The declared tables for people: where each is kept, what identifies a row, and what is in its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sos_sim.runs.contracts import KINDS, Column, Contract
from sos_sim.runs.csv_text import csv_text

Row = dict[str, str]
Places = Mapping[str, Mapping[str, Contract]]
"""Contracts by name of table, by where such tables are found."""

COLUMNS = ("found", "table", "key", "column", "type", "unit", "allowed", "meaning")
_MOST_CODES = 12
_PREFACE = """# Tables

Made from the declarations in the code; refresh it with `sos-sim tables --format markdown > docs/tables.md`.

A study keeps its tables as Parquet files in its results folder, `NAME.parquet`, in full precision. Every table is
checked when it is kept and again when it is read, so a folder that is damaged or was made by another version is
refused with the table and the column named.

- **key** is what identifies a row: no two rows share it.
- **type**: a number may be missing (NaN), as its meaning says; a whole number, a truth value and a text never are,
  though a text may be empty.
- **unit**: "that of the measure" and the like is told in the row itself, by its `unit` or the measure it names.

The tables beside a page, `tables/NAME.csv`, are for spreadsheets: these tables, or rows and columns of them with
words added, and a few that only a page has. `tables/README.txt` says of every file what its columns mean, with units.
UTF-8 with a byte-order mark, so that Excel shows the pound sign, and at most six significant digits. A text that
begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe in front, so that no spreadsheet takes
it for a formula; numbers stay numbers.
"""


def table_rows(places: Places) -> list[Row]:
    """One row for each declared column, and one without a column for what else a table holds; keys are ``COLUMNS``."""
    return [
        row for place, contracts in places.items() for contract in contracts.values() for row in _rows(place, contract)
    ]


def as_csv(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows as CSV with a header line."""
    return csv_text(COLUMNS, (list(row.values()) for row in rows))


def as_markdown(places: Places) -> str:
    """A markdown page: how to read it, then a section a place and a table a contract."""
    parts = [_PREFACE]
    for place, contracts in places.items():
        parts.append(f"## {place[:1].upper()}{place[1:]}\n")
        parts += [_section(contract) for contract in contracts.values()]
    return "\n".join(parts)


def _rows(place: str, contract: Contract) -> list[Row]:
    about = {"found": place, "table": contract.name, "key": ", ".join(contract.key)}
    rows = [{**about, **_told(column)} for column in contract.columns]
    if contract.further:
        rows.append({**about, "column": "", "type": "", "unit": "", "allowed": "", "meaning": contract.further})
    return rows


def _told(column: Column) -> Row:
    codes = ", ".join(repr(code) for code in column.codes[:_MOST_CODES])
    more = f" and {len(column.codes) - _MOST_CODES} more" if len(column.codes) > _MOST_CODES else ""
    kind = KINDS[column.kind].removesuffix("s")
    return {
        "column": column.name,
        "type": kind,
        "unit": column.unit,
        "allowed": codes + more,
        "meaning": column.meaning,
    }


def _section(contract: Contract) -> str:
    lines = [f"### `{contract.name}`", "", contract.meaning, ""]
    if contract.key:
        lines += ["Key: " + ", ".join(f"`{name}`" for name in contract.key) + ".", ""]
    if contract.columns:
        lines += ["| column | type | unit | meaning |", "| --- | --- | --- | --- |"]
    for row in map(_told, contract.columns):
        allowed = f" Allowed: {row['allowed']}." if row["allowed"] else ""
        cells = (f"`{row['column']}`", row["type"], row["unit"], row["meaning"] + (f".{allowed}" if allowed else ""))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    if contract.further:
        lines += ["", f"Further columns: {contract.further}."]
    return "\n".join(lines) + "\n"
