"""Sheets that only the page of hypothesis cards has."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import Contract, catalogue, text, whole

PRACTICE: Final = Contract(
    "behaviours",
    "What practice would show of each link of the theory.",
    (
        text("link", "link of the theory, M0 to M8; empty for the whole chain"),
        whole("statement", "number of the review's statement that it comes from"),
        text("instrument", "where it would be seen"),
        text("works", "what would be seen if the link works"),
        text("fails", "what would be seen if it fails"),
        text("grade", "grade of the statement's evidence, A to D"),
    ),
)

SHEETS: Final = catalogue(PRACTICE)
