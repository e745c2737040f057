"""Luck is even, independent across every part of an address, and the same in Python, NumPy and compiled code."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sos_sim.core.luck import mix, triangular, uniform
from support.power import assert_distributed, assert_even, assert_mean, assert_uncorrelated

Words = NDArray[np.uint64]
Generator = Callable[[int, int, Words, int], NDArray[np.float64]]
"""A generator takes (seed, decision, entities, month) and gives one draw for each entity."""

SEEDS, DECISIONS, ENTITIES, MONTHS = range(5, 8), range(60, 64), np.arange(1500, dtype=np.uint64), range(-3, 9)
OFFSETS = [offset for offset in itertools.product((-1, 0, 1), repeat=4) if offset > (0, 0, 0, 0)]
SD_OF_UNIFORM = 12**-0.5


def addressed(seed: int, decision: int, entities: Words, month: int) -> NDArray[np.float64]:
    """The model's luck."""
    return np.asarray(uniform(_words(mix(seed, entities)), mix(decision, month)))


def added(seed: int, decision: int, entities: Words, month: int) -> NDArray[np.float64]:
    """A deliberately bad generator: the words of an address are added before they are mixed."""
    return np.asarray(uniform(_words(mix(0, entities + np.uint64(seed))), mix(0, decision + month)))


def unmixed(seed: int, decision: int, entities: Words, month: int) -> NDArray[np.float64]:
    """A deliberately bad generator: a Weyl sequence, even but with related neighbours."""
    start = (seed * 31 + decision * 17 + month * 1009 + 9999) << 40
    steps = entities * np.uint64(0x9E37_79B9_7F4A_7C15) + np.uint64(start)
    return (steps >> np.uint64(12)) * 2.0**-52


def _words(value: Any) -> Words:
    return np.asarray(value, dtype=np.uint64)


def grid_of(generator: Generator) -> NDArray[np.float64]:
    """Draws on a grid of addresses: shape (seeds, decisions, entities, months)."""
    return np.array(
        [
            [
                np.column_stack([generator(seed, decision, ENTITIES, month) for month in MONTHS])
                for decision in DECISIONS
            ]
            for seed in SEEDS
        ]
    )


def neighbours(grid: NDArray[np.float64], offset: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draws and the draws of their neighbours at an offset in (seed, decision, entity, month)."""
    first = tuple(slice(max(0, -step), size - max(0, step)) for step, size in zip(offset, grid.shape, strict=True))
    second = tuple(slice(max(0, step), size - max(0, -step)) for step, size in zip(offset, grid.shape, strict=True))
    return grid[first].ravel(), grid[second].ravel()


def assert_independent(grid: NDArray[np.float64]) -> None:
    """Neighbours in any direction are uncorrelated and their pairs fill the unit square evenly."""
    for offset in OFFSETS:
        left, right = neighbours(grid, offset)
        assert_uncorrelated(left, right, worth_noticing=0.04, false_alarm=1e-5)
        pairs, _, _ = np.histogram2d(left, right, bins=12, range=[[0, 1], [0, 1]])
        assert_even(pairs, worth_noticing=0.08, false_alarm=1e-5)


@pytest.fixture(scope="module")
def grid() -> NDArray[np.float64]:
    return grid_of(addressed)


def test_draws_are_uniform(grid: NDArray[np.float64]) -> None:
    assert_distributed(grid, stats.uniform, worth_noticing=0.01)
    assert_even(np.histogram(grid, bins=256, range=(0, 1))[0], worth_noticing=0.03)
    assert_mean(grid, 0.5, sd=SD_OF_UNIFORM, worth_noticing=0.005)
    assert grid.min() > 0.0 and grid.max() < 1.0


def test_each_address_part_gives_uniform_draws(grid: NDArray[np.float64]) -> None:
    for axis, size in ((0, len(SEEDS)), (1, len(DECISIONS)), (3, len(MONTHS))):
        for position in range(size):
            assert_distributed(np.take(grid, position, axis=axis), stats.uniform, worth_noticing=0.03)


def test_neighbours_are_independent(grid: NDArray[np.float64]) -> None:
    assert_independent(grid)


def test_no_two_addresses_share_a_draw(grid: NDArray[np.float64]) -> None:
    assert np.unique(grid).size == grid.size


@pytest.mark.parametrize("bad", [added, unmixed])
def test_bad_generators_are_caught(bad: Generator) -> None:
    draws = grid_of(bad)
    assert_distributed(draws[0, 0], stats.uniform, worth_noticing=0.03)  # it looks even, one decision at a time
    with pytest.raises(AssertionError, match=r"correlation|chi-square|one sample"):
        assert_independent(draws)


def test_serial_pairs_of_one_entity_over_months() -> None:
    for entity in range(3):
        luck = mix(mix(11, 1), entity)
        series = np.array([uniform(luck, mix(80, month)) for month in range(12_000)])
        pairs, _, _ = np.histogram2d(series[:-1], series[1:], bins=8, range=[[0, 1], [0, 1]])
        assert_even(pairs, worth_noticing=0.08)
        for lag in (1, 2, 12):
            assert_uncorrelated(series[:-lag], series[lag:], worth_noticing=0.06)


def bits_of(words: Words, number: int = 64) -> NDArray[np.uint8]:
    """Bits of words, shape (words, number), lowest first."""
    return ((words[:, None] >> np.arange(number, dtype=np.uint64)) & np.uint64(1)).astype(np.uint8)


def test_every_output_bit_is_balanced() -> None:
    words = _words(mix(3, np.arange(40_000, dtype=np.uint64)))
    for share in bits_of(words).T:
        assert_mean(share, 0.5, sd=0.5, worth_noticing=0.02)


@pytest.mark.parametrize("side", ["left", "right"])
def test_flipping_one_input_bit_flips_half_of_the_output(side: str) -> None:
    start = np.arange(4096, dtype=np.uint64) * np.uint64(7) + np.uint64(1)

    def mixed(words: Words) -> Words:
        return _words(mix(words, 12345) if side == "left" else mix(12345, words))

    before = bits_of(mixed(start))
    for bit in range(64):
        flipped = before ^ bits_of(mixed(start ^ np.uint64(1 << bit)))
        for cell in flipped.T:
            assert_mean(cell, 0.5, sd=0.5, worth_noticing=0.06, false_alarm=1e-6)


@pytest.mark.parametrize("part", ["luck", "moment"])
def test_flipping_one_bit_of_an_address_half_flips_the_draw(part: str) -> None:
    luck = _words(mix(9, np.arange(4096, dtype=np.uint64)))
    moment = mix(80, 7)

    def drawn(bit: int | None) -> NDArray[np.uint8]:
        flip = 0 if bit is None else 1 << bit
        words = uniform(luck ^ np.uint64(flip), moment) if part == "luck" else uniform(luck, moment ^ flip)
        return bits_of((np.asarray(words) * 2.0**52).astype(np.uint64), 52)

    before = drawn(None)
    for bit in range(64):
        for cell in (before ^ drawn(bit)).T:
            assert_mean(cell, 0.5, sd=0.5, worth_noticing=0.06, false_alarm=1e-6)


def test_mix_is_not_symmetric() -> None:
    pairs = list(itertools.combinations(range(200), 2))
    assert all(mix(left, right) != mix(right, left) for left, right in pairs)
    assert len({mix(left, right) for left, right in itertools.product(range(200), repeat=2)}) == 200**2


def test_triangular_draws() -> None:
    moment = mix(90, 3)
    draws = np.array([triangular(luck, moment) for luck in _words(mix(4, np.arange(60_000, dtype=np.uint64))).tolist()])
    edge = math.sqrt(6.0)
    assert_mean(draws, 0.0, sd=1.0, worth_noticing=0.03)
    assert_mean(draws**2, 1.0, sd=math.sqrt(1.4), worth_noticing=0.03)
    assert_mean(draws**3, 0.0, sd=math.sqrt(54 / 7), worth_noticing=0.07)
    assert_mean(draws**4, 2.4, sd=math.sqrt(28.8 - 2.4**2), worth_noticing=0.15)
    assert np.abs(draws).max() < edge
    assert_distributed(draws, stats.triang(0.5, loc=-edge, scale=2 * edge), worth_noticing=0.02)


@numba.njit
def compiled_draws(seed, decision, entities, month, out):  # type: ignore[no-untyped-def]
    """Mixed word, uniform and triangular draw of each entity, by compiled code."""
    moment = mix(decision, month)
    for place in range(len(entities)):
        luck = mix(seed, entities[place])
        out[place, 0] = luck
        out[place, 1] = np.float64(uniform(luck, moment)).view(np.uint64)
        out[place, 2] = np.float64(triangular(luck, moment)).view(np.uint64)


@pytest.mark.parametrize(("seed", "decision", "month"), [(1, 80, 0), (2**62 + 11, 103, -17), (7, 1, 179)])
def test_python_numpy_and_compiled_agree_to_the_last_bit(seed: int, decision: int, month: int) -> None:
    entities = np.concatenate([np.arange(200), [2**31, 2**53 + 1, 2**63 - 1]]).astype(np.uint64)
    moment = mix(decision, month)
    in_python = [mix(seed, int(entity)) for entity in entities]
    in_numpy = _words(mix(seed, entities))
    compiled = np.zeros((len(entities), 3), dtype=np.uint64)
    compiled_draws(seed, decision, entities, month, compiled)
    assert in_python == in_numpy.tolist() == compiled[:, 0].tolist()
    uniforms = np.array([uniform(luck, moment) for luck in in_python])
    assert np.array_equal(uniforms, np.asarray(uniform(in_numpy, moment)))
    assert np.array_equal(uniforms.view(np.uint64), compiled[:, 1])
    triangulars = np.array([triangular(luck, moment) for luck in in_python])
    assert np.array_equal(triangulars.view(np.uint64), compiled[:, 2])


def test_a_negative_word_is_its_remainder() -> None:
    assert mix(5, -1) == mix(5, 2**64 - 1)
    assert mix(-1, 5) == mix(2**64 - 1, 5)
