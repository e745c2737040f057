"""How much of an output's variance is luck, and how large an index luck alone would make.

All rows share their seeds. Where a factor moves, the same luck meets other lives, so that a factor
without any effect on the expected output still changes a single run. The dummy cannot show this,
since nothing reads it; the residuals between rows and seeds can.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sos_sim.sensitivity.estimators import MethodOfIndices, Numbers
from sos_sim.sensitivity.guard import quiet_library
from sos_sim.sensitivity.sampling import Sample


def luck_share(outputs: Numbers) -> dict[str, float]:
    """Variance of outputs, shape (rows, seeds), taken apart as in a two-way table with one value a cell.

    ``luck``: share of the variance of a single run that is not the row's (seeds, and seeds by rows);
    ``luck_left``: share that luck still has in the variance of rows' means, which indices are made of
    (what all rows have in common under a seed does not disturb them and is left out). NaN with one seed.
    """
    rows, seeds = outputs.shape
    if seeds < 2:
        return {"luck": float("nan"), "luck_left": float("nan")}
    residual = _residuals(outputs)
    noise = float((residual**2).sum()) / ((rows - 1) * (seeds - 1))
    means = float(outputs.mean(axis=1).var(ddof=1))
    common = max(0.0, float(outputs.mean(axis=0).var(ddof=1)) - noise / rows)
    between = max(0.0, means - noise / seeds)
    total = between + common + noise
    return {"luck": (common + noise) / total, "luck_left": min(1.0, noise / seeds / means)}


def luck_floor(method: MethodOfIndices, sample: Sample, outputs: Numbers) -> dict[str, Numbers]:
    """What each index that rests on differences would be, had each factor only stirred luck; shape (units,).

    The estimator is applied to the residuals of every seed and scaled from their size to that of luck
    left in the mean over seeds. Empty with one seed.
    """
    seeds = outputs.shape[1]
    if seeds < 2 or not method.enters:
        return {}
    residual = _residuals(outputs)
    with quiet_library():
        found = [method.estimate(sample, residual[:, seed]) for seed in range(seeds) if np.ptp(residual[:, seed]) > 0]
    if not found:
        return {}
    size: Any = {
        "amplitude": 1.0 / np.sqrt(seeds - 1.0),
        "variance": residual.var(axis=0).mean() / (seeds - 1.0) / outputs.mean(axis=1).var(),
    }
    return {
        index: size[kind] * np.mean([indices[index] for indices in found], axis=0)
        for index, kind in method.enters.items()
        if index in found[0]
    }


def _residuals(outputs: Numbers) -> Numbers:
    """What neither the row nor the seed explains, shape (rows, seeds)."""
    return np.asarray(
        outputs - outputs.mean(axis=1, keepdims=True) - outputs.mean(axis=0, keepdims=True) + outputs.mean()
    )
