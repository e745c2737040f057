"""A calibration that is too small to work says so before it runs, and what would do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sos_sim.calibration.enough import FEWEST_CHILDREN, FEWEST_MONTHS, RARE, shortages, thin_waves
from sos_sim.calibration.file import load_calibration
from sos_sim.cli import app
from sos_sim.core.errors import ScenarioError
from sos_sim.evidence.targets import PRICES
from sos_sim.files.scenario import load_scenario
from sos_sim.files.targets import england_targets
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.points import SimulatedArms
from support.calibrations import STUDY, write_calibration

STUDY_OF_ENGLAND = "name: small\nscenario: a.yaml\nwaves: [64, 64]\n"
MEASURED = tuple(
    dict.fromkeys(measure for target in england_targets() for measure in target.measures if measure not in PRICES)
)


def refusal(folder: Path, study: str, run: str = "") -> ScenarioError:
    (folder / "a.yaml").write_text(f"name: a\n{run}", encoding="utf-8")
    (folder / "case.yaml").write_text(study, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_calibration(folder / "case.yaml")
    return refused.value


def test_too_few_children_are_refused_at_their_line_with_what_would_do(tmp_path: Path) -> None:
    error = refusal(tmp_path, STUDY_OF_ENGLAND + "children: 5,000\n")
    assert error.line == 4
    assert "5,000 children are too few for reentry_after_home_2y, reentry_after_home_6y" in str(error)
    assert f"Write children: {FEWEST_CHILDREN} or more in the study" in str(error)
    assert refusal(tmp_path, STUDY_OF_ENGLAND, "authority: {children: 5000}\n").line == 2


def test_too_few_months_are_refused_with_what_would_do(tmp_path: Path) -> None:
    error = refusal(tmp_path, STUDY_OF_ENGLAND, "run: {months: 24}\n")
    assert error.line == 2 and "run.months is 24, too short for sd_dlog_" in str(error)
    assert f"Write months: {FEWEST_MONTHS} or more" in str(error)


def test_nothing_is_written_and_the_command_ends_as_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refusal(tmp_path, STUDY_OF_ENGLAND + "children: 5,000\n")
    before = sorted(tmp_path.iterdir())
    for verb in ("check", "calibrate"):
        answer = CliRunner().invoke(app, [verb, "case.yaml"])
        assert answer.exit_code == 2 and "too few" in answer.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_enough_is_not_refused_nor_are_small_places_with_common_figures(tmp_path: Path) -> None:
    enough = {"authority.children": FEWEST_CHILDREN, "run.months": FEWEST_MONTHS}
    (tmp_path / "a.yaml").write_text("name: a\n", encoding="utf-8")
    assert list(shortages(load_scenario(tmp_path / "a.yaml", enough), england_targets())) == []
    assert load_calibration(write_calibration(tmp_path, STUDY)).scenario.values["children"] == 3000


def test_every_rare_figure_is_a_measure_that_a_target_has() -> None:
    assert set(MEASURES) >= RARE and set(MEASURED) >= RARE


def test_what_is_named_is_what_has_no_value(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\n", encoding="utf-8")
    lacking: set[str] = set()
    for children, months in ((2000, 60), (FEWEST_CHILDREN, 24), (FEWEST_CHILDREN, FEWEST_MONTHS)):
        scenario = load_scenario(tmp_path / "a.yaml", {"authority.children": children, "run.months": months})
        arms = SimulatedArms((scenario,), MEASURED)
        without = [MEASURED[place] for place in np.flatnonzero(~np.isfinite(arms({}, 0)))]
        said = " ".join(short.said for short in shortages(scenario, england_targets()))
        assert bool(without) == bool(said)
        lacking |= set(without)
    assert "reentry_after_sgo_5y" in lacking and "sd_dlog_referrals" in lacking


def test_fewer_trials_than_parameters_are_told_of_before_it_runs(tmp_path: Path) -> None:
    assert thin_waves((256, 256), 219) == thin_waves((64, 128), 5) == ""
    said = "Waves of 256, 64 trials are few for 219 parameters"
    assert thin_waves((256, 64), 219).startswith(said) and "would do: waves: [256, 256]" in thin_waves((256, 64), 219)
    (tmp_path / "a.yaml").write_text("name: a\n", encoding="utf-8")
    (tmp_path / "case.yaml").write_text(STUDY_OF_ENGLAND, encoding="utf-8")
    answer = CliRunner().invoke(app, ["check", str(tmp_path / "case.yaml")])
    assert answer.exit_code == 0 and "Waves of 64, 64 trials are few for" in answer.stderr
