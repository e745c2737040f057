"""What a brief shows, of runs whose answer can be counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from sos_sim.comparison.outlook import NO_FEWER, NOTHING, RISKIER, SAFER, care_by_month, futures, money_by_year
from sos_sim.comparison.tables_of_costs import COSTS_BY_YEAR
from support.declared import made

ARMS = ["usual", "offer"]
RUNS = pd.DataFrame({"arm": "usual", "draw": [0, 0, 1, 1], "replicate": [0, 1, 2, 3]})


def outcomes(entries: list[float], harm: list[float], unseen: list[float]) -> pd.DataFrame:
    """Whole periods of four pairs: 10 of everything under usual practice, the arm different by so much."""
    change = {"cla_start_rate": entries, "harm_months_rate": harm, "harm_unseen_rate": unseen}
    rows = [
        {"arm": arm, "replicate": pair, "year": year, "measure": measure, "value": 10.0 + (arm == "offer") * by[pair]}
        for arm in ARMS
        for pair in range(4)
        for measure, by in change.items()
        for year in ("1", "all")
    ]
    return pd.DataFrame(rows)


def shares(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["outcome"], table["share"], strict=True))


def test_every_future_is_one_of_four() -> None:
    told = futures(outcomes([0, -1, -1, 1], [0, 0, 2, -1], [0, 0, 0, 0]), ARMS, RUNS, null=[0])
    assert shares(told) == {NOTHING: 0.25, SAFER: 0.25, RISKIER: 0.25, NO_FEWER: 0.25}
    assert set(told["pairs"]) == {4}


def test_nothing_happens_only_where_the_theory_is_null_and_nothing_differs() -> None:
    same = outcomes([0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0])
    assert shares(futures(same, ARMS, RUNS, null=[])) == {NOTHING: 0.0, SAFER: 0.0, RISKIER: 0.0, NO_FEWER: 1.0}
    assert shares(futures(same, ARMS, RUNS, null=[0]))[NOTHING] == 0.5
    assert shares(futures(same, ARMS, RUNS, null=[0, 1]))[NOTHING] == 1.0
    unseen_alone = outcomes([0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0])
    assert shares(futures(unseen_alone, ARMS, RUNS, null=[0]))[NOTHING] == 0.25


def test_with_the_sign_turned_over_safer_and_worse_change_places() -> None:
    changes = ([-1.0, -2, -3, 4], [-1.0, -1, 1, 1], [0.0] * 4)
    told = shares(futures(outcomes(*changes), ARMS, RUNS, null=[]))
    over = shares(futures(outcomes(*([-by for by in change] for change in changes)), ARMS, RUNS, null=[]))
    assert (told[SAFER], told[RISKIER], told[NO_FEWER]) == (0.5, 0.25, 0.25)
    assert (over[SAFER], over[RISKIER], over[NO_FEWER]) == (0.25, 0.0, 0.75)


def test_children_in_care_by_month_are_means_of_pairs() -> None:
    rows = [
        {
            "arm": arm,
            "replicate": pair,
            "month": month,
            "measure": measure,
            "value": 100.0 + 10 * month - 4 * pair * (arm == "offer"),
        }
        for arm in ARMS
        for pair in range(4)
        for month in (0, 1)
        for measure in ("looked_after", "cases")
    ]
    told = care_by_month(pd.DataFrame(rows), ARMS, RUNS)
    assert list(told["month"]) == [0, 1]
    assert list(told["comparator_mean"]) == [100.0, 110.0]
    assert list(told["arm_mean"]) == [94.0, 104.0]
    assert list(told["estimate"]) == [-6.0, -6.0]
    assert list(told["draws"]) == [2, 2]


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_money_of_a_year_is_the_programme_and_all_else(sign: float) -> None:
    changes = {"training": 1e5, "coaching": 5e4, "foster": -4e5, "total_cost": -2.5e5}
    rows = [
        {"arm": arm, "item": item, "year": year, "estimate": sign * year * by, "low": -9e5, "high": 9e5}
        for arm in ("offer", "other")
        for year in (1, 2)
        for item, by in changes.items()
    ]
    told = money_by_year(made(COSTS_BY_YEAR, rows))
    assert list(zip(told["arm"], told["year"], strict=True)) == [
        (arm, year) for arm in ("offer", "other") for year in (1, 2)
    ]
    assert list(told["programme"]) == [sign * year * 1.5e5 for year in (1, 2)] * 2
    assert list(told["services"]) == [sign * year * -4e5 for year in (1, 2)] * 2
    assert list(told["estimate"]) == [sign * year * -2.5e5 for year in (1, 2)] * 2
