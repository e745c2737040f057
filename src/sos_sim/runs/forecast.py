"""What a study will take, reckoned from its size before anything runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from sos_sim.core.errors import InputError
from sos_sim.files.scenario import Scenario

MOST_ROWS: Final = 2_000_000
"""Rows of a study are planned and joined in memory; more are refused."""
SECONDS_A_CHILD_MONTH: Final = 2e-8
"""One core; England-typical: 0.21 s for 60,000 children over 180 months (``benchmarks/README.md``)."""
LONG_SECONDS: Final = 60.0
"""A study that takes longer says so before it starts."""
LARGE_SECONDS: Final = 6 * 3600.0
LARGE_MEGABYTES: Final = 10_000.0


class Forecast(NamedTuple):
    """Rows of a study, what all of them take on one core (``seconds``), and the most they take on disk.

    ``measured``: whether seconds are of this machine, from an earlier study, or of a common one.
    """

    rows: int
    seconds: float
    megabytes: float
    measured: bool = False

    def at_pace(self, pace: float | None) -> Forecast:
        """The same on a machine that takes ``pace`` times as long; None: nothing is known of it."""
        return self if pace is None else self._replace(seconds=pace * self.seconds, measured=True)

    def is_long(self, workers: int) -> bool:
        """Whether a person should know first."""
        return self.seconds / workers > LONG_SECONDS

    def is_large(self, workers: int, free_megabytes: float) -> bool:
        """Whether a person should agree first: more than a working day, 10 GB, or half of what is free on disk."""
        return (
            self.seconds / workers > LARGE_SECONDS
            or self.megabytes > LARGE_MEGABYTES
            or self.megabytes > free_megabytes / 2
        )


def check_rows(rows: int) -> int:
    """The number of rows. Raises InputError for more than can be planned, before they are."""
    if rows > MOST_ROWS:
        raise InputError(
            f"that would be {rows:,} rows; a study has at most {MOST_ROWS:,}. Ask for a smaller sample, or for fewer "
            "replicates, seeds or draws."
        )
    return rows


def seconds_a_run(scenarios: Iterable[Scenario]) -> float:
    """What one replicate of all these scenarios takes on one core, roughly; a warm-up may be shared."""
    months = ((scenario, scenario.run.warmup_months + scenario.run.months) for scenario in scenarios)
    return sum(float(scenario.values["children"]) * lived * SECONDS_A_CHILD_MONTH for scenario, lived in months)
