"""Which rows of a comparison's tables are told in sentences; the sentences themselves are in ``words/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from sos_sim.comparison.fates import ARM_ONLY, COMPARATOR_ONLY, ENTRY, FATES, SPARED
from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS
from sos_sim.comparison.subgroups import DOSES, THIRDS
from sos_sim.evidence.posterior import null_weight_of
from sos_sim.kit.words import Wording
from sos_sim.outcomes.measures import POUNDS
from sos_sim.outcomes.ratios import RATIOS

Row = Mapping[Any, Any]
REPORT: Final = "sos_sim.comparison.report"
EFFECT: Final = Wording(REPORT, "effect")
MECHANISM: Final = Wording(REPORT, "mechanism")
MODERATORS: Final = Wording(REPORT, "moderators")
IMPLEMENTATION: Final = Wording(REPORT, "implementation")
ECONOMICS: Final = Wording(REPORT, "economics")
GROUNDWORK: Final = Wording(REPORT, "groundwork")
SUMMARY: Final = Wording(REPORT, "summary")
BRIEF: Final = Wording(REPORT, "brief")
MOST: Final = 0.5
"""The share of a fall from which on a path brings most of it."""
LESS_SURE: Final = 1.5
"""From so many times the width of another's intervals an outcome is said to be known less surely."""
MOST_APART: Final = 4
"""Characteristics with an outcome that are told, of all of which groups differ by more than luck."""
OF_CONDITIONS: Final = ("cla_start_rate", "reunified_12m_share", "harm_months_rate")
"""Outcomes whose difference is told where a condition changes it; tables hold the others."""
_OF_THIRD: Final = ("reading", "characteristic", "band", "measure")


def difference_said(row: Row, arm: str, comparator: str) -> str:
    """One row of ``paired_effects`` in a sentence: both means, the difference, its interval, its direction by pairs."""
    return EFFECT.sentence("difference", row=row, arm=arm, comparator=comparator)


def null_said(null: int, draws: int, posterior: str = "") -> list[str]:
    """In how many draws the theory is null, before all else; nothing where it was not drawn and acts.

    With the name of a shipped ``posterior`` its weight on that is said too: draws are few, and luck is in their number.
    """
    weight = null_weight_of(posterior)
    return [SUMMARY.sentence("null_first", null=null, draws=draws, weight=weight)] if draws or null else []


def under_other_said(effect: pd.DataFrame, comparator: str) -> list[str]:
    """What entries to care and harm at home would be under the other posterior; rows of one arm of ``ByPosterior``."""
    if effect.empty:
        return []
    rows = {(row["condition"], row["measure"]): row for row in effect.to_dict("records")}
    pairs = [(rows.get((THEORY_ACTS, name)), rows[ALL_DRAWS, name]) for name in ("cla_start_rate", "harm_months_rate")]
    (_, whole), *_ = pairs
    return [
        SUMMARY.sentence(
            "under_other",
            posterior=whole["posterior"],
            weight=null_weight_of(str(whole["posterior"])),
            null=whole["null"],
            draws=whole["draws"],
            rows=pairs,
            comparator=comparator,
        )
    ]


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


def brought_said(thirds: pd.DataFrame, ends: pd.DataFrame) -> list[str]:
    """How differences go with what families bring; rows of one arm of ``comparison.moderation.ByFamilies``.

    A sentence an outcome by openness under the scenarios' own reading of what trust does, then one on starting trust
    and one on the other readings.
    """
    own = ends["reading"].iloc[0]
    rows = ends.to_dict("records")
    by_third = {tuple(row[name] for name in _OF_THIRD): row for row in thirds.to_dict("records")}
    mine = [row for row in rows if row["reading"] == own]
    open_, trusting = ([row for row in mine if row["characteristic"] == name] for name in DOSES)
    sentences = [
        MODERATORS.sentence(
            "brought",
            reading=own if not number else "",
            end=row,
            low=by_third[own, row["characteristic"], THIRDS[0], row["measure"]],
            high=by_third[own, row["characteristic"], THIRDS[-1], row["measure"]],
        )
        for number, row in enumerate(open_)
    ]
    others = [row for row in rows if row["reading"] != own and row["characteristic"] == open_[0]["characteristic"]]
    by_reading = {name: [row for row in others if row["reading"] == name] for name in _in_order(others, "reading")}
    sentences.append(MODERATORS.sentence("trusting", rows=trusting))
    return [*sentences, *([MODERATORS.sentence("rivals", readings=by_reading)] if by_reading else [])]


def precision_said(thirds: pd.DataFrame) -> list[str]:
    """Which outcomes have no interval where others have, and which is known least surely.

    ``thirds`` are rows of one arm and reading of ``ByFamilies.thirds``. An outcome is less surely known from
    ``LESS_SURE`` times the width of another's intervals on.
    """
    half = (thirds["high"] - thirds["low"]) / 2.0
    of_outcomes = half.groupby(thirds["measure"], sort=False).median()
    widths, unread = of_outcomes.dropna(), list(of_outcomes.index[of_outcomes.isna()])
    if widths.empty:
        return []
    said_first = [MODERATORS.sentence("unread", measures=unread)] if unread else []
    least, surest = str(widths.idxmax()), str(widths.idxmin())
    if widths[least] < LESS_SURE * widths[surest]:
        return said_first
    mine = thirds[(thirds["measure"] == least) & half.notna()]
    precision = MODERATORS.sentence(
        "precision",
        least=least,
        least_width=float(widths[least]),
        surest=surest,
        surest_width=float(widths[surest]),
        over=RATIOS[least].denominator,
        holding=int(((mine["low"] <= 0.0) & (mine["high"] >= 0.0)).sum()),
        thirds=len(mine),
    )
    return [*said_first, precision]


def apart_said(told: pd.DataFrame) -> list[str]:
    """What else differs between families by more than luck, and what would have been seen of the rest."""
    others = told[~told["characteristic"].isin(DOSES)]
    clear = others[others["told"]]
    rest = others[~others["told"]].dropna(subset="visible")
    visible = {str(measure): float(rows.median()) for measure, rows in rest.groupby("measure", sort=False)["visible"]}
    ordered = sorted(clear.groupby(["characteristic", "measure"], sort=False), key=lambda one: float(one[1]["q"].min()))
    told_of = [rows.to_dict("records") for _, rows in ordered[:MOST_APART]]
    sentences = [MODERATORS.sentence("apart", rows=rows) for rows in told_of]
    names = _in_order(others.to_dict("records"), "characteristic")
    rest_said = MODERATORS.sentence("rest", names=names, told=len(clear), shown=sum(map(len, told_of)), visible=visible)
    return [*sentences, rest_said]


def conditions_said(contrasts: pd.DataFrame) -> list[str]:
    """Which conditions change differences by more than luck; rows of one arm of ``Dials.contrasts``."""
    found = []
    for _, rows in contrasts[contrasts["told"]].groupby("dial", sort=False):
        told = rows[rows["measure"].isin(OF_CONDITIONS)].to_dict("records")
        if told:
            found.append(MODERATORS.sentence("condition", rows=told, others=len(rows) - len(told)))
    return found


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


def _in_order(rows: Sequence[Row], name: str) -> list[str]:
    return list(dict.fromkeys(str(row[name]) for row in rows))


def _falls(total: Row) -> bool:
    """Whether the mean of a difference is a fall that can be told from nothing."""
    return bool(total["estimate"] < 0.0 and total["share"] == total["share"])
