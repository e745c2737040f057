"""A pool of workers on a Dask cluster: reached, watched, and left when it is lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from typing import Any, Final

from sos_sim.core.errors import InputError, WorkersLostError
from sos_sim.runs.pool import RESUME, Pool

SECONDS_TO_REACH_SCHEDULER = 10
SECONDS_TO_SEE_WORKERS = 60
"""Without a worker for so long a study is not begun."""
SECONDS_OF_SILENCE = 120
"""Without a worker, or an answer of the scheduler, for so long a study ends."""
SECONDS_TO_ANSWER: Final = 20
SECONDS_TO_CLOSE: Final = 5
SCHEMES: Final = ("tcp", "tls")
_EXAMPLE: Final = "an address is what 'dask scheduler' prints, such as tcp://HOST:8786"


@contextmanager
def open_cluster(scheduler: str) -> Iterator[Pool]:
    """The workers of a Dask scheduler at this address.

    Raises InputError when Dask is not installed, for what is no address, and when the scheduler does not answer or
    has no workers; within the ``with`` statement WorkersLostError, once scheduler or workers are gone for
    ``SECONDS_OF_SILENCE``.
    """
    client = _connected(_checked(scheduler))
    try:
        executor: Executor = client.get_executor(pure=False)
        yield _ClusterPool(executor, _threads_of(client, scheduler), _Watch(client, scheduler))
    finally:
        with suppress(TimeoutError, OSError, RuntimeError):
            client.close(timeout=SECONDS_TO_CLOSE)


class _ClusterPool(Pool):
    """A pool that is the cluster's own business: a worker that dies is replaced there, or not."""

    tries_alone = 1  # the scheduler has tried four workers by then

    def __init__(self, executor: Executor, at_once: int, watch: _Watch) -> None:
        super().__init__(lambda: executor, at_once, watch)

    def close(self, wait: bool) -> None:
        """Nothing: closing the client drops what it asked for."""


class _Watch:
    """Looks whether a cluster still works, and raises WorkersLostError once it has not for too long."""

    def __init__(self, client: Any, address: str) -> None:
        self.client = client
        self.address = address
        self.last_seen = time.monotonic()

    def __call__(self, since: float) -> None:
        """Ask the scheduler for its workers, now that nothing has come back ``since`` then."""
        if self._workers():
            self.last_seen = time.monotonic()
        elif time.monotonic() - max(since, self.last_seen) > SECONDS_OF_SILENCE:
            raise WorkersLostError(
                f"the Dask scheduler at {self.address!r} has had no workers, or has not answered, for "
                f"{SECONDS_OF_SILENCE} seconds. {RESUME}"
            )

    def _workers(self) -> int:
        try:
            return len(self.client.sync(self.client.scheduler.ncores, callback_timeout=SECONDS_TO_ANSWER))
        except (OSError, RuntimeError, AttributeError):  # TimeoutError is an OSError; no scheduler while reconnecting
            return 0


def _checked(address: str) -> str:
    """The address, if it can be one. Raises InputError."""
    try:
        from distributed.comm.addressing import parse_address, parse_host_port
        from distributed.security import Security
    except ImportError as problem:
        raise InputError("--scheduler needs Dask, which is not installed: pip install 'sos-sim[cluster]'.") from problem
    try:
        scheme, place = parse_address(address)
        host, port = parse_host_port(place)
    except (ValueError, TypeError) as problem:
        raise InputError(f"{address!r} is no address of a Dask scheduler ({problem}); {_EXAMPLE}.") from problem
    if scheme not in SCHEMES or not host or not host.isprintable() or not 0 < int(port) < 65536:
        allowed = " or ".join(f"{name}://HOST:PORT" for name in SCHEMES)
        raise InputError(f"{address!r} is no address of a Dask scheduler: {allowed} is needed; {_EXAMPLE}.")
    if scheme == "tls" and Security().get_connection_args("client").get("ssl_context") is None:  # type: ignore[no-untyped-call]
        raise InputError(
            f"{address!r} needs certificates, and Dask has none here: name them in its configuration "
            "(distributed.comm.tls) as its documentation tells."
        )
    return address


def _connected(address: str) -> Any:
    from distributed import Client

    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost scheduler is told once, and by us
    try:
        return Client(address, timeout=SECONDS_TO_REACH_SCHEDULER, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as problem:
        raise InputError(
            f"no Dask scheduler answers at {address!r} within {SECONDS_TO_REACH_SCHEDULER} seconds ({problem}); "
            "start one with 'dask scheduler' and give the address it prints, such as tcp://HOST:8786."
        ) from problem


def _threads_of(client: Any, scheduler: str) -> int:
    """Threads of all workers of a cluster, once there are any."""
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_SEE_WORKERS)
    except TimeoutError as problem:
        raise InputError(
            f"the Dask scheduler at {scheduler!r} has no workers; start some with 'dask worker {scheduler}'."
        ) from problem
    return int(sum(client.nthreads().values()))
