"""What a stepped wedge can tell before anything is counted: is an effect identified, how surely, by which periods."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from sos_sim.statistics.intervals import Floats
from sos_sim.trials.covariances import FORMS
from sos_sim.trials.panels import constant_effect, correlated, effect_by_exposure, panel, regressed
from sos_sim.trials.protocol import TrialProtocol
from sos_sim.trials.schedules import NOT_LOST, USUAL, Schedule, cells_of
from sos_sim.trials.trial_data import TrialData

ASSUMED: Final = (0.9, 0.7, 0.6)
"""Shares of the form "decay" for what is expected beforehand: a tenth of an authority's variance in a period is
chance, of the rest seven tenths last, and what drifts correlates 0.6 from one period to the next. Assumed (grade D),
near official care starts, which correlate 0.85 a year and 0.72 four years apart (`evidence.spread`)."""


class Told(NamedTuple):
    """What a stepped wedge can tell of an outcome.

    ``exposures`` and ``leads`` are numbers of terms. ``error`` is the expected standard error of the mean effect with
    all of them, ``constant`` that of an effect taken to be the same throughout and to start with the crossing, both
    in standard deviations of an authority's value in one period (infinite: not identified). ``without``, shape
    (periods,), is how many times larger the first would be without a period, of ``periods``, numbered from the
    trial's start.
    """

    exposures: int
    leads: int
    error: float
    constant: float
    periods: tuple[int, ...]
    without: tuple[float, ...]


def told_by_wedge(plan: TrialProtocol, outcome: str, clusters: int) -> Told:
    """What is told by a stepped wedge of so many clusters, none of which is lost."""
    cells, first = _cells(plan, outcome, clusters)
    error = _error(cells, effect_by_exposure(cells))
    periods = np.unique(cells.period)
    return Told(
        len(np.unique(cells.since[cells.since > 0])),
        len(np.unique(cells.since[cells.since < 0])),
        error,
        _error(cells, constant_effect(cells)),
        tuple(int(period) + first for period in periods),
        tuple(_without(cells, int(period)) / error for period in periods) if np.isfinite(error) else (),
    )


def error_by_exposure(plan: TrialProtocol, outcome: str, clusters: int, shares: Floats) -> float:
    """Standard error of a wedge's mean effect in standard deviations of a cell; ``shares`` are those of "decay"."""
    cells, _ = _cells(plan, outcome, clusters)
    return _error(cells, effect_by_exposure(cells), shares)


def nothing_identified(plan: TrialProtocol) -> str:
    """Why the effect of a plan's stepped wedge cannot be told from time at all; '' where it can, or there is none."""
    if "stepped_wedge" not in plan.designs or np.isfinite(
        told_by_wedge(plan, plan.primary, max(plan.clusters)).constant
    ):
        return ""
    return (
        f"a stepped wedge of {plan.steps} steps of {plan.period_months} months whose {plan.roll_in_months} months of "
        "roll-in are not analysed has no period in which some authorities have the programme and others do not yet: "
        "its effect cannot be told from time. Take more steps, longer periods, or a shorter roll-in."
    )


def not_identified(plan: TrialProtocol) -> list[str]:
    """Outcomes whose effect by exposure, beside lead terms, a stepped wedge leaves open; [] for other designs."""
    if "stepped_wedge" not in plan.designs:
        return []
    return [name for name in plan.outcomes if not np.isfinite(told_by_wedge(plan, name, max(plan.clusters)).error)]


def _cells(plan: TrialProtocol, outcome: str, clusters: int) -> tuple[TrialData, int]:
    start = 1 + np.arange(clusters) % plan.steps
    ones = np.ones_like(start)
    held = Schedule(ones * USUAL, ones * USUAL, start, ones, ones * NOT_LOST)
    return cells_of(plan, "stepped_wedge", held, outcome)


def _without(cells: TrialData, period: int) -> float:
    """The expected error of the same mean effect when one period is missing."""
    columns, weights = effect_by_exposure(cells)
    kept = cells.period != period
    return _error(_rows(cells, kept), (columns[kept], weights))


def _rows(cells: TrialData, kept: np.ndarray) -> TrialData:
    return TrialData(**{name: getattr(cells, name)[kept] for name in cells.__dataclass_fields__})


def _error(cells: TrialData, terms: tuple[Floats, Floats], shares: Floats | None = None) -> float:
    """Standard error by generalised least squares in standard deviations of a cell; infinite where not identified."""
    made = panel(replace(cells, count=np.arange(len(cells.count), dtype=float)), terms)  # any values that differ
    if made is None:
        return float("inf")
    correlations = correlated(made, FORMS["decay"].correlations(made, np.array(ASSUMED) if shares is None else shares))
    covariance = regressed(made, correlations).covariance
    variance = float(made.contrast @ covariance @ made.contrast)
    return float(variance**0.5)
