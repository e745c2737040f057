"""Figures of implementation: what is delivered, to whom it is lost, and how much delivery shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sos_sim.kit.figures import (
    COLOURS,
    QUIET,
    band_said,
    bare,
    colour,
    draw_arm,
    draw_by_year,
    no_difference,
    refuse_empty,
    ribbon,
    sheet,
)
from sos_sim.kit.sentences import interval_holds, said, unit_said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_least_delivery(response: pd.DataFrame, least: float) -> Figure:
    """How does the difference between arms grow with the share of the programme that is delivered?

    ``response`` has the columns of ``Delivery.response`` in ``comparison.delivery``, rows of one measure. ``least``
    is the share from which on the interval keeps clear of zero, NaN where it never does: the figure
    says so. Raises ValueError without rows.
    """
    refuse_empty(response)
    figure = sheet()
    axes = figure.add_subplot()
    first, factor = response.iloc[0].to_dict(), 100.0 if response["unit"].iloc[0] == "share" else 1.0
    shown = response.sort_values("delivered")
    ribbon(axes, 100.0 * shown["delivered"], *(factor * shown[name] for name in ("estimate", "low", "high")))
    axes.plot(100.0 * shown["delivered"], factor * shown["estimate"], "o", color=COLOURS[0], markersize=5)
    no_difference(axes, across=True)
    _mark_least(axes, least, known=bool(shown["low"].notna().iloc[-1]))
    axes.set_xlabel("share of the programme delivered (%)")
    axes.set_ylabel(f"difference in {said(first['measure'])}\n({unit_said(first['unit'])})")
    axes.set_title(f"band: {interval_holds(first)}", fontsize=9, color=QUIET, loc="left")
    bare(axes)
    return figure


def _mark_least(axes: Axes, least: float, known: bool) -> None:
    """Where the interval begins to keep clear of zero, or that it never does; nothing where none is ``known``."""
    if not known:
        return
    if least != least:
        axes.text(0.02, 0.03, "the interval never keeps clear of zero", transform=axes.transAxes, fontsize=9)
        return
    axes.axvline(100.0 * least, color=COLOURS[1], linestyle="--", linewidth=1.4)
    axes.annotate(
        f"clear of zero from about {least:.0%}",
        (100.0 * least, 0.03),
        xycoords=("data", "axes fraction"),
        xytext=(5, 0),
        textcoords="offset points",
        fontsize=9,
        color=COLOURS[1],
    )


def fidelity_by_team(teams: pd.DataFrame, level: float = 0.8) -> Figure:
    """How do depth and surface of practice go in each team, and how far are teams apart?

    ``teams`` has the columns arm, replicate, month, team, measure ('mean_fidelity', 'mean_surface') and value
    (0-1). Thin lines are teams of the first replicate, thick lines means over all teams and replicates,
    bands hold the middle ``level`` of team-months. Raises ValueError without rows of either measure.
    """
    figure = sheet(10.0, 5.2)
    panels = figure.subplots(1, 2, sharey=True)
    names = {"mean_fidelity": "depth of practice (fidelity)", "mean_surface": "surface (form without depth)"}
    for axes, (measure, name) in zip(panels, names.items(), strict=True):
        rows = teams[teams["measure"] == measure]
        if rows.empty:
            raise ValueError(f"the table of teams has no measure {measure!r}")
        for number, (arm, values) in enumerate(rows.groupby("arm", sort=False)):
            _draw_teams(axes, str(arm), number, values, level)
        axes.set_title(name, fontsize=10)
        axes.set_xlabel("months after the warm-up")
        axes.set_ylim(0.0, 1.0)
        bare(axes)
    panels[0].set_ylabel("mean over workers in post (0-1)")
    lived = len(teams[["replicate", "team"]].drop_duplicates())
    band = band_said(lived, level, " of teams and replicates")
    shown = f"thin: teams of one replicate; thick: mean; {band}"
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", frameon=False, title=shown)
    return figure


def _draw_teams(axes: Axes, arm: str, number: int, rows: pd.DataFrame, level: float) -> None:
    first = rows[rows["replicate"] == rows["replicate"].min()]
    for _, team in first.groupby("team"):
        axes.plot(team["month"], team["value"], color=colour(number), linewidth=0.6, alpha=0.5)
    draw_arm(axes, arm, number, rows.set_index("month")["value"], level)


def staffing_by_year(staffing: pd.DataFrame) -> Figure:
    """Is staff trained, how many are lost and replaced, and do families keep their social worker?

    ``staffing`` has the columns of ``comparison.staffing.staffing``. Raises ValueError without whole years.
    """
    return draw_by_year(staffing, across=3)
