"""The model as users of Mesa meet it: made by name or file, in batches, collected, grouped, shown."""

from __future__ import annotations

import importlib.util
import inspect
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from sos_sim.agents import Family, SocialWorker
from sos_sim.agents.codes import Holder, Status
from sos_sim.core.errors import InputError, ScenarioError
from sos_sim.files.scenario import load_scenario
from sos_sim.model import monthly
from sos_sim.runs.care_system import CareSystem
from sos_sim.runs.simulate import simulate

ROOT = Path(__file__).resolve().parents[2] / "scenarios"
BASE = str(ROOT / "base.yaml")
SMALL: dict[str, Any] = {"children": 1000, "months": 4, "warmup_months": 2}


def collected(system: CareSystem) -> pd.DataFrame:
    """The monthly columns of a system that has run to its end."""
    system.run_model()
    table: pd.DataFrame = system.datacollector.get_model_vars_dataframe()
    return table


def histories(rows: list[dict[str, Any]]) -> set[tuple[float, ...]]:
    """Last months of a batch, each once."""
    return {tuple(row[name] for name in monthly.COLUMNS) for row in rows}


def batch(parameters: dict[str, Any], **how: Any) -> list[dict[str, Any]]:
    """Mesa's batch run; later versions say that ``iterations`` is going."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The `iterations` keyword", DeprecationWarning)
        rows: list[dict[str, Any]] = mesa.batch_run(CareSystem, parameters, display_progress=False, **how)
    return rows


class TestMadeFromAScenario:
    def test_by_name_by_file_or_as_it_is(self) -> None:
        loaded = load_scenario(BASE)
        assert CareSystem(BASE, seed=1, **SMALL).inputs == CareSystem(loaded, seed=1, **SMALL).inputs
        other = CareSystem(ROOT / "sos_supported.yaml", seed=1, **SMALL | {"months": 40})
        assert [plan.name for plan in other.inputs.programmes]

    def test_the_run_ends_with_the_scenario(self) -> None:
        system = CareSystem(BASE, seed=1, **SMALL)
        system.run_model()
        assert (system.steps, system.month, system.running) == (6, 6, False)
        events = len(system.events)
        system.step()
        assert (system.month, len(system.events)) == (6, events), "nothing happens after the end"

    def test_it_tells_the_history_of_simulate(self) -> None:
        scenario = load_scenario(BASE).with_values(**SMALL)
        system = CareSystem(scenario, seed=5)
        system.run_model()
        told = simulate(scenario, seed=5).monthly["value"].to_numpy()
        assert np.array_equal(system.monthly[2:].ravel(), told)

    def test_values_by_name(self) -> None:
        assert CareSystem(BASE, seed=1, trust_gain=0.25, **SMALL).inputs.values["trust_gain"] == 0.25
        with pytest.raises(ScenarioError, match="trust_gain"):
            CareSystem(BASE, seed=1, trust_gian=0.25)


class TestSeeds:
    def test_seed_and_rng_are_the_same_number(self) -> None:
        first, second, other = (
            collected(CareSystem(BASE, **luck, **SMALL)) for luck in ({"seed": 3}, {"rng": 3}, {"seed": 4})
        )
        assert first.equals(second) and not first.equals(other)

    @pytest.mark.parametrize("rng", [np.int64(3), [3, 4]])
    def test_whatever_mesa_takes_is_repeatable(self, rng: Any) -> None:
        assert CareSystem(BASE, rng=rng, **SMALL).inputs.run.seed == CareSystem(BASE, rng=rng, **SMALL).inputs.run.seed

    def test_a_generator_gives_another_seed_each_time(self) -> None:
        def two() -> list[int]:
            generator = mesa.Model(rng=3).rng
            return [CareSystem(BASE, rng=generator, **SMALL).inputs.run.seed for _ in range(2)]

        assert two() == two() and len(set(two())) == 2

    def test_without_either_each_is_another_replicate(self) -> None:
        assert len({CareSystem(BASE, **SMALL).inputs.run.seed for _ in range(3)}) == 3

    def test_not_both(self) -> None:
        with pytest.raises(InputError, match="either seed or rng"):
            CareSystem(BASE, seed=1, rng=1)


class TestBatches:
    def test_iterations_differ(self) -> None:
        rows = batch({"scenario": BASE, **SMALL}, iterations=3)
        assert len(rows) == 3 and len(histories(rows)) == 3

    def test_equal_seeds_are_equal_and_values_vary(self) -> None:
        asked = {"scenario": BASE, **SMALL, "children": [1000, 1100]}
        twice = [seeded_batch(asked, [1, 2]), seeded_batch(asked, [1, 2])]
        assert [len(rows) for rows in twice] == [4, 4]
        assert histories(twice[0]) == histories(twice[1]) and len(histories(twice[0])) == 4


def seeded_batch(parameters: dict[str, Any], seeds: list[int]) -> list[dict[str, Any]]:
    """A batch with these seeds: an argument of Mesa's batch run in later versions, one more parameter in earlier."""
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        return batch(parameters, rng=seeds)
    return batch({**parameters, "seed": seeds})


class Watched(CareSystem):
    """A system that collects something of its own, as users write it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.datacollector = mesa.DataCollector(
            model_reporters={"by status": lambda system: dict(system.agents_by_type[Family].groupby("status").count())},
            agenttype_reporters={SocialWorker: {"holder": "holder", "post": "index"}},
        )


class TestCollecting:
    def test_monthly_columns_are_collected(self) -> None:
        system = CareSystem(BASE, seed=1, **SMALL)
        table = collected(system)
        assert list(table.columns) == list(monthly.COLUMNS)
        assert np.array_equal(table.to_numpy(), system.monthly)

    def test_groups_have_names(self) -> None:
        system = CareSystem(BASE, seed=1, **SMALL)
        system.run_model()
        groups = system.agents_by_type[Family].groupby("status").count()
        assert {type(status) for status in groups} == {Status} and groups[Status.CLOSED] > 0
        holders = system.agents_by_type[SocialWorker].groupby("holder").count()
        assert {type(holder) for holder in holders} == {Holder}

    def test_a_collector_of_ones_own(self) -> None:
        system = Watched(BASE, seed=1, **SMALL)
        table = collected(system)
        last = table["by status"].iloc[-1]
        assert {type(status) for status in last} == {Status}
        assert last[Status.CLOSED] == sum(family.status is Status.CLOSED for family in system.agents_by_type[Family])
        assert {record[2] for record in system.datacollector._agenttype_records[6][SocialWorker]} <= set(Holder)


class TestShowing:
    def test_a_system(self) -> None:
        system = CareSystem(replace(load_scenario(BASE), name="<b>x</b>"), seed=7, **SMALL)
        system.step()
        assert "seed 7, month 1 of 6" in repr(system)
        assert "&lt;b&gt;x" in system._repr_html_() and "<b>x" not in system._repr_html_()

    def test_an_agent(self) -> None:
        family = next(iter(CareSystem(BASE, seed=1, **SMALL).agents_by_type[Family]))
        assert repr(family) == f"Family({family.index}, status={family.status.name}, stream={family.stream.name})"

    def test_a_scenario(self) -> None:
        scenario = load_scenario(BASE).with_values(trust_gain=0.25, months=7)
        assert "trust_gain=0.25" in repr(scenario) and "7 after" in repr(scenario)
        assert "trust_gain=0.25" in scenario._repr_html_()

    def test_results(self) -> None:
        result = simulate(load_scenario(BASE).with_values(**SMALL))
        assert f"monthly {4 * len(monthly.COLUMNS):,}" in repr(result) and "events" in repr(result)
        assert "<summary>outcomes" in result._repr_html_() and len(result._repr_html_()) < 50_000


@pytest.mark.skipif(importlib.util.find_spec("solara") is None, reason="solara is not installed")
class TestPages:
    """Mesa's page takes the model, steps it, and makes it anew with other values."""

    def test_the_whole_page_is_made(self) -> None:
        import solara
        from mesa.visualization import SolaraViz

        _, rendered = solara.render(SolaraViz(CareSystem(BASE, seed=1, **SMALL)), handle_error=False)
        rendered.close()
