"""Paths of the effect: closing one takes away what a programme does on it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sos_sim.core.parameters import Value
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event, EventColumn
from sos_sim.model.paths import Path, Usual, paths
from sos_sim.model.programmes import Programme
from sos_sim.model.setting import Setting
from support.drawn import FEW, SEEDS, beliefs, programmes
from support.worlds import FULL_OFFER, assert_same_history, compiled, events_between, full_programme, world

SOME = st.sets(st.sampled_from(Path))
FAMILY_SIDE = dict.fromkeys(("relational", "purposeful", "voice_signs", "shared_mapping", "agencies_answer"), 0.0)
NETWORK_SIDE = dict.fromkeys(
    ("mobilise", "coordination", "meeting_reach", "rigour_signs", "role_lock_strength", "extra_time"), 0.0
)
FORM_AND_BIAS = dict.fromkeys(("surface_weight", "bias_shrink"), 0.0)
ORGANISATION = dict.fromkeys(("retention", "extra_time", "training_time"), 0.0)


def with_paths(setting: Setting, which: Iterable[Path]) -> Setting:
    """The same setting with only these paths open."""
    return setting._replace(paths=paths(which))


def lives(setting: Setting) -> NDArray[np.int32]:
    """Everything that happened to families and children, meetings left out: offered or not, they may tell nobody."""
    events = compiled(setting).events
    kept: NDArray[np.int32] = events[events[:, EventColumn.EVENT] != Event.MEETING]
    return kept


@FEW
@given(SEEDS, beliefs(), SOME)
def test_a_shadow_without_a_programme_is_the_family_itself(
    seed: int, values: Mapping[str, Value], which: set[Path]
) -> None:
    setting = world(seed, values=values)
    assert np.array_equal(lives(with_paths(setting, which)), lives(setting))


@FEW
@given(SEEDS, beliefs(), programmes(), SOME)
def test_nothing_differs_before_a_programme_starts_whatever_paths_are_open(
    seed: int, values: Mapping[str, Value], plan: list[Programme], which: set[Path]
) -> None:
    start = min((programme.start for programme in plan), default=30)
    setting, usual = world(seed, values=values, programmes=plan), world(seed, values=values)
    assert_same_history(CompiledRun(with_paths(setting, which)).advance(start), CompiledRun(usual).advance(start), 0)


@FEW
@given(SEEDS, beliefs())
def test_with_all_paths_closed_only_the_organisation_is_left(seed: int, values: Mapping[str, Value]) -> None:
    values = {**values, **ORGANISATION}
    programme = world(seed, values=values, programmes=[full_programme(3, 30)])
    assert np.array_equal(lives(with_paths(programme, [])), lives(world(seed, values=values)))


BUSY: Mapping[str, Value] = {"first_referral_rate": 500.0, "need_mean": -4.5}


@pytest.mark.parametrize(
    ("path", "without"),
    [
        (Path.FAMILIES, FAMILY_SIDE),
        (Path.NETWORK_AND_PLAN, NETWORK_SIDE),
        (Path.PERCEPTION, {**FAMILY_SIDE, **NETWORK_SIDE, **FORM_AND_BIAS}),
    ],
)
def test_a_path_without_its_strengths_carries_nothing_and_with_them_something(
    path: Path, without: Mapping[str, Value]
) -> None:
    """With only the agency's side on, no path through families carries anything, and so on for each path."""
    plan = [full_programme(3, 60, meetings_at_conference=1.0)]
    others = [other for other in Path if other != path]
    with_them = world(5, 60, 6000, BUSY, plan)
    none = world(5, 60, 6000, {**BUSY, **without}, plan)
    assert np.array_equal(lives(with_paths(none, others)), lives(none))
    assert not np.array_equal(lives(with_paths(with_them, others)), lives(with_them))


BEGIN = 8


@pytest.fixture(scope="module")
def offered() -> Setting:
    """A full programme from early on in an authority with everything at its default."""
    return world(months=40, children=4000, programmes=[full_programme(BEGIN, 40, meetings_at_conference=1.0)])


@FEW
@given(SEEDS, beliefs(), programmes(), st.sets(st.sampled_from([Path.NETWORK_AND_PLAN, Path.PERCEPTION])))
def test_without_strengths_with_families_the_path_through_them_carries_nothing(
    seed: int, values: dict[str, Value], plan: list[Programme], others: set[Path]
) -> None:
    values |= FAMILY_SIDE
    setting = world(seed, 30, 1500, values, plan)
    assert_same_history(compiled(with_paths(setting, {*others, Path.FAMILIES})), compiled(with_paths(setting, others)))


def shadow_differs(run: CompiledRun) -> list[str]:
    """Which states of the shadow are other than those of families and children themselves."""
    families = {column.name.lower(): run.usual[0][:, column] for column in Usual}
    found = [name for name, values in families.items() if not np.array_equal(values, run.state.families[name])]
    return [*found, *([] if np.array_equal(run.usual[1], run.state.children["voice"]) else ["voice of children"])]


@FEW
@given(SEEDS, beliefs(), programmes(), st.booleans())
def test_shadows_live_by_every_rule_that_families_live_by(
    seed: int, values: dict[str, Value], plan: list[Programme], with_network: bool
) -> None:
    """Where practice with families is the usual one, a family is what it would be were it the usual one."""
    open_paths: Sequence[Path] = [Path.NETWORK_AND_PLAN] if with_network else []
    lived = compiled(with_paths(world(seed, 40, 1500, values, plan), open_paths))
    assert set(shadow_differs(lived)) <= ({"plan_seen"} if with_network else set())


def test_a_shadow_is_other_than_families_that_a_programme_reaches(offered: Setting) -> None:
    lived = compiled(with_paths(offered, [Path.FAMILIES, Path.NETWORK_AND_PLAN]))
    assert {"trust", "consent", "understanding", "responsibility", "voice", "plan_seen"} <= set(shadow_differs(lived))
    usual = compiled(with_paths(offered, [Path.FAMILIES])).usual[0][:, Usual.TRUST]
    reached = compiled(offered).state.families["trust"]
    assert reached.mean() > usual.mean()


def test_the_organisation_acts_with_all_paths_closed() -> None:
    values: dict[str, Value] = {"training_time": 0.2}
    plan = [Programme(BEGIN, 40, {**FULL_OFFER, "extra_posts": 1.0})]
    closed = compiled(with_paths(world(months=40, children=4000, values=values, programmes=plan), []))
    usual = compiled(world(months=40, children=4000, values=values))
    assert not np.array_equal(events_between(closed, BEGIN), events_between(usual, BEGIN))


@pytest.mark.parametrize(("which", "moved"), [({Path.PERCEPTION}, True), (set(), False)])
def test_through_perception_alone_belief_moves_first_and_danger_does_not(which: set[Path], moved: bool) -> None:
    usual = world(months=20, children=4000, values=ORGANISATION)
    offer = world(months=20, children=4000, values=ORGANISATION, programmes=[full_programme(BEGIN, 20)])
    before, after = (
        CompiledRun(setting, traced=True).advance(BEGIN + 1) for setting in (usual, with_paths(offer, which))
    )
    assert np.array_equal(before.danger, after.danger)
    for state in ("trust", "understanding", "responsibility", "plan", "cover"):
        assert np.array_equal(before.state.families[state], after.state.families[state])
    assert (not np.array_equal(before.state.families["appraisal"], after.state.families["appraisal"])) is moved


def test_what_neither_protects_nor_is_shown_changes_no_life() -> None:
    """With plans, networks and services idle, all that is left of families is what the agency is shown."""
    setting = world(months=60, children=4000, values=BUSY, programmes=[full_programme(BEGIN, 60)])
    p = setting.parameters
    idle = p._replace(
        casework=p.casework._replace(coercion=0.0),
        network=p.network._replace(inform_usual=0.0, mobilise=0.0),
        plan=p.plan._replace(review_rate=0.0),
        home=p.home._replace(service_trust=0.0, change=0.0, seen_trust=0.6, seen_voice=0.3),
    )
    idly = setting._replace(parameters=idle)
    assert np.array_equal(lives(with_paths(idly, [Path.FAMILIES])), lives(with_paths(idly, [])))
    shown = with_paths(idly, [Path.FAMILIES, Path.PERCEPTION])
    assert not np.array_equal(lives(shown), lives(with_paths(idly, [Path.PERCEPTION])))


def test_a_branch_keeps_the_shadow_of_its_past(offered: Setting) -> None:
    closed = with_paths(offered, [Path.FAMILIES, Path.NETWORK_AND_PLAN])
    trunk = CompiledRun(closed).advance(BEGIN + 12)
    branch = trunk.branch(closed).advance(40 - BEGIN - 12)
    assert_same_history(branch, compiled(closed))
    opened = trunk.branch(offered)
    assert len(opened.usual[0]) == 0
    assert np.array_equal(trunk.usual[0], CompiledRun(closed).advance(BEGIN + 12).usual[0])
