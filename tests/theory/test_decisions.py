"""Appraisal, the statutory pathway, placement, and the ways of leaving care."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sos_sim.agents.codes import Legal, Place, Status, Stream
from sos_sim.theory.appraisal import Shown, appraise, danger, information, signal
from sos_sim.theory.leaving import (
    adoption_chance,
    guardianship_chance,
    leaves_unplanned,
    other_exit_chance,
    readiness,
    returns_home,
    sent_home,
    stay_factor,
)
from sos_sim.theory.logistic import logistic
from sos_sim.theory.parameters import make_parameters
from sos_sim.theory.pathway import (
    above,
    below,
    closes,
    concern,
    direct_issue_chance,
    drifts,
    enquiry_starts,
    hearing_month,
    not_in_need,
    plan_ends,
    plan_is_reviewed,
)
from sos_sim.theory.placement import choose_place
from sos_sim.theory.voluntary import is_accommodated, voluntary_term

PARAMETERS = make_parameters({})
VIEW, PATH, PLACEMENT, LEAVE = PARAMETERS.appraisal, PARAMETERS.pathway, PARAMETERS.placement, PARAMETERS.leaving
DRAWS = st.floats(0.0, 1.0, exclude_max=True)
LOGITS = st.floats(-16.0, 6.0)


def family(**fields: Any) -> Any:
    """A family in need with middling values unless set."""
    usual = {
        "status": Status.IN_NEED,
        "stream": Stream.SAFEGUARDING,
        "appraisal": -5.0,
        "cover": 0.25,
        "need": -3.0,
        "strain": 0.3,
        "exposure": 0.2,
        "safety": 0.4,
        "plan": 0.3,
        "seen_incident": False,
        "plan_months": 3,
        "kin_monitors": 0,
    }
    return SimpleNamespace(**{**usual, **fields})


SHOWN = Shown(trust=0.5, candour=0.4, understanding=0.6, voice=0.2, responsibility=0.25, plan_seen=0.5)


def test_information_by_hand_and_never_complete() -> None:
    p = VIEW._replace(
        info_base=0.3, info_trust=0.4, info_understanding=0.1, info_cover=0.2, info_voice=0.1, info_agencies=0.1
    )
    assert information(SHOWN, 0.25, 0.8, p) == pytest.approx(0.3 + 0.16 + 0.06 + 0.05 + 0.02 + 0.08)
    assert information(SHOWN._replace(candour=1.0, voice=1.0), 1.0, 1.0, p) == 0.95


def test_seeing_the_danger_alike_takes_weight_off_the_unknown() -> None:
    worker: Any = SimpleNamespace(bias=0.0)
    p = VIEW._replace(info_understanding=0.3, noise=0.0)
    apart = signal(family(safety=0.0), SHOWN._replace(understanding=0.0), worker, 0.0, 0.0, 0.0, 0.8, 0.25, p)
    alike = signal(family(safety=0.0), SHOWN._replace(understanding=1.0), worker, 0.0, 0.0, 0.0, 0.8, 0.25, p)
    assert alike == pytest.approx(apart - 0.3 * p.risk_aversion)


@given(need=st.floats(-14, 6), protection=st.floats(0.0, 0.99), ceiling=st.floats(0.05, 0.6))
@settings(derandomize=True)
def test_danger_is_the_logit_of_harm_plus_the_log_of_what_is_left(
    need: float, protection: float, ceiling: float
) -> None:
    chance = ceiling * logistic(need)
    expected = math.log(chance / (1.0 - chance)) + math.log(1.0 - protection)
    assert danger(need, protection, ceiling) == pytest.approx(expected, abs=1e-9)


def test_signal_by_hand() -> None:
    p = VIEW._replace(
        info_base=0.5,
        info_trust=0.0,
        info_understanding=0.0,
        info_cover=0.0,
        info_voice=0.0,
        info_agencies=0.0,
        risk_aversion=0.6,
        noise=1.2,
        reassurance=0.5,
        bias_shrink=0.4,
    )
    worker: Any = SimpleNamespace(bias=0.3)
    heard = signal(family(), SHOWN, worker, -0.5, 0.1, 0.5, 0.8, 0.25, p)
    expected = danger(-2.5, 0.5 * 0.4, 0.25) + 0.5 * (0.6 - 0.6) + 0.1 + 0.3 * (1.0 - 0.4 * 0.5) - 0.5 * 0.2
    assert heard == pytest.approx(expected)


def test_a_plan_that_is_what_it_looks_reassures_nobody() -> None:
    worker: Any = SimpleNamespace(bias=0.0)
    honest = signal(family(), SHOWN._replace(plan_seen=0.3), worker, 0.0, 0.0, 0.0, 0.8, 0.25, VIEW)
    shown = signal(family(), SHOWN._replace(plan_seen=0.8), worker, 0.0, 0.0, 0.0, 0.8, 0.25, VIEW)
    assert shown == pytest.approx(honest - VIEW.reassurance * 0.5)


def test_appraisal_learns_is_alarmed_and_is_bounded() -> None:
    p = VIEW._replace(learning=0.25, alarm=0.8)
    calm, alarmed, extreme = family(), family(seen_incident=True), family(appraisal=6.0, seen_incident=True)
    for someone in (calm, alarmed, extreme):
        appraise(someone, -3.0 if someone is not extreme else 9.0, p)
    assert (calm.appraisal, alarmed.appraisal, extreme.appraisal) == pytest.approx((-4.5, -3.7, 6.0))


@given(appraisal=LOGITS, threshold=LOGITS, draw=DRAWS, rate=st.floats(0.0, 1.0))
@settings(derandomize=True)
def test_steps_are_logistic_on_the_distance_to_the_threshold(
    appraisal: float, threshold: float, draw: float, rate: float
) -> None:
    distance = (appraisal - threshold) / PATH.decision_softness
    assert above(appraisal, threshold, draw, rate, PATH) == (draw < rate * logistic(distance))
    distance = (threshold - appraisal) / PATH.decision_softness
    assert below(appraisal, threshold, draw, rate, PATH) == (draw < rate * logistic(distance))


def test_the_support_stream_stays_outside_the_logic_of_danger() -> None:
    for appraisal in (-16.0, 6.0):
        someone = family(stream=Stream.SUPPORT, appraisal=appraisal)
        assert not_in_need(someone, someone.appraisal, PATH.support_need, PATH)
        assert not not_in_need(someone, someone.appraisal, PATH.support_need - 0.01, PATH)
        assert closes(someone, someone.appraisal, PATH.support_close - 1e-6, PATH)
        assert not closes(someone, someone.appraisal, PATH.support_close, PATH)
        assert not enquiry_starts(someone, appraisal, 0.0, PATH)


def test_enquiries_are_rarer_on_open_cases() -> None:
    at_threshold = PATH.enquiry_threshold
    new, known = family(status=Status.ASSESSMENT), family()
    assert enquiry_starts(new, at_threshold, 0.49, PATH) and not enquiry_starts(new, at_threshold, 0.51, PATH)
    assert enquiry_starts(known, at_threshold, 0.49 * PATH.enquiry_rate, PATH)
    assert not enquiry_starts(known, at_threshold, 0.51 * PATH.enquiry_rate, PATH)


@pytest.mark.parametrize(("youngest", "term"), [(-6, 0.9), (0, 0.9), (11, 0.9), (12, 0.0), (999, 0.0)])
def test_infants_and_unborn_children_concern_more(youngest: int, term: float) -> None:
    assert concern(-4.0, youngest, PATH._replace(infant_concern=0.9)) == pytest.approx(-4.0 + term)


def test_long_voluntary_stays_of_children_under_16_drift() -> None:
    assert drifts(Legal.VOLUNTARY, 6, 191) and not drifts(Legal.VOLUNTARY, 5, 100)
    assert not drifts(Legal.VOLUNTARY, 60, 192) and not drifts(Legal.CARE_ORDER, 60, 100)


def test_stays_that_drift_go_to_court_whatever_the_appraisal() -> None:
    p = PATH._replace(drift_issue=0.07)
    by_appraisal = p.direct_issue_rate * 0.5
    assert direct_issue_chance(p.pre_threshold, False, p) == pytest.approx(by_appraisal)
    assert direct_issue_chance(p.pre_threshold, True, p) == pytest.approx(by_appraisal + 0.07)
    assert direct_issue_chance(-16.0, True, p) == pytest.approx(0.07)
    assert direct_issue_chance(6.0, True, p._replace(drift_issue=0.99, direct_issue_rate=0.3)) == 1.0


def test_reviews_come_at_three_months_and_every_six_after() -> None:
    dates = [months for months in range(30) if plan_is_reviewed(months, 0.999, PATH)]
    assert dates == [3, 9, 15, 21, 27]


def test_only_later_reviews_are_brought_forward() -> None:
    early = PATH.early_conference - 1e-6
    assert [plan_is_reviewed(months, early, PATH) for months in (0, 2, 4, 5)] == [False, False, True, True]


def test_plans_end_below_the_threshold_that_made_them() -> None:
    bar = PATH.plan_threshold - PATH.plan_hysteresis
    later, first = family(plan_months=9), family(plan_months=3)
    assert plan_ends(later, bar, 0.49, PATH) and not plan_ends(later, bar, 0.51, PATH)
    assert plan_ends(first, bar, 0.49 * PATH.first_review, PATH)
    assert not plan_ends(first, bar, 0.51 * PATH.first_review, PATH)


@pytest.mark.parametrize(
    ("age", "term"),
    [
        (0, -0.7),
        (11, -0.7),
        (12, -1.0),
        (59, -1.0),
        (60, 0.0),
        (119, 0.0),
        (120, 0.8),
        (191, 0.8),
        (192, 1.5),
        (215, 1.5),
    ],
)
def test_voluntary_accommodation_by_age(age: int, term: float) -> None:
    p = PARAMETERS.voluntary._replace(age_under_5=-1.0, infant_voluntary=0.3, age_10_15=0.8, age_16_17=1.5)
    assert voluntary_term(age, p) == term
    at_threshold = p.voluntary_threshold - term
    assert is_accommodated(at_threshold, age, 0.49 * p.voluntary_rate, p, PATH)
    assert not is_accommodated(at_threshold, age, 0.51 * p.voluntary_rate, p, PATH)


@given(st.floats(0.0, 1.0, exclude_max=True))
@settings(derandomize=True)
def test_hearings_come_within_their_window_and_never_at_once(draw: float) -> None:
    p = PATH._replace(hearing_months=8.0, hearing_spread=4.0)
    assert 4 <= hearing_month(100, draw, p) - 100 <= 12
    assert hearing_month(100, draw, p._replace(hearing_months=0.0, hearing_spread=0.0)) == 101


def test_placement_by_hand() -> None:
    structure = PARAMETERS.structure
    p = PLACEMENT._replace(kinship_base=-1.0, kinship_cover=2.0, role_lock_strength=0.5)

    def placed(kin_draw: float, home_draw: float, age: int, way: Any = structure, **fields: Any) -> int:
        child: Any = SimpleNamespace(place=Place.HOME)
        choose_place(child, family(cover=0.5, **fields), age, kin_draw, home_draw, 0.8, 0.0, p, way)
        return int(child.place)

    locked = logistic(-0.5 * 0.8 * 2)
    assert placed(0.49, 0.9, 20) == Place.KINSHIP and placed(0.51, 0.9, 20) == Place.FOSTER
    assert placed(locked - 0.01, 0.9, 20, kin_monitors=2) == Place.KINSHIP
    assert placed(locked + 0.01, 0.9, 20, kin_monitors=2) == Place.FOSTER
    assert placed(locked + 0.01, 0.9, 20, structure._replace(role_lock=0), kin_monitors=2) == Place.KINSHIP
    assert placed(0.99, p.residential_older - 0.01, 120) == Place.RESIDENTIAL
    assert placed(0.99, p.residential_older - 0.01, 119) == Place.FOSTER


def test_readiness_by_hand() -> None:
    p = LEAVE._replace(ready_safety=1.0, ready_plan=2.0, ready_trust=3.0, ready_responsibility=4.0, ready_appraisal=0.5)
    assert readiness(family(), SHOWN, p) == pytest.approx(0.4 + 2 * 0.5 + 3 * 0.5 + 4 * 0.25 + 0.5 * 5.0)


@pytest.mark.parametrize("legal", [Legal.VOLUNTARY, Legal.CARE_ORDER])
def test_return_becomes_rarer_with_length_of_stay(legal: Legal) -> None:
    factors = [stay_factor(legal, months, LEAVE) for months in range(0, 200, 5)]
    assert factors[0] == pytest.approx(1.0)
    assert factors == sorted(factors, reverse=True)
    floor = LEAVE.floor_voluntary if legal == Legal.VOLUNTARY else LEAVE.floor_order
    assert factors[-1] == pytest.approx(floor, abs=1e-6)


@given(
    draw=DRAWS,
    months=st.integers(0, 200),
    appraisal=LOGITS,
    legal=st.sampled_from(list(Legal)[1:]),
    age=st.integers(0, 215),
)
@settings(derandomize=True, max_examples=300)
def test_planned_return_is_its_unbounded_formula(
    draw: float, months: int, appraisal: float, legal: Legal, age: int
) -> None:
    p, someone = LEAVE._replace(return_rate=0.5, ready_older=1.3), family(appraisal=appraisal)
    ready = readiness(someone, SHOWN, p) + (1.3 if age >= 144 else 0.0)
    chance = 0.5 * stay_factor(legal, months, p) * logistic((ready - p.ready_bar) / p.ready_softness)
    assert returns_home(someone, SHOWN, legal, months, age, draw, p) == (draw < chance)


def test_unplanned_return_is_from_voluntary_stays_only() -> None:
    chance = LEAVE.unplanned_rate * stay_factor(Legal.VOLUNTARY, 4, LEAVE)
    assert leaves_unplanned(Legal.VOLUNTARY, 4, chance - 1e-9, LEAVE)
    assert not leaves_unplanned(Legal.VOLUNTARY, 4, chance + 1e-9, LEAVE)
    assert not leaves_unplanned(Legal.CARE_ORDER, 0, 0.0, LEAVE)


def test_the_court_sends_half_home_at_its_bar() -> None:
    p = LEAVE._replace(hearing_bar=readiness(family(), SHOWN, LEAVE))
    assert sent_home(family(), SHOWN, 100, 0.49, p) and not sent_home(family(), SHOWN, 100, 0.51, p)
    older = p._replace(ready_older=p.ready_softness)
    assert sent_home(family(), SHOWN, 144, 0.73, older) and not sent_home(family(), SHOWN, 143, 0.51, older)


def test_guardianship_adoption_and_other_exits() -> None:
    assert guardianship_chance(Place.KINSHIP, 0.2, LEAVE._replace(guardianship_kin=3.0)) == pytest.approx(0.6)
    assert guardianship_chance(Place.KINSHIP, 0.5, LEAVE._replace(guardianship_kin=3.0)) == 1.0
    assert guardianship_chance(Place.FOSTER, 0.2, LEAVE) == 0.2
    p = LEAVE._replace(hearing_adoption=0.5)
    assert [adoption_chance(age, p) for age in (0, 12, 36, 60, 100)] == pytest.approx([0.5, 0.5, 0.25, 0.0, 0.0])
    p = LEAVE._replace(other_rate=0.01, other_older=2.0)
    assert [other_exit_chance(age, p) for age in (0, 191, 192)] == [0.01, 0.01, 0.02]
