"""Figures of an authority's own records. Tables are those of ``records.tables``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sos_sim.kit.figures import COLOURS, MARKS, STYLES, bare, sheet, whisker
from sos_sim.records.cells import said_year
from sos_sim.records.tables import LEAVING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SAID: Final[Mapping[str, str]] = {
    "in_care": "looked after on 31 March",
    "started": "started in the year",
    "ceased": "ceased in the year",
    "returned_home": "of these returned home",
    "home": "returns home",
    "all": "all ends that can be followed",
    "guardianship_or_order": "guardianship or order",
    "to_adult_life": "adult life",
    "care_order": "care order",
    "placement_order": "placement order",
    "youth_justice": "youth justice",
    "placed_for_adoption": "placed for adoption",
    "home_on_order": "with parents, on an order",
}
"""Codes of tables as figures write them; others are written as they are."""
_LINES: Final = ("in_care", "started", "ceased", "returned_home")
_PANELS: Final = {"age": "age", "legal": "legal status", "place": "place"}


def over_the_years(counts: pd.DataFrame, foot: str) -> Figure:
    """How many children were looked after, started, ceased and returned home, year by year?"""
    figure = sheet(foot=foot)
    axes = figure.add_subplot()
    whole = counts[counts["by"] == "all"]
    years = sorted(set(whole["year"]))
    for number, measure in enumerate(_LINES):
        line = whole[whole["measure"] == measure].set_index("year")["count"].reindex(years)
        style = {"color": COLOURS[number], "linestyle": STYLES[number], "marker": MARKS[number]}
        axes.plot(years, line, label=SAID[measure], **style)  # type: ignore[arg-type]
    axes.set_xticks(years, [said_year(year) for year in years])
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("children")
    axes.legend(frameon=False)
    bare(axes)
    return figure


def at_the_end(counts: pd.DataFrame, foot: str) -> Figure:
    """Who is looked after: by age, legal status and place, on the last 31 March?"""
    last = counts[(counts["measure"] == "in_care") & (counts["year"] == counts["year"].max())]
    figure = sheet(10.0, 4.4, foot)
    panels = figure.subplots(1, len(_PANELS))
    for axes, (way, title) in zip(panels, _PANELS.items(), strict=True):
        rows = last[last["by"] == way]
        axes.barh([SAID.get(group, group) for group in rows["group"]], rows["count"], color=COLOURS[0])
        for place, count in enumerate(rows["count"]):
            axes.annotate(f" {count:,}", (count, place), va="center", fontsize=8)
        axes.set_title(title, loc="left", fontsize=10)
        axes.set_xlim(0.0, 1.2 * max(1, *rows["count"]) if len(rows) else 1.0)
        axes.invert_yaxis()
        axes.set_xlabel("children")
        bare(axes)
    return figure


def leaving_curve(table: pd.DataFrame, foot: str) -> Figure:
    """How soon do children leave care, and where to?"""
    figure = sheet(foot=foot)
    axes = figure.add_subplot()
    columns: Any = table.pivot(index="month", columns="cause", values="share")[list(LEAVING)]
    labels = [SAID.get(cause, cause) for cause in LEAVING]
    axes.stackplot(columns.index, columns.T.to_numpy(), labels=labels, colors=COLOURS[: len(LEAVING)], alpha=0.85)
    axes.set_xlim(0.0, float(columns.index.max()))
    axes.set_ylim(0.0, 1.0)
    axes.set_xlabel("months since the start")
    axes.set_ylabel("share who have left")
    axes.legend(frameon=False, loc="upper left", reverse=True)
    bare(axes)
    return figure


def coming_back(table: pd.DataFrame, foot: str) -> Figure:
    """How many come back into care, after a return home and after all ends that can be followed?"""
    figure = sheet(8.0, 4.2, foot)
    axes = figure.add_subplot()
    days = sorted(set(table["days"]))
    for number, after in enumerate(("home", "all")):
        rows = table[(table["after"] == after) & table["share"].notna()]
        for row in rows.to_dict("records"):
            place = days.index(row["days"]) + 0.3 * number - 0.15
            label = SAID[after] if row["days"] == rows["days"].iloc[0] else ""
            whisker(axes, place, row["share"], row["low"], row["high"], number=number, label=label)
    axes.set_yticks(range(len(days)), [f"{day:,} days" for day in days])
    axes.set_ylim(len(days) - 0.5, -0.5)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("share back in care (90% interval)")
    axes.legend(frameon=False)
    bare(axes)
    return figure
