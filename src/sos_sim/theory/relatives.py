"""Phases 6 and 7: relatives who take a child before it is looked after, and harm to children who live with kin."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import NetworkMember, Tie
from sos_sim.agents.codes import TieKind
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, gamma, lognormal
from sos_sim.theory.meetings import meeting_counts
from sos_sim.theory.pathway import Pathway, chance_above
from sos_sim.theory.structure import Structure
from sos_sim.theory.voluntary import Voluntary, voluntary_term


class Relatives(NamedTuple):
    """Care by relatives without looked-after status: by the family's own arrangement or a section 8 order.

    Nobody is taken by relatives while ``kin_before_care`` is 0.
    """

    kin_before_care: float = belief(
        0.2258,
        "probability",
        "that relatives take a child who would start to be looked after, where a safe relative knows the worry",
        low=0.0,
        high=0.6,
        prior=beta(2, 8),
        source="0 until fitted; 1.1% of children live with relatives (Census 2021), in place of care an unknown share",
        grade="D",
        heading="moderator",
    )
    meeting_kin: float = strength(
        0.0,
        "logit",
        "how much likelier relatives take the child, before care, where the family has met (M5)",
        high=3.0,
        link="M5",
        prior=gamma(2, 0.5, spike=0.5),
        source="English trial: 8.6 points fewer children looked after a year later (Taylor et al. 2024); size assumed",
        grade="D",
        only_under="meeting_powers=on",
    )
    kin_care_end: float = belief(
        0.03,
        "per month",
        "care by relatives that ends, in children who are not looked after",
        low=0.0,
        high=0.3,
        source="assumed: about three years in the mean; no official count",
        grade="D",
        heading="moderator",
    )
    harm_with_kin: float = belief(
        0.001,
        "per child-month",
        "harm while living with a special guardian, or with relatives and not looked after",
        low=0.0,
        high=0.02,
        prior=lognormal(0.001, 0.5),
        source="assumed: as harm while looked after",
        grade="D",
        heading="effect",
    )


@rule
def can_take_child(tie: Tie, member: NetworkMember) -> bool:
    """A relative who is safe and has been told of the worry can be asked to take the child (M5; CMO 8)."""
    return tie.informed and member.kind == TieKind.KIN and not member.unsafe


@rule
def kin_care_chance(met: int, month: int, p: Relatives, structure: Structure) -> float:
    """Chance that such relatives take the child: ``kin_before_care``, with odds that a meeting raises for a year (M5).

    ``σ(logit(kin_before_care) + meeting_kin)``; ``met`` is the month of the family's last meeting, or NEVER.
    """
    more = p.meeting_kin if meeting_counts(met, month, structure) else 0.0
    odds = p.kin_before_care * math.exp(more)
    return odds / (1.0 - p.kin_before_care + odds)


@rule
def care_after_kin_chance(danger: float, age_months: int, p: Voluntary, path: Pathway) -> float:
    """Chance that a child whom relatives keep no longer is looked after, by what is believed of danger at home.

    As in voluntary accommodation, but decided at once: the child goes home or does not.
    """
    return chance_above(danger + voluntary_term(age_months, p), p.voluntary_threshold, 1.0, path)
