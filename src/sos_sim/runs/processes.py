"""Worker processes of this machine; a new one imports this file and little else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection

from sos_sim.runs.pool import Pool, ended


@contextmanager
def processes(workers: int) -> Iterator[Pool]:
    """A pool of processes, none of which outlives it or the process that started it, however that ends.

    Each of them listens at one end of a pipe, and ends when the other end is closed.
    """
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)

    def make() -> Executor:
        return ProcessPoolExecutor(workers, context, _end_with, (theirs,))

    pool = Pool(make, workers)
    try:
        with ended(pool):
            try:
                yield pool
            except BaseException:
                ours.close()  # ends those at work at once: what they do is lost, and nobody waits for it
                raise
    finally:
        ours.close()
        theirs.close()


def _end_with(pipe: Connection) -> None:
    """Make a worker process die quietly on Ctrl-C, and end when the other end of a pipe is closed."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_exit_after, args=(pipe,), daemon=True).start()


def _exit_after(pipe: Connection) -> None:
    try:
        pipe.recv()  # nothing is ever sent
    except (EOFError, OSError):
        os._exit(1)
