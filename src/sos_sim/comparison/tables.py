"""Tables of a comparison: effects, and what its report runs besides."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sos_sim.comparison import tables_of_costs, tables_of_moderation
from sos_sim.comparison.columns import (
    DRAWS,
    DRAWS_COUNTED,
    ESTIMATE,
    HIGH,
    INTERVAL,
    JUDGED,
    LEVEL,
    LINK,
    LINK_NAME,
    LOW,
    MEANS,
    MONEY,
    PAIRS,
    PATH_LABELS,
    RELATIVE,
    UNIT,
    VISIBLE,
)
from sos_sim.evidence.posterior import SHIPPED
from sos_sim.runs import tables as tables_of_runs
from sos_sim.runs.contracts import OF_THE_MEASURE, Contract, catalogue, numeric, text, truth, whole
from sos_sim.runs.tables import ARM, MEASURE

EFFECTS: Final = Contract(
    "effects",
    "Paired difference of every arm from the comparator in every outcome over the whole time.",
    (
        ARM,
        DRAWS_COUNTED,
        MEASURE,
        UNIT,
        *MEANS,
        *INTERVAL,
        numeric("luck_sd", "standard deviation of the difference over luck", OF_THE_MEASURE),
        numeric("parameter_sd", "standard deviation of the difference over draws; NaN with one draw", OF_THE_MEASURE),
        numeric(
            "authority_low",
            "lower end between which one authority's difference lies, at the level; NaN with too few pairs",
            OF_THE_MEASURE,
        ),
        numeric("authority_high", "upper end of the same", OF_THE_MEASURE),
        numeric("probability_lower", "share of pairs in which the arm is lower", "share"),
        numeric("probability_higher", "share of pairs in which the arm is higher", "share"),
        RELATIVE,
        numeric("count", "the estimate as a number in this authority; NaN for shares and means", "children or months"),
        numeric("count_low", "the same of the interval's lower end", "children or months"),
        numeric("count_high", "the same of the interval's upper end", "children or months"),
        numeric("variance_ratio", "variance of the difference without shared luck, over that of the pairs", "ratio"),
    ),
    ("arm", "condition", "measure"),
)
JOINT: Final = Contract(
    "joint",
    "How often entries to care fall and harm does or does not rise, pair by pair.",
    (
        ARM,
        DRAWS_COUNTED,
        text("statement", "what holds in a pair"),
        whole("pairs", "pairs of runs", "pairs"),
        numeric("probability", "share of pairs in which it holds", "share"),
        numeric("low", "lower end of its interval (Wilson, pairs of one draw being alike)", "share"),
        numeric("high", "upper end of its interval", "share"),
        LEVEL,
    ),
    ("arm", "condition", "statement"),
)

FATES: Final = Contract(
    "fates",
    "Children told by what became of the same child in both arms, and the harm they met.",
    (
        ARM,
        text("decision", "what was decided about the child"),
        text("fate", "how the two arms differ for the child"),
        text("measure", "what is counted of such children"),
        text("meaning", "the measure in words"),
        *INTERVAL,
    ),
    ("arm", "decision", "fate", "measure"),
)
_SUBGROUP: Final = (
    ARM,
    text("characteristic", "by what children are divided"),
    text("band", "the part of the children, a band of the characteristic"),
)
_COUNTED: Final = text("measure", "what happened to the children of the band")
SUBGROUP_EFFECTS: Final = Contract(
    "subgroup_effects",
    "Paired difference of every arm from the comparator among children of one band of a characteristic.",
    (
        *_SUBGROUP,
        _COUNTED,
        UNIT,
        numeric("children", "children in the band, mean of the runs", "children"),
        numeric("comparator_value", "value of the comparator over all runs; NaN with nobody to count", OF_THE_MEASURE),
        numeric("arm_value", "value of the arm over all runs", OF_THE_MEASURE),
        *INTERVAL,
        RELATIVE,
    ),
    ("arm", "characteristic", "band", "measure"),
)
SUBGROUP_INTERACTIONS: Final = Contract(
    "subgroup_interactions",
    "Whether an effect differs between bands: the effect in a band minus that in the characteristic's first band.",
    (
        *_SUBGROUP,
        text("against", "the first band"),
        _COUNTED,
        UNIT,
        *INTERVAL,
        truth("clear", "whether the interval keeps clear of 0; with many rows some do by chance"),
    ),
    ("arm", "characteristic", "band", "measure"),
)

PATHS: Final = Contract(
    "paths_effect",
    "The effect by the path on which it reaches families (Shapley's value), and what is left with all paths closed.",
    (
        ARM,
        MEASURE,
        UNIT,
        text("path", "the path, 'organisation' for what is left, 'total' for the whole", tuple(PATH_LABELS)),
        text("label", "the path in words"),
        *INTERVAL,
        whole("decimals", "decimals with which it is shown"),
        numeric("shown", "the estimate, rounded so that shown parts add up to the shown total", OF_THE_MEASURE),
        numeric("share", "estimate over the total; NaN where the mean total cannot be told from nothing", "share"),
    ),
    ("arm", "measure", "path"),
)
POSTERIORS: Final = Contract(
    "posteriors_effect",
    "The effect under the posterior that is shipped and that the comparison did not draw from.",
    (
        ARM,
        text("posterior", "the posterior that the draws of this table come from", tuple(SHIPPED)),
        whole("null", "draws in which the theory is null", "draws"),
        DRAWS_COUNTED,
        MEASURE,
        UNIT,
        *MEANS,
        *INTERVAL,
    ),
    ("arm", "condition", "measure"),
)
SWITCHED_OFF: Final = Contract(
    "mechanism_switched_off",
    "What the absence of one link takes from the effect; the estimate is the effect less that without the link.",
    (ARM, MEASURE, UNIT, *INTERVAL, LINK, LINK_NAME, numeric("without", "effect with the link off", OF_THE_MEASURE)),
    ("arm", "measure", "link"),
)
WORLDS: Final = Contract(
    "mechanism_worlds",
    "The effect in a world where a link that usual practice uses too has no strength, in either arm.",
    (
        ARM,
        MEASURE,
        UNIT,
        *MEANS,
        *INTERVAL,
        LINK,
        LINK_NAME,
        text("parameters", "parameters that are 0 in both arms; empty for the world as it is"),
    ),
    ("arm", "measure", "link"),
)
COVERAGE: Final = Contract(
    "mechanism_coverage",
    "Which links can be switched off for the programme alone.",
    (
        ARM,
        LINK,
        LINK_NAME,
        text("programme_strengths", "strengths that act only through what a programme delivers"),
        text("strengths_in_every_arm", "strengths that usual practice uses too"),
        text("treatment", "how the study treats the link"),
    ),
    ("arm", "link"),
)

_DIAL: Final = (
    text("dial", "a condition of the authority, by its name for readers"),
    text("parameter", "the parameter behind it"),
    text("value_unit", "the unit of the parameter"),
)
DIALS_RESPONSE: Final = Contract(
    "dials_response",
    "The effect at the lowest and the highest value of a condition, the others as the scenarios have them.",
    (
        ARM,
        MEASURE,
        UNIT,
        *MEANS,
        *INTERVAL,
        *_DIAL,
        numeric("value", "the condition's value", "value_unit"),
        whole("position", "place of the value, 0 the lowest"),
        numeric("comparator_caseload", "mean cases a filled post in the comparator", "cases"),
        text("note", "what to mind when reading the condition"),
    ),
    ("arm", "measure", "dial", "position"),
)
DIALS_CONTRASTS: Final = Contract(
    "dials_contrasts",
    "Whether a condition matters: the effect at its highest value less that at its lowest, pair by pair.",
    (
        ARM,
        MEASURE,
        UNIT,
        *INTERVAL,
        *_DIAL,
        numeric("lowest", "the lowest value", "value_unit"),
        numeric("highest", "the highest value", "value_unit"),
        numeric("at_lowest", "effect at the lowest value", OF_THE_MEASURE),
        numeric("at_highest", "effect at the highest value", OF_THE_MEASURE),
        *JUDGED,
        numeric("visible", VISIBLE, OF_THE_MEASURE),
    ),
    ("arm", "measure", "dial"),
)
_DELIVERED: Final = numeric("delivered", "share of the programme that is delivered", "0-1")
DELIVERY_RESPONSE: Final = Contract(
    "delivery_response",
    "The effect when only a share of the programme is delivered.",
    (ARM, MEASURE, UNIT, *MEANS, *INTERVAL, _DELIVERED),
    ("arm", "measure", "delivered"),
)
DELIVERY_LEAST: Final = Contract(
    "delivery_least",
    "The least delivery from which on the interval of the effect keeps clear of 0.",
    (
        ARM,
        MEASURE,
        UNIT,
        numeric("least", "share of the programme; NaN where there is none", "0-1"),
        text("direction", "of the arm from the comparator; empty where there is none", ("lower", "higher", "")),
        text("statement", "the same as a sentence"),
        PAIRS,
        DRAWS,
        LEVEL,
    ),
    ("arm", "measure"),
)
DELIVERY_SHORTFALL: Final = Contract(
    "delivery_shortfall",
    "What is lost when less is delivered: the effect at the largest share less that at this one, pair by pair.",
    (ARM, MEASURE, UNIT, *INTERVAL, _DELIVERED, numeric("full", "the largest share", "0-1")),
    ("arm", "measure", "delivered"),
)

_BY_YEAR: Final = (
    ARM,
    text("measure", "what is counted"),
    text("label", "the same in words"),
    UNIT,
    text("meaning", "what it means"),
    text("year", "year after the warm-up from 1, or 'all' for the whole time"),
    numeric("mean", "mean of the arm", OF_THE_MEASURE),
    numeric("mean_low", "lower end of its interval", OF_THE_MEASURE),
    numeric("mean_high", "upper end of its interval", OF_THE_MEASURE),
    *INTERVAL,
)
CHAIN: Final = Contract(
    "chain",
    "Every step of the programme theory by year, in every arm and against the comparator.",
    (*_BY_YEAR, LINK),
    ("arm", "measure", "year"),
)
STAFF: Final = Contract(
    "staff",
    "Training, turnover and continuity of staff by year, in every arm and against the comparator.",
    _BY_YEAR,
    ("arm", "measure", "year"),
)

CARE_BY_MONTH: Final = Contract(
    "care_by_month",
    "Children looked after at the end of each month, in every arm and against the comparator, all draws together.",
    (
        ARM,
        whole("month", "month after the warm-up, from 0", "months"),
        *(replace(column, unit="children") for column in (*MEANS, ESTIMATE, LOW, HIGH)),
        LEVEL,
        PAIRS,
        DRAWS,
    ),
    ("arm", "month"),
)
FUTURES: Final = Contract(
    "futures",
    "How pairs of runs fall out, all draws together; the shares of an arm add up to 1.",
    (
        ARM,
        text(
            "outcome",
            "the theory is null and nothing differs; entries to care fall without, or with, more harm at home; or "
            "they do not fall",
            ("nothing", "fewer, harm no more", "fewer, harm more", "not fewer"),
        ),
        numeric("share", "share of pairs", "share"),
        whole("pairs", "pairs of runs", "pairs"),
    ),
    ("arm", "outcome"),
)
MONEY_BY_YEAR: Final = Contract(
    "money_by_year",
    "What an arm costs more than the comparator in each year, not discounted, all draws together.",
    (
        ARM,
        whole("year", "year after the warm-up, from 1"),
        numeric("programme", "the programme itself", MONEY),
        numeric("services", "social work, placements and proceedings together", MONEY),
        numeric("estimate", "both together", MONEY),
        numeric("low", "lower end of its interval; NaN where there is none", MONEY),
        numeric("high", "upper end of its interval", MONEY),
        LEVEL,
        PAIRS,
        DRAWS,
    ),
    ("arm", "year"),
)

FURTHER: Final = {
    **catalogue(FATES, SUBGROUP_EFFECTS, SUBGROUP_INTERACTIONS, PATHS, POSTERIORS),
    **catalogue(SWITCHED_OFF, WORLDS, COVERAGE),
    **catalogue(DIALS_RESPONSE, DIALS_CONTRASTS, DELIVERY_RESPONSE, DELIVERY_LEAST, DELIVERY_SHORTFALL),
    **tables_of_moderation.TABLES,
    **tables_of_costs.TABLES,
}
"""What the report runs besides."""
OF_STUDY: Final = {**catalogue(EFFECTS, JOINT), **FURTHER}
"""What is found from the runs."""
TABLES: Final = {**tables_of_runs.TABLES, **OF_STUDY}
"""Tables that are kept in the folder."""
RETURNED: Final = catalogue(CHAIN, STAFF, CARE_BY_MONTH, FUTURES, MONEY_BY_YEAR, tables_of_costs.VALUE_RANKING)
"""Tables that are reckoned from these when a page is made."""
