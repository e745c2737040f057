"""Figures: one function, one question. Each takes a tidy table and returns a Matplotlib figure."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.sentences import counted
from sos_sim.statistics.intervals import LEAST_LEVEL, draws_needed, held_by, middle

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Okabe and Ito's colours, told apart under all common kinds of colour blindness."""
STYLES = ("-", "--", "-.", ":")
MARKS = ("o", "s", "D", "^", "v", "P")
QUIET = "0.25"
_NO_WIDTH = "\u200b"
"""Put before a label that begins with '_', which Matplotlib would leave out of the legend."""


def arms_over_time(
    monthly: pd.DataFrame,
    measure: str,
    *,
    label: str,
    start_month: int | None = None,
    scale: float = 1.0,
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
    figure = sheet()
    axes = figure.add_subplot()
    for number, (arm, rows) in enumerate(chosen.groupby("arm", sort=False)):
        draw_arm(axes, str(arm), number, rows.set_index("month")["value"] * scale, level)
    if start_month is not None:
        _mark_start(axes, start_month)
    if chosen["value"].min() >= 0.0:
        axes.set_ylim(bottom=0.0)
    axes.set_xlabel("months after the warm-up")
    axes.set_ylabel(label)
    bare(axes)
    runs = chosen["replicate"].nunique()
    shown = f"mean of {counted(runs, 'run', 'runs')}; {band_said(runs, level)}"
    axes.legend(frameon=False, title=shown, alignment="left", loc="best")
    return figure


def draw_arm(axes: Axes, arm: str, number: int, values: pd.Series[float], level: float) -> None:
    """One arm's means and band of the middle ``level``; ``values`` are indexed by month, perhaps among others.

    Of fewer values than such a band needs (``intervals.draws_needed``) there is none.
    """
    by_month, tail = values.groupby("month"), (1.0 - level) / 2.0
    mean, enough = by_month.mean(), held_by(int(by_month.size().min())) >= level
    low, high = (by_month.quantile(share) if enough else mean for share in (tail, 1.0 - tail))
    ribbon(axes, mean.index, mean, low, high, number=number, label=arm)


def band_said(values: int, level: float, of: str = "") -> str:
    """What the band of ``draw_arm`` holds, of so many values, or how many would do."""
    return f"band: middle {level:.0%}{of}" if held_by(values) >= level else f"no band: {draws_needed(level)} would do"


def _mark_start(axes: Axes, month: int) -> None:
    axes.axvline(month, color="0.35", linewidth=1.0, linestyle=":")
    axes.annotate(
        "programme starts",
        (month, 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(4, 4),
        textcoords="offset points",
        va="bottom",
        fontsize=8,
        color="0.35",
    )


def sheet(width: float = 8.0, height: float = 5.0, foot: str = CAVEAT) -> Figure:
    """An empty figure (inches) with a statement at its foot: the caveat, which every figure of an effect carries."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    from sos_sim.kit.plainly import PlainFigure

    statement = textwrap.fill(foot, round(14.75 * width))
    below = (0.15 + 0.15 * len(statement.splitlines())) / height
    layout = ConstrainedLayoutEngine(rect=(0.0, below, 1.0, 1.0 - below))
    figure = PlainFigure(figsize=(width, height), dpi=150, layout=layout)
    figure.text(0.02, 0.075 / height, statement, fontsize=8, color=QUIET, va="bottom")
    return figure


def bare(axes: Axes) -> None:
    """Leave out the frame on the sides where nothing is read off."""
    axes.spines[["top", "right"]].set_visible(False)


def no_difference(axes: Axes, *, across: bool = False) -> None:
    """Mark zero, where arms do not differ: an upright line, or one ``across``."""
    draw = axes.axhline if across else axes.axvline
    draw(0.0, color="0.35", linewidth=1.0, linestyle="-", zorder=0)


def rows_from_the_top(axes: Axes, labels: Sequence[str], width: int = 34) -> None:
    """Name rows 0, 1, … of a lying figure, the first at the top, long names broken at ``width`` letters."""
    axes.set_yticks(range(len(labels)), [textwrap.fill(label, width) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="x", color="0.9", linewidth=0.8)
    axes.set_axisbelow(True)


def whisker(
    axes: Axes, place: float, estimate: float, low: float, high: float, *, number: int = 0, label: str = ""
) -> None:
    """One estimate with its interval, lying, at height ``place``; a missing interval leaves the bare mark."""
    axes.plot([low, high], [place, place], color=colour(number), linewidth=4.0, solid_capstyle="butt", alpha=0.75)
    axes.plot(
        [estimate],
        [place],
        MARKS[number % len(MARKS)],
        color=colour(number),
        markersize=7,
        markeredgecolor="white",
        label=in_legend(label),
    )


def in_legend(label: str) -> str:
    """A label that a legend shows whatever it is: long ones are broken, one that begins with '_' does not vanish."""
    return broken(_NO_WIDTH + label if label.startswith("_") else label)


def broken(text: str, width: int = 76) -> str:
    """Text in lines of at most ``width`` letters; lines that it has stay apart."""
    return "\n".join(textwrap.fill(line, width) for line in text.split("\n"))


def beside(axes: Axes, place: float, text: str) -> None:
    """Numbers of the row at height ``place``, to the right of a lying figure."""
    axes.annotate(
        text, (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=8, annotation_clip=False
    )


def refuse_empty(table: pd.DataFrame) -> None:
    """Raise ValueError for a table without rows, of which there is nothing to draw."""
    if table.empty:
        raise ValueError("the table has no rows to draw")


def ribbon(
    axes: Axes, x: ArrayLike, middle: ArrayLike, low: ArrayLike, high: ArrayLike, *, number: int = 0, label: str = ""
) -> None:
    """A line with its interval as a band, in the colour and style of its ``number``."""
    axes.fill_between(x, low, high, color=colour(number), alpha=0.18, linewidth=0)
    axes.plot(
        x, middle, color=colour(number), linestyle=STYLES[number % len(STYLES)], linewidth=1.8, label=in_legend(label)
    )


def draw_by_year(table: pd.DataFrame, across: int = 3) -> Figure:
    """Small panels, one for each ``label``, of arms' means by year with their intervals.

    ``table`` has the columns arm, label, unit, year ("1", "2", …; "all" is left out), mean, mean_low,
    mean_high, level, draws and replicates. Raises ValueError without whole years.
    """
    from sos_sim.kit.sentences import interval_holds

    years = table[table["year"] != "all"].assign(year=lambda rows: rows["year"].astype(int))
    refuse_empty(years)
    labels = list(years.groupby("label", sort=False))
    down = math.ceil(len(labels) / across)
    figure = sheet(10.0, 1.6 + 1.9 * down)
    panels = figure.subplots(down, across, sharex=True, squeeze=False)
    for axes, (label, rows) in zip(panels.flat, labels, strict=False):
        for number, (arm, line) in enumerate(rows.groupby("arm", sort=False)):
            ribbon(axes, line["year"], line["mean"], line["mean_low"], line["mean_high"], number=number, label=str(arm))
        axes.set_title(f"{label} ({rows['unit'].iloc[0]})", fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
        axes.xaxis.set_major_locator(_whole_numbers())
        bare(axes)
    for axes in panels.flat[len(labels) :]:
        axes.remove()
    for axes in panels.flat[max(0, len(labels) - across) : len(labels)]:
        axes.set_xlabel("year", fontsize=9)
        axes.tick_params(labelbottom=True)
    title = f"means by year; bands: {interval_holds(years.iloc[0].to_dict())}"
    figure.legend(
        *panels[0, 0].get_legend_handles_labels(),
        loc="outside upper left",
        frameon=False,
        title=title,
        alignment="left",
        ncols=2,
    )
    return figure


def _whole_numbers() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True)


def plane(x: pd.Series[float], y: pd.Series[float], quarters: Sequence[tuple[str, pd.Series[bool]]]) -> Figure:
    """Pairs of authorities by two differences, with zero in the middle.

    ``quarters`` are top left, top right, bottom left, bottom right: a name, and which pairs lie there.
    The cross holds the middle 95% of pairs either way, less where they are few, and is left out of fewer than hold
    ``LEAST_LEVEL``. Raises ValueError without pairs.
    """
    import numpy as np

    if x.empty:
        raise ValueError("there are no pairs")
    figure = sheet(7.5, 6.0)
    axes = figure.add_subplot()
    axes.plot(x, y, "o", color=COLOURS[0], alpha=0.45, markersize=5, rasterized=True)
    level = held_by(len(x))
    if level >= LEAST_LEVEL:
        (left, right), (bottom, top) = (middle(np.asarray(values, dtype=np.float64), level) for values in (x, y))
        axes.plot([left, right], [y.mean()] * 2, color=COLOURS[1], linewidth=2.2)
        axes.plot([x.mean()] * 2, [bottom, top], color=COLOURS[1], linewidth=2.2)
    for across, limit, values in ((False, axes.set_xlim, x), (True, axes.set_ylim, y)):
        most = 1.25 * float(values.abs().max()) or 1.0
        limit(-most, most)
        no_difference(axes, across=across)
    for number, (name, inside) in enumerate(quarters):
        (down, along), text = divmod(number, 2), f"{textwrap.fill(name, 22)}\n{inside.mean():.0%} of pairs"
        axes.text(
            (0.02, 0.98)[along],
            (0.98, 0.02)[down],
            text,
            transform=axes.transAxes,
            fontsize=8.5,
            color=QUIET,
            ha=("left", "right")[along],
            va=("top", "bottom")[down],
            bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0.0, "pad": 1.5},
        )
    bare(axes)
    cross = f"mean, middle {level:.0%} of pairs (luck and any drawn parameters)"
    few = f"none: {draws_needed(LEAST_LEVEL)} pairs would do"
    note = f"dots: pairs of authorities ({len(x):,}); cross: {cross if level >= LEAST_LEVEL else few}"
    figure.suptitle(note, fontsize=9, color=QUIET, x=0.02, ha="left")
    return figure


def signed_per_cent(value: float, place: object = None) -> str:
    """A tick of a difference in per cent, with a true minus; without a sign at nothing."""
    return f"{value:+g}%".replace("-", "−") if round(value, 9) else "0%"


def colour(number: int) -> str:
    """The colour of the arm, link or kind with this number."""
    return COLOURS[number % len(COLOURS)]
