"""Where a curve is told from zero."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def told_regions(values: Sequence[float], estimates: Sequence[float], detectable: float) -> list[tuple[float, float]]:
    """Where a curve, straight between its points, lies ``detectable`` or more from zero: (from, to) in order."""
    regions: list[tuple[float, float]] = []
    for place in range(len(values) - 1):
        for low, high in _told_between(values[place : place + 2], estimates[place : place + 2], detectable):
            if regions and regions[-1][1] == low:
                regions[-1] = (regions[-1][0], high)
            else:
                regions.append((low, high))
    return regions


def _told_between(values: Sequence[float], estimates: Sequence[float], detectable: float) -> list[tuple[float, float]]:
    """The same on a single straight piece, which may cross either bound."""
    (left, right), (first, last) = values, estimates
    crossed = sorted(
        left + (right - left) * (bound - first) / (last - first)
        for bound in (-detectable, detectable)
        if min(first, last) < bound < max(first, last)
    )
    ends = [left, *crossed, right]
    slope = (last - first) / (right - left)
    return [
        (low, high) for low, high in pairwise(ends) if abs(first + slope * ((low + high) / 2.0 - left)) >= detectable
    ]
