"""Who takes part, who starts when, and which of an authority's lives a trial reads."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from sos_sim.core.errors import ModelError
from sos_sim.core.luck import mix, uniform
from sos_sim.trials.schedules import (
    CANDIDATES,
    NOT_LOST,
    USUAL,
    observed,
    past_care_starts,
    schedule,
    take_part,
    trial_data,
    true_effect,
)
from support.trial_pools import a_plan, a_pool

PRIMARY = "looked_after_18m"


def test_half_of_the_clusters_have_the_programme_and_the_lot_is_fair() -> None:
    plan = a_plan()
    pool = a_pool(plan, 0.0)
    arms = [schedule(plan, pool, "parallel", 9, mix(1, trial)).arm for trial in range(200)]
    assert {int(arm.sum()) for arm in arms} == {4, 5}
    allocated = int(sum(arm.sum() for arm in arms))
    assert stats.binomtest(allocated, 9 * 200).pvalue > 1e-3
    assert stats.binomtest(sum(int(arm[0]) for arm in arms), 200).pvalue > 1e-3


def test_no_authority_takes_part_twice_and_order_is_by_luck() -> None:
    plan = a_plan()
    pool = a_pool(plan, 0.0)
    one, other = (take_part(plan, pool, mix(1, trial)) for trial in range(2))
    assert sorted(one) == list(range(pool.authorities)) and list(one) != list(other)
    assert list(one) == list(take_part(plan, pool, mix(1, 0)))


@pytest.mark.parametrize("place", [0, 1])
def test_self_selection_takes_the_high_or_the_rising_first(place: int) -> None:
    chosen = {0: {"selection_on_level": 2.0}, 1: {"selection_on_rise": 2.0}}[place]
    plan = a_plan(**chosen)
    pool = a_pool(plan, 0.0)
    past = past_care_starts(pool)[place]
    first = np.concatenate([take_part(plan, pool, mix(1, trial))[:10] for trial in range(20)])
    assert past[first].mean() > past.mean() + past.std()


def test_a_comparator_is_matched_among_those_who_did_not_volunteer() -> None:
    plan = a_plan(selection_on_level=1.0)
    pool = a_pool(plan, 0.0)
    held = schedule(plan, pool, "before_after", 20, 5)
    assert len(set(held.authority)) == 20 and held.arm.sum() == 10
    level = past_care_starts(pool)[0]
    others = np.setdiff1d(np.arange(pool.authorities), held.authority)
    apart = abs(level[held.authority[:10]].mean() - level[held.authority[10:]].mean())
    assert apart < abs(level[held.authority[:10]].mean() - level[others].mean())


def test_a_stepped_wedge_crosses_over_in_equal_sequences() -> None:
    plan = a_plan(designs=("stepped_wedge",), steps=5)
    held = schedule(plan, a_pool(plan, 0.0), "stepped_wedge", 10, 3)
    assert sorted(held.start) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert [plan.starts[life - 1] for life in held.life] == [6 * start for start in held.start]
    periods, treated, baseline = observed(plan, "stepped_wedge", held, PRIMARY)
    assert periods.tolist() == list(range(-4, 5 + 2 + 4)) and (baseline == (periods < 0)).all()
    row = treated[held.start == 2][0, 4:]
    assert list(row[:2]) == [0, 0] and np.isnan(row[2:4]).all() and (row[4:] == 1).all()


def test_the_baseline_ends_before_a_child_of_it_can_meet_the_programme() -> None:
    plan = a_plan()
    held = schedule(plan, a_pool(plan, 0.0), "parallel_baseline", 10, 3)
    periods, treated, baseline = observed(plan, "parallel_baseline", held, PRIMARY)
    assert (periods[baseline] * plan.period_months).tolist() == [-42, -36, -30, -24]
    assert (periods[~baseline] * plan.period_months).tolist() == [12, 18, 24, 30]
    assert (treated[:, baseline] == 0).all() and (treated[:, ~baseline] == held.arm[:, None]).all()
    assert not observed(plan, "parallel", held, PRIMARY)[2].any()


def test_staggered_starts_are_followed_from_their_own_start() -> None:
    plan = a_plan(stagger_months=12)
    held = schedule(plan, a_pool(plan, 0.0), "parallel", 20, 3)
    assert set(held.start) == {0, 1, 2}
    periods, treated, _ = observed(plan, "parallel", held, PRIMARY)
    for cluster in range(20):
        seen = periods[np.isfinite(treated[cluster])]
        assert list(seen - held.start[cluster]) == [2, 3, 4, 5]


def test_lost_clusters_are_not_heard_of_again() -> None:
    plan = a_plan(loss=0.5)
    pool = a_pool(plan, 0.0)
    held = schedule(plan, pool, "parallel_baseline", 40, 3)
    lost = held.lost < NOT_LOST
    assert 8 <= lost.sum() <= 32
    data = trial_data(plan, pool, "parallel_baseline", held, PRIMARY, True)
    whole = trial_data(plan, pool, "parallel_baseline", held._replace(lost=np.full(40, NOT_LOST)), PRIMARY, True)
    rows, all_rows = (np.bincount(table.cluster, minlength=40) for table in (data, whole))
    assert (rows[~lost] == all_rows[~lost]).all() and (rows[lost] <= all_rows[lost]).all()
    assert rows.sum() < all_rows.sum()


def test_a_trial_reads_the_life_that_was_allocated() -> None:
    plan = a_plan()
    pool = a_pool(plan, -0.03)
    held = schedule(plan, pool, "parallel_baseline", 10, 3)
    data = trial_data(plan, pool, "parallel_baseline", held, PRIMARY, True)
    without = trial_data(plan, pool, "parallel_baseline", held, PRIMARY, False)
    difference = data.value - without.value
    assert difference[data.treated == 1.0] == pytest.approx(-0.03) and (difference[data.treated == 0.0] == 0).all()
    authority, period = held.authority[data.cluster[0]], pool.history_periods - 7
    assert data.count[0] == pool.count[PRIMARY][authority, USUAL, period]


@pytest.mark.parametrize("design", ["parallel", "parallel_baseline", "before_after", "stepped_wedge"])
def test_the_true_effect_is_the_one_put_in(design: str) -> None:
    plan = a_plan(designs=(design,))
    assert true_effect(plan, a_pool(plan, -0.03), design, PRIMARY) == pytest.approx(-0.03)


def test_a_pool_splits_into_draws() -> None:
    plan = a_plan()
    pool = a_pool(plan, 0.0, 8, draws=(-1, 0, 1))
    assert pool.of_draw(1).authorities == 8
    assert replace(pool).authorities == 24


def test_too_few_authorities_are_told_by_number() -> None:
    plan = a_plan()
    with pytest.raises(ModelError, match="8 authorities are left, others failed; 6 clusters need 9"):
        schedule(plan, a_pool(plan, 0.0, 8), "before_after", 6, 1)


def test_past_care_starts_by_hand() -> None:
    """Log rates of the last year and how far they are above the mean of the three before it."""
    plan = a_plan()
    pool = a_pool(plan, 0.0, authorities=5)
    years = [slice(pool.history_periods - 2 * (4 - year), pool.history_periods - 2 * (3 - year)) for year in range(4)]
    count, size = (table["care_starts"][:, USUAL] for table in (pool.count, pool.size))
    assert pool.period_months == 6
    rates = [np.log((count[:, year].sum(axis=1) + 0.5) / size[:, year].sum(axis=1)) for year in years]
    level, rise = past_care_starts(pool)
    np.testing.assert_allclose(level, rates[3])
    np.testing.assert_allclose(rise, rates[3] - (rates[0] + rates[1] + rates[2]) / 3.0)


def test_no_other_matching_of_the_same_authorities_is_nearer() -> None:
    plan = a_plan(selection_on_level=1.0)
    pool = a_pool(plan, 0.0, authorities=24)
    held = schedule(plan, pool, "before_after", 6, 5)
    volunteers, matched = held.authority[:3], held.authority[3:]
    place = np.column_stack([(past - past.mean()) / past.std() for past in past_care_starts(pool)])
    asked = take_part(plan, pool, 5)[: CANDIDATES * 6]
    pairs = [((place[volunteers] - place[list(others)]) ** 2).sum() for others in permutations(asked[3:], 3)]
    assert ((place[volunteers] - place[matched]) ** 2).sum() == pytest.approx(min(pairs))


def test_clusters_are_lost_in_any_period_of_their_follow_up() -> None:
    plan = a_plan(loss=1.0)
    pool = a_pool(plan, 0.0)
    after = np.concatenate(
        [held.lost - held.start for held in (schedule(plan, pool, "parallel", 40, s) for s in range(20))]
    )
    periods = (plan.roll_in_months + plan.follow_up_months) // plan.period_months
    assert set(after) == set(range(periods))
    assert stats.chisquare(np.bincount(after)).pvalue > 1e-3
    kept = schedule(a_plan(loss=0.0), pool, "parallel", 40, 1).lost
    assert (kept == NOT_LOST).all() and NOT_LOST > 1000


def test_authorities_agree_in_the_order_of_a_race_in_which_odds_are_speeds() -> None:
    """Efraimidis and Spirakis: times are exponential with the odds as rates, so -log(luck) / odds puts them in order.

    The rise weighs down, so that level and rise cannot stand for each other.
    """
    plan = a_plan(selection_on_level=0.9, selection_on_rise=-0.6)
    pool = a_pool(plan, 0.0, authorities=12)
    level, rise = ((past - past.mean()) / past.std() for past in past_care_starts(pool))
    odds = np.exp(0.9 * level - 0.6 * rise)
    luck = np.array([uniform(mix(4, place), mix(0, 0)) for place in range(12)])
    assert list(take_part(plan, pool, 4)) == list(np.argsort(-np.log(luck) / odds))


def test_where_all_authorities_are_alike_selection_chooses_nobody() -> None:
    pool = a_pool(a_plan(), 0.0, authorities=9)
    alike = replace(
        pool,
        count={name: np.ones_like(counts) for name, counts in pool.count.items()},
        size={name: np.full_like(sizes, 9.0) for name, sizes in pool.size.items()},
    )
    eager, any_of_them = a_plan(selection_on_level=3.0, selection_on_rise=3.0), a_plan()
    assert list(take_part(eager, alike, 8)) == list(take_part(any_of_them, alike, 8))


@pytest.mark.parametrize(
    ("design", "changed", "periods"),
    [
        ("parallel", {"stagger_months": 12}, [(2, 3, 4, 5), (3, 4, 5, 6), (4, 5, 6, 7)]),
        ("parallel_baseline", {}, [(2, 3, 4, 5)]),
        ("before_after", {}, [(2, 3, 4, 5)]),
        ("stepped_wedge", {"steps": 2}, [(3, 4, 5, 6, 7), (4, 5, 6, 7)]),
    ],
)
def test_the_true_effect_is_of_the_periods_in_which_a_cluster_has_the_programme(
    design: str, changed: dict[str, int], periods: list[tuple[int, ...]]
) -> None:
    """With an effect that grows by 0.001 a period: from roll-in (two periods after each start) to the last one seen."""
    plan = a_plan(designs=(design,), **changed)
    flat = a_pool(plan, 0.0, authorities=6)
    count = flat.count[PRIMARY].copy()
    count[:, 1:] += flat.size[PRIMARY][:, 1:] * 0.001 * (np.arange(count.shape[2]) - flat.history_periods)
    growing = replace(flat, count={**flat.count, PRIMARY: count})
    expected = np.mean([np.mean(counted) for counted in periods]) * 0.001
    assert true_effect(plan, growing, design, PRIMARY) == pytest.approx(expected)


def test_every_row_of_a_trial_is_its_authority_in_that_period() -> None:
    plan = a_plan(stagger_months=6)
    pool = a_pool(plan, -0.02, authorities=8)
    held = schedule(plan, pool, "parallel_baseline", 6, 3)
    data = trial_data(plan, pool, "parallel_baseline", held, PRIMARY, True)
    rows = []
    for cluster in range(6):
        first = int(held.start[cluster])
        for period in (-7, -6, -5, -4, *range(first + 2, first + 6)):
            at = (held.authority[cluster], held.life[cluster], period + pool.history_periods)
            treated = float(held.arm[cluster]) if period > 0 else 0.0
            numbered = period + 7
            counts = (pool.count[PRIMARY][at], pool.size[PRIMARY][at])
            since = int(treated) * (period - first + 1)
            rows.append((cluster, numbered, treated, *counts, held.arm[cluster], period < 0, since))
    assert set(held.start) == {0, 1}
    columns = (data.cluster, data.period, data.treated, data.count, data.size, data.arm, data.baseline, data.since)
    assert sorted(zip(*map(np.ndarray.tolist, columns), strict=True)) == sorted(rows)


@pytest.mark.parametrize("design", ["parallel", "before_after"])
def test_the_programme_s_arm_lives_its_start_and_the_other_lives_usual_practice(design: str) -> None:
    plan = a_plan(designs=(design,), stagger_months=12)
    held = schedule(plan, a_pool(plan, 0.0), design, 12, 3)
    assert set(held.start) == {0, 1, 2} and held.arm.sum() == 6
    for arm, life, start in zip(held.arm, held.life, held.start, strict=True):
        assert life == (1 + plan.starts.index(6 * start) if arm else USUAL)


def test_sequences_of_a_stepped_wedge_differ_by_one_cluster_at_most_and_all_cross_over() -> None:
    plan = a_plan(designs=("stepped_wedge",), steps=3)
    pool = a_pool(plan, 0.0)
    starts = [schedule(plan, pool, "stepped_wedge", 7, mix(2, trial)) for trial in range(40)]
    assert all(np.bincount(held.start).tolist() == [0, 3, 2, 2] and held.arm.all() for held in starts)
    first = np.bincount([int(held.start[0]) for held in starts], minlength=4)[1:]
    assert stats.chisquare(first, 40 * np.array([3, 2, 2]) / 7).pvalue > 1e-3


def test_starts_are_spread_evenly_over_the_months_of_starting() -> None:
    plan = a_plan(stagger_months=12)
    pool = a_pool(plan, 0.0)
    starts = np.concatenate([schedule(plan, pool, "parallel", 30, mix(3, trial)).start for trial in range(10)])
    assert stats.chisquare(np.bincount(starts, minlength=3)).pvalue > 1e-3
    assert schedule(a_plan(stagger_months=0), pool, "parallel", 30, 1).start.max() == 0
