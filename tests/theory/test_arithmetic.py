"""Logistic, comparisons with a bound, clamping, units and conversions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sos_sim.core import units
from sos_sim.core.luck import mix, uniform
from sos_sim.theory.logistic import clamp, exponential_bound, happens, logistic

DRAWS = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)


@pytest.mark.parametrize(("x", "value"), [(0.0, 0.5), (math.log(3.0), 0.75), (-math.log(3.0), 0.25), (-1000.0, 0.0)])
def test_logistic_by_hand(x: float, value: float) -> None:
    assert logistic(x) == pytest.approx(value, abs=1e-15)


@given(st.floats(-1e6, 1e6))
def test_logistic_is_a_share_and_symmetric(x: float) -> None:
    assert 0.0 <= logistic(x) <= 1.0
    assert logistic(x) + logistic(-x) == pytest.approx(1.0)


@given(DRAWS, st.floats(0.0, 1.5), st.floats(-60.0, 60.0))
@settings(max_examples=500, derandomize=True)
def test_happens_is_the_plain_comparison(draw: float, ceiling: float, x: float) -> None:
    assert happens(draw, ceiling, x) == (draw < ceiling * logistic(x))


def test_happens_is_the_plain_comparison_on_a_dense_grid() -> None:
    for number in range(20_000):
        draw = uniform(mix(1, number), mix(1, 1)) ** 4
        x = 16.0 * uniform(mix(1, number), mix(2, 1)) - 12.0
        ceiling = uniform(mix(1, number), mix(3, 1))
        assert happens(draw, ceiling, x) == (draw < ceiling * logistic(x))


def test_the_bound_in_happens_is_never_below_the_logistic() -> None:
    for step in range(1, 4000):
        x = -step / 100.0
        assert 1.0 / (1.0 - x + 0.5 * x * x) >= logistic(x)


def test_clamp() -> None:
    assert [clamp(x, 0.0, 1.0) for x in (-1.0, 0.0, 0.25, 1.0, 7.0)] == [0.0, 0.0, 0.25, 1.0, 1.0]


@given(st.floats(-20.0, 14.0))
def test_the_exponential_bound_is_never_below_the_exponential(x: float) -> None:
    assert exponential_bound(x) >= math.exp(x) * (1.0 - 1e-12)


def test_one_clock() -> None:
    assert pytest.approx(52.178571) == units.WEEKS_PER_MONTH * 12
    assert pytest.approx(365.25) == units.DAYS_PER_MONTH * 12
    assert units.AGE_OF_MAJORITY_MONTHS == 216
