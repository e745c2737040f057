"""Published tables that say more about a place: earlier releases, unaccompanied children, prices, deprivation.

``ALL_TABLES`` are all that are read; where two give the same figure, the first that a folder holds is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sos_sim.evidence.published_tables import LEVEL, TABLES, FigureColumn, Table

_GEOGRAPHY: Final[Mapping[str, tuple[str, ...]]] = {
    LEVEL: ("geog_l",),
    "old_la_code": ("geog_c",),
    "new_la_code": ("New_geog_code",),
    "la_name": ("geog_n",),
}
"""Identifying columns of the statistical first releases of 2013 to 2017."""


def _first_release(title: str, figure: str, column: str, known_by: str = "") -> Table:
    """A table of the statistical first releases: one file a year, the year in the name of the column or the file."""
    formerly = {**_GEOGRAPHY, column: (f"{column}20*", column)}
    return Table(title, {figure: FigureColumn(column)}, formerly=formerly, without=("time_period",), known_by=known_by)


_UNACCOMPANIED: Final = ("UASC", "UASC children", "Unaccompanied asylum-seeking children")


def _unaccompanied(title: str, figure: str, named: str) -> Table:
    """A table of looked-after children by characteristic, of which the row of unaccompanied children is read."""
    formerly = {"number": ("children_count",)}
    column = FigureColumn("number", _UNACCOMPANIED)
    return Table(title, {figure: column}, divided_by="characteristic", formerly=formerly, named=named)


_JOINED: Final[Mapping[str, tuple[str, ...]]] = {"time_period": ("year",), "old_la_code": ("la_code",)}


def _interactive(title: str, figures: Mapping[str, FigureColumn]) -> Table:
    """Figures of the local authority interactive tool, joined into one table of authorities by year."""
    return Table(title, figures, formerly=_JOINED, without=(LEVEL,))


_UPPER_TIER: Final = "Upper Tier Local Authority District"
FURTHER_TABLES: Final = (
    _first_release("Children looked after at 31 March (a release before 2018)", "care_at_31_march", "CLA_Mar"),
    _first_release("Children starting to be looked after (a release before 2018)", "care_started", "CLA_started"),
    _first_release("Children ceasing to be looked after (a release before 2018)", "care_ceased", "CLA_cease"),
    _unaccompanied("Unaccompanied children who started to be looked after", "unaccompanied_started", r"start"),
    _unaccompanied(
        "Unaccompanied children looked after at 31 March", "unaccompanied_at_31_march", r"31[ _-]*march|at_?31|on_?31"
    ),
    _unaccompanied("Unaccompanied children who ceased to be looked after", "unaccompanied_ceased", r"ceas"),
    _interactive(
        "Unit costs (local authority interactive tool)",
        {
            "price_foster_week": FigureColumn("lait_uc_fostering_gbp_per_week"),
            "price_residential_week": FigureColumn("lait_uc_residential_gbp_per_week"),
            "price_social_work_week": FigureColumn("lait_uc_socialwork_gbp_per_cin_week"),
        },
    ),
    _interactive(
        "Unaccompanied children, percentages (local authority interactive tool)",
        {
            "unaccompanied_started_percent": FigureColumn("lait_uasc_start_pct"),
            "unaccompanied_at_31_march_percent": FigureColumn("lait_uasc_pct"),
        },
    ),
    _interactive(
        "Care applications (local authority interactive tool)",
        {"care_applications": FigureColumn("lait_care_applications_rate", of_children=True)},
    ),
    _interactive("Indices of deprivation, joined (IDACI)", {"idaci": FigureColumn("idaci2019_avg_score")}),
    Table(
        "Indices of deprivation, upper-tier summaries (IDACI)",
        {"idaci": FigureColumn("IDACI - Average score")},
        formerly={"new_la_code": (f"{_UPPER_TIER} code*",), "la_name": (f"{_UPPER_TIER} name*",)},
        without=("time_period", LEVEL, "old_la_code"),
    ),
)
COUNTED: Final = frozenset(figure for table in TABLES for figure in table.figures)
"""Counts, by whose years the years of an authority are told: a score of deprivation says nothing of them."""
ALL_TABLES: Final = (*TABLES, *FURTHER_TABLES)
TABLE_OF: Final[Mapping[str, Table]] = {figure: table for table in reversed(ALL_TABLES) for figure in table.figures}
"""The table that a figure is looked for in first."""
