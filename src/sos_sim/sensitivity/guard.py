"""A guard around SALib, whose estimators say nothing when they are given what they cannot use.

One NaN among the outputs of SALib 1.6 gives indices of zero without a warning; constant outputs give
indices of nothing; its delta changes how Python prints warnings. Nothing passes here unlooked at.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from sos_sim.core.errors import InputError

MOST_NAMED = 5


class UnusableOutput(InputError):
    """Outputs that no sensitivity index can be computed from."""


def refuse_unusable(output: str, values: NDArray[np.float64], ids: Sequence[str]) -> None:
    """Raise UnusableOutput, with counts and row ids, when values are not finite or are all the same.

    ``values`` has shape (rows, seeds); ``ids`` name its rows.
    """
    missing = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(missing):
        different = list(dict.fromkeys(ids[place] for place in missing.tolist()))
        named = ", ".join(different[:MOST_NAMED])
        more = f" and {len(different) - MOST_NAMED} more" if len(different) > MOST_NAMED else ""
        raise UnusableOutput(
            f"{output} is missing or not finite in {len(missing)} of {len(values)} rows ({named}{more}); indices "
            "of the rest would be wrong. Reasons are in runs.parquet; running again tries failed rows again."
        )
    means = values.mean(axis=1)
    if len(values) and np.ptp(means) <= 1e-12 * max(1.0, float(np.abs(means).max())):
        first = f"from row {ids[0]} on" if len(ids) else ""
        raise UnusableOutput(
            f"{output} is {means[0]:g} in all {len(values)} rows {first}: nothing that varies here moves it."
        )


@contextmanager
def quiet_library() -> Iterator[None]:
    """Keep what a library changes about warnings, and its own warnings, to itself; its matrices on one thread.

    The densities of delta are many products of small matrices: shared out among threads that other work
    wants too, they took forty times as long.
    """
    from threadpoolctl import threadpool_limits

    shown_as = warnings.formatwarning
    try:
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")
            yield
    finally:
        warnings.formatwarning = shown_as
