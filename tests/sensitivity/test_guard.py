"""The guard around SALib, and the arithmetic beside it."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from sos_sim.core.luck import mix, uniform
from sos_sim.runs.points import run_points
from sos_sim.sensitivity.convergence import convergence_verdict
from sos_sim.sensitivity.estimators import METHODS, Numbers
from sos_sim.sensitivity.guard import UnusableOutput, refuse_unusable
from sos_sim.sensitivity.luck_share import luck_floor, luck_share
from sos_sim.sensitivity.resampling import ResampledIndices, drawn_with_replacement, estimate
from sos_sim.sensitivity.responses import responses
from sos_sim.sensitivity.sampling import Sample, nonzero_seed, points_of, sample
from sos_sim.sensitivity.study import DUMMY, Method, Study
from sos_sim.sensitivity.sweep import analyse_runs, evaluator_of, load_sweep

SIZES: dict[Method, int] = {"morris": 8, "sobol": 32, "shapley": 16, "factorial": 1, "pawn": 120}


def lottery(folder: Path, method: Method, size: int | None = None, seeds: int = 3) -> Study:
    """A study of the stochastic toy."""
    file = folder / "lottery.yaml"
    file.write_text(f"name: lottery\nmodel: lottery\nmethod: {method}\nseeds: {seeds}\n")
    return load_sweep(file, size or SIZES.get(method, 120))


def outputs_of(study: Study) -> tuple[Sample, Numbers]:
    """The study's sample and its outputs, shape (rows, seeds)."""
    drawn = sample(study)
    runs = run_points(evaluator_of(study), points_of(study, drawn), study.seeds, None, kind="sweep", workers=1)
    return drawn, responses(study, runs)["value"]


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_outputs_that_are_not_finite_are_refused_with_counts_and_ids(hole: float) -> None:
    values = np.arange(20.0).reshape(10, 2)
    values[[2, 5], [0, 1]] = hole
    with pytest.raises(UnusableOutput, match=r"effect is missing or not finite in 2 of 10 rows \(id2, id5\)"):
        refuse_unusable("effect", values, [f"id{number}" for number in range(10)])


def test_constant_outputs_are_refused() -> None:
    with pytest.raises(UnusableOutput, match="effect is 3 in all 4 rows"):
        refuse_unusable("effect", np.full((4, 2), 3.0), list("abcd"))


def test_a_failed_row_leaves_its_output_without_indices(tmp_path: Path) -> None:
    study = lottery(tmp_path, "morris")
    drawn = sample(study)
    runs = run_points(evaluator_of(study), points_of(study, drawn), study.seeds, None, kind="sweep", workers=1)
    runs.loc[runs["point"] == 7, "value"] = np.nan
    tables, refused = analyse_runs(study, drawn, runs)
    assert runs.loc[21, "id"] in refused["value"] and "1 of 40 rows" in refused["value"]
    assert "indices" not in tables


@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1])
def test_salib_is_never_given_seed_zero(seed: int) -> None:
    assert all(0 < nonzero_seed(seed, address) < 2**31 for address in range(2000))


def global_luck() -> bytes:
    """The state of NumPy's global generator."""
    state = np.random.get_state()  # noqa: NPY002, TID251
    return b"".join(np.asarray(part).tobytes() for part in state[1:])


@pytest.mark.parametrize("method", list(METHODS))
def test_no_method_touches_global_luck_or_warnings(tmp_path: Path, method: Method) -> None:
    study = lottery(tmp_path, method)
    before, shown_as, filters = global_luck(), warnings.formatwarning, list(warnings.filters)
    drawn, outputs = outputs_of(study)
    estimate(METHODS[method], drawn, outputs, 3)
    assert global_luck() == before
    assert warnings.formatwarning is shown_as and warnings.filters == filters


@pytest.mark.parametrize("method", list(METHODS))
def test_the_same_study_gives_the_same_indices_and_intervals(tmp_path: Path, method: Method) -> None:
    one, other = (_indices(lottery(tmp_path, method)) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)
    assert (one["high"] > one["low"]).any()


def _indices(study: Study) -> pd.DataFrame:
    drawn, outputs = outputs_of(study)
    found = estimate(METHODS[study.methods[0]], drawn, outputs, 4)
    index = METHODS[study.methods[0]].ranked_by
    half = found.half_width(index)
    return pd.DataFrame({"low": found.values[index] - half, "high": found.values[index] + half})


def test_resamples_are_fair() -> None:
    drawn = np.array([drawn_with_replacement(mix(3, number), 50, 50) for number in range(400)])
    counts = np.bincount(drawn.ravel(), minlength=50)
    assert drawn.min() == 0 and drawn.max() == 49
    assert np.abs(counts - 400).max() < 5 * 20  # five standard deviations of a count


def test_the_dummy_is_the_last_dimension_and_no_input(tmp_path: Path) -> None:
    study = lottery(tmp_path, "pawn")
    drawn = sample(study)
    assert drawn.space.names[-1] == DUMMY
    assert set(points_of(study, drawn)[0]) == {"x1", "x2", "x3"}


def test_luck_share_of_a_known_mixture() -> None:
    """Rows of variance 4, seeds of variance 1, and noise of variance 2: luck is 3 of 7, 2/5 of it left in 4.4."""
    rows, seeds = 4000, 5
    normal = _normals(rows, seeds + 1)
    seed_effects = np.array([-1.0, 1.0, -1.0, 1.0, 0.0])
    found = luck_share(2.0 * normal[:, [0]] + seed_effects + 2.0**0.5 * normal[:, 1:])
    assert found["luck"] == pytest.approx(3.0 / 7.0, abs=0.02)
    assert found["luck_left"] == pytest.approx(0.4 / 4.4, abs=0.01)


def _normals(rows: int, columns: int) -> Numbers:
    """Standard normal luck, shape (rows, columns)."""
    words = np.arange(rows * columns, dtype=np.uint64)
    return ndtri(np.asarray(uniform(mix(1, 2), mix(0, words)))).reshape(rows, columns)


def test_luck_floor_is_what_a_factor_that_only_stirs_luck_reaches(tmp_path: Path) -> None:
    """Of the stochastic toy the third factor moves nothing, yet its total index is far from 0."""
    drawn, outputs = outputs_of(lottery(tmp_path, "sobol", 512))
    total = METHODS["sobol"].estimate(drawn, outputs.mean(axis=1))["total"]
    floor = luck_floor(METHODS["sobol"], drawn, outputs)["total"]
    assert total[2] > 0.1 and total[2] == pytest.approx(floor[2], rel=0.2)
    assert total[3] == floor[3] == 0.0


def test_ranks_are_stable_when_resamples_agree_and_not_when_they_do_not() -> None:
    steady = ResampledIndices({"i": np.array([3.0, 2.0, 1.0])}, {"i": np.tile([3.0, 2.0, 1.0], (40, 1))})
    turned = np.where(np.arange(40)[:, None] % 2, [3.0, 2.9, 2.8], [2.8, 2.9, 3.0])
    half = np.concatenate([turned[::2], turned[1::2]])
    unsteady = steady._replace(resampled={"i": half})
    assert convergence_verdict("i", steady, 50).stable
    assert convergence_verdict("i", unsteady, 50).more > 0


def test_a_resample_that_is_constant_does_not_reach_the_library(tmp_path: Path) -> None:
    drawn, outputs = outputs_of(lottery(tmp_path, "morris", 4))
    flat = np.zeros_like(outputs)
    flat[: drawn.block] = outputs[: drawn.block]
    found = estimate(METHODS["morris"], drawn, flat, 20)
    assert np.isfinite(found.resampled["mu_star"]).all()
