"""The second part of a comparison's report: mechanism."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.chain import chain
from sos_sim.comparison.report import figures_mechanism as figures
from sos_sim.comparison.report.readings import links_said
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Sheet, Words
from sos_sim.kit.sentences import amount, said, span, unit_said
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
    blocks: list[Block] = [
        Words(
            (
                "Links are switched off by setting the strengths that only the programme acts through to zero; "
                "luck stays "
                "the same, so what changes is the link's. This takes the theory apart. It does not test it. It "
                "needs many "
                "runs, so fewer pairs are lived than for the effect: the whole difference is not quite the same "
                "as there.",
            )
        )
    ]
    for number, arm in enumerate(material.arms, 1):
        waterfall = material.table("mechanism_waterfall", arm=arm)
        blocks += _of_arm(material, arm, number, waterfall) if len(waterfall) else [material.not_run("Mechanism")]
    return Section("mechanism", "Mechanism: through which links?", [*blocks, *_coverage(material), *_chain(material)])


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
    measure = said(steps["measure"].iloc[0])
    alone, ordered = (steps[steps["way"] == way] for way in ("alone", "in order"))
    asked = {
        "waterfall": (
            f"How do links, each switched on by itself, add up to the difference in {measure}?",
            figures.waterfall(alone),
            _alt(alone),
        ),
        "in-order": (
            f"How do links, switched on one after another, add up to the difference in {measure}?",
            figures.waterfall(ordered),
            _alt(ordered),
        ),
        "shapley": (
            f"What does each link bring to the difference in {measure}, whatever the order?",
            figures.shapley_shares(shares),
            _alt(shares.assign(label=shares["link"] + " " + shares["name"])),
        ),
    }
    return [
        Picture(f"{kind}-{name}", material.about(arm, question), figure, alt)
        for kind, (question, figure, alt) in asked.items()
    ]


def _alt(rows: pd.DataFrame) -> str:
    """Every bar of a figure in words."""
    parts = [
        f"{row['label']} {amount(row['shown'], row['unit'], decimals=int(row['decimals']))} "
        f"({span(row['low'], row['high'], row['unit'], decimals=int(row['decimals']))})"
        for row in rows.to_dict("records")
    ]
    return f"Bars with intervals, {unit_said(rows['unit'].iloc[0])}: {'; '.join(parts)}."


def _worlds(material: Material, arm: str, number: int) -> Sheet:
    return as_sheet(
        f"worlds-{number}",
        material.about(arm, "the comparison where a link that usual practice has too does not exist"),
        material.table("mechanism_worlds", arm=arm),
        ("measure", "unit", "link", "name", "comparator_mean", "arm_mean", "estimate", "low", "high"),
        "Here the level of activity differs too: compare the arms within a row, not one row with another.",
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
        "Who is open differs between arms and years: a mean can move because other families are open.",
        labels={"label": "step", "mean_low": "mean from", "mean_high": "mean to"},
    )
    last = steps[steps["year"] != WHOLE_PERIOD]["year"].max()
    if last != last:
        return [table]
    apart = steps[(steps["year"] == last) & (steps["arm"] != material.comparator)].to_dict("records")
    told = [
        f"{row['label']} {amount(row['estimate'], row['unit'])} ({span(row['low'], row['high'], row['unit'])})"
        for row in apart
    ]
    return [
        Picture(
            "chain",
            "How does each step of the theory go in each arm, from what is delivered to what is believed?",
            figures.chain_by_year(steps),
            f"Panels of means by year with intervals. Differences from {material.comparator} in year {last}: "
            f"{'; '.join(told)}.",
        ),
        table,
    ]
