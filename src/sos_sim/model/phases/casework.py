"""Phase 3: trust, the child's voice, shared understanding, shared responsibility."""

from __future__ import annotations

from sos_sim.agents import Family
from sos_sim.core.compiling import rule
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.offers import worker_of
from sos_sim.model.world import World
from sos_sim.theory.casework import build_trust, hear_child, share_responsibility, share_understanding


@rule
def casework(world: World, month: int) -> None:
    """What visits build with every open family."""
    p = world.parameters.casework
    for position in range(world.organisation[0].open_families):
        family = world.families[world.open_index[position]]
        worker = worker_of(world, family, month)
        build_trust(family, worker, p)
        hear_children(world, family, worker.delivered, month)
        share_understanding(family, worker, p)
        share_responsibility(family, p)


@rule
def hear_children(world: World, family: Family, delivered: float, month: int) -> None:
    """Every born child under 18 is heard; the family's voice is their mean."""
    total, heard = 0.0, 0
    for index in range(family.first_child, family.first_child + family.children):
        child = world.children[index]
        age = month - child.birth
        if 0 <= age < AGE_OF_MAJORITY_MONTHS:
            total += hear_child(child, age, family.visits, delivered, world.parameters.casework)
            heard += 1
    family.voice = total / heard if heard > 0 else 0.0
