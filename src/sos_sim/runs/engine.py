"""The run engine of every study: what a folder lacks is worked off, kept as it comes, and joined at the end.

A study is killed at any moment and its folder is valid; run again it goes on where it was. How work is cut into tasks,
where it is done and in which order it comes back changes no byte of its tables.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pandas as pd

from sos_sim.runs.contracts import Contract
from sos_sim.runs.executors import Place, open_pool
from sos_sim.runs.runner import Progress
from sos_sim.runs.simulate import Engine
from sos_sim.runs.store import COMPLETE, RUNNING, WITH_FAILED_ROWS, ResultsFolder, read_table

Task = tuple[Any, ...]


class Counts(NamedTuple):
    """Rows of a study: how many were asked for, are done, and have failed."""

    asked: int
    done: int
    failed: int


class Work(ABC):
    """Rows of one kind, as the engine sees them: what is missing, what does it, and where results go.

    ``engine`` and ``replicates`` are what the manifest says of them.
    """

    engine: Engine = "compiled"
    replicates: int

    @abstractmethod
    def identity(self) -> Mapping[str, Any]:
        """What the folder holds, as plain JSON: a folder of anything else is refused."""

    @abstractmethod
    def about(self) -> Mapping[str, Any]:
        """What else the manifest says."""

    @abstractmethod
    def resume(self, folder: ResultsFolder) -> None:
        """Take over what the folder holds already; nothing is written."""

    @abstractmethod
    def begin(self, folder: ResultsFolder) -> None:
        """Write what is known before the first row runs."""

    @abstractmethod
    def tasks(self, at_once: int) -> Iterable[Task]:
        """What is missing, as arguments of ``do``, for so many workers at once."""

    @abstractmethod
    def do(self) -> Callable[..., Any]:
        """The function that does a task: it can be pickled, and never raises for a row that fails."""

    @abstractmethod
    def apart(self, task: Task) -> Sequence[Task]:
        """The task as tasks of one row each."""

    @abstractmethod
    def take(self, task: Task, result: Any, folder: ResultsFolder) -> bool:
        """Note what came of a task (an Exception when it was lost); whether the folder holds more by it."""

    @abstractmethod
    def keep(self, folder: ResultsFolder) -> None:
        """Keep what was noted and is not in the folder yet, however the study ends."""

    @abstractmethod
    def counts(self) -> Counts:
        """How far it has come."""

    @abstractmethod
    def finish(self, folder: ResultsFolder) -> Sequence[Contract]:
        """Write the tables of the whole study; their contracts."""


def run_work(
    work: Work,
    out: Path | None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    place: Place | None = None,
    progress: Progress | None = None,
) -> dict[str, pd.DataFrame]:
    """Do what the folder ``out`` does not hold yet (None: nothing is kept), and return the study's tables by name.

    ``workers``, ``scheduler``, ``place``: see ``open_pool``. Raises InputError for those and ResultsFolderError for a
    folder that cannot be used, before anything is written; and WorkersLostError when workers are lost for good.
    """
    home: AbstractContextManager[str | Path] = TemporaryDirectory() if out is None else nullcontext(out)
    with open_pool(workers, scheduler, place) as pool, home as path:
        with ResultsFolder(Path(path), work.identity()) as folder:
            work.resume(folder)
            _write_manifest(work, folder, RUNNING)
            folder.drop_joined_tables()
            work.begin(folder)
            _tell(work, progress)
            try:
                with closing(pool.work_off(work.do(), work.tasks(pool.at_once), work.apart)) as results:
                    for task, result in results:
                        if work.take(task, result, folder):
                            _write_manifest(work, folder, RUNNING)
                        _tell(work, progress)
            finally:
                work.keep(folder)
                _write_manifest(work, folder, RUNNING)
            contracts = work.finish(folder)
            _write_manifest(work, folder, WITH_FAILED_ROWS if work.counts().failed else COMPLETE)
        return {contract.name: read_table(folder.path, contract) for contract in contracts}


def _write_manifest(work: Work, folder: ResultsFolder, status: str) -> None:
    folder.write_manifest(status, work.engine, work.replicates, *work.counts(), work.about())


def _tell(work: Work, progress: Progress | None) -> None:
    if progress:
        counts = work.counts()
        progress(counts.done + counts.failed, counts.asked)
