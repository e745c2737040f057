"""Whatever a file holds, the answer is success or one refusal: exit status 2, no traceback, nothing written.

``corpus/`` holds one small file for each fault; what cannot be stored as a file is made here. The first word of
a file's name says which command reads it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from sos_sim.calibration.file import load_calibration
from sos_sim.cli import app
from sos_sim.cli.kinds import kind_of
from sos_sim.core.errors import ScenarioError
from sos_sim.files.scenario import load_scenario
from sos_sim.files.yaml_lines import MOST_BYTES
from sos_sim.sensitivity.sweep import load_sweep
from sos_sim.synthesis.file import load_synthesis
from sos_sim.trials.file import read_trial
from support.calibrations import STUDY
from support.small_studies import write_files

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.yaml"))
VERBS = {"scenario": "run", "sweep": "sweep", "trial": "trial", "calibration": "calibrate", "synthesis": "evidence"}


def kind_in_name(file: Path) -> str:
    return file.stem.partition("_")[0]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two scenarios that can be used, made the current one."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*arguments: str) -> Result:
    """The answer of a command that must refuse what it is given, in a paragraph or several and without a trace."""
    before = sorted(str(path) for path in Path.cwd().rglob("*"))
    answer = CliRunner().invoke(app, list(arguments))
    assert answer.exit_code == 2, (answer.exit_code, answer.output, answer.exception)
    assert answer.stderr.startswith("sos-sim: ") and answer.stdout == ""
    assert "Traceback" not in answer.stderr and len(answer.stderr) < 4000
    assert sorted(str(path) for path in Path.cwd().rglob("*")) == before
    return answer


@pytest.mark.parametrize("file", [f for f in CORPUS if kind_in_name(f) in VERBS], ids=lambda file: file.stem)
def test_a_fault_is_refused_by_check_and_by_the_command_that_reads_it(here: Path, file: Path) -> None:
    shutil.copy(file, here / file.name)
    for verb in ("check", VERBS[kind_in_name(file)]):
        assert file.name in refused(verb, file.name).stderr


@pytest.mark.parametrize("file", [f for f in CORPUS if kind_in_name(f) == "figures"], ids=lambda file: file.stem)
def test_a_fault_in_a_file_of_targets_is_refused(here: Path, file: Path) -> None:
    shutil.copy(file, here / "figures.yaml")
    (here / "toy.yaml").write_text("name: toy\n", encoding="utf-8")
    (here / "study.yaml").write_text(STUDY, encoding="utf-8")
    for verb in ("check", "calibrate"):
        assert "figures.yaml" in refused(verb, "study.yaml").stderr


@pytest.mark.parametrize("file", [f for f in CORPUS if kind_in_name(f) == "allowed"], ids=lambda file: file.stem)
def test_what_only_looks_like_a_fault_is_taken(file: Path) -> None:
    answer = CliRunner().invoke(app, ["check", str(file)])
    assert answer.exit_code == 0, answer.output
    assert load_scenario(file).run.seed in (1, 10)


def test_every_file_of_the_corpus_is_tried() -> None:
    assert {kind_in_name(file) for file in CORPUS} == {*VERBS, "figures", "allowed"}


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def dangling_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def large(path: Path) -> None:
    path.write_text("name: any\n" + "# words\n" * (MOST_BYTES // 8), encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="pipes, devices and links are made otherwise on Windows")
@pytest.mark.parametrize("make", [folder, pipe, device, link_to_itself, dangling_link, large])
@pytest.mark.parametrize("verb", ["check", *VERBS.values()])
def test_what_is_no_file_to_read_is_refused(here: Path, make: Callable[[Path], None], verb: str) -> None:
    make(here / "case.yaml")
    assert "case.yaml" in refused(verb, "case.yaml").stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes, devices and links are made otherwise on Windows")
@pytest.mark.parametrize("make", [folder, pipe, device, link_to_itself, dangling_link, large])
def test_what_extends_no_file_to_read_is_refused_at_its_line(here: Path, make: Callable[[Path], None]) -> None:
    make(here / "parent.yaml")
    (here / "case.yaml").write_text("name: any\nextends: parent.yaml\n", encoding="utf-8")
    assert "case.yaml, line 2: extends 'parent.yaml', but" in refused("check", "case.yaml").stderr


@pytest.mark.parametrize("path", ["a" * 5000, "a/" * 2500, "usual.yaml/x", ""])
@pytest.mark.parametrize("verb", ["check", *VERBS.values()])
def test_a_path_that_cannot_be_is_refused(here: Path, path: str, verb: str) -> None:
    refused(verb, path)


@pytest.mark.parametrize("text", ['!!int ""', "!!bool maybe", "%YAML 1.1", "*a", "1e99999", "9" * 5000, '"\\0"'])
def test_a_value_on_the_command_line_is_refused_like_one_in_a_file(here: Path, text: str) -> None:
    refused("check", "usual.yaml", "--set", f"run.months={text}")


ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "experiments").glob("*.yaml")])
READERS: dict[str, Callable[[Path], object]] = {
    "scenario": load_scenario,
    "sweep": load_sweep,
    "trial": read_trial,
    "calibration": load_calibration,
    "synthesis": load_synthesis,
}
NASTY = (
    "",
    "~",
    ".nan",
    "-.inf",
    "true",
    "[]",
    "{}",
    "[[1]]",
    "{a: b}",
    '"\\0"',
    "!!int x",
    "*a",
    "9" * 999,
    "-1",
    "'5'",
)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Path, str]:
    """A shipped file in which a line is lost, doubled, moved, or given another value."""
    file = draw(st.sampled_from(SHIPPED))
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        key, colon, _ = line.partition(": ")
        changes = [[], [line, line], [line[1:]], [f" {line}"], [line + draw(st.characters())]]
        changes += [[f"{key}{colon}{draw(st.sampled_from(NASTY))}"], [draw(st.text(max_size=20))]]
        lines[place : place + 1] = draw(st.sampled_from(changes))
        if not lines:
            break
    return file, "\n".join(lines)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(case=mutated())
def test_a_shipped_file_with_mistakes_is_read_or_refused(
    case: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file, text = case
    top = tmp_path_factory.getbasetemp() / "mutated"
    if not top.exists():
        shutil.copytree(ROOT / "scenarios", top / "scenarios")
        (top / "experiments").mkdir()
    place = top / file.parent.name / "case.yaml"
    place.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        READERS[kind_of(file)](place)
    except ScenarioError as problem:
        assert "case.yaml" in str(problem)
