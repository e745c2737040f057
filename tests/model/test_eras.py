"""What changes by date: parameters from their month on and not before, posts made and lost, demand, and prices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sos_sim.agents.codes import Holder
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.readable import ReadableRun
from sos_sim.model.setting import Era, Setting, make_setting
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measures import MEASURES
from sos_sim.outcomes.measuring import window_of
from sos_sim.theory.parameters import make_parameters
from support.worlds import assert_same_history, column, compiled, world

MONTHS, CHILDREN, CHANGE = 36, 12_000, 12


def dated(**values: Any) -> Setting:
    """A small authority in which these values hold from month 12 on."""
    now = {"children": CHILDREN}
    later = Era(CHANGE, make_parameters({**now, **values}))
    return make_setting(make_parameters(now), 3, MONTHS, eras=[later])


def posts(run: CompiledRun) -> list[float]:
    """Posts month by month, filled or not."""
    return [float(sum(row)) for row in zip(*(column(run, f"{kind}_posts") for kind in KINDS), strict=True)]


KINDS = ("permanent", "agency", "empty")


@pytest.mark.parametrize("change", [{"post_rate": 10.0}, {"post_rate": 25.0}, {"demand": 1.5}, {"turnover": 0.03}])
def test_both_engines_live_a_change_alike_to_the_last_bit(change: dict[str, float]) -> None:
    setting = dated(**change)
    assert_same_history(compiled(setting), ReadableRun(setting).advance(MONTHS))


@pytest.mark.parametrize("change", [{"turnover": 0.03}, {"demand": 1.5}, {"foster_week": 900.0}])
def test_nothing_changes_before_its_month(change: dict[str, float]) -> None:
    before, after = world(3, MONTHS, CHILDREN), dated(**change)
    one, other = (CompiledRun(setting).advance(CHANGE) for setting in (before, after))
    assert np.array_equal(one.monthly[:CHANGE], other.monthly[:CHANGE])
    assert np.array_equal(one.events, other.events)


def test_a_run_in_parts_is_the_run_at_once_across_a_change() -> None:
    setting = dated(turnover=0.03, post_rate=20.0)
    parts = CompiledRun(setting)
    for months in (5, 7, 1, 23):
        parts.advance(months)
    assert_same_history(parts, compiled(setting))


@pytest.mark.parametrize(("rate", "later"), [(10.0, 12), (25.0, 30)])
def test_posts_are_lost_and_made_in_their_month(rate: float, later: int) -> None:
    run = compiled(dated(post_rate=rate))
    assert posts(run) == [21.0] * CHANGE + [float(later)] * (MONTHS - CHANGE)
    assert column(run, "changed_posts").tolist() == [0.0] * CHANGE + [later - 21.0] * (MONTHS - CHANGE)
    per_team = np.bincount(run.state.workers["team"][run.state.workers["holder"] != Holder.EMPTY])
    assert per_team.max() - per_team.min() <= later // len(run.state.teams)


def test_posts_that_come_later_are_not_there_before() -> None:
    plain, grown = compiled(world(3, MONTHS, CHILDREN)), compiled(dated(post_rate=25.0))
    for kind in KINDS:
        assert np.array_equal(column(plain, f"{kind}_posts")[:CHANGE], column(grown, f"{kind}_posts")[:CHANGE])


def test_demand_lifts_referrals_by_as_much_from_its_month_on() -> None:
    big = {"children": 150_000}
    now = make_parameters(big)
    later = Era(CHANGE, make_parameters({**big, "demand": 1.5}))
    usual, lifted = (compiled(make_setting(now, 3, MONTHS, eras=eras)) for eras in ((), (later,)))
    arrivals = [int((run.state.families["arrival"] >= CHANGE).sum()) for run in (usual, lifted)]
    assert arrivals[1] / arrivals[0] == pytest.approx(1.5, rel=0.03)


def test_a_price_counts_from_its_month_on() -> None:
    setting = dated(foster_week=1530.0)
    run = compiled(setting)
    histories = Histories(run.events, run.monthly, run.state.children["birth"], MONTHS)
    months = column(run, "foster")
    weeks = 365.25 / 12 / 7
    paid = 765.0 * months[:CHANGE].sum() + 1530.0 * months[CHANGE:].sum()
    others = compiled(world(3, MONTHS, CHILDREN))
    window, plain = window_of(setting, 0, MONTHS), window_of(others.setting, 0, MONTHS)
    cost = MEASURES["cost_placements"].value
    extra = cost(histories, window) - cost(histories, plain)
    assert extra * MONTHS / 12 == pytest.approx((paid - 765.0 * months.sum()) * weeks, rel=1e-3)
