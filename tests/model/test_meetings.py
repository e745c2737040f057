"""What a family-group meeting can do besides telling: nothing unless switched on, and then what is declared."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.agents.codes import NEVER, Place
from sos_sim.core.parameters import Value
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.programmes import Programme
from sos_sim.model.readable import ReadableRun
from sos_sim.outcomes.histories import event_rows
from sos_sim.theory.meetings import before_the_panel, known_carers, meeting_counts
from sos_sim.theory.parameters import declared, make_parameters
from support.worlds import assert_same_history, compiled, count_events, world

POWERS: dict[str, Value] = {"meeting_plan": 2.0, "meeting_carers": 3.0}
ON: dict[str, Value] = {"meeting_powers": "on"}
OFFER = [Programme(0, 48, {"meetings_at_conference": 1.0, "meetings_at_pre_proceedings": 1.0})]
TOLD: dict[str, Value] = {"meeting_reach": 0.0}
"""Meetings tell nobody: what is left is their powers."""


def lived(values: dict[str, Value], programmes: list[Programme] = OFFER) -> CompiledRun:
    """Four years in which every family on a plan or in pre-proceedings is offered a meeting."""
    return compiled(world(2, 48, 120_000, {**TOLD, **values}, programmes))


def test_powers_are_off_by_default_and_half_of_their_prior_is_on_none() -> None:
    assert make_parameters({}).structure.meeting_powers == 0
    for name in POWERS:
        parameter = declared()[name]
        assert parameter.default == 0.0 and parameter.prior is not None and parameter.prior.spike == 0.5


@pytest.mark.parametrize("values", [POWERS, ON])
def test_neither_the_switch_nor_the_strengths_alone_move_a_life(values: dict[str, Value]) -> None:
    assert np.array_equal(lived(values).events, lived({}).events)


def test_without_a_meeting_powers_do_nothing() -> None:
    assert np.array_equal(lived({**ON, **POWERS}, []).events, lived({}, []).events)


def test_a_meeting_counts_for_a_year() -> None:
    on, off = (make_parameters({"meeting_powers": choice}).structure for choice in ("on", "off"))
    p = make_parameters(POWERS).meetings
    assert [meeting_counts(10, month, on) for month in (10, 21, 22)] == [True, True, False]
    assert not meeting_counts(NEVER, 10, on) and not meeting_counts(10, 10, off)
    assert before_the_panel(-1.0, 10, 12, p, on) == -3.0 and before_the_panel(-1.0, NEVER, 12, p, on) == -1.0
    assert known_carers(10, 12, p, on) == 3.0 and known_carers(10, 12, p, off) == 0.0


def test_the_plan_of_a_family_keeps_cases_out_of_court() -> None:
    usual, plan = (lived({"meeting_held": 1.0, **powers}) for powers in ({}, {**ON, "meeting_plan": 3.0}))
    assert count_events(plan, Event.MEETING) > 50
    assert count_events(plan, Event.APPLICATION) < 0.85 * count_events(usual, Event.APPLICATION)


def test_relatives_assessed_early_are_carers_more_often() -> None:
    usual, early = (event_rows(lived(values).events) for values in ({}, {**ON, "meeting_carers": 3.0}))
    kin = [int(((rows.event == Event.PLACED) & (rows.detail == Place.KINSHIP)).sum()) for rows in (usual, early)]
    assert kin[1] > 1.1 * kin[0]


def test_both_engines_agree() -> None:
    setting = world(3, 40, 12_000, {**ON, **POWERS}, OFFER)
    run = CompiledRun(setting, traced=True, counted=True).advance(setting.months)
    assert count_events(run, Event.MEETING) > 5
    assert_same_history(ReadableRun(setting, traced=True, counted=True).advance(setting.months), run)
