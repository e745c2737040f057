"""Restlessness, first care, workers met in care and re-entry after every exit, against records counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sos_sim.agents.codes import CareExit, Legal
from sos_sim.model import monthly
from sos_sim.model.events import Event
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measures import MEASURES
from sos_sim.outcomes.measuring import Window
from sos_sim.theory.parameters import make_parameters

MONTHS, CHILDREN = 48, 18_000


def histories(births: list[int], *rows: tuple[int, int, Event, int]) -> Histories:
    """Histories of (month, child, event, detail) rows over four years, the monthly table all zero."""
    events = np.array([(month, 0, child, event, detail) for month, child, event, detail in rows], dtype=np.int32)
    return Histories(
        events.reshape(-1, 5), np.zeros((MONTHS, len(monthly.COLUMNS))), np.array(births, dtype=np.int64), MONTHS
    )


def value(name: str, found: Histories, first: int = 0, last: int = MONTHS) -> float:
    """A measure in a window of months, an authority of 18,000 children."""
    return MEASURES[name].value(found, Window(first, last, make_parameters({"children": CHILDREN})))


def test_only_the_first_start_before_the_first_birthday_counts() -> None:
    found = histories(
        [0, 0, -20],
        (3, 0, Event.CARE_START, Legal.INTERIM),
        (5, 0, Event.CARE_END, CareExit.HOME_PLANNED),
        (9, 0, Event.CARE_START, Legal.INTERIM),
        (12, 1, Event.CARE_START, Legal.INTERIM),
        (3, 2, Event.CARE_START, Legal.INTERIM),
    )
    assert value("cla_cum_by_age_1", found, 0, 12) == pytest.approx(1 / (CHILDREN / 18))


def test_first_referrals_by_age_over_births() -> None:
    found = histories(
        [-30, 2, 0, -200],
        (1, 0, Event.REFERRAL, 1),  # born before the record, of a family known before
        (1, 1, Event.REFERRAL, 0),  # unborn
        (5, 1, Event.REFERRAL, 1),
        (11, 2, Event.REFERRAL, 1),  # born since, to a family known before
        (7, 3, Event.REFERRAL, 0),  # born before, of a family not known before, and 17 years old
    )
    births = CHILDREN / 18
    assert value("referred_by_5", found, 0, 12) == pytest.approx(2 / births)
    assert value("referred_by_18", found, 0, 12) == pytest.approx(3 / births)
    assert value("referred_by_18", found, 2, 12) == pytest.approx(2 / births * 12 / 10)


def test_restlessness_is_that_of_years() -> None:
    found = histories([0], *((month, 0, Event.REFERRAL, 0) for month in (0, 12, 13, 24, 36, 37, 38, 39)))
    found.monthly[[11, 23, 35, 47], MonthlyColumn.ON_PLAN] = (1.0, 2.0, 1.0, 4.0)
    changes = np.log([2.0, 0.5, 4.0])
    assert value("sd_dlog_referrals", found) == pytest.approx(changes.std(ddof=1))
    assert value("sd_dlog_cpp_stock", found) == pytest.approx(changes.std(ddof=1))
    assert math.isnan(value("sd_dlog_cpp_stock", found, 0, 24)), "one change has no spread"
    assert math.isnan(value("sd_dlog_s47", found)), "no logarithm of zero"


def test_re_entry_after_every_exit_but_adoption() -> None:
    found = histories(
        [0, 0, 0, 0],
        (0, 0, Event.CARE_START, Legal.VOLUNTARY),
        (0, 1, Event.CARE_START, Legal.VOLUNTARY),
        (0, 2, Event.CARE_START, Legal.INTERIM),
        (0, 3, Event.CARE_START, Legal.INTERIM),
        (6, 0, Event.CARE_END, CareExit.HOME_PLANNED),
        (8, 1, Event.CARE_END, CareExit.HOME_UNPLANNED),
        (8, 2, Event.CARE_END, CareExit.SPECIAL_GUARDIANSHIP),
        (8, 3, Event.CARE_END, CareExit.ADOPTION),
        (10, 2, Event.CARE_START, Legal.VOLUNTARY),
    )
    assert value("reentry_all_exits_1y", found) == pytest.approx(1 / 3)


def test_a_change_of_worker_is_met_by_every_child_in_care() -> None:
    found = histories([0])
    found.monthly[:, MonthlyColumn.LOOKED_AFTER] = 2.0
    found.monthly[:12, MonthlyColumn.WORKER_CHANGES_IN_CARE] = 0.25
    assert value("cla_worker_episodes", found, 0, 12) == pytest.approx(1.0 + 3.0 / 2.0)
