"""Figures of effect: how far outcomes differ between arms, and what becomes of the children concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sos_sim.comparison.fates import ADDED, ARM_ONLY, BOTH, COMPARATOR_ONLY, ENTRY, SPARED
from sos_sim.kit.figures import (
    COLOURS,
    QUIET,
    beside,
    broken,
    no_difference,
    plane,
    refuse_empty,
    rows_from_the_top,
    sheet,
    signed_per_cent,
    whisker,
)
from sos_sim.kit.sentences import amount, interval_holds, level_said, said, span, unit_said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def effects_forest(effects: pd.DataFrame, comparator: str) -> Figure:
    """How far does each outcome differ between an arm and the comparator, and what is that uncertain by?

    ``effects`` has the columns of ``comparison.compare.paired_effects``, rows of one arm, a measure a row.
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
    axes.set_xlabel(broken(f"difference from {comparator}, % of its mean"))
    axes.xaxis.set_major_formatter(signed_per_cent)
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
    figure = plane(
        entries,
        harm,
        (
            ("fewer entries, more harm at home", fewer & more_harm),
            ("entries not fewer, more harm at home", ~fewer & more_harm),
            ("fewer entries, harm not more", fewer & ~more_harm),
            ("entries not fewer, harm not more", ~fewer & ~more_harm),
        ),
    )
    axes = figure.axes[0]
    axes.set_xlabel(
        broken(f"children starting to be looked after: difference from {comparator}\n(per 10,000 children a year)")
    )
    axes.set_ylabel("child-months with harm at home: difference\n(per 10,000 children a year)")
    return figure


def fates_bars(fates: pd.DataFrame) -> Figure:
    """How many children are spared an entry to care or added one, and how much harm do they meet at home?

    ``fates`` has the columns of ``comparison.fates.summarise_fates``, rows of one arm. Children who enter care in
    neither arm are left out: they are most. Raises ValueError without rows.
    """
    refuse_empty(fates)
    shown = {BOTH: "enter in both arms", COMPARATOR_ONLY: "spared: comparator only", ARM_ONLY: "added: arm only"}
    rows = {(row["fate"], row["measure"]): row for row in fates[fates["decision"] == ENTRY].to_dict("records")}
    figure = sheet(10.0, 3.9)
    left, right = figure.subplots(1, 2)
    harm = (("harm_comparator", "in the comparator"), ("harm_arm", "in the arm"))
    for place, fate in enumerate(shown):
        _count(left, place, rows[fate, "children"], 0)
        for number, (measure, name) in enumerate(harm):
            label = name if place == 0 else ""
            _count(right, place - 0.12 + 0.24 * number, rows[fate, measure], number, label)
    for axes, label in ((left, "children"), (right, "child-months with harm at home of these children")):
        rows_from_the_top(axes, list(shown.values()) if axes is left else [""] * len(shown))
        axes.set_xlim(left=0.0)
        axes.set_xlabel(f"{label}\n(one authority, whole period)")
    right.legend(frameon=False, fontsize=9)
    left.set_title(f"lines: {interval_holds(next(iter(rows.values())))}", fontsize=9, color=QUIET, loc="left")
    return figure


def danger_of_spared(fates: pd.DataFrame) -> Figure:
    """Were children spared an entry, and those added one, in lower or higher danger than under the comparator?

    ``fates`` as for ``fates_bars``. Raises ValueError without rows.
    """
    refuse_empty(fates)
    wanted = fates[fates["decision"].isin([SPARED, ADDED]) & (fates["measure"] == "children")]
    figure = sheet(8.5, 4.3)
    axes = figure.add_subplot()
    for place, row in enumerate(wanted.to_dict("records")):
        _count(axes, place, row, 0 if row["decision"] == SPARED else 1)
    names = [f"{row['decision'].split(',')[0]}, danger {row['fate']}" for row in wanted.to_dict("records")]
    rows_from_the_top(axes, names, 44)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("children (one authority, whole period)")
    axes.set_title(f"lines: {interval_holds(wanted.iloc[0].to_dict())}", fontsize=9, color=QUIET, loc="left")
    return figure


def _count(axes: Axes, place: float, row: dict[Any, Any], number: int, label: str = "") -> None:
    whisker(axes, place, row["estimate"], row["low"], row["high"], number=number, label=label)
