"""Repeat referrals, opening of cases, alertness and changes of worker."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sos_sim.agents.codes import Status
from sos_sim.theory.frontdoor import fade_alertness, is_referred_again, meet_new_worker, open_case
from sos_sim.theory.parameters import make_parameters

P = make_parameters({}).front_door


def family(**fields: Any) -> Any:
    """A closed family unless set otherwise."""
    usual = {"status": Status.CLOSED, "need": -5.0, "strain": 0.0, "alertness": 0.0, "next_birth": -1, "trust": 0.4}
    return SimpleNamespace(**{**usual, "exposure": 0.0, "deprivation": 5.5, **fields})


def plainly_referred(someone: Any, month: int, draw: float, demand: float) -> bool:
    """The documented rate, with the exponential always evaluated."""
    rate = P.rereferral_rate * demand * (1.0 + P.watch * someone.alertness)
    if 0 <= someone.next_birth - month <= 6:
        rate *= 1.0 + P.birth_referral
    return draw < rate * math.exp(
        P.rereferral_slope * (someone.need + someone.strain + someone.exposure - P.reference_need)
    )


def test_deprived_families_are_referred_again_more_often() -> None:
    p = P._replace(rereferral_deprivation=0.2)
    deprived, usual = family(deprivation=8), family(deprivation=5.5)
    chance = P.rereferral_rate * math.exp(P.rereferral_slope * (-5.0 - P.reference_need))
    assert is_referred_again(usual, 20, 0.99 * chance, 1.0, p) and not is_referred_again(
        usual, 20, 1.01 * chance, 1.0, p
    )
    higher = chance * math.exp(0.2 * 2.5)
    assert is_referred_again(deprived, 20, 0.99 * higher, 1.0, p)
    assert not is_referred_again(deprived, 20, 1.01 * higher, 1.0, p)
    still = P._replace(rereferral_deprivation=0.0)
    assert not is_referred_again(deprived, 20, 1.01 * chance, 1.0, still), "deprivation acts at 0"


@given(
    draw=st.floats(1e-9, 0.2),
    need=st.floats(-14, 2),
    strain=st.floats(0, 4),
    alertness=st.floats(0, 1),
    wait=st.integers(-2, 9),
    demand=st.floats(0.4, 2.5),
)
@settings(max_examples=500, derandomize=True)
def test_referral_is_its_unbounded_formula(
    draw: float, need: float, strain: float, alertness: float, wait: int, demand: float
) -> None:
    someone = family(need=need, strain=strain, exposure=0.3, alertness=alertness, next_birth=20 + wait)
    assert is_referred_again(someone, 20, draw, demand, P) == plainly_referred(someone, 20, draw, demand)


def test_referral_by_hand() -> None:
    p = P._replace(rereferral_rate=0.01, rereferral_slope=0.5, reference_need=-5.0, watch=3.0, birth_referral=4.0)
    chance = 0.01 * (1.0 + 3.0 * 0.5) * (1.0 + 4.0) * math.exp(0.5 * 1.0)
    someone = family(need=-4.5, strain=0.3, exposure=0.2, alertness=0.5, next_birth=16)
    assert is_referred_again(someone, 10, chance - 1e-9, 1.0, p)
    assert not is_referred_again(someone, 10, chance + 1e-9, 1.0, p)
    assert not is_referred_again(someone, 9, chance - 1e-9, 1.0, p)  # seven months to go: not yet known


def test_opening_a_case() -> None:
    someone = family(alertness=0.7, need=-6.0, months_in_status=5, opened=-1)
    open_case(someone, 33, 1.0, P._replace(crisis=2.0))
    assert (someone.status, someone.months_in_status, someone.opened) == (Status.ASSESSMENT, 0, 33)
    assert someone.alertness == 0.0 and someone.need == pytest.approx(-6.0 + 2.0 * 1.5)


def test_a_crisis_never_lowers_need() -> None:
    someone = family(need=-6.0)
    open_case(someone, 1, -2.4, P)
    assert someone.need == -6.0


def test_alertness_fades() -> None:
    someone = family(alertness=0.6)
    fade_alertness(someone, P._replace(watch_fading=6.0))
    assert someone.alertness == pytest.approx(0.5)


def test_a_new_worker_costs_trust() -> None:
    someone = family(trust=0.4)
    meet_new_worker(someone, P._replace(discontinuity=0.25))
    assert someone.trust == pytest.approx(0.3)
