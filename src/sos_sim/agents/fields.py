"""Fields declared once: an agent class's annotations are also its record layout."""

from __future__ import annotations

import inspect
import typing
from enum import IntEnum
from typing import Annotated, Any

import mesa
import numpy as np

Share = Annotated[float, "0-1"]
Logit = Annotated[float, "logit of a monthly chance"]
Months = Annotated[int, "calendar months"]
Word = Annotated[int, "64-bit word"]

_LAYOUT = {int: "i4", float: "f8", bool: "?"}


def fields_of(kind: type) -> dict[str, str]:
    """The declared fields of an agent class with their NumPy type codes, in order."""
    hints = typing.get_type_hints(kind, include_extras=True)
    layout = {}
    for name in kind.__annotations__:
        hint = hints[name]
        plain = int if _is_code(hint) else typing.get_args(hint)[0] if typing.get_args(hint) else hint
        layout[name] = "u8" if hint == Word else _LAYOUT[plain]
    return layout


def record_type(kind: type) -> np.dtype[np.void]:
    """The structured dtype of a record array that holds agents of this class."""
    return np.dtype(list(fields_of(kind).items()), align=True)


def _is_code(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, IntEnum)


class Code:
    """A field that holds a code: what is set becomes a member of its enumeration.

    Without a ``__get__`` it is read from the instance like any other attribute, and as fast.
    """

    def __init__(self, name: str, codes: type[IntEnum]) -> None:
        self.name = name
        self.codes = codes

    def __set__(self, thing: object, value: int) -> None:
        thing.__dict__[self.name] = self.codes(value)


class Recorded:
    """Anything whose annotated fields can be written to and read from a record array.

    A field annotated with an enumeration is a small integer in the record and a member of the enumeration here.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        hints = typing.get_type_hints(cls)
        for name in inspect.get_annotations(cls):
            if _is_code(hints[name]):
                setattr(cls, name, Code(name, hints[name]))

    def read(self, record: np.void) -> None:
        """Take every declared field from a record."""
        for name, value in zip(record.dtype.names or (), record.item(), strict=True):
            setattr(self, name, value)

    def as_tuple(self) -> tuple[Any, ...]:
        """Every declared field, in order, as one row of a record array."""
        return tuple(getattr(self, name) for name in type(self).__annotations__)


class CareAgent(Recorded, mesa.Agent):  # type: ignore[misc]
    """A Mesa agent made from a record: the record's fields become its attributes."""

    def __init__(self, model: mesa.Model, index: int, record: np.void) -> None:
        super().__init__(model)
        self.index = index
        self.read(record)

    def __repr__(self) -> str:
        codes = [f", {name}={value.name}" for name, value in vars(self).items() if isinstance(value, IntEnum)]
        return f"{type(self).__name__}({self.index}{''.join(codes)})"
