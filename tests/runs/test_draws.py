"""Comparisons over draws of parameters: which values a draw replaces, which luck it has, what is kept of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sos_sim.comparison.compare import ComparisonQuestion, compare
from sos_sim.comparison.further import read_comparison
from sos_sim.core.errors import InputError, ResultsFolderError, ScenarioError
from sos_sim.files.scenario import Scenario, load_scenario, rebuilt
from sos_sim.kit.drawn_from import posterior_said
from sos_sim.runs.posterior_draws import check_one_posterior, over_posterior
from sos_sim.runs.question import Workplace
from sos_sim.runs.replicate import ReplicateQuestion, replicate
from sos_sim.runs.rows import inputs, rows_of
from sos_sim.runs.store import read_manifest

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SMALL = {"authority.children": 2000, "run.warmup_months": 6, "run.months": 12, "run.replicates": 2}
SMALL_RUN = {"authority.children": 2000, "run.warmup_months": 6, "run.months": 12}
DRAWS = [{"trust_gain": 0.05, "need_mean": -6.0}, {"trust_gain": 0.3, "need_mean": -6.6}]


def small(name: str, **more: object) -> Scenario:
    """A shipped scenario in a small authority."""
    return load_scenario(SCENARIOS / f"{name}.yaml", SMALL | more)


def test_a_draw_replaces_what_no_file_and_no_override_set() -> None:
    scenario = small("base", **{"theory.trust_gain": 0.2})
    drawn = scenario.drawn(DRAWS[0])
    assert drawn.values["trust_gain"] == 0.2 and drawn.values["need_mean"] == -6.0
    assert drawn.values["children"] == 2000 and "trust_gain" in scenario.given and "need_mean" not in scenario.given


def test_a_draw_that_contradicts_what_is_set_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"kin_share 0\.9 \(draw\)"):
        small("base", **{"theory.professional_share": 0.3}).drawn({"kin_share": 0.9})


def test_rows_of_draws_are_numbered_on_and_no_two_share_their_luck() -> None:
    rows = rows_of([small("base"), small("sos_supported")], 2, DRAWS)
    assert [row.replicate for row in rows] == [0, 1, 2, 3] * 2
    assert [row.scenario.values["trust_gain"] for row in rows[:4]] == [0.05, 0.05, 0.3, 0.3]
    assert len({row.scenario.seed(row.replicate) for row in rows[:4]}) == 4 and len({row.id for row in rows}) == 8


def test_asking_for_draws_gives_as_many_of_the_posterior() -> None:
    assert over_posterior(small("base")) == []
    draws = over_posterior(small("base", **{"run.draws": 3}))
    assert len(draws) == 3 and draws == over_posterior(small("base", **{"run.draws": 3}))
    assert "bias_shrink" in draws[0], "strengths of links come from their priors"


def test_a_comparison_over_draws_tells_luck_from_parameters_and_can_be_read_again(tmp_path: Path) -> None:
    scenarios = [small("base"), small("sos_supported")]
    found = compare(scenarios, out=tmp_path / "over", draws=DRAWS)
    assert list(found.runs["draw"]) == [0, 0, 1, 1] * 2
    effects = found.effects.set_index("measure")
    assert effects.loc["referral_rate", "draws"] == 2 and effects.loc["referral_rate", "luck_sd"] >= 0.0
    stored = read_comparison(tmp_path / "over")
    assert stored.draws == DRAWS and stored.replicates == 2
    for mine, theirs in zip(scenarios, stored.scenarios, strict=True):
        assert inputs(mine) == inputs(theirs) and mine.given == theirs.given
        assert [row.id for row in rows_of([mine], 2, DRAWS)] == [row.id for row in rows_of([theirs], 2, DRAWS)]


def test_other_draws_do_not_go_into_the_same_folder(tmp_path: Path) -> None:
    scenarios = [small("base"), small("sos_supported")]
    compare(scenarios, replicates=1, out=tmp_path / "over", draws=DRAWS)
    with pytest.raises(ResultsFolderError, match=r"draws"):
        compare(scenarios, replicates=1, out=tmp_path / "over", draws=DRAWS[:1])


def test_a_folder_says_which_posterior_its_draws_come_from(tmp_path: Path) -> None:
    over, without = small("base", **{"run.draws": 2, "run.replicates": 1}), small("base", **{"run.replicates": 1})
    for name, scenario, posterior in (("a", over, None), ("b", over, Path("england")), ("c", without, None)):
        ReplicateQuestion([scenario], posterior).answer(tmp_path / name, Workplace(workers=1))
    replicate(over, out=tmp_path / "d", draws=DRAWS[:1])
    said = [read_manifest(tmp_path / name).get("posterior") for name in "abcd"]
    assert said == ["england", "england", None, None]


def posterior_beside(folder: Path, name: str = "ours.parquet") -> Path:
    """A posterior of two draws, in which one belief is known exactly."""
    content = pa.table({"weight": [1.0, 1.0], "need_mean": [-6.25, -6.25]})
    pq.write_table(content.replace_schema_metadata({"posterior": "{}"}), folder / name)
    return folder / name


def test_draws_come_from_the_posterior_that_a_scenario_names_and_the_folder_says_so(tmp_path: Path) -> None:
    posterior_beside(tmp_path)
    (tmp_path / "ours.yaml").write_text("name: Ours\nposterior: ours.parquet\nrun: {draws: 2, replicates: 1}\n")
    (tmp_path / "with.yaml").write_text("name: With\nextends: ours.yaml\nprogramme: {training: 1}\n")
    ours, extended = (load_scenario(tmp_path / f"{name}.yaml", SMALL_RUN) for name in ("ours", "with"))
    assert [draw["need_mean"] for draw in over_posterior(extended)] == [-6.25, -6.25]
    assert {draw["need_mean"] for draw in over_posterior(extended, Path("england"))} != {-6.25}
    assert over_posterior(extended.with_values(draws=1))[0]["need_mean"] == -6.25
    ComparisonQuestion([ours, extended]).answer(tmp_path / "out", Workplace(workers=1))
    manifest = read_manifest(tmp_path / "out")
    assert manifest["posterior"] == str(tmp_path / "ours.parquet") and manifest["own_posterior"] is True
    assert "own posterior" in posterior_said(manifest)[0] and "own" not in posterior_said({"posterior": "x"})[0]
    assert ReplicateQuestion([ours]).content() != ReplicateQuestion([ours], Path("england")).content()


def test_arms_that_name_different_posteriors_are_not_compared_over_draws(tmp_path: Path) -> None:
    posterior_beside(tmp_path)
    (tmp_path / "a.yaml").write_text("name: A\nposterior: ours.parquet\n")
    (tmp_path / "b.yaml").write_text("name: B\nprogramme: {training: 1}\n")
    arms = [load_scenario(tmp_path / f"{name}.yaml", SMALL_RUN | {"run.draws": 2}) for name in "ab"]
    with pytest.raises(InputError, match=r"posterior .*ours\.parquet in the first and england in the second"):
        compare(arms, 1)
    check_one_posterior(arms, Path("england"))
    check_one_posterior([arm.with_values(draws=0) for arm in arms])


def test_no_strength_no_difference_whatever_is_drawn() -> None:
    draws = over_posterior(small("base", **{"run.draws": 2}))
    found = compare([small("base"), small("sos_null")], replicates=1, draws=draws)
    effects = found.effects[~found.effects["measure"].isin(["cost_programme", "cost_total"])]
    assert (effects[["estimate", "low", "high"]].fillna(0.0) == 0.0).all(axis=None)
    joint: pd.Series[float] = found.joint["probability"]
    assert np.array_equal(joint, np.zeros(len(joint)))


def test_a_scenario_made_from_what_was_resolved_is_the_same(tmp_path: Path) -> None:
    scenario = small("sos_supported")
    again = rebuilt(scenario.name, inputs(scenario), scenario.run.replicates, scenario.given)
    assert again.resolved() == scenario.resolved() and again.given == scenario.given
