"""Phase 7, decisions: the final hearing and the ways of leaving care."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import Family
from sos_sim.agents.codes import Legal, Place
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.appraisal import Shown
from sos_sim.theory.logistic import logistic

UNDER_FIVE = 60
OLDER_MONTHS = 144


class Leaving(NamedTuple):
    """Return home and other exits (model section 4.14)."""

    ready_appraisal: float = belief(
        1.0,
        "per logit",
        "how lower perceived danger counts towards return",
        low=0.0,
        high=3.0,
        source="scale constant",
        grade="D",
        heading="moderator",
    )
    ready_safety: float = strength(
        1.0,
        "logit",
        "how demonstrated safety counts towards return",
        high=4.0,
        link="M8",
        prior=gamma(4, 1, spike=0.1),
        source="only the ratio to ready_softness matters",
        grade="D",
        in_every_arm=True,
    )
    ready_plan: float = strength(
        1.0,
        "logit",
        "how a visible plan counts towards return",
        high=4.0,
        link="M8",
        prior=gamma(4, 1, spike=0.1),
        source="CMO 16",
        grade="D",
        in_every_arm=True,
    )
    ready_trust: float = strength(
        1.0,
        "logit",
        "how working together (trust) counts towards return",
        high=4.0,
        link="M8",
        prior=gamma(4, 1, spike=0.1),
        source="Dunkerley 2023: engagement at six months, HR 1.05-1.19",
        grade="B",
        in_every_arm=True,
    )
    ready_responsibility: float = strength(
        1.0,
        "logit",
        "how shared responsibility counts towards return",
        high=4.0,
        link="M8",
        prior=gamma(4, 1, spike=0.1),
        source="CMO 16",
        grade="C",
        in_every_arm=True,
    )
    ready_bar: float = belief(
        5.183,
        "logit",
        "readiness needed for return",
        low=-4,
        high=10,
        prior=normal(5.3, 0.5),
        source="threshold of usual practice, calibrated: quality of return decisions",
        grade="A",
        heading="moderator",
    )
    ready_older: float = belief(
        0.08177,
        "logit",
        "readiness added for children of twelve or more, who go home more often",
        low=-4.0,
        high=6.0,
        prior=gamma(2, 1),
        source="42% of entrants aged 12-17 go home within two years, 36% of all (one authority; Neil 2019)",
        grade="C",
        heading="moderator",
    )
    ready_softness: float = belief(
        0.5, "logit", "width of return decisions", low=0.1, high=2.0, source="fixed", grade="D", heading="moderator"
    )
    return_rate: float = belief(
        0.04448,
        "per month",
        "planned return when ready",
        low=0.01,
        high=0.5,
        prior=lognormal(0.055, 0.4),
        source="calibrated: 24.8% of non-UASC exits",
        grade="A",
        heading="moderator",
    )
    unplanned_rate: float = belief(
        0.0502,
        "per month",
        "unplanned return from voluntary accommodation, ready or not",
        low=0.001,
        high=0.2,
        prior=lognormal(0.06, 0.4),
        source="16% of returns are unplanned (DfE 2025)",
        grade="A",
        heading="moderator",
    )
    floor_voluntary: float = belief(
        0.007856,
        "share",
        "return from long voluntary stays, against new ones",
        low=0.0,
        high=0.5,
        prior=lognormal(0.008, 0.6),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    fading_voluntary: float = belief(
        2.615,
        "months",
        "how fast return from voluntary stays becomes rarer",
        low=1.0,
        high=12.0,
        prior=lognormal(2.3, 0.4),
        source="short stays: 14% of exits within eight weeks",
        grade="B",
        heading="moderator",
    )
    floor_order: float = belief(
        0.02758,
        "share",
        "return from long stays on an order, against new ones",
        low=0.0,
        high=0.5,
        prior=lognormal(0.06, 0.5),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    fading_order: float = belief(
        10.0,
        "months",
        "how fast return from an order becomes rarer",
        low=2.0,
        high=40.0,
        source="weakly identified",
        grade="D",
        heading="moderator",
    )
    hearing_bar: float = belief(
        6.771,
        "logit",
        "readiness at which the court sends a removed child home",
        low=-4,
        high=10,
        prior=normal(6.9, 0.5),
        source="calibrated: exits within a year",
        grade="A",
        heading="moderator",
    )
    home_on_order: float = belief(
        0.3028,
        "probability",
        "share of those sent home on a care order (still looked after)",
        low=0.0,
        high=1.0,
        prior=beta(6, 14),
        source="6% of looked-after children are placed with parents",
        grade="A",
        heading="moderator",
    )
    home_on_order_later: float = belief(
        0.7778,
        "probability",
        "returns from a care order that begin with a stay at home on the order (still looked after)",
        low=0.0,
        high=1.0,
        prior=beta(12, 4),
        source="6.5% of looked-after children are placed with parents, unaccompanied left out",
        grade="A",
        heading="moderator",
    )
    discharge_rate: float = belief(
        0.0203,
        "per month",
        "care orders at home discharged",
        low=0.005,
        high=0.3,
        prior=lognormal(0.04, 0.4),
        source="6% of looked-after children are placed with parents",
        grade="A",
        heading="moderator",
    )
    hearing_guardianship: float = belief(
        0.1576,
        "probability",
        "special guardianship at the final hearing, foster or residential",
        low=0.0,
        high=1.0,
        prior=beta(5, 15),
        source="11.9% of exits",
        grade="A",
        heading="moderator",
    )
    guardianship_kin: float = belief(
        3.147,
        "multiple",
        "special guardianship is this much likelier in kinship placements",
        low=1.0,
        high=15.0,
        prior=lognormal(4, 0.3),
        source="88% of special guardians are relatives or friends",
        grade="A",
        heading="moderator",
    )
    hearing_adoption: float = belief(
        0.9195,
        "probability",
        "placement order for a child under one who can go neither home nor to kin",
        low=0.0,
        high=1.0,
        prior=beta(16, 2),
        source="8.8% of exits",
        grade="A",
        heading="moderator",
    )
    guardianship_rate: float = belief(
        0.0008108,
        "per month",
        "later special guardianship, foster or residential",
        low=0.0,
        high=0.05,
        prior=lognormal(0.002, 0.4),
        source="11.9% of exits",
        grade="A",
        heading="moderator",
    )
    guardianship_end_rate: float = belief(
        0.0009855,
        "per month",
        "special guardianships that break down, after which the child is looked after again",
        low=0.0,
        high=0.02,
        prior=lognormal(0.001, 0.4),
        source="fitted: 5.9% are looked after again within five years (exits of 2007), .001 a month",
        grade="B",
        heading="moderator",
    )
    adoption_rate: float = belief(
        0.06039,
        "per month",
        "adoption after a placement order",
        low=0.01,
        high=0.4,
        prior=lognormal(0.06, 0.3),
        source="8.8% of exits; 1,660 placed for adoption",
        grade="A",
        heading="moderator",
    )
    other_rate: float = belief(
        0.00509,
        "per month",
        "other exits (relatives without an order, independence, custody, transfer)",
        low=0.0,
        high=0.05,
        prior=lognormal(0.006, 0.3),
        source="reasons for ceasing (DfE 2025)",
        grade="A",
        heading="moderator",
    )
    other_older: float = belief(
        1.183,
        "multiple",
        "other exits at 16 and 17",
        low=1.0,
        high=10.0,
        prior=lognormal(2, 0.3),
        source="moves to independence (DfE 2025)",
        grade="A",
        heading="moderator",
    )


@rule
def readiness(family: Family, shown: Shown, p: Leaving) -> float:
    """Readiness for return from demonstrated safety: ``-A + S + Q_seen + alliance + R``, weighted (M8; CMO 16).

    Only family members' own acts and the appraisal count; no rule mentions re-entry.
    """
    ready = p.ready_safety * family.safety + p.ready_plan * shown.plan_seen
    ready += p.ready_trust * shown.trust + p.ready_responsibility * shown.responsibility
    return ready - p.ready_appraisal * family.appraisal


@rule
def older_term(age_months: int, p: Leaving) -> float:
    """What is added to a family's readiness for a child of twelve or more."""
    return p.ready_older if age_months >= OLDER_MONTHS else 0.0


@rule
def stay_factor(legal: int, months: int, p: Leaving) -> float:
    """Return becomes rarer with length of stay: ``floor + (1 - floor)·exp(-months/fading)``."""
    if legal == Legal.VOLUNTARY:
        return p.floor_voluntary + (1.0 - p.floor_voluntary) * math.exp(-months / p.fading_voluntary)
    return p.floor_order + (1.0 - p.floor_order) * math.exp(-months / p.fading_order)


@rule
def returns_home(
    family: Family, shown: Shown, legal: int, months: int, age_months: int, draw: float, p: Leaving
) -> bool:
    """Planned return: ``return_rate·stay_factor·σ((readiness - bar)/softness)`` a month (CMO 16)."""
    if draw >= p.return_rate:
        return False
    return draw < return_chance(family, shown, legal, months, age_months, p)


@rule
def return_chance(family: Family, shown: Shown, legal: int, months: int, age_months: int, p: Leaving) -> float:
    """The chance with which ``returns_home`` holds."""
    chance = p.return_rate * stay_factor(legal, months, p)
    ready = readiness(family, shown, p) + older_term(age_months, p)
    return chance * logistic((ready - p.ready_bar) / p.ready_softness)


@rule
def leaves_unplanned(legal: int, months: int, draw: float, p: Leaving) -> bool:
    """Unplanned return from voluntary accommodation: ``unplanned_rate·stay_factor`` a month."""
    return draw < unplanned_chance(legal, months, p)


@rule
def unplanned_chance(legal: int, months: int, p: Leaving) -> float:
    """The chance with which ``leaves_unplanned`` holds."""
    return p.unplanned_rate * stay_factor(legal, months, p) if legal == Legal.VOLUNTARY else 0.0


@rule
def sent_home(family: Family, shown: Shown, age_months: int, draw: float, p: Leaving) -> bool:
    """At the final hearing: home with chance ``σ((readiness - hearing_bar)/softness)`` (CMO 15, 16)."""
    return draw < home_chance(family, shown, age_months, p)


@rule
def home_chance(family: Family, shown: Shown, age_months: int, p: Leaving) -> float:
    """The chance with which ``sent_home`` holds."""
    return logistic((readiness(family, shown, p) + older_term(age_months, p) - p.hearing_bar) / p.ready_softness)


@rule
def guardianship_chance(place: int, chance: float, p: Leaving) -> float:
    """Special guardianship is likelier where the child already lives with kin."""
    return min(1.0, chance * (p.guardianship_kin if place == Place.KINSHIP else 1.0))


@rule
def adoption_chance(age_months: int, p: Leaving) -> float:
    """Placement order: full chance under one, falling in a straight line to none at five."""
    if age_months >= UNDER_FIVE:
        return 0.0
    return p.hearing_adoption * min(1.0, (UNDER_FIVE - age_months) / 48.0)


@rule
def other_exit_chance(age_months: int, p: Leaving) -> float:
    """Other exits a month, likelier at 16 and 17 (not considered while a placement order waits for adoption)."""
    return p.other_rate * (p.other_older if age_months >= 192 else 1.0)
