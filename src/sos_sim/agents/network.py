"""Network members and the ties that bind them to families."""

from __future__ import annotations

from sos_sim.agents.codes import TieKind
from sos_sim.agents.fields import CareAgent, Months, Recorded, Share, Word


class NetworkMember(CareAgent):
    """A relative, friend, neighbour or professional around one or several families.

    ``capacity`` is how much a fully close, active member can watch over; ``supporting`` is the
    number of families in whose networks the member is active now.
    """

    luck: Word
    kind: TieKind
    willingness: Share
    capacity: Share
    unsafe: bool
    supporting: int


class Tie(Recorded):
    """One member's tie to one family.

    ``change`` is +1 or -1 while a month's decision waits; ``active_since`` is the month the member
    last began to act.
    """

    luck: Word
    family: int
    member: int
    closeness: Share
    informed: bool
    active: bool
    active_since: Months
    change: int
