"""Sharing out an effect over the links that make it: alone, in order, and whatever the order.

A coalition is a set of links that are switched on; ``worth`` holds the effect of every coalition, one
column each, a row for each replicate. Coalition number ``c`` holds link ``i`` where bit ``i`` of ``c``
is set, so column 0 is no link and the last column all of them.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from sos_sim.statistics.intervals import Floats


def alone(worth: Floats) -> Floats:
    """What each link adds with all others off, shape (rows, links)."""
    return worth[:, _singles(worth)] - worth[:, [0]]


def missed(worth: Floats) -> Floats:
    """What is lost when each link is switched off and all others stay on, shape (rows, links)."""
    everything = worth.shape[1] - 1
    return worth[:, [everything]] - worth[:, [everything ^ single for single in _singles(worth)]]


def in_order(worth: Floats) -> Floats:
    """What each link adds when links are switched on one after another, shape (rows, links)."""
    steps = [(1 << links) - 1 for links in range(links_of(worth) + 1)]
    return np.diff(worth[:, steps], axis=1)


def shapley(worth: Floats) -> Floats:
    """What each link adds on average over all orders, shape (rows, links); a row sums to its total effect.

    ``share_i = sum over S without i of |S|! (n - |S| - 1)! / n! (worth(S and i) - worth(S))``: the only
    division that is symmetric, additive, gives nothing to a link that changes nothing, and leaves
    nothing over (Shapley 1953, A value for n-person games, Annals of Mathematics Studies 28). Exact:
    every coalition was run.
    """
    links = links_of(worth)
    shares = np.zeros((len(worth), links))
    for coalition in range(worth.shape[1]):
        size = coalition.bit_count()
        for link in range(links):
            if not coalition >> link & 1:
                weight = factorial(size) * factorial(links - size - 1) / factorial(links)
                shares[:, link] += weight * (worth[:, coalition | 1 << link] - worth[:, coalition])
    return shares


def links_of(worth: Floats) -> int:
    """The number of links in a table of coalitions."""
    return int(worth.shape[1] - 1).bit_length()


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


def _singles(worth: Floats) -> list[int]:
    return [1 << link for link in range(links_of(worth))]
