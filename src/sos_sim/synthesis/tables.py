"""Tables of a synthesis of published studies."""

from __future__ import annotations

from typing import Final, get_args

from sos_sim.runs.contracts import Contract, catalogue, numeric, text, truth, whole
from sos_sim.runs.tables import POINTS
from sos_sim.synthesis.studies import Found, Role

OF_THE_READING: Final = "that of the reading"
_STUDY: Final = text("study", "the study, by its id")
_PARAMETER: Final = text("parameter", "a strength of a link, or theory_null")
_WEIGHT: Final = numeric("weight", "weight of the draw; all weights add up to 1", "share")
_SETTING: Final = text(
    "setting", "which studies weigh: none, all, one alone, or all without one", ("none", "all", "only", "without")
)
_WHICH: Final = text("study", "the study that is alone or left out; empty where none is")
EACH_DRAWN: Final = "one for each parameter that is drawn, with its value; of a choice, its place"

STUDIES: Final = Contract(
    "studies",
    "The published studies, and what is done with each.",
    (
        _STUDY,
        text("title", "its title"),
        text("what", "what was compared, of whom"),
        text("role", "whether draws are weighed by it, or it is predicted, or told only", get_args(Role)),
        text("links", "links of the theory that it bears on"),
        text("source", "where it was published"),
        text("not_formed", "what the model cannot form of it, and why; empty where nothing"),
    ),
    ("study",),
)
OUTCOMES_HELD: Final = Contract(
    "held",
    "What every study found, what the model says of it before and after the weighing, and whether the two agree.",
    (
        _STUDY,
        text("outcome", "the outcome, by its id"),
        text("role", "role of the study", get_args(Role)),
        text("label", "what was looked at"),
        text("unit", "unit of the effect"),
        whole("months", "from entry to what is looked at", "months"),
        text("found", "what the study found", get_args(Found)),
        numeric("value", "its estimate; NaN where it only says whether there was one", OF_THE_READING),
        numeric("error", "its standard error, with the spread between authorities", OF_THE_READING),
        *(
            numeric(f"{when}_{what}", f"{meaning} of the model's effects {when} the weighing", OF_THE_READING)
            for when in ("before", "after")
            for what, meaning in {"mean": "mean", "low": "5th centile", "high": "95th centile"}.items()
        ),
        numeric("luck", "share of the variance between replicates' means of draws that is luck", "share"),
        numeric("probability_before", "of a finding as far out (an estimate) or of the finding, before", "probability"),
        numeric("probability_after", "the same after the weighing", "probability"),
        numeric("probability_left_out", "the same from all other studies that weigh", "probability"),
        numeric("share_reaching", "draws whose effect lies within what the finding allows", "share"),
        numeric("gap", "from there to the nearest draw; 0 where a draw lies inside", OF_THE_READING),
        text("verdict", "how model and finding stand to each other", ("agree", "unlikely", "out of reach", "conflict")),
        text("note", "from what the error was computed"),
    ),
    ("study", "outcome"),
)
STRENGTHS: Final = Contract(
    "strengths",
    "Every strength of a link, and whether the theory is null, before and after the weighing.",
    (
        _PARAMETER,
        text("link", "link of the programme theory, M0 to M8; empty for theory_null"),
        text("meaning", "what it means"),
        truth("in_every_arm", "whether it acts in usual practice too, so that official figures have told of it"),
        *(
            numeric(f"{when}_{what}", f"{meaning} {when} the weighing", unit)
            for when in ("before", "after")
            for what, meaning, unit in (
                ("mean", "mean (of theory_null: its probability)", "that of the parameter"),
                ("low", "5th centile", "that of the parameter"),
                ("high", "95th centile", "that of the parameter"),
                ("zero", "probability that the link does not exist", "probability"),
            )
        ),
        numeric("moved", "change of the mean", "standard deviations before"),
        numeric(
            "noise", "what so many effective draws move a mean where nothing is learnt", "standard deviations before"
        ),
    ),
    ("parameter",),
)
BY_STUDY: Final = Contract(
    "by_study",
    "What each study alone, and all without it, say of every strength.",
    (
        _SETTING,
        _WHICH,
        _PARAMETER,
        numeric("mean", "weighted mean", "that of the parameter"),
        numeric("zero", "probability that the link does not exist", "probability"),
        numeric("moved", "change of the mean", "standard deviations before"),
    ),
    ("setting", "study", "parameter"),
)
WEIGHINGS: Final = Contract(
    "weighings",
    "How much is left of the draws under each choice of studies, and what it says of the null theory.",
    (
        _SETTING,
        _WHICH,
        whole("draws", "draws weighed", "draws"),
        numeric("effective", "draws of equal weight that say as much", "draws"),
        numeric("null", "probability that the theory is null", "probability"),
        numeric("bayes_factor", "null over not null; NaN without both", "ratio"),
    ),
    ("setting", "study"),
)
SYNTHESIS_DRAWS: Final = Contract(
    "draws",
    "The draws with their weights, and the log likelihood of every study at each.",
    (whole("point", "number of the draw, from 0"), _WEIGHT),
    ("point",),
    "one for each study that weighs (study:ID), and " + EACH_DRAWN,
)
TRIALS_POSTERIOR: Final = Contract(
    "posterior", "The weighted draws as other studies read them.", (_WEIGHT,), further=EACH_DRAWN
)

OF_STUDY: Final = catalogue(STUDIES, OUTCOMES_HELD, STRENGTHS, BY_STUDY, WEIGHINGS, SYNTHESIS_DRAWS, TRIALS_POSTERIOR)
"""What is found from the runs."""
TABLES: Final = {**OF_STUDY, **catalogue(POINTS)}
