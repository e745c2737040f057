"""How the outcome of a study is read from lives: as the study measured it, in the children who entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.codes import HOME_EXITS
from sos_sim.core.units import DAYS_PER_MONTH, MONTHS_PER_YEAR
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import NOT_YET, Months, next_for_child
from sos_sim.outcomes.measures import MEASURES
from sos_sim.outcomes.measuring import Window
from sos_sim.synthesis.lives import Cohort, Floats, ObservedLife

Eligible = Literal["pre_proceedings", "plan_start", "need_start", "care_start", "whole_authority"]
ENTRY: Final[Mapping[str, Event]] = {
    "pre_proceedings": Event.PRE_PROCEEDINGS,
    "plan_start": Event.PLAN_START,
    "need_start": Event.NEED_START,
    "care_start": Event.CARE_START,
}
POINTS_OF_SKILL: Final = 4.0
"""A scale of 1 to 5 over skill from 0 to 1."""
FEWEST: Final = 8
"""Fewer children, families or workers tell nothing of a correlation."""


class Seen(NamedTuple):
    """What a reading looks at: both lives (the same one twice without a programme), the cohort, months, the window.

    ``first`` and ``last`` are the months of entry, from the start of the warm-up.
    """

    usual: ObservedLife
    programme: ObservedLife
    cohort: Cohort
    months: int
    first: int
    last: int


class EffectReading(NamedTuple):
    """A reading: what it is, its unit, and how it is made.

    ``of_effect`` compares two lives, others look at one: usual practice, or (``in_programme``) the programme's.
    ``of_children`` follows the children who entered for its months. ``traced`` looks at fields of families or workers.
    """

    label: str
    unit: str
    value: Callable[[Seen], float]
    of_effect: bool = True
    of_children: bool = True
    in_programme: bool = False
    traced: bool = False


def effect_between(of_life: Callable[[ObservedLife, Seen], float]) -> Callable[[Seen], float]:
    """Programme less usual practice."""
    return lambda seen: of_life(seen.programme, seen) - of_life(seen.usual, seen)


def log_hazard_ratio(of_life: Callable[[ObservedLife, Seen], float]) -> Callable[[Seen], float]:
    """Log ratio of cumulative hazards, ``log(-log(1 - p))`` of shares p; NaN where nobody or everybody had it."""

    def value(seen: Seen) -> float:
        shares = np.array([of_life(life, seen) for life in (seen.programme, seen.usual)])
        if not ((shares > 0.0) & (shares < 1.0)).all():
            return float("nan")
        hazards = np.log(-np.log1p(-shares))
        return float(hazards[0] - hazards[1])

    return value


def met(*kinds: Event, wait: int = 0) -> Callable[[ObservedLife, Seen], float]:
    """Share of the cohort that met an event from ``wait`` months after entry to the months of the reading."""

    def value(life: ObservedLife, seen: Seen) -> float:
        return mean_of(_reached(life, seen, kinds, wait))

    return value


def days_looked_after(life: ObservedLife, seen: Seen) -> float:
    """Mean days looked after in the months after entry."""
    months = np.zeros(len(seen.cohort.child))
    for number in range(seen.months):
        months += _is_looked_after(life, seen.cohort.child, seen.cohort.month + number)
    return mean_of(months) * DAYS_PER_MONTH


def looked_after_then(life: ObservedLife, seen: Seen) -> float:
    """Share of the cohort looked after so many months after entry."""
    return mean_of(_is_looked_after(life, seen.cohort.child, seen.cohort.month + seen.months))


def measured(name: str) -> Callable[[ObservedLife, Seen], float]:
    """A measure of the whole authority over the months of entry."""
    return lambda life, seen: float(
        MEASURES[name].value(life.histories, Window(seen.first, seen.last, life.parameters))
    )


def escalation(life: ObservedLife, seen: Seen) -> float:
    """Share of re-referrals within a year that led to a section 47 enquiry within the months of the reading."""
    rows, gaps = life.histories.of(Event.REFERRAL), life.histories.months_since_referral
    again = (gaps <= MONTHS_PER_YEAR) & (rows.month >= seen.first) & (rows.month < seen.last - seen.months)
    month = rows.month[again]
    enquiry = next_for_child(rows.child[again], month, life.histories.of(Event.ENQUIRY))
    return mean_of(enquiry - month <= seen.months)


def skill_of_workers(life: ObservedLife, seen: Seen) -> float:
    """Mean skill of workers, warmth and authority alike, in points from 1 to 5, months after the start."""
    month = min(seen.months, len(life.workers["warm"]) - 1)
    return POINTS_OF_SKILL * float((life.workers["warm"][month] + life.workers["purposeful"][month]).mean()) / 2.0


def trust_gained(seen: Seen) -> float:
    """Difference in families' trust months after entry, in standard deviations under usual practice."""
    usual, programme = (_of_families(life, "trust", seen, seen.months) for life in (seen.usual, seen.programme))
    spread = float(usual.std()) if len(usual) >= FEWEST else 0.0
    return float(programme.mean() - usual.mean()) / spread if spread > 0.0 else float("nan")


def reunified_by_trust(seen: Seen) -> float:
    """Log hazard ratio of return home a standard deviation of trust, among children still in care at its months.

    Discrete time, one covariate: Newton's steps on Cox's partial likelihood with Breslow's ties.
    """
    at = seen.cohort.month + seen.months
    here = _is_looked_after(seen.usual, seen.cohort.child, at)
    care = seen.usual.histories.care
    home = np.isin(care.reason, HOME_EXITS)
    leaving = _next_end(seen, at)
    returns = care.child[home] * (1 << 20) + care.end[home]
    went = (leaving < NOT_YET) & np.isin(seen.cohort.child * (1 << 20) + leaving, returns)
    last = seen.usual.histories.months
    trust = _of_families(seen.usual, "trust", seen, seen.months)
    return log_hazard_a_deviation(trust[here], (np.minimum(leaving, last) - at)[here], went[here])


def log_hazard_a_deviation(covariate: Floats, time: Months, event: NDArray[np.bool_]) -> float:
    """Cox's log hazard ratio a standard deviation of one covariate (Breslow's ties); NaN where nothing is told.

    Arrays of shape (people,): the covariate, time to the event or the end of being seen, and which of them it was.
    """
    if len(covariate) < FEWEST or event.sum() < FEWEST or covariate.std() == 0.0:
        return float("nan")
    standard = (covariate - covariate.mean()) / covariate.std()
    slope = 0.0
    for _ in range(8):
        score, information = 0.0, 0.0
        for when in np.unique(time[event]):
            at_risk, failing = time >= when, event & (time == when)
            weight = np.exp(slope * standard[at_risk])
            mean = np.average(standard[at_risk], weights=weight)
            score += float((standard[failing] - mean).sum())
            information += failing.sum() * float(np.average((standard[at_risk] - mean) ** 2, weights=weight))
        if information <= 0.0:
            return float("nan")
        slope += float(np.clip(score / information, -1.0, 1.0))
    return slope


def warmth_with_trust(seen: Seen) -> float:
    """Correlation of the warmth of the worker met at entry with the family's trust months later."""
    return correlation(_of_workers(seen, "warmth"), _of_families(seen.usual, "trust", seen, seen.months))


def with_improvement(skill: str) -> Callable[[Seen], float]:
    """Correlation of a skill of the worker met at entry with the fall in the family's need months later."""
    return lambda seen: correlation(_of_workers(seen, skill), _improvement(seen))


def authority_over_warmth(seen: Seen) -> float:
    """By how much good authority goes with improvement more closely than warmth does: a difference of correlations."""
    return with_improvement("authority")(seen) - with_improvement("warmth")(seen)


def understanding_with_harm(seen: Seen) -> float:
    """Correlation of shared understanding at entry with harm that came to notice after it, under the programme."""
    harmed = _reached(seen.programme, seen, (Event.HARM_SEEN,), 1)
    return correlation(_of_families(seen.programme, "understanding", seen, 0), harmed.astype(float))


def correlation(left: Floats, right: Floats) -> float:
    """Pearson's correlation over pairs that have both; NaN for fewer than ``FEWEST`` or where one does not vary."""
    both = np.isfinite(left) & np.isfinite(right)
    one, other = left[both], right[both]
    if len(one) < FEWEST or one.std() == 0.0 or other.std() == 0.0:
        return float("nan")
    return float(np.mean((one - one.mean()) * (other - other.mean())) / (one.std() * other.std()))


def mean_of(values: NDArray[np.generic]) -> float:
    """The mean, NaN of nothing."""
    return float(np.mean(values.astype(float))) if len(values) else float("nan")


def _reached(life: ObservedLife, seen: Seen, kinds: tuple[Event, ...], wait: int) -> NDArray[np.bool_]:
    cohort = seen.cohort
    begin = cohort.month + wait
    first = np.full(len(begin), NOT_YET)
    for kind in kinds:
        first = np.minimum(first, next_for_child(cohort.child, begin, life.histories.of(kind)))
    return np.asarray(first - cohort.month <= seen.months)


def _is_looked_after(life: ObservedLife, child: Months, month: Months) -> NDArray[np.bool_]:
    """Whether each child is looked after at the end of a month: how many entries less exits there were by then."""
    care, span = life.histories.care, 1 << 20
    starts, ends = (np.sort(care.child * span + np.clip(column, 0, span - 1)) for column in (care.start, care.end))
    begun, ended = (
        np.searchsorted(keys, child * span + month, "right") - np.searchsorted(keys, child * span, "left")
        for keys in (starts, ends)
    )
    return np.asarray(begun > ended)


def _next_end(seen: Seen, at: Months) -> Months:
    return next_for_child(seen.cohort.child, at + 1, seen.usual.histories.of(Event.CARE_END))


def _of_families(life: ObservedLife, field: str, seen: Seen, after: int) -> Floats:
    """A field of each child's family so many months after entry."""
    months = np.minimum(seen.cohort.month - life.first + after, len(life.families[field]) - 1)
    return np.asarray(life.families[field][months, seen.cohort.family], dtype=float)


def _of_workers(seen: Seen, field: str) -> Floats:
    """A field of the worker whom each child's family has at entry; NaN without one."""
    worker = _of_families(seen.usual, "worker", seen, 0).astype(np.int64)
    month = seen.cohort.month - seen.usual.first
    values = np.asarray(seen.usual.workers[field][month, np.maximum(worker, 0)], dtype=float)
    return np.where(worker >= 0, values, np.nan)


def _improvement(seen: Seen) -> Floats:
    return _of_families(seen.usual, "need", seen, 0) - _of_families(seen.usual, "need", seen, seen.months)


_SHARE, _LOG, _R = "share", "log hazard ratio", "correlation"
READINGS: Final[Mapping[str, EffectReading]] = {
    "looked_after": EffectReading("looked after then", _SHARE, effect_between(looked_after_then)),
    "proceedings": EffectReading("proceedings issued by then", _SHARE, effect_between(met(Event.IN_PROCEEDINGS))),
    "days_in_care": EffectReading("days in care till then", "days", effect_between(days_looked_after)),
    "care_start": EffectReading("looked after by then", _SHARE, effect_between(met(Event.CARE_START))),
    "harm_seen": EffectReading("harm at home seen by then", _SHARE, effect_between(met(Event.HARM_SEEN, wait=1))),
    "rereferred": EffectReading("referred again by then", _SHARE, effect_between(met(Event.REFERRAL, wait=1))),
    "harm_seen_hazard": EffectReading(
        "hazard of harm at home that is seen", _LOG, log_hazard_ratio(met(Event.HARM_SEEN, wait=1))
    ),
    "care_start_hazard": EffectReading("hazard of being looked after", _LOG, log_hazard_ratio(met(Event.CARE_START))),
    "rereferral": EffectReading(
        "re-referred within 12 months", _SHARE, effect_between(measured("rereferral_12m_share")), of_children=False
    ),
    "escalation": EffectReading("enquiry after a re-referral", _SHARE, effect_between(escalation), of_children=False),
    "kinship": EffectReading(
        "placed with relatives or friends", _SHARE, effect_between(measured("kinship_share")), of_children=False
    ),
    "worker_skill": EffectReading(
        "skill of workers (1 to 5)", "points", effect_between(skill_of_workers), of_children=False, traced=True
    ),
    "alliance": EffectReading("families' trust", "standard deviations", trust_gained, traced=True),
    "reunified_by_trust": EffectReading(
        "reunification a deviation of trust", _LOG, reunified_by_trust, False, traced=True
    ),
    "warmth_with_trust": EffectReading("worker's warmth with trust", _R, warmth_with_trust, False, traced=True),
    "warmth_with_improvement": EffectReading(
        "worker's warmth with improvement", _R, with_improvement("warmth"), False, traced=True
    ),
    "authority_over_warmth": EffectReading(
        "worker's authority, less warmth, with improvement", _R, authority_over_warmth, False, traced=True
    ),
    "understanding_with_harm": EffectReading(
        "shared understanding with later harm", _R, understanding_with_harm, False, in_programme=True, traced=True
    ),
}
"""All readings, by name."""
