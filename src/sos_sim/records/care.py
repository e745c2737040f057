"""Periods and episodes of care as tables without identifiers: children are numbers that mean nothing elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.records import codes
from sos_sim.records.cells import end_of
from sos_sim.records.episodes import ChildRow, Returned903
from sos_sim.records.linking import CarePeriod, linked, periods_of_all

AGE_GROUPS: Final = ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over")
"""The department's age groups of children looked after."""
_AGE_BOUNDS: Final = (1, 5, 10, 16)


@dataclass(frozen=True)
class CareHistories:
    """What returns of SSDA903 say, linked over years. Days are ``datetime64[s]``, NaT where something goes on.

    ``children``, by number from 0: birth, sex (boy, girl, unknown), alone (an unaccompanied asylum-seeking child).
    ``episodes``: child, period, start, end, new, legal, need, place (SSDA903 codes), legal_group and place_group
    (``records.codes``; a temporary placement has the group of the one before). ``periods``, by number from 0: child,
    start, end, start_known, lost, reason (code, '' while it goes on and where it is lost), need, and of the first and
    last episode first_legal, first_place, last_legal, last_place (groups). ``years`` are those of the returns,
    ``rows`` the episodes and ``children_in`` the children in each.
    """

    years: tuple[int, ...]
    rows: Mapping[int, int]
    children_in: Mapping[int, int]
    children: pd.DataFrame
    episodes: pd.DataFrame
    periods: pd.DataFrame
    notes: Mapping[str, int]
    other_years: Mapping[str, int]

    @property
    def last_day(self) -> pd.Timestamp:
        """31 March of the last return: what happened later is not known."""
        return pd.Timestamp(end_of(self.years[-1]))

    @property
    def first_day(self) -> pd.Timestamp:
        """1 April on which the year of the first return begins."""
        return pd.Timestamp(end_of(self.years[0] - 1)) + pd.Timedelta(days=1)


def care_histories(found: Returned903) -> CareHistories:
    """The returns of all years, linked and as tables."""
    rows = {year: len(episodes) for year, episodes in sorted(found.episodes.items())}
    periods = periods_of_all(linked(found), found)
    numbers = {child: number for number, child in enumerate(sorted({period.child for period in periods}))}
    return CareHistories(
        tuple(rows),
        rows,
        {year: len({episode.child for episode in found.episodes[year]}) for year in rows},
        _children(numbers, found.children, found.alone),
        _episodes(periods, numbers),
        _periods(periods, numbers),
        dict(found.notes),
        dict(found.other_years),
    )


def _children(numbers: Mapping[str, int], rows: Mapping[str, ChildRow], alone: set[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "birth": day_column([rows[child].birth for child in numbers]),
            "sex": pd.Series([rows[child].sex for child in numbers], dtype=str),
            "alone": pd.Series([child in alone for child in numbers], dtype=bool),
        }
    )


def _episodes(periods: Sequence[CarePeriod], numbers: Mapping[str, int]) -> pd.DataFrame:
    placed = [(number, period, place_groups_of(period)) for number, period in enumerate(periods)]
    rows = [
        (numbers[episode.child], number, episode, group)
        for number, period, groups in placed
        for episode, group in zip(period.episodes, groups, strict=True)
    ]
    texts = ("new", "legal", "need", "place")
    columns: dict[str, Any] = {
        "child": pd.Series([child for child, _, _, _ in rows], dtype=int),
        "period": pd.Series([number for _, number, _, _ in rows], dtype=int),
        "start": day_column([episode.start for _, _, episode, _ in rows]),
        "end": day_column([episode.end for _, _, episode, _ in rows]),
        **{name: pd.Series([getattr(episode, name) for _, _, episode, _ in rows], dtype=str) for name in texts},
        "legal_group": pd.Series([codes.LEGAL_GROUPS[episode.legal] for _, _, episode, _ in rows], dtype=str),
        "place_group": pd.Series([group for _, _, _, group in rows], dtype=str),
    }
    return pd.DataFrame(columns)


def place_groups_of(period: CarePeriod) -> list[str]:
    """Group of the place of each episode; a temporary one counts as the one before it, if there is one."""
    groups: list[str] = []
    for episode in period.episodes:
        stays = episode.place in codes.TEMPORARY and groups
        groups.append(groups[-1] if stays else codes.PLACE_GROUPS[episode.place])
    return groups


def _periods(periods: Sequence[CarePeriod], numbers: Mapping[str, int]) -> pd.DataFrame:
    ends = [(period.episodes[0], period.episodes[-1], place_groups_of(period)) for period in periods]
    columns: dict[str, Any] = {
        "child": pd.Series([numbers[period.child] for period in periods], dtype=int),
        "start": day_column([period.start for period in periods]),
        "end": day_column([period.end for period in periods]),
        "start_known": pd.Series([period.start_known for period in periods], dtype=bool),
        "lost": pd.Series([period.lost for period in periods], dtype=bool),
        "reason": pd.Series([period.reason for period in periods], dtype=str),
        "need": pd.Series([codes.NEED_GROUPS[first.need] for first, _, _ in ends], dtype=str),
        "first_legal": pd.Series([codes.LEGAL_GROUPS[first.legal] for first, _, _ in ends], dtype=str),
        "last_legal": pd.Series([codes.LEGAL_GROUPS[last.legal] for _, last, _ in ends], dtype=str),
        "first_place": pd.Series([places[0] for _, _, places in ends], dtype=str),
        "last_place": pd.Series([places[-1] for _, _, places in ends], dtype=str),
    }
    return pd.DataFrame(columns)


def day_column(days: Sequence[date | None]) -> pd.Series[Any]:
    """Days as a column of ``datetime64[s]``, NaT for None."""
    return pd.Series(np.array(days, dtype="datetime64[s]"))


def age_in_years(birth: pd.Series[Any], on: Any) -> pd.Series[int]:
    """Completed years of age; ``on`` is one day or a column of days. One born on 29 February ages on 1 March."""
    day = on.dt if isinstance(on, pd.Series) else on
    not_yet = (day.month < birth.dt.month) | ((day.month == birth.dt.month) & (day.day < birth.dt.day))
    years: pd.Series[int] = day.year - birth.dt.year - not_yet.astype(int)
    return years


def age_group(years: pd.Series[int]) -> pd.Series[str]:
    """The department's age group of completed years."""
    return pd.cut(years, [-float("inf"), *_AGE_BOUNDS, float("inf")], right=False, labels=list(AGE_GROUPS)).astype(str)


def eighteenth_birthday(birth: pd.Series[Any]) -> pd.Series[Any]:
    """The day on which a child becomes 18; 1 March for one born on 29 February."""
    leap = (birth.dt.month == 2) & (birth.dt.day == 29)
    moved = birth.where(~leap, birth + pd.Timedelta(days=1))
    return pd.Series(pd.to_datetime({"year": moved.dt.year + 18, "month": moved.dt.month, "day": moved.dt.day}))
