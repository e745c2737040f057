"""Every mistake a user can make has a type here.

SosSimError
├── InputError              refused input: exit status 2, nothing written
│   ├── ScenarioError       a scenario, study or target file: says file, line, value, allowed
│   ├── EvidenceError       official tables, panels of authorities, posteriors
│   └── ResultsFolderError  a results folder that cannot be written or read
├── ModelError              the model found itself in an impossible state and halted
└── WorkersLostError        what was to do the work is gone; what is finished is kept
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class SosSimError(Exception):
    """Base of all errors raised on purpose; its text is one paragraph for a person."""


class InputError(SosSimError):
    """Input that is refused before anything is written (exit status 2)."""


class ScenarioError(InputError):
    """A scenario, study or target file is wrong: names file, line, value and what is allowed."""

    def __init__(self, problem: str, *, file: Path | str | None = None, line: int | None = None) -> None:
        self.problem = problem
        self.file = file
        self.line = line
        place = "" if file is None else f"{file}, line {line}: " if line else f"{file}: "
        super().__init__(place + problem)


class EvidenceError(InputError):
    """Official tables, a panel of authorities or a posterior cannot be used as they stand."""


class ResultsFolderError(InputError):
    """A results folder cannot be created, written, or read."""


class WorkersLostError(SosSimError):
    """Worker processes, or a cluster, were lost while a study ran: finished rows are kept, running again resumes."""


class ModelError(SosSimError):
    """The model could not give what was asked: a self-check failed, or runs of a study did.

    A self-check names the month, the entity and the rule that was broken; a study says how many of its runs failed
    and why the first of them did.
    """


def did_you_mean(wrong: str, allowed: Iterable[str]) -> str:
    """A sentence ' Did you mean x?' for the closest allowed names, or an empty string."""
    close = difflib.get_close_matches(wrong, list(allowed), n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
