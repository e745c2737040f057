"""Families: the unit of referral, casework and appraisal."""

from __future__ import annotations

from sos_sim.agents.codes import Status, Stream
from sos_sim.agents.fields import CareAgent, Logit, Months, Share, Word

NEED_FLOOR, NEED_CEILING = -14.0, 2.0
"""Bounds of need and set-point (logits of danger in a month)."""


class Family(CareAgent):
    """A family known, or yet to become known, to the authority.

    The first two blocks are what the monthly passes over closed families touch: kept together, they
    fit in two cache lines. ``arrival`` is the month of first referral, ``gone`` the month
    in which the last child turns 18. Children and ties are contiguous: ``first_child`` onwards.
    ``worker_since`` is the month in which an open family met its present social worker; ``met`` is that of
    its last family-group meeting, or NEVER; ``guardianships`` counts
    children who left care to a special guardian and have not come back, ``away`` these and children who live with
    relatives without being looked after; from ``outside_from`` up to
    ``outside_until`` some child may be in danger outside the family (both NEVER where none ever is).
    """

    luck: Word
    status: Status
    next_birth: Months
    gone: Months
    arrival: Months
    closed: Months
    need: Logit
    strain: Logit
    exposure: Logit
    alertness: Share
    seen_incident: bool
    network_moved: bool
    active_ties: int
    away: int

    set_point: Logit
    event_rate: float
    cover: Share
    plan: Share
    safety: Share

    deprivation: int
    first_child: int
    children: int
    first_tie: int
    ties: int
    team: int
    stream: Stream
    openness: Share
    prior_removal: bool
    domestic_abuse: bool
    coercive_control: bool
    substance_use: bool
    mental_ill_health: bool

    worker: int
    months_in_status: Months
    opened: Months
    plan_months: Months
    hearing: Months
    at_home: int
    in_care: int
    guardianships: int
    trust: Share
    consent: Share
    candour: Share
    voice: Share
    understanding: Share
    responsibility: Share
    plan_seen: Share
    appraisal: Logit
    visits: float
    professional_eyes: bool
    kin_monitors: int
    severe_incident: bool
    handoff: bool
    removed: bool
    removed_by_order: bool
    returning: int
    returned: Months
    worker_since: Months
    met: Months
    outside_from: Months
    outside_until: Months
