"""Worker processes end with the pool, and with the process that started them, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sos_sim.runs.processes import processes
from support import killers

TESTS = Path(__file__).resolve().parents[1]
STUDY = (
    "import signal, sys; from pathlib import Path; from support import killers\n"
    "from sos_sim.runs.processes import processes\n"
    "if __name__ == '__main__':\n"
    "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored by what is started in the background
    "    with processes(1) as pool:\n"
    "        list(pool.work_off(killers.sleep, [(Path(sys.argv[1]),)]))\n"
)


def worker_told_in(file: Path) -> int:
    """The process id that a worker has written."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (file.exists() and file.read_text()):
        time.sleep(0.02)
    return int(file.read_text())


def is_gone(process: int) -> bool:
    """Whether a process has ended, waiting a while for it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_do_not_outlive_who_started_them(tmp_path: Path, how: signal.Signals) -> None:
    study, told = tmp_path / "study.py", tmp_path / "told"
    study.write_text(STUDY)
    paths = os.environ | {"PYTHONPATH": str(TESTS)}
    with subprocess.Popen([sys.executable, study, told], env=paths, stderr=subprocess.DEVNULL) as parent:
        worker = worker_told_in(told)
        assert worker != parent.pid
        parent.send_signal(how)
        assert is_gone(worker)
        assert parent.wait(60) != 0


def test_a_pool_left_by_an_error_waits_for_nobody(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with pytest.raises(KeyboardInterrupt), processes(1) as pool:
        pool._submit(killers.sleep, (told,))
        worker = worker_told_in(told)
        raise KeyboardInterrupt
    assert is_gone(worker)
