"""Posts, learning, delivered depth and practice under load."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sos_sim.agents.codes import Holder, Status
from sos_sim.core.parameters import fill
from sos_sim.theory.levers import Levers
from sos_sim.theory.organisation import fill_post, induct, lead_team, learn, leaving_chance
from sos_sim.theory.parameters import make_parameters
from sos_sim.theory.practice import case_weight, delivered_depth, practise, practise_with
from sos_sim.theory.structure import LINEAR, THRESHOLD

PARAMETERS = make_parameters({})
WORK, P = PARAMETERS.workforce, PARAMETERS.practice
USUAL = fill(Levers, {})
RESPONSES = pytest.mark.parametrize("response", [LINEAR, THRESHOLD])


def worker(**fields: Any) -> Any:
    """A permanent worker at usual depth unless set."""
    usual = {
        "holder": Holder.PERMANENT,
        "load": 12.0,
        "warmth": 0.5,
        "authority": 0.4,
        "fidelity": P.usual_fidelity,
        "surface": 0.0,
        "bias": 0.0,
    }
    return SimpleNamespace(**{**usual, **fields})


def team(**fields: Any) -> Any:
    """An ordinary team unless set."""
    usual = {"supervision_factor": 1.0, "alignment_factor": 1.0, "alignment_lost": 0.0, "mean_fidelity": 0.3}
    return SimpleNamespace(**{**usual, **fields})


def test_leaving_by_hand() -> None:
    p = WORK._replace(turnover=0.01, load_stress=0.8, retention=0.3)
    expected = 0.01 * math.exp(0.8 * 0.5) * math.exp(-0.3 * 0.6)
    assert leaving_chance(worker(load=18.0), 12.0, 0.6, p) == pytest.approx(expected)
    assert leaving_chance(worker(load=900.0), 12.0, 0.0, p) == pytest.approx(0.03)
    assert leaving_chance(worker(holder=Holder.AGENCY), 12.0, 1.0, p) == p.agency_leave


def test_without_retention_supervision_keeps_nobody() -> None:
    p = WORK._replace(retention=0.0)
    assert leaving_chance(worker(), 12.0, 1.0, p) == leaving_chance(worker(), 12.0, 0.0, p)


@pytest.mark.parametrize(
    ("before", "permanent_draw", "agency_draw", "after", "new"),
    [
        (Holder.EMPTY, 0.01, 0.99, Holder.PERMANENT, True),
        (Holder.EMPTY, 0.99, 0.01, Holder.AGENCY, True),
        (Holder.EMPTY, 0.99, 0.99, Holder.EMPTY, False),
        (Holder.AGENCY, 0.01, 0.01, Holder.PERMANENT, True),
        (Holder.AGENCY, 0.99, 0.01, Holder.AGENCY, False),
        (Holder.PERMANENT, 0.01, 0.01, Holder.PERMANENT, False),
    ],
)
def test_filling_posts(before: int, permanent_draw: float, agency_draw: float, after: int, new: bool) -> None:
    someone = worker(holder=before)
    assert fill_post(someone, permanent_draw, agency_draw, WORK) is new
    assert someone.holder == after


def test_newcomers() -> None:
    someone = worker(fidelity=0.6, surface=0.5)
    p = WORK._replace(warmth_mean=0.5, authority_mean=0.4, skill_spread=0.1, bias_spread=0.3)
    induct(someone, 7, 0.45, 2.0, -1.0, 0.5, 0.99, p, P)
    assert (someone.since, someone.surface, someone.fidelity) == (7, 0.0, P.usual_fidelity)
    assert (someone.warmth, someone.authority, someone.bias) == pytest.approx((0.7, 0.3, 0.15))
    induct(someone, 8, 0.45, 0.0, 0.0, 0.0, 0.0, p, P._replace(newcomer_depth=0.1))
    assert someone.fidelity == 0.45


def test_a_leader_who_leaves_takes_alignment_along() -> None:
    ours = team(alignment_lost=0.5)
    lead_team(ours, 0.9, P._replace(alignment_repair=0.1))
    assert ours.alignment_lost == pytest.approx(0.45)
    lead_team(ours, 0.0, P)
    assert ours.alignment_lost == 1.0


def test_learning_by_hand() -> None:
    someone = worker(fidelity=0.25, surface=0.2)
    p = P._replace(
        training_gain=0.04,
        training_ceiling=0.4,
        coaching_gain=0.1,
        depth_ceiling=0.75,
        peers=0.05,
        drift=0.08,
        usual_fidelity=0.15,
        surface_gain=0.05,
        surface_fade=0.02,
    )
    levers = USUAL._replace(training=0.5, coaching=0.8, supervision=0.5, alignment=0.6)
    learn(someone, team(supervision_factor=1.2, alignment_factor=0.9, alignment_lost=0.25), levers, p)
    supervision, alignment = 0.6, 0.54 * 0.75
    gain = 0.5 * 0.04 * 0.15 + 0.8 * 0.1 * supervision * alignment * 0.5 + 0.05 * 0.05 - 0.08 * 0.1 * 0.4
    assert someone.fidelity == pytest.approx(0.25 + gain)
    assert someone.surface == pytest.approx(0.2 + 0.05 * 0.5 * 0.8 - 0.02 * 0.2)


def test_usual_practice_stays_usual() -> None:
    someone = worker(fidelity=0.15)
    for _ in range(50):
        learn(someone, team(mean_fidelity=0.15), USUAL, P._replace(usual_fidelity=0.15))
    assert someone.fidelity == 0.15 and someone.surface == 0.0


def test_training_alone_stops_at_its_ceiling() -> None:
    someone = worker(fidelity=0.15)
    for _ in range(600):
        learn(someone, team(mean_fidelity=someone.fidelity), USUAL._replace(training=1.0), P)
    assert P.usual_fidelity < someone.fidelity < P.training_ceiling


@pytest.mark.parametrize(
    ("status", "weight"),
    [
        (Status.ASSESSMENT, 0.7),
        (Status.IN_NEED, 0.9),
        (Status.CHILD_PROTECTION, 1.2),
        (Status.PRE_PROCEEDINGS, 1.7),
        (Status.PROCEEDINGS, 1.7),
        (Status.LOOKED_AFTER, 0.9),
    ],
)
def test_case_weights(status: Status, weight: float) -> None:
    p = P._replace(weight_assessment=0.7, weight_in_need=0.9, weight_protection=1.2, weight_court=1.7)
    assert case_weight(status, p) == weight


@RESPONSES
def test_delivered_depth_is_nought_at_usual_and_one_at_full_fidelity(response: int) -> None:
    structure = PARAMETERS.structure._replace(skill_response=response)
    assert delivered_depth(P.usual_fidelity, P, structure) == 0.0
    assert delivered_depth(1.0, P, structure) == 1.0
    assert delivered_depth(0.5 * P.usual_fidelity, P, structure) == 0.0


@RESPONSES
@given(low=st.floats(0.0, 1.0), high=st.floats(0.0, 1.0))
@settings(derandomize=True)
def test_delivered_depth_never_falls_with_fidelity(response: int, low: float, high: float) -> None:
    structure = PARAMETERS.structure._replace(skill_response=response)
    less, more = sorted((low, high))
    assert 0.0 <= delivered_depth(less, P, structure) <= delivered_depth(more, P, structure) <= 1.0


def test_linear_depth_by_hand_and_threshold_below_it_before_competence() -> None:
    linear, threshold = (PARAMETERS.structure._replace(skill_response=way) for way in (LINEAR, THRESHOLD))
    p = P._replace(usual_fidelity=0.2, competence=0.6, competence_softness=0.05)
    assert delivered_depth(0.4, p, linear) == pytest.approx(0.25)
    assert delivered_depth(0.4, p, threshold) < 0.05
    assert delivered_depth(0.6, p, threshold) == pytest.approx(0.5, abs=0.001)


def test_practice_by_hand() -> None:
    someone = worker(load=32.0, fidelity=1.0)
    p = P._replace(capacity=16.0, squeeze=0.5, extra_time=0.5, training_time=0.1, relational=0.4, purposeful=0.2)
    practise(someone, USUAL._replace(extra_posts=0.5, training=0.5), p, PARAMETERS.structure)
    available = math.sqrt(20.0 / 32.0) * 0.95
    assert someone.availability == pytest.approx(available)
    assert someone.delivered == 1.0
    assert someone.warm == pytest.approx(available * (0.5 + 0.5 * 0.4))
    assert someone.purposeful == pytest.approx(available * (0.4 + 0.6 * 0.2))


def test_a_post_that_is_offered_the_programme_learns_from_it_and_gives_time_to_it() -> None:
    offered_all, usual = worker(fidelity=0.3), worker(fidelity=0.3)
    everything = USUAL._replace(training=1.0, coaching=1.0, supervision=1.0, alignment=1.0)
    for someone, levers in ((offered_all, everything), (usual, USUAL)):
        learn(someone, team(), levers, P)
        practise(someone, levers, P, PARAMETERS.structure)
    assert offered_all.fidelity > usual.fidelity and offered_all.availability < usual.availability


def test_practice_with_families_whom_only_half_of_it_reaches() -> None:
    someone = worker(load=8.0, fidelity=1.0)
    p = P._replace(relational=0.4, purposeful=0.2)
    practise(someone, USUAL, p, PARAMETERS.structure)
    practise_with(someone, 0.5, p, PARAMETERS.structure)
    assert (someone.delivered, someone.availability) == (0.5, 1.0)
    assert someone.warm == pytest.approx(0.5 + 0.5 * 0.4 * 0.5)
    assert someone.purposeful == pytest.approx(0.4 + 0.6 * 0.2 * 0.5)


@pytest.mark.parametrize(("load", "availability"), [(0.0, 1.0), (16.0, 1.0), (1e6, 0.3)])
def test_availability_is_held_between_three_tenths_and_one(load: float, availability: float) -> None:
    someone = worker(load=load)
    practise(someone, USUAL, P._replace(capacity=16.0), PARAMETERS.structure)
    assert someone.availability == availability


def test_load_without_squeeze_does_not_matter() -> None:
    someone = worker(load=60.0)
    practise(someone, USUAL, P._replace(squeeze=0.0), PARAMETERS.structure)
    assert someone.availability == 1.0
