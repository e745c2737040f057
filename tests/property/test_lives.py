"""Whatever the beliefs and programmes, the lives that come out are possible ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from sos_sim.agents.codes import NEVER, CareExit, Legal, Place, Status
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.monthly import COLUMNS
from sos_sim.outcomes.histories import event_rows
from support.drawn import FEW, Drawn, worlds
from support.worlds import compiled, world


def fits(legal: int, place: int) -> bool:
    """Whether a place fits a legal status: home or away without one, somewhere in care with one."""
    return (place in (Place.HOME, Place.LEFT, Place.GUARDIAN, Place.RELATIVES)) == (legal == Legal.NONE)


@FEW
@given(worlds())
def test_care_histories_are_possible(drawn: Drawn) -> None:
    setting = drawn.setting()
    run = compiled(setting)
    begun = setting.initial.children["care_since"] != NEVER
    in_care = begun.copy()
    birth = run.state.children["birth"]
    for month, family, child, event, detail in run.events.tolist():
        if child >= 0:
            assert run.state.children["family"][child] == family
        if event == Event.CARE_START:
            assert not in_care[child], "an episode begins while another runs"
            assert 0 <= month - birth[child] < 216, "age at entry"
            in_care[child] = True
        elif event == Event.CARE_END:
            assert in_care[child], "an exit without an entry"
            assert month - birth[child] < 216
            assert detail != CareExit.AGE_18 or month - birth[child] == 215
            in_care[child] = False
    children = run.state.children
    assert np.array_equal(in_care, children["legal"] != Legal.NONE)
    assert np.array_equal(in_care, children["care_since"] != NEVER)
    assert np.array_equal(children["entries"] - children["exits"], in_care.astype(int))
    assert all(fits(*pair) for pair in zip(children["legal"].tolist(), children["place"].tolist(), strict=True))


@FEW
@given(worlds())
def test_spells_of_need_and_plans_begin_and_end_once(drawn: Drawn) -> None:
    setting = drawn.setting()
    run = compiled(setting)
    for start, end, field in (
        (Event.NEED_START, Event.NEED_END, "need_since"),
        (Event.PLAN_START, Event.PLAN_END, "plan_since"),
    ):
        since = setting.initial.children[field].copy()
        for month, _, child, event, detail in run.events.tolist():
            if event == start:
                assert since[child] == NEVER
                since[child] = month
            elif event == end:
                assert since[child] != NEVER and detail == month - since[child]
                since[child] = NEVER
        assert np.array_equal(since, run.state.children[field])


@FEW
@given(worlds())
def test_children_are_conserved_and_shares_are_shares(drawn: Drawn) -> None:
    setting = drawn.setting()
    run = CompiledRun(setting)
    children, families = run.state.children, run.state.families
    kinship = ["kinship", "foster", "residential", "home_on_order"]
    bases = ["voluntary", "emergency", "interim", "full_order", "placement_order"]
    ages = [f"looked_after_{band}" for band in ("under_1", "1_4", "5_9", "10_15", "16_17")]
    for _ in range(setting.months):
        run.advance(1)
        row = run.monthly[run.month - 1]
        by_name = dict(zip(COLUMNS, row.tolist(), strict=True))
        in_care = children["legal"] != Legal.NONE
        assert by_name["looked_after"] == in_care.sum() == sum(by_name[name] for name in kinship)
        assert by_name["on_plan"] == (children["plan_since"] != NEVER).sum()
        assert by_name["children_in_need"] == (children["need_since"] != NEVER).sum()
        at_home = children["place"] == Place.HOME_ON_ORDER
        assert (children["legal"][at_home] == Legal.CARE_ORDER).all()
        assert by_name["looked_after"] == sum(by_name[name] for name in bases) == sum(by_name[name] for name in ages)
        assert by_name["on_plan"] == sum(by_name[name.replace("looked_after", "on_plan")] for name in ages)
        assert by_name["placement_order"] == (children["legal"] == Legal.PLACEMENT_ORDER).sum()
        assert run.month <= (children["birth"] + AGE_OF_MAJORITY_MONTHS)[in_care].min(initial=1 << 20)
        counted = np.bincount(children["family"][in_care], minlength=len(families))
        assert np.array_equal(counted, families["in_care"])
        with_relatives = children["place"] == Place.RELATIVES
        assert by_name["kin_care"] == with_relatives.sum()
        assert run.month <= (children["birth"] + AGE_OF_MAJORITY_MONTHS)[with_relatives].min(initial=1 << 20)
        away = with_relatives | (children["place"] == Place.GUARDIAN)
        assert np.array_equal(np.bincount(children["family"][away], minlength=len(families)), families["away"])
    for records in run.state:
        for name in records.dtype.names or ():
            if records.dtype[name].kind == "f" and name not in NOT_SHARES:
                assert (records[name] >= 0.0).all() and (records[name] <= 1.0).all(), name
    means = [name for name in COLUMNS if name.startswith(("mean_", "share_")) and name not in NOT_SHARES]
    table = run.monthly[:, [COLUMNS.index(name) for name in means]]
    assert (table >= 0.0).all() and (table <= 1.0).all()


NOT_SHARES = {
    "spent",
    "for_meetings",
    "need",
    "set_point",
    "strain",
    "exposure",
    "months_trained",
    "appraisal",
    "visits",
    "event_rate",
    "bias",
    "cases",
    "load",
    "supply_shift",
    "mean_load",
    "mean_appraisal",
    "mean_informed_ties",
    "mean_active_ties",
    "supervision_factor",
    "alignment_factor",
}


@FEW
@given(worlds())
def test_helpers_support_the_families_they_are_active_for(drawn: Drawn) -> None:
    setting = drawn.setting()
    state = compiled(setting).state
    active = state.ties["active"]
    counted = np.bincount(state.ties["member"][active], minlength=len(state.members))
    assert np.array_equal(counted, state.members["supporting"])


def test_every_application_is_about_a_child() -> None:
    run = compiled(world(months=60, children=12_000))
    events = event_rows(run.events)
    about = events.detail[events.event == Event.APPLICATION]
    assert len(about) > 30
    assert about.min() > 0


def test_families_that_are_gone_hold_no_helper(usual_run: CompiledRun) -> None:
    state = usual_run.state
    gone = state.families["status"] == Status.GONE
    assert gone.sum() > 10
    assert not (gone[state.ties["family"]] & state.ties["active"]).any()


def test_families_are_opened_by_the_referral_or_the_return_of_a_child(usual_run: CompiledRun) -> None:
    opening = (Event.REFERRAL, Event.GUARDIANSHIP_END, Event.KIN_CARE_END)
    referred = {(month, family) for month, family, _, event, _ in usual_run.events.tolist() if event in opening}
    families = usual_run.state.families
    opened = [(int(month), index) for index, month in enumerate(families["opened"]) if month >= 0]
    assert len(opened) > 100
    assert [case for case in opened if case not in referred] == []


def test_a_change_of_worker_needs_somebody_else() -> None:
    one_post = {"post_rate": 20.0, "turnover": 0.001, "agency_leave": 0.02}
    alone = compiled(world(months=60, children=500, values=one_post))
    assert len(alone.state.workers) == 1
    changes = int((event_rows(alone.events).event == Event.WORKER_CHANGE).sum())
    holders = int(alone.state.workers["generation"][0])
    open_at_once = int(alone.monthly[:, COLUMNS.index("open_families")].max())
    assert changes <= holders * open_at_once


def test_family_on_a_plan_has_a_child_on_a_plan(usual_run: CompiledRun) -> None:
    state = usual_run.state
    planned = np.zeros(len(state.families), dtype=bool)
    planned[state.children["family"][state.children["plan_since"] != NEVER]] = True
    protected = state.families["status"] == Status.CHILD_PROTECTION
    assert protected.sum() > 0
    assert not (protected & ~planned).any()
