"""The floor: loops that make a month's draws and touch a month's state, and decide nothing.

What the compiled engine costs above this is the theory itself. The passes follow the phases, whose
order is part of the model: a closed family is met at the front door (one draw) and at home (three);
an open one at the front door (one), in casework, network (one for each tie), plan, home (three),
decisions (four, and one for each child) and recording. These are the numbers of draws counted in the
readable engine, rounded down.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from sos_sim.core.luck import mix, uniform

DECISIONS = 16


@numba.njit(error_model="numpy", _nrt=False)
def touch(
    families: Any, children: Any, ties: Any, members: Any, opened: Any, closed: Any, moments: Any, months: int
) -> float:
    """Months of draws over the listed open and closed families; returns their sum so nothing is optimised away."""
    total = 0.0
    for month in range(months):
        for decision in range(DECISIONS):
            moments[decision] = mix(decision, month)
        for position in range(len(closed)):
            family = families[closed[position]]
            drawn = uniform(family.luck, moments[0])
            total += drawn + family.need + family.strain + family.alertness + family.next_birth + family.gone
        for position in range(len(opened)):
            family = families[opened[position]]
            total += uniform(family.luck, moments[1]) + family.worker + family.status
            for index in range(family.first_child, family.first_child + family.children):
                total += children[index].birth + children[index].legal
            family.visits += drawn
        for position in range(len(opened)):
            family = families[opened[position]]
            family.trust += drawn
            family.understanding += drawn
            family.responsibility += drawn
            for index in range(family.first_child, family.first_child + family.children):
                children[index].voice += drawn
            family.voice += drawn
        for position in range(len(opened)):
            family = families[opened[position]]
            for index in range(family.first_tie, family.first_tie + family.ties):
                tie = ties[index]
                total += uniform(tie.luck, moments[2])
                if tie.informed:
                    total += members[tie.member].willingness + tie.closeness
        for position in range(len(opened)):
            family = families[opened[position]]
            family.plan += drawn
            family.plan_seen += drawn + family.cover
        for position in range(len(opened)):
            live(families[opened[position]], moments)
        for position in range(len(closed)):
            live(families[closed[position]], moments)
        for position in range(len(opened)):
            family = families[opened[position]]
            drawn = 0.0
            for decision in range(6, 10):
                drawn += uniform(family.luck, moments[decision])
            for index in range(family.first_child, family.first_child + family.children):
                child = children[index]
                drawn += uniform(child.luck, moments[10]) + child.place + child.legal
            family.appraisal += drawn
        for position in range(len(opened)):
            family = families[opened[position]]
            family.months_in_status += 1
            total += family.trust + family.voice + family.understanding + family.responsibility + family.plan
            total += family.safety + family.appraisal + family.cover
            for index in range(family.first_child, family.first_child + family.children):
                child = children[index]
                total += child.need_since + child.plan_since + child.care_since + child.place
    return total


@numba.njit(error_model="numpy", _nrt=False, forceinline=True)
def live(family: Any, moments: Any) -> None:
    """A month at home: three draws, five fields."""
    drawn = uniform(family.luck, moments[3]) + uniform(family.luck, moments[4]) + uniform(family.luck, moments[5])
    family.need += drawn + family.set_point + family.event_rate
    family.strain += drawn
    family.plan += drawn
    family.safety += drawn + family.cover
    family.alertness += drawn


def indices(status: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of open and of closed families by status (0 closed, 7 gone)."""
    return np.flatnonzero((status != 0) & (status != 7)), np.flatnonzero(status == 0)
