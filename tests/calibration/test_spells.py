"""Spells of hand-made event records, and how long they last against hand-worked and other estimates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sos_sim.agents.codes import CareExit, Legal
from sos_sim.calibration.spells import EXITS, care_spells, plan_spells, return_spells
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import Histories, cumulative_reentry
from sos_sim.statistics.survival import ALL_DRAWS, CENSORED, cumulative_incidence, incidence_by_draw
from support.worlds import compiled, world

HOME = CareExit.HOME_PLANNED
FIRST, LAST = 20, 60


def histories(*rows: tuple[int, int, Event, int]) -> Histories:
    """Histories of (month, child, event, detail) rows; children are born in month 0."""
    events = np.array([(month, 0, child, event, detail) for month, child, event, detail in rows], dtype=np.int32)
    return Histories(events, np.zeros((LAST, 1)), np.zeros(10, dtype=np.int64), LAST)


def rows(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(table[["duration", "entry", "end"]].itertuples(index=False, name=None))


def stay(child: int, start: int, end: int, reason: CareExit = HOME) -> list[tuple[int, int, Event, int]]:
    return [(start, child, Event.CARE_START, Legal.VOLUNTARY), (end, child, Event.CARE_END, reason)]


class TestCareSpells:
    def test_a_stay_inside_the_window(self) -> None:
        found = care_spells(histories(*stay(1, 24, 30)), FIRST, LAST)
        assert rows(found) == [(6.0, 0.0, "home")] and found["age"].tolist() == [2.0]

    def test_a_stay_that_began_earlier_is_at_risk_from_when_it_was_seen(self) -> None:
        assert rows(care_spells(histories(*stay(1, 15, 30)), FIRST, LAST)) == [(15.0, 4.5, "home")]

    def test_a_stay_that_ended_before_the_window_is_not_seen(self) -> None:
        assert rows(care_spells(histories(*stay(1, 5, 19)), FIRST, LAST)) == []

    def test_a_stay_that_goes_on_is_censored_before_the_first_month_not_seen(self) -> None:
        found = histories((50, 1, Event.CARE_START, Legal.VOLUNTARY))
        assert rows(care_spells(found, FIRST, LAST)) == [(9.5, 0.0, CENSORED)]

    def test_a_stay_within_one_month_lasts_half_of_it(self) -> None:
        assert rows(care_spells(histories(*stay(1, 30, 30)), FIRST, LAST)) == [(0.5, 0.0, "home")]

    def test_children_placed_before_the_record_are_left_out(self) -> None:
        assert rows(care_spells(histories((30, 1, Event.CARE_END, CareExit.AGE_18)), FIRST, LAST)) == []

    def test_every_exit_has_a_word(self) -> None:
        assert set(EXITS) == set(CareExit)


class TestReturns:
    def test_a_return_followed_to_reentry_and_one_to_the_end(self) -> None:
        record = histories(*stay(1, 22, 25), (40, 1, Event.CARE_START, Legal.VOLUNTARY), *stay(2, 24, 30))
        assert rows(return_spells(record, FIRST, LAST)) == [(15.0, 0.0, "re-entry"), (29.5, 0.0, CENSORED)]

    def test_follow_up_ends_at_eighteen(self) -> None:
        events = np.array([(m, 0, c, e, d) for m, c, e, d in stay(1, 22, 25)], dtype=np.int32)
        born = np.array([0, 35 - 216])
        record = Histories(events, np.zeros((LAST, 1)), born, LAST)
        assert rows(return_spells(record, FIRST, LAST)) == [(9.5, 0.0, CENSORED)]


class TestPlans:
    def test_ended_and_going_on(self) -> None:
        record = histories(
            (22, 1, Event.PLAN_START, 1),
            (31, 1, Event.PLAN_END, 9),
            (31, 1, Event.PLAN_START, 2),
            (18, 2, Event.PLAN_START, 1),
        )
        assert rows(plan_spells(record, FIRST, LAST)) == [
            (9.0, 0.0, "ended"),
            (28.5, 0.0, CENSORED),
            (41.5, 1.5, CENSORED),
        ]


def spells(*found: tuple[float, float, str]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=["duration", "entry", "end"])


def at(incidence: pd.DataFrame, cause: str, month: float) -> float:
    return float(incidence.set_index(["cause", "month"]).loc[(cause, month), "value"])


class TestIncidence:
    def test_worked_by_hand_with_ties_competition_and_late_entry(self) -> None:
        """Four at risk in month 1, of whom two leave at once; one joins at 1.5; three at risk in month 2."""
        found = cumulative_incidence(
            spells(
                (1.0, 0.0, "home"), (1.0, 0.0, "other"), (2.0, 0.0, "home"), (2.5, 0.0, CENSORED), (3.0, 1.5, "other")
            ),
            ["home", "other"],
            4,
        )
        assert at(found, "home", 1.0) == at(found, "other", 1.0) == 0.25
        assert at(found, "home", 2.0) == pytest.approx(0.25 + 0.5 / 3)
        assert at(found, "other", 3.0) == pytest.approx(0.25 + 0.5 * 2 / 3)
        assert at(found, "home", 4.0) + at(found, "other", 4.0) == pytest.approx(1.0)

    def test_agrees_with_the_library_where_there_are_no_ties(self) -> None:
        from statsmodels.duration.survfunc import CumIncidenceRight

        number = np.arange(40)
        durations = 1.0 + (number * 17 % 40) * 0.7
        ends = np.where(number % 3 == 0, CENSORED, np.where(number % 3 == 1, "home", "other"))
        ours = cumulative_incidence(pd.DataFrame({"duration": durations, "entry": 0.0, "end": ends}), ["home"], 30)
        kinds = np.where(ends == CENSORED, 0, np.where(ends == "home", 1, 2))
        with np.errstate(divide="ignore", invalid="ignore"):  # of its variances, after the last spell
            fitted = CumIncidenceRight(durations, kinds)
        theirs = pd.Series(fitted.cinc[0], fitted.times).reindex(np.arange(31.0), method="ffill").fillna(0.0)
        np.testing.assert_allclose(ours["value"], theirs, atol=1e-12)

    def test_the_interval_is_the_library_s(self) -> None:
        number = np.arange(60)
        durations, ended = 1.0 + number % 11, number % 4 > 0
        table = pd.DataFrame({"duration": durations, "entry": 0.0, "end": np.where(ended, "home", CENSORED)})
        ours = cumulative_incidence(table, ["home"], 9).set_index("month").loc[1.0:]
        spell = stats.CensoredData(uncensored=durations[ended], right=durations[~ended])
        theirs = stats.ecdf(spell).sf.confidence_interval(0.9, method="log-log")
        np.testing.assert_allclose(ours["low"], 1.0 - theirs.high.evaluate(np.arange(1.0, 10.0)), atol=1e-9)
        np.testing.assert_allclose(ours["high"], 1.0 - theirs.low.evaluate(np.arange(1.0, 10.0)), atol=1e-9)

    def test_few_spells_that_all_begin_late_are_no_obstacle(self) -> None:
        found = cumulative_incidence(spells((2.0, 1.0, "home"), (9.0, 7.5, "home"), (9.0, 8.5, CENSORED)), ["home"], 10)
        assert at(found, "home", 1.0) == 0.0 and at(found, "home", 2.0) == at(found, "home", 10.0) == 1.0

    def test_nobody_leaving_is_a_flat_line(self) -> None:
        found = cumulative_incidence(spells((5.0, 0.0, CENSORED)), ["home"], 8)
        assert (found[["value", "low", "high"]] == 0.0).all(axis=None)

    def test_one_cause_has_an_interval_and_several_have_none(self) -> None:
        alone = cumulative_incidence(spells(*[(float(n), 0.0, "home") for n in range(1, 9)]), ["home"], 8)
        inside = alone[(alone["month"] >= 1) & (alone["month"] < 8)]
        assert (inside["low"] < inside["value"]).all() and (inside["value"] < inside["high"]).all()
        competing = cumulative_incidence(spells((1.0, 0.0, "home"), (2.0, 0.0, "other")), ["home"], 3)
        assert competing["low"].isna().all() and at(competing, "home", 3.0) == 0.5

    def test_pooled_and_single_draws_each_their_own(self) -> None:
        table = pd.concat(
            [spells((1.0, 0.0, "home"), (2.0, 0.0, CENSORED)).assign(draw=0), spells((3.0, 0.0, "home")).assign(draw=1)]
        )
        found = incidence_by_draw(table, ["home"], 3)
        last = found[found["month"] == 2.0].set_index("draw")["value"]
        assert last[0] == 0.5 and last[1] == 0.0 and last[ALL_DRAWS] == pytest.approx(1 / 3)


def test_kaplan_meier_of_simulated_returns_is_the_measure_of_reentry() -> None:
    """The curve drawn and the outcome measure are the same estimate, at every month after return."""
    run, first, last = compiled(world(months=72, children=15_000)), 12, 72
    record = Histories(run.events, run.monthly, run.state.children["birth"], last)
    curve = cumulative_incidence(return_spells(record, first, last), ["re-entry"], 24).set_index("month")["value"]
    measured = [cumulative_reentry(record.returns, first, last, month) for month in range(1, 25)]
    assert measured[-1] > 0.05
    np.testing.assert_allclose(curve.iloc[1:], measured, atol=1e-12)
