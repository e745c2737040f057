"""One authority, one seed, one arm: from a scenario to its tables."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd

from sos_sim.agents.teams import number_of_posts
from sos_sim.core.errors import InputError, did_you_mean
from sos_sim.core.notebook import ShownByTables
from sos_sim.files.scenario import Scenario, scenario_of
from sos_sim.model import by_team, monthly
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.paths import Path as EffectPath
from sos_sim.model.paths import paths
from sos_sim.model.readable import ReadableRun
from sos_sim.outcomes.histories import Histories, event_rows
from sos_sim.outcomes.measures import outcome_table
from sos_sim.runs.tables import EVENT_NAMES, ONE_RUN, SEXES
from sos_sim.theory.parameters import THEORY_NULL, make_parameters, strengths

Engine = Literal["compiled", "mesa"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
Run = CompiledRun | ReadableRun


@dataclass(frozen=True, repr=False)
class SimulationResult(ShownByTables):
    """What happened in one run after the warm-up; month 0 is the first month after it.

    ``outcomes``: year ("1", "2", … and "all"), measure, value. ``monthly``: month, measure (a column
    of ``model.monthly``), value. ``teams``: month, team, measure (a column of ``model.by_team``), value.
    ``events``: month, child (-1 for family events), family, event (categorical, the names of
    ``model.events.Event`` in lower case), detail. ``children``: child, family, birth (month), sex. ``warmup_events``
    is as ``events``, in months below 0; no rows unless asked for.
    """

    outcomes: pd.DataFrame
    monthly: pd.DataFrame
    events: pd.DataFrame
    children: pd.DataFrame
    warmup_events: pd.DataFrame
    teams: pd.DataFrame


def simulate(
    scenario: Scenario | Path | str,
    seed: int | None = None,
    engine: Engine = "compiled",
    replicate: int = 0,
    warmup_events: bool = False,
) -> SimulationResult:
    """Run one replicate of a scenario, which may be given as its file; ``seed`` replaces the scenario's own.

    With ``warmup_events`` the record of the warm-up is told too.
    Raises InputError for an unknown engine and ModelError when a self-check of the model fails.
    """
    chosen = scenario_of(scenario)
    if seed is not None:
        chosen = replace(chosen, run=chosen.run._replace(seed=seed))
    found = run_arm(chosen, replicate, check_engine(engine), warmup_events=warmup_events)
    for name, contract in ONE_RUN.items():
        contract.check(getattr(found, name))
    return found


def run_arm(
    scenario: Scenario,
    replicate: int,
    engine: Engine = "compiled",
    past: CompiledRun | None = None,
    warmup_events: bool = False,
) -> SimulationResult:
    """Run one replicate, or only its months after the warm-up when its ``past`` is given.

    ``past`` comes from ``run_past`` of a scenario with the same past; the compiled engine branches
    from it. The Mesa engine lives its own warm-up. With ``warmup_events`` their record is told. Raises ModelError
    when a self-check fails.
    """
    return _tables(_whole_run(scenario, replicate, engine, past), scenario.run.warmup_months, warmup_events)


def past_of(scenario: Scenario) -> Hashable:
    """What determines a warm-up: equal for scenarios whose warm-ups are equal in the same replicate.

    Programmes start after it, and without one the strengths of the links that only a programme drives
    do nothing.
    """
    plan = scenario.run
    without = dict.fromkeys(strengths(programme_only=True), 0.0) | {THEORY_NULL: "off"}
    return (
        make_parameters({**scenario.values, **without}),
        plan.seed,
        plan.warmup_months,
        plan.months,
        _to_come(scenario),
    )


def _to_come(scenario: Scenario) -> Hashable:
    """What is drawn before the first month of what comes later: referrals under other demand, and posts."""
    eras, now = scenario.eras(), scenario.parameters()
    demand = [(era.start, era.parameters.unrest.demand) for era in eras]
    posts = max(number_of_posts(found.authority) for found in (now, *(era.parameters for era in eras)))
    return posts, tuple(demand) if any(level != now.unrest.demand for _, level in demand) else ()


def run_past(scenario: Scenario, replicate: int, counted: bool = False) -> CompiledRun:
    """The warm-up, without programmes, from which arms with the same past branch; they count chances if it does."""
    return CompiledRun(scenario.past_setting(replicate), counted=counted).advance(scenario.run.warmup_months)


def run_from(
    past: CompiledRun, scenario: Scenario, traced: bool = False, open_paths: Iterable[EffectPath] = EffectPath
) -> CompiledRun:
    """The months after a shared past, run under this scenario's parameters and programmes, danger traced or not.

    Its programmes act on the open paths alone. Raises ModelError when a self-check fails.
    """
    run = branch_from(past, scenario, traced, open_paths)
    return run.advance(run.setting.months - run.month)


def branch_from(
    past: CompiledRun, scenario: Scenario, traced: bool = False, open_paths: Iterable[EffectPath] = EffectPath
) -> CompiledRun:
    """The same, still in the month in which the past ends."""
    offers = scenario.offers(past.setting.initial.teams)
    setting = past.setting._replace(
        parameters=scenario.parameters(),
        offers=offers,
        paths=paths(open_paths),
        eras=scenario.eras(),
        budget=scenario.limits(),
    )
    return past.branch(setting, traced)


def check_engine(name: str) -> Engine:
    """The engine of this name. Raises InputError when there is none."""
    for engine in ENGINES:
        if engine == name:
            return engine
    raise InputError(f"there is no engine {name!r}; allowed: {', '.join(ENGINES)}.{did_you_mean(name, ENGINES)}")


def _whole_run(scenario: Scenario, replicate: int, engine: Engine, past: CompiledRun | None) -> Run:
    if past is not None and engine == "compiled":
        return run_from(past, scenario)
    setting = scenario.setting(replicate)
    return (ReadableRun(setting) if engine == "mesa" else CompiledRun(setting)).advance(setting.months)


def _tables(run: Run, warmup: int, warmup_events: bool) -> SimulationResult:
    setting = run.setting
    histories = Histories(run.events, run.monthly, run.state.children["birth"], setting.months)
    return SimulationResult(
        outcome_table(histories, setting, warmup),
        _monthly_table(run, warmup),
        _event_table(run, warmup, warmup, setting.months),
        _children_table(run, warmup),
        _event_table(run, warmup, 0, warmup if warmup_events else 0),
        _team_table(run, warmup),
    )


def _monthly_table(run: Run, warmup: int) -> pd.DataFrame:
    values = run.monthly[warmup:]
    return pd.DataFrame(
        {
            "month": np.repeat(np.arange(len(values), dtype=np.int32), len(monthly.COLUMNS)),
            "measure": np.tile(np.array(monthly.COLUMNS), len(values)),
            "value": values.ravel(),
        }
    )


def _team_table(run: Run, warmup: int) -> pd.DataFrame:
    values = run.by_team[warmup:]
    months, teams, measures = values.shape
    return pd.DataFrame(
        {
            "month": np.repeat(np.arange(months, dtype=np.int32), teams * measures),
            "team": np.tile(np.repeat(np.arange(teams, dtype=np.int32), measures), months),
            "measure": np.tile(np.array(by_team.COLUMNS), months * teams),
            "value": values.ravel(),
        }
    )


def _children_table(run: Run, warmup: int) -> pd.DataFrame:
    children = run.state.children
    return pd.DataFrame(
        {
            "child": np.arange(len(children), dtype=np.int32),
            "family": children["family"].astype(np.int32),
            "birth": children["birth"].astype(np.int32) - warmup,
            "sex": pd.Categorical.from_codes(children["female"].astype(np.int8), categories=pd.Index(SEXES)),
        }
    )


def _event_table(run: Run, warmup: int, first: int, last: int) -> pd.DataFrame:
    """Events of the months from ``first`` up to, not including, ``last``, counted from the end of the warm-up."""
    events = event_rows(run.events)
    rows = events.where((events.month >= first) & (events.month < last))
    kinds = pd.Categorical.from_codes(rows.event - min(Event), categories=pd.Index(EVENT_NAMES))
    return pd.DataFrame(
        {
            "month": rows.month - warmup,
            "child": rows.child,
            "family": rows.family,
            "event": kinds,
            "detail": rows.detail,
        }
    )
