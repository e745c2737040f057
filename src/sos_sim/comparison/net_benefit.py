"""Costs weighed against consequences at values that the reader states, and what it is worth to know more.

Net benefit of an arm against the comparator, in pounds over the whole period:
``value·avoided + harm_value·harm months avoided - extra cost`` (Stinnett and Mullahy 1998, Medical
Decision Making 18:S68-S80). The values are statements of worth, not estimates, and none is recommended;
they are what avoiding something is worth beyond the money that it saves, which is in the cost already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from sos_sim.comparison.economics import TOTAL, Economics
from sos_sim.comparison.paired import NO_INTERVAL, arm_minus_comparator, described
from sos_sim.core.errors import InputError, did_you_mean
from sos_sim.statistics.intervals import LEVEL, Floats, Whole, mean, share_interval, spread, t_interval
from sos_sim.statistics.value import perfect_information

VALUES: Final = (0.0, 10_000.0, 25_000.0, 50_000.0, 100_000.0)
"""Pounds that avoiding one of an outcome may be worth to a reader: from nothing to more than a year in care costs."""
CURVE: Final = tuple(5_000.0 * step for step in range(21))
"""Values at which acceptability curves are drawn, £0 to £100,000."""
WORTH: Final = {"care_starts": "care start avoided", "care_years": "year in care avoided"}
HARM: Final = "harm_months"
LUCK: Final = "luck of one authority, at one set of parameters"
BOTH: Final = "parameters and the luck of one authority together (one replicate a draw)"
PARAMETERS: Final = "parameters (means within draws; some luck is left in them)"


@dataclass(frozen=True)
class NetBenefit:
    """Tables of a weighing. ``about`` says in words what the probabilities and the uncertainty are about.

    ``ratios``: arm, item, outcome, extra_cost, cost_low, cost_high, avoided, avoided_low, avoided_high,
    ratio (£ for each avoided; NaN where it would mislead), low, high, level, replicates, draws, statement.
    ``benefit`` and ``curve`` (at more values): arm, item, outcome, value, harm_value (both £), and the
    columns ``paired.INTERVAL`` in pounds, probability (that net benefit is above 0), probability_low,
    probability_high (Wilson), about.
    ``information``: item, outcome, value, harm_value, best (the option with the highest expected net
    benefit, the comparator included), probability_best, evpi (£, expected value of perfect information
    for one authority's decision), low, high, level, replicates, draws, about.
    """

    ratios: pd.DataFrame
    benefit: pd.DataFrame
    curve: pd.DataFrame
    information: pd.DataFrame


def net_benefit(
    economy: Economics, arms: Sequence[str], values: Sequence[float] = VALUES, curve: Sequence[float] = CURVE
) -> NetBenefit:
    """Weigh costs against care starts and years in care avoided, and against harm months at home.

    ``arms`` are names, the first the comparator. Every one of ``values`` is combined with each as the
    value of a harm month avoided. Raises InputError for values below 0.
    """
    if min([*values, *curve]) < 0.0:
        raise InputError(f"values are {[*values, *curve]}; what avoiding something is worth must be 0 or more.")
    changes = {arm: _changes(economy.present, arms[0], arm) for arm in arms[1:]}
    changes = {arm: change for arm, change in changes.items() if len(change)}
    stated = list(product(WORTH, values, values))
    return NetBenefit(
        pd.DataFrame([_ratio(arm, item, change) for arm, change in changes.items() for item in WORTH]),
        _benefits(changes, stated),
        _benefits(changes, list(product(WORTH, curve, values))),
        pd.DataFrame([_information(arms[0], changes, *worth) for worth in stated]),
    )


def benefits_by_draw(
    economy: Economics, arms: Sequence[str], item: str, value: float, harm_value: float
) -> pd.DataFrame:
    """Net benefit of every arm against the first, pounds: a row a draw (the index), a column an arm, the first 0.

    Only replicates that every arm has are used. ``item`` is a key of ``WORTH``. Raises InputError for another
    item, for values below 0, and where there is one draw of parameters or an arm without results.
    """
    if item not in WORTH:
        raise InputError(f"{item!r} has no stated worth; choose one of {', '.join(WORTH)}.{did_you_mean(item, WORTH)}")
    if min(value, harm_value) < 0.0:
        raise InputError(f"values are {[value, harm_value]}; what avoiding something is worth must be 0 or more.")
    changes = {arm: _changes(economy.present, arms[0], arm) for arm in arms[1:]}
    draws, benefits = _of_options(changes, item, value, harm_value)
    names = np.unique(draws)
    if len(names) < 2:
        raise InputError("there are no draws of parameters here, so nothing to know beforehand; set run.draws.")
    return pd.DataFrame(benefits, index=names, columns=list(arms))


def _changes(present: pd.DataFrame, comparator: str, arm: str) -> pd.DataFrame:
    """Arm minus comparator, replicate by replicate; the draw stays as it is."""
    usual, changed = (present[present["arm"] == name].set_index("replicate") for name in (comparator, arm))
    items = [TOTAL, HARM, *WORTH]
    change = arm_minus_comparator(usual[items], changed[items])
    return change.assign(draw=changed["draw"].reindex(change.index))


def _net(change: pd.DataFrame, item: str, value: float, harm_value: float) -> Floats:
    """Net benefit of every pair, pounds."""
    net: Floats = (-value * change[item] - harm_value * change[HARM] - change[TOTAL]).to_numpy(dtype=float)
    return net + 0.0


def _benefits(changes: dict[str, pd.DataFrame], stated: Sequence[tuple[str, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "arm": arm,
                "item": item,
                "outcome": WORTH[item],
                "value": value,
                "harm_value": harm_value,
                **_benefit(_net(change, item, value, harm_value), change["draw"].to_numpy()),
            }
            for arm, change in changes.items()
            for item, value, harm_value in stated
        ]
    )


def _benefit(net: Floats, draws: Whole) -> dict[str, Any]:
    states = _states(net, draws)
    positive = int((states > 0.0).sum())
    low, high = share_interval(positive, len(states))
    return {
        **described(net, draws),
        "probability": positive / len(states),
        "probability_low": low,
        "probability_high": high,
        "about": about(draws),
    }


def _information(
    comparator: str, changes: dict[str, pd.DataFrame], item: str, value: float, harm_value: float
) -> dict[str, Any]:
    draws, benefits = _of_options(changes, item, value, harm_value)
    best = int(benefits.mean(axis=0).argmax())
    loss = perfect_information(benefits)
    low, high = t_interval(loss)
    return {
        "item": item,
        "outcome": WORTH[item],
        "value": value,
        "harm_value": harm_value,
        "best": [comparator, *changes][best],
        "probability_best": mean((loss == 0.0).astype(float)),
        "evpi": mean(loss),
        "low": max(low, 0.0) if low == low else low,
        "high": high,
        "level": LEVEL,
        "replicates": len(draws),
        "draws": len(np.unique(draws)),
        "about": about(draws),
    }


def _of_options(changes: dict[str, pd.DataFrame], item: str, value: float, harm_value: float) -> tuple[Whole, Floats]:
    """The draw of every shared replicate, and net benefit by state and option, the comparator's 0 first."""
    shared = sorted(set.intersection(*(set(change.index) for change in changes.values())))
    draws = next(iter(changes.values())).loc[shared, "draw"].to_numpy()
    options = [_states(_net(change.loc[shared], item, value, harm_value), draws) for change in changes.values()]
    return draws, np.column_stack([np.zeros_like(options[0]), *options])


def _ratio(arm: str, item: str, change: pd.DataFrame) -> dict[str, Any]:
    """Extra cost for each avoided, only where both are clearly on the same side of zero."""
    draws = change["draw"].to_numpy()
    cost = described(change[TOTAL].to_numpy(dtype=float), draws)
    avoided = described(0.0 - change[item].to_numpy(dtype=float), draws)
    ratio, low, high = (float("nan"),) * 3
    if _side(cost) * _side(avoided) > 0:
        ratio = cost["estimate"] / avoided["estimate"]
        low, high = _values_that_break_even(change, item, _side(cost))
    return {
        "arm": arm,
        "item": item,
        "outcome": WORTH[item],
        "extra_cost": cost["estimate"],
        "cost_low": cost["low"],
        "cost_high": cost["high"],
        "avoided": avoided["estimate"],
        "avoided_low": avoided["low"],
        "avoided_high": avoided["high"],
        "ratio": ratio,
        "low": low,
        "high": high,
        "level": cost["level"],
        "replicates": cost["replicates"],
        "draws": cost["draws"],
        "statement": _statement(cost, avoided, WORTH[item]),
    }


def _values_that_break_even(change: pd.DataFrame, item: str, side: int) -> tuple[float, float]:
    """The values at which the interval of net benefit holds 0: with one draw, Fieller's interval of the ratio.

    Fieller 1954, Journal of the Royal Statistical Society B 16:175-185. ``side`` is -1 for an arm that
    saves money and adds to the outcome; its net benefit falls with the value.
    """
    draws = change["draw"].to_numpy()

    def bound(value: float, which: int) -> float:
        found = spread(side * _net(change, item, value, 0.0), draws)
        return float((found.low, found.high)[which])

    top = 1.0
    while bound(top, 0) <= 0.0:
        top *= 2.0
    return float(brentq(bound, 0.0, top, args=(1,))), float(brentq(bound, 0.0, top, args=(0,)))


def _side(found: dict[str, Any]) -> int:
    """1 or -1 for an interval wholly above or below 0, else 0."""
    return int(found["low"] > 0.0) - int(found["high"] < 0.0)


def _statement(extra_cost: dict[str, Any], less: dict[str, Any], outcome: str) -> str:
    if np.isnan(extra_cost["low"]) or np.isnan(less["low"]):
        return f"no ratio: {NO_INTERVAL}"
    cost, avoided = _side(extra_cost), _side(less)
    if not cost or not avoided:
        what = " and ".join(name for name, side in (("cost", cost), ("outcome", avoided)) if not side)
        return f"no ratio: the interval of the change in {what} does not clear zero, so a ratio could have any sign"
    if cost == avoided:
        further = outcome.removesuffix(" avoided")
        return f"extra cost for each {outcome}" if cost > 0 else f"saving for each further {further}"
    return "no ratio: " + ("it costs more and avoids fewer" if cost > 0 else "it costs less and avoids more")


def _states(net: Floats, draws: Whole) -> Floats:
    """What may turn out: a mean for each draw of parameters, or every pair where there is one draw."""
    names = np.unique(draws)
    return net if len(names) < 2 else np.array([net[draws == name].mean() for name in names])


def about(draws: Whole) -> str:
    """What states are about, which belong to these draws: luck, parameters or both."""
    names = np.unique(draws)
    if len(names) < 2:
        return LUCK
    return PARAMETERS if len(draws) > len(names) else BOTH
