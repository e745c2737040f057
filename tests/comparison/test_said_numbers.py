"""Every number that a sentence says is the table's, in its unit, and falls where it falls and rises where it rises."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sos_sim.comparison.fates import SPARED
from sos_sim.comparison.report import economics, readings
from sos_sim.comparison.report.material import Material
from sos_sim.comparison.report.readings import (
    ECONOMICS,
    EFFECT,
    GROUNDWORK,
    IMPLEMENTATION,
    MECHANISM,
    MODERATORS,
    SUMMARY,
)
from sos_sim.kit import sentences
from support import tables_of_effects as tables
from support.artists import told_apart

USUAL, OFFER = tables.COMPARATOR, tables.ARM


def effect(**changed: Any) -> dict[str, Any]:
    """A row of care starts: 20.00 under Usual, of which the arm has more or fewer."""
    row = {str(name): value for name, value in tables.effects().iloc[0].items()}
    return {**row, **changed}


FALL = {
    "estimate": -1.5,
    "low": -2.75,
    "high": -0.25,
    "arm_mean": 18.5,
    "probability_lower": 0.83,
    "probability_higher": 0.12,
}
RISE = {
    "estimate": 1.5,
    "low": 0.25,
    "high": 2.75,
    "arm_mean": 21.5,
    "probability_lower": 0.12,
    "probability_higher": 0.83,
}
EITHER = {
    "estimate": 0.5,
    "low": -1.25,
    "high": 2.5,
    "arm_mean": 20.5,
    "probability_lower": 0.4,
    "probability_higher": 0.45,
}


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        (
            FALL,
            "20.00 under Usual and 18.50 under Offer, a difference of −1.50 per 10,000 children a year (95% "
            "interval over 10 draws of parameters: −2.75 to −0.25), lower in 83% and higher in 12% of pairs. The "
            "interval lies below zero.",
        ),
        (
            RISE,
            "20.00 under Usual and 21.50 under Offer, a difference of +1.50 per 10,000 children a year (95% "
            "interval over 10 draws of parameters: +0.25 to +2.75), lower in 12% and higher in 83% of pairs. The "
            "interval lies above zero.",
        ),
        (
            EITHER,
            "20.00 under Usual and 20.50 under Offer, a difference of +0.50 per 10,000 children a year (95% "
            "interval over 10 draws of parameters: −1.25 to +2.50), lower in 40% and higher in 45% of pairs. The "
            "interval holds zero: this comparison does not tell which way it goes.",
        ),
    ],
)
def test_a_difference(numbers: dict[str, float], told: str) -> None:
    said = readings.difference_said(effect(**numbers), OFFER, USUAL)
    assert said == f"Children starting to be looked after: {told}"


def test_a_difference_of_shares_is_in_percentage_points() -> None:
    row = effect(
        measure="reunified_12m_share",
        unit="share",
        comparator_mean=0.2,
        arm_mean=0.17,
        estimate=-0.03,
        low=-0.05,
        high=-0.005,
    )
    assert "20.0% under Usual and 17.0% under Offer, a difference of −3.0 percentage points (" in (
        said := readings.difference_said(row, OFFER, USUAL)
    )
    assert ": −5.0 to −0.5)" in said


def test_nothing_is_no_difference_only_where_every_pair_is_alike() -> None:
    nothing = {"estimate": 0.0, "low": 0.0, "high": 0.0}
    assert "no difference between Offer and Usual" in readings.difference_said(effect(**nothing), OFFER, USUAL)
    for end in ({"low": -1.0}, {"high": 1.0}):
        assert "no difference" not in readings.difference_said(effect(**nothing | end), OFFER, USUAL)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.1, 0.2, "The interval lies above zero."),
        (-0.2, -0.1, "The interval lies below zero."),
        (-0.1, 0.1, "The interval holds zero"),
        (0.0, 0.1, "The interval holds zero"),
        (-0.1, 0.0, "The interval holds zero"),
        (float("nan"), 0.1, "There are too few pairs for an interval."),
        (0.1, float("nan"), "There are too few pairs for an interval."),
    ],
)
def test_where_an_interval_lies(low: float, high: float, told: str) -> None:
    assert EFFECT.sentence("zero", row={"low": low, "high": high}).startswith(told)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        ((-6.04, -9.0, -3.0), "In numbers: −6.0 (−9.0 to −3.0) over 5 years"),
        ((12.4, 3.2, 20.9), "In numbers: +12 (+3 to +21) over 5 years"),
    ],
)
def test_numbers_of_children(count: tuple[float, float, float], told: str) -> None:
    row = effect(**dict(zip(("count", "count_low", "count_high"), count, strict=True)))
    said = readings.count_said(row, OFFER, USUAL, "5 years")
    assert said == f"{told} in an authority of this size, Offer against Usual."


def joint(**changed: Any) -> dict[str, Any]:
    return {
        "statement": "entries to care fall",
        "pairs": 20,
        "probability": 0.75,
        "low": 0.53,
        "high": 0.89,
        "level": 0.9,
        **changed,
    }


def test_pairs_in_which_entries_fall() -> None:
    told = readings.safely_said(
        pd.DataFrame([joint(), joint(statement="harm at home rises", probability=0.1, pairs=1)])
    )
    assert told[:2] == [
        "Entries to care fall in 75% of 20 pairs (90% interval 53% to 89% for the number of pairs).",
        "Harm at home rises in 10% of 1 pair (90% interval 53% to 89% for the number of pairs).",
    ]
    assert (
        "Fewer entries with more harm at home would mean that children were left in danger, not that they were safer"
        in told[2]
    )
    assert SUMMARY.sentence("safely", row=joint()) == (
        "Entries to care fell and harm at home did not rise in 75% of pairs "
        "(90% interval 53% to 89% for the number of pairs)."
    )


def test_paths() -> None:
    entries = tables.by_path().query("measure == 'cla_start_rate'")
    assert readings.paths_said(entries) == [
        "Of the difference in children starting to be looked after, −0.90 per 10,000 children a year (95% interval "
        "over 10 draws of parameters: −0.95 to −0.85), there comes through families: trust, understanding, "
        "responsibility −0.50 (−0.55 to −0.45), through network and plan −0.30 (−0.35 to −0.25), through the "
        "agency's perception, at the same danger −0.20 (−0.25 to −0.15) and through the organisation: time, load, who "
        "stays +0.10 (+0.05 to +0.15)."
    ]
    untold = readings.paths_said(entries.assign(share=float("nan")))
    assert untold[1].startswith("The mean of the whole cannot be told from nothing")
    assert MECHANISM.sentence("pairs", used=80, lived=80).startswith("They are the very pairs of the effect above (80 ")
    assert "the first 12 of the 80 pairs above were taken apart" in MECHANISM.sentence("pairs", used=12, lived=80)


def test_a_fall_in_entries_by_perception_is_told_at_once() -> None:
    mostly = tables.by_path(entries=(-0.1, -0.2, -0.6, 0.0), harm=(-2.0, -1.0, 1.5, 0.5))
    assert readings.perception_said(mostly) == [
        "Most of the fall in children starting to be looked after comes from what the agency sees and believes at the "
        "same danger, not from safer families: −0.60 (−0.65 to −0.55) of −0.90 (−0.95 to −0.85) per 10,000 children a "
        "year (95% interval over 10 draws of parameters); harm at home (child-months): −1.00 (−1.05 to −0.95) per "
        "10,000 children a year in all, +1.50 (+1.45 to +1.55) on that path."
    ]
    harmful = tables.by_path(harm=(-1.0, -1.0, 2.5, 0.5))
    assert readings.perception_said(harmful) == [
        "Fewer entries without less harm: children starting to be looked after −0.90 (−0.95 to −0.85) per 10,000 "
        "children a year (95% interval over 10 draws of parameters), −0.20 of it from what the agency sees and "
        "believes at the same danger, while no fall in harm at home (child-months) can be told: +1.00 (+0.95 to +1.05) "
        "per 10,000 children a year, +2.50 (+2.45 to +2.55) on that path."
    ]
    luck = tables.by_path()
    luck.loc[luck["measure"] == "harm_months_rate", "share"] = float("nan")
    assert "no fall in harm at home (child-months) can be told: −4.50" in readings.perception_said(luck)[0]


def test_without_such_a_fall_nothing_is_told_of_perception() -> None:
    assert readings.perception_said(tables.by_path()) == []
    rises = tables.by_path(entries=(0.1, 0.2, 0.6, 0.0), harm=(1.0, 1.0, 1.0, 0.0))
    assert readings.perception_said(rises) == []
    unclear = tables.by_path(entries=(-0.1, -0.2, -0.6, 0.0)).assign(share=float("nan"))
    assert readings.perception_said(unclear) == []
    half = tables.by_path(entries=(-0.2, -0.2, -0.4, 0.0))
    assert readings.perception_said(half)[0].startswith("Most of the fall")
    less = tables.by_path(entries=(-0.25, -0.2, -0.35, 0.0))
    assert readings.perception_said(less) == []


def test_what_families_bring_is_told_by_outcome_then_by_trust_then_for_the_other_readings() -> None:
    thirds, ends = tables.brought_thirds(), tables.brought_ends()
    starts, home, again, harm, trusting, rivals = readings.brought_said(thirds.iloc[::-1], ends)
    mine = thirds[(thirds["reading"] == "gate") & (thirds["characteristic"] == "openness")]
    low, high = (
        sentences.amount(float(mine.query("measure == 'care_starts' and band == @band")["estimate"].iloc[0]), "share")
        for band in ("low", "high")
    )
    assert starts.startswith(
        "Where trust is a gate, among the third of children whose parents are least open starts of being looked after "
        f"change by {low}% ("
    )
    assert f"among the most open third change by {high}% (" in starts
    assert starts.endswith(
        "percentage points (−2.1 to −1.9) lie between them, more than luck brings: 2.0 times as much (1.5 to 2.6)."
    )
    assert home.startswith("Among the least open third home again within 12 months change by")
    assert again.startswith("Among the least open third looked after again within 12 months change by")
    assert harm.startswith("Among the least open third child-months with harm at home change by")
    assert trusting.startswith("By the trust with which parents begin, the highest third less the lowest: starts of")
    assert "where trust amplifies, starts of being looked after −2.0 percentage points (−902.0 to +898.0)" in rivals
    assert "where trust plays no part, starts of" in rivals and "gate" not in rivals
    assert len(readings.brought_said(thirds, ends[ends["reading"] == "gate"])) == 5


def test_the_outcome_known_least_surely_is_named_with_how_surely_and_what_luck_hides() -> None:
    thirds = tables.brought_thirds().query("reading == 'gate'").assign(estimate=-0.1, low=-0.15, high=-0.05)
    again = thirds["measure"] == "reentered_12m"
    wide = thirds.assign(low=thirds["low"].where(~again, -0.6), high=thirds["high"].where(~again, 0.4))
    surest = (wide["measure"] == "care_starts") & (wide["band"] != "low")
    (said,) = readings.precision_said(wide.assign(low=wide["low"].where(~surest, -0.11)))
    assert said == (
        "Least surely known is looked after again within 12 months, counted over returns home followed for 12 months "
        "within the period: the relative difference in a third to 50.0 percentage points either way, that in starts of "
        "being looked after to 3.0 (medians of thirds). The interval of 6 of its 6 thirds holds no difference: luck "
        "hides much there, which does not say that nothing differs."
    )
    clear = readings.precision_said(wide.assign(high=-0.01))
    assert len(clear) == 1 and "luck" not in clear[0]
    unread = readings.precision_said(wide.assign(low=wide["low"].where(~again)))
    assert unread == ["Too few are counted for an interval of any third: looked after again within 12 months."]
    assert readings.precision_said(wide.assign(low=float("nan"))) == readings.precision_said(thirds) == []


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({"low": float("nan"), "high": float("nan")}, "there are too few pairs to tell them apart."),
        ({"low": -0.1, "high": 0.0}, "the two cannot be told apart (−2.0 percentage points, −10.0 to 0.0)."),
        (
            {"low": -0.1, "high": -0.01, "ratio_low": float("nan")},
            "−2.0 percentage points (−10.0 to −1.0) lie between them, more than luck brings; how many times as much "
            "cannot be said, since the lowest third may see no difference at all.",
        ),
    ],
)
def test_thirds_are_told_apart_only_where_they_are(numbers: dict[str, float], told: str) -> None:
    ends = tables.brought_ends().assign(**numbers)
    assert readings.brought_said(tables.brought_thirds(), ends)[0].endswith(told)


def test_families_that_are_told_apart_come_first_and_the_rest_is_one_line() -> None:
    told = tables.apart()
    assert readings.apart_said(told) == [
        "Starts of being looked after change by −10.0% where child's age is under 1; by −30.0% where it is 1-4 "
        "(−20.0 percentage points, −30.0 to −10.0).",
        "Nothing else could be told apart by child's age and worker changes; half of these comparisons would have "
        "shown 11.0 percentage points in home again within 12 months, 11.0 percentage points in looked after again "
        "within 12 months, 11.0 percentage points in child-months with harm at home, 11.0 percentage points in starts "
        "of being looked after with a chance of 80%.",
    ]
    nothing = readings.apart_said(told.assign(told=False))
    assert len(nothing) == 1 and nothing[0].startswith("Nothing could be told apart by child's age and worker changes;")
    many = readings.apart_said(told.assign(told=True, q=[0.04] * 8 + [0.01] * 3 + [0.045]))
    named = ["worker changes"] * 3 + ["child's age"]
    assert all(f" where {name} is " in said for name, said in zip(named, many[:-1], strict=True))
    assert many[-1] == "4 more groups of families could be told apart; the table names them."


def test_a_condition_is_told_once_with_the_outcomes_that_it_changes() -> None:
    row = {**tables.contrasts().iloc[0].to_dict(), "at_lowest": 1.0}
    more = [{**row, "measure": name} for name in ("harm_months_rate", "cpp_start_rate")]
    assert readings.conditions_said(pd.DataFrame([row, *more])) == [
        "Supervision from 0 to 1 (0-1): the difference in children starting to be looked after goes from +1.00 to "
        "−0.80 per 10,000 children a year, in harm at home (child-months) goes from +1.00 to −0.80 per 10,000 children "
        "a year; 1 other outcome changes too."
    ]
    assert readings.conditions_said(pd.DataFrame(more[1:])) == []


def test_fates() -> None:
    fates = told_apart(tables.fates(), 10.0)
    rows = {(row["decision"], row["fate"], row["measure"]): row for row in fates.to_dict("records")}
    told = readings.fates_said(fates)
    spared, added = (rows["care entry", f"{name} only", "children"] for name in ("comparator", "arm"))
    assert told[0] == (
        f"Child by child: {_children(spared)} children enter care under the comparator only (spared entry) and "
        f"{_children(added)} under the arm only (added entry); 95% interval over 10 draws of parameters."
    )
    lower, same, higher = (
        rows[SPARED, fate, "children"] for fate in ("lower in the arm", "about the same", "higher in the arm")
    )
    assert told[1].startswith(
        f"Of the children spared entry, {_children(lower)} with danger lower in the arm, {_children(same)} with danger "
        f"about the same and {_children(higher)} with danger higher in the arm. An entry spared at lower danger is a "
        "change in children's safety; spared at about the same or higher danger it is a change in what the "
        "agency believes."
    )
    harmed = sum(
        row["estimate"]
        for (decision, _, measure), row in rows.items()
        if (decision, measure) == (SPARED, "harmed_at_home_since")
    )
    assert told[2].startswith(
        f"On average {sentences.number(harmed, 1)} of the children spared entry were harmed at home"
    )


def _children(row: dict[str, Any]) -> str:
    return (
        sentences.number(row["estimate"], 1)
        + f" ({sentences.number(row['low'], 1)} to {sentences.number(row['high'], 1)})"
    )


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        (
            (-1.5e6, -2.5e6, -0.5e6),
            "−£1.50 million (95% interval over 10 draws of parameters: −£2.50 million to −£0.50 million), in "
            "present value over the whole period. The interval lies below zero.",
        ),
        (
            (1.5e6, 0.5e6, 2.5e6),
            "+£1.50 million (95% interval over 10 draws of parameters: +£0.50 million to +£2.50 million), in "
            "present value over the whole period. The interval lies above zero.",
        ),
    ],
)
def test_costs(numbers: tuple[float, float, float], told: str) -> None:
    total = {**tables.costs().iloc[-1].to_dict(), **dict(zip(("estimate", "low", "high"), numbers, strict=True))}
    assert readings.costs_said(total, pd.DataFrame(), OFFER, USUAL) == [
        f"Total cost: Offer differs from Usual by {told}"
    ]


def test_what_stands_for_figures_says_the_rows_that_are_drawn() -> None:
    effects = told_apart(tables.effects()).head(2).to_dict("records")
    assert EFFECT.sentence("effects_alt", rows=effects) == (
        "Differences between arms, 95% interval over 10 draws of parameters: children starting to be looked "
        "after −0.70 "
        "(−0.81 to −0.33) per 10,000 children a year; harm at home (child-months) +0.83 (+0.71 to +1.21) per 10,000 "
        "children a year."
    )
    parts = told_apart(tables.by_path()).iloc[[0, 9]].to_dict("records")
    assert MECHANISM.sentence("paths_alt", rows=parts) == (
        "Marks with intervals: children starting to be looked after (per 10,000 children a year), through families: "
        "trust, understanding, responsibility −0.70 (−0.81 to −0.33); harm at home (child-months) (per 10,000 "
        "children a year), all together +1.87 (+1.67 to +2.33)."
    )
    chain = told_apart(tables.chain()).head(2).to_dict("records")
    assert MECHANISM.sentence("chain_alt", rows=chain, comparator=USUAL, year="3") == (
        "Panels of means by year with intervals. Differences from Usual in year 3: trust −0.70 (−0.81 to −0.33); trust "
        "+0.83 (+0.71 to +1.21)."
    )
    brought = tables.brought_thirds().head(2).to_dict("records")
    assert MODERATORS.sentence("brought_alt", rows=brought) == (
        "Curves with bands and marks for thirds, relative differences: gate, openness low, starts of being looked "
        "after −1.0% (−1.5% to −0.5%); gate, openness middle, starts of being looked after −2.0% (−2.5% to −1.5%)."
    )
    delivered = told_apart(tables.delivered()).to_dict("records")
    assert IMPLEMENTATION.sentence("response_alt", rows=delivered[:2], statement="it never clears zero") == (
        "Curve with band, per 10,000 children a year: 0% delivered −0.70 (−0.81 to −0.33); 50% delivered "
        "+0.83 (+0.71 to "
        "+1.21). It never clears zero."
    )
    staff = tables.staff().head(1).assign(mean=0.456).to_dict("records")
    assert IMPLEMENTATION.sentence("staff_alt", rows=staff).endswith("intervals. trust, Usual: 0.46 (0-1).")


def test_what_stands_for_figures_of_economics() -> None:
    costs = told_apart(tables.costs(), 1e6).head(2).to_dict("records")
    assert ECONOMICS.sentence("costs_alt", rows=costs) == (
        "Differences in cost with intervals: foster −£0.70 million (−£0.81 million to −£0.33 million); training +£0.83 "
        "million (+£0.71 million to +£1.21 million)."
    )
    low, high = told_apart(tables.curve(), 1e6).iloc[[0, -1]].to_dict("records")
    assert ECONOMICS.sentence("net_benefit_alt", ends=[(low, high)]) == (
        "Curves with bands: with a harm month at £0, −£0.70 million at £0 to +£1.35 million at £100,000."
    )
    assert ECONOMICS.sentence("acceptability_alt", ends=[(low, high)]).endswith("at £0, 41% to 46%.")
    assert ECONOMICS.sentence("information_alt", worths=[(2e4, 1e5, 3e5)]).endswith(
        "with a harm month at £20,000, +£0.10 million to +£0.30 million."
    )


def test_cost_plane_is_said_as_it_is_drawn() -> None:
    pairs = pd.DataFrame({"avoided": [3.0, 1.0, 2.0, -4.0, -1.0], "cost": [2e6, -5e6, -1e6, 4e6, 3e6]})
    assert economics._plane_alt(pairs) == (
        "Dots for 5 pairs of authorities by difference in cost and care starts avoided: dearer with fewer "
        "entries in 20%, "
        "dearer without fewer in 40%, not dearer with fewer entries in 40% and not dearer without fewer in 0%."
    )


@pytest.mark.parametrize(("rate", "told"), [(0.035, "discounted at 3.5% a year."), (0.0, "not discounted.")])
def test_discounting(rate: float, told: str) -> None:
    said = ECONOMICS.sentence("what_is_counted", rate=rate, null=3, draws=9)
    assert told in said and ("not discounted" in said) == (rate == 0.0)
    assert "the worth of information too, counts all 9 draws, with the 3 in which it is" in said
    assert "null" not in ECONOMICS.sentence("what_is_counted", rate=rate, null=0, draws=9)


def test_ratios() -> None:
    row = {
        "outcome": "start avoided",
        "ratio": 25_000.0,
        "low": 10_000.0,
        "high": 40_000.0,
        "level": 0.95,
        "statement": "extra cost for each start",
    }
    assert (
        ECONOMICS.sentence("ratio", row=row) == "Extra cost for each start: £25,000 (95% interval: £10,000 to £40,000)."
    )


def test_summary_and_groundwork() -> None:
    said = SUMMARY.sentence(
        "compared", children=120_000, period="5 years", comparator=USUAL, arms=[OFFER, "More"], times=80
    )
    assert said.startswith(
        "A simulated authority of 120,000 children lived 5 years under Usual and, with the same families and the same "
        "luck, under Offer and More. This was repeated 80 times."
    )
    assert SUMMARY.sentence("left_out", failed=1, asked=4) == (
        "1 of 4 runs failed and is left out, with those it was paired with; its reason is at the end."
    )
    assert SUMMARY.sentence("left_out", failed=1200, asked=4000).startswith(
        "1,200 of 4,000 runs failed and are left out"
    )
    assert SUMMARY.sentence("how_sure", drawn=True).startswith("Intervals hold what is not known about the parameters")
    assert SUMMARY.sentence("how_sure", drawn=False).startswith("Intervals hold luck alone")
    assert GROUNDWORK.sentence("drawn", draws=40).startswith("40 draws of parameters were laid over all scenarios")
    assert GROUNDWORK.sentence("drawn", draws=0).startswith("No parameters were drawn")
    fit = GROUNDWORK.sentence("fit", comparator=USUAL, within_one=7, within_two=9, figures=12, own=0)
    assert fit.startswith(
        "Usual: 7 of 12 official figures lie within one tolerance of the simulated ones, 9 within two."
    )


def material(present: pd.DataFrame, outcomes: pd.DataFrame) -> Any:
    """Material with two tables, of which rows are asked for as of a folder."""
    held = {"economics_present": present, "outcomes": outcomes}

    def table(name: str, **chosen: str) -> pd.DataFrame:
        frame = held[name]
        for column, value in chosen.items():
            frame = frame[frame[column] == value]
        return frame.reset_index(drop=True)

    return SimpleNamespace(table=table, comparator=USUAL)


def test_pairs_are_the_arm_less_the_comparator_and_care_starts_avoided() -> None:
    present = pd.DataFrame(
        [
            {"arm": arm, "replicate": replicate, "total_cost": cost + replicate, "care_starts": starts}
            for arm, cost, starts in ((USUAL, 10.0, 8.0), (OFFER, 12.5, 5.0))
            for replicate in range(2)
        ]
    )
    pairs = economics._pairs(material(present, present), OFFER)
    assert (list(pairs["cost"]), list(pairs["avoided"])) == ([2.5, 2.5], [3.0, 3.0])


def test_changes_are_the_arm_less_the_comparator_over_the_whole_period() -> None:
    outcomes = pd.DataFrame(
        [
            {
                "arm": arm,
                "replicate": replicate,
                "year": year,
                "measure": "cla_start_rate",
                "value": value * (2.0 if year == "1" else 1.0),
            }
            for arm, value in ((USUAL, 20.0), (OFFER, 17.0))
            for replicate in range(3)
            for year in ("1", "all")
        ]
    )
    outcomes.loc[outcomes["replicate"] == 2, "value"] = 0.0
    held = material(outcomes, outcomes)
    held.stored = SimpleNamespace(acting=[0])
    tables_held = {"outcomes": outcomes[outcomes["year"] == "all"]}
    tables_held["runs"] = pd.DataFrame({"replicate": [0, 1, 2], "draw": [0, 0, 1]})
    held.table = lambda name, **chosen: tables_held[name]
    changes = Material.changes(held, OFFER, {"cla_start_rate": "entries"})
    assert list(changes["entries"]) == [-3.0, -3.0]


def test_shown_values_of_a_harm_month_are_the_lowest_the_middle_and_the_highest() -> None:
    rows = pd.DataFrame({"harm_value": [0.0, 1.0, 2.0, 3.0, 4.0]})
    assert list(economics._some_harm_values(rows)["harm_value"]) == [0.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (sentences.pounds(1234.6), "£1,235"),
        (sentences.pounds(-1234.6), "−£1,235"),
        (sentences.percent(0.256), "26%"),
        (sentences.percent(0.035, 1), "3.5%"),
        (sentences.number(-1234.56, 1), "−1,234.6"),
        (sentences.number(float("nan")), "–"),
        (sentences.counted(1, "pair", "pairs"), "1 pair"),
        (sentences.counted(1200, "pair", "pairs"), "1,200 pairs"),
        (sentences.digits(0.12345), "0.123"),
        (sentences.digits(-20.0), "−20"),
        (sentences.listed(iter(["a", "b", "c"])), "a, b and c"),
        (sentences.plain(0.25, "share"), "25.0%"),
        (sentences.plain(-2.0, "per 10,000"), "−2.00"),
        (sentences.millions(-1.234e6), "−£1.23 million"),
        (sentences.millions(-1012.0), "£0.00 million"),
        (sentences.level_said(0.9), "90% interval"),
    ],
)
def test_numbers_in_words(written: str, text: str) -> None:
    assert written == text


@pytest.mark.parametrize(
    ("null", "asked", "told"),
    [
        (0, "over time in each arm?", "month by month, in Usual and Offer, with bands"),
        (
            3,
            "over time in each arm (all draws, the null ones counted)?",
            "month by month, all draws together, the null ones counted, in Usual and Offer, with bands",
        ),
    ],
)
def test_what_lines_over_months_hold_is_asked_and_told(null: int, asked: str, told: str) -> None:
    assert EFFECT.sentence("looked_after_asked", null=null).endswith(asked)
    assert told in EFFECT.sentence("looked_after_alt", null=null, comparator=USUAL, arms=[OFFER])
