"""Sharing out an effect over the paths that carry it, whatever the order in which they open.

A coalition is a set of paths that are open; ``worth`` holds the effect of every coalition, one
column each, a row for each replicate. Coalition number ``c`` holds path ``i`` where bit ``i`` of ``c``
is set, so column 0 is no path and the last column all of them.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from sos_sim.statistics.intervals import Floats


def shapley(worth: Floats) -> Floats:
    """What each path adds on average over all orders, shape (rows, paths); a row sums to its last less its first.

    ``share_i = sum over S without i of |S|! (n - |S| - 1)! / n! (worth(S and i) - worth(S))``: the only
    division that is symmetric, additive, gives nothing to a path that changes nothing, and leaves
    nothing over (Shapley 1953, A value for n-person games, Annals of Mathematics Studies 28). Exact:
    every coalition was run.
    """
    paths = int(worth.shape[1] - 1).bit_length()
    shares = np.zeros((len(worth), paths))
    for coalition in range(worth.shape[1]):
        size = coalition.bit_count()
        for path in range(paths):
            if not coalition >> path & 1:
                weight = factorial(size) * factorial(paths - size - 1) / factorial(paths)
                shares[:, path] += weight * (worth[:, coalition | 1 << path] - worth[:, coalition])
    return shares


def shown_steps(steps: Floats, total: float, decimals: int) -> Floats:
    """Steps rounded so that they add up to the rounded total to the last digit shown.

    ``steps`` add up to ``total``. Largest remainders: all are rounded down, and those that lost most
    are rounded up until the sum is right; a step of exactly 0 stays 0.
    """
    scaled = np.asarray(steps, dtype=float) * 10.0**decimals
    whole = np.floor(scaled)
    short = round(round(total, decimals) * 10.0**decimals) - int(whole.sum())
    whole[np.argsort(whole - scaled, kind="stable")[:short]] += 1.0
    return np.round(whole / 10.0**decimals, decimals) + 0.0
