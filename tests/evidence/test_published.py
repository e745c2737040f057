"""Published tables: what is read as a figure, what as a gap, what is refused; and which authorities they know."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.core.errors import EvidenceError
from sos_sim.evidence.areas import areas, find_area, places_of
from sos_sim.evidence.published import Published, read_published
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
    assert published.missing() == []
    assert published.files["Referrals and re-referrals"] == "c1_referrals.csv"
    assert set(published.cells["name"]) >= {"Fewtown, City of", "Eastborough / Westborough"}


def test_a_table_is_known_by_its_columns_and_others_are_left_alone(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    (folder / "cla.csv").rename(folder / "whatever it was called.csv")
    (folder / "notes.csv").write_text("a,b\n1,2\n")
    (folder / "workforce.csv").unlink()
    published = read_published(folder)
    assert published.files["Children looked after: number and rate"] == "whatever it was called.csv"
    assert published.missing() == ["Children's social work workforce (census of 30 September)"]


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


def test_a_file_that_is_no_table_of_text_is_refused(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    (folder / "cla.csv").write_bytes("Schlo\xdf".encode("latin-1"))
    with pytest.raises(EvidenceError, match=r"cla\.csv: cannot be read as UTF-8"):
        read_published(folder)


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
        replaced(folder / "c1_referrals.csv", "900,E10000900,Ourshire", "900,E10000900,Westborough")
        with pytest.raises(EvidenceError, match=r"'Westborough' is the name of .*\(900.*\(941.*give the code"):
            find_area(read_published(folder), "Westborough")

    def test_who_can_stand_for_whom(self, published: Published) -> None:
        assert places_of(published, find_area(published, "900")) == [(frozenset({"900"}), "")]
        assert places_of(published, find_area(published, "940")) == [
            (frozenset({"940"}), ""),
            (frozenset({"940", "941"}), "of Eastborough and Westborough together"),
            (frozenset({"928"}), "of Oldshire, of which it was a part"),
        ]
