"""Samples of the unit cube, made by SALib, and the values they stand for.

Every study has a dummy, a factor that nothing reads: whatever an index says of it is noise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sos_sim.core.luck import mix
from sos_sim.core.parameters import Value
from sos_sim.files.factors import Shares, points_at
from sos_sim.runs.forecast import check_rows
from sos_sim.sensitivity.study import DUMMY, GIVEN_DATA, Method, Study

LEVELS: Final = 8
"""Levels of a Morris design: the middles of eight equally likely parts of each distribution."""
_SAMPLING: Final = 0x5A11B


@dataclass(frozen=True)
class Space:
    """The dimensions of a sample: names of factors, the dummy last, and the group each moves with."""

    names: tuple[str, ...]
    groups: tuple[str, ...] = field(default=())

    @property
    def units(self) -> tuple[str, ...]:
        """What indices are about: groups where there are any, else factors."""
        return tuple(dict.fromkeys(self.groups or self.names))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Pairs of units, in the order of a matrix's upper triangle."""
        units = self.units
        return tuple((one, other) for place, one in enumerate(units) for other in units[place + 1 :])

    def problem(self) -> dict[str, Any]:
        """What SALib calls a problem, anew each time since SALib changes it."""
        problem = {"num_vars": len(self.names), "names": list(self.names), "bounds": [[0.0, 1.0]] * len(self.names)}
        return problem | ({"groups": list(self.groups)} if self.groups else {})


@dataclass(frozen=True)
class Sample:
    """Rows of the unit cube, shape (rows, factors and dummy); ``block`` consecutive rows belong together.

    Blocks (a trajectory, a base point with its neighbours, a single row) are what is resampled and
    what convergence counts. A ``fixed`` design cannot be resampled.
    """

    space: Space
    shares: Shares
    block: int
    fixed: bool = False

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self.shares) // self.block


def space_of(study: Study) -> Space:
    """The study's factors and the dummy."""
    names = (*(factor.name for factor in study.factors), DUMMY)
    return Space(names, tuple(study.group_of(name) for name in names) if study.groups else ())


def design_of(study: Study) -> Method:
    """The method whose sample a study needs; any one of those that read given data, and so does an emulator."""
    return "pawn" if study.emulator else study.methods[0]


def sample(study: Study) -> Sample:
    """The sample of the unit cube for a study, the same for the same study. Raises InputError when it is too large."""
    check_rows(sample_rows(study))
    space, method = space_of(study), design_of(study)
    seed = nonzero_seed(study.seed, _SAMPLING)
    if method in GIVEN_DATA or study.moderates:
        return Sample(space, latin_cube(space, study.size, seed), 1)
    return {"morris": _morris, "sobol": _sobol, "shapley": _shapley, "factorial": _factorial}[method](
        space, study, seed
    )


def sample_rows(study: Study) -> int:
    """Rows of the sample, without drawing it."""
    space, method = space_of(study), design_of(study)
    units = len(space.units)
    if method == "factorial":
        return int(2 ** (np.ceil(np.log2(units)) + 1))
    each = {"morris": units + 1, "sobol": units * (2 if study.second_order else 1) + 2, "shapley": len(space.names) + 1}
    return study.size * each.get(method, 1)


def points_of(study: Study, drawn: Sample) -> list[dict[str, Value]]:
    """Values by name for every row of a sample; the dummy is left out, since nothing reads it."""
    return points_at(study.factors, drawn.shares[:, :-1])


def latin_cube(space: Space, rows: int, seed: int) -> Shares:
    """A Latin hypercube of the dimensions of a space, shape (rows, dimensions)."""
    from SALib.sample import latin

    return _cube(latin.sample(space.problem(), rows, seed=seed))


def nonzero_seed(seed: int, address: int) -> int:
    """A 31-bit seed for SALib, never 0, which SALib takes for no seed at all."""
    return (mix(seed, address) >> 33) | 1


def levels_of(shares: Shares) -> Shares:
    """SALib's levels 0 to 1 of a Morris sample, from the middles of equally likely parts."""
    return (shares * LEVELS - 0.5) / (LEVELS - 1)


def _morris(space: Space, study: Study, seed: int) -> Sample:
    from SALib.sample import morris

    levels = morris.sample(space.problem(), study.size, num_levels=LEVELS, seed=seed)
    return Sample(space, (levels * (LEVELS - 1) + 0.5) / LEVELS, len(space.units) + 1)


def _sobol(space: Space, study: Study, seed: int) -> Sample:
    from SALib.sample import sobol

    shares = sobol.sample(space.problem(), study.size, calc_second_order=study.second_order, seed=seed)
    return Sample(space, _cube(shares), len(space.units) * (2 if study.second_order else 1) + 2)


def _shapley(space: Space, study: Study, seed: int) -> Sample:
    from SALib.sample import shapley

    return Sample(space, _cube(shapley.sample(space.problem(), study.size, seed=seed)), len(space.names) + 1)


def _factorial(space: Space, study: Study, seed: int) -> Sample:
    """Two levels, a quarter and three quarters of each distribution; SALib's padding is not simulated."""
    from SALib.sample import ff

    high = ff.sample(space.problem(), seed=seed)[:, : len(space.names)] > 0.5
    return Sample(space, np.where(high, 0.75, 0.25), 1, fixed=True)


def _cube(shares: NDArray[np.float64]) -> Shares:
    """Probabilities strictly inside 0-1, so that unbounded distributions stay finite."""
    return np.clip(shares, 1e-9, 1.0 - 1e-9)
