"""Targets: England's file, the figures of one authority in a scenario file, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.files.scenario import load_scenario
from sos_sim.files.targets import england_targets, read_targets

LOCAL = """\
name: Ourshire
targets:
  - id: cpp_start_rate
    values: [64.2]
    tolerance: 4
    year: 2023
    grade: A
    source: the council's own return
"""
WHOLE = """\
targets:
  - id: ours
    measures: [cpp_start_rate]
    values: [64.2]
    tolerance: 4
    unit: per_10k_year
    year: 2023
    grade: A
    source: somewhere
"""


def written(folder: Path, text: str, name: str = "ourshire.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ScenarioError) as problem:
        load_scenario(written(folder, text))
    return str(problem.value)


def test_local_figures_replace_englands_and_nothing_else(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, LOCAL))
    found = {target.id: target for target in scenario.targets()}
    england = {target.id: target for target in england_targets()}
    assert list(found) == list(england)
    ours, theirs = found["cpp_start_rate"], england["cpp_start_rate"]
    assert (ours.values, ours.tolerance, ours.year, ours.local) == ((64.2,), 4.0, 2023, True)
    assert (ours.measures, ours.unit, ours.range) == (theirs.measures, theirs.unit, theirs.range)
    others = [name for name in england if name != ours.id]
    assert all(found[name].values == england[name].values and not found[name].local for name in others)


def test_englands_figure_for_an_authority_is_as_wide_as_authorities_differ(tmp_path: Path) -> None:
    local = {target.id: target for target in load_scenario(written(tmp_path, LOCAL)).targets()}
    alone = {target.id: target for target in load_scenario(written(tmp_path, "name: x\n", "x.yaml")).targets()}
    assert alone["sw_vacancy"].tolerance == 0.015
    assert local["sw_vacancy"].tolerance == pytest.approx((0.015**2 + 0.092**2) ** 0.5)
    assert local["cost_foster_week"] == alone["cost_foster_week"]
    assert local["preproc_to_cla_12m"] == alone["preproc_to_cla_12m"]


def test_targets_play_no_part_in_a_run(tmp_path: Path) -> None:
    with_targets = load_scenario(written(tmp_path, LOCAL))
    without = load_scenario(written(tmp_path, "name: Ourshire\n", "plain.yaml"))
    assert with_targets.resolved() == without.resolved()
    assert with_targets.values == without.values


def test_a_scenario_inherits_targets_and_replaces_them_by_id(tmp_path: Path) -> None:
    written(tmp_path, LOCAL)
    plain = load_scenario(written(tmp_path, "name: child\nextends: ourshire.yaml\n", "child.yaml"))
    assert [target.id for target in plain.local_targets] == ["cpp_start_rate"]
    assert plain.with_values(children=3000).local_targets == plain.local_targets
    changed = LOCAL.replace("name: Ourshire", "name: child\nextends: ourshire.yaml").replace("64.2", "70.5")
    assert load_scenario(written(tmp_path, changed, "child.yaml")).local_targets[0].values == (70.5,)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("cpp_start_rate", "cpp_strat_rate", 3, "Did you mean 'cpp_start_rate'"),
        ("[64.2]", "[-1]", 4, "an entry of values is -1, but must be a number of at least 0 (in the target's unit)"),
        ("[64.2]", "[.nan]", 4, "an entry of values is nan, but must be a number of at least 0"),
        ("[64.2]", "[true]", 4, "an entry of values is true, but must be a number of at least 0"),
        ("[64.2]", "[.inf]", 4, "an entry of values is inf, but must be a number"),
        ("[64.2]", "[]", 4, "values is a list of none, but must be a list of at least 1, each a number"),
        ("[64.2]", "64.2", 4, "values is 64.2, but must be a list of at least 1, each a number"),
        ("[64.2]", "[64.2, 3]", 4, "2 values for 1 measures"),
        ("tolerance: 4", "tolerance: 0", 5, "tolerance is 0, but must be a number above 0"),
        ("tolerance: 4", "tolerance: .nan", 5, "tolerance is nan, but must be a number above 0"),
        ("tolerance: 4", "tolerance: wide", 5, "tolerance is the text 'wide', but must be a number above 0"),
        ("2023", "23", 6, "year is 23, but must be a whole number from 1990 to 2100"),
        ("grade: A", "grade: E", 7, "grade is the text 'E', but must be one of A, B, C, D"),
        ("source: the council's own return", "source: ''", 8, "source is the text '', but must be text"),
        ("tolerance: 4", "tolerence: 4", 5, "Did you mean 'tolerance'"),
        ("    tolerance: 4\n", "", 3, "tolerance is missing; it must be a number above 0"),
    ],
)
def test_what_cannot_be_a_target_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in LOCAL
    message = refusal(tmp_path, LOCAL.replace(old, new))
    assert f"ourshire.yaml, line {line}: target 'cpp_" in message
    assert said in message


def test_a_share_above_one_is_refused(tmp_path: Path) -> None:
    text = LOCAL.replace("cpp_start_rate", "sw_vacancy").replace("64.2", "1.2")
    assert "line 4" in refusal(tmp_path, text) and "impossible value 1.2" in refusal(tmp_path, text)


def test_a_target_given_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    message = refusal(tmp_path, LOCAL + LOCAL.partition("targets:\n")[2])
    assert "given twice, on lines 3 and 9" in message


@pytest.mark.parametrize("block", ["targets: {}", "targets: 3", "targets:\n  - cpp_start_rate"])
def test_a_block_of_another_form_is_refused(tmp_path: Path, block: str) -> None:
    assert "ourshire.yaml" in refusal(tmp_path, f"name: Ourshire\n{block}\n")


def test_a_file_of_targets_says_what_is_measured(tmp_path: Path) -> None:
    (target,) = read_targets(written(tmp_path, WHOLE))
    assert (target.id, target.measures, target.local) == ("ours", ("cpp_start_rate",), False)
    with pytest.raises(ScenarioError, match=r"line 3: target 'ours': .* Did you mean 'cpp_start_rate'"):
        read_targets(written(tmp_path, WHOLE.replace("cpp_start_rate", "cpp_strat_rate")))
    with pytest.raises(ScenarioError, match=r"line 2: target 'ours': unit is missing"):
        read_targets(written(tmp_path, WHOLE.replace("    unit: per_10k_year\n", "")))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("measures: [cpp_start_rate]", "measures: 5", 3, "measures is 5, but must be a list"),
        ("id: ours", "id: [a]", 2, "id is a list, but must be text"),
        ("source: somewhere", "source: somewhere\n    range: [1]", 10, "range is a list of 1, but must be a list of 2"),
        ("source: somewhere", "source: somewhere\n    range: [2, 1]", 10, "range must be [low, high]"),
        ("source: somewhere", "source: somewhere\n    authority_sd: -1", 10, "authority_sd is -1"),
        ("source: somewhere", "source: somewhere\n    authority_sd: .nan", 10, "authority_sd is nan"),
        ("source: somewhere", "source: somewhere\n    unaccompanied: {weight: 1, values: [1]}", 10, "weight is 1"),
        ("source: somewhere", "source: x\n    unaccompanied: {weight: 0.1, values: [1, 2]}", 10, "as many values as"),
        ("source: somewhere", "source: somewhere\n    unaccompanied: 3", 10, "a mapping with the keys weight, values"),
        ("unit: per_10k_year", "unit: share", 4, "cannot be above 1"),
    ],
)
def test_what_only_a_file_of_targets_says_is_checked_too(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in WHOLE
    with pytest.raises(ScenarioError) as refused:
        read_targets(written(tmp_path, WHOLE.replace(old, new)))
    assert refused.value.line == line
    assert said in str(refused.value)


def test_all_problems_of_a_block_are_told_together(tmp_path: Path) -> None:
    message = refusal(tmp_path, LOCAL.replace("grade: A", "grade: E").replace("tolerance: 4", "tolerance: 0"))
    assert "line 5: " in message and "line 7: " in message


def test_a_file_that_is_no_yaml_or_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"bad\.yaml, line 2"):
        read_targets(written(tmp_path, "targets: [1\na: b: c\n", "bad.yaml"))
    with pytest.raises(ScenarioError, match="no such file"):
        read_targets(tmp_path / "absent.yaml")


def test_englands_figures_are_possible_and_sourced() -> None:
    assert len(england_targets()) > 40
    assert len({target.id for target in england_targets()}) == len(england_targets())
    assert all(target.source and not target.local for target in england_targets())
