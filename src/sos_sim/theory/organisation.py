"""Phase 1, organisation: posts, who holds them, and how they learn."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import SocialWorker, Team
from sos_sim.agents.codes import Holder
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, fact, strength
from sos_sim.core.priors import beta, gamma, lognormal
from sos_sim.theory.levers import Levers
from sos_sim.theory.logistic import clamp
from sos_sim.theory.practice import Practice


class Workforce(NamedTuple):
    """Leaving, filling and the skills people bring (model section 4.16)."""

    turnover: float = fact(
        0.009504,
        "per month",
        "chance that a permanent social worker leaves, at ordinary caseload",
        low=0.001,
        high=0.05,
        prior=lognormal(0.0105, 0.25),
        source="DfE workforce census 2025: 11.8% a year; 10th-90th centile 7.8-19.4%",
        grade="A",
    )
    permanent_fill: float = fact(
        0.0579,
        "per month",
        "chance that a permanent vacancy is filled",
        low=0.01,
        high=0.5,
        prior=lognormal(0.07, 0.25),
        source="vacancy 14.2% at turnover 11.8% (DfE 2025) implies about 16 months",
        grade="A",
    )
    agency_fill: float = fact(
        0.7604,
        "per month",
        "chance that agency staff cover an uncovered vacancy",
        low=0.0,
        high=1.0,
        prior=beta(15, 5),
        source="most agency staff cover vacancies: 13.0% agency against 14.2% vacant (DfE 2025)",
        grade="A",
    )
    agency_leave: float = belief(
        0.1023,
        "per month",
        "chance that an agency worker leaves",
        low=0.02,
        high=0.5,
        prior=lognormal(0.12, 0.3),
        source="agency spell of about eight months",
        grade="D",
    )
    load_stress: float = belief(
        0.4676,
        "per unit of relative load",
        "how caseload above the usual drives leaving",
        low=0.0,
        high=2.0,
        prior=gamma(2, 0.6),
        source="no coefficient found; 0 allowed",
        grade="D",
        heading="moderator",
    )
    retention: float = strength(
        0.3,
        "per unit of supervision",
        "how supervision keeps people (M0)",
        high=1.5,
        link="M0",
        prior=gamma(2, 0.3, spike=0.25),
        source="enabler in implementation reports; size assumed",
        grade="D",
        heading="implementation",
    )
    warmth_mean: float = belief(
        0.5566,
        "0-1",
        "mean warmth and empathy before training",
        low=0.2,
        high=0.8,
        prior=beta(12, 12),
        source="Forrester 2018: 2.46-2.49 of 5 before training",
        grade="B",
    )
    authority_mean: float = belief(
        0.4172,
        "0-1",
        "mean purposeful authority before training",
        low=0.2,
        high=0.8,
        prior=beta(10, 12),
        source="Forrester 2018, 2019: lower than warmth",
        grade="B",
    )
    skill_spread: float = belief(
        0.1475,
        "0-1 (sd)",
        "spread of either skill between workers",
        low=0.0,
        high=0.25,
        prior=lognormal(0.15, 0.3),
        source="between-worker spread, assumed",
        grade="D",
    )
    bias_spread: float = belief(
        0.3333,
        "logit (sd)",
        "spread of workers' bias of judgement",
        low=0.0,
        high=1.0,
        prior=lognormal(0.35, 0.3),
        source="between-worker spread, assumed",
        grade="D",
        heading="moderator",
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
    worker: SocialWorker,
    month: int,
    team_fidelity: float,
    warmth_draw: float,
    authority_draw: float,
    bias_draw: float,
    elsewhere_draw: float,
    p: Workforce,
    practice: Practice,
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
    ``surface += surface_gain·training·(1 - surface) - surface_fade·surface``. All per month. ``levers``
    are what this post is offered; peers reach every post.
    """
    training, coaching = levers.training, levers.coaching
    supervision = min(1.0, levers.supervision * team.supervision_factor)
    alignment = min(1.0, levers.alignment * team.alignment_factor) * (1.0 - team.alignment_lost)
    depth = worker.fidelity
    gain = training * p.training_gain * max(0.0, p.training_ceiling - depth)
    gain += coaching * p.coaching_gain * supervision * alignment * max(0.0, p.depth_ceiling - depth)
    gain += p.peers * (team.mean_fidelity - depth)
    gain -= p.drift * max(0.0, depth - p.usual_fidelity) * (1.0 - supervision)
    worker.fidelity = clamp(depth + gain, 0.0, 1.0)
    form = p.surface_gain * training * (1.0 - worker.surface) - p.surface_fade * worker.surface
    worker.surface = clamp(worker.surface + form, 0.0, 1.0)
