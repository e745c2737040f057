"""At rest: with the climate still, no stock or flow trends over the fifteen years after the warm-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sos_sim.core.parameters import Value
from sos_sim.evidence.posterior import england_posterior
from sos_sim.model.events import Event
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.outcomes.histories import event_rows
from support.power import require
from support.worlds import NO_CLIMATE, compiled, world

WARMUP, MONTHS, CHILDREN, RUNS = 120, 180, 150_000, 48
BAR: Final = 0.002
"""Slope a year, as a share of the mean, that is no trend."""
NOTICED: Final = 0.006
"""A slope that would be told from the bar with a chance of 0.9."""
STOCKS: Final = ("LOOKED_AFTER", "CHILDREN_IN_NEED", "ON_PLAN", "OPEN_FAMILIES", "HARM_AT_HOME")
FLOWS: Final = ("REFERRAL", "PLAN_START", "APPLICATION", "CARE_START", "CARE_END")
YEARS: Final = (np.arange(MONTHS) - (MONTHS - 1) / 2) / 12
Floats = NDArray[np.float64]


def slopes(draws: Sequence[Mapping[str, Value]], extra: Mapping[int, int] | None = None) -> dict[str, Floats]:
    """Yearly slope of each stock and flow, as a share of its mean, shape (draws,), each with luck of its own."""

    def lived(number: int) -> list[Floats]:
        run = compiled(world(100 + number, WARMUP + MONTHS, CHILDREN, {**draws[number], **NO_CLIMATE}, (), extra))
        happened = event_rows(run.events)
        stocks = [run.monthly[WARMUP:, MonthlyColumn[name]] for name in STOCKS]
        flows = [np.bincount(happened.month[happened.event == Event[name]])[WARMUP:] for name in FLOWS]
        return [np.array([*stocks, *flows]) @ YEARS, np.array([*stocks, *flows]).mean(axis=1)]

    with ThreadPoolExecutor() as threads:
        rises, means = np.array(list(threads.map(lived, range(len(draws))))).swapaxes(0, 1)
    found = rises / (YEARS @ YEARS) / means.mean(axis=0)
    return dict(zip((*STOCKS, *FLOWS), found.T, strict=True))


def is_told(values: Floats) -> bool:
    """Whether the mean slope lies outside the bar by more than luck (95 %)."""
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    require(float(stats.norm.cdf((NOTICED - BAR) / error - 1.96)), f"slope of {len(values)} runs")
    return abs(float(values.mean())) - 1.96 * error > BAR


@pytest.fixture(scope="module")
def usual() -> dict[str, Floats]:
    return slopes([{}] * RUNS)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Floats]:
    return slopes(england_posterior().sample(RUNS, 1))


@pytest.mark.parametrize("name", (*STOCKS, *FLOWS))
def test_nothing_trends_at_the_defaults(usual: dict[str, Floats], name: str) -> None:
    assert not is_told(usual[name]), f"{name}: {100 * usual[name].mean():.2f} % a year"


@pytest.mark.parametrize("name", (*STOCKS, *FLOWS))
def test_nothing_trends_in_england_s_posterior(drawn: dict[str, Floats], name: str) -> None:
    assert not is_told(drawn[name]), f"{name}: {100 * drawn[name].mean():.2f} % a year"


def test_the_estimate_for_the_looked_after_stock_is_within_the_bar(
    usual: dict[str, Floats], drawn: dict[str, Floats]
) -> None:
    assert abs(usual["LOOKED_AFTER"].mean()) < BAR and abs(drawn["LOOKED_AFTER"].mean()) < BAR


def test_a_trend_of_referrals_is_told() -> None:
    families = {month: (month - WARMUP) // 6 for month in range(WARMUP, WARMUP + MONTHS)}
    found = slopes([{}] * (RUNS // 3), families)
    assert is_told(found["REFERRAL"]) and is_told(found["OPEN_FAMILIES"])
