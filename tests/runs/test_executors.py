"""Where work is done: processes and a real Dask cluster give what threads give, and say what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sos_sim.core.errors import InputError, WorkersLostError
from sos_sim.runs import cluster
from sos_sim.runs import pool as pools
from sos_sim.runs.executors import open_pool
from sos_sim.runs.points import run_points
from sos_sim.runs.replicate import replicate
from sos_sim.runs.store import read_manifest
from support import killers
from support.small_studies import table_bytes as study_bytes
from support.small_studies import usual_and_offer
from support.toys import Toy, grid

TESTS = Path(__file__).resolve().parents[1]
SCHEDULER = ("scheduler", "--port")
SOON = (cluster, "SECONDS_OF_SILENCE", 3)
NO_ADDRESSES = [
    "",
    "nowhere",
    "127.0.0.1",
    "tcp://",
    "tcp://:8786",
    "tcp://127.0.0.1:port",
    "tcp://127.0.0.1:99999",
    "tcp://[::1",
    "ucx://127.0.0.1:8786",
    "ucxx://127.0.0.1:8786",
    "inproc://here",
    "ws://127.0.0.1:8786",
    "http://127.0.0.1:8786",
    "\0",
    "tcp://a\0b:1",
]


def refuse(number: int) -> int:
    """An error made on purpose."""
    raise InputError(f"{number} is refused")


class TestPool:
    def test_tasks_are_taken_as_earlier_ones_finish(self) -> None:
        taken: list[int] = []

        def tasks() -> Iterator[tuple[int]]:
            for number in range(20):
                taken.append(number)
                yield (number,)

        with open_pool(1) as pool:
            results = pool.work_off(abs, tasks())
            assert next(results) == ((0,), 0)
            assert len(taken) == 2
            assert sorted(outcome for _, outcome in results if isinstance(outcome, int)) == list(range(1, 20))

    def test_errors_made_on_purpose_are_raised(self) -> None:
        with open_pool(1) as pool, pytest.raises(InputError, match="4 is refused"):
            list(pool.work_off(refuse, [(4,)]))

    def test_only_the_task_that_kills_its_worker_is_lost(self, tmp_path: Path) -> None:
        """Task 3 kills its worker each time; it is tried three times, and all others come back."""
        tasks = [(number, tmp_path / "tried") for number in range(8)]
        with open_pool(2, place="processes") as pool:
            results = {task[0]: outcome for task, outcome in pool.work_off(killers.at_three, tasks)}
        assert {number: results.pop(number) for number in (0, 1, 2, 4, 5, 6, 7)} == {
            number: -number for number in (0, 1, 2, 4, 5, 6, 7)
        }
        assert set(results) == {3} and isinstance(results[3], WorkersLostError)
        assert (tmp_path / "tried").read_text() == "3" * (1 + pool.tries_alone)

    def test_a_worker_killed_once_costs_nothing(self, tmp_path: Path) -> None:
        tasks = [(number, tmp_path / "killed") for number in range(6)]
        with open_pool(2, place="processes") as pool:
            results = {task[0]: outcome for task, outcome in pool.work_off(killers.once, tasks)}
        assert results == {number: -number for number in range(6)} and (tmp_path / "killed").exists()

    def test_lost_tasks_are_taken_apart(self) -> None:
        """A task of many is told by its parts: only the one that kills its worker is lost."""
        with open_pool(1, place="processes") as pool:
            results = list(pool.work_off(killers.at_any_three, [((1, 3, 5),), ((7,),)], killers.each))
        lost = [task for task, outcome in results if isinstance(outcome, WorkersLostError)]
        assert lost == [((3,),)] and sorted(task[0] for task, _ in results) == [(1,), (3,), (5,), (7,)]

    def test_workers_that_always_die_end_the_study(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pools, "MOST_DEATHS", 4)
        with (
            open_pool(1, place="processes") as pool,
            pytest.raises(WorkersLostError, match=r"5 workers were killed one after another.*--workers.*resumes"),
        ):
            list(pool.work_off(killers.always, [(number,) for number in range(9)]))

    def test_workers_with_other_code_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pools, "code_hash", lambda: "planned")
        with open_pool(1, place="processes") as pool, pytest.raises(InputError, match=r"another version .*planned"):
            list(pool.work_off(abs, [(1,)]))

    def test_at_least_one_worker(self) -> None:
        with pytest.raises(InputError, match="workers is 0"), open_pool(0):
            pass


class TestCluster:
    def test_dask_must_be_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(InputError, match=r"pip install 'sos-sim\[cluster\]'"), open_pool(1, "tcp://127.0.0.1:1"):
            pass

    def test_a_scheduler_must_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        address = "tcp://127.0.0.1:1"
        monkeypatch.setattr(cluster, "SECONDS_TO_REACH_SCHEDULER", 1)
        with pytest.raises(InputError, match=f"no Dask scheduler answers at '{address}'"), open_pool(1, address):
            pass

    @pytest.mark.parametrize("address", NO_ADDRESSES)
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(InputError, match=r"is no address of a Dask scheduler.*tcp://HOST:"), open_pool(1, address):
            pass

    def test_tls_needs_certificates(self) -> None:
        with pytest.raises(InputError, match="certificates"), open_pool(1, "tls://127.0.0.1:8786"):
            pass

    def test_same_tables_though_a_worker_is_killed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A scheduler and two workers started by command; one worker is killed while it works."""
        file = tmp_path / "scheduler.json"
        with ExitStack() as running:
            running.enter_context(command(tmp_path, "scheduler", "--port", "0", "--scheduler-file", str(file)))
            wait_for(file)
            address = address_in(file)
            with monkeypatch.context() as patch:
                patch.setattr(cluster, "SECONDS_TO_SEE_WORKERS", 0.2)
                with pytest.raises(InputError, match="has no workers; start some with"), open_pool(1, address):
                    pass
            workers = [
                running.enter_context(command(tmp_path, "worker", address, "--nthreads", "1", "--no-nanny"))
                for _ in range(2)
            ]
            kill_once_kept(workers[0], tmp_path / "cluster", address)
            scenario = usual_and_offer(tmp_path)[0]
            replicate(scenario, 2, tmp_path / "replicates", scheduler=address)
        run_points(Toy(), grid(400), 1, tmp_path / "alone", kind="toy")
        assert (tmp_path / "cluster/runs.parquet").read_bytes() == (tmp_path / "alone/runs.parquet").read_bytes()
        replicate(scenario, 2, tmp_path / "threads")
        assert study_bytes(tmp_path / "replicates") == study_bytes(tmp_path / "threads")

    def test_a_lost_cluster_ends_the_study_which_resumes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """First its only worker is killed, then, with another one, the scheduler, which is started again at once."""
        monkeypatch.setattr(cluster, "SECONDS_TO_SEE_WORKERS", 120)
        file, out = tmp_path / "scheduler.json", tmp_path / "r"
        with ExitStack() as running:
            scheduler = running.enter_context(command(tmp_path, *SCHEDULER, "0", "--scheduler-file", str(file)))
            wait_for(file)
            address = address_in(file)
            worker = running.enter_context(command(tmp_path, "worker", address, "--nthreads", "1", "--no-nanny"))
            with pytest.raises(WorkersLostError, match=r"has had no workers.*for 3 seconds.*resumes"):
                kill_once_kept(worker, out, address, then=lambda: monkeypatch.setattr(*SOON))
            monkeypatch.setattr(cluster, "SECONDS_OF_SILENCE", 120)
            running.enter_context(command(tmp_path, "worker", address, "--nthreads", "1", "--no-nanny"))

            def started_again() -> None:
                running.enter_context(command(tmp_path, *SCHEDULER, address.rpartition(":")[2]))

            with pytest.raises(WorkersLostError, match=r"connection to the Dask scheduler was lost.*resumes"):
                kill_once_kept(scheduler, out, address, then=started_again)
        assert read_manifest(out)["status"] == "running" and read_manifest(out)["rows"]["done"] > 20
        run_points(Toy(), grid(400), 1, out, kind="toy")
        run_points(Toy(), grid(400), 1, tmp_path / "alone", kind="toy")
        assert (out / "runs.parquet").read_bytes() == (tmp_path / "alone/runs.parquet").read_bytes()


def kill_once_kept(
    part: subprocess.Popen[bytes], out: Path, address: str, then: Callable[[], None] = lambda: None
) -> None:
    """Run a toy study on the cluster and kill a part of it as soon as some more rows came back."""
    before: list[int] = []

    def killing(finished: int, asked: int) -> None:
        before.append(finished)
        if before[0] + 20 < finished < asked and part.poll() is None:
            part.kill()
            part.wait()
            then()

    run_points(Toy(0.005), grid(400), 1, out, kind="toy", scheduler=address, progress=killing)
    assert part.wait(10) != 0


def command(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """A part of a Dask cluster on this machine, ended with the ``with`` statement."""
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    line = [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1", "--no-dashboard"]
    return Ended(line, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Ended(subprocess.Popen[bytes]):
    """A process that is killed when its ``with`` statement ends."""

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()


def wait_for(file: Path) -> None:
    """Wait until a scheduler has written its file."""
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def address_in(file: Path) -> str:
    """The address in a scheduler's file, once it is written whole."""
    import json

    while True:
        try:
            return str(json.loads(file.read_text())["address"])
        except ValueError:
            time.sleep(0.05)
