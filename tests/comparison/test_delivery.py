"""How much delivery it takes: levers scaled, nothing at nothing, an honest least delivery."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sos_sim.comparison.compare import compare
from sos_sim.comparison.delivery import Delivery, delivery, least_delivery, scale
from sos_sim.comparison.paired import Runs
from sos_sim.core.errors import InputError
from sos_sim.files.scenario import Scenario
from sos_sim.theory.parameters import strengths
from support.small_studies import usual_and_offer

MEASURES = ("harm_months_rate", "cost_programme")
NAN = float("nan")


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    return usual_and_offer(tmp_path_factory.mktemp("scenarios"), authority__children=6000, run__months=24)


@pytest.fixture(scope="module")
def delivered(scenarios: list[Scenario]) -> Delivery:
    return delivery(*scenarios, Runs(2), MEASURES, (0.0, 0.5, 1.0))


def intervals(*bounds: tuple[float, float], shares: tuple[float, ...] = (0.0, 0.5, 1.0)) -> pd.DataFrame:
    low, high = zip(*bounds, strict=True)
    return pd.DataFrame(
        {
            "measure": "harm_months_rate",
            "delivered": shares,
            "low": low,
            "high": high,
            "replicates": 8,
            "draws": 1,
            "level": 0.95,
        }
    )


def test_levers_move_part_of_the_way_from_usual_practice(scenarios: list[Scenario]) -> None:
    offer = scenarios[1].with_values(coaching=0.8)
    assert [plan.levers["coaching"] for plan in scale(offer, 0.25).programmes] == [pytest.approx(0.2)]
    assert scale(offer, 1.0).programmes == offer.programmes
    assert set(scale(offer, 0.0).programmes[0].levers.values()) == {0.0}


def test_nothing_delivered_is_exactly_nothing(delivered: Delivery) -> None:
    none = delivered.response[delivered.response["delivered"] == 0.0]
    assert len(none) == 2 and (none[["estimate", "low", "high"]] == 0.0).all().all()


def test_the_whole_programme_is_the_comparison(delivered: Delivery, scenarios: list[Scenario]) -> None:
    expected = compare(scenarios, 2).effects.set_index("measure")
    columns = ["comparator_mean", "arm_mean", "estimate", "low", "high", "replicates"]
    whole = delivered.response[delivered.response["delivered"] == 1.0].set_index("measure")
    pd.testing.assert_frame_equal(whole[columns], expected.loc[list(MEASURES), columns])


def test_what_is_missing_at_less_than_the_whole_is_told_pair_by_pair(delivered: Delivery) -> None:
    response = delivered.response.set_index(["measure", "delivered"])["estimate"]
    missing = delivered.shortfall.set_index(["measure", "delivered"])["estimate"]
    assert set(delivered.shortfall["full"]) == {1.0}
    for measure in MEASURES:
        assert missing[measure, 1.0] == 0.0
        for share in (0.0, 0.5):
            assert missing[measure, share] == pytest.approx(response[measure, 1.0] - response[measure, share])


def test_a_programme_costs_from_its_first_share_on(delivered: Delivery) -> None:
    cost = delivered.least.set_index("measure").loc["cost_programme"]
    assert 0.0 <= cost["least"] < 0.5 and cost["direction"] == "higher"


def test_a_programme_without_strengths_never_clears_zero(scenarios: list[Scenario]) -> None:
    usual, offer = scenarios
    null = offer.with_values(**dict.fromkeys(strengths(programme_only=True), 0.0))
    found = delivery(usual, null, Runs(2), MEASURES[:1], (0.0, 1.0))
    assert (found.response[["estimate", "low", "high"]] == 0.0).all().all()
    assert found.least["least"].isna().all()
    assert found.least["statement"].tolist() == ["the interval never clears zero, not even with the full programme"]


@pytest.mark.parametrize(
    ("table", "least", "direction"),
    [
        (intervals((0.0, 0.0), (-3.0, 1.0), (-5.0, -1.0)), 0.75, "lower"),
        (intervals((0.0, 0.0), (-1.0, 3.0), (3.0, 5.0)), 0.625, "higher"),
        (intervals((0.0, 0.0), (1.0, 2.0), (2.0, 5.0)), 0.0, "higher"),
        (intervals((0.0, 0.0), (1.0, 2.0), (-5.0, -3.0)), 0.5 + 0.5 * 2 / 5, "lower"),
        (intervals((0.0, 0.0), (1.0, 2.0), (-5.0, 3.0)), NAN, ""),
        (intervals((NAN, NAN), (NAN, NAN), (NAN, NAN)), NAN, ""),
        (intervals((1.0, 2.0), (1.0, 2.0), (2.0, 5.0), shares=(0.2, 0.5, 1.0)), 0.2, "higher"),
    ],
    ids=["interpolated", "other side", "from the first on", "side changes", "middle only", "one run", "always"],
)
def test_hand_worked_least_delivery(table: pd.DataFrame, least: float, direction: str) -> None:
    found = least_delivery(table).iloc[0]
    assert found["least"] == pytest.approx(least, nan_ok=True) and found["direction"] == direction


def test_statements_say_what_was_found() -> None:
    clear = intervals((0.0, 0.0), (-3.0, 1.0), (-5.0, -1.0))
    assert least_delivery(clear)["statement"].iloc[0].startswith("from about 75% of the programme on")
    middle = intervals((0.0, 0.0), (1.0, 2.0), (-5.0, 3.0))
    assert "at some lower delivery" in least_delivery(middle)["statement"].iloc[0]


def test_what_cannot_be_delivered_is_refused(scenarios: list[Scenario], tmp_path: Path) -> None:
    usual, offer = scenarios
    with pytest.raises(InputError, match="usual has no programme"):
        delivery(offer, usual, Runs(1, out=tmp_path / "r"))
    for shares in ((0.5, 0.1), (0.0, 1.5), (0.5, 0.5)):
        with pytest.raises(InputError, match="must increase and lie within 0 and 1"):
            delivery(usual, offer, Runs(1, out=tmp_path / "r"), shares=shares)
    assert not (tmp_path / "r").exists()
