"""Statistical assertions that know their power: pass, fail, or 'too few to tell'.

Every assertion is told the smallest deviation worth noticing. Before it looks at the data it asks
whether a deviation of that size would be noticed with probability 0.9 or more; if not, the test
fails because it could not have failed for the right reason.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

WANTED_POWER = 0.9
FALSE_ALARM = 1e-4


class TooFewToTell(AssertionError):
    """The sample is too small to see a deviation worth noticing."""


def require(power: float, what: str) -> None:
    """Raise TooFewToTell unless the test has the wanted power."""
    if not power >= WANTED_POWER:
        raise TooFewToTell(f"{what}: power {power:.2f} is below {WANTED_POWER}")


def critical(false_alarm: float) -> float:
    """Two-sided critical value of the standard normal."""
    return float(stats.norm.isf(false_alarm / 2.0))


def power_of_mean(number: int, sd: float, worth_noticing: float, false_alarm: float = FALSE_ALARM) -> float:
    """Power of a two-sided test of a mean against a shift of ``worth_noticing``."""
    return float(stats.norm.cdf(worth_noticing * math.sqrt(number) / sd - critical(false_alarm)))


def assert_mean(
    values: ArrayLike, expected: float, *, sd: float, worth_noticing: float, false_alarm: float = FALSE_ALARM
) -> None:
    """The mean of independent values with known ``sd`` is as expected."""
    sample = np.asarray(values, dtype=float)
    require(power_of_mean(sample.size, sd, worth_noticing, false_alarm), f"mean of {sample.size} values")
    distance = abs(float(sample.mean()) - expected) * math.sqrt(sample.size) / sd
    assert distance < critical(false_alarm), f"mean {sample.mean():.6g}, expected {expected:.6g}: z = {distance:.1f}"


def assert_even(counts: ArrayLike, *, worth_noticing: float, false_alarm: float = FALSE_ALARM) -> None:
    """Counts are spread evenly over their cells (chi-square).

    ``worth_noticing`` is Cohen's w: the root mean square of the cells' relative deviations.
    """
    cells = np.asarray(counts, dtype=float).ravel()
    number, freedom = cells.sum(), cells.size - 1
    bar = stats.chi2.isf(false_alarm, freedom)
    require(float(stats.ncx2.sf(bar, freedom, number * worth_noticing**2)), f"{int(number)} counts")
    found = float(((cells - number / cells.size) ** 2).sum() / (number / cells.size))
    assert found < bar, f"chi-square {found:.0f} on {freedom} degrees of freedom"


def assert_uncorrelated(
    left: ArrayLike, right: ArrayLike, *, worth_noticing: float, false_alarm: float = FALSE_ALARM
) -> None:
    """Two samples of equal length have no linear correlation (Fisher's z)."""
    first, second = np.ravel(np.asarray(left)), np.ravel(np.asarray(right))
    precision = math.sqrt(first.size - 3.0)
    power = float(stats.norm.cdf(math.atanh(worth_noticing) * precision - critical(false_alarm)))
    require(power, f"correlation of {first.size} pairs")
    found = float(np.corrcoef(first, second)[0, 1])
    assert abs(found) < 1.0, "one sample is the other"
    assert abs(math.atanh(found)) * precision < critical(false_alarm), f"correlation {found:.4f}"


def assert_distributed(
    values: ArrayLike, distribution: stats.rv_continuous, *, worth_noticing: float, false_alarm: float = FALSE_ALARM
) -> None:
    """Values follow a continuous distribution (Kolmogorov-Smirnov).

    ``worth_noticing`` is a distance between distribution functions; the power bound is that of
    Dvoretzky, Kiefer and Wolfowitz, so the true power is higher.
    """
    sample = np.ravel(np.asarray(values, dtype=float))
    bar = float(stats.kstwo.isf(false_alarm, sample.size))
    spare = max(0.0, worth_noticing - bar)
    require(1.0 - 2.0 * math.exp(-2.0 * sample.size * spare**2), f"distribution of {sample.size} values")
    found = float(stats.kstest(sample, distribution.cdf).statistic)
    assert found < bar, f"largest distance {found:.5f}, allowed {bar:.5f}"


def standard_error(differences: ArrayLike) -> tuple[float, float, float]:
    """Mean of paired differences, its standard error, and the degrees of freedom."""
    sample: NDArray[np.float64] = np.asarray(differences, dtype=float)
    return float(sample.mean()), float(sample.std(ddof=1) / math.sqrt(sample.size)), float(sample.size - 1)


def assert_null(differences: ArrayLike, *, worth_noticing: float, false_alarm: float = 0.01) -> None:
    """Paired differences have mean 0 within Monte Carlo error, and an effect worth noticing would show."""
    mean, error, freedom = standard_error(differences)
    if error == 0.0:
        assert mean == 0.0, f"all differences are {mean}"
        return
    bar = float(stats.t.isf(false_alarm / 2.0, freedom))
    require(float(stats.nct.sf(bar, freedom, worth_noticing / error)), f"mean of {int(freedom) + 1} differences")
    assert abs(mean) < bar * error, f"mean difference {mean:.4g}, standard error {error:.4g}"


def assert_within(differences: ArrayLike, bound: float, false_alarm: float = 0.01) -> None:
    """The mean of independent values is shown to lie within ±bound (two one-sided t tests)."""
    if is_above(differences, -bound, false_alarm) and is_below(differences, bound, false_alarm):
        return
    mean, error, _ = standard_error(differences)
    assert abs(mean) < bound, f"mean {mean:.4g}, standard error {error:.4g}, is not within {bound}"
    raise TooFewToTell(f"mean {mean:.4g}, standard error {error:.4g}: not shown to be within {bound}")


def is_below(differences: ArrayLike, bound: float = 0.0, false_alarm: float = 0.01) -> bool:
    """Whether paired differences are shown to lie below ``bound`` on average (one-sided t test)."""
    mean, error, freedom = standard_error(differences)
    return mean < bound and (error == 0.0 or (bound - mean) / error > float(stats.t.isf(false_alarm, freedom)))


def is_above(differences: ArrayLike, bound: float = 0.0, false_alarm: float = 0.01) -> bool:
    """Whether paired differences are shown to lie above ``bound`` on average (one-sided t test)."""
    return is_below(-np.asarray(differences, dtype=float), -bound, false_alarm)
