"""Between-authority realism: the panel read, facts told, variation explained, and the study run."""

from __future__ import annotations

import html
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sos_sim.authorities.between import explained_table, linear_reference, skill, squared_correlation
from sos_sim.authorities.report.figures import FOOT
from sos_sim.authorities.report.page import authorities_page, pairs
from sos_sim.authorities.study import (
    DECILES_PER_SCORE,
    STEPS,
    BetweenAuthorities,
    between_authorities,
    known_facts,
    point_of,
    usual_practice,
)
from sos_sim.authorities.tables import DEPRIVATION, EXPLAINED, TABLES
from sos_sim.cli import app
from sos_sim.core.errors import EvidenceError
from sos_sim.core.parameters import Value
from sos_sim.evidence.panel import MEASURED, Panel, read_panel
from sos_sim.kit.drawing import says
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.store import read_manifest, read_table
from support.panels import AUTHORITIES, panel_table, write_panel

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "la_panel_2013_2023.csv"
DIFFER = {"referral_rate", "cpp_start_rate", "cla_start_rate"}
"""Measures in which the authorities of the small panel differ at all."""
ONE, TWO = "E06000001", "E06000002"
LAST = list(STEPS)[-1]


def panel(folder: Path, table: pd.DataFrame | None = None, year: int | None = None) -> Panel:
    return read_panel(write_panel(folder, table), year)


class TestPanel:
    def test_the_latest_year_and_the_workforce_of_the_census_inside_it(self, tmp_path: Path) -> None:
        found = panel(tmp_path, panel_table(sw_caseload={(ONE, 2022): 17.0, (ONE, 2023): 99.0}))
        assert found.year == 2023 and len(found.facts) == AUTHORITIES
        assert found.official.loc[ONE, "caseload_mean"] == 17.0
        assert found.facts.loc[ONE, "case_holder_rate"] == pytest.approx(17.5)
        assert found.facts.loc[ONE, "held_share"] == pytest.approx(17.0 * 17.5 / (330 + 440 * 55_000 / 632_830))

    def test_figures_are_on_the_model_s_definition(self, tmp_path: Path) -> None:
        official = panel(tmp_path).official.loc[ONE]
        assert official["cla_start_rate"] == pytest.approx(27.0 * 0.8)
        assert official["cla_stock_rate"] == pytest.approx(67.0 * 0.9)
        assert official["cin_start_rate"] == pytest.approx(330.0) and official["rereferral_12m_share"] == 0.22

    def test_every_measure_is_one_of_the_model_s(self) -> None:
        assert set(MEASURED) <= set(MEASURES)

    def test_suppressed_figures_are_missing_and_small_or_old_authorities_left_out(self, tmp_path: Path) -> None:
        table = panel_table(lait_uasc_pct={(ONE, 2023): None}, pop_0_17_mye={(TWO, 2023): 900.0})
        england = table.iloc[[0]].assign(new_la_code="E92000001")
        old = table.iloc[[0]].assign(new_la_code="E10000006", pop_0_17_mye=None, year=2023)
        found = panel(tmp_path, pd.concat([table, england, old]))
        assert np.isnan(found.official.loc[ONE, "cla_stock_rate"]) and found.official.loc[ONE, "cpp_stock_rate"] == 40.0
        assert TWO not in found.facts.index and found.facts.index.str.startswith("E06").all()

    def test_another_year_without_a_workforce_before_it(self, tmp_path: Path) -> None:
        found = panel(tmp_path, year=2022)
        assert found.facts["case_holder_rate"].isna().all() and found.official["cpp_start_rate"].notna().all()

    @pytest.mark.parametrize(
        ("table", "said"),
        [
            (panel_table().drop(columns="s47_rate"), "no column 's47_rate'."),
            (
                panel_table(referrals_rate={(ONE, 2022): "many"}),
                "line 2: referrals_rate is 'many', but must be a number",
            ),
            (panel_table(cpp_31mar_rate={(ONE, 2023): -1.0}), f"line {AUTHORITIES + 2}: cpp_31mar_rate is '-1.0', but"),
            (pd.concat([panel_table(), panel_table()]), "two rows for the authority E06000001 in 2023"),
            (panel_table().assign(pop_0_17_mye=100.0), "no authority of at least 2000 children in 2023"),
            (panel_table().assign(pop_0_17_mye=np.nan), "no authority of at least 2000 children in 2023"),
            (panel_table().assign(new_la_code=range(24)), "line 2: new_la_code is '0', but must be a code of"),
            (panel_table(year={(ONE, 2022): None}), "line 2: year is '', but must be a year such as 2023"),
            (panel_table(year={(ONE, 2022): 2022.5}), "line 2: year is '2022.5', but must be a year such as 2023"),
            (panel_table(la_name={(TWO, 2022): None}), "line 3: la_name is '', but must be the name of an authority"),
            (
                panel_table(s47_rate={(ONE, 2022): "inf"}),
                "line 2: s47_rate is 'inf', but must be a number of at least 0",
            ),
            (panel_table(sw_vacancy_pct={(ONE, 2022): 101}), "sw_vacancy_pct is '101', but must be a percentage"),
            (panel_table().iloc[:0], "no rows below its header"),
        ],
    )
    def test_what_cannot_be_used_is_refused(self, tmp_path: Path, table: pd.DataFrame, said: str) -> None:
        with pytest.raises(EvidenceError, match=r"panel\.csv") as refusal:
            panel(tmp_path, table)
        assert said in str(refusal.value)

    def test_a_panel_saved_again_by_a_spreadsheet_says_the_same(self, tmp_path: Path) -> None:
        path = tmp_path / "panel.csv"
        text = panel_table().assign(year=[f"{year}.0" for year in panel_table()["year"]]).to_csv(index=False, sep=";")
        path.write_bytes(text.replace("Place 1;", "Plâce 1;").encode("cp1252"))
        found = read_panel(path)
        assert found.facts.loc[ONE, "name"] == "Plâce 1"
        pd.testing.assert_frame_equal(found.official, panel(tmp_path).official)

    def test_a_year_or_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(EvidenceError, match="no year 2019; it has 2022 to 2023"):
            panel(tmp_path, year=2019)
        with pytest.raises(EvidenceError, match="cannot be read"):
            read_panel(tmp_path / "absent.csv")

    @pytest.mark.skipif(not REAL.is_file(), reason="the panel of real authorities is not beside this repository")
    def test_the_real_panel(self) -> None:
        found = read_panel(REAL)
        assert 145 <= len(found.facts) <= 152 and found.facts["children"].sum() == pytest.approx(11.9e6, rel=0.01)
        assert (found.official.notna().sum() > 140).all()
        told = known_facts(found, STEPS[LAST])
        assert ((told["deprivation"] > -4.5) & (told["deprivation"] < 4.5)).all()


STILL: dict[str, Value] = {"referral_deprivation": 0.0}
"""Deprivation that does nothing to referrals."""


class TestFactsTold:
    def test_relative_to_england_weighted_by_children(self, tmp_path: Path) -> None:
        table = panel_table(2, pop_0_17_mye={(ONE, 2023): 6000.0})
        told = known_facts(panel(tmp_path, table), STEPS[LAST])
        assert told["children"].tolist() == [6000.0, 2000.0]
        assert told["first_referral_rate"].tolist() == pytest.approx([440 / 450, 480 / 450])
        assert told["deprivation"].tolist() == pytest.approx([-0.0025 * DECILES_PER_SCORE, 0.0075 * DECILES_PER_SCORE])
        assert told.loc[TWO, "post_rate"] / told.loc[ONE, "post_rate"] == pytest.approx(3.0)
        assert (told[["turnover", "permanent_fill", "agency_fill"]] == 1.0).all(axis=None)

    def test_a_step_tells_only_its_facts(self, tmp_path: Path) -> None:
        assert list(known_facts(panel(tmp_path), STEPS["and referrals"])) == [
            "children",
            "deprivation",
            "first_referral_rate",
        ]

    def test_a_draw_is_scaled_and_a_suppressed_fact_stays_the_draw_s(self, tmp_path: Path) -> None:
        table = panel_table(2, sw_turnover_pct={(ONE, 2022): None, (TWO, 2022): 6.0})
        told = known_facts(panel(tmp_path, table), STEPS[LAST])
        point = point_of(
            usual_practice(0, 1), {**STILL, "first_referral_rate": 100.0, "trust_gain": 0.2}, told.loc[ONE], 9
        )
        assert point["first_referral_rate"] == pytest.approx(100.0 * 440 / 460) and point["trust_gain"] == 0.2
        assert "turnover" not in point and point["seed"] == 9 and point["children"] == 2000

    def test_known_referrals_hold_what_deprivation_does_to_them(self) -> None:
        told = pd.Series({"children": 2000.0, "deprivation": 1.0, "first_referral_rate": 1.2})
        draw: dict[str, Value] = {"first_referral_rate": 100.0, "referral_deprivation": 0.1}
        point = point_of(usual_practice(0, 1), draw, told, 9)
        excess = math.exp(0.1 * (float(point["deprivation"]) - 5.5))
        assert float(point["first_referral_rate"]) * excess == pytest.approx(120.0)
        unknown = point_of(usual_practice(0, 1), draw, told.drop("first_referral_rate"), 9)
        assert unknown["first_referral_rate"] == 100.0

    def test_facts_stay_in_their_declared_range(self) -> None:
        told = pd.Series({"children": 2000.0, "deprivation": 9.0, "first_referral_rate": 1000.0})
        point = point_of(usual_practice(0, 1), STILL, told, 9)
        assert point["deprivation"] == 10.0 and point["first_referral_rate"] == 900.0


class TestExplained:
    OFFICIAL = np.array([1.0, 2.0, 4.0, 5.0])

    def test_the_right_order_at_the_wrong_size(self) -> None:
        predicted = 3.0 + 0.1 * (self.OFFICIAL - 3.0)
        assert squared_correlation(self.OFFICIAL, predicted) == pytest.approx(1.0)
        assert skill(self.OFFICIAL, predicted) == pytest.approx(1.0 - 0.9**2)

    def test_the_wrong_level_costs_skill_and_the_wrong_order_everything(self) -> None:
        assert skill(self.OFFICIAL, self.OFFICIAL + 10.0) == pytest.approx(1.0 - 400.0 / 10.0)
        assert squared_correlation(self.OFFICIAL, -self.OFFICIAL) == 0.0
        assert squared_correlation(self.OFFICIAL, np.ones(4)) == 0.0

    def test_the_regression_is_judged_on_authorities_it_has_not_seen(self) -> None:
        x = np.arange(20.0)
        y = 3.0 * x + 5.0 * np.cos(7.0 * x)
        left_out = [np.polyval(np.polyfit(np.delete(x, n), np.delete(y, n), 1), x[n]) for n in range(20)]
        found = linear_reference(pd.Series(y), pd.DataFrame({"x": x}))
        assert found == pytest.approx(np.corrcoef(y, left_out)[0, 1] ** 2)

    def test_a_fact_that_all_authorities_lack_is_left_out_of_the_regression(self) -> None:
        official, facts = pd.Series(np.arange(12.0)), pd.DataFrame({"x": np.arange(12.0) ** 2})
        assert linear_reference(official, facts.assign(lacking=np.nan)) == linear_reference(official, facts)

    def test_a_table_of_perfect_predictions(self, tmp_path: Path) -> None:
        given = panel(tmp_path)
        wide = given.official.rename_axis("authority").reset_index().assign(facts=LAST)
        perfect = wide.melt(["facts", "authority"], var_name="measure")
        predictions = pd.concat([perfect.assign(draw=0), perfect.assign(draw=1, value=perfect["value"] + 2.0)])
        known = {LAST: known_facts(given, STEPS[LAST])}
        found = explained_table(predictions, given.official, known).set_index("measure")
        row = found.loc["cpp_start_rate"]
        assert row["r2"] == pytest.approx(1.0) and row["slope"] == pytest.approx(1.0) and row["authorities"] == 12
        assert row["simulated_mean"] == pytest.approx(row["official_mean"] + 1.0) and row["draws"] == 2
        assert row["skill_highest_draw"] == pytest.approx(1.0) and row["skill_lowest_draw"] < row["skill"] < 1.0
        assert row["linear"] == pytest.approx(1.0)
        assert found.loc["referral_rate", "given"] and not row["given"]

    def test_too_few_authorities_say_nothing(self, tmp_path: Path) -> None:
        given = panel(tmp_path, panel_table(9))
        wide = given.official.rename_axis("authority").reset_index().assign(facts=LAST, draw=0)
        predictions = wide.melt(["facts", "draw", "authority"], var_name="measure")
        found = explained_table(predictions, given.official, {LAST: known_facts(given, STEPS[LAST])})
        assert found.empty and list(found.columns) == EXPLAINED.names


DRAWN = 'Draws come from the posterior "england_with_trials"'
DRAWS: list[dict[str, Value]] = [STILL, {**STILL, "first_referral_rate": 300.0}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authorities")


@pytest.fixture(scope="module")
def study(folder: Path) -> BetweenAuthorities:
    scenario = usual_practice(0, 7).with_values(warmup_months=12, months=12)
    return between_authorities(scenario, panel(folder), DRAWS, folder / "out")


class TestStudy:
    def test_every_authority_draw_and_step_once(self, study: BetweenAuthorities) -> None:
        assert len(study.runs) == AUTHORITIES * len(DRAWS) * len(STEPS) and set(study.runs["status"]) == {"done"}
        assert len(study.predictions) == len(study.runs) * len(MEASURED)
        for found in (study.explained, study.deprivation):
            assert set(found["facts"]) == set(STEPS) and set(found["measure"]) == DIFFER

    def test_referrals_follow_when_they_are_told(self, study: BetweenAuthorities) -> None:
        found = study.explained[study.explained["measure"] == "referral_rate"].set_index("facts")
        assert found.loc[LAST, "correlation"] > 0.5 > found.loc["children and deprivation", "correlation"]

    def test_luck_goes_by_authority_and_draw_whoever_else_is_there(
        self, study: BetweenAuthorities, tmp_path: Path
    ) -> None:
        assert study.runs["seed"].nunique() == AUTHORITIES * len(DRAWS)
        scenario = usual_practice(0, 7).with_values(warmup_months=12, months=12)
        alone = between_authorities(scenario, panel(tmp_path, panel_table(1)), DRAWS, tmp_path / "alone").runs
        assert alone["seed"].nunique() == len(DRAWS) and set(alone["seed"]) < set(study.runs["seed"])

    def test_running_again_resumes_and_says_the_same(self, study: BetweenAuthorities, folder: Path) -> None:
        scenario = usual_practice(0, 7).with_values(warmup_months=12, months=12)
        again = between_authorities(scenario, panel(folder), DRAWS, folder / "out", workers=1)
        pd.testing.assert_frame_equal(again.explained, study.explained)
        pd.testing.assert_frame_equal(read_table(folder / "out", EXPLAINED), study.explained)
        pd.testing.assert_frame_equal(read_table(folder / "out", DEPRIVATION), study.deprivation)

    def test_the_page(self, study: BetweenAuthorities, folder: Path) -> None:
        page = authorities_page(folder / "out")
        names = [picture.name for picture in page.pictures]
        assert names[:2] == ["explained", "deprivation"] and set(names[2:]) == DIFFER
        assert all(says(picture.figure, FOOT) for picture in page.pictures)
        assert "12 authorities, figures of 2023, each simulated under 2 draws" in page.summary[0]
        both = pairs(study.predictions, study.official, "cpp_start_rate", LAST)
        assert len(both) == AUTHORITIES and (both["low"] <= both["simulated"]).all()


class TestCommand:
    def sos(self, *arguments: str) -> tuple[int, str, str]:
        answer = CliRunner().invoke(app, list(arguments))
        return answer.exit_code, answer.stdout, answer.stderr

    def test_table_report_and_json(self, tmp_path: Path) -> None:
        path, out = str(write_panel(tmp_path)), str(tmp_path / "out")
        asked = ("authorities", path, "--draws", "1", "--posterior", "england_with_trials", "--out", out)
        code, text, _ = self.sos(*asked)
        assert code == 0 and "cla_start_rate" in text and "Nothing was tuned" in text
        assert DRAWN in text and read_manifest(Path(out))["posterior"] == "england_with_trials"
        code, text, _ = self.sos("report", out)
        assert code == 0 and DRAWN in html.unescape((tmp_path / "out" / "report.html").read_text())
        code, text, _ = self.sos(*asked, "--json")
        told = json.loads(text)
        assert code == 0 and len(told["explained"]) == len(told["deprivation"]) == len(STEPS) * len(DIFFER)
        assert told["posterior"] == "england_with_trials"

    @pytest.mark.parametrize("number", [1, 3])
    def test_a_panel_of_a_few_authorities_is_refused_before_anything_runs(self, tmp_path: Path, number: int) -> None:
        path = write_panel(tmp_path, panel_table(number))
        code, _, said = self.sos("authorities", str(path), "--out", str(tmp_path / "out"))
        assert code == 2 and f"has {number} authorities" in said and not (tmp_path / "out").exists()

    def test_the_first_year_of_a_panel_has_no_workforce_and_is_told_without(self, tmp_path: Path) -> None:
        path, out = str(write_panel(tmp_path)), tmp_path / "out"
        code, text, _ = self.sos("authorities", path, "--year", "2022", "--draws", "0", "--out", str(out))
        assert code == 0 and "cla_start_rate" in text and "posterior" not in text
        assert read_table(out, TABLES["authorities"])["turnover"].isna().all()
        assert self.sos("report", str(out))[0] == 0

    def test_a_panel_that_cannot_be_read_is_refused_and_nothing_written(self, tmp_path: Path) -> None:
        code, _, said = self.sos("authorities", str(tmp_path / "no.csv"), "--out", str(tmp_path / "out"))
        assert code == 2 and "no.csv" in said and not (tmp_path / "out").exists()
