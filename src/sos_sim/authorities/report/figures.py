"""Figures of authorities: simulated from their own facts, against their official figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.kit.figures import COLOURS, MARKS, bare, no_difference, rows_from_the_top, sheet, whisker
from sos_sim.outcomes.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FOOT: Final = (
    "Nothing was tuned to an authority: each is England's usual practice with that authority's own facts. What the "
    "facts do not explain is practice, thresholds, luck and what the model leaves out."
)


def official_against_model(pairs: pd.DataFrame, measure: str, facts: str) -> Figure:
    """Do authorities with higher official figures also have higher simulated ones, and of the same size?

    ``pairs`` has a row an authority: official, simulated (mean over draws), low and high (lowest and
    highest draw). On the line the two agree.
    """
    figure = sheet(6.4, 6.2, FOOT)
    axes = figure.add_subplot()
    top = 1.05 * float(max(pairs["official"].max(), pairs["high"].max()))
    axes.plot([0.0, top], [0.0, top], color="0.35", linewidth=1.0, label="official = simulated")
    axes.vlines(
        pairs["official"],
        pairs["low"],
        pairs["high"],
        color=COLOURS[0],
        linewidth=0.8,
        alpha=0.45,
        label="lowest to highest draw",
    )
    axes.plot(
        pairs["official"],
        pairs["simulated"],
        "o",
        color=COLOURS[0],
        markersize=3.5,
        alpha=0.8,
        label=f"an authority ({len(pairs)})",
    )
    unit = MEASURES[measure].unit
    axes.set_xlim(0.0, top)
    axes.set_ylim(0.0, top)
    axes.set_aspect("equal")
    axes.set_xlabel(f"official: {MEASURES[measure].meaning}\n({unit})")
    axes.set_ylabel(f"simulated from {facts} ({unit})")
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    bare(axes)
    return figure


def explained_by_step(explained: pd.DataFrame) -> Figure:
    """How much of the official differences do facts explain, measure by measure, as more of them are known?

    ``explained`` has facts, measure, r2, r2_low, r2_high, linear and given (``authorities.between``). Bars of
    one row belong to the same measure; crosses are a regression on the same facts. Measures that are
    themselves among the facts known are left out.
    """
    rows = explained[~explained["given"]]
    measures, steps = list(dict.fromkeys(rows["measure"])), list(dict.fromkeys(rows["facts"]))
    figure = sheet(8.5, 1.6 + 0.42 * len(measures), FOOT)
    axes = figure.add_subplot()
    for number, step in enumerate(steps):
        of_step = rows[rows["facts"] == step]
        place = [-measures.index(name) - 0.22 * (number - 1) for name in of_step["measure"]]
        axes.hlines(place, of_step["r2_low"], of_step["r2_high"], color=COLOURS[number], linewidth=1.6)
        axes.plot(of_step["r2"], place, MARKS[number], color=COLOURS[number], markersize=5, label=f"model: {step}")
        axes.plot(
            of_step["linear"],
            place,
            "x",
            color=COLOURS[number],
            markersize=5,
            linestyle="none",
            label="regression on the same facts" if number == len(steps) - 1 else None,
        )
    meanings = [MEASURES[name].meaning for name in measures]
    axes.set_yticks([-place for place in range(len(measures))], meanings, fontsize=8)
    axes.set_xlim(-0.02, 1.0)
    axes.set_xlabel("share of the official differences explained\n(squared correlation, 90% interval over authorities)")
    axes.grid(axis="y", color="0.92")
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2)
    bare(axes)
    return figure


def slopes_by_measure(slopes: pd.DataFrame) -> Figure:
    """Does deprivation show as much in simulated figures as in official ones, measure by measure?

    ``slopes`` has a row a measure of one step of facts: facts, meaning, and official and simulated slope with
    _low and _high (``authorities.deprivation``).
    """
    figure = sheet(8.5, 1.8 + 0.5 * len(slopes), FOOT)
    axes = figure.add_subplot()
    names = {"official": "official figures", "simulated": f"model: {slopes['facts'].iloc[0]}"}
    for number, (name, label) in enumerate(names.items()):
        for place, row in enumerate(slopes.to_dict("records")):
            ends = (row[name], row[f"{name}_low"], row[f"{name}_high"])
            whisker(axes, place + 0.3 * number - 0.15, *ends, number=number, label="" if place else label)
    no_difference(axes)
    rows_from_the_top(axes, list(slopes["meaning"]), 44)
    axes.set_xlabel("slope of the logarithm on the IDACI score, per 0.1 of the score\n(90% interval over authorities)")
    axes.legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2)
    return figure
