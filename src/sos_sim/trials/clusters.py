"""Synthetic authorities: drawn with the spread, and the links between facts, of real ones.

Facts differ as official figures do. They explain part of the differences in care entries; the rest is
given to each authority as a lasting lean of its thresholds, so wide that simulated care entries spread
between authorities as the official ones do. Year-to-year drift is the model's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Value
from sos_sim.evidence.spread import CORRELATION, DECILES_PER_SCORE, FACTS, MEDIAN_CHILDREN, SPREAD
from sos_sim.files.scenario import Scenario
from sos_sim.theory.parameters import declared

DELIVERY: Final = "delivery"
"""Not a parameter: what the levers of an authority's programme are multiplied by."""
LEAN: Final = "lean"
"""Not a parameter: the lasting lean of an authority's thresholds, a logit added to every appraisal."""
LEAN_SPREAD: Final = 0.35
DEMAND_SHARE: Final = 0.6
DRIFT: Final = 1.65
"""SD of the lean between authorities; share of the official differences in referrals, posts and deprivation that is
taken as real, the rest as recorded differently; and what the drift of thresholds is multiplied by. With these care
starts of simulated authorities differ, and move from year to year, about as much as official ones (the table
``spread`` of a trial study sets both side by side). At 1, 0 and 1 they would differ by 0.45, not 0.35, in log SD."""
_ADDRESSES: Final[Mapping[str, int]] = {**{name: place for place, name in enumerate(FACTS)}, LEAN: 10, DELIVERY: 11}


def synthetic_authority(
    scenario: Scenario, number: int, seed: int, delivery_spread: float, draw: Mapping[str, Value] | None = None
) -> dict[str, Value]:
    """Parameter values of one synthetic authority, with ``LEAN`` and ``DELIVERY``: the same for its number and seed.

    ``draw`` holds what is uncertain for England; facts are scaled from its level, so that what is
    uncertain stays so. ``delivery_spread`` is the log SD of delivery, whose mean is 1.
    """
    level = {**scenario.values, **(draw or {})}
    luck = mix(seed, number)
    factors = dict(zip(FACTS, _mixing() @ [_normal(luck, name) for name in FACTS], strict=True))
    values: dict[str, float] = {
        "children": MEDIAN_CHILDREN * np.exp(factors["children"]),
        "first_referral_rate": float(level["first_referral_rate"]) * np.exp(DEMAND_SHARE * factors["referrals"]),
        "post_rate": float(level["post_rate"]) * np.exp(DEMAND_SHARE * factors["posts"]),
        "turnover": float(level["turnover"]) * np.exp(factors["turnover"]),
        "deprivation": float(level["deprivation"]) + DEMAND_SHARE * DECILES_PER_SCORE * factors["deprivation"],
        "culture_spread": DRIFT * float(level["culture_spread"]),
    }
    return {
        **(draw or {}),
        **{name: _allowed(name, float(value)) for name, value in values.items()},
        "seed": luck >> 11,
        LEAN: LEAN_SPREAD * _normal(luck, LEAN),
        DELIVERY: float(np.exp(delivery_spread * _normal(luck, DELIVERY) - 0.5 * delivery_spread**2)),
    }


def _allowed(name: str, value: float) -> Value:
    parameter = declared()[name]
    held = min(max(value, parameter.low), parameter.high)
    return round(held) if parameter.whole else held


@cache
def _mixing() -> NDArray[np.float64]:
    """Matrix that turns independent standard normals into deviations of ``FACTS``."""
    correlated: NDArray[np.float64] = np.linalg.cholesky(np.array(CORRELATION))
    return np.array([SPREAD[name] for name in FACTS])[:, None] * correlated


def _normal(luck: int, name: str) -> float:
    return float(stats.norm.ppf(uniform(luck, mix(_ADDRESSES[name], 0))))
