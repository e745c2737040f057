"""How numbers are written in sentences: every case where digits, signs or words change, computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sos_sim.kit import sentences
from sos_sim.outcomes.measures import POUNDS, SHARE

NOTHING = float("nan")
RATE = "per 10,000 a year"


@pytest.mark.parametrize(
    ("value", "unit", "further", "written"),
    [
        (1.234, RATE, {}, "+1.23"),
        (-1.235001, RATE, {}, "−1.24"),
        (99.99, RATE, {}, "+99.99"),
        (100.0, RATE, {}, "+100.0"),
        (-999.94, RATE, {}, "−999.9"),
        (1000.0, RATE, {}, "+1,000"),
        (-1234567.0, RATE, {}, "−1,234,567"),
        (0.004, RATE, {}, "0.00"),
        (-0.004, RATE, {}, "0.00"),
        (0.0, RATE, {}, "0.00"),
        (0.01, RATE, {}, "+0.01"),
        (1.234, RATE, {"size": 100.0}, "+1.2"),
        (1.234, RATE, {"size": -100.0}, "+1.2"),
        (1.234, RATE, {"size": 99.0}, "+1.23"),
        (1.6, RATE, {"size": 1000.0}, "+2"),
        (1.234, RATE, {"decimals": 1}, "+1.2"),
        (1234.5, RATE, {"size": 1.0, "decimals": 3}, "+1,234.500"),
        (0.1234, SHARE, {}, "+12.3"),
        (-0.1234, SHARE, {"size": 5000.0}, "−12.3"),
        (0.1234, SHARE, {"decimals": 4}, "+12.34"),
        (0.1234, SHARE, {"decimals": 2}, "+12"),
        (0.0004, SHARE, {}, "0.0"),
        (NOTHING, RATE, {}, "–"),
        (NOTHING, SHARE, {}, "–"),
    ],
)
def test_a_difference(value: float, unit: str, further: dict[str, Any], written: str) -> None:
    assert sentences.amount(value, unit, **further) == written


@pytest.mark.parametrize(
    ("value", "unit", "size", "written"),
    [
        (20.25, RATE, None, "20.25"),
        (20.25, RATE, 200.0, "20.2"),
        (-3.5, RATE, None, "−3.50"),
        (0.123, SHARE, None, "12.3%"),
        (1234.4, POUNDS, None, "1,234"),
    ],
)
def test_a_level(value: float, unit: str, size: float | None, written: str) -> None:
    assert sentences.plain(value, unit, size) == written


def test_an_interval_is_written_as_its_difference_is_and_needs_both_ends() -> None:
    assert sentences.span(-1.5, 0.25, RATE) == "−1.50 to +0.25"
    assert sentences.span(-1.5, 0.25, RATE, 150.0) == "−1.5 to +0.2"
    assert sentences.span(-1.5, 0.25, RATE, 150.0, 3) == "−1.500 to +0.250"
    assert sentences.span(-0.015, 0.25, SHARE) == "−1.5 to +25.0"
    for ends in ((NOTHING, 1.0), (1.0, NOTHING), (NOTHING, NOTHING)):
        assert sentences.span(*ends, RATE) == "no interval"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_234_567.0, "+£1.23 million"),
        (-1_234_567_890.0, "−£1,234.57 million"),
        (5_001.0, "+£0.01 million"),
        (-5_001.0, "−£0.01 million"),
        (4_000.0, "£0.00 million"),
        (-4_000.0, "£0.00 million"),
        (0.0, "£0.00 million"),
    ],
)
def test_millions_of_pounds(value: float, written: str) -> None:
    assert sentences.millions(value) == written


def test_other_numbers() -> None:
    assert [sentences.pounds(value) for value in (1234.4, -1234.6, 0.4, -0.4)] == ["£1,234", "−£1,235", "£0", "£0"]
    assert (sentences.percent(0.126), sentences.percent(-0.126, 1)) == ("13%", "−12.6%")
    assert (sentences.percent(-0.004), sentences.percent(-0.0004, 1), sentences.percent(0.0)) == ("0%", "0.0%", "0%")
    assert (sentences.number(1234.4), sentences.number(-1234.56, 1), sentences.number(NOTHING)) == (
        "1,234",
        "−1,234.6",
        "–",
    )
    assert (sentences.digits(0.012345), sentences.digits(-123.456, 4)) == ("0.0123", "−123.5")
    assert sentences.level_said(0.95) == "95% interval"


def test_things_are_counted_in_the_right_form() -> None:
    said = [sentences.counted(count, "pair", "pairs") for count in (0, 1, 2, 1200)]
    assert said == ["0 pairs", "1 pair", "2 pairs", "1,200 pairs"]


def test_words_in_a_list_and_at_the_head_of_a_sentence() -> None:
    said = [sentences.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])]
    assert said == ["", "a", "a and b", "a, b and c"]
    assert [sentences.capital(text) for text in ("", "a", "a B", "Ab")] == ["", "A", "A B", "Ab"]


def test_what_is_missing() -> None:
    assert [sentences.missing(value) for value in (None, NOTHING, 0.0, -1.0)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("draws", "replicates", "told"),
    [
        (0, 20, "90% interval for luck over 20 pairs, parameters held"),
        (1, 1, "no interval from 1 pair: 2 would do"),
        (2, 20, "90% interval over 2 draws of parameters"),
        (1200, 20, "90% interval over 1,200 draws of parameters"),
    ],
)
def test_an_interval_says_what_it_is_made_of(draws: int, replicates: int, told: str) -> None:
    assert sentences.interval_holds({"level": 0.9, "draws": draws, "replicates": replicates}) == told


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        (SHARE, "percentage points"),
        ("per 10,000", "per 10,000 children"),
        ("per 10,000 known children a year", "per 10,000 known children a year"),
        ("per year", "per year"),
    ],
)
def test_a_unit_has_its_denominator(unit: str, told: str) -> None:
    assert sentences.unit_said(unit) == told


def test_measures_have_short_words_where_there_are_any() -> None:
    assert sentences.said("cla_start_rate") == "children starting to be looked after"
    assert sentences.said("cost_total").startswith("cost of services")
    assert sentences.said("care_starts") != sentences.said("cla_start_rate")
    assert sentences.said("caseload_mean") == sentences.READABLE["caseload_mean"].meaning


def test_how_many_draws_would_do_is_said_where_there_are_too_few() -> None:
    row = {"level": 7 / 9, "draws": 8, "replicates": 16}
    told = "no interval from 8 draws of parameters: 9 would do for one of 80%, 39 for 95%"
    assert sentences.interval_holds(row) == told
    assert sentences.interval_holds({**row, "level": 0.8, "draws": 9}) == "80% interval over 9 draws of parameters"
