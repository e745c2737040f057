"""Tables of a trial's report: each estimate and its interval in one cell, numbers as they are in the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sos_sim.kit.page import Sheet
from sos_sim.runs.contracts import Contract, catalogue, numeric, text
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
from sos_sim.trials.tables import ASSURANCE, CONTAMINATION, CORRELATIONS, INFORMATION, POWER, REACH, TEXTBOOK

if TYPE_CHECKING:
    import pandas as pd

_LUCK: Final = (
    "Intervals (95 %) contain the luck of trials drawn from one pool of authorities, not whether the theory holds."
)
_NAMED: Final = (text("design_said", "the design in words"), text("analysis_said", "the analysis in words"))
_OUTCOME_SAID: Final = text("outcome_said", "the outcome in words")
_REJECTED_SAID: Final = text("rejected_said", "rejected with its interval, in per cent")
ERRORS: Final = POWER.derived(*_NAMED, _REJECTED_SAID)
POWER_SHOWN: Final = POWER.derived(
    *_NAMED,
    _OUTCOME_SAID,
    text("unit", "unit in which differences are said"),
    _REJECTED_SAID,
    text("true_effect_said", "the true effect in that unit"),
    text("detectable_said", "the detectable difference in that unit"),
    text("cost_said", "the cost in millions of pounds"),
)
ASSURANCE_SHOWN: Final = ASSURANCE.derived(
    *_NAMED,
    _OUTCOME_SAID,
    text("assurance_said", "assurance with its interval, in per cent"),
    text("fall", "conclusive_fall in per cent"),
    text("rise", "conclusive_rise in per cent"),
    text("right", "right_direction in per cent"),
)
BIAS: Final = POWER.derived(
    *_NAMED,
    *(
        text(f"{name}_said", f"{meaning}, in the unit of the title")
        for name, meaning in {
            "bias": "bias with its interval",
            "mean": "mean_estimate",
            "true": "true_effect",
            "error": "mean_error",
            "spread": "empirical_sd",
        }.items()
    ),
    text("coverage_said", "coverage with its interval, in per cent"),
)
_IN_WORDS: Final = (text("design", "the design in words"), text("outcome", "the outcome in words"))
REACH_SHOWN: Final = REACH.derived(_IN_WORDS[0])
INFORMATION_SHOWN: Final = INFORMATION.derived(_IN_WORDS[0])
CORRELATIONS_SHOWN: Final = CORRELATIONS.derived(_IN_WORDS[1])
TEXTBOOK_SHOWN: Final = TEXTBOOK.derived(_IN_WORDS[0], text("analysis", "the analysis in words"))
CONTAMINATION_SHOWN: Final = CONTAMINATION.derived(
    _IN_WORDS[1],
    *(replace(column, unit="that of the title") for column in CONTAMINATION.columns if column.kind == "number"),
)
NUMBERS_SHOWN: Final = Contract(
    "trial_numbers",
    "The numbers of the trial file, with what was taken where it says nothing.",
    (
        text("number", "the number, by its name in a trial file"),
        numeric("value", "its value", "that of the row"),
        text("unit", "its unit"),
        text("meaning", "what it means"),
    ),
    ("number",),
)
ANALYSES_SHOWN: Final = Contract(
    "trial_analyses",
    "The analyses by which trials were judged.",
    (
        text("analysis", "the analysis in words"),
        text("what", "what it does"),
        text("source", "where it is published"),
        text("expected", "whether it is expected to hold its error rate"),
    ),
    ("analysis",),
)
SHEETS: Final = catalogue(NUMBERS_SHOWN, ANALYSES_SHOWN)
_COMMON: Final = {"design_said": "design", "analysis_said": "analysis", "outcome_said": "outcome"}


def error_sheet(rows: pd.DataFrame) -> Sheet:
    """Rejection shares without an effect, and the verdict on each."""
    frame = _named(rows).assign(rejected_said=[_rejected(row) for row in _records(rows)])
    return _sheet(
        "trial_errors",
        "Type I error by analysis, design and size",
        frame,
        ERRORS,
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
        POWER_SHOWN,
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
        ASSURANCE_SHOWN,
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
        BIAS,
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


def _sheet(name: str, title: str, frame: pd.DataFrame, contract: Contract, labels: dict[str, str], note: str) -> Sheet:
    shown = [column for column in labels if column in frame]
    return Sheet(
        name,
        title,
        frame,
        contract,
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
