"""Correlations implied by cluster-period counts, against data made with known ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sos_sim.core.luck import mix, uniform
from sos_sim.statistics.intervals import Floats
from sos_sim.trials.correlations import (
    are_shares,
    between_variation,
    cluster_autocorrelation,
    intracluster,
    sampling_variance,
)

SHARE, ICC, CAC, CHILDREN = 0.2, 0.02, 0.7, 600


def luck(seed: int, what: int, *shape: int) -> Floats:
    """Uniform draws by address."""
    entity = np.arange(math.prod(shape), dtype=np.uint64)
    return np.asarray(uniform(mix(seed, entity), np.uint64(mix(what, 0)))).reshape(shape)


def true_values(seed: int, clusters: int, periods: int, variance: float, mean: float = SHARE) -> Floats:
    """Clusters' values whose cluster and cluster-period parts have autocorrelation CAC."""
    cluster, period = (stats.norm.ppf(luck(seed, what, clusters, width)) for what, width in ((1, 1), (2, periods)))
    return np.asarray(mean + variance**0.5 * (CAC**0.5 * cluster + (1 - CAC) ** 0.5 * period))


def shares(seed: int, clusters: int, periods: int, icc: float = ICC) -> tuple[Floats, Floats]:
    """Counts and sizes, sizes differing twofold between clusters."""
    size = np.round(CHILDREN * (0.67 + 0.67 * luck(seed, 3, clusters, 1))) + np.zeros((clusters, periods))
    risk = np.clip(true_values(seed, clusters, periods, icc * SHARE * (1 - SHARE)), 0.001, 0.999)
    return stats.binom.ppf(luck(seed, 4, clusters, periods), size, risk), size


def rates(seed: int, clusters: int, periods: int, variation: float) -> tuple[Floats, Floats]:
    """Events of a rate of 50 per 10,000 child-years in authorities of 40,000 children."""
    size = np.full((clusters, periods), 4.0)
    rate = true_values(seed, clusters, periods, (50.0 * variation) ** 2, mean=50.0)
    return stats.poisson.ppf(luck(seed, 4, clusters, periods), size * rate), size


def test_the_correlation_within_clusters_is_found() -> None:
    estimate, low, high = intracluster(*shares(1, 400, 4))
    assert low < estimate < high and estimate == pytest.approx(ICC, rel=0.12)


def test_children_who_are_not_alike_have_none_and_it_may_be_negative() -> None:
    found = np.array([intracluster(*shares(seed, 20, 1, icc=0.0)) for seed in range(200)])
    spread = found[:, 0].std(ddof=1) / 200**0.5
    assert abs(found[:, 0].mean()) < 3.5 * spread and (found[:, 0] < 0).any() and spread < 1e-4


def test_the_interval_contains_the_truth_as_often_as_it_says() -> None:
    """200 intervals: below 0.90 would happen with probability 0.001 if they held 0.95."""
    found = np.array([intracluster(*shares(seed, 30, 1)) for seed in range(200)])
    covered = float(((found[:, 1] < ICC) & (found[:, 2] > ICC)).mean())
    assert covered >= 0.90


def test_the_variance_estimator_is_the_textbook_one() -> None:
    """Two clusters of children, one way of counting: mean squares by hand from the children themselves."""
    children = [np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])]
    everyone = np.concatenate(children)
    between = sum(len(group) * (group.mean() - everyone.mean()) ** 2 for group in children)
    within = sum(((group - group.mean()) ** 2).sum() for group in children) / 8
    typical = 10 - (16 + 36) / 10
    expected = (between - within) / (between + (typical - 1) * within)
    count, size = (np.array([[number(group)] for group in children]) for number in (np.sum, len))
    assert intracluster(count, size.astype(float))[0] == pytest.approx(expected)


def test_rates_have_no_correlation_of_individuals_but_vary_between_clusters() -> None:
    count, size = rates(2, 400, 4, variation=0.3)
    assert not are_shares(count, size) and all(math.isnan(number) for number in intracluster(count, size))
    assert between_variation(count, size) == pytest.approx(0.3, rel=0.08)


def test_variation_of_shares_leaves_sampling_out() -> None:
    count, size = shares(3, 400, 4)
    implied = (ICC * (1 - SHARE) / SHARE) ** 0.5
    assert between_variation(count, size) == pytest.approx(implied, rel=0.08)
    assert (count / size).std() / (count / size).mean() > 1.02 * implied


def test_authorities_that_differ_by_chance_alone_vary_little_and_say_nothing_of_persistence() -> None:
    found = [between_variation(*rates(seed, 40, 4, variation=0.0)) for seed in range(40)]
    assert min(found) == 0.0 and max(found) < 0.05
    unlike = [cluster_autocorrelation(*rates(seed, 40, 4, variation=0.0)) for seed in range(40)]
    assert any(math.isnan(number) for number in unlike)


@pytest.mark.parametrize("made", [shares(5, 600, 5), rates(6, 600, 5, variation=0.3)], ids=["shares", "rates"])
def test_persistence_is_found_and_not_drowned_by_sampling(made: tuple[Floats, Floats]) -> None:
    count, size = made
    raw = np.corrcoef((count / size)[:, 0], (count / size)[:, 1])[0, 1]
    assert cluster_autocorrelation(count, size) == pytest.approx(CAC, abs=0.06)
    assert raw < CAC


def test_a_secular_trend_is_no_persistence() -> None:
    count, size = rates(7, 600, 5, variation=0.3)
    risen = count + np.arange(5) * 100.0
    assert cluster_autocorrelation(risen, size) < CAC + 0.1


def test_one_period_has_no_persistence_and_one_cluster_has_nothing() -> None:
    count, size = shares(1, 30, 1)
    assert math.isnan(cluster_autocorrelation(count, size))
    assert all(math.isnan(number) for number in intracluster(count[:1], size[:1]))
    assert math.isnan(between_variation(count[:1], size[:1]))


def test_cells_without_children_are_left_out() -> None:
    count, size = shares(1, 60, 3)
    count[0, 0] = size[0, 0] = 0.0
    seen = [intracluster(count[1:, :1], size[1:, :1])[0], intracluster(count[:, 1:], size[:, 1:])[0]]
    assert intracluster(count, size)[0] == pytest.approx((seen[0] + 2 * seen[1]) / 3)
    assert math.isfinite(cluster_autocorrelation(count, size)) and math.isfinite(between_variation(count, size))


def test_nothing_ever_happening_gives_nan() -> None:
    count, size = np.zeros((10, 3)), np.full((10, 3), 50.0)
    assert all(math.isnan(number) for number in intracluster(count, size))
    assert math.isnan(between_variation(count, size)) and math.isnan(cluster_autocorrelation(count, size))


def test_the_sampling_variance_is_unbiased() -> None:
    """Over all counts of a binomial of 4 children, weighted by their probability."""
    counts = np.arange(5.0)
    found = sampling_variance(counts, np.full(5, 4.0))
    assert (stats.binom.pmf(counts, 4, 0.3) * found).sum() == pytest.approx(0.3 * 0.7 / 4)
    assert sampling_variance(np.array([30.0]), np.array([0.5]))[0] == pytest.approx(120.0)
    assert math.isnan(sampling_variance(np.array([1.0]), np.array([1.0]))[0])
