"""The calibrated posterior: weighted draws of what is uncertain about usual practice, given official figures.

A posterior file is Parquet: the column ``weight``, one column for each parameter, one row a draw that was really
simulated. What made it (code, targets, seeds, date, command) is in the file's own notes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sos_sim.core.errors import EvidenceError, did_you_mean
from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Parameter, Value
from sos_sim.theory.parameters import THEORY_NULL, declared

if TYPE_CHECKING:
    import pandas as pd

WEIGHT: Final = "weight"
NOTES: Final = b"posterior"
SHIPPED: Final[Mapping[str, str]] = {
    "england": "england_posterior.parquet",
    "england_with_trials": "england_with_trials_posterior.parquet",
}
"""Posteriors that come with the package: England's, and the same weighed by published studies (``synthesis``)."""
_BUILD = "build it with: make posterior, or an authority's own with: sos-sim authority FOLDER --name NAME --calibrate"
_CHOICE, _ORDER = 1, 2


@dataclass(frozen=True)
class Posterior:
    """Weighted draws: ``draws`` has a column a parameter (natural units) and a row a draw; weights sum to 1.

    ``provenance`` says what made it; ``digest`` names its content.
    """

    draws: pd.DataFrame
    weights: NDArray[np.float64]
    provenance: Mapping[str, Any]
    digest: str

    @property
    def null_weight(self) -> float:
        """The weight on the whole theory being null: of these draws, or as declared where they do not hold it."""
        null = declared()[THEORY_NULL]
        if THEORY_NULL not in self.draws:
            return null.weights[null.choices.index("on")]
        return float(self.weights[self._null].sum())

    def sample(self, number: int, seed: int, anew: Collection[str] = ()) -> list[dict[str, Value]]:
        """So many draws of equal weight, the same for the same seed, in an order that does not matter.

        Systematic resampling (Kitagawa 1996) of the weighted draws, shuffled. Beliefs, strengths among them, that the
        posterior does not hold, or that are to be drawn ``anew``, come from their priors, each by its own addressed
        luck; choices with weights that it does not hold are shared out by these. So the theory is null in as many
        draws as its weight asks, or one of the two whole numbers beside that, either as likely as it is near. A
        sample is made as a whole: fewer draws are not the first of more.
        """
        rows = self.rows(number, seed)
        held = [str(name) for name in self.draws.columns if name not in anew]
        columns = {name: _valued(name, self.draws[name].to_numpy(float)[rows]) for name in held}
        columns |= _from_priors(tuple(held), number, seed) | _chosen(held, number, seed)
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def rows(self, number: int, seed: int) -> NDArray[np.int64]:
        """Which rows of ``draws`` such a sample holds, shape (number,).

        Rows in which the theory is null are passed after all others, so that they get their share of the marks.
        """
        parted = np.argsort(self._null, kind="stable")
        what = _moment(THEORY_NULL) if self._null.any() else 0
        places = np.searchsorted(np.cumsum(self.weights[parted]), _marks(number, seed, what))
        return np.asarray(parted[np.minimum(places, len(parted) - 1)], dtype=np.int64)

    @property
    def _null(self) -> NDArray[np.bool_]:
        """Of which rows it is held that the theory is null, shape (rows,)."""
        if THEORY_NULL not in self.draws:
            return np.zeros(len(self.draws), dtype=bool)
        return np.asarray(self.draws[THEORY_NULL].to_numpy() == declared()[THEORY_NULL].choices.index("on"))


@cache
def england_posterior() -> Posterior:
    """The posterior shipped with the package, for an authority typical of England.

    Raises EvidenceError, saying how to build it, when it is absent.
    """
    return read_posterior(posterior_file(Path("england")))


def posterior_file(named: Path) -> Path:
    """The file that a path means, or the name of a posterior that comes with the package where no file is called so."""
    shipped = SHIPPED.get(str(named))
    return named if shipped is None or named.exists() else Path(str(resources.files("sos_sim.evidence") / shipped))


def read_posterior(path: Path) -> Posterior:
    """A posterior from its file. Raises EvidenceError when it is absent, damaged, or names what the model lacks."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise EvidenceError(f"{path}: there is no calibrated posterior here; {_BUILD}.")
    try:
        notes = dict(json.loads((pq.read_schema(path).metadata or {})[NOTES]))
        table = pd.read_parquet(path)
        weights = table.pop(WEIGHT).to_numpy(float)
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as problem:
        raise EvidenceError(f"{path}: this is not a posterior, or it is damaged; {_BUILD}.") from problem
    for trouble in _troubles(table, weights):
        raise EvidenceError(f"{path}: {trouble}; {_BUILD}.")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return Posterior(table, weights / weights.sum(), notes, digest)


def _troubles(draws: pd.DataFrame, weights: NDArray[np.float64]) -> Iterator[str]:
    """What keeps these draws from being used with the parameters declared today."""
    from pandas.api.types import is_numeric_dtype

    if not (len(weights) and np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        yield "its weights are not all numbers of at least 0 with a positive sum"
    for name in draws.columns:
        parameter = declared().get(name)
        if parameter is None:
            yield f"it holds draws of {name!r}, which is no parameter.{did_you_mean(name, declared())}"
        elif not is_numeric_dtype(draws[name]):
            yield f"its draws of {name} are not numbers"
        elif not draws[name].between(parameter.low, parameter.high).all():
            yield f"its draws of {name} are not all {parameter.allowed()}"
        elif parameter.choices and (draws[name] % 1.0 != 0.0).any():
            yield f"its draws of {name} are not all places of a choice"


def _from_priors(held: tuple[str, ...], number: int, seed: int) -> dict[str, list[Any]]:
    """Draws from the priors of beliefs that are not held."""
    return {
        name: parameter.prior.quantile(_by_name(name, number, seed), parameter.low, parameter.high).tolist()
        for name, parameter in _drawn_otherwise(held).items()
        if parameter.prior is not None
    }


def _valued(name: str, numbers: NDArray[np.float64]) -> list[Any]:
    """Held draws of a parameter: numbers, or of a choice its words."""
    choices = declared()[name].choices
    return [choices[int(number)] for number in numbers] if choices else numbers.tolist()


def _chosen(held: Collection[str], number: int, seed: int) -> dict[str, list[Any]]:
    """Choices that have weights and are not held, shared out by these."""
    return {
        name: [
            parameter.choices[place]
            for place in np.searchsorted(
                np.cumsum(parameter.weights)[:-1], _marks(number, seed, _moment(name)), "right"
            )
        ]
        for name, parameter in declared().items()
        if parameter.weights and name not in held
    }


def _marks(number: int, seed: int, what: int) -> NDArray[np.float64]:
    """Points of 0 to 1, one in each of so many equal parts and as far into it, shuffled; ``what`` is chosen by them."""
    begin = uniform(mix(seed, 0), mix(_CHOICE, what))
    order = np.argsort([uniform(mix(seed, place), mix(_ORDER, what)) for place in range(number)], kind="stable")
    return np.asarray((order + begin) / number)


def _by_name(name: str, number: int, seed: int) -> list[float]:
    """Uniform draws by the address of a parameter's name, one for each place."""
    return [uniform(mix(seed, place), _moment(name)) for place in range(number)]


@cache
def _drawn_otherwise(held: tuple[str, ...]) -> dict[str, Parameter]:
    return {
        name: parameter
        for name, parameter in declared().items()
        if name not in held and parameter.kind == "belief" and parameter.prior is not None
    }


def _moment(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def null_weight_of(name: str) -> float | None:
    """The weight that a shipped posterior has on the theory being null; None of any other name."""
    return read_posterior(posterior_file(Path(name))).null_weight if name in SHIPPED else None
