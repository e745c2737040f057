"""One authority: its figures over years, their tolerance, the facts that follow, its file, and the command."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sos_sim.authorities.scenario_file import authority_text, write_authority_file
from sos_sim.cli import app
from sos_sim.core.errors import InputError
from sos_sim.evidence.areas import areas, find_area
from sos_sim.evidence.authority import LocalAuthority, local_authority
from sos_sim.evidence.local_facts import covering_odds, filling_chance
from sos_sim.evidence.local_figures import RATIOS, LocalFigures, tolerance
from sos_sim.evidence.published import Published, read_published
from sos_sim.evidence.targets import Target
from sos_sim.files.scenario import load_scenario
from sos_sim.files.targets import england_targets
from sos_sim.theory.parameters import declared
from support.published_tables import Cell, write_tables

DOWNLOADED = Path(__file__).resolve().parents[3] / "shared" / "data" / "dfe"
needs_downloads = pytest.mark.skipif(
    not DOWNLOADED.is_dir(), reason="the department's published CSV files are not beside this repository"
)
ENGLAND = {target.id: target for target in england_targets()}


def published_with(folder: Path, cells: Mapping[tuple[str, int, str], Cell]) -> Published:
    """The small tables with some cells of (code, time_period, column) changed."""

    def change(code: str, year: int, figure: str, cell: Cell) -> Cell:
        return cells.get((code, year, figure), cell)

    return read_published(write_tables(folder, change))


def found_in(published: Published, name: str) -> LocalAuthority:
    return local_authority(published, find_area(published, name), england_targets())


def targets(found: LocalAuthority) -> dict[str, Target]:
    return {target.id: target for target in found.targets}


def facts(found: LocalAuthority) -> dict[str, float]:
    return {fact.name: float(fact.value) for fact in found.facts}


class TestPooling:
    """Years, dates and whose figures they are."""

    def test_three_years_are_added_up_before_dividing(self, tmp_path: Path) -> None:
        counts = {("900", 2021, "CPP_start"): 300, ("900", 2023, "CPP_start"): 700, ("900", 2020, "CPP_start"): 9999}
        counts |= {("900", 2022, "children"): 140_000}
        found = targets(found_in(published_with(tmp_path, counts), "Ourshire"))["cpp_start_rate"]
        assert found.values[0] == pytest.approx(10_000 * (300 + 508 + 700) / (100_000 + 100_000 + 140_000), rel=1e-3)
        assert (found.year, found.local) == (2023, True)
        assert found.source.startswith("2021-2023, d3_plans_started.csv")

    def test_the_workforce_is_that_inside_the_outcome_year(self, tmp_path: Path) -> None:
        yearly = {2019: 1, 2020: 1000, 2021: 2000, 2022: 3000}
        counts = {("900", year, "cases"): cases for year, cases in yearly.items()}
        found = targets(found_in(published_with(tmp_path, counts), "Ourshire"))["caseload_mean"]
        assert found.values[0] == pytest.approx(6000 / (3 * 173.2), rel=1e-3)
        assert (found.year, found.source.split(",")[0]) == (2022, "2020-2022")

    def test_a_census_after_the_year_stands_in_where_there_is_no_other(self, tmp_path: Path) -> None:
        folder = write_tables(tmp_path)
        workforce = folder / "workforce.csv"
        kept = [line for line in workforce.read_text(encoding="utf-8-sig").splitlines() if ",900," not in line]
        kept.append("2023,Reporting year,Local authority,England,900,E10000900,Ourshire,297,35,44,49,173,2000")
        workforce.write_text("\n".join(kept))
        found = targets(found_in(read_published(folder), "Ourshire"))["caseload_mean"]
        assert found.year == 2023 and found.values[0] == pytest.approx(2000 / 173, rel=1e-3)

    def test_the_population_of_the_june_after_stands_in_where_there_is_no_other(self, tmp_path: Path) -> None:
        gaps = {("900", year, "children"): "x" for year in (2020, 2021)}
        gaps |= {("900", year, "Section47"): "x" for year in (2021, 2023)}
        published = published_with(tmp_path, gaps)
        figures = LocalFigures(published, find_area(published, "900"))
        stands_in, on_time = figures.pool(RATIOS["s47_rate"]), figures.pool(RATIOS["cpp_start_rate"])
        assert stands_in is not None and (stands_in.years, stands_in.value) == ((2022,), pytest.approx(189.3))
        assert on_time is not None and (on_time.years, on_time.population) == ((2023,), "")
        said = targets(found_in(published, "Ourshire"))
        assert said["s47_rate"].source.endswith("(population of the June after)")
        assert "population" not in said["cpp_start_rate"].source.replace("population.csv", "")

    def test_a_suppressed_year_is_left_out(self, tmp_path: Path) -> None:
        counts: dict[tuple[str, int, str], Cell] = {("900", 2022, "ICPC"): "c", ("900", 2023, "ICPC"): 800}
        found = targets(found_in(published_with(tmp_path, counts), "Ourshire"))["s47_to_icpc_share"]
        assert found.values[0] == pytest.approx((592 + 800) / (2 * 1893), rel=1e-3)
        assert found.note.startswith("2 years")

    def test_authorities_that_report_together_share_their_figures(self, tmp_path: Path) -> None:
        found = found_in(published_with(tmp_path, {("941", 2021, "children"): 300_000}), "940")
        joint = targets(found)["sw_fte_rate"]
        assert joint.values[0] == pytest.approx(10_000 * 2 * 297 / (100_000 + 300_000 + 200_000), rel=1e-3)
        assert "of Eastborough and Westborough together" in joint.source
        assert any("sw_fte_rate (2021-2022)" in note for note in found.notes)
        assert "together" not in targets(found)["cpp_start_rate"].source

    def test_a_new_authority_inherits_what_it_has_not(self, tmp_path: Path) -> None:
        counts: dict[tuple[str, int, str], Cell] = {("940", year, "CPP_start"): "x" for year in (2022, 2023)}
        counts |= {("941", year, "CPP_start"): "x" for year in (2022, 2023)}
        found = found_in(published_with(tmp_path, counts), "Eastborough")
        inherited = targets(found)["cpp_start_rate"]
        assert (inherited.year, "of Oldshire, of which it was a part" in inherited.source) == (2021, True)

    def test_an_authority_that_ended_keeps_its_last_years(self, tmp_path: Path) -> None:
        found = found_in(read_published(write_tables(tmp_path)), "Oldshire")
        assert (found.last_year, targets(found)["referral_rate"].year) == (2021, 2021)
        assert any("figures end in 2021" in note for note in found.notes)

    def test_unaccompanied_children_are_taken_off_year_by_year(self, tmp_path: Path) -> None:
        found = targets(found_in(read_published(write_tables(tmp_path)), "900"))["cla_start_rate_nonuasc"]
        kept = (25_670 / 28_470 + 25_700 / 31_100 + 25_880 / 33_090) / 3
        assert found.values[0] == pytest.approx(26.5 * kept, rel=1e-3)


class TestTolerance:
    """The formula at the top of local_figures, by hand."""

    def at(self, folder: Path, name: str, cells: Mapping[tuple[str, int, str], Cell], area: str = "900") -> float:
        published = published_with(folder, cells)
        figures = LocalFigures(published, find_area(published, area))
        found = figures.pool(RATIOS[name])
        assert found is not None
        return tolerance(RATIOS[name], found, ENGLAND[name])

    def test_of_a_rate_that_did_not_move(self, tmp_path: Path) -> None:
        usual, sampling = 2.5, 50.8 / math.sqrt(508)
        assert self.at(tmp_path, "cpp_start_rate", {}) == pytest.approx(math.hypot(usual, sampling))

    def test_of_a_share_that_did_not_move(self, tmp_path: Path) -> None:
        share = 1175 / 5196
        sampling = math.sqrt(share * (1 - share) / 5194)
        usual = 0.01 * (1174 / 5194) / 0.226
        assert self.at(tmp_path, "rereferral_12m_share", {}) == pytest.approx(math.hypot(usual, sampling))

    def test_of_years_that_moved_more_than_chance(self, tmp_path: Path) -> None:
        found = self.at(tmp_path, "cpp_start_rate", {("900", 2021, "CPP_start"): 308, ("900", 2023, "CPP_start"): 708})
        assert found == pytest.approx(math.hypot(2.5, 20.0 / math.sqrt(3)))

    def test_of_nothing_is_not_nothing(self, tmp_path: Path) -> None:
        found = self.at(tmp_path, "referral_nfa_share", {}, "Fewtown")
        assert found > 0.005

    def test_of_looked_after_children_holds_the_unaccompanied(self, tmp_path: Path) -> None:
        found = self.at(tmp_path, "cla_stock_rate_nonuasc", {})
        assert found > 0.09 * 60


class TestFacts:
    """What the model is told."""

    def test_englands_figures_give_englands_defaults(self, tmp_path: Path) -> None:
        found = facts(found_in(read_published(write_tables(tmp_path)), "900"))
        assert found.pop("children") == 100_000
        assert found == {name: pytest.approx(float(declared()[name].default), rel=0.02) for name in found}
        assert len(found) == 8

    def test_filling_and_covering_hold_their_figures_steady(self) -> None:
        turnover, vacancy, agency = 0.17, 0.2, 0.11
        fill, odds = filling_chance(turnover, vacancy), covering_odds(turnover, vacancy, agency)
        permanent, covered, empty = 1.0, 0.0, 0.0
        for _ in range(2000):
            left, ended = permanent * turnover / 12, covered * float(declared()["agency_leave"].default)
            permanent, covered, empty = permanent - left, covered - ended, empty + left + ended
            filled = fill * (covered + empty)
            permanent, covered, empty = permanent + filled, covered * (1 - fill), empty * (1 - fill)
            covered, empty = covered + empty * odds / (1 + odds), empty / (1 + odds)
        assert 1.0 - permanent == pytest.approx(vacancy, abs=1e-6)
        assert covered / (covered + permanent) == pytest.approx(agency, abs=1e-6)

    def test_no_agency_staff_and_none_missing_are_the_two_ends(self) -> None:
        assert covering_odds(0.1, 0.1, 0.0) == pytest.approx(0.0, abs=1e-12)
        assert covering_odds(0.1, 0.1, 0.5) == math.inf
        assert filling_chance(0.0, 0.0) == 1.0

    def test_what_is_suppressed_stays_englands_with_a_note_each(self, tmp_path: Path) -> None:
        found = found_in(read_published(write_tables(tmp_path)), "Fewtown")
        assert "post_rate" not in facts(found) and "cpp_start_rate" not in targets(found)
        notes = "\n".join(found.notes)
        assert "authority.post_rate stays England's 17.6: case_holders is suppressed or missing (u: unrel" in notes
        assert "target cpp_start_rate stays England's 50.8: plans_started is suppressed or missing (c: suppr" in notes
        assert "target referral_not_in_need_share stays England's 0.308: 1.02 in 2021-2023 is impossible" in notes
        ours = 1.17 * float(declared()["permanent_fill"].default) / 0.066
        assert f"permanent_fill: {ours:.2g}" in notes and "0.5 is used" in notes

    def test_a_missing_table_is_named_for_every_figure_that_needs_it(self, tmp_path: Path) -> None:
        folder = write_tables(tmp_path)
        (folder / "workforce.csv").unlink()
        found = found_in(read_published(folder), "Ourshire")
        assert [note for note in found.notes if note.startswith("target sw_") and "the folder has no table" in note]
        assert not [name for name in targets(found) if name.startswith("sw_") or name == "caseload_mean"]
        assert set(facts(found)) == {"children", "first_referral_rate", "places"}


class TestFile:
    """The authority file is a scenario."""

    def test_it_can_be_run_and_extended(self, tmp_path: Path) -> None:
        published = read_published(write_tables(tmp_path / "tables"))
        found = found_in(published, "Ourshire")
        write_authority_file(found, published, tmp_path / "ourshire.yaml")
        (tmp_path / "child.yaml").write_text("name: child\nextends: ourshire.yaml\nrun: {months: 24}\n")
        scenario = load_scenario(tmp_path / "child.yaml")
        for name, value in facts(found).items():
            assert scenario.values[name] == value
            assert scenario.origins[f"authority.{name}"].startswith(str(tmp_path / "ourshire.yaml"))
        assert {target.id: target for target in scenario.local_targets} == targets(found)

    @pytest.mark.parametrize(
        ("left", "known"), [("c4_section_47.csv", {"s47_to_icpc_share"}), ("population.csv", set())]
    )
    def test_of_a_single_table_it_can_be_run_too(self, tmp_path: Path, left: str, known: set[str]) -> None:
        folder = write_tables(tmp_path / "tables")
        for file in folder.iterdir():
            if file.name != left:
                file.unlink()
        published = read_published(folder)
        found = found_in(published, "Ourshire")
        write_authority_file(found, published, tmp_path / "a.yaml")
        assert {target.id for target in load_scenario(tmp_path / "a.yaml").local_targets} == known
        assert set(facts(found)) == ({"children"} if left == "population.csv" else set())

    def test_it_says_years_sources_and_what_is_not_its_own(self, tmp_path: Path) -> None:
        published = read_published(write_tables(tmp_path))
        text = authority_text(found_in(published, "Fewtown"), published)
        flat = " ".join(text.replace("#", " ").split())
        assert "children; mid-2022, population.csv" in flat and "Open Government Licence" in flat
        assert "target cpp_start_rate stays England's 50.8" in flat
        assert text == authority_text(found_in(published, "901"), published)

    def test_it_is_never_overwritten(self, tmp_path: Path) -> None:
        published = read_published(write_tables(tmp_path / "tables"))
        (tmp_path / "mine.yaml").write_text("edited")
        with pytest.raises(InputError, match="there already"):
            write_authority_file(found_in(published, "900"), published, tmp_path / "mine.yaml")
        assert (tmp_path / "mine.yaml").read_text() == "edited"


class TestCommand:
    """sos-sim authority."""

    @pytest.fixture
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        write_tables(tmp_path / "tables")
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def sos(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["authority", "tables", *arguments])

    def test_lists_names_and_codes(self, here: Path) -> None:
        answer = self.sos("--list")
        assert answer.exit_code == 0 and "Fewtown, City of" in answer.stdout and "E06000901" in answer.stdout
        assert len(json.loads(self.sos("--list", "--json").stdout)["authorities"]) == 7

    def test_shows_figures_and_writes_the_file(self, here: Path) -> None:
        answer = self.sos("--name", "fewtown", "--out", "fewtown.yaml")
        assert answer.exit_code == 0, answer.output
        for expected in ("first_referral_rate", "sw_vacancy", "stays England's", "Written to fewtown.yaml"):
            assert expected in answer.stdout
        checked = CliRunner().invoke(app, ["check", "fewtown.yaml"])
        assert checked.exit_code == 0 and "fewtown.yaml can be run" in checked.stdout
        assert self.sos("--name", "fewtown", "--out", "fewtown.yaml").exit_code == 2

    def test_without_out_nothing_is_written(self, here: Path) -> None:
        answer = self.sos("--name", "Ourshire", "--json")
        content = json.loads(answer.stdout)
        assert content["file"] is None and content["area"]["code"] == "900"
        found = {target["id"] for target in content["targets"]}
        assert found == set(RATIOS) - {"care_application_rate"}, "of which the small tables hold none"
        assert [path.name for path in here.iterdir()] == ["tables"]

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--name", "Oursheer", "--out", "x.yaml"), "Did you mean 'Ourshire'"),
            ((), "either --name"),
            (("--name", "Ourshire", "--list"), "either --name"),
            (("--list", "--out", "x.yaml"), "writes nothing"),
        ],
    )
    def test_refusals_write_nothing(self, here: Path, arguments: tuple[str, ...], said: str) -> None:
        answer = self.sos(*arguments)
        assert answer.exit_code == 2 and said in answer.stderr
        assert [path.name for path in here.iterdir()] == ["tables"]


@pytest.fixture(scope="module")
def published() -> Published:
    """The department's own files."""
    return read_published(DOWNLOADED)


@needs_downloads
class TestDownloads:
    """The department's own files."""

    def test_every_authority_is_read_into_allowed_values(self, published: Published) -> None:
        known = areas(published)
        assert len(known) > 150
        for area in known:
            found = local_authority(published, area, england_targets())
            for fact in found.facts:
                parameter = declared()[fact.name]
                assert parameter.low <= float(fact.value) <= parameter.high, (area.name, fact)
            for target in found.targets:
                assert target.tolerance > 0 and 0 <= target.values[0] < 3000, (area.name, target)
                assert not target.is_share or target.values[0] <= 1, (area.name, target)

    @pytest.mark.parametrize(
        ("name", "target", "value"),
        [
            ("Leeds", "referral_rate", 1e4 * (9495 + 12577 + 10950) / (170292 + 170639 + 172169)),
            ("Leeds", "rereferral_12m_share", (2434 + 2986 + 3071) / (9495 + 12577 + 10950)),
            ("Leeds", "sw_vacancy", 149.4 / (149.4 + 644.3 + 647.9 + 627)),
            ("Gloucestershire", "cpp_start_rate", 1e4 * (854 + 1016 + 725) / (127161 + 127119 + 128958)),
            ("Gloucestershire", "sw_turnover", (41.4 + 65 + 73.4) / (371.8 + 360.7 + 339.3)),
            ("Lambeth", "caseload_mean", (1816 + 1877 + 1638) / (144.4 + 137.9 + 114.2)),
            ("Lambeth", "cin_stock_rate", 1e4 * (2803 + 2993 + 2658) / (56750 + 54325 + 53500)),
        ],
    )
    def test_figures_worked_out_by_hand(self, published: Published, name: str, target: str, value: float) -> None:
        assert targets(found_in(published, name))[target].values[0] == pytest.approx(value, rel=1e-3)

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ("Northamptonshire", "928"),
            ("North Northamptonshire", "940"),
            ("Cumbria", "909"),
            ("Cumberland", "942"),
            ("Dorset", "838"),
            ("Bournemouth, Christchurch & Poole", "839"),
            ("Bristol", "801"),
            ("St Helens", "342"),
        ],
    )
    def test_reorganised_and_decorated_names(self, published: Published, asked: str, code: str) -> None:
        assert find_area(published, asked).code == code

    @pytest.mark.parametrize("name", ["Leeds", "Cumberland", "Isles of Scilly"])
    def test_the_file_can_be_run(self, published: Published, name: str, tmp_path: Path) -> None:
        found = found_in(published, name)
        write_authority_file(found, published, tmp_path / "a.yaml")
        assert len(load_scenario(tmp_path / "a.yaml").local_targets) == len(found.targets)
