"""Draws for many entities at once, by the same addresses as draws for one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sos_sim.core.luck import mix, uniform

Words = NDArray[np.uint64]
Reals = NDArray[np.float64]
Whole = NDArray[np.int64]


def draw(luck: Words, decision: int, index: int = 0) -> Reals:
    """Uniform draws, one for each luck; ``index`` takes the month's place in the address."""
    words: Any = luck
    return np.asarray(uniform(words, mix(decision, index)), dtype=np.float64)


def lucks(parent: Words | int, kind: int, numbers: Whole | int) -> Words:
    """Luck of many entities of one kind: ``mix(mix(parent, kind), number)``."""
    parents: Any = parent
    words: Any = numbers if isinstance(numbers, int) else numbers.astype(np.uint64)
    return np.asarray(mix(mix(parents, kind), words), dtype=np.uint64)


def beta_quantiles(mean: float, concentration: float, chance: Reals) -> Reals:
    """Beta quantiles by mean and concentration (a + b), from a table of 513 points."""
    grid = np.linspace(0.0, 1.0, 513)
    return np.interp(chance, grid, special.betaincinv(mean * concentration, (1.0 - mean) * concentration, grid))


def contiguous(counts: Whole) -> tuple[Whole, Whole, Whole]:
    """For groups of the given sizes laid end to end: first index of each, owner and ordinal of each item."""
    first = np.cumsum(counts) - counts
    owner = np.repeat(np.arange(len(counts)), counts)
    return first, owner, np.arange(len(owner)) - first[owner]
