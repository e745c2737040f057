"""What a trial of authorities estimates, in words: on its page, in a protocol, and before it is held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sos_sim.kit.words import Wording
from sos_sim.trials.recorded import RECORDED
from sos_sim.trials.report.material import DESIGNS, difference_unit

SAYS: Final = Wording("sos_sim.trials.report", "estimands")


def estimand(asked: Mapping[str, Any], design: str) -> str:
    """What a design of authorities estimates of the primary outcome, in the words of ICH E9(R1).

    ``asked`` is the content of a plan (`TrialProtocol.content`).
    """
    outcome = RECORDED[asked["primary"]]
    return SAYS.sentence(
        "estimand",
        design=DESIGNS[design][0],
        outcome=outcome.label,
        unit=difference_unit(outcome.unit),
        follow_up=outcome.follow_up,
        roll_in=asked["roll_in_months"],
        counted_months=asked["follow_up_months"],
        wedge=design == "stepped_wedge",
        chosen=design == "before_after",
    )
