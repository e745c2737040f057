"""Scenario discovery and the emulator, on data whose answer is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sos_sim.core.luck import mix, uniform
from sos_sim.runs.store import read_table
from sos_sim.sensitivity.discovery import Box, box_tables, discover, sentences, successes
from sos_sim.sensitivity.emulator import fit_output_emulator, refuse_poor, surface
from sos_sim.sensitivity.guard import UnusableOutput
from sos_sim.sensitivity.sampling import sample
from sos_sim.sensitivity.study import Condition, Output
from sos_sim.sensitivity.sweep import load_sweep, sweep
from sos_sim.sensitivity.tables import SURFACES

CONDITION = Condition(Output("entries", True), "below", 0.0)


def chances(rows: int, columns: int, seed: int = 1) -> Any:
    """Uniform luck, shape (rows, columns)."""
    words = np.arange(rows * columns, dtype=np.uint64)
    return np.asarray(uniform(mix(seed, 2), mix(0, words))).reshape(rows, columns)


def planted() -> tuple[pd.DataFrame, Any]:
    """Success where trust > 0.5 and caseload < 14 and the network is not none, and one row in twenty mistaken."""
    luck = chances(1200, 5)
    kinds = np.array(["none", "worker", "parent"])[(luck[:, 2] * 3).astype(int)]
    factors = pd.DataFrame(
        {"trust": luck[:, 0], "caseload": 10 + 10 * luck[:, 1], "network": pd.Categorical(kinds), "other": luck[:, 3]}
    )
    success = (factors["trust"] > 0.5) & (factors["caseload"] < 14) & (factors["network"] != "none")
    return factors, (success ^ (luck[:, 4] < 0.05)).to_numpy()


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_planted_conditions_are_found(method: str) -> None:
    factors, success = planted()
    box = discover(factors, success, method)[0]
    assert set(box.limits) == {"trust", "caseload", "network"}
    assert box.limits["network"] == frozenset({"worker", "parent"})
    assert box.limits["trust"] == (pytest.approx(0.5, abs=0.03), np.inf)
    assert box.limits["caseload"] == (-np.inf, pytest.approx(14.0, abs=0.4))


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_measures_of_a_box_count_rows(method: str) -> None:
    factors, success = planted()
    outputs = {"effect of entries": np.where(success, -1.0, 1.0)}
    tables = box_tables(discover(factors, success, method), success, outputs, method)
    inside = (factors["trust"] > 0.5) & (factors["caseload"] < 14) & (factors["network"] != "none")
    first = tables["boxes"].iloc[0]
    assert first["coverage"] == pytest.approx(success[inside].sum() / success.sum(), abs=0.05)
    assert first["density"] == pytest.approx(success[inside].mean(), abs=0.05)
    assert first["mass"] == pytest.approx(inside.mean(), abs=0.03)
    assert tables["box_means"].iloc[0]["inside"] == pytest.approx(1.0 - 2.0 * first["density"])


def test_prim_shows_its_way_and_how_far_limits_could_be_chance() -> None:
    factors, success = planted()
    tables = box_tables(discover(factors, success, "prim"), success, {}, "prim")
    peeling = tables["peeling"][tables["peeling"]["box"] == 1]
    assert peeling["chosen"].sum() == 1 and peeling.iloc[0]["coverage"] == 1.0
    chosen = peeling[peeling["chosen"]].iloc[0]
    assert chosen["density"] == pytest.approx(tables["boxes"].iloc[0]["density"], abs=0.02)
    limits = tables["box_limits"].set_index(["box", "factor"])
    assert limits.loc[(1, "trust"), "quasi_p_low"] < 1e-6 and np.isnan(limits.loc[(1, "trust"), "quasi_p_high"])


def test_boxes_do_not_overlap_and_none_is_found_in_noise() -> None:
    factors, success = planted()
    boxes: list[Box] = discover(factors, success, "prim")
    assert sum(box.inside.astype(int) for box in boxes).max() == 1
    for method in ("prim", "cart"):
        assert discover(factors, chances(1200, 1, 7)[:, 0] < 0.3, method) == []


@pytest.mark.parametrize("everywhere", [True, False])
def test_success_everywhere_or_nowhere_has_no_conditions(everywhere: bool) -> None:
    factors, success = planted()
    all_alike = np.full(len(success), everywhere)
    assert discover(factors, all_alike, "prim") == []
    said = sentences([], all_alike, [CONDITION], {}, "prim")
    assert said == [
        f"Success (effect of entries below 0) appears in {100 * everywhere}% of all 1200 rows; "
        "PRIM finds no conditions that set it apart."
    ]


def test_conditions_are_said_in_words() -> None:
    factors, success = planted()
    outputs = {"effect of entries": np.where(success, -1.0, 1.0)}
    first = sentences(discover(factors, success, "cart"), success, [CONDITION], outputs, "cart")[0]
    assert "rows where trust > 0.5" in first and "network is parent or worker" in first
    assert "Effect of entries averages −0." in first


@pytest.mark.parametrize(
    ("relation", "expected"),
    [("below", [1, 0, 0]), ("at most", [1, 1, 0]), ("above", [0, 0, 1]), ("at least", [0, 1, 1])],
)
def test_a_criterion_compares_as_it_says(relation: str, expected: list[int]) -> None:
    found = successes([CONDITION._replace(relation=relation)], {"effect of entries": np.array([-1.0, 0.0, 1.0])})
    assert found.tolist() == [bool(value) for value in expected]


def test_an_emulator_predicts_what_it_has_not_seen(tmp_path: Path) -> None:
    study = toy(tmp_path, "ishigami", 300)
    emulator, _ = fitted(study)
    assert emulator.q2 > 0.9
    unseen = chances(400, 3)
    expected = np.array([emulator_truth(study, row) for row in unseen])
    assert 1.0 - ((emulator.predict(unseen) - expected) ** 2).mean() / expected.var() == pytest.approx(
        emulator.q2, abs=0.08
    )


def test_a_poor_emulator_is_refused(tmp_path: Path) -> None:
    emulator, _ = fitted(toy(tmp_path, "ishigami", 60))
    with pytest.raises(UnusableOutput, match=r"predicts -?\d+% of held-out variance .* not used below 70%"):
        refuse_poor("value", emulator)
    with pytest.raises(UnusableOutput, match="at least 50 rows"):
        fitted(toy(tmp_path, "ishigami", 20))


def test_a_surface_averages_over_all_other_factors(tmp_path: Path) -> None:
    """Of Ishigami over x1 and x2, x3 averaged: sin x1 (1 + 0.1 π⁴/5) + 7 sin² x2."""
    emulator, shares = fitted(toy(tmp_path, "ishigami", 500))
    found = surface(emulator, shares, ("x1", "x2"))
    expected = np.sin(found["x"]) * (1.0 + 0.1 * np.pi**4 / 5.0) + 7.0 * np.sin(found["y"]) ** 2
    assert np.corrcoef(found["estimate"], expected)[0, 1] > 0.98


def test_sobol_by_emulator_finds_known_indices_from_few_rows(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text("name: a\nmodel: ishigami\nmethod: sobol\nsize: 400\nemulator: gaussian_process\n")
    tables = sweep(load_sweep(file), tmp_path / "out", workers=1).tables
    assert len(tables["runs"]) == 400
    total = tables["indices"][tables["indices"]["index"] == "total"].set_index("factor")
    assert total["estimate"].tolist() == pytest.approx([0.558, 0.442, 0.244, 0.0], abs=0.04)
    assert (total["floor"] >= 1.0 - tables["emulator"]["q2"].item()).all()
    assert len(read_table(tmp_path / "out", SURFACES)) == 21**2


def toy(folder: Path, model: str, size: int) -> Any:
    """A study of a toy on a Latin hypercube."""
    file = folder / "toy.yaml"
    file.write_text(f"name: toy\nmodel: {model}\nmethod: pawn\nsize: {size}\n")
    return load_sweep(file)


def emulator_truth(study: Any, row: Any) -> float:
    """The toy itself at shares of its factors."""
    from sos_sim.files.factors import points_at
    from sos_sim.sensitivity.sweep import evaluator_of

    return float(evaluator_of(study)(points_at(study.factors, row[None])[0], 0)[0])


def fitted(study: Any) -> Any:
    """An emulator of a toy, and the shares it was fitted to."""
    shares = sample(study).shares[:, :-1]
    return fit_output_emulator(study.factors, shares, np.array([emulator_truth(study, row) for row in shares])), shares
