"""Phase 7, decisions: what the agency believes about danger."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import Family, SocialWorker
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.home import pressure
from sos_sim.theory.logistic import clamp

APPRAISAL_FLOOR, APPRAISAL_CEILING = -16.0, 6.0


class Appraisal(NamedTuple):
    """How agency confidence follows danger (model section 4.12; link M8)."""

    learning: float = belief(
        0.4,
        "per month",
        "how fast appraisal follows new signals",
        low=0.05,
        high=1.0,
        prior=beta(8, 12),
        source="assumed",
        grade="D",
        link="M8",
    )
    noise: float = belief(
        0.7427,
        "logit sd",
        "error of a signal when nothing is known",
        low=0.2,
        high=3.0,
        prior=lognormal(0.65, 0.3),
        source="not separable from decision_softness",
        grade="D",
        link="M8",
        heading="moderator",
    )
    info_base: float = belief(
        0.3056,
        "0-1",
        "what usual assessment reveals",
        low=0.0,
        high=0.8,
        prior=beta(6, 14),
        source="assumed",
        grade="D",
        link="M8",
    )
    info_trust: float = strength(
        0.4,
        "per candour",
        "what parents who trust tell (M8)",
        high=1.0,
        link="M8",
        prior=beta(4, 6, spike=0.1),
        source="CMO 3: disclosure depends on trust",
        grade="C",
        in_every_arm=True,
    )
    info_understanding: float = strength(
        0.2,
        "per understanding",
        "what seeing the danger alike adds: less weight on the unknown (M8)",
        high=1.0,
        link="M8",
        prior=beta(2, 8, spike=0.1),
        source="CMO 6: scaling scores of parents and agency meet",
        grade="C",
        in_every_arm=True,
    )
    info_cover: float = strength(
        0.2,
        "per cover",
        "what the network tells (M8)",
        high=1.0,
        link="M8",
        prior=beta(2, 8, spike=0.1),
        source="CMO 8",
        grade="C",
        in_every_arm=True,
    )
    info_voice: float = strength(
        0.1,
        "per voice",
        "what the child tells (M8)",
        high=1.0,
        link="M8",
        prior=beta(2, 18, spike=0.1),
        source="CMO 10",
        grade="C",
        in_every_arm=True,
    )
    info_agencies: float = strength(
        0.1,
        "per alignment",
        "what aligned partners add (M8)",
        high=1.0,
        link="M8",
        prior=beta(2, 18, spike=0.1),
        source="CMO 11",
        grade="C",
        in_every_arm=True,
    )
    risk_aversion: float = belief(
        0.6,
        "logit",
        "lean to danger when little is known",
        low=0.0,
        high=2.0,
        prior=normal(0.6, 0.3),
        source="fixed in calibration (absorbed by thresholds), varied as culture",
        grade="D",
        link="M8",
        heading="moderator",
    )
    alarm: float = belief(
        1.044,
        "logit",
        "jump of appraisal when harm is seen",
        low=0.0,
        high=3.0,
        prior=lognormal(0.8, 0.3),
        source="CMO 18",
        grade="D",
        link="M8",
    )
    reassurance: float = strength(
        0.6,
        "logit per unit",
        "how a plan that looks better than it is lowers perceived danger (M8)",
        high=1.5,
        link="M8",
        prior=gamma(3, 0.6, spike=0.1),
        source="optimism bias (CMO 15)",
        grade="C",
        in_every_arm=True,
    )
    bias_shrink: float = strength(
        0.4,
        "per unit of supervision",
        "how group supervision shrinks a worker's bias (M8)",
        high=1.0,
        link="M8",
        prior=beta(2, 3, spike=0.25),
        source="CMO 12",
        grade="C",
    )


class Shown(NamedTuple):
    """What a family shows the agency, apart from danger itself: all of them shares.

    ``trust`` counts towards return, ``candour``, ``understanding`` and ``voice`` tell the agency something,
    ``responsibility`` and ``plan_seen`` are what it is shown of the plan and of who owns it.
    """

    trust: float
    candour: float
    understanding: float
    voice: float
    responsibility: float
    plan_seen: float


@rule
def information(shown: Shown, cover: float, agencies: float, p: Appraisal) -> float:
    """Share of the truth that is known: base, candour, understanding, network, child and partners, below 1 (M8)."""
    info = p.info_base + p.info_trust * shown.candour + p.info_understanding * shown.understanding
    info += p.info_cover * cover + p.info_voice * shown.voice + p.info_agencies * agencies
    return clamp(info, 0.0, 0.95)


@rule
def danger(need: float, protection: float, ceiling: float) -> float:
    """Logit of the chance ``ceiling·σ(need)`` plus ``log(1 - protection)``, in one logarithm."""
    return math.log(ceiling * (1.0 - protection) / (1.0 + math.exp(-need) - ceiling))


@rule
def signal(
    family: Family,
    shown: Shown,
    worker: SocialWorker,
    draw: float,
    culture: float,
    supervision: float,
    agencies: float,
    ceiling: float,
    p: Appraisal,
) -> float:
    """What this month suggests about danger (M8; CMO 3, 8, 10, 11, 12, 15).

    ``logit(harm_ceiling·σ(need + strain + exposure)) + log(1 - info·S) + (1 - info)·risk_aversion + culture
      + bias·(1 - bias_shrink·supervision) + noise·(1 - info)·z - reassurance·(Q_seen - Q)``.
    """
    info = information(shown, family.cover, agencies, p)
    heard = danger(pressure(family), info * family.safety, ceiling)
    heard += (1.0 - info) * (p.risk_aversion + p.noise * draw) + culture
    heard += worker.bias * (1.0 - p.bias_shrink * supervision)
    return heard - p.reassurance * (shown.plan_seen - family.plan)


@rule
def appraise(family: Family, heard: float, p: Appraisal) -> None:
    """Appraisal moves to the signal at rate ``learning``; harm that is seen adds ``alarm`` (M8; CMO 18)."""
    appraisal = family.appraisal + p.learning * (heard - family.appraisal)
    if family.seen_incident:
        appraisal += p.alarm
    family.appraisal = clamp(appraisal, APPRAISAL_FLOOR, APPRAISAL_CEILING)
