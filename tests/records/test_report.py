"""The page of own records: what it says and draws is what the tables hold, and the direction is right."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sos_sim.cli import app
from sos_sim.core.errors import ResultsFolderError
from sos_sim.kit.page import Page, Sheet
from sos_sim.records.keeping import keep_records
from sos_sim.records.reading import read_records
from sos_sim.records.report import figures
from sos_sim.records.report.page import SAYS, records_page
from sos_sim.records.tables import LEAVING
from support.census_files import write_census
from support.returns903 import LIVES, Cut, Life, write_years


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Counts of ten children and a census, kept."""
    place = tmp_path_factory.mktemp("records")
    write_census(write_years(place / "in") / "cin.xml", 2026)
    keep_records(read_records(place / "in"), place / "out")
    return place


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    """Its page."""
    return records_page(folder / "out")


def sheet(page: Page, name: str) -> Sheet:
    """A table of the page."""
    return next(found for found in page.sheets if found.name == name)


def test_the_summary_says_the_counts(page: Page) -> None:
    read, care, need = page.summary
    assert read == "Read from SSDA903 2023-24, SSDA903 2024-25, SSDA903 2025-26 and CIN 2025-26."
    assert care == (
        "On 31 March 2026, 4 children were looked after. In the year to that day 3 children started to be looked "
        "after, 1 of them not for the first time in these returns, and 4 children ceased, 1 of them by returning home."
    )
    assert need == (
        "On 31 March 2026, 3 children were in need, of whom 2 on a child protection plan. There were 4 referrals in "
        "the year to that day."
    )


def test_coming_back_is_said_where_it_is_known(tmp_path: Path) -> None:
    """Four go home; one of them is back within the year."""
    home = [Cut("2021-05-01", "S", "V2", "N1", "U6", "2022-05-01", "E4A")]
    again = Cut("2022-09-01", "S", "V2", "N1", "U6", "", "")
    lives = {name: Life("M", "2015-01-01", (*home, again) if name == "A" else tuple(home)) for name in "ABCD"}
    keep_records(read_records(write_years(tmp_path / "in", lives, range(2022, 2025))), tmp_path / "out")
    (said,) = [text for text in records_page(tmp_path / "out").summary if "within a year" in text]
    assert said.startswith("Of 4 returns home that could be followed, 25% ended in care again within a year (")


def test_a_page_of_a_census_alone(tmp_path: Path) -> None:
    write_census(tmp_path / "in" / "cin.xml", 2026)
    keep_records(read_records(tmp_path / "in"), tmp_path / "out")
    page = records_page(tmp_path / "out")
    assert [section.id for section in page.sections] == ["read", "need"]
    assert "looked after" not in " ".join(page.summary)


def test_a_missing_year_is_said_at_the_head(tmp_path: Path) -> None:
    keep_records(read_records(write_years(tmp_path / "in", years=(2024, 2026))), tmp_path / "out")
    assert any("no return of 2024-25" in text for text in records_page(tmp_path / "out").summary)


def test_tables_by_year(page: Page) -> None:
    frame = sheet(page, "by_year").frame.set_index("measure")
    assert list(frame.loc["in_care", ["2023-24", "2024-25", "2025-26"]]) == [3, 5, 4]
    cells = {row[0]: row[1:] for row in sheet(page, "need_by_year").cells}
    assert cells["referrals in the year"] == ["4"]


def test_lines_and_bars_are_the_counts(folder: Path) -> None:
    counts = pd.read_parquet(folder / "out" / "counts.parquet")
    (axes,) = figures.over_the_years(counts, "foot").axes
    drawn = {str(line.get_label()): list(line.get_ydata()) for line in axes.get_lines()}
    assert drawn["looked after on 31 March"] == [3, 5, 4]
    assert drawn["ceased in the year"] == [1, 1, 4] and drawn["of these returned home"] == [0, 1, 1]
    age, legal, place = figures.at_the_end(counts, "foot").axes
    names = [[label.get_text() for label in panel.get_yticklabels()] for panel in (age, legal, place)]
    lengths = [[bar.get_width() for bar in panel.patches] for panel in (age, legal, place)]
    assert dict(zip(names[0], lengths[0], strict=True)) == {"5 to 9": 1, "10 to 15": 1, "16 and over": 2}
    assert dict(zip(names[1], lengths[1], strict=True)) == {"voluntary": 3, "care order": 1}
    assert dict(zip(names[2], lengths[2], strict=True)) == {"foster": 2, "supported": 2}


def test_the_curve_of_leaving_stacks_to_all_who_left(folder: Path) -> None:
    table = pd.read_parquet(folder / "out" / "leaving_care.parquet")
    (axes,) = figures.leaving_curve(table, "foot").axes
    top = max(float(vertex[1]) for layer in axes.collections for vertex in layer.get_paths()[0].vertices)
    assert top == pytest.approx(table[table["month"] == 60]["share"].sum())
    assert [str(layer.get_label()) for layer in axes.collections] == [
        figures.SAID.get(cause, cause) for cause in LEAVING
    ]


def test_marks_of_coming_back_are_the_shares(folder: Path) -> None:
    table = pd.read_parquet(folder / "out" / "reentry.parquet")
    (axes,) = figures.coming_back(table, "foot").axes
    marks = sorted(float(line.get_xdata()[0]) for line in axes.get_lines() if len(line.get_xdata()) == 1)
    shares = table[table["after"].isin(["home", "all"])]["share"].dropna()
    assert marks == pytest.approx(sorted(shares)) and len(marks)


def test_the_head_of_the_page_warns_of_small_numbers(page: Page) -> None:
    assert page.caveat == SAYS.sentence("foot") and "small numbers can say who a child is" in page.caveat


def test_report_makes_the_page_again(folder: Path) -> None:
    answer = CliRunner().invoke(app, ["report", str(folder / "out")])
    assert answer.exit_code == 0, answer.output
    assert (folder / "out" / "report.html").exists()


def test_the_same_returns_may_be_kept_again_and_others_not(folder: Path, tmp_path: Path) -> None:
    keep_records(read_records(folder / "in"), folder / "out")
    fewer = {name: life for name, life in LIVES.items() if name != "KID0001"}
    with pytest.raises(ResultsFolderError, match="holds results of something else"):
        keep_records(read_records(write_years(tmp_path, fewer)), folder / "out")


def test_counts_are_not_put_among_the_returns(folder: Path) -> None:
    answer = CliRunner().invoke(app, ["records", str(folder / "in"), "--out", str(folder / "in")])
    assert answer.exit_code == 2 and "files that are not results" in answer.stderr


def test_json_is_the_tables(folder: Path) -> None:
    answer = CliRunner().invoke(app, ["records", str(folder / "in"), "--json"])
    content = json.loads(answer.stdout)
    assert content["folder"] is None and {"returns", "left_out", "counts", "leaving_care", "reentry"} <= set(content)
    assert {"year": 2026, "measure": "in_care", "by": "all", "group": "all", "count": 4} in content["counts"]


def test_the_screen_shows_what_the_tables_hold(folder: Path) -> None:
    shown = " ".join(CliRunner().invoke(app, ["records", str(folder / "in")]).stdout.split())
    assert "in_care 3 5 4 –" not in shown and "in_care 3 5 4" in shown
    assert "legal voluntary 3 3 –" in shown and "referrals – – 4" in shown
