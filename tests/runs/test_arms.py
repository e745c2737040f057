"""Simulated arms: what a study of points evaluates, and that a shared past changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sos_sim.core.errors import InputError, ScenarioError
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs import arms
from sos_sim.runs.arms import SimulatedArms
from sos_sim.runs.points import run_points
from sos_sim.runs.simulate import past_of, run_past, simulate
from sos_sim.theory.parameters import declared, strengths
from support.small_studies import usual_and_offer
from support.worlds import assert_same_history

MEASURED = ("cla_start_rate", "reentry_after_home_1y", "harm_months_rate", "cost_total")


@pytest.fixture
def scenarios(tmp_path: Path) -> list[Scenario]:
    """Usual practice, a programme, and the programme where the links that only it drives are stronger."""
    usual, offer = usual_and_offer(tmp_path)
    stronger = replace(offer.with_values(**strongest()), name="stronger")
    return [usual, offer, stronger]


def strongest() -> dict[str, float]:
    return {name: declared()[name].high for name in strengths(programme_only=True)}


def test_values_are_those_of_whole_simulations(scenarios: list[Scenario], monkeypatch: pytest.MonkeyPatch) -> None:
    pasts: list[str] = []

    def noted(scenario: Scenario, replicate: int, counted: bool = False) -> Any:
        pasts.append(scenario.name)
        return run_past(scenario, replicate, counted)

    monkeypatch.setattr(arms, "run_past", noted)
    evaluate = SimulatedArms(tuple(scenarios), MEASURED)
    values: dict[str, Value] = {"event_rate": 0.05, "training": 0.5}
    numbers = dict(zip(evaluate.outputs, evaluate(values, 1), strict=True))
    assert pasts == ["usual"]
    for arm, levers in zip(scenarios, ({}, {"training": 0.5}, {"training": 0.5}), strict=True):
        outcomes = simulate(arm.with_values(event_rate=0.05, **levers), replicate=1).outcomes
        alone = outcomes[outcomes["year"] == "all"].set_index("measure")["value"]
        for measure in MEASURED:
            np.testing.assert_equal(numbers[f"{arm.name}:{measure}"], alone[measure])
    assert any(numbers[f"offer:{measure}"] != numbers[f"stronger:{measure}"] for measure in MEASURED)


def test_links_that_only_a_programme_drives_do_nothing_in_the_past(scenarios: list[Scenario]) -> None:
    usual, weakest = (scenarios[0].with_values(**values) for values in (strongest(), dict.fromkeys(strongest(), 0.0)))
    assert past_of(usual) == past_of(weakest)
    assert_same_history(run_past(usual, 0), run_past(weakest, 0))


def test_other_parameters_make_another_past(scenarios: list[Scenario]) -> None:
    usual = scenarios[0]
    in_every_arm = set(strengths()) - set(strengths(programme_only=True))
    for changed in ({"seed": 12}, {"months": 24}, {"event_rate": 0.05}, *({name: 0.0} for name in in_every_arm)):
        assert past_of(usual.with_values(**changed)) != past_of(usual), changed


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"trust_gian": 0.1}, "Did you mean 'trust_gain'"),
        ({"trust_gain": 99.0}, "theory.trust_gain is 99"),
        ({"kin_share": 0.7, "professional_share": 0.5}, "at most 1"),
    ],
)
def test_points_are_refused_before_anything_runs(
    tmp_path: Path, scenarios: list[Scenario], values: dict[str, Value], told: str
) -> None:
    evaluate = SimulatedArms(tuple(scenarios), MEASURED)
    with pytest.raises(InputError, match=rf"point 1: .*{told}"):
        run_points(evaluate, [{}, values], 1, tmp_path / "r", kind="sweep")
    assert not (tmp_path / "r").exists()


def test_a_lever_needs_a_programme_somewhere(scenarios: list[Scenario]) -> None:
    SimulatedArms(tuple(scenarios), MEASURED).refuse({"training": 0.5})
    with pytest.raises(ScenarioError, match="has none"):
        SimulatedArms(tuple(scenarios[:1]), MEASURED).refuse({"training": 0.5})


def test_arms_and_measures_are_checked(scenarios: list[Scenario]) -> None:
    with pytest.raises(InputError, match="no outcome measure 'cla_start'"):
        SimulatedArms(tuple(scenarios), ("cla_start",))
    with pytest.raises(InputError, match="usual, usual"):
        SimulatedArms((scenarios[0], scenarios[0]), MEASURED)
    with pytest.raises(InputError, match="none"):
        SimulatedArms((), MEASURED)


def test_every_measure_can_be_asked_for(scenarios: list[Scenario]) -> None:
    evaluate = SimulatedArms(tuple(scenarios[:1]), tuple(MEASURES))
    assert len(evaluate({}, 0)) == len(MEASURES)
    assert evaluate.identity()["arms"]["usual"]["authority"]["children"] == 2000


def test_workers_do_not_change_a_byte(tmp_path: Path, scenarios: list[Scenario]) -> None:
    evaluate = SimulatedArms(tuple(scenarios[:2]), MEASURED)
    points: list[dict[str, Value]] = [{"trust_gain": 0.05}, {"trust_gain": 0.08}]
    for workers in (1, 2):
        run_points(evaluate, points, 2, tmp_path / str(workers), kind="sweep", workers=workers)
    assert (tmp_path / "1/runs.parquet").read_bytes() == (tmp_path / "2/runs.parquet").read_bytes()


def test_expected_counts_are_asked_for_by_name(scenarios: list[Scenario]) -> None:
    evaluate = SimulatedArms(tuple(scenarios), ("harm_months_rate", "harm_months_expected_rate"))
    plain = SimulatedArms(tuple(scenarios), ("harm_months_rate",))
    numbers = evaluate({}, 1)
    assert numbers[::2] == plain({}, 1)
    assert all(
        expected != counted and expected > 0.0 for counted, expected in zip(numbers[::2], numbers[1::2], strict=True)
    )
