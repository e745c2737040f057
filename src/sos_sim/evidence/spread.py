"""How English authorities differ, and how far each keeps to its own level from year to year.

Worked out from the department's published figures of some 150 authorities for the years ending 31 March 2018 to
2023 (children looked after, children in need, children's social work workforce), ONS mid-year estimates and the
English indices of deprivation 2019. Logarithms are natural; unaccompanied children are taken out of care starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FACTS: Final = ("children", "referrals", "posts", "turnover", "deprivation")
"""Facts of an authority that differ together: children 0-17, referrals and case-holding social workers per child,
yearly turnover (all in logarithms), and the IDACI score."""
MEDIAN_CHILDREN: Final = 62_664
"""Children 0-17 of the median authority (ONS mid-2024)."""
SPREAD: Final[Mapping[str, float]] = {
    "children": 0.603,
    "referrals": 0.304,
    "posts": 0.292,
    "turnover": 0.270,
    "deprivation": 0.059,
}
"""Standard deviation between authorities of the six-year mean."""
CORRELATION: Final = (
    (1.00, -0.19, -0.46, -0.22, -0.18),
    (-0.19, 1.00, 0.61, 0.09, 0.58),
    (-0.46, 0.61, 1.00, -0.08, 0.61),
    (-0.22, 0.09, -0.08, 1.00, -0.08),
    (-0.18, 0.58, 0.61, -0.08, 1.00),
)
"""Correlations of these means, in the order of ``FACTS``."""
CARE_STARTS_BETWEEN: Final = 0.350
"""Log SD between authorities of the six-year mean of children starting to be looked after per child."""
CARE_STARTS_WITHIN: Final = 0.183
"""Log SD of single years about the authority's own mean, once the national year is taken out."""
CARE_STARTS_PERSISTENCE: Final[Mapping[int, float]] = {1: 0.845, 2: 0.775, 3: 0.750, 4: 0.715}
"""Correlation over authorities of the logarithm of care starts with that so many years later."""
DECILES_PER_SCORE: Final = 23.0
"""Deciles per unit of IDACI score: children in income-deprived households run from about 3 % in the least to
about 42 % in the most deprived tenth of neighbourhoods (indices of deprivation 2019; judgement, grade D)."""
