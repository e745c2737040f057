"""Phase 5: safety plans are reworked where there is casework, and age where there is none."""

from __future__ import annotations

from sos_sim.agents.codes import Status
from sos_sim.core.compiling import rule
from sos_sim.model.offers import reach_to, worker_of
from sos_sim.model.world import World
from sos_sim.theory.plan import age_plan, rework_plan, show_plan_as_it_is


@rule
def plan(world: World, month: int) -> None:
    """Open cases past assessment rework their plan; those in assessment age (closed ones in phase 6)."""
    p = world.parameters.plan
    for position in range(world.organisation[0].open_families):
        family = world.families[world.open_index[position]]
        if family.status == Status.ASSESSMENT:
            age_plan(family, p)
            show_plan_as_it_is(family)
        else:
            rework_plan(family, worker_of(world, family, month), reach_to(world, family, month), p)
