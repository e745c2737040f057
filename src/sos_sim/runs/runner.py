"""Rows in parallel: threads over the compiled engine, processes for Mesa, nothing lost on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from typing import NamedTuple

import pandas as pd

from sos_sim.model import compiled
from sos_sim.model.compiled import CompiledRun
from sos_sim.runs.rows import Row
from sos_sim.runs.scenario import Scenario
from sos_sim.runs.simulate import Engine, SimulationResult, run_arm, run_past

Progress = Callable[[int, int], None]
"""Told how many rows are finished, and of how many."""


class Attempt(NamedTuple):
    """What came of a row: its tables by name, or the reason why there are none."""

    row: Row
    tables: Mapping[str, pd.DataFrame] | None
    reason: str = ""


def attempt_rows(rows: Sequence[Row], tables: Sequence[str], engine: Engine, workers: int) -> Generator[Attempt, None,
None]:
    """Run rows on ``workers`` at once and yield each as it is finished, in any order.

    A row that raises is yielded with its reason and the rest go on. When the consumer stops, or is
    interrupted, rows not yet begun are dropped.
    """
    executor = _executor(engine, workers)
    try:
        yield from _work_off(executor, share_pasts(rows, engine), tables, engine, 2 * workers)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def share_pasts(rows: Sequence[Row], engine: Engine) -> list[list[Row]]:
    """Rows grouped so that those with the same past are run together and warm up once.

    Groups are ordered by replicate, so that all arms of the first replicates are finished first.
    """
    groups: dict[Hashable, list[Row]] = {}
    for row in rows:
        past = (row.replicate, past_of(row.scenario) if engine == "compiled" else row.arm)
        groups.setdefault(past, []).append(row)
    return sorted(groups.values(), key=lambda group: group[0].replicate)


def past_of(scenario: Scenario) -> Hashable:
    """What determines a warm-up: equal for scenarios that differ in programmes only."""
    plan = scenario.run
    return scenario.parameters(), plan.seed, plan.warmup_months, plan.months


def default_workers() -> int:
    """As many rows at once as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_group(rows: Sequence[Row], tables: Sequence[str], engine: Engine) -> list[Attempt]:
    """Run rows that share a past; a row that raises, or whose warm-up raised, has a reason and no tables."""
    past = None
    if engine == "compiled" and len(rows) > 1:
        try:
            past = run_past(rows[0].scenario, rows[0].replicate)
        except Exception as problem:
            return [Attempt(row, None, _reason(problem)) for row in rows]
    return [_attempt(row, tables, engine, past) for row in rows]


def _attempt(row: Row, tables: Sequence[str], engine: Engine, past: CompiledRun | None) -> Attempt:
    try:
        result: SimulationResult = run_arm(row.scenario, row.replicate, engine, past)
    except Exception as problem:
        return Attempt(row, None, _reason(problem))
    return Attempt(row, {table: getattr(result, table) for table in tables})


def _reason(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"


def _work_off(
    executor: Executor, groups: Iterable[list[Row]], tables: Sequence[str], engine: Engine, most_waiting: int
) -> Iterator[Attempt]:
    """Submit groups as earlier ones finish, so that results never pile up in memory."""
    waiting: dict[Future[list[Attempt]], list[Row]] = {}
    for group in groups:
        while len(waiting) >= most_waiting:
            yield from _collect(waiting)
        try:
            waiting[executor.submit(run_group, group, tables, engine)] = group
        except BrokenExecutor as problem:
            yield from (Attempt(row, None, _reason(problem)) for row in group)
    while waiting:
        yield from _collect(waiting)


def _collect(waiting: dict[Future[list[Attempt]], list[Row]]) -> Iterator[Attempt]:
    finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in finished:
        group = waiting.pop(future)
        try:
            attempts = future.result()
        except BrokenExecutor as problem:
            attempts = [Attempt(row, None, _reason(problem)) for row in group]
        yield from attempts


def _executor(engine: Engine, workers: int) -> Executor:
    if engine == "compiled":
        compiled.engine()  # made before the threads, so that they share one and it is compiled once
        return ThreadPoolExecutor(workers)
    import multiprocessing

    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _end_with_parent)


def _end_with_parent() -> None:
    """Make a worker process die quietly on Ctrl-C, and never outlive the process that started it."""
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(parent: object) -> None:
    parent.join()  # type: ignore[attr-defined]
    os._exit(1)
