"""The fit report: verdicts, sentences about misses, published points, and a page of it all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sos_sim.calibration.calibrate import calibrate
from sos_sim.calibration.file import load_calibration
from sos_sim.calibration.report.figures import FOOT
from sos_sim.calibration.report.page import (
    Fit,
    calibration_page,
    exit_shares,
    figures_described,
    fit_page,
    of_scenario,
    official_targets,
    scenario_page,
)
from sos_sim.calibration.report.readings import contraction_words, count_words, miss_words, validation_words
from sos_sim.calibration.spells import DRAWS, spells_of_calibration
from sos_sim.calibration.tables import SPELLS
from sos_sim.kit.drawing import says
from sos_sim.kit.page import Page, write_page
from support.calibrations import without_simulation, write_calibration
from support.small_studies import usual_and_offer
from support.tables_of_fits import contraction, fit, scenario_fit, spells

PRICES = {"price_foster_week", "price_residential_week", "price_social_work_week"}


class TestSentences:
    def test_counts_go_by_the_worst_figure_and_prices_do_not_count(self) -> None:
        figures = figures_described(fit(cla_start_rate=(23.1, 0.5), cla_start_1_4_share=(0.21, 0.1)))
        counted = figures[~figures["input"]]
        targets, inside, *rest = count_words(counted, figures[figures["validate"]])
        many, all_figures = counted["target"].nunique(), len(counted)
        assert many < all_figures < len(figures)
        assert f"Of {many} official targets" in targets
        assert f"{many - 2} are met within 1 tolerance and {many - 1} within 2" in targets
        assert f"contains {all_figures - 1} of {all_figures}" in inside and not rest

    def test_a_miss_says_how_far_how_surely_and_where_it_lies(self) -> None:
        found = miss_words(figures_described(fit(cla_start_rate=(36.8, 1.0))))
        assert len(found) == 1
        assert "simulated 36.8 against 20.8" in found[0] and "16.0 tolerances too high" in found[0]
        assert "35.8 to 37.8, does not contain" in found[0]
        assert "outside the 10th to 90th centile" in found[0] and "all starts 26.5" in found[0]

    def test_a_miss_inside_everything_is_said_so(self) -> None:
        (words,) = miss_words(figures_described(fit(cla_start_rate=(17.8, 5.0))))
        assert "3.0 tolerances too low" in words and "22.8, contains" in words and "is within the 10th" in words

    @pytest.mark.parametrize(("low", "high", "said"), [(10.0, 30.0, "other figures pull"), (30.0, 50.0, "the rule")])
    def test_a_miss_tells_the_pull_of_others_from_the_rule(self, low: float, high: float, said: str) -> None:
        figures = figures_described(fit(cla_start_rate=(36.8, 1.0)).assign(prior_low=low, prior_high=high))
        assert said in miss_words(figures)[0]

    def test_no_miss_is_said_plainly(self) -> None:
        assert miss_words(figures_described(fit())) == ["No figure used for the fit lies beyond 2 tolerances."]

    def test_figures_kept_aside_are_scored_apart(self) -> None:
        figures = figures_described(fit(cpp_start_rate=(55.0, 1.0), cla_start_rate=(36.8, 1.0)))
        aside = figures[figures["measure"].isin(["cpp_start_rate", "cla_start_rate"])]
        score, *misses = validation_words(aside)
        assert "no part in the fit: 2, of which 0 within 1 tolerance, 1 within 2" in score
        assert len(misses) == 1 and "cla_start_rate" in misses[0]

    def test_what_was_learned_and_that_strengths_were_not(self) -> None:
        words = " ".join(contraction_words(contraction(), None))
        assert "4 uncertain parameters: 2 identified, 1 hardly identified" in words
        assert (
            "closing (90%)" in words
            and "1 of the 1 strength of links in the programme theory is not identified" in words
        )


class TestPublishedPoints:
    def test_the_table_s_own_values_replace_england_s(self) -> None:
        table = fit()
        table.loc[table["measure"] == "cpp_ended_le6m_share", "official"] = 0.4
        assert official_targets(table)["cpp_ended_cum_le3m_6m_12m_24m"].values == (0.175, 0.4, 0.714, 0.962)

    def test_a_target_with_a_missing_figure_is_left_out(self) -> None:
        table = fit()
        assert "reentry_after_home_1y" not in official_targets(table[table["measure"] != "reentry_after_home_1y"])

    def test_unaccompanied_children_are_taken_out_of_exits(self) -> None:
        shares = exit_shares(official_targets(fit()))
        assert shares["adoption"] == pytest.approx(0.088 / (1 - 0.2279))
        assert shares["eighteenth birthday"] == pytest.approx((0.40 - 0.2279 * 0.65) / (1 - 0.2279))
        assert shares["home"] == pytest.approx(0.319 * (1 - shares["eighteenth birthday"]))


def test_verdicts_and_given_prices() -> None:
    verdict = figures_described(fit(cla_start_rate=(36.8, 1.0), cpp_start_rate=(54.0, 1.0))).set_index("measure")[
        "verdict"
    ]
    assert verdict["cla_start_rate"] == "MISSED" and verdict["cpp_start_rate"] == "near"
    assert set(verdict[verdict == "given"].index) == PRICES and verdict["s47_rate"] == "met"


def test_a_scenario_s_fit_has_the_columns_of_a_calibration_s() -> None:
    whole = of_scenario(scenario_fit(cla_start_rate=(23.8, 0.0))).set_index("measure")
    assert whole.loc["cla_start_rate", "high_with_luck"] == pytest.approx(23.8 + 1.645)
    assert whole.loc["cla_start_rate", "low_with_luck"] == pytest.approx(23.8 - 1.645)
    assert not whole.loc["cla_start_rate", "inside"] and whole.loc["cpp_start_rate", "inside"]
    assert whole.loc["cla_start_rate", "authorities_low"] == 13.6


@pytest.fixture(scope="module")
def calibration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished toy calibration, whose spells are those of a small real authority."""
    place = tmp_path_factory.mktemp("calibration")
    with pytest.MonkeyPatch.context() as patch:
        without_simulation(patch)
        calibrate(load_calibration(write_calibration(place)), place / "out", workers=1)
    return place / "out"


class TestCalibrationFolder:
    def test_its_report_has_what_was_learned_and_what_was_kept_aside(self, calibration: Path) -> None:
        page = calibration_page(calibration)
        assert [section.id for section in page.sections][-1] == "learned"
        assert {"validation", "contraction"} <= {sheet.name for sheet in page.sheets}
        assert "age_at_start" not in {picture.name for picture in page.pictures}

    def test_its_spells_are_simulated_once_and_always_the_same(self, calibration: Path) -> None:
        first = spells_of_calibration(calibration)
        assert set(first["plan_spells"]["draw"]) <= set(range(DRAWS)) and first["plan_spells"]["draw"].nunique() > 10
        for name in SPELLS:
            (calibration / f"{name}.parquet").unlink()
        again = spells_of_calibration(calibration)
        for name in SPELLS:
            pd.testing.assert_frame_equal(again[name], first[name])


@pytest.fixture(scope="module")
def page() -> Page:
    figures = fit(cla_start_rate=(36.8, 1.0))
    figures.loc[figures["measure"] == "sw_turnover", "validate"] = True
    return fit_page(Fit("A fit", figures, spells(), "luck", contraction()))


def test_a_scenario_has_a_report_of_its_own_runs(tmp_path: Path) -> None:
    scenario = usual_and_offer(tmp_path)[0]
    page = scenario_page(scenario, scenario_fit(cla_start_rate=(23.8, 0.0)))
    assert page.title == "Fit of usual to official figures" and "luck, as it varies over 3" in page.sheets[0].note


class TestPage:
    def test_it_has_every_figure_and_each_says_what_a_fit_means(self, page: Page) -> None:
        assert [picture.name for picture in page.pictures] == [
            "distances",
            "reentry",
            "time_in_care",
            "plan_duration",
            "age_at_start",
            "workforce",
            "learned",
        ]
        assert all(says(picture.figure, FOOT) for picture in page.pictures) and page.caveat == FOOT

    def test_sections_of_a_scenario_have_no_learning_and_no_validation(self) -> None:
        sections = [section.id for section in fit_page(Fit("A fit", fit(), spells(), "luck")).sections]
        assert sections == ["targets", "misses", "time", "who"]

    def test_it_is_written_with_its_tables(self, page: Page, tmp_path: Path) -> None:
        text = write_page(page, tmp_path).read_text()
        assert "MISSED" in text and "Figures kept aside" in text
        kept = pd.read_csv(tmp_path / "tables" / "fit.csv").set_index("measure")
        assert "sw_turnover" not in kept.index and kept.loc["cla_start_rate", "distance"] == pytest.approx(16.0)
