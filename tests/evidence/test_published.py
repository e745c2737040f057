"""Published tables: what is read as a figure, what as a gap, what is refused; and which authorities they know."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from sos_sim.core.errors import EvidenceError
from sos_sim.evidence.areas import areas, find_area, places_of
from sos_sim.evidence.local_figures import RATIOS, LocalFigures
from sos_sim.evidence.published import Published, read_published
from sos_sim.evidence.published_tables import TABLES
from support.published_tables import Cell, write_tables


def cell(published: Published, code: str, figure: str, year: int) -> tuple[float, str]:
    rows = published.cells.query("code == @code and figure == @figure and year == @year")
    assert len(rows) == 1
    return float(rows["value"].iloc[0]), str(rows["symbol"].iloc[0])


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_figures_are_found_wherever_their_columns_stand(tmp_path: Path) -> None:
    published = read_published(write_tables(tmp_path))
    assert cell(published, "900", "referrals", 2023) == (5194.0, "")
    assert cell(published, "900", "care_started", 2022) == (265.0, "")
    assert cell(published, "900", "case_holders", 2022) == (173.2, "")
    assert cell(published, "901", "children", 2022) == (1200.0, "")
    assert set(published.files) == {table.title for table in TABLES} and published.lookalikes == {}
    assert published.files["Referrals and re-referrals"] == "c1_referrals.csv"
    assert set(published.cells["name"]) >= {"Fewtown, City of", "Eastborough / Westborough"}


def test_a_table_is_known_by_its_columns_and_others_are_left_alone(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    (folder / "cla.csv").rename(folder / "whatever it was called.csv")
    (folder / "notes.csv").write_text("a,b\n1,2\n")
    (folder / "workforce.csv").unlink()
    published = read_published(folder)
    assert published.files["Children looked after: number and rate"] == "whatever it was called.csv"
    absent = {table.title for table in TABLES} - set(published.files)
    assert absent == {"Children's social work workforce (census of 30 September)"} and published.lookalikes == {}


@pytest.mark.parametrize("symbol", ["c", "k", "z", "x", ":", "u", "low", ""])
def test_a_symbol_is_a_gap_that_remembers_it(tmp_path: Path, symbol: str) -> None:
    def change(code: str, year: int, figure: str, cell: Cell) -> Cell:
        return symbol if (code, year, figure) == ("900", 2022, "Section47") else cell

    value, kept = cell(read_published(write_tables(tmp_path, change)), "900", "enquiries", 2022)
    assert (str(value), kept) == ("nan", symbol)


def test_a_span_of_years_is_its_last(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    replaced(folder / "c4_section_47.csv", "2023,Reporting year,Local", "202223,Reporting year,Local")
    assert cell(read_published(folder), "900", "enquiries", 2023) == (1893.0, "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",1893,592", ",many,592", "line 3: Section47 is 'many', neither a number nor one of the symbols"),
        (",1893,592", ",-4,592", "line 3: Section47 is -4, which no count can be"),
        ("2023,Reporting year,Local", "last year,Reporting year,Local", "line 3: time_period is 'last year'"),
        ("2022,Reporting year,Local", "2023,Reporting year,Local", "line 4: a second row for Ourshire in 2023"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = write_tables(tmp_path)
    replaced(folder / "c4_section_47.csv", old, new)
    with pytest.raises(EvidenceError) as problem:
        read_published(folder)
    assert "c4_section_47.csv, " + said in str(problem.value)


def test_folders_without_tables_and_tables_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="is not a folder"):
        read_published(tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvidenceError, match="none of the department's tables"):
        read_published(tmp_path / "empty")
    folder = write_tables(tmp_path / "twice")
    (folder / "z.csv").write_bytes((folder / "cla.csv").read_bytes())
    with pytest.raises(EvidenceError, match=r"cla\.csv and z\.csv both hold"):
        read_published(folder)


def saved_again(file: Path, encoding: str, delimiter: str) -> None:
    """Write a table as a spreadsheet program would: another encoding and delimiter, codes as decimal numbers."""
    rows = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    rows["old_la_code"] = rows["old_la_code"].str.replace(r"(\d{3})", r"\1.0", regex=True)
    rows["la_name"] = rows["la_name"].str.replace("Ourshire", "Öurshire")
    rows.to_csv(file, index=False, encoding=encoding, sep=delimiter)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";"), ("cp1252", "|")]
)
def test_a_file_saved_again_by_a_spreadsheet_says_the_same(tmp_path: Path, encoding: str, delimiter: str) -> None:
    folder = write_tables(tmp_path)
    before = read_published(folder).cells
    for file in folder.glob("*.csv"):
        saved_again(file, encoding, delimiter)
    after = read_published(folder).cells
    assert set(after["name"]) - set(before["name"]) == {"Öurshire"}
    pd.testing.assert_frame_equal(after.drop(columns="name"), before.drop(columns="name"))


def test_one_file_saved_again_leaves_its_authorities_whole(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    before = read_published(folder).cells
    rows = pd.read_csv(folder / "c4_section_47.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    rows["old_la_code"] = rows["old_la_code"].str.replace(r"^(\d{3})$", r"\1.0", regex=True)
    rows.to_csv(folder / "c4_section_47.csv", index=False)
    pd.testing.assert_frame_equal(read_published(folder).cells, before)


def test_an_earlier_release_is_read_under_its_own_names(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    before = read_published(folder).cells
    replaced(folder / "cla.csv", "population_type,children_count", "Population_Count,Number")
    pd.testing.assert_frame_equal(read_published(folder).cells, before)


def test_a_file_that_looks_like_a_table_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    replaced(folder / "c4_section_47.csv", "Section47,", "S47,")
    published = read_published(folder)
    title = "Section 47 enquiries and initial conferences"
    said = f"c4_section_47.csv looks like the table {title!r}, but lacks Section47"
    assert published.lookalikes == {title: said}
    figures = LocalFigures(published, find_area(published, "900"))
    assert said in figures.why_not(RATIOS["s47_rate"]) and said not in figures.why_not(RATIOS["cpp_start_rate"])


def test_files_of_other_kinds_decide_nothing(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    before = read_published(folder).cells
    (folder / "._cla.csv").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X\xff\xfe")
    (folder / "outturn.csv").write_bytes("LA,Spend (£)\nOurshire,5\n".encode("latin-1"))
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 300)
    (folder / "empty.csv").write_bytes(b"")
    (folder / "folder.csv").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.csv")
    pd.testing.assert_frame_equal(read_published(folder).cells, before)


def test_tables_one_level_down_are_found(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "data")
    assert read_published(folder.parent).files == read_published(folder).files
    (tmp_path / "cla.csv").write_bytes((folder / "cla.csv").read_bytes())
    assert list(read_published(tmp_path).files.values()) == ["cla.csv"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",900,E10000900,Ourshire,", ",900,E10000900,Theirshire,", "the code 900 has several names in 2023"),
        (",900,E10000900,", ",,E10000900,", "line 3: old_la_code is '', but must be three digits"),
        (",900,E10000900,", ",9000,E10000900,", "line 3: old_la_code is '9000', but must be three digits"),
        (",900,E10000900,", ",905,E10000900,", "the code E10000900 has several codes of the department in 2023"),
        (",E10000900,Ourshire,", ",E10000900,  ,", "line 3: la_name is ''"),
    ],
)
def test_codes_and_names_are_held_against_each_other(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = write_tables(tmp_path)
    replaced(folder / "c4_section_47.csv", old, new)
    with pytest.raises(EvidenceError) as problem:
        read_published(folder)
    assert said in str(problem.value) and "c4_section_47.csv" in str(problem.value)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The small tables."""
    return read_published(write_tables(tmp_path_factory.mktemp("tables")))


class TestAreas:
    """Names and codes, old and new."""

    def test_the_list_has_each_authority_once_and_none_that_is_two(self, published: Published) -> None:
        known = [(area.name, area.code, area.last_year) for area in areas(published)]
        assert known == [
            ("Eastborough", "940", 2023),
            ("Fewtown, City of", "901", 2023),
            ("Oldshire", "928", 2021),
            ("Ourshire", "900", 2023),
            ("Twinham", "835", 2019),
            ("Twinham", "838", 2023),
            ("Westborough", "941", 2023),
        ]

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ("Ourshire", "900"),
            ("  ourshire ", "900"),
            ("900", "900"),
            ("e10000900", "900"),
            ("Fewtown", "901"),
            ("City of Fewtown", "901"),
            ("Ourshire County Council", "900"),
            ("Twinham", "838"),
            ("835", "835"),
            ("Oldshire", "928"),
        ],
    )
    def test_names_and_codes_are_found(self, published: Published, asked: str, code: str) -> None:
        assert find_area(published, asked).code == code

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("Oursheer", "Did you mean 'Ourshire' (900, figures to 2023)?"),
            ("borough", "'Eastborough' (940, figures to 2023) or 'Westborough' (941, figures to 2023)?"),
            ("qqqqq", "See all of them with --list."),
            ("", "See all of them with --list."),
            ("999", "--list"),
        ],
    )
    def test_others_are_refused_with_suggestions(self, published: Published, asked: str, said: str) -> None:
        with pytest.raises(EvidenceError) as problem:
            find_area(published, asked)
        assert said in str(problem.value)

    def test_two_living_authorities_of_one_name_need_their_code(self, tmp_path: Path) -> None:
        folder = write_tables(tmp_path)
        for file in folder.glob("*.csv"):
            text = file.read_text(encoding="utf-8-sig")
            file.write_text(text.replace("Ourshire", "Westborough"), encoding="utf-8")
        with pytest.raises(EvidenceError, match=r"'Westborough' is the name of .*\(900.*\(941.*give the code"):
            find_area(read_published(folder), "Westborough")

    def test_who_can_stand_for_whom(self, published: Published) -> None:
        assert places_of(published, find_area(published, "900")) == [(frozenset({"900"}), "")]
        assert places_of(published, find_area(published, "940")) == [
            (frozenset({"940"}), ""),
            (frozenset({"940", "941"}), "of Eastborough and Westborough together"),
            (frozenset({"928"}), "of Oldshire, of which it was a part"),
        ]
