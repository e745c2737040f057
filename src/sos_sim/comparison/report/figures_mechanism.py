"""Figures of mechanism: on which path a difference comes, and how the steps of the theory go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sos_sim.kit.figures import (
    QUIET,
    beside,
    draw_by_year,
    no_difference,
    refuse_empty,
    rows_from_the_top,
    sheet,
    whisker,
)
from sos_sim.kit.sentences import amount, interval_holds, said, span, unit_said
from sos_sim.outcomes.measures import SHARE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def effect_by_paths(parts: pd.DataFrame) -> Figure:
    """Through which path does each difference come, and does harm go with entries on the same path?

    ``parts`` has the columns of ``ByPath.effect`` in ``comparison.by_path``, rows of one arm: a panel for each measure,
    two in a row, the same paths at the same heights. Numbers of a panel add up to its last, the whole; shares are drawn
    in percentage points. Raises
    ValueError without rows.
    """
    refuse_empty(parts)
    measures = list(parts.groupby("measure", sort=False))
    down = (len(measures) + 1) // 2
    figure = sheet(12.5, 1.2 + 2.7 * down)
    panels = figure.subplots(down, 2, squeeze=False)
    for number, (axes, (_, rows)) in enumerate(zip(panels.flat, measures, strict=False)):
        _draw_paths(axes, rows, named=number % 2 == 0)
    for axes in panels.flat[len(measures) :]:
        axes.remove()
    figure.suptitle(f"lines: {interval_holds(parts.iloc[0].to_dict())}", fontsize=9, color=QUIET, x=0.02, ha="left")
    return figure


def _draw_paths(axes: Axes, rows: pd.DataFrame, *, named: bool) -> None:
    """One outcome's parts by path and their whole, with their numbers beside; ``named`` says whether rows are."""
    rows_from_the_top(axes, list(rows["label"]) if named else [""] * len(rows), 30)
    no_difference(axes)
    axes.axhline(len(rows) - 1.5, color="0.6", linewidth=0.8)
    scale = 100.0 if rows["unit"].iloc[0] == SHARE else 1.0
    for place, row in enumerate(rows.to_dict("records")):
        unit, decimals = row["unit"], int(row["decimals"])
        whisker(axes, place, scale * row["estimate"], scale * row["low"], scale * row["high"], number=place)
        numbers = span(row["low"], row["high"], unit, decimals=decimals)
        beside(axes, place, f"{amount(row['shown'], unit, decimals=decimals)}  ({numbers})")
    first = rows.iloc[0]
    axes.set_xlabel(f"difference in {said(first['measure'])}\n({unit_said(first['unit'])})", fontsize=9)
    axes.tick_params(labelsize=8)


def chain_by_year(chain: pd.DataFrame) -> Figure:
    """How does each step of the programme theory go in each arm, from what is delivered to what is believed?

    ``chain`` has the columns of ``comparison.chain.chain``. Raises ValueError without whole years.
    """
    return draw_by_year(chain.assign(label=chain["link"] + " " + chain["label"]), across=3)
