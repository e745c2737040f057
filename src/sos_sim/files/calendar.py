"""Months as people write them: counted from the end of the warm-up, or of the calendar, as ``2026-04``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.files.declarations import Note, Number
from sos_sim.files.yaml_lines import Entry, describe

_WRITTEN: Final = re.compile(r"\s*(\d{4})-(0[1-9]|1[0-2])\s*")
FORM: Final = "year-month, such as 2026-04"


@dataclass(frozen=True, order=True)
class CalendarMonth:
    """A month of the calendar; ``index`` counts months from the beginning of year 0."""

    index: int

    @classmethod
    def read(cls, value: Any) -> CalendarMonth | None:
        """The month of a text such as ``2026-04``; None when it is none."""
        found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
        return None if found is None else cls(int(found[1]) * MONTHS_PER_YEAR + int(found[2]) - 1)

    def __str__(self) -> str:
        return f"{self.index // MONTHS_PER_YEAR}-{self.index % MONTHS_PER_YEAR + 1:02d}"

    def plus(self, months: int) -> CalendarMonth:
        """The month so many months later."""
        return CalendarMonth(self.index + months)


Month = int | CalendarMonth
"""A month after the warm-up, or one of the calendar."""


class StartKey:
    """Declares ``run.start``: the month of the calendar that month 0 is."""

    meaning: Final = f"the calendar month in which the warm-up ends, {FORM}; then months may be written so everywhere"
    needed: Final = False
    default: Final = None

    def allowed(self) -> str:
        """A phrase for error messages."""
        return f"a calendar month ({FORM})"

    def read(self, name: str, entry: Entry, note: Note) -> CalendarMonth | None:
        """The month; what is none is noted."""
        found = CalendarMonth.read(entry.value)
        if found is None:
            note(f"{name} is {describe(entry.value)}, but must be {self.allowed()}.", entry)
        return found

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        return {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "description": self.meaning}


@dataclass(frozen=True)
class MonthNumber(Number):
    """A month after the warm-up, which may also be written as a month of the calendar."""

    def allowed(self) -> str:
        """A phrase for error messages."""
        return f"{super().allowed()}, or a calendar month ({FORM})"

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """The month, counted or of the calendar, else the default."""
        found = CalendarMonth.read(entry.value)
        return super().read(name, entry, note) if found is None else found

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        counted = super().schema()
        return {"anyOf": [counted, StartKey().schema()], "description": counted["description"]}


def month_number(month: Month, start: CalendarMonth | None) -> int:
    """A month as counted from the end of the warm-up. Raises ValueError, which says why, when it cannot be."""
    if not isinstance(month, CalendarMonth):
        return month
    if start is None:
        raise ValueError(
            f"{month} is a calendar month, which needs run.start: the month in which the warm-up ends ({FORM})"
        )
    if month < start:
        raise ValueError(f"{month} lies before run.start ({start}), the month in which the warm-up ends")
    return month.index - start.index
