"""Histories against hand-made event records: order within a month, follow-up, life table."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.agents.codes import CareExit, Legal
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import BEFORE, NOT_YET, Histories, cumulative_reentry

HOME, ADULT = CareExit.HOME_PLANNED, CareExit.AGE_18
MONTHS = 60


def histories(*rows: tuple[int, int, Event, int]) -> Histories:
    """Histories of (month, child, event, detail) rows in the order given; children are born in month 0."""
    events = np.array([(month, 0, child, event, detail) for month, child, event, detail in rows], dtype=np.int32)
    return Histories(events, np.zeros((MONTHS, 1)), np.zeros(10, dtype=np.int64), MONTHS)


def spells(found: Histories) -> list[tuple[int, int, int, int]]:
    care = found.care
    return list(zip(care.child.tolist(), care.start.tolist(), care.end.tolist(), care.reason.tolist(), strict=True))


def test_a_stay_that_begins_and_ends_in_one_month_is_one_stay() -> None:
    found = histories((5, 1, Event.CARE_START, Legal.VOLUNTARY), (5, 1, Event.CARE_END, ADULT))
    assert spells(found) == [(1, 5, 5, ADULT)]


def test_home_and_back_in_one_month_are_two_stays() -> None:
    found = histories(
        (2, 1, Event.CARE_START, Legal.VOLUNTARY),
        (7, 1, Event.CARE_END, HOME),
        (7, 1, Event.CARE_START, Legal.EMERGENCY),
        (9, 1, Event.CARE_END, HOME),
    )
    assert spells(found) == [(1, 2, 7, HOME), (1, 7, 9, HOME)]


def test_stays_from_before_the_record_and_beyond_it() -> None:
    found = histories((3, 1, Event.CARE_END, HOME), (8, 2, Event.CARE_START, Legal.INTERIM))
    assert spells(found) == [(1, BEFORE, 3, HOME), (2, 8, NOT_YET, -1)]


def test_the_first_month_of_a_child_is_no_repeat_referral() -> None:
    found = histories((4, 1, Event.REFERRAL, 0), (9, 2, Event.REFERRAL, 0), (16, 1, Event.REFERRAL, 1))
    assert found.months_since_referral.tolist() == [NOT_YET, NOT_YET, 12]


def test_the_life_table_counts_those_at_risk_only() -> None:
    rows = []
    for child in range(4):
        rows += [(0, child, Event.CARE_START, Legal.VOLUNTARY), (10, child, Event.CARE_END, HOME)]
    rows += [(12, 0, Event.CARE_START, Legal.VOLUNTARY), (13, 1, Event.CARE_START, Legal.VOLUNTARY)]
    returns = histories(*sorted(rows, key=lambda row: row[0])).returns
    assert cumulative_reentry(returns, 0, MONTHS, 1) == 0.0
    assert cumulative_reentry(returns, 0, MONTHS, 2) == pytest.approx(1 / 4)
    assert cumulative_reentry(returns, 0, MONTHS, 3) == pytest.approx(1 - 3 / 4 * 2 / 3)
    assert np.isnan(cumulative_reentry(returns, 0, 12, 3))
