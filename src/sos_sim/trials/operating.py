"""How trials behave when they are held often: error rate, power, bias, coverage, what they can detect, assurance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.statistics.intervals import Floats, share_interval, t_interval
from sos_sim.trials.closed_form import ALPHA, POWER
from sos_sim.trials.pool import OutcomePool
from sos_sim.trials.protocol import Design, TrialProtocol
from sos_sim.trials.schedules import true_effect
from sos_sim.trials.virtual import AS_ASSUMED, NONE, OWN, PARTS, SIZES, lead_analysis, wanted

FEWEST: Final = 20
"""Trials below which no rate is given."""


def power_table(plan: TrialProtocol, pool: OutcomePool, runs: pd.DataFrame) -> pd.DataFrame:
    """Operating characteristics of every design, size, outcome and analysis, with and without an effect.

    Columns: design, clusters, outcome, analysis, lead (bool), effect ("as assumed" or "none"), trials, failed,
    rejected (share with p below 0.05), rejected_low, rejected_high (Wilson, 95 %), toward ("fall", "rise"),
    true_effect, mean_estimate, bias, bias_low, bias_high (t over trials), coverage (of the true effect by 95 %
    intervals), coverage_low, coverage_high, mean_error, empirical_sd, detectable (difference seen with 80 %
    power), children (mean counted in a trial), cost (£, programme beyond usual practice and research), verdict
    (without an effect: "at nominal", "too high", "too low" or "too few to tell"). Intervals hold the luck of
    trials drawn from this pool of authorities.
    """
    own = _of_plan(plan, runs)
    own = own[own["draw"] == OWN]
    rows = []
    for design, clusters, effect, held in _held(own, "effect"):
        for outcome, analysis in wanted(plan, design):
            truth = true_effect(plan, pool.of_draw(OWN), design, outcome) if effect == AS_ASSUMED else 0.0
            none = own[(own["design"] == design) & (own["clusters"] == clusters) & (own["effect"] == NONE)]
            rows.append(
                {
                    "design": design,
                    "clusters": clusters,
                    "outcome": outcome,
                    "analysis": analysis,
                    "lead": analysis == lead_analysis(plan, design),
                    "effect": effect,
                    **characteristics(parts(held, f"{outcome}:{analysis}"), truth, effect),
                    "detectable": detectable(parts(none, f"{outcome}:{analysis}")),
                    "children": float(held["children"].mean()),
                    "cost": trial_cost(plan, pool, design, clusters),
                }
            )
    return pd.DataFrame(rows)


def _held(runs: pd.DataFrame, by: str) -> Iterator[tuple[Design, int, Any, pd.DataFrame]]:
    """Trials of one design and size, split by one more column."""
    for names, held in runs.groupby(["design", "clusters", by], sort=False):
        design, clusters, value = cast(tuple[Design, int, Any], names)
        yield design, int(clusters), value, held


def _of_plan(plan: TrialProtocol, runs: pd.DataFrame) -> pd.DataFrame:
    """Trials that were held with the plan's own authorities and follow-up."""
    as_planned = (runs["size"] == SIZES[0]) & (runs["follow_up_months"] == plan.follow_up_months)
    return runs[as_planned & (runs["status"] == "done")]


def parts(held: pd.DataFrame, name: str) -> pd.DataFrame:
    """What an analysis found, a trial a row, columns ``PARTS``; ``name`` is ``OUTCOME:ANALYSIS``."""
    return held[[f"{name}:{part}" for part in PARTS]].set_axis(list(PARTS), axis="columns")


def characteristics(found: pd.DataFrame, truth: float, effect: str) -> dict[str, Any]:
    """Columns "trials" to "verdict" of the power table, from one finding a row (``PARTS``) and the true effect."""
    made = found.dropna()
    number = len(made)
    rejected, covered = int((made["p"] < ALPHA).sum()), int(made["low"].le(truth).mul(made["high"].ge(truth)).sum())
    (low, high), (cover_low, cover_high) = share_interval(rejected, number), share_interval(covered, number)
    bias_low, bias_high = t_interval((made["estimate"] - truth).to_numpy(float))
    return {
        "trials": len(found),
        "failed": len(found) - number,
        "rejected": _share(rejected, number),
        "rejected_low": low,
        "rejected_high": high,
        "toward": "fall" if truth < 0 else "rise" if truth > 0 else "",
        "true_effect": truth,
        "mean_estimate": made["estimate"].mean(),
        "bias": made["estimate"].mean() - truth,
        "bias_low": bias_low,
        "bias_high": bias_high,
        "coverage": _share(covered, number),
        "coverage_low": cover_low,
        "coverage_high": cover_high,
        "mean_error": made["error"].mean(),
        "empirical_sd": made["estimate"].std(),
        "verdict": size_verdict(rejected, number) if effect == NONE else "",
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def size_verdict(rejected: int, trials: int) -> str:
    """Whether an analysis holds its nominal 5 % where there is no effect.

    "too few to tell" below ``FEWEST`` trials, or where Wilson's 95 % interval is wider than 0.06 and holds 5 %.
    """
    low, high = share_interval(rejected, trials)
    if trials < FEWEST or (low <= ALPHA <= high and high - low > 0.06):
        return "too few to tell"
    return "too high" if low > ALPHA else "too low" if high < ALPHA else "at nominal"


def detectable(without_effect: pd.DataFrame) -> float:
    """The difference that is seen in 80 % of trials, from trials without an effect; NaN where there are too few.

    A constant shift of the treated clusters moves the estimate of a linear analysis and leaves its error,
    so the share of trials whose shifted interval lies above 0 is known for every shift. It flatters an analysis
    that finds effects where there are none: part of what it sees is error. Of one that is biased towards a fall it
    is what a rise must be.
    """
    made = without_effect.dropna()
    if len(made) < FEWEST:
        return float("nan")
    low, high = made["low"].to_numpy(float), made["high"].to_numpy(float)

    def missing(shift: float) -> float:
        return POWER - float((low + shift > 0).mean())

    top = float(np.max(high - low)) + float(np.abs(made["estimate"]).max())
    return float(brentq(missing, 0.0, top)) if missing(0.0) > 0.0 else 0.0


def trial_cost(plan: TrialProtocol, pool: OutcomePool, design: Design, clusters: int) -> float:
    """Pounds: the programme in treated clusters until the trial's end, beyond usual practice, and research.

    The programme's yearly cost is the model's, averaged over the pool and over the design's starts.
    """
    starts = [pool.life(start) for start in plan.starts_of(design)]
    own = pool.of_draw(OWN).costs[:, :, 0]
    yearly = float((own[:, starts] - own[:, :1]).mean())
    treated = clusters if design == "stepped_wedge" else clusters / 2
    return plan.fixed_cost + plan.cluster_cost * clusters + treated * yearly * plan.months / MONTHS_PER_YEAR


def assurance_table(plan: TrialProtocol, pool: OutcomePool, runs: pd.DataFrame) -> pd.DataFrame:
    """Probability of a conclusive trial over draws of what is uncertain and the luck of trials.

    Columns: design, clusters, outcome, analysis (the lead one), draws, no_effect (how many of them have a true effect
    of exactly 0, as where the theory is null), trials, assurance (share with p below 0.05, mean over draws; O'Hagan,
    Stevens and Campbell 2005, Pharmaceutical Statistics 4:187), low, high
    (95 %, over draws), conclusive_fall, conclusive_rise (shares by sign of the estimate), right_direction (share
    of conclusive trials whose sign is that of the draw's true effect). A trial that cannot be analysed is
    inconclusive. Empty without draws.
    """
    drawn = _of_plan(plan, runs)
    drawn = drawn[drawn["draw"] != OWN]
    rows = [
        {"design": design, "clusters": clusters, "outcome": outcome, **_assurance(plan, pool, held, design, outcome)}
        for design, clusters, _, held in _held(drawn, "effect")
        for outcome in plan.outcomes
    ]
    return pd.DataFrame(rows)


def _assurance(
    plan: TrialProtocol, pool: OutcomePool, held: pd.DataFrame, design: Design, outcome: str
) -> dict[str, Any]:
    analysis = lead_analysis(plan, design)
    found = parts(held, f"{outcome}:{analysis}").assign(draw=held["draw"])
    truths = {draw: true_effect(plan, pool.of_draw(int(draw)), design, outcome) for draw in found["draw"].unique()}
    return {"analysis": analysis, **assured(found, found["draw"].map(truths).to_numpy(float))}


def assured(found: pd.DataFrame, truth: Floats) -> dict[str, Any]:
    """Columns "draws" to "right_direction" of the assurance table, from one finding a row (``PARTS`` and draw) and
    the true effect in each row's draw, shape (rows,)."""
    conclusive = (found["p"] < ALPHA).to_numpy()
    sign = np.sign(found["estimate"].to_numpy(float))
    by_draw: Floats = pd.Series(conclusive.astype(float)).groupby(found["draw"].to_numpy()).mean().to_numpy(float)
    low, high = t_interval(by_draw)
    return {
        "draws": len(by_draw),
        "no_effect": int(found["draw"][truth == 0.0].nunique()),
        "trials": len(found),
        "assurance": float(by_draw.mean()),
        "low": max(0.0, low),
        "high": min(1.0, high),
        "conclusive_fall": float((conclusive & (sign < 0)).mean()),
        "conclusive_rise": float((conclusive & (sign > 0)).mean()),
        "right_direction": float((sign == np.sign(truth))[conclusive].mean()) if conclusive.any() else float("nan"),
    }


def reach_table(plan: TrialProtocol, runs: pd.DataFrame) -> pd.DataFrame:
    """Power of the lead analysis on the primary outcome over follow-up and size of authorities.

    Columns: design, clusters, size ("all", or "smaller" or "larger" half by children), follow_up_months (in which
    children are counted), trials, rejected, rejected_low, rejected_high (Wilson, 95 %), children (mean counted
    in a trial).
    """
    own = runs[(runs["draw"] == OWN) & (runs["effect"] == AS_ASSUMED) & (runs["status"] == "done")]
    rows = []
    for names, held in own.groupby(["design", "clusters", "size", "follow_up_months"], sort=False):
        design, clusters, size, months = cast(tuple[Design, int, str, int], names)
        found = parts(held, f"{plan.primary}:{lead_analysis(plan, design)}").dropna()
        rejected = int((found["p"] < ALPHA).sum())
        low, high = share_interval(rejected, len(found))
        rows.append(
            {
                "design": design,
                "clusters": int(clusters),
                "size": size,
                "follow_up_months": int(months),
                "trials": len(found),
                "rejected": _share(rejected, len(found)),
                "rejected_low": low,
                "rejected_high": high,
                "children": float(held["children"].mean()),
            }
        )
    return pd.DataFrame(rows)


def true_effects(plan: TrialProtocol, pool: OutcomePool) -> pd.DataFrame:
    """The model's own effect in every draw: draw (-1: the scenarios' own), design, outcome, true_effect."""

    def rows() -> Iterator[dict[str, Any]]:
        for draw in np.unique(pool.draw):
            lived = pool.of_draw(int(draw))
            for design in plan.designs:
                for outcome in plan.outcomes:
                    yield {
                        "draw": int(draw),
                        "design": design,
                        "outcome": outcome,
                        "true_effect": true_effect(plan, lived, design, outcome),
                    }

    return pd.DataFrame(list(rows()))
