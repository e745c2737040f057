"""The protocol of every study: read → check → plan → run → analyse → page.

A wing reads and checks its file and gives a ``Question``. The rest is the same for all: what it will take is
reckoned before anything runs, it is answered in a folder named after its content, resumed if it was begun, and its
tables are kept there, from which the page is made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import pandas as pd

from sos_sim.core.provenance import code_hash
from sos_sim.runs.forecast import Forecast
from sos_sim.runs.runner import Progress

Announce = Callable[[str], AbstractContextManager[Progress | None]]
"""Told which part of a study begins; within it, what it gives is told of progress."""
Found = TypeVar("Found", covariant=True)


def silent(part: str) -> AbstractContextManager[None]:
    """Nobody is told of progress."""
    return nullcontext()


class Workplace(NamedTuple):
    """Where a study is run (see ``open_pool``), and who is told of progress."""

    workers: int | None = None
    scheduler: str | None = None
    announce: Announce = silent


@dataclass(frozen=True)
class Answer(Generic[Found]):
    """What a study found: the wing's own ``result``, its run table and its tables by name.

    ``runs`` has the columns arm (what a row is called), replicate, status ("done" or "failed") and reason.
    ``warning`` says what failed besides those rows.
    """

    result: Found
    runs: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    warning: str = ""


class Question(Protocol[Found]):
    """A study that has been read and checked. ``engine`` is the one that it needs, "" for none."""

    @property
    def engine(self) -> str: ...

    def content(self) -> Any:
        """Everything that determines its tables, as plain JSON: questions of equal content share a folder."""
        ...

    def forecast(self) -> Forecast:
        """What it will take. Raises InputError when it is too large to be planned."""
        ...

    def answer(self, out: Path, where: Workplace) -> Answer[Found]:
        """Run what the folder ``out`` does not hold yet, analyse it and keep all tables there."""
        ...


def default_folder(name: str, question: Question[Any]) -> Path:
    """``results/NAME-ID``, the id hashed from the question's content and the model's code."""
    content = json.dumps([question.content(), code_hash()], sort_keys=True)
    return Path("results") / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"
