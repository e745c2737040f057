"""Effects taken apart by path: parts add up to the comparison's own effect, closed paths carry nothing, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as File

import numpy as np
import pandas as pd
import pytest

from sos_sim.comparison.by_path import PATH_OUTCOMES, ArmsByPath, effect_by_path
from sos_sim.comparison.columns import PATH_LABELS
from sos_sim.comparison.compare import compare
from sos_sim.comparison.further import StoredComparison
from sos_sim.comparison.null_draws import ALL_DRAWS
from sos_sim.comparison.paired import Runs
from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario
from sos_sim.model.paths import Path
from sos_sim.runs.arms import SimulatedArms
from sos_sim.theory.parameters import strengths
from support.small_studies import usual_and_offer

INTERVAL = ["estimate", "low", "high", "replicates", "draws", "level"]
WITH_FAMILIES = ("relational", "purposeful", "voice_signs", "shared_mapping", "agencies_answer")
FORM_AND_BIAS = {"surface_weight": 0.3, "bias_shrink": 0.4}


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    return usual_and_offer(tmp_path_factory.mktemp("scenarios"), authority__children=6000, run__months=36)


@pytest.fixture(scope="module")
def parts(scenarios: list[Scenario]) -> pd.DataFrame:
    return effect_by_path(*scenarios, Runs(2)).effect


def of_paths(effect: pd.DataFrame, measure: str = "harm_months_rate") -> pd.DataFrame:
    """Rows of one measure, by path."""
    return effect[effect["measure"] == measure].set_index("path")


def test_paths_are_in_the_models_order() -> None:
    assert list(PATH_LABELS) == [*(path.name.lower() for path in Path), "organisation", "total"]


def test_parts_add_up_to_the_total_to_the_last_digit(parts: pd.DataFrame) -> None:
    assert list(parts["measure"].unique()) == list(PATH_OUTCOMES)
    for measure, rows in parts.groupby("measure"):
        shown = (rows["shown"] * 10.0 ** rows["decimals"]).round().astype(int)
        assert shown.iloc[:-1].sum() == shown.iloc[-1], measure
        assert rows["estimate"].iloc[:-1].sum() == pytest.approx(rows["estimate"].iloc[-1], rel=1e-12, abs=1e-12)
    assert (of_paths(parts)["estimate"] != 0.0).all()


def test_wholes_are_the_effect_of_the_comparison_pair_by_pair(parts: pd.DataFrame, scenarios: list[Scenario]) -> None:
    expected = compare(scenarios, 2).effects.set_index("measure").loc[list(PATH_OUTCOMES), INTERVAL]
    found = parts[parts["path"] == "total"].set_index("measure")[INTERVAL]
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_wholes_over_draws_are_those_of_the_comparison_too(scenarios: list[Scenario]) -> None:
    draws: list[dict[str, Value]] = [{"relational": 0.1}, {"relational": 0.9}, {"theory_null": "on"}]
    measures = ["harm_months_rate"]
    found = effect_by_path(*scenarios, Runs(2, draws), measures).effect
    effects = compare(scenarios, 2, draws=draws).effects
    expected = effects[effects["condition"] == ALL_DRAWS].set_index("measure").loc[measures, INTERVAL]
    pd.testing.assert_frame_equal(
        found[found["path"] == "total"].set_index("measure")[INTERVAL], expected, check_exact=True
    )
    assert set(found["draws"]) == {3} and set(found["replicates"]) == {6}


def test_with_strengths_at_zero_a_path_carries_exactly_nothing(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    nothing = dict.fromkeys(strengths(programme_only=True), 0.0)
    agency = of_paths(effect_by_path(usual, offer.with_values(**{**nothing, **FORM_AND_BIAS}), Runs(2)).effect)
    for path in ("families", "network_and_plan", "organisation"):
        assert (agency.loc[path, ["estimate", "low", "high", "shown"]] == 0.0).all()
    assert agency.loc["perception", "estimate"] == pytest.approx(agency.loc["total", "estimate"], rel=1e-12) != 0.0
    without = of_paths(effect_by_path(usual, offer.with_values(**dict.fromkeys(WITH_FAMILIES, 0.0)), Runs(2)).effect)
    assert (without.loc["families", ["estimate", "low", "high"]] == 0.0).all()
    assert without.loc["network_and_plan", "estimate"] != 0.0


def test_a_null_programme_costs_money_and_carries_nothing(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    found = effect_by_path(usual, offer.with_values(theory_null="on"), Runs(2)).effect
    lives = found[found["measure"] != "cost_total"]
    assert (lives[["estimate", "low", "high", "shown"]] == 0.0).all().all() and lives["share"].isna().all()
    assert of_paths(found, "cost_total").loc["organisation", "estimate"] > 0.0


def test_a_share_is_told_only_where_the_whole_is(scenarios: list[Scenario]) -> None:
    sure = of_paths(effect_by_path(*scenarios, Runs(3), ["cost_programme"]).effect, "cost_programme")
    assert sure["share"].to_numpy() == pytest.approx(sure["estimate"] / sure.loc["total", "estimate"])
    single = effect_by_path(*scenarios, Runs(1), ["cost_total"]).effect
    assert single["share"].isna().all()


def test_nine_lives_a_pair_and_sixteen_where_both_have_a_programme(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    assert len(ArmsByPath((usual, offer), ("harm_months_rate",)).outputs) == 9
    trained = replace(offer.with_values(coaching=0.0, supervision=0.0, alignment=0.0), name="trained")
    assert len(ArmsByPath((trained, offer), ("harm_months_rate",)).outputs) == 16
    found = of_paths(effect_by_path(trained, offer, Runs(2), ["harm_months_rate"]).effect)
    effects = compare([trained, offer], 2).effects.set_index("measure")
    assert found.loc["total", "estimate"] == effects.loc["harm_months_rate", "estimate"]
    assert found["estimate"].iloc[:-1].sum() == pytest.approx(found.loc["total", "estimate"], rel=1e-12)


def test_coalitions_are_told_by_what_is_open(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    arms = ArmsByPath((usual, offer), ("harm_months_rate",))
    assert arms.open_paths(usual) == [list(Path)]
    opened = arms.open_paths(offer)
    assert opened[0] == [] and opened[-1] == list(Path)
    assert opened[1] == [Path.FAMILIES] and opened[6] == [Path.NETWORK_AND_PLAN, Path.PERCEPTION]


def test_a_page_takes_its_own_pairs_apart_as_far_as_they_go(scenarios: list[Scenario]) -> None:
    draws = [{"relational": 0.01 * draw} for draw in range(120)]
    for given, replicates, lived in ((draws[:40], 2, (2, 40)), (draws, 2, (1, 100)), ([], 30, (30, 1))):
        asked = StoredComparison(File(), scenarios, given, replicates).runs("paths", "paths-1", None, None, None)
        assert (asked.replicates, len(asked.among)) == lived and asked.numbered == replicates
        assert list(asked.among) == list(range(lived[1]))


def test_finished_lives_are_not_lived_again(
    scenarios: list[Scenario], tmp_path: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(1, out=tmp_path / "study")
    first = effect_by_path(*scenarios, runs, ["harm_months_rate"]).effect
    monkeypatch.setattr(SimulatedArms, "__call__", None)
    pd.testing.assert_frame_equal(first, effect_by_path(*scenarios, runs, ["harm_months_rate"]).effect)


def test_arms_that_differ_in_more_than_programmes_are_refused(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    with pytest.raises(InputError, match=r"theory\.risk_aversion is 0\.6 in the first arm and 1\.2 in the second"):
        effect_by_path(usual, offer.with_values(risk_aversion=1.2), Runs(1))


def test_an_outcome_that_no_pair_has_is_not_shown(scenarios: list[Scenario]) -> None:
    short = [scenario.with_values(children=1000) for scenario in scenarios]
    found = of_paths(effect_by_path(*short, Runs(1), ["reentry_after_home_1y"]).effect, "reentry_after_home_1y")
    assert np.isnan(found["shown"]).all() == np.isnan(found["estimate"]).all()
