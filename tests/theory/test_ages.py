"""The age term: nothing at 0, and where it is not, the thresholds of those ages and no others move."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.model.events import Event
from sos_sim.outcomes.histories import event_rows
from sos_sim.theory.ages import Ages, age_term
from support.worlds import compiled, world

TERMS = Ages(danger_unborn=2.0, danger_1_4=0.5, danger_10_15=-0.25, danger_16_17=-1.0)


@pytest.mark.parametrize(
    ("age", "term"),
    [
        *((age, 2.0) for age in (-6, -1)),
        *((age, 0.0) for age in (0, 11)),
        *((age, 0.5) for age in (12, 59)),
        *((age, 0.0) for age in (60, 119)),
        *((age, -0.25) for age in (120, 191)),
        *((age, -1.0) for age in (192, 215)),
        *((age, 0.0) for age in (216, 999)),
    ],
)
def test_the_term_by_age(age: int, term: float) -> None:
    assert age_term(age, TERMS) == term


def ages_at(name: str, event: Event) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Ages in months at one kind of event, with one term at 2 logits ('' for none)."""
    run = compiled(world(3, 60, 6000, {name: 2.0} if name else {}))
    rows = event_rows(run.events)
    here = rows.event == event
    return np.asarray(rows.month[here] - run.state.children["birth"][rows.child[here]])


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("danger_unborn", -6, 0), ("danger_1_4", 12, 60), ("danger_10_15", 120, 192), ("danger_16_17", 192, 216)],
)
def test_more_children_of_an_age_are_on_plans_when_their_term_is_higher(name: str, low: int, high: int) -> None:
    def of_age(ages: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
        return int(((ages >= low) & (ages < high)).sum())

    assert of_age(ages_at(name, Event.PLAN_START)) > 1.1 * of_age(ages_at("", Event.PLAN_START))
