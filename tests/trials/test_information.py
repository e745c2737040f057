"""What the result of a trial is worth, and how it compares with the textbook, on made-up authorities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sos_sim.runs.points import run_points
from sos_sim.trials.implied import textbook_table
from sos_sim.trials.information import information_table, net_benefits
from sos_sim.trials.operating import power_table
from sos_sim.trials.pool import OutcomePool
from sos_sim.trials.virtual import OWN, VirtualTrials, trials_of
from support.trial_pools import CHILDREN, a_plan, a_pool

PRIMARY = "looked_after_18m"


def test_care_and_harm_avoided_are_gains_and_costs_are_losses() -> None:
    plan = a_plan(draws=1, authorities_per_draw=6, worth_care_start=10.0, worth_harm_month=1.0, roll_in_months=0)
    pool = a_pool(plan, -0.01, 6, draws=(OWN, 0))
    years = plan.observed_months / 12
    fewer = 0.01 * plan.observed_months / plan.period_months
    care_starts = fewer * pool.size["care_starts"][6:, 0, 0].mean()
    benefits, draws = net_benefits(plan, pool)
    assert draws == [0] and benefits[0, 0] == 0.0
    assert benefits[0, 1] == pytest.approx(10.0 * care_starts + fewer * CHILDREN - 1e5 * years)


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """The worth of a trial where half of the draws have no effect: one row as it is, one if the programme were free.

    With an effect the gain is four times the cost, so that now one would adopt, wrongly in half of the draws.
    """
    draws = tuple(range(30))
    plan = a_plan(
        clusters=(20,),
        analyses=("cluster_summary_adjusted",),
        draws=len(draws),
        authorities=20,
        authorities_per_draw=20,
        trials=20,
        trials_per_draw=4,
        worth_harm_month=0.0,
        outcomes=(PRIMARY, "care_starts"),
    )
    pool = _with_effect_in_odd_draws(a_pool(plan, -0.05, 20, draws=(OWN, *draws)))
    free = replace(pool, costs=0.0 * pool.costs)
    points = [point for point in trials_of(plan, len(draws)) if point["draw"] != OWN]
    runs = run_points(VirtualTrials(plan, pool), points, 1, None, kind="trial", workers=1)
    avoided = net_benefits(replace(plan, worth_care_start=1.0), free)[0][1, 1]
    priced = replace(plan, worth_care_start=4.0 * 1e5 * plan.observed_months / 12 / avoided)
    return pd.concat([information_table(priced, each, runs) for each in (pool, free)], keys=["costly", "free"])


def _with_effect_in_odd_draws(pool: OutcomePool) -> OutcomePool:
    effect = (pool.draw % 2 == 1)[:, None, None]
    return replace(pool, count={name: np.where(effect, table, table[:, :1]) for name, table in pool.count.items()})


def test_a_trial_that_tells_the_draws_apart_is_worth_most_of_what_knowing_is(told: pd.DataFrame) -> None:
    row = told.loc["costly"].iloc[0]
    assert 0.5 * row["evpi"] < row["evsi"] <= row["evpi"] * (1.0 + 1e-9) and row["explained"] > 0.5
    assert row["authorities_to_pay"] == pytest.approx(row["cost"] / row["evsi"])


def test_a_trial_that_can_change_no_decision_is_worth_nothing(told: pd.DataFrame) -> None:
    row = told.loc["free"].iloc[0]
    assert row["evpi"] == row["evsi"] == 0.0 and row["authorities_to_pay"] == float("inf")


def _textbook(pool_count: np.ndarray, pool_size: np.ndarray, design: str) -> pd.DataFrame:
    plan = a_plan(designs=(design,), analyses=("cluster_summary", "cluster_summary_adjusted", "mixed_model"), trials=20)
    pool = a_pool(plan, 0.0, 12)
    shape = pool.count[PRIMARY].shape
    held = replace(
        pool,
        count={**pool.count, PRIMARY: np.broadcast_to(pool_count[:, None, None], shape).copy()},
        size={**pool.size, PRIMARY: np.broadcast_to(pool_size[:, None, None], shape).copy()},
    )
    points = trials_of(plan, 0)[:40]
    runs = run_points(VirtualTrials(plan, held), points, 1, None, kind="trial", workers=1)
    return textbook_table(plan, held, power_table(plan, held, runs))


@pytest.mark.parametrize("design", ["parallel", "parallel_baseline", "stepped_wedge"])
@pytest.mark.parametrize(
    ("count", "size"),
    [
        (np.full(12, 10.0), np.full(12, 100.0)),
        (np.zeros(12), np.full(12, 100.0)),
        (np.r_[0.0, np.full(11, 10.0)], np.r_[0.0, np.full(11, 100.0)]),
        (np.arange(12) % 2.0, np.ones(12)),
    ],
    ids=["all alike", "no event", "an authority without children", "one child"],
)
def test_formulas_are_silent_where_the_pool_does_not_tell_what_they_take(
    design: str, count: np.ndarray, size: np.ndarray
) -> None:
    table = _textbook(count, size, design)
    assert table.empty or (table["textbook_error"] > 0).all()
