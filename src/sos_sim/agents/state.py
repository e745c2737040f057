"""The whole state of an authority as record arrays: what is synthesised, snapshotted and compared."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Records = np.ndarray[Any, np.dtype[np.void]]


class State(NamedTuple):
    """All agents of an authority, one record array for each kind; ``organisation`` has one row."""

    organisation: Records
    teams: Records
    workers: Records
    families: Records
    children: Records
    members: Records
    ties: Records

    def copy(self) -> State:
        """An independent copy: arms branch from it without touching each other."""
        return State(*(records.copy() for records in self))
