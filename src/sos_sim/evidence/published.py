"""The Department for Education's published tables of local authorities, read as they are downloaded.

Cells that hold a symbol instead of a number (suppressed, unreliable, not applicable) are kept as gaps with
their symbol. Contains public sector information licensed under the Open Government Licence v3.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from sos_sim.core.errors import EvidenceError
from sos_sim.evidence.area_names import TOGETHER, plain_name
from sos_sim.evidence.csv_text import csv_files, header_of, read_rows
from sos_sim.evidence.published_tables import TABLES, FigureColumn, Table, nearly, tables_in

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
_AUTHORITY_ROWS: Final = "local authority"
_CODE: Final = re.compile(r"(\d{3})(?:\.0*)?")
"""The department's code; programs that took it for a number write 901.0."""


@dataclass(frozen=True)
class Published:
    """What a folder of published tables says.

    ``cells`` has a row for each authority, year and figure: figure, year (``time_period``; a span such as
    202223 is its last year), code (the department's, two joined by ' / ' where authorities report
    together), new_code (the Office for National Statistics'), name, value (NaN for a gap), symbol (of a
    gap, else ''). ``files`` names the file of each table by its title; absent tables are not in it.
    ``lookalikes`` says of an absent table, by its title, which file looks like it and what that file lacks.
    """

    folder: Path
    cells: pd.DataFrame
    files: Mapping[str, str]
    lookalikes: Mapping[str, str]


def read_published(folder: Path) -> Published:
    """All tables of a folder that are known here, or of the folders one level down where it holds none itself.

    Other files are left alone. Raises EvidenceError for a folder without any table, for two files of one
    table, for one code that stands for several authorities, and, with file, line and value, for cells
    that are neither a number nor a known symbol and for rows of no authority.
    """
    if not folder.is_dir():
        raise EvidenceError(f"{folder} is not a folder; give the one that holds the department's CSV files.")
    headers = _headers(folder)
    found: dict[str, Path] = {}
    for file, header in headers.items():
        for table in tables_in(header):
            if table.title in found:
                both = f"{found[table.title].name} and {file.name}"
                raise EvidenceError(f"{folder}: {both} both hold the table {table.title!r}; keep the newer one.")
            found[table.title] = file
    similar = _lookalikes(headers, found)
    if not found:
        titles = "; ".join(table.title for table in TABLES)
        said = "".join(f" {sentence[0].upper()}{sentence[1:]}." for sentence in dict.fromkeys(similar.values()))
        raise EvidenceError(f"{folder} holds none of the department's tables that are read: {titles}.{said}")
    cells = pd.concat(
        [_cells(table, found[table.title], headers) for table in TABLES if table.title in found], ignore_index=True
    )
    files = {title: file.name for title, file in found.items()}
    _refuse_mixed_identity(cells, folder, files)
    return Published(folder, cells, files, similar)


def _headers(folder: Path) -> dict[Path, list[str]]:
    """The columns of every CSV file; those one level down where none of the folder's own is a known table."""
    headers = {file: header_of(file) for file in csv_files(folder)}
    if any(tables_in(header) for header in headers.values()):
        return headers
    below = sorted(inner for inner in folder.iterdir() if inner.is_dir() and not inner.name.startswith("."))
    return headers | {file: header_of(file) for inner in below for file in csv_files(inner)}


def _lookalikes(headers: Mapping[Path, list[str]], found: Mapping[str, Path]) -> dict[str, str]:
    known = set(found.values())
    return {
        table.title: f"{file.name} looks like the table {table.title!r}, but lacks {', '.join(lacking)}"
        for file, header in headers.items()
        for table, lacking in nearly(header)
        if table.title not in found and file not in known
    }


def _cells(table: Table, file: Path, headers: Mapping[Path, list[str]]) -> pd.DataFrame:
    """One row for each authority, year and figure of a table."""
    here = {written: name for name, written in table.names_in(headers[file]).items()}
    rows = read_rows(file).rename(columns=here)
    rows = rows[rows["geographic_level"].str.casefold() == _AUTHORITY_ROWS]
    rows = rows.assign(
        year=[_year(text, file, line) for line, text in _lines(rows["time_period"])],
        old_la_code=[_code(text, file, line) for line, text in _lines(rows["old_la_code"])],
    )
    for line, name in _lines(rows["la_name"]):
        if not plain_name(name):
            raise EvidenceError(f"{file}, line {line}: la_name is {name!r}, which is no authority's name.")
    parts = [_figure(figure, column, table, rows, file) for figure, column in table.figures.items()]
    return pd.concat(parts, ignore_index=True).assign(table=table.title)


def _figure(figure: str, column: FigureColumn, table: Table, rows: pd.DataFrame, file: Path) -> pd.DataFrame:
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
            "new_code": of_kind["new_la_code"].str.upper(),
            "name": of_kind["la_name"],
            "value": value.astype(float),
            "symbol": written.str.lower().where(value.isna(), ""),
        }
    )


def _refuse_repeats(rows: pd.DataFrame, file: Path) -> None:
    """Two rows for one authority and year would make its figures a matter of chance."""
    repeated = rows[rows.duplicated(["year", "old_la_code", "new_la_code"])]
    for line, name in _lines(repeated["la_name"]):
        raise EvidenceError(f"{file}, line {line}: a second row for {name} in {repeated['year'].iloc[0]}.")


def _refuse_mixed_identity(cells: pd.DataFrame, folder: Path, files: Mapping[str, str]) -> None:
    """A code is one authority's in a year: one name under it, and no other code under the statisticians' code."""
    named = cells.assign(name=cells["name"].map(plain_name))
    for problem in (
        *_several(named, "code", "name", "the code", "names"),
        *_several(named[named["new_code"] != ""], "new_code", "code", "the code", "codes of the department"),
    ):
        told = ", ".join(files[title] for title in problem[1])
        raise EvidenceError(f"{folder}: {problem[0]} (in {told}); one of them is wrong.")


def _several(cells: pd.DataFrame, of: str, what: str, called: str, many: str) -> Iterator[tuple[str, list[str]]]:
    """Sentences about values of one column that stand beside several of another in a year, with the tables."""
    pairs = cells.drop_duplicates([of, "year", what, "table"])
    for (value, year), rows in pairs.groupby([of, "year"], sort=True):
        found = sorted(set(rows[what]))
        if len(found) > 1:
            listed = " and ".join(repr(one) for one in found)
            yield f"{called} {value} has several {many} in {year}: {listed}", list(dict.fromkeys(rows["table"]))


def _code(text: str, file: Path, line: int) -> str:
    """The department's code without what spreadsheets add; of several that report together, joined as elsewhere."""
    parts = [_CODE.fullmatch(part.strip()) for part in text.split("/")]
    if not all(parts):
        problem = f"old_la_code is {text!r}, but must be three digits, or several such codes with / between them."
        raise EvidenceError(f"{file}, line {line}: {problem}")
    return TOGETHER.join(part.group(1) for part in parts if part)


def _year(text: str, file: Path, line: int) -> int:
    if re.fullmatch(r"\d{4}(\.0*)?", text):
        return int(text[:4])
    if re.fullmatch(r"\d{6}(\.0*)?", text):
        return int(text[:4]) + 1
    raise EvidenceError(f"{file}, line {line}: time_period is {text!r}, neither a year nor a span such as 202223.")


def _lines(column: pd.Series[str]) -> list[tuple[int, str]]:
    """Values with the line of the file they stand on (the header is line 1; no cell holds a line break)."""
    return [(int(str(index)) + 2, str(value)) for index, value in column.items()]
