"""The assertions that know their power pass, fail, and say 'too few to tell' where they should."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from support.power import (
    TooFewToTell,
    assert_distributed,
    assert_even,
    assert_mean,
    assert_null,
    assert_uncorrelated,
    assert_within,
    is_above,
    is_below,
    power_of_mean,
)

EVEN = (np.arange(40_000) + 0.5) / 40_000


def test_power_of_mean_by_hand() -> None:
    # 100 values with sd 1: a shift of 0.324 is 1.96 + 1.28 standard errors
    assert power_of_mean(100, 1.0, 0.3241516, false_alarm=0.05) == pytest.approx(0.9, abs=1e-4)


def test_mean() -> None:
    assert_mean(EVEN, 0.5, sd=12**-0.5, worth_noticing=0.01)
    with pytest.raises(AssertionError, match="mean"):
        assert_mean(EVEN + 0.01, 0.5, sd=12**-0.5, worth_noticing=0.01)
    with pytest.raises(TooFewToTell):
        assert_mean(EVEN[:20], 0.5, sd=12**-0.5, worth_noticing=0.01)


def test_even_counts() -> None:
    assert_even([1000] * 10, worth_noticing=0.1)
    with pytest.raises(AssertionError, match="chi-square"):
        assert_even([1200, 800] * 5, worth_noticing=0.1)
    with pytest.raises(TooFewToTell):
        assert_even([10] * 10, worth_noticing=0.1)


def test_correlation() -> None:
    wave = np.cos(np.arange(4000)), np.sin(np.arange(4000))
    assert_uncorrelated(*wave, worth_noticing=0.1)
    with pytest.raises(AssertionError, match="correlation"):
        assert_uncorrelated(wave[0], wave[1] + 0.2 * wave[0], worth_noticing=0.1)
    with pytest.raises(AssertionError, match="one sample is the other"):
        assert_uncorrelated(np.repeat([0.0, 1.0], 1000), np.repeat([0.0, 1.0], 1000), worth_noticing=0.2)
    with pytest.raises(TooFewToTell):
        assert_uncorrelated(wave[0][:50], wave[1][:50], worth_noticing=0.1)


def test_distribution() -> None:
    assert_distributed(EVEN, stats.uniform, worth_noticing=0.03)
    with pytest.raises(AssertionError, match="distance"):
        assert_distributed(EVEN**1.1, stats.uniform, worth_noticing=0.03)
    with pytest.raises(TooFewToTell):
        assert_distributed(EVEN[:100], stats.uniform, worth_noticing=0.03)


def test_paired_differences() -> None:
    jitter = stats.norm.ppf((np.arange(20) + 0.5) / 20)
    assert_null(jitter, worth_noticing=2.0)
    assert_null(np.zeros(5), worth_noticing=1.0)
    with pytest.raises(TooFewToTell):
        assert_null(jitter, worth_noticing=0.1)
    with pytest.raises(AssertionError, match="mean difference"):
        assert_null(jitter + 2.0, worth_noticing=2.0)
    assert is_above(jitter + 2.0) and not is_below(jitter + 2.0) and not is_above(jitter)


def test_equivalence() -> None:
    jitter = stats.norm.ppf((np.arange(20) + 0.5) / 20)
    assert_within(jitter, 1.0)
    with pytest.raises(TooFewToTell):
        assert_within(jitter + 0.5, 0.8)
    with pytest.raises(AssertionError, match="is not within"):
        assert_within(jitter + 1.5, 1.0)
