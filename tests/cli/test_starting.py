"""Starting from nothing: a folder to work in, scenarios by name, the version."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import sos_sim
from sos_sim.cli import app
from sos_sim.cli.kinds import KINDS, Kind, kind_of, schema_of
from sos_sim.files.shipped import SHIPPED, find_file, shipped_folder
from sos_sim.runs import store

SMALL = ["--set", "authority.children=1500", "--set", "run.warmup_months=12", "--set", "run.months=12"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, made the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sos(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("name", ["work", "a/b/work", "."])
def test_a_new_folder_holds_what_comes_with_the_package(here: Path, name: str) -> None:
    answer = sos("new", name)
    assert answer.exit_code == 0, answer.output
    for folder in SHIPPED:
        sources = list(shipped_folder(folder).iterdir())
        assert sources
        assert all((here / name / folder / file.name).read_bytes() == file.read_bytes() for file in sources)
    assert sorted(item.name for item in (here / name).iterdir()) == sorted([*SHIPPED, "README.md"])


@pytest.mark.parametrize("held", ["a file", ".hidden"])
def test_a_folder_that_holds_anything_is_refused(here: Path, held: str) -> None:
    (here / "work").mkdir()
    (here / "work" / held).write_text("mine", encoding="utf-8")
    answer = sos("new", "work")
    assert answer.exit_code == 2
    assert "is not empty" in answer.output and held in answer.output
    assert [item.name for item in (here / "work").iterdir()] == [held]


def test_a_file_is_no_folder(here: Path) -> None:
    (here / "work").write_text("mine", encoding="utf-8")
    answer = sos("new", "work")
    assert answer.exit_code == 2 and "is a file" in answer.output
    assert (here / "work").read_text(encoding="utf-8") == "mine"


def test_interrupted_it_can_be_run_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store.keep_file

    def stops(path: Path, content: bytes) -> None:
        if path.name == "README.md":
            raise KeyboardInterrupt
        kept(path, content)

    monkeypatch.setattr(store, "keep_file", stops)
    assert sos("new", "work").exit_code == 130
    assert [item.name for item in (here / "work").iterdir()] == [".partial"]
    monkeypatch.setattr(store, "keep_file", kept)
    assert sos("new", "work").exit_code == 0
    assert not (here / "work" / ".partial").exists()


def test_commands_of_its_readme_find_their_files(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sos("new", "work").exit_code == 0
    monkeypatch.chdir(here / "work")
    text = Path("README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^sos-sim (\w+) ([a-z_ ]+)", text, re.MULTILINE)
    names = {name for _, named in commands for name in named.split()}
    assert {"base", "sos_supported", "morris_screening", "trial_authorities"} <= names
    assert all(
        find_file(name, "scenarios", "experiments").parent.name in ("scenarios", "experiments") for name in names
    )
    assert not any(find_file(name, "scenarios", "experiments").is_absolute() for name in names)
    scenario = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    Path("scenarios/my_authority.yaml").write_text(scenario[0], encoding="utf-8")
    checked = sos("check", "my_authority")
    assert checked.exit_code == 0, checked.output
    assert "A stretched authority" in checked.stdout


def test_a_scenario_runs_by_its_name_and_says_which_file_it_is(here: Path) -> None:
    answer = sos("run", "base", *SMALL, "--replicates", "1", "--engine", "mesa")
    assert answer.exit_code == 0, answer.output
    assert f"base is {shipped_folder('scenarios') / 'base.yaml'}" in answer.stderr
    assert len(list(here.glob("results/base-*/manifest.json"))) == 1


@pytest.mark.parametrize("command", ["run", "compare", "fit", "sweep", "trial", "calibrate", "evidence", "check"])
def test_a_name_that_means_nothing_is_refused(here: Path, command: str) -> None:
    answer = sos(command, "bsae")
    assert answer.exit_code == 2
    assert "there is no such file" in answer.output and "comes with sos_sim" in answer.output
    assert not any(here.iterdir())


@pytest.mark.parametrize("name", ["sos_sim:base", "sos_sim:bsae", "base.yaml"])
def test_files_extend_what_comes_with_the_package_only_when_they_say_so(here: Path, name: str) -> None:
    (here / "mine.yaml").write_text(f"name: Mine\nextends: {name}\n", encoding="utf-8")
    study = f"name: Few\nscenarios: [{name}, mine.yaml]\nvary: all strengths\noutputs: cla_start_rate\nmethod: pawn\n"
    (here / "study.yaml").write_text(study, encoding="utf-8")
    checked = sos("check", "mine.yaml")
    assert checked.exit_code == (0 if name == "sos_sim:base" else 2), checked.output
    hints = {
        "sos_sim:base": "can be run",
        "sos_sim:bsae": "Did you mean 'base'?",
        "base.yaml": "is written sos_sim:base.",
    }
    assert hints[name] in checked.output
    if name != "sos_sim:base":
        refused = sos("sweep", "study.yaml")
        assert refused.exit_code == 2 and "study.yaml, line 2" in refused.output and hints[name] in refused.output


def test_version() -> None:
    answer = sos("--version")
    assert answer.exit_code == 0 and answer.stdout == f"sos-sim {sos_sim.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_can_complete(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    answer = CliRunner().invoke(app, ["--show-completion", shell], prog_name="sos-sim")
    assert answer.exit_code == 0 and "_SOS_SIM_COMPLETE" in answer.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_up_to_date(kind: Kind) -> None:
    """``make pages`` writes it anew."""
    kept = json.loads((shipped_folder("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    assert kept == schema_of(kind)


@pytest.mark.parametrize(
    "file",
    [*shipped_folder("scenarios").iterdir(), *shipped_folder("experiments").iterdir()],
    ids=lambda file: file.name,
)
def test_the_first_line_of_each_file_names_its_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=../schemas/{kind_of(file)}.schema.json"
