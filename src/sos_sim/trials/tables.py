"""Tables of a trial study."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import Contract, catalogue, numeric, text, truth, whole
from sos_sim.runs.tables import POINTS

OF_THE_OUTCOME: Final = "that of the outcome"
POUNDS: Final = "£"
DESIGN: Final = text("design", "the design of the trial, by its name in a trial file")
CLUSTERS: Final = whole("clusters", "authorities in the trial, or families or workers inside one (their mean number)")
OUTCOME: Final = text("outcome", "the outcome by which it is judged, by its name in a trial file")
ANALYSIS: Final = text("analysis", "the analysis, by its name in a trial file")
TRIALS: Final = whole("trials", "virtual trials that the row tells of", "trials")
REJECTED: Final = (
    numeric("rejected", "share of trials with p below 0.05", "share"),
    numeric("rejected_low", "lower end of its 95 % interval (Wilson)", "share"),
    numeric("rejected_high", "upper end of its 95 % interval", "share"),
)
CHILDREN: Final = numeric("children", "mean number counted in a trial", "children")

POWER: Final = Contract(
    "power",
    "How every analysis of every design and size behaves, with and without an effect.",
    (
        DESIGN,
        CLUSTERS,
        OUTCOME,
        ANALYSIS,
        truth("lead", "whether this is the analysis by which the design is judged"),
        text("effect", "the effect in the trials held", ("as assumed", "none")),
        TRIALS,
        whole("failed", "trials that could not be analysed", "trials"),
        *REJECTED,
        text("toward", "direction of the true effect; empty where it is 0", ("fall", "rise", "")),
        numeric("true_effect", "the model's own effect", OF_THE_OUTCOME),
        numeric("mean_estimate", "mean of the estimates", OF_THE_OUTCOME),
        numeric("bias", "mean estimate less true effect", OF_THE_OUTCOME),
        numeric("bias_low", "lower end of its 95 % interval (t over trials)", OF_THE_OUTCOME),
        numeric("bias_high", "upper end of its 95 % interval", OF_THE_OUTCOME),
        numeric("coverage", "share of 95 % intervals that hold the true effect", "share"),
        numeric("coverage_low", "lower end of its 95 % interval (Wilson)", "share"),
        numeric("coverage_high", "upper end of its 95 % interval", "share"),
        numeric("mean_error", "mean of the standard errors that the analysis states", OF_THE_OUTCOME),
        numeric("empirical_sd", "standard deviation of the estimates", OF_THE_OUTCOME),
        numeric("detectable", "the difference that is seen in 80 % of trials; NaN with too few trials", OF_THE_OUTCOME),
        CHILDREN,
        numeric("cost", "programme beyond usual practice, and research; NaN inside an authority", POUNDS),
        text(
            "verdict",
            "the error rate without an effect beside 5 %; empty with an effect",
            ("at nominal", "too high", "too low", "too few to tell", ""),
        ),
    ),
    ("design", "clusters", "outcome", "analysis", "effect"),
)
REACH: Final = Contract(
    "reach",
    "Power of the lead analysis on the primary outcome over follow-up and size of authorities.",
    (
        DESIGN,
        CLUSTERS,
        text("size", "which authorities: all, or half of them by their children", ("all", "smaller", "larger")),
        whole("follow_up_months", "months in which children are counted", "months"),
        TRIALS,
        *REJECTED,
        CHILDREN,
    ),
    ("design", "clusters", "size", "follow_up_months"),
)
INFORMATION: Final = Contract(
    "information",
    "What the result of a trial is worth to one authority's decision.",
    (
        DESIGN,
        CLUSTERS,
        numeric("evsi", "expected value of sample information", POUNDS),
        numeric("low", "lower end of its 95 % interval over draws", POUNDS),
        numeric("high", "upper end of its 95 % interval", POUNDS),
        numeric("explained", "share of the variance of net benefit that a trial's estimates predict", "share"),
        numeric("evpi", "expected value of knowing all", POUNDS),
        numeric("evpi_low", "lower end of its 95 % interval", POUNDS),
        numeric("evpi_high", "upper end of its 95 % interval", POUNDS),
        whole("draws", "draws of parameters", "draws"),
        numeric("cost", "cost of the trial", POUNDS),
        numeric("authorities_to_pay", "decisions it must inform to be worth its cost; may be infinite", "authorities"),
    ),
    ("design", "clusters"),
)
ASSURANCE: Final = Contract(
    "assurance",
    "How probable a conclusive trial is, over draws of what is uncertain and the luck of trials.",
    (
        DESIGN,
        CLUSTERS,
        OUTCOME,
        ANALYSIS,
        whole("draws", "draws of parameters", "draws"),
        whole("no_effect", "draws among these whose true effect is exactly 0, as where the theory is null", "draws"),
        TRIALS,
        numeric("assurance", "share of trials with p below 0.05, mean over draws", "share"),
        numeric("low", "lower end of its 95 % interval over draws", "share"),
        numeric("high", "upper end of its 95 % interval", "share"),
        numeric("conclusive_fall", "share that are conclusive and say that the outcome falls", "share"),
        numeric("conclusive_rise", "share that are conclusive and say that it rises", "share"),
        numeric("right_direction", "share of conclusive trials whose sign is that of the true effect", "share"),
    ),
    ("design", "clusters", "outcome"),
)
CORRELATIONS: Final = Contract(
    "correlations",
    "How alike children of one authority are, under usual practice after the trial's start.",
    (
        OUTCOME,
        numeric("mean", "mean of the outcome", OF_THE_OUTCOME),
        numeric("icc", "intracluster correlation; NaN for rates", "correlation"),
        numeric("icc_low", "lower end of its 95 % interval", "correlation"),
        numeric("icc_high", "upper end of its 95 % interval", "correlation"),
        numeric("cluster_autocorrelation", "correlation of an authority's figures one period apart", "correlation"),
        numeric("between_cv", "coefficient of variation between authorities", "ratio"),
        numeric("reference_icc", "intracluster correlation found elsewhere; NaN where none is known", "correlation"),
        text("reference", "where that comes from; empty where none is known"),
    ),
    ("outcome",),
)
SPREAD: Final = Contract(
    "spread",
    "How synthetic authorities differ in care starts, beside official figures.",
    (
        text("what", "what is compared"),
        numeric("official", "the official figure", "as 'what' says"),
        numeric("simulated", "the same of the trial's authorities", "as 'what' says"),
        numeric("low", "lower end of its 95 % interval; NaN for correlations", "as 'what' says"),
        numeric("high", "upper end of its 95 % interval", "as 'what' says"),
    ),
    ("what",),
)
TEXTBOOK: Final = Contract(
    "textbook",
    "Power by textbook formulas beside simulated power, for a primary outcome that is a share.",
    (
        DESIGN,
        CLUSTERS,
        ANALYSIS,
        numeric("simulated", "share of trials with p below 0.05", "share"),
        numeric("simulated_low", "lower end of its 95 % interval", "share"),
        numeric("simulated_high", "upper end of its 95 % interval", "share"),
        numeric("textbook", "power by the formula", "share"),
        numeric("textbook_error", "standard error by the formula", OF_THE_OUTCOME),
        numeric("empirical_sd", "standard deviation of simulated estimates", OF_THE_OUTCOME),
    ),
    ("design", "clusters"),
)
TRUE_EFFECTS: Final = Contract(
    "true_effects",
    "The model's own effect in every draw of parameters.",
    (
        whole("draw", "number of the draw, from 0; -1 for the scenarios' own values"),
        DESIGN,
        OUTCOME,
        numeric("true_effect", "the effect", OF_THE_OUTCOME),
    ),
    ("draw", "design", "outcome"),
)
OUTCOMES: Final = Contract(
    "outcomes",
    "The outcomes by which trials are judged.",
    (
        OUTCOME,
        text("label", "the outcome in words"),
        text("unit", "its unit"),
        whole("follow_up_months", "months over which a child is followed", "months"),
        truth("recorded", "whether administrative records show it"),
    ),
    ("outcome",),
)
CONTAMINATION: Final = Contract(
    "contamination",
    "What spills over inside one authority, and what the trial therefore cannot see.",
    (
        OUTCOME,
        *(
            numeric(f"{name}{end}", f"{meaning}{where}", OF_THE_OUTCOME)
            for name, meaning in {
                "true_all": "true difference if the programme is offered to all",
                "true_offered": "true difference for those offered it",
                "true_spilled": "true difference for those not offered it",
                "contrast": "the second less the third, which the trial estimates",
            }.items()
            for end, where in {
                "": "",
                "_low": ", lower end of its 95 % interval",
                "_high": ", upper end of its 95 % interval",
            }.items()
        ),
    ),
    ("outcome",),
)
FUNNEL: Final = Contract(
    "funnel",
    "Who is left to take part in a trial inside one authority.",
    (
        text("step", "how far families have come"),
        numeric("families", "mean number over trials", "families"),
        numeric("share", "share of those referred", "share"),
    ),
    ("step",),
)

_TRIAL: Final = whole("trial", "number of the virtual trial")
CELLS: Final = Contract(
    "cells",
    "Data to rehearse an analysis on: clusters and periods of virtual trials, as records would show them.",
    (
        _TRIAL,
        DESIGN,
        OUTCOME,
        whole("cluster", "number of the authority within the trial"),
        text("arm", "to what it was allocated within the trial", ("usual practice", "programme")),
        whole("start_month", "month of the trial in which it starts, or would have; roll-in counts from it", "months"),
        whole("month", "first month of the period, 0 the trial's start; children enter in it", "months"),
        whole("period", "number of the period from the first one seen", "periods"),
        truth("baseline", "whether the period lies before anybody started"),
        truth("programme", "whether the authority has the programme in it, roll-in over"),
        whole(
            "since",
            "periods since its start, from 1, with the programme; below 0 where children of a period before the start "
            "are followed past it; else 0",
            "periods",
        ),
        whole("events", "children with the outcome, or events of a rate"),
        numeric("followed", "children followed, or child-years of a rate", "children or child-years"),
        numeric("per", "what events over followed is multiplied with to be the outcome", "1 or 10,000"),
        text("analysis", "the analysis by which the design is judged"),
    ),
    ("trial", "outcome", "cluster", "period"),
)
TRUTH: Final = Contract(
    "truth",
    "What data to rehearse on were made with, and what the program's own analysis finds in them.",
    (
        _TRIAL,
        OUTCOME,
        text("effect", "what the programme does in this trial", ("as assumed", "none")),
        numeric("true_effect", "the model's own effect that the design asks about", OF_THE_OUTCOME),
        ANALYSIS,
        numeric("estimate", "the estimated difference; NaN where the analysis could not be made", OF_THE_OUTCOME),
        numeric("error", "its standard error", OF_THE_OUTCOME),
        numeric("degrees", "degrees of its t distribution", "degrees of freedom"),
        numeric("p", "two-sided p", "probability"),
        numeric("low", "lower end of its 95 % interval", OF_THE_OUTCOME),
        numeric("high", "upper end of its 95 % interval", OF_THE_OUTCOME),
    ),
    ("trial", "outcome"),
)
REHEARSAL: Final = catalogue(CELLS, TRUTH)
"""Tables of data to rehearse on, as CSV in the folder ``data``."""
OF_STUDY: Final = catalogue(
    POWER, REACH, INFORMATION, ASSURANCE, CORRELATIONS, SPREAD, TEXTBOOK, TRUE_EFFECTS, OUTCOMES, CONTAMINATION, FUNNEL
)
"""What is found from the runs."""
TABLES: Final = {**OF_STUDY, **catalogue(POINTS)}
