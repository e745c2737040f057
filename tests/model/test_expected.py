"""Chances are counted only when asked, change nothing, and are those of the rules they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.agents import Family
from sos_sim.agents.codes import Legal
from sos_sim.core.errors import InputError
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.expected import ExpectedColumn
from sos_sim.model.phases.chances import severe_chance
from sos_sim.model.readable import ReadableRun
from sos_sim.outcomes.expected import COUNTED, EXPECTED, READABLE
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measures import MEASURES
from sos_sim.outcomes.measuring import Window
from sos_sim.theory.appraisal import Shown
from sos_sim.theory.leaving import (
    home_chance,
    leaves_unplanned,
    return_chance,
    returns_home,
    sent_home,
    unplanned_chance,
)
from sos_sim.theory.parameters import make_parameters
from sos_sim.theory.pathway import above, chance_above
from sos_sim.theory.voluntary import accommodation_chance, is_accommodated
from support.worlds import assert_same_history, compiled, full_programme, world

P = make_parameters({})


def test_chances_are_counted_only_when_asked_and_move_nothing() -> None:
    setting = world(months=30)
    plain, counted = compiled(setting), CompiledRun(setting, counted=True).advance(30)
    assert len(plain.expected) == 0
    assert counted.expected.shape == (30, len(ExpectedColumn))
    assert (counted.expected[:, ExpectedColumn.HARM_AT_HOME] > 0).all()
    assert np.array_equal(plain.events, counted.events) and np.array_equal(plain.monthly, counted.monthly)


def test_a_branch_goes_on_counting_where_its_past_stopped() -> None:
    setting = world(months=40, children=4000, programmes=[full_programme(10, 40)])
    whole = CompiledRun(setting, counted=True).advance(40)
    trunk = CompiledRun(setting, counted=True).advance(20)
    before = trunk.expected.copy()
    assert_same_history(trunk.branch(setting).advance(20), whole)
    assert np.array_equal(trunk.expected, before), "a branch writes into its past's own table"


def test_without_emergency_protection_none_is_expected() -> None:
    run = CompiledRun(world(months=30, children=4000, values={"emergency": 0.0}), counted=True).advance(30)
    assert (run.expected[:, ExpectedColumn.EMERGENCY_STARTS] == 0.0).all()
    assert run.expected[:, ExpectedColumn.CARE_STARTS].sum() > 0.0


def draws(chance: float) -> tuple[float, float]:
    """A draw just below a chance and one just above."""
    return chance * (1.0 - 1e-9), chance * (1.0 + 1e-9)


@pytest.mark.parametrize("appraisal", [-6.0, -3.0, -1.0, 2.0])
def test_a_chance_is_where_its_comparison_turns(appraisal: float) -> None:
    p = P.pathway
    under, over = draws(chance_above(appraisal, -2.0, 0.4, p))
    assert above(appraisal, -2.0, under, 0.4, p) and not above(appraisal, -2.0, over, 0.4, p)
    under, over = draws(accommodation_chance(appraisal, 130, P.voluntary, p))
    assert is_accommodated(appraisal, 130, under, P.voluntary, p)
    assert not is_accommodated(appraisal, 130, over, P.voluntary, p)


@pytest.mark.parametrize("legal", [Legal.VOLUNTARY, Legal.CARE_ORDER])
@pytest.mark.parametrize("stay", [1, 8])
def test_chances_of_return_are_where_their_comparisons_turn(legal: int, stay: int) -> None:
    p, run = P.leaving._replace(ready_older=1.5), ReadableRun(world(months=3)).advance(3)
    family = next(iter(run.agents_by_type[Family]))
    shown = Shown(0.6, 0.5, 0.6, 0.5, 0.6, 0.7)
    under, over = draws(return_chance(family, shown, legal, stay, 150, p))
    assert returns_home(family, shown, legal, stay, 150, under, p)
    assert not returns_home(family, shown, legal, stay, 150, over, p)
    under, over = draws(home_chance(family, shown, 150, p))
    assert sent_home(family, shown, 150, under, p) and not sent_home(family, shown, 150, over, p)
    under, over = draws(unplanned_chance(legal, stay, p))
    assert leaves_unplanned(legal, stay, under, p) == (under > 0) and not leaves_unplanned(legal, stay, over, p)


def test_a_severe_incident_needs_harm_notice_and_severity() -> None:
    assert severe_chance(0, 0.1, 0.5, 0.6, 0.2) == 0.0
    assert severe_chance(1, 0.1, 0.5, 0.6, 0.2) == pytest.approx(0.1 * 0.5 * 0.2)
    two = severe_chance(2, 0.1, 0.5, 0.6, 0.2)
    assert two == pytest.approx(0.1 / 0.6 * (1.0 - (1.0 - 0.06) ** 2)) and two < 2 * 0.1 * 0.5 * 0.2


def test_expected_measures_have_names_of_their_own_and_a_count_each() -> None:
    assert EXPECTED.keys().isdisjoint(MEASURES) and EXPECTED.keys() == COUNTED.keys()
    assert READABLE.keys() == EXPECTED.keys() | MEASURES.keys()


def test_a_run_that_counted_no_chances_cannot_be_asked() -> None:
    run = compiled(world(months=12))
    histories = Histories(run.events, run.monthly, run.state.children["birth"].astype(np.int64), 12)
    for measure in EXPECTED.values():
        with pytest.raises(InputError, match="did not count chances"):
            measure.value(histories, Window(0, 12, run.setting.parameters))
