"""Outcome measures from expected counts: chances in place of events, equal in the mean and less noisy.

They can be read from runs that count chances alone (``Histories.expected``; see ``model/expected.py``).
``COUNTED`` reads, for each, the same outcome from events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from sos_sim.agents.codes import Legal
from sos_sim.core.errors import InputError
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model.events import Event
from sos_sim.model.expected import ExpectedColumn
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measures import MEASURES, RATE, SHARE, Measure
from sos_sim.outcomes.measuring import Reading, Window, count, details, share


def expected_sum(histories: Histories, window: Window, column: int) -> float:
    """Sum of a column of expected counts over the window. Raises InputError when the run counted no chances."""
    if len(histories.expected) == 0:
        raise InputError("expected counts were asked of a run that did not count chances.")
    return float(histories.expected[window.first : window.last, column].sum())


def expected_rate(column: int) -> Reading:
    """Expected events per 10,000 children and year."""
    return lambda histories, window: window.rate(expected_sum(histories, window, column))


def expected_share(column: int, begun: Callable[[Histories, Window], int]) -> Reading:
    """Expected events within 12 months, over what began in the year before, from which the months are counted."""

    def value(histories: Histories, window: Window) -> float:
        cohort = window.shifted(MONTHS_PER_YEAR)
        return share(expected_sum(histories, cohort, column), begun(histories, cohort))

    return value


def entered(histories: Histories, window: Window) -> int:
    """Starts of care in the window."""
    return count(histories, window, Event.CARE_START)


def returned(histories: Histories, window: Window) -> int:
    """Returns home from care in the window."""
    return int(window.holds(histories.returns.month).sum())


def emergency_starts(histories: Histories, window: Window) -> float:
    """Starts of care by emergency protection, per 10,000 children and year."""
    return window.rate(int((details(histories, window, Event.CARE_START) == Legal.EMERGENCY).sum()))


def reentered(histories: Histories, window: Window) -> float:
    """Share of children who returned home in the year before and re-entered care within 12 months."""
    returns, cohort = histories.returns, window.shifted(MONTHS_PER_YEAR)
    within = returns.reentry - returns.month <= MONTHS_PER_YEAR
    return share(int(np.count_nonzero(cohort.holds(returns.month) & within)), returned(histories, cohort))


EXPECTED: Final[dict[str, Measure]] = {
    measure.name: measure
    for measure in (
        Measure(
            "harm_months_expected_rate",
            RATE,
            "expected child-months with harm at home, seen or not",
            expected_rate(ExpectedColumn.HARM_AT_HOME),
            "",
            "",
        ),
        Measure(
            "harm_unseen_expected_rate",
            RATE,
            "expected child-months with harm at home that nobody saw",
            expected_rate(ExpectedColumn.HARM_UNSEEN),
            "",
            "",
        ),
        Measure(
            "emergency_start_expected_rate",
            RATE,
            "expected starts of care by emergency protection",
            expected_rate(ExpectedColumn.EMERGENCY_STARTS),
            "",
            "",
        ),
        Measure(
            "cla_start_expected_rate",
            RATE,
            "expected starts of care, by every route",
            expected_rate(ExpectedColumn.CARE_STARTS),
            "",
            "",
        ),
        Measure(
            "reunified_12m_expected_share",
            SHARE,
            "expected returns home within 12 months of entry (entries of the year before)",
            expected_share(ExpectedColumn.RETURNS, entered),
            "entries to care, 12 months before the months of the period",
            "entry to care",
        ),
        Measure(
            "reentry_12m_expected_share",
            SHARE,
            "expected re-entries within 12 months of return home (returns of the year before)",
            expected_share(ExpectedColumn.REENTRIES, returned),
            "returns home, 12 months before the months of the period",
            "return home from care",
        ),
    )
}

COUNTED: Final[dict[str, Reading]] = {
    "harm_months_expected_rate": MEASURES["harm_months_rate"].value,
    "harm_unseen_expected_rate": MEASURES["harm_unseen_rate"].value,
    "emergency_start_expected_rate": emergency_starts,
    "cla_start_expected_rate": MEASURES["cla_start_rate"].value,
    "reunified_12m_expected_share": MEASURES["reunified_12m_share"].value,
    "reentry_12m_expected_share": reentered,
}
"""What each expected measure estimates, read from events."""

READABLE: Final[dict[str, Measure]] = {**MEASURES, **EXPECTED}
"""All measures that a study can ask for by name."""
