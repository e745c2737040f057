"""What virtual trials say: every number is the table's, in its unit, and every direction is right."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sos_sim.trials.report import readings
from sos_sim.trials.report.material import HeldTrial
from support.tables_of_trials import LEADS, asked, made_up

PRIMARY = "looked_after_18m"


def held(tables: dict[str, pd.DataFrame] | None = None, **changes: Any) -> HeldTrial:
    """The made-up trial in memory; ``changes`` set columns of all rows of its power table."""
    found = made_up() if tables is None else tables
    return HeldTrial(asked(found), {**found, "power": found["power"].assign(**changes)}, {})


def inside() -> HeldTrial:
    return held(made_up(("families",), (180,), draws=0))


def test_each_design_is_conclusive_in_its_own_share_at_its_largest_size() -> None:
    trial = held()
    said = readings.conclusive(trial)
    rows = trial.power(effect=True, outcome=PRIMARY, lead=True)
    for design, words in (("parallel", "parallel"), ("stepped_wedge", "stepped wedge")):
        row = rows[(rows["design"] == design) & (rows["clusters"] == 40)].iloc[0]
        low, high = f"{row['rejected_low']:.0%}", f"{row['rejected_high']:.0%}"
        assert f"{words} with 40 authorities in {row['rejected']:.0%} of cases ({low} to {high})" in said
        assert f"true effect of −0.40 in the model, where {100 * row['detectable']:.2f} is the smallest" in said
    assert "with 10 authorities" not in said


def test_power_at_every_size_by_the_lead_analysis() -> None:
    rows = held().power(effect=True, outcome=PRIMARY, lead=True)
    parallel = rows[rows["design"] == "parallel"].set_index("clusters")["rejected"]
    small, large = f"{parallel[10]:.1%} with 10", f"{parallel[40]:.0%} with 40"
    analysis = LEADS["parallel"].replace("_", " ")
    first, second = readings.power_at_sizes(held())
    assert first == f"Parallel, analysed by {analysis}: {small} and {large} authorities."
    assert second.startswith("Stepped wedge, analysed by exposure time: ")


@pytest.mark.parametrize(("rejected", "told"), [(0.79, "None of the trials tried"), (0.8, "The smallest trial tried")])
def test_eighty_per_cent_is_enough(rejected: float, told: str) -> None:
    said = readings.smallest_enough(held(rejected=rejected))
    assert said.startswith(told)
    assert "up to 40 authorities" in said if rejected < 0.8 else said.endswith("parallel with 10 authorities.")


def test_assurance_tells_falls_from_rises() -> None:
    (said,) = readings.assurance_said(held())
    assert said.startswith(
        "Assurance, the probability of a conclusive trial over 5 draws of what is uncertain, in 1 of which there is no "
        "effect to be found: "
    )
    assert said.count(" authorities 30% (20% to 40%; a fall in 25%, a rise in 5.0%)") == 2


def test_error_rates_are_told_as_a_range_with_how_many_luck_would_bring() -> None:
    said = list(readings.error_rates(held()))
    rows = held().power(effect=False, outcome=PRIMARY)
    failing = rows[rows["verdict"] == "too high"]
    assert set(failing["analysis"]) == {"children_alone"}
    assert "children alone finds an effect where there is none in 40% of trials instead of 5 %" in said[0]
    assert f"{len(failing)} of {len(rows)} error rates are judged too high" in said[1]
    assert f"luck alone would bring about {len(rows) / 40:.1f} such verdicts." in said[1]


def test_verdicts_of_caution_and_of_too_few_trials_are_not_swapped() -> None:
    tables = made_up(("parallel",), (10,))
    verdict = {"gee_sandwich": "too low", "gee_corrected": "too few to tell"}
    power = tables["power"]
    told = power.assign(verdict=[verdict.get(str(name), "at nominal") for name in power["analysis"]])
    said = list(readings.error_rates(held({**tables, "power": told})))
    assert "More cautious than 5 %: GEE sandwich (wherever made)." in said
    assert "Too few trials to tell the error rate: GEE corrected (wherever made)." in said
    assert any(text.startswith("No error rate above 5 %") and "GEE sandwich" in text for text in said)


@pytest.mark.parametrize(
    ("bias", "low", "high", "told"),
    [
        (0.002, 0.001, 0.003, "+0.20 (+0.10 to +0.30, more than luck leaves open)"),
        (-0.002, -0.003, -0.001, "−0.20 (−0.30 to −0.10, more than luck leaves open)"),
        (0.001, -0.001, 0.003, "+0.10 (−0.10 to +0.30)"),
    ],
)
def test_bias_is_signed_and_told_from_luck(bias: float, low: float, high: float, told: str) -> None:
    said = readings.biased(held(bias=bias, bias_low=low, bias_high=high, coverage=0.91))
    assert f"parallel with 40 authorities {told}, coverage 91%" in said and "percentage points" in said


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_harm_says_in_how_many_draws_it_is_higher_with_the_programme(sign: float) -> None:
    tables = made_up()
    effects = tables["true_effects"].assign(true_effect=lambda rows: sign * rows["true_effect"].abs())
    own = effects["draw"] == -1
    effects.loc[~own, "true_effect"] = sign * effects.loc[~own, "draw"]  # draws 0 to 4: no harm in the first
    trial = held({**tables, "true_effects": effects})
    said = readings.harm_said(trial, "harm_months")
    assert said.endswith(f"over 5 draws, higher with the programme in {4 if sign > 0 else 0}")
    assert ("0.00 to +4.00" if sign > 0 else "−4.00 to 0.00") in said
    assert "which no record shows" in said and "which records show" in readings.harm_said(trial, "harm_seen")


def test_what_no_trial_sees_is_told_beside_what_records_would_show() -> None:
    said = readings.unseen(held())
    assert said.startswith("What a trial from records cannot see")
    assert said.index("which records show") < said.index("which no record shows")
    assert "neither direction of recorded harm says what became of children" in said


def test_the_same_money_buys_power_between_the_sizes_tried() -> None:
    trial = held()
    rows = trial.power(effect=True, outcome=PRIMARY, lead=True)
    parallel = rows[(rows["design"] == "parallel") & (rows["clusters"] == 40)]
    said = readings.same_money(trial)
    assert said.startswith(f"At £{parallel['cost'].item() / 1e6:.1f} million, ")
    assert f"parallel {parallel['rejected'].item():.0%}, stepped wedge " in said


def test_the_worth_of_a_result_and_what_would_pay_for_the_trial() -> None:
    read, *trials = readings.worth(held())
    assert "Over 50 draws, knowing everything beforehand would be worth £400,000." in read
    assert trials[0].endswith(
        "worth £80,000 (£20,000 to £160,000) to one decision and costs £24.4 million: 305 such "
        "decisions would pay for it."
    )
    nothing = {**made_up(), "information": made_up()["information"].assign(evsi=0.0, evpi=0.0)}
    said = list(readings.worth(held(nothing)))
    assert "no result would change the decision" in said[1] and said[2].endswith("no number of decisions pays for it.")


def test_what_spills_over_is_told_for_each_group_with_its_own_interval() -> None:
    (said,) = readings.spilled(inside())
    wanted = {
        "true_all": "−0.40 (−0.50 to −0.30)",
        "true_offered": "−0.30 (−0.40 to −0.20)",
        "true_spilled": "−0.10 (−0.20 to 0.00)",
        "contrast": "−0.20 (−0.30 to −0.10)",
    }
    assert all(f"{readings.SPILLED[name]} {number}" in said for name, number in wanted.items())
