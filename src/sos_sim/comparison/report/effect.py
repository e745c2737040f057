"""The first part of a comparison's report: effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.report import figures_effects as figures
from sos_sim.comparison.report.readings import EFFECT, difference_said, fates_said, safely_said
from sos_sim.comparison.tables import EFFECTS, FATES, JOINT, POSTERIORS
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.figures import arms_over_time
from sos_sim.kit.page import Block, Picture, Section, Words
from sos_sim.kit.sentences import HEADLINE

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

_TOLD: Final = ("reentry_after_home_1y", "reunified_12m_share", "cla_stock_rate", "harm_unseen_rate")
"""Outcomes told in sentences here; entries to care and harm at home are in the summary."""
_COLUMNS: Final = (
    "condition",
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


def effect_section(material: Material) -> Section:
    """How far outcomes differ, with harm at home beside entries to care."""
    blocks: list[Block] = []
    for number, arm in enumerate(material.arms, 1):
        effects = material.table("effects", arm=arm)
        first = effects[effects["condition"] == material.told_first]
        blocks += _of_arm(material, arm, number, _headline(first))
        blocks.append(
            as_sheet(
                f"effects-{number}",
                material.about(arm, "all outcomes"),
                effects,
                EFFECTS,
                _COLUMNS,
                EFFECT.sentence("effects_note"),
            )
        )
        blocks += [*_under_other(material, arm, number), *_fates(material, arm, number)]
    blocks.append(_looked_after(material))
    return Section("effect", EFFECT.sentence("title"), blocks)


def _under_other(material: Material, arm: str, number: int) -> list[Block]:
    """Effects under the posterior that the comparison did not draw from."""
    effect = material.table("posteriors_effect", arm=arm)
    if effect.empty:
        return []
    name = effect["posterior"].iloc[0]
    columns = ("condition", "measure", "unit", "comparator_mean", "arm_mean", "estimate", "low", "high", "draws")
    title = material.about(arm, EFFECT.sentence("under_other_asked", posterior=name))
    return [as_sheet(f"posteriors-{number}", title, effect, POSTERIORS, columns, EFFECT.sentence("under_other_note"))]


def _headline(effects: pd.DataFrame) -> pd.DataFrame:
    """Rows of the outcomes that are told, in their order."""
    held = set(effects["measure"])
    return effects.set_index("measure").loc[[name for name in HEADLINE if name in held]].reset_index()


def _of_arm(material: Material, arm: str, number: int, headline: pd.DataFrame) -> list[Block]:
    joint = material.table("joint", arm=arm)
    first = joint[joint["condition"] == material.told_first]
    rows = {row["measure"]: row for row in headline.to_dict("records")}
    told = [difference_said(rows[measure], arm, material.comparator) for measure in _TOLD]
    columns = {"cla_start_rate": "entries", "harm_months_rate": "harm"}
    return [
        Words((*_about(material), *told, *safely_said(first))),
        Picture(
            f"effects-{number}",
            material.about(arm, EFFECT.sentence("effects_asked")),
            figures.effects_forest(headline, material.comparator),
            EFFECT.sentence("effects_alt", rows=headline.to_dict("records")),
        ),
        Picture(
            f"entries-and-harm-{number}",
            material.about(arm, EFFECT.sentence("entries_and_harm_asked")),
            figures.entries_and_harm(material.changes(arm, columns), material.comparator),
            " ".join(safely_said(first)),
        ),
        as_sheet(
            f"safely-{number}",
            material.about(arm, "fewer entries, and no more harm?"),
            joint,
            JOINT,
            ("condition", "statement", "pairs", "probability", "low", "high"),
            EFFECT.sentence("safely_note"),
            formats={"low": ".0%", "high": ".0%"},
            labels={"probability": "share of pairs"},
        ),
    ]


def _about(material: Material) -> list[str]:
    """Which draws the section is about, where that is not all of them."""
    null, draws = len(material.stored.null), len(material.stored.draws)
    return [EFFECT.sentence("about", null=null, draws=draws)] if 0 < null < draws else []


def _looked_after(material: Material) -> Picture:
    children, null = float(material.stored.scenarios[0].values["children"]), len(material.stored.null)
    return Picture(
        "looked-after",
        EFFECT.sentence("looked_after_asked", null=null),
        arms_over_time(
            material.table("monthly"),
            "looked_after",
            label="children looked after per 10,000",
            scale=10_000.0 / children,
            start_month=material.start_month,
        ),
        EFFECT.sentence("looked_after_alt", null=null, comparator=material.comparator, arms=material.arms),
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
            material.about(arm, EFFECT.sentence("fates_asked")),
            figures.fates_bars(fates),
            EFFECT.sentence("fates_alt", told=told[0]),
        ),
        Picture(
            f"danger-{number}",
            material.about(arm, EFFECT.sentence("danger_asked")),
            figures.danger_of_spared(fates),
            EFFECT.sentence("fates_alt", told=told[1]),
        ),
        as_sheet(
            f"fates-{number}",
            material.about(arm, "fates of children"),
            fates,
            FATES,
            ("decision", "fate", "meaning", "estimate", "low", "high"),
            EFFECT.sentence("fates_note"),
            formats={"estimate": ",.1f", "low": ",.1f", "high": ",.1f"},
            labels={"estimate": "number"},
        ),
    ]
