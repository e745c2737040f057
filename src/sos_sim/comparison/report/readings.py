"""Sentences made from the tables of a comparison: each with its interval or probability, none a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sos_sim.comparison.fates import ARM_ONLY, COMPARATOR_ONLY, ENTRY, FATES, SPARED
from sos_sim.kit.sentences import (
    amount,
    capital,
    interval_holds,
    level_said,
    listed,
    millions,
    plain,
    said,
    span,
    unit_said,
)

Row = Mapping[Any, Any]


def difference_said(row: Row, arm: str, comparator: str) -> str:
    """One row of ``paired_effects`` in a sentence: both means, the difference, its interval, its direction by pairs."""
    base, unit, outcome = row["comparator_mean"], row["unit"], capital(said(row["measure"]))
    if row["estimate"] == row["low"] == row["high"] == 0.0:
        return f"{outcome}: no difference between {arm} and {comparator} in any pair."
    levels = f"{plain(base, unit, base)} under {comparator} and {plain(row['arm_mean'], unit, base)} under {arm}"
    sides = f"lower in {row['probability_lower']:.0%} and higher in {row['probability_higher']:.0%} of pairs"
    return (
        f"{outcome}: {levels}, a difference of {amount(row['estimate'], unit, base)} {unit_said(unit)} "
        f"({interval_holds(row)}: {span(row['low'], row['high'], unit, base)}), {sides}. {zero_said(row)}"
    )


def count_said(row: Row, arm: str, comparator: str, period: str) -> str:
    """One row of ``paired_effects`` of a rate as a number of children or months of this authority."""
    decimals = 1 if abs(row["count"]) < 10.0 else 0
    between = span(row["count_low"], row["count_high"], row["unit"], decimals=decimals)
    return (
        f"In numbers: {amount(row['count'], row['unit'], decimals=decimals)} ({between}) over {period} in an "
        f"authority of this size, {arm} against {comparator}."
    )


def zero_said(row: Row) -> str:
    """Whether an interval keeps clear of zero, and what may be read from that."""
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return "There are too few pairs for an interval."
    if row["low"] > 0.0:
        return "The interval lies above zero."
    if row["high"] < 0.0:
        return "The interval lies below zero."
    return "The interval holds zero: this comparison does not tell which way it goes."


def safely_said(joint: pd.DataFrame) -> list[str]:
    """How often entries fall without more harm at home, from the rows of ``joint_outcomes`` of one arm."""
    found = []
    for row in joint.to_dict("records"):
        chance = f"{level_said(row['level'])} {row['low']:.0%} to {row['high']:.0%}"
        pairs = f"{row['probability']:.0%} of {row['pairs']:,} pairs"
        found.append(f"{capital(row['statement'])} in {pairs} ({chance} for the number of pairs).")
    return [
        *found,
        "Entries to care must be read beside harm at home. Fewer entries with more harm at home would mean that "
        "children were left in danger, not that they were safer; in most places nobody records harm that nobody sees.",
    ]


def links_said(shapley: pd.DataFrame, waterfall: pd.DataFrame) -> list[str]:
    """Which links bring most of a difference, and what is left to their interaction; rows of one measure, one arm."""
    total = _labelled(waterfall, "total")
    ranked = sorted(shapley.to_dict("records"), key=lambda row: -abs(row["estimate"]))
    if not ranked or total is None:
        return []
    unit = total["unit"]
    parts = [
        f"{row['name']} ({row['link']}) {_decimal(row, 'shown')} ({_interval(row)})"
        for row in ranked[:3]
        if row["estimate"]
    ]
    sentences = [
        f"The whole difference in {said(total['measure'])} is {_decimal(total, 'shown')} {unit_said(unit)} "
        f"({interval_holds(total)}: {_interval(total)})."
    ]
    if parts:
        orders = "Averaged over all orders in which links may be switched on"
        sentences.append(f"{orders}, most comes with {listed(parts)}.")
    interaction = _labelled(waterfall[waterfall["way"] == "alone"], "interaction")
    if interaction is not None:
        sentences.append(
            "Links switched on one at a time leave "
            f"{_decimal(interaction, 'shown')} ({_interval(interaction)}) to their working together."
        )
    if total["low"] <= 0.0 <= total["high"]:
        sentences.append("The interval of the whole holds zero, so its parts say how the theory is built, not more.")
    return sentences


def conditions_said(contrasts: pd.DataFrame, response: pd.DataFrame) -> list[str]:
    """Under what conditions a difference changes; rows of one measure and one arm of ``comparison.dials``."""
    rows = contrasts.to_dict("records")
    clear = [row for row in rows if row["low"] > 0.0 or row["high"] < 0.0]
    unclear = [row["dial"] for row in rows if row not in clear]
    sentences = [_condition_said(row, response[response["dial"] == row["dial"]]) for row in clear]
    if unclear:
        sentences.append(
            f"For {listed(unclear)} the interval of the change holds zero: these runs do not tell whether it matters."
        )
    return [*sentences, *_by_chance(len(clear), rows, "conditions")]


def families_said(interactions: pd.DataFrame) -> list[str]:
    """For whom a difference is larger or smaller; rows of one measure and arm of ``subgroup_interactions``."""
    rows = interactions.dropna(subset=["low", "high"]).to_dict("records")
    clear = [row for row in rows if row["clear"]]
    sentences = [
        f"{capital(row['characteristic'])}: the difference in {said(row['measure'])} for {row['band']} less that for "
        f"{row['against']} is {amount(row['estimate'], row['unit'])} {unit_said(row['unit'])} "
        f"({span(row['low'], row['high'], row['unit'])})."
        for row in clear
    ]
    if len(clear) < len(rows):
        sentences.append(
            f"For {len(rows) - len(clear)} of {len(rows)} comparisons between groups of families the interval holds "
            "zero: these runs do not tell for whom the difference is larger."
        )
    return [*sentences, *_by_chance(len(clear), rows, "groups")]


def fates_said(fates: pd.DataFrame) -> list[str]:
    """Children spared an entry or added one, whether their danger was lower, and what harm they then met at home.

    ``fates`` has the columns of ``comparison.fates.summarise_fates``, rows of one arm.
    """
    rows = {(row["decision"], row["fate"], row["measure"]): row for row in fates.to_dict("records")}
    spared, added = rows[ENTRY, COMPARATOR_ONLY, "children"], rows[ENTRY, ARM_ONLY, "children"]
    by_danger = [f"{_number(rows[SPARED, fate, 'children'])} with danger {fate}" for fate in FATES[SPARED]]
    harmed = sum(rows[SPARED, fate, "harmed_at_home_since"]["estimate"] for fate in FATES[SPARED])
    return [
        f"Child by child: {_number(spared)} children enter care under the comparator only (spared entry) and "
        f"{_number(added)} under the arm only (added entry); {interval_holds(spared)}.",
        f"Of the children spared entry, {listed(by_danger)}. An entry spared at lower danger is a change in children's "
        "safety; spared at about the same or higher danger it is a change in what the agency believes.",
        f"On average {harmed:,.1f} of the children spared entry were harmed at home from the month on in which they "
        "would have entered care.",
    ]


def delivery_said(least: pd.DataFrame) -> list[str]:
    """From which delivery on intervals keep clear of zero, or that they never do; rows of one arm of ``least``."""
    return [
        f"For {listed([said(name) for name in rows['measure']])}, {statement}."
        for statement, rows in least.groupby("statement", sort=False)
    ]


def costs_said(total: Row, ratios: pd.DataFrame, arm: str, comparator: str) -> list[str]:
    """What an arm costs more or less, and for each outcome avoided only where that makes sense."""
    sentences = [
        f"Total cost: {arm} differs from {comparator} by {millions(total['estimate'])} ({interval_holds(total)}: "
        f"{millions(total['low'])} to {millions(total['high'])}), in present value over the whole period. "
        f"{zero_said(total)}"
    ]
    for row in ratios.to_dict("records"):
        if pd.isna(row["ratio"]):
            sentences.append(f"Cost for each {row['outcome']}: {row['statement']}.")
        else:
            between = f"{level_said(row['level'])}: £{row['low']:,.0f} to £{row['high']:,.0f}"
            sentences.append(f"{capital(row['statement'])}: £{row['ratio']:,.0f} ({between}).")
    return sentences


def _condition_said(contrast: Row, response: pd.DataFrame) -> str:
    """How the difference at one end of a dial compares with that at the other."""
    unit = contrast["unit"]
    ends = response.sort_values("value")["estimate"]
    return (
        f"{capital(contrast['dial'])}: at {contrast['lowest']:.3g} ({contrast['value_unit']}) the difference in "
        f"{said(contrast['measure'])} is {amount(float(ends.iloc[0]), unit)}, at {contrast['highest']:.3g} it is "
        f"{amount(float(ends.iloc[-1]), unit)} {unit_said(unit)}; it changes by {amount(contrast['estimate'], unit)} "
        f"({span(contrast['low'], contrast['high'], unit)})."
    )


def _by_chance(clear: int, rows: Sequence[Row], what: str) -> list[str]:
    """How many intervals clear zero, and how many would without any reason."""
    if not rows:
        return []
    expected = len(rows) * (1.0 - rows[0]["level"])
    return [
        f"{clear} of {len(rows)} intervals keep clear of zero; were there nothing to tell the {what} apart, about "
        f"{expected:.1f} would by chance."
    ]


def _labelled(waterfall: pd.DataFrame, label: str) -> Row | None:
    found = waterfall[waterfall["label"] == label].to_dict("records")
    return found[0] if found else None


def _decimal(row: Row, column: str) -> str:
    return amount(row[column], row["unit"], decimals=int(row["decimals"]))


def _interval(row: Row) -> str:
    return span(row["low"], row["high"], row["unit"], decimals=int(row["decimals"]))


def _number(row: Row) -> str:
    """A number of children with its interval."""
    return f"{row['estimate']:,.1f} ({row['low']:,.1f} to {row['high']:,.1f})"
