"""Sheets that only the page of a sweep has, and what it makes of other tables."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import Contract, catalogue, text
from sos_sim.sensitivity.tables import INDICES

FACTORS: Final = Contract(
    "factors",
    "What was varied, and over which values.",
    (text("factor", "the factor, by its path or name"), text("distribution", "its distribution, in words")),
    ("factor",),
)
INDICES_OF_ONE: Final = INDICES.derived(without=("output", "method"))

SHEETS: Final = catalogue(FACTORS)
