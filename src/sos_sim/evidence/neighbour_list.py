"""The department's list of statistical neighbours: ten authorities for each, nearest first.

It is published with the local authority interactive tool, one row an authority: its code, and columns SN1 or SN_1
and so on with the codes of its neighbours (columns on how close they are stand between them and are not read).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sos_sim.core.errors import EvidenceError
from sos_sim.evidence.csv_text import read_rows

TITLE: Final = "Statistical neighbours (local authority interactive tool)"
_OWN: Final = ("old_la_code", "la_code", "la num", "la number", "la code")
_NEIGHBOUR: Final = re.compile(r"sn[ _]?(\d+)", re.IGNORECASE)
_CODE: Final = re.compile(r"(\d{3})(?:\.0*)?")
_FEWEST: Final = 3


def is_neighbour_list(header: Sequence[str]) -> bool:
    """Whether a file with these columns is such a list."""
    return _own_column(header) is not None and len(_neighbour_columns(header)) >= _FEWEST


def read_neighbours(file: Path) -> Mapping[str, tuple[str, ...]]:
    """Codes of the neighbours of each authority, by its code, nearest first.

    Raises EvidenceError, with file, line and value, for what is no code of an authority.
    """
    rows = read_rows(file)
    header = [str(name) for name in rows.columns]
    own, columns = _own_column(header), _neighbour_columns(header)
    found: dict[str, tuple[str, ...]] = {}
    for line, row in enumerate(rows.to_dict("records"), 2):
        if not row[own]:
            continue
        code, *others = (_code(str(row[name]), str(name), file, line) for name in (own, *columns) if row[name])
        found[code] = tuple(others)
    return found


def _own_column(header: Sequence[str]) -> str | None:
    return next((name for known in _OWN for name in header if name.casefold() == known), None)


def _neighbour_columns(header: Sequence[str]) -> list[str]:
    numbered = {name: match for name in header if (match := _NEIGHBOUR.fullmatch(name))}
    return sorted(numbered, key=lambda name: int(numbered[name].group(1)))


def _code(text: str, column: str, file: Path, line: int) -> str:
    match = _CODE.fullmatch(text)
    if not match:
        raise EvidenceError(
            f"{file}, line {line}: {column} is {text!r}, but must be an authority's code of three digits."
        )
    return match.group(1)
