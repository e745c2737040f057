"""Levels that are kept while what they depend on varies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from sos_sim.core.errors import InputError, ResultsFolderError
from sos_sim.core.luck import mix, uniform
from sos_sim.files.factors import Factor, points_at, uniform_between
from sos_sim.files.scenario import load_scenario
from sos_sim.runs.points import run_points
from sos_sim.runs.replicate import replicate
from sos_sim.sensitivity.recalibration import (
    FARTHEST,
    LEVEL_ERROR,
    LEVELS,
    REACH,
    SHIFTS,
    BesideOwn,
    LevelSurfaces,
    acting,
    find_levels,
    fit_levels,
    pilot_rows,
    shifted,
)
from sos_sim.sensitivity.sampling import points_of, sample
from sos_sim.sensitivity.study import Study
from sos_sim.sensitivity.sweep import load_sweep, sweep
from sos_sim.theory.parameters import declared
from support.small_studies import usual_and_offer

WEIGHTS = np.array([[0.1, -0.05], [0.2, 0.1], [-0.65, -0.1], [0.15, -0.6]])
"""Logarithms of two ratios: constant, one factor, and two shifts."""
FACTOR = Factor("need_mean", uniform_between(0.2, 0.3))


def luck_of(seed: int, address: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Addressed uniform luck."""
    words = np.arange(np.prod(shape), dtype=np.uint64)
    return np.asarray(uniform(mix(seed, address), mix(0, words))).reshape(shape)


def synthetic(seed: int, rows: int = 80) -> LevelSurfaces:
    """Surfaces fitted to levels that follow ``WEIGHTS``, with luck that both runs of a row share and luck of each."""
    columns = np.column_stack([np.ones(rows), 2.0 * luck_of(seed, 1, (rows, 3)) - 1.0])
    columns[:, 2:] *= REACH
    shared, own_luck, luck = norm.ppf(luck_of(seed, 2, (3, rows, 2)))
    own = 20.0 * np.exp(0.1 * shared + 0.05 * own_luck)
    return fit_levels((FACTOR,), columns, 20.0 * np.exp(0.1 * shared + columns @ WEIGHTS + 0.05 * luck), own)


def study(tmp_path: Path, vary: str, method: str = "morris", size: int = 4, children: int = 3000) -> Study:
    """A small study at kept levels."""
    usual_and_offer(tmp_path)
    file = tmp_path / "study.yaml"
    file.write_text(
        f"name: both\nscenarios: [usual.yaml, offer.yaml]\nvary: {vary}\nmethod: {method}\nsize: {size}\n"
        "outputs: [effect of cpp_start_rate, referral_rate]\nrecalibrate: thresholds\n"
    )
    return load_sweep(file, overrides={"authority.children": children})


def test_shifts_at_a_known_surface_keep_both_levels() -> None:
    surfaces = LevelSurfaces((FACTOR,), WEIGHTS, np.zeros((2, 4, 4)))
    main = np.array([[1.0, -0.9], [1.0, 0.0], [1.0, 0.8]])
    shifts = surfaces.shifts(main)
    np.testing.assert_allclose(np.column_stack([main, shifts]) @ WEIGHTS, 0.0, atol=1e-12)
    np.testing.assert_allclose(surfaces.errors(main, shifts), 0.0, atol=1e-12)


def test_shifts_end_somewhere_and_what_is_missed_is_an_error() -> None:
    surfaces = LevelSurfaces((FACTOR,), WEIGHTS * np.array([[50.0], [1.0], [1.0], [1.0]]), np.zeros((2, 4, 4)))
    main = np.array([[1.0, 0.0]])
    shifts = surfaces.shifts(main)
    assert np.abs(shifts).max() == FARTHEST
    missed = np.abs(np.column_stack([main, shifts]) @ surfaces.weights).max()
    assert missed > 0.5 and surfaces.errors(main, shifts)[0] == pytest.approx(missed)


def test_a_pilot_finds_what_levels_depend_on_and_how_surely() -> None:
    """120 pilots: no bias, and standard errors that are those of the repeats (two such spreads differ by a tenth)."""
    found = np.array([synthetic(seed).weights for seed in range(120)])
    errors = np.array([np.sqrt([np.diag(one) for one in synthetic(seed).covariances]).T for seed in range(120)])
    spread = found.std(axis=0, ddof=1)
    assert np.all(np.abs(found.mean(axis=0) - WEIGHTS) < 4.0 * spread / np.sqrt(120))
    np.testing.assert_allclose(errors.mean(axis=0) / spread, 1.0, atol=0.3)


def test_luck_that_both_runs_of_a_row_share_says_nothing() -> None:
    """The luck of a row's years is worth .1 in levels, and of a run alone .05: an error near the second remains."""
    errors = np.sqrt([np.diag(one)[0] for one in synthetic(1, rows=400).covariances])
    assert np.all(errors * np.sqrt(400) < 0.09)  # .05 twice is .071; with the shared luck it would be .16


def test_a_level_without_starts_is_refused() -> None:
    columns, none = np.column_stack([np.ones(9), np.arange(9.0)]), np.zeros((9, 2))
    with pytest.raises(InputError, match=r"cannot keep cpp_start_rate: too few starts\. Ask for more children"):
        fit_levels((FACTOR,), columns, none, none)
    some = np.column_stack([np.arange(9.0) % 4 + 1.0, np.zeros(9)])
    with pytest.raises(InputError, match="cannot keep cla_start_rate"):
        fit_levels((FACTOR,), columns, some, some[::-1])
    with pytest.raises(InputError, match="cannot keep cpp_start_rate"):  # every row says the same, exactly
        fit_levels((FACTOR,), columns, some, some)


def test_thresholds_move_together_and_stay_within_their_range() -> None:
    usual, highest = load_scenario("base"), declared()["voluntary_threshold"].high
    (values,) = shifted(usual, [{"voluntary_threshold": highest}], np.array([[0.2, 0.3]]))
    assert values["conference_threshold"] == pytest.approx(float(usual.values["conference_threshold"]) + 0.2)
    assert values["pre_threshold"] == pytest.approx(float(usual.values["pre_threshold"]) + 0.3)
    assert values["voluntary_threshold"] == highest


def test_only_what_acts_in_usual_practice_is_in_the_pilot(tmp_path: Path) -> None:
    found = study(tmp_path, "[relational, openness_mean, supervision]")
    assert [factor.name for factor in acting(found.factors)] == ["openness_mean"]
    assert pilot_rows(found.factors) == 16 * 4


def test_levels_stay_where_what_varies_would_move_them(tmp_path: Path) -> None:
    """Needs and a threshold move plan starts; at kept levels by less than half (three standard errors below)."""
    found = study(
        tmp_path,
        "[{need_mean: {range: [-6.9, -6.2]}}, {conference_threshold: {range: [-3.6, -2.4]}}]",
        "pawn",
        60,
        12000,
    )
    surfaces = find_levels(found, None, run_points, None)
    drawn = sample(found)
    points = points_of(found, drawn)
    main = np.column_stack([np.ones(60), 2.0 * drawn.shares[:, :2] - 1.0])
    kept = shifted(found.scenarios[0], points, surfaces.shifts(main))
    beside = BesideOwn(found.scenarios[0])
    slopes = []
    for rows in (points_at(found.factors, drawn.shares[:, :2]), kept):
        runs = run_points(beside, rows, 1, None, kind="check", workers=1)
        levels = np.asarray(runs[list(beside.outputs)], dtype=np.float64)
        slopes.append(fit_levels(found.factors, main, levels[:, :2], levels[:, 2:]).weights[1:, 0])
    assert np.abs(slopes[0]).max() > 0.2
    assert np.abs(slopes[1]).max() < np.abs(slopes[0]).max() / 2.0


def test_a_folder_of_something_else_is_refused_before_the_pilot(tmp_path: Path) -> None:
    found = study(tmp_path, "[trust_gain, need_mean]")
    replicate(found.scenarios[0].with_values(children=1000), 1, tmp_path / "out")
    with pytest.raises(ResultsFolderError, match="holds results of something else"):
        sweep(found, tmp_path / "out", workers=1)
    assert not (tmp_path / "out" / "levels").exists()


def test_a_study_at_kept_levels_has_every_output_twice(tmp_path: Path) -> None:
    found = study(tmp_path, "[trust_gain, need_mean]")
    out = tmp_path / "out"
    seen: list[tuple[int, int]] = []
    tables = sweep(found, out, workers=1, progress=lambda done, of: seen.append((done, of))).tables
    drawn = ["effect of cpp_start_rate", "referral_rate"]
    assert set(tables["responses"]["output"]) == {*drawn, *(f"{name} recalibrated" for name in drawn)}
    assert list(tables["recalibration"]["what"]) == [*SHIFTS, LEVEL_ERROR]
    rows, pilot = len(points_of(found, sample(found))), pilot_rows(found.factors)
    assert len(tables["runs"]) == rows
    assert {of for _, of in seen} == {pilot + 2 * rows} and max(done for done, _ in seen) == pilot + 2 * rows
    again = sweep(found, out, workers=1).tables  # nothing is run again, and all tables are the same
    for name, table in tables.items():
        assert table.equals(again[name]), name
    assert list(LEVELS) == ["cpp_start_rate", "cla_start_rate"]
