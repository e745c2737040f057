"""Figures of scenario discovery and of emulators: limits of boxes, coverage against density, response surfaces."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.figures import COLOURS, QUIET, bare, beside, refuse_empty, rows_from_the_top, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEVELS: Final = 11


def box_limits(limits: pd.DataFrame, values: pd.DataFrame, foot: str = CAVEAT) -> Figure:
    """Between which limits does success lie?

    ``limits`` are the rows of one box (factor, low, high, categories, quasi_p_low, quasi_p_high), ``values`` the
    factors' values in all rows. Each line is a factor's range from its lowest to its highest value; the thick part is
    inside. Beside it stand limits and quasi-p, how likely the limit is by chance. Raises ValueError without rows.
    """
    refuse_empty(limits)
    figure = sheet(8.5, 1.8 + 0.55 * len(limits), foot)
    axes = figure.add_subplot()
    for place, row in enumerate(limits.to_dict("records")):
        start, end, text = _inside(row, values[row["factor"]])
        axes.plot([0, 1], [place, place], color="0.85", linewidth=3.0, solid_capstyle="butt")
        axes.plot([start, end], [place, place], color=COLOURS[0], linewidth=9.0, solid_capstyle="butt")
        beside(axes, place, text)
    rows_from_the_top(axes, list(limits["factor"]))
    axes.grid(visible=False)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0.0, 1.0], ["lowest", "highest"])
    axes.set_xlabel("range of the factor in the study (thick: inside the box)")
    return figure


def _inside(row: dict[Any, Any], values: pd.Series[Any]) -> tuple[float, float, str]:
    """Where the part inside begins and ends, as shares of the range, and the words beside it."""
    if row["categories"]:
        kept = len(str(row["categories"]).split(", "))
        text = str(row["categories"]).replace(", ", " or ")
        return 0.0, kept / values.nunique(), text + _chance(row["quasi_p_low"])
    low, high = float(values.min()), float(values.max())
    start = row["low"] if np.isfinite(row["low"]) else low
    end = row["high"] if np.isfinite(row["high"]) else high
    parts = [f"above {start:.3g}{_chance(row['quasi_p_low'])}"] if np.isfinite(row["low"]) else []
    parts += [f"below {end:.3g}{_chance(row['quasi_p_high'])}"] if np.isfinite(row["high"]) else []
    return (start - low) / (high - low), (end - low) / (high - low), "\n".join(parts)


def _chance(quasi_p: float) -> str:
    if np.isnan(quasi_p):
        return ""
    return " (quasi-p below 0.001)" if quasi_p < 0.001 else f" (quasi-p {quasi_p:.3f})"


def peeling(steps: pd.DataFrame, overall: float, foot: str = CAVEAT) -> Figure:
    """What does it cost in coverage to make a box denser?

    ``steps`` are those of one PRIM box (coverage, density, limited, chosen), in the two rows of three in which boxes
    are looked for; ``overall`` is the density of all rows. Raises ValueError without rows.
    """
    refuse_empty(steps)
    figure = sheet(7.5, 5.0, foot)
    axes = figure.add_subplot()
    axes.plot(steps["coverage"], steps["density"], color="0.8", linewidth=1.0, zorder=1)
    dots = axes.scatter(steps["coverage"], steps["density"], c=steps["limited"], cmap="viridis_r", s=28, zorder=2)
    chosen = steps[steps["chosen"]].iloc[0]
    axes.scatter(chosen["coverage"], chosen["density"], s=150, facecolors="none", edgecolors=COLOURS[1], linewidths=2.0)
    axes.annotate(
        "the box that is told",
        (chosen["coverage"], chosen["density"]),
        xytext=(-12, -4),
        textcoords="offset points",
        fontsize=9,
        color=COLOURS[1],
        ha="right",
        va="top",
    )
    axes.axhline(overall, color=QUIET, linewidth=1.0, linestyle=":")
    axes.annotate("all rows", (0.01, overall), xytext=(0, 3), textcoords="offset points", fontsize=8, color=QUIET)
    axes.set_xlabel(
        "coverage: share of all successes that lie inside\n(of the two rows of three in which boxes are looked for)"
    )
    axes.set_ylabel("density: share of rows inside that succeed")
    axes.set_xlim(0.0, 1.03)
    axes.set_ylim(0.0, 1.03)
    bare(axes)
    figure.colorbar(dots, ax=axes, label="number of factors that are limited", ticks=sorted(set(steps["limited"])))
    return figure


def response_surface(surface: pd.DataFrame, label: str, foot: str = CAVEAT) -> Figure:
    """What output does the emulator expect over two factors, all others averaged?

    ``surface`` has factor_x, factor_y, x, y and estimate on a grid. Raises ValueError without rows.
    """
    refuse_empty(surface)
    first = surface.iloc[0]
    grid = surface.pivot_table(index="y", columns="x", values="estimate")
    figure = sheet(7.5, 5.4, foot)
    axes = figure.add_subplot()
    if min(grid.shape) < 2:
        _draw_line(axes, grid, label)
    else:
        filled = axes.contourf(grid.columns, grid.index, grid.to_numpy(), levels=_LEVELS, cmap="viridis")
        lines = axes.contour(filled, colors="white", linewidths=0.6)
        axes.clabel(lines, fontsize=8, fmt="%.3g")
        figure.colorbar(filled, ax=axes, label=textwrap.fill(label, 48))
        axes.set_ylabel(str(first["factor_y"]))
    axes.set_xlabel(str(first["factor_x"]))
    return figure


def _draw_line(axes: Axes, grid: pd.DataFrame, label: str) -> None:
    """A surface that varies one way only."""
    flat = grid.mean(axis=0) if grid.shape[0] < 2 else grid.mean(axis=1)
    axes.plot(flat.index, flat, color=COLOURS[0])
    axes.set_ylabel(label)
