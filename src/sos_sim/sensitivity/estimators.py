"""Indices of sensitivity, computed by SALib: one function a method, arrays in, arrays by index out.

Each takes a sample and outputs of shape (rows,), already guarded, and returns for each index an array
over ``space.units``, or over ``space.pairs`` for those in ``PAIRWISE``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.sensitivity.sampling import LEVELS, Sample, levels_of
from sos_sim.sensitivity.study import Method

Numbers = NDArray[np.float64]
Indices = dict[str, Numbers]
Estimator = Callable[[Sample, Numbers], Indices]

PAIRWISE: Final = ("second order", "interaction")
SLICES: Final = 10
"""Parts into which PAWN cuts each factor, and regional sensitivity analysis the output."""
_FEWEST: Final = {"num_resamples": 2, "seed": 1}
"""SALib's own resampling is not used: intervals come from ``resampling``, for all methods alike."""


def morris(sample: Sample, outputs: Numbers) -> Indices:
    """Elementary effects (Morris 1991; Campolongo, Cariboni and Saltelli 2007): mu, mu_star, sigma.

    In units of the output, per whole distribution of the factor: a step is half of it, from one level
    to the level four eighths of the probability away.
    """
    from SALib.analyze import morris as library

    found = library.analyze(sample.space.problem(), levels_of(sample.shares), outputs, num_levels=LEVELS, **_FEWEST)
    scale = LEVELS / (LEVELS - 1)
    names = ("mu_star", "mu") if sample.space.groups else ("mu_star", "mu", "sigma")
    return {name: np.asarray(found[name], dtype=float) * scale for name in names}


def sobol(sample: Sample, outputs: Numbers) -> Indices:
    """Shares of variance: first order, total, and second order where the sample allows it.

    Saltelli et al. 2010 (Computer Physics Communications 181) and Saltelli 2002, as in SALib.
    """
    from SALib.analyze import sobol as library

    units = len(sample.space.units)
    second = sample.block == 2 * units + 2
    found = library.analyze(sample.space.problem(), outputs, calc_second_order=second, **_FEWEST)
    indices = {"total": np.asarray(found["ST"]), "first order": np.asarray(found["S1"])}
    if second:
        indices["second order"] = np.asarray(found["S2"])[np.triu_indices(units, 1)]
    return indices


def shapley_effects(sample: Sample, outputs: Numbers) -> Indices:
    """Shapley effects as shares of variance (Goda 2021, Reliability Engineering & System Safety 213)."""
    from SALib.analyze import shapley as library

    found = library.analyze(sample.space.problem(), sample.shares, outputs)
    return {"shapley": np.asarray(found["shapley_normalized"])}


def factorial(sample: Sample, outputs: Numbers) -> Indices:
    """Difference of the output between two levels, and interactions (resolution IV: pairs share contrasts).

    SALib's effects are half-differences; these are whole ones, high level minus low.
    """
    from SALib.analyze import ff as library

    found = library.analyze(sample.space.problem(), sample.shares, outputs, second_order=True)
    wanted = len(sample.space.names)
    named = zip(found["interaction_names"], found["IE"], strict=True)
    pairs = {frozenset(pair): 2.0 * effect for pair, effect in named}
    return {
        "effect": 2.0 * np.asarray(found["ME"])[:wanted],
        "interaction": np.array([pairs[frozenset(pair)] for pair in sample.space.pairs]),
    }


def pawn(sample: Sample, outputs: Numbers) -> Indices:
    """Kolmogorov-Smirnov distance of conditional from unconditional outputs over ten slices: median, maximum.

    Pianosi and Wagener 2018 (Environmental Modelling & Software 108). SALib would seed NumPy's
    global generator if it were given a seed; it needs none.
    """
    from SALib.analyze import pawn as library

    found = library.analyze(sample.space.problem(), sample.shares, outputs, S=SLICES)
    return {"median": np.asarray(found["median"]), "maximum": np.asarray(found["maximum"])}


def delta(sample: Sample, outputs: Numbers) -> Indices:
    """Borgonovo's delta, half the area between conditional and unconditional densities.

    Plischke, Borgonovo and Smith 2013 (European Journal of Operational Research 226), equation 26, by
    SALib; the correction of its bias (equation 30) is left to the resampling of ``resampling``.
    """
    from SALib.analyze.delta import calc_delta

    rows = len(outputs)
    exponent = 2.0 / (7.0 + np.tanh((1500.0 - rows) / 500.0))
    parts = round(min(int(np.ceil(rows**exponent)), 48))
    edges, grid = np.linspace(0, rows, parts + 1), np.linspace(outputs.min(), outputs.max(), 100)
    return {"delta": np.array([calc_delta(outputs, grid, column, edges) for column in sample.shares.T])}


def rbd_fast(sample: Sample, outputs: Numbers) -> Indices:
    """First-order shares of variance by random balance designs (Tarantola et al. 2006; Plischke 2010)."""
    from SALib.analyze import rbd_fast as library

    found = library.analyze(sample.space.problem(), sample.shares, outputs, **_FEWEST)
    return {"first order": np.asarray(found["S1"], dtype=float)}


def rsa(sample: Sample, outputs: Numbers) -> Indices:
    """Regional sensitivity: how a factor is distributed where the output lies in a tenth, against elsewhere.

    SALib's Cramér-von Mises statistics are ``n m / (n + m)`` times a mean squared distance of
    distribution functions; freed from that factor, averaged over tenths and rooted they do not
    depend on the number of rows. 0: no difference in any tenth.
    """
    from SALib.analyze.rsa import rsa as library

    statistics = library(sample.shares, outputs, bins=SLICES, target="Y")
    size = len(outputs) * (SLICES - 1) / SLICES**2
    return {"distance": np.sqrt(np.nanmean(statistics, axis=0) / size)}


class MethodOfIndices(NamedTuple):
    """An estimator; the index by which factors are ranked; and how luck that varies with a factor enters each.

    ``enters`` names, for indices built on differences between rows, whether luck adds to them as an
    "amplitude" (in units of the output) or as a share of "variance". ``resamples`` make its intervals.
    """

    estimate: Estimator
    ranked_by: str
    enters: Mapping[str, str]
    corrects_bias: bool = False
    resamples: int = 100


METHODS: Final[Mapping[Method, MethodOfIndices]] = {
    "morris": MethodOfIndices(morris, "mu_star", {"mu_star": "amplitude", "sigma": "amplitude"}),
    "sobol": MethodOfIndices(sobol, "total", {"total": "variance"}),
    "shapley": MethodOfIndices(shapley_effects, "shapley", {"shapley": "variance"}),
    "factorial": MethodOfIndices(factorial, "effect", {}),
    "pawn": MethodOfIndices(pawn, "median", {}, resamples=40),
    "delta": MethodOfIndices(delta, "delta", {}, corrects_bias=True, resamples=40),
    "rbd_fast": MethodOfIndices(rbd_fast, "first order", {}, resamples=40),
    "rsa": MethodOfIndices(rsa, "distance", {}, resamples=40),
}
