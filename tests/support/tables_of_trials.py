"""Folders of made-up trial studies, for tests of their report: nothing is simulated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from scipy import stats

from sos_sim.core.provenance import CAVEAT
from sos_sim.runs.store import keep_tables
from sos_sim.trials.analyses import ANALYSES
from sos_sim.trials.operating import size_verdict
from sos_sim.trials.protocol import NUMBERS
from sos_sim.trials.tables import OF_STUDY
from sos_sim.trials.trial import trial_outcomes
from support.artists import shares_apart, signed_apart, told_apart
from support.declared import made

LEADS = {
    "parallel": "cluster_summary",
    "parallel_baseline": "cluster_summary_adjusted",
    "stepped_wedge": "exposure_time",
    "before_after": "difference_in_differences",
    "families": "cluster_summary",
    "workers": "cluster_summary",
}
EFFECTS = {"looked_after_18m": -0.004, "care_starts": -1.5, "harm_seen": 2.0, "harm_months": -1.0}
"""The made-up true effect on every outcome counted."""
TRIALS = 400
CONTRASTS = ("true_all", "true_offered", "true_spilled", "contrast")
COSTS = {"parallel": 6e5, "parallel_baseline": 6e5, "stepped_wedge": 1.2e6, "before_after": 6e5}
"""Made-up pounds a cluster; those inside an authority are not reckoned."""


def made_up(
    designs: Sequence[str] = ("parallel", "stepped_wedge"),
    sizes: Sequence[int] = (10, 40),
    *,
    draws: int = 5,
    outcomes: Mapping[str, float] = EFFECTS,
    errors: Mapping[str, float] | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables of a trial study; ``errors`` are shares of trials without effect in which an analysis finds one (0.05)."""
    shares = {"children_alone": 0.4, **(errors or {})}
    sized = [(design, size) for design in designs for size in sizes]
    power = [
        _power(design, size, outcome, analysis, effect, shares.get(analysis, 0.05), truth, place == 0)
        for design, size in sized
        for place, (outcome, truth) in enumerate(outcomes.items())
        for analysis in _analyses(design, place == 0)
        for effect in ("as assumed", "none")
    ]
    assurance = [_assurance(design, size, outcome, draws) for design, size in sized for outcome in outcomes]
    effects = (
        []
        if set(designs) & {"families", "workers"}
        else [
            {
                "draw": draw,
                "design": design,
                "outcome": outcome,
                "true_effect": truth * (1 + 0.3 * (draw + 1) * (-1) ** draw),
            }
            for draw in range(-1, draws)
            for design in designs
            for outcome, truth in outcomes.items()
        ]
    )
    tables = {"power": power, "assurance": assurance if draws else [], "true_effects": effects, **_implied(sized)}
    found = {name: made(OF_STUDY[name], rows) for name, rows in tables.items() if rows}
    return {**found, "outcomes": trial_outcomes()}


def told_apart_trial(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with numbers of which no two in a column are alike, and none is its own end."""
    power = shares_apart(tables["power"], "rejected", "coverage")
    power = signed_apart(power, "bias", unit=0.01)
    order = range(1, len(power) + 1)
    power["detectable"] = [0.002 + 0.0003 * place for place in order]
    power["true_effect"] = [-0.001 - 0.0002 * place for place in order]
    power["mean_error"] = [0.011 + 0.0007 * place for place in order]
    power["empirical_sd"] = [0.023 + 0.0005 * place for place in order]
    power["mean_estimate"] = [0.017 + 0.0011 * place for place in order]
    power["cost"] = [4e5 + 3e5 * place for place in order]
    found = {**tables, "power": power}
    if "contamination" in tables:
        return {**found, "contamination": signed_apart(tables["contamination"], *CONTRASTS, unit=0.01)}
    assured = shares_apart(tables["assurance"], "assurance").drop(columns=["low", "high"])
    worths = told_apart(tables["information"].rename(columns={"evsi": "estimate"}), 1e6)
    alike = shares_apart(tables["correlations"], "icc").assign(reference_icc=[0.4, 0.5])
    return {
        **found,
        "assurance": assured.rename(columns={"assurance_low": "low", "assurance_high": "high"}),
        "reach": shares_apart(tables["reach"], "rejected"),
        "information": worths.rename(columns={"estimate": "evsi"}).assign(evpi=7.5e6),
        "correlations": alike,
        "textbook": shares_apart(tables["textbook"], "simulated").assign(textbook=[0.2, 0.3, 0.4, 0.5]),
    }


def asked(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """What the trial file of these tables asks for, as the manifest has it."""
    power = tables["power"]
    return {
        "name": "A made-up trial",
        "description": "To test pages.",
        "arms": {"usual": {}, "programme": {}},
        "designs": list(dict.fromkeys(power["design"])),
        "primary": power["outcome"].iloc[0],
        **{name: number.default for name, number in NUMBERS.items()},
    }


def keep_made_up(folder: Path, tables: Mapping[str, pd.DataFrame], failed: int = 0) -> Path:
    """The folder of a finished trial study that holds these tables, some of its 1,000 virtual trials ``failed``."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "kind": "trial",
        "status": "complete",
        "caveat": CAVEAT,
        "trial": asked(tables),
        "rows": {"asked": 1000, "done": 1000 - failed, "failed": failed},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    keep_tables(folder, tables, OF_STUDY)
    return folder


def _analyses(design: str, primary: bool) -> list[str]:
    return [name for name, analysis in ANALYSES.items() if design in analysis.designs] if primary else [LEADS[design]]


def _power(
    design: str, size: int, outcome: str, analysis: str, effect: str, error_rate: float, truth: float, primary: bool
) -> dict[str, Any]:
    """One row: a z-test whose error falls with the root of the size."""
    error = 5.0 * abs(truth) / size**0.5 * (0.7 if design == "stepped_wedge" else 1.0)
    found = float(stats.norm.sf(1.96 - abs(truth) / error)) if effect == "as assumed" else error_rate
    rejected = round(found * TRIALS)
    low, high = stats.binomtest(rejected, TRIALS).proportion_ci(0.95, "wilson")
    here = truth if effect == "as assumed" else 0.0
    bias = 0.3 * truth if analysis == "before_after" else 0.01 * truth
    half = 1.96 * error / TRIALS**0.5
    return {
        "design": design,
        "clusters": size,
        "outcome": outcome,
        "analysis": analysis,
        "lead": analysis == LEADS[design],
        "effect": effect,
        "trials": TRIALS,
        "failed": 0,
        "rejected": rejected / TRIALS,
        "rejected_low": low,
        "rejected_high": high,
        "toward": "fall",
        "true_effect": here,
        "mean_estimate": here + bias,
        "bias": bias,
        "bias_low": bias - half,
        "bias_high": bias + half,
        "coverage": 0.95 if error_rate < 0.1 else 0.6,
        "coverage_low": 0.93 if error_rate < 0.1 else 0.55,
        "coverage_high": 0.97 if error_rate < 0.1 else 0.65,
        "mean_error": error,
        "empirical_sd": error,
        "detectable": 2.8 * error,
        "children": 1e3 * size,
        "cost": COSTS.get(design, float("nan")) * size + 4e5,
        "verdict": size_verdict(rejected, TRIALS) if effect == "none" else "",
    }


def _assurance(design: str, size: int, outcome: str, draws: int) -> dict[str, Any]:
    return {
        "design": design,
        "clusters": size,
        "outcome": outcome,
        "analysis": LEADS[design],
        "draws": draws,
        "no_effect": draws // 5,
        "trials": 50 * draws,
        "assurance": 0.3,
        "low": 0.2,
        "high": 0.4,
        "conclusive_fall": 0.25,
        "conclusive_rise": 0.05,
        "right_direction": 0.9,
    }


def _implied(sized: Sequence[tuple[str, int]]) -> dict[str, list[dict[str, Any]]]:
    """What the study tells besides: of trials of authorities, or of what spills over inside one."""
    if sized[0][0] in ("families", "workers"):
        return _inside()
    nothing = float("nan")
    return {
        "reach": [
            {
                "design": design,
                "clusters": clusters,
                "size": size,
                "follow_up_months": months,
                "trials": TRIALS,
                "rejected": months / 40,
                "rejected_low": months / 48,
                "rejected_high": months / 36,
                "children": 900.0,
            }
            for design, clusters in sized
            for months, size in ((6, "all"), (12, "all"), (18, "all"), (24, "all"), (24, "smaller"), (24, "larger"))
        ],
        "information": [
            {
                "design": design,
                "clusters": clusters,
                "evsi": 2e3 * clusters,
                "low": 5e2 * clusters,
                "high": 4e3 * clusters,
                "explained": 0.4,
                "evpi": 4e5,
                "evpi_low": 2e5,
                "evpi_high": 6e5,
                "draws": 50,
                "cost": 4e5 + 6e5 * clusters,
                "authorities_to_pay": (4e5 + 6e5 * clusters) / (2e3 * clusters),
            }
            for design, clusters in sized
        ],
        "correlations": [
            {
                "outcome": "looked_after_18m",
                "mean": 0.05,
                "icc": 0.007,
                "icc_low": 0.004,
                "icc_high": 0.011,
                "cluster_autocorrelation": 0.9,
                "between_cv": 0.35,
                "reference_icc": 0.0065,
                "reference": "derived",
            },
            {
                "outcome": "care_starts",
                "mean": 28.0,
                "icc": nothing,
                "icc_low": nothing,
                "icc_high": nothing,
                "cluster_autocorrelation": 0.9,
                "between_cv": 0.35,
                "reference_icc": nothing,
                "reference": "",
            },
        ],
        "spread": [
            {"what": "log SD between authorities", "official": 0.35, "simulated": 0.33, "low": 0.27, "high": 0.4}
        ],
        "textbook": [
            {
                "design": design,
                "clusters": size,
                "analysis": LEADS[design],
                "simulated": size / 100,
                "simulated_low": size / 130,
                "simulated_high": size / 90,
                "textbook": size / 95,
                "textbook_error": 0.002,
                "empirical_sd": 0.0021,
            }
            for design, size in sized
        ],
    }


def _inside() -> dict[str, list[dict[str, Any]]]:
    """Contamination and funnel of a trial inside one authority."""
    truths = {"true_all": -0.004, "true_offered": -0.003, "true_spilled": -0.001, "contrast": -0.002}
    ends = {
        f"{name}{end}": value + side
        for name, value in truths.items()
        for end, side in (("_low", -0.001), ("_high", 0.001))
    }
    steps = {"referred": 1600.0, "eligible": 1500.0, "taking part": 690.0, "followed": 660.0}
    return {
        "contamination": [{"outcome": "looked_after_18m", **truths, **ends}],
        "funnel": [{"step": step, "families": number, "share": number / 1600} for step, number in steps.items()],
    }
