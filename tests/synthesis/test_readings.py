"""How outcomes are read: lives written by hand whose answers can be counted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from sos_sim.agents.codes import CareExit
from sos_sim.core.luck import mix, uniform
from sos_sim.core.units import DAYS_PER_MONTH
from sos_sim.model.events import Event
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.outcomes.histories import Histories
from sos_sim.synthesis.lives import OF_FAMILIES, OF_WORKERS, ObservedLife, cohort_of
from sos_sim.synthesis.readings import READINGS, Seen, correlation, log_hazard_a_deviation
from sos_sim.theory.parameters import make_parameters

FIRST, MONTHS, CHILDREN = 10, 60, 12


def life(*events: tuple[int, int, Event, int], trust: np.ndarray | None = None) -> ObservedLife:
    """A life of these events (month, child, event, detail); every child is a family of its own."""
    record = np.array(
        [(month, child, child, event, detail) for month, child, event, detail in sorted(events)], np.int32
    )
    zeros = np.zeros((MONTHS - FIRST, CHILDREN), dtype=np.float32)
    families = dict.fromkeys(OF_FAMILIES, zeros) | ({} if trust is None else {"trust": trust.astype(np.float32)})
    histories = Histories(
        record.reshape(-1, 5), np.zeros((MONTHS, len(MonthlyColumn))), np.zeros(CHILDREN, dtype=np.int64), MONTHS
    )
    return ObservedLife(histories, make_parameters({}), FIRST, families, dict.fromkeys(OF_WORKERS, zeros))


def letters(*children: int, month: int = 12) -> list[tuple[int, int, Event, int]]:
    return [(month, child, Event.PRE_PROCEEDINGS, 0) for child in children]


def read(
    name: str, usual: ObservedLife, programme: ObservedLife, months: int = 12, event: int = Event.PRE_PROCEEDINGS
) -> float:
    cohort = cohort_of([usual, programme], event, 0, 10)
    return READINGS[name].value(Seen(usual, programme, cohort, months, FIRST, FIRST + 10))


def test_who_enters_is_in_time_and_in_both_lives_in_the_same_month() -> None:
    usual = life(*letters(0, 1, 2), *letters(3, month=9), *letters(4, month=21), *letters(0, month=15))
    other = life(*letters(0, 1), *letters(2, month=13), *letters(5))
    cohort = cohort_of([usual, other], Event.PRE_PROCEEDINGS, 0, 10)
    assert cohort.child.tolist() == [0, 1] and cohort.month.tolist() == [12, 12]


def test_looked_after_then_is_a_state_and_not_an_event() -> None:
    home = (20, 0, Event.CARE_END, CareExit.HOME_PLANNED)
    usual = life(*letters(0, 1, 2, 3), (14, 0, Event.CARE_START, 1), home, (24, 1, Event.CARE_START, 1))
    none = life(*letters(0, 1, 2, 3))
    assert read("looked_after", none, usual) == pytest.approx(0.25)
    assert read("care_start", none, usual) == pytest.approx(0.5)
    assert read("looked_after", usual, none) == pytest.approx(-0.25)


def test_who_was_in_care_before_the_record_counts_until_the_exit() -> None:
    usual = life(*letters(0, 1), (15, 0, Event.CARE_END, CareExit.HOME_PLANNED))
    assert read("days_in_care", life(*letters(0, 1)), usual) == pytest.approx(3 * DAYS_PER_MONTH / 2)


def test_days_in_care_are_the_months_of_all_spells_in_the_follow_up() -> None:
    programme = life(
        *letters(0, 1),
        (14, 0, Event.CARE_START, 1),
        (16, 0, Event.CARE_END, CareExit.HOME_PLANNED),
        (22, 0, Event.CARE_START, 1),
    )
    assert read("days_in_care", life(*letters(0, 1)), programme) == pytest.approx((2 + 2) * DAYS_PER_MONTH / 2)


def test_hazards_are_compared_by_their_logarithm() -> None:
    seen = [(14, child, Event.HARM_SEEN, 0) for child in range(4)]
    usual, programme = life(*letters(*range(8)), *seen), life(*letters(*range(8)), *seen[:2])
    expected = np.log(np.log1p(-0.25) / np.log1p(-0.5))
    assert read("harm_seen_hazard", usual, programme) == pytest.approx(expected)
    assert np.isnan(read("harm_seen_hazard", usual, life(*letters(*range(8)))))


def test_an_event_in_the_month_of_entry_is_no_later_one() -> None:
    usual = life(*letters(0, 1), (12, 0, Event.REFERRAL, 0), (13, 1, Event.REFERRAL, 0))
    assert read("rereferred", life(*letters(0, 1)), usual) == pytest.approx(0.5)


def test_escalation_is_of_second_referrals_within_a_year() -> None:
    twice = [(month, child, Event.REFERRAL, 0) for child in (0, 1) for month in (10, 13)]
    usual = life(*twice, (40, 2, Event.REFERRAL, 0))
    programme = life(*twice, (15, 0, Event.ENQUIRY, 0), (11, 1, Event.ENQUIRY, 0))
    assert read("escalation", usual, programme, months=3) == pytest.approx(0.5)


def test_alliance_is_in_deviations_of_usual_practice() -> None:
    trust = np.tile(np.linspace(0.0, 1.0, CHILDREN), (MONTHS - FIRST, 1))
    usual = life(*letters(*range(CHILDREN)), trust=trust)
    programme = life(*letters(*range(CHILDREN)), trust=trust + 0.1)
    assert read("alliance", usual, programme, months=5) == pytest.approx(0.1 / trust[0].std(), rel=1e-5)


def test_the_hazard_ratio_is_the_maximum_of_the_partial_likelihood() -> None:
    first, second = (np.array([uniform(mix(3, person), mix(what, 0)) for person in range(60)]) for what in (1, 2))
    covariate = 3.0 + 2.0 * norm.ppf(first)
    time = np.ceil(-np.log(second) * 10.0 * np.exp(-0.4 * (covariate - 3.0) / 2.0)).astype(np.int64)
    event = time <= 12
    time = np.minimum(time, 12)
    standard = (covariate - covariate.mean()) / covariate.std()

    def minus_log_likelihood(slope: float) -> float:
        return -sum(
            slope * standard[one] - np.log(np.exp(slope * standard[time >= time[one]]).sum())
            for one in np.flatnonzero(event)
        )

    best = minimize_scalar(minus_log_likelihood, bounds=(-3, 3), method="bounded").x
    assert log_hazard_a_deviation(covariate, time, event) == pytest.approx(best, abs=1e-4)


def test_too_few_tell_nothing() -> None:
    assert np.isnan(correlation(np.arange(5.0), np.arange(5.0)))
    assert np.isnan(log_hazard_a_deviation(np.arange(30.0), np.arange(30), np.zeros(30, dtype=bool)))
    assert correlation(np.arange(10.0), -np.arange(10.0)) == pytest.approx(-1.0)
