"""Rows: one replicate of one arm, named by the content that determines its result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Value
from sos_sim.core.provenance import code_hash
from sos_sim.files.scenario import Scenario
from sos_sim.runs.forecast import check_rows


@dataclass(frozen=True)
class Row:
    """One replicate of one arm. Equal ``id`` means equal tables, whatever the arm is called."""

    arm: str
    replicate: int
    scenario: Scenario = field(compare=False)
    id: str


def rows_of(scenarios: Sequence[Scenario], replicates: int, draws: Sequence[Mapping[str, Value]] = ()) -> list[Row]:
    """All rows of a study, arm by arm in the order given; any row can be run alone.

    With ``draws`` of parameters each arm has ``replicates`` rows for each, numbered on, so that row
    ``n`` belongs to draw ``n // replicates`` and no two draws share their luck. Raises InputError when
    two arms have one name, when there is no replicate or are too many rows, ScenarioError when a draw contradicts
    what a scenario sets.
    """
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"two scenarios are called {twice[0]!r}; give every arm a name of its own.")
    if replicates < 1:
        raise InputError(f"replicates is {replicates}; at least 1 is needed.")
    check_rows(len(scenarios) * replicates * max(1, len(draws)))
    return [
        Row(scenario.name, number, drawn, row_id(drawn, number))
        for scenario in scenarios
        for draw, drawn in enumerate([scenario.drawn(values) for values in draws] or [scenario])
        for number in range(draw * replicates, (draw + 1) * replicates)
    ]


def row_id(scenario: Scenario, replicate: int) -> str:
    """First 20 hex digits of a SHA-256 over resolved inputs (seed included), replicate and model code."""
    content = json.dumps([inputs(scenario), replicate, code_hash()], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:20]


def inputs(scenario: Scenario) -> Mapping[str, Any]:
    """What determines any one replicate of a scenario: all resolved values but how many are run."""
    resolved = dict(scenario.resolved())
    run = {name: value for name, value in resolved["run"].items() if name not in ("replicates", "draws")}
    return {**resolved, "run": run}
