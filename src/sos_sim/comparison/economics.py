"""Economics: what an arm costs and what follows, side by side, from the tables of a comparison.

Costs are the authority's: social work, placements, proceedings and the programme, within the simulated
period. Whole years only. What happens later, and to whom else, is not counted; harm has no price here
but the one that a reader states. ``net_benefit`` weighs costs against consequences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from sos_sim.comparison.paired import Pairs
from sos_sim.core.errors import InputError
from sos_sim.core.units import MONTHS_PER_YEAR, RATE_BASE
from sos_sim.files.scenario import Scenario
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.outcomes.costs import COST_LINES, CostLine
from sos_sim.theory.costs import Costs
from sos_sim.theory.parameters import declared

DISCOUNT_RATE: Final = 0.035
"""Social time preference rate for the first thirty years, real (HM Treasury, The Green Book, annex 6)."""
PRICE_YEAR: Final = "2024-25"
"""The year whose prices ``theory.costs`` declares; a price's source may be of an earlier year."""
TOTAL: Final = "total_cost"

Kind = Literal["cost", "consequence"]


@dataclass(frozen=True)
class Line:
    """One cost or consequence: a row of the tables."""

    item: str
    label: str
    unit: str
    kind: Kind = "consequence"


COSTS: Final = tuple(sorted(COST_LINES, key=lambda line: Costs._fields.index(line.price)))
"""The cost lines, in the order in which ``theory.costs`` declares their prices."""
LINES: Final = (
    *(Line(cost.item, cost.label, "£", "cost") for cost in COSTS),
    Line(TOTAL, "total cost", "£", "cost"),
    Line("care_starts", "children starting to be looked after", "children"),
    Line("care_years", "years looked after", "child-years"),
    Line("plan_starts", "child protection plans started", "plans"),
    Line("harm_months", "months with harm at home, seen or not", "child-months"),
    Line("harm_unseen_months", "months with harm at home that nobody saw", "child-months"),
    Line("harm_in_care_months", "months with harm while looked after", "child-months"),
)
"""Costs, then consequences."""
_RATES: Final = {"care_starts": "cla_start_rate", "plan_starts": "cpp_start_rate"}


@dataclass(frozen=True)
class Economics:
    """Tables of costs and consequences, arm minus comparator, with the columns ``paired.INTERVAL``.

    ``prices``: item, label, price (£), price_unit, price_year, source, grade.
    ``table``: arm, item, label, kind ('cost' or 'consequence'), unit, comparator_mean, arm_mean,
    undiscounted (estimate without discounting); values are present values over all years.
    ``yearly``: arm, year, item, label, kind, unit, comparator_mean, arm_mean; not discounted.
    ``present``: arm, replicate, draw, and one column an item: present values of every run, no interval.
    ``rate``: the yearly discount rate.
    """

    prices: pd.DataFrame
    table: pd.DataFrame
    yearly: pd.DataFrame
    present: pd.DataFrame
    rate: float


def economics(
    outcomes: pd.DataFrame,
    monthly: pd.DataFrame,
    runs: pd.DataFrame,
    arms: Sequence[Scenario],
    rate: float = DISCOUNT_RATE,
) -> Economics:
    """Costs and consequences of every arm against the first, from the tables of ``comparison.compare``.

    Costs and consequences of year ``t`` (1, 2, …) are multiplied by ``(1 + rate)^-(t - 1/2)``: they are
    taken to fall at the middle of the year. ``rate`` 0 switches discounting off. Raises InputError for a
    rate outside 0 to 1 and for runs shorter than a year.
    """
    if not 0.0 <= rate <= 1.0:
        raise InputError(f"the discount rate is {rate}; it must be from 0 to 1 (0.035 is 3.5 % a year).")
    flows = yearly_flows(outcomes, monthly, arms)
    draws = runs.drop_duplicates("replicate").set_index("replicate")["draw"]
    names = [arm.name for arm in arms]
    plain, present = present_values(flows, 0.0), present_values(flows, rate)
    undiscounted = paired_items(plain, names, draws)["estimate"]
    by_year = [
        paired_items(present_values(rows, 0.0), names, draws).assign(year=year) for year, rows in flows.groupby("year")
    ]
    return Economics(
        prices(arms[0]),
        paired_items(present, names, draws).assign(undiscounted=undiscounted),
        pd.concat(by_year, ignore_index=True),
        present.assign(draw=present["replicate"].map(draws)),
        rate,
    )


def prices(scenario: Scenario) -> pd.DataFrame:
    """The price of every cost line as the scenario has it; see ``Economics.prices``."""
    return pd.DataFrame(
        [
            {
                "item": cost.item,
                "label": cost.label,
                "price": float(scenario.values[cost.price]),
                "price_unit": declared()[cost.price].unit,
                "price_year": PRICE_YEAR,
                "source": declared()[cost.price].source,
                "grade": declared()[cost.price].grade,
            }
            for cost in COSTS
        ]
    )


def yearly_flows(outcomes: pd.DataFrame, monthly: pd.DataFrame, arms: Sequence[Scenario]) -> pd.DataFrame:
    """Every cost line and consequence by arm, replicate and whole year, not discounted.

    Columns: arm, replicate, year (1, 2, …), and one column an item of ``LINES``, pounds or counts of
    this authority. Raises InputError for runs shorter than a year.
    """
    years = arms[0].run.months // MONTHS_PER_YEAR
    if not years:
        raise InputError(f"run.months is {arms[0].run.months}; costs and consequences need at least a year.")
    return pd.concat([_flows_of(arm, outcomes, monthly, years) for arm in arms], ignore_index=True)


def present_values(flows: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Sum over years, each at its value in the middle of the year: arm, replicate, and one column an item."""
    items = [line.item for line in LINES]
    factor = (1.0 + rate) ** -(flows["year"].to_numpy() - 0.5)
    discounted = flows.assign(**{item: flows[item].to_numpy() * factor for item in items})
    return discounted.groupby(["arm", "replicate"], sort=False)[items].sum(min_count=1).reset_index()


def paired_items(values: pd.DataFrame, arms: Sequence[str], draws: pd.Series[int]) -> pd.DataFrame:
    """Arm minus comparator (the first) for every item; ``values`` has arm, replicate and one column an item."""
    by_arm = {str(arm): rows.set_index("replicate") for arm, rows in values.groupby("arm")}
    rows = []
    for arm in arms[1:]:
        if {arm, arms[0]} <= set(by_arm):
            before, after = by_arm[arms[0]], by_arm[arm]
            rows += [{"arm": arm, **_item(line, before, after, draws)} for line in LINES]
    return pd.DataFrame(rows)


def _item(line: Line, before: pd.DataFrame, after: pd.DataFrame, draws: pd.Series[int]) -> dict[str, Any]:
    pairs = Pairs.of(before[line.item], after[line.item], draws)
    return {"item": line.item, "label": line.label, "kind": line.kind, "unit": line.unit, **pairs.described()}


def _flows_of(arm: Scenario, outcomes: pd.DataFrame, monthly: pd.DataFrame, years: int) -> pd.DataFrame:
    months = monthly[(monthly["arm"] == arm.name) & (monthly["month"] < years * MONTHS_PER_YEAR)]
    year = months["month"] // MONTHS_PER_YEAR + 1
    sums = months.assign(year=year).pivot_table(
        index=["replicate", "year"], columns="measure", values="value", aggfunc="sum"
    )
    found = pd.DataFrame(index=sums.index)
    for cost in COSTS:
        found[cost.item] = _pounds(arm, cost, months, sums)
    found[TOTAL] = found[[cost.item for cost in COSTS]].sum(axis="columns")
    harm, seen = sums[MonthlyColumn.HARM_AT_HOME.stored], sums[MonthlyColumn.HARM_SEEN.stored]
    found["care_years"] = sums[MonthlyColumn.LOOKED_AFTER.stored] * (1.0 / MONTHS_PER_YEAR)
    found["harm_months"], found["harm_unseen_months"] = harm, harm - seen
    found["harm_in_care_months"] = sums[MonthlyColumn.HARM_IN_CARE.stored]
    counts = _counts(arm, outcomes, years)
    for item, measure in _RATES.items():
        found[item] = counts[measure]
    return found.reset_index().assign(arm=arm.name)


def _pounds(arm: Scenario, cost: CostLine, months: pd.DataFrame, sums: pd.DataFrame) -> pd.Series[float]:
    """One cost line by replicate and year: the year's amount at its price, or month by month where that changes."""
    if declared()[cost.price].path not in arm.changes:
        return cost.pounds(sums[cost.amount.stored], float(arm.values[cost.price]))
    mine = months[months["measure"] == cost.amount.stored]
    price = np.array([float(arm.values_in(month)[cost.price]) for month in range(arm.run.months)])
    priced: pd.Series[float] = mine["value"] * price[mine["month"].to_numpy()]
    by_year = [mine["replicate"], mine["month"] // MONTHS_PER_YEAR + 1]
    pounds: pd.Series[float] = cost.pounds(priced, 1.0).groupby(by_year).sum()
    return pounds.rename_axis(sums.index.names)


def _counts(arm: Scenario, outcomes: pd.DataFrame, years: int) -> pd.DataFrame:
    """Yearly rates as counts of children: index replicate and year, one column a measure."""
    labels = {str(year): year for year in range(1, years + 1)}
    mine = outcomes[
        (outcomes["arm"] == arm.name) & outcomes["year"].isin(list(labels)) & outcomes["measure"].isin(_RATES.values())
    ]
    wide = mine.assign(year=mine["year"].map(labels)).pivot(
        index=["replicate", "year"], columns="measure", values="value"
    )
    return wide * (float(arm.values["children"]) / RATE_BASE)
