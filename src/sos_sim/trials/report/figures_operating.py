"""Figures of virtual trials: error rates, power, assurance, bias, and what the pool of authorities implies."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from sos_sim.kit.figures import MARKS, QUIET, STYLES, bare, colour, refuse_empty, rows_from_the_top, sheet
from sos_sim.trials.closed_form import ALPHA, POWER
from sos_sim.trials.protocol import Design
from sos_sim.trials.report.material import analysis_said, design_in_short
from sos_sim.trials.virtual import SIZES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DESIGNS: Final = get_args(Design)
_LUCK: Final = "intervals (95 %): luck of the virtual trials"


class EstimateColumns(NamedTuple):
    """Columns of an estimate and its interval, the axis that shows them, and where a line marks what is wished for."""

    value: str
    low: str
    high: str
    axis: str
    wished: float
    wished_said: str


ERROR_RATE: Final = EstimateColumns(
    "rejected", "rejected_low", "rejected_high", "share of trials without any effect that find one", ALPHA, "5 %"
)
COVERAGE: Final = EstimateColumns(
    "coverage", "coverage_low", "coverage_high", "share of 95 % intervals that hold the true effect", 1 - ALPHA, "95 %"
)


def bias_in(unit: str) -> EstimateColumns:
    """Bias in the unit in which differences are told."""
    return EstimateColumns("bias", "bias_low", "bias_high", f"mean estimate less true effect ({unit})", 0.0, "no bias")


def by_analysis(table: pd.DataFrame, shown: EstimateColumns, sizes_are: str) -> Figure:
    """What does each analysis do in each design and size, and which are not as they should be?

    ``table`` has design, clusters, analysis and the columns of ``shown``. Marks are filled where the interval
    leaves out what is wished for. Raises ValueError without rows.
    """
    refuse_empty(table)
    designs, sizes, analyses = (list(dict.fromkeys(table[name])) for name in ("design", "clusters", "analysis"))
    figure = sheet(max(8.0, 3.2 + 2.3 * len(designs)), 2.4 + len(analyses) * (0.24 + 0.1 * len(sizes)))
    panels = figure.subplots(1, len(designs), sharex=True, sharey=True, squeeze=False)[0]
    for axes, design in zip(panels, designs, strict=True):
        axes.axvline(shown.wished, color="0.35", linewidth=1.0, zorder=0)
        _rows_of(axes, table[table["design"] == design], shown, sizes, analyses)
        rows_from_the_top(axes, [analysis_said(name) for name in analyses], 24)
        axes.tick_params(axis="y", pad=7)
        axes.set_title(design_in_short(design), fontsize=10, loc="left")
        axes.set_xlabel(textwrap.fill(shown.axis, 30 if len(designs) > 1 else 80), fontsize=9)
        if shown.value != "bias":
            _as_shares(axes, table, shown)
    note = f"line: {shown.wished_said}; filled: the interval leaves it out; {_LUCK}"
    legend_above(figure, panels, f"{sizes_are} in a trial; {note}", 6)
    return figure


def _rows_of(
    axes: Axes, table: pd.DataFrame, shown: EstimateColumns, sizes: Sequence[int], analyses: Sequence[str]
) -> None:
    """The marks of one design, sizes below each other within an analysis."""
    for number, clusters in enumerate(sizes):
        of_size = table[table["clusters"] == clusters].to_dict("records")
        shift = (number - (len(sizes) - 1) / 2) * 0.7 / max(1, len(sizes))
        axes.plot([], [], MARKS[number % len(MARKS)], color=colour(number), label=f"{clusters:g}")
        for row in of_size:
            place, (low, high) = analyses.index(row["analysis"]) + shift, (row[shown.low], row[shown.high])
            off = low > shown.wished or high < shown.wished
            axes.plot([low, high], [place, place], color=colour(number), linewidth=1.6, alpha=0.8)
            axes.plot(
                [row[shown.value]],
                [place],
                MARKS[number % len(MARKS)],
                color=colour(number),
                markersize=5.5,
                markerfacecolor=colour(number) if off else "white",
                markeredgewidth=1.2,
                clip_on=False,
            )
    for place, name in enumerate(analyses):
        if name not in set(table["analysis"]):
            axes.annotate(
                "not made for this design",
                (0.03, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=8,
                color=QUIET,
                bbox={"facecolor": "white", "linewidth": 0.0, "pad": 1.5},
            )


def _as_shares(axes: Axes, table: pd.DataFrame, shown: EstimateColumns) -> None:
    """A scale of shares that gives most room to the end where the wished share lies."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    near_one = shown.wished > 0.5
    ticks = [0.0, *([] if near_one else [0.01]), 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0]
    forward: Callable[..., object] = (lambda x: -(abs(1.0 - x) ** 0.5)) if near_one else (lambda x: abs(x) ** 0.5)
    inverse: Callable[..., object] = (lambda y: 1.0 - y**2) if near_one else (lambda y: y**2)
    axes.set_xscale("function", functions=(forward, inverse))
    end = table[shown.low].min() if near_one else table[shown.high].max()
    axes.set_xlim(*((max(0.0, end - 0.02), 1.0) if near_one else (0.0, min(1.0, end + 0.02))))
    axes.xaxis.set_major_locator(FixedLocator([1.0 - tick if near_one else tick for tick in ticks]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100.0 * value:.0f}%"))
    axes.tick_params(axis="x", labelsize=8)


def power_and_detectable(power: pd.DataFrame, unit: str, sizes_are: str) -> Figure:
    """How often is each design conclusive at each size, and what is the smallest difference it sees?

    ``power`` has one row a design and size, with differences in ``unit``: rejected with its interval,
    detectable, true_effect. Raises ValueError without rows.
    """
    refuse_empty(power)
    figure = sheet(10.0, 4.6)
    left, right = figure.subplots(1, 2)
    over_sizes(left, power, "rejected", "rejected_low", "rejected_high")
    power_line(left)
    left.set_ylabel("share of trials with p below 0.05")
    over_sizes(right, power, "detectable")
    for design, rows in power.groupby("design", sort=False):
        right.axhline(
            rows["true_effect"].abs().iloc[0],
            color=colour(design_number(design)),
            linewidth=1.0,
            linestyle=":",
            zorder=0,
        )
    right.set_ylim(bottom=0.0)
    right.set_ylabel(f"difference seen with 80 % power\n({unit})")
    right.set_title("dotted: size of the true effect as assumed", fontsize=9, loc="left")
    for axes in (left, right):
        axes.set_xlabel(f"{sizes_are} in a trial")
    legend_above(figure, [left], f"design, by its lead analysis; {_LUCK}", 3)
    return figure


def power_by_outcome(power: pd.DataFrame, labels: Mapping[str, str], sizes_are: str) -> Figure:
    """How often is each design conclusive about each outcome? One panel an outcome that has a label, in their order.

    Raises ValueError without rows.
    """
    refuse_empty(power)
    across = 3 if len(labels) > 2 else len(labels)
    down = -(-len(labels) // across)
    figure = sheet(10.0, 1.7 + 2.3 * down)
    panels = figure.subplots(down, across, sharey=True, squeeze=False)
    for axes, (outcome, label) in zip(panels.flat, labels.items(), strict=False):
        over_sizes(axes, power[power["outcome"] == outcome], "rejected", "rejected_low", "rejected_high")
        power_line(axes)
        axes.set_title(textwrap.fill(label, 38), fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
    for axes in panels.flat[len(labels) :]:
        axes.remove()
    for axes in panels.flat[max(0, len(labels) - across) : len(labels)]:
        axes.set_xlabel(f"{sizes_are} in a trial", fontsize=9)
    for axes in panels[:, 0]:
        axes.set_ylabel("p below 0.05", fontsize=9)
    legend_above(figure, [panels[0, 0]], f"design, by its lead analysis; {_LUCK}", 3)
    return figure


def power_by_reach(reach: pd.DataFrame) -> Figure:
    """Does longer follow-up, or do larger authorities, make a trial of one size conclusive?

    ``reach`` has the columns of ``operating.reach_table``, one number of clusters a design. Raises ValueError without
    rows.
    """
    refuse_empty(reach)
    figure = sheet(10.0, 4.4)
    left, right = figure.subplots(1, 2, sharey=True)
    plan = reach["follow_up_months"].max()
    whole = reach[reach["size"] == SIZES[0]].sort_values("follow_up_months")
    halves = reach[reach["follow_up_months"] == plan]
    halves = halves.assign(place=[("smaller", "all", "larger").index(size) for size in halves["size"]])
    for axes, rows, x in ((left, whole, "follow_up_months"), (right, halves.sort_values("place"), "place")):
        _beside_each_other(axes, rows, x)
        power_line(axes)
        bare(axes)
    left.set_xticks(sorted(set(whole["follow_up_months"])))
    left.set_xlabel("months in which children are counted")
    left.set_ylabel("share of trials with p below 0.05")
    right.set_xticks(range(3), ["smaller half", "all", "larger half"])
    right.set_xlim(-0.4, 2.4)
    right.set_xlabel(f"authorities, by children, that are drawn from ({plan:g} months)")
    legend_above(figure, [left], f"design, by its lead analysis; {_LUCK}", 3)
    return figure


def _beside_each_other(axes: Axes, table: pd.DataFrame, x: str) -> None:
    """Power over ``x``, a line a design, a little apart."""
    apart = 0.012 * max(1.0, float(table[x].max() - table[x].min()))
    for place, (design, rows) in enumerate(table.groupby("design", sort=False)):
        number, at = design_number(design), rows[x] + place * apart
        clusters = "/".join(f"{number:g}" for number in dict.fromkeys(rows["clusters"]))
        axes.vlines(at, rows["rejected_low"], rows["rejected_high"], color=colour(number), linewidth=1.6, alpha=0.7)
        axes.plot(
            at,
            rows["rejected"],
            MARKS[number % len(MARKS)],
            linestyle=STYLES[number % len(STYLES)],
            color=colour(number),
            linewidth=1.5,
            markersize=6,
            markeredgecolor="white",
            label=f"{design_in_short(str(design))}, {clusters} authorities",
        )


def assurance_by_size(assurance: pd.DataFrame, sizes_are: str) -> Figure:
    """How probable is a conclusive trial, once it is admitted that the effect is uncertain?

    ``assurance`` has design, clusters, assurance, low, high, draws. Raises ValueError without rows.
    """
    refuse_empty(assurance)
    figure = sheet(8.0, 4.6)
    axes = figure.add_subplot()
    over_sizes(axes, assurance, "assurance", "low", "high")
    power_line(axes)
    axes.set_xlabel(f"{sizes_are} in a trial")
    axes.set_ylabel("probability of a conclusive trial")
    draws = int(assurance["draws"].max())
    title = f"design; intervals (95 %): mean over {draws:,} draws of what is uncertain, and luck"
    legend_above(figure, [axes], title, 3)
    return figure


def over_sizes(axes: Axes, table: pd.DataFrame, value: str, low: str = "", high: str = "") -> None:
    """A line for each design over sizes, with intervals where their columns are named, beside each other."""
    from matplotlib.ticker import NullLocator

    designs, sizes = list(dict.fromkeys(table["design"])), sorted(set(table["clusters"]))
    apart = (sizes[-1] / sizes[0]) ** 0.016 if len(sizes) > 1 else 1.01
    for place, design in enumerate(designs):
        rows, number = table[table["design"] == design].sort_values("clusters"), design_number(design)
        x = rows["clusters"] * apart ** (place - (len(designs) - 1) / 2)
        if low:
            axes.vlines(x, rows[low], rows[high], color=colour(number), linewidth=1.6, alpha=0.7)
        axes.plot(
            x,
            rows[value],
            MARKS[number % len(MARKS)],
            linestyle=STYLES[number % len(STYLES)],
            color=colour(number),
            linewidth=1.5,
            markersize=6,
            markeredgecolor="white",
            label=design_in_short(design),
        )
    if sizes[0] > 0:
        axes.set_xscale("log")
        axes.set_xlim(sizes[0] / apart**5, sizes[-1] * apart**5)
    axes.set_xticks(sizes, [f"{number:g}" for number in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    bare(axes)


def power_line(axes: Axes) -> None:
    """An upright axis of shares of trials with a line at 80 %."""
    axes.axhline(POWER, color="0.35", linewidth=1.0, zorder=0)
    axes.annotate(
        "80 %",
        (1.0, POWER),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=8,
        color=QUIET,
    )
    share_axis(axes)


def share_axis(axes: Axes) -> None:
    """An upright axis from 0 to 100 %."""
    from matplotlib.ticker import PercentFormatter

    axes.set_ylim(-0.02, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def legend_above(figure: Figure, panels: Sequence[Axes], title: str, columns: int) -> None:
    """One legend above all panels, for what any of them draws."""
    found = {label: handle for axes in panels for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    width = round(13.5 * figure.get_size_inches()[0])
    figure.legend(
        list(found.values()),
        list(found),
        loc="outside upper left",
        frameon=False,
        ncols=columns,
        title=textwrap.fill(title, width),
        alignment="left",
        fontsize=9,
        title_fontsize=9,
    )


def design_number(design: object) -> int:
    """A design's colour, mark and style: the same in all figures."""
    return _DESIGNS.index(design) if design in _DESIGNS else len(_DESIGNS)
