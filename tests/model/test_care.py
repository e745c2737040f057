"""Ends of care: other exits are likelier at 16 and 17, by the age of the month in which they happen."""

from __future__ import annotations

import numpy as np

from sos_sim.agents.codes import CareExit
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.events import Event
from support.power import assert_mean
from support.worlds import compiled, world

MONTHS, OLD, TIMES = 120, 192, 4.0
EXITS = {"unplanned_rate": 0.0, "guardianship_rate": 0.0, "other_rate": 0.02, "other_older": TIMES}


def test_other_exits_are_so_many_times_likelier_at_16_and_17() -> None:
    """Of all other exits, the share at 16 and 17 is that of months in care there, weighed by how much likelier.

    What else may end a stay is alike enough at both ages: half of the ratio would be noticed.
    """
    run = compiled(world(3, MONTHS, 90_000, EXITS))
    since: dict[int, int] = {}
    birth = run.state.children["birth"].astype(int)
    months, exits = np.zeros(2), np.zeros(2, dtype=int)
    for month, _, child, event, detail in run.events.tolist():
        if event == Event.CARE_START:
            since[child] = month
        elif event == Event.CARE_END and child in since:
            begin, turns, adult = since.pop(child), int(birth[child]) + OLD, int(birth[child]) + AGE_OF_MAJORITY_MONTHS
            months += [max(0, min(month, turns) - begin), max(0, min(month, adult) - max(begin, turns))]
            exits[int(month >= turns)] += detail == CareExit.OTHER
    share = TIMES * months[1] / (months[0] + TIMES * months[1])
    half = TIMES / 2.0 * months[1] / (months[0] + TIMES / 2.0 * months[1])
    older = np.repeat([0.0, 1.0], exits)
    assert_mean(older, share, sd=(share * (1.0 - share)) ** 0.5, worth_noticing=share - half)
