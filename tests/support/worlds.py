"""Small authorities to test with, and ways to compare what happened in them to the last bit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.state import State
from sos_sim.core.parameters import Value
from sos_sim.model import monthly
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.programmes import Programme
from sos_sim.model.readable import ReadableRun
from sos_sim.model.setting import Setting, make_setting
from sos_sim.outcomes.histories import event_rows
from sos_sim.theory.parameters import make_parameters

Run = CompiledRun | ReadableRun

FULL_OFFER = {"training": 1.0, "coaching": 1.0, "supervision": 1.0, "alignment": 1.0}
NO_CLIMATE = {
    "demand_spread": 0.0,
    "culture_spread": 0.0,
    "shock_rate": 0.0,
    "demand_year_spread": 0.0,
    "threshold_year_spread": 0.0,
    "enquiry_year_spread": 0.0,
}


def world(
    seed: int = 1,
    months: int = 30,
    children: int = 2000,
    values: Mapping[str, Value] | None = None,
    programmes: Iterable[Programme] = (),
    extra_arrivals: Mapping[int, int] | None = None,
) -> Setting:
    """An authority of a few thousand children with some parameters changed."""
    parameters = make_parameters({"children": children, **(values or {})})
    return make_setting(parameters, seed, months, programmes, extra_arrivals)


def full_programme(start: int, stop: int, **levers: float) -> Programme:
    """Everything on offer from ``start`` up to ``stop``, with some levers set otherwise."""
    return Programme(start, stop, {**FULL_OFFER, **levers})


def compiled(setting: Setting) -> CompiledRun:
    """The whole setting run by the compiled engine."""
    return CompiledRun(setting).advance(setting.months)


def column(run: Run, name: str, first: int = 0) -> NDArray[np.float64]:
    """One column of the monthly table from month ``first`` on."""
    return run.monthly[first:, monthly.COLUMNS.index(name)]


def count_events(run: Run, event: int, first: int = 0) -> int:
    """Events of one kind from month ``first`` on."""
    rows = event_rows(run.events)
    return int(np.count_nonzero((rows.event == event) & (rows.month >= first)))


def differing_fields(mine: State, theirs: State, ignore: Iterable[str] = ()) -> list[str]:
    """Names 'agents.field' of all fields that are not equal in every agent (kinds or fields may be ignored)."""
    skip = set(ignore)
    found = []
    for kind, left, right in zip(State._fields, mine, theirs, strict=True):
        for field in left.dtype.names or ():
            same = np.array_equal(left[field], right[field])
            if not same and not skip & {kind, f"{kind}.{field}"}:
                found.append(f"{kind}.{field}")
    return found


def differing_columns(mine: Run, theirs: Run, first: int = 0, last: int | None = None) -> list[str]:
    """Names of the monthly columns that differ anywhere between two months."""
    left, right = mine.monthly[first:last], theirs.monthly[first:last]
    return [name for place, name in enumerate(monthly.COLUMNS) if not np.array_equal(left[:, place], right[:, place])]


def events_between(run: Run, first: int, last: int = 1 << 30) -> NDArray[np.int32]:
    """Rows of the event record from ``first`` up to, not including, ``last``."""
    rows = event_rows(run.events)
    return run.events[(rows.event > 0) & (rows.month >= first) & (rows.month < last)]


def assert_same_history(mine: Run, theirs: Run, first: int = 0) -> None:
    """Events, all monthly tables and traces from ``first`` on, and the final state, are equal to the last bit."""
    assert np.array_equal(events_between(mine, first), events_between(theirs, first)), "event records differ"
    assert differing_columns(mine, theirs, first) == []
    assert np.array_equal(mine.by_team[first:], theirs.by_team[first:]), "tables by team differ"
    assert np.array_equal(mine.danger[first:], theirs.danger[first:]), "traces of danger differ"
    assert np.array_equal(mine.expected[first:], theirs.expected[first:]), "expected counts differ"
    assert differing_fields(mine.state, theirs.state) == []
