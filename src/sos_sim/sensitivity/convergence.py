"""Whether a sample is large enough: indices against its size, and a verdict on the ranking."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sos_sim.sensitivity.estimators import MethodOfIndices, Numbers
from sos_sim.sensitivity.resampling import ResampledIndices, estimate, first_blocks
from sos_sim.sensitivity.sampling import Sample

PARTS: Final = (0.125, 0.25, 0.5, 0.75)
FEWEST_BLOCKS: Final = 4
_RESAMPLES: Final = 20


class Verdict(NamedTuple):
    """``rank_change``: weighted change of ranks between resamples (95th centile); stable up to 1.

    ``more`` is about how many blocks are still needed, 0 when the ranking is stable.
    """

    rank_change: float
    more: int

    @property
    def stable(self) -> bool:
        """Whether ranks hold."""
        return self.more == 0


def convergence_verdict(index: str, found: ResampledIndices, blocks: int) -> Verdict:
    """Judge the ranking of an index from its resamples.

    For each pair of resamples, changes of rank are averaged with weights that grow with the square of the
    larger index (Sarrazin, Pianosi and Wagener 2016, Environmental Modelling & Software 79, equation 6): shuffles
    among factors without influence do not count. Up to 1 (the weighted rank changes by at most one place) is stable.
    Sampling error falls with the root of the sample, so ``more = blocks * (change² - 1)``.
    """
    drawn = np.abs(found.resampled[index])
    ranks = stats.rankdata(-drawn, axis=1)
    half = len(drawn) // 2
    one, other = slice(0, half), slice(half, 2 * half)
    weights = np.maximum(drawn[one], drawn[other]) ** 2
    totals = weights.sum(axis=1)
    changes = (np.abs(ranks[one] - ranks[other]) * weights).sum(axis=1) / np.where(totals > 0, totals, 1.0)
    change = float(np.quantile(changes, 0.95))
    return Verdict(change, 0 if change <= 1.0 else max(1, int(np.ceil(blocks * (change**2 - 1.0)))))


def curve(method: MethodOfIndices, sample: Sample, outputs: Numbers, whole: ResampledIndices) -> pd.DataFrame:
    """The ranking index from ever larger parts of the sample.

    Columns: blocks, factor, estimate, low, high. ``outputs`` has shape (rows, seeds); ``whole`` is the
    estimate from all of it. A fixed design has no parts.
    """
    index = method.ranked_by
    sizes = [] if sample.fixed else sorted({round(sample.blocks * part) for part in PARTS} - set(range(FEWEST_BLOCKS)))
    steps = [(size, _part(method, sample, outputs, size)) for size in sizes]
    tables = [_points(sample, index, size, found) for size, found in [*steps, (sample.blocks, whole)] if found]
    return pd.concat(tables, ignore_index=True)


def _part(method: MethodOfIndices, sample: Sample, outputs: Numbers, blocks: int) -> ResampledIndices | None:
    part, values = first_blocks(sample, outputs, blocks)
    return estimate(method, part, values, _RESAMPLES) if np.ptp(values.mean(axis=1)) > 0 else None


def _points(sample: Sample, index: str, blocks: int, found: ResampledIndices) -> pd.DataFrame:
    value, half = found.values[index], found.half_width(index)
    return pd.DataFrame(
        {
            "blocks": blocks,
            "factor": list(sample.space.units),
            "estimate": value,
            "low": value - half,
            "high": value + half,
        }
    )
