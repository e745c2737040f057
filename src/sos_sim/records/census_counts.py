"""Children in need, counted from the CIN census as the department counts them.

Rules (Department for Education, *Children in need*, methodology): a child in need on 31 March is one with an open case
that was not closed at once (no further action); a child with several open cases counts once. Referrals, enquiries,
conferences and plans are counted as such, so that a child may count more than once in a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import pandas as pd

from sos_sim.records.care import age_group, age_in_years, day_column
from sos_sim.records.cells import end_of
from sos_sim.records.census import Case, Censuses
from sos_sim.records.codes import NEED_GROUPS
from sos_sim.records.counting import CountRow, counts_by
from sos_sim.records.tables import COUNTS, UNBORN

REREFERRED_WITHIN: Final = timedelta(days=365)
"""Twelve months, in which a referral after another of the same child is a re-referral."""


class _Counted(NamedTuple):
    """One thing that is counted: whose, on which day its age is taken, and the need."""

    child: str
    day: date
    need: str


def census_counts(found: Censuses) -> pd.DataFrame:
    """The table ``counts`` of children in need (see ``records.tables``)."""
    rows = [
        row
        for year in sorted(found.rows)
        for measure, things in _of_year(found, year).items()
        for row in _divided(year, measure, things, found)
    ]
    return pd.DataFrame(rows, columns=COUNTS.names)


def _of_year(found: Censuses, year: int) -> dict[str, list[_Counted]]:
    first, last = end_of(year - 1) + timedelta(days=1), end_of(year)
    cases = list(found.cases.values())
    needs = [case for case in cases if not case.closed_at_once]
    seen = [case for case in cases if case.closed or last <= end_of(case.year)]

    def inside(day: date | None) -> bool:
        return day is not None and first <= day <= last

    def each(days: Callable[[Case], Iterator[date | None]]) -> list[_Counted]:
        return [_on(day, case) for case in cases for day in days(case) if day and inside(day)]

    referred = [case for case in cases if inside(case.referred)]
    counted = {
        "referrals": [_on(case.referred, case) for case in referred],
        "no_further_action": [_on(case.referred, case) for case in referred if case.closed_at_once],
        "in_need": _once(
            [_on(last, case) for case in seen if not case.closed_at_once and _open(last, case.referred, case.closed)]
        ),
        "need_started": [_on(case.referred, case) for case in needs if inside(case.referred)],
        "need_ended": [
            _Counted(case.child, case.closed, case.need) for case in needs if case.closed and inside(case.closed)
        ],
        "enquiries": each(lambda case: iter(case.enquiries)),
        "conferences": each(lambda case: iter(case.conferences)),
        "on_plan": _once(
            [_on(last, case) for case in seen if any(_open(last, plan.start, plan.end) for plan in case.plans)]
        ),
        "plans_started": each(lambda case: (plan.start for plan in case.plans)),
        "repeat_plans": each(lambda case: (plan.start for plan in case.plans if plan.repeat)),
        "plans_ended": each(lambda case: (plan.end for plan in case.plans)),
    }
    if year - 1 in found.rows:
        counted["rereferrals"] = [_on(case.referred, case) for case in referred if _referred_before(case, found)]
    return counted


def _on(day: date, case: Case) -> _Counted:
    return _Counted(case.child, day, case.need)


def _open(day: date, start: date, end: date | None) -> bool:
    return start <= day and (end is None or end > day)


def _once(things: list[_Counted]) -> list[_Counted]:
    """Each child once, by its last row."""
    return list({thing.child: thing for thing in things}.values())


def _referred_before(case: Case, found: Censuses) -> bool:
    """Whether the same child was referred in the twelve months before."""
    return any(
        timedelta(0) < case.referred - day <= REREFERRED_WITHIN for day in found.referrals_of.get(case.child, ())
    )


def _divided(year: int, measure: str, things: list[_Counted], found: Censuses) -> list[CountRow]:
    people = [found.people[thing.child] for thing in things]
    ages = _ages([person.birth for person in people], [thing.day for thing in things])
    ways: Mapping[str, pd.Series[Any]] = {
        "age": ages,
        "sex": pd.Series([person.sex for person in people], dtype=str),
        "need": pd.Series([NEED_GROUPS[thing.need] for thing in things], dtype=str),
        "disability": pd.Series(["disabled" if person.disabled else "not disabled" for person in people], dtype=str),
    }
    return counts_by(year, measure, len(things), ways)


def _ages(births: list[date | None], days: list[date]) -> pd.Series[str]:
    """Age groups; a child who was not born on the day is unborn."""
    born, on = day_column(births), day_column(days)
    years = age_in_years(born, on)
    return age_group(years).where(born.notna() & (born <= on), UNBORN)
