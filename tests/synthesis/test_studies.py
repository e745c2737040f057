"""Files of published studies and of a synthesis: what is shipped is read, what is wrong is shown where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.synthesis.file import load_synthesis
from sos_sim.synthesis.holding import months_needed
from sos_sim.synthesis.studies import published_studies, read_held_studies

STUDY = """\
studies:
  - id: one
    title: One
    what: families randomised
    role: condition
    links: [M5]
    source: somewhere
    eligible: pre_proceedings
    programme: {meetings_at_pre_proceedings: 1}
    follow_up_months: 12
    outcomes:
      - id: first
        reading: looked_after
        months: 12
        found: estimate
        value: -0.1
        error: 0.02
        note: from counts
"""


def refused(folder: Path, before: str, after: str) -> str:
    assert before in STUDY
    file = folder / "studies.yaml"
    file.write_text(STUDY.replace(before, after))
    with pytest.raises(ScenarioError) as problem:
        read_held_studies(file)
    return str(problem.value)


def test_the_shipped_studies_have_all_roles_and_a_source() -> None:
    studies = read_held_studies(published_studies())
    assert {study.role for study in studies} == {"condition", "predict", "context"}
    assert all(study.source for study in studies)
    assert months_needed(studies) > max(study.follow_up_months for study in studies)


def test_the_trial_of_conferences_is_as_it_was_published() -> None:
    trial = next(study for study in read_held_studies(published_studies()) if study.id == "fgc_england")
    values = {outcome.id: outcome.value for outcome in trial.outcomes}
    assert values == {"looked_after_12m": -0.086, "proceedings_21m": -0.125, "days_in_care_12m": -28}
    first = trial.outcomes[0]
    assert first.value - 1.96 * first.error == pytest.approx(-0.135, abs=5e-4)
    assert first.whole_error > first.error


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("role: condition", "role: conditions", "studies.yaml, line 5: a study: role is the text 'conditions'"),
        ("reading: looked_after", "reading: looked_aftr", "Did you mean 'looked_after'?"),
        ("error: 0.02", "error: 0", "error is 0, but must be a number"),
        ("        value: -0.1\n", "", "an estimate, and nothing else, has a value"),
        ("found: estimate", "found: none", "an estimate, and nothing else, has a value"),
        ("{meetings_at_pre_proceedings: 1}", "{meetings_at_preproceedings: 1}", "studies.yaml, line 9"),
        ("{meetings_at_pre_proceedings: 1}", "{meetings_at_pre_proceedings: 2}", "but must be a number from 0 to 1"),
        ("{meetings_at_pre_proceedings: 1}", "{offered_families: 1}", "has no lever 'offered_families'"),
        ("{meetings_at_pre_proceedings: 1}", "{}", "the reading looked_after needs a programme"),
        ("reading: looked_after", "reading: warmth_with_trust", "goes without a programme"),
        ("follow_up_months: 12", "follow_up_months: 6", "looks 12 months ahead, but follow_up_months is 6"),
        ("role: condition", "role: context", "context, and only context, goes without outcomes"),
        ("links: [M5]", "links: [M9]", "'M9'"),
        ("    source: somewhere\n", "", "source is missing"),
    ],
)
def test_what_is_wrong_is_shown_where_it_stands(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert said in refused(tmp_path, before, after)


def test_two_studies_of_one_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "studies.yaml"
    file.write_text(STUDY + STUDY.split("\n", 1)[1])
    with pytest.raises(ScenarioError, match="two of the study 'one'"):
        read_held_studies(file)


def synthesis(folder: Path, text: str) -> Path:
    (folder / "usual.yaml").write_text("name: Usual\nauthority:\n  children: 5000\n")
    (folder / "studies.yaml").write_text(STUDY)
    file = folder / "synthesis.yaml"
    file.write_text(f"name: Small\nscenario: usual.yaml\n{text}")
    return file


def test_a_file_says_which_studies_and_how_many_draws(tmp_path: Path) -> None:
    found = load_synthesis(synthesis(tmp_path, "studies: studies.yaml\nprior_draws: 9\nchildren: 6000\n"))
    assert [study.id for study in found.studies] == ["one"]
    assert (found.prior_draws, found.scenario.values["children"]) == (9, 6000)
    assert found.scenario.run.months == months_needed(found.studies) == 25
    assert load_synthesis(tmp_path / "synthesis.yaml", 12).prior_draws == 12


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prior_draws: 3\n", "synthesis.yaml, line 3: prior_draws is 3"),
        ("replicates: 1\n", "replicates is 1"),
        ("studies: nowhere.yaml\n", "studies 'nowhere.yaml' cannot be used"),
        ("waves: [3]\n", "unknown key 'waves' in a synthesis"),
    ],
)
def test_a_wrong_synthesis_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as problem:
        load_synthesis(synthesis(tmp_path, text))
    assert said in str(problem.value)


def test_a_scenario_with_a_programme_is_refused(tmp_path: Path) -> None:
    file = synthesis(tmp_path, "studies: studies.yaml\n")
    (tmp_path / "usual.yaml").write_text("name: Usual\nprogramme:\n  name: p\n  training: 1\n")
    with pytest.raises(ScenarioError, match="brings those of the studies"):
        load_synthesis(file)


def test_studies_that_weigh_nothing_are_refused(tmp_path: Path) -> None:
    file = synthesis(tmp_path, "studies: studies.yaml\n")
    (tmp_path / "studies.yaml").write_text(STUDY.replace("role: condition", "role: predict"))
    with pytest.raises(ScenarioError, match="none of the role condition"):
        load_synthesis(file)
