"""Expected counts and event counts agree in the mean: levels and paired effects, with the power to see a bias."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from sos_sim.model.compiled import CompiledRun
from sos_sim.outcomes.expected import COUNTED, EXPECTED
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measuring import Window
from support.power import TooFewToTell, assert_null
from support.worlds import full_programme, world

SEEDS, START, MONTHS, CHILDREN = range(100, 280), 60, 120, 30_000
WORTH_NOTICING: Final = {
    "harm_months_expected_rate": 0.025,
    "harm_unseen_expected_rate": 0.035,
    "emergency_start_expected_rate": 0.12,
    "cla_start_expected_rate": 0.04,
    "reunified_12m_expected_share": 0.09,
    "reentry_12m_expected_share": 0.2,
}
"""Bias, as a share of the level, that would be seen with probability .9 or more."""
SEVERE_OFTEN: Final = {"severe": 0.3, "seen_base": 0.3}


def read(run: CompiledRun) -> list[list[float]]:
    """Each outcome, expected and from events."""
    histories = Histories(run.events, run.monthly, run.state.children["birth"].astype(np.int64), MONTHS, run.expected)
    window = Window(START, MONTHS, run.setting.parameters)
    return [[float(EXPECTED[name].value(histories, window)), COUNTED[name](histories, window)] for name in EXPECTED]


@pytest.fixture(scope="module")
def pairs() -> NDArray[np.float64]:
    """Outcomes by seed, arm, measure, and expected or counted."""

    def lived(seed: int) -> list[list[list[float]]]:
        usual = world(seed, MONTHS, CHILDREN, SEVERE_OFTEN)
        offer = world(seed, MONTHS, CHILDREN, SEVERE_OFTEN, [full_programme(START - 24, MONTHS)])
        trunk = CompiledRun(usual, counted=True).advance(START - 24)
        return [read(trunk.branch(setting).advance(MONTHS - START + 24)) for setting in (usual, offer)]

    with ThreadPoolExecutor() as threads:
        return np.array(list(threads.map(lived, SEEDS)))


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize(("place", "name"), list(enumerate(EXPECTED)))
def test_levels_agree_in_the_mean(pairs: NDArray[np.float64], arm: int, place: int, name: str) -> None:
    expected, counted = pairs[:, arm, place].T
    assert_null(expected / counted.mean() - counted / counted.mean(), worth_noticing=WORTH_NOTICING[name])


@pytest.mark.parametrize(("place", "name"), list(enumerate(EXPECTED)))
def test_effects_agree_in_the_mean(pairs: NDArray[np.float64], place: int, name: str) -> None:
    expected, counted = (pairs[:, 1, place] - pairs[:, 0, place]).T
    level = pairs[:, 0, place, 1].mean()
    assert_null((expected - counted) / level, worth_noticing=1.5 * WORTH_NOTICING[name])


@pytest.mark.parametrize(("place", "name"), list(enumerate(EXPECTED)))
def test_a_planted_bias_is_seen(pairs: NDArray[np.float64], place: int, name: str) -> None:
    expected, counted = pairs[:, 0, place].T
    bias = 2.0 * WORTH_NOTICING[name]
    with pytest.raises(AssertionError, match="mean difference"):
        assert_null(((1.0 + bias) * expected - counted) / counted.mean(), worth_noticing=WORTH_NOTICING[name])


def test_too_few_seeds_cannot_tell(pairs: NDArray[np.float64]) -> None:
    expected, counted = pairs[:4, 0, 0].T
    with pytest.raises(TooFewToTell):
        assert_null((expected - counted) / counted.mean(), worth_noticing=WORTH_NOTICING["harm_months_expected_rate"])


def test_effects_vary_less(pairs: NDArray[np.float64]) -> None:
    effects = pairs[:, 1] - pairs[:, 0]
    ratio = effects[:, :, 1].var(axis=0, ddof=1) / effects[:, :, 0].var(axis=0, ddof=1)
    emergency = list(EXPECTED).index("emergency_start_expected_rate")
    assert ratio[emergency] > 3.0 and ratio[0] > 1.5, ratio
