"""Posterior files: drawn from as their weights say, refused when they cannot be used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats

from sos_sim.core.errors import EvidenceError
from sos_sim.evidence.posterior import SHIPPED, Posterior, england_posterior, posterior_file, read_posterior
from sos_sim.theory.parameters import declared

NOTES = {"posterior": json.dumps({"code": "abc"})}


def write(path: Path, table: Mapping[str, Any], notes: Mapping[str, str] = NOTES) -> Path:
    """A file with these columns and notes."""
    content = pa.table(dict(table))
    pq.write_table(content.replace_schema_metadata(dict(notes)), path)
    return path


@pytest.fixture
def posterior(tmp_path: Path) -> Posterior:
    """Two draws, one three times as heavy as the other."""
    return read_posterior(write(tmp_path / "p.parquet", {"weight": [3.0, 1.0], "turnover": [0.01, 0.02]}))


def test_draws_follow_weights(posterior: Posterior) -> None:
    drawn = [draw["turnover"] for draw in posterior.sample(400, 1)]
    assert abs(drawn.count(0.01) - 300) <= 1
    assert drawn[:20].count(0.01) not in (0, 20), "the order does not matter"


def test_equal_seeds_give_equal_draws_and_others_do_not(posterior: Posterior) -> None:
    assert posterior.sample(5, 1) == posterior.sample(5, 1) != posterior.sample(5, 2)


def test_what_is_not_held_comes_from_its_prior(posterior: Posterior) -> None:
    draws = pd.DataFrame(posterior.sample(600, 3))
    others = {name for name, p in declared().items() if p.kind == "belief" and p.prior is not None}
    assert set(draws.columns) == others | {"turnover", "theory_null"}
    assert list(draws["theory_null"]).count("on") == 150 and set(draws["theory_null"]) == {"on", "off"}
    parameter = declared()["need_threshold"]
    assert parameter.prior is not None
    quantiles = parameter.prior.quantile([0.25, 0.5, 0.75], parameter.low, parameter.high)
    assert np.quantile(draws["need_threshold"], [0.25, 0.5, 0.75]) == pytest.approx(quantiles, abs=0.1)
    assert (draws["plan_effect"] == 0.0).mean() == pytest.approx(0.2, abs=0.05)
    assert abs(stats.spearmanr(draws["need_threshold"], draws["plan_threshold"]).statistic) < 0.15


def test_what_is_drawn_anew_comes_from_its_prior_and_leaves_the_rest(tmp_path: Path) -> None:
    columns = {"weight": [3.0, 1.0], "turnover": [0.01, 0.02], "relational": [0.3, 0.4]}
    held = read_posterior(write(tmp_path / "p.parquet", columns))
    draws, before = (pd.DataFrame(held.sample(200, 3, anew)) for anew in (["relational"], []))
    assert not draws["relational"].isin([0.3, 0.4]).any() and (draws["relational"] == 0.0).any()
    others = before.columns.drop("relational")
    assert set(draws.columns) == set(before.columns) and draws[others].equals(before[others])


def test_choices_that_are_held_are_drawn_as_words_and_with_their_weights(tmp_path: Path) -> None:
    held = read_posterior(write(tmp_path / "p.parquet", {"weight": [3.0, 1.0], "theory_null": [1.0, 0.0]}))
    drawn = [draw["theory_null"] for draw in held.sample(400, 1)]
    assert abs(drawn.count("on") - 300) <= 1 and set(drawn) == {"on", "off"}


def holding(columns: Mapping[str, Any], weights: Any) -> Posterior:
    """A posterior that holds every belief, at its default where ``columns`` say no other: no prior is asked."""
    beliefs = {name: p.default for name, p in declared().items() if p.kind == "belief" and p.prior is not None}
    return Posterior(pd.DataFrame({**beliefs, **columns}), np.asarray(weights), {}, "")


@pytest.mark.parametrize(
    ("number", "weight", "held"),
    [(40, 0.25, False), (10, 0.25, False), (40, 0.25, True), (10, 0.25, True), (40, 0.178, True)],
)
def test_the_theory_is_null_in_as_many_draws_as_its_weight_asks(number: int, weight: float, held: bool) -> None:
    """Of every seed one of the whole numbers beside it, right on average; a posterior that holds it likewise.

    The mean of counts that are n or n + 1 has a standard error of at most 0.5 / 20 = 0.025 over 400 seeds.
    """
    assert declared()["theory_null"].weights == (0.75, 0.25)
    null = np.arange(50) % 2 == 0
    weights = np.where(null, weight, 1.0 - weight) / 25 if held else np.full(50, 1.0 / 50)
    source = holding(
        {"turnover": np.linspace(0.01, 0.02, 50), **({"theory_null": null * 1.0} if held else {})}, weights
    )
    counts = np.array(
        [[draw["theory_null"] for draw in source.sample(number, seed)].count("on") for seed in range(400)]
    )
    asked = number * weight
    assert set(counts) <= {int(np.floor(asked + 1e-9)), int(np.ceil(asked - 1e-9))}
    assert counts.mean() == pytest.approx(asked, abs=4 * 0.025)


def test_which_draws_are_null_goes_with_nothing_else_that_is_drawn() -> None:
    """Every row and every place has its share of the null draws: chi-square over 4 rows and 4 places, 800 seeds."""
    source = holding({"turnover": [0.01, 0.012, 0.014, 0.016]}, np.full(4, 0.25))
    null = [
        (draw["turnover"], place)
        for seed in range(800)
        for place, draw in enumerate(source.sample(4, seed))
        if draw["theory_null"] == "on"
    ]
    assert len(null) == 800
    rows, places = zip(*null, strict=True)
    counts = pd.crosstab(pd.Series(rows), pd.Series(places)).to_numpy()
    assert counts.shape == (4, 4) and stats.chisquare(counts.ravel()).pvalue > 1e-4


def test_what_is_shipped_has_a_name_and_a_file_of_that_name_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_posterior(posterior_file(Path("england"))).digest == england_posterior().digest
    assert posterior_file(Path("mine.parquet")) == Path("mine.parquet")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "england").write_text("mine")
    assert posterior_file(Path("england")) == Path("england")


def test_every_shipped_posterior_can_be_drawn_from() -> None:
    for name in SHIPPED:
        draws = read_posterior(posterior_file(Path(name))).sample(20, 1)
        assert len(draws) == 20 and all(draw["theory_null"] in ("on", "off") for draw in draws)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"weight": [1.0], "turnovr": [0.01]}, "'turnovr', which is no parameter. Did you mean 'turnover'"),
        ({"weight": [1.0], "turnover": [0.9]}, "draws of turnover are not all a number from 0.001 to 0.05"),
        ({"weight": [-1.0], "turnover": [0.01]}, "weights are not all numbers of at least 0"),
        ({"weight": [0.0], "turnover": [0.01]}, "positive sum"),
        ({"turnover": [0.01]}, "not a posterior, or it is damaged"),
        ({"weight": ["many"], "turnover": [0.01]}, "not a posterior, or it is damaged"),
        ({"weight": [1.0], "turnover": ["low"]}, "draws of turnover are not numbers"),
        ({"weight": [1.0], "turnover": [float("nan")]}, "draws of turnover are not all a number"),
        ({"weight": [1.0], "theory_null": [0.5]}, "draws of theory_null are not all places of a choice"),
        ({"weight": [1.0], "turnover": [None]}, "draws of turnover are not numbers"),
    ],
)
def test_files_that_cannot_be_used_are_refused(tmp_path: Path, table: Mapping[str, Any], said: str) -> None:
    with pytest.raises(EvidenceError, match=r"make posterior") as refused:
        read_posterior(write(tmp_path / "p.parquet", table))
    assert said in str(refused.value)


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no calibrated posterior here; build it with: make posterior"):
        read_posterior(tmp_path / "absent.parquet")
    (tmp_path / "text.parquet").write_text("not parquet")
    with pytest.raises(EvidenceError, match="damaged"):
        read_posterior(tmp_path / "text.parquet")
    with pytest.raises(EvidenceError, match="damaged"):
        read_posterior(write(tmp_path / "p.parquet", {"weight": [1.0]}, {"other": "notes"}))
    for notes in ("3", "not json", "[1]"):
        with pytest.raises(EvidenceError, match="damaged"):
            read_posterior(write(tmp_path / "p.parquet", {"weight": [1.0]}, {"posterior": notes}))


def test_the_shipped_posterior_fits_the_parameters_declared_today() -> None:
    shipped = england_posterior()
    assert len(shipped.weights) >= 200 and shipped.weights.sum() == pytest.approx(1.0)
    for name in shipped.draws.columns:
        parameter = declared()[name]
        assert shipped.draws[name].between(parameter.low, parameter.high).all()
    assert {"code", "targets", "seed", "date", "command", "effective"} <= set(shipped.provenance)
    assert shipped.provenance["effective"] >= 50
