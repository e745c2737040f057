"""Teams and the organisation around them."""

from __future__ import annotations

from sos_sim.agents.fields import Logit, Months, Recorded, Share, Word


class Team(Recorded):
    """A team of posts. Supervision and alignment vary between teams around the policy's level."""

    luck: Word
    first_post: int
    posts: int
    supervision_factor: float
    alignment_factor: float
    alignment_lost: Share
    mean_fidelity: Share


class Organisation(Recorded):
    """The authority as a whole: pressure on placements, and the month's bookkeeping.

    ``supply_shift`` moves care thresholds when placements are finite. The counters index the event
    record and the lists of open and closed families; ``kin_care`` counts children with relatives who are not
    looked after, ``posts`` those that the authority paid for when the run began; ``fault`` is set when a
    self-check fails. ``spent`` is what programmes have cost in this year of their budget and ``for_meetings``
    what is left for meetings, in £; ``cut_training`` to ``cut_extra_posts`` are the shares of levers that the budget
    does not pay for.
    """

    month: Months
    supply_shift: Logit
    mean_load: float
    looked_after: int
    care_balance: int
    arrived: int
    present: int
    open_families: int
    closed_families: int
    tiring_families: int
    events: int
    fault: int
    fault_entity: int
    kin_care: int
    posts: int
    spent: float
    for_meetings: float
    cut_training: Share
    cut_coaching: Share
    cut_supervision: Share
    cut_extra_posts: Share
