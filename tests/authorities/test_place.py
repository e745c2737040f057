"""A place: groups, regions and authorities to come, prices and deprivation, neighbours, its page, its command."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from sos_sim.authorities.neighbours import BY_FACTS, BY_LIST, REGIONS, neighbours_of
from sos_sim.authorities.place import LocalPlace, check_table
from sos_sim.authorities.report.figures_place import EDGE, beside_neighbours, off_by_figure
from sos_sim.authorities.report.place_page import SAYS, banner_said, check_page, check_said, place_page
from sos_sim.authorities.scenario_file import FITTED_DRAWS, write_authority_file
from sos_sim.calibration.calibrate import CalibrationQuestion
from sos_sim.cli import app
from sos_sim.core.errors import EvidenceError
from sos_sim.evidence.areas import find_area, group_of, regions
from sos_sim.evidence.authority import LocalAuthority, deprived_referrals, local_authority
from sos_sim.evidence.published import Published, read_published
from sos_sim.evidence.targets import Target
from sos_sim.files.scenario import load_scenario
from sos_sim.files.targets import england_targets
from sos_sim.runs.question import Answer, Workplace
from support.published_tables import Cell, write_joined, write_neighbours, write_regions, write_tables
from support.tables_of_fits import fit


def changed(folder: Path, cells: dict[tuple[str, int, str], Cell]) -> Published:
    """The small tables with some cells of (code, time_period, column) changed."""
    return read_published(write_tables(folder, lambda code, year, figure, cell: cells.get((code, year, figure), cell)))


def targets(found: LocalAuthority) -> dict[str, Target]:
    return {target.id: target for target in found.targets}


def facts(found: LocalAuthority) -> dict[str, float]:
    return {fact.name: float(fact.value) for fact in found.facts}


def local(published: Published, *names: str, called: str = "") -> LocalAuthority:
    area = group_of(published, called or "Both", names) if len(names) > 1 or called else find_area(published, names[0])
    return local_authority(published, area, england_targets())


class TestSeveral:
    """Groups, regions, and an authority to come from old ones."""

    def test_counts_are_added_up_and_facts_follow_from_the_sums(self, tmp_path: Path) -> None:
        published = changed(tmp_path, {("838", year, "CPP_start"): 100 for year in (2021, 2022, 2023)})
        found = local(published, "Ourshire", "838")
        assert targets(found)["cpp_start_rate"].values[0] == pytest.approx(1e4 * (508 + 100) / 200_000, rel=1e-3)
        assert facts(found)["children"] == 200_000 and facts(found)["post_rate"] == pytest.approx(17.6, rel=0.02)
        assert "Both is made of Ourshire (900), Twinham (838)" in " ".join(found.notes).replace(
            "Twinham (838), Ourshire (900)", "Ourshire (900), Twinham (838)"
        )

    def test_a_member_with_a_gap_is_left_out_of_part_and_whole(self, tmp_path: Path) -> None:
        gaps: dict[tuple[str, int, str], Cell] = {("838", 2022, "CPP_start"): "c", ("838", 2023, "CPP_start"): 108}
        found = local(changed(tmp_path, gaps), "900", "838")
        rate = 1e4 * (2 * 508 + 508 + 508 + 108) / (200_000 + 100_000 + 200_000)
        assert targets(found)["cpp_start_rate"].values[0] == pytest.approx(rate, rel=1e-3)

    def test_most_must_have_a_year_for_it_to_count(self, tmp_path: Path) -> None:
        gaps: dict[tuple[str, int, str], Cell] = {
            (code, year, "CPP_start"): "c" for code in ("838", "941") for year in (2021, 2022, 2023)
        }
        assert "cpp_start_rate" not in targets(local(changed(tmp_path, gaps), "900", "838", "941"))

    def test_members_that_report_together_count_once(self, tmp_path: Path) -> None:
        found = local(read_published(write_tables(tmp_path)), "940", "941")
        assert targets(found)["sw_fte_rate"].values[0] == pytest.approx(1e4 * 297 / 200_000, rel=1e-3)

    def test_an_authority_to_come_has_its_predecessors_figures(self, tmp_path: Path) -> None:
        published = read_published(write_tables(tmp_path))
        alone = local(published, "900", called="East Ourshire")
        assert targets(alone) == targets(local(published, "900")) and alone.area.name == "East Ourshire"
        with pytest.raises(EvidenceError, match=r"New: Ourshire \(900\) is given twice"):
            group_of(published, "New", ["900", "Ourshire"])
        with pytest.raises(EvidenceError, match="is called 'Nowhere'"):
            group_of(published, "New", ["900", "Nowhere"])

    def test_a_region_has_its_own_rows_and_the_prices_of_its_authorities(self, tmp_path: Path) -> None:
        folder = write_regions(write_tables(tmp_path))
        rows = [
            {
                "la_code": code,
                "new_la_code": new,
                "la_name": name,
                "year": 2023,
                "lait_uc_fostering_gbp_per_week": price,
            }
            for code, new, name, price in (
                ("900", "E10000900", "Ourshire", 600),
                ("901", "E06000901", "Fewtown, City of", 1800),
                ("-1", "E92000001", "England", 500),
            )
        ]
        write_joined(folder, [row | {"la_name": str(row["la_name"]).split(",")[0]} for row in rows[:1] + rows[2:]])
        published = read_published(folder)
        (north, south) = regions(published)[:1], regions(published)[1:]
        assert north[0].name == "North" and north[0].members == ("900", "901") and not south
        found = local(published, "north")
        assert targets(found)["referral_rate"].values[0] == pytest.approx(519.4, rel=1e-3)
        assert facts(found)["foster_week"] == pytest.approx(765 * 600 / 500, rel=1e-3)


class TestLevels:
    """Prices, and how deprived a place is."""

    def published(self, folder: Path) -> Published:
        write_tables(folder)
        price = "lait_uc_residential_gbp_per_week"
        who = {"la_code": "900", "new_la_code": "E10000900", "la_name": "Ourshire"}
        other = {"la_code": "838", "new_la_code": "E06000838", "la_name": "Twinham", "idaci2019_avg_score": 0.1}
        england = {"la_code": "", "new_la_code": "E92000001", "la_name": "England"}
        rows = [
            who | {"year": 2022, price: 6600, "idaci2019_avg_score": 0.2},
            who | {"year": 2023, price: 5500, "idaci2019_avg_score": 0.2},
            england | {"year": 2022, price: 6000},
            england | {"year": 2023, price: 5000},
            other | {"year": 2022},
            other | {"year": 2023},
        ]
        write_joined(folder, rows)
        return read_published(folder)

    def test_a_price_is_englands_default_in_proportion(self, tmp_path: Path) -> None:
        found = local(self.published(tmp_path), "Ourshire")
        assert facts(found)["residential_week"] == pytest.approx(7385 * 1.1, rel=1e-3)
        assert "foster_week" not in facts(found)
        assert any(note.startswith("authority.foster_week stays England's 765") for note in found.notes)

    def test_a_predecessors_price_stands_in_and_is_said_to_be_its(self, tmp_path: Path) -> None:
        write_tables(tmp_path)
        old = {
            "la_code": "928",
            "new_la_code": "E10000928",
            "la_name": "Oldshire",
            "lait_uc_fostering_gbp_per_week": 660,
        }
        nation = {
            "la_code": "",
            "new_la_code": "E92000001",
            "la_name": "England",
            "lait_uc_fostering_gbp_per_week": 600,
        }
        write_joined(tmp_path, [old | {"year": 2021}, nation | {"year": 2021}])
        found = local(read_published(tmp_path), "Eastborough")
        (price,) = (fact for fact in found.facts if fact.name == "foster_week")
        assert (
            float(price.value) == pytest.approx(765 * 1.1, rel=1e-3) and "of Oldshire, of which it was" in price.source
        )

    def test_deprivation_counts_from_the_mean_over_children(self, tmp_path: Path) -> None:
        found = facts(local(self.published(tmp_path), "Ourshire"))
        assert found["deprivation"] == pytest.approx(5.5 + 23 * 0.05)
        plain = facts(local(read_published(write_tables(tmp_path / "plain")), "Ourshire"))["first_referral_rate"]
        assert deprived_referrals(6.65) == pytest.approx(math.exp(0.09 * 1.15)) and deprived_referrals(5.5) == 1.0
        assert found["first_referral_rate"] == pytest.approx(plain / deprived_referrals(6.65), rel=1e-3)

    def test_care_applications_are_a_target_of_its_own(self, tmp_path: Path) -> None:
        folder = write_tables(tmp_path)
        who = {"la_code": "900", "new_la_code": "E10000900", "la_name": "Ourshire", "lait_care_applications_rate": 12}
        write_joined(folder, [who | {"year": year} for year in (2021, 2022, 2023)])
        found = targets(local(read_published(folder), "Ourshire"))["care_application_rate"]
        assert found.values[0] == pytest.approx(12.0) and found.tolerance > 1e4 * math.sqrt(120) / 100_000


class TestNeighbours:
    """Which they are, and how a place stands beside them."""

    def test_they_are_the_departments_where_its_list_is_there(self, tmp_path: Path) -> None:
        folder = write_tables(
            tmp_path, lambda code, year, figure, cell: 708 if (code, figure) == ("838", "CPP_start") else cell
        )
        write_neighbours(folder, c900=["838", "941", "999"])
        published = read_published(folder)
        found = neighbours_of(published, find_area(published, "900"))
        assert (found.by, [other.code for other in found.others]) == (BY_LIST, ["838", "941"])
        row = found.level.set_index("measure").loc["cpp_start_rate"]
        assert (row["own"], row["lowest"], row["highest"]) == pytest.approx((50.8, 50.8, 70.8))
        assert (row["above"], row["neighbours"], row["median"]) == (1, 2, pytest.approx(60.8))

    def test_change_is_over_five_years_and_only_where_both_ends_are_there(self, tmp_path: Path) -> None:
        def change(code: str, year: int, figure: str, cell: Cell) -> Cell:
            return 254 if (code, year, figure) == ("900", 2019, "CPP_start") else cell

        folder = write_tables(tmp_path, change)
        population = folder / "population.csv"
        text = population.read_text(encoding="utf-8-sig")
        population.write_text(text.replace("2018,Reporting year,Local authority,England,900", "2018,x,x,England,900"))
        write_neighbours(folder, c900=["838", "941", "940"])
        published = read_published(folder)
        level = neighbours_of(published, find_area(published, "900")).level.set_index("measure")
        assert math.isnan(level.loc["cpp_start_rate", "change"])

    def test_else_the_nearest_by_own_facts_without_itself(self, tmp_path: Path) -> None:
        published = read_published(write_tables(tmp_path))
        found = neighbours_of(published, find_area(published, "900"))
        assert found.by == BY_FACTS and found.facts == ("children", "posts", "turnover")
        assert found.others[0].code == "838" and "900" not in [o.code for o in found.others]
        assert "928" not in [other.code for other in found.others], "it has ended"

    def test_of_a_region_they_are_the_other_regions(self, tmp_path: Path) -> None:
        published = read_published(write_regions(write_tables(tmp_path)))
        found = neighbours_of(published, find_area(published, "North"))
        assert (found.by, found.others) == (REGIONS, ()) and found.level.empty

    def test_a_sentence_says_which_way_it_goes(self) -> None:
        row: dict[str, Any] = {
            "measure": "cpp_start_rate",
            "own": 50.0,
            "lowest": 40.0,
            "median": 45.0,
            "highest": 60.0,
            "above": 3,
            "neighbours": 10,
            "change": 0.2,
            "median_change": -0.1,
        }
        said = SAYS.sentence("beside", row=row)
        assert said == (
            "Protection plans started: 50.0 per 10,000 children, neighbours 40.0 to 60.0, median 45.0; 3 of 10 are "
            "higher; over five years up 20%, neighbours down 10%."
        )
        assert "lower than all 10; over five years down 20%, neighbours up 10%." in SAYS.sentence(
            "beside", row=row | {"above": 10, "change": -0.2, "median_change": 0.1}
        )
        assert SAYS.sentence("beside", row=row | {"above": 0, "change": math.nan}).endswith("higher than all 10.")

    def test_every_neighbour_and_england_are_drawn_as_they_are(self, tmp_path: Path) -> None:
        folder = write_regions(write_tables(tmp_path))
        write_neighbours(folder, c900=["838", "941", "940"])
        published = read_published(folder)
        found = neighbours_of(published, find_area(published, "900"))
        figure = beside_neighbours(found.over_time)
        (axes,) = (axes for axes in figure.axes if axes.get_title(loc="left").startswith("Protection plans started"))
        lines = {line.get_label(): list(line.get_ydata()) for line in axes.lines}  # type: ignore[arg-type]
        assert lines["Ourshire"][-1] == pytest.approx(50.8) and lines["England"][-1] == pytest.approx(50.8)
        assert {"neighbours", "their median"} <= set(lines)


def local_fit(**figures: tuple[float, float]) -> pd.DataFrame:
    """A made-up fit of which three figures are a place's own."""
    own = ["cpp_start_rate", "cla_stock_rate", "sw_turnover"]
    table = fit(**figures)
    return table.assign(local=table["measure"].isin(own))


class TestCheck:
    """Whether the simulated place is the real one."""

    def test_only_own_figures_are_checked_headlines_first(self) -> None:
        check = check_table(local_fit(cpp_start_rate=(50.8 * 1.08, 5.0)))
        assert set(check["measure"]) == {"cpp_start_rate", "cla_stock_rate", "sw_turnover"}
        assert list(check["headline"]) == [True, True, False]
        row = check.set_index("measure").loc["cpp_start_rate"]
        assert (row["off"], row["england"]) == (pytest.approx(0.08), 50.8)

    @pytest.mark.parametrize(("times", "said"), [(1.12, "(+12%)"), (0.85, "(−15%)"), (1.08, ""), (0.92, "")])
    def test_a_banner_says_which_headline_is_further_off_than_a_tenth(self, times: float, said: str) -> None:
        check = check_table(local_fit(cpp_start_rate=(50.8 * times, 5.0), sw_turnover=(0.3, 0.1)))
        banner = banner_said("Ourshire", check)
        assert bool(banner) == bool(said) and said in banner
        if banner:
            assert f"{50.8 * times:.1f} simulated per 10,000 children where 50.8 were published" in banner
        assert check_said("Ourshire", check).startswith(f"{1 if said else 2} of 2 headline figures of Ourshire lie")

    def test_a_figure_off_by_more_than_all_stands_at_the_edge(self) -> None:
        check = check_table(local_fit(sw_turnover=(0.118 * 9, 0.01), cpp_start_rate=(50.8 * 0.8, 2.54)))
        axes = off_by_figure(check).axes[0]
        labels = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
        drawn = {}
        for line in axes.lines:
            (x, *_), (y, *_) = line.get_xdata(), line.get_ydata()  # type: ignore[misc]
            if line.get_marker() == "o":
                drawn[labels[int(y)]] = float(x)
        assert drawn["Protection plans started"] == pytest.approx(-20.0)
        assert max(drawn.values()) == pytest.approx(100.0 * EDGE)

    def test_the_page_opens_with_the_banner_and_without_a_fit_says_so(self, tmp_path: Path) -> None:
        published = read_published(write_tables(tmp_path))
        found = local(published, "Ourshire")
        neighbours = neighbours_of(published, found.area)
        check = check_table(local_fit(cpp_start_rate=(60.0, 5.0)))
        page = place_page(LocalPlace(found, published, neighbours, check, "ours.yaml", "ours_posterior.parquet"))
        assert page.caveat.startswith("The simulated Ourshire is not the real one")
        short = check_page(LocalPlace(found, published, neighbours, check))
        assert short.caveat == page.caveat and [sheet.name for sheet in short.sheets] == ["place_check"]
        assert short.pictures == []
        assert [section.id for section in page.sections] == ["check", "neighbours", "facts", "seen"]
        assert any("ours_posterior.parquet" in sentence for sentence in page.summary)
        plain = place_page(LocalPlace(found, published, neighbours))
        assert "was not fitted" in plain.summary[0] and "not the real one" not in plain.caveat


class TestFile:
    """A fitted place's file."""

    def test_it_names_its_posterior_and_draws_from_it(self, tmp_path: Path) -> None:
        published = read_published(write_tables(tmp_path / "tables"))
        (tmp_path / "ours_posterior.parquet").write_bytes(b"")
        write_authority_file(local(published, "900"), published, tmp_path / "ours.yaml", "ours_posterior.parquet")
        scenario = load_scenario(tmp_path / "ours.yaml")
        assert scenario.posterior == str(tmp_path / "ours_posterior.parquet") and scenario.run.draws == FITTED_DRAWS
        assert "beliefs about how things work are fitted to its own figures" in scenario.description


class TestCommand:
    """sos-sim authority."""

    @pytest.fixture
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        write_tables(tmp_path / "tables")
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def sos(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["authority", "tables", *arguments])

    def test_a_group_and_an_authority_to_come(self, here: Path) -> None:
        both = json.loads(self.sos("--name", "Ourshire", "--name", "838", "--json").stdout)
        assert both["area"]["names"] == ["Ourshire and Twinham"] and both["area"]["members"] == ["838", "900"]
        new = self.sos("--name", "Newshire", "--predecessor", "900", "--predecessor", "838", "--out", "new.yaml")
        assert new.exit_code == 0, new.output
        assert load_scenario(here / "new.yaml").name == "Newshire"
        assert load_scenario(here / "new.yaml").values["children"] == 200_000

    def test_the_page_of_neighbours_is_made_without_a_fit(self, here: Path) -> None:
        answer = self.sos("--name", "Ourshire", "--neighbours")
        assert answer.exit_code == 0, answer.output
        assert (
            here / "ourshire_page" / "neighbours.html"
        ).is_file() and "neighbours.html" in answer.stderr + answer.stdout
        assert not (here / "ourshire.yaml").exists()
        assert "cla.csv" in answer.stdout and "Children looked after: number and rate" in answer.stdout

    def test_a_calibration_writes_a_place_that_every_command_can_use(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[CalibrationQuestion] = []

        def answered(question: CalibrationQuestion, out: Path, where: Workplace) -> Answer[Any]:
            asked.append(question)
            out.mkdir(parents=True)
            (out / "posterior.parquet").write_bytes(b"fitted")
            own = {target.id for target in question.study.scenario.local_targets}
            table = fit(cpp_start_rate=(60.0, 5.0))
            return Answer({}, pd.DataFrame(), {"fit": table.assign(local=table["target"].isin(own))})

        monkeypatch.setattr(CalibrationQuestion, "answer", answered)
        answer = self.sos("--name", "Ourshire", "--calibrate", "--yes")
        assert answer.exit_code == 0, answer.output
        study = asked[0].study
        assert study.scenario.values["children"] == 60_000 and study.start == "posterior"
        assert {"post_rate", "turnover", "first_referral_rate"} <= set(study.scenario.given)
        assert sorted(path.name for path in here.iterdir()) == [
            "ourshire.yaml",
            "ourshire_page",
            "ourshire_posterior.parquet",
            "results",
            "tables",
        ]
        assert (here / "ourshire_posterior.parquet").read_bytes() == b"fitted"
        scenario = load_scenario(here / "ourshire.yaml")
        assert Path(scenario.posterior).name == "ourshire_posterior.parquet" and scenario.run.draws == FITTED_DRAWS
        assert scenario.values["children"] == 100_000, "it is run at its own size"
        assert "The simulated Ourshire is not the real one" in answer.stdout
        for page in ("check", "authority"):
            assert "(+18%)" in (here / "ourshire_page" / f"{page}.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--name", "a", "--name", "b", "--predecessor", "900"), "give its --name once"),
            (("--list", "--calibrate"), "--list writes nothing"),
            (("--name", "Newshire", "--predecessor", "Nowhere"), "is called 'Nowhere'"),
            (("--name", "Newshire"), "is called 'Newshire'"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, here: Path, arguments: tuple[str, ...], said: str) -> None:
        answer = self.sos(*arguments)
        assert answer.exit_code == 2 and said in answer.stderr
        assert [path.name for path in here.iterdir()] == ["tables"]

    @pytest.mark.parametrize("there", ["ourshire.yaml", "ourshire_posterior.parquet"])
    def test_a_calibration_does_not_begin_where_a_file_would_be_overwritten(self, here: Path, there: str) -> None:
        (here / there).write_text("mine")
        answer = self.sos("--name", "Ourshire", "--calibrate")
        assert answer.exit_code == 2 and f"{there} is there already" in answer.stderr
        assert sorted(path.name for path in here.iterdir()) == sorted(["tables", there])
