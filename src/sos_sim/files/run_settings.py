"""What a scenario sets besides parameters: how long and how often to run."""

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


class RunSettings(NamedTuple):
    """How long, how often and with which seed a scenario is run."""

    warmup_months: int
    months: int
    replicates: int
    draws: int
    seed: int
