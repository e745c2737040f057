"""Priors: what is believed about a parameter before any data, as SciPy distributions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Prior:
    """A SciPy distribution, truncated to [low, high], with an optional spike at 0.

    ``distribution`` is a name in ``scipy.stats``; ``arguments`` are its keyword arguments. ``spike``
    is the probability that the value is exactly 0 (the link does not exist).
    """

    distribution: str
    arguments: dict[str, float] = field(default_factory=dict)
    spike: float = 0.0

    def quantile(self, probability: ArrayLike, low: float, high: float) -> NDArray[np.float64]:
        """Values at the given probabilities (any shape), within [low, high]."""
        slab = self._frozen()
        share = np.asarray(probability, dtype=float)
        inside = np.clip((share - self.spike) / (1.0 - self.spike), 0.0, 1.0)
        floor, ceiling = slab.cdf(low), slab.cdf(high)
        values = np.clip(slab.ppf(floor + inside * (ceiling - floor)), low, high)
        return np.where(share < self.spike, 0.0, values)

    def _frozen(self) -> Any:
        from scipy import stats

        return getattr(stats, self.distribution)(**self.arguments)

    def __str__(self) -> str:
        inner = ", ".join(f"{key}={value:g}" for key, value in self.arguments.items())
        slab = f"{self.distribution}({inner})"
        return f"{self.spike:g} at 0, else {slab}" if self.spike else slab


def normal(mean: float, sd: float) -> Prior:
    """Normal with the given mean and standard deviation."""
    return Prior("norm", {"loc": mean, "scale": sd})


def lognormal(median: float, sigma: float) -> Prior:
    """Log-normal with the given median and standard deviation of the logarithm."""
    return Prior("lognorm", {"s": sigma, "scale": median})


def beta(a: float, b: float, spike: float = 0.0) -> Prior:
    """Beta(a, b), with an optional spike at 0."""
    return Prior("beta", {"a": a, "b": b}, spike)


def gamma(shape: float, mean: float, spike: float = 0.0) -> Prior:
    """Gamma with the given shape and mean, with an optional spike at 0."""
    return Prior("gamma", {"a": shape, "scale": mean / shape}, spike)
