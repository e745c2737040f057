"""Trust, voice, understanding and responsibility at hand-worked values and at their limits."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sos_sim.agents.codes import Status
from sos_sim.theory.casework import (
    alliance,
    build_trust,
    collaborate,
    consents,
    deserved_trust,
    escalate,
    fall_silent,
    gate,
    hear_child,
    lapse_for,
    partners,
    relative_alliance,
    remember_removal,
    share_responsibility,
    share_understanding,
    visits_in,
)
from sos_sim.theory.parameters import make_parameters
from sos_sim.theory.structure import AMPLIFIER, GATE, NO_ROLE

PARAMETERS = make_parameters({})
P = PARAMETERS.casework
READINGS = {
    name: PARAMETERS.structure._replace(trust_role=role)
    for name, role in (("gate", GATE), ("amplifier", AMPLIFIER), ("none", NO_ROLE))
}
SHARES = st.floats(0.0, 1.0)


def family(**fields: Any) -> Any:
    """A family with middling values unless set."""
    usual = {
        "trust": 0.3,
        "consent": 0.4,
        "candour": 0.1,
        "understanding": 0.4,
        "responsibility": 0.2,
        "voice": 0.0,
        "openness": 0.5,
        "visits": 2.0,
    }
    return SimpleNamespace(**{**usual, **fields})


def worker(**fields: Any) -> Any:
    """A worker whose practice is at the scale's usual means unless set."""
    usual = {"warm": 0.5, "purposeful": P.reference_purposeful, "delivered": 0.0, "availability": 1.0}
    return SimpleNamespace(**{**usual, **fields})


@pytest.mark.parametrize(
    ("status", "visits"),
    [
        (Status.ASSESSMENT, 1.5),
        (Status.IN_NEED, 0.75),
        (Status.CHILD_PROTECTION, 2.0),
        (Status.PRE_PROCEEDINGS, 2.0),
        (Status.PROCEEDINGS, 2.0),
        (Status.LOOKED_AFTER, 0.6),
    ],
)
def test_visits_by_status(status: Status, visits: float) -> None:
    assert visits_in(status, P) == visits


def test_trust_rises_by_hand() -> None:
    someone = family(trust=0.3)
    build_trust(someone, worker(warm=0.75), P._replace(trust_gain=0.1, reference_openness=1.0))
    assert someone.trust == pytest.approx(0.3 + 0.1 * 2.0 * 0.5 * (0.5 - 0.3))


@pytest.mark.parametrize(("openness", "deserved"), [(0.0, 0.0), (0.3, 0.5), (0.6, 0.75), (1.2, 0.9375)])
def test_what_a_family_brings_sets_the_trust_it_can_come_to(openness: float, deserved: float) -> None:
    assert deserved_trust(openness, 0.75, P._replace(reference_openness=0.6)) == pytest.approx(deserved)


def test_practice_without_warmth_deserves_no_trust_and_perfect_practice_all() -> None:
    assert deserved_trust(0.5, 0.0, P) == 0.0
    assert deserved_trust(0.5, 1.0, P) == 1.0


def test_trust_falls_faster_than_it_rises() -> None:
    risen, fallen = family(trust=0.4), family(trust=0.6)
    p = P._replace(loss_aversion=2.0, reference_openness=0.5)
    build_trust(risen, worker(warm=0.5), p)
    build_trust(fallen, worker(warm=0.5), p)
    assert 0.6 - fallen.trust == pytest.approx(2.0 * (risen.trust - 0.4))


def test_trust_never_overshoots_what_practice_deserves() -> None:
    someone = family(trust=0.9, visits=50.0)
    build_trust(someone, worker(warm=0.2), P._replace(reference_openness=0.5))
    assert someone.trust == pytest.approx(0.2)


def test_escalation_and_removal_by_hand() -> None:
    someone = family(trust=0.5, openness=0.6, prior_removal=False)
    escalate(someone, worker(warm=0.25), P._replace(coercion=0.4))
    assert someone.trust == pytest.approx(0.5 * (1.0 - 0.4 * 0.75))
    remember_removal(someone, P._replace(shame=0.75))
    assert someone.openness == pytest.approx(0.45) and someone.prior_removal


def test_perfectly_warm_escalation_costs_no_trust() -> None:
    someone = family(trust=0.5)
    escalate(someone, worker(warm=1.0), P)
    assert someone.trust == 0.5


@pytest.mark.parametrize(("age", "share"), [(-3, 0.0), (36, 0.0), (66, 0.5), (96, 1.0), (200, 1.0)])
def test_voice_rises_with_age_from_three_to_eight(age: int, share: float) -> None:
    child: Any = SimpleNamespace(voice=0.2)
    p = P._replace(voice_gain=0.1, voice_usual=0.4, voice_signs=0.5, voice_fade=0.05)
    expected = 0.2 + 0.1 * 2.0 * share * (0.4 + 0.5 * 0.6) * 0.8 - 0.05 * 0.2
    assert hear_child(child, age, 2.0, 0.6, p) == pytest.approx(expected)
    assert child.voice == pytest.approx(expected)


def test_understanding_by_hand() -> None:
    someone = family(understanding=0.2, trust=0.12, consent=0.6, voice=0.5, visits=1.0)
    p = P._replace(
        mapping=0.5,
        mapping_usual=0.4,
        shared_mapping=0.3,
        agencies=0.8,
        agencies_answer=0.5,
        child_voice=0.2,
        forgetting=0.1,
        reference_trust=0.48,
        reference_purposeful=0.4,
        usual_consent=0.3,
    )
    share_understanding(someone, worker(delivered=0.5, purposeful=0.6, availability=0.8), p, READINGS["gate"])
    x = (0.4 * 0.5 + 0.3 * 0.5 * 0.25 * 2.0) * (0.6 / 0.4) * (0.8 + 0.2 * 0.5 * 0.5) * (1.0 + 0.2 * 0.5)
    way = 1.0 - math.exp(-0.4)
    assert someone.understanding == pytest.approx((0.2 + way * (x / (1.0 + x) - 0.2)) * 0.9)


def test_understanding_saturates_smoothly_below_one() -> None:
    levels = []
    for shared in (1.0, 2.0, 4.0, 8.0):
        someone = family(understanding=0.0, trust=1.0, consent=1.0, visits=50.0)
        p = P._replace(forgetting=0.0, shared_mapping=shared)
        share_understanding(someone, worker(purposeful=1.0, delivered=1.0), p, READINGS["gate"])
        levels.append(someone.understanding)
    assert levels == sorted(set(levels)) and levels[-1] < 1.0


def test_agencies_answer_depth() -> None:
    p = P._replace(agencies=0.6, agencies_answer=0.5)
    assert partners(0.0, p) == 0.6
    assert partners(0.5, p) == pytest.approx(0.6 + 0.4 * 0.5 * 0.5)
    assert partners(1.0, p._replace(agencies_answer=0.0)) == 0.6


def test_gate_is_half_open_at_its_threshold_and_shut_well_below() -> None:
    assert gate(P.trust_gate, P) == 0.5
    assert gate(P.trust_gate - 20.0 * P.gate_softness, P) < 1e-8
    assert gate(P.trust_gate + 20.0 * P.gate_softness, P) > 1.0 - 1e-8


def test_consent_in_each_reading_by_hand() -> None:
    p = P._replace(trust_gate=0.4, usual_consent=0.3, amplification=0.5, reference_trust=0.25)
    assert consents(0.4, p, READINGS["gate"]) == 0.5
    assert consents(0.5, p, READINGS["amplifier"]) == pytest.approx(0.3 * (0.5 + 0.5 * 2.0))
    assert consents(0.25, p, READINGS["amplifier"]) == pytest.approx(0.3)
    assert consents(1.0, p._replace(usual_consent=0.9), READINGS["amplifier"]) == 1.0
    assert {consents(trust, p, READINGS["none"]) for trust in (0.0, 0.4, 1.0)} == {0.3}


def test_trust_counts_for_itself_unless_it_plays_no_part() -> None:
    for name in ("gate", "amplifier"):
        assert alliance(0.45, P, READINGS[name]) == 0.45
        assert relative_alliance(0.45, P, READINGS[name]) == pytest.approx(0.45 / P.reference_trust)
    assert alliance(0.45, P, READINGS["none"]) == P.reference_trust
    assert relative_alliance(0.45, P, READINGS["none"]) == 1.0


@pytest.mark.parametrize(("reading", "candour"), [("gate", 0.2), ("amplifier", 0.4), ("none", P.reference_trust)])
def test_below_the_gate_parents_comply_without_telling(reading: str, candour: float) -> None:
    someone = family(trust=0.4)
    collaborate(someone, P._replace(trust_gate=0.4), READINGS[reading])
    assert someone.candour == pytest.approx(candour)
    assert someone.consent == consents(0.4, P._replace(trust_gate=0.4), READINGS[reading])


def test_responsibility_by_hand() -> None:
    someone = family(consent=0.5, understanding=0.6, responsibility=0.25)
    share_responsibility(someone, P._replace(ownership=0.2, relinquish=0.04))
    assert someone.responsibility == pytest.approx(0.25 + 0.2 * 0.5 * 0.6 * 0.75 - 0.04 * 0.25)


@given(understanding=SHARES, responsibility=SHARES, behind=st.floats(10.0, 30.0))
@settings(derandomize=True)
def test_responsibility_does_not_grow_behind_the_gate(
    understanding: float, responsibility: float, behind: float
) -> None:
    someone = family(
        trust=P.trust_gate - behind * P.gate_softness, understanding=understanding, responsibility=responsibility
    )
    collaborate(someone, P, READINGS["gate"])
    share_responsibility(someone, P)
    assert someone.responsibility <= responsibility * (1.0 - P.relinquish) + P.ownership * math.exp(-behind)


@given(
    trust=SHARES,
    understanding=SHARES,
    responsibility=SHARES,
    voice=SHARES,
    practice=SHARES,
    visits=st.floats(0, 5),
    reading=st.sampled_from(sorted(READINGS)),
)
@settings(derandomize=True)
def test_everything_stays_a_share(
    trust: float,
    understanding: float,
    responsibility: float,
    voice: float,
    practice: float,
    visits: float,
    reading: str,
) -> None:
    someone = family(
        trust=trust, understanding=understanding, responsibility=responsibility, voice=voice, visits=visits
    )
    with_whom = worker(warm=practice, purposeful=practice, delivered=practice, availability=practice)
    build_trust(someone, with_whom, P)
    collaborate(someone, P, READINGS[reading])
    share_understanding(someone, with_whom, P, READINGS[reading])
    share_responsibility(someone, P)
    escalate(someone, with_whom, P)
    shares = (someone.trust, someone.consent, someone.candour, someone.understanding, someone.responsibility)
    assert all(0.0 <= value <= 1.0 for value in shares)


def test_a_closed_case_loses_understanding_and_responsibility_but_not_trust() -> None:
    someone = family()
    lapse_for(someone, 7, P)
    assert someone.understanding == pytest.approx(0.4 * (1.0 - P.forgetting) ** 7)
    assert someone.responsibility == pytest.approx(0.2 * (1.0 - P.relinquish) ** 7)
    assert someone.trust == 0.3


def test_a_child_nobody_listens_to_falls_silent() -> None:
    child = SimpleNamespace(voice=0.5)
    fall_silent(child, 7, P)
    assert child.voice == pytest.approx(0.5 * (1.0 - P.voice_fade) ** 7)
