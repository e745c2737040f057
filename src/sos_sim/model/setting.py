"""What is fixed before the first month: parameters, levers, climate, and everybody who will come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.climate import draw_climate
from sos_sim.agents.codes import Status
from sos_sim.agents.population import YEARS_KNOWN, Population, arrivals_by_month, synthesise
from sos_sim.agents.state import Records, State
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model import by_team, expected, monthly
from sos_sim.model.paths import paths
from sos_sim.theory.levers import Levers
from sos_sim.theory.parameters import Parameters


class Programme(NamedTuple):
    """Levers set from ``start`` up to, not including, ``stop`` (months from the start of the warm-up)."""

    start: int
    stop: int
    levers: Mapping[str, float]


class Setting(NamedTuple):
    """All inputs of a run of ``len(levers)`` months; two runs with equal settings are equal.

    ``paths`` says on which paths of the effect a programme acts, shape (3,).
    """

    parameters: Parameters
    levers: Records
    climate: Records
    initial: State
    paths: NDArray[np.bool_]

    @property
    def months(self) -> int:
        """Months from the start of the warm-up to the end."""
        return len(self.levers)


def make_setting(
    parameters: Parameters,
    seed: int,
    months: int,
    programmes: Iterable[Programme] = (),
    extra_arrivals: Mapping[int, int] | None = None,
) -> Setting:
    """Draw the authority and its climate for a seed, and lay out the levers month by month.

    ``extra_arrivals`` adds families to the given months of first referral (for minimally different
    worlds). Months before 0 belong to the fifteen years of known families.
    """
    climate = draw_climate(parameters.unrest, seed, -YEARS_KNOWN * MONTHS_PER_YEAR, months)
    arrivals = arrivals_by_month(parameters.authority, parameters.families, seed, climate["demand"])
    for month, families in (extra_arrivals or {}).items():
        arrivals[month + YEARS_KNOWN * MONTHS_PER_YEAR] += families
    population = Population(
        parameters.authority,
        parameters.families,
        parameters.network_ties,
        parameters.casework.trust_start_mean,
        parameters.casework.trust_start_concentration,
        parameters.casework.shame,
        parameters.home.event_rate,
        parameters.practice.usual_fidelity,
        parameters.outside.outside_onset,
        parameters.outside.outside_months,
    )
    state = synthesise(population, seed, arrivals)
    return Setting(parameters, lay_out_levers(months, programmes), climate[-months:], state, paths())


def lay_out_levers(months: int, programmes: Iterable[Programme] = ()) -> Records:
    """One row of lever settings a month: usual practice, overlaid by each programme while it runs."""
    levers = np.zeros(months, dtype=[(name, "f8") for name in Levers._fields])
    for name, declared in Levers._field_defaults.items():
        levers[name] = declared.default
    for programme in programmes:
        for name, value in programme.levers.items():
            levers[name][programme.start : programme.stop] = value
    return levers


def empty_tables(
    setting: Setting, traced: bool, counted: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32], NDArray[np.float64]]:
    """Zeros for the monthly table, the table by team, the trace of true danger and the table of expected counts.

    The trace has no rows when not ``traced``, the last table none when chances are not ``counted``.
    """
    months, teams = setting.months, len(setting.initial.teams)
    families = len(setting.initial.families)
    return (
        np.zeros((months, len(monthly.COLUMNS))),
        np.zeros((months, teams, len(by_team.COLUMNS))),
        np.zeros((months if traced else 0, families), dtype=np.float32),
        np.zeros((months if counted else 0, len(expected.COLUMNS))),
    )


def arrived_by_month(families: Records, months: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How many families have been referred at least once by the end of each month, shape (months,)."""
    return np.searchsorted(families["arrival"], np.arange(months), side="right")


def present_families(state: State) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Indices of families that have arrived and are not gone, in order."""
    arrived = int(state.organisation["arrived"][0])
    return np.flatnonzero(state.families["status"][:arrived] != Status.GONE)
