"""Trials inside an authority: nothing where nothing can be, dilution by spilling over, honest truths, refusals."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statsmodels.genmod.generalized_estimating_equations import GEE

from sos_sim.agents.codes import CareExit
from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.offers import is_drawn
from sos_sim.model.programmes import moment_of
from sos_sim.outcomes.histories import Histories
from sos_sim.theory.parameters import strengths
from sos_sim.trials.analyses import analyse_trial
from sos_sim.trials.enrolment import FOLLOWED, Enrolled, enrol
from sos_sim.trials.inside import FUNNEL, TRUTHS, InsideTrial, Unit
from sos_sim.trials.trial_data import TrialData
from support.small_studies import usual_and_offer
from support.worlds import world

STRONG: Mapping[str, Value] = {
    "relational": 1.0,
    "purposeful": 1.0,
    "mobilise": 0.4,
    "rigour_signs": 1.0,
    "shared_mapping": 1.0,
    "coaching_gain": 0.4,
    "training_gain": 0.2,
    "training_ceiling": 0.7,
    "depth_ceiling": 1.0,
    "training_time": 0.0,
}
UNITS = pytest.mark.parametrize("unit", ["families", "workers"])
FOLLOW_UP = 24


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Scenario]:
    usual, offer = usual_and_offer(
        tmp_path_factory.mktemp("scenarios"), authority__children=6000, run__warmup_months=24, run__months=60
    )
    return usual, offer


def results(trial: InsideTrial, values: Mapping[str, Value], replicates: int = 1) -> dict[str, float]:
    """Mean of every output over replicates."""
    rows = np.array([trial(values, replicate) for replicate in range(replicates)])
    return dict(zip(trial.outputs, rows.mean(axis=0), strict=True))


def assert_equal_findings(found: Mapping[str, float], outcome: str) -> None:
    names = [name for name in found if name.startswith(f"{outcome}:") and f"none:{name}" in found]
    assert names
    assert [found[name] for name in names] == [found[f"none:{name}"] for name in names]


@UNITS
def test_without_strengths_the_intervention_is_usual_practice_to_the_last_bit(
    scenarios: tuple[Scenario, Scenario], unit: Unit
) -> None:
    outcomes = ("harm_12m", "rereferred_12m")
    trial = InsideTrial(scenarios, unit, recruited=1.0, outcomes=outcomes)
    found = results(trial, dict.fromkeys(strengths(programme_only=True), 0.0))
    for outcome in outcomes:
        assert_equal_findings(found, outcome)
        assert [found[f"{outcome}:{truth}"] for truth in TRUTHS] == [0.0, 0.0, 0.0]
        assert found[f"{outcome}:children_offered"] > 30


def test_what_spills_over_between_families_dilutes_what_a_trial_finds(scenarios: tuple[Scenario, Scenario]) -> None:
    trial = InsideTrial(scenarios, "families", recruited=1.0, outcomes=("harm_12m",))
    apart, alike = (results(trial, {**STRONG, "spillover": share}, 30) for share in (0.1, 0.9))
    name = "harm_12m:children_clustered:estimate"
    found_apart, found_alike = (found[name] - found[f"none:{name}"] for found in (apart, alike))
    assert apart["harm_12m:true_all"] == alike["harm_12m:true_all"] < 0.0
    assert found_apart < 0.0 and abs(found_alike) < 0.5 * abs(found_apart)
    assert alike["harm_12m:true_spilled"] < apart["harm_12m:true_spilled"]
    assert apart["harm_12m:true_offered"] < 0.0


def test_workers_who_are_not_drawn_learn_from_those_who_are(scenarios: tuple[Scenario, Scenario]) -> None:
    trial = InsideTrial(scenarios, "workers", recruited=1.0, outcomes=("harm_12m",))
    apart = results(trial, {**STRONG, "peers": 0.0, "churn": 0.0, "handoff": 0.0, "newcomer_depth": 0.0}, 30)
    alike = results(trial, {**STRONG, "peers": 0.3}, 30)
    for found in (apart, alike):
        assert found["harm_12m:true_all"] < 0.0
    assert alike["harm_12m:true_spilled"] < min(0.0, apart["harm_12m:true_spilled"])


@UNITS
def test_children_have_the_arm_of_their_lot(scenarios: tuple[Scenario, Scenario], unit: Unit) -> None:
    trial = InsideTrial(scenarios, unit, offered=0.3, recruited=1.0, outcomes=("harm_12m",))
    found = results(trial, {})
    setting = scenarios[0].setting(0)
    lucks = setting.initial.families["luck"] if unit == "families" else setting.initial.workers["luck"]
    drawn = sum(is_drawn(int(luck), 0.3, moment_of()) for luck in lucks)
    offered, usual = found["harm_12m:clusters_offered"], found["harm_12m:clusters_usual"]
    assert 0 < offered <= drawn and 0 < usual <= len(lucks) - drawn
    assert offered + usual <= found["families_eligible"]


def test_families_are_lost_at_every_step(scenarios: tuple[Scenario, Scenario]) -> None:
    some, everybody = (
        results(InsideTrial(scenarios, "families", recruited=share, outcomes=("harm_12m",)), {}, 5)
        for share in (0.4, 1.0)
    )
    assert some["families_referred"] > some["families_eligible"] > some["families_taking_part"]
    assert some["families_taking_part"] > some["families_followed"] > 0
    assert some["families_taking_part"] / some["families_eligible"] == pytest.approx(0.4, abs=0.12)
    assert everybody["families_taking_part"] == everybody["families_eligible"] == some["families_eligible"]
    assert some["harm_12m:true_all"] == everybody["harm_12m:true_all"]


def test_a_trial_can_be_sent_to_another_process_and_held_again(scenarios: tuple[Scenario, Scenario]) -> None:
    trial = InsideTrial(scenarios, "workers", outcomes=("rereferred_12m",))
    again = pickle.loads(pickle.dumps(trial))
    assert np.array_equal(trial({}, 3), again({}, 3), equal_nan=True)
    assert not np.array_equal(trial({}, 3), trial({}, 4), equal_nan=True)
    assert len(trial.outputs) == len(set(trial.outputs)) == len(trial({}, 3))
    assert set(FUNNEL) <= set(trial.outputs)
    assert trial.identity() == again.identity()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"offered": 1.0}, "both arms"),
        ({"offered": 0.0}, "both arms"),
        ({"recruited": 0.0}, "above 0"),
        ({"unit": "teams"}, "teams"),
        ({"recruit_months": 0}, "at least 1"),
        ({"outcomes": ("harm_12",)}, "Did you mean 'harm_12m'"),
        ({"outcomes": ()}, "at least one"),
        ({"outcomes": ("looked_after_18m",), "follow_up_months": 12}, "18 months"),
        ({"recruit_months": 30}, "month 66"),
    ],
)
def test_trials_that_cannot_be_held_are_refused(
    scenarios: tuple[Scenario, Scenario], changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        InsideTrial(scenarios, **{"unit": "families", **changed})


def test_trials_without_anything_to_offer_or_anybody_to_draw_are_refused(
    scenarios: tuple[Scenario, Scenario], tmp_path: Path
) -> None:
    usual, offer = scenarios
    with pytest.raises(InputError, match="nothing to offer"):
        InsideTrial((usual, usual), "families")
    with pytest.raises(InputError, match="offered_posts"):
        InsideTrial((usual, offer.with_values(offered_posts=0.5)), "families")
    with pytest.raises(InputError, match="cannot be compared"):
        InsideTrial((usual.with_values(months=70), offer), "families")
    few: dict[str, Value] = {"children": 500, "post_rate": 20.0}
    InsideTrial(scenarios, "families").refuse(few)
    with pytest.raises(InputError, match="1 post"):
        InsideTrial(scenarios, "workers").refuse(few)


def test_families_enter_once_with_the_worker_they_met() -> None:
    setting = world(2, 40, 6000)
    run = CompiledRun(setting).advance(10)
    enrolled = enrol(run, 12, 6, FOLLOW_UP, 0.5)
    assert run.month == 18
    assert set(np.unique(enrolled.month)) <= set(range(12, 18))
    for family in np.unique(enrolled.family):
        here = enrolled.family == family
        assert len(np.unique(enrolled.month[here])) == len(np.unique(enrolled.post[here])) == 1
        assert len(np.unique(enrolled.takes_part[here])) == 1
    before = CompiledRun(setting).advance(15)
    entered = np.flatnonzero((before.state.families["opened"] == 14) & (before.state.families["worker"] >= 0))
    here = (enrolled.month == 14) & np.isin(enrolled.family, entered)
    assert here.any()
    assert np.array_equal(enrolled.post[here], before.state.families["worker"][enrolled.family[here]])


def reached(outcome: str, *rows: tuple[int, Event, int]) -> tuple[bool, bool]:
    """Whether a child referred in month 10 was at risk and reached the outcome, given (month, event, detail)."""
    events = np.array([(month, 0, 0, event, detail) for month, event, detail in [(10, Event.REFERRAL, 0), *rows]])
    birth = np.zeros(1, dtype=np.int64)
    one, yes = np.array([0]), np.array([True])
    enrolled = Enrolled(one, one, one, np.array([10]), yes, yes, 1)
    histories = Histories(events.astype(np.int32), np.zeros((60, 1)), birth, 60)
    at_risk, happened = FOLLOWED[outcome].cohort(histories, enrolled, FOLLOW_UP)
    return bool(at_risk[0]), bool(happened[0])


HOME, ADOPTED = CareExit.HOME_PLANNED, CareExit.ADOPTION


@pytest.mark.parametrize(
    ("outcome", "rows", "expected"),
    [
        ("looked_after_12m", [(22, Event.CARE_START, 0)], (True, True)),
        ("looked_after_12m", [(23, Event.CARE_START, 0)], (True, False)),
        ("looked_after_18m", [(23, Event.CARE_START, 0)], (True, True)),
        ("rereferred_12m", [], (True, False)),
        ("rereferred_12m", [(15, Event.REFERRAL, 1)], (True, True)),
        ("harm_seen_12m", [(12, Event.HARM_UNSEEN, 0)], (True, False)),
        ("harm_12m", [(12, Event.HARM_UNSEEN, 0)], (True, True)),
        ("harm_12m", [(30, Event.HARM_SEEN, 0)], (True, False)),
        ("reunified_12m", [], (False, False)),
        ("reunified_12m", [(12, Event.CARE_START, 0), (20, Event.CARE_END, HOME)], (True, True)),
        ("reunified_12m", [(12, Event.CARE_START, 0), (25, Event.CARE_END, HOME)], (True, False)),
        ("reunified_12m", [(12, Event.CARE_START, 0), (20, Event.CARE_END, ADOPTED)], (True, False)),
        ("reunified_12m", [(23, Event.CARE_START, 0), (25, Event.CARE_END, HOME)], (False, False)),
        ("reentry_12m", [(12, Event.CARE_START, 0), (20, Event.CARE_END, HOME)], (True, False)),
        (
            "reentry_12m",
            [(12, Event.CARE_START, 0), (20, Event.CARE_END, HOME), (32, Event.CARE_START, 0)],
            (True, True),
        ),
        (
            "reentry_12m",
            [(12, Event.CARE_START, 0), (23, Event.CARE_END, HOME), (25, Event.CARE_START, 0)],
            (False, False),
        ),
        ("reentry_12m", [(12, Event.CARE_START, 0), (20, Event.CARE_END, ADOPTED)], (False, False)),
    ],
)
def test_outcomes_of_one_child_by_hand(
    outcome: str, rows: Iterable[tuple[int, Event, int]], expected: tuple[bool, bool]
) -> None:
    assert reached(outcome, *rows) == expected


def test_errors_clustered_by_family_are_those_of_estimating_equations_of_children() -> None:
    count, size = np.array([1.0, 0.0, 3.0, 2.0, 0.0, 1.0]), np.array([2.0, 1.0, 4.0, 5.0, 3.0, 2.0])
    cluster, arm = np.arange(6), np.array([1, 0, 1, 0, 1, 0])
    data = TrialData(cluster, 0 * cluster, arm.astype(float), count, size, arm, np.zeros(6, dtype=bool), arm)
    found = analyse_trial("children_clustered", data)
    families = np.repeat(cluster, size.astype(int))
    events = np.concatenate([np.arange(n) < events for events, n in zip(count, size, strict=True)]).astype(float)
    children = np.column_stack((arm[families], np.ones(len(families))))
    fitted = GEE(events, children, groups=families).fit(cov_type="bias_reduced")
    assert found.estimate == pytest.approx(4 / 9 - 3 / 8) == pytest.approx(fitted.params[0])
    assert found.error == pytest.approx(fitted.bse[0])
    assert found.degrees == 4.0
