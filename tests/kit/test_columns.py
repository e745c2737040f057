"""Columns of tables on pages: the heading says which end, which arm and which way, and the cell is the table's."""

from __future__ import annotations

import pandas as pd
import pytest

from sos_sim.kit.columns import LABELS, as_sheet
from support.declared import ANYTHING


@pytest.mark.parametrize(
    ("column", "heading", "value", "cell"),
    [
        ("estimate", "difference", -1.25, "−1.25"),
        ("low", "from", -2.5, "−2.50"),
        ("high", "to", 0.125, "+0.125"),
        ("comparator_mean", "comparator", 20.25, "20.2"),
        ("arm_mean", "arm", 18.75, "18.8"),
        ("comparator_value", "comparator", 20.25, "20.2"),
        ("arm_value", "arm", 18.75, "18.8"),
        ("relative", "relative", -0.0625, "−6.2%"),
        ("probability_lower", "lower in pairs", 0.83, "83%"),
        ("probability_higher", "higher in pairs", 0.12, "12%"),
        ("luck_sd", "luck (sd)", 1.5, "1.50"),
        ("parameter_sd", "parameters (sd)", 0.25, "0.250"),
        ("count", "number", -1234.5, "−1,234"),
        ("count_low", "number from", -2000.25, "−2,000"),
        ("count_high", "number to", 12.75, "+13"),
        ("variance_ratio", "variance unpaired / paired", 4.25, "4.2"),
        ("share", "share", -0.256, "−26%"),
        ("undiscounted", "difference, not discounted", 1500.5, "+1,500"),
        ("probability", "probability", 0.6, "60%"),
        ("probability_low", "probability from", 0.5, "50%"),
        ("probability_high", "probability to", 0.7, "70%"),
        ("probability_best", "probability best", 0.9, "90%"),
        ("extra_cost", "extra cost (£)", -2500.4, "−2,500"),
        ("cost_low", "cost from", -4000.4, "−4,000"),
        ("cost_high", "cost to", 1000.4, "+1,000"),
        ("ratio", "£ for each", 25000.4, "25,000"),
        ("evpi", "value of information (£)", 9999.6, "10,000"),
        ("delivered", "delivered", 0.25, "25%"),
        ("least", "least delivery", 0.4, "40%"),
        ("lowest", "lowest", 0.12345, "0.123"),
        ("year", "year", 2025.0, "2025"),
        ("dial_x", "first condition", "caseload", "caseload"),
        ("dial_y", "second condition", "turnover", "turnover"),
        ("x", "at", 0.5, "0.5"),
        ("y", "and at", 0.25, "0.25"),
        ("price", "price (£)", 1200.0, "1,200"),
        ("harm_value", "worth of a harm month (£)", 2e4, "20,000"),
    ],
)
def test_heading_and_cell(column: str, heading: str, value: object, cell: str) -> None:
    shown = as_sheet("some", "some", pd.DataFrame({column: [value]}), ANYTHING)
    assert shown.headings == [(heading, not isinstance(value, str))]
    assert shown.cells == [[cell]]


def test_no_two_columns_of_a_table_have_one_heading() -> None:
    alike = {"comparator_value": "comparator_mean", "arm_value": "arm_mean"}
    headings = [heading for column, heading in LABELS.items() if column not in alike]
    assert len(headings) == len(set(headings))


def test_columns_stand_in_the_order_asked_for_and_may_be_named_otherwise() -> None:
    frame = pd.DataFrame({"low": [1.0], "estimate": [2.0], "high": [3.0]})
    shown = as_sheet(
        "some", "some title", frame, ANYTHING, ("estimate", "low", "high", "share"), labels={"estimate": "number"}
    )
    assert [heading for heading, _ in shown.headings] == ["number", "from", "to"]
    assert shown.cells == [["+2", "+1", "+3"]]
    assert as_sheet("some", "title", frame, ANYTHING, formats={"low": ".0%"}).cells[0][0] == "100%"
    assert (shown.title, shown.frame is frame) == ("Some title", True)
