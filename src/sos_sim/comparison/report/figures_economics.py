"""Figures of economics: what arms cost, what that buys, and what it would be worth to know more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.kit.figures import (
    QUIET,
    bare,
    beside,
    broken,
    no_difference,
    plane,
    refuse_empty,
    ribbon,
    rows_from_the_top,
    sheet,
    whisker,
)
from sos_sim.kit.sentences import amount, interval_holds, level_said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MILLION: Final = 1e6
THOUSAND: Final = 1e3


def cost_lines(costs: pd.DataFrame, comparator: str) -> Figure:
    """On which lines does an arm cost more or less than the comparator?

    ``costs`` has the columns of ``Economics.table`` in ``comparison.economics``, its rows of kind 'cost' of one
    arm. The mean of both arms is written beside each line. Raises ValueError without rows.
    """
    refuse_empty(costs)
    figure = sheet(9.5, 2.1 + 0.4 * len(costs))
    axes = figure.add_subplot()
    for place, row in enumerate(costs.to_dict("records")):
        shown = [row[name] / MILLION for name in ("estimate", "low", "high")]
        whisker(axes, place, *shown)
        means = [f"£{row[name] / MILLION:,.2f}m" for name in ("comparator_mean", "arm_mean")]
        difference, low, high = (amount(value, "£ million", decimals=2) for value in shown)
        beside(axes, place, f"{difference}  ({low} to {high})\n{means[0]} to {means[1]}")
    rows_from_the_top(axes, list(costs["label"]))
    no_difference(axes)
    axes.set_xlabel(broken(f"difference from {comparator} (£ million, present value over the whole period)"))
    axes.set_title(f"lines: {interval_holds(costs.iloc[0].to_dict())}", fontsize=9, color=QUIET, loc="left")
    return figure


def cost_plane(pairs: pd.DataFrame, comparator: str, period: str) -> Figure:
    """Does an arm cost more or less than the comparator, and does it avoid entries to care?

    ``pairs`` has a row for each pair of authorities with the columns ``cost`` (difference, £) and ``avoided``
    (starts to be looked after that the comparator has more), both over the ``period`` named. No ratio is
    taken: where pairs lie on both sides of zero it would mean nothing. Raises ValueError without pairs.
    """
    avoided, cost = pairs["avoided"], pairs["cost"] / MILLION
    fewer, dearer = avoided > 0, cost > 0
    figure = plane(
        avoided,
        cost,
        (
            ("dearer, entries not fewer", ~fewer & dearer),
            ("dearer, fewer entries", fewer & dearer),
            ("not dearer, entries not fewer", ~fewer & ~dearer),
            ("not dearer, fewer entries", fewer & ~dearer),
        ),
    )
    axes = figure.axes[0]
    axes.set_xlabel(broken(f"care starts avoided against {comparator}\n(children, {period})"))
    axes.set_ylabel(f"difference in cost (£ million, {period})")
    return figure


def net_benefit_curve(curve: pd.DataFrame) -> Figure:
    """At which stated values does an arm bring more than it costs?

    ``curve`` has the columns of ``NetBenefit.curve`` in ``comparison.net_benefit``, rows of one arm and outcome;
    one line for each value of a harm month. Raises ValueError without rows.
    """
    figure, axes = _by_harm_value(curve, {"estimate": MILLION, "low": MILLION, "high": MILLION})
    no_difference(axes, across=True)
    axes.set_ylabel("net benefit (£ million, present value)")
    axes.set_title(f"bands: {interval_holds(curve.iloc[0].to_dict())}", fontsize=9, color=QUIET, loc="left")
    return figure


def acceptability_curve(curve: pd.DataFrame) -> Figure:
    """How probable is it, at each stated value, that an arm brings more than it costs?

    ``curve`` as for ``net_benefit_curve``. Raises ValueError without rows.
    """
    probability = {"probability": 1.0, "probability_low": 1.0, "probability_high": 1.0}
    figure, axes = _by_harm_value(curve, probability)
    axes.set_ylim(0.0, 1.0)
    axes.set_ylabel("probability that net benefit is above zero (0-1)")
    about = curve["about"].iloc[0]
    bands = f"bands: {level_said(curve['level'].iloc[0])} for the number of states simulated"
    axes.set_title(f"probability over {about}\n{bands}", fontsize=9, color=QUIET, loc="left")
    return figure


def value_of_information(information: pd.DataFrame) -> Figure:
    """What would it be worth to know beforehand how things will turn out?

    ``information`` has the columns of ``NetBenefit.information`` in ``comparison.net_benefit``, rows of one outcome;
    one line for each value of a harm month. Raises ValueError without rows.
    """
    figure, axes = _by_harm_value(information, {"evpi": MILLION, "low": MILLION, "high": MILLION})
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("expected value of perfect information\n(£ million, one authority's decision)")
    about = f"about {information['about'].iloc[0]}"
    bands = f"bands: {level_said(information['level'].iloc[0])} for the number of states simulated"
    axes.set_title(f"{about}\n{bands}", fontsize=9, color=QUIET, loc="left")
    return figure


def _by_harm_value(rows: pd.DataFrame, columns: dict[str, float]) -> tuple[Figure, Axes]:
    """A line with its band for each value of a harm month; ``columns`` are middle, low, high and their divisors."""
    refuse_empty(rows)
    figure = sheet(8.0, 5.4)
    axes = figure.add_subplot()
    for number, (value, line) in enumerate(rows.groupby("harm_value")):
        shown = line.sort_values("value")
        middle, low, high = (shown[name] / divisor for name, divisor in columns.items())
        ribbon(axes, shown["value"] / THOUSAND, middle, low, high, number=number, label=f"£{value:,.0f}")
    axes.set_xlabel(f"what one {rows['outcome'].iloc[0]} is worth to the reader (£ thousand)")
    named = axes.get_legend_handles_labels()
    title = "worth to the reader of one month of harm at home avoided"
    figure.legend(*named, loc="outside upper left", frameon=False, title=title, alignment="left", ncols=len(named[0]))
    bare(axes)
    return figure, axes
