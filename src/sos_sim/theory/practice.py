"""Practice: its caseload, its depth, and what of it a family meets (phases 1 and 2)."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import SocialWorker
from sos_sim.agents.codes import Status
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, fact, strength
from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.levers import Levers
from sos_sim.theory.logistic import clamp, logistic
from sos_sim.theory.structure import THRESHOLD, Structure


class Practice(NamedTuple):
    """Caseload, fidelity and practice as delivered (model sections 4.1, 4.2, 4.17)."""

    capacity: float = belief(
        16.0,
        "weighted children per worker",
        "load at which practice starts to thin",
        low=10,
        high=24,
        prior=normal(16, 1.5),
        source="England mean caseload 15.2-17.7 (DfE)",
        grade="D",
        heading="moderator",
    )
    squeeze: float = belief(
        0.7,
        "exponent",
        "how fast practice thins above capacity (0: caseload does not matter)",
        low=0.0,
        high=1.5,
        prior=gamma(4, 0.7),
        source="no coefficient found; support includes 0",
        grade="D",
        heading="moderator",
    )
    weight_assessment: float = belief(
        0.8,
        "case weight",
        "work of a child in assessment",
        low=0.2,
        high=3,
        source="scale absorbed by capacity",
        grade="D",
    )
    weight_in_need: float = belief(
        0.8, "case weight", "work of a child in need", low=0.2, high=3, source="scale absorbed by capacity", grade="D"
    )
    weight_protection: float = belief(
        1.3,
        "case weight",
        "work of a child on a protection plan",
        low=0.2,
        high=3,
        source="scale absorbed by capacity",
        grade="D",
    )
    weight_court: float = belief(
        1.6,
        "case weight",
        "work of a child in pre-proceedings or proceedings",
        low=0.2,
        high=4,
        source="scale absorbed by capacity",
        grade="D",
    )
    weight_looked_after: float = belief(
        1.0,
        "case weight",
        "work of a looked-after child",
        low=0.2,
        high=3,
        source="scale absorbed by capacity",
        grade="D",
    )
    extra_time: float = strength(
        0.8,
        "0-1",
        "share of extra posts that reaches casework",
        high=1.0,
        link="M0",
        prior=beta(8, 2, spike=0.1),
        source="freed capacity may be absorbed (CMO 20)",
        grade="D",
        heading="implementation",
    )
    training_time: float = strength(
        0.03,
        "share of working time",
        "time a month's full training takes away from families",
        high=0.2,
        link="M0",
        prior=beta(3, 97, spike=0.1),
        source="two to five days of training and practice over the first year",
        grade="D",
        heading="implementation",
    )
    relational: float = strength(
        0.4,
        "0-1",
        "how far depth closes the gap to fully warm practice (M1)",
        high=1.0,
        link="M1",
        prior=beta(2, 3, spike=0.25),
        source="MI trial: +0.42 of 5, 8-17% of the gap (Forrester 2018)",
        grade="B",
    )
    purposeful: float = strength(
        0.4,
        "0-1",
        "how far depth closes the gap to fully purposeful practice (M1)",
        high=1.0,
        link="M1",
        prior=beta(2, 3, spike=0.25),
        source="CMO 2; Forrester 2019",
        grade="B",
    )
    competence: float = belief(
        0.5,
        "0-1 fidelity",
        "fidelity at which practice turns competent",
        low=0.2,
        high=0.8,
        prior=beta(10, 10),
        source="MITI competence 3.5 of 5, trained mean 2.9 (Forrester 2018)",
        grade="B",
        link="M1",
        only_under="skill_response=threshold",
    )
    competence_softness: float = belief(
        0.06,
        "0-1 fidelity",
        "softness of that threshold",
        low=0.02,
        high=0.2,
        prior=lognormal(0.06, 0.4),
        source="assumed",
        grade="D",
        link="M1",
        only_under="skill_response=threshold",
    )
    usual_fidelity: float = fact(
        0.15,
        "0-1",
        "depth of Signs of Safety practice already usual",
        low=0.0,
        high=0.9,
        prior=beta(1.5, 8.5),
        source="two thirds of English authorities use some of it, much as pick and mix (KCL 2021)",
        grade="C",
    )
    training_gain: float = belief(
        0.04,
        "per month",
        "pull of full training towards its ceiling",
        low=0.005,
        high=0.2,
        prior=lognormal(0.04, 0.5),
        source="growth over a two-year roll-out",
        grade="D",
        heading="implementation",
    )
    training_ceiling: float = belief(
        0.4,
        "0-1",
        "depth that training alone reaches",
        low=0.1,
        high=0.7,
        prior=beta(8, 12),
        source="trained mean 2.9 of 5 stays below competence 3.5 (Forrester 2018)",
        grade="B",
        heading="implementation",
    )
    coaching_gain: float = belief(
        0.12,
        "per month",
        "pull of full coaching towards the ceiling",
        low=0.01,
        high=0.4,
        prior=lognormal(0.12, 0.5),
        source="3-4 sessions in six months hold skill (Schwalbe 2014)",
        grade="B",
        heading="implementation",
    )
    depth_ceiling: float = belief(
        0.75,
        "0-1",
        "depth reachable in ordinary teams",
        low=0.3,
        high=1.0,
        prior=beta(14, 6),
        source="no evidenced example of full and sustained implementation (review)",
        grade="C",
        heading="implementation",
    )
    peers: float = belief(
        0.05,
        "per month",
        "pull towards the team's mean depth",
        low=0.0,
        high=0.3,
        prior=gamma(2, 0.05),
        source="assumed",
        grade="D",
        heading="implementation",
    )
    drift: float = belief(
        0.084,
        "per month",
        "fading of depth without supervision",
        low=0.02,
        high=0.2,
        prior=lognormal(0.084, 0.25),
        source="40% of the gain lost in six uncoached months (Schwalbe 2014)",
        grade="B",
        heading="implementation",
    )
    newcomer_depth: float = belief(
        0.15,
        "0-1",
        "chance that a newcomer brings the team's mean depth from elsewhere",
        low=0.0,
        high=1.0,
        prior=beta(2, 10),
        source="two thirds of authorities use some Signs of Safety",
        grade="D",
        heading="implementation",
    )
    surface_gain: float = belief(
        0.05,
        "per month",
        "training gives form whether or not depth follows",
        low=0.0,
        high=0.2,
        prior=lognormal(0.05, 0.5),
        source="tools easy, skilled use hard (Caffrey & Browne 2022)",
        grade="B",
        heading="implementation",
    )
    surface_fade: float = belief(
        0.02,
        "per month",
        "form outlives depth but fades",
        low=0.0,
        high=0.1,
        prior=lognormal(0.02, 0.5),
        source="assumed",
        grade="D",
        heading="implementation",
    )
    leader_exit: float = belief(
        0.015,
        "per month",
        "chance that a team's leader leaves and alignment is lost",
        low=0.0,
        high=0.1,
        prior=gamma(2, 0.015),
        source="leaders' continuity separated pilots that rose from those that did not (CMO 13)",
        grade="C",
        heading="implementation",
    )
    alignment_repair: float = belief(
        0.1,
        "per month",
        "how fast a new leader restores alignment",
        low=0.01,
        high=0.5,
        prior=lognormal(0.1, 0.4),
        source="assumed",
        grade="D",
        heading="implementation",
    )
    spillover: float = belief(
        0.5,
        "0-1",
        "share of a worker's depth and form that reaches families drawn not to be offered the practice",
        low=0.0,
        high=1.0,
        heading="implementation",
        grade="D",
        source="contamination where a trial gives the same workers families of both arms; assumed; fixed: without "
        "effect where every family is offered the practice",
    )


@rule
def case_weight(status: int, p: Practice) -> float:
    """Work of one child at home by the family's status (model 4.1), in case weights."""
    if status == Status.ASSESSMENT:
        return p.weight_assessment
    if status == Status.CHILD_PROTECTION:
        return p.weight_protection
    if status in (Status.PRE_PROCEEDINGS, Status.PROCEEDINGS):
        return p.weight_court
    return p.weight_in_need


@rule
def _response(fidelity: float, p: Practice, structure: Structure) -> float:
    """How practice responds to fidelity: in step with it, or past a threshold of competence (M1)."""
    if structure.skill_response != THRESHOLD:
        return fidelity
    return logistic((fidelity - p.competence) / p.competence_softness)


@rule
def delivered_depth(fidelity: float, p: Practice, structure: Structure) -> float:
    """Delivered practice ``D = (r(F) - r(usual)) / (r(1) - r(usual))``, within [0, 1] (M1).

    Depth counts beyond what is usual, because the levels of usual practice (warmth, mapping, rigour)
    already contain it: D is 0 at usual fidelity and 1 at full fidelity, under either response.
    """
    usual = _response(p.usual_fidelity, p, structure)
    return clamp((_response(fidelity, p, structure) - usual) / (_response(1.0, p, structure) - usual), 0.0, 1.0)


@rule
def practise(worker: SocialWorker, levers: Levers, p: Practice, structure: Structure) -> None:
    """This month's practice after caseload (M1 and the caseload moderator; CMO 1, 2, 14).

    ``a = max(0.3, min(1, (capacity·(1 + extra_posts·extra_time) / load)^squeeze))·(1 - training_time·training)``.
    ``levers`` are what this post is offered.
    """
    room = p.capacity * (1.0 + levers.extra_posts * p.extra_time)
    share = 1.0 if worker.load <= room else math.pow(room / worker.load, p.squeeze)
    worker.availability = max(0.3, share) * (1.0 - p.training_time * levers.training)
    practise_with(worker, 1.0, p, structure)


@rule
def practise_with(worker: SocialWorker, reach: float, p: Practice, structure: Structure) -> None:
    """The worker's practice with families whom ``reach`` (0-1) of its depth beyond the usual meets (M1; CMO 2).

    ``D = reach·(delivered depth)``; warm practice ``q = a·(s_w + (1 - s_w)·relational·D)``; purposeful ``g``
    likewise from authority.
    """
    worker.delivered = reach * delivered_depth(worker.fidelity, p, structure)
    warm = worker.warmth + (1.0 - worker.warmth) * p.relational * worker.delivered
    purposeful = worker.authority + (1.0 - worker.authority) * p.purposeful * worker.delivered
    worker.warm = worker.availability * warm
    worker.purposeful = worker.availability * purposeful
