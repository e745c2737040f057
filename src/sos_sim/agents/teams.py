"""Teams and posts. Posts begin empty: the warm-up fills them by the rules of the workforce."""

from __future__ import annotations

import numpy as np

from sos_sim.agents import SocialWorker, Team
from sos_sim.agents.authority import Authority
from sos_sim.agents.decisions import Decision, Of
from sos_sim.agents.drawing import contiguous, draw, lucks
from sos_sim.agents.fields import record_type
from sos_sim.agents.state import Records
from sos_sim.core.compiling import rule
from sos_sim.core.units import RATE_BASE


@rule
def number_of_posts(authority: Authority) -> int:
    """Case-holding posts of an authority, filled or not; at least 1."""
    return max(1, round(authority.post_rate * authority.children / RATE_BASE))


def number_of_teams(authority: Authority) -> int:
    """Teams of about ``team_size`` posts each; at least 1."""
    return max(1, round(number_of_posts(authority) / authority.team_size))


def draw_workforce(authority: Authority, posts: int, seed: int) -> tuple[Records, Records]:
    """Teams (supervision and alignment 0.7-1.3 of the policy's level) and their posts, all empty.

    There may be more ``posts`` than the authority pays for: those that it will pay for later (see ``is_funded``).
    """
    counts = np.full(number_of_teams(authority), 0)
    counts += np.bincount(np.arange(posts) % len(counts), minlength=len(counts))
    teams = np.zeros(len(counts), dtype=record_type(Team))
    teams["luck"] = lucks(seed, Of.TEAM, np.arange(len(counts)))
    teams["first_post"], team_of_post, ordinal = contiguous(counts)
    teams["posts"] = counts
    teams["supervision_factor"] = 0.7 + 0.6 * draw(teams["luck"], Decision.TEAM_SUPERVISION)
    teams["alignment_factor"] = 0.7 + 0.6 * draw(teams["luck"], Decision.TEAM_ALIGNMENT)
    workers = np.zeros(posts, dtype=record_type(SocialWorker))
    workers["luck"] = lucks(teams["luck"][team_of_post], Of.POST, ordinal)
    workers["team"] = team_of_post
    workers["since"] = -1
    return teams, workers
