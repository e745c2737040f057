"""Sheets that only the page of a synthesis has, and what it makes of other tables."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import Contract, catalogue, text
from sos_sim.synthesis.tables import OUTCOMES_HELD, WEIGHINGS

_TITLE: Final = text("title", "the study, in words; empty where none is")
MOVES: Final = Contract(
    "moves",
    "How far each study alone moves each strength.",
    (text("parameter", "a strength of a link, or theory_null"),),
    ("parameter",),
    "one for each study, by its id: mean after less before, in standard deviations of the draws before",
)
HELD_TITLED: Final = OUTCOMES_HELD.derived(_TITLE)
WEIGHINGS_TITLED: Final = WEIGHINGS.derived(_TITLE)

SHEETS: Final = catalogue(MOVES)
