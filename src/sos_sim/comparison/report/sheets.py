"""Sheets that only the page of a comparison has, and what it makes of other tables."""

from __future__ import annotations

from typing import Final

from sos_sim.comparison.tables import COVERAGE
from sos_sim.runs.contracts import Contract, catalogue, text

SCENARIOS: Final = Contract(
    "scenarios",
    "In which values and levers the scenarios differ, in words.",
    (text("what", "the parameter or lever, in words"), text("where", "its path in a scenario file")),
    ("where",),
    "one for each scenario, its value there; levers with the months in which they are set",
)
BELIEFS: Final = Contract(
    "beliefs",
    "Every belief, with the value used.",
    (
        text("path", "its path in a scenario file"),
        text("meaning", "what it is"),
        text("value", "the value in every scenario, told apart by / where they differ, or that it was drawn"),
        text("unit", "unit of the value"),
        text("strength", "for strengths of links, whether they act through a programme only"),
        text("link", "link of the theory to which it belongs, M0 to M8; empty for none"),
        text("prior", "the distribution held before any figure was looked at; empty for none"),
        text("grade", "grade of the evidence, A to D"),
        text("source", "where the value comes from"),
    ),
    ("path",),
)
PROVENANCE: Final = Contract(
    "provenance",
    "What was run, with which code, where.",
    (text("what", "what is told"), text("value", "how it was")),
    ("what",),
)
LINKS: Final = COVERAGE.derived(without=("arm",))

SHEETS: Final = catalogue(SCENARIOS, BELIEFS, PROVENANCE)
