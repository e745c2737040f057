"""Intervals by resampling: blocks of rows, and seeds, drawn again with replacement by addressed luck.

An interval so made contains both what another sample of the factors would have changed and what other
seeds would have (as far as the few seeds of a study can tell).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sos_sim.core.luck import mix, uniform
from sos_sim.sensitivity.estimators import Indices, MethodOfIndices, Numbers
from sos_sim.sensitivity.guard import quiet_library
from sos_sim.sensitivity.sampling import Sample

LEVEL: Final = 0.95
_BLOCKS, _SEEDS = 0xB10C, 0x5EED
_LUCK: Final = 0xB007


class ResampledIndices(NamedTuple):
    """Indices from all rows, the same from each resample (arrays of shape (resamples, units))."""

    values: Indices
    resampled: Indices

    def half_width(self, index: str) -> Numbers:
        """Half the width of the 95 % interval: normal, with the standard deviation over resamples."""
        return np.asarray(stats.norm.ppf(0.5 + LEVEL / 2.0) * self.resampled[index].std(axis=0, ddof=1))


def estimate(
    method: MethodOfIndices, sample: Sample, outputs: Numbers, resamples: int | None = None
) -> ResampledIndices:
    """Indices with their resamples; ``outputs`` has shape (rows, seeds) and is averaged over seeds.

    A fixed design is resampled over its seeds only. Where a method corrects its bias, the estimate is
    ``2 * estimate - mean of resamples`` (Plischke, Borgonovo and Smith 2013, equation 30).
    """
    with quiet_library():
        values = method.estimate(sample, outputs.mean(axis=1))
        lucks = [mix(_LUCK, number) for number in range(resamples or method.resamples)]
        drawn = [method.estimate(*_again(sample, outputs, luck)) for luck in lucks]
    resampled = {name: np.array([indices[name] for indices in drawn]) for name in values}
    if method.corrects_bias:
        centre = {name: resampled[name].mean(axis=0) for name in values}
        resampled = {name: 2.0 * value - resampled[name] for name, value in values.items()}
        values = {name: 2.0 * value - centre[name] for name, value in values.items()}
    return ResampledIndices(values, resampled)


def first_blocks(sample: Sample, outputs: Numbers, blocks: int) -> tuple[Sample, Numbers]:
    """The first so many blocks of a sample, and their outputs."""
    rows = blocks * sample.block
    return replace(sample, shares=sample.shares[:rows]), outputs[:rows]


def drawn_with_replacement(luck: int, count: int, out_of: int) -> NDArray[np.int64]:
    """Shape (count,): whole numbers below ``out_of``, by address."""
    moments: Any = np.arange(count, dtype=np.uint64)
    chances = np.asarray(uniform(luck, mix(0, moments)), dtype=np.float64)
    return np.minimum((chances * out_of).astype(np.int64), out_of - 1)


def _again(sample: Sample, outputs: Numbers, luck: int) -> tuple[Sample, Numbers]:
    """One resample: blocks (unless the design is fixed) and seeds drawn anew."""
    seeds = drawn_with_replacement(mix(luck, _SEEDS), outputs.shape[1], outputs.shape[1])
    means = outputs[:, seeds].mean(axis=1)
    if sample.fixed:
        return sample, means
    rows = _rows_of(drawn_with_replacement(mix(luck, _BLOCKS), sample.blocks, sample.blocks), sample.block)
    means = means[rows]
    if np.ptp(means) == 0.0:  # a resample of few blocks may hold one value only; the whole sample then stands in
        return sample, outputs.mean(axis=1)
    return replace(sample, shares=sample.shares[rows]), means


def _rows_of(blocks: NDArray[np.int64], block: int) -> NDArray[np.int64]:
    starts = np.asarray(blocks, dtype=np.int64) * block
    return (starts[:, None] + np.arange(block)).ravel()
