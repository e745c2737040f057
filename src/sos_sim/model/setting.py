"""What is fixed before the first month: parameters, levers, climate, and everybody who will come."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.climate import draw_climate
from sos_sim.agents.codes import Status
from sos_sim.agents.population import YEARS_KNOWN, Population, arrivals_by_month, synthesise
from sos_sim.agents.state import Records, State
from sos_sim.agents.teams import number_of_posts
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model import by_team, expected, monthly
from sos_sim.model.paths import paths
from sos_sim.model.programmes import Offers, Programme, lay_out
from sos_sim.theory.budget import Budget
from sos_sim.theory.parameters import Parameters

UNLIMITED: Final = Budget(math.inf, 0)


class Era(NamedTuple):
    """Parameters that come into force in a month, counted from the start of the warm-up."""

    start: int
    parameters: Parameters


class Setting(NamedTuple):
    """All inputs of a run of ``len(climate)`` months; two runs with equal settings are equal.

    ``paths`` says on which paths of the effect a programme acts, shape (3,). ``parameters`` hold from the start of the
    warm-up, until the first of ``eras``, which are in order. ``budget`` limits what programmes cost.
    """

    parameters: Parameters
    offers: Offers
    climate: Records
    initial: State
    paths: NDArray[np.bool_]
    eras: tuple[Era, ...] = ()
    budget: Budget = UNLIMITED

    @property
    def months(self) -> int:
        """Months from the start of the warm-up to the end."""
        return len(self.climate)

    def parameters_in(self, month: int) -> Parameters:
        """The parameters that are in force in a month."""
        return next((era.parameters for era in reversed(self.eras) if era.start <= month), self.parameters)

    def era_end(self, month: int) -> int:
        """The month in which other parameters come into force, else the end of the run."""
        return next((era.start for era in self.eras if era.start > month), self.months)


def make_setting(
    parameters: Parameters,
    seed: int,
    months: int,
    programmes: Iterable[Programme] = (),
    extra_arrivals: Mapping[int, int] | None = None,
    eras: Sequence[Era] = (),
    budget: Budget = UNLIMITED,
) -> Setting:
    """Draw the authority and its climate for a seed, and lay out the levers month by month.

    ``extra_arrivals`` adds families to the given months of first referral (for minimally different
    worlds). Months before 0 belong to the fifteen years of known families.
    """
    climate = draw_climate(parameters.unrest, seed, -YEARS_KNOWN * MONTHS_PER_YEAR, months)
    climate["demand"][-months:] *= _demand(parameters, eras, months)
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
        max(number_of_posts(found.authority) for found in (parameters, *(era.parameters for era in eras))),
    )
    state = synthesise(population, seed, arrivals)
    return Setting(
        parameters, lay_out(months, state.teams, programmes), climate[-months:], state, paths(), tuple(eras), budget
    )


def _demand(parameters: Parameters, eras: Sequence[Era], months: int) -> NDArray[np.float64]:
    """Demand in each month against what it is at the start, which has the climate's level already, shape (months,)."""
    demand = np.ones(months)
    for era in eras:
        demand[era.start :] = era.parameters.unrest.demand / parameters.unrest.demand
    return demand


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
