"""What must stay true of the theory as built, whatever its numbers: effects through links, and only through links."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from sos_sim.agents.codes import CareExit
from sos_sim.core.parameters import Value
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.theory.parameters import declared
from support.power import assert_null, assert_within, is_above, is_below
from support.worlds import NO_CLIMATE, column, compiled, count_events, full_programme, world

SEEDS = range(1, 31)
CHILDREN, MONTHS, START = 30_000, 84, 12
STRONG: Mapping[str, Value] = {
    "relational": 0.8,
    "purposeful": 0.8,
    "mobilise": 0.3,
    "rigour_signs": 0.8,
    "voice_signs": 0.8,
    "shared_mapping": 0.8,
    "coaching_gain": 0.3,
    "training_gain": 0.1,
}
FORM_WITHOUT_DEPTH: Mapping[str, Value] = {
    "training_gain": 0.0,
    "training_time": 0.0,
    "surface_gain": 0.2,
    "surface_weight": 0.8,
    "reassurance": 1.2,
}


def absent(*links: str) -> dict[str, Value]:
    """All strengths of the given links of the theory set to nought."""
    return {name: 0.0 for name, known in declared().items() if known.is_strength and known.link in links}


class Effects(NamedTuple):
    """Paired differences, programme less usual practice, one for each seed; counts relative to usual practice."""

    entries: NDArray[np.float64]
    harm: NDArray[np.float64]
    unseen: NDArray[np.float64]
    appraisal: NDArray[np.float64]
    danger: NDArray[np.float64]
    plan_seen: NDArray[np.float64]
    fidelity: NDArray[np.float64]


def effects(values: Mapping[str, Value], **levers: float) -> Effects:
    """A programme of everything (levers may be set otherwise) against usual practice, over all seeds."""
    return Effects(*np.array([compare(seed, values, levers) for seed in SEEDS]).T)


def compare(seed: int, values: Mapping[str, Value], levers: Mapping[str, float]) -> tuple[float, ...]:
    """One pair of arms that share their luck."""
    usual = compiled(world(seed, MONTHS, CHILDREN, values))
    arm = compiled(world(seed, MONTHS, CHILDREN, values, [full_programme(START, MONTHS, **levers)]))

    def relative(before: float, after: float) -> float:
        return (after - before) / before

    def counted(event: Event) -> float:
        return relative(count_events(usual, event, START), count_events(arm, event, START))

    def shifted(name: str) -> float:
        return float(column(arm, name, START).mean() - column(usual, name, START).mean())

    return (
        counted(Event.CARE_START),
        relative(column(usual, "harm_at_home", START).sum(), column(arm, "harm_at_home", START).sum()),
        counted(Event.HARM_UNSEEN),
        shifted("mean_appraisal"),
        relative(column(usual, "mean_danger", START).mean(), column(arm, "mean_danger", START).mean()),
        shifted("mean_plan_seen"),
        shifted("mean_fidelity"),
    )


def falls_together(found: Effects) -> bool:
    """Whether entries and harm at home are both shown to fall."""
    return is_below(found.entries) and is_below(found.harm)


@pytest.fixture(scope="module")
def whole_theory() -> Effects:
    """Effects when every link holds as strongly as its default says."""
    return effects({})


def test_with_the_whole_theory_entries_and_harm_fall(whole_theory: Effects) -> None:
    """The positive control: what the null tests below would see if there were something to see."""
    assert falls_together(whole_theory)
    assert is_below(whole_theory.entries, -0.025) and is_below(whole_theory.danger, -0.025)
    with pytest.raises(AssertionError, match="mean difference"):
        assert_null(whole_theory.entries, worth_noticing=0.05)


@pytest.mark.parametrize("values", [{}, STRONG], ids=["default", "strong"])
def test_without_protection_and_perception_entries_do_not_move(values: Mapping[str, Value]) -> None:
    found = effects({**values, **absent("M7", "M8"), "kin_before_care": 0.0})
    assert is_above(found.fidelity, 0.3)
    assert_null(found.entries, worth_noticing=0.03)
    assert_null(found.danger, worth_noticing=0.02)


@pytest.mark.parametrize(
    "values", [{}, STRONG, {**FORM_WITHOUT_DEPTH, "training_gain": 0.04}], ids=["default", "strong", "form"]
)
def test_without_protection_entries_and_harm_never_fall_together(values: Mapping[str, Value]) -> None:
    found = effects({**values, **absent("M7")})
    assert is_above(found.entries, -0.02) or is_above(found.harm, -0.02)
    assert not falls_together(found)


def test_form_without_depth_looks_safer_and_is_not() -> None:
    found = effects(FORM_WITHOUT_DEPTH, coaching=0.0, supervision=0.0, alignment=0.0)
    assert np.abs(found.fidelity).max() < 0.001
    assert is_above(found.plan_seen, 0.1)
    assert is_below(found.appraisal, -0.1)
    assert is_above(found.danger, -0.01)
    assert is_above(found.harm, -0.01)
    assert is_above(found.unseen, 0.02)


BANDS = ((1, 7), (7, 13), (13, 37), (37, 73))
"""Months after a return home: first half-year, second, second and third year, fourth to sixth."""


def reentry(run: CompiledRun) -> NDArray[np.float64]:
    """Child-months at risk and re-entries by time since return home, shape (bands, 2)."""
    starts: dict[int, list[int]] = {}
    rows = run.events.tolist()
    for month, _, child, event, _ in rows:
        if event == Event.CARE_START:
            starts.setdefault(child, []).append(month)
    found = np.zeros((len(BANDS), 2))
    home = (CareExit.HOME_PLANNED, CareExit.HOME_UNPLANNED)
    for month, _, child, event, reason in rows:
        if event == Event.CARE_END and reason in home:
            again = min((start for start in starts.get(child, []) if start > month), default=1 << 20) - month
            watched = min(again, run.setting.months - 1 - month, int(run.state.children["birth"][child]) + 215 - month)
            for band, (first, last) in enumerate(BANDS):
                found[band] += max(0, min(watched, last - 1) - first + 1), first <= again < last
    return found


def test_the_hazard_of_reentry_falls_with_time_since_return() -> None:
    at_risk, entries = sum(reentry(compiled(world(seed, 180, CHILDREN))) for seed in range(1, 31)).T
    hazard, error = entries / at_risk, np.sqrt(entries) / at_risk
    gaps, errors = -np.diff(hazard), np.hypot(error[1:], error[:-1])
    assert (gaps > 3.0 * errors).all(), hazard


STOCKS = ("looked_after", "children_in_need", "on_plan", "open_families", "closed_families")
TREND_YEARS, TREND_BOUND = 8, 0.015
SETTLED_AFTER = 204


@cache
def yearly_slopes(warmup: int, seeds: int = 36) -> dict[str, list[float]]:
    """Relative slope a year of each stock after the warm-up, one for each seed, demand and culture held level."""
    months = warmup + 12 * TREND_YEARS
    years = np.arange(12 * TREND_YEARS) / 12
    slopes: dict[str, list[float]] = {stock: [] for stock in STOCKS}
    for seed in range(1, seeds + 1):
        run = compiled(world(seed, months, 50_000, NO_CLIMATE))
        for stock in STOCKS:
            level = column(run, stock, warmup)
            slopes[stock].append(float(np.polyfit(years, level, 1)[0] / level.mean()))
    return slopes


@pytest.mark.parametrize("stock", STOCKS)
def test_stocks_show_no_trend_once_settled(stock: str) -> None:
    assert_within(yearly_slopes(SETTLED_AFTER)[stock], TREND_BOUND)


def test_ten_years_of_warm_up_are_enough() -> None:
    assert_within(yearly_slopes(120, 120)["looked_after"], TREND_BOUND)


def test_usual_practice_stays_at_usual_depth() -> None:
    run = compiled(world(months=24))
    usual = run.setting.parameters.practice.usual_fidelity
    assert column(run, "mean_fidelity") == pytest.approx(usual, abs=1e-12)
