"""Tables of a calibration, and of the fit of a single scenario."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import Contract, catalogue, numeric, text, truth, whole
from sos_sim.runs.tables import POINTS

OF_THE_FIGURE: Final = "that of the figure"
OF_THE_PARAMETER: Final = "that of the parameter"
POINT: Final = whole("point", "number of the trial in the last wave, from 0")
WEIGHT: Final = numeric("weight", "weight of the draw; all weights add up to 1", "share")
PARAMETER: Final = text("parameter", "the parameter, by its name")
ALL: Final = "all parameters"
ALL_RUN_ANEW: Final = "all parameters, trials run again"
"""Rows of ``COVERAGE`` that are of all fitted parameters together."""
EACH_PARAMETER: Final = "one for each parameter, with its value"

RUNS: Final = Contract(
    "runs",
    "How every run of every trial went, with the parameters that went in and the figures that came out.",
    (text("wave", "name of the wave"), *POINTS.columns),
    ("wave", *POINTS.key),
    POINTS.further,
)
DRAWS: Final = Contract(
    "draws",
    "The draws of the posterior, with their weights.",
    (POINT, WEIGHT, numeric("distance", "root mean squared distance from fitted figures", "tolerances")),
    ("point",),
    EACH_PARAMETER,
)
POSTERIOR: Final = Contract(
    "posterior", "The posterior as other studies read it: the draws alone.", (WEIGHT,), further=EACH_PARAMETER
)
PREDICTIVE: Final = Contract(
    "predictive",
    "What every draw predicts of every figure, the luck of the shared seeds taken out.",
    (POINT, WEIGHT),
    ("point",),
    "one for each figure, by its measure",
)
CONTRACTION: Final = Contract(
    "contraction",
    "From prior to posterior, parameter by parameter.",
    (
        PARAMETER,
        text("path", "where a scenario file sets it"),
        text("kind", "fact, belief, lever or structure"),
        text("group", "the group of declarations that it belongs to"),
        text("link", "link of the programme theory, M0 to M8; empty for the others"),
        text("heading", "the part of the model that it belongs to"),
        text("grade", "grade of its source, A to D"),
        text("unit", "its unit"),
        text("meaning", "what it means"),
        truth("strength", "whether it is a strength of a link"),
        *(
            numeric(f"{when}_{what}", f"{meaning} of the {when}", OF_THE_PARAMETER)
            for when in ("prior", "posterior")
            for what, meaning in {
                "mean": "mean",
                "sd": "standard deviation",
                "low": "5th centile",
                "high": "95th centile",
            }.items()
        ),
        numeric("contraction", "one minus posterior over prior variance, as normal scores", "share"),
        numeric("noise", "what contraction so many draws show where nothing is learned", "share"),
        text("identified", "whether the figures say something about it, in words"),
    ),
    ("parameter",),
)
_FIGURE: Final = (
    text("target", "the target, by its id"),
    text("measure", "the outcome measure set against it"),
    numeric("official", "the published value", OF_THE_FIGURE),
    numeric("tolerance", "how far off still counts as near", OF_THE_FIGURE),
    numeric("simulated", "the simulated value, on the published footing", OF_THE_FIGURE),
    numeric("distance", "simulated less official", "tolerances"),
    text("unit", "unit of the published value"),
    whole("year", "year of publication or of the figure"),
    text("grade", "grade of the source, A to D"),
    text("source", "where the value is published"),
    text("note", "what to mind"),
    truth("local", "whether it is the authority's own, not England's"),
)
FIT: Final = Contract(
    "fit",
    "Official figures beside those of the calibrated model.",
    (
        *_FIGURE,
        truth("validate", "whether the figure was kept aside, to be predicted"),
        numeric("authorities_low", "lower end between which authorities lie; NaN where unknown", OF_THE_FIGURE),
        numeric("authorities_high", "upper end of the same", OF_THE_FIGURE),
        numeric("prior_mean", "mean of what the prior predicts", OF_THE_FIGURE),
        numeric("prior_low", "5th centile of the same", OF_THE_FIGURE),
        numeric("prior_high", "95th centile of the same", OF_THE_FIGURE),
        numeric("low", "5th centile over parameters", OF_THE_FIGURE),
        numeric("high", "95th centile over parameters", OF_THE_FIGURE),
        numeric("low_with_luck", "5th centile over parameters and the luck of one authority", OF_THE_FIGURE),
        numeric("high_with_luck", "95th centile of the same", OF_THE_FIGURE),
        numeric("luck", "standard deviation by luck alone", OF_THE_FIGURE),
        truth("inside", "whether the official value lies in the interval with luck"),
        numeric("emulator_q2", "share of variance between trials that the final emulator predicts", "share"),
    ),
)
SCENARIO_FIT: Final = Contract(
    "scenario_fit",
    "Official figures beside those of one scenario; returned and printed, not kept.",
    (
        *_FIGURE,
        numeric(
            "england",
            "England's own value, beside an authority's; the official one where that is England's",
            OF_THE_FIGURE,
        ),
        numeric("spread", "standard deviation over replicates; NaN with one", OF_THE_FIGURE),
        truth("input", "whether the figure is a price that the model takes as given"),
    ),
)
EMULATORS: Final = Contract(
    "emulators",
    "How well the fitted surfaces predict each figure.",
    (
        text("emulator", "which surface", ("proposing", "final")),
        text("measure", "the figure, by its measure"),
        numeric("q2", "share of the variance of held-out trials that it predicts", "share"),
        numeric("error", "standard deviation of its errors", OF_THE_FIGURE),
        numeric("luck", "standard deviation of a trial's mean by luck", OF_THE_FIGURE),
    ),
)
WAVES: Final = Contract(
    "waves",
    "The waves of trials, and the reference points.",
    (
        text("wave", "name of the wave"),
        whole("trials", "trials", "trials"),
        whole("failed", "trials that failed", "trials"),
        whole("replicates", "runs of each trial", "runs"),
        numeric("figures_within_2", "mean number of fitted figures within two tolerances", "figures"),
        numeric("distance_median", "median distance from fitted figures", "tolerances"),
        numeric("distance_smallest", "smallest distance", "tolerances"),
        numeric("effective", "effective number of draws; of the last wave only, NaN for the others", "draws"),
    ),
    ("wave",),
)
RECOVERY: Final = Contract(
    "recovery",
    "What the calibration finds where the truth is known.",
    (
        whole("truth", "number of the truth, from 0"),
        truth("run_anew", "whether the trials that look for this truth were run again"),
        PARAMETER,
        numeric("true", "the true value", OF_THE_PARAMETER),
        numeric("mean", "posterior mean", OF_THE_PARAMETER),
        numeric("sd", "posterior standard deviation, as normal scores", "scores"),
        numeric("low_50", "lower end of the 50 % interval", OF_THE_PARAMETER),
        numeric("high_50", "upper end of the 50 % interval", OF_THE_PARAMETER),
        numeric("low_90", "lower end of the 90 % interval", OF_THE_PARAMETER),
        numeric("high_90", "upper end of the 90 % interval", OF_THE_PARAMETER),
        truth("covered_50", "whether the 50 % interval holds the truth"),
        truth("covered_90", "whether the 90 % interval holds the truth"),
    ),
    ("truth", "parameter"),
)
COVERAGE: Final = Contract(
    "coverage",
    "How often intervals hold the truth, for each parameter and for all that are fitted.",
    (
        text("parameter", "the parameter, or a row of all that are fitted (of all truths; of those run again)"),
        whole("truths", "truths", "truths"),
        numeric("coverage_50", "share of truths in the 50 % interval", "share"),
        numeric("coverage_90", "share of truths in the 90 % interval", "share"),
        numeric("contraction", "mean contraction; NaN for all together", "share"),
        text("identified", "whether the figures say something about it; empty for all together"),
    ),
    ("parameter",),
)
_SPELL: Final = (
    whole("draw", "number of the draw of parameters, from 0"),
    numeric("duration", "how long the spell was seen", "months"),
    numeric("entry", "how long it had lasted when it was first seen", "months"),
    text("end", "how it ended, or that it had not"),
)
CARE_SPELLS: Final = Contract(
    "care_spells", "Periods of being looked after.", (*_SPELL, numeric("age", "age of the child at the start", "years"))
)
RETURNS_HOME: Final = Contract("returns_home", "Returns home from care, up to re-entry.", _SPELL)
PLAN_SPELLS: Final = Contract("plan_spells", "Child protection plans.", _SPELL)

SPELLS: Final = catalogue(CARE_SPELLS, RETURNS_HOME, PLAN_SPELLS)
"""Spells under some draws, simulated when the report is first made."""
TABLES: Final = {
    **catalogue(RUNS, DRAWS, POSTERIOR, PREDICTIVE, CONTRACTION, FIT, EMULATORS, WAVES, RECOVERY, COVERAGE),
    **SPELLS,
}
"""Tables that are kept in the folder."""
RETURNED: Final = catalogue(SCENARIO_FIT)
"""What is returned for one scenario."""
