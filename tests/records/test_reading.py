"""Every form in which returns come gives the same counts: formats, encodings, cases, dates, ways to name a year."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sos_sim.records.cells import as_date, named_year, year_of
from sos_sim.records.reading import AuthorityRecords, read_records
from support.returns903 import (
    COLUMNS,
    LIVES,
    UASC,
    YEARS,
    Cut,
    Life,
    cut_year,
    write_table,
    write_workbooks,
    write_xml,
    write_years,
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> AuthorityRecords:
    """The returns as the department asks for them."""
    return read_records(write_years(tmp_path_factory.mktemp("plain")))


def assert_same(found: AuthorityRecords, plain: AuthorityRecords) -> None:
    """All that is counted is the same."""
    for name, table in plain.tables.items():
        pd.testing.assert_frame_equal(found.tables[name], table)


def rewritten(folder: Path, change: Callable[[list[list[str]]], list[list[str]]], **how: str) -> Path:
    """The folder with every CSV file's rows changed, and written in some other way."""
    for file in folder.rglob("*.csv"):
        with file.open(newline="", encoding="utf-8") as opened:
            columns, *rows = change(list(csv.reader(opened)))
        write_table(file, columns, rows, **how)
    return folder


def with_iso_days(rows: list[list[str]]) -> list[list[str]]:
    """The same rows with days as yyyy-mm-dd."""
    return [["-".join(reversed(cell.split("/"))) if cell.count("/") == 2 else cell for cell in row] for row in rows]


def same(rows: list[list[str]]) -> list[list[str]]:
    """The rows as they are."""
    return rows


LOWER: Callable[[list[list[str]]], list[list[str]]] = lambda rows: [[cell.lower() for cell in row] for row in rows]  # noqa: E731
BLANKS: Callable[[list[list[str]]], list[list[str]]] = lambda rows: [  # noqa: E731
    [f" {cell} " for cell in row] + [""] for row in rows for row in (row, [""] * len(row))
]
ORDER: Callable[[list[list[str]]], list[list[str]]] = lambda rows: [[*row[::-1], "x"] for row in rows]  # noqa: E731


@pytest.mark.parametrize("write", [write_workbooks, write_xml], ids=["workbook", "xml"])
def test_other_formats(write: Callable[..., Path], tmp_path: Path, plain: AuthorityRecords) -> None:
    assert_same(read_records(write(tmp_path)), plain)


@pytest.mark.parametrize(
    ("change", "how"),
    [
        (LOWER, {}),
        (BLANKS, {}),
        (ORDER, {}),
        (with_iso_days, {}),
        (same, {"encoding": "utf-8-sig"}),
        (same, {"encoding": "utf-16"}),
        (same, {"encoding": "cp1252", "delimiter": ";"}),
        (same, {"delimiter": "\t"}),
    ],
    ids=["lower case", "blanks", "other order and a further column", "ISO", "BOM", "UTF-16", "semicolons", "tabs"],
)
def test_other_ways_of_writing(
    change: Callable[..., list[list[str]]], how: dict[str, str], tmp_path: Path, plain: AuthorityRecords
) -> None:
    assert_same(read_records(rewritten(write_years(tmp_path), change, **how)), plain)


@pytest.mark.parametrize(
    "name", ["{table}_{year}.csv", "SSDA903 {before}-{short} {table}.csv", "{before}-{year}/a/{table} (1).csv"]
)
def test_years_by_name(name: str, tmp_path: Path, plain: AuthorityRecords) -> None:
    for year in YEARS:
        for table, rows in cut_year(LIVES, year).items():
            file = name.format(table=table, year=year, before=year - 1, short=year % 100)
            write_table(tmp_path / file, COLUMNS[table], rows)
    assert_same(read_records(tmp_path), plain)


def test_years_by_a_column(tmp_path: Path, plain: AuthorityRecords) -> None:
    """One file a table for all years, with LA and YEAR, as regional platforms keep them."""
    for table, columns in COLUMNS.items():
        rows = [["Ourshire", str(year), *row] for year in YEARS for row in cut_year(LIVES, year).get(table, [])]
        write_table(tmp_path / f"{table}.csv", ["LA", "YEAR", *columns], rows)
    assert_same(read_records(tmp_path), plain)


def test_year_by_the_last_day_of_care(tmp_path: Path, plain: AuthorityRecords) -> None:
    for table, rows in cut_year(LIVES, 2026).items():
        write_table(tmp_path / f"{table}.csv", COLUMNS[table], rows)
    found = read_records(tmp_path)
    assert found.care is not None and plain.care is not None
    assert found.care.years == (2026,)
    stock = found.tables["counts"].query("measure == 'in_care' and by == 'all'")["count"]
    assert list(stock) == [4]


def test_one_file_with_whole_lives(tmp_path: Path, plain: AuthorityRecords) -> None:
    """An extract of all episodes in one file is a return that knows more of the past."""
    tables = cut_year(LIVES, 2026)
    known = {row[0]: row for year in YEARS[:2] for row in cut_year(LIVES, year)["header"]}
    in_order = {
        (row[0], row[1]): row for year in YEARS for row in cut_year(LIVES, year)["episodes"]
    }  # the later return wins
    sex = {"1": "M", "2": "F", "M": "M", "F": "F"}
    heads = {child: [row[0], sex[row[1]], *row[2:]] for child, row in known.items()} | {
        row[0]: row for row in tables["header"]
    }
    write_table(tmp_path / "header.csv", COLUMNS["header"], heads.values())
    write_table(tmp_path / "episodes.csv", COLUMNS["episodes"], in_order.values())
    write_table(tmp_path / "uasc.csv", UASC, tables["uasc"])
    found = read_records(tmp_path)
    assert found.care is not None and plain.care is not None
    pd.testing.assert_frame_equal(found.care.periods, plain.care.periods)


@pytest.mark.parametrize(
    ("path", "part", "year"),
    [
        ("2024/episodes.csv", "", 2024),
        ("2023-24/episodes 2019.csv", "", 2024),
        ("returns/2023_24/x/episodes.csv", "", 2024),
        ("episodes_2023-2024.csv", "", 2024),
        ("all.xlsx", "Episodes 2025", 2025),
        ("2022-23 returns/header.csv", "", 2023),
        ("episodes.csv", "", None),
        ("episodes 20240601.csv", "", None),
        ("2021 to 2024.csv", "", None),
    ],
)
def test_years_in_names(path: str, part: str, year: int | None) -> None:
    assert named_year(Path(path), part) == year


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/04/2024", "2024-04-03"),
        ("3/4/2024", "2024-04-03"),
        ("2024-04-03", "2024-04-03"),
        ("2024-04-03T00:00:00", "2024-04-03"),
        ("03/04/2024 00:00", "2024-04-03"),
        ("31/02/2024", "None"),
        ("03/04/24", "None"),
        ("03.04.2024", "None"),
        ("45385", "None"),
        ("2024-04-03 11:00", "None"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert str(as_date(text)) == day


def test_years_end_in_march() -> None:
    ends = [as_date("31/03/2024"), as_date("01/04/2024")]
    assert [year_of(day) for day in ends if day] == [2024, 2025]


def test_codes_of_other_years_are_read_and_told(tmp_path: Path) -> None:
    lives = {"A": Life("F", "2008-01-01", (Cut("2025-05-01", "S", "V2", "N1", "H5", "", ""),))}
    found = read_records(write_years(tmp_path, lives))
    told = found.tables["left_out"]
    assert list(told["what"]) == ["code of another year: PLACE H5 in 2025-26"] and list(told["count"]) == [1]
    stock = found.tables["counts"].query("measure == 'in_care' and by == 'place'")
    assert list(stock["group"]) == ["supported"]


def test_other_files_are_left_alone_and_named(tmp_path: Path, plain: AuthorityRecords) -> None:
    write_years(tmp_path)
    (tmp_path / "notes.docx").write_bytes(b"PK nothing of ours")
    (tmp_path / ".~lock.csv").write_text("CHILD", encoding="utf-8")
    write_table(tmp_path / "budget.csv", ["team", "pounds"], [["A", "1"]])
    write_table(tmp_path / "2024" / "reviews.csv", ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"], [["KID0001", "", "", ""]])
    (tmp_path / "other.xml").write_text("<Message><Header/></Message>", encoding="utf-8")
    (tmp_path / "empty.csv").write_bytes(b"")
    found = read_records(tmp_path)
    assert_same(found, plain)
    assert set(found.left_alone) == {"notes.docx", "budget.csv", str(Path("2024") / "reviews.csv"), "other.xml"}


def test_a_missing_year_is_said(tmp_path: Path) -> None:
    (note,) = read_records(write_years(tmp_path, years=(2024, 2026))).notes
    assert "2024-25" in note


def test_twenty_thousand_episodes_are_read_in_seconds(tmp_path: Path) -> None:
    lives = {
        f"C{number:05d}": Life(
            "M",
            "2014-05-05",
            (
                Cut("2021-06-01", "S", "V2", "N1", "U6", f"{2022 + number % 4}-05-01", "X1"),
                Cut(f"{2022 + number % 4}-05-01", "P", "V2", "N1", "U6", "", ""),
            ),
        )
        for number in range(3400)
    }
    write_years(tmp_path, lives, range(2022, 2027))
    started = time.process_time()
    found = read_records(tmp_path)
    tables = found.tables
    assert time.process_time() - started < 10.0
    assert found.care is not None and sum(found.care.rows.values()) > 20_000 and len(tables["counts"])
