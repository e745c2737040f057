"""Figures of effect: how far outcomes differ between arms, and what becomes of the children concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sos_sim.reporting.figures import (
    COLOURS,
    QUIET,
    beside,
    no_difference,
    plane,
    refuse_empty,
    rows_from_the_top,
    sheet,
    whisker,
)
from sos_sim.reporting.sentences import amount, interval_holds, level_said, said, span, unit_said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def effects_forest(effects: pd.DataFrame, comparator: str) -> Figure:
    """How far does each outcome differ between an arm and the comparator, and what is that uncertain by?

    ``effects`` has the columns of ``studies.compare.paired_effects``, rows of one arm, a measure a row.
    Marks and thick lines are the expected difference with its interval; thin lines hold what single
    authorities would see, their luck as well. Raises ValueError without rows.
    """
    refuse_empty(effects)
    figure = sheet(9.5, 2.3 + 0.42 * len(effects))
    axes = figure.add_subplot()
    for place, row in enumerate(effects.to_dict("records")):
        _relative_row(axes, place, row)
    first = effects.iloc[0]
    rows_from_the_top(axes, [said(name) for name in effects["measure"]], 30)
    no_difference(axes)
    axes.set_xlabel(f"difference from {comparator}, % of its mean")
    axes.xaxis.set_major_formatter("{x:+.0f}%")
    _heading(axes, 1.02, "difference in its own unit (interval)")
    expected = f"expected difference: {interval_holds(first.to_dict())}"
    single = f"{level_said(first['level'])} of single authorities, their luck as well"
    axes.plot([], [], color=COLOURS[0], linewidth=4.0, label=expected)
    axes.plot([], [], color=COLOURS[0], linewidth=1.0, label=single)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", frameon=False, fontsize=9)
    return figure


def _relative_row(axes: Axes, place: int, row: dict[Any, Any]) -> None:
    """One outcome: relative difference drawn, difference in its own unit written beside it."""
    base, unit = row["comparator_mean"], row["unit"]
    if base:
        shown = {name: 100.0 * row[name] / base for name in ("low", "high", "authority_low", "authority_high")}
        axes.plot([shown["authority_low"], shown["authority_high"]], [place] * 2, color=COLOURS[0], linewidth=1.0)
        whisker(axes, place, 100.0 * row["estimate"] / base, shown["low"], shown["high"])
    difference, interval = amount(row["estimate"], unit, base), span(row["low"], row["high"], unit, base)
    beside(axes, place, f"{difference}  ({interval})\n{unit_said(unit)}")


def _heading(axes: Axes, x: float, text: str) -> None:
    """A heading over the numbers written to the right of the axes."""
    axes.annotate(text, (x, 1.0), xycoords="axes fraction", va="bottom", fontsize=8, color=QUIET, annotation_clip=False)


def entries_and_harm(pairs: pd.DataFrame, comparator: str) -> Figure:
    """Where entries to care differ, does harm at home differ too, and which way?

    ``pairs`` has a row for each pair of authorities (one draw, one replicate) with the columns ``entries``
    and ``harm``: differences (arm minus comparator) in children starting to be looked after and in
    child-months with harm at home, both per 10,000 children a year. Raises ValueError without pairs.
    """
    entries, harm = pairs["entries"], pairs["harm"]
    fewer, more_harm = entries < 0, harm > 0
    figure = plane(entries, harm, (
        ("fewer entries, more harm at home", fewer & more_harm),
        ("entries not fewer, more harm at home", ~fewer & more_harm),
        ("fewer entries, harm not more", fewer & ~more_harm),
        ("entries not fewer, harm not more", ~fewer & ~more_harm),
    ))
    axes = figure.axes[0]
    axes.set_xlabel(f"children starting to be looked after: difference from {comparator}\n(per 10,000 children a year)")
    axes.set_ylabel("child-months with harm at home: difference\n(per 10,000 children a year)")
    return figure
