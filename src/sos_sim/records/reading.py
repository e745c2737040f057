"""A folder of an authority's own returns, read as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd

from sos_sim.records.care import CareHistories, care_histories
from sos_sim.records.cells import said_year
from sos_sim.records.census import Censuses, read_censuses
from sos_sim.records.census_counts import census_counts
from sos_sim.records.codes import TRANSFER
from sos_sim.records.counting import care_counts
from sos_sim.records.episodes import read_tables
from sos_sim.records.faults import RecordsError, printable
from sos_sim.records.following import leaving_care, reentry
from sos_sim.records.opening import open_folder
from sos_sim.records.sorting import sort_tables
from sos_sim.records.tables import COUNTS, LEAVING_CARE, LEFT_OUT, REENTRY, RETURNS

WHY: Final = {
    "short_breaks": (
        "episodes of short breaks",
        "legal status V3 or V4; published figures leave them out, and so do all counts here",
    ),
    "transfers": (
        "periods ended by transfer to another authority",
        "reason E3; they count as ceased, and are followed no further: the other authority has its own identifiers",
    ),
    "left_truncated": (
        "periods whose first day is not known",
        "their first episode is no start (RNE S): it ended before the first return; they count in stock and among "
        "those who ceased, and not in how long stays last",
    ),
    "began_before": (
        "periods that began before the first return and have a first day",
        "only those that lasted until then are in the returns; they count from then on (delayed entry), as others "
        "that began with them had ended unseen",
    ),
    "lost": (
        "periods whose end was not returned",
        "open in one return and absent from the next, or ended by X1 with no episode after it; they count in stock "
        "until then and not among those who ceased",
    ),
    "amended": (
        "episodes that a later return changed",
        "dates in two returns overlap or leave an end open; the later return wins",
    ),
    "period_without_start": (
        "periods after an earlier one that do not begin with a start",
        "an episode before them is missing; they count in stock and not among those who started",
    ),
    "children_amended": ("children with another sex or date of birth in a later return", "the later return wins"),
    "cases_lost": (
        "cases in need whose closure was not returned",
        "open in one census and absent from the next; they count in stock until then",
    ),
    "people_amended": (
        "children with another sex, date of birth or disability in a later census",
        "the later census wins",
    ),
}
"""What is left out or changed, with what is said of it."""
_CODES_OF_OTHER_YEARS: Final = ("code of another year", "the code has one meaning in all years; it is read")


@dataclass(frozen=True)
class AuthorityRecords:
    """What a folder of returns says: histories of care and cases in need, either of them None where there is none.

    ``left_alone`` are names of files that were not read, ``notes`` sentences about the folder as a whole; both are
    for the screen and are not kept. ``tables`` are those of ``records.tables``, by name.
    """

    folder: Path
    care: CareHistories | None
    need: Censuses | None
    left_alone: tuple[str, ...]
    notes: tuple[str, ...]

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Everything that is counted."""
        parts = [care_counts(self.care)] if self.care else []
        parts += [census_counts(self.need)] if self.need else []
        return {
            RETURNS.name: _returns(self),
            LEFT_OUT.name: pd.DataFrame(list(_left_out(self)), columns=LEFT_OUT.names),
            COUNTS.name: pd.concat(parts, ignore_index=True),
            LEAVING_CARE.name: leaving_care(self.care) if self.care else pd.DataFrame(columns=LEAVING_CARE.names),
            REENTRY.name: reentry(self.care) if self.care else pd.DataFrame(columns=REENTRY.names),
        }


def read_records(folder: Path) -> AuthorityRecords:
    """Read every return of a folder, SSDA903 and CIN census. Nothing is written, and nothing is sent anywhere.

    Raises RecordsError, with file, row, column, value and what is allowed, for returns that cannot be used.
    """
    opened = open_folder(folder)
    found = sort_tables(opened.tables)
    if not found.tables and not opened.censuses:
        raise RecordsError(
            f"{folder} holds no return: neither SSDA903 (CSV tables or a workbook with the columns of Header and "
            "Episodes, or XML) nor a CIN census (XML)."
        )
    care = care_histories(read_tables(found.tables)) if found.tables else None
    if care is not None and care.periods.empty:
        raise RecordsError(f"{folder}: the SSDA903 tables hold no episode of care, short breaks apart.")
    need = read_censuses(opened.censuses) if opened.censuses else None
    notes = tuple(_gaps(care.years if care else ())) + tuple(_gaps(tuple(sorted(need.rows)) if need else ()))
    return AuthorityRecords(
        folder, care, need, tuple(map(printable, (*found.unread, *found.others, *opened.others))), notes
    )


def _gaps(years: tuple[int, ...]) -> Iterator[str]:
    missing = sorted(set(range(min(years), max(years))) - set(years)) if years else []
    if missing:
        told = ", ".join(said_year(year) for year in missing)
        yield f"There is no return of {told}: what began and ended in between is in no return, and counts are too low."


def _returns(records: AuthorityRecords) -> pd.DataFrame:
    rows = []
    if records.care:
        by_year = records.care.children_in
        rows += [("SSDA903", year, by_year[year], held) for year, held in records.care.rows.items()]
    if records.need:
        children = records.need.children_in
        rows += [("CIN", year, children[year], held) for year, held in sorted(records.need.rows.items())]
    return pd.DataFrame(rows, columns=RETURNS.names)


def _left_out(records: AuthorityRecords) -> Iterator[tuple[str, int, str]]:
    counts = _noted(records)
    for key, (what, why) in WHY.items():
        if counts.get(key):
            yield what, counts[key], why
    for code, times in sorted(records.care.other_years.items()) if records.care else ():
        what, why = _CODES_OF_OTHER_YEARS
        yield f"{what}: {code}", times, why


def _noted(records: AuthorityRecords) -> dict[str, int]:
    found = dict(records.need.notes) if records.need else {}
    if records.care:
        periods = records.care.periods
        before = periods["start_known"] & (periods["start"] < records.care.first_day)
        found |= records.care.notes
        found["transfers"] = int((periods["reason"] == TRANSFER).sum())
        first_of_child = ~periods["child"].duplicated()
        found["left_truncated"] = int((first_of_child & ~periods["start_known"]).sum())
        found["began_before"] = int(before.sum())
    return found
