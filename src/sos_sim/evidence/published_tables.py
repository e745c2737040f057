"""Which of the Department for Education's tables are read, and by which columns each is known.

The files are those of explore-education-statistics: one row an authority and year, identifying columns
in an order that differs by file, then figures. A table is known by its columns, not by the name of its
file; columns that earlier releases named otherwise are known under both names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

IDENTITY: Final = ("time_period", "geographic_level", "old_la_code", "new_la_code", "la_name")
"""Columns that say whose figures a row holds, and when."""


class FigureColumn(NamedTuple):
    """Where a figure stands: a column, and what the table's dividing column must say in its rows."""

    name: str
    only: str = ""


@dataclass(frozen=True)
class Table:
    """A published table: its title, its figures by the name used here, and how they are dated.

    ``divided_by`` is the column that tells kinds of rows apart, ``known_by`` one that no other table has.
    ``years_before`` is 1 where the ``time_period`` that lies within an outcome year (ending 31 March) is
    the year before: population of June, workforce of 30 September. ``formerly`` gives a column's name in
    earlier releases.
    """

    title: str
    figures: Mapping[str, FigureColumn]
    divided_by: str = ""
    known_by: str = ""
    years_before: int = 0
    formerly: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> set[str]:
        """Every column by which the table is known, besides those that identify rows."""
        return {*(column.name for column in self.figures.values()), self.divided_by, self.known_by} - {""}

    def names_in(self, header: Sequence[str]) -> dict[str, str]:
        """What each of its columns is called in a file, by its name here; without those that the file lacks.

        Letter case does not matter. Where a file has both names of a column, today's counts.
        """
        there = {name.casefold(): name for name in reversed(header)}
        found = {}
        for column in (*IDENTITY, *sorted(self.columns())):
            known = (column, *(name for name in (self.formerly.get(column),) if name))
            written = [there[name.casefold()] for name in known if name.casefold() in there]
            if written:
                found[column] = written[0]
        return found

    def missing_from(self, header: Sequence[str]) -> list[str]:
        """Its columns that a file lacks, sorted; a file that lacks none holds the table."""
        return sorted({*IDENTITY, *self.columns()} - set(self.names_in(header)))


_LOOKED_AFTER: Final = "Children {} each year"
TABLES: Final = (
    Table(
        "Mid-year population estimates (ONS)",
        {"children": FigureColumn("population_estimate", "Children aged 0 to 17 years")},
        divided_by="age_group",
        years_before=1,
    ),
    Table(
        "Referrals and re-referrals",
        {
            "referrals": FigureColumn("referral_count"),
            "rereferrals": FigureColumn("rereferral_count"),
            "no_further_action": FigureColumn("no_further_action_count"),
            "not_in_need": FigureColumn("not_in_need_count"),
        },
    ),
    Table(
        "Children in need",
        {"need_started": FigureColumn("Started_episodes"), "need_at_31_march": FigureColumn("At31_episodes")},
    ),
    Table(
        "Section 47 enquiries and initial conferences",
        {"enquiries": FigureColumn("Section47"), "conferences": FigureColumn("ICPC")},
    ),
    Table(
        "Child protection plans started",
        {"plans_started": FigureColumn("CPP_start"), "plans_repeat": FigureColumn("CPP_subsequent")},
    ),
    Table(
        "Child protection plans at 31 March by duration",
        {"plans_at_31_march": FigureColumn("CPP_At31")},
        known_by="2_years_or_more",
    ),
    Table(
        "Children looked after: number and rate",
        {
            "care_started": FigureColumn("children_count", _LOOKED_AFTER.format("starting to be looked after")),
            "care_at_31_march": FigureColumn("children_count", _LOOKED_AFTER.format("looked after on 31 March")),
            "care_ceased": FigureColumn("children_count", _LOOKED_AFTER.format("ceasing to be looked after")),
        },
        divided_by="population_type",
        formerly={"children_count": "number", "population_type": "population_count"},
    ),
    Table(
        "Children's social work workforce (census of 30 September)",
        {
            "in_post": FigureColumn("inpost_fte"),
            "leavers": FigureColumn("leavers_fte"),
            "agency": FigureColumn("agency_fte"),
            "vacancies": FigureColumn("vacancy_fte"),
            "case_holders": FigureColumn("case_holders_fte"),
            "cases": FigureColumn("cases"),
        },
        years_before=1,
    ),
)
TABLE_OF: Final[Mapping[str, Table]] = {figure: table for table in TABLES for figure in table.figures}


def tables_in(header: Sequence[str]) -> list[Table]:
    """The tables that a file with these columns holds."""
    return [table for table in TABLES if not table.missing_from(header)]


def nearly(header: Sequence[str]) -> list[tuple[Table, list[str]]]:
    """The tables that a file looks like without holding them, each with the columns that it lacks.

    It looks like a table when it has at least half of the table's own columns and half of those that
    identify rows: a release with other names, or a file somebody has edited.
    """
    found = [(table, table.missing_from(header)) for table in TABLES]
    return [(table, lacking) for table, lacking in found if lacking and _looks_like(table, lacking)]


def _looks_like(table: Table, lacking: Collection[str]) -> bool:
    own, identity = table.columns(), set(IDENTITY)
    return all(2 * len(columns - set(lacking)) >= len(columns) for columns in (own, identity))
