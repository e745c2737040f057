"""Who is known, at home and looked after, at the edges of age and on every legal basis."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sos_sim.agents.codes import NEVER, Legal, Place
from sos_sim.model.households import (
    count_children,
    danger_of,
    has_drifting_child,
    is_at_home,
    is_known,
    is_looked_after,
    is_with_family,
    lives_at_home,
    outside_danger_of,
    youngest_age,
)
from sos_sim.theory.parameters import make_parameters
from sos_sim.theory.pathway import DRIFT_MONTHS, OLDEST_IN_COURT

MONTH = 100


def child(age: int, place: Place = Place.HOME, legal: Legal = Legal.NONE, care_since: int = NEVER) -> Any:
    """A child of an age in months (negative: unborn)."""
    return SimpleNamespace(birth=MONTH - age, place=place, legal=legal, care_since=care_since)


def household(*children: Any) -> tuple[Any, Any]:
    """A world and its second family, of these children, after another's child who is at home, in care and young."""
    other = child(1, Place.HOME, Legal.VOLUNTARY, MONTH - 200)
    family = SimpleNamespace(first_child=1, children=len(children), at_home=-1, in_care=-1)
    return SimpleNamespace(children=[other, *children, other]), family


@pytest.mark.parametrize(
    ("age", "known", "born"), [(-7, False, False), (-6, True, False), (-1, True, False), (0, True, True)]
)
def test_a_child_is_known_half_a_year_before_birth_and_at_home_from_birth(age: int, known: bool, born: bool) -> None:
    one = child(age)
    assert (is_known(one, MONTH), is_with_family(one, MONTH)) == (known, known)
    assert (is_at_home(one, MONTH), lives_at_home(one, MONTH)) == (born, born)


def test_all_ends_at_eighteen() -> None:
    for age, minor in ((215, True), (216, False), (217, False)):
        one = child(age)
        for holds in (is_known, is_with_family, is_at_home, lives_at_home):
            assert holds(one, MONTH) == minor


@pytest.mark.parametrize(
    ("place", "known", "with_family", "at_home", "under_the_roof"),
    [
        (Place.HOME, True, True, True, True),
        (Place.HOME_ON_ORDER, True, False, False, True),
        (Place.KINSHIP, True, False, False, False),
        (Place.FOSTER, True, False, False, False),
        (Place.RESIDENTIAL, True, False, False, False),
        (Place.LEFT, False, False, False, False),
    ],
)
def test_where_a_child_lives_decides(
    place: Place, known: bool, with_family: bool, at_home: bool, under_the_roof: bool
) -> None:
    one = child(60, place)
    found = (is_known(one, MONTH), is_with_family(one, MONTH), is_at_home(one, MONTH), lives_at_home(one, MONTH))
    assert found == (known, with_family, at_home, under_the_roof)


@pytest.mark.parametrize("legal", Legal)
def test_every_legal_basis_but_none_is_being_looked_after(legal: Legal) -> None:
    assert is_looked_after(child(60, Place.FOSTER, legal)) == (legal is not Legal.NONE)


def test_children_are_counted_at_home_or_looked_after_those_of_the_family_alone() -> None:
    world, family = household(
        child(10),
        child(20),
        child(-3),
        child(30, Place.HOME_ON_ORDER, Legal.CARE_ORDER),
        child(40, Place.FOSTER, Legal.INTERIM),
        child(50, Place.KINSHIP, Legal.VOLUNTARY),
        child(230),
        child(60, Place.LEFT),
    )
    count_children(world, family, MONTH)
    assert (family.at_home, family.in_care) == (2, 3)


@pytest.mark.parametrize(
    ("ages", "youngest"), [((50, 20, 70), 20), ((50, -6), -6), ((50, -7), 50), ((), 999), ((230,), 999)]
)
def test_the_youngest_at_home_or_expected(ages: tuple[int, ...], youngest: int) -> None:
    world, family = household(*map(child, ages), child(3, Place.FOSTER, Legal.INTERIM))
    assert youngest_age(world, family, MONTH) == youngest


@pytest.mark.parametrize(
    ("stay", "age", "legal", "drifts"),
    [
        (DRIFT_MONTHS, 60, Legal.VOLUNTARY, True),
        (DRIFT_MONTHS - 1, 60, Legal.VOLUNTARY, False),
        (DRIFT_MONTHS, OLDEST_IN_COURT - 1, Legal.VOLUNTARY, True),
        (DRIFT_MONTHS, OLDEST_IN_COURT, Legal.VOLUNTARY, False),
        (DRIFT_MONTHS, 60, Legal.INTERIM, False),
    ],
)
def test_a_long_voluntary_stay_of_any_child_drifts(stay: int, age: int, legal: Legal, drifts: bool) -> None:
    world, family = household(child(60), child(age, Place.FOSTER, legal, MONTH - stay))
    assert has_drifting_child(world, family, MONTH) == drifts


def test_plan_and_network_reach_those_who_live_at_home() -> None:
    parameters = make_parameters({"outside_reach": 0.5, "plan_effect": 0.5, "cover_effect": 0.4, "outside_harm": 0.2})
    anywhere: Any = SimpleNamespace(parameters=parameters)
    protected: Any = SimpleNamespace(plan=0.8, cover=0.5)
    at_home, in_care = (SimpleNamespace(place=place, birth=0) for place in (Place.HOME, Place.FOSTER))
    assert outside_danger_of(anywhere, protected, at_home, 150) == pytest.approx(0.2 * (1.0 - 0.5 * (1.0 - 0.6 * 0.8)))
    assert outside_danger_of(anywhere, protected, in_care, 150) == 0.2


@pytest.mark.parametrize(
    ("family_from", "child_from", "counts"),
    [(MONTH, MONTH, True), (MONTH + 1, MONTH, False), (MONTH, MONTH + 1, False)],
)
def test_danger_outside_counts_while_family_and_child_are_in_it(
    family_from: int, child_from: int, counts: bool
) -> None:
    anywhere: Any = SimpleNamespace(parameters=make_parameters({"outside_harm": 0.2}))
    family: Any = SimpleNamespace(outside_from=family_from, outside_until=MONTH + 9, plan=0.0, cover=0.0)
    one: Any = SimpleNamespace(
        place=Place.HOME, birth=MONTH - 150, outside_from=child_from, outside_until=MONTH + 9, legal=Legal.NONE
    )
    assert (danger_of(anywhere, family, one, -3.0, MONTH) > -3.0) == counts
