"""Expected counts read from hand-made tables: rates, cohorts, what they are counted from, and what has none."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.agents.codes import CareExit, Legal
from sos_sim.core.errors import InputError
from sos_sim.model.events import Event
from sos_sim.model.expected import COLUMNS, ExpectedColumn
from sos_sim.outcomes.expected import COUNTED, EXPECTED
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measuring import Window
from sos_sim.theory.parameters import make_parameters

MONTHS, CHILDREN = 48, 10_000
WINDOW = Window(24, 48, make_parameters({"children": CHILDREN}))
"""Two years of ten thousand children, so that a rate is half of what is counted in them; a year's cohort before."""
HOME = CareExit.HOME_PLANNED


def counted_and_expected() -> Histories:
    """Six starts, four returns and two re-entries; expected counts that are the number of the month in every column."""
    rows = [
        (5, 1, Event.CARE_START, Legal.VOLUNTARY),
        (13, 2, Event.CARE_START, Legal.INTERIM),
        (14, 1, Event.CARE_END, HOME),
        (20, 2, Event.CARE_END, HOME),
        (26, 1, Event.CARE_START, Legal.EMERGENCY),
        (30, 1, Event.CARE_END, HOME),
        (33, 2, Event.CARE_START, Legal.EMERGENCY),
        (35, 3, Event.CARE_START, Legal.VOLUNTARY),
        (36, 3, Event.CARE_END, HOME),
        (40, 3, Event.CARE_START, Legal.VOLUNTARY),
    ]
    events = np.array([(month, 0, child, event, detail) for month, child, event, detail in rows], dtype=np.int32)
    expected = np.repeat(np.arange(float(MONTHS))[:, None], len(COLUMNS), axis=1)
    expected[:, ExpectedColumn.REENTRIES] *= 2.0
    return Histories(events, np.zeros((MONTHS, 100)), np.zeros(10, dtype=np.int64), MONTHS, expected)


IN_WINDOW = float(sum(range(24, 48)))
IN_COHORT = float(sum(range(12, 36)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("harm_months_expected_rate", IN_WINDOW / 2.0),
        ("harm_unseen_expected_rate", IN_WINDOW / 2.0),
        ("emergency_start_expected_rate", IN_WINDOW / 2.0),
        ("cla_start_expected_rate", IN_WINDOW / 2.0),
        ("reunified_12m_expected_share", IN_COHORT / 4.0),  # starts in months 13, 26, 33 and 35
        ("reentry_12m_expected_share", 2.0 * IN_COHORT / 3.0),  # returns in months 14, 20 and 30
    ],
)
def test_expected_measures_by_hand(name: str, value: float) -> None:
    assert EXPECTED[name].value(counted_and_expected(), WINDOW) == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cla_start_expected_rate", 4.0 / 2.0),  # months 26, 33, 35 and 40
        ("emergency_start_expected_rate", 2.0 / 2.0),
        ("reunified_12m_expected_share", 3.0 / 4.0),  # of those in 13, 26, 33 and 35 all but that of 33
        ("reentry_12m_expected_share", 1.0 / 3.0),  # of returns in 14, 20 and 30 the first after twelve months
    ],
)
def test_what_they_estimate_by_hand(name: str, value: float) -> None:
    assert COUNTED[name](counted_and_expected(), WINDOW) == pytest.approx(value)


def test_a_run_that_counted_no_chances_is_refused_and_one_without_months_is_not() -> None:
    events = np.zeros((0, 5), dtype=np.int32)
    uncounted = Histories(events, np.zeros((MONTHS, 1)), np.zeros(1, dtype=np.int64), MONTHS)
    with pytest.raises(InputError, match="expected counts were asked of a run that did not count chances"):
        EXPECTED["cla_start_expected_rate"].value(uncounted, WINDOW)
    one_month = Histories(events, np.zeros((1, 1)), np.zeros(1, dtype=np.int64), 1, np.ones((1, len(COLUMNS))))
    assert EXPECTED["cla_start_expected_rate"].value(one_month, Window(0, 1, WINDOW.parameters)) == pytest.approx(12.0)
