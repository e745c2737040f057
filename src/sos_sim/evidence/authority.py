"""One authority, from the department's published tables: what it is, and what a model of it is held against.

Facts of the model are set where a table informs them (``local_facts``), targets likewise
(``local_figures``); the others keep England's values, and a note says so for each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sos_sim.agents.authority import MIDDLE_DECILE
from sos_sim.core.parameters import Value
from sos_sim.evidence.areas import Area
from sos_sim.evidence.local_facts import DERIVATIONS, FACT_RATIOS
from sos_sim.evidence.local_figures import RATIOS, CountRatio, LocalFigures, Pooled, tolerance
from sos_sim.evidence.local_levels import LEVEL_FACTS, fact_of_level, level_of
from sos_sim.evidence.published import AUTHORITY, Published
from sos_sim.evidence.targets import Target
from sos_sim.evidence.unaccompanied import UNACCOMPANIED, UNACCOMPANIED_ERROR
from sos_sim.theory.parameters import declared

_DIGITS: Final = 4
_CHILDREN: Final = "children"


@dataclass(frozen=True)
class Fact:
    """A declared fact of the model with the authority's value; ``source`` gives years, files and derivation."""

    name: str
    value: Value
    source: str


@dataclass(frozen=True)
class LocalAuthority:
    """An authority as its figures show it.

    ``notes`` hold a sentence for every figure that stays England's or is not the authority's own, and for
    values moved into the range that the model allows. ``last_year`` is its last outcome year.
    """

    area: Area
    last_year: int
    facts: tuple[Fact, ...]
    targets: tuple[Target, ...]
    notes: tuple[str, ...]


def local_authority(published: Published, area: Area, england: Iterable[Target]) -> LocalAuthority:
    """Facts and targets of one of the authorities that published tables know (see ``areas.find_area``).

    ``england`` are England's targets, which say what each figure is about.
    """
    return _Reader(LocalFigures(published, area), england).read()


class _Reader:
    """Turns the figures of one authority into facts and targets, noting what is not its own."""

    def __init__(self, figures: LocalFigures, england: Iterable[Target]) -> None:
        self.figures = figures
        self.england = {target.id: target for target in england}
        self.pooled = {name: figures.pool(ratio) for name, ratio in FACT_RATIOS.items()}
        self.notes: list[str] = []
        self.deprivation: float | None = None

    def read(self) -> LocalAuthority:
        self._note_the_area()
        self._note_whose()
        levels = [self._level(name) for name in LEVEL_FACTS]
        self.deprivation = next((float(fact.value) for fact in levels if fact and fact.name == "deprivation"), None)
        facts = [self._children(), *(self._fact(name) for name in DERIVATIONS), *levels]
        targets = [self._target(name, ratio) for name, ratio in RATIOS.items()]
        self._note_what_no_table_informs()
        return LocalAuthority(
            self.figures.area,
            self.figures.last_year,
            tuple(fact for fact in facts if fact),
            tuple(target for target in targets if target),
            tuple(self.notes),
        )

    def _own(self, name: str) -> float:
        """The authority's value of a target or ratio, else England's."""
        found = self.pooled[name]
        return found.value if found else self._england(name)

    def _england(self, name: str) -> float:
        return self.england[name].values[0]

    def _children(self) -> Fact | None:
        """The latest number of children, of several authorities where all have one."""
        codes, _ = self.figures.places[0]
        dated = {year for figure, _, year in self.figures.counts if figure == _CHILDREN}
        counts = {year: self.figures.count(_CHILDREN, codes, year) for year in dated}
        years = [year for year, count in counts.items() if count > 0]
        if not years:
            self._note_that_fact_stays(_CHILDREN, CountRatio(_CHILDREN, {}))
            return None
        said = f"mid-{max(years)}, {self.figures.files(CountRatio(_CHILDREN, {}))}"
        return self._in_range(_CHILDREN, counts[max(years)], said)

    def _level(self, name: str) -> Fact | None:
        """A price, or deprivation, beside England's of the same years."""
        figure, words, _ = LEVEL_FACTS[name]
        found, ratio = level_of(self.figures, figure), CountRatio(figure, {})
        if found is None:
            self._note_that_fact_stays(name, ratio)
            return None
        own, england = f"{found.own:.{_DIGITS}g}", f"{found.england:.{_DIGITS}g}"
        whose = f" ({found.place})" if found.place else ""
        said = f"{found.span}, {self.figures.files(ratio)}{whose}: {words} ({own} here, {england} in England)"
        return self._in_range(name, fact_of_level(name, found), said)

    def _fact(self, name: str) -> Fact | None:
        derivation = DERIVATIONS[name]
        ratio, found = FACT_RATIOS[derivation.ratio], self.pooled[derivation.ratio]
        if found is None:
            self._note_that_fact_stays(name, ratio)
            return None
        value, words = derivation.formula(self._own, self._england), derivation.words
        if name == "first_referral_rate" and self.deprivation is not None:
            value /= deprived_referrals(self.deprivation)
            words += "; what deprivation adds is taken off, since the model adds it"
        return self._in_range(name, value, f"{self._source(ratio, found)}: {words}")

    def _target(self, name: str, ratio: CountRatio) -> Target | None:
        england, found = self.england[name], self.pooled[name]
        if found is None:
            self._note_that_target_stays(england, self.figures.why_not(ratio))
            return None
        if england.is_share and found.value > 1.0:
            self._note_that_target_stays(england, f"{found.value:.2f} in {found.span} is impossible as a share")
            return None
        note = f"{len(found.years)} years added up" if len(found.years) > 1 else "one year"
        if ratio.part in UNACCOMPANIED:
            whose = "England's" if found.unaccompanied >= UNACCOMPANIED_ERROR[ratio.part] else "its own"
            note += f", {whose} share of unaccompanied asylum-seeking children taken off"
        return replace(
            england,
            values=(_rounded(found.value),),
            tolerance=_rounded(tolerance(ratio, found, england)),
            year=found.years[-1],
            grade="A",
            source=self._source(ratio, found),
            note=note,
            local=True,
        )

    def _in_range(self, name: str, value: float, source: str) -> Fact:
        parameter = declared()[name]
        allowed = min(max(value, parameter.low), parameter.high)
        if allowed != value:
            beyond = f"{name}: {value:.{_DIGITS}g} lies outside what the model allows"
            self.notes.append(f"{beyond} ({parameter.allowed()}); {allowed:g} is used.")
        return Fact(name, int(allowed) if parameter.whole else _rounded(allowed), source)

    def _source(self, ratio: CountRatio, found: Pooled) -> str:
        whose = "".join(f" ({said})" for said in (found.place, found.population) if said)
        return f"{found.span}, {self.figures.files(ratio)}{whose}"

    def _note_that_fact_stays(self, name: str, ratio: CountRatio) -> None:
        reason = self.figures.why_not(ratio)
        self.notes.append(f"authority.{name} stays England's {declared()[name].default:g}: {reason}.")

    def _note_that_target_stays(self, england: Target, reason: str) -> None:
        self.notes.append(f"target {england.id} stays England's {england.values[0]:g}: {reason}.")

    def _note_whose(self) -> None:
        whose: dict[str, list[str]] = {}
        for name, found in self.pooled.items():
            if found and found.place:
                whose.setdefault(found.place, []).append(f"{name} ({found.span})")
        for place, names in whose.items():
            self.notes.append(f"Not its own but {place}, and all that follows from them: {', '.join(names)}.")

    def _note_the_area(self) -> None:
        area, published = self.figures.area, self.figures.published
        if area.members:
            names = published.cells.drop_duplicates("code", keep="last").set_index("code")["name"]
            told = ", ".join(f"{names[code]} ({code})" for code in area.members)
            self.notes.append(
                f"{area.name} is made of {told}. Counts are added up; an authority with a gap in a year is left out of "
                "that year's part and whole."
            )
            return
        own = published.cells[published.cells["value"].notna() & (published.cells["level"] == AUTHORITY)]
        newest = int(own["year"].max())
        if area.last_year < newest:
            ends = f"figures end in {area.last_year}, others' in {newest}"
            self.notes.append(f"{area.name} ({area.code}): {ends}; it may have been reorganised.")
        same_name = published.cells.loc[published.cells["name"] == area.name, "code"]
        for other in sorted(set(same_name) - {area.code}):
            self.notes.append(f"{area.name} is {area.code} here; {other} has the same name and other borders.")

    def _note_what_no_table_informs(self) -> None:
        facts = [name for name, parameter in declared().items() if parameter.kind == "fact"]
        silent = [name for name in facts if name not in (*DERIVATIONS, *LEVEL_FACTS, _CHILDREN)]
        others = [name for name, target in self.england.items() if name not in RATIOS and not target.input]
        for what, names in (("facts", silent), ("targets", others)):
            self.notes.append(f"No table that is read informs these {what}, which stay England's: {', '.join(names)}.")


def deprived_referrals(decile: float) -> float:
    """How many times as many families are referred for the first time at a mean decile as at England's, by default."""
    slope = float(declared()["referral_deprivation"].default)
    return math.exp(slope * (decile - MIDDLE_DECILE))


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
