"""The second part of a comparison's report: mechanism."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.chain import chain
from sos_sim.comparison.report import figures_mechanism as figures
from sos_sim.comparison.report.readings import MECHANISM, in_millions, paths_said
from sos_sim.comparison.report.sheets import LINKS
from sos_sim.comparison.tables import CHAIN, PATHS, SWITCHED_OFF, WORLDS
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Sheet, Words
from sos_sim.outcomes.measures import WHOLE_PERIOD

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

SHOWN: Final = {"cla_start_rate": "entries", "harm_months_rate": "harm"}
"""Outcomes that are taken apart in figures, with the names of their files; tables hold all."""


def mechanism_section(material: Material) -> Section:
    """On which path a difference comes, and how the steps of the theory go."""
    blocks: list[Block] = [Words((MECHANISM.sentence("how_to_read"),))]
    for number, arm in enumerate(material.arms, 1):
        parts = material.table("paths_effect", arm=arm)
        blocks += _of_arm(material, arm, number, parts) if len(parts) else [material.not_run("Mechanism")]
    return Section("mechanism", MECHANISM.sentence("title"), [*blocks, *_coverage(material), *_chain(material)])


def _of_arm(material: Material, arm: str, number: int, parts: pd.DataFrame) -> list[Block]:
    parts = in_millions(parts)
    shown = parts["measure"].isin(list(SHOWN))
    told = [text for measure in SHOWN for text in paths_said(parts[parts["measure"] == measure])]
    return [
        Words((_pairs(material, arm, parts), *told)),
        _picture(material, arm, f"paths-{number}", "paths_asked", parts[shown]),
        _picture(material, arm, f"paths-of-others-{number}", "other_paths_asked", parts[~shown]),
        as_sheet(
            f"paths-{number}",
            material.about(arm, "every difference by path"),
            parts,
            PATHS,
            ("measure", "unit", "label", "shown", "low", "high", "share"),
            MECHANISM.sentence("paths_note"),
            labels={"label": "path", "shown": "difference"},
        ),
        as_sheet(
            f"switched-off-{number}",
            material.about(arm, "what the difference loses when one link is switched off"),
            material.table("mechanism_switched_off", arm=arm),
            SWITCHED_OFF,
            ("measure", "unit", "link", "name", "estimate", "low", "high"),
            MECHANISM.sentence("switched_off_note"),
        ),
        _worlds(material, arm, number),
    ]


def _pairs(material: Material, arm: str, parts: pd.DataFrame) -> str:
    """Which of the comparison's pairs were taken apart."""
    used, lived = (
        int(table.loc[table["measure"] == "cla_start_rate", "replicates"].iloc[0])
        for table in (parts, material.table("effects", arm=arm))
    )
    return MECHANISM.sentence("pairs", used=used, lived=lived)


def _picture(material: Material, arm: str, name: str, asked: str, parts: pd.DataFrame) -> Picture:
    return Picture(
        name,
        material.about(arm, MECHANISM.sentence(asked)),
        figures.effect_by_paths(parts),
        MECHANISM.sentence("paths_alt", rows=parts.to_dict("records")),
    )


def _worlds(material: Material, arm: str, number: int) -> Sheet:
    return as_sheet(
        f"worlds-{number}",
        material.about(arm, "the comparison where a link that usual practice has too does not exist"),
        material.table("mechanism_worlds", arm=arm),
        WORLDS,
        ("measure", "unit", "link", "name", "comparator_mean", "arm_mean", "estimate", "low", "high"),
        MECHANISM.sentence("worlds_note"),
    )


def _coverage(material: Material) -> list[Block]:
    if not len(covered := material.table("mechanism_coverage")):
        return []
    shown = covered.drop(columns="arm").drop_duplicates()
    return [
        as_sheet("links", "which links can be switched off for the programme alone", shown, LINKS, shows_effect=False)
    ]


def _chain(material: Material) -> list[Block]:
    """Every step of the theory by year and arm."""
    steps = chain(material.table("monthly"), material.table("runs"))
    table = as_sheet(
        "chain",
        "every step of the theory by year and arm",
        steps,
        CHAIN,
        ("link", "label", "unit", "arm", "year", "mean", "mean_low", "mean_high", "estimate", "low", "high"),
        MECHANISM.sentence("chain_note", null=len(material.stored.null), draws=len(material.stored.draws)),
        labels={"label": "step", "mean_low": "mean from", "mean_high": "mean to"},
    )
    last = steps[steps["year"] != WHOLE_PERIOD]["year"].max()
    if last != last:
        return [table]
    apart = steps[(steps["year"] == last) & (steps["arm"] != material.comparator)].to_dict("records")
    return [
        Picture(
            "chain",
            MECHANISM.sentence("chain_asked"),
            figures.chain_by_year(steps),
            MECHANISM.sentence("chain_alt", rows=apart, comparator=material.comparator, year=last),
        ),
        table,
    ]
