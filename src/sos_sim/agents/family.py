"""Families: the unit of referral, casework and appraisal."""

from __future__ import annotations

from sos_sim.agents.fields import CareAgent, Logit, Months, Share, Word


class Family(CareAgent):
    """A family known, or yet to become known, to the authority.

    The first block is what the monthly pass over closed families touches; it is kept together so
    that it fits in three cache lines. ``arrival`` is the month of first referral, ``gone`` the month
    in which the last child turns 18. Children and ties are contiguous: ``first_child`` onwards.
    """

    luck: Word
    status: int
    need: Logit
    set_point: Logit
    strain: Logit
    alertness: Share
    cover: Share
    event_rate: float
    plan: Share
    safety: Share
    active_ties: int
    next_birth: Months
    gone: Months
    arrival: Months
    seen_incident: bool

    deprivation: int
    first_child: int
    children: int
    first_tie: int
    ties: int
    team: int
    stream: int
    openness: Share
    prior_removal: bool
    domestic_abuse: bool
    substance_use: bool
    mental_ill_health: bool

    worker: int
    months_in_status: Months
    opened: Months
    plan_months: Months
    hearing: Months
    at_home: int
    in_care: int
    in_proceedings: int
    trust: Share
    voice: Share
    understanding: Share
    responsibility: Share
    plan_seen: Share
    appraisal: Logit
    visits: float
    professional_eyes: bool
    network_moved: bool
    kin_monitors: int
    severe_incident: bool
    handoff: bool
    removed: bool
    returning: int
    returned: Months
    closed: Months
