"""Every refusal names the file, the line, the value and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.files.checks import SHARES_OF_ONE_WHOLE
from sos_sim.files.scenario import load_scenario
from sos_sim.theory.parameters import declared


def refuse(folder: Path, text: str, overrides: dict[str, Any] | None = None) -> ScenarioError:
    file = folder / "case.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(file, overrides)
    return refused.value


VALUES = [
    ("authority:\n  children: 499\n", "authority.children is 499", "a whole number from 500 to 400000 (children)"),
    ("authority:\n  children: 400001\n", "400001", "from 500 to 400000"),
    ("authority:\n  children: 5000.0\n", "5000.0", "a whole number"),
    ("authority:\n  children: true\n", "is true", "a whole number"),
    ("authority:\n  children:\n", "is empty", "a whole number"),
    ("authority:\n  children: [1]\n", "is a list", "a whole number"),
    ("authority:\n  children: {a: 1}\n", "is a mapping", "a whole number"),
    ("authority:\n  children: 2024-01-01\n", "2024-01-01", "a whole number"),
    ("theory:\n  trust_gain: 0.5\n", "theory.trust_gain is 0.5", "a number from 0.04 to 0.3 (per visit)"),
    ("theory:\n  trust_gain: .nan\n", "is nan", "a number from 0.04 to 0.3"),
    ("theory:\n  trust_gain: .inf\n", "is inf", "a number from 0.04 to 0.3"),
    ("theory:\n  trust_gain: -.inf\n", "is -inf", "a number from 0.04 to 0.3"),
    ("theory:\n  trust_gain: false\n", "is false", "a number from 0.04 to 0.3"),
    ("theory:\n  trust_gain: fast\n", "the text 'fast'", "a number from 0.04 to 0.3"),
    ("structure:\n  role_lock: true\n", "structure.role_lock is true", "one of off, on"),
    ("structure:\n  role_lock: 1\n", "is 1", "one of off, on"),
    ("structure:\n  skill_response: treshold\n", "the text 'treshold'", "Did you mean 'threshold'?"),
    ("run:\n  warmup_months: 0\n", "run.warmup_months is 0", "a whole number from 1 to"),
    ("run:\n  months: 0\n", "run.months is 0", "a whole number from 1 to"),
    ("run:\n  months: 2000000\n", "run.months is 2000000", "a whole number from 1 to"),
    ("run:\n  replicates: 0\n", "run.replicates is 0", "a whole number from 1 to"),
    ("run:\n  seed: -1\n", "run.seed is -1", "from 0 to 9223372036854775807"),
    ("run:\n  seed: 9223372036854775808\n", "9223372036854775808", "from 0 to 9223372036854775807"),
    ("run:\n  seed: 1.5\n", "run.seed is 1.5", "a whole number"),
    ("programme:\n  training: 1.01\n", "programme.training is 1.01", "a number from 0 to 1 (0-1)"),
    ("run:\n  seed: true\n", "run.seed is true", "a whole number from 0 to"),
    ("programme:\n  training: true\n", "programme.training is true", "a number from 0 to 1"),
    ("programme:\n  start_month: -1\n", "programme.start_month is -1", "a whole number from 0 to"),
    ("programme:\n  end_month: 2.5\n", "programme.end_month is 2.5", "a whole number from 1 to"),
]


@pytest.mark.parametrize(("text", "value", "allowed"), VALUES)
def test_values_that_are_not_allowed(tmp_path: Path, text: str, value: str, allowed: str) -> None:
    error = refuse(tmp_path, "name: x\n" + text)
    assert str(error).startswith(f"{tmp_path / 'case.yaml'}, line 3: ")
    assert value in str(error)
    assert allowed in str(error)
    assert error.line == 3


KEYS = [
    ("thoery: {}\n", 2, "unknown key 'thoery' at the top of a scenario. Did you mean 'theory'"),
    ("xyzzy: 1\n", 2, "unknown key 'xyzzy'"),
    ("children: 5000\n", 2, "'children' is not allowed at the top of a scenario: it belongs under 'authority'."),
    ("theory:\n  trust_gian: 0.1\n", 3, "unknown key 'trust_gian' in 'theory'. Did you mean 'trust_gain'"),
    ("authority:\n  childern: 1\n", 3, "Did you mean 'children'"),
    ("theory:\n  children: 5000\n", 3, "'children' is not allowed in 'theory': it belongs under 'authority'."),
    ("authority:\n  trust_gain: 0.1\n", 3, "it belongs under 'theory'"),
    ("theory:\n  role_lock: off\n", 3, "it belongs under 'structure'"),
    ("theory:\n  training: 1\n", 3, "it belongs under 'programme'"),
    ("run:\n  start_month: 3\n", 3, "it belongs under 'programme'"),
    ("programme:\n  months: 3\n", 3, "it belongs under 'run'"),
    ("run:\n  description: x\n", 3, "it belongs at the top of the file"),
    ("run:\n  name: x\n", 3, "it belongs at the top of the file"),
    ("programme:\n  trainning: 1\n", 3, "Did you mean 'training'"),
    ("programme:\n  nam: x\n", 3, "Did you mean 'name'"),
    ("run:\n  months_: 3\n", 3, "Did you mean 'months'"),
    ("run:\n  trust_gian: 3\n", 3, "Did you mean 'trust_gain'"),
    ("run:\n  <<: 3\n", 3, "unknown key '<<'"),
    ("5: 3\n", 2, "unknown key '5'"),
]


@pytest.mark.parametrize(("text", "line", "said"), KEYS)
def test_unknown_and_misplaced_keys(tmp_path: Path, text: str, line: int, said: str) -> None:
    error = refuse(tmp_path, "name: x\n" + text)
    assert str(error).startswith(f"{tmp_path / 'case.yaml'}, line {line}: ")
    assert said in str(error)


SHAPES = [
    ("authority: 5\n", 2, "authority is 5, but must be a mapping"),
    ("theory:\n", 2, "theory is empty, but must be a mapping"),
    ("run: [1]\n", 2, "run is a list, but must be a mapping"),
    ("programme: []\n", 2, "programme is a list, but must be a mapping"),
    ("programmes: {}\n", 2, "programmes is a mapping, but must be a list"),
    ("programmes:\n  - name: a\n  - 3\n", 4, "programme is 3, but must be a mapping"),
    ("programmes:\n  - training: 1\n", 3, "needs a name"),
    ("programmes:\n  - name: 3\n", 3, "not 3"),
    ("programme:\n  name: ''\n", 3, "needs a name"),
    ("programmes:\n  - name: a\n  - name: a\n", 4, "two programmes are called 'a'"),
    ("programme:\n  training: 1\nprogrammes: []\n", 4, "not both"),
    ("description: 3\n", 2, "description is 3, but must be text"),
    ("description:\n", 2, "description is empty"),
    ("extends: 3\n", 2, "extends is 3, but must be the relative path"),
]


@pytest.mark.parametrize(("text", "line", "said"), SHAPES)
def test_sections_of_the_wrong_shape(tmp_path: Path, text: str, line: int, said: str) -> None:
    error = refuse(tmp_path, "name: x\n" + text)
    assert str(error).startswith(f"{tmp_path / 'case.yaml'}, line {line}: ")
    assert said in str(error)


@pytest.mark.parametrize("text", ["name: 3\n", "name: ''\n", "name:\n", "name: |\n  a\n  b\n"])
def test_a_name_is_one_line_of_text(tmp_path: Path, text: str) -> None:
    error = refuse(tmp_path, text)
    assert error.line == 1
    assert "name is" in str(error) and "one line of text" in str(error)


def test_a_scenario_needs_a_name(tmp_path: Path) -> None:
    assert "has no name" in str(refuse(tmp_path, "run:\n  months: 3\n"))


CONTRADICTIONS = [
    ("theory:\n  kin_share: 0.8\n  professional_share: 0.3\n", 4, ["0.8", "0.3", "1.1", "at most 1"]),
    ("theory:\n  kin_share: 0.85\n", 3, ["kin_share 0.85", "professional_share 0.2 (default)", "1.05"]),
    ("programme:\n  start_month: 60\n", 3, ["starts in month 60", "60 months (default)", "from 0 to 59"]),
    ("programme:\n  start_month: 5\n  end_month: 5\n", 4, ["ends in month 5", "after its start_month 5"]),
    (
        "programmes:\n  - name: a\n    training: 1\n    end_month: 10\n"
        "  - name: b\n    start_month: 9\n    training: 0.5\n",
        8,
        ["'a'", "'b'", "case.yaml:4)", "training in months 9 to 9"],
    ),
    (
        "programmes:\n  - name: a\n    coaching: 1\n  - name: b\n    coaching: 1\n",
        6,
        ["'a'", "'b'", "coaching in months 0 to 59"],
    ),
]


@pytest.mark.parametrize(("text", "line", "said"), CONTRADICTIONS)
def test_contradictions(tmp_path: Path, text: str, line: int, said: list[str]) -> None:
    error = refuse(tmp_path, "name: x\n" + text)
    assert str(error).startswith(f"{tmp_path / 'case.yaml'}, line {line}: ")
    assert [part for part in said if part not in str(error)] == []


ALLOWED = [
    "programmes:\n  - name: a\n    training: 1\n    end_month: 9\n  - name: b\n    start_month: 9\n    training: 0.5\n",
    "programmes:\n  - name: a\n    training: 1\n  - name: b\n    coaching: 1\n",
    "programme:\n  start_month: 59\n  training: 1\n",
    "programme:\n  end_month: 100\n  training: 1\n",
    "theory:\n  training_ceiling: 0.7\n  depth_ceiling: 0.3\n",
    "theory:\n  kin_share: 0.8\n  professional_share: 0.2\n",
    "programmes: []\n",
    "run:\n  seed: 9223372036854775807\n",
]


@pytest.mark.parametrize("text", ALLOWED)
def test_what_only_looks_contradictory_is_allowed(tmp_path: Path, text: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("name: x\n" + text, encoding="utf-8")
    assert load_scenario(file).name == "x"


def test_all_problems_of_a_file_are_reported_together(tmp_path: Path) -> None:
    error = refuse(tmp_path, "name: x\nauthority:\n  childern: 5\nrun:\n  months: 0\n", {"run.sede": 3})
    paragraphs = str(error).splitlines()
    assert len(paragraphs) == 3
    assert ", line 3: " in paragraphs[0] and ", line 5: " in paragraphs[1]
    assert paragraphs[2].startswith("override: ") and "'seed'" in paragraphs[2]
    assert error.line == 3


def test_missing_files_are_refused_with_similar_names(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"bsae\.yaml: there is no such file\. Did you mean 'base\.yaml'\?"):
        load_scenario(tmp_path / "bsae.yaml")
    error = refuse(tmp_path, "name: x\nextends: bsae.yaml\n")
    assert error.line == 2
    assert "extends 'bsae.yaml'" in str(error) and "'base.yaml'" in str(error)


def test_every_other_pair_of_shares_stays_within_one_by_its_ranges() -> None:
    assert ("theory.kin_share", "theory.professional_share") in SHARES_OF_ONE_WHOLE
    assert declared()["unborn_share"].high + declared()["infant_share"].high <= 1.0


def test_an_infinite_whole_number_is_refused(tmp_path: Path) -> None:
    assert "from 500 to 400000" in str(refuse(tmp_path, "name: x\n", {"authority.children": 10**400}))
    assert "from 0.04 to 0.3" in str(refuse(tmp_path, "name: x\n", {"theory.trust_gain": 10**400}))
