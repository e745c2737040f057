"""Prints the table of ratios when the benchmarks are done."""

from __future__ import annotations

from typing import Any

import pytest

FIGURES: dict[str, tuple[str, str]] = {}


def note_figure(name: str, value: str, target: str) -> None:
    """Remember one line of the table: what was measured, and what was asked for."""
    FIGURES[name] = (value, target)


@pytest.fixture
def figure() -> Any:
    """The function that adds a line to the table."""
    return note_figure


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line per figure: measured, asked."""
    if FIGURES:
        terminalreporter.section("figures of this run (medians; machines are noisy, trust the ratios)")
        for name, (value, target) in FIGURES.items():
            terminalreporter.write_line(f"{name:58s} {value:>16s}   asked: {target}")
