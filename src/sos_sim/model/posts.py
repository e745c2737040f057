"""Which posts the authority pays for this month: the number may change by date."""

from __future__ import annotations

from sos_sim.agents.authority import Authority
from sos_sim.agents.teams import number_of_posts
from sos_sim.core.compiling import rule
from sos_sim.model.world import World


@rule
def is_funded(world: World, post: int, authority: Authority) -> bool:
    """Whether a post is among those that there are at this rate; posts are made, and lost, team by team in turn."""
    worker = world.workers[post]
    place = (post - world.teams[worker.team].first_post) * len(world.teams) + worker.team
    return place < number_of_posts(authority)
