"""What each child lived through in one run: the same children, looked at child by child.

Children are numbered alike in all arms that are drawn from the same population with the same seed:
everybody who will ever be referred is drawn before the run, at an address of luck that does not depend
on what happens in it. Arrays have one value for every child, by number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.codes import HOME_EXITS, Legal
from sos_sim.agents.state import State
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS, MONTHS_PER_YEAR
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import NOT_YET, EventRows, Histories, Months, joined

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class ChildLives:
    """The lives of all children in the months ``first`` up to ``last`` of a run.

    ``danger`` is the trace of true danger, shape (months, families); it has no rows in an untraced run.
    """

    population: State
    histories: Histories
    danger: NDArray[np.float32]
    first: int
    last: int

    @cached_property
    def care_starts(self) -> Months:
        """How often each child started to be looked after."""
        return self._each(self.histories.of(Event.CARE_START))

    @cached_property
    def plan_starts(self) -> Months:
        """How often a protection plan was started for each child."""
        return self._each(self.histories.of(Event.PLAN_START))

    @cached_property
    def entry(self) -> Months:
        """Month in which each child first started to be looked after, NOT_YET where none did."""
        starts = self._inside(self.histories.of(Event.CARE_START))
        month = np.full(len(self.population.children), NOT_YET)
        np.minimum.at(month, starts.child, starts.month)
        return month

    @cached_property
    def harm_months(self) -> Months:
        """Months with harm at home, seen or not."""
        return self.unseen_harm_months + self._each(self.histories.of(Event.HARM_SEEN))

    @cached_property
    def unseen_harm_months(self) -> Months:
        """Months with harm at home that nobody saw."""
        return self._each(self.histories.of(Event.HARM_UNSEEN))

    def harm_since(self, month: Months, events: tuple[Event, ...]) -> Months:
        """Months with harm at home (of these kinds) from each child's own ``month`` on."""
        rows = joined(self._inside(self.histories.of(event)) for event in events)
        return self._each(rows.where(rows.month >= month[rows.child]))

    @cached_property
    def reunified(self) -> Months:
        """Entries to care after which the child was home within 12 months (both in these months)."""
        care = self.histories.care
        soon = self._held(care.start) & np.isin(care.reason, HOME_EXITS) & (care.end - care.start <= MONTHS_PER_YEAR)
        return self._count(care.child[soon])

    @cached_property
    def reentered(self) -> Months:
        """Returns home after which the child was looked after again within 12 months (both in these months)."""
        child, month, again, _ = self._returns
        return self._count(child[self._held(month) & (again - month <= MONTHS_PER_YEAR) & (again < self.last)])

    @cached_property
    def followed_entries(self) -> tuple[Months, Months]:
        """Entries to care with 12 months to follow, and how many of them ended at home within that time."""
        care = self.histories.care
        followed = (care.start >= self.first) & (care.start < self.last - MONTHS_PER_YEAR)
        home = followed & np.isin(care.reason, HOME_EXITS) & (care.end - care.start <= MONTHS_PER_YEAR)
        return self._count(care.child[followed]), self._count(care.child[home])

    @cached_property
    def followed_returns(self) -> tuple[Months, Months]:
        """Returns home with 12 months under 18 to follow, and after how many care began again within that time."""
        child, month, again, adult = self._returns
        followed = (month >= self.first) & (month < self.last - MONTHS_PER_YEAR) & (month + MONTHS_PER_YEAR < adult)
        soon = followed & (again - month <= MONTHS_PER_YEAR)
        return self._count(child[followed]), self._count(child[soon])

    @cached_property
    def known_months(self) -> Months:
        """Months in which a child was born, under 18, of a family referred before, and not gone for good at ``first``.

        They do not depend on what happens from ``first`` on: equal in all arms that share the time before.
        """
        families, children = self.population.families, self.population.children
        arrival = families["arrival"][children["family"]]
        begin = np.maximum(np.maximum(arrival, children["birth"]), self.first)
        end = np.minimum(children["birth"] + AGE_OF_MAJORITY_MONTHS, self.last)
        months: Months = np.maximum(end - begin, 0).astype(np.int64)
        return np.where(self._left_before, 0, months)

    @cached_property
    def removed_before(self) -> Flags:
        """Children of families from which one was removed other than by agreement before ``first``."""
        starts = self.histories.of(Event.CARE_START)
        ordered = starts.where((starts.month < self.first) & (starts.detail != Legal.VOLUNTARY))
        removed = self.population.families["prior_removal"].copy()
        removed[ordered.family] = True
        found: Flags = removed[self.population.children["family"]]
        return found

    @cached_property
    def worker_changes_before(self) -> Months:
        """How often the social worker of each child's family changed before ``first``."""
        changes = self.histories.of(Event.WORKER_CHANGE)
        of_family = np.bincount(changes.family[changes.month < self.first], minlength=len(self.population.families))
        found: Months = of_family[self.population.children["family"]]
        return found

    @property
    def _left_before(self) -> Flags:
        """Children who had left their family for good before ``first``."""
        care = self.histories.care
        left = (care.end < self.first) & ~np.isin(care.reason, HOME_EXITS)
        return self._count(care.child[left]) > 0

    @cached_property
    def _returns(self) -> tuple[Months, Months, Months, Months]:
        """Returns home: child, month, month of re-entry, month of the 18th birthday."""
        care, returns = self.histories.care, self.histories.returns
        return care.child[np.isin(care.reason, HOME_EXITS)], returns.month, returns.reentry, returns.until

    def _held(self, month: Months) -> Flags:
        return (month >= self.first) & (month < self.last)

    def _inside(self, rows: EventRows) -> EventRows:
        return rows.where(self._held(rows.month))

    def _each(self, rows: EventRows) -> Months:
        """Rows of the event record inside these months, counted for each child."""
        return self._count(self._inside(rows).child)

    def _count(self, child: Months) -> Months:
        return np.bincount(child, minlength=len(self.population.children))


def child_lives(run: CompiledRun, first: int) -> ChildLives:
    """The lives of the children of a run from month ``first`` to its end."""
    setting = run.setting
    birth = setting.initial.children["birth"].astype(np.int64)
    histories = Histories(run.events, run.monthly, birth, setting.months)
    return ChildLives(setting.initial, histories, run.danger, first, setting.months)


def same_children(mine: State, theirs: State) -> bool:
    """Whether two populations are the same children, each under the same number."""
    pairs = zip(mine[3:5], theirs[3:5], strict=True)
    return all(np.array_equal(left["luck"], right["luck"]) for left, right in pairs) and np.array_equal(
        mine.children["birth"], theirs.children["birth"]
    )
