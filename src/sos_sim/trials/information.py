"""What the result of a trial is worth to an authority that then decides whether to adopt the programme."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.statistics.intervals import Floats, mean, t_interval
from sos_sim.statistics.value import FEWEST_DRAWS, perfect_information, sample_information
from sos_sim.trials.operating import trial_cost
from sos_sim.trials.pool import COSTS, OutcomePool
from sos_sim.trials.protocol import TrialProtocol
from sos_sim.trials.schedules import USUAL
from sos_sim.trials.virtual import OWN, lead_analysis

FIRST_START = 1


def net_benefits(plan: TrialProtocol, pool: OutcomePool) -> tuple[Floats, list[int]]:
    """Net benefit of usual practice (0) and of the programme in every draw, shape (draws, 2), pounds; and the draws.

    For one authority over the months in which the trial counts, mean over its draw's authorities, not discounted:
    ``worth_care_start·avoided + worth_harm_month·harm months avoided - extra cost`` (Stinnett and Mullahy
    1998, Medical Decision Making 18:S68). Harm counts whether or not anybody saw it.
    """
    draws = [int(draw) for draw in np.unique(pool.draw) if draw != OWN]
    return np.array([[0.0, _gain(plan, pool.of_draw(draw))] for draw in draws]).reshape(-1, 2), draws


def _gain(plan: TrialProtocol, pool: OutcomePool) -> float:
    avoided = {
        outcome: -float(np.nansum(_changed(pool.count[outcome][:, :, pool.history_periods :])) / pool.authorities)
        for outcome in ("care_starts", "harm_months")
    }
    extra = float(_changed(pool.costs[:, :, COSTS.index("cost_total")]).mean()) * plan.observed_months / MONTHS_PER_YEAR
    return plan.worth_care_start * avoided["care_starts"] + plan.worth_harm_month * avoided["harm_months"] - extra


def _changed(lives: Floats) -> Floats:
    """First start minus usual practice, along the axis of lives."""
    changed: Floats = lives[:, FIRST_START] - lives[:, USUAL]
    return changed


def information_table(plan: TrialProtocol, pool: OutcomePool, runs: pd.DataFrame) -> pd.DataFrame:
    """Expected value of sample information of every design and size, for one authority's decision.

    Columns: design, clusters, evsi, low, high (£, 95 % over draws; see ``statistics.value``), explained (share of
    the variance of net benefit that a trial's estimates predict), evpi, evpi_low, evpi_high (£, of knowing all),
    draws, cost (£ of the trial), authorities_to_pay (how many such decisions the result must inform to be worth
    its cost; infinite where it is worth nothing). The trial reports the estimates of the lead analysis on
    recorded outcomes. Empty with fewer than ``FEWEST_DRAWS`` draws.
    """
    benefits, draws = net_benefits(plan, pool)
    if len(draws) < FEWEST_DRAWS:
        return pd.DataFrame()
    drawn = runs[(runs["draw"] != OWN) & (runs["status"] == "done")]
    knowing = perfect_information(benefits)
    low, high = t_interval(knowing)
    rows: list[dict[str, Any]] = []
    for design in plan.designs:
        for clusters in plan.clusters:
            held = drawn[(drawn["design"] == design) & (drawn["clusters"] == clusters)]
            seen = held[[f"{outcome}:{lead_analysis(plan, design)}:estimate" for outcome in _reported(plan)]]
            worth = sample_information(
                benefits, seen.to_numpy(float), np.searchsorted(draws, held["draw"].to_numpy(dtype=np.int64))
            )
            cost = trial_cost(plan, pool, design, clusters)
            rows.append(
                {
                    "design": design,
                    "clusters": clusters,
                    "evsi": worth.worth,
                    "low": worth.low,
                    "high": worth.high,
                    "explained": worth.explained,
                    "evpi": mean(knowing),
                    "evpi_low": low,
                    "evpi_high": high,
                    "draws": len(draws),
                    "cost": cost,
                    "authorities_to_pay": cost / worth.worth if worth.worth > 0.0 else float("inf"),
                }
            )
    return pd.DataFrame(rows)


def _reported(plan: TrialProtocol) -> list[str]:
    """Outcomes whose estimates a decision would look at: the primary one, care starts, and harm that was seen."""
    return [name for name in dict.fromkeys((plan.primary, "care_starts", "harm_seen")) if name in plan.outcomes]
