"""Contracts of tables: what every table that leaves this package holds, declared once.

A contract names the columns of a table with type, unit and meaning, what identifies a row, and the
texts that a code may be. Who makes a table has it checked when it is kept or returned; who reads one has
it checked when it is read; ``docs/tables.md`` is made from the same declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from sos_sim.core.errors import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "whole", "number", "truth"]

KINDS: Final[Mapping[Kind, str]] = {
    "text": "texts",
    "whole": "whole numbers",
    "number": "numbers",
    "truth": "truth values",
}
OF_THE_MEASURE: Final = "that of the measure"


_MOST_ROWS_COMPARED: Final = 500_000
"""Rows of longer tables, all joined from parts of runs, are not compared: it would take longer than to read them."""


class ContractError(ValueError):
    """A table is not as declared; the message names the table, the column and what is wrong with it."""


@dataclass(frozen=True)
class Column:
    """A column: its values have ``kind``, numbers ``unit``; ``codes`` are the texts allowed (empty: any).

    A number may be missing (NaN), as ``meaning`` says when; a whole number and a truth value never are, and a
    text only where ``gaps``.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    codes: tuple[str, ...] = ()
    gaps: bool = False

    def fault(self, values: pd.Series[float]) -> str:
        """What is wrong with these values, or ''."""
        found = _kind_of(values)
        if found != self.kind and (self.kind, found) != ("number", "whole"):
            return f"holds {KINDS[found] if found else 'a mixture'}, not {KINDS[self.kind]}"
        if self.kind == "text" and not self.gaps and values.isna().any():
            return "has rows without a text"
        strange = sorted({str(value) for value in values.dropna().unique()} - set(self.codes)) if self.codes else []
        if strange:
            hint = did_you_mean(strange[0], self.codes)
            return f"holds {strange[0]!r}; allowed: {', '.join(map(repr, self.codes))}.{hint}"
        return ""


def text(name: str, meaning: str, codes: Iterable[str] = (), *, gaps: bool = False) -> Column:
    """A column of texts."""
    return Column(name, "text", meaning, codes=tuple(codes), gaps=gaps)


def whole(name: str, meaning: str, unit: str = "") -> Column:
    """A column of whole numbers."""
    return Column(name, "whole", meaning, unit)


def numeric(name: str, meaning: str, unit: str = "") -> Column:
    """A column of numbers."""
    return Column(name, "number", meaning, unit)


def truth(name: str, meaning: str) -> Column:
    """A column of truth values."""
    return Column(name, "truth", meaning)


@dataclass(frozen=True)
class Contract:
    """A table: ``name`` is its file's without the ending, ``key`` the columns that no two rows share (none: ()).

    ``further`` says what columns there are besides, where their names depend on what was asked; without it
    there are none. Raises ValueError for a key that is no column and for two columns of one name.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    further: str = ""

    def __post_init__(self) -> None:
        """Refuse a declaration that no table could keep to."""
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names) or not set(self.key) <= set(names):
            raise ValueError(f"the contract {self.name!r} has two columns of one name, or a key that is no column")

    @property
    def names(self) -> list[str]:
        """Names of the declared columns, in order."""
        return [column.name for column in self.columns]

    def derived(self, *columns: Column, without: Iterable[str] = (), further: str = "") -> Contract:
        """What a page makes of this table: ``columns`` added, or in place of those of equal names, others left out.

        Raises ValueError for a name to be left out that is no column.
        """
        left_out, new = set(without), {column.name: column for column in columns}
        if not left_out <= set(self.names):
            raise ValueError(
                f"the contract {self.name!r} has no column {', '.join(sorted(left_out - set(self.names)))}"
            )
        kept = [new.pop(column.name, column) for column in self.columns if column.name not in left_out]
        key = tuple(name for name in self.key if name not in left_out)
        return replace(self, columns=(*kept, *new.values()), key=key, further=further or self.further)

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame as it came. Raises ContractError when it is not as declared; the order of columns is free."""
        held = [str(name) for name in frame.columns]
        for name in self.names:
            if name not in held:
                raise ContractError(f"the table {self.name!r} lacks the column {name!r}.{did_you_mean(name, held)}")
        others = [name for name in held if name not in self.names]
        if others and not self.further:
            hint = did_you_mean(others[0], self.names)
            raise ContractError(f"the table {self.name!r} has a column {others[0]!r}, which is not declared.{hint}")
        for column in self.columns if len(frame) else ():
            fault = column.fault(frame[column.name])
            if fault:
                raise ContractError(f"the column {column.name!r} of the table {self.name!r} {fault}")
        self._refuse_doubles(frame)
        return frame

    def told(self, frame: pd.DataFrame) -> list[str]:
        """A line for each column of a frame, in its order: its name, its unit and what it means."""
        declared = {column.name: column for column in self.columns}
        lines = []
        for name in map(str, frame.columns):
            column = declared.get(name)
            unit = f" [{column.unit}]" if column and column.unit else ""
            lines.append(f"{name}{unit}: {column.meaning if column else self.further}")
        return lines

    def _refuse_doubles(self, frame: pd.DataFrame) -> None:
        if len(frame) > _MOST_ROWS_COMPARED:
            return
        again = frame.duplicated(list(self.key)) if self.key else None
        if again is not None and again.any():
            row = frame.loc[again, list(self.key)].iloc[0]
            which = ", ".join(f"{name} {value}" for name, value in row.items())
            raise ContractError(f"two rows of the table {self.name!r} have {which}")


def catalogue(*contracts: Contract) -> dict[str, Contract]:
    """Contracts by the names of their tables. Raises ValueError when two tables have one name."""
    found = {contract.name: contract for contract in contracts}
    if len(found) < len(contracts):
        raise ValueError("two tables of one place have one name")
    return found


def _kind_of(values: pd.Series[float]) -> Kind | None:
    """The kind of a column's values, None of a mixture."""
    from pandas.api import types

    if isinstance(values.dtype, types.CategoricalDtype):
        values = values.cat.categories.to_series()
    if types.is_bool_dtype(values.dtype):
        return "truth"
    if types.is_integer_dtype(values.dtype):
        return "whole"
    if types.is_numeric_dtype(values.dtype):
        return "number"
    return "text" if types.infer_dtype(values, skipna=True) in ("string", "empty") else None
