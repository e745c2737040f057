"""Figures of mechanism: through which links of the programme theory a difference comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sos_sim.kit.figures import (
    COLOURS,
    QUIET,
    beside,
    draw_by_year,
    no_difference,
    refuse_empty,
    rows_from_the_top,
    sheet,
)
from sos_sim.kit.sentences import amount, interval_holds, said, span, unit_said

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def waterfall(steps: pd.DataFrame) -> Figure:
    """How do the links add up to the whole difference, and how much is left to their working together?

    ``steps`` has the columns of ``Mechanism.waterfall`` in ``comparison.mechanism``, rows of one measure and
    one way, in order. Bars go from where the links before end; the thin line is the interval of the step
    itself. Raises ValueError without rows.
    """
    refuse_empty(steps)
    figure, axes = _rows_of_links(steps)
    rows = steps.to_dict("records")
    for place, row in enumerate(rows):
        fill = COLOURS[0] if row["link"] else COLOURS[1] if row["label"] == "interaction" else "0.45"
        axes.barh(place, row["end"] - row["start"], left=row["start"], height=0.55, color=fill, alpha=0.8)
        _interval_of_bar(axes, place, row["start"], row)
        if place:
            axes.plot([rows[place - 1]["end"]] * 2, [place - 1, place], color="0.6", linewidth=0.8)
    _name_axis(axes, steps)
    return figure


def shapley_shares(shares: pd.DataFrame) -> Figure:
    """How much of the whole difference does each link bring, whatever the order links are switched on in?

    ``shares`` has the columns of ``Mechanism.shapley`` in ``comparison.mechanism``, rows of one measure. The
    numbers add up to the whole difference. Raises ValueError without rows.
    """
    refuse_empty(shares)
    figure, axes = _rows_of_links(shares.assign(label=shares["link"] + " " + shares["name"]))
    for place, row in enumerate(shares.to_dict("records")):
        axes.barh(place, row["estimate"], height=0.55, color=COLOURS[0], alpha=0.8)
        _interval_of_bar(axes, place, 0.0, row)
    _name_axis(axes, shares)
    return figure


def chain_by_year(chain: pd.DataFrame) -> Figure:
    """How does each step of the programme theory go in each arm, from what is delivered to what is believed?

    ``chain`` has the columns of ``comparison.chain.chain``. Raises ValueError without whole years.
    """
    return draw_by_year(chain.assign(label=chain["link"] + " " + chain["label"]), across=3)


def _rows_of_links(rows: pd.DataFrame) -> tuple[Figure, Axes]:
    """A sheet with one named row for each link and a line at zero."""
    figure = sheet(9.0, 2.2 + 0.4 * len(rows))
    axes = figure.add_subplot()
    rows_from_the_top(axes, list(rows["label"]))
    no_difference(axes)
    return figure, axes


def _interval_of_bar(axes: Axes, place: int, start: float, row: Mapping[Any, Any]) -> None:
    """The interval of a bar that starts at ``start``, and its numbers to the right of the axes."""
    ends = [start + row["low"], start + row["high"]]
    axes.plot(ends, [place, place], "|-", color="black", linewidth=1.3, markersize=7)
    value, unit, decimals = row.get("shown", row["estimate"]), row["unit"], row.get("decimals")
    text = f"{amount(value, unit, decimals=decimals)}  ({span(row['low'], row['high'], unit, decimals=decimals)})"
    beside(axes, place, text)


def _name_axis(axes: Axes, rows: pd.DataFrame) -> None:
    first = rows.iloc[0]
    axes.set_xlabel(f"difference in {said(first['measure'])}\n({unit_said(first['unit'])})")
    axes.set_title(f"lines: {interval_holds(first.to_dict())}", fontsize=9, color=QUIET, loc="left")
