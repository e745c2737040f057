"""The figures of one authority: ratios of published counts, pooled over years, with a tolerance.

**Years.** Counts of the authority's last three years are added up before they are divided, so that large
years weigh more and one odd year less. An outcome year ends on 31 March; its population is that of the
June before, its workforce that of the 30 September inside it (the row of the previous ``time_period``).

**Tolerance** of a target, in its own unit::

    tolerance² = (E · max(1/2, value / V))² + max(S, M)² + (U · value)²

- E and V are England's tolerance and value: E/V is the relative tolerance for yearly movement and for what
  the model and the statistic define differently. It does not fall below half of E, because differences
  in recording do not vanish where a figure is small.
- S is the sampling error of the count in *one* authority-year: ``value/√n`` for a rate with n events a
  year (Poisson), ``√(p(1-p)/n)`` with ``p = (x+1)/(n+2)`` for x of n (binomial). One year's, not three's,
  because neighbouring years are not independent.
- M is the standard error of the mean over the years as they came out, ``sd/√years``: levels of a single
  authority move more than chance alone. The larger of S and M counts, because M already contains chance.
- U is 0 but for looked-after children, from whom unaccompanied asylum-seeking children, whom the model leaves
  out, are taken off: by the authority's own number or percentage where a table has it, else by England's share;
  see ``unaccompanied``.

**Several authorities** (a region, a group, one to come) are added up year by year; those in whose cells a gap stands
are left out of part and whole alike, and a year counts only where at least half of them are left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from sos_sim.core.units import RATE_BASE
from sos_sim.evidence.area_names import TOGETHER
from sos_sim.evidence.areas import Area, places_of
from sos_sim.evidence.published import SYMBOLS, Published
from sos_sim.evidence.published_further import COUNTED, TABLE_OF
from sos_sim.evidence.targets import Target
from sos_sim.evidence.unaccompanied import UNACCOMPANIED, Share, unaccompanied

YEARS_POOLED: Final = 3
ON_TIME, LATE_WORKFORCE, LATE_POPULATION = range(3)
"""What may be dated after the outcome year: nothing, the workforce census, the population too."""
_CHILDREN: Final = "children"
_LATER: Final = "population of the June after"


@dataclass(frozen=True)
class CountRatio:
    """What is divided by what: counts by name, added up with weights.

    ``counted_in`` says that the part is counted among the whole, so that its error is binomial.
    """

    part: str
    whole: Mapping[str, float]
    counted_in: bool = False

    @property
    def figures(self) -> tuple[str, ...]:
        """Every count it needs."""
        return (self.part, *self.whole)

    @property
    def scale(self) -> float:
        """Rates of children are per 10,000."""
        return RATE_BASE if _CHILDREN in self.whole else 1.0


def _rate(part: str) -> CountRatio:
    return CountRatio(part, {_CHILDREN: 1.0})


def _share(part: str, *whole: str) -> CountRatio:
    return CountRatio(part, dict.fromkeys(whole, 1.0), counted_in=True)


RATIOS: Mapping[str, CountRatio] = {
    "referral_rate": _rate("referrals"),
    "rereferral_12m_share": _share("rereferrals", "referrals"),
    "referral_nfa_share": _share("no_further_action", "referrals"),
    "referral_not_in_need_share": _share("not_in_need", "referrals"),
    "cin_start_rate": _rate("need_started"),
    "cin_stock_rate": _rate("need_at_31_march"),
    "s47_rate": _rate("enquiries"),
    "s47_to_icpc_share": _share("conferences", "enquiries"),
    "icpc_to_cpp_share": _share("plans_started", "conferences"),
    "cpp_start_rate": _rate("plans_started"),
    "cpp_stock_rate": _rate("plans_at_31_march"),
    "cpp_repeat_share": _share("plans_repeat", "plans_started"),
    "care_application_rate": _rate("care_applications"),
    "cla_start_rate_nonuasc": _rate("care_started"),
    "cla_stock_rate_nonuasc": _rate("care_at_31_march"),
    "cla_cease_rate_nonuasc": _rate("care_ceased"),
    "sw_fte_rate": _rate("in_post"),
    "caseload_mean": CountRatio("cases", {"case_holders": 1.0}),
    "sw_turnover": CountRatio("leavers", {"in_post": 1.0}),
    "sw_vacancy": _share("vacancies", "vacancies", "in_post"),
    "sw_agency": _share("agency", "agency", "in_post"),
}
"""Targets that the published tables inform, by id: England's figures follow from England's rows in the same way."""


class Pooled(NamedTuple):
    """A ratio over several years: value, years of the part, counts a year, the value of each year, whose it is.

    ``years`` are dated as the part's table dates them, so that a workforce is that of 30 September of the
    year. ``unaccompanied`` is the relative error of taking unaccompanied children off. ``place`` is '' for the
    authority's own figures, else a phrase that says whose they are, and ``population`` '' for the June before the
    outcome year, else a phrase that says which June it is.
    """

    value: float
    years: tuple[int, ...]
    part: float
    whole: float
    yearly: tuple[float, ...]
    place: str
    population: str
    unaccompanied: float = 0.0

    @property
    def span(self) -> str:
        """The years as people write them: 2023, or 2021-2023."""
        first, last = self.years[0], self.years[-1]
        return str(last) if first == last else f"{first}-{last}"


@dataclass
class LocalFigures:
    """The published counts of one authority, and of those that can stand for it."""

    published: Published
    area: Area
    counts: Mapping[tuple[str, str, int], tuple[float, str]] = field(init=False)
    places: Sequence[tuple[frozenset[str], str]] = field(init=False)
    last_year: int = field(init=False)

    def __post_init__(self) -> None:
        cells = self.published.cells
        self.places = places_of(self.published, self.area)
        codes = {code for place, _ in self.places for code in place}
        reporting = [code for code in cells["code"].unique() if not codes.isdisjoint(code.split(TOGETHER))]
        rows = cells[cells["code"].isin(reporting)]
        keys = zip(rows["figure"], rows["code"], rows["year"], strict=True)
        counts = dict(zip(keys, zip(rows["value"], rows["symbol"], strict=True), strict=True))
        for figure, code, year in [key for key in counts if _of_children(key[0])]:
            rate, symbol = counts[figure, code, year]
            children = counts.get((_CHILDREN, code, year - 1), (math.nan, ""))[0]
            counts[figure, code, year] = (rate * children / RATE_BASE, symbol)
        self.counts = counts
        self.last_year = self._last_year()

    def pool(self, ratio: CountRatio) -> Pooled | None:
        """A ratio over the last years for which the tables hold all it needs; None where they do not.

        Figures of those that report together, or of a predecessor, stand in only where it has none of its
        own; a workforce census half a year after the outcome year only where none of these has one inside
        it: the first census of a new authority counts the leavers of half a year. The population of the
        June after stands in last: it differs by what a year's births and birthdays change.
        """
        for late in (ON_TIME, LATE_WORKFORCE, LATE_POPULATION):
            for codes, place in self.places:
                found = self._pool(ratio, codes, place, late)
                if found:
                    return found
        return None

    def by_year(self, ratio: CountRatio) -> dict[int, float]:
        """A ratio of the place's own counts in each outcome year that has all it needs, in the order of years."""
        codes, _ = self.places[0]
        years = sorted({year for figure, _, year in self.counts if figure == ratio.part})
        found = {}
        for year in (dated + TABLE_OF[ratio.part].years_before for dated in years):
            part, whole = self._parts(ratio, codes, year, ON_TIME)
            if part >= 0.0 and whole > 0.0:
                found[year] = ratio.scale * part / whole
        return found

    def why_not(self, ratio: CountRatio) -> str:
        """Why there is no ratio: a table that is not there, or what stands in the cells."""
        for figure in ratio.figures:
            table = TABLE_OF[figure].title
            if not self.published.files_of((figure,)):
                similar = self.published.lookalikes.get(table)
                return f"the folder has no table {table!r}" + (f" ({similar})" if similar else "")
            years = [_dated(figure, year, 0) for year in self._years()]
            symbols = [self.counts.get((figure, self.area.code, year), (math.nan, "?"))[1] for year in years]
            if all(symbols):
                said = sorted({f"{symbol}: {SYMBOLS[symbol]}" for symbol in symbols if symbol in SYMBOLS})
                reason = f"suppressed or missing ({', '.join(said)})" if said else "missing"
                return f"{figure} is {reason} in {years[0]}-{years[-1]} in the table {table!r}"
        return "no year has all the figures it needs"

    def files(self, ratio: CountRatio) -> str:
        """The files of the tables a ratio is made from."""
        return self.published.files_of(ratio.figures)

    def count(self, figure: str, codes: frozenset[str], year: int) -> float:
        """A published count, NaN where there is none; several authorities' are added up unless reported together."""
        together = self.counts.get((figure, TOGETHER.join(sorted(codes)), year))
        if together is not None:
            return together[0]
        return sum(self.counts.get((figure, code, year), (math.nan, ""))[0] for code in codes)

    def _years(self) -> range:
        return range(self.last_year - YEARS_POOLED + 1, self.last_year + 1)

    def _last_year(self) -> int:
        """The last outcome year with a figure: its own, or else of those that stand in for it."""
        for codes, _ in self.places:
            dated = [
                (TABLE_OF[figure].years_before, year)
                for (figure, code, year), (value, _) in self.counts.items()
                if figure in COUNTED and not math.isnan(value) and not codes.isdisjoint(code.split(TOGETHER))
            ]
            outcomes = [year for years_before, year in dated if not years_before]
            if outcomes:
                return max(outcomes)
        return max(year + years_before for years_before, year in dated)

    def _pool(self, ratio: CountRatio, codes: frozenset[str], place: str, late: int) -> Pooled | None:
        counted = {year: self._parts(ratio, codes, year, late) for year in self._years()}
        counted = {year: (part, whole) for year, (part, whole) in counted.items() if part >= 0.0 and whole > 0.0}
        if not counted:
            return None
        part, whole = (sum(counts) / len(counted) for counts in zip(*counted.values(), strict=True))
        yearly = tuple(ratio.scale * part / whole for part, whole in counted.values())
        years = tuple(_dated(ratio.part, year, late) for year in counted)
        population = _LATER if late == LATE_POPULATION and _CHILDREN in ratio.whole else ""
        error = max((self._unaccompanied(ratio.part, codes, year).error for year in counted), default=0.0)
        return Pooled(ratio.scale * part / whole, years, part, whole, yearly, place, population, error)

    def _parts(self, ratio: CountRatio, codes: frozenset[str], year: int, late: int) -> tuple[float, float]:
        """Part and whole of one outcome year, NaN where a count is a gap; of members those that have both, added up."""
        if len(codes) == 1 or not codes <= set(self.area.members):
            return self._parts_of_one(ratio, codes, year, late)
        joined = (frozenset(code.split(TOGETHER)) for _, code, _ in self.counts if TOGETHER in code)
        units = {*(frozenset([code]) for code in codes), *(unit for unit in joined if unit <= codes)}
        known = {unit: self._parts_of_one(ratio, unit, year, late) for unit in units}
        known = {unit: (part, whole) for unit, (part, whole) in known.items() if part >= 0.0 and whole > 0.0}
        if 2 * sum(len(unit) for unit in known) < len(codes):
            return math.nan, math.nan
        part, whole = (sum(counts) for counts in zip(*known.values(), strict=True))
        return part, whole

    def _unaccompanied(self, figure: str, codes: frozenset[str], year: int) -> Share:
        """The share of unaccompanied children to be taken off a count; of several authorities the least certain."""
        if figure not in UNACCOMPANIED:
            return Share(0.0, 0.0)
        parts = [codes] if len(codes) == 1 or not codes <= set(self.area.members) else [frozenset([c]) for c in codes]
        return max(
            (unaccompanied(figure, year, self._asked(part, year)) for part in parts), key=lambda share: share.error
        )

    def _asked(self, codes: frozenset[str], year: int) -> Callable[[str], float]:
        return lambda figure: self.count(figure, codes, year)

    def _parts_of_one(self, ratio: CountRatio, codes: frozenset[str], year: int, late: int) -> tuple[float, float]:
        part = self.count(ratio.part, codes, _dated(ratio.part, year, late))
        if ratio.part in UNACCOMPANIED:
            part *= 1.0 - self._unaccompanied(ratio.part, codes, year).value
        wholes = (weight * self.count(of, codes, _dated(of, year, late)) for of, weight in ratio.whole.items())
        return part, sum(wholes)


def _dated(figure: str, outcome_year: int, late: int) -> int:
    """The ``time_period`` that lies inside an outcome year, or that after it where ``late`` allows it to stand in."""
    years_before = TABLE_OF[figure].years_before
    allowed = LATE_POPULATION if figure == _CHILDREN else LATE_WORKFORCE
    return outcome_year - years_before + (1 if years_before and late >= allowed else 0)


def _of_children(figure: str) -> bool:
    """Whether a figure is published as a rate of children, and counted from it."""
    return figure in TABLE_OF and TABLE_OF[figure].figures[figure].of_children


def tolerance(ratio: CountRatio, found: Pooled, england: Target) -> float:
    """How far a simulated value may lie off, in the target's unit; the formula is at the top of this file."""
    usual = england.tolerance * max(0.5, found.value / england.values[0])
    moved = float(np.std(found.yearly, ddof=1)) / math.sqrt(len(found.years)) if len(found.years) > 1 else 0.0
    return math.hypot(usual, max(_sampling_error(ratio, found), moved), found.unaccompanied * found.value)


def _sampling_error(ratio: CountRatio, found: Pooled) -> float:
    """Standard error of the count in one authority-year, in the unit of the ratio."""
    if ratio.counted_in:
        share = (found.part + 1.0) / (found.whole + 2.0)
        return math.sqrt(share * (1.0 - share) / found.whole)
    return ratio.scale * math.sqrt(max(found.part, 1.0)) / found.whole
