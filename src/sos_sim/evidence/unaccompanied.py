"""Unaccompanied asylum-seeking children among looked-after children, whom the model leaves out.

The table of numbers does not tell them apart. Where another table has an authority's own number of them, or their
percentage, that is taken off; else England's share of the year.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

UNACCOMPANIED: Final[Mapping[str, Mapping[int, float]]] = {
    "care_started": {
        2021: 2800 / 28470,
        2022: 5400 / 31100,
        2023: 7210 / 33090,
        2024: 7330 / 33130,
        2025: 6950 / 32270,
    },
    "care_at_31_march": {
        2021: 4150 / 80780,
        2022: 5680 / 82090,
        2023: 7410 / 83750,
        2024: 7440 / 83530,
        2025: 6540 / 81770,
    },
    "care_ceased": {2021: 3730 / 28120, 2022: 3880 / 30230, 2023: 5480 / 31850, 2024: 7300 / 33780, 2025: 7850 / 34450},
}
"""England's share of unaccompanied asylum-seeking children by year (DfE, Children looked after, 2021-2025)."""
UNACCOMPANIED_ERROR: Final[Mapping[str, float]] = {"care_started": 0.15, "care_at_31_march": 0.09, "care_ceased": 0.15}
"""Relative error of taking England's share off: root mean square over the authorities that publish their own
(about 140, 2021-2023: 13-19% of starts, 8-10% of children looked after; exits assumed as starts)."""
_OF_PERCENT: Final = 0.005
"""Relative error of a percentage that is published whole: half a point, evenly spread, is 0.3 points either way."""
_STOCK, _CEASED = "care_at_31_march", "care_ceased"


class Share(NamedTuple):
    """A share of the children counted, and the relative error that taking it off leaves in the rest."""

    value: float
    error: float


def unaccompanied(figure: str, year: int, count: Callable[[str], float]) -> Share:
    """The share of unaccompanied children in a count of an authority and year; ``count`` gives its other figures.

    In order: its own number of them over the count; its own percentage; of children who ceased to be looked after,
    its own percentage of those looked after, in proportion to England's two shares, with the error of England's;
    England's share.
    """
    kind = figure.removeprefix("care_")
    own = count(f"unaccompanied_{kind}") / count(figure) if count(figure) > 0.0 else math.nan
    if 0.0 <= own <= 1.0:
        return Share(own, 0.0)
    percent = count(f"unaccompanied_{kind}_percent") / 100.0
    if 0.0 <= percent <= 1.0:
        return Share(percent, _OF_PERCENT)
    stock = count("unaccompanied_at_31_march_percent") / 100.0
    if figure == _CEASED and 0.0 <= stock <= 1.0:
        scaled = stock * england_share(_CEASED, year) / england_share(_STOCK, year)
        return Share(min(1.0, scaled), UNACCOMPANIED_ERROR[_CEASED])
    return Share(england_share(figure, year), UNACCOMPANIED_ERROR[figure])


def england_share(figure: str, year: int) -> float:
    """England's share of unaccompanied asylum-seeking children in a count; the nearest year's outside 2021-2025."""
    shares = UNACCOMPANIED[figure]
    return shares[min(shares, key=lambda known: abs(known - year))]
