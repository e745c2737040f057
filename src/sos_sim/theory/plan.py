"""Phase 5, safety plan: what protects, and what merely shows."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import Family, SocialWorker
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, lognormal
from sos_sim.theory.logistic import clamp


class SafetyPlan(NamedTuple):
    """Quality of the plan, true and seen (model section 4.8; link M6)."""

    rigour_usual: float = belief(
        0.4,
        "0-1",
        "rigour of usual plans",
        low=0.1,
        high=0.8,
        prior=beta(8, 12),
        source="assumed",
        grade="D",
        link="M6",
    )
    rigour_signs: float = strength(
        0.4,
        "0-1",
        "rigour added by depth: rehearsed, monitored, revised (M6)",
        high=1.0,
        link="M6",
        prior=beta(2, 3, spike=0.25),
        source="CMO 9",
        grade="C",
    )
    plan_voice: float = strength(
        0.2,
        "0-1",
        "how the child's voice makes the plan fit",
        high=1.0,
        link="M6",
        prior=beta(2, 6, spike=0.25),
        source="CMO 10",
        grade="C",
        in_every_arm=True,
    )
    disguise: float = strength(
        0.3,
        "0-1",
        "how far a plan that parents comply with without consent passes for what is written (M6)",
        high=1.0,
        link="M6",
        prior=beta(2, 5, spike=0.25),
        source="CMO 3: superficial compliance; CMO 9: paper plan",
        grade="C",
        in_every_arm=True,
    )
    surface_weight: float = strength(
        0.2,
        "0-1",
        "how far form raises what is seen of a plan, not what it protects",
        high=1.0,
        link="M6",
        prior=beta(2, 5, spike=0.25),
        source="CMO 14, 15: tools without stance",
        grade="C",
    )
    review_rate: float = belief(
        0.2,
        "per month",
        "reviews by core group and conference",
        low=0.05,
        high=0.6,
        prior=beta(4, 16),
        source="six-weekly core groups, conferences at 3 and then 6 months",
        grade="D",
        link="M6",
    )
    plan_decay: float = belief(
        0.06,
        "per month",
        "plans age without review",
        low=0.01,
        high=0.3,
        prior=lognormal(0.06, 0.4),
        source="CMO 9: paper plan",
        grade="D",
        link="M6",
    )


@rule
def written_rigour(family: Family, delivered: float, relative: float, p: SafetyPlan) -> float:
    """Rigour of the written plan (M6; CMO 9, 10), with T' (``relative``) the alliance relative to its usual mean.

    ``min(1, (rigour_usual + rigour_signs·D·√T')·(1 + plan_voice·V))``: rehearsing and revising are done with parents.
    """
    rigour = p.rigour_usual + p.rigour_signs * delivered * math.sqrt(relative)
    return min(1.0, rigour * (1.0 + p.plan_voice * family.voice))


@rule
def rework_plan(family: Family, worker: SocialWorker, relative: float, p: SafetyPlan) -> None:
    """The plan moves to ``Q* = rigour·(1 - (1 - √(U·R))^(1 + C))`` at the review rate (M6; CMO 9).

    A plan that nobody owns protects nobody; a network makes an owned plan better.
    """
    shared = math.sqrt(family.understanding * family.responsibility)
    owned = 1.0 - math.pow(1.0 - shared, 1.0 + family.cover)
    target = written_rigour(family, worker.delivered, relative, p) * owned
    family.plan = clamp(family.plan + p.review_rate * worker.availability * (target - family.plan), 0.0, 1.0)


@rule
def show_plan(family: Family, worker: SocialWorker, relative: float, reach: float, p: SafetyPlan) -> None:
    """What is seen of the plan adds what passes for it without consent and what is only form (M6; CMO 3, 14, 15).

    ``Q_seen = Q + disguise·(1 - consent)·max(0, rigour - Q) + surface_weight·surface``, at most 1, where rigour is
    that of the plan as it is written; ``reach`` (0-1) of the form is used with this family.
    """
    unowned = max(0.0, written_rigour(family, worker.delivered, relative, p) - family.plan)
    paper = p.disguise * (1.0 - family.consent) * unowned
    family.plan_seen = clamp(family.plan + paper + p.surface_weight * (reach * worker.surface), 0.0, 1.0)


@rule
def age_plan(family: Family, p: SafetyPlan) -> None:
    """Without review a plan ages: ``Q *= 1 - plan_decay`` a month."""
    family.plan *= 1.0 - p.plan_decay


@rule
def show_plan_as_it_is(family: Family) -> None:
    """A new assessment sees an old plan for what it is: ``Q_seen = Q``."""
    family.plan_seen = family.plan
