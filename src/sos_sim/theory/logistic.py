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

    For x < 0, σ(x) is never above ``1 / (1 - x + x²/2)``; else it is below 1.
    """
    if x < 0.0:
        if draw * (1.0 - x + 0.5 * x * x) >= ceiling:
            return False
    elif draw >= ceiling:
        return False
    return draw < ceiling * logistic(x)


@rule
def exponential_bound(x: float) -> float:
    """A number never below e^x for x ≤ 14: ``(1 + y + y²)⁸`` with y = x/8, by multiplication alone."""
    y = 0.125 * x
    root = 1.0 + y + y * y
    square = root * root
    fourth = square * square
    return fourth * fourth


@rule
def clamp(x: float, low: float, high: float) -> float:
    """x held within [low, high]."""
    return low if x < low else (high if x > high else x)
