"""Draws weighed by what studies found: luck shrunk away, likelihoods, weights, and what is left of so many draws.

Pure arithmetic on arrays; a draw's effect is known from a few replicates, so it is never taken at its face value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr
from scipy.stats import norm

from sos_sim.synthesis.studies import HeldOutcome

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
CRITICAL: Final = float(norm.ppf(0.975))
"""Standard errors from 0 beyond which a study says that it found something (5 %, both sides)."""
ONE_SIDED: Final = float(norm.ppf(0.95))


class LikelyEffects(NamedTuple):
    """Effects of draws as far as their replicates tell them: means and variances, shape (draws,)."""

    mean: Floats
    variance: Floats


def shrink(replicates: Floats, groups: NDArray[np.int64]) -> LikelyEffects:
    """Effects of draws given their replicates, shape (draws, replicates), the luck of these taken out.

    In each group (draws under which the theory is null, and others) true effects are taken as normal around their
    mean. With T² the variance of draws' means, v the variance within draws over the number of replicates, and
    τ² = max(0, T² - v), the effect of a draw is m + B·(its mean - m) with variance B·v, B = τ²/(τ² + v) (Efron and
    Morris 1975). A lucky draw is not mistaken for a good one: where luck is all, B is 0 and draws are alike. So luck
    dilutes what a study says of the parameters behind an effect: B of it is kept. A draw without any number is known
    as its group is: m with variance τ².
    """
    counted = np.isfinite(replicates).sum(axis=1)
    mean, variance = np.zeros(len(replicates)), np.zeros(len(replicates))
    for group in np.unique(groups):
        here = groups == group
        mean[here], variance[here] = _shrunk(replicates[here], counted[here])
    return LikelyEffects(mean, variance)


def _shrunk(replicates: Floats, counted: NDArray[np.int64]) -> tuple[Floats, Floats]:
    filled = np.where(np.isfinite(replicates), replicates, 0.0)
    known = counted > 0
    if not known.any():
        return np.zeros(len(counted)), np.full(len(counted), np.inf)
    mean = np.divide(filled.sum(axis=1), counted, out=np.zeros(len(counted)), where=known)
    errors = np.where(np.isfinite(replicates), replicates - mean[:, None], 0.0) ** 2
    freedom = int((counted[known] - 1).sum())
    luck = float(errors.sum()) / freedom if freedom else 0.0
    middle = float(mean[known].mean())
    between = max(0.0, float(mean[known].var()) - luck * float((1.0 / counted[known]).mean()))
    own = np.divide(luck, counted, out=np.full(len(counted), np.inf), where=known)
    keep = np.where(known, between / (between + np.where(known, own, 1.0)) if between > 0.0 else 0.0, 0.0)
    variance = np.where(known, keep * np.where(known, own, 0.0), between)
    return middle + keep * np.where(known, mean - middle, 0.0), variance


def log_likelihood(outcome: HeldOutcome, effects: LikelyEffects) -> Floats:
    """Log of how probable what a study found is at every draw, shape (draws,).

    An estimate is normal around the draw's effect with the study's whole error and the variance that is left of the
    draw's luck. "None found" is the event that the study, with its error, found no difference at 5 %; "more" and
    "fewer" that it found one: Φ((±effect - c·error)/spread). So silence of a small study says little, of a large one
    much.
    """
    error = outcome.whole_error
    spread = np.hypot(error, np.sqrt(np.minimum(effects.variance, 1e12)))
    if outcome.found == "estimate":
        return np.asarray(norm.logpdf(outcome.value, effects.mean, spread))
    above, below = ((sign * effects.mean - CRITICAL * error) / spread for sign in (1.0, -1.0))
    if outcome.found == "none":
        return np.asarray(np.log(np.maximum(norm.cdf(-above) - norm.cdf(below), 1e-300)))
    return np.asarray(log_ndtr(above if outcome.found == "more" else below))


def of_study(likelihoods: Sequence[Floats], alike: float) -> Floats:
    """The log likelihood of a study from those of its outcomes, of which any two are ``alike``.

    Their sum over ``1 + (k - 1)·alike``: as k outcomes count that say the same. It is exact for normal errors where
    the standardised differences are equal, as then z'R⁻¹z = k·z²/(1 + (k - 1)·alike).
    """
    return np.asarray(np.sum(likelihoods, axis=0) / (1.0 + (len(likelihoods) - 1) * alike))


def weights_of(logs: Floats) -> Floats:
    """Weights that sum to 1 from log likelihoods of draws that were equally probable before."""
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def effective_draws(weights: Floats) -> float:
    """How many draws of equal weight say as much: ``1/Σw²`` (Kish)."""
    return float(1.0 / np.sum(weights**2))


def bayes_factor(logs: Floats, null: Truths) -> float:
    """How much likelier the findings are if the theory is null: a ratio of mean likelihoods; NaN without both."""
    if null.all() or not null.any():
        return float("nan")
    likelihood = np.exp(logs - logs.max())
    return float(likelihood[null].mean() / likelihood[~null].mean()) if likelihood[~null].any() else float("inf")


def probability_of_finding(outcome: HeldOutcome, effects: LikelyEffects, weights: Floats) -> float:
    """How probable a finding at least as far out is, draws weighted: the predictive check.

    Of an estimate both tails, twice the smaller; of other findings the finding itself.
    """
    if outcome.found != "estimate":
        return float(weights @ np.exp(log_likelihood(outcome, effects)))
    spread = np.hypot(outcome.whole_error, np.sqrt(np.minimum(effects.variance, 1e12)))
    below = float(weights @ norm.cdf(outcome.value, effects.mean, spread))
    return min(1.0, 2.0 * min(below, 1.0 - below))


class Reach(NamedTuple):
    """Which share of draws makes a finding probable enough, and how far the nearest draw is from doing so."""

    share: float
    gap: float


def reach_of(outcome: HeldOutcome, effects: LikelyEffects) -> Reach:
    """Whether any draw's effect makes the finding probable at 5 %; the gap is 0 where one does.

    An estimate allows effects within c errors of it, "none" up to (c + d) errors either way, "more" and "fewer" from
    (c - d) errors on their side, with c and d the normal's 97.5th and 95th centiles.
    """
    error = outcome.whole_error
    within, beyond = (CRITICAL + ONE_SIDED) * error, (CRITICAL - ONE_SIDED) * error
    low, high = {
        "estimate": (outcome.value - CRITICAL * error, outcome.value + CRITICAL * error),
        "none": (-within, within),
        "more": (beyond, np.inf),
        "fewer": (-np.inf, -beyond),
    }[outcome.found]
    outside = np.maximum(0.0, np.maximum(low - effects.mean, effects.mean - high))
    return Reach(float(np.mean(outside == 0.0)), float(outside.min()))
