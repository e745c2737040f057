"""What a number is uncertain by: luck within a draw of parameters, and the parameters between draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import stats

LEVEL: Final = 0.95
LEAST_LEVEL: Final = 0.8
"""An interval that could be said to hold less is not given: it would be the range of a few numbers."""
Floats = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.integer[Any]]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]


_NONE: Final = (float("nan"), float("nan"))


class Spread(NamedTuple):
    """A mean and its uncertainty, all in the unit of the values.

    ``low`` and ``high`` bound the expected value (the mean over luck) at ``level``: over one draw of parameters they
    are a t-interval and hold luck alone; over several they hold what the draws disagree on. ``level`` is ``LEVEL``, or
    what so few draws can be said to hold (``held_by``); below ``LEAST_LEVEL`` the bounds are NaN. ``luck_sd`` is the
    standard deviation of one replicate about its draw's mean, ``parameter_sd`` that of the draws' means once luck is
    taken out; NaN where the values cannot tell.
    """

    estimate: float
    low: float
    high: float
    level: float
    luck_sd: float
    parameter_sd: float


def draws_needed(level: float) -> int:
    """How many draws an interval needs to hold a share ``level`` (see ``held_by``): 9 for 80 %, 39 for 95 %."""
    return math.ceil(round((1.0 + level) / (1.0 - level), 9))


def spread(values: Floats, draws: Whole) -> Spread:
    """Uncertainty of values, shape (n,), of which ``draws``, shape (n,), names the parameter draw.

    Variance components of the one-way random-effects layout (Searle, Casella and McCulloch 1992,
    Variance Components, chapter 3). With several replicates a draw, the draws' means are pulled
    towards the overall mean until their variance is that of the parameters (Louis 1984, JASA 79:393),
    so that luck left in them does not widen the interval. With one replicate a draw the two cannot be
    told apart and the interval holds both. A draw whose values are all exactly 0, such as one in which arms
    cannot differ, has no luck: it stands at 0, and only the others are pulled, towards their own mean. Of fewer draws
    than hold ``LEAST_LEVEL`` there is no interval (NaN), unless all values are exactly 0.
    """
    names = np.unique(draws)
    if len(names) < 2:
        luck = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
        return Spread(mean(values), *t_interval(values), LEVEL, luck, float("nan"))
    groups = [values[draws == name] for name in names]
    level = held_by(len(names))
    enough = level >= LEAST_LEVEL or not values.any()
    if len(values) == len(names):
        return Spread(mean(values), *(middle(values, level) if enough else _NONE), level, *_NONE)
    moving = [group for group in groups if group.any()]
    pulled, within, left = _pulled(moving) if len(moving) > 1 else _pulled(groups)
    means = np.append(pulled, np.zeros(len(names) - len(pulled)))
    share = len(pulled) / len(names)
    low, high = _at_least_luck(*middle(means, level), means, share * left) if enough else _NONE
    return Spread(mean(values), low, high, level, (share * within) ** 0.5, float(means.std(ddof=1)))


def _pulled(groups: Sequence[Floats]) -> tuple[Floats, float, float]:
    """Means of groups without the luck left in them, variance within groups, and of luck left in a mean."""
    means, count = np.array([group.mean() for group in groups]), sum(len(group) for group in groups)
    freedom = max(1, count - len(groups))
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups) / freedom
    between = float(means.var(ddof=1))
    left = within * float(np.mean([1.0 / len(group) for group in groups]))
    shrink = (max(0.0, between - left) / between) ** 0.5 if between else 0.0
    return means.mean() + shrink * (means - means.mean()), within, left


def mean(values: Floats) -> float:
    """Mean, NaN of nothing."""
    return float(values.mean()) if len(values) else float("nan")


def t_interval(values: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Confidence interval for the mean of independent values, shape (n,); (NaN, NaN) when n < 2."""
    if len(values) < 2:
        return float("nan"), float("nan")
    half = float(stats.t.ppf(0.5 + level / 2, len(values) - 1)) * float(values.std(ddof=1)) / len(values) ** 0.5
    return mean(values) - half, mean(values) + half


def share_interval(successes: int, trials: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval for a probability of which ``successes`` of ``trials`` were seen; NaN without trials."""
    if not trials:
        return float("nan"), float("nan")
    interval = stats.binomtest(successes, trials).proportion_ci(level, "wilson")
    return float(interval.low), float(interval.high)


def share_over_draws(seen: Bools, draws: Whole, level: float = LEVEL) -> tuple[float, float]:
    """Interval for a probability of which ``seen``, shape (n,), tells, where cases of one of ``draws`` are alike.

    Wilson's, for as many cases as would be as precise were they independent: their number over the design effect, that
    is the variance of the share between draws over that of independent cases, at least 1, and with t of draws - 1
    degrees in place of the normal (Korn and Graubard 1998, Survey Methodology 24:193; Franco, Little, Louis and Slud
    2019, Journal of Survey Statistics and Methodology 7:334 compare such intervals). Where all cases are the same,
    draws count for one each. Cases of a single draw differ by luck alone and are independent.
    """
    names, place = np.unique(draws, return_inverse=True)
    number, groups = len(seen), len(names)
    if groups < 2 or number == groups:
        return share_interval(int(seen.sum()), number, level)
    share, sizes = float(seen.mean()), np.bincount(place)
    away = np.bincount(place, seen) - share * sizes
    alone = share * (1.0 - share) * number
    effect = max(1.0, groups / (groups - 1.0) * float((away**2).sum()) / alone) if alone else number / groups
    degrees = (float(stats.norm.ppf(0.5 + level / 2)) / float(stats.t.ppf(0.5 + level / 2, groups - 1))) ** 2
    return _wilson(share, number / effect * degrees, level)


def _wilson(share: float, number: float, level: float) -> tuple[float, float]:
    """Wilson's interval about a share of so many cases, which need not be whole (Wilson 1927, JASA 22:209)."""
    weight = float(stats.norm.ppf(0.5 + level / 2)) ** 2 / number
    centre, half = share + weight / 2.0, (weight * share * (1.0 - share) + weight**2 / 4.0) ** 0.5
    return max(0.0, (centre - half) / (1.0 + weight)), min(1.0, (centre + half) / (1.0 + weight))


def held_by(draws: int) -> float:
    """The share of all that might be drawn that an interval over so many draws can be said to hold, at most ``LEVEL``.

    The lowest and the highest of n independent draws hold a share of (n - 1) / (n + 1) between them, on average and
    whatever the distribution (Wilks 1941, Annals of Mathematical Statistics 12:91-96): a third for 2, 92 % for 25, and
    95 % from 39 on.
    """
    return min(LEVEL, (draws - 1.0) / (draws + 1.0))


def middle(values: Floats, level: float) -> tuple[float, float]:
    """The interval that holds a share ``level`` of what values, shape (n,), might be, on average (Wilks 1941)."""
    low, high = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2], method="weibull")
    return float(low), float(high)


def _at_least_luck(low: float, high: float, means: Floats, left: float) -> tuple[float, float]:
    """Never narrower than what luck leaves open about the overall mean."""
    half = float(stats.t.ppf(0.5 + LEVEL / 2, len(means) - 1)) * (left / len(means)) ** 0.5
    centre = mean(means)
    return min(low, centre - half), max(high, centre + half)
