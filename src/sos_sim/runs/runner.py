"""Rows of arms: those with the same past are run together, and one that raises takes no other with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from sos_sim.model.compiled import CompiledRun
from sos_sim.runs.rows import Row
from sos_sim.runs.simulate import Engine, SimulationResult, past_of, run_arm, run_past
from sos_sim.runs.tables import WARMUP_EVENTS

Progress = Callable[[int, int], None]
"""Told how many rows are finished, and of how many."""


def later(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Progress of a part of a study, ``before`` rows of ``total`` being finished when it begins."""
    return (lambda done, _: progress(before + done, total)) if progress else None


class Attempt(NamedTuple):
    """What came of a row: its tables by name, or the reason why there are none."""

    row: Row
    tables: Mapping[str, pd.DataFrame] | None
    reason: str = ""


def share_pasts(rows: Sequence[Row], engine: Engine) -> list[list[Row]]:
    """Rows grouped so that those with the same past are run together and warm up once.

    Groups are ordered by replicate, so that all arms of the first replicates are finished first.
    """
    groups: dict[Hashable, list[Row]] = {}
    for row in rows:
        past = (row.replicate, past_of(row.scenario) if engine == "compiled" else row.arm)
        groups.setdefault(past, []).append(row)
    return sorted(groups.values(), key=lambda group: group[0].replicate)


def run_group(rows: Sequence[Row], tables: Sequence[str], engine: Engine) -> list[Attempt]:
    """Run rows that share a past; a row that raises, or whose warm-up raised, has a reason and no tables."""
    past = None
    if engine == "compiled" and len(rows) > 1:
        try:
            past = run_past(rows[0].scenario, rows[0].replicate)
        except Exception as problem:
            return [Attempt(row, None, reason_of(problem)) for row in rows]
    return [_attempt(row, tables, engine, past) for row in rows]


def _attempt(row: Row, tables: Sequence[str], engine: Engine, past: CompiledRun | None) -> Attempt:
    try:
        asked = WARMUP_EVENTS.name in tables
        result: SimulationResult = run_arm(row.scenario, row.replicate, engine, past, asked)
    except Exception as problem:
        return Attempt(row, None, reason_of(problem))
    return Attempt(row, {table: getattr(result, table) for table in tables})


def reason_of(problem: Exception) -> str:
    """Why a row failed, as tables tell it."""
    return f"{type(problem).__name__}: {problem}"
