"""Who takes part in a virtual trial, who starts when, who is lost: and what the trial then sees."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from sos_sim.core.errors import ModelError
from sos_sim.core.luck import mix, uniform
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.statistics.intervals import Floats, Whole, mean
from sos_sim.trials.pool import OutcomePool
from sos_sim.trials.protocol import SELECTION_YEARS, Design, TrialProtocol, authorities_needed
from sos_sim.trials.recorded import RECORDED
from sos_sim.trials.trial_data import TrialData

USUAL: Final = 0
"""Place of usual practice among the potential outcomes of an authority."""
CANDIDATES: Final = 3
"""Authorities from which a cluster of a before-after comparison is matched."""
NOT_LOST: Final = 1 << 20
_TAKE_PART, _ALLOCATE, _STAGGER, _LOSE, _LOSE_WHEN = range(5)


class Schedule(NamedTuple):
    """The clusters of one trial, arrays of shape (clusters,).

    ``authority`` is a place in the pool, ``life`` one among its potential outcomes, ``start`` the period from
    which roll-in counts (comparators have the one they would have had), ``arm`` 1 for those allocated
    to the programme, ``lost`` the first period in which nothing more is heard of a cluster.
    """

    authority: Whole
    life: Whole
    start: Whole
    arm: Whole
    lost: Whole


def schedule(plan: TrialProtocol, pool: OutcomePool, design: Design, clusters: int, seed: int) -> Schedule:
    """Recruit, allocate and lose clusters, all by the luck of ``seed``.

    Raises ModelError where so many authorities failed that too few are left to draw from.
    """
    if pool.authorities < (needed := authorities_needed(design, clusters)):
        raise ModelError(f"{pool.authorities} authorities are left, others failed; {clusters} clusters need {needed}")
    order = take_part(plan, pool, seed)
    if design == "before_after":
        volunteers, others = np.split(order[: CANDIDATES * clusters], [clusters // 2])
        authority = np.concatenate([volunteers, _matched(pool, volunteers, others)])
        arm = np.repeat([1, 0], len(volunteers))
    else:
        authority = order[:clusters]
        arm = _allocated(clusters, seed)
    start = _stepped(plan, clusters, seed) if design == "stepped_wedge" else _staggered(plan, len(arm), seed)
    if design == "stepped_wedge":
        arm = np.ones_like(arm)
    life = np.where(arm == 1, 1 + np.searchsorted(pool.starts, start * plan.period_months), USUAL)
    return Schedule(authority, life, start, arm, _lost(plan, start, seed))


def take_part(plan: TrialProtocol, pool: OutcomePool, seed: int) -> Whole:
    """Authorities in the order in which they are asked and agree.

    Log odds rise with the last year's care starts and with their rise over the years before, each in
    standard deviations over the pool; with both at 0 all are equally likely. Sampling without replacement
    by Gumbel noise (Efraimidis and Spirakis 2006, Information Processing Letters 97:181).
    """
    level, rise = past_care_starts(pool)
    score = plan.selection_on_level * _standard(level) + plan.selection_on_rise * _standard(rise)
    gumbel = -np.log(-np.log(_luck(seed, _TAKE_PART, pool.authorities)))
    return np.argsort(-(score + gumbel), kind="stable")


def past_care_starts(pool: OutcomePool) -> tuple[Floats, Floats]:
    """Log care starts in the year before the trial, and how much higher it is than in the three before."""
    years = SELECTION_YEARS * MONTHS_PER_YEAR // pool.period_months
    rows = slice(pool.history_periods - years, pool.history_periods)
    count = pool.count["care_starts"][:, USUAL, rows].reshape(pool.authorities, SELECTION_YEARS, -1).sum(axis=2)
    size = pool.size["care_starts"][:, USUAL, rows].reshape(pool.authorities, SELECTION_YEARS, -1).sum(axis=2)
    rate = np.log((count + 0.5) / size)
    return rate[:, -1], rate[:, -1] - rate[:, :-1].mean(axis=1)


def _matched(pool: OutcomePool, volunteers: Whole, others: Whole) -> Whole:
    """A comparator for each volunteer, by optimal matching on past care starts and their rise."""
    level, rise = past_care_starts(pool)
    place = np.column_stack([_standard(level), _standard(rise)])
    distance = ((place[volunteers][:, None, :] - place[others][None, :, :]) ** 2).sum(axis=2)
    return others[linear_sum_assignment(distance)[1]]


def _allocated(clusters: int, seed: int) -> Whole:
    """Half of the clusters by lot; of an odd number the arm with one more is drawn too."""
    luck = _luck(seed, _ALLOCATE, clusters + 1)
    larger = int(luck[-1] < 0.5)
    arm = np.zeros(clusters, dtype=np.int64)
    arm[np.argsort(luck[:-1], kind="stable")[: (clusters + larger) // 2]] = 1
    return arm


def _stepped(plan: TrialProtocol, clusters: int, seed: int) -> Whole:
    """The period in which each cluster of a stepped wedge crosses over: sequences as equal in size as can be."""
    order = np.argsort(_luck(seed, _ALLOCATE, clusters), kind="stable")
    sequence = np.empty(clusters, dtype=np.int64)
    sequence[order] = np.arange(clusters) % plan.steps
    return 1 + sequence


def _staggered(plan: TrialProtocol, clusters: int, seed: int) -> Whole:
    """The period from which a cluster of a parallel trial is counted: drawn evenly over the months of starting."""
    choices = 1 + plan.stagger_months // plan.period_months
    return np.asarray(_luck(seed, _STAGGER, clusters) * choices, dtype=np.int64)


def _lost(plan: TrialProtocol, start: Whole, seed: int) -> Whole:
    """The period from which a cluster is lost: any after its start with equal chance, NOT_LOST for most."""
    periods = (plan.roll_in_months + plan.follow_up_months) // plan.period_months
    after = (_luck(seed, _LOSE_WHEN, len(start)) * periods).astype(np.int64)
    return np.where(_luck(seed, _LOSE, len(start)) < plan.loss, start + after, NOT_LOST)


def trial_data(
    plan: TrialProtocol, pool: OutcomePool, design: Design, held: Schedule, outcome: str, effect: bool
) -> TrialData:
    """The cluster-period table of an outcome; without ``effect`` everybody lives usual practice, whatever the arm."""
    cells, first = cells_of(plan, design, held, outcome)
    life = held.life if effect else np.full_like(held.life, USUAL)
    at = (held.authority[cells.cluster], life[cells.cluster], cells.period + first + pool.history_periods)
    return replace(cells, count=pool.count[outcome][at], size=pool.size[outcome][at])


def cells_of(plan: TrialProtocol, design: Design, held: Schedule, outcome: str) -> tuple[TrialData, int]:
    """The rows of a trial before anything is counted, one child in each, and the period that is numbered 0."""
    periods, treated, baseline = observed(plan, design, held, outcome)
    seen = np.isfinite(treated) & (periods[None, :] < held.lost[:, None])
    cluster, column = np.nonzero(seen)
    first = int(periods[column].min())
    since = since_start(plan, held, outcome, periods, treated)
    cells = TrialData(
        cluster,
        periods[column] - first,
        treated[cluster, column],
        np.zeros(len(cluster)),
        np.ones(len(cluster)),
        held.arm[cluster],
        baseline[column],
        since[cluster, column],
    )
    return cells, first


def since_start(plan: TrialProtocol, held: Schedule, outcome: str, periods: Whole, treated: Floats) -> Whole:
    """Periods since each cluster's start as ``TrialData.since`` counts them, shape (clusters, periods).

    ``periods`` and ``treated`` as from `observed`. Children who enter within an outcome's follow-up before a start are
    followed past it.
    """
    crossed = periods[None, :] - held.start[:, None]
    past = (crossed >= -_followed_periods(plan, outcome)) & (crossed < 0) & (held.arm[:, None] == 1)
    return np.where(treated == 1.0, crossed + 1, np.where((treated == 0.0) & past, crossed, 0))


def _followed_periods(plan: TrialProtocol, outcome: str) -> int:
    """Periods, begun ones too, over which a child is followed."""
    return -(-RECORDED[outcome].follow_up // plan.period_months)


def observed(
    plan: TrialProtocol, design: Design, held: Schedule, outcome: str
) -> tuple[Whole, Floats, NDArray[np.bool_]]:
    """Periods, counted from the trial's start, and whether each cluster has the programme then.

    Shapes (periods,), (clusters, periods), (periods,): the second is 1.0 or 0.0, NaN in roll-in and
    where a cluster is not observed; the third marks the baseline: periods before the trial's start, whose children
    are followed up by then, or, in a stepped wedge, before anybody may start.
    """
    roll_in, follow_up = plan.roll_in_months // plan.period_months, plan.follow_up_months // plan.period_months
    wanted = 0 if design == "parallel" else plan.baseline_months // plan.period_months
    if design == "stepped_wedge":
        periods: Whole = np.arange(-wanted, plan.steps + roll_in + follow_up)
        crossed = periods[None, :] - held.start[:, None]
        treated: Floats = np.where(crossed < 0, 0.0, np.where(crossed < roll_in, np.nan, 1.0))
        return periods, treated, periods < 0
    gap = _followed_periods(plan, outcome)
    before: Whole = np.arange(-gap - wanted, -gap)
    after: Whole = np.arange(roll_in, held.start.max() + roll_in + follow_up)
    since = after[None, :] - held.start[:, None]
    counted = (since >= roll_in) & (since < roll_in + follow_up)
    treated = np.where(counted, held.arm[:, None].astype(float), np.nan)
    both = np.concatenate([np.zeros((len(held.arm), len(before))), treated], axis=1)
    return np.concatenate([before, after]), both, np.repeat([True, False], [len(before), len(after)])


def true_effect(plan: TrialProtocol, pool: OutcomePool, design: Design, outcome: str) -> float:
    """The model's own effect that a design asks about: recorded with the programme minus without it.

    Mean over all authorities of the pool, and over the starts of the design, of the difference in the
    periods in which a cluster has the programme and roll-in is over. Each authority counts alike.
    """
    differences = []
    for start in plan.starts_of(design):
        held = Schedule(*(np.array([number]) for number in (0, 0, start // plan.period_months, 1, NOT_LOST)))
        periods, treated, _ = observed(plan, design, held, outcome)
        columns = periods[treated[0] == 1.0] + pool.history_periods
        with_it, without = (_pooled(pool, outcome, life, columns) for life in (pool.life(start), USUAL))
        changed = with_it - without
        differences.append(mean(changed[np.isfinite(changed)]))
    return float(np.mean(differences))


def _pooled(pool: OutcomePool, outcome: str, life: int, columns: Whole) -> Floats:
    """Share or rate of every authority over some periods of one of its lives, shape (authorities,)."""
    count, size = (table[outcome][:, life][:, columns].sum(axis=1) for table in (pool.count, pool.size))
    with np.errstate(invalid="ignore"):
        return np.asarray(count / size)


def _standard(values: Floats) -> Floats:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread else np.zeros_like(values)


def _luck(seed: int, what: int, number: int) -> Floats:
    return np.array([uniform(mix(seed, place), mix(what, 0)) for place in range(number)])
