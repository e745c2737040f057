"""Tables of what a programme costs, what that is worth, and what it is worth to know more."""

from __future__ import annotations

from typing import Final

from sos_sim.comparison.columns import DRAWS, INTERVAL, LEVEL, MEANS, MONEY, PAIRS, UNIT
from sos_sim.runs.contracts import OF_THE_MEASURE, Contract, catalogue, numeric, text, truth, whole
from sos_sim.runs.tables import ARM, REPLICATE

_ITEM: Final = text("item", "a line of costs or a consequence, by its short name")
_LABEL: Final = text("label", "the item in words")
_LINE: Final = (ARM, _ITEM, _LABEL, text("kind", "what the item is", ("cost", "consequence")), UNIT, *MEANS, *INTERVAL)
PRICES: Final = Contract(
    "economics_prices",
    "The price of every cost line, as the scenario has it.",
    (
        _ITEM,
        _LABEL,
        numeric("price", "price of one", MONEY),
        text("price_unit", "of what"),
        text("price_year", "the year whose prices these are"),
        text("source", "where it comes from"),
        text("grade", "how good the source is: A official statistic, B study, C statement of the review, D assumption"),
    ),
    ("item",),
)
COSTS: Final = Contract(
    "economics_table",
    "Costs and consequences over all years, as present values.",
    (
        *_LINE,
        numeric("undiscounted", "the estimate without discounting", OF_THE_MEASURE),
        numeric("rate", "the yearly discount rate", "share a year"),
    ),
    ("arm", "item"),
)
COSTS_BY_YEAR: Final = Contract(
    "economics_yearly",
    "Costs and consequences of each year, not discounted.",
    (*_LINE, whole("year", "year after the warm-up, from 1")),
    ("arm", "item", "year"),
)
PRESENT_VALUES: Final = Contract(
    "economics_present",
    "Present values of every run.",
    (ARM, REPLICATE, whole("draw", "number of the draw of parameters, from 0")),
    ("arm", "replicate"),
    "one for each item of costs or consequence, in £ or counts",
)

_OUTCOME: Final = text("outcome", "what is avoided, in words")
_WORTH: Final = (
    numeric("value", "what avoiding one is worth", MONEY),
    numeric("harm_value", "what a month of harm at home avoided is worth", MONEY),
)
_ABOUT: Final = text("about", "what the uncertainty is about: luck, parameters or both")
_BENEFIT: Final = (
    ARM,
    _ITEM,
    _OUTCOME,
    *_WORTH,
    numeric("estimate", "expected net benefit of the arm against the comparator", MONEY),
    numeric("low", "lower end of its interval; NaN with fewer than two pairs", MONEY),
    numeric("high", "upper end of its interval", MONEY),
    LEVEL,
    PAIRS,
    DRAWS,
    numeric("probability", "probability that net benefit is above 0", "share"),
    numeric("probability_low", "lower end of its interval (Wilson)", "share"),
    numeric("probability_high", "upper end of its interval", "share"),
    _ABOUT,
)
RATIOS: Final = Contract(
    "net_benefit_ratios",
    "Extra cost for each care start or year in care avoided.",
    (
        ARM,
        _ITEM,
        _OUTCOME,
        numeric("extra_cost", "cost of the arm less that of the comparator", MONEY),
        numeric("cost_low", "lower end of its interval", MONEY),
        numeric("cost_high", "upper end of its interval", MONEY),
        numeric("avoided", "number avoided", "items"),
        numeric("avoided_low", "lower end of its interval", "items"),
        numeric("avoided_high", "upper end of its interval", "items"),
        numeric("ratio", "extra cost for each avoided; NaN where it would mislead", MONEY),
        numeric("low", "lower end of the ratio's interval; NaN where there is no ratio", MONEY),
        numeric("high", "upper end of the ratio's interval", MONEY),
        LEVEL,
        PAIRS,
        DRAWS,
        text("statement", "the same as a sentence"),
    ),
    ("arm", "item"),
)
BENEFIT: Final = Contract(
    "net_benefit_benefit",
    "Net benefit at a few values of what is avoided.",
    _BENEFIT,
    ("arm", "item", "value", "harm_value"),
)
BENEFIT_CURVE: Final = Contract(
    "net_benefit_curve", "Net benefit at many values, to be drawn.", _BENEFIT, ("arm", "item", "value", "harm_value")
)
INFORMATION: Final = Contract(
    "net_benefit_information",
    "What it is worth to one authority's decision to know everything.",
    (
        _ITEM,
        _OUTCOME,
        *_WORTH,
        text("best", "the option of the highest expected net benefit, the comparator included"),
        numeric("probability_best", "probability that it is best", "share"),
        numeric("evpi", "expected value of perfect information", MONEY),
        numeric("low", "lower end of its interval", MONEY),
        numeric("high", "upper end of its interval", MONEY),
        LEVEL,
        PAIRS,
        DRAWS,
        _ABOUT,
    ),
    ("item", "value", "harm_value"),
)

VALUE_RANKING: Final = Contract(
    "value_ranking",
    "What it is worth to know one belief, or all beliefs of a link of the theory.",
    (
        text("name", "the parameter; or the link, M0 to M8, or a heading for parameters of no link"),
        text("label", "the same in words"),
        text("kind", "whether the row is of one parameter or of a link", ("belief", "link")),
        whole("members", "parameters known", "parameters"),
        numeric("evppi", "expected value of knowing them, for one authority's decision", MONEY),
        numeric("low", "lower end of its interval", MONEY),
        numeric("high", "upper end of its interval", MONEY),
        numeric("noise", "the most that any row of this kind is worth in a chance world", MONEY),
        truth("distinguishable", "whether evppi is above noise"),
        numeric("explained", "share of the variance of net benefit that they predict, held out", "share"),
        numeric("noise_explained", "the most explained in a chance world", "share"),
        truth("moves", "whether explained is above that: they move net benefit, if not the decision"),
        text("grade", "grade of the source, of a link the weakest, A to D"),
        text("source", "where the belief comes from"),
        numeric("evpi", "expected value of knowing all that differs between states", MONEY),
        numeric("level", "the share of cases that an interval is meant to hold", "share"),
        whole("draws", "draws of parameters", "draws"),
        text("about", "what the uncertainty is about: luck, parameters or both"),
        text("stated", "what a care start and a month of harm avoided were said to be worth"),
        numeric("share_of_evpi", "evppi over evpi; NaN where that is 0", "share"),
    ),
    ("kind", "name"),
)

TABLES: Final = catalogue(PRICES, COSTS, COSTS_BY_YEAR, PRESENT_VALUES, RATIOS, BENEFIT, BENEFIT_CURVE, INFORMATION)
"""Tables that are kept in the comparison's folder."""
