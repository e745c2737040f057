"""Safety plans, safety at home, need, harm and what is seen of it."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sos_sim.core.luck import mix, uniform
from sos_sim.theory.home import (
    NEED_CEILING,
    NEED_FLOOR,
    change_for_good,
    danger_strikes,
    feel_strain,
    lingering_safety,
    live,
    safety,
    seen_chance,
    true_danger,
)
from sos_sim.theory.logistic import logistic
from sos_sim.theory.parameters import make_parameters
from sos_sim.theory.plan import age_plan, rework_plan, show_plan, written_rigour
from sos_sim.theory.structure import NO_ROLE

PARAMETERS = make_parameters({})
HOME, PLAN = PARAMETERS.home, PARAMETERS.plan
SHARES = st.floats(0.0, 1.0)


def family(**fields: Any) -> Any:
    """A family with middling values unless set."""
    usual = {
        "plan": 0.5,
        "plan_seen": 0.5,
        "cover": 0.25,
        "trust": 0.5,
        "consent": 0.5,
        "candour": 0.5,
        "voice": 0.2,
        "safety": 0.4,
        "need": -4.0,
        "set_point": -5.0,
        "strain": 0.5,
        "exposure": 0.0,
        "event_rate": 0.04,
        "responsibility": 0.5,
        "understanding": 0.36,
        "visits": 2.0,
        "professional_eyes": False,
    }
    return SimpleNamespace(**{**usual, **fields})


def worker(**fields: Any) -> Any:
    """An available worker without depth or form unless set."""
    return SimpleNamespace(**{"delivered": 0.0, "availability": 1.0, "surface": 0.0, **fields})


def test_plan_by_hand() -> None:
    someone = family(plan=0.1, understanding=0.64, responsibility=0.25, cover=0.5, voice=0.5)
    p = PLAN._replace(rigour_usual=0.4, rigour_signs=0.3, plan_voice=0.2, review_rate=0.25)
    with_whom = worker(delivered=0.5, availability=0.8)
    rigour = (0.4 + 0.3 * 0.5 * 1.2) * (1.0 + 0.2 * 0.5)
    assert written_rigour(someone, 0.5, 1.44, p) == pytest.approx(rigour)
    rework_plan(someone, with_whom, 1.44, p)
    target = rigour * (1.0 - (1.0 - 0.4) ** 1.5)
    assert someone.plan == pytest.approx(0.1 + 0.25 * 0.8 * (target - 0.1))


def test_rigour_is_at_most_one() -> None:
    assert written_rigour(family(voice=1.0), 1.0, 4.0, PLAN._replace(rigour_usual=0.8, rigour_signs=0.9)) == 1.0


def test_what_is_seen_adds_what_passes_for_a_plan_and_what_is_only_form() -> None:
    someone = family(plan=0.1, consent=0.25, voice=0.0)
    p = PLAN._replace(rigour_usual=0.5, rigour_signs=0.0, disguise=0.4, surface_weight=0.3)
    show_plan(someone, worker(surface=0.8), 1.0, 0.5, p)
    assert someone.plan_seen == pytest.approx(0.1 + 0.4 * 0.75 * 0.4 + 0.3 * 0.4)
    assert someone.plan == 0.1


def test_full_consent_and_no_form_show_the_plan_as_it_is() -> None:
    someone = family(plan=0.2, consent=1.0)
    show_plan(someone, worker(), 1.0, 1.0, PLAN)
    assert someone.plan_seen == pytest.approx(0.2)


def test_a_plan_better_than_what_is_written_hides_nothing() -> None:
    someone = family(plan=0.9, consent=0.0)
    show_plan(someone, worker(), 1.0, 1.0, PLAN._replace(disguise=1.0))
    assert someone.plan_seen == pytest.approx(0.9)


def test_a_plan_without_review_ages() -> None:
    someone = family(plan=0.5)
    age_plan(someone, PLAN._replace(plan_decay=0.06))
    assert someone.plan == pytest.approx(0.47)


@given(cover=SHARES, delivered=SHARES, understanding=SHARES)
@settings(derandomize=True)
def test_a_plan_that_nobody_owns_protects_nobody_whatever_the_network(
    cover: float, delivered: float, understanding: float
) -> None:
    someone = family(plan=0.0, responsibility=0.0, understanding=understanding, cover=cover)
    rework_plan(someone, worker(delivered=delivered), 1.0, PLAN)
    assert someone.plan == 0.0


def test_a_network_makes_an_owned_plan_better() -> None:
    alone, covered = family(plan=0.0, cover=0.0), family(plan=0.0, cover=0.8)
    for someone in (alone, covered):
        rework_plan(someone, worker(), 1.0, PLAN)
    assert covered.plan > 1.2 * alone.plan > 0.0


def test_safety_by_hand() -> None:
    p = HOME._replace(plan_effect=0.5, cover_effect=0.4, service_effect=0.2, service_base=0.3, service_trust=0.7)
    expected = 1.0 - (1.0 - 0.25) * (1.0 - 0.1) * (1.0 - 0.2 * (0.3 + 0.35))
    assert safety(family(), p, PARAMETERS.casework, PARAMETERS.structure) == pytest.approx(expected)
    no_part = PARAMETERS.structure._replace(trust_role=NO_ROLE)
    usual = PARAMETERS.casework._replace(reference_trust=0.5)
    assert safety(family(trust=0.9), p, usual, no_part) == pytest.approx(expected)
    assert lingering_safety(family(), p) == pytest.approx(1.0 - 0.75 * 0.9)


def test_without_links_nothing_protects() -> None:
    p = HOME._replace(plan_effect=0.0, cover_effect=0.0, service_effect=0.0)
    assert safety(family(plan=1.0, cover=1.0, trust=1.0), p, PARAMETERS.casework, PARAMETERS.structure) == 0.0


@given(plan=SHARES, cover=SHARES, trust=SHARES, strengths=st.tuples(SHARES, SHARES, SHARES))
@settings(derandomize=True)
def test_safety_is_a_share_and_services_only_add(
    plan: float, cover: float, trust: float, strengths: tuple[float, float, float]
) -> None:
    p = HOME._replace(plan_effect=strengths[0], cover_effect=strengths[1], service_effect=strengths[2])
    someone = family(plan=plan, cover=cover, trust=trust)
    whole = safety(someone, p, PARAMETERS.casework, PARAMETERS.structure)
    assert -1e-15 <= lingering_safety(someone, p) <= whole + 1e-15 <= 1.0 + 1e-14


def test_need_reverts_and_strain_fades() -> None:
    someone = family(need=-4.0, set_point=-5.0, strain=1.0)
    live(someone, 0.5, 0.9, HOME._replace(reversion=0.1, strain_kept=0.86))
    assert someone.need == pytest.approx(-4.1) and someone.strain == pytest.approx(0.86)


def test_noise_has_the_declared_spread() -> None:
    needs = []
    for number in range(4000):
        someone = family(need=-5.0, set_point=-5.0)
        live(someone, (number + 0.5) / 4000, 0.9, HOME._replace(need_noise=0.3))
        needs.append(someone.need + 5.0)
    assert math.sqrt(sum(need**2 for need in needs) / len(needs)) == pytest.approx(0.3, rel=1e-3)


def test_a_life_event_is_exponential_given_that_it_happens() -> None:
    someone = family(need=-5.0, set_point=-5.0, event_rate=0.04)
    live(someone, 0.5, 0.04 * math.exp(-1.5), HOME._replace(event_size=1.2))
    assert someone.need == pytest.approx(-5.0 + 1.2 * 1.5)
    unchanged = family(need=-5.0, set_point=-5.0, event_rate=0.04)
    live(unchanged, 0.5, 0.0401, HOME._replace(event_size=1.2))
    assert unchanged.need == pytest.approx(-5.0)


def test_need_is_bounded() -> None:
    high, low = family(need=NEED_CEILING, set_point=0.5), family(need=NEED_FLOOR, set_point=NEED_FLOOR)
    live(high, 0.99, 1e-12, HOME)
    live(low, 0.0, 0.9, HOME._replace(need_noise=1.0))
    assert high.need == NEED_CEILING and low.need == NEED_FLOOR


def test_lasting_change_by_hand_and_floored() -> None:
    someone = family(set_point=-5.0, responsibility=0.5, safety=0.4)
    change_for_good(someone, HOME._replace(change=0.1))
    assert someone.set_point == pytest.approx(-5.02)
    near = family(set_point=-8.99, responsibility=1.0, safety=1.0)
    change_for_good(near, HOME._replace(change=0.3, change_floor=-9.0))
    assert near.set_point == -9.0
    below = family(set_point=-11.0, responsibility=1.0, safety=1.0)
    change_for_good(below, HOME._replace(change=0.3, change_floor=-9.0))
    assert below.set_point == -11.0


def test_each_childs_chance_of_harm_is_the_documented_one() -> None:
    someone = family(need=-1.0, strain=0.3, exposure=0.2, safety=0.2)
    draws = [uniform(mix(1, number), mix(82, 0)) for number in range(40_000)]
    strikes = sum(danger_strikes(someone, draw, HOME) for draw in draws) / len(draws)
    h = HOME.harm_ceiling * logistic(-0.5) * 0.8
    assert true_danger(someone, HOME) == pytest.approx(h)
    assert strikes * HOME.sibling_share == pytest.approx(h, rel=0.05)


def test_full_safety_means_no_harm() -> None:
    assert not danger_strikes(family(safety=1.0, need=2.0), 1e-12, HOME)


def test_seen_chance_by_hand() -> None:
    p = HOME._replace(
        seen_base=0.15, seen_visits=0.1, seen_network=0.2, seen_trust=0.2, seen_voice=0.1, seen_professional=0.1
    )
    expected = 0.15 + 0.1 * 2.0 + 0.2 * 0.25 + 0.2 * 0.5 + 0.1 * 0.2
    assert seen_chance(family(), 0.5, 0.2, p) == pytest.approx(expected)
    assert seen_chance(family(professional_eyes=True), 0.5, 0.2, p) == pytest.approx(expected + 0.1)
    assert seen_chance(family(visits=40.0), 0.5, 0.2, p) == 0.95


@pytest.mark.parametrize(("returned", "strain"), [(0, 0.5), (1, 2.2), (3, 0.5 + 1.7 * 1.6)])
def test_strain_grows_with_the_number_who_return(returned: int, strain: float) -> None:
    someone = family(strain=0.5)
    feel_strain(someone, returned, HOME._replace(strain=1.7, strain_more=0.3))
    assert someone.strain == pytest.approx(strain)
