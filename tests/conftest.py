"""Fixtures shared by all tests: the engine compiles at most once in a session."""

from __future__ import annotations

import pytest

from sos_sim.model.compiled import CompiledRun
from worlds import compiled, full_programme, world


@pytest.fixture(scope="session")
def usual_run() -> CompiledRun:
    """An authority of 3,000 children after 40 months of usual practice."""
    return compiled(world(months=40, children=3000))


@pytest.fixture(scope="session")
def programme_run() -> CompiledRun:
    """The same authority with everything on offer from month 10."""
    return compiled(world(months=40, children=3000, programmes=[full_programme(10, 40)]))
