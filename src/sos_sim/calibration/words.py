"""What official figures say about a parameter, in words."""

from __future__ import annotations

from typing import Final

IDENTIFIED: Final = "identified"
HARDLY: Final = "hardly identified"
NOT_IDENTIFIED: Final = "not identified by usual practice data: keeps its prior"
_HALF = 0.5


def identified(contraction: float, noise: float, is_strength: bool) -> str:
    """Identified when half of the prior variance is gone, hardly when more than luck of the draws can feign.

    Strengths of links are never fitted to figures of usual practice.
    """
    if is_strength or contraction <= 2.0 * noise:
        return NOT_IDENTIFIED
    return IDENTIFIED if contraction >= _HALF else HARDLY
