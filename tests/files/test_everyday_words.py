"""Everyday words lead to the key that is meant, with the conversion where one is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.calibration.file import load_calibration
from sos_sim.cli.kinds import KINDS, schema_of
from sos_sim.core.errors import ScenarioError
from sos_sim.files.everyday_words import EVERYDAY
from sos_sim.files.keys import homes, writable_paths
from sos_sim.files.scenario import load_scenario
from sos_sim.sensitivity.sweep import load_sweep
from sos_sim.trials.file import read_trial

STUDY_KEYS = {key for kind in KINDS if kind != "scenario" for key in schema_of(kind)["properties"]}


@pytest.mark.parametrize("word", EVERYDAY)
def test_every_word_leads_to_keys_that_exist_and_is_none_itself(word: str) -> None:
    keys = [meant.key for meant in EVERYDAY[word]]
    assert set(keys) <= {*writable_paths(), *STUDY_KEYS} and len(keys) == len(set(keys))
    assert word not in homes()
    assert word == word.lower() and word.replace("_", "").isalpha()


@pytest.mark.parametrize("word", EVERYDAY)
def test_every_word_is_told_where_its_first_key_is_read(word: str, tmp_path: Path) -> None:
    key = EVERYDAY[word][0].key
    if key not in writable_paths():
        return
    (tmp_path / "case.yaml").write_text(f"name: x\n{word}: 3\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=f"line 2: unknown key '{word}'.* Write {key.rpartition('.')[2]}"):
        load_scenario(tmp_path / "case.yaml")


SAID = [
    (
        "years: 5\n",
        2,
        "Write months under 'run'. Lengths of time are in months, twelve to a year. years: 5 is months: 60.",
    ),
    ("run:\n  Years: 2.5\n", 3, "Years: 2.5 is months: 30."),
    ("authority:\n  turnover per year: 13%\n", 3, "turnover per year: 13% is turnover: 0.01083."),
    ("authority:\n  turnover_per_year: 0.12\n", 3, "turnover_per_year: 0.12 is turnover: 0.01."),
    ("authority:\n  turnover_per_year: 12\n", 3, "turnover_per_year: 12 is turnover: 0.01."),
    ("social-workers: 300\n", 2, "Write post_rate under 'authority'. Posts are given per 10,000 children"),
    ("authority:\n  caseload: 15\n", 3, "Write post_rate under 'authority'. Caseloads are not set"),
    ("authority:\n  imd_decile: 2\n", 3, "imd_decile: 2 is deprivation: 9."),
    ("authority:\n  foster_cost: £40,000\n", 3, "foster_cost: £40,000 is foster_week: 766.6."),
    ("population: 300000\n", 2, "Write children under 'authority'. It is children aged 0-17 alone"),
    ("deprivation: 8\n", 2, "'deprivation' is not allowed at the top of a scenario: it belongs under 'authority'."),
    ("looked_after: 70\n", 2, "Write targets at the top of the file. How many children are looked after is not set"),
]


@pytest.mark.parametrize(("text", "line", "said"), SAID)
def test_a_scenario_is_told_the_key_and_the_conversion(text: str, line: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("name: x\n" + text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(tmp_path / "case.yaml")
    assert refused.value.line == line
    assert said in str(refused.value)


@pytest.mark.parametrize("value", ["five", "true", "", "[5]", "{a: 5}", "2025-04"])
def test_what_is_no_number_is_not_converted(value: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(f"name: x\nyears: {value}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"twelve to a year\.$"):
        load_scenario(tmp_path / "case.yaml")


def test_a_conversion_undoes_itself_where_it_can_be_checked() -> None:
    by_word = {word: meant[0].convert for word, meant in EVERYDAY.items() if meant[0].convert}
    assert by_word["years"](1.0) == 12.0
    assert by_word["turnover_per_year"](0.12) == by_word["turnover_per_year"](12.0) == pytest.approx(0.01)
    assert by_word["foster_cost"](365.25 / 7.0) == pytest.approx(1.0)
    assert [by_word["imd_decile"](decile) for decile in (1.0, 10.0)] == [10.0, 1.0]


def test_set_is_told_the_path(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("name: x\n", encoding="utf-8")
    for path in ("years", "run.years", "authority.years"):
        with pytest.raises(ScenarioError, match=r"Write months .*years: 5 is months: 60\."):
            load_scenario(tmp_path / "case.yaml", {path: 5})
    with pytest.raises(ScenarioError, match=r"Write months as run\.months\."):
        load_scenario(tmp_path / "case.yaml", {"years": 5})


TRIAL = "name: x\nscenarios: [a.yaml, b.yaml]\ndesign: parallel\n"
SWEEP = "name: x\nscenarios: a.yaml\nvary: all beliefs\noutputs: cla_start_rate\nmethod: pawn\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TRIAL + "sites: 20\n", "Write clusters."),
        (TRIAL + "clusters: 8\nyears: 2\n", "years: 2 is follow_up_months: 24."),
        (SWEEP + "samples: 20\n", "unknown key 'samples' in a study. Write size."),
        (SWEEP.replace("all beliefs", "caseload"), "Did you mean 'post_rate'? Caseloads are not set"),
        ("name: x\nscenario: a.yaml\nwaves: [64, 64]\nfactors: [turnover]\n", "Write vary."),
    ],
)
def test_studies_are_told_too(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("name: b\nprogramme: {training: 1}\n", encoding="utf-8")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    read = read_trial if text.startswith(TRIAL) else load_sweep if "method" in text else load_calibration
    with pytest.raises(ScenarioError) as refused:
        read(tmp_path / "case.yaml")
    assert said in str(refused.value)
