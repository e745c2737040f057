"""A place beside its neighbours, on each headline figure: in level, and in time.

Neighbours are the department's statistical neighbours where the folder has their list; else the authorities that are
nearest by their own facts (``evidence.spread``: standardised, with their correlations; the figures compared are not
among these facts); of a region the other regions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.authorities.sheets import NEIGHBOURS, NEIGHBOURS_OVER_TIME
from sos_sim.evidence import spread
from sos_sim.evidence.area_names import ENGLAND
from sos_sim.evidence.areas import Area, areas, regions
from sos_sim.evidence.local_facts import FACT_RATIOS
from sos_sim.evidence.local_figures import RATIOS, LocalFigures
from sos_sim.evidence.local_levels import level_of
from sos_sim.evidence.published import Published
from sos_sim.files.targets import england_targets
from sos_sim.kit.place import HEADLINES

NUMBER: Final = 10
"""Neighbours by own facts, as many as the department lists."""
YEARS_OF_CHANGE: Final = 5
BY_LIST, BY_FACTS, REGIONS = "the department's list", "own facts", "the other regions"
OWN, NEIGHBOUR, NATION = "own", "neighbour", "England"
_FACTS: Final = ("children", "posts", "turnover", "deprivation")
"""Facts of ``evidence.spread`` that make authorities near; referrals are compared, so they are not among them."""


@dataclass(frozen=True)
class Neighbours:
    """A place's neighbours, by what they are (``BY_LIST``, ``BY_FACTS`` or ``REGIONS``), with tables.

    ``level``: see ``sheets.NEIGHBOURS``; ``over_time``: see ``sheets.NEIGHBOURS_OVER_TIME``. ``facts`` are those by
    which they are near, where they are so by own facts.
    """

    others: tuple[Area, ...]
    by: str
    facts: tuple[str, ...]
    level: pd.DataFrame
    over_time: pd.DataFrame


def neighbours_of(published: Published, area: Area) -> Neighbours:
    """A place beside its neighbours."""
    others, by, facts = _others(published, area)
    england = Area(ENGLAND, ENGLAND, (NATION,), area.first_year, area.last_year)
    whose = {area.code: OWN, ENGLAND: NATION} | {other.code: NEIGHBOUR for other in others}
    figures = {
        place.code: LocalFigures(published, place) for place in (area, *others, england) if _is_known(published, place)
    }
    names = {place.code: place.name for place in (area, *others, england)}
    series, levels = [], []
    for target in england_targets():
        if target.id not in RATIOS or target.measures[0] not in HEADLINES:
            continue
        yearly = {code: found.by_year(RATIOS[target.id]) for code, found in figures.items()}
        series += [
            {
                "measure": target.measures[0],
                "whose": whose[code],
                "code": code,
                "name": names[code],
                "year": year,
                "value": value,
            }
            for code, years in yearly.items()
            for year, value in years.items()
        ]
        levels += _level(target.measures[0], target.id, figures, yearly, whose)
    return Neighbours(
        others,
        by,
        facts,
        NEIGHBOURS.check(pd.DataFrame(levels, columns=NEIGHBOURS.names)),
        NEIGHBOURS_OVER_TIME.check(pd.DataFrame(series, columns=NEIGHBOURS_OVER_TIME.names)),
    )


def _is_known(published: Published, place: Area) -> bool:
    codes = set(published.cells.loc[published.cells["value"].notna(), "code"])
    return bool(codes & {place.code, *place.members})


def _level(
    measure: str,
    target: str,
    figures: dict[str, LocalFigures],
    yearly: dict[str, dict[int, float]],
    whose: dict[str, str],
) -> list[dict[str, Any]]:
    """One headline as the last years added up; nothing where the place or all its neighbours have none."""
    pooled = {code: found.pool(RATIOS[target]) for code, found in figures.items()}
    own = next((found for code, found in pooled.items() if whose[code] == OWN), None)
    theirs = {code: found.value for code, found in pooled.items() if found and whose[code] == NEIGHBOUR}
    if own is None or not theirs:
        return []
    nation, last = pooled.get(ENGLAND), own.years[-1]
    changes = {code: _change(years, last) for code, years in yearly.items()}
    others = [change for code, change in changes.items() if whose[code] == NEIGHBOUR and math.isfinite(change)]
    values = np.array(list(theirs.values()))
    return [
        {
            "measure": measure,
            "years": own.span,
            "own": own.value,
            "lowest": float(values.min()),
            "median": float(np.median(values)),
            "highest": float(values.max()),
            "england": nation.value if nation else float("nan"),
            "above": int((values > own.value).sum()),
            "neighbours": len(values),
            "change": next(change for code, change in changes.items() if whose[code] == OWN),
            "median_change": float(np.median(others)) if others else float("nan"),
        }
    ]


def _change(years: dict[int, float], last: int) -> float:
    """Relative change over ``YEARS_OF_CHANGE`` years up to ``last``; NaN where an end is missing or nothing."""
    first = years.get(last - YEARS_OF_CHANGE, 0.0)
    return years[last] / first - 1.0 if first > 0.0 and last in years else float("nan")


def _others(published: Published, area: Area) -> tuple[tuple[Area, ...], str, tuple[str, ...]]:
    """The neighbours, how they were found, and by which facts."""
    everywhere = regions(published)
    if area.code in {region.code for region in everywhere}:
        within = {"Inner London", "Outer London"} - {area.name}
        return tuple(r for r in everywhere if r.code != area.code and r.name not in within), REGIONS, ()
    known = {other.code: other for other in areas(published)}
    listed = tuple(known[code] for code in published.neighbours.get(area.code, ()) if code in known)
    if listed:
        return listed, BY_LIST, ()
    inside = {area.code, *area.members}
    current = [other for other in known.values() if other.code not in inside and other.last_year >= area.last_year]
    return _nearest(published, area, current)


def _nearest(published: Published, area: Area, known: list[Area]) -> tuple[tuple[Area, ...], str, tuple[str, ...]]:
    """The nearest by Mahalanobis' distance on the facts that the place itself has."""
    own = _facts(LocalFigures(published, area))
    facts = tuple(name for name in _FACTS if math.isfinite(own[name]))
    places = [spread.FACTS.index(name) for name in facts]
    scale = np.array([spread.SPREAD[name] for name in facts])
    nearness = np.linalg.inv(np.array(spread.CORRELATION)[np.ix_(places, places)])
    distances = []
    for other in known:
        theirs = _facts(LocalFigures(published, other))
        away = np.array([theirs[name] - own[name] for name in facts]) / scale
        distances.append(float(away @ nearness @ away))
    order = [place for place in np.argsort(distances, kind="stable") if math.isfinite(distances[place])]
    return tuple(known[place] for place in order[:NUMBER]), BY_FACTS, facts


def _facts(figures: LocalFigures) -> dict[str, float]:
    """Facts of a place on the scales of ``evidence.spread``; NaN where there are none."""
    posts, turnover = (figures.pool(FACT_RATIOS[name]) for name in ("case_holder_rate", "sw_turnover"))
    children = figures.pool(FACT_RATIOS["referral_rate"])
    deprivation = level_of(figures, "idaci")
    return {
        "children": _log(children.whole if children else 0.0),
        "posts": _log(posts.value if posts else 0.0),
        "turnover": _log(turnover.value if turnover else 0.0),
        "deprivation": deprivation.own if deprivation else float("nan"),
    }


def _log(value: float) -> float:
    return math.log(value) if value > 0.0 else float("nan")
