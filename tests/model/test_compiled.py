"""The loop around the compiled months: it goes on where room for events runs out, and counts only what is asked."""

from __future__ import annotations

from typing import Any

import numba
import pytest

from sos_sim.model import compiled
from sos_sim.model.compiled import CompiledRun
from support.worlds import world

MONTHS = 6


def test_a_full_table_of_events_grows_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def two_months(_: Any, month: int, last: int, spare: int) -> int:
        """An engine that has no more room after two months."""
        asked.append((month, last))
        return min(month + 2, last)

    settings: Any = numba.config
    monkeypatch.setattr(settings, "DISABLE_JIT", 0)
    monkeypatch.setattr(compiled, "engine", lambda: two_months)
    run = CompiledRun(world(months=MONTHS))
    room = len(run._events)
    run.advance(5)
    assert asked == [(0, 5), (2, 5), (4, 5)]
    assert (run.month, len(run._events)) == (5, 4 * room)
    assert not len(run.danger) and not len(run.expected)


def test_months_that_are_not_compiled_count_only_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Any = numba.config
    monkeypatch.setattr(settings, "DISABLE_JIT", 1)
    plain, counted = CompiledRun(world(months=MONTHS)), CompiledRun(world(months=MONTHS), counted=True)
    for run in (plain, counted):
        run.advance(2).advance(1)
    assert len(plain.expected) == 0 and counted.expected.sum() > 0
    assert plain.state.families["need"].tolist() == counted.state.families["need"].tolist()
