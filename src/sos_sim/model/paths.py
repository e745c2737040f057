"""Paths of the effect: through families, through network and plan, through the agency's perception.

A run in which a path is closed lives as if practice were the usual one *on that path*: there the programme
delivers nothing. The path through perception needs a shadow: what the family would show the agency had practice
with it been the usual one, lived by the same rules beside what it really is.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents import Family
from sos_sim.agents.state import State
from sos_sim.core.compiling import rule
from sos_sim.model.world import World
from sos_sim.theory.appraisal import Shown
from sos_sim.theory.casework import alliance


class Path(IntEnum):
    """Where a programme reaches a family.

    ``FAMILIES``: work with parents and children, and so trust, voice, understanding, responsibility.
    ``NETWORK_AND_PLAN``: telling and keeping relatives and friends, meetings, the rigour of the plan.
    ``PERCEPTION``: what the agency sees, believes and counts towards return, at the same danger; what relatives tell
    it comes with the network, whose people have no shadow. What is left when all are closed comes through the
    organisation: time, load and who stays.
    """

    FAMILIES = 0
    NETWORK_AND_PLAN = 1
    PERCEPTION = 2


class Usual(IntEnum):
    """Columns of the shadow: what a family would be had practice with it been the usual one."""

    TRUST = 0
    CONSENT = 1
    CANDOUR = 2
    UNDERSTANDING = 3
    RESPONSIBILITY = 4
    VOICE = 5
    PLAN_SEEN = 6


Shadow = tuple[NDArray[np.float64], NDArray[np.float64]]


def paths(which: Iterable[Path] = Path) -> NDArray[np.bool_]:
    """Which paths are open, shape (3,): by default all."""
    chosen = set(which)
    return np.array([path in chosen for path in Path])


def shadow(state: State, which: NDArray[np.bool_]) -> Shadow:
    """What families and children would be, beginning as they are; without rows while perception is open.

    Shapes (families, 7) and (children,).
    """
    if which[Path.PERCEPTION]:
        return np.zeros((0, len(Usual))), np.zeros(0)
    families = np.column_stack([state.families[column.name.lower()] for column in Usual])
    return families, state.children["voice"].copy()


def shadow_from(before: Shadow, which: NDArray[np.bool_]) -> Shadow | None:
    """A copy of a shadow to go on with; None where nothing was shadowed so far, or need be from now on."""
    if which[Path.PERCEPTION] or not len(before[0]):
        return None
    return before[0].copy(), before[1].copy()


@rule
def is_shadowed(world: World) -> bool:
    """Whether families have a shadow."""
    return len(world.usual) > 0


@rule
def number_of(world: World, family: Family) -> int:
    """The family's own index."""
    return world.children[family.first_child].family


@rule
def change_places(world: World, family: Family) -> None:
    """The family and its shadow change places; rules then act on the other."""
    usual = world.usual[number_of(world, family)]
    usual[Usual.TRUST], family.trust = family.trust, usual[Usual.TRUST]
    usual[Usual.CONSENT], family.consent = family.consent, usual[Usual.CONSENT]
    usual[Usual.CANDOUR], family.candour = family.candour, usual[Usual.CANDOUR]
    usual[Usual.UNDERSTANDING], family.understanding = family.understanding, usual[Usual.UNDERSTANDING]
    usual[Usual.RESPONSIBILITY], family.responsibility = family.responsibility, usual[Usual.RESPONSIBILITY]
    usual[Usual.VOICE], family.voice = family.voice, usual[Usual.VOICE]
    usual[Usual.PLAN_SEEN], family.plan_seen = family.plan_seen, usual[Usual.PLAN_SEEN]
    for index in range(family.first_child, family.first_child + family.children):
        child = world.children[index]
        world.usual_voice[index], child.voice = child.voice, world.usual_voice[index]


@rule
def shown_by(world: World, family: Family) -> Shown:
    """What the family shows the agency: what it is, or its shadow where the path through perception is closed."""
    p, structure = world.parameters.casework, world.parameters.structure
    if is_shadowed(world):
        usual = world.usual[number_of(world, family)]
        return Shown(
            alliance(usual[Usual.TRUST], p, structure),
            usual[Usual.CANDOUR],
            usual[Usual.UNDERSTANDING],
            usual[Usual.VOICE],
            usual[Usual.RESPONSIBILITY],
            usual[Usual.PLAN_SEEN],
        )
    return Shown(
        alliance(family.trust, p, structure),
        family.candour,
        family.understanding,
        family.voice,
        family.responsibility,
        family.plan_seen,
    )
