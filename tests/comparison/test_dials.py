"""Effects along the dials of context: turned alike in both arms, paired, nothing where nothing acts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sos_sim.comparison.compare import compare
from sos_sim.comparison.dials import DIALS, Dial, Dials, turn_dials
from sos_sim.comparison.paired import Runs
from sos_sim.core.errors import InputError
from sos_sim.files.scenario import Scenario
from sos_sim.theory.parameters import declared, strengths
from support.small_studies import usual_and_offer

MEASURES = ("harm_months_rate", "cost_programme")
TWO = tuple(dial for dial in DIALS if dial.name in ("culture", "supervision"))


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    return usual_and_offer(tmp_path_factory.mktemp("scenarios"), authority__children=6000, run__months=24)


@pytest.fixture(scope="module")
def turned(scenarios: list[Scenario]) -> Dials:
    return turn_dials(*scenarios, Runs(2), MEASURES, TWO, levels=3)


def test_every_dial_has_every_level_and_measure(turned: Dials) -> None:
    assert len(turned.response) == 2 * 3 * 2 and len(turned.contrasts) == 2 * 2
    assert turned.response.groupby("dial")["value"].nunique().eq(3).all()
    assert (turned.response["comparator_caseload"] > 0).all()


def test_an_effect_on_the_dial_is_that_of_the_comparison_there(turned: Dials, scenarios: list[Scenario]) -> None:
    at = turned.response.query("dial == 'culture' and position == 2")
    moved = [scenario.with_values(risk_aversion=at["value"].iloc[0]) for scenario in scenarios]
    expected = compare(moved, 2).effects.set_index("measure")
    columns = ["comparator_mean", "arm_mean", "estimate", "low", "high", "replicates"]
    pd.testing.assert_frame_equal(at.set_index("measure")[columns], expected.loc[list(MEASURES), columns])


def test_supervision_is_turned_in_both_arms(turned: Dials) -> None:
    cost = turned.response.query("dial == 'supervision' and measure == 'cost_programme'").set_index("position")
    assert cost.loc[0, "comparator_mean"] == 0.0 and cost.loc[2, "comparator_mean"] > 0.0
    assert cost.loc[2, "arm_mean"] > cost.loc[2, "comparator_mean"]


def test_contrasts_are_differences_of_effects_in_pairs(turned: Dials) -> None:
    effects = turned.response.set_index(["dial", "measure", "position"])["estimate"]
    for row in turned.contrasts.itertuples():
        expected = effects[row.dial, row.measure, 2] - effects[row.dial, row.measure, 0]
        assert row.estimate == pytest.approx(expected) and row.low <= row.estimate <= row.high
        assert (
            row.at_lowest == effects[row.dial, row.measure, 0] and row.at_highest == effects[row.dial, row.measure, 2]
        )
        assert row.replicates == 2


def test_a_programme_without_strengths_is_exactly_nothing_everywhere(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    null = offer.with_values(**dict.fromkeys(strengths(programme_only=True), 0.0))
    found = turn_dials(usual, null, Runs(2), MEASURES[:1], TWO, levels=2)
    assert not found.contrasts["told"].any()
    for table in (found.response, found.contrasts):
        assert len(table) and (table[["estimate", "low", "high"]] == 0.0).all().all()


def test_draws_are_crossed_with_levels(scenarios: list[Scenario]) -> None:
    draws = [{"relational": 0.9, "risk_aversion": 0.5}, {"relational": 0.0, "risk_aversion": 0.7}]
    found = turn_dials(*scenarios, Runs(1, draws), MEASURES[:1], TWO[:1], levels=2)
    assert set(found.response["draws"]) == {2} and set(found.response["replicates"]) == {2}
    assert set(found.contrasts["draws"]) == {2}


@pytest.mark.parametrize("dial", DIALS, ids=lambda dial: dial.name)
def test_dials_stay_within_what_is_declared(dial: Dial, scenarios: list[Scenario]) -> None:
    known = declared()[dial.parameter]
    values = dial.values(scenarios[1], 5)
    assert values == sorted(set(values)) and known.low <= values[0] < values[-1] <= known.high
    own = known.default if known.kind == "lever" else scenarios[1].values[dial.parameter]
    assert values[0] <= float(own) <= values[-1]


def test_what_cannot_be_turned_is_refused(scenarios: list[Scenario], tmp_path: Path) -> None:
    usual, offer = scenarios
    with pytest.raises(InputError, match="usual has no programme"):
        turn_dials(offer, usual, Runs(1, out=tmp_path / "r"))
    assert not (tmp_path / "r").exists()
