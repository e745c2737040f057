"""Outcomes of a trial, counted in periods as administrative data would record them.

Children are followed from a record: a referral, an entry to care, a return home. What no record shows,
harm that nobody saw, is counted beside it and marked so: no trial can see it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.codes import HOME_EXITS
from sos_sim.core.units import MONTHS_PER_YEAR, RATE_BASE
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import Histories, Months, next_for_child
from sos_sim.trials.protocol import LONGEST_FOLLOW_UP

YEAR: Final = MONTHS_PER_YEAR


class RecordedCohort(NamedTuple):
    """Those who are followed: month of the record, and whether the event followed in time; shape (n,)."""

    month: Months
    reached: NDArray[np.bool_]


class RecordedOutcome(NamedTuple):
    """One outcome. ``follow_up`` is months for which each child is followed, 0 for a rate of events.

    ``recorded`` is False for what no administrative record shows.
    """

    label: str
    unit: str
    follow_up: int
    recorded: bool
    cohort: Callable[[Histories], RecordedCohort]


def _referred(histories: Histories, months: int) -> RecordedCohort:
    """Children referred: looked after within so many months?"""
    rows = histories.of(Event.REFERRAL)
    care = next_for_child(rows.child, rows.month, histories.of(Event.CARE_START))
    return RecordedCohort(rows.month, care - rows.month <= months)


def _rereferred(histories: Histories) -> RecordedCohort:
    rows = histories.of(Event.REFERRAL)
    again = next_for_child(rows.child, rows.month + 1, rows)
    return RecordedCohort(rows.month, again - rows.month <= YEAR)


def _returned(histories: Histories) -> RecordedCohort:
    returns = histories.returns
    return RecordedCohort(returns.month, returns.reentry - returns.month <= YEAR)


def _entered(histories: Histories) -> RecordedCohort:
    care = histories.care
    home = np.isin(care.reason, HOME_EXITS)
    return RecordedCohort(care.start, home & (care.end - care.start <= YEAR))


def _events(*kinds: Event) -> Callable[[Histories], RecordedCohort]:
    def cohort(histories: Histories) -> RecordedCohort:
        months = np.concatenate([histories.of(kind).month for kind in kinds])
        return RecordedCohort(months, np.ones(len(months), dtype=bool))

    return cohort


SHARE, RATE = "share", "per 10,000 child-years"
RECORDED: Final[Mapping[str, RecordedOutcome]] = {
    "looked_after_18m": RecordedOutcome(
        "looked after within 18 months of referral",
        SHARE,
        LONGEST_FOLLOW_UP,
        True,
        lambda histories: _referred(histories, LONGEST_FOLLOW_UP),
    ),
    "looked_after_12m": RecordedOutcome(
        "looked after within 12 months of referral", SHARE, YEAR, True, lambda histories: _referred(histories, YEAR)
    ),
    "care_starts": RecordedOutcome("children starting to be looked after", RATE, 0, True, _events(Event.CARE_START)),
    "reunified_12m": RecordedOutcome("home within 12 months of entry to care", SHARE, YEAR, True, _entered),
    "reentry_12m": RecordedOutcome("looked after again within 12 months of return home", SHARE, YEAR, True, _returned),
    "rereferred_12m": RecordedOutcome("referred again within 12 months of referral", SHARE, YEAR, True, _rereferred),
    "plan_starts": RecordedOutcome("child protection plans started", RATE, 0, True, _events(Event.PLAN_START)),
    "harm_seen": RecordedOutcome(
        "harm at home that came to notice (child-months)", RATE, 0, True, _events(Event.HARM_SEEN)
    ),
    "harm_months": RecordedOutcome(
        "harm at home, seen or not (child-months)", RATE, 0, False, _events(Event.HARM_SEEN, Event.HARM_UNSEEN)
    ),
}
"""Outcomes of trials by name; the primary one of most is the first."""


def tally(
    name: str, histories: Histories, children: int, first: int, period_months: int, periods: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Events and children followed (or child-years / 10,000) in each period, two arrays of shape (periods,).

    Periods of ``period_months`` count from month ``first`` of the record. Where the record ends before
    the last child of a period is followed up, both are NaN.
    """
    outcome = RECORDED[name]
    cohort = outcome.cohort(histories)
    place = (cohort.month - first) // period_months
    inside = (cohort.month >= first) & (place < periods)
    count = np.bincount(place[inside & cohort.reached], minlength=periods).astype(float)
    if outcome.follow_up:
        size = np.bincount(place[inside], minlength=periods).astype(float)
    else:
        size = np.full(periods, children * period_months / MONTHS_PER_YEAR / RATE_BASE)
    ends = first + period_months * np.arange(1, periods + 1)
    seen = ends - 1 + outcome.follow_up < histories.months
    return np.where(seen, count, np.nan), np.where(seen, size, np.nan)
