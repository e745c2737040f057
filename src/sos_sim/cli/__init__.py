"""The command line. Heavy modules are imported inside commands, so that --help answers at once."""

from __future__ import annotations

from sos_sim.cli import (
    authorities,
    authority,
    calibrating,
    hypotheses,
    looking,
    measures,
    reports,
    running,
    starting,
    sweeping,
    trials,
)
from sos_sim.cli.shared import app

__all__ = [
    "app",
    "authorities",
    "authority",
    "calibrating",
    "hypotheses",
    "looking",
    "main",
    "measures",
    "reports",
    "running",
    "starting",
    "sweeping",
    "trials",
]


def main() -> None:
    """Entry point of ``sos-sim``. Exit status: 0 done, 1 failed rows, 2 refused input, 130 interrupted."""
    app()
