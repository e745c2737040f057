"""The space a calibration searches: parameters as normal scores of their priors.

A score is ``z`` with ``Φ(z)`` the prior probability below a value, so that under the prior all scores are
independent standard normal, whatever the prior's form and bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats
from scipy.stats import qmc

from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Parameter, Value
from sos_sim.files.factors import Factor, SpreadFactor, declared_distribution, points_at
from sos_sim.files.scenario import Scenario
from sos_sim.theory.parameters import declared

Scores = NDArray[np.float64]
_SIGNIFICANT = 6
_SHARES = 4000
_LOOSER = 0.5
"""How far, in scores, a search strays from the draws it begins at."""
FARTHEST = 4.5
"""Scores are kept within this many standard deviations, where quantiles are still exact."""


@dataclass(frozen=True)
class ParameterSpace:
    """Parameters that vary together, in the order of columns."""

    parameters: tuple[Parameter, ...]

    @cached_property
    def names(self) -> list[str]:
        """Names of the parameters."""
        return [parameter.name for parameter in self.parameters]

    @cached_property
    def is_strength(self) -> NDArray[np.bool_]:
        """Which of them are strengths of links, shape (parameters,)."""
        return np.array([parameter.is_strength for parameter in self.parameters])

    def values(self, scores: Scores) -> list[dict[str, Value]]:
        """Natural values by name, to six significant digits, of scores of shape (points, parameters)."""
        points = points_at(self._factors, special.ndtr(scores))
        return [{name: self._rounded(name, float(value)) for name, value in point.items()} for point in points]

    def inputs(self, scores: Scores) -> Scores:
        """What emulators see: scores, but natural values in prior standard deviations where a prior has a spike."""
        shares, columns = special.ndtr(scores), scores.copy()
        for place in np.flatnonzero(self.is_strength):
            mean, sd = self.prior_moments[place]
            natural = np.array(self._factors[place].distribution.values(shares[:, place]), dtype=float)
            columns[:, place] = (natural - mean) / sd
        return columns

    def strengths(self) -> ParameterSpace:
        """Only the strengths among them."""
        return ParameterSpace(tuple(parameter for parameter in self.parameters if parameter.is_strength))

    @cached_property
    def prior_moments(self) -> NDArray[np.float64]:
        """Prior mean and standard deviation of each parameter, shape (parameters, 2)."""
        shares = (np.arange(_SHARES) + 0.5) / _SHARES
        natural = [np.array(factor.distribution.values(shares), dtype=float) for factor in self._factors]
        return np.array([[values.mean(), values.std()] for values in natural])

    def prior_interval(self, place: int, shares: tuple[float, ...]) -> list[float]:
        """Prior quantiles of the parameter at a place."""
        return [float(value) for value in self._factors[place].distribution.values(np.array(shares))]

    @cached_property
    def _factors(self) -> list[Factor]:
        return [Factor(parameter.name, _spread(parameter)) for parameter in self.parameters]

    def _rounded(self, name: str, value: float) -> float:
        parameter = declared()[name]
        return min(max(float(f"{value:.{_SIGNIFICANT}g}"), parameter.low), parameter.high)

    def scores(self, values: pd.DataFrame) -> Scores:
        """Scores of natural values; the spike of a prior at 0 has the score of its middle."""
        columns = [_score(parameter, values[parameter.name].to_numpy(float)) for parameter in self.parameters]
        return np.column_stack(columns)


def uncertain_parameters(scenario: Scenario, names: Sequence[str] = ()) -> ParameterSpace:
    """The facts and beliefs with a prior that act under the scenario's switches and that it does not set itself.

    ``names`` restricts them. Strengths are among them, since a usual practice that already has some of
    what the programme offers depends on them too.
    """
    found = [
        parameter
        for name, parameter in declared().items()
        if parameter.kind in ("fact", "belief")
        and parameter.prior is not None
        and _acts(parameter, scenario)
        and scenario.origins[parameter.path] == "default"
        and (not names or name in names)
    ]
    return ParameterSpace(tuple(found))


def spread_over_prior(space: ParameterSpace, size: int, seed: int) -> Scores:
    """Scores of space-filling points, shape (size, parameters): the first of a scrambled Sobol sequence.

    Sobol 1967; scrambling by Owen and Matoušek as in ``scipy.stats.qmc``, keyed by ``seed``.
    """
    if not space.parameters:
        return np.empty((size, 0))
    sequence: Any = qmc.Sobol(len(space.parameters), scramble=True, rng=mix(seed, 0) >> 1)
    shares = sequence.random_base2(max(1, int(np.ceil(np.log2(size)))))[:size]
    return np.asarray(np.clip(special.ndtri(shares), -FARTHEST, FARTHEST))


def around_draws(space: ParameterSpace, draws: pd.DataFrame, rows: NDArray[np.int64], seed: int) -> Scores:
    """Scores about rows of a posterior's draws, loosened; parameters that it lacks are drawn from their priors."""
    loose = normal_draws(seed, 0, len(rows), len(space.parameters))
    held = np.array([name in draws.columns for name in space.names])
    if not held.any():
        return loose
    known = ParameterSpace(tuple(parameter for parameter, here in zip(space.parameters, held, strict=True) if here))
    loose[:, held] = known.scores(draws.iloc[rows]) + _LOOSER * loose[:, held]
    return np.asarray(np.clip(loose, -FARTHEST, FARTHEST))


def normal_draws(seed: int, purpose: int, rows: int, columns: int) -> Scores:
    """Addressed standard normal draws, shape (rows, columns); the same whatever else is drawn."""
    return np.asarray(special.ndtri(uniform_draws(seed, purpose, rows, columns)), dtype=float)


def uniform_draws(seed: int, purpose: int, rows: int, columns: int) -> Scores:
    """Addressed draws between 0 and 1, shape (rows, columns)."""
    mix_arrays: Any = mix
    luck = mix_arrays(seed, np.arange(rows, dtype=np.uint64))
    moments = mix_arrays(purpose, np.arange(columns, dtype=np.uint64))
    return np.asarray(uniform(luck[:, None], moments[None, :]), dtype=float)


def _acts(parameter: Parameter, scenario: Scenario) -> bool:
    switch, _, choice = parameter.only_under.partition("=")
    return not switch or scenario.values[switch] == choice


def _spread(parameter: Parameter) -> SpreadFactor:
    """The prior within its bounds; every parameter of a space has one."""
    distribution = declared_distribution(parameter)
    assert isinstance(distribution, SpreadFactor), parameter.name
    return distribution


def _score(parameter: Parameter, values: NDArray[np.float64]) -> NDArray[np.float64]:
    prior = _spread(parameter).prior
    slab = getattr(stats, prior.distribution)(**prior.arguments)
    floor, ceiling = slab.cdf(parameter.low), slab.cdf(parameter.high)
    inside = (slab.cdf(values) - floor) / (ceiling - floor)
    share = np.where((values == 0.0) & (prior.spike > 0.0), prior.spike / 2, prior.spike + (1.0 - prior.spike) * inside)
    return np.clip(special.ndtri(share), -FARTHEST, FARTHEST)
