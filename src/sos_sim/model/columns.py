"""How columns of the model's tables are declared: by name, in order, each with what it holds."""

from __future__ import annotations

from enum import Enum, IntEnum


class ColumnKind(Enum):
    """What a column of the monthly table or of the table by team holds."""

    STOCK = "number at the end of the month"
    FLOW = "count or sum of this month"
    PER_OPEN_FAMILY = "mean over the families open at the end of the month, 0 when there is none"
    PER_FILLED_POST = "mean over posts with a permanent or agency holder, 0 when none is filled"


class TableColumn(IntEnum):
    """A table's columns, numbered from 0 in the order of their declarations ``NAME = kind``.

    A member is its column's place, in Python and in compiled code alike.
    """

    kind: ColumnKind

    def __new__(cls, kind: ColumnKind) -> TableColumn:
        """A column at the next place."""
        column = int.__new__(cls, len(cls.__members__))
        column._value_ = len(cls.__members__)
        column.kind = kind
        return column

    @property
    def stored(self) -> str:
        """The column's name as tables have it."""
        return self.name.lower()


def names_of(columns: type[TableColumn]) -> tuple[str, ...]:
    """Names of all columns of a table, in order."""
    return tuple(column.stored for column in columns)


def of_kind(columns: type[TableColumn], kind: ColumnKind) -> tuple[int, ...]:
    """Places of the columns of one kind, as plain numbers that compiled code can loop over."""
    return tuple(int(column) for column in columns if column.kind is kind)
