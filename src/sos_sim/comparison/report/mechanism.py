"""The second part of a comparison's report: mechanism."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.chain import chain
from sos_sim.comparison.report import figures_mechanism as figures
from sos_sim.comparison.report.readings import MECHANISM, links_said
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Sheet, Words
from sos_sim.outcomes.measures import WHOLE_PERIOD

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

SHOWN: Final = {"cla_start_rate": "entries", "harm_months_rate": "harm"}
"""Outcomes that are taken apart in figures, with the names of their files; tables hold all."""
_TABLES: Final = {
    "switched_off": "what the difference loses when one link is switched off",
    "waterfall": "links one by one",
    "shapley": "what each link brings, whatever the order",
}
_COLUMNS: Final = ("measure", "unit", "way", "label", "link", "name", "estimate", "low", "high", "share")


def mechanism_section(material: Material) -> Section:
    """Through which links of the programme theory a difference comes."""
    blocks: list[Block] = [Words((MECHANISM.sentence("how_to_read"),))]
    for number, arm in enumerate(material.arms, 1):
        waterfall = material.table("mechanism_waterfall", arm=arm)
        blocks += _of_arm(material, arm, number, waterfall) if len(waterfall) else [material.not_run("Mechanism")]
    return Section("mechanism", MECHANISM.sentence("title"), [*blocks, *_coverage(material), *_chain(material)])


def _of_arm(material: Material, arm: str, number: int, waterfall: pd.DataFrame) -> list[Block]:
    shapley = material.table("mechanism_shapley", arm=arm)
    blocks: list[Block] = []
    for measure, name in SHOWN.items():
        steps, shares = (table[table["measure"] == measure] for table in (waterfall, shapley))
        blocks.append(Words(tuple(links_said(shares, steps))))
        blocks += _pictures(material, arm, f"{name}-{number}", steps, shares)
    blocks += [
        as_sheet(f"{table.replace('_', '-')}-{number}", material.about(arm, title), rows, _COLUMNS)
        for table, title in _TABLES.items()
        if len(rows := material.table(f"mechanism_{table}", arm=arm))
    ]
    return [*blocks, _worlds(material, arm, number)]


def _pictures(material: Material, arm: str, name: str, steps: pd.DataFrame, shares: pd.DataFrame) -> list[Block]:
    alone, ordered = (steps[steps["way"] == way] for way in ("alone", "in order"))
    measure = steps["measure"].iloc[0]
    named = shares.assign(label=shares["link"] + " " + shares["name"])
    drawn = {
        "waterfall": ("waterfall_asked", figures.waterfall(alone), alone),
        "in-order": ("in_order_asked", figures.waterfall(ordered), ordered),
        "shapley": ("shapley_asked", figures.shapley_shares(shares), named),
    }
    return [
        Picture(
            f"{kind}-{name}",
            material.about(arm, MECHANISM.sentence(asked, measure=measure)),
            figure,
            MECHANISM.sentence("bars_alt", rows=rows.to_dict("records")),
        )
        for kind, (asked, figure, rows) in drawn.items()
    ]


def _worlds(material: Material, arm: str, number: int) -> Sheet:
    return as_sheet(
        f"worlds-{number}",
        material.about(arm, "the comparison where a link that usual practice has too does not exist"),
        material.table("mechanism_worlds", arm=arm),
        ("measure", "unit", "link", "name", "comparator_mean", "arm_mean", "estimate", "low", "high"),
        MECHANISM.sentence("worlds_note"),
    )


def _coverage(material: Material) -> list[Block]:
    if not len(covered := material.table("mechanism_coverage")):
        return []
    shown = covered.drop(columns="arm").drop_duplicates()
    return [as_sheet("links", "which links can be switched off for the programme alone", shown, shows_effect=False)]


def _chain(material: Material) -> list[Block]:
    """Every step of the theory by year and arm."""
    steps = chain(material.table("monthly"), material.table("runs"))
    table = as_sheet(
        "chain",
        "every step of the theory by year and arm",
        steps,
        ("link", "label", "unit", "arm", "year", "mean", "mean_low", "mean_high", "estimate", "low", "high"),
        MECHANISM.sentence("chain_note"),
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
