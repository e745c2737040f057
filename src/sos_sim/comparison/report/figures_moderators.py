"""Figures of moderators: for whom, and under what conditions, arms differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sos_sim.comparison.subgroups import THIRDS
from sos_sim.kit.figures import (
    MARKS,
    QUIET,
    bare,
    broken,
    colour,
    no_difference,
    refuse_empty,
    ribbon,
    rows_from_the_top,
    sheet,
    signed_per_cent,
    whisker,
)
from sos_sim.kit.sentences import interval_holds, level_said, said, unit_said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

READINGS: Final = {"gate": "trust is a gate", "amplifier": "trust amplifies", "none": "trust plays no part"}
"""Readings of what trust does, in short words."""
_THIRD: Final = 1.0 / 3.0
BEYOND: Final = 1.5
"""A curve is drawn to so many times what thirds reach: beyond, hardly a child is counted for it."""
CUT_OFF: Final = "curves are cut off where hardly\na child is counted"


def by_what_families_bring(curves: pd.DataFrame, thirds: pd.DataFrame) -> Figure:
    """How does the relative difference go with what families bring, under each reading of what trust does?

    ``curves`` and ``thirds`` have the columns of ``comparison.moderation.ByFamilies``, rows of one arm. A row of
    panels for each thing that is brought, a column for each outcome; a curve a reading, that of the first with its
    band, and thirds as marks with their intervals. Raises ValueError without rows.
    """
    refuse_empty(curves)
    names, measures = (list(dict.fromkeys(curves[column])) for column in ("characteristic", "measure"))
    readings = list(dict.fromkeys(curves["reading"]))
    figure = sheet(10.0, 1.6 + 3.1 * len(names))
    panels = figure.subplots(len(names), len(measures), squeeze=False, sharex=True, sharey="col")
    for down, name in enumerate(names):
        for across, measure in enumerate(measures):
            axes = panels[down][across]
            here = [
                table[(table["characteristic"] == name) & (table["measure"] == measure)] for table in (curves, thirds)
            ]
            _draw_brought(axes, readings, *here)
            if not down:
                axes.set_title(broken(said(measure), 22), fontsize=10)
            axes.set_xlabel(f"children by parents' {name.removeprefix('starting ')}\n(% with less)", fontsize=9)
            axes.yaxis.set_major_formatter(signed_per_cent)
    for across, measure in enumerate(measures):
        of_outcome, bars = (table[table["measure"] == measure] for table in (curves, thirds))
        below = {name: panels[down][across] for down, name in enumerate(names)}
        _keep_in_frame(below, of_outcome, bars, readings[0])
    figure.supylabel("difference, % of the comparator's level in the same families", fontsize=9.5)
    level = level_said(float(curves["level"].iloc[0]))
    figure.legend(
        *panels[0][0].get_legend_handles_labels(),
        title=f"band and bars: {level} of the value pooled over pairs",
        title_fontsize=9,
        loc="outside upper center",
        ncols=3,
        frameon=False,
    )
    return figure


def _keep_in_frame(panels: Mapping[str, Axes], curves: pd.DataFrame, thirds: pd.DataFrame, banded: str) -> None:
    """Keep the panels of an outcome to what its thirds reach, and say so in those that a curve or its band leaves."""
    seen = curves.assign(**{end: curves[end].where(curves["reading"] == banded) for end in ("low", "high")})
    most = BEYOND * _farthest(thirds)
    if not 0.0 < most < _farthest(seen):
        return
    for name, axes in panels.items():
        axes.set_ylim(-most, most)
        if _farthest(seen[seen["characteristic"] == name]) > most:
            axes.text(0.03, 0.02, CUT_OFF, transform=axes.transAxes, va="bottom", fontsize=7.5, color=QUIET)


def _farthest(rows: pd.DataFrame) -> float:
    """How far estimates and their ends lie from nothing, in per cent."""
    return float(np.nan_to_num(100.0 * rows[["estimate", "low", "high"]].abs().to_numpy()).max(initial=0.0))


def _draw_brought(axes: Axes, readings: list[str], curves: pd.DataFrame, thirds: pd.DataFrame) -> None:
    """One panel: a curve a reading, with its thirds beside."""
    for number, reading in enumerate(readings):
        curve = curves[curves["reading"] == reading].sort_values("place")
        middle, *ends = (100.0 * curve[column] for column in ("estimate", "low", "high"))
        band = [middle, middle] if number else ends
        ribbon(axes, 100.0 * curve["place"], middle, *band, number=number, label=READINGS.get(reading, reading))
        middles = 100.0 * (_THIRD * np.arange(0.5, 3.0) + 0.02 * (number - (len(readings) - 1) / 2.0))
        of_thirds = thirds[thirds["reading"] == reading].set_index("band").loc[list(THIRDS)]
        estimate, low, high = (100.0 * of_thirds[column].to_numpy() for column in ("estimate", "low", "high"))
        mark, shade = MARKS[number % len(MARKS)], colour(number)
        for middle, bottom, top in zip(middles, low, high, strict=True):
            axes.plot([middle, middle], [bottom, top], color=shade, linewidth=1.2)
        axes.plot(middles, estimate, mark, color=shade, markersize=5, markeredgecolor="white")
    no_difference(axes, across=True)
    axes.tick_params(labelsize=8)
    bare(axes)


def conditions_forest(contrasts: pd.DataFrame) -> Figure:
    """Which conditions change the difference between arms, from their lowest value to their highest?

    ``contrasts`` has the columns of ``Dials.contrasts`` in ``comparison.dials``, rows of one measure. A row whose
    interval holds zero has not been shown to matter. Raises ValueError without rows.
    """
    refuse_empty(contrasts)
    rows = contrasts.to_dict("records")
    names = [f"{row['dial']}: {row['lowest']:.3g} to {row['highest']:.3g} ({row['value_unit']})" for row in rows]
    first = rows[0]
    text = f"change in the difference in {said(first['measure'])}\n({unit_said(first['unit'])})"
    return _forest(contrasts, names, text)


def subgroup_forest(subgroups: pd.DataFrame) -> Figure:
    """For which families do arms differ more, and for which less?

    ``subgroups`` has the columns of ``comparison.subgroups.subgroup_effects``, rows of one arm and measure.
    Raises ValueError without rows.
    """
    refuse_empty(subgroups)
    rows = subgroups.to_dict("records")
    names = [f"{row['characteristic']}: {row['band']} ({row['children']:,.0f} children)" for row in rows]
    first = rows[0]
    return _forest(subgroups, names, f"difference in {said(first['measure'])}\n({unit_said(first['unit'])})")


def _forest(rows: pd.DataFrame, names: list[str], axis: str) -> Figure:
    figure = sheet(9.0, 2.1 + 0.36 * len(rows))
    axes = figure.add_subplot()
    for place, row in enumerate(_in_unit(rows).to_dict("records")):
        whisker(axes, place, row["estimate"], row["low"], row["high"])
    rows_from_the_top(axes, names, 44)
    no_difference(axes)
    axes.set_xlabel(axis)
    axes.set_title(f"lines: {interval_holds(rows.iloc[0].to_dict())}", fontsize=9, color=QUIET, loc="left")
    return figure


def _in_unit(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the differences of shares turned into percentage points."""
    from sos_sim.outcomes.measures import SHARE

    factor = 100.0 if rows["unit"].iloc[0] == SHARE else 1.0
    numbers: Any = {name: rows[name] * factor for name in ("estimate", "low", "high") if name in rows}
    return rows.assign(**numbers)
