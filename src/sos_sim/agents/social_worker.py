"""Social workers: posts, and whoever holds them."""

from __future__ import annotations

from sos_sim.agents.codes import Holder
from sos_sim.agents.fields import CareAgent, Logit, Months, Share, Word


class SocialWorker(CareAgent):
    """A case-holding post and its present holder.

    ``generation`` counts holders of the post,
    ``since`` is the month the present one came. ``fidelity`` is depth of Signs of Safety practice,
    ``surface`` its form without depth. ``cases`` is children held; ``load`` weighs them by status.
    ``delivered``, ``warm`` and ``purposeful`` are this month's practice after caseload.
    ``months_trained`` is how many months' worth of full training the holder has had in this post.
    """

    luck: Word
    team: int
    holder: Holder
    generation: int
    since: Months
    bias: Logit
    warmth: Share
    authority: Share
    fidelity: Share
    surface: Share
    cases: float
    load: float
    availability: Share
    delivered: Share
    warm: Share
    purposeful: Share
    months_trained: float
