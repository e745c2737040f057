"""Names of what comes with the package, and that it never takes the place of a file of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.files.scenario import load_scenario
from sos_sim.files.shipped import file_beside, find_file, hint_at_shipped, shipped_folder, shipped_names

BASE = shipped_folder("scenarios") / "base.yaml"
OWN = "name: My own\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, made the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name_finds_what_comes_with_the_package(here: Path) -> None:
    assert find_file("base", "scenarios") == find_file(Path("sos_sim:base"), "scenarios") == BASE
    assert load_scenario("base").name == load_scenario(BASE).name == "Usual practice"
    assert find_file("morris_screening", "scenarios", "experiments").parent == shipped_folder("experiments")


@pytest.mark.parametrize("own", ["base", "base.yaml", "scenarios/base.yaml"])
def test_a_file_of_ones_own_comes_first(here: Path, own: str) -> None:
    (here / own).parent.mkdir(exist_ok=True)
    (here / own).write_text(OWN, encoding="utf-8")
    assert find_file("base", "scenarios") == Path(own)
    assert load_scenario("base").name == "My own"
    assert load_scenario("sos_sim:base").name == "Usual practice"


@pytest.mark.parametrize("path", ["base.yaml", "scenarios/base", "scenarios/base.yaml", "./nowhere/x"])
def test_a_path_is_never_what_comes_with_the_package(here: Path, path: str) -> None:
    assert find_file(path, "scenarios") == Path(path)
    with pytest.raises(ScenarioError, match="no such file"):
        load_scenario(path)


@pytest.mark.parametrize("name", ["bsae", "sos_sim:bsae", "b" * 5000, "a\0b"])
def test_a_name_that_means_nothing_is_refused_with_what_there_is(here: Path, name: str) -> None:
    with pytest.raises(ScenarioError, match="which has base, family_group_decisions") as refused:
        find_file(name, "scenarios")
    assert ("Did you mean 'base'?" in str(refused.value)) == ("bsae" in name)


def test_a_study_is_no_scenario(here: Path) -> None:
    with pytest.raises(ScenarioError, match="which has base"):
        find_file("morris_screening", "scenarios")


def test_inside_a_file_only_the_prefix_means_what_comes_with_the_package(here: Path) -> None:
    file = here / "deep" / "mine.yaml"
    assert file_beside(file, "base", "scenarios") == here / "deep" / "base"
    assert file_beside(file, " ../base.yaml", "scenarios") == here / "deep" / ".." / "base.yaml"
    assert file_beside(file, "sos_sim:base", "scenarios") == BASE
    with pytest.raises(ScenarioError, match="Did you mean 'base'"):
        file_beside(file, "sos_sim:bas", "scenarios")


def test_missing_files_of_a_known_name_are_hinted_at() -> None:
    assert "is written sos_sim:base." in hint_at_shipped(Path("there/base.yaml"))
    assert hint_at_shipped(Path("there/mine.yaml")) == hint_at_shipped(Path("base.csv")) == ""


def test_everything_shipped_can_be_named() -> None:
    assert {"base", "sos_supported"} <= set(shipped_names("scenarios"))
    both = [*shipped_names("scenarios"), *shipped_names("experiments")]
    assert len(both) == len(set(both)) and not any("." in name for name in both)
