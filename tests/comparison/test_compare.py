"""Paired comparison: right arithmetic, exact nothing where nothing differs, refusals."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sos_sim.comparison.compare import compare, paired_effects
from sos_sim.core.errors import InputError
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.replicate import summarise
from sos_sim.statistics.intervals import t_interval
from support.small_studies import usual_and_offer

NAN = float("nan")


def outcomes(usual: list[float], offer: list[float], measure: str = "cla_start_rate") -> pd.DataFrame:
    """A whole-period table for two arms, with a year beside it that must be ignored."""
    rows = [
        (arm, replicate, year, measure, value + (100.0 if year == "1" else 0.0))
        for arm, values in (("usual", usual), ("offer", offer))
        for replicate, value in enumerate(values)
        for year in ("1", "all")
    ]
    return pd.DataFrame(rows, columns=["arm", "replicate", "year", "measure", "value"])


def only_effect(table: pd.DataFrame) -> Any:
    runs = pd.DataFrame({"replicate": sorted(set(table["replicate"])), "draw": 0})
    effects = paired_effects(table, ["usual", "offer"], runs, {})
    assert len(effects) == 1
    return effects.iloc[0]


def test_hand_worked_difference() -> None:
    row = only_effect(outcomes([10.0, 20.0, 30.0], [9.0, 18.0, 33.0]))
    assert (row["comparator_mean"], row["arm_mean"], row["estimate"]) == (20.0, 20.0, 0.0)
    half = 4.302652729911275 * math.sqrt(7.0) / math.sqrt(3.0)  # t(0.975, 2); differences -1, -2, 3
    assert (row["low"], row["high"]) == pytest.approx((-half, half))
    assert row["probability_lower"] == pytest.approx(2 / 3)
    assert (row["replicates"], row["level"], row["unit"]) == (3, 0.95, MEASURES["cla_start_rate"].unit)


def test_relative_change() -> None:
    assert only_effect(outcomes([10.0, 20.0], [9.0, 18.0]))["relative"] == pytest.approx(-0.1)
    assert math.isnan(only_effect(outcomes([0.0, 0.0], [1.0, 2.0]))["relative"])


def test_no_difference_is_exactly_nothing() -> None:
    row = only_effect(outcomes([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]))
    assert [row[column] for column in ("estimate", "low", "high", "probability_lower", "relative")] == [0.0] * 5


def test_replicates_without_a_value_in_both_arms_are_left_out_and_counted() -> None:
    row = only_effect(outcomes([1.0, NAN, 3.0, 4.0], [2.0, 5.0, NAN, 6.0]))
    assert (row["replicates"], row["comparator_mean"], row["arm_mean"], row["estimate"]) == (2, 2.5, 4.0, 1.5)
    empty = only_effect(outcomes([NAN], [1.0]))
    assert empty["replicates"] == 0 and math.isnan(empty["estimate"])


def test_one_replicate_has_no_interval() -> None:
    row = only_effect(outcomes([1.0], [3.0]))
    assert row["estimate"] == 2.0 and math.isnan(row["low"]) and math.isnan(row["high"])


def test_interval_agrees_with_scipy() -> None:
    values = np.array([0.3, -1.2, 2.5, 0.9, 0.1])
    expected = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert t_interval(values) == pytest.approx((expected.low, expected.high))


def test_a_failed_arm_has_no_pairs() -> None:
    table = outcomes([1.0, 2.0], [])
    row = only_effect(table)
    assert row["replicates"] == 0 and math.isnan(row["estimate"])


def test_arms_with_no_programme_do_not_differ_at_all(tmp_path: Path) -> None:
    usual, offer = usual_and_offer(tmp_path)
    idle = offer.with_values(training=0.0, coaching=0.0, supervision=0.0, alignment=0.0)
    effects = compare([usual, idle], 2).effects
    measured = effects[effects["replicates"] == 2]
    assert len(measured) > 40
    assert (measured[["estimate", "low", "high"]] == 0.0).all().all()


def test_a_programme_reaches_the_costs(tmp_path: Path) -> None:
    result = compare(usual_and_offer(tmp_path), 2)
    cost = result.effects.set_index("measure").loc["cost_programme"]
    assert cost["comparator_mean"] == 0.0 and cost["estimate"] > 0.0 and cost["arm"] == "offer"
    assert set(result.effects["measure"]) == set(MEASURES)
    assert set(result.monthly["arm"]) == {"usual", "offer"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"months": 24}, "run.months is 12 in the first and 24 in the second"),
        ({"warmup_months": 7}, "run.warmup_months is 6 in the first and 7 in the second"),
        ({"seed": 12}, "run.seed is 11 in the first and 12 in the second"),
        ({"replicates": 5}, "run.replicates is 3 in the first and 5 in the second"),
        ({"children": 2500}, "authority.children is 2000 in the first and 2500 in the second"),
    ],
)
def test_arms_that_cannot_be_compared_are_refused(tmp_path: Path, change: dict[str, int], told: str) -> None:
    usual, offer = usual_and_offer(tmp_path)
    with pytest.raises(InputError, match=told):
        compare([usual, offer.with_values(**change)], out=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_replicates_asked_for_settle_a_disagreement(tmp_path: Path) -> None:
    usual, offer = usual_and_offer(tmp_path)
    result = compare([usual, offer.with_values(replicates=5)], replicates=1)
    assert len(result.runs) == 2


def test_a_comparison_needs_two_arms(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least two"):
        compare(usual_and_offer(tmp_path)[:1])


def test_summary_of_replicates() -> None:
    row = summarise(outcomes([1.0, 3.0], [5.0, 5.0])).query("arm == 'usual' and year == 'all'").iloc[0]
    assert (row["mean"], row["sd"], row["replicates"]) == (2.0, pytest.approx(math.sqrt(2.0)), 2)
