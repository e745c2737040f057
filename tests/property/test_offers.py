"""Who is offered the programme: lots that nothing disturbs, and the limits at which nobody or everybody is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sos_sim.core.parameters import Value
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.offers import is_drawn
from sos_sim.model.programmes import moment_of
from sos_sim.model.readable import ReadableRun
from support.drawn import FEW, SEEDS, beliefs
from support.worlds import (
    assert_same_history,
    column,
    compiled,
    differing_fields,
    events_between,
    full_programme,
    world,
)

START, MONTHS, CHILDREN = 4, 36, 2500
REACHES_FAMILIES_ALONE: Mapping[str, Value] = {
    "training_time": 0.0,
    "retention": 0.0,
    "peers": 0.0,
    "newcomer_depth": 0.0,
}
"""No time is taken, nobody is kept; and teams' means, which are inexact, leave usual depth exactly usual."""
SHARES = st.floats(0.0, 0.99)


def offered(seed: int = 1, values: Mapping[str, Value] | None = None, **levers: float) -> CompiledRun:
    """A small authority with a full programme (some levers set otherwise)."""
    return compiled(world(seed, MONTHS, CHILDREN, values, [full_programme(START, MONTHS, **levers)]))


def lots(lucks: np.ndarray[tuple[int], np.dtype[np.uint64]], share: float) -> list[bool]:
    """Who of these is drawn."""
    return [is_drawn(int(luck), share, moment_of()) for luck in lucks]


@FEW
@given(SEEDS, beliefs(), SHARES)
def test_spilling_over_wholly_is_being_offered_the_practice(seed: int, values: dict[str, Value], share: float) -> None:
    values |= {"spillover": 1.0}
    assert_same_history(offered(seed, values, offered_families=share), offered(seed, values))


@FEW
@given(SEEDS, beliefs())
def test_posts_that_nobody_offers_anything_work_as_usual(seed: int, values: dict[str, Value]) -> None:
    usual = compiled(world(seed, MONTHS, CHILDREN, values))
    assert_same_history(offered(seed, values, offered_posts=0.0), usual)


@FEW
@given(SEEDS, beliefs())
def test_families_that_meet_nothing_of_it_live_as_usual(seed: int, values: dict[str, Value]) -> None:
    values |= {**REACHES_FAMILIES_ALONE, "spillover": 0.0}
    usual, arm = compiled(world(seed, MONTHS, CHILDREN, values)), offered(seed, values, offered_families=0.0)
    assert np.array_equal(events_between(arm, 0), events_between(usual, 0))
    practice = {f"workers.{name}" for name in ("fidelity", "surface", "delivered", "warm", "purposeful")}
    ignored = {*practice, "workers.months_trained", "teams"}
    assert differing_fields(arm.state, usual.state, ignore=ignored) == []


@pytest.mark.parametrize("lever", ["offered_posts", "offered_families"])
def test_offering_to_some_is_neither_usual_practice_nor_offering_to_all(lever: str) -> None:
    usual, everybody, some = compiled(world(1, MONTHS, CHILDREN)), offered(), offered(**{lever: 0.5})
    for other in (usual, everybody):
        assert not np.array_equal(events_between(some, 0), events_between(other, 0))


def test_only_those_drawn_are_trained_and_paid_for() -> None:
    some = offered(offered_posts=0.5, values={"peers": 0.0, "newcomer_depth": 0.0})
    workers = some.state.workers
    drawn = np.array(lots(workers["luck"], 0.5))
    assert 0 < drawn.sum() < len(drawn)
    assert not workers["months_trained"][~drawn].any() and not workers["surface"][~drawn].any()
    assert np.allclose(workers["fidelity"][~drawn], some.setting.parameters.practice.usual_fidelity)
    holders = column(some, "permanent_posts")[-1] + column(some, "agency_posts")[-1]
    for cost in (MonthlyColumn.TRAINING, MonthlyColumn.COACHING, MonthlyColumn.SUPERVISION):
        assert some.monthly[-1, cost] == (workers["holder"][drawn] > 0).sum() < holders


def test_what_is_recorded_of_practice_does_not_depend_on_the_family_met_last() -> None:
    one, other = (offered(values={"spillover": share}, offered_families=0.5) for share in (0.0, 0.9))
    assert np.array_equal(column(one, "mean_delivered")[: START + 2], column(other, "mean_delivered")[: START + 2])
    assert column(one, "mean_delivered")[START + 1] > 0.0


@FEW
@given(SEEDS, SHARES)
def test_lots_are_the_same_for_mesa_agents_and_whoever_else_there_is(seed: int, share: float) -> None:
    small, large = (world(seed, 5, 1500, {"post_rate": rate}).initial.workers["luck"] for rate in (20.0, 40.0))
    assert len(large) > len(small)
    assert lots(large, share)[: len(small)] == lots(small, share)
    setting = world(seed, 8, 1500, programmes=[full_programme(0, 8, offered_posts=share)])
    trained = ReadableRun(setting).advance(8).state.workers["months_trained"] > 0.0
    assert not trained[~np.array(lots(setting.initial.workers["luck"], share))].any()


def test_a_larger_share_draws_the_same_ones_and_more() -> None:
    lucks = world(children=20_000).initial.families["luck"]
    few, many = np.array(lots(lucks, 0.3)), np.array(lots(lucks, 0.6))
    assert not (few & ~many).any()
    assert few.mean() == pytest.approx(0.3, abs=0.03) and many.mean() == pytest.approx(0.6, abs=0.03)
    assert all(lots(lucks[:50], 1.0))


def test_lots_have_nothing_to_do_with_what_families_are_like() -> None:
    families = world(children=60_000).initial.families
    drawn = np.array(lots(families["luck"], 0.5))
    for name in ("set_point", "openness", "event_rate", "team"):
        apart = families[name][drawn].mean() - families[name][~drawn].mean()
        error = families[name].std() * (1.0 / drawn.sum() + 1.0 / (~drawn).sum()) ** 0.5
        assert abs(apart) < 3.5 * error
