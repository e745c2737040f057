"""Sweeps from the command line: what is told before and after, what is kept, and exit statuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from sos_sim.cli import app
from sos_sim.core.errors import InputError
from sos_sim.core.provenance import CAVEAT
from sos_sim.runs import arms
from sos_sim.runs.question import default_folder
from sos_sim.runs.store import read_manifest, read_table
from sos_sim.runs.tables import POINTS
from sos_sim.sensitivity.sampling import sample, sample_rows
from sos_sim.sensitivity.sweep import SweepQuestion, load_sweep
from sos_sim.sensitivity.tables import INDICES
from support.small_studies import write_files

STUDY = """
name: Small study
scenarios: [usual.yaml, offer.yaml]
vary: [need_mean, first_referral_rate, training]
outputs: [cin_stock_rate, effect of cin_start_rate]
method: morris
size: 4
seeds: 2
"""
TOY = "name: toy\nmodel: ishigami\nmethod: sobol\nsize: 16\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two scenarios, a study of them and one of a toy, made the current one."""
    write_files(tmp_path)
    (tmp_path / "study.yaml").write_text(STUDY)
    (tmp_path / "toy.yaml").write_text(TOY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sos(*arguments: str) -> Result:
    """The command line with these arguments."""
    return CliRunner().invoke(app, list(arguments))


def test_check_tells_runs_time_and_space_and_keeps_nothing(here: Path) -> None:
    told = sos("check", "study.yaml")
    assert told.exit_code == 0, told.output
    assert "morris over 3 factors and a dummy, 4 trajectories" in told.output
    assert "20 rows x 2 seeds = 40, of which 32 differ; each simulates 2 arm(s)" in told.output
    assert "Time: about" in told.output and "measured on one" in told.output and "MB" in told.output
    assert "uniform(loc=0, scale=1) within 0 to 1" in told.output
    assert sorted(path.name for path in here.iterdir()) == ["offer.yaml", "study.yaml", "toy.yaml", "usual.yaml"]


def test_a_sweep_tells_its_reading_and_keeps_its_tables(here: Path) -> None:
    done = sos("sweep", "study.yaml", "--out", "out", "--workers", "1")
    assert done.exit_code == 0, done.output
    assert "cin_stock_rate (morris). What moves it most: " in done.output
    assert "Intervals contain the choice of sample and of seeds" in done.output
    assert CAVEAT[:60] in done.output
    assert read_manifest(Path("out"))["kind"] == "sweep"
    assert read_manifest(Path("out"))["study"]["outputs"] == ["cin_stock_rate", "effect of cin_start_rate"]
    assert len(read_table(Path("out"), POINTS)) == 40
    factors = set(read_table(Path("out"), INDICES)["factor"])
    assert factors == {"need_mean", "first_referral_rate", "training", "dummy"}


def test_a_lever_leaves_usual_practice_alone(here: Path) -> None:
    sos("sweep", "study.yaml", "--out", "out", "--workers", "1")
    table = read_table(Path("out"), INDICES).set_index(["output", "index", "factor"])["estimate"]
    assert table["cin_stock_rate", "mu_star", "training"] == 0.0
    assert table["cin_stock_rate", "mu_star", "need_mean"] > 0.0


def test_running_again_runs_nothing_and_gives_the_same_bytes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sos("sweep", "study.yaml", "--out", "out", "--workers", "1").exit_code == 0
    first = {path.name: path.read_bytes() for path in Path("out").glob("*.parquet")}
    monkeypatch.setattr(arms, "run_past", None)
    assert sos("sweep", "study.yaml", "--out", "out", "--workers", "1").exit_code == 0
    assert {path.name: path.read_bytes() for path in Path("out").glob("*.parquet")} == first


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_a_larger_sample_begins_with_the_smaller_one(here: Path, method: str) -> None:
    Path("toy.yaml").write_text(TOY.replace("sobol", method))
    small, large = load_sweep("toy.yaml", 8), load_sweep("toy.yaml", 16)
    shares = sample(small).shares
    assert np.array_equal(sample(large).shares[: len(shares)], shares)
    assert default_folder("toy", SweepQuestion(small)) == default_folder("toy", SweepQuestion(large))


@pytest.mark.parametrize(
    "keys",
    [
        "method: morris\nsize: 5\n",
        "method: sobol\nsize: 8\n",
        "method: sobol\nsize: 8\nsecond_order: true\n",
        "method: shapley\nsize: 3\n",
        "method: factorial\nseeds: 2\n",
        "method: [pawn, delta]\nsize: 11\n",
    ],
)
def test_rows_of_a_sample_are_known_without_drawing_it(here: Path, keys: str) -> None:
    Path("toy.yaml").write_text("name: toy\nmodel: ishigami\n" + keys)
    study = load_sweep("toy.yaml")
    assert sample_rows(study) == len(sample(study).shares)
    if "factorial" not in keys:
        with pytest.raises(InputError, match="a study has at most"):
            sample(replace(study, size=2**30))


def test_size_replaces_the_size_of_the_file_and_json_is_json(here: Path) -> None:
    done = sos("sweep", "toy.yaml", "--size", "32", "--out", "out", "--json", "--workers", "1")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["rows"] == {"asked": 32 * 6, "failed": 0} and said["caveat"] == CAVEAT
    assert {row["factor"] for row in said["indices"]} == {"x1", "x2", "x3", "dummy"}


def test_what_cannot_be_run_is_refused_and_nothing_written(here: Path) -> None:
    Path("wrong.yaml").write_text(TOY + "sise: 3\n")
    refused = sos("sweep", "wrong.yaml", "--out", "out")
    assert refused.exit_code == 2 and "wrong.yaml, line 5: unknown key 'sise'" in refused.stderr
    assert not Path("out").exists()
    assert sos("sweep", "toy.yaml", "--size", "20").exit_code == 2


def test_outputs_that_nothing_moves_are_refused_with_their_rows(here: Path) -> None:
    Path("study.yaml").write_text(STUDY.replace("[need_mean, first_referral_rate, training]", "[role_lock_strength]"))
    refused = sos("sweep", "study.yaml", "--out", "out", "--workers", "1")
    assert refused.exit_code == 1
    assert "nothing that varies here moves it" in refused.stderr
    assert len(read_table(Path("out"), POINTS)) == 24


def test_failed_rows_are_kept_with_their_reason(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(scenario: object, replicate: int, counted: bool) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr(arms, "run_past", fail)
    done = sos("sweep", "study.yaml", "--out", "out", "--workers", "1")
    assert done.exit_code == 1 and "missing or not finite in 20 of 20 rows" in done.stderr
    assert set(read_table(Path("out"), POINTS)["reason"]) == {"RuntimeError: no luck"}


def test_a_sweep_sets_values_as_run_does(here: Path) -> None:
    done = sos("sweep", "study.yaml", "--set", "authority.children=700", "--out", "out", "--workers", "1")
    assert done.exit_code == 0
    arms_run = json.loads((Path("out") / "manifest.json").read_text())["study"]["arms"]
    assert {arm["authority"]["children"] for arm in arms_run.values()} == {700}
    refused = sos("sweep", "study.yaml", "--set", "authority.childrem=700", "--out", "other", "--workers", "1")
    assert refused.exit_code == 2 and "children" in refused.stderr and not Path("other").exists()
