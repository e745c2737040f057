"""The floor: a loop that makes a month's draws and touches a month's state, and decides nothing.

What the compiled engine costs above this is the theory itself. Draws and fields follow the phases:
an open family makes twelve draws and rewrites its changing fields, each child one draw, each tie
one draw; a closed family makes four draws and rewrites what drifts.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from sos_sim.core.luck import mix, uniform

OPEN_DRAWS, CLOSED_DRAWS = 12, 4


@numba.njit(error_model="numpy", _nrt=False)
def touch(families: Any, children: Any, ties: Any, members: Any, opened: Any, closed: Any, months: int) -> float:
    """Months of draws over the listed open and closed families; returns their sum so nothing is optimised away."""
    total = 0.0
    for month in range(months):
        for position in range(len(opened)):
            family = families[opened[position]]
            drawn = 0.0
            for decision in range(OPEN_DRAWS):
                drawn += uniform(family.luck, mix(decision, month))
            family.trust += drawn
            family.voice += drawn
            family.understanding += drawn
            family.responsibility += drawn
            family.plan += drawn
            family.plan_seen += drawn
            family.safety += drawn
            family.need += drawn
            family.strain += drawn
            family.set_point += drawn
            family.appraisal += drawn
            family.visits += drawn
            family.months_in_status += 1
            for index in range(family.first_child, family.first_child + family.children):
                child = children[index]
                child.voice += uniform(child.luck, mix(50, month)) + child.birth + child.place + child.legal
            for index in range(family.first_tie, family.first_tie + family.ties):
                tie = ties[index]
                tie.closeness += uniform(tie.luck, mix(51, month)) + members[tie.member].willingness
            total += drawn
        for position in range(len(closed)):
            family = families[closed[position]]
            drawn = 0.0
            for decision in range(CLOSED_DRAWS):
                drawn += uniform(family.luck, mix(decision, month))
            family.need += drawn
            family.strain += drawn
            family.plan += drawn
            family.safety += drawn
            family.alertness += drawn + family.cover + family.next_birth
            total += drawn
    return total


def indices(status: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of open and of closed families by status (0 closed, 7 gone)."""
    return np.flatnonzero((status != 0) & (status != 7)), np.flatnonzero(status == 0)
