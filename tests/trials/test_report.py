"""The report of a trial study: which sections it has, what its sentences name, what its figures draw."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pandas as pd
import pytest

from sos_sim.core.errors import ResultsFolderError
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit import drawing
from sos_sim.kit.page import Page, Words
from sos_sim.trials.report import figures_effects as figures_trial_effects
from sos_sim.trials.report import figures_operating as figures_trials
from sos_sim.trials.report.page import trial_page
from support.tables_of_trials import EFFECTS, keep_made_up, made_up

matplotlib.use("agg")

ALL = ["unseen", "errors", "power", "assurance", "bias", "implied", "cost", "made"]


def sections(page: Page) -> list[str]:
    """Ids of a page's sections."""
    return [section.id for section in page.sections]


def words(page: Page, section: str) -> str:
    """All paragraphs of one section."""
    blocks = next(found.blocks for found in page.sections if found.id == section)
    return " ".join(text for block in blocks if isinstance(block, Words) for text in block.paragraphs)


def test_the_page_has_every_section_and_every_figure_of_an_effect_the_caveat(tmp_path: Path) -> None:
    page = trial_page(keep_made_up(tmp_path / "trial", made_up()))
    assert sections(page) == ALL
    without_caveat = [picture.name for picture in page.pictures if not drawing.says(picture.figure, CAVEAT)]
    assert without_caveat == ["trial-correlations"]
    assert {"trial_errors", "trial_power", "trial_assurance", "trial_bias", "trial_numbers"} <= {
        sheet.name for sheet in page.sheets
    }


def test_the_summary_names_analyses_that_fail_and_where(tmp_path: Path) -> None:
    page = trial_page(keep_made_up(tmp_path / "trial", made_up()))
    failing = [text for text in page.summary if text.startswith("Fails its error rate")]
    assert len(failing) == 1
    assert failing[0].startswith("Fails its error rate: children alone finds an effect where there is none in 40% ")
    assert "(parallel with 10 and 40 authorities)" in failing[0]
    held = next(text for text in page.summary if text.startswith("No error rate above"))
    assert "cluster summary" in held and "children alone" not in held


def test_a_lead_analysis_that_fails_takes_its_power_with_it(tmp_path: Path) -> None:
    page = trial_page(keep_made_up(tmp_path / "trial", made_up(errors={"exposure_time": 0.2})))
    said = next(text for text in page.summary if "exposure time finds" in text)
    assert "stepped wedge with 10 and 40 authorities" in said and said.endswith("do not read its power.")


def test_too_few_trials_are_said_to_tell_nothing(tmp_path: Path) -> None:
    tables = made_up()
    power = tables["power"]
    few = power["verdict"].where(power["analysis"] != "gee_sandwich", "too few to tell")
    page = trial_page(keep_made_up(tmp_path / "trial", {**tables, "power": power.assign(verdict=few)}))
    held = next(text for text in page.summary if text.startswith("No error rate above"))
    assert "GEE sandwich" not in held
    assert any(text.startswith("Too few trials to tell the error rate: GEE sandwich") for text in page.summary)


def test_power_is_said_beside_true_and_detectable_differences_in_percentage_points(tmp_path: Path) -> None:
    tables = made_up()
    page = trial_page(keep_made_up(tmp_path / "trial", tables))
    power = tables["power"]
    row = (
        power[power["lead"] & (power["effect"] == "as assumed") & (power["design"] == "parallel")]
        .query("clusters == 40 and outcome == 'looked_after_18m'")
        .iloc[0]
    )
    assert "differences in percentage points" in page.summary[0] and "if the theory holds" in page.summary[0].lower()
    assert (
        f"parallel with 40 authorities in {row['rejected']:.0%} of cases" in page.summary[0]
        and f"true effect of −0.40 in the model, where {100 * row['detectable']:.2f} is" in page.summary[0]
    )
    assert page.summary[1].startswith("None of the trials tried, up to 40 authorities")


def test_the_smallest_trial_that_tells_is_named(tmp_path: Path) -> None:
    page = trial_page(keep_made_up(tmp_path / "trial", made_up(sizes=(40, 100, 400))))
    assert page.summary[1].endswith("stepped wedge with 100 authorities.")


def test_bias_beyond_luck_is_said(tmp_path: Path) -> None:
    tables = made_up(("parallel",), (20,))
    power = tables["power"].assign(bias=0.002, bias_low=0.001, bias_high=0.003)
    page = trial_page(keep_made_up(tmp_path / "trial", {**tables, "power": power}))
    assert "parallel with 20 authorities +0.20 (+0.10 to +0.30, more than luck leaves open)" in words(page, "bias")


def test_harm_that_no_record_shows_stands_beside_harm_that_came_to_notice(tmp_path: Path) -> None:
    page = trial_page(keep_made_up(tmp_path / "trial", made_up(draws=0)))
    said = words(page, "unseen")
    seen, unseen = said.index("which records show: +2.00"), said.index("which no record shows: −1.00")
    assert seen < unseen and "per 10,000 child-years as assumed" in said
    assert "recorded harm may rise while harm falls" in said
    assert "harm_months" not in set(next(s for s in page.sheets if s.name == "trial_outcomes").frame["outcome"])


def test_outcomes_without_unrecorded_harm_are_said_to_lack_it(tmp_path: Path) -> None:
    seen = {name: effect for name, effect in EFFECTS.items() if name != "harm_months"}
    page = trial_page(keep_made_up(tmp_path / "trial", made_up(outcomes=seen)))
    assert "not counted here" in words(page, "unseen")


def test_without_draws_there_is_no_assurance_and_the_page_says_so(tmp_path: Path) -> None:
    page = trial_page(keep_made_up(tmp_path / "trial", made_up(draws=0)))
    assert not any(text.startswith("Assurance") for text in page.summary)
    assert "trial-assurance" not in {picture.name for picture in page.pictures}
    assert "Not told, because this folder has no table of it: assurance over draws" in words(page, "made")


def test_a_trial_inside_one_authority_tells_what_spills_over_and_skips_what_it_has_not(tmp_path: Path) -> None:
    page = trial_page(keep_made_up(tmp_path / "trial", made_up(("families",), (180,), draws=0)))
    assert sections(page) == ["unseen", "errors", "power", "bias", "inside", "made"]
    assert "families by lot with 180 families" in page.summary[0]
    assert "by lot, those not offered it −0.10 (−0.20 to 0.00)" in words(page, "inside")
    assert "which no record shows: −1.00" in words(page, "unseen")
    assert "Costs of a trial inside one authority are not reckoned." in words(page, "made")
    numbers = next(sheet for sheet in page.sheets if sheet.name == "trial_numbers").frame["number"]
    assert {"recruited", "offered"} <= set(numbers) and "authorities" not in set(numbers)


def test_a_folder_with_power_alone_says_what_it_lacks(tmp_path: Path) -> None:
    tables = {name: table for name, table in made_up().items() if name in ("power", "outcomes")}
    page = trial_page(keep_made_up(tmp_path / "trial", tables))
    assert sections(page) == ["unseen", "errors", "power", "bias", "cost", "made"]
    lacking = words(page, "made")
    assert all(what in lacking for what in ("assurance", "a result is worth", "textbook", "correlations", "follow-up"))


def test_the_worth_of_a_result_stands_beside_its_cost_and_whose_judgement_it_rests_on(tmp_path: Path) -> None:
    said = words(trial_page(keep_made_up(tmp_path / "trial", made_up())), "cost")
    assert "a judgement that is yours" in said and "worth £400,000" in said
    assert "parallel with 40 authorities is worth £80,000 (£20,000 to £160,000)" in said
    assert "costs £24.4 million: 305 such decisions would pay for it" in said


def test_power_over_follow_up_is_drawn_where_sizes_of_authorities_are_known_too(tmp_path: Path) -> None:
    tables = made_up(("parallel",), (10, 40))
    reach = tables["reach"]
    known = reach[(reach["clusters"] == 10) | (reach["size"] == "all")]
    page = trial_page(keep_made_up(tmp_path / "trial", {**tables, "reach": known}))
    left, right = next(picture.figure for picture in page.pictures if picture.name == "trial-reach").axes
    months, sizes = (next(line for line in axes.lines if line.get_marker() == "o") for axes in (left, right))
    assert list(months.get_xdata()) == [6, 12, 18, 24]  # type: ignore[arg-type]
    assert months.get_label() == "parallel, 10 authorities"
    assert list(sizes.get_xdata()) == [0, 1, 2]  # type: ignore[arg-type]


def test_trials_that_failed_and_analyses_that_could_not_be_made_are_told(tmp_path: Path) -> None:
    tables = made_up(("parallel",), (10,))
    power = tables["power"].assign(failed=lambda rows: (rows["analysis"] == "gee_corrected").astype(int) * 7)
    page = trial_page(keep_made_up(tmp_path / "trial", {**tables, "power": power}, failed=12))
    assert "12 of 1,000 virtual trials failed and are left out." in words(page, "made")
    assert "GEE corrected could not be made in 7 of 400 trials" in words(page, "errors")


def test_a_folder_without_power_is_refused(tmp_path: Path) -> None:
    folder = keep_made_up(tmp_path / "trial", made_up(("parallel",), (10,)))
    (folder / "power.parquet").unlink()
    with pytest.raises(ResultsFolderError, match="no table 'power'"):
        trial_page(folder)


def test_designs_are_compared_at_a_cost_that_all_can_have(tmp_path: Path) -> None:
    page = trial_page(keep_made_up(tmp_path / "trial", made_up()))
    assert "At £24.4 million" in words(page, "cost")  # a parallel trial of 40, a stepped wedge between 10 and 40
    alone = trial_page(keep_made_up(tmp_path / "alone", made_up(("parallel",), (10,))))
    assert "No cost is common to several" in words(alone, "cost")


def primary(tables: dict[str, pd.DataFrame], effect: str, *, lead: bool = False) -> pd.DataFrame:
    """Rows of the power table about the primary outcome."""
    power = tables["power"]
    rows = power[(power["outcome"] == "looked_after_18m") & (power["effect"] == effect)]
    return rows[rows["lead"]] if lead else rows


@pytest.mark.parametrize("sizes", [(12,), (6, 12, 24)])
def test_error_rates_fill_the_marks_of_those_that_fail(sizes: tuple[int, ...]) -> None:
    rows = primary(made_up(("parallel",), sizes), "none")
    axes = figures_trials.by_analysis(rows, figures_trials.ERROR_RATE, "Authorities").axes[0]
    filled = {
        float(line.get_xdata()[0])
        for line in axes.lines  # type: ignore[index, arg-type]
        if len(line.get_xdata()) == 1 and line.get_markerfacecolor() == line.get_color()  # type: ignore[arg-type]
    }
    marks = [line for line in axes.lines if len(line.get_xdata()) == 1]  # type: ignore[arg-type]
    assert filled == {0.4}
    assert len(marks) == len(rows)


@pytest.mark.parametrize("sizes", [(12,), (6, 12, 24)])
def test_power_is_drawn_at_every_size_with_its_interval(sizes: tuple[int, ...]) -> None:
    rows = primary(made_up(("parallel", "stepped_wedge"), sizes), "as assumed", lead=True)
    figure = figures_trials.power_and_detectable(rows, "percentage points", "authorities")
    left, right = figure.axes
    drawn = [list(line.get_ydata()) for line in left.lines if line.get_marker() != "None"]  # type: ignore[arg-type]
    wanted = [list(of_design["rejected"]) for _, of_design in rows.groupby("design", sort=False)]
    assert drawn == wanted
    assert [label.get_text() for label in left.get_xticklabels()] == [str(size) for size in sizes]
    low, high = left.get_xlim()
    assert low < sizes[0] and high > sizes[-1]
    assert right.get_ylim()[0] == 0.0


def test_draws_beyond_the_detectable_difference_are_counted() -> None:
    effects = pd.DataFrame({"draw": [-1, 0, 1, 2], "design": "parallel", "true_effect": [-1.0, -3.0, 0.5, 4.0]})
    power = pd.DataFrame({"design": ["parallel"], "clusters": [20], "detectable": [2.0]})
    axes = figures_trial_effects.effects_and_detectable(effects, power, "percentage points", "authorities").axes[0]
    assert "2 of 3 draws" in [text.get_text() for text in axes.texts]
    band = axes.patches[0]
    assert (band.get_x(), band.get_width()) == (-2.0, 4.0)  # type: ignore[attr-defined]


def test_figures_refuse_to_draw_nothing() -> None:
    with pytest.raises(ValueError, match="no rows"):
        figures_trials.by_analysis(pd.DataFrame(), figures_trials.COVERAGE, "Authorities")
