"""Figures of one place: its simulated figures against its own, and its own beside its neighbours'."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sos_sim.kit.figures import (
    COLOURS,
    QUIET,
    bare,
    broken,
    no_difference,
    refuse_empty,
    rows_from_the_top,
    sheet,
    whisker,
)
from sos_sim.kit.place import FAR
from sos_sim.kit.sentences import capital, said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FOOT: Final = (
    "Matching these figures tests thresholds and flows of usual practice. It says nothing of whether a programme works."
)
NEIGHBOURS_FOOT: Final = (
    "Official figures. A place differs from its neighbours by what it is and what it records as well as by what it "
    "does."
)
EDGE: Final = 1.0
"""The farthest that is drawn: off by so much, relatively."""
_ACROSS: Final = 3


def off_by_figure(check: pd.DataFrame) -> Figure:
    """How far is every simulated figure from the place's own, relatively?

    ``check`` as ``authorities.sheets.PLACE_CHECK``, rows with an official figure above 0. Beside each stands how far
    England's is. Raises ValueError where there is none.
    """
    rows = check[check["off"].notna()].reset_index(drop=True)
    refuse_empty(rows)
    figure = sheet(9.0, 1.6 + 0.36 * len(rows), FOOT)
    axes = figure.add_subplot()
    axes.axvspan(-100 * FAR, 100 * FAR, color="0.93", zorder=0, label="within 10%")
    for place, row in enumerate(rows.to_dict("records")):
        off, low, high, england = (
            100.0 * _kept(row[name] / row["official"] - 1.0) for name in ("simulated", "low", "high", "england")
        )
        whisker(axes, place, off, low, high, label="" if place else "simulated, with 90% interval")
        axes.plot([england], [place], "D", color=QUIET, mfc="none", markersize=5, label="" if place else "England")
    no_difference(axes)
    labels = [capital(said(str(name))) for name in rows["measure"]]
    rows_from_the_top(axes, labels, 46)
    for label, headline in zip(axes.get_yticklabels(), rows["headline"], strict=True):
        label.set_fontweight("bold" if headline else "normal")
        label.set_fontsize(8)
    axes.set_xlim(-100.0 * EDGE - 4.0, 100.0 * EDGE + 4.0)
    axes.set_xlabel("per cent above or below the place's own figure (headlines in bold)")
    axes.legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=3)
    return figure


def _kept(off: float) -> float:
    return min(max(off, -EDGE), EDGE)


def beside_neighbours(over_time: pd.DataFrame) -> Figure:
    """How did each headline go, here and at the neighbours?

    ``over_time`` as ``authorities.sheets.NEIGHBOURS_OVER_TIME``. Raises ValueError without rows.
    """
    refuse_empty(over_time)
    measures = list(dict.fromkeys(over_time["measure"]))
    down = math.ceil(len(measures) / _ACROSS)
    figure = sheet(10.0, 1.5 + 2.4 * down, NEIGHBOURS_FOOT)
    panels = figure.subplots(down, _ACROSS, squeeze=False)
    for axes, measure in zip(panels.flat, measures, strict=False):
        _panel(axes, over_time[over_time["measure"] == measure])
        axes.set_title(broken(f"{capital(said(measure))}\n(per 10,000 children)", 40), fontsize=8.5, loc="left")
    for axes in panels.flat[len(measures) :]:
        axes.remove()
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", frameon=False, ncols=4, fontsize=9)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    """One headline: every neighbour, their median, England and the place itself."""
    others, own, nation = (rows[rows["whose"] == whose] for whose in ("neighbour", "own", "England"))
    for number, (_, line) in enumerate(others.groupby("code")):
        label = "neighbours" if number == 0 else None
        axes.plot(line["year"], line["value"], color="0.78", linewidth=0.9, label=label)
    median = others.groupby("year")["value"].median()
    axes.plot(median.index, median, "--", color=COLOURS[1], linewidth=1.6, label="their median")
    axes.plot(nation["year"], nation["value"], ":", color=QUIET, linewidth=1.4, label="England")
    name = str(own["name"].iloc[0]) if len(own) else ""
    axes.plot(own["year"], own["value"], "o-", color=COLOURS[0], linewidth=2.0, markersize=3.5, label=name)
    axes.set_ylim(bottom=0.0)
    axes.tick_params(labelsize=8)
    axes.locator_params(axis="x", integer=True, nbins=5)
    bare(axes)
