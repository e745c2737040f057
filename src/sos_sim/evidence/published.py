"""The Department for Education's published tables of local authorities, read as they are downloaded.

The files are those of explore-education-statistics: one row an authority and year, identifying columns
in an order that differs by file, then figures. A table is known by its columns, not by the name of its
file. Cells that hold a symbol instead of a number (suppressed, unreliable, not applicable) are kept as
gaps with their symbol. Contains public sector information licensed under the Open Government Licence v3.0.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sos_sim.core.errors import EvidenceError

SYMBOLS: Mapping[str, str] = {
    "c": "suppressed",
    "k": "rounds to nothing",
    "low": "rounds to nothing",
    "z": "does not apply",
    "x": "not available",
    "u": "unreliable",
    ":": "not available",
    "..": "not available",
    "-": "not available",
    "": "blank",
}
"""What a cell without a number says, by its symbol."""
_IDENTITY = ("time_period", "geographic_level", "old_la_code", "new_la_code", "la_name")
_AUTHORITY_ROWS = "Local authority"


class Column(NamedTuple):
    """Where a figure stands: a column, and what the table's dividing column must say in its rows."""

    name: str
    only: str = ""


@dataclass(frozen=True)
class Table:
    """A published table: its title, its figures by the name used here, and how they are dated.

    ``divided_by`` is the column that tells kinds of rows apart, ``known_by`` one that no other table has.
    ``years_before`` is 1 where the ``time_period`` that lies within an outcome year (ending 31 March) is
    the year before: population of June, workforce of 30 September.
    """

    title: str
    figures: Mapping[str, Column]
    divided_by: str = ""
    known_by: str = ""
    years_before: int = 0

    def columns(self) -> set[str]:
        """Every column by which the table is known."""
        return {*(column.name for column in self.figures.values()), self.divided_by, self.known_by} - {""}


_LOOKED_AFTER = "Children {} each year"
TABLES = (
    Table(
        "Mid-year population estimates (ONS)",
        {"children": Column("population_estimate", "Children aged 0 to 17 years")},
        divided_by="age_group",
        years_before=1,
    ),
    Table(
        "Referrals and re-referrals",
        {
            "referrals": Column("referral_count"),
            "rereferrals": Column("rereferral_count"),
            "no_further_action": Column("no_further_action_count"),
            "not_in_need": Column("not_in_need_count"),
        },
    ),
    Table(
        "Children in need", {"need_started": Column("Started_episodes"), "need_at_31_march": Column("At31_episodes")}
    ),
    Table(
        "Section 47 enquiries and initial conferences",
        {"enquiries": Column("Section47"), "conferences": Column("ICPC")},
    ),
    Table(
        "Child protection plans started",
        {"plans_started": Column("CPP_start"), "plans_repeat": Column("CPP_subsequent")},
    ),
    Table(
        "Child protection plans at 31 March by duration",
        {"plans_at_31_march": Column("CPP_At31")},
        known_by="2_years_or_more",
    ),
    Table(
        "Children looked after: number and rate",
        {
            "care_started": Column("children_count", _LOOKED_AFTER.format("starting to be looked after")),
            "care_at_31_march": Column("children_count", _LOOKED_AFTER.format("looked after on 31 March")),
            "care_ceased": Column("children_count", _LOOKED_AFTER.format("ceasing to be looked after")),
        },
        divided_by="population_type",
    ),
    Table(
        "Children's social work workforce (census of 30 September)",
        {
            "in_post": Column("inpost_fte"),
            "leavers": Column("leavers_fte"),
            "agency": Column("agency_fte"),
            "vacancies": Column("vacancy_fte"),
            "case_holders": Column("case_holders_fte"),
            "cases": Column("cases"),
        },
        years_before=1,
    ),
)
TABLE_OF: Mapping[str, Table] = {figure: table for table in TABLES for figure in table.figures}


@dataclass(frozen=True)
class Published:
    """What a folder of published tables says.

    ``cells`` has a row for each authority, year and figure: figure, year (``time_period``; a span such as
    202223 is its last year), code (the department's, two joined by ' / ' where authorities report
    together), new_code (the Office for National Statistics'), name, value (NaN for a gap), symbol (of a
    gap, else ''). ``files`` names the file of each table by its title; absent tables are not in it.
    """

    folder: Path
    cells: pd.DataFrame
    files: Mapping[str, str]

    def missing(self) -> list[str]:
        """Titles of the tables that the folder does not hold."""
        return [table.title for table in TABLES if table.title not in self.files]


def read_published(folder: Path) -> Published:
    """All tables of a folder that are known here; other CSV files are left alone.

    Raises EvidenceError for a folder without any, two files of one table, and, with file, line and
    value, for cells that are neither a number nor a known symbol.
    """
    if not folder.is_dir():
        raise EvidenceError(f"{folder} is not a folder; give the one that holds the department's CSV files.")
    found: dict[str, Path] = {}
    for file in sorted(folder.glob("*.csv")):
        for table in _tables_in(file):
            if table.title in found:
                both = f"{found[table.title].name} and {file.name}"
                raise EvidenceError(f"{folder}: {both} both hold the table {table.title!r}; keep the newer one.")
            found[table.title] = file
    if not found:
        titles = "; ".join(table.title for table in TABLES)
        raise EvidenceError(f"{folder} holds none of the department's tables that are read: {titles}.")
    cells = [_cells(table, found[table.title]) for table in TABLES if table.title in found]
    files = {title: file.name for title, file in found.items()}
    return Published(folder, pd.concat(cells, ignore_index=True), files)


def _tables_in(file: Path) -> list[Table]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            header = set(next(csv.reader(lines), []))
    except (OSError, UnicodeDecodeError) as problem:
        raise EvidenceError(f"{file}: cannot be read as UTF-8 text ({problem}).") from problem
    return [table for table in TABLES if header.issuperset({*_IDENTITY, *table.columns()})]


def _cells(table: Table, file: Path) -> pd.DataFrame:
    """One row for each authority, year and figure of a table."""
    try:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as problem:
        raise EvidenceError(f"{file}: cannot be read as CSV ({str(problem).strip()}).") from problem
    rows = rows.apply(lambda column: column.str.strip())
    rows = rows[rows["geographic_level"] == _AUTHORITY_ROWS]
    rows = rows.assign(year=[_year(text, file, line) for line, text in _lines(rows["time_period"])])
    parts = [_figure(figure, column, table, rows, file) for figure, column in table.figures.items()]
    return pd.concat(parts, ignore_index=True)


def _figure(figure: str, column: Column, table: Table, rows: pd.DataFrame, file: Path) -> pd.DataFrame:
    of_kind = rows[rows[table.divided_by] == column.only] if table.divided_by else rows
    _refuse_repeats(of_kind, file)
    written = of_kind[column.name]
    value = pd.to_numeric(written.str.replace(",", ""), errors="coerce")
    for line, text in _lines(written[value.isna() & ~written.str.lower().isin(list(SYMBOLS))]):
        known = ", ".join(sorted(symbol for symbol in SYMBOLS if symbol))
        problem = f"{column.name} is {text!r}, neither a number nor one of the symbols {known}."
        raise EvidenceError(f"{file}, line {line}: {problem}")
    for line, text in _lines(written[(value < 0) | np.isinf(value)]):
        raise EvidenceError(f"{file}, line {line}: {column.name} is {text}, which no count can be.")
    return pd.DataFrame(
        {
            "figure": figure,
            "year": of_kind["year"],
            "code": of_kind["old_la_code"],
            "new_code": of_kind["new_la_code"],
            "name": of_kind["la_name"],
            "value": value.astype(float),
            "symbol": written.str.lower().where(value.isna(), ""),
        }
    )


def _refuse_repeats(rows: pd.DataFrame, file: Path) -> None:
    """Two rows for one authority and year would make its figures a matter of chance."""
    repeated = rows[rows.duplicated(["time_period", "old_la_code", "new_la_code"])]
    for line, name in _lines(repeated["la_name"]):
        raise EvidenceError(f"{file}, line {line}: a second row for {name} in {repeated['time_period'].iloc[0]}.")


def _year(text: str, file: Path, line: int) -> int:
    if text.isdigit() and len(text) == 4:
        return int(text)
    if text.isdigit() and len(text) == 6:
        return int(text[:4]) + 1
    raise EvidenceError(f"{file}, line {line}: time_period is {text!r}, neither a year nor a span such as 202223.")


def _lines(column: pd.Series[str]) -> list[tuple[int, str]]:
    """Values with the line of the file they stand on (the header is line 1; no cell holds a line break)."""
    return [(int(str(index)) + 2, str(value)) for index, value in column.items()]
