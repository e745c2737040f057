"""Where work is done: processes and a real Dask cluster give what threads give, and say what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sos_sim.core.errors import InputError
from sos_sim.runs import executors
from sos_sim.runs.executors import open_pool
from sos_sim.runs.points import run_points
from sos_sim.runs.replicate import replicate
from support.small_studies import table_bytes as study_bytes
from support.small_studies import usual_and_offer
from support.toys import Toy, grid

TESTS = Path(__file__).resolve().parents[1]


def die(number: int) -> int:
    """End the process that runs this, as a kill would."""
    os._exit(number)


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

    def test_a_killed_process_is_the_reason_of_its_tasks(self) -> None:
        with open_pool(1, place="processes") as pool:
            results = list(pool.work_off(die, [(number,) for number in range(4)]))
        assert sorted(task for task, _ in results) == [(0,), (1,), (2,), (3,)]
        assert {type(outcome).__name__ for _, outcome in results} == {"BrokenProcessPool"}

    def test_workers_with_other_code_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(executors, "code_hash", lambda: "planned")
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

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere"])
    def test_a_scheduler_must_answer(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(executors, "SECONDS_TO_REACH_SCHEDULER", 1)
        with pytest.raises(InputError, match=f"no Dask scheduler answers at '{address}'"), open_pool(1, address):
            pass

    def test_same_tables_though_a_worker_is_killed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A scheduler and two workers started by command; one worker is killed while it works."""
        file = tmp_path / "scheduler.json"
        with ExitStack() as running:
            running.enter_context(command(tmp_path, "scheduler", "--port", "0", "--scheduler-file", str(file)))
            wait_for(file)
            address = address_in(file)
            with monkeypatch.context() as patch:
                patch.setattr(executors, "SECONDS_TO_SEE_WORKERS", 0.2)
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


def kill_once_kept(worker: subprocess.Popen[bytes], out: Path, address: str) -> None:
    """Run a toy study on the cluster and kill a worker as soon as some rows came back."""

    def killing(finished: int, asked: int) -> None:
        if 20 < finished < asked and worker.poll() is None:
            worker.kill()

    run_points(Toy(0.005), grid(400), 1, out, kind="toy", scheduler=address, progress=killing)
    assert worker.wait(10) != 0


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
