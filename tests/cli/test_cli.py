"""The command line: what it prints, where it writes, and its exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import sos_sim
from sos_sim.cli import app
from sos_sim.core.errors import ModelError
from sos_sim.core.provenance import CAVEAT
from sos_sim.runs import runner
from sos_sim.theory.parameters import declared
from support.small_studies import write_files


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two scenario files, made the current one."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sos(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_run_shows_outcomes_and_says_where_they_are(here: Path) -> None:
    answer = sos("run", "usual.yaml", "--replicates", "2", "--out", "results/usual")
    assert answer.exit_code == 0, answer.output
    for expected in ("cla_start_rate", "per 10,000 a year", "year 1", "all years", " ± ", "results/usual"):
        assert expected in answer.stdout
    assert "harm_months_rate" not in answer.stdout
    assert json.loads((here / "results/usual/manifest.json").read_text())["rows"]["done"] == 2
    assert not (here / "results/usual/events.parquet").exists()


def test_compare_prints_the_caveat_under_the_effects(here: Path) -> None:
    answer = sos("compare", "usual.yaml", "offer.yaml", "--replicates", "2", "--out", "there", "--events")
    assert answer.exit_code == 0, answer.output
    assert one_line(CAVEAT) in one_line(answer.stdout)
    assert answer.stdout.index("cost_programme") < answer.stdout.index("What follows if")
    assert "95% interval" in answer.stdout and "of 2" in answer.stdout
    assert (here / "there/effects.parquet").exists() and (here / "there/events.parquet").exists()
    assert (here / "there/children.parquet").exists() and not (here / "there/warmup_events.parquet").exists()
    again = sos("compare", "usual.yaml", "offer.yaml", "--replicates", "1", "--out", "more", "--warmup-events")
    assert again.exit_code == 0 and (here / "more/warmup_events.parquet").exists(), again.output


def test_json_is_json_and_carries_the_caveat(here: Path) -> None:
    answer = sos("compare", "usual.yaml", "offer.yaml", "--replicates", "1", "--json")
    content = json.loads(answer.stdout)
    assert content["caveat"] == CAVEAT and re.fullmatch("results/usual_vs_offer-[0-9a-f]{8}", content["folder"])
    assert content["rows"] == {"asked": 2, "failed": 0}
    effect = next(row for row in content["effects"] if row["measure"] == "cost_programme")
    assert effect["low"] is None and effect["estimate"] > 0
    alone = json.loads(sos("run", "usual.yaml", "--replicates", "1", "--json").stdout)
    assert {row["year"] for row in alone["outcomes"]} == {"1", "all"}


def test_values_and_seed_can_be_set(here: Path) -> None:
    where = ("--out", "results/usual")
    answer = sos("run", "usual.yaml", "--replicates", "1", "--seed", "5", "--set", "authority.children=2500", *where)
    assert answer.exit_code == 0, answer.output
    arm = json.loads((here / "results/usual/manifest.json").read_text())["arms"]["usual"]
    assert (arm["authority"]["children"], arm["run"]["seed"]) == (2500, 5)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "missing.yaml"], "missing.yaml"),
        (["run", "usual.yaml", "--engine", "mess"], "Did you mean 'mesa'?"),
        (["run", "usual.yaml", "--set", "authority.childern=1000"], "Did you mean"),
        (["compare", "usual.yaml"], "at least two scenarios"),
        (["compare", "usual.yaml", "usual.yaml"], "two scenarios are called"),
        (["parameters", "--format", "yaml"], "no format 'yaml'"),
        (["parameters", "--kind", "opinion"], "no parameter is of kind 'opinion'"),
        (["check", "missing.yaml"], "missing.yaml"),
        (["run", "usual.yaml", "--replicates", "0"], "--replicates"),
    ],
)
def test_refused_input_is_one_paragraph_and_writes_nothing(here: Path, arguments: list[str], told: str) -> None:
    answer = sos(*arguments)
    assert answer.exit_code == 2
    assert told in one_line(answer.stderr) and "Traceback" not in answer.output
    assert answer.stdout == ""
    assert not (here / "results").exists()


def test_a_folder_of_something_else_is_refused(here: Path) -> None:
    assert sos("run", "usual.yaml", "--replicates", "1", "--out", "there").exit_code == 0
    answer = sos("run", "usual.yaml", "--replicates", "1", "--out", "there", "--set", "authority.children=2500")
    assert answer.exit_code == 2
    assert "authority.children is 2000 there and 2500 here" in one_line(answer.stderr)


def test_failed_rows_give_status_1(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: Any) -> None:
        raise ModelError("self-check failed in month 3")

    monkeypatch.setattr(runner, "run_arm", faulty)
    for arguments in (["run", "usual.yaml"], ["compare", "usual.yaml", "offer.yaml"]):
        answer = sos(*arguments, "--replicates", "2")
        assert answer.exit_code == 1, answer.output
        assert "rows failed" in answer.stderr and "self-check failed in month 3" in answer.stderr


def test_interrupted_runs_say_how_to_resume(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sos_sim.runs.batch.share_pasts", interrupted)
    answer = sos("run", "usual.yaml", "--replicates", "1")
    assert answer.exit_code == 130
    assert answer.stderr.strip().endswith("running the same command again resumes.")
    monkeypatch.undo()
    resumed = sos("run", str(here / "usual.yaml"), "--replicates", "1", "--out", str(here / "results/usual"))
    assert resumed.exit_code == 0, resumed.output


def test_check_tells_where_values_come_from(here: Path) -> None:
    answer = sos("check", "offer.yaml", "--set", "theory.trust_gain=0.1")
    assert answer.exit_code == 0, answer.output
    lines = [line.split() for line in answer.stdout.splitlines()]
    assert ["authority.children", "2000", "usual.yaml:3"] in lines
    assert ["theory.trust_gain", "0.1", "override"] in lines
    assert any(line[:2] == ["programmes.programme.training", "1.0"] for line in lines if line)


def test_parameters_in_every_format(here: Path) -> None:
    as_json = json.loads(sos("parameters", "--format", "json").stdout)
    assert {row["path"] for row in as_json} == {parameter.path for parameter in declared().values()}
    as_csv = list(csv.DictReader(io.StringIO(sos("parameters", "--format", "csv").stdout)))
    assert [row["path"] for row in as_csv] == [row["path"] for row in as_json]
    assert sos("parameters", "--format", "markdown").stdout.startswith("# Parameters")
    levers = sos("parameters", "--kind", "lever").stdout
    assert "programme.coaching" in levers and "theory.trust_gain" not in levers


def test_fit_shows_official_beside_simulated(here: Path) -> None:
    answer = sos("fit", "usual.yaml", "--replicates", "1", "--json")
    assert answer.exit_code == 0, answer.output
    rows = json.loads(answer.stdout)["fit"]
    assert {"target", "official", "tolerance", "simulated", "distance", "unit", "source"} <= set(rows[0])
    table = sos("fit", "usual.yaml", "--replicates", "1", "--out", "fitted")
    assert "The report is" in table.stdout and (here / "fitted" / "report.html").exists()
    assert "distance" in table.stdout and "cla_start_rate" in table.stdout
    assert not (here / "results").exists()


def test_help_imports_nothing_heavy() -> None:
    heavy = ["numba", "pandas", "numpy", "mesa", "pyarrow", "scipy"]
    code = f"import sys, sos_sim.cli; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
    shown = subprocess.run([sys.executable, "-m", "sos_sim", "--help"], capture_output=True, text=True, check=True)
    assert all(command in shown.stdout for command in ("run", "compare", "fit", "check", "parameters"))


def test_public_names_are_there() -> None:
    for name in sos_sim.__all__:
        assert getattr(sos_sim, name) is not None
    assert set(sos_sim.__all__) <= set(dir(sos_sim))
    with pytest.raises(AttributeError, match="no attribute 'simulte'"):
        sos_sim.simulte  # noqa: B018


def test_no_colour_codes_when_not_a_terminal(here: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(sos_sim.__file__).parents[1])}
    command = [sys.executable, "-m", "sos_sim", "run", "usual.yaml", "--replicates", "1"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "\x1b" not in answer.stdout + answer.stderr
