"""Who is told, who acts, who tires, and what the network covers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sos_sim.agents.codes import TieKind
from sos_sim.model.phases.network import update_network
from sos_sim.theory.logistic import logistic
from sos_sim.theory.network import (
    comes_to_meeting,
    inform_chance,
    leaves_uncovered,
    meeting_chance,
    starts_to_act,
    stops_acting,
)
from sos_sim.theory.parameters import make_parameters
from sos_sim.theory.structure import CHILD_LED, FAMILY_GROUP_MEETING, NO_MOBILISATION, PARENT_LED, WORKER_LED, Structure

PARAMETERS = make_parameters({})
P = PARAMETERS.network
SHARES = st.floats(0.0, 1.0)


def member(**fields: Any) -> Any:
    """A relative unless set otherwise."""
    usual = {"kind": TieKind.KIN, "willingness": 0.6, "capacity": 0.5, "unsafe": False, "supporting": 0}
    return SimpleNamespace(**{**usual, **fields})


def tie(**fields: Any) -> Any:
    """An informed, active tie unless set otherwise."""
    usual = {"closeness": 0.5, "informed": True, "active": True, "active_since": 3, "change": 0, "member": 0}
    return SimpleNamespace(**{**usual, **fields})


@pytest.mark.parametrize(
    ("way", "lever"),
    [
        (NO_MOBILISATION, 0.0),
        (WORKER_LED, 0.9 / 0.8),
        (PARENT_LED, 0.3 / 0.2),
        (CHILD_LED, 0.1 / 0.4),
        (FAMILY_GROUP_MEETING, 0.0),
    ],
)
def test_inform_chance_in_each_reading(way: int, lever: float) -> None:
    p = P._replace(inform_usual=0.02, mobilise=0.1, usual_availability=0.8, usual_responsibility=0.2, usual_voice=0.4)
    family: Any = SimpleNamespace(responsibility=0.3, voice=0.1, consent=0.6)
    casework = PARAMETERS.casework._replace(usual_consent=0.4)
    worker: Any = SimpleNamespace(availability=0.9, delivered=0.5)
    structure: Structure = PARAMETERS.structure._replace(network_mobilisation=way)
    assert inform_chance(family, worker, p, casework, structure) == pytest.approx(1.5 * (0.02 + 0.1 * 0.5 * lever))
    worker.delivered = 0.0
    assert inform_chance(family, worker, p, casework, structure) == pytest.approx(0.03)
    family.consent = 0.0
    assert inform_chance(family, worker, p, casework, structure) == 0.0


@pytest.mark.parametrize(
    ("mobilise", "delivered", "chance"), [(0.1, 0.5, 0.3), (0.1, 0.25, 0.15), (0.5, 0.9, 1.0), (0.1, 0.0, 0.0)]
)
def test_a_meeting_stands_for_half_a_year_of_mobilising(mobilise: float, delivered: float, chance: float) -> None:
    assert meeting_chance(delivered, P._replace(mobilise=mobilise)) == pytest.approx(chance)


def test_who_is_invited_to_a_meeting() -> None:
    p = P._replace(meeting_reach=0.6, meeting_closeness=0.4)
    assert comes_to_meeting(tie(closeness=0.4), member(), 0.59, p)
    assert not comes_to_meeting(tie(closeness=0.4), member(), 0.61, p)
    assert not comes_to_meeting(tie(closeness=0.39), member(), 0.0, p)
    assert not comes_to_meeting(tie(), member(kind=TieKind.PROFESSIONAL), 0.0, p)
    assert not comes_to_meeting(tie(), member(unsafe=True), 0.0, p)


@given(draw=SHARES, closeness=SHARES, willingness=SHARES, responsibility=SHARES, load=st.integers(0, 12))
@settings(derandomize=True)
def test_starting_to_act_is_its_formula(
    draw: float, closeness: float, willingness: float, responsibility: float, load: int
) -> None:
    drive = P.act_base + P.act_willingness * willingness + P.act_closeness * closeness
    drive += P.act_responsibility * responsibility - P.act_load * load
    acts = starts_to_act(
        tie(closeness=closeness), member(willingness=willingness, supporting=load), responsibility, draw, P
    )
    assert acts == (draw < logistic(drive))


def test_stopping_by_hand() -> None:
    p = P._replace(fatigue=0.1, fatigue_load=0.5, coordination=0.4)
    chance = 0.1 * (1.0 + 0.5 * 2) * (1.0 - 0.4 * 0.5)
    assert stops_acting(member(supporting=3), 0.5, chance - 1e-9, p)
    assert not stops_acting(member(supporting=3), 0.5, chance + 1e-9, p)
    assert not stops_acting(member(supporting=0), 0.0, 0.1 + 1e-9, p)


def test_what_a_tie_covers() -> None:
    assert leaves_uncovered(tie(closeness=0.8), member(capacity=0.5)) == pytest.approx(0.6)
    assert leaves_uncovered(tie(), member(kind=TieKind.FRIEND)) == pytest.approx(0.75)
    assert leaves_uncovered(tie(closeness=1.0), member(kind=TieKind.PROFESSIONAL, capacity=1.0)) == 1.0
    assert leaves_uncovered(tie(closeness=1.0), member(unsafe=True, capacity=1.0)) == 1.0


def covered(ties: list[Any], members: list[Any]) -> Any:
    """The family after its network was updated."""
    family = SimpleNamespace(first_tie=0, ties=len(ties), active_ties=0, kin_monitors=0, cover=0.0, network_moved=True)
    world: Any = SimpleNamespace(ties=ties, members=members, parameters=PARAMETERS)
    update_network(world, family, 9)  # type: ignore[arg-type]
    return family


def test_cover_is_one_minus_the_product() -> None:
    ties = [tie(member=0, closeness=0.8), tie(member=1, closeness=0.5), tie(member=2, closeness=1.0, active=False)]
    family = covered(ties, [member(capacity=0.5), member(kind=TieKind.FRIEND, capacity=0.6), member(capacity=1.0)])
    assert family.cover == pytest.approx(1.0 - (1.0 - 0.4) * (1.0 - 0.3))
    assert (family.active_ties, family.kin_monitors, family.professional_eyes) == (2, 1, False)


def test_professionals_see_and_never_cover() -> None:
    family = covered([tie(active=False)], [member(kind=TieKind.PROFESSIONAL, capacity=1.0)])
    assert family.cover == 0.0 and family.professional_eyes


def test_unsafe_kin_never_cover_and_those_who_know_are_a_danger() -> None:
    family = covered(
        [tie(member=0), tie(member=1, active=False), tie(member=2, informed=False)], [member(unsafe=True)] * 3
    )
    assert family.cover == 0.0 and family.active_ties == 0
    assert family.exposure == pytest.approx(2 * PARAMETERS.home.unsafe_kin_harm)
    assert covered([tie()], [member()]).exposure == 0.0


def test_a_months_changes_reach_ties_and_members_once() -> None:
    ties = [tie(member=0, active=False, change=1), tie(member=1, change=-1)]
    members = [member(supporting=0), member(supporting=2)]
    family = covered(ties, members)
    assert [one.active for one in ties] == [True, False]
    assert [one.supporting for one in members] == [1, 1]
    assert [one.change for one in ties] == [0, 0]
    assert family.active_ties == 1
    assert [one.active_since for one in ties] == [9, 9]
    assert not family.network_moved
