"""Children looked after, counted by the department's rules: stock, starts and ends, each divided in several ways.

Rules (Department for Education, *Children looked after in England*, methodology): series of short breaks are left out;
a child counts once among those who started, at the first start of the year, and once among those who ceased, at the
last end; returned home are reasons E4A and E4B. On 31 March a child is looked after if the last episode begins on or
before that day and ends after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from sos_sim.records.care import CareHistories, age_group, age_in_years
from sos_sim.records.cells import end_of
from sos_sim.records.codes import EXIT_GROUPS, HOME
from sos_sim.records.tables import COUNTS, GROUPS, NOT_KNOWN, TIMES

CountRow = tuple[int, str, str, str, int]
"""A row of the table ``counts``: year, measure, by, group, count."""
_DAYS_A_YEAR: Final = 365.25
_TIME_BOUNDS: Final = (0.5, 1.0, 2.0, 5.0)
"""Years in care that divide ``TIMES``."""


def care_counts(histories: CareHistories) -> pd.DataFrame:
    """The table ``counts`` of children looked after (see ``records.tables``)."""
    who = _described(histories)
    rows = [row for year in histories.years for part in _of_year(histories, who, year) for row in part]
    return pd.DataFrame(rows, columns=COUNTS.names)


def _described(histories: CareHistories) -> pd.DataFrame:
    """Every period with what is known of its child."""
    return histories.periods.join(histories.children, on="child")


def _of_year(histories: CareHistories, who: pd.DataFrame, year: int) -> Iterator[list[CountRow]]:
    first, last = pd.Timestamp(end_of(year - 1)) + pd.Timedelta(days=1), pd.Timestamp(end_of(year))
    started = who[who["start_known"] & who["start"].between(first, last)].sort_values("start", kind="stable")
    ended = who[who["end"].between(first, last) & ~who["lost"]].sort_values("end", kind="stable")
    starters, leavers = started.drop_duplicates("child"), ended.drop_duplicates("child", keep="last")
    earlier = set(who.loc[who["start"] < first, "child"])
    home = leavers[leavers["reason"].isin(HOME)]
    yield _divided(year, "in_care", in_care_on(histories, last), last)
    for measure, rows in (
        ("started", starters),
        ("started_again", starters[starters["child"].isin(earlier)]),
        ("periods_started", started),
    ):
        yield _divided(year, measure, _as_at(rows, "first"), rows["start"])
    for measure, rows in (("ceased", leavers), ("returned_home", home), ("periods_ended", ended)):
        yield _divided(year, measure, _as_at(rows, "last"), rows["end"])


def _as_at(rows: pd.DataFrame, end: str) -> pd.DataFrame:
    """Periods with the legal status and place of their first or last episode, and at the last the reason and time."""
    seen = rows.assign(legal=rows[f"{end}_legal"], place=rows[f"{end}_place"])
    if end == "first":
        return seen.drop(columns="reason")
    return seen.assign(reason=rows["reason"].map(EXIT_GROUPS), time=_times(rows["end"] - rows["start"], rows))


def in_care_on(histories: CareHistories, day: pd.Timestamp) -> pd.DataFrame:
    """Those looked after at the end of a day, a row a child: child, birth, sex, alone, legal, place, need, time.

    ``legal`` and ``place`` are groups of the episode of that day, ``time`` the group of the time in care so far.
    """
    episodes = histories.episodes
    there = episodes[(episodes["start"] <= day) & (episodes["end"].isna() | (episodes["end"] > day))]
    periods = histories.periods.loc[there["period"], ["start", "start_known", "need"]].set_axis(there.index)
    rows = there[["child"]].assign(legal=there["legal_group"], place=there["place_group"], need=periods["need"])
    rows["time"] = _times(day - periods["start"], periods)
    return rows.join(histories.children, on="child").reset_index(drop=True)


def _times(lengths: pd.Series[Any], periods: pd.DataFrame) -> pd.Series[str]:
    """Groups of lengths of time, of periods whose first day is known."""
    bounds = [-float("inf"), *_TIME_BOUNDS, float("inf")]
    groups: pd.Series[str] = pd.cut(
        lengths.dt.days / _DAYS_A_YEAR, bounds, right=False, labels=list(TIMES[:-1])
    ).astype(str)
    return groups.where(periods["start_known"], NOT_KNOWN)


def _divided(year: int, measure: str, rows: pd.DataFrame, on: Any) -> list[CountRow]:
    """One count, whole and divided by everything that ``rows`` say; ``on`` is the day at which ages are taken."""
    ways: Mapping[str, pd.Series[str]] = {
        "age": age_group(age_in_years(rows["birth"], on)),
        "alone": rows["alone"].map({True: "unaccompanied", False: "not unaccompanied"}),
        **{name: rows[name] for name in ("sex", "legal", "place", "need", "reason", "time") if name in rows},
    }
    return counts_by(year, measure, len(rows), ways)


def counts_by(year: int, measure: str, total: int, ways: Mapping[str, pd.Series[Any]]) -> list[CountRow]:
    """Rows of the table ``counts`` for one measure: the whole, and each group in which somebody is."""
    parts = [
        (year, measure, name, group, count)
        for name, values in ways.items()
        for group, count in _held(name, values).items()
    ]
    return [(year, measure, "all", "all", total), *parts]


def _held(way: str, values: pd.Series[Any]) -> dict[str, int]:
    """How many are in each group in which somebody is, in the order in which groups are declared."""
    found = values.value_counts(sort=False).to_dict()
    unknown = set(found) - set(GROUPS[way])
    if unknown:
        raise ValueError(f"{sorted(map(str, unknown))} are no groups of {way!r}")
    return {group: int(found[group]) for group in GROUPS[way] if group in found}
