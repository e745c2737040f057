"""Which rows of a comparison's tables are told in sentences; the sentences themselves are in ``words/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from sos_sim.comparison.fates import ARM_ONLY, COMPARATOR_ONLY, ENTRY, FATES, SPARED
from sos_sim.kit.words import Wording
from sos_sim.outcomes.measures import POUNDS

Row = Mapping[Any, Any]
REPORT: Final = "sos_sim.comparison.report"
EFFECT: Final = Wording(REPORT, "effect")
MECHANISM: Final = Wording(REPORT, "mechanism")
MODERATORS: Final = Wording(REPORT, "moderators")
IMPLEMENTATION: Final = Wording(REPORT, "implementation")
ECONOMICS: Final = Wording(REPORT, "economics")
GROUNDWORK: Final = Wording(REPORT, "groundwork")
SUMMARY: Final = Wording(REPORT, "summary")
MOST: Final = 0.5
"""The share of a fall from which on a path brings most of it."""


def difference_said(row: Row, arm: str, comparator: str) -> str:
    """One row of ``paired_effects`` in a sentence: both means, the difference, its interval, its direction by pairs."""
    return EFFECT.sentence("difference", row=row, arm=arm, comparator=comparator)


def count_said(row: Row, arm: str, comparator: str, period: str) -> str:
    """One row of ``paired_effects`` of a rate as a number of children or months of this authority."""
    return EFFECT.sentence("in_numbers", row=row, arm=arm, comparator=comparator, period=period)


def safely_said(joint: pd.DataFrame) -> list[str]:
    """How often entries fall without more harm at home, from the rows of ``joint_outcomes`` of one arm."""
    return EFFECT.paragraphs("safely", rows=joint.to_dict("records"))


def in_millions(parts: pd.DataFrame) -> pd.DataFrame:
    """``ByPath.effect`` with pounds in millions, as people read them."""
    pounds = parts["unit"] == POUNDS
    numbers = ["estimate", "low", "high", "shown"]
    millions = parts.loc[pounds, numbers] / 1e6
    found = parts.assign(unit=parts["unit"].mask(pounds, "£ million a year"), decimals=parts["decimals"] + 6 * pounds)
    found.loc[pounds, numbers] = millions
    return found


def paths_said(parts: pd.DataFrame) -> list[str]:
    """What comes of one difference on each path; rows of one measure and arm of ``ByPath.effect``."""
    *ways, total = parts.to_dict("records")
    return MECHANISM.paragraphs("paths", total=total, parts=[MECHANISM.sentence("part", row=row) for row in ways])


def perception_said(parts: pd.DataFrame) -> list[str]:
    """When entries fall mostly by perception, or without a fall in harm that can be told; else nothing.

    ``parts`` has the columns of ``ByPath.effect``, rows of one arm.
    """
    rows = {(row["measure"], row["path"]): row for row in parts.to_dict("records")}
    (entries, through), (harm, harm_through) = (
        (rows[measure, "total"], rows[measure, "perception"]) for measure in ("cla_start_rate", "harm_months_rate")
    )
    if not _falls(entries):
        return []
    mostly = through["share"] >= MOST
    if not mostly and _falls(harm):
        return []
    return [
        MECHANISM.sentence(
            "perception", entries=entries, harm=harm, through=through, harm_through=harm_through, mostly=mostly
        )
    ]


def conditions_said(contrasts: pd.DataFrame, response: pd.DataFrame) -> list[str]:
    """Under what conditions a difference changes; rows of one measure and one arm of ``comparison.dials``."""
    rows = contrasts.to_dict("records")
    clear = [row for row in rows if row["low"] > 0.0 or row["high"] < 0.0]
    unclear = [row["dial"] for row in rows if row not in clear]
    sentences = [_condition_said(row, response[response["dial"] == row["dial"]]) for row in clear]
    if unclear:
        sentences.append(MODERATORS.sentence("conditions_unclear", names=unclear))
    return [*sentences, *_by_chance(len(clear), rows, "conditions")]


def families_said(interactions: pd.DataFrame) -> list[str]:
    """For whom a difference is larger or smaller; rows of one measure and arm of ``subgroup_interactions``."""
    rows = interactions.dropna(subset=["low", "high"]).to_dict("records")
    clear = [row for row in rows if row["clear"]]
    sentences = [MODERATORS.sentence("families", row=row) for row in clear]
    if unclear := len(rows) - len(clear):
        sentences.append(MODERATORS.sentence("families_unclear", unclear=unclear, compared=len(rows)))
    return [*sentences, *_by_chance(len(clear), rows, "groups")]


def fates_said(fates: pd.DataFrame) -> list[str]:
    """Children spared an entry or added one, whether their danger was lower, and what harm they then met at home.

    ``fates`` has the columns of ``comparison.fates.summarise_fates``, rows of one arm.
    """
    rows = {(row["decision"], row["fate"], row["measure"]): row for row in fates.to_dict("records")}
    return EFFECT.paragraphs(
        "fates",
        spared=rows[ENTRY, COMPARATOR_ONLY, "children"],
        added=rows[ENTRY, ARM_ONLY, "children"],
        by_danger=[
            EFFECT.sentence("in_danger", row=rows[SPARED, fate, "children"], fate=fate) for fate in FATES[SPARED]
        ],
        harmed=sum(rows[SPARED, fate, "harmed_at_home_since"]["estimate"] for fate in FATES[SPARED]),
    )


def delivery_said(least: pd.DataFrame) -> list[str]:
    """From which delivery on intervals keep clear of zero, or that they never do; rows of one arm of ``least``."""
    return [
        IMPLEMENTATION.sentence("delivery", measures=list(rows["measure"]), statement=statement)
        for statement, rows in least.groupby("statement", sort=False)
    ]


def costs_said(total: Row, ratios: pd.DataFrame, arm: str, comparator: str) -> list[str]:
    """What an arm costs more or less, and for each outcome avoided only where that makes sense."""
    cost = ECONOMICS.sentence("cost", total=total, arm=arm, comparator=comparator)
    return [cost, *(ECONOMICS.sentence("ratio", row=row) for row in ratios.to_dict("records"))]


def _condition_said(contrast: Row, response: pd.DataFrame) -> str:
    """How the difference at one end of a dial compares with that at the other."""
    ends = response.sort_values("value")["estimate"]
    at = {"at_lowest": float(ends.iloc[0]), "at_highest": float(ends.iloc[-1])}
    return MODERATORS.sentence("condition", row=contrast, **at)


def _by_chance(clear: int, rows: Sequence[Row], what: str) -> list[str]:
    """How many intervals clear zero, and how many would without any reason."""
    if not rows:
        return []
    expected = len(rows) * (1.0 - rows[0]["level"])
    return [MODERATORS.sentence("by_chance", clear=clear, intervals=len(rows), by_chance=expected, what=what)]


def _falls(total: Row) -> bool:
    """Whether the mean of a difference is a fall that can be told from nothing."""
    return bool(total["estimate"] < 0.0 and total["share"] == total["share"])
