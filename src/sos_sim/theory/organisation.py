"""Phase 1, organisation: posts and who holds them, fidelity, and practice as delivered."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import SocialWorker, Team
from sos_sim.agents.codes import Holder, Status
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, fact, strength
from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.levers import Levers
from sos_sim.theory.logistic import clamp, logistic
from sos_sim.theory.structure import THRESHOLD, Structure


class Workforce(NamedTuple):
    """Leaving, filling and the skills people bring (model section 4.16)."""

    turnover: float = fact(
        0.01001, "per month", "chance that a permanent social worker leaves, at ordinary caseload", low=0.001,
        high=0.05,
        prior=lognormal(0.0105, 0.25), source="DfE workforce census 2025: 11.8% a year; 10th-90th centile 7.8-19.4%",
        grade="A",
    )
    permanent_fill: float = fact(
        0.066, "per month", "chance that a permanent vacancy is filled", low=0.01, high=0.5,
        prior=lognormal(0.07, 0.25),
        source="vacancy 14.2% at turnover 11.8% (DfE 2025) implies about 16 months", grade="A",
    )
    agency_fill: float = fact(
        0.75, "per month", "chance that agency staff cover an uncovered vacancy", low=0.0, high=1.0,
        prior=beta(15, 5), source="most agency staff cover vacancies: 13.0% agency against 14.2% vacant (DfE 2025)",
        grade="A",
    )
    agency_leave: float = belief(
        0.12, "per month", "chance that an agency worker leaves", low=0.02, high=0.5, prior=lognormal(0.12, 0.3),
        source="agency spell of about eight months", grade="D",
    )
    load_stress: float = belief(
        0.8, "per unit of relative load", "how caseload above the usual drives leaving", low=0.0, high=2.0,
        prior=gamma(2, 0.6), source="no coefficient found; 0 allowed", grade="D", heading="moderator",
    )
    retention: float = strength(
        0.3, "per unit of supervision", "how supervision keeps people (M0)", high=1.5, link="M0",
        prior=gamma(2, 0.3, spike=0.25), source="enabler in implementation reports; size assumed", grade="D",
        heading="implementation",
    )
    warmth_mean: float = belief(
        0.5, "0-1", "mean warmth and empathy before training", low=0.2, high=0.8, prior=beta(12, 12),
        source="Forrester 2018: 2.46-2.49 of 5 before training", grade="B",
    )
    authority_mean: float = belief(
        0.45, "0-1", "mean purposeful authority before training", low=0.2, high=0.8, prior=beta(10, 12),
        source="Forrester 2018, 2019: lower than warmth", grade="B",
    )
    skill_spread: float = belief(
        0.15, "0-1 (sd)", "spread of either skill between workers", low=0.0, high=0.25, prior=lognormal(0.15, 0.3),
        source="between-worker spread, assumed", grade="D",
    )
    bias_spread: float = belief(
        0.35, "logit (sd)", "spread of workers' bias of judgement", low=0.0, high=1.0, prior=lognormal(0.35, 0.3),
        source="between-worker spread, assumed", grade="D", heading="moderator",
    )


class Practice(NamedTuple):
    """Caseload, fidelity and practice as delivered (model sections 4.1, 4.2, 4.17)."""

    capacity: float = belief(
        16.0, "weighted children per worker", "load at which practice starts to thin", low=10, high=24,
        prior=normal(16, 1.5), source="England mean caseload 15.2-17.7 (DfE)", grade="D", heading="moderator",
    )
    squeeze: float = belief(
        0.7, "exponent", "how fast practice thins above capacity (0: caseload does not matter)", low=0.0, high=1.5,
        prior=gamma(4, 0.7), source="no coefficient found; support includes 0", grade="D", heading="moderator",
    )
    weight_assessment: float = belief(
        0.8, "case weight", "work of a child in assessment", low=0.2, high=3, source="scale absorbed by capacity",
        grade="D",
    )
    weight_in_need: float = belief(
        0.8, "case weight", "work of a child in need", low=0.2, high=3, source="scale absorbed by capacity", grade="D",
    )
    weight_protection: float = belief(
        1.3, "case weight", "work of a child on a protection plan", low=0.2, high=3,
        source="scale absorbed by capacity", grade="D",
    )
    weight_court: float = belief(
        1.6, "case weight", "work of a child in pre-proceedings or proceedings", low=0.2, high=4,
        source="scale absorbed by capacity", grade="D",
    )
    weight_looked_after: float = belief(
        1.0, "case weight", "work of a looked-after child", low=0.2, high=3, source="scale absorbed by capacity",
        grade="D",
    )
    extra_time: float = strength(
        0.8, "0-1", "share of extra posts that reaches casework", high=1.0, link="M0", prior=beta(8, 2, spike=0.1),
        source="freed capacity may be absorbed (CMO 20)", grade="D", heading="implementation",
    )
    training_time: float = strength(
        0.03, "share of working time", "time a month's full training takes away from families", high=0.2, link="M0",
        prior=beta(3, 97, spike=0.1), source="two to five days of training and practice over the first year", grade="D",
        heading="implementation",
    )
    relational: float = strength(
        0.4, "0-1", "how far depth closes the gap to fully warm practice (M1)", high=1.0, link="M1",
        prior=beta(2, 3, spike=0.25), source="MI trial: +0.42 of 5, 8-17% of the gap (Forrester 2018)", grade="B",
    )
    purposeful: float = strength(
        0.4, "0-1", "how far depth closes the gap to fully purposeful practice (M1)", high=1.0, link="M1",
        prior=beta(2, 3, spike=0.25), source="CMO 2; Forrester 2019", grade="B",
    )
    competence: float = belief(
        0.5, "0-1 fidelity", "fidelity at which practice turns competent", low=0.2, high=0.8, prior=beta(10, 10),
        source="MITI competence 3.5 of 5, trained mean 2.9 (Forrester 2018)", grade="B", link="M1",
        only_under="skill_response=threshold",
    )
    competence_softness: float = belief(
        0.06, "0-1 fidelity", "softness of that threshold", low=0.02, high=0.2, prior=lognormal(0.06, 0.4),
        source="assumed", grade="D", link="M1", only_under="skill_response=threshold",
    )
    usual_fidelity: float = fact(
        0.15, "0-1", "depth of Signs of Safety practice already usual", low=0.0, high=0.9, prior=beta(1.5, 8.5),
        source="two thirds of English authorities use some of it, much as pick and mix (KCL 2021)", grade="C",
    )
    training_gain: float = belief(
        0.04, "per month", "pull of full training towards its ceiling", low=0.005, high=0.2, prior=lognormal(0.04, 0.5),
        source="growth over a two-year roll-out", grade="D", heading="implementation",
    )
    training_ceiling: float = belief(
        0.4, "0-1", "depth that training alone reaches", low=0.1, high=0.7, prior=beta(8, 12),
        source="trained mean 2.9 of 5 stays below competence 3.5 (Forrester 2018)", grade="B", heading="implementation",
    )
    coaching_gain: float = belief(
        0.12, "per month", "pull of full coaching towards the ceiling", low=0.01, high=0.4, prior=lognormal(0.12, 0.5),
        source="3-4 sessions in six months hold skill (Schwalbe 2014)", grade="B", heading="implementation",
    )
    depth_ceiling: float = belief(
        0.75, "0-1", "depth reachable in ordinary teams", low=0.3, high=1.0, prior=beta(14, 6),
        source="no evidenced example of full and sustained implementation (review)", grade="C",
        heading="implementation",
    )
    peers: float = belief(
        0.05, "per month", "pull towards the team's mean depth", low=0.0, high=0.3, prior=gamma(2, 0.05),
        source="assumed", grade="D", heading="implementation",
    )
    drift: float = belief(
        0.084, "per month", "fading of depth without supervision", low=0.02, high=0.2, prior=lognormal(0.084, 0.25),
        source="40% of the gain lost in six uncoached months (Schwalbe 2014)", grade="B", heading="implementation",
    )
    newcomer_depth: float = belief(
        0.15, "0-1", "chance that a newcomer brings the team's mean depth from elsewhere", low=0.0, high=1.0,
        prior=beta(2, 10), source="two thirds of authorities use some Signs of Safety", grade="D",
        heading="implementation",
    )
    surface_gain: float = belief(
        0.05, "per month", "training gives form whether or not depth follows", low=0.0, high=0.2,
        prior=lognormal(0.05, 0.5), source="tools easy, skilled use hard (Caffrey & Browne 2022)", grade="B",
        heading="implementation",
    )
    surface_fade: float = belief(
        0.02, "per month", "form outlives depth but fades", low=0.0, high=0.1, prior=lognormal(0.02, 0.5),
        source="assumed", grade="D", heading="implementation",
    )
    leader_exit: float = belief(
        0.015, "per month", "chance that a team's leader leaves and alignment is lost", low=0.0, high=0.1,
        prior=gamma(2, 0.015), source="leaders' continuity separated pilots that rose from those that did not (CMO 13)",
        grade="C", heading="implementation",
    )
    alignment_repair: float = belief(
        0.1, "per month", "how fast a new leader restores alignment", low=0.01, high=0.5, prior=lognormal(0.1, 0.4),
        source="assumed", grade="D", heading="implementation",
    )


@rule
def leaving_chance(worker: SocialWorker, mean_load: float, supervision: float, p: Workforce) -> float:
    """Monthly chance of leaving: ``turnover·min(3, exp(load_stress·(load/mean - 1)))·exp(-retention·supervision)``.

    Agency staff leave at their own rate. Link M0 and the caseload moderator (CMO 14, 20).
    """
    if worker.holder == Holder.AGENCY:
        return p.agency_leave
    pressure = p.load_stress * (worker.load / max(mean_load, 1.0) - 1.0)
    return p.turnover * min(3.0, math.exp(pressure)) * math.exp(-p.retention * supervision)


@rule
def fill_post(worker: SocialWorker, permanent_draw: float, agency_draw: float, p: Workforce) -> bool:
    """Fill an empty post, or replace agency by permanent staff; True when somebody new holds it.

    ``permanent_fill`` and ``agency_fill`` per month (DfE workforce census; moderator: stability).
    """
    if worker.holder != Holder.PERMANENT and permanent_draw < p.permanent_fill:
        worker.holder = Holder.PERMANENT
        return True
    if worker.holder == Holder.EMPTY and agency_draw < p.agency_fill:
        worker.holder = Holder.AGENCY
        return True
    return False


@rule
def induct(
    worker: SocialWorker, month: int, team_fidelity: float,
    warmth_draw: float, authority_draw: float, bias_draw: float, elsewhere_draw: float,
    p: Workforce, practice: Practice,
) -> None:
    """A newcomer's skills, drawn afresh; depth as usual here, or with luck as deep as the team's.

    ``skill = mean + spread·z`` with z triangular, sd 1, held in [0, 1]. Newcomers start at the
    authority's usual fidelity (evidence 3.2-3.3: new staff start untrained).
    """
    worker.since = month
    worker.warmth = clamp(p.warmth_mean + p.skill_spread * warmth_draw, 0.0, 1.0)
    worker.authority = clamp(p.authority_mean + p.skill_spread * authority_draw, 0.0, 1.0)
    worker.bias = p.bias_spread * bias_draw
    worker.surface = 0.0
    worker.fidelity = practice.usual_fidelity
    if elsewhere_draw < practice.newcomer_depth:
        worker.fidelity = max(practice.usual_fidelity, team_fidelity)


@rule
def lead_team(team: Team, exit_draw: float, p: Practice) -> None:
    """A leader's exit resets the team's alignment, which is then slowly restored (CMO 13)."""
    team.alignment_lost -= p.alignment_repair * team.alignment_lost
    if exit_draw < p.leader_exit:
        team.alignment_lost = 1.0


@rule
def learn(worker: SocialWorker, team: Team, levers: Levers, p: Practice) -> None:
    """Depth and form of Signs of Safety practice (model 4.17; CMO 12-14).

    ``F += training·training_gain·max(0, training_ceiling - F)
         + coaching·coaching_gain·supervision·alignment·max(0, depth_ceiling - F)
         + peers·(F_team - F) - drift·max(0, F - usual)·(1 - supervision)``;
    ``surface += surface_gain·training·(1 - surface) - surface_fade·surface``. All per month.
    """
    supervision = min(1.0, levers.supervision * team.supervision_factor)
    alignment = min(1.0, levers.alignment * team.alignment_factor) * (1.0 - team.alignment_lost)
    depth = worker.fidelity
    gain = levers.training * p.training_gain * max(0.0, p.training_ceiling - depth)
    gain += levers.coaching * p.coaching_gain * supervision * alignment * max(0.0, p.depth_ceiling - depth)
    gain += p.peers * (team.mean_fidelity - depth)
    gain -= p.drift * max(0.0, depth - p.usual_fidelity) * (1.0 - supervision)
    worker.fidelity = clamp(depth + gain, 0.0, 1.0)
    form = p.surface_gain * levers.training * (1.0 - worker.surface) - p.surface_fade * worker.surface
    worker.surface = clamp(worker.surface + form, 0.0, 1.0)


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

    ``a = max(0.3, min(1, (capacity·(1 + extra_posts·extra_time) / load)^squeeze))·(1 - training_time·training)``;
    warm practice ``q = a·(s_w + (1 - s_w)·relational·D)``; purposeful ``g`` likewise from authority.
    """
    room = p.capacity * (1.0 + levers.extra_posts * p.extra_time)
    share = 1.0 if worker.load <= room else math.pow(room / worker.load, p.squeeze)
    worker.availability = max(0.3, share) * (1.0 - p.training_time * levers.training)
    worker.delivered = delivered_depth(worker.fidelity, p, structure)
    warm = worker.warmth + (1.0 - worker.warmth) * p.relational * worker.delivered
    purposeful = worker.authority + (1.0 - worker.authority) * p.purposeful * worker.delivered
    worker.warm = worker.availability * warm
    worker.purposeful = worker.availability * purposeful
