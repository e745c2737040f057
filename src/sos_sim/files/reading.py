"""A mapping of a file read by its declarations; every problem is noted with its line, and all are told together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.files.declarations import Key
from sos_sim.files.everyday_words import instead_of
from sos_sim.files.yaml_lines import Entry, quoted, read_mapping


class Keys:
    """The keys of a mapping that is ``what``, as in "a trial". ``problems`` are what is wrong with those read so far.

    ``keys[NAME]`` is the value in its one form, the default where it is left out or wrong; ``given`` holds
    entries as written.
    """

    def __init__(self, file: Path, what: str, declared: Mapping[str, Key], given: Mapping[str, Entry]) -> None:
        self.file = file
        self.given = given
        self.problems: list[ScenarioError] = []
        self._place: Entry | None = None
        self._label = ""
        self._read(what, declared)

    @classmethod
    def of(cls, file: Path, what: str, declared: Mapping[str, Key]) -> Keys:
        """The keys of a whole file. Raises ScenarioError when it is no mapping that can be read."""
        return cls(file, what, declared, read_mapping(file, what))

    def inside(self, entry: Entry, what: str, declared: Mapping[str, Key]) -> Keys:
        """The keys of a mapping inside this one; its problems are noted here and say ``what`` it is."""
        found = Keys.__new__(Keys)
        found.file, found.given, found.problems = self.file, entry.value, self.problems
        found._place, found._label = entry, f"{what}: "
        found._read(what, declared)
        return found

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    @property
    def sound(self) -> bool:
        """Whether nothing is noted since this mapping began to be read."""
        return len(self.problems) == self._before

    def refuse(self, problem: str, at: str | Entry | None = None) -> None:
        """Note a problem at an entry or a key, else at the mapping as a whole."""
        entry = self.given.get(at) if isinstance(at, str) else at
        line = (entry or self._place or Entry(None, 0)).line or None
        self.problems.append(ScenarioError(f"{self._label}{problem}", file=self.file, line=line))

    def report(self) -> None:
        """Raise one ScenarioError for all problems, in order of line; do nothing when there is none."""
        if self.problems:
            raise all_of(sorted(self.problems, key=lambda problem: problem.line or 0))

    def _read(self, what: str, declared: Mapping[str, Key]) -> None:
        self._before = len(self.problems)
        for name, entry in self.given.items():
            if name not in declared:
                where = "" if self._label else f" in {what}"
                hint = instead_of(name, entry.value, declared) or did_you_mean(name, declared)
                self.refuse(f"unknown key {quoted(name)}{where}.{hint}", entry)
        for name, key in declared.items():
            if key.needed and name not in self.given:
                self.refuse(f"{name} is missing; it must be {key.allowed()}.")
        self._values = {
            name: key.read(name, self.given[name], self.refuse) if name in self.given else key.default
            for name, key in declared.items()
        }


def all_of(problems: Sequence[ScenarioError]) -> ScenarioError:
    """One error for all problems: the place of the first, a paragraph for each."""
    first, *rest = problems
    text = "\n".join([first.problem, *(str(problem) for problem in rest)])
    return ScenarioError(text, file=first.file, line=first.line)
