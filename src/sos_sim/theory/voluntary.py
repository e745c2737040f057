"""Phase 7, decisions: voluntary accommodation (section 20), child by child."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief
from sos_sim.core.priors import normal
from sos_sim.theory.ages import ONE_TO_FOUR, SIXTEEN_AND_SEVENTEEN, TEN_TO_FIFTEEN, UNDER_ONE, age_band
from sos_sim.theory.pathway import Pathway, above, chance_above

_PRACTICE = "threshold of usual practice, calibrated"


class Voluntary(NamedTuple):
    """When a child is looked after by agreement with the parents (model section 4.13)."""

    voluntary_threshold: float = belief(
        -0.9277,
        "logit appraisal",
        "above it voluntary accommodation (section 20) is likely",
        low=-10,
        high=4,
        prior=normal(-0.98, 0.5),
        source=_PRACTICE + ": 20.8 starts per 10,000",
        grade="A",
        heading="moderator",
    )
    voluntary_rate: float = belief(
        0.2,
        "per month",
        "voluntary accommodation above that threshold",
        low=0.01,
        high=0.5,
        source="fixed: absorbed by voluntary_threshold",
        grade="D",
        heading="moderator",
    )
    age_under_5: float = belief(
        -0.05159,
        "logit",
        "voluntary accommodation: children under five, against 5-9",
        low=-4,
        high=4,
        prior=normal(-1.1, 0.5),
        source=_PRACTICE + ": age at start",
        grade="A",
        heading="moderator",
    )
    age_10_15: float = belief(
        0.3579,
        "logit",
        "voluntary accommodation: aged 10-15, against 5-9",
        low=-4,
        high=4,
        prior=normal(0.42, 0.5),
        source=_PRACTICE + ": age at start",
        grade="A",
        heading="moderator",
    )
    age_16_17: float = belief(
        1.722,
        "logit",
        "voluntary accommodation: aged 16-17, against 5-9",
        low=-4,
        high=4,
        prior=normal(1.4, 0.5),
        source=_PRACTICE + ": age at start",
        grade="A",
        heading="moderator",
    )
    infant_voluntary: float = belief(
        0.3052,
        "logit",
        "voluntary accommodation: under one, against 1-4",
        low=-3.0,
        high=4.0,
        prior=normal(0.0, 0.8),
        source="fitted: ages at start of care (DfE 2021)",
        grade="C",
        heading="moderator",
    )


@rule
def voluntary_term(age_months: int, p: Voluntary) -> float:
    """Age term of voluntary accommodation, in logits of appraisal (reference: five to nine years)."""
    band = age_band(age_months)
    if band == UNDER_ONE:
        return p.age_under_5 + p.infant_voluntary
    if band == ONE_TO_FOUR:
        return p.age_under_5
    if band == TEN_TO_FIFTEEN:
        return p.age_10_15
    return p.age_16_17 if band == SIXTEEN_AND_SEVENTEEN else 0.0


@rule
def is_accommodated(appraisal: float, age_months: int, draw: float, p: Voluntary, path: Pathway) -> bool:
    """Voluntary accommodation (section 20) this month; ``appraisal`` less any supply shift."""
    return above(appraisal + voluntary_term(age_months, p), p.voluntary_threshold, draw, p.voluntary_rate, path)


@rule
def accommodation_chance(appraisal: float, age_months: int, p: Voluntary, path: Pathway) -> float:
    """The chance with which ``is_accommodated`` holds."""
    return chance_above(appraisal + voluntary_term(age_months, p), p.voluntary_threshold, p.voluntary_rate, path)
