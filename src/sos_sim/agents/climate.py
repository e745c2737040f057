"""Demand and culture drift from month to month whatever anybody does: drawn before the run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.authority import Authority
from sos_sim.agents.decisions import Decision, Of
from sos_sim.core.luck import mix, triangular, uniform
from sos_sim.core.units import MONTHS_PER_YEAR


class Climate(NamedTuple):
    """One month's demand (multiplies referrals), culture (logits added to every appraisal) and readiness to enquire.

    ``enquiry`` is in logits, added to appraisal where section 47 enquiries are decided on, and nowhere else.
    """

    demand: float
    culture: float
    enquiry: float


def draw_climate(authority: Authority, seed: int, first_month: int, last_month: int) -> NDArray[np.void]:
    """Climate of every month from ``first_month`` up to, not including, ``last_month``.

    Demand and culture are AR(1) in logs with stationary spread; on top, demand, culture and enquiry have a level of
    their own in every year, independent of the years around it. A trigger event (CMO 18) lifts culture by
    ``shock_size`` for ``shock_months``. Shape (months,), fields of ``Climate``.
    """
    luck = mix(mix(seed, Of.ORGANISATION), 0)
    months = range(first_month, last_month)
    climate = np.zeros(len(months), dtype=[(name, "f8") for name in Climate._fields])
    persistence = authority.drift_persistence
    demand = _drift(luck, Decision.DEMAND, months, authority.demand_spread, persistence)
    climate["demand"] = np.exp(demand + _years(luck, Decision.DEMAND_YEAR, months, authority.demand_year_spread))
    climate["culture"] = _drift(luck, Decision.CULTURE, months, authority.culture_spread, persistence)
    climate["culture"] += _years(luck, Decision.CULTURE_YEAR, months, authority.threshold_year_spread)
    climate["enquiry"] = _years(luck, Decision.ENQUIRY_YEAR, months, authority.enquiry_year_spread)
    shock_until = first_month
    for index, month in enumerate(months):
        if uniform(luck, mix(Decision.SHOCK, month)) < authority.shock_rate:
            shock_until = month + authority.shock_months
        if month < shock_until:
            climate["culture"][index] += authority.shock_size
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
