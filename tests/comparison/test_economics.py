"""Costs and consequences: hand-worked sums, discounting, ratios only where they mean something, EVPI."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sos_sim.comparison.compare import Comparison, compare
from sos_sim.comparison.economics import COSTS, LINES, Economics, economics, present_values, prices, yearly_flows
from sos_sim.comparison.net_benefit import BOTH, LUCK, PARAMETERS, NetBenefit, net_benefit
from sos_sim.core.errors import InputError
from sos_sim.core.units import WEEKS_PER_MONTH
from sos_sim.files.scenario import Scenario
from sos_sim.model.monthly import COLUMNS
from sos_sim.outcomes.costs import COST_LINES
from sos_sim.statistics.value import perfect_information
from sos_sim.theory.costs import Costs
from sos_sim.theory.parameters import strengths
from support.small_studies import usual_and_offer

ITEMS = [line.item for line in LINES]


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    return usual_and_offer(tmp_path_factory.mktemp("scenarios"), run__months=30)


@pytest.fixture(scope="module")
def compared(scenarios: list[Scenario]) -> Comparison:
    null = scenarios[1].with_values(**dict.fromkeys(strengths(programme_only=True), 0.0))
    return compare([*scenarios, renamed(null, "null")], 2)


def renamed(scenario: Scenario, name: str) -> Scenario:
    return replace(scenario, name=name)


def economy(change: dict[str, list[float]], draws: list[int] | None = None) -> Economics:
    """An arm 'offer' that differs from 'usual' by these present values, replicate by replicate."""
    number = len(next(iter(change.values())))
    offer = pd.DataFrame(0.0, index=range(number), columns=ITEMS).assign(**change)
    both = pd.concat([(0.0 * offer).assign(arm="usual"), offer.assign(arm="offer")])
    present = both.rename_axis("replicate").reset_index()
    present["draw"] = present["replicate"].map(dict(enumerate(draws or [0] * number)))
    empty = pd.DataFrame()
    return Economics(empty, empty, empty, present, 0.0)


def weigh(change: dict[str, list[float]], draws: list[int] | None = None, **values: Any) -> NetBenefit:
    return net_benefit(economy(change, draws), ["usual", "offer"], **values)


def ratio_of(change: dict[str, list[float]]) -> Any:
    return weigh(change, values=[0.0], curve=[0.0]).ratios.set_index("item").loc["care_starts"]


def made_tables(scenario: Scenario, monthly: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of one replicate in which every monthly column is the same number in every month."""
    table = pd.DataFrame(
        [(scenario.name, 0, month, column, monthly) for month in range(30) for column in COLUMNS],
        columns=["arm", "replicate", "month", "measure", "value"],
    )
    outcomes = pd.DataFrame(
        [
            (scenario.name, 0, year, measure, 50.0)
            for year in ("1", "2", "all")
            for measure in ("cla_start_rate", "cpp_start_rate")
        ],
        columns=["arm", "replicate", "year", "measure", "value"],
    )
    return outcomes, table


def test_hand_worked_flows(scenarios: list[Scenario]) -> None:
    """Three of everything a month: a year of foster care is 3 · 12 · weeks a month · price, and so on."""
    flows = yearly_flows(*made_tables(scenarios[0], 3.0), scenarios[:1])
    assert flows["year"].tolist() == [1, 2]
    first, costs = flows.iloc[0], Costs._field_defaults
    assert first["foster"] == pytest.approx(36 * WEEKS_PER_MONTH * costs["foster_week"].default)
    assert first["proceedings"] == pytest.approx(36 * costs["proceedings"].default)
    assert first["coaching"] == pytest.approx(36 * costs["coaching_month"].default)
    assert (first["care_years"], first["harm_months"], first["harm_unseen_months"]) == (3.0, 36.0, 0.0)
    assert first["care_starts"] == first["plan_starts"] == pytest.approx(50.0 * 2000 / 10_000)
    assert first["total_cost"] == pytest.approx(sum(first[cost.item] for cost in COSTS))


def test_years_are_worth_less_the_later_they_come(scenarios: list[Scenario]) -> None:
    flows = yearly_flows(*made_tables(scenarios[0], 1.0), scenarios[:1])
    value = present_values(flows, 0.035).iloc[0]
    assert value["harm_months"] == pytest.approx(12 * (1.035**-0.5 + 1.035**-1.5))
    assert present_values(flows, 0.0).iloc[0]["harm_months"] == 24.0


def test_costs_agree_with_the_outcome_measures(compared: Comparison, scenarios: list[Scenario]) -> None:
    """Before discounting, the lines of economics add up to the cost measures of the same runs."""
    flows = yearly_flows(compared.outcomes, compared.monthly, scenarios).set_index(["arm", "replicate", "year"])
    lines = {
        "cost_social_work": ["social_work"],
        "cost_proceedings": ["proceedings"],
        "cost_total": [cost.item for cost in COST_LINES],
        "cost_placements": ["foster", "residential", "kinship", "home_on_order"],
        "cost_programme": ["training", "coaching", "supervision", "extra_posts", "meetings"],
    }
    measured = compared.outcomes[compared.outcomes["year"].isin(["1", "2"])].astype({"year": str})
    measured = measured.assign(year=measured["year"].astype(int)).set_index(["arm", "replicate", "year"])
    for measure, items in lines.items():
        expected = measured[measured["measure"] == measure]["value"].reindex(flows.index)
        np.testing.assert_allclose(flows[items].sum(axis=1), expected, rtol=1e-12)
        assert expected.max() > 0.0
    np.testing.assert_allclose(flows["total_cost"], flows[lines["cost_total"]].sum(axis=1), rtol=1e-12)


def test_table_is_the_paired_difference(compared: Comparison, scenarios: list[Scenario]) -> None:
    found = economics(compared.outcomes, compared.monthly, compared.runs, scenarios, rate=0.0)
    row = found.table.set_index("item").loc["social_work"]
    flows = yearly_flows(compared.outcomes, compared.monthly, scenarios)
    wide = flows.groupby(["arm", "replicate"])["social_work"].sum().unstack("arm")
    difference = wide["offer"] - wide["usual"]
    assert row["estimate"] == row["undiscounted"] == pytest.approx(difference.mean())
    half = stats.t.ppf(0.975, 1) * difference.std() / math.sqrt(2)
    assert (row["low"], row["high"]) == pytest.approx((difference.mean() - half, difference.mean() + half))
    assert len(found.table) == len(LINES) and len(found.yearly) == 2 * len(LINES)
    by_year = found.yearly[found.yearly["item"] == "social_work"]["estimate"].sum()
    assert by_year == pytest.approx(row["estimate"])


def test_discounting_brings_the_comparators_costs_down(compared: Comparison, scenarios: list[Scenario]) -> None:
    found = economics(compared.outcomes, compared.monthly, compared.runs, scenarios).table.set_index("item")
    plain = economics(compared.outcomes, compared.monthly, compared.runs, scenarios, rate=0.0).table.set_index("item")
    share = found.loc["total_cost", "comparator_mean"] / plain.loc["total_cost", "comparator_mean"]
    assert 1.035**-1.5 < share < 1.035**-0.5
    assert found.loc["total_cost", "undiscounted"] == plain.loc["total_cost", "estimate"]


def test_a_programme_without_strengths_costs_its_delivery_and_nothing_else_changes(
    compared: Comparison, scenarios: list[Scenario]
) -> None:
    arms = [scenarios[0], renamed(scenarios[1], "null")]
    table = economics(compared.outcomes, compared.monthly, compared.runs, arms).table.set_index("item")
    delivery = ["training", "coaching", "supervision", "total_cost"]
    nothing = table.drop(delivery)
    assert (nothing[["estimate", "low", "high", "undiscounted"]] == 0.0).all().all() and len(nothing) == 17
    assert (table.loc[delivery, "estimate"] > 0.0).all()
    weighed = net_benefit(economics(compared.outcomes, compared.monthly, compared.runs, arms), ["usual", "null"])
    assert weighed.benefit["estimate"].nunique() == 1 and (weighed.curve["probability"] == 0.0).all()
    assert (weighed.information["best"] == "usual").all() and (weighed.information["evpi"] == 0.0).all()


def test_every_price_is_told_with_year_source_and_grade(scenarios: list[Scenario]) -> None:
    dearer = scenarios[0].with_values(foster_week=900.0)
    table = prices(dearer).set_index("item")
    assert table.loc["foster", "price"] == 900.0
    assert list(table.index) == [cost.item for cost in COSTS]
    assert list(dict.fromkeys(cost.price for cost in COSTS)) == list(Costs._fields)
    assert table[["price_unit", "price_year", "source", "grade"]].astype(bool).all().all()


def test_a_ratio_where_both_are_clear_has_fiellers_interval() -> None:
    cost = np.array([100.0, 120.0, 90.0, 110.0, 105.0])
    fewer = np.array([2.0, 2.6, 1.9, 2.2, 2.1])
    row = ratio_of({"total_cost": list(cost), "care_starts": list(-fewer)})
    assert row["ratio"] == pytest.approx(cost.mean() / fewer.mean())
    square = stats.t.ppf(0.975, 4) ** 2 / 5
    a = fewer.mean() ** 2 - square * fewer.var(ddof=1)
    b = cost.mean() * fewer.mean() - square * np.cov(cost, fewer)[0, 1]
    c = cost.mean() ** 2 - square * cost.var(ddof=1)
    root = math.sqrt(b**2 - a * c)
    assert (row["low"], row["high"]) == pytest.approx(((b - root) / a, (b + root) / a))
    assert row["statement"] == "extra cost for each care start avoided"


def test_savings_for_each_entry_more_mirror_that() -> None:
    dearer = ratio_of({"total_cost": [100.0, 120.0, 90.0], "care_starts": [-2.0, -2.6, -1.9]})
    cheaper = ratio_of({"total_cost": [-100.0, -120.0, -90.0], "care_starts": [2.0, 2.6, 1.9]})
    assert [cheaper[name] for name in ("ratio", "low", "high")] == pytest.approx(
        [dearer[name] for name in ("ratio", "low", "high")]
    )
    assert cheaper["statement"] == "saving for each further care start"


@pytest.mark.parametrize(
    ("cost", "starts", "told"),
    [
        ([100.0, -120.0, 90.0], [-2.0, -2.6, -1.9], "change in cost does not clear zero"),
        ([100.0, 120.0, 90.0], [-2.0, 2.6, -1.9], "change in outcome does not clear zero"),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], "change in cost and outcome does not clear zero"),
        ([-100.0, -120.0, -90.0], [-2.0, -2.6, -1.9], "no ratio: it costs less and avoids more"),
        ([100.0, 120.0, 90.0], [2.0, 2.6, 1.9], "no ratio: it costs more and avoids fewer"),
        ([100.0], [-2.0], "no ratio: there are too few draws or pairs for an interval"),
    ],
)
def test_no_ratio_that_would_mislead(cost: list[float], starts: list[float], told: str) -> None:
    row = ratio_of({"total_cost": cost, "care_starts": starts})
    assert math.isnan(row["ratio"]) and math.isnan(row["low"]) and told in row["statement"]


def test_hand_worked_net_benefit() -> None:
    found = weigh(
        {"total_cost": [30.0, 10.0], "care_starts": [-2.0, 1.0], "harm_months": [4.0, -1.0]},
        values=[0.0, 10.0],
        curve=[0.0, 20.0],
    )
    rows = found.benefit[found.benefit["item"] == "care_starts"].set_index(["value", "harm_value"])
    assert rows["estimate"].to_dict() == {(0, 0): -20.0, (0, 10): -35.0, (10, 0): -15.0, (10, 10): -30.0}
    curve = found.curve[found.curve["item"] == "care_starts"].set_index(["value", "harm_value"])
    assert curve.loc[(20.0, 0.0), "probability"] == 0.5 and curve.loc[(20.0, 0.0), "estimate"] == -10.0
    assert set(found.curve["about"]) == {LUCK}


def test_probabilities_are_about_draws_where_there_are_draws() -> None:
    change = {"total_cost": [-3.0, 1.0, 2.0, -1.0]}
    within = weigh(change, [0, 0, 1, 1], values=[0.0], curve=[0.0]).curve.iloc[0]
    assert (within["probability"], within["about"], within["draws"]) == (0.5, PARAMETERS, 2)
    single = weigh(change, [0, 1, 2, 3], values=[0.0], curve=[0.0]).curve.iloc[0]
    assert (single["probability"], single["about"]) == (0.5, BOTH)
    assert weigh({"total_cost": [-3.0, 1.0, 2.0, -1.5]}, [0, 0, 1, 1]).curve.iloc[0]["probability"] == 0.5
    assert weigh({"total_cost": [-3.0, 1.0, 2.0, -2.5]}, [0, 0, 1, 1]).curve.iloc[0]["probability"] == 1.0


def test_hand_worked_value_of_information() -> None:
    """Two states, three options: deciding now takes the second (mean 3); knowing earns (4 + 5) / 2."""
    benefits = np.array([[0.0, 1.0, 4.0], [0.0, 5.0, -3.0]])
    assert perfect_information(benefits).mean() == 1.5
    known = weigh({"total_cost": [-4.0, 2.0]}, values=[0.0], curve=[0.0]).information.iloc[0]
    assert (known["best"], known["evpi"], known["probability_best"]) == ("offer", 1.0, 0.5)
    luck = weigh({"total_cost": [-4.0, 2.0, -4.0, 2.0]}, [0, 0, 1, 1], values=[0.0], curve=[0.0]).information.iloc[0]
    assert (luck["evpi"], luck["low"], luck["high"], luck["about"]) == (0.0, 0.0, 0.0, PARAMETERS)


def test_what_makes_no_sense_is_refused(compared: Comparison, scenarios: list[Scenario]) -> None:
    tables = (compared.outcomes, compared.monthly, compared.runs)
    with pytest.raises(InputError, match=r"the discount rate is -0\.1"):
        economics(*tables, scenarios, rate=-0.1)
    with pytest.raises(InputError, match=r"run\.months is 6; costs and consequences need at least a year"):
        economics(*tables, [scenario.with_values(months=6) for scenario in scenarios])
    with pytest.raises(InputError, match="must be 0 or more"):
        weigh({"total_cost": [1.0]}, values=[-5.0])
