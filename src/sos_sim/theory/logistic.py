"""The logistic function, written once so that both engines round alike."""

from __future__ import annotations

import math

from sos_sim.core.compiling import rule


@rule
def logistic(x: float) -> float:
    """1 / (1 + e^-x), safe for any finite x (saturates beyond ±700)."""
    if x < -700.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))


@rule
def happens(draw: float, ceiling: float, x: float) -> bool:
    """Whether ``draw < ceiling · σ(x)``, evaluating the exponential only where it can matter.

    ``draw ≥ ceiling`` can never succeed, and for x < 0 neither can ``draw ≥ ceiling·bound`` with
    bound = 1 / (1 - x + x²/2), which is never below σ(x).
    """
    if draw >= ceiling:
        return False
    if x < 0.0 and draw * (1.0 - x + 0.5 * x * x) >= ceiling:
        return False
    return draw < ceiling * logistic(x)


@rule
def clamp(x: float, low: float, high: float) -> float:
    """x held within [low, high]."""
    return low if x < low else (high if x > high else x)
