"""Where work is done: threads, processes or a Dask cluster, behind one interface.

Threads are the default. The compiled engine lets other threads run while it works, and so do most of
the large array operations that draw an authority and read its histories: on two cores, paired arms of
an authority of 60,000 children over 180 months ran 1.8 times as fast with two threads as with one, and
1.6 times with two processes, which also take three seconds to start and a memory each. About a third of a run
is Python and NumPy, so threads cannot gain much beyond three; above ``MOST_THREADS`` studies of points use
processes. The readable engine is Python throughout and always needs processes.

Processes import the script that started them: one that asks for more than ``MOST_THREADS`` workers must do
so under ``if __name__ == "__main__":``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple, TypeVar

from sos_sim.core.errors import InputError, SosSimError
from sos_sim.core.provenance import code_hash
from sos_sim.model import compiled

MOST_THREADS = 3
"""More workers than this gain nothing as threads."""
SECONDS_TO_REACH_SCHEDULER = 10
SECONDS_TO_SEE_WORKERS = 60

Place = Literal["threads", "processes"]
Task = TypeVar("Task", bound=tuple[Any, ...])
Result = TypeVar("Result")


class Pool(NamedTuple):
    """An executor and how many tasks it works on at once."""

    executor: Executor
    at_once: int

    def work_off(
        self, function: Callable[..., Result], tasks: Iterable[Task]
    ) -> Generator[tuple[Task, Result | Exception], None, None]:
        """Each task with ``function(*task)``, or with the reason why the executor lost it, in order of finishing.

        Tasks are taken from the iterable as earlier ones finish, so that neither they nor results
        pile up. Errors made on purpose (SosSimError) in the function are raised here.
        """
        waiting: dict[Future[Result], Task] = {}
        for task in tasks:
            try:
                waiting[self.executor.submit(_with_this_code, code_hash(), function, task)] = task
            except BrokenExecutor as problem:
                yield task, problem
            while len(waiting) >= 2 * self.at_once:
                yield from _collect(waiting)
        while waiting:
            yield from _collect(waiting)


@contextmanager
def open_pool(workers: int | None = None, scheduler: str | None = None, place: Place | None = None) -> Iterator[Pool]:
    """A pool for use in a ``with`` statement; tasks not yet begun at its end are dropped.

    ``workers`` is how many work at once (None: as many as there are processors); with the address of a
    Dask ``scheduler`` its workers do the work and ``workers`` and ``place`` are not used. Raises InputError for
    less than one worker, and when Dask is not installed or its scheduler or workers cannot be reached.
    """
    count = default_workers() if workers is None else workers
    if count < 1:
        raise InputError(f"workers is {count}; at least 1 is needed.")
    if scheduler is not None:
        with _cluster(scheduler) as pool:
            yield pool
        return
    executor = _processes(count) if (place or _usual_place(count)) == "processes" else _threads(count)
    try:
        yield Pool(executor, count)
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def default_workers() -> int:
    """As many tasks at once as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _usual_place(workers: int) -> Place:
    return "threads" if workers <= MOST_THREADS else "processes"


def _with_this_code(code: str, function: Callable[..., Result], task: tuple[Any, ...]) -> Result:
    """Do a task, but only where the model is the one that it was planned for."""
    if code_hash() != code:
        raise InputError(
            f"a worker has another version of sos-sim (its code is {code_hash()}, here it is {code}); "
            "install the same version on every worker and start the workers again."
        )
    return function(*task)


def _collect(waiting: dict[Future[Result], Task]) -> Iterator[tuple[Task, Result | Exception]]:
    finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in [future for future in waiting if future in finished]:  # in the order of submission
        task = waiting.pop(future)
        try:
            outcome: Result | Exception = future.result()
        except SosSimError:
            raise
        except Exception as problem:
            outcome = problem
        yield task, outcome


def _threads(workers: int) -> Executor:
    compiled.engine()  # made before the threads, so that they share one and it is compiled once
    return ThreadPoolExecutor(workers)


def _processes(workers: int) -> Executor:
    import multiprocessing

    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _end_with_parent)


@contextmanager
def _cluster(scheduler: str) -> Iterator[Pool]:
    try:
        from distributed import Client
    except ImportError as problem:
        raise InputError("--scheduler needs Dask, which is not installed: pip install 'sos-sim[cluster]'.") from problem
    try:
        client: Any = Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=SECONDS_TO_REACH_SCHEDULER, set_as_default=False
        )
    except (OSError, ValueError) as problem:
        raise InputError(
            f"no Dask scheduler answers at {scheduler!r} within {SECONDS_TO_REACH_SCHEDULER} seconds ({problem}); "
            "start one with 'dask scheduler' and give the address it prints, such as tcp://HOST:8786."
        ) from problem
    with client:
        executor: Executor = client.get_executor(pure=False)
        try:
            yield Pool(executor, _threads_of(client, scheduler))
        finally:
            executor.shutdown(wait=False)


def _threads_of(client: Any, scheduler: str) -> int:
    """Threads of all workers of a cluster, once there are any."""
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_SEE_WORKERS)
    except TimeoutError as problem:
        raise InputError(
            f"the Dask scheduler at {scheduler!r} has no workers; start some with 'dask worker {scheduler}'."
        ) from problem
    return int(sum(client.nthreads().values()))


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
