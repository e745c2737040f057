"""Tables of a sweep."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import Contract, catalogue, numeric, text, truth, whole
from sos_sim.runs.tables import POINTS

OF_THE_OUTPUT: Final = "that of the output"
OF_THE_FACTOR: Final = "that of the factor"
OF_THE_INDEX: Final = "that of the index: share, or unit of the output"
OUTPUT: Final = text("output", "what the study looks at: a measure, or an effect on one")
METHOD: Final = text("method", "the method, by its name in a study file")
INDEX: Final = text("index", "the index, such as total for Sobol's total index")
FACTOR: Final = text("factor", "the factor; 'dummy' for one that moves nothing")
BLOCKS: Final = whole("blocks", "parts of the sample that were counted: rows, trajectories or base points")
ESTIMATE: Final = (
    numeric("estimate", "the index", OF_THE_INDEX),
    numeric("low", "lower end of its interval over resamples", OF_THE_INDEX),
    numeric("high", "upper end of its interval", OF_THE_INDEX),
)
BOX: Final = whole("box", "number of the box, from 1, the best first")
SHARES: Final = (
    numeric("coverage", "share of all successes that lie inside", "share"),
    numeric("density", "share of rows inside that succeed", "share"),
    numeric("mass", "share of rows that lie inside", "share"),
)

RESPONSES: Final = Contract(
    "responses",
    "Every output at every row of the sample.",
    (
        whole("row", "number of the row, from 0; the point of the table of runs"),
        OUTPUT,
        numeric("mean", "mean over seeds; NaN where a run failed", OF_THE_OUTPUT),
        numeric("sd", "standard deviation over seeds; NaN with one seed", OF_THE_OUTPUT),
    ),
    ("row", "output"),
)
REFUSED: Final = Contract(
    "refused", "Outputs that could not be analysed.", (OUTPUT, text("reason", "why not")), ("output",)
)
INDICES: Final = Contract(
    "indices",
    "How much each factor moves an output.",
    (
        OUTPUT,
        METHOD,
        INDEX,
        FACTOR,
        text("other", "the other factor of an index of two; empty for the others"),
        *ESTIMATE,
        numeric("level", "the share of cases that an interval is meant to hold", "share"),
        numeric("floor", "what noise alone could make of the index", OF_THE_INDEX),
        truth("distinguishable", "whether the interval lies above the floor"),
        whole("rank", "place by size within the index, 1 the largest"),
    ),
    ("output", "method", "index", "factor", "other"),
)
CONVERGENCE: Final = Contract(
    "convergence",
    "The ranking index from ever larger parts of the sample.",
    (OUTPUT, METHOD, INDEX, BLOCKS, FACTOR, *ESTIMATE),
    ("output", "method", "blocks", "factor"),
)
VERDICTS: Final = Contract(
    "verdicts",
    "Whether the ranking of factors holds.",
    (
        OUTPUT,
        METHOD,
        INDEX,
        BLOCKS,
        text("counted_in", "what the parts of the sample are"),
        numeric("rank_change", "weighted change of ranks between resamples, 95th centile; stable up to 1", "places"),
        whole("more", "about how many more parts are needed; 0 when stable"),
        truth("stable", "whether ranks hold"),
    ),
    ("output", "method"),
)
LUCK: Final = Contract(
    "luck",
    "The part that luck has in an output.",
    (
        OUTPUT,
        numeric("mean", "mean over rows and seeds", OF_THE_OUTPUT),
        numeric("sd", "standard deviation of the rows' means", OF_THE_OUTPUT),
        whole("rows", "rows of the sample", "rows"),
        whole("seeds", "runs of each row", "runs"),
        numeric("luck", "share of the variance of one run that is not the row's; NaN with one seed", "share"),
        numeric("luck_left", "share of luck in the variance of the rows' means; NaN with one seed", "share"),
    ),
    ("output",),
)
READINGS: Final = Contract(
    "readings",
    "What the indices say, a sentence or two each.",
    (OUTPUT, METHOD, text("sentence", "what is said")),
    ("output", "method"),
)
BOXES: Final = Contract(
    "boxes",
    "Conditions under which success is common.",
    (
        METHOD,
        BOX,
        *SHARES,
        numeric("overall", "share of all rows that succeed", "share"),
        whole("rows", "rows that lie inside", "rows"),
    ),
    ("method", "box"),
)
BOX_LIMITS: Final = Contract(
    "box_limits",
    "The limits of each box.",
    (
        METHOD,
        BOX,
        FACTOR,
        numeric("low", "lower limit, may be infinite; NaN for choices", OF_THE_FACTOR),
        numeric("high", "upper limit, may be infinite; NaN for choices", OF_THE_FACTOR),
        text("categories", "choices inside, joined by commas; empty for numbers"),
        numeric("quasi_p_low", "quasi-p of the lower limit; NaN where it is unknown", "probability"),
        numeric("quasi_p_high", "quasi-p of the upper limit; NaN where it is unknown", "probability"),
    ),
    ("method", "box", "factor"),
)
BOX_MEANS: Final = Contract(
    "box_means",
    "Mean of every output in a box and elsewhere.",
    (
        METHOD,
        BOX,
        OUTPUT,
        numeric("inside", "mean of the rows inside", OF_THE_OUTPUT),
        numeric("outside", "mean of the others; NaN where there are none", OF_THE_OUTPUT),
    ),
    ("method", "box", "output"),
)
PEELING: Final = Contract(
    "peeling",
    "The steps that led to a box, in the two rows of three in which boxes are looked for.",
    (
        METHOD,
        BOX,
        whole("step", "number of the step, from 0"),
        *SHARES,
        whole("limited", "factors that are limited", "factors"),
        truth("chosen", "whether the box is what this step left"),
    ),
    ("method", "box", "step"),
)
CONDITIONS: Final = Contract(
    "conditions", "What the boxes say, a sentence or two each.", (METHOD, text("sentence", "what is said"))
)
EMULATOR: Final = Contract(
    "emulator",
    "How well a fitted surface predicts an output.",
    (
        OUTPUT,
        whole("rows", "rows it learned from", "rows"),
        numeric("q2", "share of the variance of held-out rows that it predicts", "share"),
        numeric("bar", "the least share with which it is used", "share"),
    ),
    ("output",),
)
SURFACES: Final = Contract(
    "surfaces",
    "An output over its two strongest factors, all others averaged.",
    (
        OUTPUT,
        text("factor_x", "the first factor"),
        text("factor_y", "the second factor"),
        numeric("x", "value of the first, or the place of a choice", OF_THE_FACTOR),
        numeric("y", "value of the second, or the place of a choice", OF_THE_FACTOR),
        numeric("estimate", "expected output", OF_THE_OUTPUT),
    ),
)
RECALIBRATION: Final = Contract(
    "recalibration",
    "How far thresholds were shifted, and how surely that keeps the levels of usual practice, over all runs.",
    (
        text(
            "what", "the shift of a level's thresholds (logit), or the relative standard error of the worse known level"
        ),
        numeric("mean", "mean over runs", "as 'what' says"),
        numeric("low", "lower end of the middle 95 % of runs", "as 'what' says"),
        numeric("high", "upper end of the middle 95 % of runs", "as 'what' says"),
    ),
    ("what",),
)

MODERATOR: Final = text("moderator", "what varies besides programme strengths: a belief, a fact, a lever or a reading")
CONTRAST_SEEN: Final = numeric(
    "would_be_seen", "the contrast that is told from luck, as 'told' says, in 80 % of cases", OF_THE_OUTPUT
)
TOLD: Final = (
    numeric("p", "chance of a contrast as large by luck alone, two-sided t", "probability"),
    numeric("error", "standard error (HC3)", OF_THE_OUTPUT),
    CONTRAST_SEEN,
    OUTPUT,
    numeric("bound", "false-discovery bound over all rows of the table (Benjamini and Yekutieli)", "share"),
    truth("told", "whether the bound is below 5 %: told from luck"),
)
MODERATION_ENDS: Final = (
    MODERATOR,
    text("from_value", "its low end, or first choice"),
    text("to_value", "its high end, or another choice"),
    numeric("effect_from", "the effect at the first", OF_THE_OUTPUT),
    numeric("effect_to", "the effect at the other", OF_THE_OUTPUT),
    numeric("difference", "effect at the other less that at the first", OF_THE_OUTPUT),
    numeric("low", "lower end of its 95 % interval (HC3)", OF_THE_OUTPUT),
    numeric("high", "upper end of its interval", OF_THE_OUTPUT),
)
MODERATION: Final = Contract(
    "moderation",
    "Effects at the low and high end (10th and 90th centile) of each moderator, or at its choices, all else averaged.",
    (
        *MODERATION_ENDS,
        numeric("relative_from", "the effect at the first, relative to usual practice there", "share"),
        numeric("relative_to", "the effect at the other, relative to usual practice there", "share"),
        numeric("ratio", "relative effect at the other over that at the first; NaN where that may be 0", "ratio"),
        numeric("ratio_low", "lower end of its 95 % interval over resampled rows", "ratio"),
        numeric("ratio_high", "upper end of its interval", "ratio"),
        *TOLD[:3],
        numeric("rank_stability", "share of resamples in which its rank by size is its commonest", "share"),
        *TOLD[3:],
    ),
    ("output", "moderator", "to_value"),
)
MODERATED_LINKS: Final = Contract(
    "moderated_links",
    "How much more a programme strength's way from its low to its high end does at a moderator's high end.",
    (
        text("strength", "a programme strength"),
        MODERATOR,
        text("link", "the strength's link of the theory"),
        numeric("estimate", "difference of differences", OF_THE_OUTPUT),
        numeric("low", "lower end of its 95 % interval (HC3)", OF_THE_OUTPUT),
        numeric("high", "upper end of its interval", OF_THE_OUTPUT),
        *TOLD,
    ),
    ("output", "strength", "moderator"),
)
MODERATION_BY_YEAR: Final = Contract(
    "moderation_by_year",
    "The contrasts of ``moderation`` in every year after the warm-up by itself.",
    (OUTPUT, whole("year", "year after the warm-up, from 1"), *MODERATION_ENDS),
    ("output", "year", "moderator", "to_value"),
)
MODERATION_INDICES: Final = Contract(
    "moderation_indices",
    "How much of what the fitted surface says an effect varies by each moderator accounts for.",
    (
        MODERATOR,
        numeric("first_order", "by itself, with the programme as a whole", "share"),
        numeric("first_order_low", "lower end of its 95 % interval", "share"),
        numeric("first_order_high", "upper end of its interval", "share"),
        numeric("first_order_luck", "what luck alone would stay below in 95 % of cases", "share"),
        numeric("total", "by itself and in its products with single strengths", "share"),
        numeric("total_low", "lower end of its 95 % interval", "share"),
        numeric("total_high", "upper end of its interval", "share"),
        numeric("total_luck", "what luck alone would stay below in 95 % of cases", "share"),
        truth("is_luck", "whether the total is no more than luck alone would make it in 95 % of cases"),
        OUTPUT,
    ),
    ("output", "moderator"),
)
MODERATION_SURFACE: Final = Contract(
    "moderation_surface",
    "How well the fitted surfaces predict an effect.",
    (
        whole("rows", "rows of the sample", "rows"),
        numeric("mean", "the effect with everything at its mean", OF_THE_OUTPUT),
        numeric("held_out_q2", "share of the variance of held-out rows that main effects predict", "share"),
        numeric("held_out_q2_with_products", "the same with strengths times moderators", "share"),
        OUTPUT,
    ),
    ("output",),
)

ANALYSES: Final = catalogue(
    MODERATION,
    MODERATED_LINKS,
    MODERATION_INDICES,
    MODERATION_BY_YEAR,
    MODERATION_SURFACE,
    INDICES,
    CONVERGENCE,
    VERDICTS,
    LUCK,
    READINGS,
    RESPONSES,
    REFUSED,
    BOXES,
    BOX_LIMITS,
    BOX_MEANS,
    PEELING,
    CONDITIONS,
    EMULATOR,
    SURFACES,
    RECALIBRATION,
)
"""What is found from the runs; which of them there are depends on the methods asked for."""
TABLES: Final = {**ANALYSES, **catalogue(POINTS)}
