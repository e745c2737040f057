"""Tables that only the page of one place has: its check, its neighbours, what it was told, what its folder held."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import OF_THE_MEASURE, Contract, catalogue, numeric, text, truth, whole
from sos_sim.runs.tables import MEASURE

_RATE: Final = "per 10,000 children"
NEIGHBOURS: Final = Contract(
    "neighbours",
    "A place beside its neighbours on each headline figure, the last years added up.",
    (
        MEASURE,
        text("years", "the years that are added up"),
        numeric("own", "the place's own figure", _RATE),
        numeric("lowest", "the lowest figure of a neighbour", _RATE),
        numeric("median", "the neighbours' median", _RATE),
        numeric("highest", "the highest figure of a neighbour", _RATE),
        numeric("england", "England's figure; NaN where the tables have none", _RATE),
        whole("above", "neighbours with a higher figure", "authorities"),
        whole("neighbours", "neighbours that have the figure", "authorities"),
        numeric("change", "relative change over five years up to the last; NaN where an end is missing", "share"),
        numeric("median_change", "the neighbours' median of the same", "share"),
    ),
    ("measure",),
)
NEIGHBOURS_OVER_TIME: Final = Contract(
    "neighbours_over_time",
    "Headline figures of a place, its neighbours and England, year by year.",
    (
        MEASURE,
        text("whose", "whose figure it is", ("own", "neighbour", "England")),
        text("code", "code of the area"),
        text("name", "its name"),
        whole("year", "in which the year that the figure is about ends", "year"),
        numeric("value", "the figure", _RATE),
    ),
    ("measure", "code", "year"),
)
PLACE_CHECK: Final = Contract(
    "place_check",
    "A calibrated place beside its own published figures.",
    (
        text("target", "the target, by its id"),
        MEASURE,
        truth("headline", "whether the place is told from another by it"),
        numeric("official", "the place's own published figure", OF_THE_MEASURE),
        numeric("simulated", "the simulated figure, on the published footing", OF_THE_MEASURE),
        numeric("low", "5th centile over parameters and the luck of one authority", OF_THE_MEASURE),
        numeric("high", "95th centile of the same", OF_THE_MEASURE),
        numeric("off", "simulated over official, less one; NaN where the official figure is 0", "share"),
        numeric("distance", "simulated less official", "tolerances"),
        numeric("tolerance", "how far off still counts as near", OF_THE_MEASURE),
        numeric("england", "England's figure", OF_THE_MEASURE),
        text("unit", "unit of the published value"),
        whole("year", "in which the year that the figure is about ends"),
        text("source", "where the figure is published"),
    ),
    ("target", "measure"),
)
PLACE_FACTS: Final = Contract(
    "place_facts",
    "What the model is told of a place, and which figures are its own.",
    (
        text("fact", "the fact or target, by its name"),
        numeric("here", "the place's own value", "that of the fact"),
        numeric("england", "England's, which stands where a place has none", "that of the fact"),
        text("unit", "its unit"),
        text("source", "years, files and derivation"),
    ),
    ("fact",),
)
FOLDER_SEEN: Final = Contract(
    "folder_seen",
    "What became of every file of the folder of published tables.",
    (
        text("file", "name of the file"),
        text("verdict", "what became of it", ("read", "near miss", "left alone")),
        text("what", "the table that it holds or looks like, or why it was left alone"),
    ),
)

SHEETS: Final = catalogue(NEIGHBOURS, NEIGHBOURS_OVER_TIME, PLACE_CHECK, PLACE_FACTS, FOLDER_SEEN)
"""What the page of one place shows; kept as CSV beside the page."""
