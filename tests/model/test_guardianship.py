"""Special guardianship that ends: nothing at 0; else at its rate, and each end a new start of being looked after."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sos_sim.agents.codes import CareExit, Legal, Place
from sos_sim.core.parameters import Value
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.expected import ExpectedColumn
from sos_sim.model.readable import ReadableRun
from sos_sim.outcomes.histories import Histories, event_rows
from sos_sim.outcomes.measures import MEASURES
from sos_sim.outcomes.measuring import Window
from support.power import assert_mean, assert_null
from support.worlds import assert_same_history, compiled, count_events, world

RATE = 0.02
MONTHS = 120
MANY = {"hearing_guardianship": 0.6, "guardianship_rate": 0.02}
"""Special guardianship made common, so that a small authority has much of it."""


@cache
def lived(rate: float) -> CompiledRun:
    """A large authority in which guardianships are many and break down at a rate."""
    return compiled(world(2, MONTHS, 120_000, {**MANY, "guardianship_end_rate": rate}))


def months_with_guardians(run: CompiledRun) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How long each guardianship lasted, up to its end, the eighteenth birthday or the end of the run."""
    since = dict.fromkeys(np.flatnonzero(run.setting.initial.children["place"] == Place.GUARDIAN).tolist(), 0)
    lasted = []
    for month, _, child, event, detail in run.events.tolist():
        if event == Event.CARE_END and detail == CareExit.SPECIAL_GUARDIANSHIP:
            since[child] = month
        elif event == Event.GUARDIANSHIP_END:
            lasted.append(month - since.pop(child))
    adult = run.state.children["birth"] + AGE_OF_MAJORITY_MONTHS
    lasted += [max(0, min(int(adult[child]), MONTHS) - 1 - month) for child, month in since.items()]
    return np.array(lasted)


def test_at_0_guardianship_is_for_good() -> None:
    run = lived(0.0)
    assert (run.state.children["place"] == Place.GUARDIAN).sum() > 300
    assert count_events(run, Event.GUARDIANSHIP_END) == 0


def test_guardianships_end_at_the_declared_rate_whether_the_family_is_known_or_not() -> None:
    run = lived(RATE)
    exposed = months_with_guardians(run)
    ends = np.zeros(int(exposed.sum()))
    ends[: count_events(run, Event.GUARDIANSHIP_END)] = 1.0
    assert_mean(ends, RATE, sd=(RATE * (1.0 - RATE)) ** 0.5, worth_noticing=0.25 * RATE)


def test_an_end_is_a_new_start_of_the_same_child_in_the_same_month() -> None:
    run = lived(RATE)
    rows = [row for row in run.events.tolist() if row[3] in (Event.CARE_START, Event.CARE_END, Event.GUARDIANSHIP_END)]
    last: dict[int, list[int]] = {}
    ended = 0
    for row in rows:
        child, before = row[2], last.get(row[2], [])
        if row[3] == Event.GUARDIANSHIP_END:
            at_first = not before and run.setting.initial.children["place"][child] == Place.GUARDIAN
            assert at_first or before[3:] == [Event.CARE_END, CareExit.SPECIAL_GUARDIANSHIP]
            ended += 1
        elif before and before[3] == Event.GUARDIANSHIP_END:
            assert row[3] == Event.CARE_START and row[4] == Legal.VOLUNTARY and row[0] == before[0]
        elif before[3:] == [Event.CARE_END, CareExit.SPECIAL_GUARDIANSHIP]:
            pytest.fail("a child came back from its guardian without an end")
        last[child] = row
    assert ended > 100
    assert all(row[3] != Event.GUARDIANSHIP_END for row in last.values()), "an end without a start"


def test_families_are_told_how_many_children_live_with_guardians() -> None:
    state = lived(RATE).state
    away = np.bincount(
        state.children["family"][state.children["place"] == Place.GUARDIAN], minlength=len(state.families)
    )
    assert np.array_equal(away, state.families["guardianships"])
    assert ((state.children["place"] == Place.GUARDIAN) <= (state.children["legal"] == Legal.NONE)).all()


def test_what_official_figures_count_follows_the_rate() -> None:
    window = Window(0, MONTHS, lived(RATE).setting.parameters)
    for rate in (0.0, RATE):
        run = lived(rate)
        histories = Histories(run.events, run.monthly, run.state.children["birth"].astype(np.int64), MONTHS)
        found = float(MEASURES["reentry_after_sgo_5y"].value(histories, window))
        assert found == pytest.approx(1.0 - (1.0 - rate) ** 60, abs=0.08 if rate else 0.0)


def test_expected_starts_count_the_chance_of_an_end() -> None:
    surplus, ends = [], []
    for seed in range(40):
        values: dict[str, Value] = {**MANY, "guardianship_end_rate": RATE, "voluntary_rate": 0.01, "severe": 0.005}
        run = CompiledRun(world(seed, 60, 20_000, values), counted=True).advance(60)
        starts = int((event_rows(run.events).event == Event.CARE_START).sum())
        surplus.append(run.expected[:, ExpectedColumn.CARE_STARTS].sum() - starts)
        ends.append(count_events(run, Event.GUARDIANSHIP_END))
    assert_null(surplus, worth_noticing=float(np.mean(ends)))


def test_both_engines_end_the_same_guardianships() -> None:
    setting = world(3, 60, 8000, {**MANY, "guardianship_end_rate": RATE})
    run = CompiledRun(setting, traced=True, counted=True).advance(setting.months)
    assert count_events(run, Event.GUARDIANSHIP_END) > 3
    assert_same_history(ReadableRun(setting, traced=True, counted=True).advance(setting.months), run)
