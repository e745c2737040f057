"""A handful of children whose lives are written by hand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents import Child, Family, NetworkMember, Organisation, SocialWorker, Team, Tie
from sos_sim.agents.fields import record_type
from sos_sim.agents.state import State
from sos_sim.comparison.child_lives import ChildLives
from sos_sim.outcomes.histories import Histories

FIRST, LAST = 10, 40
Row = tuple[int, int, int, int]


def population(children: int, birth: int = 0) -> State:
    """As many families as children, each with one child, referred in month 0."""
    counts = {Organisation: 1, Team: 1, SocialWorker: 1, Family: children, Child: children, NetworkMember: 1, Tie: 1}
    state = State(*(np.zeros(count, dtype=record_type(kind)) for kind, count in counts.items()))
    state.children["family"] = state.families["first_child"] = np.arange(children)
    state.children["luck"] = state.families["luck"] = np.arange(children)
    state.children["birth"] = birth
    state.families["children"] = 1
    state.families["deprivation"] = 5
    return state


def lives(state: State, rows: Iterable[Row], danger: float | NDArray[np.float32] = 0.01) -> ChildLives:
    """Lives of which the event record says (month, child, event, detail), in order of time."""
    events = np.array([(month, child, child, event, detail) for month, child, event, detail in rows], dtype=np.int32)
    histories = Histories(events.reshape(-1, 5), np.zeros((LAST, 1)), state.children["birth"].astype(np.int64), LAST)
    trace = np.broadcast_to(np.asarray(danger, dtype=np.float32), (LAST, len(state.families)))
    return ChildLives(state, histories, trace, FIRST, LAST)
