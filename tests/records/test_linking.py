"""Linking: what annual returns of whole lives say together is the lives, and the later return wins."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sos_sim.records.episodes import ChildRow, Episode, Returned903
from sos_sim.records.faults import Origin
from sos_sim.records.linking import CarePeriod, linked, periods_of_all

HERE = Origin("episodes.csv", "", 2)
FIRST = 2022
LAST = 2026


def episode(start: str, end: str, new: str, reason: str, year: int, child: str = "A") -> Episode:
    """An episode as a return has it."""
    last = date.fromisoformat(end) if end else None
    return Episode(child, date.fromisoformat(start), new, "V2", "N1", "U6", last, reason, year, HERE)


def periods_of(*episodes: Episode) -> tuple[list[CarePeriod], dict[str, int]]:
    """What is made of episodes by year, and what is noted."""
    found = Returned903(children={one.child: ChildRow(date(2015, 1, 1), "boy", 2024) for one in episodes})
    for one in episodes:
        found.episodes.setdefault(one.year, []).append(one)
    return periods_of_all(linked(found), found), found.notes


def cut(lives: list[Episode], years: range) -> list[Episode]:
    """The annual returns of whole lives."""
    rows = []
    for year in years:
        start, end = date(year - 1, 4, 1), date(year, 3, 31)
        for one in lives:
            if one.start <= end and (one.end is None or one.end >= start):
                over = one.end is not None and one.end <= end
                rows.append(one._replace(end=one.end if over else None, reason=one.reason if over else "", year=year))
    return rows


@st.composite
def whole_lives(draw: st.DrawFn) -> list[Episode]:
    """Lives of a few children: periods of one to four episodes, with gaps between periods."""
    lives = []
    for child in "ABC"[: draw(st.integers(1, 3))]:
        day = date(2020, 1, 1) + timedelta(days=draw(st.integers(0, 900)))
        for _ in range(draw(st.integers(1, 3))):
            count = draw(st.integers(1, 4))
            for number in range(count):
                end = day + timedelta(days=draw(st.integers(1, 700)))
                final = number == count - 1
                reason = draw(st.sampled_from(["E4A", "E4B", "E45"])) if final else "X1"
                new = "P" if number else "S"
                lives.append(Episode(child, day, new, "V2", "N1", "U6", end, reason, 0, HERE))
                day = end
            day += timedelta(days=draw(st.integers(1, 400)))
    return lives


def seen(lives: list[Episode], years: range) -> list[tuple[str, date, date | None, str]]:
    """Child, first and last day and reason of every period that returns of these years can know."""
    first, last = date(years[0] - 1, 4, 1), date(years[-1], 3, 31)
    found: list[tuple[str, date, date | None, str]] = []
    for one in lives:
        if one.start > last or (one.end is not None and one.end < first):
            continue
        over = one.end is not None and one.end <= last
        end, reason = (one.end, one.reason) if over else (None, "")
        if found and found[-1][0] == one.child and found[-1][3] == "X1" and found[-1][2] == one.start:
            found[-1] = (one.child, found[-1][1], end, reason)
        else:
            found.append((one.child, one.start, end, reason))
    return found


@settings(max_examples=150)
@given(whole_lives())
def test_annual_returns_say_what_the_lives_say(lives: list[Episode]) -> None:
    years = range(FIRST, LAST + 1)
    rows = cut(lives, years)
    if rows:
        periods, notes = periods_of(*rows)
        told = [(period.child, period.start, period.end, period.reason) for period in periods]
        assert told == seen(lives, years)
        assert set(notes) <= {"period_without_start"}
        assert not any(period.lost for period in periods)


@settings(max_examples=150)
@given(whole_lives(), st.data())
def test_any_returns_give_periods_that_do_not_overlap(lives: list[Episode], data: st.DataObject) -> None:
    """Returns in which rows are missing or dates moved: each child's periods are in order, and each has its days."""
    rows = cut(lives, range(FIRST, LAST + 1))
    kept = [
        one._replace(start=one.start - timedelta(days=data.draw(st.sampled_from([0, 0, 1, 30]))))
        for one in rows
        if data.draw(st.integers(0, 5))
    ]
    periods, _ = periods_of(*kept) if kept else ([], {})
    for before, after in pairwise(periods):
        if before.child == after.child:
            assert before.end is not None and before.end <= after.start
    for period in periods:
        days = [day for one in period.episodes for day in (one.start, one.end)]
        assert all(one is not None for one in days[:-1])
        assert days[1:-1:2] == days[2::2]
        assert period.end is None or period.end > period.start


class TestAmendments:
    """The later return wins."""

    def test_the_end_of_an_open_episode_comes_with_the_next_return(self) -> None:
        (period,), notes = periods_of(
            episode("2023-05-01", "", "S", "", 2024), episode("2023-05-01", "2024-06-01", "S", "E4A", 2025)
        )
        assert (period.end, period.reason, notes) == (date(2024, 6, 1), "E4A", {})

    def test_a_reason_that_is_changed_later(self) -> None:
        (period,), _ = periods_of(
            episode("2023-05-01", "2024-02-01", "S", "E8", 2024), episode("2023-05-01", "2024-02-01", "S", "E4B", 2025)
        )
        assert period.reason == "E4B"

    def test_a_first_day_that_is_moved_later(self) -> None:
        (period,), notes = periods_of(
            episode("2023-05-01", "", "S", "", 2024), episode("2023-05-08", "2024-06-01", "S", "E4A", 2025)
        )
        assert (period.start, period.end) == (date(2023, 5, 1), date(2024, 6, 1))
        assert notes == {"amended": 1}

    def test_an_earlier_return_does_not_overlap_a_later_one(self) -> None:
        (period,), notes = periods_of(
            episode("2023-05-01", "2023-12-01", "S", "X1", 2024),
            episode("2023-12-01", "", "P", "", 2024),
            episode("2023-10-01", "", "P", "", 2025),
        )
        assert [one.start for one in period.episodes] == [date(2023, 5, 1), date(2023, 10, 1)]
        assert notes == {"amended": 2}

    def test_a_child_who_is_no_longer_returned_is_lost_from_sight(self) -> None:
        periods, notes = periods_of(
            episode("2023-05-01", "", "S", "", 2024), episode("2023-05-01", "", "S", "", 2025, "B")
        )
        lost = periods[0]
        assert (lost.end, lost.reason, lost.lost) == (date(2024, 4, 1), "", True)
        assert notes == {"lost": 1}

    def test_a_start_anew_does_not_join_what_was_left_open(self) -> None:
        periods, notes = periods_of(episode("2023-05-01", "", "S", "", 2024), episode("2024-09-01", "", "S", "", 2025))
        assert [(one.start, one.end, one.lost) for one in periods] == [
            (date(2023, 5, 1), date(2024, 4, 1), True),
            (date(2024, 9, 1), None, False),
        ]
        assert notes == {"lost": 1}

    def test_x1_with_nothing_after_it_has_no_known_end(self) -> None:
        (period,), notes = periods_of(episode("2023-05-01", "2023-09-01", "S", "X1", 2024))
        assert (period.lost, period.reason, notes) == (True, "", {"lost": 1})

    def test_a_final_end_parts_periods_even_on_the_same_day(self) -> None:
        periods, _ = periods_of(
            episode("2023-05-01", "2023-09-01", "S", "E4A", 2024), episode("2023-09-01", "", "S", "", 2024)
        )
        assert [one.reason for one in periods] == ["E4A", ""]
