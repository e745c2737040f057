"""Effects taken apart by link: nothing lost where nothing acts, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sos_sim.comparison.compare import compare
from sos_sim.comparison.mechanism import Mechanism, link_coverage, mechanism, other_differences, programme_links
from sos_sim.comparison.paired import Runs
from sos_sim.core.errors import InputError
from sos_sim.core.links import LINKS
from sos_sim.files.scenario import Scenario
from sos_sim.runs.arms import SimulatedArms
from sos_sim.theory.parameters import strengths
from support.small_studies import usual_and_offer

MEASURES = ("harm_months_rate", "referral_rate", "cost_programme")


def null_of(arm: Scenario) -> Scenario:
    """The programme with every programme strength at 0."""
    return arm.with_values(**dict.fromkeys(strengths(programme_only=True), 0.0))


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    return usual_and_offer(tmp_path_factory.mktemp("scenarios"), authority__children=6000, run__months=24)


@pytest.fixture(scope="module")
def taken_apart(scenarios: list[Scenario]) -> Mechanism:
    return mechanism(*scenarios, Runs(2), MEASURES)


def test_what_is_lost_and_what_is_left_are_the_effect_of_the_comparison(
    taken_apart: Mechanism, scenarios: list[Scenario]
) -> None:
    off, whole = taken_apart.switched_off, compare(scenarios, 2).effects.set_index("measure")["estimate"]
    assert (off["without"] + off["estimate"] - off["measure"].map(whole)).abs().max() < 1e-6
    assert set(off["link"]) == set(programme_links())
    assert (off.query("measure == 'harm_months_rate'")["estimate"] != 0.0).any()


def test_a_programme_without_strengths_has_nothing_to_lose(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    found = mechanism(usual, null_of(offer), Runs(2), MEASURES[:2])
    for table in (found.switched_off, found.worlds):
        assert len(table) and (table[["estimate", "low", "high"]] == 0.0).all().all()


def test_worlds_without_shared_strengths_change_both_arms(taken_apart: Mechanism) -> None:
    worlds = taken_apart.worlds.query("measure == 'harm_months_rate'").set_index("link")
    assert list(worlds.index) == ["", "M3", "M4", "M6", "M7", "M8"]
    assert worlds.loc["M7", "comparator_mean"] > worlds.loc["", "comparator_mean"]
    assert worlds.loc["M7", "parameters"] == "plan_effect, cover_effect, service_effect, unsafe_kin_harm, outside_reach"


def test_with_draws_what_is_set_stays_set(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    strong = dict.fromkeys(strengths(programme_only=True), 0.5) | {"training_time": 0.1, "mobilise": 0.4}
    found = mechanism(usual, offer, Runs(1, draws=[strong, {**strong, "relational": 1.0}]), MEASURES[:1])
    assert set(found.switched_off["draws"]) == {2} and set(found.switched_off["replicates"]) == {2}
    null = mechanism(usual, null_of(offer), Runs(1, draws=[strong, strong]), MEASURES[:1])
    assert (null.switched_off["estimate"] == 0.0).all()


def test_a_comparator_with_a_programme_loses_the_same_links(scenarios: list[Scenario]) -> None:
    offer = scenarios[1]
    trained = replace(offer.with_values(coaching=0.0, supervision=0.0, alignment=0.0), name="trained")
    off = mechanism(trained, offer, Runs(2), MEASURES[:1]).switched_off
    effects = compare([trained, offer], 2).effects.set_index("measure")
    assert (off["estimate"] + off["without"]).to_numpy() == pytest.approx(effects.loc[MEASURES[0], "estimate"])
    assert off["estimate"].abs().max() > 0.0


def test_finished_runs_are_not_run_again(
    scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(1, out=tmp_path / "study")
    first = mechanism(*scenarios, runs, MEASURES[:1])
    monkeypatch.setattr(SimulatedArms, "__call__", None)
    again = mechanism(*scenarios, runs, MEASURES[:1])
    pd.testing.assert_frame_equal(first.switched_off, again.switched_off)
    pd.testing.assert_frame_equal(first.worlds, again.worlds)


def test_arms_whose_pasts_differ_are_refused(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    with pytest.raises(InputError, match=r"theory\.risk_aversion is 0\.6 in the first arm and 1\.2 in the second"):
        mechanism(usual, offer.with_values(risk_aversion=1.2), Runs(1))


def test_only_programmes_and_their_strengths_may_differ(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    assert other_differences(usual, null_of(offer)) == []
    assert other_differences(usual, offer.with_values(risk_aversion=1.2, plan_effect=0.1)) == [
        "plan_effect",
        "risk_aversion",
    ]


def test_every_link_and_every_strength_is_accounted_for() -> None:
    table = link_coverage().set_index("link")
    assert list(table.index) == list(LINKS)
    told = ", ".join([*table["programme_strengths"], *table["strengths_in_every_arm"]]).split(", ")
    assert set(strengths()) == set(told) - {""}
    assert table.loc["M2", "treatment"].startswith("no strength at all")
    assert table.loc["M7", "treatment"].startswith("no strength of the programme's own")
    assert table["treatment"].str.contains("switched off in the arm").sum() == len(programme_links())
