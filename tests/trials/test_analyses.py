"""Analyses of virtual trials: known answers, held error rates, unbiased estimates, textbook power."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.regression.mixed_linear_model import MixedLM

from sos_sim.core.errors import InputError
from sos_sim.statistics.intervals import Floats, share_interval
from sos_sim.trials import closed_form
from sos_sim.trials.analyses import ANALYSES, analyse_trial
from sos_sim.trials.trial_data import Finding, TrialData
from support.made_up_trials import normals
from support.textbook_trials import baseline_correlation, change_from_baseline

SHARE, ICC, CAC, CHILDREN, PERIODS, START = 0.3, 0.05, 0.7, 400.0, 4, 2
OVER_PERIODS = ("mixed_model", "mixed_model_normal", "gee_corrected", "gee_sandwich")


def values(seed: int, clusters: int, periods: int) -> Floats:
    """Gaussian shares with the variance of ``CHILDREN`` a cell, correlated ICC within and CAC between periods."""
    between, within = ICC * SHARE * (1 - SHARE), (1 - ICC) * SHARE * (1 - SHARE) / CHILDREN
    cluster, period = normals(seed, 1, clusters, 1), normals(seed, 2, clusters, periods)
    return np.asarray(SHARE + (between * CAC) ** 0.5 * cluster + (between * (1 - CAC) + within) ** 0.5 * period)


def trial(value: Floats, treated: Floats, effect: float = 0.0) -> TrialData:
    """Table of values and programme, both (clusters, periods), with a trend and a forced effect."""
    periods = value.shape[1]
    seen = value + effect * treated + 0.01 * np.arange(periods)
    cluster, period = (table.ravel() for table in np.indices(value.shape))
    arm = np.repeat((treated > 0).any(axis=1).astype(int), periods)
    baseline = ~np.maximum.accumulate(treated.any(axis=0))[period]
    size = np.full(value.size, CHILDREN)
    since = (np.cumsum(treated, axis=1) * treated).astype(int).ravel()
    return TrialData(cluster, period, treated.ravel(), seen.ravel() * size, size, arm, baseline, since)


def parallel(
    seed: int, clusters: int = 10, effect: float = 0.0, periods: int = PERIODS, start: int = START
) -> TrialData:
    treated = (np.arange(clusters)[:, None] % 2) * (np.arange(periods) >= start)
    return trial(values(seed, clusters, periods), treated.astype(float), effect)


def wedge(seed: int, clusters: int = 10, effect: float = 0.0) -> TrialData:
    treated = (np.arange(6) > np.arange(clusters)[:, None] % 5).astype(float)
    return trial(values(seed, clusters, 6), treated, effect)


def rejected(findings: Iterable[Finding]) -> tuple[int, int]:
    tests = [finding.p < 0.05 for finding in findings]
    return sum(tests), len(tests)


def arms(table: Floats) -> tuple[Floats, Floats]:
    return table[1::2], table[::2]


def test_the_cluster_summary_is_the_t_test_of_cluster_means() -> None:
    data = parallel(1)
    means = data.value.reshape(10, PERIODS)[:, START:].mean(axis=1)
    known = stats.ttest_ind(*arms(means))
    found = analyse_trial("cluster_summary", data)
    interval = known.confidence_interval()
    assert (found.p, found.degrees) == pytest.approx((known.pvalue, 8))
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.estimate / found.error == pytest.approx(known.statistic)


def test_the_difference_in_differences_is_the_t_test_of_changes() -> None:
    data = parallel(2)
    table = data.value.reshape(10, PERIODS)
    change = table[:, START:].mean(axis=1) - table[:, :START].mean(axis=1)
    known = stats.ttest_ind(*arms(change))
    found = analyse_trial("difference_in_differences", data)
    assert (found.p, found.estimate) == pytest.approx((known.pvalue, arms(change)[0].mean() - arms(change)[1].mean()))


def test_the_adjusted_summary_is_the_analysis_of_covariance() -> None:
    """By residuals of both arm and follow-up on the baseline (Frisch and Waugh)."""
    data = parallel(3)
    table = data.value.reshape(10, PERIODS)
    before, after = table[:, :START].mean(axis=1), table[:, START:].mean(axis=1)
    arm = np.arange(10) % 2
    fits = [np.polynomial.Polynomial.fit(before, series, 1)(before) for series in (arm, after)]
    known = stats.linregress(arm - fits[0], after - fits[1])
    found = analyse_trial("cluster_summary_adjusted", data)
    assert (found.estimate, found.degrees) == pytest.approx((known.slope, 7))
    assert found.error == pytest.approx(known.stderr * (8 / 7) ** 0.5)


def test_before_and_after_is_the_paired_t_test_of_the_treated() -> None:
    data = parallel(4)
    table = data.value.reshape(10, PERIODS)[1::2]
    known = stats.ttest_rel(table[:, START:].mean(axis=1), table[:, :START].mean(axis=1))
    found = analyse_trial("before_after", data)
    assert (found.p, found.degrees) == pytest.approx((known.pvalue, 4))


def test_clusters_weigh_equally_and_periods_by_their_children() -> None:
    data = parallel(5)
    size = data.size * (1 + data.period) * (1 + 5 * (data.cluster == 1))
    weighted = replace(data, size=size, count=data.value * size)
    table, weight = data.value.reshape(10, PERIODS)[:, START:], np.array([3.0, 4.0])
    means = (table * weight).sum(axis=1) / weight.sum()
    assert analyse_trial("cluster_summary", weighted).p == pytest.approx(stats.ttest_ind(*arms(means)).pvalue)


def test_children_alone_is_the_test_of_two_shares_or_of_two_rates() -> None:
    arm, period = np.array([0, 1]), np.zeros(2, dtype=int)
    share = TrialData(arm, period, arm.astype(float), np.array([30.0, 50.0]), np.full(2, 201.0), arm, arm < 0, arm)
    control, treated = 30 / 201, 50 / 201
    error = (control * (1 - control) / 200 + treated * (1 - treated) / 200) ** 0.5
    assert analyse_trial("children_alone", share).p == pytest.approx(2 * stats.norm.sf((treated - control) / error))
    rate = analyse_trial("children_alone", replace(share, size=np.full(2, 0.5)))
    assert (rate.estimate, rate.error) == pytest.approx((40.0, 80.0**0.5 / 0.5))


@pytest.mark.parametrize("data", [wedge(1), parallel(9), wedge(4)], ids=["wedge", "parallel", "another wedge"])
def test_the_mixed_model_is_the_library_s_where_its_fit_is_inside(data: TrialData) -> None:
    design = np.column_stack((data.treated, np.eye(data.period.max() + 1)[data.period]))
    unit = data.value.std()
    fitted = MixedLM(data.value / unit, design, groups=data.cluster).fit(reml=True, method="powell")
    ratio = float(fitted.cov_re[0, 0] / fitted.scale)
    same = np.equal.outer(data.cluster, data.cluster)
    covariance = fitted.scale * (np.eye(len(same)) + ratio * same)
    error = np.linalg.inv(design.T @ np.linalg.solve(covariance, design))[0, 0] ** 0.5
    found = analyse_trial("mixed_model", data)
    assert found.estimate == pytest.approx(fitted.fe_params[0] * unit, rel=2e-3, abs=2e-5)
    assert found.error == pytest.approx(error * unit, rel=2e-3) and found.degrees == 8


def test_without_variance_between_clusters_the_mixed_model_is_least_squares() -> None:
    """Cluster means made equal: the variance between them is estimated as nothing."""
    data = wedge(3)
    table = data.value.reshape(10, 6)
    level = replace(data, count=(table - table.mean(axis=1, keepdims=True) + SHARE).ravel() * CHILDREN)
    design = np.column_stack((data.treated, np.eye(6)[data.period]))
    known = OLS(level.value, design).fit()
    found = analyse_trial("mixed_model_normal", level)
    assert found.degrees == math.inf and found.error == pytest.approx(known.bse[0], rel=5e-3)


def test_the_corrected_sandwich_is_the_jackknife_of_clusters_seen_once() -> None:
    """Mancl and DeRouen's errors with one row a cluster are HC3 of the regression."""
    data = parallel(6, clusters=12, periods=1, start=0)
    known = OLS(data.value, np.column_stack((data.treated, np.ones(12)))).fit(cov_type="HC3")
    found = analyse_trial("gee_corrected", data)
    assert (found.estimate, found.error, found.degrees) == pytest.approx((known.params[0], known.bse[0], 10))
    assert analyse_trial("gee_sandwich", data).error < found.error


@pytest.mark.parametrize("name", sorted(ANALYSES))
def test_a_forced_effect_moves_every_fitting_estimate_by_itself(name: str) -> None:
    """The estimate is linear in the data for the same weights, so a shift of treated rows shifts it."""
    fitting = wedge if "stepped_wedge" in ANALYSES[name].designs else parallel
    plain, shifted = (analyse_trial(name, fitting(11, effect=effect)) for effect in (0.0, 0.004))
    assert shifted.estimate - plain.estimate == pytest.approx(0.004, rel=0.02)


@pytest.mark.parametrize("name", sorted(set(ANALYSES) - {"before_after"}))
def test_estimates_are_unbiased(name: str) -> None:
    """60 trials with a true effect: the mean within 3.3 of its standard errors (false alarm 1 in 1,000)."""
    fitting = wedge if "stepped_wedge" in ANALYSES[name].designs else parallel
    found = np.array([analyse_trial(name, fitting(seed, effect=-0.05)).estimate for seed in range(60)])
    assert abs(found.mean() + 0.05) < 3.3 * found.std(ddof=1) / 60**0.5


def test_before_and_after_mistakes_a_trend_for_an_effect() -> None:
    found = np.array([analyse_trial("before_after", parallel(seed)).estimate for seed in range(100)])
    assert found.mean() == pytest.approx(0.02, abs=3.3 * found.std(ddof=1) / 100**0.5)


@pytest.mark.parametrize("name", ["cluster_summary", "difference_in_differences", "cluster_summary_adjusted"])
def test_cluster_analyses_hold_their_error_rate(name: str) -> None:
    """1,000 trials without effect: a true rate of 5 % lies in the 99.9 % band of 2.7 to 7.3 %.

    Power to notice: a rate of 9 % would fall outside with probability 0.97, one of 2 % with 0.95.
    """
    found, trials = rejected(analyse_trial(name, parallel(seed)) for seed in range(1000))
    low, high = stats.binom.ppf([0.0005, 0.9995], trials, 0.05)
    assert low <= found <= high


@pytest.mark.parametrize("name", ["mixed_model", "gee_corrected"])
def test_corrected_models_of_a_wedge_are_not_too_bold(name: str) -> None:
    """300 trials without effect: a true rate of 5 % gives more than 9.7 % with probability 0.0005, 15 % with 0.99."""
    found, trials = rejected(analyse_trial(name, wedge(seed)) for seed in range(300))
    assert found <= stats.binom.ppf(0.9995, trials, 0.05)


def test_ignoring_clusters_rejects_a_true_null_most_of_the_time() -> None:
    found, trials = rejected(analyse_trial("children_alone", parallel(seed)) for seed in range(200))
    assert share_interval(found, trials)[0] > 0.4


def test_uncorrected_tests_are_bolder_than_corrected_ones() -> None:
    for corrected, plain in (("mixed_model", "mixed_model_normal"), ("gee_corrected", "gee_sandwich")):
        for seed in range(5):
            assert analyse_trial(plain, wedge(seed)).p < analyse_trial(corrected, wedge(seed)).p


def test_simulated_power_is_the_textbook_s() -> None:
    """Within the 99.9 % band of 600 trials about the formula's power, which is some 60 %."""
    error = closed_form.parallel_error(10, CHILDREN, SHARE, ICC)
    change = change_from_baseline(error, baseline_correlation(CHILDREN, ICC, CAC))
    for name, of_design, effect in (("cluster_summary", error, -0.11), ("difference_in_differences", change, -0.09)):
        expected = closed_form.power(effect, of_design, degrees=18)
        data = (parallel(seed, clusters=20, effect=effect, periods=2, start=1) for seed in range(600))
        found, trials = rejected(analyse_trial(name, one) for one in data)
        low, high = stats.binom.ppf([0.0005, 0.9995], trials, expected)
        assert 0.4 < expected < 0.8 and low <= found <= high


def test_the_mixed_model_errs_in_a_wedge_as_generalised_least_squares_says() -> None:
    """Standard deviation of 150 estimates: within 20 %, three and a half of its standard errors."""
    found = [analyse_trial("mixed_model", wedge(seed, clusters=15)) for seed in range(150)]
    treated = wedge(0, clusters=15).treated.reshape(15, 6)
    expected = closed_form.stepped_wedge_error(treated, CHILDREN, SHARE, ICC, CAC)
    assert np.std([one.estimate for one in found], ddof=1) == pytest.approx(expected, rel=0.2)
    assert np.mean([one.error for one in found]) == pytest.approx(expected, rel=0.1)


def test_rows_without_children_and_lost_clusters_are_left_out() -> None:
    data = parallel(7)
    lost = (data.cluster == 4) & (data.period >= START)
    emptied = replace(data, count=np.where(lost, 0.0, data.count), size=np.where(lost, 0.0, data.size))
    kept = {name: getattr(data, name)[~lost] for name in data.__dataclass_fields__}
    for name in ANALYSES:
        assert analyse_trial(name, emptied) == analyse_trial(name, TrialData(**kept))
    assert analyse_trial("cluster_summary", emptied).degrees == 7


def test_follow_up_of_the_comparison_waits_for_the_programme_to_roll_in() -> None:
    """The period after the baseline has rows of the comparison alone, and does not count."""
    data = parallel(8)
    kept = ~((data.arm == 1) & (data.period == START))
    rolled = TrialData(**{name: getattr(data, name)[kept] for name in data.__dataclass_fields__})
    last = data.value.reshape(10, PERIODS)[:, PERIODS - 1]
    assert analyse_trial("cluster_summary", rolled).p == pytest.approx(stats.ttest_ind(*arms(last)).pvalue)


def nothing(finding: Finding) -> bool:
    return all(math.isnan(number) for number in finding)


@pytest.mark.parametrize("name", sorted(ANALYSES))
def test_trials_that_cannot_be_analysed_give_nan(name: str) -> None:
    constant = replace(parallel(1), count=np.full(10 * PERIODS, 20.0))
    empty = replace(parallel(1), count=np.zeros(10 * PERIODS), size=np.zeros(10 * PERIODS))
    for data in (parallel(1, clusters=1), empty, replace(parallel(1), count=np.full(40, np.nan))):
        assert nothing(analyse_trial(name, data))
    assert name == "children_alone" or nothing(analyse_trial(name, constant))


@pytest.mark.parametrize("name", sorted(set(ANALYSES) - {"children_alone"}))
def test_too_few_clusters_give_nan(name: str) -> None:
    assert nothing(analyse_trial(name, parallel(1, clusters=2)))


@pytest.mark.parametrize(
    "name", ["cluster_summary", "cluster_summary_adjusted", "difference_in_differences", "children_alone"]
)
def test_a_wedge_has_no_second_arm(name: str) -> None:
    assert nothing(analyse_trial(name, wedge(1))) and "stepped_wedge" not in ANALYSES[name].designs


@settings(max_examples=60)
@given(st.sampled_from(sorted(ANALYSES)), st.integers(1, 6), st.integers(1, 4), st.data())
def test_no_table_breaks_an_analysis(name: str, clusters: int, periods: int, data: st.DataObject) -> None:
    """Whatever was counted: a finding in order, or NaN throughout; no error and no warning."""
    rows = clusters * periods
    cluster, period = (table.ravel() for table in np.indices((clusters, periods)))
    size = np.array(data.draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)), dtype=float)
    count = np.array(data.draw(st.lists(st.integers(0, 4), min_size=rows, max_size=rows)), dtype=float)
    arm, start = np.array(data.draw(st.lists(st.integers(0, 1), min_size=clusters, max_size=clusters)))[cluster], 1
    treated = ((arm == 1) & (period >= start)).astype(float)
    found = analyse_trial(
        name, TrialData(cluster, period, treated, count, size, arm, period < start, (treated > 0) * (period + 1))
    )
    assert nothing(found) or (found.low < found.estimate < found.high and 0.0 <= found.p <= 1.0)


def test_an_unknown_analysis_is_refused_with_the_likely_name() -> None:
    with pytest.raises(InputError, match="Did you mean 'mixed_model'"):
        analyse_trial("mixed_modl", parallel(1))
