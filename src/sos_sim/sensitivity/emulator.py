"""A Gaussian process in place of the simulation, where it is good enough: for many rows, and for surfaces.

scikit-learn's regression with a length for each factor (Matérn 5/2) and a term for luck. It is meant for up
to some twenty factors and a thousand rows; the response surfaces of ``emulating`` serve calibration, which has
hundreds of inputs and needs slopes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.files.factors import Factor, Shares
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.guard import UnusableOutput, quiet_library

BAR: Final = 0.7
"""An emulator that predicts less than this share of held-out variance is not used."""
MOST_ROWS_FOR_LENGTHS: Final = 500
"""Lengths are fitted to at most so many rows: the work grows with their cube."""
FEWEST_ROWS: Final = 50
GRID: Final = 21
_HELD_OUT: Final = 5
_AVERAGED_OVER: Final = 64


@dataclass(frozen=True)
class Emulator:
    """Predicts one output from the shares of the factors; ``q2`` is the part of held-out variance it predicts."""

    factors: tuple[Factor, ...]
    fitted: Any
    q2: float

    def predict(self, shares: Shares) -> Numbers:
        """Expected outputs, shape (rows,), at shares of shape (rows, factors)."""
        parts = np.array_split(shares, max(1, len(shares) // 2000))
        with quiet_library():
            return np.concatenate([self.fitted.predict(settled(self.factors, part)) for part in parts])


def fit_output_emulator(factors: Sequence[Factor], shares: Shares, outputs: Numbers) -> Emulator:
    """Fit to rows of the unit cube, shape (rows, factors), and their outputs, shape (rows,).

    Every fifth row is held out while lengths are fitted, and predicted from the others: ``q2`` is one minus
    its squared errors over its variance. Then the process learns from all rows. Raises UnusableOutput when there
    are too few rows.
    """
    if len(shares) < FEWEST_ROWS:
        raise UnusableOutput(f"an emulator needs at least {FEWEST_ROWS} rows; there are {len(shares)}.")
    inputs = settled(factors, shares)
    held_out = np.arange(len(inputs)) % _HELD_OUT == 0
    with quiet_library():
        lengths = _process(inputs.shape[1])
        lengths.fit(inputs[~held_out][:MOST_ROWS_FOR_LENGTHS], outputs[~held_out][:MOST_ROWS_FOR_LENGTHS])
        tested = _learned(lengths, inputs[~held_out], outputs[~held_out])
        errors = tested.predict(inputs[held_out]) - outputs[held_out]
        fitted = _learned(lengths, inputs, outputs)
    q2 = 1.0 - float((errors**2).mean() / outputs[held_out].var())
    return Emulator(tuple(factors), fitted, q2)


def refuse_poor(output: str, emulator: Emulator) -> None:
    """Raise UnusableOutput for an emulator that predicts too little."""
    if emulator.q2 < BAR:
        raise UnusableOutput(
            f"the emulator of {output} predicts {emulator.q2:.0%} of held-out variance (Q²), and is not used below "
            f"{BAR:.0%}: more rows (size) sharpen it, more seeds lessen the luck it cannot predict."
        )


def surface(emulator: Emulator, shares: Shares, names: tuple[str, str]) -> pd.DataFrame:
    """The output over two factors, all others averaged over rows of ``shares`` (partial dependence, Friedman 2001).

    Columns: factor_x, factor_y, x, y (values in natural units, or places of categories), estimate.
    """
    places = [[factor.name for factor in emulator.factors].index(name) for name in names]
    steps = (np.arange(GRID) + 0.5) / GRID
    across, up = (grid.ravel() for grid in np.meshgrid(steps, steps))
    others = shares[:_AVERAGED_OVER]
    rows = np.repeat(others[None], len(across), axis=0)
    rows[:, :, places[0]], rows[:, :, places[1]] = across[:, None], up[:, None]
    expected = emulator.predict(rows.reshape(-1, shares.shape[1])).reshape(len(across), -1).mean(axis=1)
    x, y = (_axis(emulator.factors[place], values) for place, values in zip(places, (across, up), strict=True))
    return pd.DataFrame({"factor_x": names[0], "factor_y": names[1], "x": x, "y": y, "estimate": expected})


def settled(factors: Sequence[Factor], shares: Shares) -> Shares:
    """Shares with those that give the same value brought together, shape (rows, factors)."""
    return np.column_stack([factor.distribution.settled(shares[:, place]) for place, factor in enumerate(factors)])


def _axis(factor: Factor, shares: Shares) -> list[float]:
    values = factor.distribution.values(shares)
    return [float(factor.categories.index(str(value)) if factor.categories else value) for value in values]


def _process(dimensions: int) -> Any:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    lengths = Matern(np.ones(dimensions), (0.05, 100.0), nu=2.5)
    kernel = ConstantKernel(1.0, (1e-3, 1e3)) * lengths + WhiteKernel(0.1, (1e-8, 10.0))
    return GaussianProcessRegressor(kernel, normalize_y=True)


def _learned(process: Any, inputs: Shares, outputs: Numbers) -> Any:
    """A process with the lengths of another that has learned from these rows."""
    from sklearn.gaussian_process import GaussianProcessRegressor

    return GaussianProcessRegressor(process.kernel_, optimizer=None, normalize_y=True).fit(inputs, outputs)
