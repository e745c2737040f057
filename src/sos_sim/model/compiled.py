"""The compiled engine: the same month over record arrays, for everything that runs more than once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.state import State
from sos_sim.model.checks import raise_fault, refuse_months_beyond
from sos_sim.model.code_cache import kept_code
from sos_sim.model.events import EventColumn
from sos_sim.model.month import DECISIONS, month_passes
from sos_sim.model.paths import Shadow, shadow, shadow_from
from sos_sim.model.readable import ReadableRun
from sos_sim.model.setting import Setting, arrived_by_month, empty_tables, present_families
from sos_sim.model.world import World
from sos_sim.theory.budget import Budget
from sos_sim.theory.parameters import as_record

_BUDGET = [(name, "f8" if name == "a_year" else "i8") for name in Budget._fields]
Months = Callable[[World, int, int, int], int]


def _run_months(world: World, first: int, last: int, spare_events: int) -> int:
    """Months from ``first`` up to ``last``; stops early, and says where, when a fault is found or space is short."""
    month = first
    while month < last:
        organisation = world.organisation[0]
        needed = spare_events + 64 * organisation.open_families
        if organisation.events + needed > len(world.events):
            break
        month_passes(world, month)
        if organisation.fault != 0:
            break
        month += 1
    return month


class Engine:
    """The compiled run of months: compiled, or taken from what is kept, when it first meets a world of some kind.

    Worlds are alike but for arrays that may not be written to, as those that come from another process.
    """

    def __init__(self) -> None:
        self._ready: dict[Any, Months] = {}
        self._one_at_a_time = threading.Lock()

    def __call__(self, world: World, first: int, last: int, spare_events: int) -> int:
        """Months from ``first`` up to ``last``; returns where it stopped, as ``_run_months`` says."""
        arrays: Any = world
        kind = tuple(array.flags.writeable for array in arrays)
        with self._one_at_a_time:
            if kind not in self._ready:
                self._ready[kind] = _compiled_for(world)
        return self._ready[kind](world, first, last, spare_events)


@cache
def engine() -> Engine:
    """The one engine of this process."""
    return Engine()


def _compiled_for(world: World) -> Months:
    """The months compiled for worlds like this one: anew, and not kept, where what is kept does not serve."""
    with suppress(Exception), kept_code() as folder:
        return _first_called(world, folder)
    return _first_called(world, None)


def _first_called(world: World, folder: Path | None) -> Months:
    """The months once they have been called, for no month at all, and so are compiled."""
    settings: Any = numba.config
    how: dict[str, Any] = {"cache": folder is not None, "nogil": True, "error_model": "numpy", "_nrt": False}
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder)
    try:
        compiled: Months = numba.njit(**how)(_run_months)
    finally:
        settings.CACHE_DIR = before
    compiled(world, 0, 0, 0)
    return compiled


class CompiledRun:
    """An authority in motion over record arrays: ``advance`` months, ``state`` to branch from.

    ``events`` are rows of (month, family, child, event, detail); ``monthly`` has one row a month and
    the columns of ``model.monthly``, ``by_team`` one a month and team and those of ``model.by_team``.
    Months count from the start of the warm-up. ``traced`` runs keep each family's true danger in
    ``danger``, shape (months, families), ``counted`` runs the chances of events in ``expected``, one row a month
    and the columns of ``model.expected``; in others these have no rows. ``usual`` is a shadow begun elsewhere (see
    ``model/paths.py``).
    """

    def __init__(
        self,
        setting: Setting,
        state: State | None = None,
        first_month: int = 0,
        traced: bool = False,
        counted: bool = False,
        usual: Shadow | None = None,
    ) -> None:
        self.setting = setting
        self.month = first_month
        self.state = (state or setting.initial).copy()
        self.monthly, self.by_team, self.danger, self.expected = empty_tables(setting, traced, counted)
        self.usual = usual or shadow(self.state, setting.paths)
        self._spare = 2 * len(self.state.children) + 4096
        self._events = np.zeros((4 * self._spare, len(EventColumn)), dtype=np.int32)

    @property
    def events(self) -> NDArray[np.int32]:
        """The event record so far, shape (events, 5)."""
        return self._events[: int(self.state.organisation["events"][0])]

    def advance(self, months: int) -> CompiledRun:
        """Run a number of months.

        Raises ModelError when a self-check fails, and InputError when the setting has not so many months left.
        """
        last = self.month + months
        refuse_months_beyond(self.setting.months, last)
        settings: Any = numba.config
        if settings.DISABLE_JIT:
            return self._advance_uncompiled(months)
        while self.month < last:
            world = self._world()
            until = min(last, self.setting.era_end(self.month))
            self.month = engine()(world, self.month, until, self._spare)
            organisation = self.state.organisation[0]
            raise_fault(int(organisation["fault"]), int(organisation["fault_entity"]), self.month)
            if self.month < until:
                self._events = np.concatenate([self._events, np.zeros_like(self._events)])
        return self

    def branch(self, setting: Setting, traced: bool = False) -> CompiledRun:
        """A new run that shares this past and goes on under another setting of equal length, traced or not.

        It counts chances if this run does.
        """
        usual = shadow_from(self.usual, setting.paths)
        other = CompiledRun(setting, self.state, self.month, traced, len(self.expected) > 0, usual)
        other.expected[:] = self.expected
        other.monthly[: self.month] = self.monthly[: self.month]
        other.by_team[: self.month] = self.by_team[: self.month]
        other._events = self._events.copy()
        return other

    def _advance_uncompiled(self, months: int) -> CompiledRun:
        """The same months by the readable engine, for those who forbid compilation (NUMBA_DISABLE_JIT)."""
        first, before = self.month, len(self.events)
        traced, counted = len(self.danger) > 0, len(self.expected) > 0
        run = ReadableRun(self.setting, self.state, first, traced, counted, usual=self.usual)
        run.expected[:] = self.expected
        run.advance(months)
        lived = slice(first, run.month)
        self.monthly[lived], self.by_team[lived] = run.monthly[lived], run.by_team[lived]
        self.danger[lived], self.expected[:] = run.danger[lived], run.expected
        self._events = np.concatenate([self.events, run.events[before:]])
        self.month, self.state = run.month, run.state
        return self

    def _world(self) -> World:
        state, setting = self.state, self.setting
        room = len(state.families)
        present = np.zeros(room, dtype=np.int64)
        known = present_families(state)
        present[: len(known)] = known
        state.organisation["present"] = len(known)
        everything: dict[str, Any] = {
            **state._asdict(),
            **setting.offers.laid_end_to_end(),
            "budget": np.array([tuple(setting.budget)], dtype=_BUDGET),
            "climate": setting.climate,
            "arrived_by": arrived_by_month(state.families, setting.months),
            "moments": np.zeros(DECISIONS, dtype=np.uint64),
            "present": present,
            "open_index": np.zeros(room, dtype=np.int64),
            "closed_index": np.zeros(room, dtype=np.int64),
            "tiring_index": np.zeros(room, dtype=np.int64),
            "events": self._events,
            "monthly": self.monthly,
            "by_team": self.by_team,
            "danger": self.danger,
            "expected": self.expected,
            "paths": setting.paths,
            "usual": self.usual[0],
            "usual_voice": self.usual[1],
            "parameters": as_record(setting.parameters_in(self.month)),
        }
        return World(**everything)
