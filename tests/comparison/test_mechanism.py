"""Effects taken apart by link: exact division, nothing where nothing acts, refusals."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from sos_sim.comparison import shares
from sos_sim.comparison.compare import compare
from sos_sim.comparison.mechanism import Mechanism, link_coverage, mechanism, other_differences, programme_links
from sos_sim.comparison.paired import Runs
from sos_sim.core.errors import InputError
from sos_sim.core.links import LINKS
from sos_sim.files.scenario import Scenario
from sos_sim.runs.arms import SimulatedArms
from sos_sim.statistics.intervals import Floats
from sos_sim.theory.parameters import strengths
from support.small_studies import usual_and_offer

MEASURES = ("harm_months_rate", "referral_rate", "cost_programme")
TWO_LINKS = np.array([[0.0, 1.0, 2.0, 5.0]])
effects = some.floats(-1e3, 1e3)
worths = some.integers(1, 4).flatmap(lambda links: arrays(float, (2, 2**links), elements=effects))


def null_of(arm: Scenario) -> Scenario:
    """The programme with every programme strength at 0."""
    return arm.with_values(**dict.fromkeys(strengths(programme_only=True), 0.0))


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    return usual_and_offer(tmp_path_factory.mktemp("scenarios"), authority__children=6000, run__months=24)


@pytest.fixture(scope="module")
def taken_apart(scenarios: list[Scenario]) -> Mechanism:
    return mechanism(*scenarios, Runs(2), MEASURES)


def test_hand_worked_division() -> None:
    assert shares.alone(TWO_LINKS).tolist() == [[1.0, 2.0]]
    assert shares.missed(TWO_LINKS).tolist() == [[3.0, 4.0]]
    assert shares.in_order(TWO_LINKS).tolist() == [[1.0, 4.0]]
    assert shares.shapley(TWO_LINKS).tolist() == [[2.0, 3.0]]


@settings(deadline=None)
@given(worths)
def test_shapley_is_the_mean_over_all_orders(worth: Floats) -> None:
    links = shares.links_of(worth)
    orders = list(permutations(range(links)))
    found = np.zeros((len(worth), links))
    for order in orders:
        coalition = 0
        for link in order:
            found[:, link] += worth[:, coalition | 1 << link] - worth[:, coalition]
            coalition |= 1 << link
    np.testing.assert_allclose(shares.shapley(worth), found / len(orders), atol=1e-9)


@settings(deadline=None)
@given(worths)
def test_steps_in_order_and_shapley_leave_nothing_over(worth: Floats) -> None:
    total = worth[:, -1] - worth[:, 0]
    np.testing.assert_allclose(shares.shapley(worth).sum(axis=1), total, atol=1e-9)
    np.testing.assert_allclose(shares.in_order(worth).sum(axis=1), total, atol=1e-9)


@settings(deadline=None)
@given(some.lists(effects, min_size=1, max_size=9), some.integers(0, 4))
def test_shown_steps_add_up_to_the_shown_total(steps: list[float], decimals: int) -> None:
    total = sum(steps)
    shown = shares.shown_steps(np.array(steps), total, decimals)
    unit = 10**decimals
    assert sum(round(step * unit) for step in shown) == round(round(total, decimals) * unit)
    assert (np.abs(shown - steps) < 1.0 / unit + 1e-9).all()
    assert all(step == 0.0 for step, exact in zip(shown, steps, strict=True) if exact == 0.0)


def test_rounding_up_goes_to_those_that_lost_most() -> None:
    assert shares.shown_steps(np.array([0.4, 0.4, 0.4]), 1.2, 0).tolist() == [1.0, 0.0, 0.0]
    assert shares.shown_steps(np.array([-0.26, 0.0, 0.06]), -0.2, 1).tolist() == [-0.3, 0.0, 0.1]


def test_both_waterfalls_add_up_as_shown(taken_apart: Mechanism) -> None:
    for (_, way), bars in taken_apart.waterfall.groupby(["measure", "way"]):
        units = (bars["shown"] * 10.0 ** bars["decimals"]).round().astype(int)
        assert units.iloc[:-1].sum() == units.iloc[-1]
        assert bars["estimate"].iloc[:-1].sum() == pytest.approx(bars["estimate"].iloc[-1], abs=1e-9)
        assert (bars["label"] == "interaction").any() == (way == "alone")
        assert bars["end"].iloc[-2] == bars["end"].iloc[-1] == bars["shown"].iloc[-1]
        assert (bars["start"].iloc[1:-1].to_numpy() == bars["end"].iloc[:-2].to_numpy()).all()
    moved = taken_apart.waterfall.query("measure == 'harm_months_rate' and label == 'total'")
    assert (moved["estimate"] != 0.0).all()


def test_the_total_is_the_effect_of_the_comparison(taken_apart: Mechanism, scenarios: list[Scenario]) -> None:
    expected = compare(scenarios, 2).effects.set_index("measure")
    totals = taken_apart.waterfall.query("label == 'total' and way == 'alone'").set_index("measure")
    columns = ["estimate", "low", "high", "replicates", "draws", "level"]
    pd.testing.assert_frame_equal(totals[columns], expected.loc[list(MEASURES), columns])


def test_delivery_alone_costs_money_and_changes_no_life(taken_apart: Mechanism) -> None:
    bars = taken_apart.waterfall.set_index(["measure", "way", "step"])
    for measure in ("harm_months_rate", "referral_rate"):
        assert (bars.loc[(measure, "alone", 0), ["estimate", "low", "high"]] == 0.0).all()
    assert bars.loc[("cost_programme", "alone", 0), "estimate"] > 0.0


def test_shapley_shares_add_up_as_shown(taken_apart: Mechanism) -> None:
    delivered = taken_apart.waterfall.query("way == 'alone' and step == 0").set_index("measure")["estimate"]
    totals = taken_apart.waterfall.query("way == 'alone' and label == 'total'").set_index("measure")["estimate"]
    sums = taken_apart.shapley.groupby("measure")["estimate"].sum()
    assert (sums - (totals - delivered)).abs().max() < 1e-9
    shown = taken_apart.shapley.query("measure == 'harm_months_rate'")["shown"].sum()
    assert round(100 * shown) == round(100 * round(totals["harm_months_rate"], 2))


def test_an_effect_without_a_link_is_told_beside_what_is_missed(taken_apart: Mechanism) -> None:
    off = taken_apart.switched_off
    totals = taken_apart.waterfall.query("way == 'alone' and label == 'total'").set_index("measure")["estimate"]
    gap = off["measure"].map(totals) - off["without"] - off["estimate"]
    assert gap.abs().max() < 1e-9 and set(off["link"]) == set(programme_links())


def test_a_programme_without_strengths_is_exactly_nothing(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    found = mechanism(usual, null_of(offer), Runs(2), MEASURES[:2])
    for table in (found.switched_off, found.waterfall, found.shapley, found.worlds):
        assert len(table) and (table[["estimate", "low", "high"]] == 0.0).all().all()
    assert (found.waterfall[["shown", "start", "end"]] == 0.0).all().all()


def test_worlds_without_shared_strengths_change_both_arms(taken_apart: Mechanism) -> None:
    worlds = taken_apart.worlds.query("measure == 'harm_months_rate'").set_index("link")
    assert list(worlds.index) == ["", "M3", "M4", "M6", "M7", "M8"]
    assert worlds.loc["M7", "comparator_mean"] > worlds.loc["", "comparator_mean"]
    assert worlds.loc["M7", "parameters"] == "plan_effect, cover_effect, service_effect, unsafe_kin_harm"


def test_with_draws_links_stay_off_and_what_is_set_stays_set(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    strong = dict.fromkeys(strengths(programme_only=True), 0.5) | {"training_time": 0.1, "mobilise": 0.4}
    set_to_nothing = null_of(offer)
    found = mechanism(usual, offer, Runs(1, draws=[strong, {**strong, "relational": 1.0}]), MEASURES[:1])
    bars = found.waterfall.set_index(["way", "step"])
    assert (bars.loc[("alone", 0), ["estimate", "low", "high"]] == 0.0).all()
    assert set(found.shapley["draws"]) == {2} and set(found.shapley["replicates"]) == {2}
    null = mechanism(usual, set_to_nothing, Runs(1, draws=[strong, strong]), MEASURES[:1])
    assert (null.waterfall["estimate"] == 0.0).all()


def test_a_comparator_with_a_programme_loses_the_same_links(scenarios: list[Scenario]) -> None:
    offer = scenarios[1]
    trained = replace(offer.with_values(coaching=0.0, supervision=0.0, alignment=0.0), name="trained")
    found = mechanism(trained, offer, Runs(2), MEASURES[:1])
    bars = found.waterfall.set_index(["way", "step"])
    assert (bars.loc[("alone", 0), ["estimate", "low", "high"]] == 0.0).all()
    total = bars[bars["label"] == "total"]["estimate"].iloc[0]
    effects = compare([trained, offer], 2).effects.set_index("measure")
    assert total == pytest.approx(effects.loc[MEASURES[0], "estimate"])


def test_finished_runs_are_not_run_again(
    scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(1, out=tmp_path / "study")
    first = mechanism(*scenarios, runs, MEASURES[:1])
    monkeypatch.setattr(SimulatedArms, "__call__", None)
    again = mechanism(*scenarios, runs, MEASURES[:1])
    pd.testing.assert_frame_equal(first.waterfall, again.waterfall)
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
