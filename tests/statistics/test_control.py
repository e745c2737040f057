"""The control keeps the mean and takes away the luck that level and effect share."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sos_sim.core.luck import mix, uniform
from sos_sim.statistics.control import controlled
from support.power import assert_null


def luck(number: int, moment: int) -> NDArray[np.float64]:
    """Uniform draws less their mean."""
    return np.array([uniform(mix(11, place), mix(moment, 0)) - 0.5 for place in range(number)])


def test_slopes_are_those_of_the_other_seeds() -> None:
    levels, effects = luck(9, 1), luck(9, 2)
    found = controlled(effects, levels, 0.4)
    for seed in range(9):
        others = np.arange(9) != seed
        slope = np.polyfit(levels[others], effects[others], 1)[0]
        assert found[seed] == pytest.approx(effects[seed] - slope * (levels[seed] - 0.4))


def test_the_mean_is_kept_and_shared_luck_is_taken_away() -> None:
    shared = -np.log(luck(20_000, 1) + 0.5).reshape(-1, 10)
    effects, levels = -2.0 - 0.5 * shared + 0.3 * luck(20_000, 2).reshape(shared.shape), 5.0 + shared
    means = np.array([controlled(e, x, 6.0).mean() for e, x in zip(effects, levels, strict=True)])
    assert_null(means + 2.5, worth_noticing=0.01)
    assert means.var() < 0.2 * effects.mean(axis=1).var()


def test_a_level_that_never_moves_changes_nothing() -> None:
    effects = np.arange(5.0)
    assert np.array_equal(controlled(effects, np.ones(5), 1.0), effects)


def test_three_seeds_are_too_few() -> None:
    with pytest.raises(ValueError, match="at least 4 seeds"):
        controlled(np.zeros(3), np.zeros(3), 0.0)
