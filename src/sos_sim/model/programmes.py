"""Programmes laid out month by month: how much of each lever there is, and whom it reaches."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.decisions import Decision
from sos_sim.agents.state import Records
from sos_sim.core.luck import mix, uniform
from sos_sim.theory.levers import Levers

Reals = NDArray[np.float64]
OF_PRACTICE: Final = ("training", "coaching", "supervision", "alignment")
"""Levers that make workers practise otherwise."""
NOT_ITS_TURN: Final = 2.0
"""The turn of a team that a programme never comes to."""


class Unit(IntEnum):
    """What lots are drawn of when a programme reaches only some of the staff."""

    POST = 0
    PERSON = 1
    TEAM = 2


class Rollout(NamedTuple):
    """Whom a programme reaches, of those that ``offered_posts`` and ``offered_families`` give the shares of.

    Lots are drawn of each ``unit`` of staff. ``teams`` are the numbers of the only teams reached, in the order of
    their turn; none means all teams, by lot. The share of staff is reached at once, or grows to it by the month
    ``full_by`` (counted as a programme's ``start``), month by month or in ``waves``. Programmes with the same ``lot``
    have one order of posts, people, teams and families, so that a smaller share is part of a larger.
    """

    unit: Unit = Unit.POST
    teams: tuple[int, ...] = ()
    full_by: int | None = None
    waves: int | None = None
    lot: str = ""

    def later(self, months: int) -> Rollout:
        """The same so many months later."""
        return self._replace(full_by=None if self.full_by is None else self.full_by + months)


class Programme(NamedTuple):
    """Levers set from ``start`` up to, not including, ``stop`` (months from the start of the warm-up)."""

    start: int
    stop: int
    levers: Mapping[str, float]
    reach: Rollout = Rollout()


class Lot(NamedTuple):
    """How a programme's lots are drawn: of which unit of staff, and the word that every draw is addressed by."""

    unit: int
    moment: int


class Offers(NamedTuple):
    """All programmes of a run, which act beside each other; where there are none, one that does nothing.

    ``levers`` has shape (months, programmes), ``lots`` (programmes,) and ``turns`` (programmes, teams): a team is
    reached while the programme's share of staff is above its turn.
    """

    levers: Records
    lots: Records
    turns: Reals

    def laid_end_to_end(self) -> dict[str, Any]:
        """The same as the engines' world takes them, with whether each month's practice is offered to all families."""
        of_practice = np.any([self.levers[lever] > 0.0 for lever in OF_PRACTICE], axis=0)
        kept_from_some = of_practice & (self.levers["offered_families"] < 1.0)
        everybody = ~kept_from_some.any(axis=1)
        return {"levers": self.levers.ravel(), "lots": self.lots, "turns": self.turns, "everybody": everybody}


def lay_out(months: int, teams: Records, programmes: Iterable[Programme] = ()) -> Offers:
    """Programmes over so many months, among the teams of an authority."""
    plans = [*programmes] or [Programme(0, 0, {})]
    lots = np.zeros(len(plans), dtype=[("unit", "i8"), ("moment", "u8")])
    lots["unit"] = [plan.reach.unit for plan in plans]
    lots["moment"] = [moment_of(plan.reach.lot) for plan in plans]
    turns = np.array([_turns(teams, plan.reach, moment) for plan, moment in zip(plans, lots["moment"], strict=True)])
    return Offers(np.stack([_levers(months, plan) for plan in plans], axis=1), lots, turns)


def _levers(months: int, programme: Programme) -> Records:
    """One programme's settings month by month, usual practice before and after it, shape (months,)."""
    levers = np.zeros(months, dtype=[(name, "f8") for name in Levers._fields])
    for name, declared in Levers._field_defaults.items():
        levers[name] = declared.default
    acts = slice(programme.start, programme.stop)
    for name, value in programme.levers.items():
        levers[name][acts] = value
    levers["costs_at_start"][programme.start + 1 :] = 0.0
    levers["offered_posts"][acts] *= _grown(np.arange(months)[acts], programme)
    return levers


def _grown(month: NDArray[np.int64], programme: Programme) -> Reals:
    """The part of the share of staff that is reached in each month: one more wave, or one more part, at a time."""
    _, _, full_by, waves, _ = programme.reach
    if full_by is None:
        return np.ones(len(month))
    since, span = month - programme.start, full_by - programme.start
    parts = span + 1 if waves is None else waves
    done = 1 + since if waves is None else 1 + since * (waves - 1) // max(1, span)
    return np.minimum(1.0, np.asarray(done, dtype=np.float64) / parts)


def _turns(teams: Records, reach: Rollout, moment: int) -> Reals:
    """The turn of each team, shape (teams,): by lot or as written; all at once where lots are not of teams."""
    lucks: Any = teams["luck"]
    order: Sequence[int] | NDArray[np.int64] = reach.teams or np.argsort(uniform(lucks, moment), kind="stable")
    turns = np.full(len(teams), NOT_ITS_TURN)
    turns[np.asarray(order)] = (np.arange(len(order)) + 0.5) / len(order) if reach.unit is Unit.TEAM else 0.0
    return turns


def moment_of(lot: str = "") -> int:
    """The word by which draws of a lot are addressed: one for all programmes that name none, one for each name."""
    return mix(Decision.LOT, zlib.crc32(lot.encode()))
