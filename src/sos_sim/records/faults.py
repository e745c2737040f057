"""What is wrong with a return: file, row, column, value and what is allowed, and never what says who a child is."""

from __future__ import annotations

from typing import Final, NamedTuple

from sos_sim.core.errors import InputError

PRIVATE: Final = frozenset(
    {"CHILD", "UPN", "DOB", "MC_DOB", "HOME_POST", "PL_POST"}
    | {"LACHILDID", "FORMERUPN", "PERSONBIRTHDATE", "EXPECTEDPERSONBIRTHDATE"}
)
"""Columns whose values are never shown, in capitals: they say who a child is, when it was born or where it lives."""
_MOST_SHOWN: Final = 10
_LONGEST: Final = 40


def printable(text: str) -> str:
    """Text of files and their names with signs that a terminal would obey written as escapes."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


class RecordsError(InputError):
    """Returns of an authority cannot be used as they stand: says file, row, column, value and what is allowed."""

    def __init__(self, problem: str) -> None:
        super().__init__("\n".join(map(printable, problem.split("\n"))))


class Origin(NamedTuple):
    """Where a row stands: the file as people know it, ``part`` (a sheet of a workbook) and the row or XML line."""

    file: str
    part: str
    row: int

    def __str__(self) -> str:
        """As people look for it."""
        where = "line" if self.file.lower().endswith(".xml") else "row"
        return f"{self.file}, {f'sheet {self.part!r}, ' if self.part else ''}{where} {self.row}"


class Faults:
    """Faults of a folder of returns, gathered so that one reading shows several of them."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._count = 0

    def add(self, origin: Origin | str, column: str, value: str, problem: str) -> None:
        """Note a fault; ``problem`` says what is allowed. The value of a private column is not kept."""
        self._count += 1
        if len(self._said) < _MOST_SHOWN:
            joint = "; " if problem.startswith("allowed") else ", but "
            self._said.append(f"{origin}: {_cell(column, value, joint)}{problem}")

    def refuse(self) -> None:
        """Raise RecordsError when there are faults; it names the first ten and says how many more there are."""
        if self._count:
            more = self._count - len(self._said)
            self._said += [f"and {more:,} more such rows"] * bool(more)
            raise RecordsError("\n".join(self._said))


def _cell(column: str, value: str, joint: str) -> str:
    """The column with its value, as far as it may be shown, and what joins it to what is wrong with it."""
    if not column:
        return ""
    if column.upper() in PRIVATE and value.strip():
        return f"{column} is not shown, as it may say who a child is{joint}"
    cut = value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
    return f"{column} is {cut!r}{joint}" if value.strip() else f"{column} is blank{joint}"
