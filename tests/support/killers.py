"""Tasks that end the process they run in, as a lack of memory would; imports nothing, so that one starts fast."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def killed() -> None:
    """End this process as a kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def always(number: int) -> int:
    """Every number ends the process."""
    killed()
    return number


def at_three(number: int, tried: Path) -> int:
    """The negative of a number; 3 ends the process, and notes that it was tried."""
    if number == 3:
        with tried.open("a") as noted:
            noted.write("3")
        killed()
    return -number


def once(number: int, noted: Path) -> int:
    """The negative of a number; the process is killed the first time that 3 is met."""
    if number == 3 and not noted.exists():
        noted.touch()
        killed()
    return -number


def at_any_three(numbers: tuple[int, ...]) -> int:
    """The sum of some numbers; a 3 among them ends the process."""
    if 3 in numbers:
        killed()
    return sum(numbers)


def each(task: tuple[tuple[int, ...]]) -> list[tuple[tuple[int, ...]]]:
    """A task of many numbers as tasks of one."""
    return [((number,),) for number in task[0]]


def sleep(told: Path) -> None:
    """Tell the id of the process that runs this, and take long."""
    told.write_text(str(os.getpid()))
    time.sleep(120)
