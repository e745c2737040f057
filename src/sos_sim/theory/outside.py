"""Phases 6 and 7: harm outside the family, to children of eleven or more, and what it adds to danger."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import Child
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, lognormal, normal


class Outside(NamedTuple):
    """Danger outside the family: exploitation, being beyond control, a young person's own behaviour.

    Nothing that happens to a child moves when it begins or ends; nothing acts while ``outside_onset`` is 0.
    """

    outside_onset: float = belief(
        0.0005558,
        "per month",
        "children of eleven or more who come to be in danger outside the family, once in a childhood",
        low=0.0,
        high=0.02,
        prior=lognormal(0.0006, 0.6),
        source="assumed: about one in twenty known adolescents; 62% of children in care are ten or older (DfE 2025)",
        grade="D",
        heading="moderator",
    )
    outside_months: float = belief(
        12.0,
        "months",
        "mean time for which a child is in danger outside the family",
        low=2.0,
        high=60.0,
        prior=lognormal(12, 0.4),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    outside_harm: float = belief(
        0.1,
        "per child-month",
        "harm outside the family to a child who is in danger there, with neither plan nor network",
        low=0.0,
        high=0.6,
        prior=lognormal(0.1, 0.5),
        source="no official target: assumed, of the order of harm at home to children in great need",
        grade="D",
        heading="effect",
    )
    outside_seen: float = belief(
        0.4,
        "probability",
        "chance that harm outside the family comes to notice, through police, schools and health",
        low=0.0,
        high=1.0,
        prior=beta(4, 6),
        source="assumed: more often than harm at home",
        grade="D",
        heading="moderator",
    )
    outside_concern: float = belief(
        -0.3,
        "logit",
        "how danger outside the family counts at thresholds, against danger at home",
        low=-4.0,
        high=4.0,
        prior=normal(0.0, 0.7),
        source="fitted: ages at start of care (DfE 2025)",
        grade="D",
        heading="moderator",
    )
    outside_reach: float = strength(
        0.1,
        "0-1",
        "share of what plan and network do against danger at home that they do outside (M7); acts in every arm",
        high=1.0,
        link="M7",
        prior=beta(1, 6, spike=0.3),
        source="assumed: family plans are about danger at home, and do little about what is done elsewhere",
        grade="D",
        heading="moderator",
        in_every_arm=True,
    )


@rule
def is_in_danger_outside(child: Child, month: int) -> bool:
    """Whether the child is in danger outside the family this month."""
    return child.outside_from <= month < child.outside_until


@rule
def outside_chance(protection: float, p: Outside) -> float:
    """Monthly chance of harm outside the family: ``outside_harm·(1 - outside_reach·protection)`` (M7).

    ``protection`` is that of plan and network, without services.
    """
    return p.outside_harm * (1.0 - p.outside_reach * protection)


@rule
def joint_danger(appraisal: float, chance: float, p: Outside) -> float:
    """Danger of one child as thresholds see it: odds of harm at home, as appraised, and outside, summed.

    ``log(exp(A) + exp(outside_concern)·h/(1 - h))``, with h the chance of harm outside the family.
    """
    return math.log(math.exp(appraisal) + math.exp(p.outside_concern) * chance / (1.0 - chance))
