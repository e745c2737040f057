"""Fixtures shared by all tests: the engine compiles at most once in a session."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from sos_sim.model.compiled import CompiledRun
from sos_sim.runs import pace
from support.worlds import compiled, full_programme, world

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("searching", print_blob=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
"""One commit, one verdict: `make fuzz` searches with new examples instead. No test is timed."""


@pytest.fixture(autouse=True)
def _no_pace_of_this_machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests neither read nor keep how fast studies went here."""
    monkeypatch.setattr(pace, "pace_file", lambda: tmp_path_factory.getbasetemp() / "pace.json")


@pytest.fixture(scope="session")
def usual_run() -> CompiledRun:
    """An authority of 3,000 children after 40 months of usual practice."""
    return compiled(world(months=40, children=3000))


@pytest.fixture(scope="session")
def programme_run() -> CompiledRun:
    """The same authority with everything on offer from month 10."""
    return compiled(world(months=40, children=3000, programmes=[full_programme(10, 40)]))
