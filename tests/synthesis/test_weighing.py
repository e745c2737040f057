"""Weights of draws against answers that are known: normal priors and one study, spikes, luck, and their bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from sos_sim.core.luck import mix, uniform
from sos_sim.synthesis.studies import Found, HeldOutcome
from sos_sim.synthesis.weighing import (
    LikelyEffects,
    bayes_factor,
    effective_draws,
    log_likelihood,
    of_study,
    probability_of_finding,
    reach_of,
    shrink,
    weights_of,
)

NUMBER = 20_000
GRID = norm.ppf((np.arange(NUMBER) + 0.5) / NUMBER)
"""Draws of a standard normal, without luck."""


def outcome(found: Found = "estimate", value: float = float("nan"), error: float = 0.5, **others: float) -> HeldOutcome:
    between, authorities = others.get("between", 0.0), int(others.get("authorities", 1))
    return HeldOutcome("x", "looked_after", 12, found, value, error, between, authorities, "made up")


def lucky(number: int, *columns: int) -> np.ndarray:
    """Standard normal luck, a column for each of the numbers, shape (number, columns)."""
    moments = [[uniform(mix(7, row), mix(column, 0)) for column in columns] for row in range(number)]
    return np.asarray(norm.ppf(moments))


def known(effects: np.ndarray) -> LikelyEffects:
    return LikelyEffects(effects, np.zeros(len(effects)))


class TestANormalPriorAndOneStudy:
    def test_posterior_mean_and_variance_are_the_textbook_ones(self) -> None:
        weights = weights_of(log_likelihood(outcome(value=1.2), known(GRID)))
        mean = weights @ GRID
        assert mean == pytest.approx(1.2 / 1.25, abs=1e-3)
        assert weights @ (GRID - mean) ** 2 == pytest.approx(0.25 / 1.25, abs=1e-3)

    def test_effective_draws_are_those_of_the_formula(self) -> None:
        weights = weights_of(log_likelihood(outcome(value=1.2), known(GRID)))
        first = norm.pdf(1.2, 0.0, np.sqrt(1.25)) ** 2
        second = norm.pdf(1.2, 0.0, np.sqrt(1.125)) / (2.0 * np.sqrt(np.pi) * 0.5)
        assert effective_draws(weights) / NUMBER == pytest.approx(first / second, rel=1e-3)

    def test_spread_between_authorities_widens_the_error(self) -> None:
        wide = outcome(value=1.2, error=0.3, between=0.8, authorities=4)
        assert wide.whole_error == pytest.approx(0.5)
        assert log_likelihood(wide, known(GRID)) == pytest.approx(log_likelihood(outcome(value=1.2), known(GRID)))

    def test_two_studies_are_one_of_half_the_variance(self) -> None:
        twice = log_likelihood(outcome(value=1.2), known(GRID)) * 2.0
        once = log_likelihood(outcome(value=1.2, error=0.5 / np.sqrt(2.0)), known(GRID))
        assert weights_of(twice) == pytest.approx(weights_of(once), rel=1e-9)


class TestTheNullTheory:
    def test_bayes_factor_of_a_spike_against_a_normal(self) -> None:
        null = np.repeat([True, False], NUMBER)
        effects = np.concatenate([np.zeros(NUMBER), GRID])
        found = bayes_factor(log_likelihood(outcome(value=1.2), known(effects)), null)
        assert found == pytest.approx(norm.pdf(1.2, 0.0, 0.5) / norm.pdf(1.2, 0.0, np.sqrt(1.25)), rel=1e-3)

    def test_weight_of_the_null_follows_from_prior_odds_and_bayes_factor(self) -> None:
        null = np.arange(NUMBER) % 4 == 0
        logs = log_likelihood(outcome(value=0.4), known(np.where(null, 0.0, GRID)))
        odds = bayes_factor(logs, null) * 1.0 / 3.0
        assert weights_of(logs) @ null == pytest.approx(odds / (1.0 + odds))

    def test_without_one_of_both_there_is_no_factor(self) -> None:
        assert np.isnan(bayes_factor(np.zeros(3), np.ones(3, dtype=bool)))


class TestLuck:
    def test_where_luck_is_all_no_draw_is_better_than_another(self) -> None:
        seen = lucky(2000, 1, 2)
        effects = shrink(seen, np.zeros(2000, dtype=np.int64))
        fair = effective_draws(weights_of(log_likelihood(outcome(value=3.0), effects)))
        misled = effective_draws(weights_of(log_likelihood(outcome(value=3.0), known(seen.mean(axis=1)))))
        assert fair > 0.9 * 2000 > 2.0 * misled

    def test_luck_dilutes_what_a_study_says_and_turns_nothing_round(self) -> None:
        """With τ² = 1 and v = 1/2 two thirds of a draw's distance from the mean are kept, and of what is learnt."""
        found = lucky(8000, 1, 2, 3)
        true, seen = found[:, 0], found[:, :1] + found[:, 1:]
        effects = shrink(seen, np.zeros(8000, dtype=np.int64))
        weights = weights_of(log_likelihood(outcome(value=1.2), effects))
        assert effects.variance[0] == pytest.approx(1.0 / 3.0, abs=0.02)
        assert weights @ true == pytest.approx(2.0 / 3.0 * 1.2 / 1.25, abs=0.04)

    def test_groups_have_means_of_their_own_and_without_luck_nothing_is_shrunk(self) -> None:
        seen = np.array([[0.0, 0.0], [0.0, 0.0], [4.0, 4.0], [6.0, 6.0]])
        effects = shrink(seen, np.array([1, 1, 0, 0]))
        assert effects.mean.tolist() == [0.0, 0.0, 4.0, 6.0] and not effects.variance.any()

    def test_a_draw_without_a_number_is_known_as_its_group_is(self) -> None:
        seen = np.array([[1.0, 1.0], [3.0, 3.0], [np.nan, np.nan]])
        effects = shrink(seen, np.zeros(3, dtype=np.int64))
        assert effects.mean[2] == 2.0 and effects.variance[2] == pytest.approx(1.0)


class TestFindingsWithoutAValue:
    @given(st.floats(-3, 3), st.floats(0.1, 2))
    def test_none_more_and_fewer_are_all_that_a_study_can_find(self, effect: float, error: float) -> None:
        kinds: tuple[Found, ...] = ("none", "more", "fewer")
        each = [np.exp(log_likelihood(outcome(kind, error=error), known(np.array([effect]))))[0] for kind in kinds]
        assert sum(each) == pytest.approx(1.0)
        assert (each[1] > each[2]) == (effect > 0) or effect == pytest.approx(0.0, abs=1e-9)

    def test_silence_where_there_is_nothing_has_probability_95_percent(self) -> None:
        assert probability_of_finding(outcome("none"), known(np.zeros(1)), np.ones(1)) == pytest.approx(0.95)

    def test_silence_of_a_small_study_says_less(self) -> None:
        ratios = [
            np.diff(log_likelihood(outcome("none", error=error), known(np.array([0.0, 1.0]))))[0]
            for error in (2.0, 0.3)
        ]
        assert ratios[1] < -2.0 < -0.1 < ratios[0] < 0.0


class TestAStudyOfSeveralOutcomes:
    @given(st.integers(1, 5), st.floats(0, 0.95), st.floats(-3, 3))
    def test_equal_deviations_count_as_the_joint_normal_says(self, number: int, alike: float, z: float) -> None:
        each = [np.array([norm.logpdf(z), norm.logpdf(0.0)])] * number
        correlation = np.full((number, number), alike) + (1.0 - alike) * np.eye(number)
        exact = multivariate_normal(np.zeros(number), correlation)
        joint = exact.logpdf(np.full(number, z)) - exact.logpdf(np.zeros(number))
        found = of_study(each, alike)
        assert found[0] - found[1] == pytest.approx(float(joint), abs=1e-8)


class TestReach:
    def test_the_gap_is_from_the_nearest_draw_to_the_end_of_the_interval(self) -> None:
        reached = reach_of(outcome(value=-0.1, error=0.02), known(np.array([0.0, -0.03])))
        assert reached.share == 0.0 and reached.gap == pytest.approx(0.07 - 1.959964 * 0.02)

    @given(st.sampled_from(["none", "more", "fewer"]), st.floats(-5, 5))
    def test_a_draw_reaches_a_finding_as_soon_as_it_has_5_percent(self, found: Found, effect: float) -> None:
        one = known(np.array([effect]))
        probability = probability_of_finding(outcome(found), one, np.ones(1))
        if abs(probability - 0.05) > 1e-4:
            assert (reach_of(outcome(found), one).share == 1.0) == (probability > 0.05)

    @given(st.floats(-3, 3))
    def test_so_it_is_of_an_estimate(self, effect: float) -> None:
        one = known(np.array([effect]))
        probability = probability_of_finding(outcome(value=0.5), one, np.ones(1))
        if abs(probability - 0.05) > 1e-6:
            assert (reach_of(outcome(value=0.5), one).share == 1.0) == (probability > 0.05)


@given(st.lists(st.floats(-800, 800), min_size=1, max_size=30), st.floats(-500, 500))
def test_weights_sum_to_one_and_know_no_constant(logs: list[float], constant: float) -> None:
    weights = weights_of(np.array(logs))
    assert weights.sum() == pytest.approx(1.0) and (weights >= 0.0).all()
    assert 1.0 - 1e-9 <= effective_draws(weights) <= len(logs) + 1e-6
    assert weights_of(np.array(logs) + constant) == pytest.approx(weights, abs=1e-9)
