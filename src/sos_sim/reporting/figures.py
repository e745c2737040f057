"""Figures: one function, one question. Each takes a tidy table and returns a Matplotlib figure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from sos_sim.core.provenance import CAVEAT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Okabe and Ito's colours, told apart under all common kinds of colour blindness."""
STYLES = ("-", "--", "-.", ":")


def arms_over_time(
    monthly: pd.DataFrame, measure: str, *, label: str, start_month: int | None = None, scale: float = 1.0,
    level: float = 0.8,
) -> Figure:
    """How does one monthly measure go in each arm?

    ``monthly`` has the columns arm, replicate, month, measure and value. Lines are means over
    replicates, bands hold the middle ``level`` of them. ``label`` names the vertical axis with its
    unit, ``scale`` multiplies values into that unit, ``start_month`` marks when the programme begins.
    Measures that are never negative are drawn from zero, so that differences show in proportion.
    Raises ValueError when the table has no such measure.
    """
    chosen = monthly[monthly["measure"] == measure]
    if chosen.empty:
        raise ValueError(f"the monthly table has no measure {measure!r}")
    figure = _sheet()
    axes = figure.add_subplot()
    for number, (arm, rows) in enumerate(chosen.groupby("arm", sort=False)):
        _draw_arm(axes, str(arm), number, rows.assign(value=rows["value"] * scale), level)
    if start_month is not None:
        _mark_start(axes, start_month)
    if chosen["value"].min() >= 0.0:
        axes.set_ylim(bottom=0.0)
    axes.set_xlabel("months after the warm-up")
    axes.set_ylabel(label)
    axes.spines[["top", "right"]].set_visible(False)
    shown = f"mean and middle {level:.0%} of {chosen['replicate'].nunique()} replicates"
    axes.legend(frameon=False, title=shown, alignment="left", loc="best")
    return figure


def _draw_arm(axes: Axes, arm: str, number: int, rows: pd.DataFrame, level: float) -> None:
    """One arm's line of means and its band, in the colour and style of its number."""
    by_month = rows.groupby("month")["value"]
    mean, tail = by_month.mean(), (1.0 - level) / 2.0
    colour, style = COLOURS[number % len(COLOURS)], STYLES[number % len(STYLES)]
    low, high = by_month.quantile(tail), by_month.quantile(1.0 - tail)
    axes.fill_between(mean.index, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(mean.index, mean, color=colour, linestyle=style, linewidth=1.8, label=arm)


def _mark_start(axes: Axes, month: int) -> None:
    axes.axvline(month, color="0.35", linewidth=1.0, linestyle=":")
    axes.annotate(
        "programme starts", (month, 0.0), xycoords=("data", "axes fraction"), xytext=(4, 4),
        textcoords="offset points", va="bottom", fontsize=8, color="0.35",
    )


def _sheet() -> Figure:
    """An empty figure with room below for the caveat, which every figure of an effect carries."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=(8.0, 5.0), dpi=150, layout=ConstrainedLayoutEngine(rect=(0.0, 0.12, 1.0, 0.88)))
    figure.text(0.02, 0.015, textwrap.fill(CAVEAT, 118), fontsize=8, color="0.25", va="bottom")
    return figure
