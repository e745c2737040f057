"""Draws in which the theory is null: counted, told apart, first what follows otherwise, then all draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sos_sim.comparison.compare import Comparison, compare
from sos_sim.comparison.further import MOST_DRAWS, PAIRS, StoredComparison, read_comparison
from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS, by_condition, null_draws, told_first
from sos_sim.comparison.paired import Runs, run_arms
from sos_sim.comparison.report.page import comparison_page
from sos_sim.comparison.value_ranking import as_numbers
from sos_sim.files.scenario import Scenario
from sos_sim.kit.sentences import amount
from support.small_studies import usual_and_offer

DRAWS = [{"theory_null": value, "relational": 0.9, "purposeful": 0.9} for value in ("on", "off", "on", "off")]


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    return usual_and_offer(tmp_path_factory.mktemp("null"), authority__children=8000, run__months=24)


@pytest.fixture(scope="module")
def compared(scenarios: list[Scenario], tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Path]:
    """Two replicates of four draws, in two of which the theory is null."""
    out = tmp_path_factory.mktemp("compared") / "out"
    return compare(scenarios, 2, out, draws=DRAWS), out


def test_draws_are_null_where_every_scenario_is(scenarios: list[Scenario]) -> None:
    assert null_draws(scenarios, DRAWS) == [0, 2]
    off, on = ([one.with_values(theory_null=value) for one in scenarios] for value in ("off", "on"))
    assert null_draws(off, DRAWS) == [], "what a scenario sets stays set"
    assert null_draws(on, []) == [0] and null_draws(scenarios, []) == []
    assert null_draws([scenarios[0], off[1]], DRAWS) == [], "one arm in which the theory acts is enough"


def test_draws_in_which_the_theory_acts_come_first_and_then_all() -> None:
    outcomes = pd.DataFrame({"replicate": [0, 1, 2, 3], "value": [0.0, 0.0, 5.0, 7.0]})
    runs = pd.DataFrame({"replicate": [0, 1, 2, 3], "draw": [0, 0, 1, 1]})

    def make(rows: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"arm": ["x"], "mean": [rows["value"].mean()], "count": [len(rows)]})

    found = by_condition(make, outcomes, runs, [0])
    assert list(found.columns) == ["arm", "condition", "mean", "count"]
    assert found.to_dict("list") == {
        "arm": ["x", "x"],
        "condition": [THEORY_ACTS, ALL_DRAWS],
        "mean": [6.0, 3.0],
        "count": [2, 4],
    }
    assert told_first(found)["count"].tolist() == [2]
    for null in ([], [0, 1]):
        assert by_condition(make, outcomes, runs, null)["condition"].tolist() == [ALL_DRAWS]


def test_a_comparison_counts_null_draws_and_nothing_moves_in_them(compared: tuple[Comparison, Path]) -> None:
    found, _ = compared
    effects = found.effects.set_index(["condition", "measure"])
    for condition, pairs in ((THEORY_ACTS, 4), (ALL_DRAWS, 8)):
        assert effects.loc[condition, "replicates"].max() == pairs
        assert set(found.joint.loc[found.joint["condition"] == condition, "pairs"]) == {pairs}
    acting, together = (effects.loc[condition] for condition in (THEORY_ACTS, ALL_DRAWS))
    rates = ["referral_rate", "harm_months_rate", "cpp_start_rate"]
    assert (acting.loc[rates, "estimate"] != 0.0).all()
    assert (together.loc[rates, "estimate"] - acting.loc[rates, "estimate"] / 2.0).abs().max() < 1e-9
    assert (together.loc[rates, "probability_lower"] - acting.loc[rates, "probability_lower"] / 2.0).abs().max() < 1e-9
    null = found.runs.loc[found.runs["draw"].isin([0, 2]), "replicate"].unique()
    whole = found.outcomes[found.outcomes["replicate"].isin(null) & ~found.outcomes["measure"].str.startswith("cost")]
    sides = [rows.sort_values(["replicate", "year", "measure"])["value"] for _, rows in whole.groupby("arm")]
    assert np.array_equal(*sides, equal_nan=True) and len(sides[0]) > 50
    assert list(found.effects["condition"].unique()) == [THEORY_ACTS, ALL_DRAWS]


def test_the_page_opens_with_the_count_and_says_both_numbers(compared: tuple[Comparison, Path]) -> None:
    summary = comparison_page(compared[1]).summary
    assert summary[0].startswith("In 2 of 4 draws the theory is null") and "about the other 2" in summary[0]
    together = [sentence for sentence in summary if sentence.startswith("All 4 draws together, the null ones counted")]
    effects = compared[0].effects.set_index(["condition", "measure"])["estimate"]
    acting, every = (effects[condition, "harm_months_rate"] for condition in (THEORY_ACTS, ALL_DRAWS))
    first = next(sentence for sentence in summary if sentence.startswith("Harm at home (child-months)"))
    assert f" {amount(acting, '', 64.0)} " in first and f" {amount(every, '', 64.0)} " in together[0]
    assert summary.index(first) < summary.index(together[0])


def test_the_chain_says_that_it_counts_the_null_draws(compared: tuple[Comparison, Path]) -> None:
    (chain,) = [sheet for sheet in comparison_page(compared[1]).sheets if sheet.name == "chain"]
    assert chain.note.startswith("All 4 draws, the 2 in which the theory is null counted: their differences are 0.")


def test_further_studies_live_the_comparison_s_own_pairs_in_which_the_theory_acts(
    compared: tuple[Comparison, Path], scenarios: list[Scenario]
) -> None:
    found, folder = compared
    stored = read_comparison(folder)
    assert (stored.null, stored.acting) == ([0, 2], [1, 3])
    runs = stored.runs("lives", "lives", 1, None, None)
    assert (list(runs.among), runs.replicates, runs.numbered) == ([1, 3], 2, 2)
    again = run_arms("check", scenarios, [{}], ["harm_months_rate"], Runs(2, runs.draws, among=runs.among, numbered=2))
    whole = found.outcomes.query("year == 'all' and measure == 'harm_months_rate'").set_index(["arm", "replicate"])
    assert list(again["draw"]) == [1, 1, 3, 3]
    for row in again.to_dict("records"):
        replicate = 2 * row["draw"] + row["replicate"]
        for name in ("usual", "offer"):
            assert row[f"{name}:harm_months_rate"] == whole.loc[(name, replicate), "value"]


def test_of_more_pairs_than_a_study_may_have_there_are_fewer_replicates_and_all_have_the_same_draws(
    scenarios: list[Scenario], tmp_path: Path
) -> None:
    draws = [{"theory_null": "on" if number < 5 else "off"} for number in range(25)]
    few = StoredComparison(tmp_path, scenarios, draws, 4)
    asked = few.runs("dials", "dials", 1, None, None)
    assert PAIRS["dials"] == 20 and (asked.replicates, asked.numbered) == (1, 4)
    assert list(asked.among) == list(range(5, 25))
    mechanism = few.runs("mechanism", "mechanism", 1, None, None)
    assert (mechanism.replicates, list(mechanism.among)) == (1, list(asked.among))
    many = StoredComparison(tmp_path, scenarios, [{"theory_null": "off"}] * 130, 2)
    for study in PAIRS:
        of_many = many.runs(study, study, 1, None, None)
        assert (of_many.replicates, list(of_many.among)) == (1, list(range(MOST_DRAWS)))
    plain = StoredComparison(tmp_path, scenarios, [], 50).runs("dials", "dials", 1, None, None)
    assert (list(plain.among), plain.replicates) == ([0], 20)


def test_whether_the_theory_is_null_is_a_belief_like_others_when_information_is_valued() -> None:
    drawn = as_numbers(pd.DataFrame({"theory_null": ["off", "on"], "relational": [0.3, 0.1]}))
    assert drawn.to_dict("list") == {"theory_null": [0, 1], "relational": [0.3, 0.1]}
