"""What a scenario sets besides parameters: how long and how often to run, and when programmes act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sos_sim.files.declarations import Number

LONGEST_RUN = 1200

RUN_KEYS: Mapping[str, Number] = {
    "warmup_months": Number(
        120, "months", "simulated before month 0 and left out of results; ten years settle an authority", 1, LONGEST_RUN
    ),
    "months": Number(60, "months", "simulated after the warm-up", 1, LONGEST_RUN),
    "replicates": Number(10, "runs", "runs that differ in luck only, for each draw", 1, 1_000_000),
    "draws": Number(0, "draws", "parameter draws from the posterior; 0 keeps the scenario's own", 0, 100_000),
    "seed": Number(1, "seed", "from which all luck is derived", 0, 2**63 - 1),
}
PROGRAMME_MONTHS: Mapping[str, Number] = {
    "start_month": Number(0, "months", "months after the warm-up in which the programme starts", 0, LONGEST_RUN),
    "end_month": Number(None, "months", "first month in which the programme no longer acts", 1, LONGEST_RUN),
}


class RunSettings(NamedTuple):
    """How long, how often and with which seed a scenario is run."""

    warmup_months: int
    months: int
    replicates: int
    draws: int
    seed: int


class ScheduledProgramme(NamedTuple):
    """Levers set from ``start_month`` up to, not including, ``end_month`` (months after the warm-up).

    ``end_month`` None means to the end of the run.
    """

    name: str
    start_month: int
    end_month: int | None
    levers: Mapping[str, float]

    def months(self, run_months: int) -> range:
        """The months after the warm-up in which the programme acts, in a run of ``run_months``."""
        end = run_months if self.end_month is None else min(self.end_month, run_months)
        return range(self.start_month, end)
