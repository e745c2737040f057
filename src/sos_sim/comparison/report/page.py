"""The report of a comparison: a summary in plain language, the five EMMIE questions, and what it all rests on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sos_sim.comparison.null_draws import ALL_DRAWS
from sos_sim.comparison.report.brief import briefs, opening, titles_of_briefs
from sos_sim.comparison.report.economics import economics_section
from sos_sim.comparison.report.effect import effect_section
from sos_sim.comparison.report.groundwork import assumptions_section, fit_of_comparator, fit_section, provenance_section
from sos_sim.comparison.report.implementation import implementation_section
from sos_sim.comparison.report.material import Material, read_material
from sos_sim.comparison.report.mechanism import mechanism_section
from sos_sim.comparison.report.moderators import moderators_section
from sos_sim.comparison.report.readings import (
    SUMMARY,
    costs_said,
    count_said,
    difference_said,
    null_said,
    perception_said,
    under_other_said,
)
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.drawn_from import posterior_said
from sos_sim.kit.page import Block, Page, Words
from sos_sim.kit.place import headlines_off
from sos_sim.kit.sentences import listed

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.kit.brief import Brief

SAFELY: Final = "entries to care fall and harm at home does not rise"


def comparison_page(folder: Path) -> Page:
    """The page of a finished comparison; parts that were not run say so.

    Raises ResultsFolderError when the folder holds something else or is unfinished.
    """
    material = read_material(folder)
    sections = [
        effect_section(material),
        mechanism_section(material),
        moderators_section(material),
        implementation_section(material),
        economics_section(material),
        assumptions_section(material),
        fit_section(material),
        provenance_section(material),
    ]
    title = f"{listed(material.arms)} against {material.comparator}"
    notes: list[Block] = [Words(tuple(found))] if (found := _another_place(material)) else []
    opened = [*notes, *opening(material)]
    return Page(title, _summary(material), CAVEAT, sections, opened, titles_of_briefs(material))


def comparison_briefs(folder: Path) -> list[Brief]:
    """The briefs of a finished comparison, one for each arm.

    Raises ResultsFolderError when the folder holds something else or is unfinished.
    """
    material = read_material(folder)
    return briefs(material, _another_place(material))


def _summary(material: Material) -> list[str]:
    """What was compared and what follows, in plain words."""
    stored = material.stored
    null = null_said(len(stored.null), len(stored.draws), str(material.manifest.get("posterior", "")))
    sentences = [*null, *posterior_said(material.manifest), _compared(material), *_another_place(material)]
    for arm in material.arms:
        sentences += [*_outcomes(material, arm), *_delivery(material, arm), *_cost(material, arm)]
    return [*sentences, *_left_out(material), SUMMARY.sentence("how_sure", drawn=bool(material.stored.draws))]


def _left_out(material: Material) -> list[str]:
    """Runs that failed, if any."""
    counts = material.manifest["rows"]
    return [SUMMARY.sentence("left_out", failed=counts["failed"], asked=counts["asked"])] if counts["failed"] else []


def _compared(material: Material) -> str:
    scenarios = material.stored.scenarios
    return SUMMARY.sentence(
        "compared",
        children=int(scenarios[0].values["children"]),
        period=material.period,
        comparator=material.comparator,
        arms=material.arms,
        times=material.manifest["rows"]["done"] // len(scenarios),
    )


def _another_place(material: Material) -> list[str]:
    """Headlines of the authority's own from which the simulated ones are further than ``kit.place.FAR`` away."""
    if not material.stored.scenarios[0].local_targets:
        return []
    rows = headlines_off(fit_of_comparator(material)).to_dict("records")
    return [SUMMARY.sentence("another_place", rows=rows)] if rows else []


def _outcomes(material: Material, arm: str) -> list[str]:
    effects, joint = _told(material, arm, material.told_first)
    entries = effects["cla_start_rate"]
    return [
        f"{difference_said(entries, arm, material.comparator)} "
        f"{count_said(entries, arm, material.comparator, material.period)}",
        difference_said(effects["harm_months_rate"], arm, material.comparator),
        *_safely(joint),
        *(perception_said(parts) if len(parts := material.table("paths_effect", arm=arm)) else []),
        *_all_together(material, arm),
        *under_other_said(material.table("posteriors_effect", arm=arm), material.comparator),
    ]


def _told(material: Material, arm: str, condition: str) -> tuple[dict[str, dict[Any, Any]], pd.DataFrame]:
    """Effects by measure, and joint outcomes, of the draws that a condition counts."""
    effects, joint = (material.table(name, arm=arm, condition=condition) for name in ("effects", "joint"))
    return {row["measure"]: row for row in effects.to_dict("records")}, joint


def _all_together(material: Material, arm: str) -> list[str]:
    """The same with the draws in which the theory is null; nothing where there is one set of draws."""
    if material.told_first == ALL_DRAWS:
        return []
    effects, joint = _told(material, arm, ALL_DRAWS)
    rows = [effects[name] for name in ("cla_start_rate", "harm_months_rate")]
    (safely,) = joint[joint["statement"] == SAFELY].to_dict("records")
    draws = len(material.stored.draws)
    return [SUMMARY.sentence("all_together", draws=draws, rows=rows, safely=safely, comparator=material.comparator)]


def _safely(joint: pd.DataFrame) -> list[str]:
    """The share of pairs with fewer entries and no more harm, in one sentence."""
    found = joint[joint["statement"] == SAFELY].to_dict("records")
    return [SUMMARY.sentence("safely", row=row) for row in found]


def _delivery(material: Material, arm: str) -> list[str]:
    least = material.table("delivery_least", arm=arm)
    if least.empty:
        return []
    row = least[least["measure"] == "cla_start_rate"].iloc[0]
    return [SUMMARY.sentence("delivery", statement=row["statement"])]


def _cost(material: Material, arm: str) -> list[str]:
    table = material.table("economics_table")
    if table.empty:
        return []
    total = table[(table["arm"] == arm) & (table["item"] == "total_cost")].iloc[0].to_dict()
    return costs_said(total, material.table("net_benefit_ratios", arm=arm).head(0), arm, material.comparator)
