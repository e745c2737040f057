"""Fates: each child of one arm beside itself in the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sos_sim.agents.codes import HOME_EXITS, CareExit, Legal
from sos_sim.comparison.child_lives import child_lives, same_children
from sos_sim.comparison.fates import (
    ADDED,
    ARM_ONLY,
    BOTH,
    COMPARATOR_ONLY,
    ENTRY,
    FATES,
    HIGHER,
    LOWER,
    MONTH_OF_ENTRY,
    NEITHER,
    REENTRY,
    REUNIFICATION,
    SIMILAR,
    SPARED,
    count_fates,
    fate_outputs,
    summarise_fates,
)
from sos_sim.comparison.lives import LivesCompared, compare_lives
from sos_sim.comparison.paired import Runs
from sos_sim.core.errors import ModelError
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import event_rows
from sos_sim.theory.parameters import strengths
from support.lives_by_hand import FIRST, LAST, Row, lives, population
from support.small_studies import usual_and_offer
from support.worlds import compiled, full_programme, world

HOME, ADOPTED = CareExit.HOME_PLANNED, CareExit.ADOPTION
IN, OUT, SEEN, UNSEEN = Event.CARE_START, Event.CARE_END, Event.HARM_SEEN, Event.HARM_UNSEEN


Counts = dict[tuple[str, str, str], float]


def counted(before: list[Row], after: list[Row], danger: float = 0.01) -> Counts:
    """All counts for the hand-made lives of four children; danger is 0.01 in the comparator."""
    state = population(4)
    mine, theirs = lives(state, sorted(before), 0.01), lives(state, sorted(after), danger)
    return dict(zip(fate_outputs(), count_fates(mine, theirs), strict=True))


def differing(found: Counts) -> Counts:
    """Counts, other than 0, of fates in which the arms differ."""
    same = {(decision, fate) for decision in FATES for fate in (BOTH, NEITHER)} | {(MONTH_OF_ENTRY, "the same")}
    return {name: value for name, value in found.items() if value and name[:2] not in same}


def test_entries_spared_and_added_are_counted_child_by_child() -> None:
    found = counted([(12, 0, IN, Legal.VOLUNTARY), (13, 1, IN, Legal.VOLUNTARY)], [(15, 1, IN, 1), (20, 2, IN, 1)])
    children = {fate: found[ENTRY, fate, "children"] for fate in FATES[ENTRY]}
    assert children == {BOTH: 1, NEITHER: 1, COMPARATOR_ONLY: 1, ARM_ONLY: 1}
    assert found[MONTH_OF_ENTRY, "later in the arm", "children"] == 1


def test_what_happened_before_the_period_or_in_it_to_neither_is_no_difference() -> None:
    rows: list[Row] = [(5, 0, IN, 1), (30, 0, OUT, HOME), (12, 1, SEEN, 0)]
    assert differing(counted(rows, rows)) == {}


def test_children_gone_for_good_before_the_period_are_not_counted() -> None:
    rows: list[Row] = [(5, 0, IN, 1), (8, 0, OUT, ADOPTED)]
    assert counted(rows, rows)[ENTRY, NEITHER, "children"] == 3


def test_reentry_and_reunification_have_twelve_months() -> None:
    soon: list[Row] = [(12, 0, IN, 1), (24, 0, OUT, HOME), (36, 0, IN, 1)]
    late: list[Row] = [(12, 0, IN, 1), (25, 0, OUT, HOME), (38, 0, IN, 1)]
    found = counted(soon, late)
    assert found[REUNIFICATION, COMPARATOR_ONLY, "children"] == found[REENTRY, COMPARATOR_ONLY, "children"] == 1
    assert counted(late, soon)[REENTRY, ARM_ONLY, "children"] == 1
    assert not counted(late, late)[REENTRY, BOTH, "children"]


def test_harm_of_spared_children_is_counted_in_both_arms_and_since_the_entry() -> None:
    before: list[Row] = [(12, 0, UNSEEN, 0), (15, 0, IN, 1), (15, 1, IN, 1)]
    after: list[Row] = [(12, 0, UNSEEN, 0), (15, 0, UNSEEN, 0), (16, 0, SEEN, 0), (14, 1, SEEN, 0)]
    found = counted(before, after)
    spared = {name[2]: value for name, value in found.items() if name[:2] == (SPARED, SIMILAR)}
    assert spared["children"] == 2
    assert (spared["harm_comparator"], spared["harm_arm"]) == (1, 4)
    assert (spared["unseen_comparator"], spared["unseen_arm"]) == (1, 2)
    assert (spared["more_harmed"], spared["less_harmed"], spared["more_unseen"], spared["less_unseen"]) == (2, 0, 1, 0)
    assert (spared["harmed_at_home_since"], spared["unseen_at_home_since"]) == (1, 1)


@pytest.mark.parametrize(("arm", "fate"), [(0.0094, LOWER), (0.0096, SIMILAR), (0.0104, SIMILAR), (0.0106, HIGHER)])
def test_spared_entries_are_told_apart_by_true_danger(arm: float, fate: str) -> None:
    found = counted([(15, 0, IN, 1)], [], arm)
    assert found[SPARED, fate, "children"] == 1
    assert found[SPARED, fate, "danger_arm"] == pytest.approx(arm, rel=1e-6)
    mirrored = counted([], [(15, 0, IN, 1)], arm)
    assert mirrored[ADDED, fate, "children"] == 1


def test_danger_is_that_of_the_twelve_months_up_to_the_entry() -> None:
    state = population(1)
    danger = np.zeros((LAST, 1), dtype=np.float32)
    danger[:25], danger[25:37] = 0.9, 0.02
    found = count_fates(lives(state, [(36, 0, IN, 1)], danger), lives(state, [], 0.02))
    names = dict(zip(fate_outputs(), found, strict=True))
    assert names[SPARED, SIMILAR, "danger_comparator"] == pytest.approx(0.02, rel=1e-6)
    early = count_fates(lives(state, [(FIRST, 0, IN, 1)], danger), lives(state, [], 0.02))
    assert dict(zip(fate_outputs(), early, strict=True))[SPARED, LOWER, "danger_comparator"] == pytest.approx(0.9)


def test_children_have_the_same_numbers_in_all_arms_arrivals_included() -> None:
    usual = child_lives(compiled(world(months=30)), 12)
    arm = child_lives(compiled(world(months=30, programmes=[full_programme(12, 30)])), 12)
    assert same_children(usual.population, arm.population)
    assert (usual.population.families["arrival"] > 12).sum() > 20
    assert np.array_equal(usual.known_months, arm.known_months)
    other = child_lives(compiled(world(months=30, values={"first_referral_rate": 250.0})), 12)
    assert not same_children(usual.population, other.population)


def test_counts_agree_with_the_event_record(programme_run: CompiledRun, usual_run: CompiledRun) -> None:
    arms = [child_lives(compiled_again, 10) for compiled_again in (usual_run, programme_run)]
    for run, found in zip((usual_run, programme_run), arms, strict=True):
        events = event_rows(run.events)
        inside = events.where(events.month >= 10)
        assert found.care_starts.sum() == (inside.event == IN).sum() > 0
        assert found.harm_months.sum() == np.isin(inside.event, (SEEN, UNSEEN)).sum() > 0
        assert found.care_starts[found.known_months == 0].sum() == 0
        late = inside.where((inside.month >= 20) & (inside.event == UNSEEN))
        since = found.harm_since(np.full(len(found.entry), 20), (Event.HARM_UNSEEN,))
        assert since.sum() == len(late)
        assert np.array_equal(found.known_months > 0, known_by_hand(run, 10))


def known_by_hand(run: CompiledRun, first: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Children with a month in which they are born, under 18, referred and not gone, looked at one by one."""
    state, months = run.setting.initial, range(first, run.setting.months)
    left = {
        child
        for month, _, child, event, detail in run.events.tolist()
        if month < first and event == OUT and detail not in HOME_EXITS
    }
    return np.array(
        [
            number not in left
            and any(
                state.families["arrival"][child["family"]] <= month and child["birth"] <= month < child["birth"] + 216
                for month in months
            )
            for number, child in enumerate(state.children)
        ]
    )


def traced(values: dict[str, float], programme: bool) -> CompiledRun:
    """Forty months of so many children that some entries are spared whatever the defaults are."""
    offer = [full_programme(10, 40)] if programme else []
    return CompiledRun(world(months=40, children=15_000, values=values, programmes=offer), traced=True).advance(40)


def test_where_nothing_makes_home_safer_no_entry_is_spared_at_lower_danger() -> None:
    """With M7 at 0, no strain of returns and no crises at referral danger is the same in both arms."""
    values = {"plan_effect": 0.0, "cover_effect": 0.0, "service_effect": 0.0, "strain": 0.0, "crisis": 0.0}
    values |= {"info_trust": 1.0, "info_cover": 1.0, "reassurance": 2.0, "surface_weight": 1.0}
    pair = [child_lives(traced(values, programme), 10) for programme in (False, True)]
    found = dict(zip(fate_outputs(), count_fates(pair[0], pair[1]), strict=True))
    spared = {fate: found[SPARED, fate, "children"] for fate in FATES[SPARED]}
    assert spared[SIMILAR] > 0 and spared[LOWER] == spared[HIGHER] == 0
    assert found[SPARED, SIMILAR, "danger_arm"] == found[SPARED, SIMILAR, "danger_comparator"]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> LivesCompared:
    """Usual practice and a strong programme, of which the second arm has one link less."""
    scenarios = usual_and_offer(tmp_path_factory.mktemp("lives"), run__months=30, run__replicates=2)
    weaker = replace(scenarios[1].with_values(mobilise=0.0), name="weaker")
    return compare_lives([*scenarios, weaker], Runs(replicates=2, workers=1))


def test_fates_divide_all_children_known(compared: LivesCompared) -> None:
    children = compared.fates[compared.fates["measure"] == "children"]
    sums = children.groupby(["arm", "replicate", "decision"])["value"].sum().unstack()
    assert (sums[ENTRY] == sums[REENTRY]).all() and (sums[ENTRY] == sums[REUNIFICATION]).all()
    fates = children.pivot(index=["arm", "replicate"], columns=["decision", "fate"], values="value")
    assert (fates[ENTRY, COMPARATOR_ONLY] == sums[SPARED]).all()
    assert (fates[ENTRY, ARM_ONLY] == sums[ADDED]).all()
    assert (fates[ENTRY, BOTH] == sums[MONTH_OF_ENTRY]).all()
    assert set(compared.fates["arm"]) == {"offer", "weaker"}


def test_summary_holds_means_with_intervals(compared: LivesCompared) -> None:
    summary = summarise_fates(compared.fates)
    rows = summary[(summary["arm"] == "offer") & (summary["decision"] == ENTRY) & (summary["measure"] == "children")]
    own = compared.fates.merge(rows[["arm", "decision", "fate", "measure"]])
    assert rows["estimate"].sum() == pytest.approx(own["value"].sum() / 2)
    assert (rows["low"] <= rows["estimate"]).all() and (rows["replicates"] == 2).all()


def test_without_strengths_no_child_has_another_fate(tmp_path: Path) -> None:
    scenarios = usual_and_offer(tmp_path, run__months=18, **{"run__replicates": 1})
    null = [scenario.with_values(**dict.fromkeys(strengths(programme_only=True), 0.0)) for scenario in scenarios]
    found = compare_lives([replace(one, name=name) for one, name in zip(null, "ab", strict=True)], Runs(replicates=1))
    values = found.fates.set_index(["decision", "fate", "measure"])["value"].to_dict()
    assert differing(values) == {}
    assert values[ENTRY, BOTH, "children"] > 0
    for fate in (BOTH, NEITHER):
        assert values[ENTRY, fate, "harm_arm"] == values[ENTRY, fate, "harm_comparator"]
        assert values[ENTRY, fate, "more_unseen"] == values[ENTRY, fate, "less_unseen"] == 0


def test_arms_with_other_children_are_refused_with_the_reason(tmp_path: Path) -> None:
    usual, offer = usual_and_offer(tmp_path, run__months=6)
    with pytest.raises(ModelError, match="different populations"):
        compare_lives([usual, offer.with_values(siblings=2.5)], Runs(replicates=1, workers=1))


def test_a_comparison_of_lives_is_kept_and_resumed(tmp_path: Path) -> None:
    scenarios = usual_and_offer(tmp_path, run__months=6)
    first = compare_lives(scenarios, Runs(replicates=1, out=tmp_path / "lives", workers=1))
    again = compare_lives(scenarios, Runs(replicates=2, out=tmp_path / "lives", workers=2))
    assert again.fates[again.fates["replicate"] == 0].reset_index(drop=True).equals(first.fates)
    alone = compare_lives(scenarios, Runs(replicates=2, workers=1))
    assert again.fates.equals(alone.fates) and again.subgroups.equals(alone.subgroups)
