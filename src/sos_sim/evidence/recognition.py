"""What a folder holds: which file is which published table, which one nearly is, and which are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from sos_sim.core.errors import EvidenceError
from sos_sim.evidence import neighbour_list
from sos_sim.evidence.csv_text import csv_files, header_of
from sos_sim.evidence.published_further import ALL_TABLES
from sos_sim.evidence.published_tables import TABLES, Table, nearly

Verdict = Literal["read", "near miss", "left alone"]
_OTHER_KINDS: Final = {
    ".xlsx": "a workbook: save the sheet with the table as CSV",
    ".xls": "a workbook: save the sheet with the table as CSV",
    ".ods": "a workbook: save the sheet with the table as CSV",
    ".zip": "an archive: unzip it",
}


class FileSeen(NamedTuple):
    """A file of the folder: its name (with the folders below), what became of it, and why."""

    file: str
    verdict: Verdict
    what: str


@dataclass(frozen=True)
class Recognised:
    """Files by the title of the table that they hold, their columns, and the year of those that hold a single one.

    ``lookalikes`` says of absent tables which file looks like it, and why it is not; ``neighbours`` is the file of
    statistical neighbours, if there is one; ``seen`` what became of every file.
    """

    tables: Mapping[str, tuple[Path, ...]]
    headers: Mapping[Path, list[str]]
    years: Mapping[tuple[str, Path], int]
    lookalikes: Mapping[str, str]
    neighbours: Path | None
    seen: tuple[FileSeen, ...]


def recognise(folder: Path) -> Recognised:
    """What the files of a folder are, and of the folders in it where it holds none of the main tables itself.

    Raises EvidenceError for a folder without any table and for two files of one table, unless each is of a year of
    its own.
    """
    headers, unread = _headers(folder)
    tables, years = _tables_of(folder, headers)
    lists = [file for file, header in headers.items() if neighbour_list.is_neighbour_list(header)]
    _refuse_two(folder, neighbour_list.TITLE, lists)
    held = {file for files in tables.values() for file in files} | set(lists)
    near = {file: _near(file, header) for file, header in headers.items() if file not in held}
    lookalikes = {
        title: f"{file.name} looks like the table {title!r}, but {why}"
        for file, whys in near.items()
        for title, why in whys.items()
        if title not in tables
    }
    said = {file: _said(file, folder) for file in (*headers, *unread)}
    seen = (
        *(FileSeen(said[file], "read", title) for title, files in tables.items() for file in files),
        *(FileSeen(said[file], "read", neighbour_list.TITLE) for file in lists),
        *(
            FileSeen(said[file], "near miss", f"like {title!r}, but {why}")
            for file, whys in near.items()
            for title, why in whys.items()
        ),
        *(FileSeen(said[file], "left alone", _no_table(headers[file])) for file, whys in near.items() if not whys),
        *(FileSeen(said[file], "left alone", why) for file, why in unread.items()),
    )
    if not tables:
        titles = "; ".join(table.title for table in TABLES)
        alike = "".join(f" {sentence[0].upper()}{sentence[1:]}." for sentence in dict.fromkeys(lookalikes.values()))
        raise EvidenceError(f"{folder} holds none of the department's tables that are read: {titles}.{alike}")
    return Recognised(tables, headers, years, lookalikes, lists[0] if lists else None, seen)


def _headers(folder: Path) -> tuple[dict[Path, list[str]], dict[Path, str]]:
    """The columns of every CSV file, and why other files are not looked at.

    Folders in it, and those in these (an unzipped download keeps its tables in ``data``), are looked into where none of
    the folder's own files is one of the main tables.
    """
    headers = {file: header_of(file) for file in csv_files(folder)}
    unread = dict(_not_csv(folder))
    below = [deep for inner in _folders_in(folder) for deep in (inner, *_folders_in(inner))]
    if any(not table.missing_from(header) for header in headers.values() for table in TABLES):
        why = "in a folder below, which is looked into only where no main table is beside it"
        return headers, unread | {file: why for inner in below for file in csv_files(inner)}
    for inner in below:
        headers |= {file: header_of(file) for file in csv_files(inner)}
        unread |= dict(_not_csv(inner))
    return headers, unread


def _folders_in(folder: Path) -> list[Path]:
    return sorted(inner for inner in folder.iterdir() if inner.is_dir() and not inner.name.startswith("."))


def _not_csv(folder: Path) -> Iterator[tuple[Path, str]]:
    """Ordinary files that are no CSV files by their name, with what they are; those that systems hide left out."""
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.suffix.lower() != ".csv" and not file.name.startswith((".", "~$")):
            yield file, _OTHER_KINDS.get(file.suffix.lower(), "no CSV file")


def _tables_of(
    folder: Path, headers: Mapping[Path, list[str]]
) -> tuple[dict[str, tuple[Path, ...]], dict[tuple[str, Path], int]]:
    """Files by the title of their tables, and the years of those of a single year."""
    found: dict[str, tuple[Path, ...]] = {}
    years: dict[tuple[str, Path], int] = {}
    for table in ALL_TABLES:
        files = [file for file, header in headers.items() if _holds(table, file, header)]
        if table.yearly:
            years |= {(table.title, file): _year_of(table, file, headers[file]) or 0 for file in files}
        by_year = [
            [file for file in files if years.get((table.title, file)) == year]
            for year in dict.fromkeys(years.get((table.title, file)) for file in files)
        ]
        for same in by_year:
            _refuse_two(folder, table.title, same)
        if files:
            found[table.title] = tuple(files)
    return found, years


def _holds(table: Table, file: Path, header: list[str]) -> bool:
    there = not table.missing_from(header) and table.is_named(file.name)
    return there and (not table.yearly or _year_of(table, file, header) is not None)


def _year_of(table: Table, file: Path, header: list[str]) -> int | None:
    """The year of a table that has a file for each, from the names of its columns, else from the file's."""
    names = table.names_in(header).values()
    years = [int(year) for text in (*names, file.name) for year in re.findall(r"20[0-4]\d", text)]
    return years[0] if years else None


def _refuse_two(folder: Path, title: str, files: list[Path]) -> None:
    if len(files) > 1:
        both = " and ".join(_said(file, folder) for file in files[:2])
        raise EvidenceError(f"{folder}: {both} both hold the table {title!r}; keep the newer one.")


def _near(file: Path, header: list[str]) -> dict[str, str]:
    """The tables that a file looks like without holding them, by title, with what keeps it from it."""
    return {table.title: why for table in ALL_TABLES if (why := nearly(table, file.name, header))}


def _no_table(header: list[str]) -> str:
    return "its columns are those of no table that is read" if header else "no text divided into columns"


def _said(file: Path, folder: Path) -> str:
    """A file as people find it from the folder."""
    return str(file.relative_to(folder))
