"""Which published tables are read, and by which columns each is known.

Most are the Department for Education's, from explore-education-statistics: one row an authority and year,
identifying columns in an order that differs by file, then figures. A table is known by its columns, not by the name
of its file; columns that earlier releases named otherwise are known under all their names (``formerly``).
``published_further`` declares the tables that say more about a place than these.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sos_sim.core.errors import did_you_mean

LEVEL: Final = "geographic_level"
IDENTITY: Final = ("time_period", LEVEL, "old_la_code", "new_la_code", "la_name")
"""Columns that say whose figures a row holds, and when."""


class FigureColumn(NamedTuple):
    """Where a figure stands: a column, and what the table's dividing column must say in its rows (any of ``only``).

    ``of_children`` marks a rate per 10,000 children, which is turned into a count.
    """

    name: str
    only: tuple[str, ...] = ()
    of_children: bool = False


@dataclass(frozen=True)
class Table:
    """A published table: its title, its figures by the name used here, and how they are dated.

    ``divided_by`` is the column that tells kinds of rows apart, ``known_by`` one that no other table has.
    ``years_before`` is 1 where the ``time_period`` that lies within an outcome year (ending 31 March) is
    the year before: population of June, workforce of 30 September. ``formerly`` gives a column's other names, one
    that ends in * standing for all that begin so. ``without`` names identifying columns that it does not have;
    without ``time_period``, the year is in the name of a column, and each year has a file of its own. ``named`` is
    what the file's name must hold where columns alone do not tell tables apart (a regular expression).
    """

    title: str
    figures: Mapping[str, FigureColumn]
    divided_by: str = ""
    known_by: str = ""
    years_before: int = 0
    formerly: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    named: str = ""

    def columns(self) -> set[str]:
        """Every column by which the table is known, besides those that identify rows."""
        return {*(column.name for column in self.figures.values()), self.divided_by, self.known_by} - {""}

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns that identify its rows."""
        return tuple(name for name in IDENTITY if name not in self.without)

    @property
    def yearly(self) -> bool:
        """Whether each year has a file of its own."""
        return "time_period" in self.without

    def names_in(self, header: Sequence[str]) -> dict[str, str]:
        """What each of its columns is called in a file, by its name here; without those that the file lacks.

        Letter case does not matter. Where a file has several names of a column, today's counts.
        """
        there = {name.casefold(): name for name in reversed(header)}
        found = {}
        for column in (*self.identity, *sorted(self.columns())):
            known = [name.casefold() for name in (column, *self.formerly.get(column, ()))]
            written = [there[name] for name in known for name in _fitting(name, there)]
            if written:
                found[column] = written[0]
        return found

    def missing_from(self, header: Sequence[str]) -> list[str]:
        """Its columns that a file lacks, sorted; a file that lacks none holds the table."""
        return sorted({*self.identity, *self.columns()} - set(self.names_in(header)))

    def is_named(self, file: str) -> bool:
        """Whether a file's name is as it must be."""
        return re.search(self.named, file, re.IGNORECASE) is not None


def _fitting(name: str, there: Collection[str]) -> list[str]:
    """The columns that a name stands for: itself, or with * at its end those that begin so."""
    if name.endswith("*"):
        return sorted(other for other in there if other.startswith(name[:-1]))
    return [name] if name in there else []


_LOOKED_AFTER: Final = "Children {} each year"
TABLES: Final = (
    Table(
        "Mid-year population estimates (ONS)",
        {"children": FigureColumn("population_estimate", ("Children aged 0 to 17 years",))},
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
            "care_started": FigureColumn("children_count", (_LOOKED_AFTER.format("starting to be looked after"),)),
            "care_at_31_march": FigureColumn(
                "children_count",
                (_LOOKED_AFTER.format("looked after on 31 March"), _LOOKED_AFTER.format("looked after at 31 March")),
            ),
            "care_ceased": FigureColumn("children_count", (_LOOKED_AFTER.format("ceasing to be looked after"),)),
        },
        divided_by="population_type",
        formerly={"children_count": ("number",), "population_type": ("population_count",)},
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


def nearly(table: Table, file: str, header: Sequence[str]) -> str:
    """What keeps a file that looks like a table from holding it, in words; '' where it does not look like it.

    It looks like a table when it has at least half of the table's own columns and half of those that
    identify rows: a release with other names, or a file somebody has edited. One that is known by its file's name too
    looks like it when it has all columns.
    """
    lacking = table.missing_from(header)
    if not lacking:
        return "" if table.is_named(file) else f"its name does not say which it is (it must hold {table.named})"
    own, identity = table.columns(), set(table.identity)
    half = all(2 * len(columns - set(lacking)) >= len(columns) for columns in (own, identity))
    if not half or table.named or len(own) == 1:
        return ""
    unread = [name for name in header if name not in table.names_in(header).values()]
    hints = "".join(did_you_mean(name, unread) for name in lacking)
    return f"lacks {', '.join(lacking)}{hints and '.' + hints}"
