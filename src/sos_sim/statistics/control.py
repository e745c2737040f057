"""A control variate: what luck did to a level whose mean is known tells part of what it did to an effect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def controlled(effects: NDArray[np.float64], levels: NDArray[np.float64], mean: float) -> NDArray[np.float64]:
    """Effects less what the level's distance from its ``mean`` foretells, both of shape (seeds,).

    Each effect is corrected by the slope of the other seeds (leave one out), which knows nothing of its own
    luck, so that the mean of the result is that of the effects without bias when ``mean`` is known from
    elsewhere: from other seeds, or from a model of the level. Needs at least 4 seeds.
    """
    number = len(effects)
    if number < 4:
        raise ValueError(f"a control needs at least 4 seeds; given: {number}")
    distance, deviation = levels - levels.mean(), effects - effects.mean()
    grown = number / (number - 1.0)
    covariance = (distance * deviation).sum() - grown * distance * deviation
    variance = (distance * distance).sum() - grown * distance * distance
    slopes = np.divide(covariance, variance, out=np.zeros(number), where=variance > 0.0)
    return np.asarray(effects - slopes * (levels - mean))
