"""Figures of what a trial would meet: true effects over draws, harm no record shows, costs, and what formulas say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sos_sim.kit.figures import (
    MARKS,
    QUIET,
    STYLES,
    bare,
    beside,
    colour,
    no_difference,
    refuse_empty,
    rows_from_the_top,
    sheet,
    whisker,
)
from sos_sim.trials.report.figures_operating import design_number, legend_above, over_sizes, power_line, share_axis
from sos_sim.trials.report.material import design_in_short
from sos_sim.trials.virtual import OWN

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GOLDEN: Final = 0.618034
"""Steps of the golden ratio spread points evenly over a band, however many there are (Weyl's sequence)."""


def effects_and_detectable(effects: pd.DataFrame, power: pd.DataFrame, unit: str, sizes_are: str) -> Figure:
    """Which of the true effects that are held possible could a trial of each design and size tell from none?

    ``effects`` has draw, design, true_effect; ``power`` a row a design and size with detectable, all in
    ``unit``. Raises ValueError without rows.
    """
    refuse_empty(effects)
    rows = power.dropna(subset=["detectable"]).to_dict("records")
    figure = sheet(9.0, 2.2 + 0.42 * len(rows))
    axes = figure.add_subplot()
    for place, row in enumerate(rows):
        band = axes.barh(place, 2 * row["detectable"], left=-row["detectable"], height=0.72, color="0.88", zorder=0)
        band.set_label("effects too small to be seen with 80 % power")
        mine = effects[effects["design"] == row["design"]]
        _draws(axes, place, mine, design_number(row["design"]), row["detectable"])
        drawn = mine.loc[mine["draw"] != OWN, "true_effect"]
        if len(drawn):
            beside(axes, place, f"{(drawn.abs() >= row['detectable']).sum()} of {len(drawn)} draws")
    some = bool((effects["draw"] != OWN).any())
    if some:
        _key(axes)
    no_difference(axes)
    names = [f"{design_in_short(row['design'])}, {row['clusters']:g} {sizes_are}" for row in rows]
    rows_from_the_top(axes, names, 40)
    axes.set_xlabel(f"true effect in the model ({unit})")
    legend_above(figure, [axes], "at the right: draws that would be seen with 80 % power" if some else "", 2)
    return figure


def _draws(axes: Axes, place: float, effects: pd.DataFrame, number: int, beyond: float) -> None:
    """True effects of draws as dots in a band, those ``beyond`` filled, and that of the scenarios as a diamond."""
    drawn = effects.loc[effects["draw"] != OWN, "true_effect"].to_numpy()
    heights = [place + 0.5 * ((row * _GOLDEN) % 1.0 - 0.5) for row in range(len(drawn))]
    filled = [colour(number) if abs(value) >= beyond else "white" for value in drawn]
    if len(drawn):
        axes.scatter(drawn, heights, s=16, c=filled, edgecolors=colour(number), linewidths=0.8)
    own = effects.loc[effects["draw"] == OWN, "true_effect"]
    axes.plot(
        own,
        [place] * len(own),
        "D",
        color="black",
        markersize=6,
        markeredgecolor="white",
        linestyle="none",
        label="as the scenarios assume",
    )


def _key(axes: Axes) -> None:
    """What open and filled dots are, in no design's colour."""
    for face, text in (("white", "a draw"), (QUIET, "a draw that would be seen")):
        axes.plot([], [], "o", color=QUIET, markerfacecolor=face, markersize=4.5, linestyle="none", label=text)


def harm_seen_and_unseen(effects: pd.DataFrame, labels: Sequence[tuple[str, str]], unit: str) -> Figure:
    """What would become of harm at home that records show, beside harm that no record shows?

    ``effects`` has draw, outcome, true_effect of one design; ``labels`` pairs outcomes with what they are
    called, from the top. Raises ValueError without rows.
    """
    refuse_empty(effects)
    figure = sheet(9.0, 2.0 + 0.75 * len(labels))
    axes = figure.add_subplot()
    for place, (outcome, _) in enumerate(labels):
        _draws(axes, place, effects[effects["outcome"] == outcome], place, 0.0)
    if (effects["draw"] != OWN).any():
        axes.plot([], [], "o", color=QUIET, markersize=4.5, linestyle="none", label="a draw of what is uncertain")
    no_difference(axes)
    rows_from_the_top(axes, [label for _, label in labels], 36)
    axes.set_xlabel(f"true effect in the model ({unit})")
    legend_above(figure, [axes], "left of zero: lower with the programme", 2)
    return figure


def power_against_cost(power: pd.DataFrame, sizes_are: str) -> Figure:
    """What does each design see for the same money?

    ``power`` has a row a design and size: cost in £ million, rejected with its interval. Designs of the same cost
    stand a little apart. Raises ValueError without rows.
    """
    refuse_empty(power)
    figure = sheet(8.0, 4.8)
    axes = figure.add_subplot()
    apart = 0.006 * float(power["cost"].max())
    for place, (design, rows) in enumerate(power.groupby("design", sort=False)):
        moved = rows.sort_values("clusters").assign(cost=rows["cost"] + place * apart)
        _points(axes, str(design), moved, "cost", "rejected", STYLES[design_number(design) % len(STYLES)])
    power_line(axes)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("cost of programme, beyond usual practice, and of research (£ million)")
    axes.set_ylabel("share of trials with p below 0.05")
    legend_above(figure, [axes], f"design, by its lead analysis; {_from_the_left(power, sizes_are)}", 3)
    return figure


def _points(axes: Axes, design: str, rows: pd.DataFrame, x: str, y: str, style: str) -> None:
    """Estimates of one design with their intervals (``y`` with _low and _high)."""
    number = design_number(design)
    axes.vlines(rows[x], rows[f"{y}_low"], rows[f"{y}_high"], color=colour(number), linewidth=1.4, alpha=0.7)
    axes.plot(
        rows[x],
        rows[y],
        MARKS[number % len(MARKS)],
        linestyle=style,
        color=colour(number),
        markersize=6,
        markeredgecolor="white",
        label=design_in_short(design),
    )
    bare(axes)


def _from_the_left(table: pd.DataFrame, sizes_are: str) -> str:
    """Which sizes the marks of a design stand for."""
    sizes = ", ".join(f"{size:g}" for size in sorted(set(table["clusters"])))
    return f"marks of each from left to right: {sizes} {sizes_are}; intervals (95 %): luck of trials"


def formula_and_simulation(textbook: pd.DataFrame, sizes_are: str) -> Figure:
    """Do textbook formulas say what simulated trials do?

    ``textbook`` has design, clusters, textbook, simulated with its interval. Raises ValueError without rows.
    """
    refuse_empty(textbook)
    figure = sheet(7.0, 6.0)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.35", linewidth=1.0, label="equal")
    for design, rows in textbook.groupby("design", sort=False):
        _points(axes, str(design), rows, "textbook", "simulated", "none")
    share_axis(axes)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(axes.yaxis.get_major_formatter())
    axes.set_xlabel("power by the textbook formula")
    axes.set_ylabel("power in simulated trials")
    legend_above(figure, [axes], _from_the_left(textbook, sizes_are), 4)
    return figure


def correlations(table: pd.DataFrame, labels: Sequence[str], foot: str) -> Figure:
    """How alike are children of one authority, simulated, and as far as anything else is known?

    ``table`` has a row an outcome that is a share: icc with its interval, reference_icc; ``labels`` in the
    same order. Raises ValueError without rows.
    """
    refuse_empty(table)
    figure = sheet(9.0, 1.8 + 0.5 * len(table), foot)
    axes = figure.add_subplot()
    known: list[dict[Any, Any]] = table.to_dict("records")
    for place, row in enumerate(known):
        whisker(axes, place, row["icc"], row["icc_low"], row["icc_high"], label="simulated" if place == 0 else "")
        axes.plot(
            [row["reference_icc"]],
            [place],
            "X",
            color=colour(1),
            markersize=8,
            markeredgecolor="white",
            linestyle="none",
            label="from elsewhere (source in the table)" if place == 0 else "",
        )
    no_difference(axes)
    rows_from_the_top(axes, labels, 36)
    axes.set_xlabel("intracluster correlation under usual practice (95 % interval)")
    legend_above(figure, [axes], "", 2)
    return figure


def what_spills_over(differences: pd.DataFrame, named: Mapping[str, str], unit: str) -> Figure:
    """How much of what the programme changes reaches those who were not offered it?

    ``differences`` has one row, ``named`` its columns in order with what they are called; each has _low and _high.
    Raises ValueError without rows.
    """
    refuse_empty(differences)
    row = differences.iloc[0]
    figure = sheet(9.0, 1.9 + 0.45 * len(named))
    axes = figure.add_subplot()
    for place, name in enumerate(named):
        whisker(axes, place, row[name], row[f"{name}_low"], row[f"{name}_high"], number=place)
    no_difference(axes)
    rows_from_the_top(axes, list(named.values()))
    axes.set_xlabel(f"true difference from usual practice ({unit}; 95 % interval for luck)")
    return figure


def worth_of_result(information: pd.DataFrame, sizes_are: str) -> Figure:
    """What is the result of a trial worth to one authority's decision, beside knowing everything?

    ``information`` has a row a design and size: evsi with low and high, evpi, all in £ million. Raises ValueError
    without rows.
    """
    refuse_empty(information)
    figure = sheet(8.0, 4.6)
    axes = figure.add_subplot()
    over_sizes(axes, information, "evsi", "low", "high")
    axes.axhline(
        float(information["evpi"].iloc[0]), color="0.35", linewidth=1.0, linestyle="--", label="knowing everything"
    )
    no_difference(axes, across=True)
    axes.set_xlabel(f"{sizes_are} in a trial")
    axes.set_ylabel("worth to one decision (£ million)")
    legend_above(figure, [axes], "design; intervals (95 %): over draws of what is uncertain", 3)
    return figure
