"""One authority lived once without and once with each programme, as those who study it can see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.model.compiled import CompiledRun
from sos_sim.outcomes.histories import Histories, Months
from sos_sim.theory.parameters import Parameters

Floats = NDArray[np.float64]
OF_FAMILIES: Final = ("trust", "need", "understanding", "worker")
OF_WORKERS: Final = ("warmth", "authority", "warm", "purposeful")


class ObservedLife(NamedTuple):
    """What happened in one life. ``families`` and ``workers`` hold fields at month ends, shape (months, agents).

    They are empty where they were not traced. Months of these count from ``first``, the first month after the
    warm-up; those of ``histories`` from its start.
    """

    histories: Histories
    parameters: Parameters
    first: int
    families: dict[str, NDArray[np.float32]]
    workers: dict[str, NDArray[np.float32]]


class Cohort(NamedTuple):
    """Children who enter a study: child, family and month of entry, arrays of shape (children,)."""

    child: Months
    family: Months
    month: Months


def observe(run: CompiledRun, months: int, traced: bool) -> ObservedLife:
    """Live so many months of a branch; ``traced`` notes what researchers measure of families and workers each month."""
    first, last = run.month, run.month + months
    seen: dict[str, list[Any]] = {name: [] for name in (*OF_FAMILIES, *OF_WORKERS)}
    for step in [1] * months if traced else [months]:
        state = run.advance(step).state
        for names, records in ((OF_FAMILIES, state.families), (OF_WORKERS, state.workers)) if traced else ():
            for name in names:
                seen[name].append(records[name].astype(np.float32))
    birth = run.state.children["birth"].astype(np.int64)
    stacked = {name: np.asarray(values, dtype=np.float32) for name, values in seen.items()}
    return ObservedLife(
        Histories(run.events, run.monthly, birth, last),
        run.setting.parameters,
        first,
        {name: stacked[name] for name in OF_FAMILIES},
        {name: stacked[name] for name in OF_WORKERS},
    )


def cohort_of(lives: Sequence[ObservedLife], event: int, first: int, months: int) -> Cohort:
    """Children who first meet an event in these months after the warm-up, and do so in the same month in every life.

    Up to entry a programme touches them only through the authority as a whole, so nearly all are the same.
    """
    span = 1 << 20
    keys = [_first_met(life, event, first, months, span) for life in lives]
    common = keys[0][:, 0]
    for other in keys[1:]:
        common = np.intersect1d(common, other[:, 0])
    rows = keys[0][np.isin(keys[0][:, 0], common)]
    return Cohort(rows[:, 0] // span, rows[:, 1], rows[:, 0] % span)


def _first_met(life: ObservedLife, event: int, first: int, months: int, span: int) -> Months:
    """Key of child and month, and family, a row a child, shape (children, 2)."""
    begin = life.first + first
    found = life.histories.of(event)  # type: ignore[arg-type]
    rows = found.where((found.month >= begin) & (found.month < begin + months))
    _, place = np.unique(rows.child, return_index=True)
    return np.column_stack([rows.child[place] * span + rows.month[place], rows.family[place]])
