"""Study files of calibrations: what they hold, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sos_sim.calibration.file import load_calibration
from sos_sim.cli import app
from sos_sim.core.errors import ScenarioError
from support.calibrations import STUDY, write_calibration

SHIPPED = Path(__file__).resolve().parents[2] / "experiments" / "calibrate_england.yaml"


def test_a_study_says_what_varies_and_what_is_fitted(tmp_path: Path) -> None:
    study = load_calibration(write_calibration(tmp_path))
    assert set(study.space.names) == {
        "rereferral_rate",
        "turnover",
        "need_threshold",
        "voluntary_threshold",
        "plan_effect",
    }
    assert study.figures.fitted.tolist() == [True] * 4 + [False]
    assert study.waves == (64, 128) and study.corrections == (128,)
    assert study.recoveries == (96, 64) and study.replicates == 2


def test_england_varies_all_that_is_uncertain_and_acts_in_its_scenario() -> None:
    study = load_calibration(SHIPPED)
    assert len(study.space.names) > 150
    assert {"close_rate", "first_referral_rate", "plan_effect"} <= set(study.space.names)
    assert not {"children", "competence", "places", "training"} & set(study.space.names)
    assert len(set(study.figures.measures)) >= 49


def test_what_a_scenario_sets_does_not_vary(tmp_path: Path) -> None:
    file = write_calibration(tmp_path)
    (tmp_path / "toy.yaml").write_text("name: toy\nauthority: {turnover: 0.02}\n")
    assert "turnover" not in load_calibration(file).space.names


def test_another_scenario_and_another_size(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("name: other\nauthority: {children: 9000}\n")
    file = write_calibration(tmp_path, STUDY + "children: 2000\n")
    study = load_calibration(file, tmp_path / "other.yaml")
    assert study.scenario.name == "other" and study.scenario.values["children"] == 2000


def test_a_validating_target_is_taken_out_of_the_fit(tmp_path: Path) -> None:
    file = write_calibration(tmp_path)
    file.write_text(
        file.read_text()
        .replace("id: cin_start_rate, measures: [cin_start_rate]", "id: sw_turnover, measures: [sw_turnover]")
        .replace("330.0", "0.1")
    )
    figures = load_calibration(file).figures
    assert [part.target.id for part in figures.parts if part.validate] == ["sw_turnover"]
    assert [part.target.id for part in figures.parts].count("sw_turnover") == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("waves: [64, 128]", "waves: [64]", 4, "but must be a list of at least 2, each a whole number from 64"),
        ("waves: [64, 128]", "waves: [64, 3]", 4, "waves is 3, but must be a whole number from 64 to 1000000 (trials)"),
        ("corrections: [128]", "corrections: [128, 256]", 5, "a correction moves trials of the wave before it"),
        (
            "recoveries: [96, 64]",
            "recoveries: [256]",
            6,
            "known truths are looked for, each by trials of the last wave",
        ),
        ("recoveries: [96, 64]", f"recoveries: {[64] * 9}", 6, "at most 8 known truths"),
        ("corrections: [128]", "corrections: [9]", 5, "corrections is 9, but must be a whole number from 64"),
        ("replicates: 2", "replicates: 1", 7, "replicates is 1, but must be a whole number from 2"),
        ("reference: 20", "reference: many", 8, "reference is the text 'many'"),
        ("seed: 5", "sed: 5", 9, "unknown key 'sed' in a calibration. Did you mean 'seed'?"),
        ("turnover,", "turnovr,", 11, "must be the name of a parameter. Did you mean 'turnover'?"),
        ("turnover,", "deprivation,", 11, "deprivation is a fact without a prior"),
        ("turnover,", "training,", 11, "training is a lever without a prior"),
        ("scenario: toy.yaml", "scenario: toi.yaml", 3, "there is no such file. Did you mean 'toy.yaml' or"),
        (
            "scenario: toy.yaml",
            "scenario: toy.yaml\nstart: postrior",
            4,
            "must be one of prior, posterior. Did you mean",
        ),
    ],
)
def test_mistakes_are_refused_with_their_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    file = write_calibration(tmp_path, STUDY.replace(old, new))
    with pytest.raises(ScenarioError) as refused:
        load_calibration(file)
    assert said in str(refused.value)
    assert refused.value.line == line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "tolerance: 0.01",
            "tolerance: 0",
            r"figures.yaml, line 3: target 'rereferral_12m_share': tolerance is 0, but",
        ),
        ("values: [0.22]", "values: [1.4]", r"line 3: target 'rereferral_12m_share': the impossible value 1.4"),
        (
            "measures: [sw_turnover]",
            "measures: [sw_turnovr]",
            r"line 4: target 'sw_turnover': .*'sw_turnovr', .*Did you mean 'sw_turnover'",
        ),
    ],
)
def test_impossible_targets_are_refused_with_their_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = write_calibration(tmp_path)
    figures = tmp_path / "figures.yaml"
    figures.write_text(figures.read_text().replace(old, new))
    with pytest.raises(match=said):
        load_calibration(file)


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    file = write_calibration(tmp_path, STUDY.replace("replicates: 2", "replicates: 0").replace("seed: 5", "seed: -1"))
    with pytest.raises(ScenarioError, match=r"(?s)replicates is 0.*seed is -1"):
        load_calibration(file)


def test_check_knows_a_calibration_and_says_how_much_it_would_run() -> None:
    answer = CliRunner().invoke(app, ["check", str(SHIPPED)])
    assert answer.exit_code == 0 and "8,160 runs" in answer.output and "79 official figures" in answer.output


def test_a_packaged_scenario_is_named_in_the_file(tmp_path: Path) -> None:
    file = write_calibration(tmp_path)
    file.write_text(file.read_text().replace("scenario: toy.yaml", "scenario: sos_sim:base"))
    assert load_calibration(file).scenario.name == "Usual practice"
