"""Tables of a study of the differences between authorities."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import OF_THE_MEASURE, Contract, catalogue, numeric, text, truth, whole
from sos_sim.runs.tables import MEASURE, POINTS

AUTHORITY: Final = text("authority", "code of the authority, as in the panel")
FACTS: Final = text("facts", "which of an authority's facts the model was told, a step of the study")

PREDICTIONS: Final = Contract(
    "predictions",
    "What the model predicts of every authority, with what it was told.",
    (
        FACTS,
        AUTHORITY,
        whole("draw", "number of the draw of parameters, from 0"),
        MEASURE,
        numeric("value", "the measure's value; NaN where there was nobody to count", OF_THE_MEASURE),
    ),
    ("facts", "authority", "draw", "measure"),
)
AUTHORITIES: Final = Contract(
    "authorities",
    "The authorities, and what the model was told of them in the last step.",
    (AUTHORITY, text("name", "name of the authority"), numeric("children", "children aged 0 to 17", "children")),
    ("authority",),
    "one for each fact (a parameter): in relation to England, NaN where the figure is suppressed",
)
OFFICIAL: Final = Contract(
    "official",
    "The official figures of the authorities.",
    (AUTHORITY, MEASURE, numeric("value", "the figure; NaN where it is suppressed", OF_THE_MEASURE)),
    ("authority", "measure"),
)
_DRAW: Final = "of single draws, luck included"
EXPLAINED: Final = Contract(
    "explained",
    "How much of the differences between authorities each step of facts explains.",
    (
        FACTS,
        MEASURE,
        whole("authorities", "authorities that have both figures", "authorities"),
        truth("given", "whether the measure is itself among the facts told"),
        numeric("correlation", "correlation of official with simulated figures", "correlation"),
        numeric("r2", "share of the official variance explained; 0 for a negative correlation", "share"),
        numeric("r2_low", "lower end of its 90 % interval over authorities (Fisher's z)", "share"),
        numeric("r2_high", "upper end of its 90 % interval", "share"),
        numeric("skill", "one minus squared errors over squared deviations from the official mean", "share"),
        whole("draws", "draws of parameters", "draws"),
        numeric("r2_lowest_draw", f"lowest r2 {_DRAW}", "share"),
        numeric("r2_highest_draw", f"highest r2 {_DRAW}", "share"),
        numeric("skill_lowest_draw", f"lowest skill {_DRAW}", "share"),
        numeric("skill_highest_draw", f"highest skill {_DRAW}", "share"),
        numeric("slope", "official difference for each simulated one; NaN where nothing varies", "ratio"),
        numeric("official_mean", "mean of the official figures", OF_THE_MEASURE),
        numeric("simulated_mean", "mean of the simulated figures", OF_THE_MEASURE),
        numeric("official_sd", "standard deviation of the official figures", OF_THE_MEASURE),
        numeric("simulated_sd", "standard deviation of the simulated figures", OF_THE_MEASURE),
        numeric("linear", "r2 of a linear regression on the same facts, each authority left out in turn", "share"),
    ),
    ("facts", "measure"),
)
_LOG: Final = "log per 0.1"
DEPRIVATION: Final = Contract(
    "deprivation",
    "How deprivation shows between authorities: slopes of the logarithms of rates on the IDACI score, per 0.1 of it.",
    (
        FACTS,
        MEASURE,
        whole("authorities", "authorities of which both figures are above 0", "authorities"),
        truth("given", "whether the measure is itself among the facts told"),
        whole("draws", "draws of parameters, over whose mean simulated slopes are", "draws"),
        *(
            column
            for name in ("official", "simulated")
            for column in (
                numeric(name, f"slope of the {name} figures", _LOG),
                numeric(f"{name}_se", f"standard error of the {name} slope, over authorities", _LOG),
                numeric(f"{name}_low", f"lower end of the 90 % interval of the {name} slope (Student's t)", _LOG),
                numeric(f"{name}_high", f"upper end of the 90 % interval of the {name} slope", _LOG),
            )
        ),
        numeric("difference", "simulated slope less official slope", _LOG),
        numeric("difference_se", "standard error of the difference, authority by authority", _LOG),
        numeric("apart", "the difference in its standard errors; NaN where these are 0", "standard errors"),
    ),
    ("facts", "measure"),
)

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

OF_PLACE: Final = catalogue(NEIGHBOURS, NEIGHBOURS_OVER_TIME, PLACE_CHECK, PLACE_FACTS, FOLDER_SEEN)
"""What the page of one place shows; kept as CSV beside the page."""
OF_STUDY: Final = catalogue(PREDICTIONS, AUTHORITIES, OFFICIAL, EXPLAINED, DEPRIVATION)
"""What is found from the runs."""
TABLES: Final = {**OF_STUDY, **catalogue(POINTS)}
