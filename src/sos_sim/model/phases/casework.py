"""Phase 3: trust, the child's voice, shared understanding, shared responsibility."""

from __future__ import annotations

from sos_sim.agents import Family, SocialWorker
from sos_sim.core.compiling import rule
from sos_sim.model.households import lives_at_home
from sos_sim.model.offers import usual_worker_of, worker_of
from sos_sim.model.paths import Path, change_places, is_shadowed
from sos_sim.model.world import World
from sos_sim.theory.casework import build_trust, collaborate, hear_child, share_responsibility, share_understanding


@rule
def casework(world: World, month: int) -> None:
    """What visits build with every open family."""
    for position in range(world.organisation[0].open_families):
        family = world.families[world.open_index[position]]
        if is_shadowed(world):
            change_places(world, family)
            work_with(world, family, usual_worker_of(world, family), month)
            change_places(world, family)
        work_with(world, family, worker_of(world, family, Path.FAMILIES, month), month)


@rule
def work_with(world: World, family: Family, worker: SocialWorker, month: int) -> None:
    """A month's casework with one family."""
    p, structure = world.parameters.casework, world.parameters.structure
    build_trust(family, worker, p)
    collaborate(family, p, structure)
    hear_children(world, family, worker.delivered, month)
    share_understanding(family, worker, p, structure)
    share_responsibility(family, p)


@rule
def hear_children(world: World, family: Family, delivered: float, month: int) -> None:
    """Children at home who are safe to speak are heard; the family's voice is their mean (CMO 10)."""
    total, heard = 0.0, 0
    for index in range(family.first_child, family.first_child + family.children):
        child = world.children[index]
        age = month - child.birth
        if lives_at_home(child, month) and not family.coercive_control:
            total += hear_child(child, age, family.visits, delivered, world.parameters.casework)
            heard += 1
    family.voice = total / heard if heard > 0 else 0.0
