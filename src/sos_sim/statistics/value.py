"""Value of information: what knowing something beforehand is worth to one authority that decides on a programme.

Regression methods: net benefit is regressed on what would be known, and whoever knows it takes the option
with the highest fitted net benefit (Strong, Oakley and Brennan 2014, Medical Decision Making 34:311-326, for
parameters; Strong, Oakley, Brennan and Breeze 2015, Medical Decision Making 35:570-583, for the data of a trial).

The mean of the highest fitted values is too high when draws are few: a fit that follows noise always seems to
choose well. So every draw is decided by a fit that has not seen it, and is credited with its own net benefit,
as is deciding without knowing. What is worth nothing then comes out at nothing on average or slightly below, and
a clumsy fit makes the value too low on average, not too high. A single study's may lie above the value of
knowing everything where deciding now is a toss-up. Fits are additive: what shows only when two things are
known together is missed.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sos_sim.core.errors import InputError
from sos_sim.statistics.intervals import Floats, Whole, mean, t_interval

FOLDS: Final = 10
FEWEST_DRAWS: Final = 30
_PENALTIES: Final = tuple(float(penalty) for penalty in np.logspace(-1, 5, 19))
_KNOTS: Final = np.linspace(0.0, 1.0, 5)[:, None]
_NOTHING: Final = float(np.finfo(float).tiny)


class Information(NamedTuple):
    """What knowing something is worth to one decision, in the unit of the benefits.

    ``low`` and ``high``: 95 % t-interval over draws for deciding by the rules that were learned. All three are 0
    where no draw would be decided otherwise, which leaves open what more draws would show.
    ``explained``: share of the variance of net benefit that is predicted, held out; it shows what moves net
    benefit without changing the decision. 0 or below: nothing.
    """

    worth: float
    low: float
    high: float
    explained: float


def sample_information(benefits: Floats, estimates: Floats, draws: Whole) -> Information:
    """EVSI: what it is worth to see the result of a trial of one design before deciding.

    ``benefits``, shape (draws, options), net benefit; ``estimates``, shape (trials, outcomes), what each virtual
    trial would report; ``draws``, shape (trials,), the row of ``benefits`` in which that trial takes place. A
    trial with a missing estimate teaches nothing: the decision stays as it was. Raises InputError for trials of
    fewer than ``FEWEST_DRAWS`` draws.
    """
    return informed(benefits[draws][:, :, None], estimates, draws)[0]


def informed(benefits: Floats, known: Floats, draws: Whole) -> list[Information]:
    """What knowing is worth in each of several worlds that share what is known.

    ``benefits``, shape (rows, options, worlds); ``known``, shape (rows, inputs); ``draws``, shape (rows,): rows of
    one draw are held out together. Raises InputError for fewer than ``FEWEST_DRAWS`` draws.
    """
    from threadpoolctl import threadpool_limits

    names, number = np.unique(draws, return_inverse=True)
    if len(names) < FEWEST_DRAWS:
        raise InputError(
            f"the value of information needs at least {FEWEST_DRAWS} draws of parameters; there are {len(names)}."
        )
    seen = np.isfinite(known).all(axis=1)
    beyond_first = (benefits - benefits[:, :1])[seen]
    with threadpool_limits(1):
        expected, now = _held_out(beyond_first, _terms(known[seen]), number[seen] % FOLDS)
    gains = np.zeros((len(draws), benefits.shape[2]))
    gains[seen] = _chosen(beyond_first, expected) - _chosen(beyond_first, now)
    by_draw = [np.bincount(number, gain) / np.bincount(number) for gain in gains.T]
    explained = 1.0 - _squared(beyond_first - expected) / np.maximum(_squared(beyond_first - now), _NOTHING)
    return [
        Information(mean(gain), *t_interval(gain), float(share)) for gain, share in zip(by_draw, explained, strict=True)
    ]


def _held_out(benefits: Floats, terms: Floats, folds: Whole) -> tuple[Floats, Floats]:
    """Expected benefits with and without knowing, from rows outside a row's own fold.

    All have the shape (rows, options, worlds); those of the first option are 0.
    """
    expected, now = np.zeros_like(benefits), np.zeros_like(benefits)
    for fold in np.unique(folds):
        inside = folds == fold
        others = benefits[~inside, 1:]
        flat = others.reshape(len(others), -1)
        expected[inside, 1:] = _predicted(terms[~inside], flat, terms[inside]).reshape(-1, *others.shape[1:])
        now[inside, 1:] = others.mean(axis=0)
    return expected, now


def _predicted(terms: Floats, benefits: Floats, where: Floats) -> Floats:
    """Benefits, shape (rows, columns), learned from ``terms`` and expected at the terms ``where``."""
    if terms.shape[1] == 1:
        return np.asarray(_ridge(terms[:, 0], benefits).predict(where[:, 0]))
    return np.column_stack([_weighted(terms, benefit, where) for benefit in benefits.T])


def _weighted(terms: Floats, benefit: Floats, where: Floats) -> Floats:
    """As ``_predicted`` for one column; inputs that go with it count for more, or many idle ones would drown a few.

    An input's terms are weighted by the strongest of their correlations with the benefit (a ridge relative of
    the adaptive lasso, Zou 2006, Journal of the American Statistical Association 101:1418-1429).
    """
    spread = terms - terms.mean(axis=0)
    across = np.einsum("rit,r->it", spread, benefit - benefit.mean())
    together = np.abs(across) / np.sqrt(np.maximum((spread**2).sum(axis=0), _NOTHING))
    weights = together.max(axis=1) / max(float(together.max()), _NOTHING)
    flat, there = ((part * weights[:, None]).reshape(len(part), -1) for part in (terms, where))
    return np.asarray(_ridge(flat, benefit[:, None]).predict(there)).reshape(-1)


def _chosen(benefits: Floats, expected: Floats) -> Floats:
    """The benefit of the option that is expected to be best, shape (rows, worlds)."""
    best = expected.argmax(axis=1)[:, None]
    return np.asarray(np.take_along_axis(benefits, best, axis=1)[:, 0])


def _squared(errors: Floats) -> Floats:
    """Sum of squares of each world."""
    return np.asarray((errors**2).sum(axis=(0, 1)))


def _terms(known: Floats) -> Floats:
    """The normal score of every input and a cubic B-spline of its rank, shape (rows, inputs, terms): free of scale."""
    from scipy.stats import norm, rankdata
    from sklearn.preprocessing import SplineTransformer

    shares = (rankdata(known, axis=0) - 0.5) / len(known)
    curve = SplineTransformer(degree=3, knots=_KNOTS, include_bias=False).fit(_KNOTS)
    curves = curve.transform(shares.reshape(-1, 1)).reshape(*shares.shape, -1)
    return np.concatenate([norm.ppf(shares)[:, :, None], curves], axis=2)


def _ridge(terms: Floats, benefits: Floats) -> Any:
    """Ridge regression with a penalty for each column of benefits, by generalised cross-validation."""
    from sklearn.linear_model import RidgeCV

    return RidgeCV(_PENALTIES, alpha_per_target=True).fit(terms, benefits)


def perfect_information(benefits: Floats) -> Floats:
    """Loss of deciding now in every possible state, shape (states,); their mean is the value of knowing.

    ``benefits`` has shape (states, options). ``EVPI = E[max_d NB(d)] - max_d E[NB(d)]`` (Briggs, Claxton
    and Sculpher 2006, Decision Modelling for Health Economic Evaluation, chapter 6).
    """
    best_now = int(benefits.mean(axis=0).argmax())
    loss: Floats = benefits.max(axis=1) - benefits[:, best_now]
    return loss
