"""Danger outside the family: nothing at an onset of 0; otherwise at its rates, seen apart, and a way into care."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sos_sim.agents.codes import NEVER, Place
from sos_sim.core.parameters import Value
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.readable import ReadableRun
from sos_sim.outcomes.histories import event_rows
from sos_sim.theory.outside import joint_danger, outside_chance
from sos_sim.theory.parameters import make_parameters
from support.power import assert_mean
from support.worlds import assert_same_history, column, compiled, count_events, differing_columns, world

MONTHS = 60
ON: dict[str, Value] = {"outside_onset": 0.005}
OTHERS: dict[str, Value] = {
    "outside_months": 30.0,
    "outside_harm": 0.5,
    "outside_seen": 0.9,
    "outside_concern": 3.0,
    "outside_reach": 1.0,
}
P = make_parameters({}).outside
ELEVEN = 132


@cache
def lived(*values: tuple[str, Value]) -> CompiledRun:
    """A large authority over five years."""
    return compiled(world(2, MONTHS, 60_000, dict(values)))


def starts_by_age(run: CompiledRun) -> tuple[int, int]:
    """Starts of care of children under eleven, and of older ones."""
    rows = event_rows(run.events)
    rows = rows.where(rows.event == Event.CARE_START)
    older = rows.month - run.state.children["birth"][rows.child] >= ELEVEN
    return int((~older).sum()), int(older.sum())


def test_at_an_onset_of_0_nothing_else_about_danger_outside_moves_a_life() -> None:
    usual, told = lived(("outside_onset", 0.0)), lived(("outside_onset", 0.0), *OTHERS.items())
    assert np.array_equal(told.events, usual.events) and differing_columns(told, usual) == []
    assert count_events(told, Event.HARM_OUTSIDE) == 0
    assert (told.state.children["outside_from"] == NEVER).all() and (
        told.state.families["outside_until"] == NEVER
    ).all()


def test_onset_and_duration_are_as_declared() -> None:
    children = world(5, 12, 200_000, {**ON, "outside_months": 10.0}).initial.children
    ever = children["outside_from"] != NEVER
    onset, adult = children["outside_from"] - children["birth"], AGE_OF_MAJORITY_MONTHS
    assert onset[ever].min() == ELEVEN and onset[ever].max() < adult
    chance = 1.0 - (1.0 - 0.005) ** (adult - ELEVEN)
    assert_mean(ever, chance, sd=(chance * (1.0 - chance)) ** 0.5, worth_noticing=0.05 * chance)
    early = ever & (onset < adult - 60)
    lasts = (children["outside_until"] - children["outside_from"])[early]
    assert_mean(lasts, 10.0, sd=9.5, worth_noticing=0.8)


def test_families_know_the_months_with_a_child_in_danger() -> None:
    state = world(5, 12, 20_000, ON).initial
    for family in state.families[:2000]:
        own = state.children[family["first_child"] : family["first_child"] + family["children"]]
        own = own[own["outside_from"] != NEVER]
        if len(own):
            assert (family["outside_from"], family["outside_until"]) == (
                own["outside_from"].min(),
                own["outside_until"].max(),
            )
        else:
            assert family["outside_from"] == family["outside_until"] == NEVER


def test_harm_strikes_those_in_danger_at_the_declared_rate_and_is_seen_in_its_share() -> None:
    run = lived(*ON.items(), ("outside_reach", 0.0), ("outside_seen", 0.4))
    rows = event_rows(run.events)
    rows = rows.where(rows.event == Event.HARM_OUTSIDE)
    children = run.state.children[rows.child]
    assert ((children["outside_from"] <= rows.month) & (rows.month < children["outside_until"])).all()
    assert column(run, "harm_outside").sum() == len(rows)
    assert column(run, "harm_outside_seen").sum() == rows.detail.sum()
    assert_mean(rows.detail, 0.4, sd=0.49, worth_noticing=0.1)
    months = months_in_danger(run)
    struck = np.zeros(months)
    struck[: len(rows)] = 1.0
    assert_mean(struck, P.outside_harm, sd=0.3, worth_noticing=0.25 * P.outside_harm)


def months_in_danger(run: CompiledRun) -> int:
    """Child-months in danger outside, while the child is known and has not left the family for good."""
    state = run.state
    arrival = state.families["arrival"][state.children["family"]]
    away = np.where(run.setting.initial.children["place"] == Place.LEFT, -1, MONTHS)
    for month, _, child, event, detail in run.events.tolist():
        if event == Event.CARE_END and detail >= 2:
            away[child] = month
    first = np.maximum(np.maximum(state.children["outside_from"], arrival), 0)
    last = np.minimum(np.minimum(state.children["outside_until"], away), MONTHS)
    return int(np.maximum(last - first, 0).sum())


def test_plan_and_network_reach_it_by_the_declared_share() -> None:
    assert outside_chance(0.5, P._replace(outside_harm=0.2, outside_reach=0.3)) == pytest.approx(0.2 * 0.85)
    assert outside_chance(0.5, P._replace(outside_harm=0.2, outside_reach=0.0)) == 0.2
    assert outside_chance(1.0, P._replace(outside_harm=0.2, outside_reach=1.0)) == 0.0
    little, much = (lived(*ON.items(), ("outside_reach", reach), ("outside_seen", 0.0)) for reach in (0.0, 1.0))
    assert column(much, "harm_outside").sum() < column(little, "harm_outside").sum()


def test_dangers_add_as_odds() -> None:
    neutral = P._replace(outside_concern=0.0)
    assert joint_danger(-3.0, 0.0, neutral) == pytest.approx(-3.0)
    assert joint_danger(np.log(0.1), 0.5, neutral) == pytest.approx(np.log(1.1))
    assert joint_danger(np.log(0.1), 0.5, neutral._replace(outside_concern=np.log(2.0))) == pytest.approx(np.log(2.1))


def test_it_is_a_way_into_care_for_the_older() -> None:
    usual, more = lived(), lived(*ON.items(), ("outside_concern", 3.0))
    (young, older), (young_more, older_more) = starts_by_age(usual), starts_by_age(more)
    assert older_more > 2 * older
    assert abs(young_more - young) < 0.1 * young


def test_harm_seen_outside_brings_a_closed_family_back() -> None:
    unseen, seen = (lived(*ON.items(), ("outside_concern", -4.0), ("outside_seen", share)) for share in (0.0, 1.0))
    assert count_events(seen, Event.REFERRAL) > 1.01 * count_events(unseen, Event.REFERRAL)


def test_both_engines_agree() -> None:
    setting = world(3, 50, 5000, {"outside_onset": 0.02, "outside_concern": 2.0})
    run = CompiledRun(setting, traced=True, counted=True).advance(setting.months)
    assert count_events(run, Event.HARM_OUTSIDE) > 20
    assert_same_history(ReadableRun(setting, traced=True, counted=True).advance(setting.months), run)
