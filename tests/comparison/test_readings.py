"""Sentences of the report: numbers with intervals, what intervals hold, and never a claim."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from sos_sim.comparison.report import readings
from sos_sim.evidence.posterior import posterior_file, read_posterior
from sos_sim.kit.sentences import HEADLINE, amount, interval_holds, listed, millions, said, span, unit_said
from sos_sim.outcomes.measures import POUNDS, SHARE
from support import tables_of_effects as tables

CLAIMS = re.compile(r"\b(significan\w*|proves?|shows that|causes?|works|effective\w*|caused|reduces)\b", re.IGNORECASE)
RATE = "per 10,000 a year"


def one_effect(estimate: float, half: float) -> dict[str, object]:
    """The row of care starts."""
    return {str(name): value for name, value in tables.effects(estimate, half).iloc[0].items()}


@pytest.mark.parametrize(
    ("value", "unit", "size", "text"),
    [
        (-1.234, RATE, 20.0, "−1.23"),
        (1234.5, RATE, None, "+1,234"),
        (-0.0, RATE, None, "0.00"),
        (0.004, RATE, None, "0.00"),
        (-0.0123, SHARE, None, "−1.2"),
        (float("nan"), RATE, None, "–"),
        (-1500.4, POUNDS, None, "−1,500"),
        (123.45, RATE, None, "+123.5"),
    ],
)
def test_amounts_are_signed_and_in_their_unit(value: float, unit: str, size: float | None, text: str) -> None:
    assert amount(value, unit, size) == text


def test_steps_keep_the_decimals_they_are_given() -> None:
    assert amount(-0.0123, SHARE, decimals=4) == "−1.23"
    assert amount(-1.0, RATE, decimals=3) == "−1.000"


def test_intervals_units_and_lists() -> None:
    assert span(-1.0, 2.0, RATE) == "−1.00 to +2.00"
    assert span(float("nan"), 1.0, RATE) == "no interval"
    assert unit_said(RATE) == "per 10,000 children a year"
    assert unit_said("per 10,000 known children a year") == "per 10,000 known children a year"
    assert unit_said(SHARE) == "percentage points"
    assert (listed(["a"]), listed(["a", "b", "c"]), listed([])) == ("a", "a, b and c", "")
    assert (millions(-1.5e6), millions(0.0), millions(2e6)) == ("−£1.50 million", "£0.00 million", "+£2.00 million")


def test_every_headline_outcome_exists_and_harm_stands_beside_entries() -> None:
    assert [said(name) for name in HEADLINE] == list(HEADLINE.values())
    assert list(HEADLINE)[:3] == ["cla_start_rate", "harm_months_rate", "harm_unseen_rate"]


def test_an_interval_says_whether_it_holds_parameters_or_luck() -> None:
    assert interval_holds({"level": 0.95, "draws": 10, "replicates": 20}) == "95% interval over 10 draws of parameters"
    luck = interval_holds({"level": 0.95, "draws": 1, "replicates": 20})
    assert luck == "95% interval for luck over 20 pairs, parameters held"


@pytest.mark.parametrize(
    ("estimate", "half", "ending"),
    [
        (-1.0, 0.5, "The interval lies below zero."),
        (1.0, 0.5, "The interval lies above zero."),
        (-1.0, 2.0, "The interval holds zero: this comparison does not tell which way it goes."),
        (-1.0, float("nan"), "There are too few pairs for an interval."),
    ],
)
def test_a_difference_is_told_with_levels_interval_and_direction(estimate: float, half: float, ending: str) -> None:
    told = readings.difference_said(one_effect(estimate, half), tables.ARM, tables.COMPARATOR)
    assert told.endswith(ending)
    assert f"20.00 under Usual and {20.0 + estimate:.2f} under Offer" in told
    assert "lower in 90% and higher in 10% of pairs" in told


def test_an_exact_nothing_is_told_as_nothing() -> None:
    told = readings.difference_said(one_effect(0.0, 0.0), tables.ARM, tables.COMPARATOR)
    assert told == "Children starting to be looked after: no difference between Offer and Usual in any pair."


def test_counts_are_of_this_authority_over_the_period() -> None:
    told = readings.count_said(one_effect(-1.0, 0.5), tables.ARM, tables.COMPARATOR, "5 years")
    assert "−6.0 (−9.0 to −3.0) over 5 years" in told


def test_safety_is_told_with_probability_and_interval_and_how_to_read_it() -> None:
    joint = pd.DataFrame(
        [
            {
                "statement": "entries to care fall",
                "pairs": 20,
                "probability": 0.75,
                "low": 0.53,
                "high": 0.89,
                "level": 0.95,
            }
        ]
    )
    told = readings.safely_said(joint)
    assert told[0] == "Entries to care fall in 75% of 20 pairs (95% interval 53% to 89% for the number of pairs)."
    assert "left in danger" in told[1]


@pytest.mark.parametrize(
    ("null", "draws", "told"),
    [
        (
            27,
            100,
            [
                "In 27 of 100 draws the theory is null and nothing moves but what the programme costs; what follows is "
                "about the other 73, then about all draws together."
            ],
        ),
        (0, 40, ["In none of 40 draws the theory is null."]),
        (40, 40, ["The theory is null in every draw: nothing moves but what the programme costs."]),
        (1, 0, ["The theory is null in these scenarios: nothing moves but what the programme costs."]),
        (0, 0, []),
    ],
)
def test_a_summary_opens_with_the_draws_in_which_the_theory_is_null(null: int, draws: int, told: list[str]) -> None:
    assert readings.null_said(null, draws) == told


def test_the_weight_of_the_null_theory_stands_beside_how_often_it_was_drawn() -> None:
    (england,), (trials,) = (readings.null_said(10, 40, name) for name in ("england", "england_with_trials"))
    held = read_posterior(posterior_file(Path("england_with_trials")))
    weight = held.weights[held.draws["theory_null"].to_numpy() == 1.0].sum()
    assert 0.05 < weight < 0.25
    assert "In 10 of 40 draws the theory is null (it has a weight of 25%) and nothing" in england
    assert f"(it has a weight of {weight:.0%})" in trials
    assert "a weight of" not in readings.null_said(10, 40, "mine.parquet")[0]


def test_fates_split_entries_by_danger_and_tell_harm_since() -> None:
    told = readings.fates_said(tables.fates())
    assert "5.0 (4.0 to 6.0) children enter care under the comparator only" in told[0]
    assert "with danger lower in the arm" in told[1] and "what the agency believes" in told[1]
    assert told[2].startswith("On average 6.0 of the children spared entry were harmed at home")


def test_least_delivery_is_told_once_for_outcomes_that_share_it() -> None:
    never = "the interval never clears zero, not even with the full programme"
    least = pd.DataFrame(
        [{"measure": "cla_start_rate", "statement": never}, {"measure": "harm_months_rate", "statement": never}]
    )
    assert readings.delivery_said(least) == [
        f"For children starting to be looked after and harm at home (child-months), {never}."
    ]


def test_costs_are_told_and_a_ratio_only_where_there_is_one() -> None:
    total = tables.costs().iloc[-1].to_dict()
    ratios = pd.DataFrame(
        [
            {
                "outcome": "care start avoided",
                "ratio": float("nan"),
                "low": 0.0,
                "high": 0.0,
                "level": 0.95,
                "statement": "no ratio: it could have any sign",
            },
            {
                "outcome": "year in care avoided",
                "ratio": 25_000.0,
                "low": 10_000.0,
                "high": 40_000.0,
                "level": 0.95,
                "statement": "extra cost for each year in care avoided",
            },
        ]
    )
    told = readings.costs_said(total, ratios, tables.ARM, tables.COMPARATOR)
    assert "−£0.30 million" in told[0] and "−£0.50 million to −£0.10 million" in told[0]
    assert told[1] == "Cost for each care start avoided: no ratio: it could have any sign."
    assert told[2].endswith("£25,000 (95% interval: £10,000 to £40,000).")


def test_no_sentence_claims() -> None:
    told = [
        readings.difference_said(one_effect(-1.0, 0.5), tables.ARM, tables.COMPARATOR),
        *readings.paths_said(tables.by_path().head(5)),
        *readings.perception_said(tables.by_path(harm=(1.0, 1.0, 1.0, 1.0))),
        *readings.fates_said(tables.fates()),
        *readings.brought_said(tables.brought_thirds(), tables.brought_ends()),
        *readings.apart_said(tables.apart()),
    ]
    assert not [sentence for sentence in told if CLAIMS.search(sentence)]
    assert CLAIMS.search("This significantly reduces entries")
