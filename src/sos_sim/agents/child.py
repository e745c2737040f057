"""Children: every count that matters is a count of them."""

from __future__ import annotations

from sos_sim.agents.codes import Legal, Place
from sos_sim.agents.fields import CareAgent, Months, Share, Word


class Child(CareAgent):
    """A child aged 0-17, or not yet born when the family is first referred.

    ``birth`` may be after the family's arrival. ``*_since`` is the month a spell began, or NEVER
    when there is none. ``home_since`` is the month of the last return home from care, or NEVER.
    From ``outside_from`` up to, not including, ``outside_until`` the child is in danger outside the family; both are
    NEVER for a child who never is. ``kin_moved`` is the month of its last move to relatives without being looked after,
    or back from them, or NEVER.
    """

    luck: Word
    family: int
    birth: Months
    female: bool
    place: Place
    legal: Legal
    in_proceedings: bool
    need_since: Months
    plan_since: Months
    care_since: Months
    home_since: Months
    plans: int
    entries: int
    exits: int
    voice: Share
    harm_months: int
    outside_from: Months
    outside_until: Months
    kin_moved: Months
