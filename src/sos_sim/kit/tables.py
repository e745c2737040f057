"""Tables for people to read in a terminal: aligned, with units, counts and intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill
from typing import Any

import pandas as pd
from rich.table import Table

from sos_sim.kit.sentences import level_said
from sos_sim.outcomes.measures import MEASURES, POUNDS, SHARE

KEY_MEASURES = (
    "referral_rate",
    "rereferral_12m_share",
    "cin_stock_rate",
    "cpp_start_rate",
    "cpp_stock_rate",
    "cla_start_rate",
    "cla_stock_rate",
    "cla_cease_rate",
    "exit_home_share_under18",
    "reunified_12m_share",
    "reentry_after_home_1y",
    "kinship_share",
    "care_days",
    "harm_seen_share",
    "caseload_mean",
    "sw_turnover",
    "cost_total",
)
"""Measures shown without being asked for; the results folder holds all of them."""
MOST_YEARS = 5
_NAME_WIDTH = 40
"""Letters of an arm's name on one line, so that a long one leaves room for the numbers."""
HARM = ("harm_months_rate", "harm_unseen_rate")
"""True harm has no official figure to be set against: shown only where arms are compared."""


def outcome_overview(summary: pd.DataFrame) -> Table:
    """Key measures of one arm: means over replicates by year, and of all years with the standard deviation.

    ``summary`` has the columns measure, year, mean, sd and replicates of ``runs.replicate.summarise``.
    Of many years a few are shown, the first and the last among them.
    """
    years = _a_few([year for year in dict.fromkeys(summary["year"]) if year != "all"])
    headings = [*(f"year {year}" for year in years), "all years ± sd"]
    title = f"Means over {summary['replicates'].max()} replicates, standard deviation between them"
    table = _table(title, ["measure", "unit"], headings)
    cells: Any = summary.set_index(["measure", "year"])
    for name in KEY_MEASURES:
        unit, whole = MEASURES[name].unit, cells.loc[(name, "all")]
        means = [number_in_unit(cells.loc[(name, year)]["mean"], unit, whole["mean"]) for year in years]
        spread = number_in_unit(whole["sd"], unit, whole["mean"])
        table.add_row(name, unit, *means, f"{number_in_unit(whole['mean'], unit)} ± {spread}")
    return table


def effect_tables(effects: pd.DataFrame) -> list[Table]:
    """One table an arm and set of draws: key measures in both arms, the paired difference, its interval and sign."""
    found = effects.groupby(["arm", "condition"], sort=False)
    return [_effect_table(str(arm), str(drawn), rows.set_index("measure")) for (arm, drawn), rows in found]


def joint_table(joint: pd.DataFrame) -> Table:
    """How often, over pairs, entries fall and harm does not rise; see ``comparison.compare.joint_outcomes``."""
    table = _table("Pairs in which", ["arm", "draws", "statement"], ["pairs", "share", "95% interval"])
    for row in joint.to_dict("records"):
        interval = f"{row['low']:.0%} to {row['high']:.0%}"
        said = (fill(row["arm"], _NAME_WIDTH), row["condition"], row["statement"])
        table.add_row(*said, f"{row['pairs']}", f"{row['probability']:.0%}", interval)
    return table


def fit_overview(fit: pd.DataFrame) -> Table:
    """Official and simulated figures side by side; distances are in tolerances, those beyond 2 marked with *.

    England's stand beside where any figure is an authority's own.
    """
    own = bool(fit["local"].any())
    table = _table(
        "Official and simulated figures",
        ["target", "unit", "year", "grade", "of"],
        ["official", "tolerance", "simulated", "distance", "", *(["England"] if own else [])],
    )
    for row in fit.to_dict("records"):
        values = [
            number_in_unit(float(row[name]), str(row["unit"]), float(row["official"]))
            for name in ("official", "tolerance", "simulated", "england")
        ]
        several = (fit["target"] == row["target"]).sum() > 1
        name = str(row["measure"] if several else row["target"])
        mark = "given" if row["input"] else "*" if abs(row["distance"]) > 2.0 else ""
        whose = "authority" if row["local"] else "England"
        about = (str(row["unit"]), str(row["year"]), str(row["grade"]), whose)
        *beside, england = values
        nation = [england if row["local"] else ""] if own else []
        table.add_row(name, *about, *beside, f"{row['distance']:+.2f}", mark, *nation)
    return table


def parameter_overview(rows: Sequence[Mapping[str, object]]) -> Table:
    """Declared parameters, one a row, as ``kit.parameters.parameter_rows`` gives them."""
    headings = ["path", "default", "unit", "allowed", "grade", "meaning"]
    return plain_table(headings, ([_text(row[heading]) for heading in headings] for row in rows))


def plain_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table of text."""
    table = _table(None, headings, [])
    for row in rows:
        table.add_row(*row)
    return table


def number_in_unit(value: float, unit: str, size: float | None = None, sign: str = "-") -> str:
    """A value as people write it in this unit; an en dash where there is none.

    Values of one row agree in decimals when they are given the same ``size`` (default: their own).
    """
    if math.isnan(value):
        return "–"
    decimals = 0 if unit == POUNDS else 3 if unit == SHARE or abs(value if size is None else size) < 1 else 1
    return f"{value:{sign},.{decimals}f}"


def _effect_table(arm: str, drawn: str, effects: pd.DataFrame) -> Table:
    levels = {level_said(level) for level in effects["level"]}
    interval = levels.pop() if len(levels) == 1 else "interval"
    headings = ["comparator", "arm", "difference", interval, "relative", "lower in"]
    table = _table(f"{arm}: paired difference from the comparator ({drawn})", ["measure", "unit"], headings)
    for name in (*KEY_MEASURES, *HARM, "cost_programme"):
        table.add_row(name, *_effect_cells(effects.loc[name]))
    return table


def _effect_cells(row: Any) -> list[str]:
    unit, size = row["unit"], row["comparator_mean"]
    means = [number_in_unit(row[column], unit, size) for column in ("comparator_mean", "arm_mean")]
    estimate, low, high = (number_in_unit(row[column], unit, size, sign="+") for column in ("estimate", "low", "high"))
    relative = "–" if math.isnan(row["relative"]) else f"{row['relative']:+.1%}"
    return [unit, *means, estimate, f"{low} to {high}", relative, f"{_lower_count(row)} of {row['replicates']}"]


def _lower_count(row: Any) -> int:
    return round(row["probability_lower"] * row["replicates"]) if row["replicates"] else 0


def _a_few(years: Sequence[str]) -> list[str]:
    """At most five years, evenly spaced, with the first and the last."""
    if len(years) <= MOST_YEARS:
        return list(years)
    last = len(years) - 1
    return [years[round(place * last / (MOST_YEARS - 1))] for place in range(MOST_YEARS)]


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(title: str | None, left: Sequence[str], right: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(left):
        table.add_column(heading, no_wrap=place == 0)
    for heading in right:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
