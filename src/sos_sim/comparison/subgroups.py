"""For whom: effects by what families were when the authority first knew them, and whether they differ.

A subgroup is a band of one characteristic that no arm can change: what was drawn for the family, or what
was known when the period began. Characteristics overlap, and none is varied by itself: a difference
between bands says where an effect was found, not why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.comparison.child_lives import ChildLives, Flags
from sos_sim.comparison.paired import INTERVAL, described
from sos_sim.core.units import MONTHS_PER_YEAR, RATE_BASE
from sos_sim.outcomes.ratios import KNOWN_RATE, RATIOS
from sos_sim.statistics.intervals import Floats

THIRDS: Final = ("low", "middle", "high")
YES_OR_NO: Final = ("no", "yes")
EVERYBODY: Final = "everybody"
Bands = NDArray[np.int64]


class Characteristic(NamedTuple):
    """A way to divide children: its bands in order, and what it is, for people."""

    bands: tuple[str, ...]
    meaning: str


CHARACTERISTICS: Final[Mapping[str, Characteristic]] = {
    EVERYBODY: Characteristic(("all",), "all children known in the period"),
    "starting trust": Characteristic(
        THIRDS, "parents' trust at first referral (drawn), thirds of the known children of a replicate"
    ),
    "openness": Characteristic(
        THIRDS, "parents' openness to services at first referral (drawn; removals lower it later), thirds likewise"
    ),
    "worker changes": Characteristic(
        ("none before", "one before", "two or more before", "first referred in the period"),
        "changes of the family's social worker before the period, equal in all arms",
    ),
    "prior removal": Characteristic(
        YES_OR_NO, "a child of the family was removed, other than by agreement, before the period"
    ),
    "domestic abuse": Characteristic(YES_OR_NO, "domestic abuse in the family (drawn)"),
    "network size": Characteristic(
        ("none or one", "two to four", "five or more"), "people around the family, whatever they do (drawn)"
    ),
    "child's age": Characteristic(
        ("under 1", "1-4", "5-9", "10-15", "16-17"),
        "when the period begins, or at first referral if that is later; children born later are under 1",
    ),
    "sibship": Characteristic(
        ("one", "two", "three or more"), "children of the family under 18 in the model, those born later included"
    ),
    "deprivation": Characteristic(
        ("least (deciles 1-3)", "middle (4-7)", "most (8-10)"), "decile of where the family lives (drawn)"
    ),
}
"""Characteristics of children and their bands."""
_AGES = np.array([1, 5, 10, 16]) * MONTHS_PER_YEAR


COUNTS: Final = (
    "children",
    "child_months",
    "care_starts",
    "plan_starts",
    "harm_months",
    "unseen_harm_months",
    "returns_followed",
    "reentered_12m",
    "entries_followed",
    "reunified_12m",
)
"""What is counted for each band."""
_NAMED = ["arm", "characteristic", "band", "measure", "unit"]
_DENOMINATORS = {"reentered_12m": "returns_followed", "reunified_12m": "entries_followed"}


STEPS: Final = 12
"""Parts of equal size into which children are put by what their parents bring; four make a third."""
DOSES: Final[Mapping[str, Characteristic]] = {
    name: Characteristic(tuple(str(step) for step in range(1, STEPS + 1)), f"the same as {name}, in twelfths")
    for name in ("openness", "starting trust")
}
"""What families bring, in finer bands, of which effects are drawn as a curve."""


def bands_of(lives: ChildLives) -> dict[str, Bands]:
    """The band of every child by characteristic, as places in ``Characteristic.bands``, shape (children,)."""
    families, children = lives.population.families, lives.population.children
    family, known = children["family"], lives.known_months > 0
    arrival = families["arrival"][family]
    begins = np.maximum(arrival, lives.first)
    places: dict[str, Any] = {
        EVERYBODY: np.zeros(len(children)),
        "starting trust": _parts(families["trust"][family], known, len(THIRDS)),
        "openness": _parts(families["openness"][family], known, len(THIRDS)),
        "worker changes": np.where(arrival >= lives.first, 3, np.minimum(lives.worker_changes_before, 2)),
        "prior removal": lives.removed_before,
        "domestic abuse": families["domestic_abuse"][family],
        "network size": np.digitize(families["ties"][family], [2, 5]),
        "child's age": np.digitize(begins - children["birth"], _AGES),
        "sibship": np.minimum(families["children"][family], 3) - 1,
        "deprivation": np.digitize(families["deprivation"][family], [4, 8]),
    }
    return {name: places[name].astype(np.int64) for name in CHARACTERISTICS}


def doses_of(lives: ChildLives) -> dict[str, Bands]:
    """The same for ``DOSES``."""
    families, known = lives.population.families, lives.known_months > 0
    family = lives.population.children["family"]
    brought = {"openness": families["openness"][family], "starting trust": families["trust"][family]}
    return {name: _parts(brought[name], known, STEPS).astype(np.int64) for name in DOSES}


def subgroup_outputs(divided: Mapping[str, Characteristic] = CHARACTERISTICS) -> list[tuple[str, str, str]]:
    """All (characteristic, band, count) in the order of ``count_subgroups``."""
    return [(name, band, count) for name, found in divided.items() for count in COUNTS for band in found.bands]


def count_subgroups(
    lives: ChildLives, bands: Mapping[str, Bands], divided: Mapping[str, Characteristic] = CHARACTERISTICS
) -> list[float]:
    """Children and what happened to them by band, in the order of ``subgroup_outputs``."""
    known = lives.known_months > 0
    counts = _counts(lives, known)
    return [
        float(number)
        for name, places in bands.items()
        for count in COUNTS
        for number in np.bincount(places[known], counts[count][known], len(divided[name].bands))
    ]


def tidy_subgroups(counted: pd.DataFrame) -> pd.DataFrame:
    """Numerators and denominators of ``RATIOS`` from counts.

    ``counted``: arm, draw, replicate, characteristic, band, measure (of ``COUNTS``), value. Columns: arm,
    draw, replicate, characteristic, band, measure (of ``RATIOS``), children, numerator, denominator
    (children-years, returns or entries).
    """
    keys = ["arm", "draw", "replicate", "characteristic", "band"]
    wide = counted.pivot(index=keys, columns="measure", values="value")
    wide["child_months"] /= MONTHS_PER_YEAR
    parts = [
        wide[["children"]].assign(
            measure=measure, numerator=wide[measure], denominator=wide[_DENOMINATORS.get(measure, "child_months")]
        )
        for measure in RATIOS
    ]
    tidy = pd.concat(parts).reset_index()
    places = {name: _places(counted[name]) for name in ("arm", "characteristic", "band")}
    tidy = tidy.sort_values(
        keys, kind="stable", key=lambda column: column.map(places[column.name]) if column.name in places else column
    )
    return tidy[[*keys, "measure", "children", "numerator", "denominator"]].reset_index(drop=True)


def subgroup_effects(table: pd.DataFrame) -> pd.DataFrame:
    """Paired difference of every arm from the comparator, the first arm of the table, within every band.

    ``table`` as from ``tidy_subgroups``. Columns: arm, characteristic, band, measure, unit, children (mean
    of replicates), comparator_value and arm_value (pooled over replicates), ``paired.INTERVAL`` and
    relative (estimate over comparator_value). Values are NaN where nobody was there to count.
    """
    comparator, *arms = _places(table["arm"])
    bands = _Banded(table)
    before = bands.pooled(comparator)
    parts = [
        bands.described(bands.difference(comparator, arm)).assign(
            arm=arm,
            children=bands.children,
            comparator_value=before,
            arm_value=bands.pooled(arm),
            relative=np.divide(bands.pooled(arm) - before, before, out=np.full(len(before), np.nan), where=before > 0),
        )
        for arm in arms
    ]
    columns = [*_NAMED, "children", "comparator_value", "arm_value", *INTERVAL, "relative"]
    return _per_ten_thousand(pd.concat(parts), ["comparator_value", "arm_value", "estimate", "low", "high"])[columns]


def subgroup_interactions(table: pd.DataFrame) -> pd.DataFrame:
    """Whether an effect differs between bands: the effect in a band minus that in the characteristic's first band.

    Columns: arm, characteristic, band, against (the first band), measure, unit, ``paired.INTERVAL`` and
    clear (whether the interval keeps clear of 0; exactly 0 is not clear). Differences of rates are absolute: bands of
    higher risk have more to change. There is one row for each of many pairs of bands, so some are clear by chance.
    """
    comparator, *arms = _places(table["arm"])
    bands = _Banded(table)
    reference = [bands.places[name, CHARACTERISTICS[name].bands[0], measure] for name, _, measure in bands.places]
    parts = []
    for arm in arms:
        difference = bands.difference(comparator, arm)
        against = bands.described(difference - difference[reference]).assign(arm=arm)
        parts.append(against[np.arange(len(reference)) != reference])
    firsts = {name: found.bands[0] for name, found in CHARACTERISTICS.items()}
    found = _per_ten_thousand(pd.concat(parts), ["estimate", "low", "high"])
    found = found.assign(against=found["characteristic"].map(firsts), clear=(found["low"] > 0) | (found["high"] < 0))
    return found[[*_NAMED[:3], "against", *_NAMED[3:], *INTERVAL, "clear"]]


class _Banded:
    """Numerators and denominators as arrays, shape (bands with their measures, replicates), by arm."""

    def __init__(self, table: pd.DataFrame) -> None:
        keys = ["characteristic", "band", "measure"]
        wide = table.pivot(index=keys, columns=["arm", "draw", "replicate"], values=["numerator", "denominator"])
        names = pd.MultiIndex.from_frame(table[keys]).unique()
        self.places = {name: place for place, name in enumerate(names)}
        self.wide = wide.reindex(names).sort_index(axis=1)
        children = table.groupby(keys, sort=False)["children"].mean()
        self.children = children.reindex(self.wide.index).to_numpy()
        self.draws = self.wide["numerator", table["arm"].iloc[0]].columns.get_level_values("draw").to_numpy()

    def pooled(self, arm: str) -> Floats:
        """Ratios of sums over replicates, NaN without anybody to count."""
        numerator, denominator = self._sides(arm)
        with np.errstate(invalid="ignore"):
            return np.asarray(numerator.sum(axis=1) / denominator.sum(axis=1))

    def difference(self, comparator: str, arm: str) -> Floats:
        """A value for each pair whose mean is the difference of pooled ratios, and whose spread its uncertainty.

        A ratio of sums R = Σn/Σd is linear in each replicate up to second order: R + (n - R·d)/mean(d)
        (Cochran 1977, Sampling Techniques, section 6.4). A replicate with nobody to count adds R itself.
        """
        return self._linear(arm) - self._linear(comparator)

    def described(self, difference: Floats) -> pd.DataFrame:
        """Characteristic, band, measure, unit and the columns ``paired.INTERVAL``, a row for each band."""
        names = pd.DataFrame(list(self.places), columns=["characteristic", "band", "measure"])
        units = [RATIOS[measure].unit for measure in names["measure"]]
        return pd.concat(
            [names.assign(unit=units), pd.DataFrame([described(row, self.draws) for row in difference])], axis=1
        )

    def _linear(self, arm: str) -> Floats:
        numerator, denominator = self._sides(arm)
        ratio, mean = self.pooled(arm)[:, None], denominator.mean(axis=1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(ratio + (numerator - ratio * denominator) / mean)

    def _sides(self, arm: str) -> tuple[Floats, Floats]:
        return self.wide["numerator", arm].to_numpy(), self.wide["denominator", arm].to_numpy()


def _counts(lives: ChildLives, known: Flags) -> dict[str, NDArray[Any]]:
    entries, home = lives.followed_entries
    returns, again = lives.followed_returns
    return {
        "children": known,
        "child_months": lives.known_months,
        "care_starts": lives.care_starts,
        "plan_starts": lives.plan_starts,
        "harm_months": lives.harm_months,
        "unseen_harm_months": lives.unseen_harm_months,
        "returns_followed": returns,
        "reentered_12m": again,
        "entries_followed": entries,
        "reunified_12m": home,
    }


def _parts(value: Floats, known: Flags, parts: int) -> Bands:
    """Places of values among so many parts, of equal size, of the known children's."""
    bounds = np.arange(1, parts) / parts
    return np.digitize(value, np.quantile(value[known], bounds)) if known.any() else np.zeros_like(value, "i8")


def _places(names: pd.Series[str]) -> dict[str, int]:
    """Names in the order in which they first occur, with their places."""
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _per_ten_thousand(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rates a child and year turned into rates per 10,000 children and year; shares stay as they are."""
    factor = np.where(table["unit"] == KNOWN_RATE, float(RATE_BASE), 1.0)
    return table.assign(**{column: table[column] * factor for column in columns}).reset_index(drop=True)
