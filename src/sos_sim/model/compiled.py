"""The compiled engine: the same month over record arrays, for everything that runs more than once.

Numba's cache notices changes only in the outermost file, so the cache folder is named by a hash of
the whole package's source: an edited rule in any file means a fresh compile.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.state import State
from sos_sim.core.provenance import code_hash
from sos_sim.model.checks import raise_fault
from sos_sim.model.events import EventColumn
from sos_sim.model.month import DECISIONS, month_passes
from sos_sim.model.setting import Setting, arrived_by_month, empty_tables, present_families
from sos_sim.model.world import World
from sos_sim.theory.parameters import as_record

Engine = Callable[[World, int, int, int], int]


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


@cache
def engine() -> Engine:
    """The compiled run of months, from cache when this source was compiled before on this machine."""
    settings: Any = numba.config
    compile_with: Any = numba.njit
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(cache_folder())
    try:
        compiled: Engine = compile_with(cache=True, nogil=True, error_model="numpy", _nrt=False)(_run_months)
    finally:
        settings.CACHE_DIR = before
    return compiled


def cache_folder() -> Path:
    """Where compiled code is kept: NUMBA_CACHE_DIR, else beside the package, else the temporary folder."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    beside = Path(__file__).resolve().parents[1] / "__pycache__"
    for base in [Path(chosen)] if chosen else [beside, Path(tempfile.gettempdir()) / f"sos_sim-{os.getuid()}"]:
        folder = base / f"compiled-{code_hash()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="sos_sim-"))


def is_compiled() -> bool:
    """Whether the engine for this source is already in the cache, so that it will start at once."""
    return any(cache_folder().rglob("*.nbi"))


class CompiledRun:
    """An authority in motion over record arrays: ``advance`` months, ``state`` to branch from.

    ``events`` are rows of (month, family, child, event, detail); ``monthly`` has one row a month and
    the columns of ``model.monthly``, ``by_team`` one a month and team and those of ``model.by_team``.
    Months count from the start of the warm-up. ``traced`` runs keep each family's true danger in
    ``danger``, shape (months, families); in others it has no rows.
    """

    def __init__(
        self, setting: Setting, state: State | None = None, first_month: int = 0, traced: bool = False
    ) -> None:
        self.setting = setting
        self.month = first_month
        self.state = (state or setting.initial).copy()
        self.monthly, self.by_team, self.danger = empty_tables(setting, traced)
        self._spare = 2 * len(self.state.children) + 4096
        self._events = np.zeros((4 * self._spare, len(EventColumn)), dtype=np.int32)

    @property
    def events(self) -> NDArray[np.int32]:
        """The event record so far, shape (events, 5)."""
        return self._events[: int(self.state.organisation["events"][0])]

    def advance(self, months: int) -> CompiledRun:
        """Run a number of months. Raises ModelError when a self-check fails."""
        last = self.month + months
        while self.month < last:
            world = self._world()
            self.month = engine()(world, self.month, last, self._spare)
            organisation = self.state.organisation[0]
            raise_fault(int(organisation["fault"]), int(organisation["fault_entity"]), self.month)
            if self.month < last:
                self._events = np.concatenate([self._events, np.zeros_like(self._events)])
        return self

    def branch(self, setting: Setting, traced: bool = False) -> CompiledRun:
        """A new run that shares this past and goes on under another setting of equal length, traced or not."""
        other = CompiledRun(setting, self.state, self.month, traced)
        other.monthly[: self.month] = self.monthly[: self.month]
        other.by_team[: self.month] = self.by_team[: self.month]
        other._events = self._events.copy()
        return other

    def _world(self) -> World:
        state, setting = self.state, self.setting
        room = len(state.families)
        present = np.zeros(room, dtype=np.int64)
        known = present_families(state)
        present[: len(known)] = known
        state.organisation["present"] = len(known)
        everything: dict[str, Any] = {
            **state._asdict(),
            "levers": setting.levers,
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
            "parameters": as_record(setting.parameters),
        }
        return World(**everything)
