"""Figures of a synthesis: findings against the model, strengths before and after, and the null theory by study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sos_sim.kit.figures import COLOURS, colour, no_difference, refuse_empty, rows_from_the_top, sheet, whisker
from sos_sim.kit.sentences import counted
from sos_sim.synthesis.weighing import CRITICAL, ONE_SIDED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STUDY_SAID: Final = "the study (without a mark: effects that its finding allows)"
FARTHEST: Final = 8.0
"""Standard errors beyond which nothing is drawn."""


def findings_against_model(held: pd.DataFrame) -> Figure:
    """What studies found, and what the model says of it, in standard errors of each study.

    ``held`` is the table of that name with titles. Upper whiskers are findings (of those without a value, the effects
    that allow them), below them the model before and after. Raises ValueError without rows.
    """
    refuse_empty(held)
    figure = sheet(9.5, 1.8 + 0.55 * len(held))
    axes = figure.add_subplot()
    for place, row in enumerate(held.to_dict("records")):
        first = place == 0
        low, high = _allowed(row)
        middle = row["value"] / row["error"] if row["found"] == "estimate" else float("nan")
        whisker(axes, place - 0.25, middle, low, high, number=0, label=STUDY_SAID if first else "")
        for number, when in enumerate(("before", "after"), 1):
            _model(axes, place - 0.25 + 0.25 * number, row, when, number, first)
    no_difference(axes)
    rows_from_the_top(axes, [_outcome_said(row) for row in held.to_dict("records")], 52)
    axes.set_xlim(-FARTHEST, FARTHEST)
    axes.set_xlabel("effect, in standard errors of the study")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", frameon=False, ncols=3)
    return figure


def _outcome_said(row: Mapping[Any, Any]) -> str:
    """A study and what it measured, with the month: a study may measure one thing at two."""
    when = f" ({counted(row['months'], 'month', 'months')})" if row["months"] else ""
    return f"{row['title']}: {row['label']}{when}"


def _allowed(row: Mapping[Any, Any]) -> tuple[float, float]:
    """Effects that allow a finding, in errors, cut where the figure ends."""
    within, beyond = CRITICAL + ONE_SIDED, CRITICAL - ONE_SIDED
    if row["found"] == "estimate":
        middle = row["value"] / row["error"]
        return middle - CRITICAL, middle + CRITICAL
    return {"none": (-within, within), "more": (beyond, FARTHEST), "fewer": (-FARTHEST, -beyond)}[str(row["found"])]


def _model(axes: Axes, place: float, row: Mapping[Any, Any], when: str, number: int, first: bool) -> None:
    mean, low, high = (row[f"{when}_{what}"] / row["error"] for what in ("mean", "low", "high"))
    whisker(axes, place, mean, low, high, number=number, label=f"the model {when} (90%)" if first else "")


def strengths_before_and_after(strengths: pd.DataFrame) -> Figure:
    """How strong is each link before and after the studies? A row a strength, as a share of its declared highest.

    ``strengths`` is the table of that name, without theory_null, with the column ``highest``. Raises ValueError without
    rows.
    """
    refuse_empty(strengths)
    figure = sheet(8.5, 1.6 + 0.32 * len(strengths))
    axes = figure.add_subplot()
    for place, row in enumerate(strengths.to_dict("records")):
        for number, when in enumerate(("before", "after")):
            mean, low, high = (row[f"{when}_{what}"] / row["highest"] for what in ("mean", "low", "high"))
            label = f"{when} (90%)" if place == 0 else ""
            whisker(axes, place - 0.16 + 0.32 * number, mean, low, high, number=number, label=label)
    rows_from_the_top(axes, [f"{row.parameter} ({row.link})" for row in strengths.itertuples()], 40)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("strength, as a share of the highest that is declared")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", frameon=False, ncols=2)
    return figure


def null_by_study(weighings: pd.DataFrame) -> Figure:
    """What does each study say of the null theory? Its probability by each alone, and by all without it.

    ``weighings`` is the table of that name with titles. Raises ValueError without rows.
    """
    refuse_empty(weighings)
    before, everything = (
        float(weighings.loc[weighings["setting"] == setting, "null"].iloc[0]) for setting in ("none", "all")
    )
    titles = list(dict.fromkeys(weighings.loc[weighings["setting"] == "only", "title"]))
    figure = sheet(8.5, 1.8 + 0.45 * len(titles))
    axes = figure.add_subplot()
    for number, (setting, mark, label) in enumerate((("only", "o", "alone"), ("without", "s", "all without it"))):
        rows = weighings[weighings["setting"] == setting]
        places = [titles.index(title) for title in rows["title"]]
        axes.plot(rows["null"], places, mark, color=colour(number), markersize=7, label=label)
    axes.axvline(before, color="0.35", linewidth=1.0, linestyle=":", label="before")
    axes.axvline(everything, color=COLOURS[2], linewidth=1.4, label="all studies")
    rows_from_the_top(axes, titles, 44)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("probability that the theory is null")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", frameon=False, ncols=4)
    return figure
