"""`sos-sim schema`: every file that is shipped fits, and what the reader refuses an editor underlines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from sos_sim.cli import app
from sos_sim.cli.kinds import KINDS, MARKS, kind_of, schema_of
from sos_sim.files.yaml_lines import Entry, read_yaml

ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "experiments").glob("*.yaml")])
SCHEMAS = {kind: schema_of(kind) for kind in KINDS}
WHOLE: Mapping[str, dict[str, Any]] = {
    "scenario": {"name": "x", "theory": {"trust_gain": 0.1}, "programmes": [{"name": "p", "training": 1}]},
    "sweep": {"name": "x", "scenarios": "a.yaml", "vary": "all beliefs", "outputs": "cla_start_rate", "method": "pawn"},
    "trial": {"name": "x", "scenarios": ["a.yaml", "b.yaml"], "design": "parallel", "clusters": 8},
    "calibration": {"name": "x", "scenario": "a.yaml", "waves": [64, 64]},
    "synthesis": {"name": "x", "scenario": "a.yaml", "prior_draws": 8},
}


def plain(entry: Entry) -> Any:
    if isinstance(entry.value, dict):
        return {key: plain(item) for key, item in entry.value.items()}
    return [plain(item) for item in entry.value] if isinstance(entry.value, list) else entry.value


def problems(kind: str, content: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(SCHEMAS[kind])
    return [error.message for error in validator.iter_errors(content)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_prints_a_schema_that_is_one(kind: str) -> None:
    answer = CliRunner().invoke(app, ["schema", kind])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == SCHEMAS[kind]
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])


def test_a_kind_that_does_not_exist_is_refused() -> None:
    answer = CliRunner().invoke(app, ["schema", "tral"])
    assert answer.exit_code == 2
    assert "Did you mean 'trial'?" in answer.stderr


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_file_is_known_and_fits_the_schema_of_its_kind(file: Path) -> None:
    kind = kind_of(file)
    assert (kind == "scenario") == (file.parent.name == "scenarios")
    assert (kind == "trial") == file.stem.startswith("trial_")
    assert (kind == "calibration") == file.stem.startswith("calibrate_")
    assert (kind == "synthesis") == file.stem.startswith("evidence_")
    assert problems(kind, plain(read_yaml(file))) == []


def test_marks_are_keys_of_their_kind_alone() -> None:
    keys = {kind: set(schema["properties"]) for kind, schema in SCHEMAS.items()}
    for kind, marks in MARKS.items():
        assert {other for other in KINDS if marks & keys[other]} == {kind}
        assert marks <= keys[kind]


WRONG: list[tuple[str, dict[str, Any]]] = [
    *((kind, {"sizes": 3}) for kind in KINDS),
    *((kind, {"name": 3}) for kind in KINDS),
    *((kind, {"name": "x" * 121}) for kind in KINDS),
    *((kind, {"description": ["x"]}) for kind in KINDS),
    ("scenario", {"theory": {"trust_gain": True}}),
    ("scenario", {"theory": {"trust_gain": 9}}),
    ("scenario", {"theory": {"trust_gian": 0.1}}),
    ("scenario", {"theory": 3}),
    ("scenario", {"run": {"months": 0}}),
    ("scenario", {"run": {"months": "sixty"}}),
    ("scenario", {"structure": {"role_lock": "maybe"}}),
    ("scenario", {"programme": {"training": 1}}),  # beside programmes
    ("scenario", {"programmes": [{"training": 1}]}),
    ("scenario", {"programmes": {"name": "p"}}),
    ("scenario", {"targets": [{"id": "cpp_start_rate"}]}),
    ("scenario", {"targets": 3}),
    ("scenario", {"extends": 3}),
    ("synthesis", {"prior_draws": 7}),
    ("synthesis", {"replicates": 1}),
    ("synthesis", {"scenario": 3}),
    ("sweep", {"method": "moris"}),
    ("sweep", {"method": ["pawn", "pawn"]}),
    ("sweep", {"vary": "trust_gian"}),
    ("sweep", {"vary": [{"trust_gain": 3}]}),
    ("sweep", {"vary": []}),
    ("sweep", {"outputs": "cla_strt_rate"}),
    ("sweep", {"size": "many"}),
    ("sweep", {"size": 0}),
    ("sweep", {"second_order": 1}),
    ("sweep", {"success": "cin_start_rate below nan"}),
    ("sweep", {"emulator": "neural_network"}),
    ("sweep", {"failure": "ignore"}),
    ("sweep", {"model": "ishigami"}),  # beside scenarios
    ("sweep", {"groups": 3}),
    ("sweep", {"scenarios": ["a", "b", "c"]}),
    ("trial", {"scenarios": ["a.yaml"]}),
    ("trial", {"design": "paralel"}),
    ("trial", {"clusters": 3.5}),
    ("trial", {"clusters": []}),
    ("trial", {"loss": 2}),
    ("trial", {"trials": 40.5}),
    ("trial", {"outcomes": "cla_start_rate"}),
    ("trial", {"primary": ["plan_starts"]}),
    ("trial", {"analyses": "t_test"}),
    ("calibration", {"waves": [64]}),
    ("calibration", {"waves": [64, 3]}),
    ("calibration", {"waves": 64}),
    ("calibration", {"replicates": 1}),
    ("calibration", {"start": "middle"}),
    ("calibration", {"vary": ["turnovr"]}),
    ("calibration", {"validate": [{"id": "x"}]}),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_of_each_kind_fits(kind: str) -> None:
    assert problems(kind, WHOLE[kind]) == []
    for needed in SCHEMAS[kind]["required"]:
        assert problems(kind, {key: value for key, value in WHOLE[kind].items() if key != needed}) != []


@pytest.mark.parametrize(("kind", "change"), WRONG, ids=str)
def test_the_schema_refuses_and_so_does_the_reader(kind: str, change: dict[str, Any], tmp_path: Path) -> None:
    content = {**WHOLE[kind], **change}
    assert problems(kind, content) != []
    (tmp_path / "a.yaml").write_text("name: a\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("name: b\nprogramme: {training: 1}\n", encoding="utf-8")
    file = tmp_path / "case.yaml"
    file.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML
    verbs = {
        "scenario": "check",
        "sweep": "sweep",
        "trial": "trial",
        "calibration": "calibrate",
        "synthesis": "evidence",
    }
    verb = verbs[kind]
    answer = CliRunner().invoke(app, [verb, str(file)])
    assert answer.exit_code == 2, answer.output
    assert "case.yaml, line 1: " in answer.stderr
