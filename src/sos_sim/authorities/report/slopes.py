"""The section on deprivation: which of its slopes the model shows from facts alone, and which it misses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.authorities.report import figures as figures_authorities
from sos_sim.authorities.tables import DEPRIVATION
from sos_sim.kit.page import Picture, Section, Sheet, Words
from sos_sim.kit.words import Wording
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.contracts import text

if TYPE_CHECKING:
    import pandas as pd

NEAR: Final = 2
"""Slopes agree that are at most so many standard errors of their difference apart."""
SAYS: Final = Wording("sos_sim.authorities.report", "explained")
_COLUMNS: Final = (
    "facts",
    "meaning",
    "authorities",
    "official",
    "official_se",
    "simulated",
    "simulated_se",
    "difference",
    "difference_se",
    "apart",
)
_LABELS: Final = {
    "facts": "facts known",
    "meaning": "measure",
    "official": "official slope",
    "official_se": "error of the official",
    "simulated": "simulated slope",
    "simulated_se": "error of the simulated",
    "difference_se": "error of the difference",
    "apart": "standard errors apart",
}
_SLOPES: Final = DEPRIVATION.derived(text("meaning", "the measure in words"))


def slopes_section(deprivation: pd.DataFrame) -> Section:
    """How deprivation shows, in words and a figure of the first step of facts and a table of all.

    ``deprivation`` as kept by the study, with at least one row.
    """
    named = deprivation.assign(meaning=[MEASURES[name].meaning for name in deprivation["measure"]])
    first = named[named["facts"] == named["facts"].iloc[0]]
    return Section(
        "deprivation",
        "How deprivation shows",
        [
            Words((slopes_said(first),)),
            Picture(
                "deprivation",
                "Does deprivation show between authorities as much in the model as in official figures?",
                figures_authorities.slopes_by_measure(first),
                "Official and simulated slope on deprivation by measure, with intervals.",
                False,
            ),
            Sheet(
                "deprivation",
                "Slopes on deprivation by step of facts",
                named,
                _SLOPES,
                SAYS.sentence("slopes_read"),
                {name: ".1f" if name == "apart" else ".2f" for name in _COLUMNS[3:]},
                _LABELS,
                _COLUMNS,
                shows_effect=False,
            ),
        ],
    )


def slopes_said(rows: pd.DataFrame) -> str:
    """Which slopes agree and which the facts miss; ``rows`` of one step of facts, with ``meaning``.

    A slope is too flat or too steep by its size, whichever way official figures go.
    """
    agree = rows["apart"].abs() <= NEAR
    opposite = ~agree & (rows["simulated"] * rows["official"] < 0.0)
    flat = ~agree & ~opposite & (rows["simulated"].abs() < rows["official"].abs())
    groups = {"agreeing": agree, "flat": flat, "steep": ~agree & ~opposite & ~flat, "opposite": opposite}
    said = {name: rows[chosen].to_dict("records") for name, chosen in groups.items()}
    return SAYS.sentence("slopes", facts=rows["facts"].iloc[0], near=NEAR, **said)
