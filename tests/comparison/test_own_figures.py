"""An authority's own official figures, on the way from its file to the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.comparison.compare import compare
from sos_sim.comparison.further import read_comparison
from sos_sim.comparison.report.page import comparison_briefs, comparison_page
from sos_sim.core.errors import ScenarioError
from sos_sim.files.scenario import load_scenario
from sos_sim.files.targets import plain_targets, targets_again
from sos_sim.kit.page import Page, Words
from support.small_studies import usual_and_offer

OWN = """\
name: {name}
extends: {parent}.yaml
targets:
  - {{id: cpp_start_rate, values: [{plans}], tolerance: 4, year: 2023, grade: A, source: the council's own return}}
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> float:
    """The rate at which plans start in the small authority's usual practice."""
    folder = tmp_path_factory.mktemp("lived")
    table = compare(usual_and_offer(folder), 2).effects.set_index(["measure", "condition"])
    return float(table.loc[("cpp_start_rate", "all draws"), "comparator_mean"])


def page_of(folder: Path, plans: float) -> Page:
    """The page of a comparison of a place whose own figure of plans is given."""
    usual_and_offer(folder)
    for name, parent in (("ours", "usual"), ("ours offer", "offer")):
        (folder / f"{name}.yaml").write_text(OWN.format(name=name, parent=parent, plans=plans), encoding="utf-8")
    compare([load_scenario(folder / f"{name}.yaml") for name in ("ours", "ours offer")], 2, folder / "out")
    return comparison_page(folder / "out")


def test_own_figures_come_back_from_the_folder(tmp_path: Path) -> None:
    page_of(tmp_path, 64.2)
    scenario = load_scenario(tmp_path / "ours.yaml")
    stored = read_comparison(tmp_path / "out")
    assert stored.scenarios[0].local_targets == scenario.local_targets
    assert targets_again(plain_targets(scenario.local_targets)) == scenario.local_targets
    assert targets_again([]) == ()


@pytest.mark.parametrize("kept", [[3], [{"id": "x"}], [{"id": "x", "colour": 1}]])
def test_damaged_figures_are_refused(kept: list[object]) -> None:
    with pytest.raises(ScenarioError, match="official figures that were kept are damaged"):
        targets_again(kept)


def test_the_page_sets_the_place_against_its_own_figures(tmp_path: Path) -> None:
    page = page_of(tmp_path, 64.2)
    (sheet,) = (sheet for sheet in page.sheets if sheet.name == "fit")
    own = sheet.frame.set_index("target").loc["cpp_start_rate"]
    assert (own["official"], own["local"], own["year"]) == (64.2, True, 2023)
    assert own["england"] == 50.8 and "england" in sheet.shown, "England's stands beside"
    (section,) = (part for part in page.sections if part.id == "fit")
    words = next(block for block in section.blocks if isinstance(block, Words))
    assert "1 of them is the authority's own, the others England's" in words.paragraphs[0]


@pytest.mark.parametrize(("times", "told"), [(0.8, "+25%"), (1.25, "−20%"), (1.05, ""), (0.95, "")])
def test_a_simulated_place_far_from_the_real_one_is_said_first(
    tmp_path: Path, lived: float, times: float, told: str
) -> None:
    page = page_of(tmp_path, round(times * lived, 3))
    said = [text for text in page.summary if "not yet the real one" in text]
    assert len(said) == bool(told)
    assert said == [text for block in page.opening[:1] if isinstance(block, Words) for text in block.paragraphs]
    assert all((said[0] in brief.caution) == bool(told) for brief in comparison_briefs(tmp_path / "out") if said)
    for text in said:
        simulated = f"protection plans started: {lived:.1f} simulated"
        assert f"{simulated} where {times * lived:.1f} were published ({told})" in text
