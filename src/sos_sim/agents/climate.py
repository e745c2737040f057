"""Demand and culture drift from month to month whatever anybody does: drawn before the run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.decisions import Decision, Of
from sos_sim.core.luck import mix, triangular, uniform
from sos_sim.core.parameters import fact
from sos_sim.core.priors import lognormal
from sos_sim.core.units import MONTHS_PER_YEAR


class Unrest(NamedTuple):
    """How high referral demand is, and how restless demand and thresholds of an authority are."""

    demand: float = fact(
        1.0,
        "multiple",
        "first and further referrals against what they are by the other facts and beliefs",
        low=0.3,
        high=3.0,
        source="policy question: a rise or fall of demand, from the start or by date",
        grade="D",
    )
    demand_spread: float = fact(
        0.08,
        "log sd",
        "drift of referral demand around its level",
        low=0.0,
        high=0.5,
        prior=lognormal(0.08, 0.4),
        source="yearly log SD of starts about 0.2 in real authorities",
        grade="B",
    )
    culture_spread: float = fact(
        0.12,
        "logit sd",
        "drift of thresholds around their level",
        low=0.0,
        high=0.8,
        prior=lognormal(0.12, 0.4),
        source="yearly log SD of starts about 0.2 in real authorities",
        grade="B",
    )
    drift_persistence: float = fact(
        0.97,
        "per month",
        "autocorrelation of both drifts",
        low=0.0,
        high=0.995,
        source="assumed: two to three years",
        grade="D",
    )
    demand_year_spread: float = fact(
        0.1399,
        "log sd",
        "referral demand of one year against the next, besides its drift",
        low=0.0,
        high=0.5,
        prior=lognormal(0.12, 0.35),
        source="fitted: yearly SD of log referrals .19, of log children in need .12 (panel 2013-2023)",
        grade="C",
    )
    threshold_year_spread: float = fact(
        0.1352,
        "logit sd",
        "thresholds of one year against the next, besides their drift",
        low=0.0,
        high=1.0,
        prior=lognormal(0.1, 0.5),
        source="fitted: yearly SD of log plans .25, of log care starts .21 (panel 2013-2023)",
        grade="C",
    )
    enquiry_year_spread: float = fact(
        0.1673,
        "logit sd",
        "readiness to make section 47 enquiries in one year against the next",
        low=0.0,
        high=1.0,
        prior=lognormal(0.2, 0.4),
        source="fitted: yearly SD of log section 47 enquiries .22 (panel 2013-2023)",
        grade="C",
    )
    shock_rate: float = fact(
        0.004,
        "per month",
        "trigger events (a child's death in the press, an inspection)",
        low=0.0,
        high=0.1,
        source="CMO 18; about one in twenty years, assumed",
        grade="D",
    )
    shock_size: float = fact(
        0.5, "logit", "how a trigger event raises appraisals", low=0.0, high=2.0, source="CMO 18, assumed", grade="D"
    )
    shock_months: int = fact(
        12,
        "months",
        "how long a trigger event is felt",
        low=1,
        high=60,
        whole=True,
        source="CMO 18, assumed",
        grade="D",
    )


class Climate(NamedTuple):
    """One month's demand (multiplies referrals), culture (logits added to every appraisal) and readiness to enquire.

    ``enquiry`` is in logits, added to appraisal where section 47 enquiries are decided on, and nowhere else.
    """

    demand: float
    culture: float
    enquiry: float


def draw_climate(unrest: Unrest, seed: int, first_month: int, last_month: int) -> NDArray[np.void]:
    """Climate of every month from ``first_month`` up to, not including, ``last_month``.

    Demand and culture are AR(1) in logs with stationary spread; on top, demand, culture and enquiry have a level of
    their own in every year, independent of the years around it. A trigger event (CMO 18) lifts culture by
    ``shock_size`` for ``shock_months``. Shape (months,), fields of ``Climate``.
    """
    luck = mix(mix(seed, Of.ORGANISATION), 0)
    months = range(first_month, last_month)
    climate = np.zeros(len(months), dtype=[(name, "f8") for name in Climate._fields])
    persistence = unrest.drift_persistence
    demand = _drift(luck, Decision.DEMAND, months, unrest.demand_spread, persistence)
    climate["demand"] = np.exp(demand + _years(luck, Decision.DEMAND_YEAR, months, unrest.demand_year_spread))
    climate["demand"] *= unrest.demand
    climate["culture"] = _drift(luck, Decision.CULTURE, months, unrest.culture_spread, persistence)
    climate["culture"] += _years(luck, Decision.CULTURE_YEAR, months, unrest.threshold_year_spread)
    climate["enquiry"] = _years(luck, Decision.ENQUIRY_YEAR, months, unrest.enquiry_year_spread)
    shock_until = first_month
    for index, month in enumerate(months):
        if uniform(luck, mix(Decision.SHOCK, month)) < unrest.shock_rate:
            shock_until = month + unrest.shock_months
        if month < shock_until:
            climate["culture"][index] += unrest.shock_size
    return climate


def _drift(luck: int, decision: Decision, months: range, spread: float, persistence: float) -> NDArray[np.float64]:
    """A stationary AR(1) path with the given standard deviation."""
    level, path = 0.0, np.empty(len(months))
    innovation = spread * (1.0 - persistence**2) ** 0.5
    for index, month in enumerate(months):
        draw = triangular(luck, mix(decision, month))
        level = spread * draw if index == 0 else persistence * level + innovation * draw
        path[index] = level
    return path


def _years(luck: int, decision: Decision, months: range, spread: float) -> NDArray[np.float64]:
    """A level for every year, the same in its twelve months, with the given standard deviation."""
    level = {year: spread * triangular(luck, mix(decision, year)) for year in {m // MONTHS_PER_YEAR for m in months}}
    return np.array([level[month // MONTHS_PER_YEAR] for month in months])
