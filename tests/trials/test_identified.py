"""What a stepped wedge can tell beforehand: known cases, and that what is said to be expected is what happens."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sos_sim.cli.trials import _tell_wedge
from sos_sim.trials import closed_form, identified
from sos_sim.trials.identified import not_identified, nothing_identified, told_by_wedge
from sos_sim.trials.schedules import Schedule, observed
from support.trial_pools import a_plan


def a_wedge(**changes: object):
    return a_plan(designs=("stepped_wedge",), clusters=(10,), **changes)


def test_terms_are_counted_by_follow_up_and_by_time_with_the_programme() -> None:
    """Five steps of six months, twelve of roll-in, 24 counted: the first sequence is seen in 8 half-years with it."""
    told = told_by_wedge(a_wedge(), "looked_after_18m", 10)
    assert (told.exposures, told.leads) == (8, 3)
    assert told_by_wedge(a_wedge(), "reunified_12m", 10).leads == 2
    assert told_by_wedge(a_wedge(), "care_starts", 10).leads == 0


def test_terms_cost_precision_and_records_from_before_the_trial_give_some_back() -> None:
    with_records, without = (
        told_by_wedge(a_wedge(baseline_months=months), "looked_after_18m", 20) for months in (24, 0)
    )
    assert without.error > 1.4 * with_records.error > 2.0 * with_records.constant
    assert told_by_wedge(a_wedge(), "care_starts", 20).error < with_records.error


def test_the_expected_error_of_one_effect_is_the_textbook_s(monkeypatch) -> None:
    """A lasting share of 1 is the nested exchangeable covariance of the closed form, in its own unit."""
    plan, children, share, icc = a_wedge(baseline_months=0), 300.0, 0.1, 0.02
    cell = share * (1 - share) * (icc + (1 - icc) / children)
    monkeypatch.setattr(identified, "ASSUMED", (share * (1 - share) * icc / cell, 1.0, 0.5))
    start = 1 + np.arange(10) % 5
    held = Schedule(start * 0, start * 0, start, start**0, start * 0 + 99)
    allocation = observed(plan, "stepped_wedge", held, "care_starts")[1]
    known = closed_form.stepped_wedge_error(allocation, children, share, icc)
    assert math.isclose(told_by_wedge(plan, "care_starts", 10).constant * cell**0.5, known, rel_tol=1e-6)


def test_a_wedge_in_which_nothing_is_identified_is_told() -> None:
    """With two steps and a roll-in of two periods nobody is ever untreated beside somebody treated."""
    assert "cannot be told from time" in nothing_identified(a_wedge(steps=2))
    assert not nothing_identified(a_wedge()) and not nothing_identified(a_plan())


def test_an_effect_that_straddling_children_hide_is_warned_of_by_outcome() -> None:
    """One period with and without the programme side by side: enough for one effect, not for three lead terms too."""
    plan = a_wedge(steps=2, roll_in_months=0, baseline_months=0, outcomes=("looked_after_18m", "care_starts"))
    assert not nothing_identified(plan) and not_identified(plan) == ["looked_after_18m"]
    assert not_identified(replace(plan, baseline_months=24)) == []


def test_a_period_that_is_needed_counts_for_more() -> None:
    """The last period alone holds the longest exposure: without it the mean is not identified."""
    told = told_by_wedge(a_wedge(), "looked_after_18m", 20)
    assert told.periods[0] == -4 and math.isinf(told.without[-1])
    assert all(times >= 1.0 - 1e-9 for times in told.without)


def test_check_says_what_carries_the_effect_and_what_is_open(capsys) -> None:
    plan = a_wedge(steps=2, roll_in_months=0, baseline_months=0, outcomes=("looked_after_18m", "care_starts"))
    _tell_wedge(plan)
    assert "the effect on looked_after_18m by time since the start is not identified" in capsys.readouterr().out
    _tell_wedge(a_wedge())
    said = capsys.readouterr().out
    told = told_by_wedge(a_wedge(), "looked_after_18m", 10)
    assert f"Expected standard error of their mean: {told.error:.2f}" in said and "Warning" not in said
    assert said.strip().endswith("not identified") and f"{told.without[0]:.2f}" in said
