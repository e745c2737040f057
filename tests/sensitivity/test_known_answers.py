"""Proof of the harness: known indices come out of the same path that studies take, file to tables."""

from __future__ import annotations

import itertools
import math
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sos_sim.cli import app
from sos_sim.runs.store import read_table
from sos_sim.sensitivity.study import DUMMY
from sos_sim.sensitivity.tables import ANALYSES
from sos_sim.sensitivity.toys import G_WEIGHTS, TOYS

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@cache
def swept(model: str, method: str, size: int, seeds: int = 1, extra: str = "") -> dict[str, pd.DataFrame]:
    """Tables of a study of a toy, from the command line to the results folder."""
    with TemporaryDirectory() as folder:
        file, out = Path(folder) / "study.yaml", Path(folder) / "out"
        file.write_text(f"name: {model}\nmodel: {model}\nmethod: {method}\nsize: {size}\nseeds: {seeds}\n{extra}")
        done = CliRunner().invoke(app, ["sweep", str(file), "--out", str(out), "--workers", "1"])
        assert done.exit_code == 0, done.output
        return {
            name: read_table(out, ANALYSES[name]) for name in ("indices", "luck", "verdicts", "readings", "convergence")
        }


def index(tables: dict[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """One index by factor."""
    table = tables["indices"]
    return table[table["index"] == name].set_index("factor")


def estimates(tables: dict[str, pd.DataFrame], name: str) -> Numbers:
    """One index of all factors but the dummy, in order."""
    return index(tables, name).drop(index=DUMMY)["estimate"].to_numpy()


@pytest.mark.parametrize(("model", "tolerance"), [("ishigami", 0.03), ("sobol_g", 0.03)])
def test_sobol_finds_first_and_total_order(model: str, tolerance: float) -> None:
    tables = swept(model, "sobol", 1024)
    assert estimates(tables, "first order") == pytest.approx(TOYS[model].first_order, abs=tolerance)
    assert estimates(tables, "total") == pytest.approx(TOYS[model].total, abs=tolerance)
    assert index(tables, "total").loc[DUMMY, "estimate"] == 0.0


def test_sobol_finds_second_order() -> None:
    """Of Ishigami's pairs only x1 and x3 work together."""
    table = swept("ishigami", "sobol", 1024, extra="second_order: true\n")["indices"]
    pairs = table[table["index"] == "second order"].set_index(["factor", "other"])["estimate"]
    expected = TOYS["ishigami"].total[2]
    assert pairs[("x1", "x3")] == pytest.approx(expected, abs=0.05)
    assert pairs.drop(index=("x1", "x3")).abs().max() < 0.05


def test_groups_move_together() -> None:
    """Of Ishigami x1 with x3 have all that x2 has not, and no part with it."""
    tables = swept("ishigami", "sobol", 512, extra="groups: {pair: [x1, x3]}\n")
    total = index(tables, "total")["estimate"]
    assert list(total.index) == ["pair", "x2", DUMMY]
    assert total["pair"] == pytest.approx(TOYS["ishigami"].total[0], abs=0.04)
    moved = index(swept("ishigami", "morris", 100, extra="groups: {pair: [x1, x3]}\n"), "mu_star")["estimate"]
    assert moved["pair"] > moved[DUMMY] == 0.0


def test_intervals_of_sobol_hold_the_truth() -> None:
    tables = swept("sobol_g", "sobol", 1024)
    total = index(tables, "total").drop(index=DUMMY)
    truth = np.array(TOYS["sobol_g"].total)
    inside = (total["low"] <= truth) & (truth <= total["high"])
    assert inside.sum() >= 5


def test_shapley_finds_shares_between_first_and_total_order() -> None:
    """Ishigami's only interaction is shared by halves between x1 and x3."""
    toy = TOYS["ishigami"]
    expected = (np.array(toy.first_order) + np.array(toy.total)) / 2.0
    assert estimates(swept("ishigami", "shapley", 2048), "shapley") == pytest.approx(expected, abs=0.04)


def test_morris_finds_mean_and_spread_of_elementary_effects() -> None:
    """In the product of sawteeth, levels four eighths apart: effects by enumeration of all steps."""
    tables = swept("sobol_g", "morris", 400)
    for factor, expected in enumerate(mean_absolute_steps()):
        assert estimates(tables, "mu_star")[factor] == pytest.approx(expected, rel=0.15, abs=0.003)
    assert index(tables, "mu_star").loc[DUMMY, "estimate"] == 0.0
    assert index(tables, "sigma").loc[DUMMY, "estimate"] == 0.0


def mean_absolute_steps() -> list[float]:
    """Exact mu* of the G function on Morris levels: mean size of a factor's step times the mean of the others."""
    levels = (np.arange(8) + 0.5) / 8.0
    tooth = [(np.abs(4.0 * levels - 2.0) + a) / (1.0 + a) for a in G_WEIGHTS]
    steps = [float(np.abs(values[4:] - values[:4]).mean()) / 0.5 for values in tooth]
    means = [float(values.mean()) for values in tooth]
    return [steps[i] * math.prod(means[:i] + means[i + 1 :]) for i in range(len(steps))]


def test_rbd_fast_finds_first_order() -> None:
    tables = swept("sobol_g", "rbd_fast", 2000)
    assert estimates(tables, "first order") == pytest.approx(TOYS["sobol_g"].first_order, abs=0.03)
    assert index(tables, "first order").loc[DUMMY, "estimate"] == pytest.approx(0.0, abs=0.02)


def test_delta_finds_borgonovos_indices() -> None:
    """Ishigami's are 0.208, 0.391, 0.156 (Plischke, Borgonovo and Smith 2013).

    The estimate smooths densities, so that x2, whose density has two sharp peaks, comes out near 0.26
    with 600 rows and 0.35 with 4,000: hence its wide tolerance.
    """
    tables = swept("ishigami", "delta", 600)
    found = estimates(tables, "delta")
    assert found[[0, 2]] == pytest.approx((0.208, 0.156), abs=0.06)
    assert found[1] == pytest.approx(0.391, abs=0.16)
    assert index(tables, "delta").loc[DUMMY, "estimate"] < 0.05
    assert index(tables, "delta")["rank"]["x2"] == 1


def test_pawn_finds_the_distance_of_conditional_distributions() -> None:
    """Against the same statistic of a dense grid, where nothing is left to chance."""
    tables = swept("ishigami", "pawn", 1000)
    assert estimates(tables, "median") == pytest.approx(dense_pawn("ishigami"), abs=0.06)
    assert index(tables, "median").loc[DUMMY, "estimate"] < 0.08


def dense_grid(model: str) -> tuple[Numbers, Numbers]:
    """Midpoints of a 40-fold grid of a three-factor toy's cube, and the values there."""
    shares = np.array(list(itertools.product((np.arange(40) + 0.5) / 40.0, repeat=3)))
    toy = TOYS[model]
    columns = [factor.distribution.values(column) for factor, column in zip(toy.factors, shares.T, strict=True)]
    names = [factor.name for factor in toy.factors]
    rows = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
    return shares, np.array([toy(row, 0)[0] for row in rows])


def dense_pawn(model: str) -> list[float]:
    """Median over ten slices of the largest gap between conditional and unconditional distribution."""
    shares, values = dense_grid(model)
    order = np.sort(values)
    everywhere = np.searchsorted(order, order, side="right") / len(order)
    found = []
    for column in shares.T:
        slices = [np.sort(values[np.floor(column * 10) == part]) for part in range(10)]
        gaps = [np.abs(np.searchsorted(part, order, side="right") / len(part) - everywhere).max() for part in slices]
        found.append(float(np.median(gaps)))
    return found


def test_regional_analysis_finds_the_distance_of_factors_inside_and_outside_tenths() -> None:
    tables = swept("ishigami", "rsa", 1000)
    assert estimates(tables, "distance") == pytest.approx(dense_rsa("ishigami"), abs=0.03)
    distance = index(tables, "distance")
    assert distance["estimate"].idxmin() == DUMMY


def dense_rsa(model: str) -> list[float]:
    """Root of the mean over tenths of the mean squared gap of a factor's distributions inside and outside."""
    shares, values = dense_grid(model)
    tenth = np.floor(np.argsort(np.argsort(values, kind="stable"), kind="stable") * 10 / len(values))
    found = []
    for column in shares.T:
        grid = np.sort(np.unique(column))
        inside = np.array([[(column[tenth == part] <= point).mean() for point in grid] for part in range(10)])
        outside = np.array([[(column[tenth != part] <= point).mean() for point in grid] for part in range(10)])
        found.append(float(np.sqrt(((inside - outside) ** 2).mean())))
    return found


def test_a_factorial_finds_differences_and_interactions() -> None:
    """The stochastic toy between quarter and three quarters: 3.5/2, 2.5/2, 0, and an interaction of 1/8."""
    tables = swept("lottery", "factorial", 1, 2000)
    assert estimates(tables, "effect") == pytest.approx((1.75, 1.25, 0.0), abs=0.06)
    assert index(tables, "effect").loc[DUMMY, "estimate"] == pytest.approx(0.0, abs=0.06)
    clear = index(tables, "effect")["distinguishable"]
    assert list(clear) == [True, True, False, False]


@pytest.mark.parametrize(("method", "size", "name"), [("sobol", 512, "total"), ("morris", 100, "mu_star")])
def test_a_factor_that_only_stirs_luck_is_marked(method: str, size: int, name: str) -> None:
    """The dummy is at zero and the third factor is not: only the floor of luck says that it is noise."""
    found = index(swept("lottery", method, size, 4), name)
    assert found.loc[DUMMY, "estimate"] == 0.0
    assert found.loc["x3", "estimate"] > 0.05
    assert list(found["distinguishable"]) == [True, True, False, False]


def test_the_share_of_luck_is_found() -> None:
    luck = swept("lottery", "sobol", 512, 4)["luck"].iloc[0]
    assert luck["luck"] == pytest.approx(TOYS["lottery"].luck, abs=0.03)
    assert swept("ishigami", "sobol", 1024)["luck"]["luck"].isna().all()


def test_a_small_sample_is_told_to_grow_and_a_large_one_is_stable() -> None:
    small = swept("sobol_g", "morris", 4)["verdicts"].iloc[0]
    large = swept("sobol_g", "sobol", 1024)["verdicts"].iloc[0]
    assert large["stable"] and large["more"] == 0
    assert small["rank_change"] > large["rank_change"]


def test_convergence_ends_at_the_estimate_itself() -> None:
    tables = swept("sobol_g", "sobol", 1024)
    curve = tables["convergence"]
    assert sorted(set(curve["blocks"])) == [128, 256, 512, 768, 1024]
    last = curve[curve["blocks"] == 1024].set_index("factor")["estimate"]
    assert last.to_dict() == index(tables, "total")["estimate"].to_dict()


def test_a_reading_names_what_matters_and_what_is_noise() -> None:
    sentence = swept("lottery", "sobol", 512, 4)["readings"]["sentence"].item()
    assert sentence.startswith("What moves it most: x1 0.")
    assert "1 of 3 factors cannot be told from noise" in sentence and "Luck is" in sentence
    assert "Rank stable at 512 base points." in sentence
