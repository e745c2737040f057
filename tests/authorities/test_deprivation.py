"""Slopes on deprivation: known answers, error that covers, and who is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from sos_sim.authorities.between import FEWEST, LEVEL
from sos_sim.authorities.deprivation import deprivation_table, slope_on_score
from sos_sim.authorities.tables import DEPRIVATION
from sos_sim.core.luck import uniform
from sos_sim.evidence.spread import DECILES_PER_SCORE

STEP = "children and deprivation"
SCORES = np.linspace(0.05, 0.35, 20)
"""IDACI scores of made-up authorities."""
CODES = [f"E{number:02d}" for number in range(len(SCORES))]
Figures = NDArray[np.float64]


def rising(slope: float, level: float = 40.0) -> Figures:
    """Figures whose logarithm rises by ``slope`` for each 0.1 of the score."""
    return np.asarray(level * np.exp(slope * SCORES / 0.1))


def slopes(
    official: Mapping[str, Figures],
    simulated: Mapping[str, Figures | list[Figures]],
    score: Figures = SCORES,
    facts: tuple[str, ...] = (),
) -> pd.DataFrame:
    """The table of one step of facts; ``simulated`` has figures of one draw, or a list of those of several."""
    known = pd.DataFrame({"deprivation": DECILES_PER_SCORE * (score - 0.2)}, index=CODES)
    predictions = pd.concat(
        pd.DataFrame({"facts": STEP, "authority": CODES, "draw": draw, "measure": measure, "value": values})
        for measure, found in simulated.items()
        for draw, values in enumerate(found if isinstance(found, list) else [found])
    )
    published = pd.DataFrame(official, index=CODES)
    return deprivation_table(predictions, published, {STEP: known.assign(**dict.fromkeys(facts, 1.0))})


def only(table: pd.DataFrame) -> pd.Series[float]:
    """The one row of a table."""
    assert len(table) == 1
    return table.iloc[0]


class TestKnownAnswers:
    @pytest.mark.parametrize(("official", "simulated"), [(0.488, 0.064), (0.2, 0.45), (-0.1, 0.1)])
    def test_slopes_of_exponentials_are_recovered_per_tenth_of_the_score(
        self, official: float, simulated: float
    ) -> None:
        found = only(slopes({"cla_stock_rate": rising(official)}, {"cla_stock_rate": rising(simulated, 3.0)}))
        assert found["official"] == pytest.approx(official) and found["simulated"] == pytest.approx(simulated)
        assert found["difference"] == pytest.approx(simulated - official)
        for error in ("official_se", "simulated_se", "difference_se"):
            assert found[error] == pytest.approx(0.0, abs=1e-6)

    def test_the_error_is_that_of_least_squares(self) -> None:
        values = np.log(rising(0.3)) + 0.2 * np.cos(9.0 * np.arange(len(SCORES)))
        found = slope_on_score(SCORES / 0.1, values)
        (slope, _), covariance = np.polyfit(SCORES / 0.1, values, 1, cov=True)
        assert (found.slope, found.error) == pytest.approx((slope, covariance[0, 0] ** 0.5))
        # Student's t of 18 degrees of freedom, 90 %
        assert (found.high - found.slope, found.slope - found.low) == pytest.approx((1.734064 * found.error,) * 2)

    def test_intervals_hold_the_slope_as_often_as_they_say(self) -> None:
        places = np.arange(1000 * len(SCORES), dtype=np.uint64)
        luck = stats.norm.ppf(uniform(np.uint64(4), places)).reshape(1000, -1)
        drawn = [slope_on_score(SCORES / 0.1, np.log(rising(0.4)) + 0.3 * noise) for noise in luck]
        held = np.mean([slope.low < 0.4 < slope.high for slope in drawn])
        assert held == pytest.approx(LEVEL, abs=0.03)

    def test_what_an_authority_has_in_common_in_both_figures_is_no_error_of_the_difference(self) -> None:
        own = np.exp(0.3 * np.cos(5.0 * np.arange(len(SCORES))))
        found = only(slopes({"cla_stock_rate": own * rising(0.5)}, {"cla_stock_rate": own * rising(0.2)}))
        assert found["difference"] == pytest.approx(-0.3) and found["official_se"] > 0.02
        assert found["official_se"] == pytest.approx(found["simulated_se"])
        assert found["difference_se"] < 1e-6

    def test_differences_are_told_in_their_errors(self) -> None:
        off = np.exp(0.1 * np.cos(5.0 * np.arange(len(SCORES))))
        found = only(slopes({"cla_stock_rate": rising(0.5)}, {"cla_stock_rate": off * rising(0.2)}))
        assert found["apart"] == pytest.approx(found["difference"] / found["difference_se"]) and found["apart"] < -3.0
        assert found["difference_se"] == pytest.approx(found["simulated_se"])

    def test_equal_figures_have_no_error_to_be_apart_in(self) -> None:
        found = only(slopes({"cla_stock_rate": rising(0.5)}, {"cla_stock_rate": rising(0.5)}))
        assert found["difference"] == found["difference_se"] == 0.0 and np.isnan(found["apart"])

    def test_draws_are_averaged_before_the_logarithm(self) -> None:
        draws = [rising(0.2), rising(0.6)]
        found = only(slopes({"cla_stock_rate": rising(0.5)}, {"cla_stock_rate": draws}))
        expected, _ = np.polyfit(SCORES / 0.1, np.log((draws[0] + draws[1]) / 2.0), 1)
        assert found["simulated"] == pytest.approx(expected) and found["draws"] == 2


class TestWhoIsIn:
    @pytest.mark.parametrize("wrong", [0.0, np.nan])
    @pytest.mark.parametrize("which", ["official", "simulated"])
    def test_figures_missing_or_nothing_are_left_out_of_both(self, which: str, wrong: float) -> None:
        figures = {"official": rising(0.5), "simulated": rising(0.2)}
        figures[which][3] = wrong
        found = only(slopes(*({"cla_stock_rate": figures[name]} for name in ("official", "simulated"))))
        assert found["authorities"] == len(SCORES) - 1
        assert (found["official"], found["simulated"]) == pytest.approx((0.5, 0.2))

    def test_an_authority_whose_deprivation_is_unknown_is_left_out(self) -> None:
        score = SCORES.copy()
        score[2] = np.nan
        found = only(slopes({"cla_stock_rate": rising(0.5)}, {"cla_stock_rate": rising(0.2)}, score))
        assert found["authorities"] == len(SCORES) - 1
        assert (found["official"], found["simulated"]) == pytest.approx((0.5, 0.2))

    @pytest.mark.parametrize("missing", [len(SCORES) - FEWEST, len(SCORES) - FEWEST + 1])
    def test_too_few_authorities_say_nothing(self, missing: int) -> None:
        official = rising(0.5)
        official[:missing] = np.nan
        found = slopes({"cla_stock_rate": official}, {"cla_stock_rate": rising(0.2)})
        assert len(found) == (len(SCORES) - missing >= FEWEST) and list(found.columns) == DEPRIVATION.names

    @pytest.mark.parametrize("alike", [lambda: (np.full(20, 7.0), SCORES), lambda: (rising(0.5), np.full(20, 0.2))])
    def test_where_nothing_differs_nothing_is_said(self, alike: Callable[[], tuple[Figures, Figures]]) -> None:
        official, score = alike()
        assert slopes({"cla_stock_rate": official}, {"cla_stock_rate": rising(0.2)}, score).empty

    def test_shares_and_means_have_no_row(self) -> None:
        names = ("cpp_repeat_share", "caseload_mean", "s47_rate", "cin_stock_rate")
        found = slopes(dict.fromkeys(names, rising(0.1)), dict.fromkeys(names, rising(0.2)))
        assert list(found["measure"]) == ["s47_rate", "cin_stock_rate"]

    def test_a_rate_that_was_told_is_marked(self) -> None:
        figures = {"referral_rate": rising(0.3), "s47_rate": rising(0.4)}
        assert not slopes(figures, figures)["given"].any()
        told = slopes(figures, figures, facts=("first_referral_rate",)).set_index("measure")["given"]
        assert told["referral_rate"] and not told["s47_rate"]
