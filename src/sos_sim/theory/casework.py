"""Phase 3, casework: trust, the child's voice, shared understanding, shared responsibility."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import Child, Family, SocialWorker
from sos_sim.agents.codes import Status
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.logistic import clamp, logistic
from sos_sim.theory.structure import AMPLIFIER, GATE, NO_ROLE, Structure


class Casework(NamedTuple):
    """Visits and what grows from them (model sections 4.3-4.6; links M2, M3, M4)."""

    visits_assessment: float = belief(
        1.5, "visits per month", "home visits during assessment", low=0.2, high=4, source="usual practice", grade="D"
    )
    visits_in_need: float = belief(
        0.75,
        "visits per month",
        "home visits to a child in need",
        low=0.2,
        high=4,
        source="every four to six weeks",
        grade="D",
    )
    visits_protection: float = belief(
        2.0,
        "visits per month",
        "home visits on a protection plan and in court",
        low=0.5,
        high=5,
        source="at least every ten working days",
        grade="D",
    )
    visits_looked_after: float = belief(
        0.6,
        "visits per month",
        "work with the parents of looked-after children",
        low=0.1,
        high=3,
        source="statutory visits go to the child; work with parents is thinner",
        grade="D",
    )
    trust_start_mean: float = belief(
        0.25,
        "0-1",
        "trust of a newly referred parent",
        low=0.05,
        high=0.5,
        prior=beta(5, 15),
        source="scale convention: 0 none, usual-practice mean near 0.3",
        grade="D",
        link="M2",
        heading="moderator",
    )
    trust_start_concentration: float = belief(
        8.0,
        "a + b of a beta",
        "evenness of starting trust between families (the higher, the more alike)",
        low=2.0,
        high=60.0,
        prior=lognormal(8, 0.4),
        source="assumed: standard deviation about 0.14",
        grade="D",
        link="M2",
        heading="moderator",
    )
    reference_openness: float = belief(
        0.6,
        "0-1",
        "openness at which trust comes to what practice deserves (scale of M2)",
        low=0.1,
        high=1.0,
        source="scale constant: above the mean of families, so that most come to less than practice deserves",
        grade="D",
        link="M2",
    )
    trust_gain: float = belief(
        0.12,
        "per visit",
        "how fast trust moves to what practice deserves (M2)",
        low=0.04,
        high=0.3,
        prior=lognormal(0.12, 0.35),
        link="M2",
        grade="B",
        source="Dunkerley 2023: engagement at 30 days uninformative, at six months HR 1.05-1.19",
    )
    loss_aversion: float = belief(
        2.0,
        "ratio",
        "trust is lost this much faster than won",
        low=1.0,
        high=4.0,
        prior=lognormal(2, 0.3),
        source="CMO 3, form assumed",
        grade="D",
        link="M2",
    )
    coercion: float = belief(
        0.4,
        "share of trust",
        "trust lost at escalation when practice is poor",
        low=0.05,
        high=0.8,
        prior=beta(4, 6),
        source="CMO 3: falls with surprises and removal",
        grade="D",
        link="M2",
    )
    shame: float = belief(
        0.75,
        "multiple",
        "openness left after a removal",
        low=0.4,
        high=1.0,
        prior=beta(9, 3),
        source="CMO 3: prior removal, shame, fear of removal",
        grade="C",
        link="M2",
        heading="moderator",
    )
    voice_gain: float = belief(
        0.15,
        "per visit",
        "how fast the child's voice grows",
        low=0.02,
        high=0.6,
        prior=lognormal(0.15, 0.4),
        source="assumed",
        grade="D",
    )
    voice_usual: float = belief(
        0.4,
        "0-1",
        "voice given by usual practice",
        low=0.0,
        high=1.0,
        source="fixed: product with voice_gain",
        grade="D",
    )
    voice_signs: float = strength(
        0.4,
        "0-1",
        "voice added by depth (Three Houses and the like)",
        high=1.0,
        link="M3",
        grade="C",
        prior=beta(2, 3, spike=0.25),
        source="CMO 10",
    )
    voice_fade: float = belief(
        0.06, "per month", "voice fades", low=0.01, high=0.3, prior=lognormal(0.06, 0.4), source="assumed", grade="D"
    )
    mapping: float = belief(
        0.5,
        "per visit",
        "speed of shared understanding",
        low=0.1,
        high=1.0,
        prior=lognormal(0.5, 0.3),
        source="scale of growth, assumed",
        grade="D",
        link="M3",
    )
    mapping_usual: float = belief(
        0.7,
        "odds",
        "understanding that usual practice reaches",
        low=0.0,
        high=2.0,
        source="fixed: product with shared_mapping",
        grade="D",
        link="M3",
    )
    shared_mapping: float = strength(
        0.8,
        "odds",
        "understanding added by depth: harm, danger, strengths in plain words (M3)",
        high=3.0,
        link="M3",
        prior=gamma(3, 0.8, spike=0.25),
        source="CMO 1, 6",
        grade="C",
    )
    child_voice: float = strength(
        0.3,
        "0-1",
        "how the child's voice deepens parents' understanding (M3)",
        high=1.0,
        link="M3",
        grade="C",
        in_every_arm=True,
        prior=beta(2, 4, spike=0.25),
        source="CMO 10",
    )
    agencies: float = belief(
        0.8,
        "0-1",
        "alignment of partner agencies",
        low=0.4,
        high=1.0,
        prior=beta(16, 4),
        source="CMO 11",
        grade="D",
        link="M3",
        heading="moderator",
    )
    agencies_answer: float = strength(
        0.4,
        "0-1",
        "how far partner agencies join in where the worker's practice has depth (M3)",
        high=1.0,
        link="M3",
        prior=beta(2, 3, spike=0.25),
        source="K5: engagement of agencies is among the best supported steps; CMO 11",
        grade="C",
    )
    forgetting: float = belief(
        0.03,
        "per month",
        "understanding fades between visits",
        low=0.01,
        high=0.1,
        prior=lognormal(0.03, 0.4),
        source="assumed",
        grade="D",
        link="M3",
    )
    reference_trust: float = belief(
        0.3, "0-1", "usual-practice mean trust (scale of M3)", low=0.1, high=0.6, source="scale constant", grade="D"
    )
    reference_purposeful: float = belief(
        0.42,
        "0-1",
        "usual-practice mean purposeful practice (scale of M3)",
        low=0.1,
        high=0.8,
        source="scale constant",
        grade="D",
    )
    ownership: float = belief(
        0.4,
        "per month",
        "speed of shared responsibility (M4)",
        low=0.05,
        high=1.0,
        prior=lognormal(0.4, 0.4),
        source="CMO 7; half of all spells end in three months, in which a first plan can be shared",
        grade="D",
        link="M4",
    )
    trust_gate: float = belief(
        0.38,
        "0-1 trust",
        "trust below which nothing is shared: near the 70th centile of usual practice",
        low=0.05,
        high=0.7,
        prior=normal(0.38, 0.12),
        link="M4",
        grade="C",
        heading="moderator",
        source="review: trust and collaboration come first; stated as a quantile of usual-practice trust",
    )
    gate_softness: float = belief(
        0.06,
        "0-1 trust",
        "softness of that gate",
        low=0.02,
        high=0.2,
        prior=lognormal(0.06, 0.4),
        source="assumed",
        grade="D",
        link="M4",
    )
    usual_consent: float = belief(
        0.3,
        "0-1",
        "consent in usual practice: its value where trust plays no part, its scale elsewhere",
        low=0.1,
        high=0.9,
        source="scale constant: mean over open families",
        grade="D",
        link="M4",
    )
    amplification: float = belief(
        0.5,
        "0-1",
        "share of consent that grows with trust where trust amplifies",
        low=0.0,
        high=1.0,
        prior=beta(4, 4),
        source="a reading between gate and none, assumed",
        grade="D",
        link="M4",
        only_under="trust_role=amplifier",
    )
    relinquish: float = belief(
        0.1,
        "per month",
        "responsibility fades",
        low=0.01,
        high=0.4,
        prior=lognormal(0.1, 0.4),
        source="half-life about 7 months, assumed",
        grade="D",
        link="M4",
    )


@rule
def visits_in(status: int, p: Casework) -> float:
    """Planned visits per month in a status (before availability, which acts through practice)."""
    if status == Status.IN_NEED:
        return p.visits_in_need
    if status == Status.LOOKED_AFTER:
        return p.visits_looked_after
    if status == Status.ASSESSMENT:
        return p.visits_assessment
    return p.visits_protection


@rule
def deserved_trust(openness: float, warm: float, p: Casework) -> float:
    """The trust that a family of this openness can come to: ``1 - (1 - q)^(o/o_ref)`` (M2; CMO 3).

    What practice deserves, ``q``, at reference openness; more or less with what the family brings.
    """
    return 1.0 - math.pow(1.0 - warm, openness / p.reference_openness)


@rule
def build_trust(family: Family, worker: SocialWorker, p: Casework) -> None:
    """Trust moves to what it can come to: ``T += trust_gain·visits·o·(T* - T)``, down faster than up (M2; CMO 3)."""
    gap = deserved_trust(family.openness, worker.warm, p) - family.trust
    speed = p.trust_gain * family.visits * family.openness
    if gap < 0.0:
        speed *= p.loss_aversion
    family.trust = clamp(family.trust + min(speed, 1.0) * gap, 0.0, 1.0)


@rule
def gate(trust: float, p: Casework) -> float:
    """How open the trust gate is: ``σ((T - trust_gate)/gate_softness)`` (the review's key moderator)."""
    return logistic((trust - p.trust_gate) / p.gate_softness)


@rule
def alliance(trust: float, p: Casework, structure: Structure) -> float:
    """What trust counts for where it adds to something else: itself, or its usual mean where it plays no part."""
    return p.reference_trust if structure.trust_role == NO_ROLE else trust


@rule
def relative_alliance(trust: float, p: Casework, structure: Structure) -> float:
    """The alliance relative to its mean in usual practice."""
    return alliance(trust, p, structure) / p.reference_trust


@rule
def consents(trust: float, p: Casework, structure: Structure) -> float:
    """Consent to share the work, 0-1, by the role of trust (M4; CMO 3, 7, 8).

    ``gate``: how open the gate is. ``amplifier``: ``usual_consent·(1 - m + m·T/T_ref)``, at most 1, with m
    ``amplification``. ``none``: ``usual_consent``.
    """
    if structure.trust_role == GATE:
        return gate(trust, p)
    if structure.trust_role == AMPLIFIER:
        more = 1.0 - p.amplification + p.amplification * trust / p.reference_trust
        return min(1.0, p.usual_consent * more)
    return p.usual_consent


@rule
def collaborate(family: Family, p: Casework, structure: Structure) -> None:
    """What trust allows this month: consent, and candour (CMO 3).

    Candour is the alliance; where trust is a gate, below it parents comply without telling, and candour is
    ``T·consent``.
    """
    family.consent = consents(family.trust, p, structure)
    candid = family.consent if structure.trust_role == GATE else 1.0
    family.candour = candid * alliance(family.trust, p, structure)


@rule
def escalate(family: Family, worker: SocialWorker, p: Casework) -> None:
    """Escalation shakes trust: ``T *= 1 - coercion·(1 - q)`` (M2; CMO 2, 3)."""
    family.trust *= 1.0 - p.coercion * (1.0 - worker.warm)


@rule
def remember_removal(family: Family, p: Casework) -> None:
    """A removal lowers openness once per removal event: ``o *= shame`` (moderator; CMO 3)."""
    family.prior_removal = True
    family.openness *= p.shame


@rule
def hear_child(child: Child, age_months: int, visits: float, delivered: float, p: Casework) -> float:
    """The child's voice: ``V += voice_gain·visits·age·(voice_usual + voice_signs·D)·(1 - V) - voice_fade·V``.

    ``age`` rises from 0 at three to 1 at eight years (CMO 10: age gate). Returns the new voice.
    """
    age = clamp((age_months - 36) / 60.0, 0.0, 1.0)
    gain = p.voice_gain * visits * age * (p.voice_usual + p.voice_signs * delivered) * (1.0 - child.voice)
    child.voice = clamp(child.voice + gain - p.voice_fade * child.voice, 0.0, 1.0)
    return child.voice


@rule
def partners(delivered: float, p: Casework) -> float:
    """Partner agencies' alignment: ``agencies + (1 - agencies)·agencies_answer·D`` (M3; K5, CMO 11)."""
    return p.agencies + (1.0 - p.agencies) * p.agencies_answer * delivered


@rule
def share_understanding(family: Family, worker: SocialWorker, p: Casework, structure: Structure) -> None:
    """Shared understanding moves to ``U* = x/(1 + x)`` (M3; CMO 1, 6, 10, 11).

    ``x = (mapping_usual·√T' + shared_mapping·D·T'·consent/usual_consent)·g'·partners·(1 + child_voice·V)`` with g'
    and T' (the alliance) relative to usual-practice means: usual mapping stays more the professionals' own, and
    what a programme adds is shared only with consent. The way there in a month is ``1 - exp(-mapping·visits·a)``;
    then ``U *= 1 - forgetting``.
    """
    relative = relative_alliance(family.trust, p, structure)
    x = p.shared_mapping * worker.delivered * relative * family.consent / p.usual_consent
    x += p.mapping_usual * math.sqrt(relative)
    x *= worker.purposeful / p.reference_purposeful * partners(worker.delivered, p)
    x *= 1.0 + p.child_voice * family.voice
    speed = 1.0 - math.exp(-p.mapping * family.visits * worker.availability)
    understanding = family.understanding + speed * (x / (1.0 + x) - family.understanding)
    family.understanding = clamp(understanding * (1.0 - p.forgetting), 0.0, 1.0)


@rule
def share_responsibility(family: Family, p: Casework) -> None:
    """Shared responsibility: ``R += ownership·consent·U·(1 - R) - relinquish·R`` per month (M4; CMO 7)."""
    gain = p.ownership * family.consent * family.understanding * (1.0 - family.responsibility)
    family.responsibility = clamp(family.responsibility + gain - p.relinquish * family.responsibility, 0.0, 1.0)


@rule
def lapse_for(family: Family, months: int, p: Casework) -> None:
    """What a closed case lost over ``months`` without contact: understanding and responsibility fade."""
    family.understanding *= math.pow(1.0 - p.forgetting, float(months))
    family.responsibility *= math.pow(1.0 - p.relinquish, float(months))


@rule
def fall_silent(child: Child, months: int, p: Casework) -> None:
    """The child's voice fades over ``months`` in which nobody listened."""
    child.voice *= math.pow(1.0 - p.voice_fade, float(months))
