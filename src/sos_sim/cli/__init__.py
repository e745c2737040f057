"""The command line. Heavy modules are imported inside commands, so that --help answers at once."""

from __future__ import annotations

from sos_sim.cli import (
    authorities,
    authority,
    calibrating,
    hypotheses,
    looking,
    measures,
    records,
    reports,
    running,
    starting,
    sweeping,
    synthesizing,
    tables,
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
    "records",
    "reports",
    "running",
    "starting",
    "sweeping",
    "synthesizing",
    "tables",
    "trials",
]


def main() -> None:
    """Entry point of ``sos-sim``; ``cli.answering`` says what its exit statuses mean."""
    app()
