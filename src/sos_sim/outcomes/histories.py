"""The event record read as histories: spells, clocks and follow-up, each worked out once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.codes import HOME_EXITS, CareExit
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.events import Event, EventColumn
from sos_sim.model.expected import COLUMNS

Months = NDArray[np.int64]
NOT_YET = 1 << 30
"""A month later than any run: what has not happened by the end."""
BEFORE = -(1 << 30)
"""A month earlier than any run: what began before the record."""

NOT_COUNTED = np.zeros((0, len(COLUMNS)))
"""Expected counts of a run that kept none."""


@dataclass(frozen=True)
class EventRows:
    """Rows of the event record, column by column: arrays of equal length, as ``EventColumn`` names them."""

    month: Months
    family: Months
    child: Months
    event: Months
    detail: Months

    def __len__(self) -> int:
        return len(self.month)

    def where(self, chosen: Any) -> EventRows:
        """The rows that a mask, a slice or an array of places chooses."""
        return EventRows(*(column[chosen] for column in self.columns()))

    def columns(self) -> tuple[Months, ...]:
        """All columns, in the order of the record."""
        return tuple(getattr(self, column.name.lower()) for column in EventColumn)


def event_rows(record: NDArray[Any]) -> EventRows:
    """The columns of an event record as the engines keep it, shape (events, 5)."""
    return EventRows(**{column.name.lower(): record[:, column] for column in EventColumn})


def joined(parts: Iterable[EventRows]) -> EventRows:
    """Rows of several kinds of event, one kind after the other."""
    return EventRows(*(np.concatenate(columns) for columns in zip(*(part.columns() for part in parts), strict=True)))


class CareSpells(NamedTuple):
    """Periods of being looked after, one row each, ordered by child and time; arrays of equal length.

    ``start`` is BEFORE for children placed before the record, ``end`` NOT_YET for those still looked
    after; ``reason`` is a ``CareExit`` or -1, ``legal`` the basis at the start, ``birth`` the child's.
    """

    child: Months
    start: Months
    end: Months
    reason: Months
    legal: Months
    birth: Months


class Returns(NamedTuple):
    """Exits from care, home or otherwise: month, month of re-entry or NOT_YET, and end of follow-up at 18."""

    month: Months
    reentry: Months
    until: Months


class Letters(NamedTuple):
    """Children at the start of pre-proceedings: month, then proceedings and care, or NOT_YET."""

    month: Months
    proceedings: Months
    care: Months


class Histories:
    """Everything outcome measures read. ``birth`` is indexed by child; months as in the event record.

    ``expected`` are the expected counts of a run that kept them (see ``model/expected.py``), else it has no rows.
    """

    def __init__(
        self,
        events: NDArray[np.int32],
        monthly: NDArray[np.float64],
        birth: Months,
        months: int,
        expected: NDArray[np.float64] = NOT_COUNTED,
    ) -> None:
        self.expected = expected
        self.monthly = monthly
        self.birth = birth
        self.months = months
        order = np.argsort(events[:, EventColumn.EVENT], kind="stable")
        self._rows = event_rows(np.asfortranarray(events[order].astype(np.int64)))
        self._order = order
        self._bounds = np.searchsorted(self._rows.event, np.arange(max(Event) + 2))

    def of(self, event: Event) -> EventRows:
        """Rows of one kind of event, in order of time."""
        return self._rows.where(slice(self._bounds[event], self._bounds[event + 1]))

    def span(self, event: Event, first: int, last: int) -> slice:
        """Where, among the rows of one kind, the months from ``first`` up to ``last`` lie."""
        month = self.of(event).month
        return slice(int(np.searchsorted(month, first)), int(np.searchsorted(month, last)))

    def _noted(self, event: Event) -> Months:
        """Places in the event record of the rows of one kind: what tells the order within a month."""
        return self._order[self._bounds[event] : self._bounds[event + 1]]

    @cached_property
    def months_since_referral(self) -> Months:
        """For each referral row, months since the same child's previous referral (NOT_YET if the first)."""
        rows = self.of(Event.REFERRAL)
        order = np.argsort(rows.child, kind="stable")
        child, month = rows.child[order], rows.month[order]
        gap = np.full(len(rows), NOT_YET)
        again = child[1:] == child[:-1]
        gap[order[1:][again]] = (month[1:] - month[:-1])[again]
        return gap

    @cached_property
    def care(self) -> CareSpells:
        """All periods of being looked after."""
        starts, ends = self.of(Event.CARE_START), self.of(Event.CARE_END)
        rows = joined([starts, ends])
        as_noted = np.concatenate([self._noted(Event.CARE_START), self._noted(Event.CARE_END)])
        rows = rows.where(np.lexsort((as_noted, rows.child)))
        is_start = rows.event == Event.CARE_START
        same_child = np.append(rows.child[1:] == rows.child[:-1], False)
        closed = is_start & same_child & np.append(~is_start[1:], False)
        first = np.append(True, rows.child[1:] != rows.child[:-1])
        opening = np.flatnonzero(is_start)
        following = np.minimum(opening + 1, len(rows) - 1)
        end = np.where(closed[opening], rows.month[following], NOT_YET)
        reason = np.where(closed[opening], rows.detail[following], -1)
        left = rows.where(first & ~is_start)
        child = np.concatenate([rows.child[opening], left.child])
        spells = CareSpells(
            child,
            np.concatenate([rows.month[opening], np.full(len(left), BEFORE)]),
            np.concatenate([end, left.month]),
            np.concatenate([reason, left.detail]),
            np.concatenate([rows.detail[opening], np.full(len(left), -1)]),
            self.birth[child],
        )
        order = np.lexsort((spells.start, spells.child))
        return CareSpells(*(column[order] for column in spells))

    @cached_property
    def returns(self) -> Returns:
        """All returns home, planned or not, with the child's next entry to care."""
        return self.exits(HOME_EXITS)

    def exits(self, reasons: tuple[CareExit, ...]) -> Returns:
        """All exits from care for these reasons, with the child's next entry to care."""
        care = self.care
        left = np.isin(care.reason, reasons)
        following = np.append(care.start[1:], NOT_YET)
        same_child = np.append(care.child[1:] == care.child[:-1], False)
        reentry = np.where(same_child, following, NOT_YET)
        return Returns(care.end[left], reentry[left], care.birth[left] + AGE_OF_MAJORITY_MONTHS)

    @cached_property
    def letters(self) -> Letters:
        """Children entering pre-proceedings, followed to proceedings and to care."""
        rows = self.of(Event.PRE_PROCEEDINGS)
        month, child = rows.month, rows.child
        return Letters(
            month,
            next_for_child(child, month, self.of(Event.IN_PROCEEDINGS)),
            next_for_child(child, month, self.of(Event.CARE_START)),
        )


def next_for_child(child: Months, month: Months, rows: EventRows) -> Months:
    """First month, at or after ``month``, of an event of the same child among ``rows``; else NOT_YET."""
    span = 1 << 20
    keys = np.sort(rows.child * span + rows.month)
    position = np.searchsorted(keys, child * span + month)
    found = keys[np.minimum(position, len(keys) - 1)] if len(keys) else np.zeros_like(child)
    hit = (position < len(keys)) & (found // span == child)
    return np.where(hit, found % span, NOT_YET)


def cumulative_reentry(returns: Returns, first: int, last: int, horizon: int) -> float:
    """Probability of re-entry within ``horizon`` months of return, by period life table.

    Within months ``first`` up to ``last``, h(d) is re-entries in the d-th month after return over
    children then at risk (at home since their return, under 18, in the window); the answer is
    ``1 - Π(1 - h(d))``. NaN when nobody was at risk at some d.
    """
    at_risk_from = np.maximum(returns.month + 1, first) - returns.month
    at_risk_to = np.minimum(np.minimum(returns.reentry, returns.until - 1), last - 1) - returns.month
    here = (at_risk_to >= at_risk_from) & (returns.month >= 0)
    begins = np.bincount(np.clip(at_risk_from[here], 0, horizon + 1), minlength=horizon + 2)
    stops = np.bincount(np.clip(at_risk_to[here] + 1, 0, horizon + 1), minlength=horizon + 2)
    at_risk = np.cumsum(begins - stops)[1 : horizon + 1]
    again = here & (returns.reentry >= first) & (returns.reentry < last)
    after = (returns.reentry - returns.month)[again]
    events = np.bincount(np.clip(after, 0, horizon + 1), minlength=horizon + 2)[1 : horizon + 1]
    if (at_risk <= 0).any():
        return float("nan")
    return float(1.0 - np.prod(1.0 - events / at_risk))
