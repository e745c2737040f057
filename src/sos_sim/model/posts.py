"""Which posts the authority pays for this month: the number may change by date."""

from __future__ import annotations

from sos_sim.agents.authority import Authority
from sos_sim.core.compiling import rule
from sos_sim.core.units import RATE_BASE
from sos_sim.model.world import World


@rule
def is_funded(world: World, post: int, authority: Authority) -> bool:
    """Whether a post is among those that there are at this rate; posts are made, and lost, team by team in turn."""
    worker = world.workers[post]
    place = (post - world.teams[worker.team].first_post) * len(world.teams) + worker.team
    return place < funded_posts(authority)


@rule
def funded_posts(authority: Authority) -> int:
    """How many posts the authority pays for: as ``agents.teams.number_of_posts``."""
    return max(1, round(authority.post_rate * authority.children / RATE_BASE))
