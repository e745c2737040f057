"""The third part of a comparison's report: moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.report import figures_moderators as figures
from sos_sim.comparison.report.readings import MODERATORS, apart_said, brought_said, conditions_said, precision_said
from sos_sim.comparison.tables import DIALS_CONTRASTS, SUBGROUP_EFFECTS
from sos_sim.comparison.tables_of_moderation import MODERATION_ENDS, MODERATION_THIRDS, MODERATION_TOLD
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Words

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

_PERCENT: Final = dict.fromkeys(("estimate", "low", "high", "in_band", "in_first", "visible"), "+.1%")
_PART: Final = ("characteristic", "band", "against", "measure")


def moderators_section(material: Material) -> Section:
    """For whom and under what conditions differences are larger or smaller."""
    blocks: list[Block] = []
    for number, arm in enumerate(material.arms, 1):
        blocks += [*_families(material, arm, number), *_conditions(material, arm, number)]
    return Section("moderators", MODERATORS.sentence("title"), blocks)


def _families(material: Material, arm: str, number: int) -> list[Block]:
    """The answer with its figure, then what else could be told from luck."""
    thirds, ends, curves, told = (
        material.table(f"moderation_{name}", arm=arm) for name in ("thirds", "ends", "curves", "told")
    )
    if thirds.empty:
        return [material.not_run("Families")]
    own = thirds[thirds["reading"] == ends["reading"].iloc[0]]
    whole = material.table("effects", arm=arm, condition=material.told_first)["replicates"].max()
    about = MODERATORS.sentence(
        "about",
        null=len(material.stored.null),
        draws=len(material.stored.draws),
        pairs=int(thirds["replicates"].iloc[0]),
        whole=int(whole),
    )
    return [
        Words((about, *brought_said(thirds, ends), *precision_said(own))),
        Picture(
            f"brought-{number}",
            material.about(arm, MODERATORS.sentence("brought_asked")),
            figures.by_what_families_bring(curves, thirds),
            MODERATORS.sentence("brought_alt", rows=thirds.to_dict("records")),
        ),
        Words(tuple(apart_said(told))),
        *_tables_of_families(material, arm, number, ends, told),
    ]


def _tables_of_families(
    material: Material, arm: str, number: int, ends: pd.DataFrame, told: pd.DataFrame
) -> list[Block]:
    thirds, effects = (material.table(name, arm=arm) for name in ("moderation_thirds", "subgroup_effects"))
    return [
        as_sheet(
            f"thirds-{number}",
            material.about(arm, "relative difference by thirds of what families bring"),
            thirds,
            MODERATION_THIRDS,
            ("reading", "characteristic", "band", "measure", "children", "estimate", "low", "high"),
            MODERATORS.sentence("thirds_note"),
            formats={**_PERCENT, "children": ",.0f"},
        ),
        as_sheet(
            f"ends-{number}",
            material.about(arm, "highest third against lowest third"),
            ends,
            MODERATION_ENDS,
            (
                *("reading", "characteristic", "measure", "estimate", "low", "high"),
                *("ratio", "ratio_low", "ratio_high", "precise"),
            ),
            MODERATORS.sentence("ends_note"),
            formats={**_PERCENT, "ratio": ".2f", "ratio_low": ".2f", "ratio_high": ".2f"},
            labels={"ratio": "times as much", "ratio_low": "times from", "ratio_high": "times to"},
        ),
        as_sheet(
            f"told-{number}",
            material.about(arm, "groups of families against the first group"),
            told,
            MODERATION_TOLD,
            (*_PART, "in_band", "in_first", "estimate", "low", "high", "q", "told", "visible"),
            MODERATORS.sentence("told_note"),
            formats={**_PERCENT, "q": ".3f", "visible": ".1%"},
        ),
        as_sheet(
            f"families-{number}",
            material.about(arm, "the difference by group of families, in the outcome's unit"),
            effects,
            SUBGROUP_EFFECTS,
            (
                *("characteristic", "band", "measure", "unit", "children"),
                *("comparator_value", "arm_value", "estimate", "low", "high"),
            ),
            formats={"children": ",.0f"},
        ),
    ]


def _conditions(material: Material, arm: str, number: int) -> list[Block]:
    """Conditions of the authority: what could be told from luck, and the table of all."""
    contrasts = material.table("dials_contrasts", arm=arm)
    if contrasts.empty:
        return [material.not_run("Conditions")]
    told = int(contrasts["told"].sum())
    columns = ("measure", "unit", "dial", "lowest", "highest", "value_unit", "at_lowest", "at_highest")
    return [
        Words(
            (
                MODERATORS.sentence("conditions_read", pairs=int(contrasts["replicates"].max())),
                *conditions_said(contrasts),
                MODERATORS.sentence("conditions_rest", told=told, rest=len(contrasts) - told),
            )
        ),
        as_sheet(
            f"conditions-{number}",
            material.about(arm, "change of the difference from the lowest to the highest value of a condition"),
            contrasts,
            DIALS_CONTRASTS,
            (*columns, "estimate", "low", "high", "q", "told", "visible"),
            formats={"q": ".3f", "lowest": ".3g", "highest": ".3g"},
        ),
    ]
