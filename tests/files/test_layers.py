"""Layers, origins, overrides, and what a scenario hands to the model."""

from __future__ import annotations

import pickle
from itertools import pairwise
from math import floor, inf, nextafter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sos_sim.core.errors import ScenarioError
from sos_sim.core.luck import mix
from sos_sim.files.keys import keys_of
from sos_sim.files.programmes import ScheduledProgramme
from sos_sim.files.run_settings import RunSettings
from sos_sim.files.scenario import Scenario, load_scenario
from sos_sim.theory.parameters import Parameters, declared

PARENT = """name: parent
description: the parent
authority:
  children: 3000
theory:
  trust_gain: 0.1
  coercion: 0.3
programme:
  training: 1
run:
  months: 24
"""
CHILD = """name: child
extends: parent.yaml
theory:
  trust_gain: 0.2
run:
  seed: 7
"""
BOTH = """
programmes:
  - name: course
    end_month: 12
    training: 1
  - name: support
    start_month: 6
    coaching: 0.5
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.yaml"


def load(folder: Path, text: str, overrides: dict[str, Any] | None = None) -> Scenario:
    return load_scenario(write(folder, child=text, parent=PARENT), overrides)


def test_defaults_fill_what_a_file_leaves_out(tmp_path: Path) -> None:
    scenario = load(tmp_path, "name: x\n")
    assert scenario.run == RunSettings(warmup_months=120, months=60, replicates=10, draws=0, seed=1)
    assert scenario.programmes == () and scenario.description == ""
    assert scenario.values == {n: p.default for n, p in declared().items() if p.kind != "lever"}
    assert set(scenario.origins.values()) == {"default"}


def test_sections_merge_key_by_key_and_remember_their_file_and_line(tmp_path: Path) -> None:
    scenario = load(tmp_path, CHILD)
    parent, child = tmp_path / "parent.yaml", tmp_path / "child.yaml"
    assert (scenario.name, scenario.description) == ("child", "")
    assert [scenario.values[name] for name in ("children", "trust_gain", "coercion")] == [3000, 0.2, 0.3]
    assert scenario.run == RunSettings(120, 24, 10, 0, 7)
    assert scenario.origins["authority.children"] == f"{parent}:4"
    assert scenario.origins["theory.trust_gain"] == f"{child}:4"
    assert scenario.origins["theory.coercion"] == f"{parent}:7"
    assert scenario.origins["run.seed"] == f"{child}:6"
    assert scenario.origins["theory.shame"] == scenario.origins["run.replicates"] == "default"
    assert scenario.origins["programmes.programme.training"] == f"{parent}:9"


@pytest.mark.parametrize(
    ("text", "names"), [("", ["programme"]), (BOTH, ["course", "support"]), ("programmes: []\n", [])]
)
def test_a_childs_programmes_replace_its_parents(tmp_path: Path, text: str, names: list[str]) -> None:
    scenario = load(tmp_path, CHILD + text)
    assert [plan.name for plan in scenario.programmes] == names
    assert {path.split(".")[1] for path in scenario.origins if path.startswith("programmes.")} == set(names)


def test_problems_name_the_layer_they_are_in(tmp_path: Path) -> None:
    file = write(tmp_path, child=CHILD, parent=PARENT.replace("0.3", "3"))
    with pytest.raises(ScenarioError) as refused:
        load_scenario(file)
    assert str(refused.value).startswith(f"{tmp_path / 'parent.yaml'}, line 7: theory.coercion is 3")


def test_a_mistake_in_a_parent_is_refused_even_where_the_child_replaces_it(tmp_path: Path) -> None:
    file = write(tmp_path, child=CHILD, parent=PARENT.replace("0.1", "9"))
    with pytest.raises(ScenarioError, match=r"parent\.yaml, line 6"):
        load_scenario(file)


@pytest.mark.parametrize("chain", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
def test_circles_are_refused(tmp_path: Path, chain: list[str]) -> None:
    for name, parent in pairwise(chain):
        write(tmp_path, **{name: f"name: {name}\nextends: ./{parent}.yaml\n"})
    with pytest.raises(ScenarioError) as refused:
        load_scenario(tmp_path / "a.yaml")
    assert " → ".join(f"{name}.yaml" for name in chain) in str(refused.value)
    assert refused.value.file == tmp_path / f"{chain[-2]}.yaml"
    assert refused.value.line == 2


def test_extends_is_relative_to_the_file_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    write(tmp_path, parent=PARENT)
    file = write(tmp_path / "below", child=CHILD.replace("parent.yaml", "../parent.yaml"))
    assert load_scenario(str(file)).values["children"] == 3000


def test_overrides_are_laid_over_all_files(tmp_path: Path) -> None:
    overrides = {"authority.children": 5000, "structure.role_lock": "off", "run.months": 12, "programme.training": 0.5}
    scenario = load(tmp_path, CHILD, overrides)
    assert (scenario.values["children"], scenario.values["role_lock"], scenario.run.months) == (5000, "off", 12)
    assert scenario.programmes == (ScheduledProgramme("programme", 0, None, {"training": 0.5}),)
    paths = ("authority.children", "structure.role_lock", "run.months", "programmes.programme.training")
    assert {scenario.origins[path] for path in paths} == {"override"}


def test_a_lever_is_overridden_where_it_is_set_and_else_everywhere(tmp_path: Path) -> None:
    where_set = load(tmp_path, CHILD + BOTH, {"programme.training": 0.5})
    assert [dict(plan.levers) for plan in where_set.programmes] == [{"training": 0.5}, {"coaching": 0.5}]
    everywhere = load(tmp_path, CHILD + BOTH, {"programme.start_month": 3})
    assert [plan.start_month for plan in everywhere.programmes] == [3, 3]
    with pytest.raises(ScenarioError, match=r"override: programmes 'course' \(override\) and 'support' both set super"):
        load(tmp_path, CHILD + BOTH, {"programme.supervision": 1})


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"children": 5000}, "Did you mean 'authority.children'"),
        ({"authorty.children": 5000}, "Did you mean 'authority.children'"),
        ({"authority.childern": 5000}, "Did you mean 'children'"),
        ({"theory.children": 5000}, "belongs under 'authority'"),
        ({"theory.trust_gain": 9}, "theory.trust_gain is 9, but must be a number from 0.04 to 0.3"),
        ({"theory.trust_gain": float("nan")}, "is nan"),
        ({"programme.trainning": 1}, "Did you mean 'training'"),
        ({"programme.training": 2}, "from 0 to 1"),
        ({"programmes.training": 1}, "Did you mean 'programme.training'"),
        ({"name": "y"}, "not section.key"),
        ({"run": 5}, "unknown key ''"),
        ({"run.months": 0}, "run.months is 0"),
    ],
)
def test_overrides_are_checked_like_files(tmp_path: Path, overrides: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load(tmp_path, CHILD, overrides)
    assert str(refused.value).startswith("override: ")
    assert said in str(refused.value)


def test_programmes_that_are_not_there_cannot_be_overridden(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"programme\.training changes the scenario's programmes, but it has none"):
        load(tmp_path, "name: x\n", {"programme.training": 1})


def test_with_values_changes_and_checks_by_name(tmp_path: Path) -> None:
    scenario = load(tmp_path, CHILD)
    other = scenario.with_values(trust_gain=np.float64(0.25), training=0.4, seed=np.int64(9))
    assert (other.values["trust_gain"], other.programmes[0].levers, other.run.seed) == (0.25, {"training": 0.4}, 9)
    assert type(other.values["trust_gain"]) is float and type(other.run.seed) is int
    assert (scenario.values["trust_gain"], scenario.programmes[0].levers["training"], scenario.run.seed) == (0.2, 1, 7)
    assert other.with_values(trust_gain=0.2, training=1, seed=7).resolved() == scenario.resolved()
    assert scenario.with_values() == scenario


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"trust_gian": 1}, "'trust_gain'"),
        ({"trust_gain": 1}, "0.04"),
        ({"name": 1}, "no parameter is called 'name'"),
        ({"kin_share": 0.9}, "at most 1"),
    ],
)
def test_with_values_refuses_what_a_file_could_not_say(tmp_path: Path, values: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load(tmp_path, CHILD).with_values(**values)


def test_resolved_holds_what_determines_results_and_nothing_else(tmp_path: Path) -> None:
    scenario = load(tmp_path, CHILD)
    resolved = scenario.resolved()
    assert list(resolved) == ["authority", "theory", "structure", "programmes", "run"]
    assert resolved["authority"]["children"] == 3000 and resolved["structure"]["role_lock"] == "on"
    assert resolved["programmes"] == [{"start_month": 0, "end_month": None, "levers": {"training": 1.0}}]
    assert resolved["run"] == {"warmup_months": 120, "months": 24, "replicates": 10, "draws": 0, "seed": 7}
    same = load(tmp_path, CHILD.replace("name: child", "name: other\ndescription: words").replace("0.2", "0.20"))
    assert same.resolved() == resolved and same.origins != scenario.origins


def test_one_value_has_one_form(tmp_path: Path) -> None:
    written = [load(tmp_path, f"name: x\ntheory:\n  act_willingness: {text}\n") for text in ("1", "1.0", "1e0")]
    assert {repr(scenario.values["act_willingness"]) for scenario in written} == {"1.0"}
    assert str(load(tmp_path, "name: x\ntheory:\n  mobilise: -0.0\n").values["mobilise"]) == "0.0"


def test_a_scenario_can_be_sent_to_another_process(tmp_path: Path) -> None:
    scenario = load(tmp_path, CHILD)
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_setting_shifts_programmes_by_the_warm_up(tmp_path: Path) -> None:
    small = {"authority.children": 2000, "run.warmup_months": 6, "run.months": 18}
    scenario = load(tmp_path, CHILD + BOTH, small)
    setting = scenario.setting(2)
    assert setting.months == 24
    levers = setting.offers.levers
    assert np.array_equal(levers["training"].T, [[0.0] * 6 + [1.0] * 12 + [0.0] * 6, [0.0] * 24])
    assert np.array_equal(levers["coaching"].T, [[0.0] * 24, [0.0] * 12 + [0.5] * 12])
    past = scenario.past_setting(2)
    assert not past.offers.levers["training"].any() and not past.offers.levers["coaching"].any()
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(setting.initial, past.initial, strict=True))
    assert isinstance(scenario.parameters(), Parameters) and scenario.parameters().authority.children == 2000


def test_replicates_have_their_own_seed_within_a_signed_word(tmp_path: Path) -> None:
    scenario = load(tmp_path, CHILD)
    assert scenario.seed(3) == mix(7, 3) >> 1
    seeds = {load(tmp_path, CHILD, {"run.seed": s}).seed(r) for s in (0, 1, 2**63 - 1) for r in range(4)}
    assert len(seeds) == 12 and all(0 <= seed < 2**63 for seed in seeds)


CHECKED = [(section, key) for section in ("authority", "theory", "structure", "run") for key in keys_of(section)]


@given(data=st.data())
def test_any_value_in_range_comes_back_equal_and_any_other_is_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    section, key = data.draw(st.sampled_from(CHECKED))
    declaration = keys_of(section)[key]
    file = tmp_path_factory.mktemp("one") / "one.yaml"
    if declaration.choices:
        inside: Any = data.draw(st.sampled_from(declaration.choices))
        outside: Any = data.draw(st.text("abc", min_size=1).filter(lambda text: text not in declaration.choices))
    else:
        low, high = declaration.low, declaration.high
        inside = data.draw(st.integers(int(low), int(high)) if declaration.whole else st.floats(low, high))
        below = st.integers(max_value=floor(low) - 1) | st.floats(max_value=nextafter(low, -inf))
        above = st.integers(min_value=floor(high) + 1) | st.floats(min_value=nextafter(high, inf))
        outside = data.draw(below | above | st.just(float("nan")))
    others = "theory:\n  professional_share: 0.0\n" if key == "kin_share" else ""
    others = "theory:\n  kin_share: 0.1\n" if key == "professional_share" else others
    layered = others if others and section == "theory" else f"{section}:\n"
    file.write_text(f"name: x\n{layered}  {key}: {as_yaml(inside)}\n", encoding="utf-8")
    scenario = load_scenario(file)
    assert (getattr(scenario.run, key) if section == "run" else scenario.values[key]) == inside
    file.write_text(f"name: x\n{section}:\n  {key}: {as_yaml(outside)}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(file)
    assert refused.value.line == 3 and declaration.allowed() in str(refused.value)


def as_yaml(value: Any) -> str:
    special = {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}
    return special.get(str(value), str(value))
