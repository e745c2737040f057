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
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Literal

from sos_sim.core.errors import InputError
from sos_sim.model import compiled
from sos_sim.runs.pool import Pool, ended
from sos_sim.runs.processes import processes

MOST_THREADS = 3
"""More workers than this gain nothing as threads."""

Place = Literal["threads", "processes"]


@contextmanager
def open_pool(workers: int | None = None, scheduler: str | None = None, place: Place | None = None) -> Iterator[Pool]:
    """A pool for use in a ``with`` statement; tasks not yet begun at its end are dropped.

    ``workers`` is how many work at once (None: as many as there are processors); with the address of a
    Dask ``scheduler`` its workers do the work and ``workers`` and ``place`` are not used. Raises InputError for
    less than one worker, for an address that is none, and when Dask is not installed or its scheduler or
    workers cannot be reached.
    """
    count = default_workers() if workers is None else workers
    if count < 1:
        raise InputError(f"workers is {count}; at least 1 is needed.")
    if scheduler is not None:
        from sos_sim.runs.cluster import open_cluster

        with open_cluster(scheduler) as pool:
            yield pool
    elif (place or _usual_place(count)) == "processes":
        with processes(count) as pool:
            yield pool
    else:
        with ended(Pool(lambda: _threads(count), count)) as pool:
            yield pool


def default_workers() -> int:
    """As many tasks at once as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _usual_place(workers: int) -> Place:
    return "threads" if workers <= MOST_THREADS else "processes"


def _threads(workers: int) -> Executor:
    compiled.engine()  # made before the threads, so that they share one and it is compiled once
    return ThreadPoolExecutor(workers)
