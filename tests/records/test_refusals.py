"""Broken and hostile returns: exit status 2, the row named, what is allowed, nothing written, no traceback."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from sos_sim.cli import app
from support.census_files import write_census
from support.returns903 import (
    COLUMNS,
    EPISODES,
    LIVES,
    URN,
    cut_year,
    write_table,
    write_workbooks,
    write_xml,
    write_years,
)

Break = Callable[[Path], object]
LAUGHS = '<!DOCTYPE EXPSSDA903 [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE EXPSSDA903 [<!ENTITY file SYSTEM "file:///etc/passwd">]>'


def put(table: str, row: int, column: str, text: str, year: int = 2025) -> Break:
    """One cell of a CSV table changed; ``row`` as a spreadsheet numbers it."""

    def change(folder: Path) -> None:
        rows = cut_year(LIVES, year)[table]
        rows[row - 2][COLUMNS[table].index(column)] = text
        write_table(folder / str(year) / f"{table}.csv", COLUMNS[table], rows)

    return change


def raw(name: str, content: bytes) -> Break:
    """A file of these bytes."""
    return lambda folder: (folder / name).write_bytes(content)


def rewrite(name: str, old: str, new: str) -> Break:
    """A text in a file replaced at its first place."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def both(*steps: Break) -> Break:
    """One after the other."""

    def change(folder: Path) -> None:
        for step in steps:
            step(folder)

    return change


def alone(*steps: Break) -> Break:
    """A folder that holds nothing but what these steps write."""

    def change(folder: Path) -> None:
        for file in sorted(folder.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        for step in steps:
            step(folder)

    return change


def xml(old: str, new: str) -> Break:
    """A return of 2025 in XML with a text replaced."""
    return alone(lambda folder: write_xml(folder, years=[2025]), rewrite("903_2025.xml", old, new))


def census(old: str, new: str) -> Break:
    """A census of 2026 with a text replaced."""
    return both(lambda folder: write_census(folder / "cin.xml", 2026), rewrite("cin.xml", old, new))


def packed(part: str, content: bytes) -> Break:
    """A workbook in which one part has other content."""

    def change(folder: Path) -> None:
        (book,) = write_workbooks(folder / "books", years=[2023]).glob("*.xlsx")
        with zipfile.ZipFile(book) as there:
            parts = {name: there.read(name) for name in there.namelist()}
        with zipfile.ZipFile(book, "w") as again:
            for name, held in (parts | {part: content}).items():
                again.writestr(name, held)

    return change


def garbled(folder: Path) -> None:
    """A workbook of which bytes in the middle were lost."""
    (book,) = write_workbooks(folder / "books", years=[2023]).glob("*.xlsx")
    content = book.read_bytes()
    with zipfile.ZipFile(book) as file:
        place = file.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    book.write_bytes(content[:place] + b"\xff" * 60 + content[place + 60 :])


def bomb(folder: Path) -> None:
    """A workbook that unpacks to 600 MB."""
    with (
        zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as file,
        file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(600):
            part.write(b" " * 1_000_000)


def book_cell(folder: Path) -> None:
    """A workbook with a formula error in a code."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Episodes"
    sheet.append(list(EPISODES))
    rows = cut_year(LIVES, 2023)["episodes"]
    rows[0][EPISODES.index("LS")] = "#N/A"
    for row in rows:
        sheet.append(list(row))
    book.save(folder / "2023.xlsx")


CASES: dict[str, tuple[Break, list[str]]] = {
    "start is no date": (put("episodes", 2, "DECOM", "30/02/2024"), ["episodes.csv, row 2", "DECOM", "'30/02/2024'"]),
    "start blank": (put("episodes", 3, "DECOM", ""), ["row 3", "DECOM is blank", "dd/mm/yyyy"]),
    "two-digit year": (put("episodes", 2, "DECOM", "12/05/24"), ["row 2", "'12/05/24'"]),
    "American date": (put("episodes", 2, "DECOM", "05/24/2024"), ["row 2", "DECOM", "dd/mm/yyyy"]),
    "serial number of a spreadsheet": (put("episodes", 2, "DEC", "45436"), ["row 2", "DEC is '45436'"]),
    "date long ago": (put("episodes", 2, "DECOM", "12/05/1824"), ["row 2", "DECOM"]),
    "end before start": (put("episodes", 2, "DEC", "11/05/2024"), ["row 2", "DEC", "later than DECOM, 12/05/2024"]),
    "end on the day of the start": (put("episodes", 2, "DEC", "12/05/2024"), ["row 2", "later than DECOM"]),
    "end after the year": (put("episodes", 4, "DEC", "20/04/2025"), ["row 4", "2024-25, ends on 31/03/2025"]),
    "start after the year": (put("episodes", 4, "DECOM", "20/04/2025"), ["row 4", "DECOM", "31/03/2025"]),
    "end without reason": (put("episodes", 2, "REC", ""), ["row 2", "REC is blank", "both"]),
    "reason without end": (put("episodes", 2, "DEC", ""), ["row 2", "DEC is blank", "both"]),
    "unknown reason": (put("episodes", 2, "REC", "E99"), ["row 2", "REC is 'E99'", "allowed in 2024-25: X1, E4A"]),
    "unknown legal status": (put("episodes", 2, "LS", "c9"), ["row 2", "LS is 'c9'", "C1, C2"]),
    "blank legal status": (put("episodes", 2, "LS", ""), ["row 2", "LS is blank", "V2"]),
    "unknown place": (put("episodes", 2, "PLACE", "X9"), ["row 2", "PLACE is 'X9'", "K3", "Z1"]),
    "unknown need": (put("episodes", 2, "CIN", "N9"), ["row 2", "CIN is 'N9'", "N8"]),
    "unknown reason for new episode": (put("episodes", 2, "RNE", "Q"), ["row 2", "RNE is 'Q'", "S, L, P, T, B, U"]),
    "no child": (put("episodes", 2, "CHILD", ""), ["row 2", "CHILD is blank"]),
    "child of no header": (put("episodes", 2, "CHILD", "NOBODY"), ["row 2", "CHILD", "no Header has this child"]),
    "unknown sex": (put("header", 2, "SEX", "X"), ["header.csv, row 2", "SEX is 'X'", "M, F, U"]),
    "no date of birth": (put("header", 2, "DOB", ""), ["header.csv, row 2", "DOB is blank"]),
    "date of birth is none": (put("header", 2, "DOB", "99/99/2024"), ["header.csv, row 2", "DOB"]),
    "born after the start": (put("header", 2, "DOB", "01/01/2025"), ["episodes.csv, row 2", "between birth and"]),
    "born too long ago": (put("header", 2, "DOB", "01/01/1972"), ["episodes.csv, row 2", "25 years"]),
    "two header rows that differ": (
        both(put("header", 3, "CHILD", "KID0001"), put("episodes", 6, "CHILD", "KID0001")),
        ["header.csv, row 3", "another sex or date of birth"],
    ),
    "episodes that overlap": (
        put("episodes", 3, "DECOM", "20/05/2024"),
        ["row 3", "DECOM is '20/05/2024'", "row 2", "24/05/2024", "do not overlap"],
    ),
    "two open episodes": (
        rewrite("2025/episodes.csv", "20/11/2024,X1,", ",,"),
        ["row 4", "row 3", "goes on", "do not overlap"],
    ),
    "more cells than columns": (rewrite("2025/episodes.csv", URN, f"{URN},a,b"), ["row 2", "15 cells", "13 columns"]),
    "a column is missing": (rewrite("2025/episodes.csv", ",LS,", ",LEGAL,"), ["row 1", "lacks LS"]),
    "a column stands twice": (rewrite("2025/episodes.csv", "URN", "LS"), ["row 1", "LS", "twice"]),
    "two files of one table": (
        raw("2025/more.csv", b"CHILD,SEX,DOB,ETHNIC\nA,M,01/01/2015,WBRI\n"),
        ["header.csv", "more.csv", "both hold Header of 2024-25"],
    ),
    "two authorities": (
        alone(raw("e.csv", b"LA,YEAR,CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\nX,2024,A,,,,,,,\nY,2024,B,,,,,,,\n")),
        ["e.csv, row 3", "second authority"],
    ),
    "YEAR is no year": (
        alone(raw("e.csv", b"YEAR,CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\nlast,A,,,,,,,\n")),
        ["e.csv, row 2", "YEAR is 'last'"],
    ),
    "episodes of no year": (
        alone(raw("e.csv", b"CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\nA,soon,S,V2,N1,U6,,\n")),
        ["e.csv", "of which year"],
    ),
    "a header alone": (alone(raw("h.csv", b"CHILD,SEX,DOB,ETHNIC\nA,M,01/01/2015,WBRI\n")), ["h.csv", "Episodes"]),
    "no episode": (alone(raw("2024.csv", b"CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n")), ["no episode of care"]),
    "nothing at all": (alone(), ["holds no return"]),
    "bytes that are no text": (raw("2025/episodes.csv", b"CHILD\n\xff\xfe\x81\x8d"), ["episodes.csv, row", "no text"]),
    "a zero byte": (raw("2025/episodes.csv", b"CHILD,DECOM\nA,\0\n"), ["episodes.csv, row 2", "byte 0"]),
    "a quote that never ends": (rewrite("2025/header.csv", "KID0001", '"KID0001'), ["header.csv, row"]),
    "a cell of a megabyte": (rewrite("2025/header.csv", "WBRI", "W" * 1_000_000), ["header.csv, row 2", "CSV"]),
    "signs for the terminal": (put("episodes", 2, "LS", "\x1b[2J[red]"), ["row 2", "LS is '\\x1b[2J[red]'"]),
    "entities in XML": (xml("<EXPSSDA903>", LAUGHS + "<EXPSSDA903>"), ["903_2025.xml, line", "DOCTYPE"]),
    "XML that names a file": (xml("<EXPSSDA903>", OUTSIDE + "<EXPSSDA903>"), ["903_2025.xml, line", "DOCTYPE"]),
    "XML cut off": (xml("</EXPSSDA903>", ""), ["903_2025.xml, line", "no well-formed XML"]),
    "XML in an unknown encoding": (xml("utf-8", "klingon"), ["903_2025.xml", "encoding"]),
    "XML without end of depth": (raw("deep.xml", b"<a>" * 100_000), ["deep.xml, line 1", "deeper than 30"]),
    "a child without header in XML": (xml("<HEADER>", "<HEAD/><HEADER_>"), ["903_2025.xml, line"]),
    "a wrong code in XML": (xml("<LS>L2</LS>", "<LS>L9</LS>"), ["903_2025.xml, line 12", "LS is 'L9'", "L1, L2"]),
    "a workbook that is none": (raw("2023.xlsx", b"PK\x03\x04 and then nothing"), ["2023.xlsx", "no workbook"]),
    "a workbook with a damaged part that is packed": (garbled, ["SSDA903 2022-23.xlsx", "is damaged"]),
    "a workbook with entities": (
        packed("xl/sharedStrings.xml", LAUGHS.encode() + b"<sst>&b;</sst>"),
        ["SSDA903 2022-23.xlsx (xl/sharedStrings.xml), line 1", "DOCTYPE"],
    ),
    "a workbook with a damaged part": (packed("xl/workbook.xml", b"<workbook/>"), ["SSDA903 2022-23.xlsx", "no sheet"]),
    "a workbook that unpacks without end": (bomb, ["bomb.xlsx", "unpacks to more than 500 MB"]),
    "an error in a cell of a workbook": (book_cell, ["2023.xlsx, sheet 'Episodes', row 2", "LS is '#N/A'"]),
    "a census of no year": (census("<Year>2026", "<Year>soon"), ["cin.xml, line 4", "Year is 'soon'"]),
    "a census of two years": (census("2026-03-31", "2025-03-31"), ["cin.xml", "ReferenceDate lies in 2024-25"]),
    "two censuses of one year": (
        both(*(lambda folder, name=name: write_census(folder / name, 2026) for name in ("a.xml", "b.xml"))),
        ["a.xml and b.xml", "CIN census of 2025-26"],
    ),
    "a census without children": (lambda folder: write_census(folder / "cin.xml", 2026, {}), ["cin.xml", "no child"]),
    "a census with a wrong date": (census("2025-05-12", "2025-13-12"), ["cin.xml, line", "CINREFERRALDATE"]),
    "a census with a date after its year": (census("2026-01-10", "2026-04-10"), ["cin.xml, line", "2025-26, ends on"]),
    "a census with an unknown need": (census("N5", "N55"), ["cin.xml, line", "PRIMARYNEEDCODE is 'N55'", "N8"]),
    "a census with an unknown sex": (census("<Sex>M", "<Sex>X"), ["cin.xml, line", "SEX is 'X'"]),
    "a census with a child twice": (census("CIN0002", "CIN0001"), ["cin.xml, line", "twice"]),
    "a case closed before it began": (census("2025-12-24", "2023-09-30"), ["cin.xml, line", "CINCLOSUREDATE"]),
    "a plan of no number": (
        census("PreviousCPP>1", "PreviousCPP>first"),
        ["cin.xml, line", "NUMBEROFPREVIOUSCPP is 'first'"],
    ),
    "no identifier in a census": (census("CIN0001", " "), ["cin.xml, line", "LACHILDID is blank"]),
    "no date of birth in a census": (census("<PersonBirthDate>2015-03-27</PersonBirthDate>", ""), ["PERSONBIRTHDATE"]),
}


@pytest.mark.parametrize("name", CASES)
def test_refused_with_the_row_named_and_nothing_written(name: str, tmp_path: Path) -> None:
    folder, out = write_years(tmp_path / "in", years=[2024, 2025]), tmp_path / "out"
    harm, said = CASES[name]
    harm(folder)
    answer = CliRunner().invoke(app, ["records", str(folder), "--out", str(out)])
    assert answer.exit_code == 2, answer.output
    for part in said:
        assert part in answer.stderr, answer.stderr
    assert not answer.stdout and not out.exists()
    assert "Traceback" not in answer.stderr and "\x1b" not in answer.stderr
    for child in ("KID00", "CIN00", "2014-", "2015-03-27", "27/03/2015", "02/03/2015"):
        assert child not in answer.stderr


def test_there_are_forty_of_them() -> None:
    assert len(CASES) >= 40


def test_whole_returns_are_not_refused(tmp_path: Path) -> None:
    folder = write_years(tmp_path / "in", years=[2024, 2025])
    write_census(folder / "cin.xml", 2026)
    assert CliRunner().invoke(app, ["records", str(folder)]).exit_code == 0


def test_ten_faults_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    rows = cut_year(LIVES, 2025)["episodes"]
    broken = [[*row[:3], "?", *row[4:]] for row in rows] * 3
    write_table(tmp_path / "2025" / "episodes.csv", EPISODES, broken)
    write_table(tmp_path / "2025" / "header.csv", COLUMNS["header"], cut_year(LIVES, 2025)["header"])
    answer = CliRunner().invoke(app, ["records", str(tmp_path)])
    assert answer.exit_code == 2
    assert answer.stderr.count("LS is '?'") == 10 and f"and {len(broken) - 10} more such rows" in answer.stderr


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["records", str(tmp_path / "nowhere")])
    assert answer.exit_code == 2 and "is not a folder" in answer.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_pipes_and_devices_are_no_files(tmp_path: Path) -> None:
    write_years(tmp_path, years=[2025])
    os.mkfifo(tmp_path / "2025" / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert CliRunner().invoke(app, ["records", str(tmp_path)]).exit_code == 0
