"""The third part of a comparison's report: moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.report import figures_moderators as figures
from sos_sim.comparison.report.mechanism import SHOWN
from sos_sim.comparison.report.readings import conditions_said, families_said
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Words
from sos_sim.kit.sentences import amount, said, span, unit_said

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
    return Section("moderators", "Moderators: for whom, under what conditions?", blocks)


def _families(material: Material, arm: str, number: int) -> list[Block]:
    """For whom: by what families were when the authority first knew them."""
    effects, interactions = (material.table(f"subgroup_{name}", arm=arm) for name in ("effects", "interactions"))
    if effects.empty:
        return [material.not_run("Families")]
    blocks: list[Block] = [
        Words(
            (
                "Families are divided by what no arm can change: what they were at first referral or when the "
                "period began. "
                "Groups overlap and none is varied by itself: a difference between them says where, not why.",
            )
        )
    ]
    for measure, name in {"care_starts": "entries", "harm_months": "harm"}.items():
        rows = effects[effects["measure"] == measure]
        blocks += [
            Words(tuple(families_said(interactions[interactions["measure"] == measure]))),
            Picture(
                f"families-{name}-{number}",
                material.about(arm, f"for which families is the difference in {said(measure)} larger or smaller?"),
                figures.subgroup_forest(rows),
                _families_alt(rows),
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


def _families_alt(rows: pd.DataFrame) -> str:
    parts = [
        f"{row['characteristic']} {row['band']} {amount(row['estimate'], row['unit'])} "
        f"({span(row['low'], row['high'], row['unit'])})"
        for row in rows.to_dict("records")
    ]
    return f"Differences with intervals, {unit_said(rows['unit'].iloc[0])}: {'; '.join(parts)}."


def _conditions(material: Material, arm: str, number: int, response: pd.DataFrame) -> list[Block]:
    contrasts, grids = (material.table(f"dials_{name}", arm=arm) for name in ("contrasts", "grids"))
    blocks: list[Block] = [
        Words(
            (
                "One condition is turned at a time, alike in both arms, and the difference between arms is "
                "looked at again.",
            )
        )
    ]
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
    measure, unit = said(turned["measure"].iloc[0]), unit_said(turned["unit"].iloc[0])
    curves = [
        f"{dial} from {_value(rows.iloc[0])} to {_value(rows.iloc[-1])}"
        for dial, rows in turned.sort_values("value").groupby("dial", sort=False)
    ]
    changes = [
        f"{row['dial']} {amount(row['estimate'], row['unit'])} ({span(row['low'], row['high'], row['unit'])})"
        for row in change.to_dict("records")
    ]
    return [
        Picture(
            f"conditions-{name}",
            material.about(arm, f"which conditions change the difference in {measure}?"),
            figures.conditions_forest(change),
            f"Change in the difference, {unit}: {'; '.join(changes)}.",
        ),
        Picture(
            f"dials-{name}",
            material.about(arm, f"how does the difference in {measure} change as a condition is turned?"),
            figures.dose_response(turned),
            f"Curves with bands, {unit}, lowest to highest value: {'; '.join(curves)}.",
        ),
    ]


def _maps(material: Material, arm: str, number: int, grids: pd.DataFrame) -> list[Block]:
    """A map for each pair of conditions."""
    pictures: list[Block] = []
    for place, rows in grids.groupby("grid"):
        first, ordered = rows.iloc[0], rows.sort_values("estimate")
        dials = f"{first['dial_x']} and {first['dial_y']}"
        asked = f"how does the difference in {said(first['measure'])} change with {dials}?"
        ends = " to ".join(amount(float(ordered["estimate"].iloc[end]), first["unit"]) for end in (0, -1))
        unclear = ((rows["low"] <= 0.0) & (rows["high"] >= 0.0)).sum()
        alt = (
            f"Map of differences from {ends} {unit_said(first['unit'])}; at {unclear} of {len(rows)} points the "
            "interval holds zero. A second map shows how wide intervals are."
        )
        pictures.append(Picture(f"map-{number}-{place}", material.about(arm, asked), figures.two_conditions(rows), alt))
    return pictures


def _value(row: pd.Series[float]) -> str:
    return f"{amount(float(row['estimate']), str(row['unit']))} (at {row['value']:.3g})"
