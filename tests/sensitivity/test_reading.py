"""What a sweep says: every number is the table's, and every direction is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sos_sim.sensitivity.discovery import Box, sentences
from sos_sim.sensitivity.reading import MOST_NAMED, SAYS, indices_said
from sos_sim.sensitivity.study import Condition, Output

LUCK = {"luck": 0.31, "luck_left": 0.08, "seeds": 5}
STABLE = {"counted_in": "trajectories", "stable": True, "blocks": 16, "more": 0}


def indices(distinguishable: int, factors: int = 5) -> pd.DataFrame:
    """Factors f1, f2, … of falling index, of which so many stand out; the dummy ranks first and is not told."""
    rank = np.arange(1, factors + 1)
    told = pd.DataFrame(
        {
            "factor": [f"f{number}" for number in rank],
            "index": "mu_star",
            "estimate": 10.0 / rank,
            "low": 8.0 / rank,
            "high": 13.0 / rank,
            "floor": 0.51 + rank / 100,
            "distinguishable": rank <= distinguishable,
            "rank": rank,
        }
    )
    dummy = told.head(1).assign(factor="dummy", rank=0, floor=9.0)
    other = told.assign(index="sigma", estimate=77.0)
    return pd.concat([other, dummy, told], ignore_index=True)


def said(distinguishable: int, verdict: dict[str, Any] = STABLE, luck: dict[str, Any] = LUCK) -> str:
    return indices_said("morris", indices(distinguishable), verdict, luck)


def test_what_moves_it_is_told_in_order_with_intervals_and_what_is_lost_in_noise() -> None:
    told = said(2)
    assert told.startswith(
        "What moves it most: f1 10 (8 to 13); f2 5 (4 to 6.5); 3 of 5 factors cannot be told from noise"
    )
    assert "noise (up to 0.56)." in told and "dummy" not in told and "77" not in told


def test_only_the_first_are_named_and_the_others_counted() -> None:
    told = said(5)
    assert told.count(" to ") == MOST_NAMED and "; 2 more stand out; all factors stand out from noise." in told
    assert "more stand out" not in said(MOST_NAMED)


def test_nothing_that_stands_out_is_said_so() -> None:
    assert said(0).startswith("None of the 5 factors can be told from noise.")


def test_luck_is_told_of_a_single_run_and_of_what_is_analysed() -> None:
    assert "Luck is 31% of the variance of a single run and 8% of what is analysed, the mean of 5 seeds." in said(1)
    assert "With one seed the part of luck is unknown." in said(1, luck=LUCK | {"luck": np.nan, "luck_left": np.nan})


@pytest.mark.parametrize(
    ("verdict", "ending"),
    [
        (STABLE, "Rank stable at 16 trajectories."),
        (STABLE | {"stable": False, "more": 24}, "Ranks are not stable yet: needs about 24 more trajectories."),
        (STABLE | {"counted_in": "design"}, "A factorial has one size; more seeds narrow its intervals."),
    ],
)
def test_the_verdict_says_whether_the_sample_is_large_enough(verdict: dict[str, Any], ending: str) -> None:
    assert said(1, verdict).endswith(ending)


def test_an_emulator_is_told_with_its_rows_and_what_it_predicts() -> None:
    told = SAYS.sentence("from_emulator", rows=400, q2=0.93)
    assert told == "From an emulator of 400 rows that predicts 93% of held-out variance."


INSIDE = np.array([True] * 4 + [False] * 16)
MET = np.array([True] * 3 + [False] + [True] * 2 + [False] * 14)
VALUES = {"care starts": np.where(INSIDE, 10.0, 20.0)}


def box(**limits: Any) -> Box:
    """Four of twenty rows, with three of the five successes."""
    return Box(limits, {}, INSIDE, pd.DataFrame())


def conditions(boxes: list[Box]) -> list[str]:
    return sentences(boxes, MET, [Condition(Output("cla_start_rate", False), "below", 15.0)], VALUES, "prim")


def test_a_box_says_where_how_often_and_what_outputs_are_there() -> None:
    (told,) = conditions([box(trust=(0.5, np.inf), kin=(-np.inf, 2.0), load=(1.0, 3.0), place=frozenset({"b", "a"}))])
    assert (
        told.startswith("Success (cla_start_rate below 15")
        and "appears in 25% of all 20 rows. PRIM: it appears in 75%" in told
    )
    assert "of rows where trust > 0.5 and kin < 2 and load is 1 to 3 and place is a or b; these are 20% of rows" in told
    assert "hold 60% of successes. Care starts averages 10 there and 20 elsewhere." in told


def test_further_boxes_are_told_besides_and_no_box_is_said_so() -> None:
    first, second = conditions([box(trust=(0.5, np.inf)), box(kin=(-np.inf, 2.0))])
    assert "PRIM: it appears" in first and second.startswith("PRIM, besides: it appears in 75% of rows where kin < 2;")
    (none,) = conditions([])
    assert none.endswith("appears in 25% of all 20 rows; PRIM finds no conditions that set it apart.")
