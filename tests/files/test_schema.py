"""The schema of scenarios, and every scenario that is shipped."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sos_sim.core.luck import mix
from sos_sim.core.provenance import CAVEAT
from sos_sim.files.keys import SECTIONS, homes, keys_of
from sos_sim.files.programmes import MORE_KEYS
from sos_sim.files.scenario import load_scenario
from sos_sim.files.schema import scenario_schema
from sos_sim.model.compiled import CompiledRun
from sos_sim.theory.parameters import THEORY_NULL, declared, strengths

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
SUPPORTED = load_scenario(SCENARIOS / "sos_supported.yaml")
CLAIMS = ("reduces", "reduced", "improves", "prevents", "works", "effective", "leads to", "lowers", "safer", "proven")


def test_the_schema_is_json_and_names_every_declared_key() -> None:
    schema = json.loads(json.dumps(scenario_schema()))
    for section in (*SECTIONS, "programme"):
        properties = dict(schema["properties"][section]["properties"])
        for key in ("name", *MORE_KEYS) if section == "programme" else ("start",):
            properties.pop(key, None)
        assert set(properties) == set(keys_of(section))
        assert schema["properties"][section]["additionalProperties"] is False
    for name, parameter in declared().items():
        found = schema["properties"][parameter.section]["properties"][name]
        assert found["default"] == parameter.default and parameter.unit in found["description"]
        if parameter.choices:
            assert found["enum"] == list(parameter.choices)
        else:
            assert (found["minimum"], found["maximum"]) == (parameter.low, parameter.high)


def test_no_key_has_two_homes() -> None:
    keys = [key for section in (*SECTIONS, "programme") for key in keys_of(section)]
    assert len(keys) == len(set(keys))
    assert all(homes()[key] for key in keys)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_scenario_loads_and_claims_nothing(file: Path) -> None:
    scenario = load_scenario(file)
    words = scenario.description.lower().replace(",", " ").replace(".", " ")
    assert 100 < len(scenario.description) < 700
    assert [claim for claim in CLAIMS if f" {claim} " in f" {words} "] == []
    assert scenario.run == SUPPORTED.run and CAVEAT not in scenario.description


def test_shipped_names_are_distinct_and_every_scenario_rests_on_base() -> None:
    assert len({load_scenario(file).name for file in SHIPPED}) == len(SHIPPED) == 23
    for file in SHIPPED:
        scenario = load_scenario(file)
        assert scenario.origins["authority.children"] == f"{SCENARIOS / 'base.yaml'}:8"


@pytest.mark.parametrize("stem", ["high_turnover", "high_caseload", "risk_averse_culture", "isolated_families"])
def test_a_context_and_its_programme_arm_differ_in_the_programme_alone(stem: str) -> None:
    context, arm = load_scenario(SCENARIOS / f"{stem}.yaml"), load_scenario(SCENARIOS / f"sos_{stem}.yaml")
    assert arm.values == context.values and context.programmes == ()
    assert arm.programmes == SUPPORTED.programmes
    assert context.values != SUPPORTED.values


def test_the_null_scenario_switches_off_exactly_the_links_that_only_programmes_use() -> None:
    null = load_scenario(SCENARIOS / "sos_null.yaml")
    assert null.programmes == SUPPORTED.programmes
    assert {name for name, value in null.values.items() if value != SUPPORTED.values[name]} == {THEORY_NULL}
    acting, none = ({n: v for group in s.parameters() for n, v in group._asdict().items()} for s in (SUPPORTED, null))
    moved = {name for name, value in none.items() if value != acting[name]} - {THEORY_NULL}
    assert moved == {name for name in strengths(programme_only=True) if acting[name] != 0}
    assert all(none[name] == 0 for name in strengths(programme_only=True))


SMALL = {"authority.children": 2000, "run.warmup_months": 36, "run.months": 30}


def test_the_null_scenario_gives_the_lives_of_usual_practice() -> None:
    base, null = (load_scenario(SCENARIOS / f"{stem}.yaml", SMALL).setting(0) for stem in ("base", "sos_null"))
    lives = [CompiledRun(setting).advance(setting.months).events for setting in (base, null)]
    assert np.array_equal(lives[0], lives[1])


def test_with_equal_strengths_the_programme_of_the_null_scenario_changes_no_life() -> None:
    null = load_scenario(SCENARIOS / "sos_null.yaml", SMALL)
    lives = [CompiledRun(setting).advance(setting.months).events for setting in (null.setting(0), null.past_setting(0))]
    assert len(lives[0]) > 100
    assert np.array_equal(lives[0], lives[1])


def test_shipped_scenarios_share_the_seeds_of_their_replicates() -> None:
    assert {load_scenario(file).seed(5) for file in SHIPPED} == {mix(2025, 5) >> 1}
