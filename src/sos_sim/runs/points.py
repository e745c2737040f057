"""Points of a space of inputs, each evaluated in several replicates: the run table of every study.

The table is written before anything runs. Every row has an id made of all that determines its
outputs; finished rows are kept in blocks as they come, and what is there need not be run again.
How rows are sent to workers in batches, and in which order they come back, changes no byte of the table.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, get_args, runtime_checkable

import numpy as np
import pandas as pd

from sos_sim.core.errors import InputError, ModelError
from sos_sim.core.parameters import Value
from sos_sim.core.provenance import code_hash
from sos_sim.runs.arms import SimulatedArms
from sos_sim.runs.contracts import Contract
from sos_sim.runs.engine import Counts, Task, Work, run_work
from sos_sim.runs.executors import Place
from sos_sim.runs.run_table import RunTable
from sos_sim.runs.runner import Progress, reason_of
from sos_sim.runs.store import ResultsFolder
from sos_sim.runs.tables import POINTS

__all__ = ["Evaluator", "RefusesPoints", "SimulatedArms", "run_points"]

Failure = Literal["keep", "stop"]

BATCH_SECONDS = 0.1
"""A batch lasts at least about this long, so that sending it costs little (0.5 ms to a process, 3-6 ms on Dask)."""
LARGEST_BATCH = 1000
BLOCK_SECONDS, BLOCK_SHARE = 1.0, 0.01
"""Finished rows are kept after a second, or a hundredth of the time so far: that much is lost to a kill."""


class Evaluator(Protocol):
    """What turns the values of a point into numbers; it can be pickled, and equal calls give equal numbers."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the numbers it returns."""
        ...

    def identity(self) -> Mapping[str, Any]:
        """Plain JSON that, with a point's values, the replicate and the model's code, determines the numbers."""
        ...

    def __call__(self, values: Mapping[str, Value], replicate: int) -> Sequence[float]:
        """One number for each output; anything raised makes the row a failed one."""
        ...


@runtime_checkable
class RefusesPoints(Protocol):
    """An evaluator that knows which values it cannot take."""

    def refuse(self, values: Mapping[str, Value]) -> None:
        """Raise InputError for values that are not allowed."""
        ...


class Batch(NamedTuple):
    """Some rows of the table, by place, with what to evaluate for each: values and replicate."""

    places: Sequence[int]
    calls: Sequence[tuple[Mapping[str, Value], int]]


class Evaluated(NamedTuple):
    """What came of a batch: for each call its numbers or the reason why there are none; and how long it took."""

    outcomes: Sequence[list[float] | str]
    seconds: float


def run_points(
    evaluate: Evaluator,
    points: Sequence[Mapping[str, Value]],
    replicates: int,
    out: Path | None,
    *,
    kind: str,
    workers: int | None = None,
    scheduler: str | None = None,
    failure: Failure = "keep",
    progress: Progress | None = None,
    about: Mapping[str, Any] | None = None,
    place: Place | None = None,
) -> pd.DataFrame:
    """Evaluate every point in replicates 0 to ``replicates`` - 1, or what of it the folder ``out`` does not hold yet.

    Returns, and keeps as ``runs``, one row for each point and replicate: point, replicate, id, status
    ("done" or "failed"), reason, the inputs and the outputs by name. Outputs that are not finite are NaN. Rows
    of equal id are evaluated once. A row that raises is kept with its reason, and tried again when run again; with
    ``failure`` "stop" the first one ends the study by a ModelError, what is finished being kept. ``kind``
    and ``about`` (plain JSON) go into the manifest. ``workers``, ``scheduler``, ``place``: see ``open_pool``.

    Raises InputError, before anything runs or is written, for points that the evaluator refuses, and
    ResultsFolderError for a folder that cannot be used.
    """
    if failure not in get_args(Failure):
        raise InputError(f"there is no failure policy {failure!r}; allowed: {', '.join(get_args(Failure))}.")
    table = RunTable(points, replicates, evaluate.outputs, evaluate.identity())
    _refuse(evaluate, points)
    work = _PointRows(kind, evaluate, table, failure, about or {})
    return run_work(work, out, workers=workers, scheduler=scheduler, place=place, progress=progress)[POINTS.name]


def evaluate_batch(evaluate: Evaluator, batch: Batch) -> Evaluated:
    """Evaluate the calls of a batch, one after another."""
    begin = time.perf_counter()
    outcomes = [_attempt(evaluate, values, replicate) for values, replicate in batch.calls]
    return Evaluated(outcomes, time.perf_counter() - begin)


def _attempt(evaluate: Evaluator, values: Mapping[str, Value], replicate: int) -> list[float] | str:
    try:
        numbers = [float(number) for number in evaluate(values, replicate)]
    except Exception as problem:
        return reason_of(problem)
    if len(numbers) != len(evaluate.outputs):
        return f"{len(numbers)} numbers came back for {len(evaluate.outputs)} outputs"
    return numbers


def _refuse(evaluate: Evaluator, points: Sequence[Mapping[str, Value]]) -> None:
    """Let the evaluator look at every point, and say which one it refuses."""
    if not isinstance(evaluate, RefusesPoints):
        return
    for number, values in enumerate(points):
        try:
            evaluate.refuse(values)
        except InputError as problem:
            raise InputError(f"point {number}: {problem}") from problem


class _Batches:
    """Rows in batches that last about ``BATCH_SECONDS``, judged by those that have come back."""

    def __init__(self, table: RunTable, missing: Sequence[int], at_once: int) -> None:
        self.table = table
        self.missing = missing
        self.at_once = at_once
        self.seconds_a_row = float("inf")

    def learn(self, evaluated: Evaluated) -> None:
        """Take note of how long a batch took; recent ones count most."""
        latest = evaluated.seconds / len(evaluated.outcomes)
        first = not np.isfinite(self.seconds_a_row)
        self.seconds_a_row = latest if first else 0.7 * self.seconds_a_row + 0.3 * latest

    def __iter__(self) -> Iterator[Batch]:
        begin = 0
        while begin < len(self.missing):
            places = self.missing[begin : begin + self._size(len(self.missing) - begin)]
            yield Batch(places, [self.table.call(place) for place in places])
            begin += len(places)

    def _size(self, left: int) -> int:
        wanted = min(BATCH_SECONDS / max(self.seconds_a_row, 1e-9), LARGEST_BATCH, left / (2 * self.at_once))
        return max(1, int(wanted))


class _PointRows(Work):
    """A run table on its way to being complete; finished rows are kept in blocks."""

    def __init__(
        self, kind: str, evaluate: Evaluator, table: RunTable, failure: Failure, about: Mapping[str, Any]
    ) -> None:
        self.kind = kind
        self.evaluate = evaluate
        self.table = table
        self.failure = failure
        self.more = about
        self.replicates = table.replicates
        self.begun = self.kept = time.monotonic()
        self.not_kept: list[int] = []
        self.batches: _Batches | None = None

    def identity(self) -> Mapping[str, Any]:
        """Kind, evaluator and code."""
        evaluate = self.evaluate
        return {"kind": self.kind, "code": code_hash(), **evaluate.identity(), "outputs": list(evaluate.outputs)}

    def about(self) -> Mapping[str, Any]:
        """What the study says of itself, and how many points it has."""
        return {**self.more, "points": len(self.table.points)}

    def resume(self, folder: ResultsFolder) -> None:
        """Rows of all blocks are done."""
        for block in folder.blocks():
            self.table.fill(block)

    def begin(self, folder: ResultsFolder) -> None:
        """The table as it stands: which rows are done and which wait."""
        folder.keep_table(POINTS, self.table.frame())

    def tasks(self, at_once: int) -> Iterator[Task]:
        """Rows in batches."""
        self.batches = _Batches(self.table, self.table.missing(), at_once)
        return ((self.evaluate, batch) for batch in self.batches)

    def do(self) -> Callable[..., Evaluated]:
        """Evaluate a batch."""
        return evaluate_batch

    def apart(self, task: Task) -> Sequence[Task]:
        """Each row in a batch of its own."""
        evaluate, batch = task
        return [(evaluate, Batch([place], [call])) for place, call in zip(batch.places, batch.calls, strict=True)]

    def take(self, task: Task, result: Evaluated | Exception, folder: ResultsFolder) -> bool:
        """Note the rows of a batch, and keep them once there is a second's worth."""
        _, batch = task
        if isinstance(result, Exception):
            result = Evaluated([reason_of(result)] * len(batch.places), BATCH_SECONDS)
        if self.batches:
            self.batches.learn(result)
        for place, outcome in zip(batch.places, result.outcomes, strict=True):
            self._note(place, outcome)
        if time.monotonic() - self.kept <= max(BLOCK_SECONDS, BLOCK_SHARE * (self.kept - self.begun)):
            return False
        self.keep(folder)
        return True

    def keep(self, folder: ResultsFolder) -> None:
        """Keep the rows finished since the last time."""
        if self.not_kept:
            folder.keep_block(self.table.block(self.not_kept))
            self.not_kept = []
        self.kept = time.monotonic()

    def counts(self) -> Counts:
        """As the table has them."""
        return Counts(len(self.table), self.table.done, self.table.failed)

    def finish(self, folder: ResultsFolder) -> Sequence[Contract]:
        """The finished table."""
        folder.keep_table(POINTS, self.table.frame())
        return [POINTS]

    def _note(self, place: int, outcome: list[float] | str) -> None:
        if not isinstance(outcome, str):
            self.table.set_done(place, outcome)
            self.not_kept.append(place)
        elif self.failure == "keep":
            self.table.set_failed(place, outcome)
        else:
            values, replicate = self.table.call(place)
            raise ModelError(
                f"a row failed, and the study stops as asked: {outcome} (replicate {replicate} of {dict(values)}). "
                "Finished rows are kept; run again to go on."
            )
