"""Phase 7, decisions: what a child's age adds to the danger that thresholds are held against."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief
from sos_sim.core.units import MONTHS_PER_YEAR

_NOT_YET = "fixed at 0 (no term) until fitted: "
_ON_PLANS = "ages on protection plans (DfE 2022) and in care (DfE 2025)"


class Ages(NamedTuple):
    """The age term: logits that a child's age adds to appraisal, against a child of five to nine years.

    It acts at every threshold from enquiry to removal: of the youngest child known where a decision is about
    the family, of the child itself where it is about one child. Infants have terms of their own
    (``infant_concern``, ``infant_term``), to which that of unborn children is added.
    """

    danger_unborn: float = belief(
        0.0,
        "logit",
        "danger as thresholds see it: unborn children, against infants",
        low=-2.0,
        high=4.0,
        source=_NOT_YET + _ON_PLANS,
        grade="D",
        heading="moderator",
    )
    danger_1_4: float = belief(
        0.0,
        "logit",
        "danger as thresholds see it: aged 1-4, against 5-9",
        low=-3.0,
        high=3.0,
        source=_NOT_YET + _ON_PLANS,
        grade="D",
        heading="moderator",
    )
    danger_10_15: float = belief(
        0.0,
        "logit",
        "danger as thresholds see it: aged 10-15, against 5-9",
        low=-3.0,
        high=3.0,
        source=_NOT_YET + _ON_PLANS,
        grade="D",
        heading="moderator",
    )
    danger_16_17: float = belief(
        0.0,
        "logit",
        "danger as thresholds see it: aged 16-17, against 5-9",
        low=-4.0,
        high=3.0,
        source=_NOT_YET + _ON_PLANS,
        grade="D",
        heading="moderator",
    )


@rule
def age_term(age_months: int, p: Ages) -> float:
    """Logits that a child's age adds to appraisal at a threshold; an age below 0 is that of an unborn child."""
    if age_months < 0:
        return p.danger_unborn
    if age_months < MONTHS_PER_YEAR:
        return 0.0
    if age_months < 5 * MONTHS_PER_YEAR:
        return p.danger_1_4
    if age_months < 10 * MONTHS_PER_YEAR:
        return 0.0
    return p.danger_10_15 if age_months < 16 * MONTHS_PER_YEAR else p.danger_16_17
