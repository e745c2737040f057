"""A pool of workers that outlives them: tasks whose worker was killed are tried again, alone, a few times."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sos_sim.core.errors import InputError, SosSimError, WorkersLostError
from sos_sim.core.provenance import code_hash

Task = TypeVar("Task", bound=tuple[Any, ...])
Result = TypeVar("Result")

TRIES_ALONE: Final = 2
"""How often a task is run alone once it was lost in company: one that kills its worker each time is given up."""
MOST_DEATHS: Final = 30
"""Workers that die one after another, nothing being finished in between, before the pool is given up."""
SECONDS_BETWEEN_LOOKS: Final = 1.0
RESUME: Final = "Finished rows are kept; running the same again resumes."


def undivided(task: Task) -> Sequence[Task]:
    """A task that cannot be divided."""
    return [task]


class Pool:
    """Workers behind an executor that ``make`` makes, anew when a worker process dies.

    ``at_once`` is how many tasks are worked on at once; ``look`` is called every second while nothing comes back,
    told since when, and raises WorkersLostError when nothing ever will.
    """

    tries_alone = TRIES_ALONE

    def __init__(self, make: Callable[[], Executor], at_once: int, look: Callable[[float], None] | None = None) -> None:
        self.at_once = at_once
        self._make = make
        self._look = look
        self._executor = make()
        self._deaths = 0

    def close(self, wait: bool) -> None:
        """Take no more tasks; those not yet begun are dropped, and those begun waited for or not."""
        self._executor.shutdown(wait=wait, cancel_futures=True)

    def work_off(
        self,
        function: Callable[..., Result],
        tasks: Iterable[Task],
        apart: Callable[[Task], Sequence[Task]] = undivided,
    ) -> Generator[tuple[Task, Result | Exception], None, None]:
        """Each task with ``function(*task)``, or with what it raised, in order of finishing.

        Tasks are taken from the iterable as earlier ones finish, so that neither they nor results
        pile up. Errors made on purpose (SosSimError) in the function are raised here. When a worker is killed,
        what was waiting is taken ``apart`` and run again, one task at a time, so that it can be told which of
        them kills its worker: that one comes with a WorkersLostError. Raises WorkersLostError when
        ``MOST_DEATHS`` workers die one after another.
        """
        waiting: dict[Future[Result], Task] = {}
        lost: list[Task] = []
        for task in tasks:
            waiting[self._submit(function, task)] = task
            while len(waiting) >= 2 * self.at_once or (lost and waiting):
                yield from self._collect(waiting, lost)
            yield from self._alone(function, lost, apart)
        while waiting:
            yield from self._collect(waiting, lost)
        yield from self._alone(function, lost, apart)

    def _submit(self, function: Callable[..., Result], task: Task) -> Future[Result]:
        try:
            return self._executor.submit(_with_this_code, code_hash(), function, task)
        except BrokenExecutor as problem:
            broken: Future[Result] = Future()
            broken.set_exception(problem)
            return broken

    def _collect(
        self, waiting: dict[Future[Result], Task], lost: list[Task]
    ) -> Iterator[tuple[Task, Result | Exception]]:
        """What has finished, once something has; tasks whose worker died are put with the ``lost`` ones."""
        finished = self._wait(waiting)
        for future in [future for future in waiting if future in finished]:  # in the order of submission
            task, outcome = waiting.pop(future), _outcome(future)
            if isinstance(outcome, WorkersLostError):
                lost.append(task)
            else:
                self._deaths = 0
                yield task, outcome

    def _wait(self, waiting: Iterable[Future[Result]]) -> set[Future[Result]]:
        patience, since = None if self._look is None else SECONDS_BETWEEN_LOOKS, time.monotonic()
        while True:
            finished, _ = wait(waiting, patience, return_when=FIRST_COMPLETED)
            if finished or self._look is None:
                return finished
            self._look(since)

    def _alone(
        self, function: Callable[..., Result], lost: list[Task], apart: Callable[[Task], Sequence[Task]]
    ) -> Iterator[tuple[Task, Result | Exception]]:
        """Lost tasks, taken apart and run one at a time; none is left."""
        if not lost:
            return
        self._note_death()
        for task in [part for company in lost for part in apart(company)]:
            yield task, self._again(function, task)
        lost.clear()

    def _again(self, function: Callable[..., Result], task: Task) -> Result | Exception:
        outcome: Result | Exception
        for _ in range(self.tries_alone):
            (future,) = self._wait([self._submit(function, task)])
            outcome = _outcome(future)
            if not isinstance(outcome, WorkersLostError):
                self._deaths = 0
                return outcome
            self._note_death()
        return outcome

    def _note_death(self) -> None:
        """Count a death and put new workers in place of those that are gone."""
        self._deaths += 1
        if self._deaths > MOST_DEATHS:
            raise WorkersLostError(
                f"{self._deaths} workers were killed one after another before any of them finished anything. Is there "
                f"enough memory for so many at once (--workers)? {RESUME}"
            )
        self.close(wait=False)
        self._executor = self._make()


@contextmanager
def ended(pool: Pool) -> Iterator[Pool]:
    """A pool that waits for its tasks at the end, or drops them when it is left by an error."""
    try:
        yield pool
    except BaseException:
        pool.close(wait=False)
        raise
    pool.close(wait=True)


def _with_this_code(code: str, function: Callable[..., Result], task: tuple[Any, ...]) -> Result:
    """Do a task, but only where the model is the one that it was planned for."""
    if code_hash() != code:
        raise InputError(
            f"a worker has another version of sos-sim (its code is {code_hash()}, here it is {code}); "
            "install the same version on every worker and start the workers again."
        )
    return function(*task)


def _outcome(future: Future[Result]) -> Result | Exception:
    """What a finished task gave or raised; a WorkersLostError where its worker is gone.

    Errors made on purpose are raised, and so is a WorkersLostError when all that waits was cancelled, which is
    what a Dask client does when it loses its scheduler.
    """
    try:
        return future.result()
    except CancelledError as problem:
        raise WorkersLostError(f"the connection to the Dask scheduler was lost. {RESUME}") from problem
    except SosSimError:
        raise
    except Exception as problem:
        if isinstance(problem, BrokenExecutor) or type(problem).__name__ == "KilledWorker":
            return WorkersLostError("the worker that ran it was killed each time (or ran out of memory)")
        return problem
