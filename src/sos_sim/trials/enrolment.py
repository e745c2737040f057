"""Families that enter a trial inside an authority, and what administrative data show of their children."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from sos_sim.agents.codes import HOME_EXITS
from sos_sim.agents.decisions import Decision
from sos_sim.core.luck import mix, uniform
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS, MONTHS_PER_YEAR
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import EventRows, Histories, Months, event_rows, joined, next_for_child
from sos_sim.statistics.intervals import Bools

YEAR: Final = MONTHS_PER_YEAR
CONSENT: Final = mix(Decision.CONSENT, 0)


class Enrolled(NamedTuple):
    """Children of the families that could take part; arrays of shape (children,).

    ``month`` is that of the referral at which the family met ``post``, counted from the start of the
    warm-up. ``takes_part`` marks families that agreed, ``followed`` children who do not grow up before their
    follow-up ends. ``referred`` is how many families were referred in the months of recruitment, eligible or not.
    """

    child: Months
    family: Months
    post: Months
    month: Months
    takes_part: Bools
    followed: Bools
    referred: int


class EnrolledCohort(NamedTuple):
    """Which of the enrolled children an outcome is about, and which reached it; shape (children,)."""

    at_risk: Bools
    reached: Bools


class Followed(NamedTuple):
    """An outcome of enrolled children; ``months`` is what has to be seen of each child for it.

    ``recorded`` is False for what no administrative record shows.
    """

    label: str
    months: int
    recorded: bool
    cohort: Callable[[Histories, Enrolled, int], EnrolledCohort]


def enrol(run: CompiledRun, first: int, months: int, follow_up: int, recruited: float) -> Enrolled:
    """Advance a run through the months of recruitment and take in every family once, at referral.

    Eligible are families whose case is open, with a social worker, at the end of the month of referral;
    a share ``recruited`` of them agrees, drawn by the family's luck: the same ones in every arm.
    """
    run.advance(first - run.month)
    month_of = np.full(len(run.state.families), -1, dtype=np.int64)
    post_of = np.full(len(run.state.families), -1, dtype=np.int64)
    for month in range(first, first + months):
        families = run.advance(1).state.families
        new = (families["opened"] == month) & (families["worker"] >= 0) & (month_of < 0)
        month_of[new], post_of[new] = month, families["worker"][new]
    events = event_rows(run.events.astype(np.int64))
    referrals = events.where((events.event == Event.REFERRAL) & (events.month >= first))
    referred = len(np.unique(referrals.family))
    rows = referrals.where(month_of[referrals.family] == referrals.month)
    luck: Any = run.state.families["luck"][rows.family]
    agrees = uniform(luck, CONSENT) < recruited
    of_age = run.state.children["birth"][rows.child] + AGE_OF_MAJORITY_MONTHS
    followed = of_age > rows.month + follow_up
    post = post_of[rows.family]
    return Enrolled(rows.child, rows.family, post, rows.month, np.asarray(agrees), followed, referred)


def _within(months: int, wait: int, *kinds: Event) -> Callable[[Histories, Enrolled, int], EnrolledCohort]:
    """An event of these kinds from ``wait`` to ``months`` months after referral, among all enrolled children."""

    def cohort(histories: Histories, enrolled: Enrolled, follow_up: int) -> EnrolledCohort:
        rows = joined(histories.of(kind) for kind in kinds)
        event = next_for_child(enrolled.child, enrolled.month + wait, rows)
        return EnrolledCohort(np.ones(len(event), dtype=bool), event - enrolled.month <= months)

    return cohort


def _reunified(histories: Histories, enrolled: Enrolled, follow_up: int) -> EnrolledCohort:
    """Children looked after in time for a year more to be seen: home within it, by their first exit?"""
    entry = next_for_child(enrolled.child, enrolled.month, histories.of(Event.CARE_START))
    at_risk, (leaving, home) = entry - enrolled.month <= follow_up - YEAR, _exits(histories)
    from_entry = np.where(at_risk, entry, enrolled.month)
    left = next_for_child(enrolled.child, from_entry, leaving)
    went_home = next_for_child(enrolled.child, from_entry, home) == left
    return EnrolledCohort(at_risk, at_risk & went_home & (left - entry <= YEAR))


def _reentered(histories: Histories, enrolled: Enrolled, follow_up: int) -> EnrolledCohort:
    """Children home from care in time for a year more to be seen: looked after again within it?"""
    returned = next_for_child(enrolled.child, enrolled.month, _exits(histories)[1])
    at_risk = returned - enrolled.month <= follow_up - YEAR
    again = next_for_child(enrolled.child, np.where(at_risk, returned, enrolled.month), histories.of(Event.CARE_START))
    return EnrolledCohort(at_risk, at_risk & (again - returned <= YEAR))


def _exits(histories: Histories) -> tuple[EventRows, EventRows]:
    """Rows of all exits from care, and of those home."""
    leaving = histories.of(Event.CARE_END)
    return leaving, leaving.where(np.isin(leaving.detail, HOME_EXITS))


FOLLOWED: Final[Mapping[str, Followed]] = {
    "looked_after_18m": Followed(
        "looked after within 18 months of referral", 18, True, _within(18, 0, Event.CARE_START)
    ),
    "looked_after_12m": Followed(
        "looked after within 12 months of referral", YEAR, True, _within(YEAR, 0, Event.CARE_START)
    ),
    "reunified_12m": Followed("home within 12 months of entry to care", YEAR + 1, True, _reunified),
    "reentry_12m": Followed("looked after again within 12 months of return home", YEAR + 1, True, _reentered),
    "rereferred_12m": Followed(
        "referred again within 12 months of referral", YEAR, True, _within(YEAR, 1, Event.REFERRAL)
    ),
    "harm_seen_12m": Followed(
        "harm at home that came to notice within 12 months of referral", YEAR, True, _within(YEAR, 0, Event.HARM_SEEN)
    ),
    "harm_12m": Followed(
        "harm at home, seen or not, within 12 months of referral",
        YEAR,
        False,
        _within(YEAR, 0, Event.HARM_SEEN, Event.HARM_UNSEEN),
    ),
}
"""Outcomes of trials inside an authority, by name."""


def read_outcomes(
    names: Iterable[str], run: CompiledRun, enrolled: Enrolled, follow_up: int
) -> dict[str, EnrolledCohort]:
    """Outcomes, by name, of those enrolled children whom the whole follow-up sees, in a run that has lived it."""
    birth = run.state.children["birth"].astype(np.int64)
    histories = Histories(run.events, run.monthly, birth, run.setting.months)
    found = {name: FOLLOWED[name].cohort(histories, enrolled, follow_up) for name in names}
    return {
        name: EnrolledCohort(at_risk & enrolled.followed, reached & enrolled.followed)
        for name, (at_risk, reached) in found.items()
    }
