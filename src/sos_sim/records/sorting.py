"""Which table of which return each table of a folder is: known by its columns, dated by its name or its content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from sos_sim.records.cells import FIRST_YEAR, as_date, named_year, said_year, year_of
from sos_sim.records.faults import RecordsError
from sos_sim.records.opening import RawTable

TableName = Literal["Header", "Episodes", "UASC"]
NEEDED: Final[dict[TableName, tuple[str, ...]]] = {
    "Episodes": ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC"),
    "UASC": ("CHILD", "SEX", "DOB", "DUC"),
    "Header": ("CHILD", "SEX", "DOB", "ETHNIC"),
}
"""Columns that are read of each table, and by which it is known; all others are left unread."""
NOT_READ: Final = {
    "Reviews": ("REVIEW", "REVIEW_CODE"),
    "OC2": ("SDQ_SCORE",),
    "OC3": ("IN_TOUCH", "ACTIV"),
    "AD1": ("DATE_INT", "DATE_MATCH"),
    "PlacedAdoption": ("DATE_PLACED", "DATE_PLACED_CEASED"),
    "PrevPerm": ("PREV_PERM",),
    "Missing": ("MISSING", "MIS_START"),
    "SWEpisodes": ("SW_ID", "SW_DECOM"),
    "DoLo": ("DOLO_START",),
}
"""Tables of a return from which nothing is read here, by columns that they alone have."""
_LOOKS_LIKE: Final = 5
"""Columns of Episodes by which a table is taken for one that lacks the others."""


@dataclass(frozen=True)
class YearTable:
    """A table of the return of one year."""

    name: TableName
    year: int
    raw: RawTable


@dataclass(frozen=True)
class Sorted:
    """Tables that are read, and the names of what is left alone: known tables, and tables that are none of a return."""

    tables: list[YearTable]
    unread: list[str]
    others: list[str]


def sort_tables(raws: Iterable[RawTable]) -> Sorted:
    """Every table of a folder in its place.

    Raises RecordsError for a table that looks like Episodes and lacks columns, for one whose year is unknown, and for
    two files of one table and year.
    """
    found = Sorted([], [], [])
    for raw in raws:
        name = _table_name(raw)
        if name is not None:
            found.tables.extend(_by_year(name, raw))
        elif any(set(columns) <= set(raw.columns) for columns in NOT_READ.values()):
            found.unread.append(_called(raw))
        else:
            found.others.append(_called(raw))
    if found.tables:
        found = replace(found, tables=_dated(found.tables))
    _refuse_doubles(found.tables)
    return replace(found, tables=sorted(found.tables, key=lambda table: (table.year, table.name)))


def _table_name(raw: RawTable) -> TableName | None:
    columns = set(raw.columns)
    for name, needed in NEEDED.items():
        if set(needed) <= columns:
            twice = [column for column, times in Counter(raw.columns).items() if times > 1 and column in needed]
            if twice:
                raise RecordsError(f"{_called(raw)}, row 1: the column {twice[0]} stands there twice.")
            return name
    held = columns & set(NEEDED["Episodes"])
    if len(held) >= _LOOKS_LIKE or {"DECOM", "CHILD"} <= columns:
        lacking = [column for column in NEEDED["Episodes"] if column not in columns]
        raise RecordsError(f"{_called(raw)}, row 1: this looks like Episodes, but lacks {', '.join(lacking)}.")
    return None


def _by_year(name: TableName, raw: RawTable) -> Iterator[YearTable]:
    """The table, or a part for each year where a column YEAR tells rows of several returns apart."""
    _refuse_other_authorities(raw)
    if "YEAR" not in raw.columns:
        yield YearTable(name, _year(name, raw), raw)
        return
    place = raw.columns.index("YEAR")
    parts: dict[int, list[tuple[int, list[str]]]] = {}
    for row, cells in raw.rows:
        written = cells[place] if place < len(cells) else ""
        if not written.isdecimal() or not FIRST_YEAR <= int(written) <= 2100:
            raise RecordsError(f"{raw.origin(row)}: YEAR is {written[:40]!r}, but must be a year such as 2024.")
        parts.setdefault(int(written), []).append((row, cells))
    for year, rows in parts.items():
        yield YearTable(name, year, replace(raw, rows=rows))


def _refuse_other_authorities(raw: RawTable) -> None:
    """Identifiers are an authority's own: rows of two would be mixed up."""
    if "LA" in raw.columns:
        place = raw.columns.index("LA")
        known = {cells[place]: row for row, cells in reversed(raw.rows) if place < len(cells)}
        if len(known) > 1:
            row = max(known.values())
            raise RecordsError(f"{raw.origin(row)}: a second authority stands in LA; give the returns of one.")


def _year(name: TableName, raw: RawTable) -> int:
    """By name, or of Episodes by the last date of care; 0 where neither says it."""
    named = named_year(raw.path, raw.part)
    if named is not None or name != "Episodes":
        return named or 0
    places = [raw.columns.index("DECOM"), raw.columns.index("DEC")]
    days = [as_date(cells[place]) for place in places for _, cells in raw.rows if place < len(cells)]
    known = [day for day in days if day is not None]
    if not known:
        raise RecordsError(f"{_called(raw)}: neither its name nor a date in it says of which year it is.")
    return year_of(max(known))


def _dated(tables: list[YearTable]) -> list[YearTable]:
    """Tables without a year get that of the episodes in the same file, else in the same folder, else the last one's."""
    episodes = [table for table in tables if table.name == "Episodes"]
    if not episodes:
        raise RecordsError(
            f"{_called(tables[0].raw)}: this is a {tables[0].name} table, but no file holds Episodes, from which "
            "periods of care are read."
        )
    latest = max(table.year for table in episodes)

    def year(table: YearTable) -> int:
        near = [other.year for other in episodes if other.raw.path == table.raw.path]
        near = near or [other.year for other in episodes if other.raw.path.parent == table.raw.path.parent]
        return max(near, default=latest)

    return [table if table.year else replace(table, year=year(table)) for table in tables]


def _called(raw: RawTable) -> str:
    return f"{raw.path}, sheet {raw.part!r}" if raw.part else str(raw.path)


def _refuse_doubles(tables: Iterable[YearTable]) -> None:
    first: dict[tuple[TableName, int], YearTable] = {}
    for table in tables:
        other = first.setdefault((table.name, table.year), table)
        if other is not table:
            raise RecordsError(
                f"{_called(other.raw)} and {_called(table.raw)} both hold {table.name} of {said_year(table.year)}; "
                "keep the one that counts, or put each year in a folder of its own, named after the year it ends in."
            )
