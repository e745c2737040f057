"""Phase 7, decisions: what a child's age adds to the danger that thresholds are held against."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief
from sos_sim.core.priors import normal
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS, MONTHS_PER_YEAR

UNDER_ONE, ONE_TO_FOUR, FIVE_TO_NINE, TEN_TO_FIFTEEN, SIXTEEN_AND_SEVENTEEN = range(5)

_FITTED = "fitted: "
_ON_PLANS = "ages on protection plans (DfE 2022) and in care (DfE 2025)"


class Ages(NamedTuple):
    """The age term: logits that a child's age adds to appraisal, against a child of five to nine years.

    It acts at every threshold from enquiry to removal: of the youngest child known where a decision is about
    the family, of the child itself where it is about one child. Infants have terms of their own
    (``infant_concern``, ``infant_term``), to which that of unborn children is added.
    """

    danger_unborn: float = belief(
        0.4971,
        "logit",
        "danger as thresholds see it: unborn children, against infants",
        low=-2.0,
        high=4.0,
        prior=normal(0.0, 0.7),
        source=_FITTED + _ON_PLANS,
        grade="C",
        heading="moderator",
    )
    danger_1_4: float = belief(
        0.437,
        "logit",
        "danger as thresholds see it: aged 1-4, against 5-9",
        low=-3.0,
        high=3.0,
        prior=normal(0.0, 0.5),
        source=_FITTED + _ON_PLANS,
        grade="C",
        heading="moderator",
    )
    danger_10_15: float = belief(
        0.1986,
        "logit",
        "danger as thresholds see it: aged 10-15, against 5-9",
        low=-3.0,
        high=3.0,
        prior=normal(0.0, 0.5),
        source=_FITTED + _ON_PLANS,
        grade="C",
        heading="moderator",
    )
    danger_16_17: float = belief(
        -0.2407,
        "logit",
        "danger as thresholds see it: aged 16-17, against 5-9",
        low=-4.0,
        high=3.0,
        prior=normal(0.0, 0.7),
        source=_FITTED + _ON_PLANS,
        grade="C",
        heading="moderator",
    )


@rule
def age_band(age_months: int) -> int:
    """Bands of official statistics, numbered from 0: under one and unborn, 1-4, 5-9, 10-15, 16-17."""
    if age_months < 5 * MONTHS_PER_YEAR:
        return UNDER_ONE if age_months < MONTHS_PER_YEAR else ONE_TO_FOUR
    if age_months < 10 * MONTHS_PER_YEAR:
        return FIVE_TO_NINE
    return TEN_TO_FIFTEEN if age_months < 16 * MONTHS_PER_YEAR else SIXTEEN_AND_SEVENTEEN


@rule
def age_term(age_months: int, p: Ages) -> float:
    """Logits that a child's age adds to appraisal at a threshold: unborn below 0, none from 18 years on."""
    if age_months < 0:
        return p.danger_unborn
    band = age_band(age_months)
    if band == ONE_TO_FOUR:
        return p.danger_1_4
    if band == TEN_TO_FIFTEEN:
        return p.danger_10_15
    return p.danger_16_17 if band == SIXTEEN_AND_SEVENTEEN and age_months < AGE_OF_MAJORITY_MONTHS else 0.0
