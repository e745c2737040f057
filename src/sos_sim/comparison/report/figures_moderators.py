"""Figures of moderators: for whom, and under what conditions, arms differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sos_sim.comparison.regions import told_regions
from sos_sim.kit.figures import (
    COLOURS,
    QUIET,
    bare,
    no_difference,
    refuse_empty,
    ribbon,
    rows_from_the_top,
    sheet,
    whisker,
)
from sos_sim.kit.sentences import amount, interval_holds, said, unit_said

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANELS_A_ROW = 3


def dose_response(response: pd.DataFrame, detectable: float = math.nan) -> Figure:
    """How does the difference between arms change as one condition of the authority is turned?

    ``response`` has the columns of ``Dials.response`` in ``comparison.dials``, rows of one measure. One panel a
    condition, all with the same upright axis. Where the difference is ``detectable`` (of the measure's unit) or more
    from zero the panel is shaded: there a trial could tell. Raises ValueError without rows.
    """
    refuse_empty(response)
    dials = list(response.groupby("dial", sort=False))
    down = math.ceil(len(dials) / _PANELS_A_ROW)
    figure = sheet(10.0, 1.6 + 2.9 * down)
    panels = figure.subplots(down, min(len(dials), _PANELS_A_ROW), sharey=True, squeeze=False)
    for axes, (dial, rows) in zip(panels.flat, dials, strict=False):
        _draw_dial(axes, str(dial), rows.sort_values("value"), detectable)
    for axes in panels.flat[len(dials) :]:
        axes.remove()
    first = response.iloc[0].to_dict()
    figure.supylabel(f"difference in {said(first['measure'])}\n({unit_said(first['unit'])})", fontsize=10)
    told = (
        ""
        if math.isnan(detectable)
        else (
            f"; shaded: values at which the difference is {amount(detectable, first['unit']).removeprefix('+')} "
            f"{unit_said(first['unit'])} or more, which a trial could tell"
        )
    )
    figure.suptitle(f"bands: {interval_holds(first)}{told}", fontsize=9, color=QUIET)
    return figure


def _draw_dial(axes: Axes, dial: str, rows: pd.DataFrame, detectable: float) -> None:
    """One condition: the difference at each value of it, with its band."""
    shown = _in_unit(rows)
    for low, high in told_regions(list(rows["value"]), list(rows["estimate"]), detectable):
        axes.axvspan(low, high, color=COLOURS[5], alpha=0.25, linewidth=0, zorder=0)
    ribbon(axes, rows["value"], shown["estimate"], shown["low"], shown["high"])
    axes.plot(rows["value"], shown["estimate"], "o", color=COLOURS[0], markersize=4)
    no_difference(axes, across=True)
    axes.set_xlabel(f"{dial} ({rows['value_unit'].iloc[0]})", fontsize=9)
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


def two_conditions(grid: pd.DataFrame) -> Figure:
    """How does the difference between arms change as two conditions are turned together, and how sure is that?

    ``grid`` has the columns of ``Dials.grids`` in ``comparison.dials``, rows of one grid and measure. Left: the
    difference, hatched where its interval holds zero; right: the width of the interval. Dots are the
    points that were run. Raises ValueError without rows.
    """
    refuse_empty(grid)
    first = grid.iloc[0].to_dict()
    wide = {
        name: values.pivot(index="y", columns="x", values=name)
        for name, values in ((name, _in_unit(grid)) for name in ("estimate", "low", "high", "width"))
    }
    figure = sheet(10.0, 5.6)
    left, right = figure.subplots(1, 2, sharey=True)
    _draw_difference(figure, left, wide, unit_said(first["unit"]))
    _draw_width(figure, right, wide["width"], unit_said(first["unit"]))
    for axes in (left, right):
        axes.plot(grid["x"], grid["y"], ".", color="black", markersize=4, clip_on=False)
        axes.set_xlabel(f"{first['dial_x']} ({first['x_unit']})")
    left.set_ylabel(f"{first['dial_y']} ({first['y_unit']})")
    left.set_title(f"difference in {said(first['measure'])}", fontsize=9.5)
    right.set_title(f"width of the {interval_holds(first)}", fontsize=9.5)
    return figure


def _draw_difference(figure: Figure, axes: Axes, wide: Mapping[str, pd.DataFrame], unit: str) -> None:
    """Differences in colours that are white at zero, hatched where zero lies in the interval."""
    from matplotlib.ticker import MaxNLocator

    estimate = wide["estimate"]
    most = float(np.nanmax(np.abs(estimate.to_numpy()))) or 1.0
    levels = MaxNLocator(11, symmetric=True).tick_values(-most, most)
    drawn = axes.contourf(estimate.columns, estimate.index, estimate, levels=levels, cmap="PuOr_r")
    holds_zero = ((wide["low"] <= 0.0) & (wide["high"] >= 0.0)).astype(float)
    if holds_zero.to_numpy().any():
        hatched = axes.contourf(
            estimate.columns, estimate.index, holds_zero, levels=[0.5, 1.5], colors="none", hatches=["//"]
        )
        hatched.set_edgecolor("0.45")
        hatched.set_linewidth(0.0)
    figure.colorbar(drawn, ax=axes, location="bottom", label=f"{unit}; hatched: interval holds zero", shrink=0.9)


def _draw_width(figure: Figure, axes: Axes, width: pd.DataFrame, unit: str) -> None:
    """How wide intervals are, in greys that stay light enough for the dots."""
    from matplotlib.ticker import MaxNLocator

    levels = MaxNLocator(8).tick_values(0.0, float(np.nanmax(width.to_numpy())) or 1.0)
    drawn = axes.contourf(width.columns, width.index, width, levels=levels, cmap="Greys", vmax=1.7 * levels[-1])
    figure.colorbar(drawn, ax=axes, location="bottom", label=unit, shrink=0.9)


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
    numbers: Any = {name: rows[name] * factor for name in ("estimate", "low", "high", "width") if name in rows}
    return rows.assign(**numbers)
