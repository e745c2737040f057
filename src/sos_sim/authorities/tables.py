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

OF_STUDY: Final = catalogue(PREDICTIONS, AUTHORITIES, OFFICIAL, EXPLAINED, DEPRIVATION)
"""What is found from the runs."""
TABLES: Final = {**OF_STUDY, **catalogue(POINTS)}
