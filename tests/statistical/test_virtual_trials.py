"""Designs on made-up authorities whose effect is known: what is biased there, and what is not."""

from __future__ import annotations

import pandas as pd
import pytest

from sos_sim.runs.points import run_points
from sos_sim.trials.operating import power_table
from sos_sim.trials.pool import OutcomePool
from sos_sim.trials.protocol import TrialProtocol
from sos_sim.trials.virtual import VirtualTrials, is_main, trials_of
from support.trial_pools import a_plan, a_pool

EFFECT = -0.01
TRIALS = 150


def held(plan: TrialProtocol, pool: OutcomePool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Virtual trials as planned, and how they behave."""
    points = [point for point in trials_of(plan, 0) if is_main(plan, point)]
    runs = run_points(VirtualTrials(plan, pool), points, 1, None, kind="trial", workers=1)
    return runs, power_table(plan, pool, runs)


def volunteers(**selection: float) -> pd.DataFrame:
    """How analyses of volunteers and matched others behave, by analysis, when half of the spread in a half-year's care
    starts is noise that does not last."""
    plan = a_plan(
        designs=("before_after",),
        clusters=(18,),
        primary="care_starts",
        outcomes=("care_starts",),
        analyses=("difference_in_differences", "before_after"),
        trials=TRIALS,
        authorities=120,
        **selection,
    )
    power = held(plan, a_pool(plan, EFFECT, 120, noise=0.02))[1]
    return power[power["effect"] == "as assumed"].set_index("analysis")


@pytest.mark.parametrize(
    "selection",
    [{"selection_on_level": 1.5}, {"selection_on_rise": 1.5}, {"selection_on_level": 1.0, "selection_on_rise": 1.0}],
)
def test_a_return_to_the_mean_passes_for_an_effect_unless_others_like_them_are_compared(
    selection: dict[str, float],
) -> None:
    power = volunteers(**selection)
    uncontrolled, compared = power.loc["before_after"], power.loc["difference_in_differences"]
    assert uncontrolled["bias_high"] < EFFECT / 4
    assert abs(compared["bias"]) < abs(uncontrolled["bias"]) / 3
    assert compared["coverage_high"] > 0.95 > uncontrolled["coverage_high"]


def test_without_selection_before_and_after_alone_is_unbiased_too() -> None:
    for row in volunteers().to_dict("records"):
        assert abs(row["bias"]) < 3.5 * row["empirical_sd"] / TRIALS**0.5


def test_a_stepped_wedge_finds_an_immediate_lasting_effect_without_bias() -> None:
    plan = a_plan(designs=("stepped_wedge",), analyses=("mixed_model", "gee_corrected"), trials=TRIALS)
    runs, power = held(plan, a_pool(plan, EFFECT))
    for row in power[power["effect"] == "as assumed"].to_dict("records"):
        assert row["true_effect"] == pytest.approx(EFFECT)
        assert abs(row["bias"]) < 3.5 * row["empirical_sd"] / TRIALS**0.5
        assert row["coverage_high"] > 0.95 and row["failed"] == 0
        found = runs.pivot(index="trial", columns="effect", values=f"{plan.primary}:{row['analysis']}:estimate")
        assert (found["as assumed"] - found["none"]).to_numpy() == pytest.approx(EFFECT, abs=1e-6)
