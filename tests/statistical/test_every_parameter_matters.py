"""Every declared parameter reaches an output, and those that belong to one switch say so."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from sos_sim.core.parameters import Parameter, Value
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.programmes import Programme
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measures import outcome_table
from sos_sim.theory.levers import WHO, Levers
from sos_sim.theory.parameters import declared
from support.worlds import FULL_OFFER, compiled, world

MONTHS, START, CHILDREN = 60, 4, 5000
BUSY: Mapping[str, Value] = {
    "children": CHILDREN,
    "first_referral_rate": 500.0,
    "need_mean": -4.5,
    "shock_rate": 0.05,
    "mobilise": 0.4,
    "act_base": -1.0,
    "tie_shared": 0.4,
    "kin_share": 0.7,
    "severe": 0.2,
    "leader_exit": 0.05,
    "relational": 0.9,
    "role_lock_strength": 2.0,
    "turnover": 0.04,
    "post_rate": 30.0,
    "hearing_bar": 5.0,
    "home_on_order": 0.8,
    "outside_onset": 0.02,
    "meeting_plan": 1.0,
    "kin_before_care": 0.5,
    "deprivation": 7.0,
}
"""Rare things made common, so that a small authority meets all of them."""
HALF_OFFER = dict.fromkeys(Levers._fields, 0.5) | dict.fromkeys(WHO, 0.9)
READ_BY_OUTCOMES_ALONE = {
    name for name, parameter in declared().items() if parameter.group == "Costs" or name == "case_holder_share"
}
"""Prices, and the share that turns case holders into all social workers: no rule reads them."""
SWITCHES = {name: parameter for name, parameter in declared().items() if parameter.kind == "structure"}
TIED = {name: parameter for name, parameter in declared().items() if parameter.only_under}


def run_with(values: Mapping[str, Value], levers: Mapping[str, float]) -> CompiledRun:
    """Some usual practice, then half of everything on offer, to most."""
    return compiled(world(3, MONTHS, values={**BUSY, **values}, programmes=[Programme(START, MONTHS, levers)]))


@cache
def baseline(switch: str, choice: str) -> CompiledRun:
    """The run that others are compared with, under one reading of the theory ('' for the default)."""
    return run_with({switch: choice} if switch else {}, HALF_OFFER)


def says_the_same(mine: CompiledRun, theirs: CompiledRun) -> bool:
    """Whether events and monthly tables are equal."""
    return np.array_equal(mine.events, theirs.events) and np.array_equal(mine.monthly, theirs.monthly)


def extremes(parameter: Parameter) -> list[Value]:
    """Values at both ends of the range (any other choice of a switch)."""
    if parameter.choices:
        return [choice for choice in parameter.choices if choice != parameter.default]
    usual = BUSY.get(parameter.name, parameter.default)
    if parameter.name == "children":
        return [CHILDREN + 500]
    ends = [end for end in (parameter.low, parameter.high) if end != usual]
    return [int(end) for end in ends] if parameter.whole else list(ends)


def matters(parameter: Parameter, switch: str, choice: str) -> bool:
    """Whether events or monthly tables change when the parameter moves within its range."""
    under: dict[str, Value] = {switch: choice} if switch else {}
    for value in extremes(parameter):
        if parameter.kind == "lever":
            other = run_with(under, {**HALF_OFFER, parameter.name: float(value)})
        else:
            other = run_with({**under, parameter.name: value}, HALF_OFFER)
        if not says_the_same(other, baseline(switch, choice)):
            return True
    return False


@pytest.mark.parametrize("name", sorted(set(declared()) - READ_BY_OUTCOMES_ALONE))
def test_parameter_reaches_an_output(name: str) -> None:
    parameter = declared()[name]
    switch, _, choice = parameter.only_under.partition("=")
    assert matters(parameter, switch, choice)


@pytest.mark.parametrize("name", sorted(TIED))
def test_a_parameter_of_one_switch_is_idle_under_the_others(name: str) -> None:
    switch, _, choice = TIED[name].only_under.partition("=")
    assert choice in SWITCHES[switch].choices
    others = [other for other in SWITCHES[switch].choices if other != choice]
    assert [other for other in others if matters(TIED[name], switch, other)] == []


@pytest.mark.parametrize("name", sorted(READ_BY_OUTCOMES_ALONE))
def test_prices_and_conversions_reach_the_outcomes(name: str) -> None:
    run = run_with({}, {**FULL_OFFER, "extra_posts": 0.5, "meetings_at_conference": 1.0, "costs_a_year": 1000.0})
    parameter = declared()[name]
    histories = Histories(run.events, run.monthly, run.state.children["birth"], MONTHS)
    usual = outcome_table(histories, run.setting, START)
    groups = run.setting.parameters._asdict()
    field = next(field for field, group in groups.items() if name in group._fields)
    parameters = run.setting.parameters._replace(**{field: groups[field]._replace(**{name: parameter.high})})
    changed = run.setting._replace(parameters=parameters)
    assert not outcome_table(histories, changed, START)["value"].equals(usual["value"])


def test_a_parameter_that_nothing_reads_would_be_found() -> None:
    price = next(declared()[name] for name in sorted(READ_BY_OUTCOMES_ALONE))
    assert not matters(price, "", "")
