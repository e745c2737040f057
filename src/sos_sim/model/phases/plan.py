"""Phase 5: safety plans are reworked where there is casework, and age where there is none."""

from __future__ import annotations

from sos_sim.agents import Family
from sos_sim.agents.codes import Status
from sos_sim.core.compiling import rule
from sos_sim.model.offers import reach_on, usual_worker_of, worker_of
from sos_sim.model.paths import Path, Usual, change_places, is_shadowed, number_of
from sos_sim.model.world import World
from sos_sim.theory.casework import relative_alliance
from sos_sim.theory.plan import age_plan, rework_plan, show_plan, show_plan_as_it_is


@rule
def plan(world: World, month: int) -> None:
    """Open cases past assessment rework their plan; those in assessment age (closed ones in phase 6)."""
    p = world.parameters.plan
    for position in range(world.organisation[0].open_families):
        family = world.families[world.open_index[position]]
        if family.status == Status.ASSESSMENT:
            age_plan(family, p)
            show_plan_as_it_is(family)
            if is_shadowed(world):
                world.usual[number_of(world, family), Usual.PLAN_SEEN] = family.plan_seen
        else:
            worker = worker_of(world, family, Path.NETWORK_AND_PLAN, month)
            rework_plan(family, worker, alliance_with(world, family), p)
            show_plan_of(world, family, month)


@rule
def show_plan_of(world: World, family: Family, month: int) -> None:
    """What the agency sees of the plan; a shadow shows what usual practice would have made of the same plan."""
    p = world.parameters.plan
    if is_shadowed(world):
        change_places(world, family)
        show_plan(family, usual_worker_of(world, family), alliance_with(world, family), 0.0, p)
        change_places(world, family)
    worker = worker_of(world, family, Path.NETWORK_AND_PLAN, month)
    show_plan(family, worker, alliance_with(world, family), reach_on(world, family, Path.PERCEPTION, month), p)


@rule
def alliance_with(world: World, family: Family) -> float:
    """What the family's trust counts for, relative to its mean in usual practice."""
    return relative_alliance(family.trust, world.parameters.casework, world.parameters.structure)
