"""CSV for spreadsheets: what a person opens is what the table says, and no text is a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sos_sim.kit.page import Page, Section, Sheet, write_page
from sos_sim.runs.contracts import Contract, catalogue, numeric, text
from sos_sim.runs.csv_text import csv_text
from sos_sim.runs.store import keep_csv, keep_tables
from support.declared import ANYTHING


def read_back(written: str) -> list[list[str]]:
    """The cells of a CSV text, as Python's own reader finds them."""
    return list(csv.reader(io.StringIO(written, newline="")))


def cell(value: object) -> str:
    """How one value is written, as a reader of CSV has it."""
    return read_back(csv_text(["a", "b"], [[value, 1]]))[1][0]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_is_a_formula(begin: str) -> None:
    text = f"{begin}SUM(A1)"
    assert cell(text) == f"'{text}"
    assert read_back(csv_text([text], [])) == [[f"'{text}"]]
    assert cell(f"a{text}") == f"a{text}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1-4", "1–4"),
        ("10-15", "10–15"),
        ("16-17", "16-17"),
        ("2011-12", "2011–12"),
        ("2024-25", "2024-25"),
        ("0-1", "0-1"),
        ("5-32", "5-32"),
        ("31-1", "31–1"),
        ("2025-04-01", "2025-04-01"),
        ("about 1-4", "about 1-4"),
    ],
)
def test_ages_and_years_are_no_dates(text: str, written: str) -> None:
    """Excel makes 4 January of 1-4 and December 2011 of 2011-12, but leaves 16-17 and 2024-25, which are no dates."""
    assert cell(text) == written


@pytest.mark.parametrize("value", [-1.5, "-1.5", "+2e3", -3, np.float64(-0.25)])
def test_numbers_are_untouched(value: object) -> None:
    assert float(cell(value)) == float(str(value))
    assert not cell(value).startswith("'")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1234567.891, "1234570"),
        (0.123456789, "0.123457"),
        (-98.7654321, "-98.7654"),
        (2.0, "2"),
        (123456789, "123456789"),
        (np.int32(7), "7"),
        (True, "True"),
        (float("nan"), ""),
        (float("-inf"), "-inf"),
        (None, ""),
        ("£ – é", "£ – é"),
    ],
)
def test_at_most_six_significant_digits(value: object, written: str) -> None:
    assert cell(value) == written


def test_a_file_begins_with_a_byte_order_mark_and_reads_back(tmp_path: Path) -> None:
    frame = pd.DataFrame({"arm": ["=1+1", "Café, zwei"], "cost (£)": [1 / 3, float("nan")], "n": [1, 2]})
    keep_csv(tmp_path / "a.csv", frame)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfarm,cost (\xc2\xa3),n\n")
    back = pd.read_csv(tmp_path / "a.csv")
    assert list(back["arm"]) == ["'=1+1", "Café, zwei"]
    assert back["cost (£)"].iloc[0] == 0.333333
    assert back["cost (£)"].isna().iloc[1]


def test_a_page_escapes_what_parquet_keeps_as_it_is(tmp_path: Path) -> None:
    frame = pd.DataFrame({"arm": ["@Plan [draft]"], "value": [1 / 3]})
    section = Section("all", "All", [Sheet("arms", "Arms", frame, ANYTHING)])
    write_page(Page("A page", ["Said."], "A caveat.", [section]), tmp_path)
    arms = Contract("arms", "Arms.", (text("arm", "the arm"), numeric("value", "the value", "£")), ("arm",))
    keep_tables(tmp_path, {"arms": frame}, catalogue(arms))
    assert (tmp_path / "tables" / "arms.csv").read_text(encoding="utf-8-sig") == "arm,value\n'@Plan [draft],0.333333\n"
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "arms.parquet"), frame)
