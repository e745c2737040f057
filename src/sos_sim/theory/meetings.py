"""Phases 4 and 7: what a family-group meeting can do besides telling relatives and friends."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.core.compiling import rule
from sos_sim.core.parameters import strength
from sos_sim.core.priors import gamma
from sos_sim.theory.structure import POWERS_ON, Structure

MEETING_COUNTS_MONTHS = 12


class Meetings(NamedTuple):
    """Powers of a family-group meeting, for a year after it was held."""

    meeting_plan: float = strength(
        0.0,
        "logit",
        "how the plan that the family made at a meeting counts against issuing proceedings (M6)",
        high=3.0,
        link="M6",
        prior=gamma(2, 0.5, spike=0.5),
        source="English trial: 12.5 points fewer cases issued after the offer (Taylor et al. 2024); size assumed",
        grade="C",
        only_under="meeting_powers=on",
    )
    meeting_carers: float = strength(
        0.0,
        "logit",
        "how much likelier a placement with relatives is where a meeting let them be assessed early (M5)",
        high=3.0,
        link="M5",
        prior=gamma(2, 0.5, spike=0.5),
        source="English trial (Taylor et al. 2024): assessed as carers before, not after, removal; size assumed",
        grade="D",
        only_under="meeting_powers=on",
    )


@rule
def meeting_counts(met: int, month: int, structure: Structure) -> bool:
    """Whether the family's last meeting still has powers; ``met`` is its month, or NEVER."""
    return structure.meeting_powers == POWERS_ON and month - met < MEETING_COUNTS_MONTHS


@rule
def before_the_panel(appraisal: float, met: int, month: int, p: Meetings, structure: Structure) -> float:
    """Appraisal as those see it who decide on issuing: ``meeting_plan`` lower where the family has made a plan (M6)."""
    return appraisal - p.meeting_plan if meeting_counts(met, month, structure) else appraisal


@rule
def known_carers(met: int, month: int, p: Meetings, structure: Structure) -> float:
    """Logits that early assessment of relatives adds to the chance of a placement with them (M5)."""
    return p.meeting_carers if meeting_counts(met, month, structure) else 0.0
