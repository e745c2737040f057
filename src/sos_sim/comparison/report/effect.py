"""The first part of a comparison's report: effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.report import figures_effects as figures
from sos_sim.comparison.report.readings import difference_said, fates_said, safely_said
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.figures import arms_over_time
from sos_sim.kit.page import Block, Picture, Section, Words
from sos_sim.kit.sentences import HEADLINE, amount, interval_holds, said, span, unit_said

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

_TOLD: Final = ("reentry_after_home_1y", "reunified_12m_share", "cla_stock_rate", "harm_unseen_rate")
"""Outcomes told in sentences here; entries to care and harm at home are in the summary."""
_COLUMNS: Final = (
    "measure",
    "unit",
    "comparator_mean",
    "arm_mean",
    "estimate",
    "low",
    "high",
    "relative",
    "probability_lower",
    "probability_higher",
    "luck_sd",
    "parameter_sd",
    "count",
    "count_low",
    "count_high",
    "variance_ratio",
)
_NOTE: Final = (
    "Difference: arm minus comparator, with the interval of the expected difference. Luck and parameters: standard "
    "deviation of a single authority's difference from each. Number: children or months of this authority over the "
    "whole period, or at year end for stocks. The last column says how many times the variance would be larger had "
    "the arms not shared their luck."
)


def effect_section(material: Material) -> Section:
    """How far outcomes differ, with harm at home beside entries to care."""
    blocks: list[Block] = []
    for number, arm in enumerate(material.arms, 1):
        effects = material.table("effects", arm=arm)
        blocks += _of_arm(material, arm, number, _headline(effects))
        blocks.append(as_sheet(f"effects-{number}", material.about(arm, "all outcomes"), effects, _COLUMNS, _NOTE))
        blocks += _fates(material, arm, number)
    blocks.append(_looked_after(material))
    return Section("effect", "Effect: how far could outcomes move?", blocks)


def _headline(effects: pd.DataFrame) -> pd.DataFrame:
    """Rows of the outcomes that are told, in their order."""
    held = set(effects["measure"])
    return effects.set_index("measure").loc[[name for name in HEADLINE if name in held]].reset_index()


def _of_arm(material: Material, arm: str, number: int, headline: pd.DataFrame) -> list[Block]:
    joint = material.table("joint", arm=arm)
    rows = {row["measure"]: row for row in headline.to_dict("records")}
    told = [difference_said(rows[measure], arm, material.comparator) for measure in _TOLD]
    columns = {"cla_start_rate": "entries", "harm_months_rate": "harm"}
    return [
        Words((*told, *safely_said(joint))),
        Picture(
            f"effects-{number}",
            material.about(arm, "how far does each outcome differ from the comparator?"),
            figures.effects_forest(headline, material.comparator),
            _effects_alt(headline),
        ),
        Picture(
            f"entries-and-harm-{number}",
            material.about(arm, "where entries to care differ, does harm at home too?"),
            figures.entries_and_harm(material.changes(arm, columns), material.comparator),
            " ".join(safely_said(joint)),
        ),
        as_sheet(
            f"safely-{number}",
            material.about(arm, "fewer entries, and no more harm?"),
            joint,
            ("statement", "pairs", "probability", "low", "high"),
            "A pair is one authority lived twice with the same luck. Intervals are for the number of pairs.",
            formats={"low": ".0%", "high": ".0%"},
            labels={"probability": "share of pairs"},
        ),
    ]


def _effects_alt(headline: pd.DataFrame) -> str:
    """Every row of the figure in words."""
    rows = headline.to_dict("records")
    parts = [
        f"{said(row['measure'])} {amount(row['estimate'], row['unit'], row['comparator_mean'])} "
        f"({span(row['low'], row['high'], row['unit'], row['comparator_mean'])}) {unit_said(row['unit'])}"
        for row in rows
    ]
    return f"Differences between arms, {interval_holds(rows[0])}: {'; '.join(parts)}."


def _looked_after(material: Material) -> Picture:
    children = float(material.stored.scenarios[0].values["children"])
    return Picture(
        "looked-after",
        "How many children are looked after over time in each arm?",
        arms_over_time(
            material.table("monthly"),
            "looked_after",
            label="children looked after per 10,000",
            scale=10_000.0 / children,
            start_month=material.start_month,
        ),
        f"Lines of children looked after per 10,000 children, month by month, in {material.comparator} and "
        f"{', '.join(material.arms)}, with bands of the middle 80% of replicates. The tables give the differences.",
    )


def _fates(material: Material, arm: str, number: int) -> list[Block]:
    """What becomes of children, told apart one by one."""
    fates = material.table("fates", arm=arm)
    if fates.empty:
        return [material.not_run("Fates of children")]
    told = fates_said(fates)
    return [
        Words(tuple(told)),
        Picture(
            f"fates-{number}",
            material.about(
                arm, "how many children are spared an entry or added one, and what harm do they meet at home?"
            ),
            figures.fates_bars(fates),
            f"Marks with intervals. {told[0]}",
        ),
        Picture(
            f"danger-{number}",
            material.about(arm, "were children spared an entry in lower danger?"),
            figures.danger_of_spared(fates),
            f"Marks with intervals. {told[1]}",
        ),
        as_sheet(
            f"fates-{number}",
            material.about(arm, "fates of children"),
            fates,
            ("decision", "fate", "meaning", "estimate", "low", "high"),
            "Children of this authority over the whole period. A child whose fate differs between arms differs because "
            "of the programme, or because of a worker, helper or placement that it kept or freed for somebody else.",
            formats={"estimate": ",.1f", "low": ",.1f", "high": ",.1f"},
            labels={"estimate": "number"},
        ),
    ]
