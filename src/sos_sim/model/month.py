"""The month: eight phases, in order. This is the page to read first."""

from __future__ import annotations

from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import mix
from sos_sim.model.phases.casework import casework
from sos_sim.model.phases.decisions import decisions
from sos_sim.model.phases.front_door import front_door
from sos_sim.model.phases.home import home
from sos_sim.model.phases.network import network
from sos_sim.model.phases.organisation import organisation
from sos_sim.model.phases.plan import plan
from sos_sim.model.phases.recording import recording
from sos_sim.model.world import World

PHASES = (
    ("organisation", "people leave, posts are filled, practice is learned and lost"),
    ("front door", "births, referrals, changes of worker, allocation, practice under this load"),
    ("casework", "trust, the child's voice, shared understanding, shared responsibility"),
    ("network", "relatives and friends are told, act, tire; cover follows"),
    ("plan", "safety plans are reworked, or age"),
    ("home", "need and strain move, harm strikes or does not, some of it is seen"),
    ("decisions", "appraisal, thresholds, court, entry to care, return home, other exits"),
    ("recording", "birthdays, clocks, stocks, self-check"),
)
DECISIONS = 1 + max(Decision)


@rule
def month_passes(world: World, month: int) -> None:
    """One calendar month in the life of the authority; ``month`` counts from the start of the warm-up."""
    world.organisation[0].month = month
    for decision in range(DECISIONS):
        world.moments[decision] = mix(decision, month)
    organisation(world, month)
    front_door(world, month)
    casework(world, month)
    network(world, month)
    plan(world, month)
    home(world, month)
    decisions(world, month)
    recording(world, month)
