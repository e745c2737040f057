"""The key ``posterior`` of a scenario file: which file it means, how it is inherited, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.files.scenario import load_scenario


def written(folder: Path, text: str, name: str = "ours.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_it_means_a_file_beside_the_one_that_names_it_and_is_inherited(tmp_path: Path) -> None:
    written(tmp_path / "place", "name: Ours\nposterior: ours.parquet\n")
    (tmp_path / "place" / "ours.parquet").write_bytes(b"")
    child = written(tmp_path / "plans", "name: With\nextends: ../place/ours.yaml\n", "with.yaml")
    scenario = load_scenario(child)
    assert Path(scenario.posterior).resolve() == (tmp_path / "place" / "ours.parquet").resolve()
    assert scenario.with_values(children=3000).posterior == scenario.posterior
    assert scenario.drawn({"need_mean": -6.2}).posterior == scenario.posterior
    shipped = written(tmp_path / "plans", "name: Again\nextends: with.yaml\nposterior: england_with_trials\n")
    assert load_scenario(shipped).posterior == "england_with_trials"
    assert load_scenario(written(tmp_path, "name: None\n")).posterior == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "name: A\nposterior: gone.parquet\n",
            "ours.yaml, line 2: posterior is 'gone.parquet', but there is no such file",
        ),
        ("name: A\nposterior: .\n", "posterior is '.', but there is no such file"),
        ("name: A\nposterior: [england]\n", "posterior is"),
        ("name: A\nposterior: 5\n", "posterior is"),
    ],
)
def test_what_is_no_posterior_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as problem:
        load_scenario(written(tmp_path, text))
    assert said in str(problem.value) and "line 2" in str(problem.value)
