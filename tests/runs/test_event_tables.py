"""The event record, the children it is about, and the record of the warm-up, as tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import EventColumn
from sos_sim.runs.replicate import replicate
from sos_sim.runs.simulate import ENGINES, Engine, SimulationResult, simulate
from sos_sim.runs.tables import CHILDREN, WARMUP_EVENTS
from support.small_studies import usual_and_offer


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> SimulationResult:
    """One run with the record of its warm-up."""
    place = tmp_path_factory.mktemp("lived")
    return simulate(usual_and_offer(place, authority__children=8000)[0], warmup_events=True)


def test_children_are_those_of_the_record(lived: SimulationResult) -> None:
    children = lived.children.set_index("child")
    for events in (lived.events, lived.warmup_events):
        about = events[events["child"] >= 0]
        assert len(about) > 50
        np.testing.assert_array_equal(about["family"], children.loc[about["child"], "family"])
    starts = lived.events[lived.events["event"] == "care_start"]
    age = starts["month"].to_numpy() - children.loc[starts["child"], "birth"].to_numpy()
    assert len(age) > 5 and age.min() >= 0 and age.max() < 18 * 12


def test_nearly_half_of_the_children_are_girls(lived: SimulationResult) -> None:
    girls = (lived.children["sex"] == "girl").mean()
    assert girls == pytest.approx(0.49, abs=4.0 * 0.5 / np.sqrt(len(lived.children)))


def test_warm_up_and_what_follows_are_the_whole_record(tmp_path: Path, lived: SimulationResult) -> None:
    scenario = usual_and_offer(tmp_path, authority__children=8000)[0]
    warmup, setting = scenario.run.warmup_months, scenario.setting(0)
    events = CompiledRun(setting).advance(setting.months).events
    both = pd.concat([lived.warmup_events, lived.events])
    np.testing.assert_array_equal(both["month"], events[:, EventColumn.MONTH] - warmup)
    np.testing.assert_array_equal(both["child"], events[:, EventColumn.CHILD])
    months = lived.warmup_events["month"]
    assert -warmup <= months.min() < months.max() == -1


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_tell_the_same(tmp_path: Path, lived: SimulationResult, engine: Engine) -> None:
    found = simulate(usual_and_offer(tmp_path, authority__children=8000)[0], engine=engine, warmup_events=True)
    pd.testing.assert_frame_equal(found.children, lived.children)
    pd.testing.assert_frame_equal(found.warmup_events, lived.warmup_events)


def test_the_warm_up_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    scenario = usual_and_offer(tmp_path, authority__children=8000)[0]
    assert simulate(scenario).warmup_events.empty
    replicate(scenario, 1, tmp_path / "plain")
    replicate(scenario, 1, tmp_path / "events", events=True)
    replicate(scenario, 2, tmp_path / "warm-up", warmup_events=True)
    assert {path.stem for path in (tmp_path / "plain").glob("*.parquet")} == {"outcomes", "monthly", "runs"}
    assert {path.stem for path in (tmp_path / "events").glob("*.parquet")} >= {"events", "children"}
    assert not (tmp_path / "events" / "warmup_events.parquet").exists()
    for contract in (CHILDREN, WARMUP_EVENTS):
        kept = contract.check(pd.read_parquet(tmp_path / "warm-up" / f"{contract.name}.parquet"))
        assert set(kept["replicate"]) == {0, 1}
