"""A report as a workbook: everything is there, numbers are numbers, and no text is ever a formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.figures import sheet as empty_figure
from sos_sim.kit.page import Page, Picture, Said, Section, Sheet, Words
from sos_sim.kit.workbook import number_format, write_workbook
from sos_sim.runs.contracts import Contract, numeric, text

COSTS = Contract(
    "costs", "What it costs.", (text("arm", "the arm"), numeric("estimate", "what it costs more", "£")), ("arm",)
)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1")


def written(folder: Path, frame: pd.DataFrame, *names: str, formats: dict[str, str] | None = None) -> Workbook:
    """The workbook of a page with a table or several of equal content."""
    tables = [Sheet(name, "=Title", frame, COSTS, "=note", formats or {}) for name in names or ("costs",)]
    figure = empty_figure()
    blocks = [*tables, Picture("how-far", "=How far?", figure, "=A line"), Words(("words",))]
    opening = [Said("Statements", [("=Lead.", "Said.")])]
    page = Page("=Offer", ["=In short"], CAVEAT, [Section("all", "All", blocks)], opening)
    return load_workbook(write_workbook(page, folder))


def test_summary_tables_with_units_and_notes_and_figures_are_there(tmp_path: Path) -> None:
    frame = pd.DataFrame({"arm": ["Offer", "Other"], "estimate": [-1.25, float("nan")]})
    book = written(tmp_path, frame, formats={"estimate": "+,.1f"})
    assert book.sheetnames == ["Summary", "costs", "Figures"]
    assert [row[0].value for row in book["Summary"].rows] == ["=Offer", CAVEAT, "=Lead. Said.", "=In short"]
    rows = [[cell.value for cell in row] for row in book["costs"].rows]
    assert rows == [
        ["=Title", None],
        ["=note", None],
        [None, "£"],
        ["the arm", "what it costs more"],
        ["arm", "estimate"],
        ["Offer", -1.25],
        ["Other", None],
    ]
    assert book["costs"]["B6"].number_format == "+#,##0.0;-#,##0.0;#,##0.0"
    figures = book["Figures"]
    assert (figures["A1"].value, figures["A2"].value, len(figures._images)) == ("=How far?", "=A line", 1)


def test_no_text_is_a_formula(tmp_path: Path) -> None:
    frame = pd.DataFrame({"arm": list(FORMULAS), "estimate": [1.0] * len(FORMULAS)})
    book = written(tmp_path, frame)
    assert [book["costs"].cell(row, 1).value for row in range(6, 6 + len(FORMULAS))] == list(FORMULAS)
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.rows for cell in row}
    assert kinds <= {"s", "inlineStr", "n"}


def test_signs_that_no_workbook_holds_do_not_stop_it(tmp_path: Path) -> None:
    book = written(tmp_path, pd.DataFrame({"arm": ["bell \a here", "x" * 40_000], "estimate": [float("inf"), 1.0]}))
    assert book["costs"]["A6"].value == "bell \ufffd here"
    assert len(str(book["costs"]["A7"].value)) == 32_767
    assert book["costs"]["B6"].value == "inf"


def test_names_of_sheets_are_short_and_apart(tmp_path: Path) -> None:
    frame, name = pd.DataFrame({"arm": ["Offer"], "estimate": [1.0]}), "a" * 35
    book = written(tmp_path, frame, name, f"{name}b", "summary", "figures")
    assert book.sheetnames == ["Summary", "a" * 31, f"{'a' * 29}-2", "summary-2", "figures-2", "Figures"]


@pytest.mark.parametrize(
    ("specification", "format_there"),
    [
        ("", "General"),
        ("+", "General"),
        (".3g", "General"),
        (".0%", "0%"),
        ("+.1%", "+0.0%;-0.0%;0.0%"),
        (",.0f", "#,##0"),
        (".2f", "0.00"),
    ],
)
def test_formats(specification: str, format_there: str) -> None:
    assert number_format(specification) == format_there
