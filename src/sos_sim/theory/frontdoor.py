"""Phase 2, front door: repeat referrals, births to known families, hand-offs between workers."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import Family
from sos_sim.agents.authority import MIDDLE_DECILE
from sos_sim.agents.codes import Status
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief
from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.home import pressure
from sos_sim.theory.logistic import clamp, exponential_bound

PREGNANCY_MONTHS = 6


class FrontDoor(NamedTuple):
    """Referral of known families, and who works with them."""

    rereferral_rate: float = belief(
        0.007118,
        "per family-month",
        "referral of a closed family at reference need",
        low=0.0005,
        high=0.02,
        prior=lognormal(0.005, 0.4),
        source="calibrated to 22.6% re-referral (DfE 2025)",
        grade="A",
        heading="moderator",
    )
    rereferral_slope: float = belief(
        0.522,
        "per logit",
        "how strongly need drives a new referral",
        low=0.2,
        high=1.1,
        prior=normal(0.65, 0.15),
        source="part-identified with need_sd",
        grade="D",
        heading="moderator",
    )
    reference_need: float = belief(
        -5.0, "logit", "need at which rereferral_rate holds", low=-8, high=-2, source="fixed scale constant", grade="D"
    )
    rereferral_deprivation: float = belief(
        0.02,
        "log per decile",
        "how much likelier a new referral is in more deprived families at the same need",
        low=-0.1,
        high=0.3,
        prior=normal(0.02, 0.01),
        source="the share referred again within a year rises by .05 in logs per .1 IDACI (panel 2023)",
        grade="C",
        heading="moderator",
    )
    watch: float = belief(
        5.211,
        "multiple",
        "extra referral right after closing, while agencies stay alert",
        low=0.0,
        high=20.0,
        prior=gamma(4, 7),
        source="without it re-referral within 12 months stays near 7-14%",
        grade="D",
        heading="moderator",
    )
    watch_fading: float = belief(
        6.414,
        "months",
        "how long that alertness lasts",
        low=2.0,
        high=15.0,
        prior=lognormal(6, 0.3),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    birth_referral: float = belief(
        9.612,
        "multiple",
        "extra referral of a known family in the last six months of pregnancy",
        low=0.0,
        high=20.0,
        prior=lognormal(6, 0.4),
        source="pre-birth referral",
        grade="D",
        heading="moderator",
    )
    crisis: float = belief(
        1.224,
        "logit",
        "crisis in need at referral (regression to the mean follows)",
        low=0.0,
        high=4.0,
        prior=gamma(4, 1.5),
        source="regression to the mean must not be credited to services",
        grade="D",
        heading="moderator",
    )
    churn: float = belief(
        0.01878,
        "per family-month",
        "change of worker from absence and reorganisation",
        low=0.0,
        high=0.08,
        prior=gamma(4, 0.02),
        source="27% of looked-after children meet three workers or more in a year",
        grade="A",
        heading="moderator",
    )
    handoff: float = belief(
        0.7936,
        "per stage boundary",
        "chance that a new stage brings a new worker",
        low=0.0,
        high=1.0,
        prior=beta(8, 2),
        source="stage-boundary transfer between teams",
        grade="D",
        heading="moderator",
    )
    discontinuity: float = belief(
        0.1583,
        "share of trust",
        "trust lost at a change of worker (M2)",
        low=0.0,
        high=0.5,
        prior=beta(3, 14),
        source="Cheng & Lo: number of workers lowers alliance",
        grade="B",
        link="M2",
        heading="moderator",
    )


@rule
def is_referred_again(family: Family, month: int, draw: float, demand: float, p: FrontDoor) -> bool:
    """Whether a closed family is referred this month (moderator: need, alertness after closing).

    ``rate·exp(slope·(need + strain + exposure - reference) + rereferral_deprivation·(decile - 5.5))
    ·(1 + watch·alertness)·(1 + birth_referral if pregnant)·demand``;
    the exponential is evaluated only when an upper bound on it leaves the draw a chance.
    """
    rate = p.rereferral_rate * demand * (1.0 + p.watch * family.alertness)
    if 0 <= family.next_birth - month <= PREGNANCY_MONTHS:
        rate *= 1.0 + p.birth_referral
    x = p.rereferral_slope * (pressure(family) - p.reference_need)
    if p.rereferral_deprivation != 0.0:
        x += p.rereferral_deprivation * (family.deprivation - MIDDLE_DECILE)
    if draw >= rate * exponential_bound(x):
        return False
    return draw < rate * math.exp(x)


@rule
def begin_case(family: Family, month: int) -> None:
    """The case is open, to be assessed; agencies' alertness ends."""
    family.status = Status.ASSESSMENT
    family.months_in_status = 0
    family.opened = month
    family.alertness = 0.0


@rule
def open_case(family: Family, month: int, crisis_draw: float, p: FrontDoor) -> None:
    """A referral opens the case: need jumps by a crisis (mean ``crisis``, triangular)."""
    begin_case(family, month)
    family.need = clamp(family.need + max(0.0, p.crisis * (1.0 + 0.5 * crisis_draw)), -14.0, 2.0)


@rule
def fade_alertness(family: Family, p: FrontDoor) -> None:
    """Agencies' alertness after closing fades: ``alertness *= 1 - 1/watch_fading`` per month."""
    family.alertness -= family.alertness / p.watch_fading


@rule
def meet_new_worker(family: Family, p: FrontDoor) -> None:
    """A change of worker costs trust: ``T *= 1 - discontinuity`` (M2; Cheng & Lo)."""
    family.trust *= 1.0 - p.discontinuity
