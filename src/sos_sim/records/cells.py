"""Cells of returns as values: dates in both forms, codes in any case, years from names of files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from sos_sim.records.codes import Years, allowed_in
from sos_sim.records.faults import Faults, Origin

FIRST_YEAR: Final = 1970
"""Earlier years are slips: nobody born before could be in a return under the Children Act 1989, in force from 1991."""
_BRITISH: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: 00:00(?::00)?)?")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_SPAN: Final = re.compile(r"(?<!\d)(20\d\d)[-_/ ]*(?:to)?[-_/ ]*(\d\d|20\d\d)(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")


def as_date(text: str) -> date | None:
    """A date written dd/mm/yyyy or yyyy-mm-dd, perhaps with a time of midnight; None for anything else."""
    british, iso = _BRITISH.fullmatch(text), _ISO.fullmatch(text)
    if british:
        day, month, year = map(int, british.groups())
    elif iso:
        year, month, day = map(int, iso.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def end_of(year: int) -> date:
    """31 March, on which the year of a collection ends."""
    return date(year, 3, 31)


def year_of(day: date) -> int:
    """The year of the collection in which a day lies."""
    return day.year + (day > date(day.year, 3, 31))


def named_year(path: Path, part: str) -> int | None:
    """The year of a return by its name: of the nearest folder that is a year, else of file or sheet, else of a folder.

    "2024", "2023-24", "2023_24" and "2023-2024" are all the year that ends in March 2024.
    """
    folders = list(reversed(path.parent.parts))
    for folder in folders:
        if _SPAN.fullmatch(folder) or _YEAR.fullmatch(folder):
            return _year_in(folder)
    return next((year for name in (part, path.stem, *folders) if (year := _year_in(name)) is not None), None)


def _year_in(name: str) -> int | None:
    for first, second in _SPAN.findall(name):
        if int(second) % 100 == (int(first) + 1) % 100:
            return int(first) + 1
    years = {int(year) for year in _YEAR.findall(name)}
    return years.pop() if len(years) == 1 else None


class Cells:
    """The cells of one row by column, read as values; what cannot be read is a fault."""

    def __init__(self, cells: Mapping[str, str], origin: Origin, faults: Faults, year: int) -> None:
        self.cells = cells
        self.origin = origin
        self.year = year
        self._faults = faults

    def fault(self, column: str, problem: str) -> None:
        """Note that a cell is wrong; ``problem`` says what is allowed."""
        self._faults.add(self.origin, column, self.cells.get(column, ""), problem)

    def day(self, *columns: str, needed: bool = False) -> date | None:
        """A date from the first of these columns that is filled; None, and a fault, where it is none."""
        column = next((name for name in columns if self.cells.get(name)), columns[0])
        written = self.cells.get(column, "")
        if not written and not needed:
            return None
        found = as_date(written)
        if found is None or not found.year >= FIRST_YEAR:
            self.fault(column, f"it must be a date, dd/mm/yyyy or yyyy-mm-dd, from {FIRST_YEAR} on.")
            return None
        return found

    def code(self, column: str, codes: Mapping[str, Years], other_years: dict[str, int]) -> str:
        """A known code in capitals, else '' and a fault. One of other years is read, and noted in ``other_years``."""
        written = self.cells.get(column, "").upper()
        if written not in codes:
            self.fault(column, f"allowed in {said_year(self.year)}: {', '.join(allowed_in(codes, self.year))}.")
            return ""
        if written not in allowed_in(codes, self.year):
            key = f"{column} {written} in {said_year(self.year)}"
            other_years[key] = other_years.get(key, 0) + 1
        return written


def said_year(year: int) -> str:
    """The year of a collection as people write it: 2026 is 2025-26."""
    return f"{year - 1}-{year % 100:02d}"


def row_of_cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells by column; '' for those that a short row lacks."""
    return {column: cells[place] if place < len(cells) else "" for place, column in enumerate(columns)}
