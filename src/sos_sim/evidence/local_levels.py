"""Facts of a place that tables give as they are: what care costs there, and how deprived it is.

Each is set beside England's of the same year, so that prices of an earlier year and scores of another release of the
indices say how a place differs, and the model's own default says at which level.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import pandas as pd

from sos_sim.evidence.local_figures import YEARS_POOLED, LocalFigures
from sos_sim.evidence.published import AUTHORITY, NATION
from sos_sim.evidence.spread import DECILES_PER_SCORE
from sos_sim.theory.parameters import declared


class LevelFact(NamedTuple):
    """A fact that follows from a published level: its figure, how it follows in words, and from own and England's."""

    figure: str
    words: str
    formula: Callable[[float, float, float], float]


class Level(NamedTuple):
    """A level of a place, and England's of the same years: means over the last years that have both.

    ``place`` is '' for its own, else a phrase that says whose it is.
    """

    own: float
    england: float
    years: tuple[int, ...]
    place: str = ""

    @property
    def span(self) -> str:
        """The years as people write them."""
        first, last = self.years[0], self.years[-1]
        return str(last) if first == last else f"{first}-{last}"


def _price(figure: str) -> LevelFact:
    words = "England's default times the unit cost, here over England's of the same years"
    return LevelFact(figure, words, lambda default, own, england: default * own / england)


LEVEL_FACTS: Final[Mapping[str, LevelFact]] = {
    "foster_week": _price("price_foster_week"),
    "residential_week": _price("price_residential_week"),
    "social_work_week": _price("price_social_work_week"),
    "deprivation": LevelFact(
        "idaci",
        f"5.5, and {DECILES_PER_SCORE:g} deciles for each unit of the IDACI score above England's mean",
        lambda default, own, england: default + DECILES_PER_SCORE * (own - england),
    ),
}
"""Facts that follow from a level; England's of a score is the mean over authorities, each counting by its children."""


def level_of(figures: LocalFigures, figure: str) -> Level | None:
    """A published level of a place, of several authorities their mean by children; None where no year has it.

    As with counts, that of those it reports together with or of a predecessor stands in where it has none.
    """
    cells = figures.published.cells
    rows = cells[(cells["figure"] == figure) & cells["value"].notna()]
    children = figures.published.children
    found = (_of_place(rows, codes, children, figures.last_year, place) for codes, place in figures.places)
    return next((level for level in found if level), None)


def _of_place(
    rows: pd.DataFrame, members: frozenset[str], children: Mapping[str, float], last: int, place: str
) -> Level | None:
    found = {}
    for year in sorted(set(rows["year"]), reverse=True):
        of_year = rows[rows["year"] == year]
        own, england = _mean(of_year[of_year["code"].isin(members)], children), _england(of_year, children)
        if math.isfinite(own) and math.isfinite(england) and england > 0.0 and year <= last:
            found[int(year)] = (own, england)
        if len(found) == YEARS_POOLED:
            break
    if not found:
        return None
    own, england = (sum(values) / len(found) for values in zip(*found.values(), strict=True))
    return Level(own, england, tuple(sorted(found)), place)


def fact_of_level(name: str, level: Level) -> float:
    """The fact that follows from a level."""
    return LEVEL_FACTS[name].formula(float(declared()[name].default), level.own, level.england)


def _england(rows: pd.DataFrame, children: Mapping[str, float]) -> float:
    """England's level: as published, else the mean over authorities by children."""
    nation = rows.loc[rows["level"] == NATION, "value"]
    return float(nation.iloc[0]) if len(nation) else _mean(rows[rows["level"] == AUTHORITY], children)


def _mean(rows: pd.DataFrame, children: Mapping[str, float]) -> float:
    """Mean over authorities by their children; where any has no number of children, each counts alike."""
    weights = rows["code"].map(children)
    if rows.empty or weights.isna().all():
        return float(rows["value"].mean())
    return float((rows["value"] * weights).sum() / weights[rows["value"].notna()].sum())
