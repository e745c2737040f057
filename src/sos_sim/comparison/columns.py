"""Columns that many tables of a comparison share."""

from __future__ import annotations

from typing import Final

from sos_sim.comparison.null_draws import ALL_DRAWS, CONDITION, THEORY_ACTS
from sos_sim.runs.contracts import OF_THE_MEASURE, numeric, text, truth, whole

MONEY: Final = "£"
UNIT: Final = text("unit", "the unit of the measure or item")
LEVEL: Final = numeric("level", "the share of cases that an interval can be said to hold, at most 95 %", "share")
PAIRS: Final = whole("replicates", "pairs of runs in which both arms have a value", "pairs")
DRAWS: Final = whole("draws", "draws of parameters among these pairs", "draws")
LOW: Final = numeric("low", "lower end of the interval of the estimate; NaN with fewer than two pairs", OF_THE_MEASURE)
HIGH: Final = numeric("high", "upper end of the interval", OF_THE_MEASURE)
ESTIMATE: Final = numeric(
    "estimate", "mean of the pairs: arm minus comparator, unless the table says other", OF_THE_MEASURE
)
INTERVAL: Final = (ESTIMATE, LOW, HIGH, LEVEL, PAIRS, DRAWS)
DRAWS_COUNTED: Final = text(
    CONDITION,
    "which draws are counted: those in which the theory is not null, told first, or all; all alone where no draw is "
    "null or every one",
    (THEORY_ACTS, ALL_DRAWS),
)
MEANS: Final = (
    numeric("comparator_mean", "mean of the comparator", OF_THE_MEASURE),
    numeric("arm_mean", "mean of the arm", OF_THE_MEASURE),
)
JUDGED: Final = (
    numeric("p", "probability of so large a difference by luck (t test); NaN without a spread", "share"),
    numeric("q", "least share of false discoveries at which it is told, all rows of the arm together", "share"),
    truth("told", "whether q is at most 0.05"),
)
VISIBLE: Final = "the difference that would have been told with a chance of 80 %"
LINK: Final = text("link", "link of the programme theory, M0 to M8, see docs/model.md; empty where the row is no link")
LINK_NAME: Final = text("name", "the link in words")
RELATIVE: Final = numeric("relative", "estimate over the comparator's mean; NaN where that is 0", "share")
PATH_LABELS: Final = {
    "families": "through families: trust, understanding, responsibility",
    "network_and_plan": "through network and plan",
    "perception": "through the agency's perception, at the same danger",
    "organisation": "through the organisation: time, load, who stays",
    "total": "all together",
}
"""Paths of the effect in their order, what is left with all of them closed, and the whole, in words."""
