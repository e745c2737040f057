"""What the pool of authorities implies for a design, beside official and published figures and the textbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.evidence.spread import CARE_STARTS_BETWEEN, CARE_STARTS_PERSISTENCE, CARE_STARTS_WITHIN
from sos_sim.statistics.intervals import Floats
from sos_sim.trials import closed_form
from sos_sim.trials.correlations import between_variation, cluster_autocorrelation, intracluster
from sos_sim.trials.identified import error_by_exposure
from sos_sim.trials.pool import OutcomePool
from sos_sim.trials.protocol import Design, TrialProtocol
from sos_sim.trials.recorded import RECORDED, SHARE
from sos_sim.trials.schedules import USUAL, observed, schedule
from sos_sim.trials.virtual import AS_ASSUMED, OWN


class Reference(NamedTuple):
    """An intracluster correlation from elsewhere, and where it comes from."""

    icc: float
    source: str


_DERIVED = "derived: ICC ~ CV² p / (1 - p); no published figure for English authorities was found"
REFERENCES: Final[Mapping[str, Reference]] = {
    "looked_after_18m": Reference(0.0065, f"0.005-0.008, {_DERIVED} (p .05 assumed, CV .3-.4)"),
    "reentry_12m": Reference(0.023, f"{_DERIVED} (p .20, CV .30)"),
    "rereferred_12m": Reference(0.023, f"{_DERIVED} (p .20, CV .30)"),
}


def correlation_table(plan: TrialProtocol, pool: OutcomePool) -> pd.DataFrame:
    """How alike children of one authority are, by outcome, under usual practice after the trial's start.

    Columns: outcome, mean, icc, icc_low, icc_high (95 %, see ``intracluster``; NaN for rates),
    cluster_autocorrelation (one period apart), between_cv, reference_icc, reference.
    """
    rows = []
    for outcome in plan.outcomes:
        count, size = _usual(pool, outcome)
        icc, low, high = intracluster(count, size)
        known = REFERENCES.get(outcome, Reference(float("nan"), ""))
        rows.append(
            {
                "outcome": outcome,
                "mean": float(count.sum() / size.sum()),
                "icc": icc,
                "icc_low": low,
                "icc_high": high,
                "cluster_autocorrelation": cluster_autocorrelation(count, size),
                "between_cv": between_variation(count, size),
                "reference_icc": known.icc,
                "reference": known.source,
            }
        )
    return pd.DataFrame(rows)


def _usual(pool: OutcomePool, outcome: str) -> tuple[Floats, Floats]:
    """Counts and sizes after the trial's start, shape (authorities, periods), periods without follow-up left out."""
    own = pool.of_draw(OWN)
    count, size = (table[outcome][:, USUAL, pool.history_periods :] for table in (own.count, own.size))
    whole = np.isfinite(count).all(axis=0)
    return count[:, whole], size[:, whole]


def spread_table(pool: OutcomePool) -> pd.DataFrame:
    """How synthetic authorities differ in care starts, beside official figures (``evidence.spread``).

    Columns: what, official, simulated, low, high (95 % for a standard deviation over so many authorities; NaN
    for correlations). Years are those of the pool's history and of the trial under usual practice.
    """
    own, periods = pool.of_draw(OWN), MONTHS_PER_YEAR // pool.period_months
    count, size = (table["care_starts"][:, USUAL] for table in (own.count, own.size))
    years = count.shape[1] // periods
    rate = [table[:, : years * periods].reshape(len(table), years, periods).sum(axis=2) for table in (count, size)]
    logs = np.log((rate[0] + 0.5) / rate[1])
    logs = logs - logs.mean(axis=0)
    mean = logs.mean(axis=1)
    between = float(mean.std(ddof=1))
    degrees = len(mean) - 1
    low, high = (between * (degrees / stats.chi2.ppf(share, degrees)) ** 0.5 for share in (0.975, 0.025))
    rows: list[dict[str, Any]] = [
        {
            "what": "log SD between authorities",
            "official": CARE_STARTS_BETWEEN,
            "simulated": between,
            "low": float(low),
            "high": float(high),
        },
        {
            "what": "log SD of years within an authority",
            "official": CARE_STARTS_WITHIN,
            "simulated": float((logs - mean[:, None]).var(axis=1, ddof=1).mean() ** 0.5),
        },
    ]
    for lag, official in CARE_STARTS_PERSISTENCE.items():
        if lag >= years:
            continue
        pairs = [np.corrcoef(logs[:, year], logs[:, year + lag])[0, 1] for year in range(years - lag)]
        rows.append(
            {
                "what": f"correlation {lag} year{'s' if lag > 1 else ''} apart",
                "official": official,
                "simulated": float(np.mean(pairs)),
            }
        )
    return pd.DataFrame(rows)


def textbook_table(plan: TrialProtocol, pool: OutcomePool, power: pd.DataFrame) -> pd.DataFrame:
    """Power by textbook formulas beside simulated power, for the primary outcome where it is a share.

    Columns: design, clusters, analysis, simulated, simulated_low, simulated_high, textbook, textbook_error,
    empirical_sd. Formulas (``closed_form``) take the pool's share, its intracluster correlation and
    autocorrelation, the harmonic mean of children in a cluster and the true effect; they assume
    clusters of one size and an effect that is the same everywhere.
    """
    if RECORDED[plan.primary].unit != SHARE:
        return pd.DataFrame()
    rows = []
    asked = power[(power["effect"] == AS_ASSUMED) & (power["outcome"] == plan.primary) & power["lead"]]
    for row in asked.to_dict("records"):
        error = _textbook_error(plan, pool, row["design"], int(row["clusters"]), str(row["analysis"]))
        if not 0.0 < error < float("inf"):
            continue
        degrees = row["clusters"] - 2 - (row["analysis"] == "cluster_summary_adjusted")
        rows.append(
            {
                "design": row["design"],
                "clusters": row["clusters"],
                "analysis": row["analysis"],
                "simulated": row["rejected"],
                "simulated_low": row["rejected_low"],
                "simulated_high": row["rejected_high"],
                "textbook": closed_form.power(row["true_effect"], error, float(degrees)),
                "textbook_error": error,
                "empirical_sd": row["empirical_sd"],
            }
        )
    return pd.DataFrame(rows)


def _textbook_error(plan: TrialProtocol, pool: OutcomePool, design: Design, clusters: int, analysis: str) -> float:
    """Standard error by the formula of a design; NaN where there is none (matched comparison), and where the pool
    does not tell what it takes. Authorities that are less alike than chance have no correlation."""
    count, size = _usual(pool, plan.primary)
    share = float(count.sum() / size.sum())
    if design == "before_after" or not 0.0 < share < 1.0:
        return float("nan")
    if design == "stepped_wedge":
        held = schedule(plan, pool.of_draw(OWN), design, clusters, plan.seed)
        icc = float(np.maximum(0.0, intracluster(count, size)[0]))
        children = float(stats.hmean(size.mean(axis=1)))
        cac = cluster_autocorrelation(count, size) if icc else 0.0
        if not (children and np.isfinite(icc + cac)):
            return float("nan")
        if analysis == "exposure_time":
            chance = (1.0 - icc) / children
            cell = share * (1.0 - share) * (icc + chance)
            return float(cell**0.5) * error_by_exposure(
                plan, plan.primary, clusters, np.array([icc / (icc + chance), 0.0, cac])
            )
        treated = observed(plan, design, held, plan.primary)[1]
        return closed_form.stepped_wedge_error(treated, children, share, icc, cac, decays=True)
    window = slice(plan.roll_in_months // plan.period_months, None)
    followed = [table[:, window].sum(axis=1, keepdims=True) for table in (count, size)]
    icc = float(np.maximum(0.0, intracluster(*followed)[0]))
    children = float(stats.hmean(followed[1][:, 0]))
    if not children:
        return float("nan")
    alone = closed_form.parallel_error(clusters / 2, children, share, icc)
    if design == "parallel":
        return alone
    return closed_form.with_baseline(alone, _baseline_correlation(plan, pool, followed))


def _baseline_correlation(plan: TrialProtocol, pool: OutcomePool, followed: list[Floats]) -> float:
    """Correlation over authorities of the share in the baseline with that in the follow-up, under usual practice."""
    gap = -(-RECORDED[plan.primary].follow_up // plan.period_months)
    last = pool.history_periods - gap
    rows = slice(last - plan.baseline_months // plan.period_months, last)
    own = pool.of_draw(OWN)
    count, size = (table[plan.primary][:, USUAL, rows].sum(axis=1) for table in (own.count, own.size))
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.corrcoef(count / size, followed[0][:, 0] / followed[1][:, 0])[0, 1])
