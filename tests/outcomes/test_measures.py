"""What the measures mean for people, and that the page says what the code says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sos_sim.cli import app
from sos_sim.kit.measures import COLUMNS, as_csv, as_markdown, measure_rows
from sos_sim.model import monthly
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.outcomes.expected import EXPECTED
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measures import MEASURES, SHARE
from sos_sim.outcomes.measuring import Window, stock_of
from sos_sim.theory.parameters import make_parameters

PAGE = Path(__file__).resolve().parents[2] / "docs" / "measures.md"


def answer(*arguments: str) -> str:
    """What the command prints."""
    result = CliRunner().invoke(app, ["measures", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_page_of_measures_is_up_to_date() -> None:
    refresh = "docs/measures.md is out of date: sos-sim measures --format markdown > docs/measures.md"
    assert PAGE.read_text(encoding="utf-8") == as_markdown(measure_rows()), refresh


def test_every_measure_says_what_it_counts_over_what_and_from_when() -> None:
    rows = measure_rows()
    assert [row["name"] for row in rows] == [*MEASURES, *EXPECTED]
    assert all(row[column] for row in rows for column in COLUMNS)


def test_every_share_names_its_whole() -> None:
    assert [name for name, measure in MEASURES.items() if measure.unit == SHARE and not measure.whole] == []


@pytest.mark.parametrize("name", [name for name in MEASURES if "within" in MEASURES[name].meaning])
def test_what_happens_within_some_time_says_since_what(name: str) -> None:
    assert MEASURES[name].clock


def test_csv_and_json_hold_the_same_rows() -> None:
    rows = measure_rows()
    assert list(csv.DictReader(io.StringIO(as_csv(rows)))) == rows
    assert list(csv.DictReader(io.StringIO(answer("--format", "csv")))) == rows
    assert json.loads(answer("--format", "json")) == rows


def test_markdown_is_the_page_and_the_table_names_all() -> None:
    assert answer("--format", "markdown") == PAGE.read_text(encoding="utf-8")
    shown = answer()
    assert all(name in shown for name in MEASURES)


def test_an_unknown_format_is_refused() -> None:
    result = CliRunner().invoke(app, ["measures", "--format", "jsom"])
    assert result.exit_code == 2
    assert "did you mean" in result.output.lower() and "json" in result.output


@pytest.mark.parametrize(("months", "ends"), [(24, (11, 23)), (30, (5, 17, 29)), (5, (4,))])
def test_stocks_are_taken_at_ends_of_years_counted_back_from_the_last_month(months: int, ends: tuple[int, ...]) -> None:
    table = np.zeros((months, len(monthly.COLUMNS)))
    table[:, MonthlyColumn.LOOKED_AFTER] = np.arange(months) ** 2
    histories = Histories(np.zeros((0, 5), dtype=np.int32), table, np.zeros(0, dtype=np.int64), months)
    window = Window(0, months, make_parameters({"children": 10_000}))
    assert stock_of(MonthlyColumn.LOOKED_AFTER)(histories, window) == np.mean([end**2 for end in ends])
