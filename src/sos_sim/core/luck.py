"""Luck with an address: every draw is a pure function of (seed, decision, entity, month).

Two words meet in a draw. An entity's *luck* mixes the seed with who it is and is kept with the
entity; a *moment* mixes what is being decided with the month and is the same for everybody. Both
are fully mixed before they meet, and the pair is mixed once more, so neighbouring ids, months and
decisions do not give related draws. No draw depends on how many other draws were made.

The finaliser is Stafford's 13th variant of the 64-bit MurmurHash3 finaliser (the one in
Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", SplitMix64).
"""

from __future__ import annotations

import numba
from numba.extending import overload

from sos_sim.core.compiling import rule

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_FIRST = 0xBF58_476D_1CE4_E5B9
_SECOND = 0x94D0_49BB_1331_11EB
_GOLDEN = 0x9E37_79B9_7F4A_7C15
_STEP = 2.0**-52


def word(number: int) -> int:
    """A number modulo 2**64, as an unsigned word."""
    return number & _MASK


@overload(word)
def _compiled_word(number):  # type: ignore[no-untyped-def]
    return lambda number: numba.uint64(number)


@rule
def _finalise(number: int) -> int:
    number = word((number ^ (number >> word(30))) * word(_FIRST))
    number = word((number ^ (number >> word(27))) * word(_SECOND))
    return number ^ (number >> word(31))


@rule
def mix(left: int, right: int) -> int:
    """Mix two words into one; not symmetric, so mix(a, b) and mix(b, a) differ."""
    spread = _finalise(word(word(right) ^ word(_GOLDEN)))
    return _finalise(word(_finalise(word(word(left) + word(_GOLDEN))) ^ word(spread * word(_SECOND))))


@rule
def uniform(luck: int, moment: int) -> float:
    """A uniform draw strictly between 0 and 1.

    ``luck`` is ``mix(seed, entity)``; ``moment`` is ``mix(decision, month)``. The 52 high bits are
    used, centred in their cell, so neither 0 nor 1 can occur and a logarithm is always finite.
    """
    return ((_finalise(luck ^ moment) >> word(12)) + 0.5) * _STEP


@rule
def triangular(luck: int, moment: int) -> float:
    """A symmetric triangular draw with mean 0 and standard deviation 1, within ±√6 (±2.449).

    The two halves of one 64-bit word make two 32-bit uniforms; their centred sum, times √6, has
    unit variance. It stands for a normal where bounded noise is wanted and an exponential or
    logarithm per draw is not.
    """
    bits = _finalise(luck ^ moment)
    halves = float(bits >> word(32)) + float(bits & word(0xFFFF_FFFF)) + 1.0
    return (halves * 2.0**-32 - 1.0) * 2.449489742783178
