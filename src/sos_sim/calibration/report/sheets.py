"""What the pages of a fit make of its tables."""

from __future__ import annotations

from typing import Final

from sos_sim.calibration.tables import FIT, SCENARIO_FIT
from sos_sim.runs.contracts import text, truth

_WORDS: Final = (
    text("name", "what is counted, in words"),
    text("label", "the same, cut short"),
    truth("input", "whether the figure is a price that the model takes as given"),
    text("verdict", "how near the simulated figure is", ("met", "near", "MISSED", "given")),
)
_AS_OF_A_CALIBRATION: Final = (
    "validate",
    "authorities_low",
    "authorities_high",
    "low",
    "high",
    "low_with_luck",
    "high_with_luck",
    "inside",
)
_ENGLAND: Final = next(column for column in SCENARIO_FIT.columns if column.name == "england")
OF_A_CALIBRATION: Final = FIT.derived(*_WORDS, _ENGLAND)
OF_A_SCENARIO: Final = SCENARIO_FIT.derived(
    *(column for column in FIT.columns if column.name in _AS_OF_A_CALIBRATION), *_WORDS
)
