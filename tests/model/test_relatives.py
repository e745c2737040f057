"""Relatives who take a child before it is looked after: nothing at 0; otherwise at their rates, counted, and seen."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sos_sim.agents.codes import NEVER, KinCareEnd, Legal, Place, TieKind
from sos_sim.core.parameters import Value
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.expected import ExpectedColumn
from sos_sim.model.programmes import Programme
from sos_sim.model.readable import ReadableRun
from sos_sim.outcomes.histories import EventRows, Histories, event_rows
from sos_sim.outcomes.measures import MEASURES
from sos_sim.outcomes.measuring import Window
from sos_sim.theory.meetings import MEETING_COUNTS_MONTHS
from sos_sim.theory.parameters import declared, make_parameters
from sos_sim.theory.relatives import can_take_child, care_after_kin_chance, kin_care_chance
from support.power import assert_mean, assert_null
from support.worlds import assert_same_history, column, compiled, count_events, differing_columns, world

MONTHS = 72
CHILDREN = 480_000
KNOWN: dict[str, Value] = {"inform_usual": 0.06, "kin_share": 0.8, "kin_unsafe": 0.0, "professional_share": 0.1}
"""Networks in which a safe relative often knows the worry."""
ON: dict[str, Value] = {**KNOWN, "kin_before_care": 0.6}
OTHERS: dict[str, Value] = {"meeting_kin": 3.0, "kin_care_end": 0.3, "meeting_powers": "on"}
OFFER = [Programme(0, MONTHS, {"meetings_at_conference": 1.0, "meetings_at_pre_proceedings": 1.0})]
HELD: dict[str, Value] = {"meeting_powers": "on", "kin_before_care": 0.1, "meeting_reach": 0.0, "meeting_held": 1.0}


@cache
def lived(*values: tuple[str, Value]) -> CompiledRun:
    """A large authority over six years in which relatives often take children."""
    return compiled(world(2, MONTHS, CHILDREN, {**ON, **dict(values)}))


def moves(run: CompiledRun, event: Event) -> EventRows:
    """Events of one kind."""
    rows = event_rows(run.events)
    return rows.where(rows.event == event)


def test_at_0_nothing_else_about_relatives_moves_a_life() -> None:
    usual, told = (
        compiled(world(2, MONTHS, 20_000, {**KNOWN, "kin_before_care": 0.0, **more})) for more in ({}, OTHERS)
    )
    assert np.array_equal(told.events, usual.events) and differing_columns(told, usual) == []
    assert count_events(told, Event.KIN_CARE_START) == 0 and column(told, "kin_care").sum() == 0.0
    assert (told.state.children["kin_moved"] == NEVER).all()


def test_half_of_the_prior_of_meetings_is_on_none() -> None:
    assert declared()["meeting_kin"].default == 0.0
    prior = declared()["meeting_kin"].prior
    assert prior is not None and prior.spike == 0.5


def test_only_safe_relatives_who_know_can_take_a_child() -> None:
    def asked(informed: bool, kind: TieKind, unsafe: bool) -> bool:
        tie: Any = SimpleNamespace(informed=informed)
        member: Any = SimpleNamespace(kind=kind, unsafe=unsafe)
        return can_take_child(tie, member)

    assert asked(True, TieKind.KIN, False)
    assert not asked(False, TieKind.KIN, False) and not asked(True, TieKind.KIN, True)
    assert not asked(True, TieKind.FRIEND, False) and not asked(True, TieKind.PROFESSIONAL, False)


def test_a_meeting_raises_the_odds_for_a_year() -> None:
    parameters = make_parameters({"kin_before_care": 0.2, "meeting_kin": 1.0, "meeting_powers": "on"})
    p, on, off = parameters.relatives, parameters.structure, make_parameters({}).structure
    raised = 0.25 * np.e / (1.0 + 0.25 * np.e)
    last = 10 + MEETING_COUNTS_MONTHS - 1
    assert kin_care_chance(10, 10, p, on) == kin_care_chance(10, last, p, on) == pytest.approx(raised)
    assert kin_care_chance(10, last + 1, p, on) == kin_care_chance(NEVER, 10, p, on) == pytest.approx(0.2)
    assert kin_care_chance(10, 10, p, off) == pytest.approx(0.2)
    assert kin_care_chance(10, 10, p._replace(kin_before_care=0.0), on) == 0.0


def test_after_relatives_a_child_is_looked_after_where_danger_is_high() -> None:
    p = make_parameters({"voluntary_rate": 0.01})
    low, even, high = (
        care_after_kin_chance(p.voluntary.voluntary_threshold + more, 72, p.voluntary, p.pathway)
        for more in (-9.0, 0.0, 9.0)
    )
    assert low < 0.01 and even == pytest.approx(0.5) and high > 0.99


def test_relatives_take_their_share_of_those_who_would_be_looked_after() -> None:
    usual, kin = compiled(world(2, MONTHS, CHILDREN, KNOWN)), lived()
    starts = count_events(usual, Event.CARE_START)
    taken = count_events(kin, Event.KIN_CARE_START)
    assert taken > 0.1 * starts
    assert count_events(kin, Event.CARE_START) < starts - 0.5 * taken


def test_where_no_relative_knows_none_takes_a_child() -> None:
    strangers = {**ON, "kin_share": 0.1, "kin_unsafe": 0.8, "inform_usual": 0.003}
    few = compiled(world(2, MONTHS, CHILDREN, strangers))
    assert count_events(few, Event.KIN_CARE_START) < 0.1 * count_events(lived(), Event.KIN_CARE_START)


def test_emergencies_do_not_wait_for_relatives() -> None:
    bases = set(moves(lived(), Event.KIN_CARE_START).detail.tolist())
    assert bases == {Legal.VOLUNTARY, Legal.INTERIM, Legal.CARE_ORDER}


def test_every_move_is_noted_and_a_child_is_in_one_place() -> None:
    run = lived()
    where: dict[int, str] = {}
    starts = {Event.KIN_CARE_START: "kin", Event.CARE_START: "care"}
    for _, _, child, event, detail in run.events.tolist():
        if event in starts:
            assert where.get(child, "home") in ("home", "coming")
            where[child] = starts[event]
        elif event == Event.KIN_CARE_END:
            assert where[child] == "kin"
            where[child] = "coming" if detail == KinCareEnd.LOOKED_AFTER else "home"
        elif event == Event.CARE_END:
            where[child] = "home"
        elif event in (Event.HARM_SEEN, Event.HARM_UNSEEN, Event.PLAN_START, Event.NEED_START, Event.REFERRAL):
            assert where.get(child) != "kin", Event(event).name
    away = run.state.children["place"] == Place.RELATIVES
    assert np.array_equal(np.flatnonzero(away), sorted(child for child, place in where.items() if place == "kin"))
    assert "coming" not in where.values()
    assert (run.state.children["legal"][away] == Legal.NONE).all() and away.sum() > 20


def test_the_stock_is_what_starts_and_ends_leave() -> None:
    run = lived()
    flow = column(run, "kin_care_starts") - column(run, "kin_care_ends")
    assert np.array_equal(column(run, "kin_care"), flow.cumsum())
    assert column(run, "kin_care_starts").sum() == count_events(run, Event.KIN_CARE_START)
    assert column(run, "kin_care_ends").sum() == count_events(run, Event.KIN_CARE_END)
    children, families = run.state.children, run.state.families
    away = np.isin(children["place"], (Place.RELATIVES, Place.GUARDIAN))
    assert np.array_equal(np.bincount(children["family"][away], minlength=len(families)), families["away"])


def test_care_by_relatives_ends_at_its_rate_whether_the_family_is_known_or_not() -> None:
    run = lived(("kin_care_end", 0.05), ("guardianship_end_rate", 0.0))
    months = column(run, "kin_care").sum() - column(run, "kin_care")[-1]
    grown = moves(run, Event.KIN_CARE_END).detail == KinCareEnd.AGE_18
    ends = np.zeros(int(months))
    ends[: int((~grown).sum())] = 1.0
    assert_mean(ends, 0.05, sd=(0.05 * 0.95) ** 0.5, worth_noticing=0.2 * 0.05)
    assert set(moves(run, Event.KIN_CARE_END).detail.tolist()) == set(KinCareEnd)


def test_nobody_stays_with_relatives_past_18() -> None:
    run = lived(("kin_care_end", 0.0))
    ends, children = moves(run, Event.KIN_CARE_END), run.state.children
    assert len(ends) > 5 and (ends.detail == KinCareEnd.AGE_18).all()
    assert (ends.month + 1 == children["birth"][ends.child] + AGE_OF_MAJORITY_MONTHS).all()
    away = children["place"] == Place.RELATIVES
    assert (children["birth"][away] + AGE_OF_MAJORITY_MONTHS > MONTHS).all()


def test_a_meeting_lets_relatives_take_more_children() -> None:
    counts = [
        count_events(
            compiled(world(2, MONTHS, CHILDREN, {**KNOWN, **HELD, "meeting_kin": more}, OFFER)), Event.KIN_CARE_START
        )
        for more in (0.0, 3.0)
    ]
    assert counts[0] > 5 and counts[1] > 1.2 * counts[0]


def test_harm_with_kin_strikes_at_its_rate_and_is_counted_apart() -> None:
    usual, more = lived(("harm_with_kin", 0.0)), lived(("harm_with_kin", 0.02))
    rows = moves(more, Event.HARM_WITH_KIN)
    assert count_events(usual, Event.HARM_WITH_KIN) == 0
    assert column(more, "harm_with_kin").sum() == len(rows)
    assert set(rows.detail.tolist()) == {Place.GUARDIAN, Place.RELATIVES}
    assert differing_columns(more, usual) == ["harm_with_kin"], "such harm has consequences in no rule"
    with_relatives = rows.detail == Place.RELATIVES
    exposed = column(more, "kin_care").sum() - column(more, "kin_care")[-1]
    struck = np.zeros(int(exposed))
    struck[: int(with_relatives.sum())] = 1.0
    assert_mean(struck, 0.02, sd=(0.02 * 0.98) ** 0.5, worth_noticing=0.005)


def test_measures_read_what_happened() -> None:
    run = lived(("harm_with_kin", 0.02))
    histories = Histories(run.events, run.monthly, run.state.children["birth"].astype(np.int64), MONTHS)
    window = Window(0, MONTHS, run.setting.parameters)
    per = 10_000 / CHILDREN / (MONTHS / 12)
    rows = moves(run, Event.HARM_WITH_KIN)
    expected = {
        "kin_care_start_rate": count_events(run, Event.KIN_CARE_START) * per,
        "kin_care_end_rate": count_events(run, Event.KIN_CARE_END) * per,
        "kin_care_stock_rate": column(run, "kin_care")[11::12].mean() * 10_000 / CHILDREN,
        "harm_with_kin_rate": len(rows) * per,
        "harmed_with_kin_rate": len(set(rows.child.tolist())) * per,
        "cost_kin_care": column(run, "kin_care").sum() / (MONTHS / 12) * 100.0 * 365.25 / 12 / 7,
    }
    found = {name: float(MEASURES[name].value(histories, window)) for name in expected}
    assert found == pytest.approx(expected, rel=1e-3)
    assert len(set(rows.child.tolist())) < len(rows)


def test_expected_starts_know_that_relatives_may_take_the_child() -> None:
    surplus, taken = [], []
    for seed in range(60):
        found = []
        for chance in (0.0, 0.6):
            values: dict[str, Value] = {**KNOWN, "kin_before_care": chance, "kin_care_end": 0.05, "severe": 0.005}
            run = CompiledRun(world(seed, 60, 20_000, values), counted=True).advance(60)
            found.append(run.expected[:, ExpectedColumn.CARE_STARTS].sum() - count_events(run, Event.CARE_START))
        surplus.append(found[1] - found[0])
        taken.append(count_events(run, Event.KIN_CARE_START))
    assert_null(surplus, worth_noticing=0.25 * float(np.mean(taken)))


def test_both_engines_agree() -> None:
    values: dict[str, Value] = {**ON, **OTHERS, "kin_care_end": 0.1, "harm_with_kin": 0.02, "outside_onset": 0.02}
    values |= {"hearing_guardianship": 0.6, "guardianship_end_rate": 0.02}
    setting = world(3, 60, 8000, values, OFFER)
    run = CompiledRun(setting, traced=True, counted=True).advance(setting.months)
    assert count_events(run, Event.KIN_CARE_START) > 3 and count_events(run, Event.KIN_CARE_END) > 3
    assert_same_history(ReadableRun(setting, traced=True, counted=True).advance(setting.months), run)
