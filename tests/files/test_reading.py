"""YAML with line numbers, and the text of command-line assignments."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.files.scenario import load_scenario, parse_assignment
from sos_sim.files.yaml_lines import read_yaml


def write(folder: Path, text: str) -> Path:
    file = folder / "case.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_key_and_value_knows_its_line(tmp_path: Path) -> None:
    root = read_yaml(write(tmp_path, "# first\nname: x\nrun:\n  months: 5\n\n  seed:\nlist:\n  - a\n  - b\n"))
    assert root.value["name"].line == 2
    assert (root.value["run"].value["months"].value, root.value["run"].value["months"].line) == (5, 4)
    assert (root.value["run"].value["seed"].value, root.value["run"].value["seed"].line) == (None, 6)
    assert [item.line for item in root.value["list"].value] == [8, 9]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name: x\nrun:\n  months: 5\n  months: 6\n", 4, "'months' is given twice, on lines 3 and 4"),
        ("name: x\nname: y\n", 2, "'name' is given twice, on lines 1 and 2"),
        ("name: x\nrun:\n\tmonths: 5\n", 3, "not valid YAML"),
        ("name: x\nrun: [1,\n", 3, "not valid YAML"),
        ("name: x\n---\nname: y\n", 2, "another document"),
        ("name: &n x\ndescription: *n\n", 2, "aliases"),
        ("name: x\nrun: &r\n  months: *r\n", 3, "aliases"),
        ("name: x\ndescription: *n\n", 2, "undefined alias"),
        ("name: x\n? [a, b]\n: 1\n", 2, "a key must be a single word"),
        ("name: x\nrun:\n  seed: !!int abc\n", 3, "'abc' cannot be read"),
        ("name: x\nrun:\n  seed: !secret 3\n", 3, "!secret"),
    ],
)
def test_broken_yaml_is_refused_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ScenarioError) as refused:
        load_scenario(file)
    assert refused.value.line == line
    assert str(file) in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"), [("", "empty"), ("# only a comment\n", "empty"), ("a: \x01\n", "not valid YAML")]
)
def test_files_without_a_usable_document_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load_scenario(write(tmp_path, text))


def test_deep_nesting_is_refused_without_a_crash(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="nested too deeply"):
        load_scenario(write(tmp_path, "name: " + "[" * 2000))


def test_files_that_are_not_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(b"name: \xff\xfe\x00")
    with pytest.raises(ScenarioError, match="UTF-8"):
        load_scenario(file)


def test_a_byte_order_mark_is_not_part_of_the_first_key(tmp_path: Path) -> None:
    assert list(read_yaml(write(tmp_path, "\ufeffname: x\n")).value) == ["name"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="a folder"):
        load_scenario(tmp_path)


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n"])
def test_a_file_that_is_not_a_mapping_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError, match="a mapping of keys"):
        load_scenario(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("theory.trust_gain=0.2", ("theory.trust_gain", 0.2)),
        ("run.seed=7", ("run.seed", 7)),
        ("structure.role_lock=off", ("structure.role_lock", "off")),
        (" run.seed = 7 ", ("run.seed", 7)),
        ("structure.role_lock='a=b'", ("structure.role_lock", "a=b")),
        ("run.seed=true", ("run.seed", True)),
    ],
)
def test_assignments_are_typed_as_in_a_file(text: str, expected: tuple[str, object]) -> None:
    found = parse_assignment(text)
    assert found == expected
    assert type(found[1]) is type(expected[1])


@pytest.mark.parametrize(
    "text", ["run.seed", "run.seed=", "=5", "run.seed=[1, 2]", "run.seed=[1", "run.seed={a: 1}", ""]
)
def test_assignments_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        parse_assignment(text)
    assert "theory.trust_gain=0.2" in str(refused.value)
