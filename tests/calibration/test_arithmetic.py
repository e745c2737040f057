"""The arithmetic of calibration against known answers: scores, slices, emulators, figures, luck, weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sos_sim.calibration.correct import Chains, begin_chains, corrected
from sos_sim.calibration.emulators import fit_figure_emulator
from sos_sim.calibration.figures import TargetFigures, figures_of
from sos_sim.calibration.file import load_calibration
from sos_sim.calibration.luck import luck_of_seeds, luck_of_trials
from sos_sim.calibration.sampler import Normal, sample_by_slices
from sos_sim.calibration.space import ParameterSpace, around_draws, normal_draws, spread_over_prior
from sos_sim.calibration.surface import Surface
from sos_sim.calibration.weights import weighted_centiles, weighted_mean, weighted_sd
from sos_sim.calibration.words import identified
from sos_sim.core.errors import ModelError
from sos_sim.evidence.targets import Target
from sos_sim.files.targets import england_targets
from sos_sim.theory.parameters import declared
from support.calibrations import write_calibration


def space_of(*names: str) -> ParameterSpace:
    """A space of these parameters."""
    return ParameterSpace(tuple(declared()[name] for name in names))


class TestSpace:
    """Scores and values of priors."""

    def test_scores_return_from_values(self) -> None:
        space = space_of("turnover", "need_threshold", "close_rate", "tie_shared")
        scores = normal_draws(6, 1, 200, 4) * 0.9
        back = space.scores(pd.DataFrame(space.values(scores)))
        np.testing.assert_allclose(back, scores, atol=0.01)

    def test_a_spike_has_one_score(self) -> None:
        space = space_of("plan_effect")
        values = space.values(np.array([[-2.5], [-1.0], [0.0]]))
        assert [value["plan_effect"] == 0.0 for value in values] == [True, True, False]
        scores = space.scores(pd.DataFrame(values))
        assert scores[0] == scores[1] == pytest.approx(stats.norm.ppf(0.1))

    def test_spread_points_are_uniform_under_the_prior(self) -> None:
        points = spread_over_prior(space_of("turnover", "need_threshold", "close_rate"), 256, 3)
        for column in points.T:
            assert stats.kstest(column, "norm").pvalue > 0.5
        assert np.abs(np.corrcoef(points.T) - np.eye(3)).max() < 0.1

    def test_the_first_points_are_the_same_for_any_size(self) -> None:
        space = space_of("turnover", "need_threshold")
        np.testing.assert_array_equal(spread_over_prior(space, 300, 3)[:64], spread_over_prior(space, 64, 3))

    def test_draws_are_by_address(self) -> None:
        np.testing.assert_array_equal(normal_draws(5, 2, 40, 6)[:7, :3], normal_draws(5, 2, 7, 3))
        draws = normal_draws(5, 2, 4000, 3)
        assert abs(draws.mean()) < 0.03 and abs(draws.std() - 1.0) < 0.03

    def test_search_stays_about_known_draws_and_spreads_in_what_they_lack(self) -> None:
        space = space_of("turnover", "need_threshold")
        known = pd.DataFrame({"turnover": [0.0105, 0.0106]})
        scores = around_draws(space, known, np.zeros(2000, dtype=np.int64), 9)
        assert scores.std(axis=0) == pytest.approx([0.5, 1.0], abs=0.05)


class TestSlices:
    """Elliptical slices against densities whose moments are known."""

    def test_a_normal_that_is_approximated_badly(self) -> None:
        covariance = np.array([[1.0, 0.8], [0.8, 2.0]])
        precision = np.linalg.inv(covariance)
        near = Normal(np.full((4000, 2), 0.5), np.eye(2) * 1.5)
        draws = sample_by_slices(lambda at: -0.5 * np.einsum("ci,ij,cj->c", at - 1.0, precision, at - 1.0), near, 40, 7)
        assert draws.mean(axis=0) == pytest.approx([1.0, 1.0], abs=0.08)
        np.testing.assert_allclose(np.cov(draws.T), covariance, atol=0.15)

    def test_each_chain_has_its_own_density(self) -> None:
        centre = np.linspace(-3, 3, 3000)[:, None]
        draws = sample_by_slices(
            lambda at: -0.5 * ((at - centre) ** 2)[:, 0] / 0.25, Normal(np.zeros((3000, 1)), np.eye(1) * 2.0), 30, 1
        )
        assert (draws - centre).std() == pytest.approx(0.5, abs=0.03)


class TestEmulator:
    """Surfaces that are known."""

    def test_a_quadratic_is_found_and_its_slopes(self) -> None:
        inputs = normal_draws(1, 3, 300, 6)
        figures = np.column_stack(
            [
                1.0 + inputs[:, 0] + 0.5 * inputs[:, 1] ** 2 + 0.4 * inputs[:, 0] * inputs[:, 1],
                inputs[:, 2] - inputs[:, 3],
            ]
        )
        emulator = fit_figure_emulator(inputs, figures)
        assert (emulator.q2 > 0.99).all()
        point = np.array([0.3, -0.7, 0.1, 0.0, 0.2, 0.5])
        step = 1e-5 * np.eye(6)
        numerical = (emulator.predict(point + step) - emulator.predict(point - step)) / 2e-5
        np.testing.assert_allclose(emulator.slopes(point), numerical.T, atol=1e-6)
        assert emulator.slopes(point)[0, 0] == pytest.approx(1.0 - 0.4 * 0.7, abs=0.1)

    def test_noise_is_not_claimed_to_be_predicted(self) -> None:
        emulator = fit_figure_emulator(normal_draws(1, 3, 200, 6), normal_draws(2, 3, 200, 2))
        assert (emulator.q2 < 0.1).all()

    def test_too_few_trials_are_refused(self) -> None:
        with pytest.raises(ModelError, match="needs at least 20"):
            fit_figure_emulator(np.zeros((10, 2)), np.zeros((10, 1)))


def some_figures() -> TargetFigures:
    """One rate and one share that includes unaccompanied children."""
    wanted = ("referral_rate", "cla_start_s20_share")
    return figures_of([target for target in england_targets() if target.id in wanted])


class TestFigures:
    """Distances on the published footing, and the scale of emulators."""

    def test_distances_agree_with_targets(self) -> None:
        figures = some_figures()
        for place, part in enumerate(figures.parts):
            target: Target = part.target
            expected = target.distances(target.on_published_footing((0.4,)))
            assert figures.distances(np.array([0.4, 0.4]))[place] == pytest.approx(expected[0])

    def test_prices_taken_as_given_are_no_figures(self) -> None:
        assert not any(measure.startswith("price") for measure in figures_of(england_targets()).measures)

    def test_scales_are_inverse_and_steepness_is_their_slope(self) -> None:
        figures = some_figures()
        simulated = np.array([480.0, 0.0])
        transformed = figures.transformed(simulated)
        np.testing.assert_allclose(figures.simulated(transformed), simulated, atol=1e-12)
        numerical = (
            figures.distances(figures.simulated(transformed + 1e-6))
            - figures.distances(figures.simulated(transformed - 1e-6))
        ) / 2e-6
        np.testing.assert_allclose(figures.steepness(transformed), numerical, rtol=1e-6)

    def test_the_plain_official_value_has_no_distance(self) -> None:
        figures = some_figures()
        np.testing.assert_allclose(figures.distances(figures.plain_official), 0.0, atol=1e-12)


def lucky_runs(points: int, replicates: int, own: float, shared: float) -> pd.DataFrame:
    """Runs whose transformed figures are a trial's level, plus luck of the seed, plus luck of their own."""
    figures = some_figures()
    level = 0.1 * normal_draws(7, 1, points, 1)[:, None]
    seeds = shared * normal_draws(2, 1, replicates, 1)[None, :]
    noise = own * normal_draws(3, 1, points * replicates, 2).reshape(points, replicates, 2)
    values = figures.simulated(np.log(400.0) + level + seeds + noise)
    rows = pd.MultiIndex.from_product([range(points), range(replicates)], names=["point", "replicate"])
    return pd.DataFrame(values.reshape(-1, 2), index=rows, columns=figures.measures).reset_index()


class TestLuck:
    """Luck of seeds and luck of trials, told apart."""

    def test_luck_of_a_trial_leaves_out_what_seeds_share(self) -> None:
        found = luck_of_trials(lucky_runs(400, 4, own=0.02, shared=0.3), some_figures())
        assert np.sqrt(found) == pytest.approx([0.01, 0.01], rel=0.1)

    def test_the_luck_of_shared_seeds_is_measured(self) -> None:
        luck = luck_of_seeds(lucky_runs(8, 400, own=0.02, shared=0.1), some_figures(), 3)
        seeds = 0.1 * normal_draws(2, 1, 400, 1)
        assert luck.shift == pytest.approx([seeds[:3].mean() - seeds.mean()] * 2, abs=0.015)
        assert luck.residuals.std() == pytest.approx(0.1, rel=0.1)


def one_precise_figure(folder: Path) -> TargetFigures:
    """A single figure, of a tolerance so small that distances are linear on the emulators' scale."""
    part = load_calibration(write_calibration(folder)).figures.parts[0]
    return TargetFigures((replace(part, target=replace(part.target, tolerance=0.5)),))


def test_a_linear_surface_is_sampled_as_theory_says(tmp_path: Path) -> None:
    """For one parameter and a figure linear in its score, the posterior is the normal of conjugate updating."""
    space, figures = space_of("need_threshold", "plan_effect"), one_precise_figure(tmp_path)
    inputs = normal_draws(1, 9, 400, 2)
    unit = float(figures.steepness(figures.transformed(figures.plain_official))[0])
    wanted = figures.transformed(figures.plain_official)[0]
    emulator = fit_figure_emulator(inputs, (wanted + (2.0 * inputs[:, [0]] - 1.5) / unit))
    surface = Surface(space, figures, emulator, np.zeros(1), np.zeros(1))
    draws = surface.draw(normal_draws(4, 4, 2000, 1), 30, 5)
    assert draws[:, 0].mean() == pytest.approx(2.0 * 1.5 / 5.0, abs=0.05)
    assert draws[:, 0].std() == pytest.approx(np.sqrt(1 / 5.0), abs=0.05)
    assert stats.kstest(draws[:, 1], "norm").pvalue > 0.01, "the strength keeps its prior"


def test_a_correction_meets_what_its_own_simulation_says(tmp_path: Path) -> None:
    """One belief, one figure linear in its score, an emulator that is wrong by a constant: the conjugate answer."""
    space, figures = space_of("need_threshold", "plan_effect"), one_precise_figure(tmp_path)
    official = figures.transformed(figures.plain_official)
    unit = float(figures.steepness(official)[0])
    inputs = normal_draws(31, 9, 400, 2)
    emulator = fit_figure_emulator(inputs, (official + (2.0 * inputs[:, [0]] + 0.7) / unit))
    surface = Surface(space, figures, emulator, np.zeros(1), np.zeros(1))
    chains = begin_chains(space, figures, np.zeros(1), 500, 12)
    start = np.column_stack([np.zeros(500), normal_draws(32, 4, 500, 1)])
    simulated = official + (2.0 * start[:, [0]] - 1.5) / unit
    moved = corrected(surface, chains, start, simulated)
    expected = (chains.anchors[:, 0] + 2.0 * (1.5 + chains.misstated[:, 0])) / 5.0
    np.testing.assert_allclose(moved[:, 0], expected, atol=0.05)
    assert moved[:, 0].std() == pytest.approx(np.sqrt(1 / 5.0), rel=0.1)
    np.testing.assert_array_equal(moved[:, 1], start[:, 1])


def test_misfit_counts_each_figure_in_its_own_error() -> None:
    chains = Chains(np.zeros((1, 1)), np.array([[1.0, -1.0]]), np.array([1.0, 0.25]))
    assert chains.misfit(np.array([[1.0, 3.0]]))[0] == pytest.approx(np.sqrt(16 * 0.25 / 2))


def test_weighted_summaries() -> None:
    values, weights = np.array([[1.0], [2.0], [10.0]]), np.array([0.5, 0.5, 0.0])
    assert weighted_mean(values, weights)[0] == 1.5
    assert weighted_sd(values, weights)[0] == 0.5
    assert weighted_centiles(values, weights, (0.05, 0.95))[:, 0].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("contraction", "noise", "strength", "words"),
    [
        (0.8, 0.05, False, "identified"),
        (0.3, 0.05, False, "hardly identified"),
        (0.08, 0.05, False, "not identified by usual practice data: keeps its prior"),
        (0.8, 0.05, True, "not identified by usual practice data: keeps its prior"),
        (-0.2, 0.05, False, "not identified by usual practice data: keeps its prior"),
    ],
)
def test_words_of_identification(contraction: float, noise: float, strength: bool, words: str) -> None:
    assert identified(contraction, noise, strength) == words
