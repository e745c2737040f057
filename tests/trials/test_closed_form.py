"""Textbook formulas of cluster trials against figures worked out elsewhere and against each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sos_sim.statistics.intervals import Floats
from sos_sim.trials.closed_form import design_effect, parallel_error, power, stepped_wedge_error, with_baseline
from support.textbook_trials import baseline_correlation, change_from_baseline, detectable_difference

POINTS = 100.0
CHILDREN, SHARE = 1500, 0.05


def wedge(clusters: int, periods: int) -> Floats:
    """As many clusters at every step, the first period without the programme."""
    at_step = clusters // (periods - 1)
    return np.array([[float(period > cluster // at_step) for period in range(periods)] for cluster in range(clusters)])


# Detectable differences in percentage points, two-sided 5 %, power 80 %: normal theory, p = .05. The
# published figures sum the two normal quantiles to 2.80 where 2.8016 is meant: a difference below 0.01.
PARALLEL = [
    (5, 0.005, 2.90, 1.27),
    (10, 0.005, 2.05, 0.90),
    (20, 0.005, 1.45, 0.63),
    (40, 0.005, 1.03, 0.45),
    (5, 0.01, 3.98, 1.74),
    (10, 0.01, 2.82, 1.23),
    (20, 0.01, 1.99, 0.87),
    (40, 0.01, 1.41, 0.61),
]
WEDGE = [
    (5, 78_000, 0.005, (0.78, 1.00, 1.17, 1.46)),
    (5, 78_000, 0.01, (0.78, 1.18, 1.47, 1.92)),
    (15, 15 * 6 * 1500, 0.005, (0.59, 0.69, 0.78, 0.92)),
    (15, 15 * 6 * 1500, 0.01, (0.59, 0.78, 0.93, 1.17)),
]


@pytest.mark.parametrize(("clusters", "icc", "alone", "adjusted"), PARALLEL)
def test_parallel_trials_of_normal_theory(clusters: int, icc: float, alone: float, adjusted: float) -> None:
    error = parallel_error(clusters, CHILDREN, SHARE, icc)
    assert POINTS * detectable_difference(error) == pytest.approx(alone, abs=0.01)
    assert POINTS * detectable_difference(with_baseline(error, 0.9)) == pytest.approx(adjusted, abs=0.006)


@pytest.mark.parametrize(("clusters", "children", "icc", "points"), WEDGE)
def test_stepped_wedges_of_normal_theory(clusters: int, children: int, icc: float, points: tuple[float, ...]) -> None:
    for cac, expected in zip((1.0, 0.95, 0.9, 0.8), points, strict=True):
        error = stepped_wedge_error(wedge(clusters, 6), children / (clusters * 6), SHARE, icc, cac)
        assert POINTS * detectable_difference(error) == pytest.approx(expected, abs=0.0065)


def test_the_variance_of_hussey_and_hughes() -> None:
    """Their formula for a cross-sectional wedge: I sigma² (sigma² + T tau²) over its design sums."""
    treated, icc = wedge(10, 6), 0.02
    clusters, periods = treated.shape
    between, within = icc * SHARE * (1 - SHARE), (1 - icc) * SHARE * (1 - SHARE) / CHILDREN
    u, w, v = treated.sum(), (treated.sum(axis=0) ** 2).sum(), (treated.sum(axis=1) ** 2).sum()
    below = (clusters * u - w) * within + (u**2 + clusters * periods * u - periods * w - clusters * v) * between
    variance = clusters * within * (within + periods * between) / below
    assert stepped_wedge_error(treated, CHILDREN, SHARE, icc) == pytest.approx(variance**0.5)


def test_one_period_of_two_arms_is_the_parallel_trial() -> None:
    arms = np.repeat([[0.0], [1.0]], 7, axis=0)
    assert stepped_wedge_error(arms, CHILDREN, SHARE, 0.01) == pytest.approx(parallel_error(7, CHILDREN, SHARE, 0.01))


def test_generalised_least_squares_over_two_periods_is_the_adjusted_trial() -> None:
    """A baseline that randomisation has not yet touched is worth its covariance adjustment."""
    arms = np.repeat([[0.0, 0.0], [0.0, 1.0]], 7, axis=0)
    correlation = baseline_correlation(CHILDREN, 0.01, 0.8)
    expected = with_baseline(parallel_error(7, CHILDREN, SHARE, 0.01), correlation)
    assert stepped_wedge_error(arms, CHILDREN, SHARE, 0.01, 0.8) == pytest.approx(expected)


def test_decay_and_block_agree_over_two_periods_and_part_over_more() -> None:
    two, six = np.repeat([[0.0, 0.0], [0.0, 1.0]], 7, axis=0), wedge(10, 6)
    settings = (CHILDREN, SHARE, 0.01, 0.8)
    assert stepped_wedge_error(two, *settings, decays=True) == pytest.approx(stepped_wedge_error(two, *settings))
    assert stepped_wedge_error(six, *settings, decays=True) > 1.05 * stepped_wedge_error(six, *settings)


def test_months_of_roll_in_cost_precision_and_a_lost_calendar_period_is_no_harm() -> None:
    full = wedge(5, 6)
    rolled = np.where((np.diff(full, axis=1, prepend=0.0) == 1.0), np.nan, full)
    error = stepped_wedge_error(rolled, CHILDREN, SHARE, 0.01, 0.9)
    assert math.isfinite(error) and error > stepped_wedge_error(full, CHILDREN, SHARE, 0.01, 0.9)
    unseen = np.column_stack((full, np.full(5, np.nan)))
    assert stepped_wedge_error(unseen, CHILDREN, SHARE, 0.01, 0.9) == pytest.approx(
        stepped_wedge_error(full, CHILDREN, SHARE, 0.01, 0.9)
    )


def test_everybody_starting_together_tells_nothing() -> None:
    error = stepped_wedge_error(np.tile([0.0, 0.0, 1.0], (6, 1)), CHILDREN, SHARE, 0.01)
    assert math.isinf(error) and math.isinf(detectable_difference(error))


def test_children_of_an_authority_alike_in_nothing_need_no_more() -> None:
    assert design_effect(CHILDREN, 0.0) == 1.0 and design_effect(1500, 0.01) == pytest.approx(15.99)
    assert parallel_error(5, 100, 0.5, 0.0) == pytest.approx((0.25 / 500 + 0.25 / 500) ** 0.5)


def test_the_same_children_twice_correlate_even_without_clustering() -> None:
    assert baseline_correlation(50, 0.0, 0.9, child_autocorrelation=0.6) == pytest.approx(0.6)
    assert baseline_correlation(1e9, 0.01, 0.9) == pytest.approx(0.9, abs=1e-6)


def test_change_beats_the_follow_up_only_above_a_correlation_of_a_half_and_adjustment_beats_both() -> None:
    assert change_from_baseline(1.0, 0.5) == pytest.approx(1.0)
    for correlation in (0.1, 0.5, 0.9):
        assert with_baseline(1.0, correlation) < min(1.0, change_from_baseline(1.0, correlation))


@pytest.mark.parametrize("degrees", [1, 3, 8, 38, 500, math.inf])
def test_the_detectable_difference_is_the_one_that_power_finds(degrees: float) -> None:
    difference = detectable_difference(0.3, degrees, wanted=0.9, alpha=0.01)
    assert power(difference, 0.3, degrees, alpha=0.01) == pytest.approx(0.9)
    assert power(-difference, 0.3, degrees, alpha=0.01) == pytest.approx(0.9)


def test_power_without_effect_is_the_error_rate_and_is_continuous_there() -> None:
    for degrees in (4, math.inf):
        assert power(0.0, 1.0, degrees) == 0.05 and power(1e-4, 1.0, degrees) == pytest.approx(0.05, abs=1e-6)


def test_power_is_that_of_the_noncentral_t() -> None:
    critical = stats.t.ppf(0.975, 8)
    expected = stats.nct.sf(critical, 8, 2.5) + stats.nct.cdf(-critical, 8, 2.5)
    assert power(2.5, 1.0, 8) == pytest.approx(expected) and power(2.5, 1.0, 8) < power(2.5, 1.0)


def test_a_trial_that_is_not_identified_has_the_power_of_luck() -> None:
    assert power(0.2, math.inf, 18.0) == power(0.2, math.inf) == 0.05
