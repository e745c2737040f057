"""Made-up returns of SSDA903 for tests: ten children whose counts can be counted by hand, written in every format.

Whole lives are cut into annual returns as an authority cuts them: a return holds every episode that touches its year,
and knows nothing of what comes after 31 March.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from openpyxl import Workbook

YEARS = (2024, 2025, 2026)
HEADER = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
EPISODES = (
    *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE"),
    *("HOME_POST", "PL_POST", "URN"),
)
UASC = ("CHILD", "SEX", "DOB", "DUC")
POSTCODE, UPN, URN = "QQ1 1QQ", "Z999200012345", "SC765432"
"""What must not be found in anything that is written."""
Row = list[str]
Tables = dict[str, list[Row]]


class Cut(NamedTuple):
    """An episode of a whole life: days are yyyy-mm-dd, '' while it goes on."""

    start: str
    new: str
    legal: str
    need: str
    place: str
    end: str
    reason: str


class Life(NamedTuple):
    """A child's whole life in care."""

    sex: str
    birth: str
    episodes: tuple[Cut, ...]
    alone: bool = False


LIVES: dict[str, Life] = {
    "KID0001": Life(
        "F",
        "2024-02-03",
        (
            Cut("2024-05-12", "S", "L2", "N1", "U3", "2024-05-24", "X1"),
            Cut("2024-05-24", "L", "C1", "N1", "U3", "2024-11-20", "X1"),
            Cut("2024-11-20", "L", "C2", "N1", "U3", "2025-06-10", "X1"),
            Cut("2025-06-10", "P", "C2", "N1", "P1", "2026-02-15", "E4A"),
        ),
    ),
    "KID0002": Life(
        "M",
        "2016-09-17",
        (
            Cut("2024-07-03", "S", "V2", "N4", "U6", "2024-10-15", "X1"),
            Cut("2024-10-15", "P", "V2", "N4", "T1", "2024-10-20", "X1"),
            Cut("2024-10-20", "P", "V2", "N4", "U6", "2024-12-20", "E4A"),
            Cut("2025-08-14", "S", "V2", "N4", "U6", "", ""),
        ),
    ),
    "KID0003": Life(
        "M",
        "2009-11-09",
        (
            Cut("2025-01-22", "S", "V2", "N5", "K2", "2025-12-02", "X1"),
            Cut("2025-12-02", "P", "V2", "N5", "K3", "", ""),
        ),
    ),
    "KID0004": Life(
        "M",
        "2023-08-15",
        (
            Cut("2023-08-20", "S", "C1", "N1", "U5", "2024-07-01", "X1"),
            Cut("2024-07-01", "U", "E1", "N1", "A5", "2025-05-20", "E11"),
        ),
    ),
    "KID0005": Life("M", "2009-04-15", (Cut("2025-09-10", "S", "V2", "N8", "K3", "", ""),), alone=True),
    "KID0006": Life("F", "2007-08-30", (Cut("2022-03-11", "L", "C2", "N5", "U4", "2025-08-30", "E17"),)),
    "KID0007": Life("F", "2015-03-02", (Cut("2022-05-10", "S", "C2", "N1", "U4", "", ""),)),
    "KID0008": Life("F", "2014-01-01", (Cut("2023-06-01", "S", "V4", "N2", "R1", "", ""),)),
    "KID0009": Life(
        "F",
        "2022-05-05",
        (
            Cut("2025-06-12", "S", "V2", "N3", "U3", "2025-07-07", "E4B"),
            Cut("2025-10-01", "S", "C1", "N3", "U3", "2026-03-25", "E45"),
        ),
    ),
    "KID0010": Life("M", "2011-12-12", (Cut("2023-04-01", "S", "C2", "N5", "U4", "2024-03-31", "E3"),)),
}
"""Emergency to home on an order to home; a return and a start again; a child who came before the first return (KID0006,
whose first episode is no start); short breaks (KID0008); a start again within a year; a transfer on 31 March."""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def british(text: str) -> str:
    """A day as dd/mm/yyyy."""
    return "/".join(reversed(text.split("-"))) if text else ""


def cut_year(lives: Mapping[str, Life], year: int) -> Tables:
    """Header, Episodes and UASC of the return of one year; tables without rows are left out."""
    start, end = date(year - 1, 4, 1), date(year, 3, 31)
    tables: Tables = {"header": [], "episodes": [], "uasc": []}
    for child, life in lives.items():
        rows = []
        for episode in life.episodes:
            first, last = date.fromisoformat(episode.start), _day(episode.end)
            if first > end or (last is not None and last < start):
                continue
            over = last is not None and last <= end
            ends = [british(episode.end), episode.reason] if over else ["", ""]
            place = [episode.legal, episode.need, episode.place, "PR1", *ends, "", POSTCODE, POSTCODE, URN]
            rows.append([child, british(episode.start), episode.new, *place])
        if not rows:
            continue
        sex = life.sex if year >= 2025 else {"M": "1", "F": "2"}[life.sex]
        tables["header"].append([child, sex, british(life.birth), "WBRI", UPN, "", ""])
        tables["episodes"] += rows
        if life.alone:
            tables["uasc"].append([child, sex, british(life.birth), ""])
    return {name: rows for name, rows in tables.items() if rows}


COLUMNS: dict[str, Sequence[str]] = {"header": HEADER, "episodes": EPISODES, "uasc": UASC}


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Row], encoding: str = "utf-8", delimiter: str = ","
) -> None:
    """A CSV file; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(rows)


def write_years(folder: Path, lives: Mapping[str, Life] = LIVES, years: Iterable[int] = YEARS) -> Path:
    """A folder of CSV returns, a folder a year."""
    for year in years:
        for name, rows in cut_year(lives, year).items():
            write_table(folder / str(year) / f"{name}.csv", COLUMNS[name], rows)
    return folder


def write_workbooks(folder: Path, lives: Mapping[str, Life] = LIVES, years: Iterable[int] = YEARS) -> Path:
    """A workbook a year with a sheet a table; days are days, as a spreadsheet keeps them."""
    folder.mkdir(parents=True, exist_ok=True)
    for year in years:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in cut_year(lives, year).items():
            sheet = book.create_sheet(name.title())
            sheet.append(list(COLUMNS[name]))
            dated = [place for place, column in enumerate(COLUMNS[name]) if column in ("DOB", "DECOM", "DEC", "DUC")]
            for row in rows:
                cells: list[object] = [cell or None for cell in row]
                for place in dated:
                    if row[place]:
                        cells[place] = date(*map(int, reversed(row[place].split("/"))))
                sheet.append(cells)
        book.save(folder / f"SSDA903 {year - 1}-{year % 100}.xlsx")
    return folder


def write_xml(folder: Path, lives: Mapping[str, Life] = LIVES, years: Iterable[int] = YEARS) -> Path:
    """An EXPSSDA903 file a year."""
    folder.mkdir(parents=True, exist_ok=True)
    for year in years:
        tables = cut_year(lives, year)
        root = ElementTree.Element("EXPSSDA903")
        alone = {row[0] for row in tables.get("uasc", [])}
        for head in tables["header"]:
            child = ElementTree.SubElement(root, "CHILD")
            told = {"CHILDID": head[0], "UPN": UPN, "SEX": head[1], "DOB": head[2], "ETHNIC": "WBRI"}
            _put(ElementTree.SubElement(child, "HEADER"), told | {"UASC": str(int(head[0] in alone))})
            for row in tables["episodes"]:
                if row[0] == head[0]:
                    cells = dict(zip(EPISODES[1:], row[1:], strict=True))
                    cells["PL"] = cells.pop("PLACE")
                    _put(ElementTree.SubElement(child, "EPISODE"), cells)
        ElementTree.indent(root)
        ElementTree.ElementTree(root).write(folder / f"903_{year}.xml", encoding="utf-8", xml_declaration=True)
    return folder


def _put(element: ElementTree.Element, cells: Mapping[str, str]) -> None:
    for name, text in cells.items():
        ElementTree.SubElement(element, name).text = text or None
