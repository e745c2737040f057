"""The report of a small comparison: every part there, honest where parts are missing, the same again."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sos_sim.comparison.compare import compare
from sos_sim.comparison.further import FOLDER, forecast_further, read_comparison, run_further
from sos_sim.comparison.report.page import comparison_briefs, comparison_page
from sos_sim.core.errors import ResultsFolderError
from sos_sim.core.provenance import CAVEAT
from sos_sim.files.scenario import load_scenario
from sos_sim.kit.page import Page, Picture, Words, write_page
from sos_sim.runs.forecast import seconds_a_run
from sos_sim.runs.replicate import replicate
from support.small_studies import usual_and_offer

SECTIONS = ["effect", "mechanism", "moderators", "implementation", "economics", "assumptions", "fit", "provenance"]
MOST_BYTES = 5_000_000


def words(page: Page, section: str) -> str:
    """All words of a section."""
    (found,) = (part for part in page.sections if part.id == section)
    return " ".join(text for block in found.blocks if isinstance(block, Words) for text in block.paragraphs)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison without any further run."""
    folder = tmp_path_factory.mktemp("plain")
    compare(usual_and_offer(folder), 2, folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison by team, and all that its report needs besides."""
    folder = tmp_path_factory.mktemp("whole")
    compare(usual_and_offer(folder), 2, folder / "out", teams=True)
    run_further(read_comparison(folder / "out"))
    return folder / "out"


@pytest.fixture(scope="module")
def written(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, Path]:
    """The page of the whole comparison, and where it was written."""
    page = comparison_page(whole)
    return page, write_page(page, tmp_path_factory.mktemp("written"))


def test_a_plain_comparison_has_all_sections_and_says_what_was_not_run(plain: Path) -> None:
    page = comparison_page(plain)
    assert [section.id for section in page.sections] == SECTIONS
    for section, missing in (("mechanism", "Mechanism"), ("moderators", "Conditions"), ("economics", "Economics")):
        assert f"{missing}: not run" in re.sub(r" \([^)]*\)", "", words(page, section))
    assert {picture.name for picture in page.pictures} == {
        "children-in-care-1",
        "futures-1",
        "harm-beside-entries-1",
        "effects-1",
        "entries-and-harm-1",
        "looked-after",
        "chain",
        "mean-fidelity",
        "mean-surface",
    }


def test_what_the_further_runs_take_is_reckoned_from_the_lives_that_they_are(whole: Path) -> None:
    tables = [pd.read_parquet(file) for file in (whole / FOLDER).rglob("runs.parquet")]
    arms = [{name.partition(":")[0] for name in table.columns if ":" in name} for table in tables]
    lived = sum(len(table) * len(names) for table, names in zip(tables, arms, strict=True))
    stored = read_comparison(whole)
    reckoned = forecast_further(stored)
    assert reckoned.rows == pytest.approx(lived, rel=0.1)
    assert reckoned.seconds == pytest.approx(reckoned.rows * seconds_a_run(stored.scenarios[:1]))


def test_a_whole_comparison_has_a_figure_for_every_question(written: tuple[Page, Path]) -> None:
    page, _ = written
    names = {picture.name for picture in page.pictures}
    assert names >= {
        "effects-1",
        "paths-1",
        "paths-of-others-1",
        "chain",
        "fates-1",
        "danger-1",
        "brought-1",
        "fidelity-by-team",
        "staff",
        "delivery-entries-1",
        "costs-1",
        "plane-1",
        "net-benefit-1",
        "acceptability-1",
        "information",
    }
    assert {"beliefs", "scenarios", "fit", "prices", "chain", "provenance"} <= {sheet.name for sheet in page.sheets}


def test_the_summary_is_plain_and_says_what_intervals_hold(written: tuple[Page, Path]) -> None:
    page, _ = written
    summary = " ".join(page.summary)
    assert "2,000 children" in summary
    assert "no real child, family or authority was observed" in summary
    assert "Intervals hold luck alone" in summary
    assert page.caveat == CAVEAT
    assert page.title == "offer against usual"


def test_every_belief_is_listed_with_prior_grade_and_source(plain: Path) -> None:
    from sos_sim.theory.parameters import declared

    (beliefs,) = (sheet.frame for sheet in comparison_page(plain).sheets if sheet.name == "beliefs")
    assert len(beliefs) == sum(parameter.kind == "belief" for parameter in declared().values())
    assert {"value", "prior", "grade", "source"} <= set(beliefs.columns)
    assert (beliefs["source"] != "").all()


def test_what_differs_between_scenarios_is_told(plain: Path) -> None:
    (apart,) = (sheet.frame for sheet in comparison_page(plain).sheets if sheet.name == "scenarios")
    training = apart[apart["where"] == "programme.training"].iloc[0]
    assert (training["in usual"], training["in offer"]) == ("0 (usual practice)", "1 from month 0")


def test_the_page_is_small_and_every_figure_and_table_is_a_file(written: tuple[Page, Path]) -> None:
    page, report = written
    assert report.stat().st_size < MOST_BYTES
    kinds = {"figures/*.svg": page.pictures, "figures/*.png": page.pictures, "tables/*.csv": page.sheets}
    for pattern, blocks in kinds.items():
        assert {path.stem for path in report.parent.glob(pattern)} == {block.name for block in blocks}


def test_the_page_is_the_same_again(written: tuple[Page, Path], whole: Path, tmp_path: Path) -> None:
    again = write_page(comparison_page(whole), tmp_path)
    assert again.read_bytes() == written[1].read_bytes()


def test_tables_as_csv_read_back(written: tuple[Page, Path]) -> None:
    page, report = written
    for sheet in page.sheets:
        back = pd.read_csv(report.parent / "tables" / f"{sheet.name}.csv")
        assert (len(back), list(back.columns)) == (len(sheet.frame), list(sheet.frame.columns))


def test_one_pair_of_a_single_year_is_told_without_intervals_and_without_warnings(tmp_path: Path) -> None:
    compare(usual_and_offer(tmp_path), 1, tmp_path / "out")
    run_further(read_comparison(tmp_path / "out"))
    page = comparison_page(tmp_path / "out")
    assert "There are too few pairs for an interval." in words(page, "effect")
    assert not any("nan" in text.lower().split() for text in page.summary)


def test_two_arms_have_figures_of_their_own(tmp_path: Path) -> None:
    usual, offer = usual_and_offer(tmp_path)
    (tmp_path / "trained.yaml").write_text("name: trained\nextends: usual.yaml\nprogramme: {training: 1}\n")
    compare([usual, offer, load_scenario(tmp_path / "trained.yaml")], 1, tmp_path / "out")
    page = comparison_page(tmp_path / "out")
    assert page.title == "offer and trained against usual"
    questions = [picture.question for picture in page.pictures if picture.name.startswith("effects")]
    assert [question.partition(":")[0] for question in questions] == ["offer", "trained"]
    assert "too few pairs for an interval" in " ".join(page.summary)
    opened = [block.question for block in page.opening if isinstance(block, Picture)]
    assert opened[0] == "offer: How many children would be in care, with and without?"
    assert [question.partition(":")[0] for question in opened] == ["offer"] * 3 + ["trained"] * 3
    first, second = comparison_briefs(tmp_path / "out")
    assert (first.name, second.name) == ("brief", "brief-2")
    assert (first.others, second.others) == ({"brief-2": second.title}, {"brief": first.title})
    assert "trained" in second.title and "trained" not in first.title


def test_draws_are_told_as_drawn(tmp_path: Path) -> None:
    draws = [{"relational": 0.2}, {"relational": 0.6}]
    compare(usual_and_offer(tmp_path), 1, tmp_path / "out", draws=draws)
    page = comparison_page(tmp_path / "out")
    (beliefs,) = (sheet.frame.set_index("path") for sheet in page.sheets if sheet.name == "beliefs")
    assert beliefs.loc["theory.relational", "value"] == "drawn"
    assert beliefs.loc["theory.purposeful", "value"] != "drawn"
    assert "2 draws of parameters" in words(page, "assumptions")
    (forest,) = (picture for picture in page.pictures if picture.name == "effects-1")
    assert "no interval from 2 draws of parameters: 9 would do for one of 80%, 39 for 95%" in forest.alt


def test_another_kind_of_folder_is_refused(tmp_path: Path) -> None:
    replicate(usual_and_offer(tmp_path)[0], 1, tmp_path / "out")
    with pytest.raises(ResultsFolderError, match="not a comparison"):
        comparison_page(tmp_path / "out")


def test_failed_runs_are_told_and_an_arm_without_pairs_is_left_out(plain: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(plain, tmp_path / "out")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["rows"] = {"asked": 4, "done": 3, "failed": 1}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    runs = pd.read_parquet(folder / "runs.parquet")
    runs.loc[3, ["status", "reason"]] = ["failed", "ModelError: month 3"]
    runs.to_parquet(folder / "runs.parquet")
    page = comparison_page(folder)
    assert "1 of 4 runs failed" in " ".join(page.summary)
    assert "failed-runs" in {sheet.name for sheet in page.sheets}
    effects = pd.read_parquet(folder / "effects.parquet")
    effects.assign(replicates=0).to_parquet(folder / "effects.parquet")
    with pytest.raises(ResultsFolderError, match="no pair of finished runs"):
        comparison_page(folder)
