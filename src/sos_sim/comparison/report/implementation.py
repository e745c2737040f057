"""The fourth part of a comparison's report: implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sos_sim.comparison.report import figures_implementation as figures
from sos_sim.comparison.report.mechanism import SHOWN
from sos_sim.comparison.report.readings import delivery_said
from sos_sim.comparison.staffing import staffing
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.figures import arms_over_time
from sos_sim.kit.page import Block, Picture, Section, Words
from sos_sim.kit.sentences import amount, said, span, unit_said
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
    return Section("implementation", "Implementation: how much is delivered, and how much is needed?", blocks)


def _depth_and_surface(material: Material) -> list[Block]:
    """Depth and surface of practice over the whole authority, where nothing is known by team."""
    monthly = material.table("monthly")
    asked = {"mean_fidelity": "depth of practice (fidelity)", "mean_surface": "surface (form without depth)"}
    pictures = [
        Picture(
            measure.replace("_", "-"),
            f"How does {name} go in each arm?",
            arms_over_time(
                monthly, measure, label=f"{name}\nmean over workers in post (0-1)", start_month=material.start_month
            ),
            f"Lines of {name} by month, mean over workers in post, with bands of the middle 80% of replicates.",
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
            "How do depth and surface of practice go in each team?",
            figures.fidelity_by_team(teams),
            "Lines for the teams of one replicate, means over teams and replicates with bands of the middle 80%, by "
            "month and arm.",
        )
    ]
    if (staff["year"] != WHOLE_PERIOD).any():
        blocks.append(
            Picture(
                "staff",
                "Is staff trained, how many are lost and replaced, and do families keep their social worker?",
                figures.staffing_by_year(staff),
                f"Panels of means by year with intervals. {_staff_said(staff)}",
            )
        )
    return [
        *blocks,
        as_sheet(
            "staff",
            "staff and continuity by year and arm",
            staff,
            ("label", "unit", "meaning", "arm", "year", "mean", "mean_low", "mean_high", "estimate", "low", "high"),
            labels={"label": "what", "mean_low": "mean from", "mean_high": "mean to"},
        ),
    ]


def _staff_said(staff: pd.DataFrame) -> str:
    """Means over the whole period by arm, in words."""
    rows = staff[staff["year"] == WHOLE_PERIOD].to_dict("records")
    return "; ".join(f"{row['label']}, {row['arm']}: {row['mean']:.2f} ({row['unit']})" for row in rows) + "."


def _delivery(material: Material, arm: str, number: int, response: pd.DataFrame) -> list[Block]:
    least = material.table("delivery_least", arm=arm)
    read = (
        "All levers of the programme are moved only part of the way from usual practice. The least delivery is the "
        "share from which on the interval keeps clear of zero; with more pairs or fewer draws it would be another."
    )
    return [
        Words((read, *delivery_said(least))),
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
            ("measure", "unit", "least", "direction", "statement", "replicates", "draws"),
        ),
        as_sheet(
            f"delivery-{number}",
            material.about(arm, "the difference at each share of the programme"),
            response,
            ("measure", "unit", "delivered", "comparator_mean", "arm_mean", "estimate", "low", "high"),
        ),
    ]


def _delivery_picture(material: Material, arm: str, name: str, response: pd.DataFrame, least: pd.DataFrame) -> Picture:
    first = response.iloc[0]
    points = [
        f"{row['delivered']:.0%} delivered {amount(row['estimate'], row['unit'])} "
        f"({span(row['low'], row['high'], row['unit'])})"
        for row in response.to_dict("records")
    ]
    return Picture(
        f"delivery-{name}",
        material.about(arm, f"how does the difference in {said(first['measure'])} grow with delivery?"),
        figures.least_delivery(response, float(least["least"].iloc[0])),
        f"Curve with band, {unit_said(first['unit'])}: {'; '.join(points)}. {least['statement'].iloc[0]}.",
    )
