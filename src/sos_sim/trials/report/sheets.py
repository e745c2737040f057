"""Tables of a trial's report: each estimate and its interval in one cell, numbers as they are in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.kit.page import Sheet
from sos_sim.trials.report.material import (
    HeldTrial,
    Row,
    analysis_said,
    between,
    design_in_short,
    difference,
    difference_unit,
    in_per_cent,
    share_between,
    size,
)

if TYPE_CHECKING:
    import pandas as pd

_LUCK: Final = (
    "Intervals (95 %) contain the luck of trials drawn from one pool of authorities, not whether the theory holds."
)
_COMMON: Final = {"design_said": "design", "analysis_said": "analysis", "outcome_said": "outcome"}


def error_sheet(rows: pd.DataFrame) -> Sheet:
    """Rejection shares without an effect, and the verdict on each."""
    frame = _named(rows).assign(rejected_said=[_rejected(row) for row in _records(rows)])
    return _sheet(
        "trial_errors",
        "Type I error by analysis, design and size",
        frame,
        {
            **_COMMON,
            "clusters": "size",
            "trials": "trials",
            "failed": "could not be made",
            "rejected_said": "rejected without an effect (95 % interval)",
            "verdict": "verdict",
        },
        f"Nominal: 5 %. {_LUCK}",
    )


def power_sheet(name: str, title: str, rows: pd.DataFrame, held: HeldTrial) -> Sheet:
    """Power, true effect and detectable difference; differences in the unit of their outcome."""
    told = _records(rows)
    frame = _named(rows).assign(
        outcome_said=[held.label(row["outcome"]) for row in told],
        unit=[difference_unit(held.unit(row["outcome"])) for row in told],
        rejected_said=[_rejected(row) for row in told],
        true_effect_said=[difference(row["true_effect"], held.unit(row["outcome"])) for row in told],
        detectable_said=[size(row["detectable"], held.unit(row["outcome"])) for row in told],
        cost_said=_costs(told),
    )
    return _sheet(
        name,
        title,
        frame,
        {
            "outcome_said": "outcome",
            "design_said": "design",
            "clusters": "size",
            "analysis_said": "analysis",
            "rejected_said": "power (95 % interval)",
            "true_effect_said": "true effect",
            "detectable_said": "seen with 80 % power",
            "unit": "unit",
            "children": "children counted",
            "cost_said": "cost (£ million)",
        },
        _LUCK,
    )


def assurance_sheet(held: HeldTrial) -> Sheet:
    """Assurance of every outcome that records show."""
    rows = held.table("assurance")
    rows = rows[[held.recorded(name) for name in rows["outcome"]]]
    told = _records(rows)
    frame = _named(rows).assign(
        outcome_said=[held.label(row["outcome"]) for row in told],
        assurance_said=[f"{in_per_cent(row['assurance'])} ({share_between(row['low'], row['high'])})" for row in told],
        fall=[in_per_cent(row["conclusive_fall"]) for row in told],
        rise=[in_per_cent(row["conclusive_rise"]) for row in told],
        right=[in_per_cent(row["right_direction"]) for row in told],
    )
    return _sheet(
        "trial_assurance",
        "Assurance by outcome, design and size",
        frame,
        {
            "outcome_said": "outcome",
            "design_said": "design",
            "clusters": "size",
            "analysis_said": "analysis",
            "draws": "draws",
            "trials": "trials",
            "assurance_said": "conclusive (95 % interval)",
            "fall": "finds a fall",
            "rise": "finds a rise",
            "right": "in the draw's direction, of conclusive ones",
        },
        "Intervals (95 %) are of the mean over draws of what is uncertain, and contain the luck of trials.",
    )


def bias_sheet(rows: pd.DataFrame, unit: str) -> Sheet:
    """Bias, coverage, and errors beside the spread of estimates, of the primary outcome."""
    told = _records(rows)
    frame = _named(rows).assign(
        bias_said=[
            f"{difference(row['bias'], unit)} ({between(row['bias_low'], row['bias_high'], unit)})" for row in told
        ],
        mean_said=[difference(row["mean_estimate"], unit) for row in told],
        true_said=[difference(row["true_effect"], unit) for row in told],
        coverage_said=[
            f"{in_per_cent(row['coverage'])} ({share_between(row['coverage_low'], row['coverage_high'])})"
            for row in told
        ],
        error_said=[size(row["mean_error"], unit) for row in told],
        spread_said=[size(row["empirical_sd"], unit) for row in told],
    )
    return _sheet(
        "trial_bias",
        f"Bias and coverage of the primary outcome ({difference_unit(unit)})",
        frame,
        {
            "design_said": "design",
            "clusters": "size",
            "analysis_said": "analysis",
            "true_said": "true effect",
            "mean_said": "mean estimate",
            "bias_said": "bias (95 % interval)",
            "coverage_said": "coverage (95 % interval)",
            "error_said": "mean error",
            "spread_said": "SD of estimates",
        },
        _LUCK,
    )


def _costs(rows: list[Row]) -> list[str]:
    """Costs in £ million, a dash where none is known."""
    return ["–" if row["cost"] != row["cost"] else f"{row['cost'] / 1e6:,.1f}" for row in rows]


def _sheet(name: str, title: str, frame: pd.DataFrame, labels: dict[str, str], note: str) -> Sheet:
    shown = [column for column in labels if column in frame]
    return Sheet(
        name,
        title,
        frame,
        note,
        labels={column: labels[column] for column in shown},
        columns=shown,
        formats={"children": ",.0f"} if "children" in shown else {},
    )


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        design_said=[design_in_short(name) for name in rows["design"]],
        analysis_said=[analysis_said(name) for name in rows["analysis"]],
    )


def _records(rows: pd.DataFrame) -> list[Row]:
    found: list[Row] = list(rows.to_dict("records"))
    return found


def _rejected(row: Row) -> str:
    return f"{in_per_cent(row['rejected'])} ({share_between(row['rejected_low'], row['rejected_high'])})"
