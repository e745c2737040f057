"""How made-up trials behave when they are held often: error rate, bias, coverage, detectable effect, assurance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sos_sim.runs.points import run_points
from sos_sim.trials import closed_form
from sos_sim.trials.operating import (
    assurance_table,
    assured,
    detectable,
    power_table,
    reach_table,
    size_verdict,
    trial_cost,
)
from sos_sim.trials.trial import tables_of
from sos_sim.trials.virtual import OWN, VirtualTrials, lead_analysis, trials_of
from support.textbook_trials import detectable_difference
from support.trial_pools import a_plan, a_pool

EFFECT = -0.02
FAST = ("cluster_summary", "cluster_summary_adjusted", "difference_in_differences", "children_alone")
TRIALS = 300


@pytest.fixture(scope="module")
def held() -> tuple:
    plan = a_plan(
        designs=("parallel", "parallel_baseline"),
        analyses=FAST,
        trials=TRIALS,
        draws=2,
        authorities=60,
        trials_per_draw=40,
        authorities_per_draw=60,
    )
    pool = a_pool(plan, EFFECT, draws=(OWN, 0, 1))
    points = trials_of(plan, 2)
    runs = run_points(VirtualTrials(plan, pool), points, 1, None, kind="trial", workers=1)
    return plan, pool, runs, power_table(plan, pool, runs)


def test_every_trial_is_held_once(held: tuple) -> None:
    runs = held[2]
    shorter_or_of_one_size = 3 + 2
    assert len(runs) == 2 * ((2 + shorter_or_of_one_size) * TRIALS + 2 * 40) and (runs["status"] == "done").all()


def test_corrected_analyses_hold_five_percent_and_children_alone_does_not(held: tuple) -> None:
    power = held[3]
    none = power[power["effect"] == "none"].set_index(["design", "analysis"])
    for (_, analysis), row in none.iterrows():
        rejected = round(row["rejected"] * row["trials"])
        if analysis == "children_alone":
            assert row["verdict"] == "too high"
        else:
            assert stats.binomtest(rejected, TRIALS, 0.05).pvalue > 1e-3 and row["verdict"] != "too high"


def test_estimates_are_unbiased_and_intervals_cover_a_forced_effect(held: tuple) -> None:
    power = held[3]
    for row in power[(power["effect"] == "as assumed")].to_dict("records"):
        assert row["true_effect"] == pytest.approx(EFFECT)
        standard_error = row["empirical_sd"] / TRIALS**0.5
        assert abs(row["bias"]) < 3.5 * standard_error
        if row["analysis"] != "children_alone":
            assert stats.binomtest(round(row["coverage"] * TRIALS), TRIALS, 0.95).pvalue > 1e-3
            assert row["mean_error"] == pytest.approx(row["empirical_sd"], rel=0.15)


def test_a_baseline_sees_more_than_follow_up_alone(held: tuple) -> None:
    lead = held[3][lambda table: table["lead"] & (table["effect"] == "as assumed")].set_index("design")
    assert lead.loc["parallel_baseline", "rejected"] > lead.loc["parallel", "rejected"] + 0.2
    assert lead.loc["parallel_baseline", "detectable"] < lead.loc["parallel", "detectable"]


def test_simulated_power_agrees_with_the_textbook(held: tuple) -> None:
    row = held[3][lambda table: (table["analysis"] == "cluster_summary") & (table["effect"] == "as assumed")].iloc[0]
    expected = closed_form.power(EFFECT, row["empirical_sd"], 8.0)
    assert stats.binomtest(round(row["rejected"] * TRIALS), TRIALS, expected).pvalue > 1e-3
    assert row["detectable"] == pytest.approx(detectable_difference(row["empirical_sd"], 8.0), rel=0.1)


def test_power_grows_with_follow_up(held: tuple) -> None:
    plan, _, runs, power = held
    reach = reach_table(plan, runs).set_index(["design", "size", "follow_up_months"])
    lead = power[power["lead"] & (power["effect"] == "as assumed")].set_index("design")
    for design in plan.designs:
        assert reach.loc[(design, "all", 24), "rejected"] == lead.loc[design, "rejected"]
        assert reach.loc[(design, "all", 6), "children"] < reach.loc[(design, "all", 24), "children"]
    adjusted = reach.sort_index().loc[("parallel_baseline", "all")]["rejected"]
    assert adjusted[6] < adjusted[24]
    assert set(reach.index.get_level_values("size")) == {"all", "smaller", "larger"}


def test_assurance_is_the_mean_over_draws(held: tuple) -> None:
    plan, pool, runs, power = held
    found = assurance_table(plan, pool, runs).set_index("design")
    lead = power[power["lead"] & (power["effect"] == "as assumed")].set_index("design")
    for design in plan.designs:
        assert found.loc[design, "draws"] == 2 and found.loc[design, "analysis"] == lead_analysis(plan, design)
        assert found.loc[design, "assurance"] == pytest.approx(lead.loc[design, "rejected"], abs=0.2)
        assert found.loc[design, "right_direction"] > 0.9


def test_a_programme_without_effect_is_rejected_as_often_as_none_at_all() -> None:
    plan = a_plan(analyses=("cluster_summary",), trials=40)
    pool = a_pool(plan, 0.0)
    runs = run_points(VirtualTrials(plan, pool), trials_of(plan, 0), 1, None, kind="trial", workers=1)
    power = power_table(plan, pool, runs).set_index("effect")
    assert power.loc["as assumed", "rejected"] == power.loc["none", "rejected"]
    assert power.loc["as assumed", "true_effect"] == 0.0 and power.loc["as assumed", "toward"] == ""


def test_tables_are_whole(held: tuple) -> None:
    plan, pool, runs, _ = held
    tables = tables_of(plan, pool, runs)
    assert set(tables) == {
        "power",
        "reach",
        "assurance",
        "correlations",
        "spread",
        "textbook",
        "true_effects",
        "outcomes",
    }
    assert tables["textbook"]["simulated"].between(0, 1).all()
    assert not tables["outcomes"].set_index("outcome").loc["harm_months", "recorded"]


@pytest.mark.parametrize(
    ("rejected", "trials", "said"),
    [
        (20, 400, "at nominal"),
        (40, 400, "too high"),
        (5, 400, "too low"),
        (1, 19, "too few to tell"),
        (2, 60, "too few to tell"),
        (20, 60, "too high"),
    ],
)
def test_a_verdict_knows_its_power(rejected: int, trials: int, said: str) -> None:
    assert size_verdict(rejected, trials) == said


def test_nothing_is_said_to_be_detectable_from_too_few_trials() -> None:
    few = pd.DataFrame({"estimate": [0.1] * 5, "low": [-0.1] * 5, "high": [0.3] * 5})
    assert pd.isna(detectable(few))


def test_a_trial_that_cannot_be_analysed_is_inconclusive() -> None:
    nothing = float("nan")
    found = pd.DataFrame(
        {
            "estimate": [-0.1, nothing],
            "error": [0.01, nothing],
            "p": [0.001, nothing],
            "low": [-0.12, nothing],
            "high": [-0.08, nothing],
            "draw": [0, 0],
        }
    )
    told = assured(found, np.array([-0.1, -0.1]))
    assert (told["assurance"], told["conclusive_fall"], told["right_direction"]) == (0.5, 0.5, 1.0)
    assert told["no_effect"] == 0
    two = assured(found.assign(draw=[0, 1]), np.array([0.0, -0.1]))
    assert (two["draws"], two["no_effect"]) == (2, 1), "draws in which there is nothing to be found are counted"
    none = assured(found.iloc[1:], np.array([-0.1]))
    assert none["assurance"] == 0.0 and pd.isna(none["right_direction"])


def test_the_detectable_difference_is_one_that_is_seen_in_its_own_direction() -> None:
    found = pd.DataFrame({"estimate": [0.0] * 100, "low": [-0.1] * 100, "high": [0.1] * 100})
    assert detectable(found) == pytest.approx(0.1)
    downward = found - 0.5
    assert detectable(downward) == pytest.approx(0.6)


def test_a_design_costs_what_its_own_starts_do() -> None:
    plan = a_plan(designs=("parallel_baseline", "stepped_wedge"), steps=2, fixed_cost=0.0, cluster_cost=0.0)
    pool, years = a_pool(plan, 0.0), plan.months / 12
    assert plan.starts == (0, 6, 12)
    assert trial_cost(plan, pool, "parallel_baseline", 10) == pytest.approx(5 * 1e5 * years)
    assert trial_cost(plan, pool, "stepped_wedge", 10) == pytest.approx(10 * 2.5e5 * years)


def test_a_trial_costs_the_programme_and_the_research() -> None:
    plan = a_plan(fixed_cost=1000.0, cluster_cost=10.0)
    pool = a_pool(plan, 0.0)
    assert trial_cost(plan, pool, "parallel", 10) == pytest.approx(1000 + 100 + 5 * 1e5 * plan.months / 12)


@pytest.mark.parametrize(
    ("design", "analyses", "lead"),
    [
        (
            "parallel_baseline",
            ("children_alone", "mixed_model", "cluster_summary_adjusted"),
            "cluster_summary_adjusted",
        ),
        ("before_after", ("cluster_summary", "difference_in_differences"), "difference_in_differences"),
        ("before_after", ("children_alone", "cluster_summary"), "cluster_summary"),
        ("stepped_wedge", ("gee_sandwich", "gee_corrected"), "gee_corrected"),
        ("parallel", ("children_alone",), "children_alone"),
    ],
)
def test_a_design_is_judged_by_a_sound_analysis_where_there_is_one(
    design: str, analyses: tuple[str, ...], lead: str
) -> None:
    assert lead_analysis(a_plan(designs=(design,), analyses=analyses), design) == lead
