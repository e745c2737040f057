"""Draws from a density that is nearly normal, by elliptical slices, many chains at once.

Elliptical slice sampling (Murray, Adams and MacKay 2010) in its generalised form (Nishihara, Murray and
Adams 2014): the ellipses are those of a normal approximation, and what the approximation gets wrong is
treated as a likelihood. Nothing needs tuning, and all luck is addressed by chain and step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.calibration.space import Scores, normal_draws
from sos_sim.core.luck import mix, uniform

_MOST_SHRINKS = 40
_LEVEL, _ANGLE, _FIRST_STEP = 1, 2, 16

Floats = NDArray[np.float64]


class Normal(NamedTuple):
    """A normal for each chain: ``centre`` of shape (chains, d), and one ``root`` (d, d) with covariance root·rootᵀ."""

    centre: Scores
    root: Floats

    def at(self, standard: Scores) -> Scores:
        """Points of standard normal coordinates, shape (chains, d)."""
        return np.asarray(self.centre + standard @ self.root.T)


def sample_by_slices(log_density: Callable[[Scores], Floats], near: Normal, steps: int, seed: int) -> Scores:
    """One draw a chain after ``steps`` slices, shape (chains, d), from densities that ``near`` approximates.

    ``log_density`` gives, for points of shape (chains, d), each chain's own log density up to a constant.
    """
    chains, width = near.centre.shape

    def excess(standard: Scores) -> Floats:
        return np.asarray(log_density(near.at(standard)) + 0.5 * (standard**2).sum(axis=1))

    here = normal_draws(seed, 0, chains, width)
    height = excess(here)
    for step in range(1, steps + 1):
        here, height = _slice(excess, here, height, mix(seed, step))
    return near.at(here)


def _slice(excess: Callable[[Scores], Floats], here: Scores, height: Floats, seed: int) -> tuple[Scores, Floats]:
    """One slice for every chain: shrink the arc until a point above the level is met."""
    chains, width = here.shape
    other = normal_draws(seed, 0, chains, width)
    level = height + np.log(_uniforms(seed, _LEVEL, chains))
    angle = 2.0 * np.pi * _uniforms(seed, _ANGLE, chains)
    low, high = angle - 2.0 * np.pi, angle.copy()
    found, reached = here.copy(), height.copy()
    searching = np.ones(chains, dtype=bool)
    for shrink in range(_MOST_SHRINKS):
        proposed = here * np.cos(angle)[:, None] + other * np.sin(angle)[:, None]
        value = excess(proposed)
        hit = searching & (value > level)
        found[hit], reached[hit] = proposed[hit], value[hit]
        searching &= ~hit
        if not searching.any():
            break
        low, high = np.where(angle < 0.0, angle, low), np.where(angle < 0.0, high, angle)
        angle = low + (high - low) * _uniforms(seed, _FIRST_STEP + shrink, chains)
    return found, reached


def _uniforms(seed: int, purpose: int, number: int) -> Floats:
    mix_arrays: Any = mix
    return np.asarray(uniform(mix_arrays(seed, np.arange(number, dtype=np.uint64)), mix(purpose, 1)), dtype=float)
