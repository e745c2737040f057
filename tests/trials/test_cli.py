"""The trial command, from file to page."""

from __future__ import annotations

import html
import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sos_sim.cli import app
from sos_sim.core.errors import ModelError
from sos_sim.runs.store import read_manifest
from sos_sim.trials.pool import LivedAuthority
from sos_sim.trials.trial import AGAIN, TrialQuestion, load_trial, trial
from support.small_studies import write_files

TRIAL = """
name: A small trial
scenarios: [usual.yaml, offer.yaml]
design: DESIGN
primary: looked_after_12m
outcomes: [looked_after_12m, OTHER]
roll_in_months: 0
trials: 20
"""
AMONG = """clusters: [4, 6]
baseline_months: 0
follow_up_months: 6
authorities: 8
analyses: [cluster_summary, mixed_model]
"""
INSIDE = "recruit_months: 6\nfollow_up_months: 13\nrecruited: 1\n"
DRAWN = 'Draws come from the posterior "england_with_trials"'


def written(folder: Path, design: str, other: str, more: str) -> Path:
    """A trial file beside its two scenarios, whose warm-up is as short as recruitment allows."""
    for file in write_files(folder):
        file.write_text(file.read_text().replace("warmup_months: 6", "warmup_months: 48").replace("2000", "1500"))
    path = folder / "trial.yaml"
    path.write_text(TRIAL.replace("DESIGN", design).replace("OTHER", other) + more)
    return path


def run(*arguments: str | Path) -> object:
    """The command's result."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("design", "other", "more", "tables"),
    [
        (
            "parallel",
            "harm_months",
            AMONG + "draws: 1\nauthorities_per_draw: 6\ntrials_per_draw: 2\n",
            {"power", "reach", "assurance", "correlations", "spread", "textbook", "outcomes"},
        ),
        (
            "workers",
            "harm_12m",
            INSIDE + "draws: 1\ntrials_per_draw: 1\n",
            {"power", "assurance", "contamination", "funnel", "outcomes"},
        ),
    ],
)
def test_a_trial_is_checked_held_and_reported(
    tmp_path: Path, design: str, other: str, more: str, tables: set[str]
) -> None:
    file, out = written(tmp_path, design, other, more), tmp_path / "out"
    checked = run("check", file)
    assert checked.exit_code == 0 and "can be held" in checked.output
    assert ("ICH E9(R1)" in checked.output) == (design != "workers")
    asked = ("trial", file, "--posterior", "england_with_trials", "--out", out, "--workers", "1")
    held = run(*asked, *(("--data", "2") if design == "parallel" else ()))
    assert held.exit_code == 0, held.output
    assert read_manifest(out)["posterior"] == "england_with_trials" and DRAWN in held.output
    assert "not a finding" in held.output and "looked_after" not in held.output.split("\n")[0]
    assert tables <= {path.stem for path in out.glob("*.parquet")}
    assert (out / "data" / "sealed" / "truth.csv").exists() == (design == "parallel")
    assert run(*asked, "--data", "2").exit_code != 0, "data that are there, or trials inside one authority"
    power = pd.read_parquet(out / "power.parquet")
    assert set(power["effect"]) == {"as assumed", "none"} and power["rejected"].dropna().between(0, 1).all()
    told = json.loads(run(*asked, "--json").output)
    assert (
        told["posterior"] == "england_with_trials" and told["rows"]["failed"] == 0 and len(told["power"]) == len(power)
    )
    page = run("report", out)
    assert page.exit_code == 0, page.output
    written_page = html.unescape((out / "report.html").read_text())
    assert "not a finding" in written_page and written_page.count(DRAWN) == 2


def test_trials_that_other_code_analysed_are_held_again_from_the_same_authorities(tmp_path: Path) -> None:
    """Said, and once: a manifest that names other code, and blocks that would be taken for finished."""
    plan, out, said = load_trial(written(tmp_path, "parallel", "harm_months", AMONG)), tmp_path / "out", []

    def announce(part: str) -> AbstractContextManager[None]:
        said.append(part)
        return nullcontext()

    first = trial(plan, out, 1, None, announce)
    lived = {path: path.stat().st_mtime_ns for path in (out / "authorities" / "parts").glob("*.parquet")}
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"analyses": "another"}))
    for block in (out / "parts").glob("*.parquet"):
        rows = pd.read_parquet(block)
        rows.assign(**{name: 0.5 for name in rows if name.endswith(":p")}).to_parquet(block)
    again = trial(plan, out, 1, None, announce)
    trial(plan, out, 1, None, announce)
    assert [AGAIN in part for part in said] == [False, False, False, True, False, False]
    pd.testing.assert_frame_equal(first.tables["power"], again.tables["power"])
    assert lived and {path: path.stat().st_mtime_ns for path in lived} == lived


def test_draws_of_another_posterior_go_into_another_folder_and_no_draws_into_the_same(tmp_path: Path) -> None:
    plan = load_trial(written(tmp_path, "parallel", "harm_months", AMONG))
    with_trials, drawn = Path("england_with_trials"), replace(plan, draws=2)
    assert TrialQuestion(drawn).content() == TrialQuestion(drawn, Path("england")).content()
    assert TrialQuestion(drawn).content() != TrialQuestion(drawn, with_trials).content()
    assert TrialQuestion(plan).content() == TrialQuestion(plan, with_trials).content()


def test_a_typo_is_refused_with_file_and_line_and_nothing_is_written(tmp_path: Path) -> None:
    file = written(tmp_path, "parallel", "harm_months", AMONG + "rol_in_months: 3\n")
    refused = run("trial", file, "--out", tmp_path / "out")
    assert refused.exit_code == 2 and not (tmp_path / "out").exists()
    assert "trial.yaml, line 14" in refused.output and "Did you mean 'roll_in_months'" in refused.output


def test_a_folder_of_something_else_is_refused_before_anything_runs_or_is_written(tmp_path: Path) -> None:
    file, out = written(tmp_path, "parallel", "harm_months", AMONG), tmp_path / "mine"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    refused = run("trial", file, "--out", out)
    assert refused.exit_code == 2 and "choose another folder" in refused.output
    assert [path.name for path in out.iterdir()] == ["notes.txt"]


def test_authorities_that_fail_are_told_and_trials_without_any_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, "parallel", "harm_months", AMONG + "period_months: 3\n")

    def refuse(here: object, values: dict[str, object], replicate: int) -> list[float]:
        raise ModelError("a count does not balance")

    monkeypatch.setattr(LivedAuthority, "__call__", refuse)
    refused = run("trial", file, "--out", tmp_path / "out", "--workers", "1")
    assert refused.exit_code == 1 and "all 8 authorities failed" in refused.output
    assert "a count does not balance" in refused.output
