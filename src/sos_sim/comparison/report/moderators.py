"""The third part of a comparison's report: moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.report import figures_moderators as figures
from sos_sim.comparison.report.mechanism import SHOWN
from sos_sim.comparison.report.readings import MODERATORS, conditions_said, families_said
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Words

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

_COLUMNS: Final = (
    "measure",
    "unit",
    "dial",
    "dial_x",
    "x",
    "dial_y",
    "y",
    "value",
    "lowest",
    "highest",
    "value_unit",
    "comparator_mean",
    "arm_mean",
    "estimate",
    "low",
    "high",
    "replicates",
)


def moderators_section(material: Material) -> Section:
    """For whom and under what conditions differences are larger or smaller."""
    blocks: list[Block] = []
    for number, arm in enumerate(material.arms, 1):
        response = material.table("dials_response", arm=arm)
        found = _conditions(material, arm, number, response) if len(response) else [material.not_run("Conditions")]
        blocks += [*_families(material, arm, number), *found]
    return Section("moderators", MODERATORS.sentence("title"), blocks)


def _families(material: Material, arm: str, number: int) -> list[Block]:
    """For whom: by what families were when the authority first knew them."""
    effects, interactions = (material.table(f"subgroup_{name}", arm=arm) for name in ("effects", "interactions"))
    if effects.empty:
        return [material.not_run("Families")]
    blocks: list[Block] = [Words((MODERATORS.sentence("families_read"),))]
    for measure, name in {"care_starts": "entries", "harm_months": "harm"}.items():
        rows = effects[effects["measure"] == measure]
        blocks += [
            Words(tuple(families_said(interactions[interactions["measure"] == measure]))),
            Picture(
                f"families-{name}-{number}",
                material.about(arm, MODERATORS.sentence("families_asked", measure=measure)),
                figures.subgroup_forest(rows),
                MODERATORS.sentence("families_alt", rows=rows.to_dict("records")),
            ),
        ]
    return [
        *blocks,
        as_sheet(
            f"families-{number}",
            material.about(arm, "the difference by group of families"),
            effects,
            (
                "characteristic",
                "band",
                "measure",
                "unit",
                "children",
                "comparator_value",
                "arm_value",
                "estimate",
                "low",
                "high",
            ),
            formats={"children": ",.0f"},
        ),
        as_sheet(
            f"families-apart-{number}",
            material.about(arm, "differences between groups of families"),
            interactions,
            ("characteristic", "band", "against", "measure", "unit", "estimate", "low", "high"),
        ),
    ]


def _conditions(material: Material, arm: str, number: int, response: pd.DataFrame) -> list[Block]:
    contrasts, grids = (material.table(f"dials_{name}", arm=arm) for name in ("contrasts", "grids"))
    blocks: list[Block] = [Words((MODERATORS.sentence("conditions_read"),))]
    for measure, name in SHOWN.items():
        turned, change = (table[table["measure"] == measure] for table in (response, contrasts))
        blocks.append(Words(tuple(conditions_said(change, turned))))
        blocks += _pictures(material, arm, f"{name}-{number}", turned, change)
    blocks += _maps(material, arm, number, grids[grids["measure"] == "cla_start_rate"])
    tables = {
        "dials-response": ("the difference at each value of each condition", response),
        "dials-contrasts": ("change of the difference from the lowest to the highest value", contrasts),
        "dials-grids": ("the difference at pairs of conditions", grids),
    }
    return [
        *blocks,
        *(
            as_sheet(f"{key}-{number}", material.about(arm, title), table, _COLUMNS, formats={"value": ".3g"})
            for key, (title, table) in tables.items()
        ),
    ]


def _pictures(material: Material, arm: str, name: str, turned: pd.DataFrame, change: pd.DataFrame) -> list[Block]:
    measure = turned["measure"].iloc[0]
    ends = [
        rows.iloc[[0, -1]].to_dict("records") for _, rows in turned.sort_values("value").groupby("dial", sort=False)
    ]
    return [
        Picture(
            f"conditions-{name}",
            material.about(arm, MODERATORS.sentence("conditions_asked", measure=measure)),
            figures.conditions_forest(change),
            MODERATORS.sentence("conditions_alt", rows=change.to_dict("records")),
        ),
        Picture(
            f"dials-{name}",
            material.about(arm, MODERATORS.sentence("dials_asked", measure=measure)),
            figures.dose_response(turned),
            MODERATORS.sentence("dials_alt", ends=ends),
        ),
    ]


def _maps(material: Material, arm: str, number: int, grids: pd.DataFrame) -> list[Block]:
    """A map for each pair of conditions."""
    pictures: list[Block] = []
    for place, rows in grids.groupby("grid"):
        least, most = rows.sort_values("estimate").iloc[[0, -1]].to_dict("records")
        unclear = int(((rows["low"] <= 0.0) & (rows["high"] >= 0.0)).sum())
        asked = MODERATORS.sentence("map_asked", row=least)
        alt = MODERATORS.sentence("map_alt", least=least, most=most, unclear=unclear, points=len(rows))
        pictures.append(Picture(f"map-{number}-{place}", material.about(arm, asked), figures.two_conditions(rows), alt))
    return pictures
