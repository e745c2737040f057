"""The fourth part of a comparison's report: implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sos_sim.comparison.report import figures_implementation as figures
from sos_sim.comparison.report.mechanism import SHOWN
from sos_sim.comparison.report.readings import IMPLEMENTATION, delivery_said
from sos_sim.comparison.staffing import staffing
from sos_sim.comparison.tables import DELIVERY_LEAST, DELIVERY_RESPONSE, STAFF
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.figures import arms_over_time
from sos_sim.kit.page import Block, Picture, Section, Words
from sos_sim.outcomes.measures import WHOLE_PERIOD

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material


def implementation_section(material: Material) -> Section:
    """What is delivered, what is lost on the way, and how much delivery shows."""
    teams = material.table("teams")
    blocks: list[Block] = _teams(material, teams) if len(teams) else _depth_and_surface(material)
    for number, arm in enumerate(material.arms, 1):
        response = material.table("delivery_response", arm=arm)
        blocks += _delivery(material, arm, number, response) if len(response) else [material.not_run("Least delivery")]
    return Section("implementation", IMPLEMENTATION.sentence("title"), blocks)


def _depth_and_surface(material: Material) -> list[Block]:
    """Depth and surface of practice over the whole authority, where nothing is known by team."""
    monthly = material.table("monthly")
    asked = {"mean_fidelity": "depth of practice (fidelity)", "mean_surface": "surface (form without depth)"}
    pictures = [
        Picture(
            measure.replace("_", "-"),
            IMPLEMENTATION.sentence("practice_asked", name=name),
            arms_over_time(
                monthly, measure, label=f"{name}\nmean over workers in post (0-1)", start_month=material.start_month
            ),
            IMPLEMENTATION.sentence("practice_alt", name=name),
        )
        for measure, name in asked.items()
    ]
    return [*pictures, material.not_run("Practice and staff by team")]


def _teams(material: Material, teams: pd.DataFrame) -> list[Block]:
    """Practice by team, and staff by year."""
    staff = staffing(teams, material.table("runs"))
    blocks: list[Block] = [
        Picture(
            "fidelity-by-team",
            IMPLEMENTATION.sentence("teams_asked"),
            figures.fidelity_by_team(teams),
            IMPLEMENTATION.sentence("teams_alt"),
        )
    ]
    if (staff["year"] != WHOLE_PERIOD).any():
        blocks.append(
            Picture(
                "staff",
                IMPLEMENTATION.sentence("staff_asked"),
                figures.staffing_by_year(staff),
                IMPLEMENTATION.sentence("staff_alt", rows=staff[staff["year"] == WHOLE_PERIOD].to_dict("records")),
            )
        )
    return [
        *blocks,
        as_sheet(
            "staff",
            "staff and continuity by year and arm",
            staff,
            STAFF,
            ("label", "unit", "meaning", "arm", "year", "mean", "mean_low", "mean_high", "estimate", "low", "high"),
            labels={"label": "what", "mean_low": "mean from", "mean_high": "mean to"},
        ),
    ]


def _delivery(material: Material, arm: str, number: int, response: pd.DataFrame) -> list[Block]:
    least = material.table("delivery_least", arm=arm)
    return [
        Words((IMPLEMENTATION.sentence("delivery_read", **_counted(material, response)), *delivery_said(least))),
        *(
            _delivery_picture(
                material, arm, f"{name}-{number}", *(table[table["measure"] == measure] for table in (response, least))
            )
            for measure, name in SHOWN.items()
        ),
        as_sheet(
            f"least-delivery-{number}",
            material.about(arm, "least delivery by outcome"),
            least,
            DELIVERY_LEAST,
            ("measure", "unit", "least", "direction", "statement", "replicates", "draws"),
        ),
        as_sheet(
            f"delivery-{number}",
            material.about(arm, "the difference at each share of the programme"),
            response,
            DELIVERY_RESPONSE,
            ("measure", "unit", "delivered", "comparator_mean", "arm_mean", "estimate", "low", "high"),
        ),
    ]


def _counted(material: Material, response: pd.DataFrame) -> dict[str, int]:
    null, draws = len(material.stored.null), len(material.stored.draws)
    return {"null": null, "draws": draws, "pairs": int(response["replicates"].max())}


def _delivery_picture(material: Material, arm: str, name: str, response: pd.DataFrame, least: pd.DataFrame) -> Picture:
    rows, asked = response.to_dict("records"), {"measure": response["measure"].iloc[0]}
    return Picture(
        f"delivery-{name}",
        material.about(arm, IMPLEMENTATION.sentence("response_asked", **asked)),
        figures.draw_least_delivery(response, float(least["least"].iloc[0])),
        IMPLEMENTATION.sentence("response_alt", rows=rows, statement=least["statement"].iloc[0]),
    )
