"""Paths of the effect: closing one takes away what a programme does on it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sos_sim.core.parameters import Value
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event, EventColumn
from sos_sim.model.paths import Path, paths
from sos_sim.model.readable import ReadableRun
from sos_sim.model.setting import Programme, Setting
from support.drawn import FEW, SEEDS, Drawn, beliefs, programmes, worlds
from support.worlds import assert_same_history, compiled, full_programme, world

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
    return events[events[:, EventColumn.EVENT] != Event.MEETING]


@FEW
@given(worlds(), SOME)
def test_both_engines_tell_the_same_history_whatever_paths_are_open(drawn: Drawn, which: set[Path]) -> None:
    setting = with_paths(drawn.setting(), which)
    readable = ReadableRun(setting, traced=True).advance(setting.months)
    assert_same_history(readable, CompiledRun(setting, traced=True).advance(setting.months))


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
