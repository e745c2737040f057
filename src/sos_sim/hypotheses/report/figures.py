"""Figures of hypothesis cards: the path of the theory with what each link carries, and what trials could tell."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sos_sim.core.links import LINKS
from sos_sim.kit.figures import COLOURS, MARKS, QUIET, STYLES, bare, colour, refuse_empty, sheet
from sos_sim.kit.sentences import amount, capital, interval_holds, said, span, unit_said
from sos_sim.trials.closed_form import POWER
from sos_sim.trials.report.material import analysis_said, design_in_short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LOWERS, _RAISES = COLOURS[0], COLOURS[1]
_LEFT, _RIGHT = -1.0, 1.0
_BOX, _REACH = 0.34, 0.82
"""Half the width of a link's box, and how far its arrows reach."""
_THICKEST: Final = 9.0


def mechanism_path(lost: pd.DataFrame) -> Figure:
    """How does the theory run from the organisation to decisions, and what would each outcome lose without a link?

    ``lost`` has the columns of ``Mechanism.switched_off`` in ``comparison.mechanism``, rows of two measures: arrows to
    the first go left, to the second right, as thick as much is lost. Pale arrows: the interval holds zero. Links
    without a strength of the programme's own have no arrow; a programme reaches them through others. Raises
    ValueError without rows of just two measures.
    """
    refuse_empty(lost)
    measures = list(dict.fromkeys(lost["measure"]))
    if len(measures) != 2:
        raise ValueError(f"the path is drawn to two outcomes, not to {len(measures)}")
    figure = sheet(10.0, 8.6)
    axes = figure.add_subplot()
    axes.set_xlim(1.32 * _LEFT, 1.32 * _RIGHT)
    axes.set_ylim(len(LINKS) - 0.4, -0.9)
    axes.axis("off")
    for place, (link, name) in enumerate(LINKS.items()):
        _link_box(axes, place, f"{link} {name}", carries=link in set(lost["link"]))
    for side, measure in zip((_LEFT, _RIGHT), measures, strict=True):
        rows = lost[lost["measure"] == measure]
        _outcome_box(axes, side, rows)
        thickest = float(rows["estimate"].abs().max()) or 1.0
        for row in rows.to_dict("records"):
            _arrow(axes, side, row, thickest)
    first = lost.iloc[0].to_dict()
    figure.suptitle(
        f"blue: the link lowers the outcome; orange: raises it; pale: interval holds zero ({interval_holds(first)})",
        fontsize=9,
        color=QUIET,
    )
    return figure


def _link_box(axes: Axes, place: int, text: str, *, carries: bool) -> None:
    """One link, with an arrow to the next."""
    axes.text(
        0.0,
        place,
        text,
        ha="center",
        va="center",
        fontsize=9,
        color="black" if carries else QUIET,
        bbox={"boxstyle": "round,pad=0.45", "facecolor": "white" if carries else "0.94", "edgecolor": "0.4"},
    )
    if place + 1 < len(LINKS):
        axes.annotate("", (0.0, place + 0.74), (0.0, place + 0.26), arrowprops={"arrowstyle": "-|>", "color": "0.4"})


def _outcome_box(axes: Axes, side: float, rows: pd.DataFrame) -> None:
    """An outcome as a tall box beside all links, with the whole difference in it."""
    from matplotlib.patches import Rectangle

    first = rows.iloc[0]
    left = side * _REACH if side > 0 else -1.3
    axes.add_patch(Rectangle((left, -0.45), 1.3 - _REACH, len(LINKS) - 0.1, facecolor="0.96", edgecolor="0.4"))
    total = amount(float(first["estimate"] + first["without"]), first["unit"])
    parts = (capital(said(first["measure"])), "", "with all links:", total, unit_said(first["unit"]))
    text = "\n".join(textwrap.fill(part, 20, break_on_hyphens=False) for part in parts)
    axes.text(left + (1.3 - _REACH) / 2.0, (len(LINKS) - 1) / 2.0, text, ha="center", va="center", fontsize=9)


def _arrow(axes: Axes, side: float, row: Mapping[Any, Any], thickest: float) -> None:
    """What one link carries, as an arrow to the outcome with its number and interval."""
    place = list(LINKS).index(row["link"])
    shade, unclear = _LOWERS if row["estimate"] < 0.0 else _RAISES, row["low"] <= 0.0 <= row["high"]
    axes.annotate(
        "",
        (side * _REACH, place),
        (side * _BOX, place),
        arrowprops={
            "arrowstyle": "-|>",
            "color": shade,
            "alpha": 0.4 if unclear else 1.0,
            "linewidth": 0.6 + _THICKEST * abs(row["estimate"]) / thickest / 2.0,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
    text, interval = amount(row["estimate"], row["unit"]), span(row["low"], row["high"], row["unit"])
    middle = side * (_BOX + _REACH) / 2.0
    axes.text(middle, place - 0.16, f"{text} ({interval})", ha="center", va="bottom", fontsize=7.5)


def power_and_assurance(power: pd.DataFrame, assurance: pd.DataFrame) -> Figure:
    """How many clusters does a trial need to see the assumed effect, and how probable is an answer at all?

    ``power`` and ``assurance`` have the columns of a trial study's tables, rows of one outcome and of the assumed
    effect. Left: share of trials that reject no effect, were the effect as assumed; right: probability of a conclusive
    trial over all draws of effects. One line a design, by the analysis with most power; whiskers are intervals for the
    luck of the simulated trials (left), of the mean over draws (right). Raises ValueError without rows.
    """
    refuse_empty(power)
    chosen = _best_analyses(power)
    figure = sheet(10.0, 5.4)
    panels = figure.subplots(1, 2, sharey=True)
    wanted = set(chosen.items())
    for axes, table, columns, title in (
        (panels[0], power, ("rejected", "rejected_low", "rejected_high"), "power, were the effect as assumed"),
        (panels[1], assurance, ("assurance", "low", "high"), "assurance: a conclusive trial, over all draws"),
    ):
        lines = (
            []
            if table.empty
            else [
                (str(design), str(analysis), rows.sort_values("clusters"))
                for (design, analysis), rows in table.groupby(["design", "analysis"], sort=False)
                if (design, analysis) in wanted
            ]
        )
        for design, analysis, rows in lines:
            label = f"{design_in_short(design)} ({analysis_said(analysis)})"
            _curve(axes, list(chosen).index(design), label, rows, columns)
        axes.axhline(POWER, color="0.35", linewidth=1.0, linestyle=":")
        axes.set_title(title, fontsize=10, loc="left")
        axes.set_xlabel("clusters (authorities, unless a design is said to be of workers or families)", fontsize=8.5)
        axes.set_ylim(0.0, 1.0)
        bare(axes)
    panels[0].set_ylabel("share of trials")
    panels[0].annotate(
        "80%",
        (0.0, POWER),
        xycoords=("axes fraction", "data"),
        xytext=(3, 3),
        textcoords="offset points",
        fontsize=8,
        color="0.35",
    )
    title = "whiskers: 95% intervals, of power for the luck of the simulated trials, of assurance over draws"
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        loc="outside upper left",
        frameon=False,
        ncols=2,
        fontsize=8.5,
        title=title,
        alignment="left",
    )
    return figure


def _best_analyses(power: pd.DataFrame) -> dict[str, str]:
    """For each design the analysis with most power on average over the numbers of clusters."""
    means = power.groupby(["design", "analysis"], sort=False)["rejected"].mean().reset_index()
    best = means.sort_values("rejected", ascending=False, kind="stable").drop_duplicates("design")
    return {design: dict(zip(best["design"], best["analysis"], strict=True))[design] for design in means["design"]}


def _curve(axes: Axes, number: int, label: str, rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """One design over numbers of clusters; a mark at each number tried."""
    middle, low, high = (rows[column].to_numpy(dtype=float) for column in columns)
    clusters = rows["clusters"].to_numpy(dtype=float)
    axes.errorbar(
        clusters,
        middle,
        np.clip([middle - low, high - middle], 0.0, None),
        color=colour(number),
        label=label,
        linestyle=STYLES[number % len(STYLES)],
        marker=MARKS[number % len(MARKS)],
        markersize=5,
        capsize=3,
        linewidth=1.5,
    )
