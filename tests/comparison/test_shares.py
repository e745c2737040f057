"""Sharing out an effect over paths: exact, the same whatever the order, rounded so that it adds up."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from sos_sim.comparison import shares
from sos_sim.statistics.intervals import Floats

effects = some.floats(-1e3, 1e3)
worths = some.integers(1, 4).flatmap(lambda paths: arrays(float, (2, 2**paths), elements=effects))


def test_hand_worked_shares() -> None:
    assert shares.shapley(np.array([[0.0, 1.0, 2.0, 5.0]])).tolist() == [[2.0, 3.0]]
    three = np.array([[1.0, 2.0, 1.0, 5.0, 1.0, 2.0, 1.0, 11.0]])
    # 1 alone brings 1; 1 and 2 bring 3 more together; all three 6 more
    assert shares.shapley(three)[0].tolist() == [1.0 + 3.0 / 2 + 6.0 / 3, 3.0 / 2 + 6.0 / 3, 6.0 / 3]


@given(worths)
def test_shapley_is_the_mean_over_all_orders(worth: Floats) -> None:
    paths = int(np.log2(worth.shape[1]))
    orders = list(permutations(range(paths)))
    found = np.zeros((len(worth), paths))
    for order in orders:
        coalition = 0
        for path in order:
            found[:, path] += worth[:, coalition | 1 << path] - worth[:, coalition]
            coalition |= 1 << path
    np.testing.assert_allclose(shares.shapley(worth), found / len(orders), atol=1e-9)


@given(worths)
def test_shapley_leaves_nothing_over(worth: Floats) -> None:
    total = worth[:, -1] - worth[:, 0]
    np.testing.assert_allclose(shares.shapley(worth).sum(axis=1), total, atol=1e-9)


@given(some.lists(effects, min_size=1, max_size=9), some.integers(0, 4))
def test_shown_steps_add_up_to_the_shown_total(steps: list[float], decimals: int) -> None:
    total = sum(steps)
    shown = shares.shown_steps(np.array(steps), total, decimals)
    unit = 10**decimals
    assert sum(round(step * unit) for step in shown) == round(round(total, decimals) * unit)
    assert (np.abs(shown - steps) < 1.0 / unit + 1e-9).all()
    assert all(step == 0.0 for step, exact in zip(shown, steps, strict=True) if exact == 0.0)


def test_rounding_up_goes_to_those_that_lost_most() -> None:
    assert shares.shown_steps(np.array([0.4, 0.4, 0.4]), 1.2, 0).tolist() == [1.0, 0.0, 0.0]
    assert shares.shown_steps(np.array([-0.26, 0.0, 0.06]), -0.2, 1).tolist() == [-0.3, 0.0, 0.1]
