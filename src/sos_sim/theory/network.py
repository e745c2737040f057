"""Phase 4, network: who is told, who acts, and how much of the child's life they cover."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.agents import Family, NetworkMember, SocialWorker, Tie
from sos_sim.agents.codes import TieKind
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.casework import Casework
from sos_sim.theory.logistic import happens
from sos_sim.theory.structure import CHILD_LED, PARENT_LED, WORKER_LED, Structure

MEETING_STANDS_FOR_MONTHS = 6


class Network(NamedTuple):
    """Informing, activating and keeping a safety network (model section 4.7; link M5)."""

    inform_usual: float = belief(
        0.02,
        "per tie-month",
        "chance that usual practice tells a relative or friend the worry",
        low=0.003,
        high=0.06,
        prior=beta(2, 98),
        source="share of active helpers, assumed",
        grade="D",
        link="M5",
    )
    mobilise: float = strength(
        0.15,
        "per tie-month",
        "chance added by full depth, through the chosen way of mobilising (M5)",
        high=0.4,
        link="M5",
        prior=gamma(2, 0.12, spike=0.25),
        source="review: how the wider family is mobilised is a gap",
        grade="C",
    )
    usual_availability: float = belief(
        0.85,
        "0-1",
        "usual-practice mean availability (scale of the worker-led way)",
        low=0.3,
        high=1.0,
        source="scale constant",
        grade="D",
        link="M5",
        only_under="network_mobilisation=worker_led",
    )
    usual_responsibility: float = belief(
        0.15,
        "0-1",
        "usual-practice mean responsibility (scale of the parent-led way)",
        low=0.01,
        high=1.0,
        source="scale constant",
        grade="D",
        link="M5",
        only_under="network_mobilisation=parent_led",
    )
    usual_voice: float = belief(
        0.2,
        "0-1",
        "usual-practice mean voice (scale of the child-led way)",
        low=0.01,
        high=1.0,
        source="scale constant",
        grade="D",
        link="M5",
        only_under="network_mobilisation=child_led",
    )
    meeting_reach: float = strength(
        0.6,
        "0-1",
        "chance that an invited relative or friend comes to a meeting and is told",
        high=1.0,
        link="M5",
        prior=beta(6, 4, spike=0.1),
        source="attendance assumed",
        grade="D",
    )
    meeting_held: float = belief(
        0.6,
        "0-1",
        "share of offered meetings that take place",
        low=0.1,
        high=1.0,
        prior=beta(6, 4),
        source="not every meeting takes place",
        grade="D",
        link="M5",
    )
    meeting_closeness: float = belief(
        0.35,
        "0-1 closeness",
        "closeness needed to be invited to a meeting",
        low=0.1,
        high=0.7,
        prior=beta(7, 13),
        source="assumed",
        grade="D",
        link="M5",
    )
    act_base: float = belief(
        -3.5,
        "logit per month",
        "told to active: base",
        low=-6,
        high=0,
        prior=normal(-3.5, 0.5),
        source="assumed",
        grade="D",
        link="M5",
    )
    act_willingness: float = belief(
        1.5,
        "logit",
        "told to active: willingness",
        low=0,
        high=3,
        prior=normal(1.5, 0.5),
        source="assumed",
        grade="D",
        link="M5",
    )
    act_closeness: float = belief(
        1.0,
        "logit",
        "told to active: closeness",
        low=0,
        high=2,
        prior=normal(1, 0.5),
        source="assumed",
        grade="D",
        link="M5",
    )
    act_responsibility: float = belief(
        1.5,
        "logit",
        "told to active: parents who own the plan ask for help",
        low=0,
        high=3,
        prior=normal(1.5, 0.7),
        source="CMO 7, 8",
        grade="C",
        link="M5",
    )
    act_load: float = belief(
        0.5,
        "logit per family",
        "told to active: each family already helped",
        low=0,
        high=2,
        prior=gamma(3, 0.5),
        source="finite help, assumed",
        grade="D",
        link="M5",
    )
    fatigue: float = belief(
        0.06,
        "per month",
        "active helpers who stop",
        low=0.01,
        high=0.2,
        prior=lognormal(0.06, 0.5),
        source="half-life about 11 months; how long networks last is not found in the literature",
        grade="D",
        link="M5",
    )
    fatigue_load: float = belief(
        0.3,
        "per other family",
        "extra fatigue of those who help several families",
        low=0,
        high=1,
        prior=gamma(2, 0.3),
        source="assumed",
        grade="D",
        link="M5",
    )
    coordination: float = strength(
        0.4,
        "0-1",
        "how depth keeps networks alive",
        high=1.0,
        link="M5",
        prior=beta(2, 3, spike=0.25),
        source="CMO 9",
        grade="C",
    )


@rule
def told_with_consent(family: Family, casework: Casework) -> float:
    """Consent to tell relatives and friends, relative to its mean in usual practice (CMO 8)."""
    return family.consent / casework.usual_consent


@rule
def inform_chance(family: Family, worker: SocialWorker, p: Network, casework: Casework, structure: Structure) -> float:
    """Chance per uninformed tie and month of being told the worry (M5; CMO 8).

    ``(inform_usual + mobilise·D·lever)·consent/usual_consent``: worker-led ``a``, parent-led ``R``, child-led ``V``,
    each relative to its usual-practice mean; none, and meetings, add nothing month by month.
    """
    lever = 0.0
    if structure.network_mobilisation == WORKER_LED:
        lever = worker.availability / p.usual_availability
    elif structure.network_mobilisation == PARENT_LED:
        lever = family.responsibility / p.usual_responsibility
    elif structure.network_mobilisation == CHILD_LED:
        lever = family.voice / p.usual_voice
    chance = p.inform_usual + p.mobilise * worker.delivered * lever
    return min(1.0, chance * told_with_consent(family, casework))


@rule
def meeting_chance(delivered: float, p: Network) -> float:
    """Chance that depth leads to the offer of a meeting, where meetings are the way of mobilising (M5).

    ``min(1, 6·mobilise·D)``: one meeting stands for half a year of month-by-month mobilising.
    """
    return min(1.0, MEETING_STANDS_FOR_MONTHS * p.mobilise * delivered)


@rule
def comes_to_meeting(tie: Tie, member: NetworkMember, draw: float, p: Network) -> bool:
    """At a family-group meeting every close enough lay tie is invited; some come (M5; CMO 8)."""
    invited = member.kind != TieKind.PROFESSIONAL and not member.unsafe and tie.closeness >= p.meeting_closeness
    return invited and draw < p.meeting_reach


@rule
def starts_to_act(tie: Tie, member: NetworkMember, responsibility: float, draw: float, p: Network) -> bool:
    """Told to active: ``σ(b0 + b_w w + b_c c + b_R R - b_load·families supported)`` a month (M5)."""
    drive = p.act_base + p.act_willingness * member.willingness + p.act_closeness * tie.closeness
    return happens(draw, 1.0, drive + p.act_responsibility * responsibility - p.act_load * member.supporting)


@rule
def stops_acting(member: NetworkMember, delivered: float, draw: float, p: Network) -> bool:
    """Loss: ``fatigue·(1 + fatigue_load·other families)·(1 - coordination·D)`` a month (M5; CMO 9)."""
    others = max(0, member.supporting - 1)
    return draw < p.fatigue * (1.0 + p.fatigue_load * others) * (1.0 - p.coordination * delivered)


@rule
def leaves_uncovered(tie: Tie, member: NetworkMember) -> float:
    """Share of risk one tie leaves uncovered, ``1 - k·c``; professionals and unsafe kin cover nothing.

    Cover is ``C = 1 - Π(1 - k·c)`` over active safe lay ties (M5).
    """
    if member.kind == TieKind.PROFESSIONAL or member.unsafe:
        return 1.0
    return 1.0 - member.capacity * tie.closeness
