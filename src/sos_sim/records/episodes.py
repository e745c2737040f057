"""Rows of SSDA903 as children and episodes: every cell that is read is checked, all else is left unread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from sos_sim.records import codes
from sos_sim.records.cells import Cells, end_of, row_of_cells, said_year
from sos_sim.records.faults import Faults, Origin
from sos_sim.records.sorting import NEEDED, YearTable

OLDEST: Final = 25
"""Years from birth to the start of an episode: care ends at 18, with few exceptions soon after."""


class ChildRow(NamedTuple):
    """A child as a Header or UASC row has it; ``sex`` is boy, girl or unknown."""

    birth: date
    sex: str
    year: int


class Episode(NamedTuple):
    """An episode of care; codes as in SSDA903, ``end`` None and ``reason`` '' while it goes on.

    ``year`` is the return that it was last in.
    """

    child: str
    start: date
    new: str
    legal: str
    need: str
    place: str
    end: date | None
    reason: str
    year: int
    origin: Origin


@dataclass
class Returned903:
    """What the returns of all years hold, before they are linked.

    ``children`` by identifier, the later return counting; ``alone`` identifiers of unaccompanied asylum-seeking
    children; ``episodes`` by year; ``notes`` how often something was met that is read and told.
    """

    children: dict[str, ChildRow] = field(default_factory=dict)
    alone: set[str] = field(default_factory=set)
    episodes: dict[int, list[Episode]] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    other_years: dict[str, int] = field(default_factory=dict)

    def note(self, what: str, times: int = 1) -> None:
        """Count something that is told beside the counts."""
        self.notes[what] = self.notes.get(what, 0) + times


def read_tables(tables: Iterable[YearTable]) -> Returned903:
    """All tables, oldest year first. Raises RecordsError that names rows whose cells cannot be."""
    found, faults = Returned903(), Faults()
    readers: dict[str, Callable[[YearTable, Returned903, Faults], None]] = {
        "Episodes": _read_episodes,
        "Header": _read_header,
        "UASC": _read_alone,
    }
    for table in tables:
        readers[table.name](table, found, faults)
    faults.refuse()
    for episodes in found.episodes.values():
        _check_children(episodes, found, faults)
        _check_order(episodes, faults)
    faults.refuse()
    return found


def _rows(table: YearTable, faults: Faults) -> Iterator[tuple[str, Cells]]:
    """The rows of a table with their child; a row with more cells than columns, or of no child, is a fault."""
    wanted = {column: table.raw.columns.index(column) for column in NEEDED[table.name]}
    width = len(table.raw.columns)
    for number, cells in table.raw.rows:
        origin = table.raw.origin(number)
        if any(cells[width:]):
            faults.add(origin, "", "", f"{len(cells)} cells stand here under {width} columns.")
            continue
        picked = row_of_cells(list(wanted), [cells[place] if place < len(cells) else "" for place in wanted.values()])
        row = Cells(picked, origin, faults, table.year)
        if not picked["CHILD"] or not picked["CHILD"].isprintable():
            row.fault("CHILD", "it must be the child's identifier.")
            continue
        yield picked["CHILD"].upper(), row


def _read_header(table: YearTable, found: Returned903, faults: Faults) -> None:
    here: dict[str, ChildRow] = {}
    for child, row in _rows(table, faults):
        birth = row.day("DOB", needed=True)
        sex = row.code("SEX", codes.SEX, found.other_years)
        if birth is None or not sex:
            continue
        new = ChildRow(birth, codes.SEX_GROUPS[sex], table.year)
        if here.setdefault(child, new) != new:
            row.fault("CHILD", "another row of this table gives this child another sex or date of birth.")
    for child, new in here.items():
        before = found.children.get(child)
        if before is not None and (before.birth, before.sex) != (new.birth, new.sex):
            found.note("children_amended")
    found.children |= here


def _read_alone(table: YearTable, found: Returned903, faults: Faults) -> None:
    found.alone |= {child for child, _ in _rows(table, faults)}


def _read_episodes(table: YearTable, found: Returned903, faults: Faults) -> None:
    kept = found.episodes.setdefault(table.year, [])
    for child, row in _rows(table, faults):
        if row.cells["LS"].upper() in codes.SHORT_BREAKS:
            found.note("short_breaks")
            continue
        episode = _episode(child, row, table.year, found)
        if episode is not None:
            kept.append(episode)
    kept.sort(key=lambda episode: (episode.child, episode.start))


def _episode(child: str, row: Cells, year: int, found: Returned903) -> Episode | None:
    start, end = row.day("DECOM", needed=True), row.day("DEC")
    new = row.code("RNE", codes.NEW_EPISODE, found.other_years)
    legal = row.code("LS", codes.LEGAL, found.other_years)
    need = row.code("CIN", codes.NEED, found.other_years)
    place = row.code("PLACE", codes.PLACE, found.other_years)
    reason = row.code("REC", codes.EXIT, found.other_years) if row.cells["REC"] else ""
    if start is None:
        return None
    _check_days(row, start, end, year)
    return Episode(child, start, new, legal, need, place, end, reason, year, row.origin)


def _check_days(row: Cells, start: date, end: date | None, year: int) -> None:
    last = end_of(year)
    if start > last:
        row.fault("DECOM", f"the year of this return, {said_year(year)}, ends on {last:%d/%m/%Y}.")
    if end is not None and end > last:
        row.fault("DEC", f"the year of this return, {said_year(year)}, ends on {last:%d/%m/%Y}: later ends are blank.")
    if end is not None and end <= start:
        row.fault("DEC", f"it must be later than DECOM, {start:%d/%m/%Y}.")
    if bool(row.cells["DEC"]) != bool(row.cells["REC"]):
        blank = "REC" if row.cells["DEC"] else "DEC"
        row.fault(blank, "DEC and REC are both filled, or both blank while the episode goes on.")


def _check_children(episodes: Iterable[Episode], found: Returned903, faults: Faults) -> None:
    """Every child with an episode is in a Header, and was of an age to be looked after."""
    for episode in episodes:
        child = found.children.get(episode.child)
        if child is None:
            faults.add(episode.origin, "CHILD", episode.child, "no Header has this child: sex and age are unknown.")
        elif not 0 <= (episode.start - child.birth).days / 365.25 <= OLDEST:
            faults.add(
                episode.origin,
                "DECOM",
                f"{episode.start:%d/%m/%Y}",
                f"an episode begins between birth and {OLDEST} years, and Header gives another date of birth.",
            )


def _check_order(episodes: list[Episode], faults: Faults) -> None:
    """In one return, a child's episodes follow each other; equal rows are one episode, told apart by nothing."""
    for number in range(len(episodes) - 1, 0, -1):
        before, after = episodes[number - 1], episodes[number]
        if before.child != after.child:
            continue
        if before[:-1] == after[:-1]:
            del episodes[number]
        elif before.end is None or before.end > after.start:
            until = "goes on" if before.end is None else f"lasts until {before.end:%d/%m/%Y}"
            faults.add(
                after.origin,
                "DECOM",
                f"{after.start:%d/%m/%Y}",
                f"the child's episode of row {before.origin.row}, from {before.start:%d/%m/%Y}, {until}: episodes "
                "of a child do not overlap.",
            )
