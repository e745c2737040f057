"""Tables for the terminal: the right figures in the right cells, nothing cut off."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from rich.console import Console

from sos_sim.kit.tables import effect_tables, number_in_unit, outcome_overview
from sos_sim.outcomes.measures import MEASURES, POUNDS, SHARE


def shown(table: object, width: int = 160) -> str:
    page = Console(file=io.StringIO(), width=width, highlight=False)
    page.print(table)
    return page.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def line_of(text: str, start: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith(start)]
    return " ".join(line.split())


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (1234567.8, POUNDS, "1,234,568"),
        (0.12345, SHARE, "0.123"),
        (48.26, "per 10,000", "48.3"),
        (0.4567, "per year", "0.457"),
        (float("nan"), SHARE, "–"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float, unit: str, written: str) -> None:
    assert number_in_unit(value, unit) == written


def test_numbers_of_one_row_agree_in_decimals() -> None:
    assert number_in_unit(0.456, "per 10,000", size=48.0) == "0.5"
    assert number_in_unit(0.456, "per 10,000", size=48.0, sign="+") == "+0.5"


def test_overview_of_many_years_shows_a_few_with_first_and_last() -> None:
    rows = [
        (name, year, 40.0 + place, 2.5, 20)
        for name in MEASURES
        for place, year in enumerate([*map(str, range(1, 13)), "all"])
    ]
    text = shown(outcome_overview(pd.DataFrame(rows, columns=["measure", "year", "mean", "sd", "replicates"])))
    assert "Means over 20 replicates" in text
    assert line_of(text, "measure") == "measure unit year 1 year 4 year 7 year 9 year 12 all years ± sd"
    assert line_of(text, "cla_start_rate") == "cla_start_rate per 10,000 a year 40.0 43.0 46.0 48.0 51.0 52.0 ± 2.5"


def test_effects_show_difference_interval_and_sign() -> None:
    effects = pd.DataFrame(
        {
            "arm": "offer",
            "measure": list(MEASURES),
            "unit": [measure.unit for measure in MEASURES.values()],
            "comparator_mean": 50.0,
            "arm_mean": 48.5,
            "estimate": -1.5,
            "low": -3.04,
            "high": 0.04,
            "level": 0.95,
            "replicates": 20,
            "probability_lower": 0.85,
            "relative": -0.03,
        }
    )
    (table,) = effect_tables(effects)
    assert line_of(shown(table), "cla_start_rate") == (
        "cla_start_rate per 10,000 a year 50.0 48.5 -1.5 -3.0 to +0.0 -3.0% 17 of 20"
    )
