"""Charts of the brief, each drawn on axes that are given: on the page, on paper, on a slide.

Letters are as large as Matplotlib has them at the moment; nothing is written smaller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sos_sim.comparison.outlook import NO_FEWER, NOTHING, RISKIER, SAFER
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.kit.figures import COLOURS, QUIET, bare, no_difference, refuse_empty, signed_per_cent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

MILLION: Final = 1e6
FUTURE_COLOURS: Final[Mapping[str, str]] = {
    NOTHING: "0.82",
    SAFER: COLOURS[2],
    RISKIER: COLOURS[1],
    NO_FEWER: COLOURS[5],
}
_WITHOUT, _WITH = "0.25", COLOURS[0]


def children_in_care(axes: Axes, table: pd.DataFrame, words: Mapping[str, str], start_month: int | None) -> None:
    """How many children are in care with the programme and without it?

    ``table`` has the columns of ``tables.CARE_BY_MONTH``, rows of one arm. The band is the interval of the paired
    difference, laid over the line without. ``words``: "without" and "with", what stands at the end of the lines, and
    "label", the name of the vertical axis. Raises ValueError without rows.
    """
    refuse_empty(table)
    months, base = table["month"] + 1, table["comparator_mean"]
    axes.fill_between(months, base + table["low"], base + table["high"], color=_WITH, alpha=0.2, linewidth=0)
    axes.plot(months, base, color=_WITHOUT, linewidth=2.0, linestyle="--")
    axes.plot(months, table["arm_mean"], color=_WITH, linewidth=2.4)
    last = table.iloc[-1]
    above, below = (("without", "with"), ("with", "without"))[int(last["arm_mean"] > last["comparator_mean"])]
    ends = {"without": (last["comparator_mean"], _WITHOUT), "with": (last["arm_mean"], _WITH)}
    for name, side in ((above, "bottom"), (below, "top")):
        height, colour = ends[name]
        axes.annotate(words[name], (months.iloc[-1], height), (6, 0), textcoords="offset points", va=side, color=colour)
    if start_month is not None:
        axes.axvline(start_month, color=QUIET, linewidth=1.0, linestyle=":")
        axes.annotate(words["start"], (start_month, 0.0), (4, 4), textcoords="offset points", va="bottom", color=QUIET)
    years = range(int(months.iloc[-1]) // MONTHS_PER_YEAR + 1)
    axes.set_xticks([MONTHS_PER_YEAR * year for year in years], [words["from"], *map(str, years[1:])])
    axes.set_xlim(0, months.iloc[-1])
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel(words["years"])
    axes.set_ylabel(words["label"])
    bare(axes)


def entries_beside_harm(axes: Axes, rows: pd.DataFrame, labels: Mapping[str, str], across: str) -> None:
    """By how much do entries to care and harm at home differ, in per cent of usual practice?

    ``rows`` has the columns of ``tables.EFFECTS``, a measure a row; ``labels`` are their names, by measure, and
    ``across`` what is measured. Raises ValueError without rows.
    """
    refuse_empty(rows)
    for place, row in enumerate(rows.to_dict("records")):
        middle, low, high = (100.0 * row[name] / row["comparator_mean"] for name in ("estimate", "low", "high"))
        colour = COLOURS[0] if place == 0 else COLOURS[1]
        axes.plot([low, high], [place, place], color=colour, linewidth=5.0, alpha=0.4, solid_capstyle="butt")
        axes.plot([middle], [place], "o", color=colour, markersize=8)
    axes.set_yticks(range(len(rows)), [labels[name] for name in rows["measure"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.xaxis.set_major_formatter(signed_per_cent)
    axes.set_xlabel(across)
    no_difference(axes)


def how_futures_fall_out(axes: Axes, futures: pd.DataFrame, labels: Mapping[str, str], across: str) -> None:
    """In how many of 100 futures does nothing happen, and in how many do fewer come into care without more harm?

    ``futures`` has the columns of ``tables.FUTURES``, rows of one arm; ``labels`` are names of outcomes. One bar,
    divided; a part's number stands in it where it is wide enough. Raises ValueError without rows.
    """
    refuse_empty(futures)
    start = 0.0
    for row in futures.to_dict("records"):
        wide = 100.0 * row["share"]
        name, colour = row["outcome"], FUTURE_COLOURS[row["outcome"]]
        axes.barh([0], [wide], left=start, color=colour, edgecolor="white", label=labels[name], height=0.8)
        if wide >= 4.0:
            axes.text(start + wide / 2, 0.0, f"{wide:.0f}", ha="center", va="center", weight="bold")
        start += wide
    axes.set_xlim(0.0, 100.0)
    axes.set_yticks([])
    axes.set_xlabel(across)
    axes.spines[["top", "right", "left"]].set_visible(False)


def draw_money(axes: Axes, money: pd.DataFrame, words: Mapping[str, str], years: Sequence[str]) -> None:
    """What does it cost more or less, year by year?

    ``money`` has the columns of ``tables.MONEY_BY_YEAR``, rows of one arm. Bars are the programme and all other
    services, marks both together with their interval. ``words``: "programme", "services", "total" and
    "label"; ``years`` are names of the years. Raises ValueError without rows.
    """
    refuse_empty(money)
    for name, colour, side in (("programme", COLOURS[4], -0.2), ("services", COLOURS[2], 0.2)):
        axes.bar(money["year"] + side, money[name] / MILLION, width=0.36, color=colour, label=words[name])
    total: Any = money[["estimate", "low", "high"]] / MILLION
    axes.vlines(money["year"], total["low"], total["high"], color="black", linewidth=1.4)
    axes.plot(money["year"], total["estimate"], "D", color="black", markersize=6, label=words["total"])
    no_difference(axes, across=True)
    axes.set_xticks(money["year"], list(years))
    axes.set_ylabel(words["label"])
    axes.yaxis.set_major_formatter(lambda value, place: f"{value:+g}".replace("-", "−") if value else "0")
    bare(axes)
