"""What policy is made of: calendar months, dated values, reach, strengths, budgets; and every refusal."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.files.calendar import CalendarMonth
from sos_sim.files.dated import may_change
from sos_sim.files.in_words import besides_numbers
from sos_sim.files.scenario import Scenario, load_scenario, rebuilt
from sos_sim.model.programmes import Rollout, Unit
from sos_sim.runs.simulate import past_of, run_arm, run_past
from sos_sim.theory.budget import Budget
from sos_sim.theory.parameters import declared, strengths

HEAD = "name: x\nauthority: {children: 12000}\nrun: {start: 2025-04, months: 36, warmup_months: 24}\n"


def load(folder: Path, text: str, overrides: dict[str, Any] | None = None) -> Scenario:
    """A scenario of 36 months from April 2025."""
    file = folder / "case.yaml"
    file.write_text(HEAD.replace("authority: {children: 12000}\n", "") + text if "authority" in text else HEAD + text)
    return load_scenario(file, {"authority.children": 12000} | (overrides or {}))


def test_months_may_be_written_of_the_calendar(tmp_path: Path) -> None:
    plan = load(tmp_path, "programme: {start_month: 2025-10, end_month: 2026-04, training: 1}\n").programmes[0]
    assert (plan.start_month, plan.end_month) == (6, 12)
    moved = load(tmp_path, "programme: {start_month: 2025-10, training: 1}\n", {"run.start": "2025-09"})
    assert moved.programmes[0].start_month == 1 and moved.start == CalendarMonth.read("2025-09")
    assert str(CalendarMonth.read("2025-12").plus(1)) == "2026-01"  # type: ignore[union-attr]


def test_values_change_by_date_and_growth_is_a_step_every_year(tmp_path: Path) -> None:
    text = (
        "authority:\n  post_rate: [{from: 2026-04, value: 15.1}, {from: 24, value: 14}]\n"
        "  residential_week: [{from: 2025-10, growth: 0.1}]\ntheory:\n  trust_gain: [{from: 6, value: 0.2}]\n"
    )
    scenario = load(tmp_path, text)
    assert scenario.changes == {
        "authority.post_rate": [(12, 15.1), (24, 14.0)],
        "authority.residential_week": [
            (6, pytest.approx(7385 * 1.1)),
            (18, pytest.approx(7385 * 1.21)),
            (30, pytest.approx(9829.435)),
        ],
        "theory.trust_gain": [(6, 0.2)],
    }
    assert [era.start - 24 for era in scenario.eras()] == [6, 12, 18, 24, 30]
    assert [era.parameters.authority.post_rate for era in scenario.eras()] == [17.6, 15.1, 15.1, 14.0, 14.0]
    assert scenario.values_in(5)["trust_gain"] == declared()["trust_gain"].default
    assert scenario.values_in(6)["trust_gain"] == 0.2


def test_a_constant_in_place_of_dated_values_replaces_them(tmp_path: Path) -> None:
    dated = load(tmp_path, "authority:\n  post_rate: [{from: 6, value: 15}]\n")
    assert dated.with_values(post_rate=16.0).changes == {}
    assert dated.with_values(turnover=0.02).changes == dated.changes


def test_reach_is_the_programmes_own(tmp_path: Path) -> None:
    text = (
        "programmes:\n  - {name: one, supervision: 0.9}\n"
        "  - name: two\n    start_month: 6\n    training: 1\n"
        "    reach: {share: 0.4, by: team, by_month: 2026-10, waves: 3, lot: pilot}\n"
        "  - {name: three, coaching: 1, teams: [2, 0]}\n"
    )
    one, two, three = load(tmp_path, text).programmes
    assert one.reach == Rollout() and "offered_posts" not in one.levers
    assert two.reach == Rollout(Unit.TEAM, (), 18, 3, "pilot") and two.levers == {"training": 1.0, "offered_posts": 0.4}
    assert three.reach == Rollout(teams=(2, 0))
    assert two.after(24, 36).reach.full_by == 42 and two.after(24, 36).start == 30


def test_beliefs_of_a_programme_hold_while_the_programme_acts_and_not_where_the_theory_is_null(tmp_path: Path) -> None:
    text = "programme: {start_month: 6, end_month: 12, costs_a_year: 1000, theory: {relational: 0.9, strain: 1.0}}\n"
    scenario = load(tmp_path, text)
    before = declared()["relational"].default
    assert [era.parameters.practice.relational for era in scenario.eras()] == [0.9, before]
    null = scenario.with_values(theory_null="on")
    assert [era.parameters.practice.relational for era in null.eras()] == [0.0, 0.0]
    assert [era.parameters.home.strain for era in scenario.eras()] == [1.0, declared()["strain"].default]
    assert {era.parameters.home.strain for era in null.eras()} == {declared()["strain"].default}


def test_all_of_it_comes_back_from_what_is_kept_and_from_a_draw(tmp_path: Path) -> None:
    text = (
        "budget: {a_year: 50000, gives_way: [supervision]}\nauthority:\n  foster_week: [{from: 12, growth: 0.05}]\n"
        "programme: {training: 1, teams: [1], reach: {by: team, by_month: 12}}\n"
    )
    scenario = load(tmp_path, text)
    back = rebuilt("x", scenario.resolved(), scenario.run.replicates)
    assert back.resolved() == scenario.resolved()
    drawn = scenario.drawn({"trust_gain": 0.11})
    assert (
        drawn.resolved() | {"theory": 0} == scenario.resolved() | {"theory": 0} and drawn.values["trust_gain"] == 0.11
    )
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert scenario.limits() == Budget(50_000.0, 24, 1, 2, 0, 3)


def test_a_past_is_shared_unless_what_comes_later_is_drawn_before_it(tmp_path: Path) -> None:
    plain = load(tmp_path, "")
    shares = {"post_rate: [{from: 6, value: 15}]": True, "foster_week: [{from: 6, value: 800}]": True}
    shares |= {"post_rate: [{from: 6, value: 20}]": False, "demand: [{from: 6, value: 1.2}]": False}
    for text, shared in shares.items():
        scenario = load(tmp_path, f"authority:\n  {text}\n")
        assert (past_of(scenario) == past_of(plain)) is shared, text
        alone, branched = run_arm(scenario, 0), run_arm(scenario, 0, past=run_past(scenario, 0))
        assert alone.outcomes.equals(branched.outcomes) and alone.events.equals(branched.events)


def test_a_programme_that_shares_a_past_is_limited_by_its_budget(tmp_path: Path) -> None:
    text = "budget: {a_year: 3000}\nprogramme: {training: 1, coaching: 1, supervision: 1}\n"
    scenario = load(tmp_path, text)
    branched = run_arm(scenario, 0, past=run_past(load(tmp_path, ""), 0))
    costs = branched.outcomes.query("measure == 'cost_programme'").set_index("year")["value"]
    assert 0 < costs["1"] <= 3000.01 and costs["3"] <= 3000.01


def test_no_parameter_from_which_people_are_drawn_may_change() -> None:
    for name in (
        "children",
        "need_mean",
        "tie_mean",
        "shame",
        "outside_onset",
        "theory_null",
        "training",
        "deprivation",
    ):
        assert not may_change(name), name
    assert all(may_change(name) for name in (*strengths(), "post_rate", "demand", "turnover", "residential_week"))


REFUSED = [
    ("authority:\n  children: [{from: 6, value: 9000}]\n", "authority.children cannot change by date"),
    ("structure:\n  role_lock: [{from: 6, value: on}]\n", "structure.role_lock cannot change by date"),
    ("authority:\n  post_rate: [{from: 6, value: 900}]\n", "value is 900, but must be a number from 3 to 80"),
    ("authority:\n  post_rate: [{from: 6}]\n", "each entry needs value"),
    (
        "authority:\n  foster_week: [{from: 6, value: 800, growth: 0.1}]\n",
        "each entry needs value or growth, and one only",
    ),
    ("authority:\n  post_rate: [{from: 6, growth: 0.1}]\n", "unknown key 'growth'"),
    ("authority:\n  post_rate: [{from: 6, value: 15}, {from: 6, value: 14}]\n", "each from must be later"),
    ("authority:\n  post_rate: [{from: 36, value: 15}]\n", "changes in month 36, but the run has 36 months"),
    ("authority:\n  post_rate: [{from: 2024-04, value: 15}]\n", "2024-04 lies before run.start (2025-04)"),
    ("authority:\n  post_rate: [{from: 2026-13, value: 15}]\n", "from is the text '2026-13'"),
    ("authority:\n  post_rate: [{value: 15}]\n", "from is missing"),
    ("authority:\n  post_rate: [6, {from: 6, value: 15}]\n", "an entry is 6, but must be from: and value:"),
    ("programme: {training: 1, start_month: April}\n", "or a calendar month (year-month, such as 2026-04)"),
    ("programme: {training: 1, reach: {share: 1.4}}\n", "share is 1.4, but must be a number from 0 to 1"),
    ("programme: {training: 1, reach: {by: floor}}\n", "by is the text 'floor', but must be one of post, person, team"),
    ("programme: {training: 1, reach: {waves: 3}}\n", "waves needs by_month"),
    ("programme: {training: 1, start_month: 6, reach: {by_month: 3}}\n", "by month 3, before it starts"),
    ("programme: {training: 1, reach: {share: 0.4}, offered_posts: 0.2}\n", "both say whom a programme reaches"),
    ("programme: {training: 1, teams: [40]}\n", "names team 40, but there are 3 teams, numbered from 0"),
    ("programme: {training: 1, teams: 2}\n", "teams is 2, but must be a list of at least 1"),
    ("programme: {theory: {tie_mean: 3}}\n", "'tie_mean' is no belief that a programme can change"),
    ("programme: {theory: {relational: 3}}\n", "theory.relational is 3, but must be a number from 0 to 1"),
    ("programme: {theory: {relational: 0.9}, teams: [1]}\n", "which holds for everybody, and reaches only some"),
    ("budget: {gives_way: [training]}\n", "a_year is missing"),
    ("budget: {a_year: 1000, gives_way: [meetings]}\n", "an entry of gives_way is the text 'meetings'"),
    ("budget: 1000\n", "budget is 1000, but must be a mapping"),
]


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_what_cannot_be_is_refused_at_its_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load(tmp_path, text)
    assert problem in str(refused.value) and f"{tmp_path / 'case.yaml'}, line " in str(refused.value)


def test_calendar_months_need_a_start(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("name: x\nprogramme: {training: 1, start_month: 2025-10}\n")
    with pytest.raises(ScenarioError, match=r"needs run\.start"):
        load_scenario(tmp_path / "case.yaml")


def test_two_programmes_for_everybody_may_not_set_the_same_lever_and_those_with_reach_may(tmp_path: Path) -> None:
    two = (
        "programmes:\n  - {name: one, coaching: 0.5, extra_posts: 0}\n  - {name: two, coaching: 1, extra_posts: 0%s}\n"
    )
    with pytest.raises(ScenarioError, match="both set coaching in months 0 to 35"):
        load(tmp_path, two % "")
    assert len(load(tmp_path, two % ", teams: [0]").programmes) == 2
    assert len(load(tmp_path, two % ", offered_posts: 0.5").programmes) == 2
    strong = "programmes:\n  - {name: one, theory: {relational: 0.4}}\n  - {name: two, theory: {relational: 0.5}}\n"
    with pytest.raises(ScenarioError, match="both set relational"):
        load(tmp_path, strong)


def test_levers_laid_out_have_the_warm_up_before_them(tmp_path: Path) -> None:
    scenario = load(tmp_path, "programme: {training: 1, start_month: 2025-06, end_month: 2025-08}\n")
    levers = scenario.setting(0).offers.levers["training"][:, 0]
    assert np.flatnonzero(levers).tolist() == [26, 27]


def test_what_is_no_single_number_is_said_in_words(tmp_path: Path) -> None:
    text = (
        "budget: {a_year: 50000, gives_way: [supervision]}\nauthority:\n  post_rate: [{from: 2026-04, value: 15}]\n"
        "programmes:\n  - name: one\n    training: 1\n    teams: [1, 0]\n"
        "    reach: {by: team, by_month: 12, waves: 2, lot: pilot}\n"
        "  - {name: two, theory: {relational: 0.9}}\n  - {name: three, coaching: 1}\n"
    )
    assert besides_numbers(load(tmp_path, text)) == {
        "run.start": "month 0 is 2025-04",
        "authority.post_rate": "15 from month 12 (2026-04)",
        "programmes.one.reach": "teams 1, 0, all of the share by month 12 (2026-04), in 2 waves, lot 'pilot'",
        "programmes.two.theory": "relational 0.9",
        "budget": "£50,000 a year; gives way: supervision",
    }
    assert besides_numbers(load(tmp_path, "", {"run.start": "2024-01"})) == {"run.start": "month 0 is 2024-01"}
