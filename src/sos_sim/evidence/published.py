"""The Department for Education's published tables of local authorities, read as they are downloaded.

Cells that hold a symbol instead of a number (suppressed, unreliable, not applicable) are kept as gaps with
their symbol. Contains public sector information licensed under the Open Government Licence v3.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from sos_sim.core.errors import EvidenceError
from sos_sim.evidence.area_names import ENGLAND, TOGETHER, plain_name
from sos_sim.evidence.csv_text import read_rows
from sos_sim.evidence.neighbour_list import read_neighbours
from sos_sim.evidence.published_further import ALL_TABLES
from sos_sim.evidence.published_tables import LEVEL, FigureColumn, Table
from sos_sim.evidence.recognition import FileSeen, Recognised, recognise

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
    ".": "does not apply",
    "": "blank",
}
"""What a cell without a number says, by its symbol."""
AUTHORITY, REGION, NATION = "authority", "region", "nation"
_LEVELS: Final[Mapping[str, str]] = {
    "local authority": AUTHORITY,
    "la": AUTHORITY,
    "regional": REGION,
    "region": REGION,
    "national": NATION,
}
_LEVEL_BY_CODE: Final = {r"E0[6-9]\d{6}|E10\d{6}": AUTHORITY, r"E12\d{6}": REGION, ENGLAND: NATION}
"""What a row is about, by the statisticians' code, in tables that do not say it."""
_CODE: Final = re.compile(r"(\d{3})(?:\.0*)?")
"""The department's code; programs that took it for a number write 901.0."""


@dataclass(frozen=True)
class Published:
    """What a folder of published tables says.

    ``cells`` has a row for each area, year and figure: figure, year (``time_period``; a span such as
    202223 is its last year), level ("authority", "region" or "nation"), code (the department's, two joined by ' / '
    where authorities report together; of a region and England the Office for National Statistics'), new_code (the
    Office for National Statistics'), name, region (its name, '' where not told), value (NaN for a gap), symbol (of a
    gap, else ''), table and file.
    ``files`` names the file of each table by its title; absent tables are not in it.
    ``lookalikes`` says of an absent table, by its title, which file looks like it and what that file lacks;
    ``seen`` what became of every file. ``neighbours`` are the department's statistical neighbours by code, where the
    folder has their list.
    """

    folder: Path
    cells: pd.DataFrame
    files: Mapping[str, str]
    lookalikes: Mapping[str, str]
    seen: tuple[FileSeen, ...]
    neighbours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def files_of(self, figures: tuple[str, ...]) -> str:
        """Names of the files that these figures come from."""
        return ", ".join(dict.fromkeys(file for figure in figures for file in self._files_by_figure.get(figure, ())))

    @cached_property
    def children(self) -> Mapping[str, float]:
        """Children of each area by code, in the last year that tells them."""
        known = self.cells[(self.cells["figure"] == "children") & self.cells["value"].notna()].sort_values("year")
        return dict(zip(known["code"], known["value"], strict=True))

    @cached_property
    def _files_by_figure(self) -> Mapping[str, tuple[str, ...]]:
        by_figure = self.cells.drop_duplicates(["figure", "file"]).groupby("figure")["file"]
        return {str(figure): tuple(files) for figure, files in by_figure}


def read_published(folder: Path) -> Published:
    """All tables of a folder that are known here, or of the folders in it where it holds none itself.

    Other files are left alone. Raises EvidenceError for a folder without any table, for two files of one
    table, for one code that stands for several authorities, and, with file, line and value, for cells
    that are neither a number nor a known symbol and for rows of no authority.
    """
    if not folder.is_dir():
        raise EvidenceError(f"{folder} is not a folder; give the one that holds the department's CSV files.")
    found = recognise(folder)
    parts = [_cells(table, file, found) for table in ALL_TABLES for file in found.tables.get(table.title, ())]
    cells = _coded(pd.concat(parts, ignore_index=True))
    files = {title: ", ".join(file.name for file in held) for title, held in found.tables.items()}
    _refuse_mixed_identity(cells, folder, files)
    cells = cells.drop_duplicates(["figure", "code", "year"], ignore_index=True)
    neighbours = {} if found.neighbours is None else read_neighbours(found.neighbours)
    return Published(folder, cells, files, found.lookalikes, found.seen, neighbours)


def _cells(table: Table, file: Path, found: Recognised) -> pd.DataFrame:
    """One row for each area, year and figure of a table."""
    names = table.names_in(found.headers[file])
    rows = read_rows(file).rename(columns={written: name for name, written in names.items()})
    rows = rows.assign(level=_levels(rows))
    rows = rows[rows["level"].notna()]
    rows = rows.assign(year=_years(table, rows, file, found), code=_codes(rows, file))
    for line, name in _lines(rows.loc[rows["level"] == AUTHORITY, "la_name"]):
        if not plain_name(name):
            raise EvidenceError(f"{file}, line {line}: la_name is {name!r}, which is no authority's name.")
    rows = rows.assign(
        region=rows.get("region_name", ""),
        name=np.select(
            [rows["level"] == AUTHORITY, rows["level"] == REGION],
            [rows["la_name"], rows.get("region_name", "")],
            "England",
        ),
    )
    parts = [_figure(figure, column, table, rows, file) for figure, column in table.figures.items()]
    return pd.concat(parts, ignore_index=True).assign(table=table.title, file=file.name)


def _levels(rows: pd.DataFrame) -> pd.Series[str]:
    """What each row is about; missing for what is none of these, such as a district or a blank line."""
    if LEVEL in rows:
        return rows[LEVEL].str.casefold().map(_LEVELS)
    codes = rows["new_la_code"].str.upper()
    found = pd.Series(index=rows.index, dtype="str")
    for pattern, level in _LEVEL_BY_CODE.items():
        found[codes.str.fullmatch(pattern)] = level
    return found


def _years(table: Table, rows: pd.DataFrame, file: Path, found: Recognised) -> list[int]:
    if table.yearly:
        return [found.years[table.title, file]] * len(rows)
    return [_year(text, file, line) for line, text in _lines(rows["time_period"])]


def _codes(rows: pd.DataFrame, file: Path) -> list[str]:
    """Codes of areas; '' of an authority in a table that tells authorities apart by the statisticians' code alone."""
    found = []
    for (line, level), (_, row) in zip(_lines(rows["level"]), rows.iterrows(), strict=True):
        if level != AUTHORITY:
            found.append(ENGLAND if level == NATION else str(row.get("region_code", "")))
        elif "old_la_code" not in rows or (not row["old_la_code"] and LEVEL not in rows):
            found.append("")
        else:
            found.append(_code(str(row["old_la_code"]), file, line))
    return found


def _coded(cells: pd.DataFrame) -> pd.DataFrame:
    """The same with the department's code wherever another table tells it by the statisticians'; others left out."""
    known = cells[(cells["code"] != "") & (cells["new_code"] != "")].drop_duplicates("new_code", keep="last")
    told = cells["new_code"].map(known.set_index("new_code")["code"])
    cells = cells.assign(code=cells["code"].where(cells["code"] != "", told))
    return cells[cells["code"].fillna("") != ""]


def _figure(figure: str, column: FigureColumn, table: Table, rows: pd.DataFrame, file: Path) -> pd.DataFrame:
    of_kind = rows
    if table.divided_by:
        kinds = [kind.casefold() for kind in column.only]
        of_kind = rows[rows[table.divided_by].str.casefold().isin(kinds)]
    _refuse_repeats(of_kind[of_kind["level"] == AUTHORITY], file)
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
            "level": of_kind["level"],
            "code": of_kind["code"],
            "new_code": of_kind["new_la_code"].str.upper().where(of_kind["level"] == AUTHORITY, ""),
            "name": of_kind["name"],
            "region": of_kind["region"],
            "value": value.astype(float),
            "symbol": written.str.lower().where(value.isna(), ""),
        }
    )


def _refuse_repeats(rows: pd.DataFrame, file: Path) -> None:
    """Two rows for one authority and year would make its figures a matter of chance."""
    repeated = rows[rows.duplicated(["year", "code", "new_la_code"])]
    for line, name in _lines(repeated["la_name"]):
        raise EvidenceError(f"{file}, line {line}: a second row for {name} in {repeated['year'].iloc[0]}.")


def _refuse_mixed_identity(cells: pd.DataFrame, folder: Path, files: Mapping[str, str]) -> None:
    """A code is one authority's in a year: one name under it, and no other code under the statisticians' code."""
    own = cells[cells["level"] == AUTHORITY]
    named = own.assign(name=own["name"].map(plain_name))
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
