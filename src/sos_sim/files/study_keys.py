"""The keys of a study file, read one by one; every problem is noted with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, TypeVar

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.files.keys import describe, refusal
from sos_sim.files.scenario import Scenario, load_scenario
from sos_sim.files.shipped import file_beside
from sos_sim.files.yaml_lines import Entry, read_yaml

MOST: Final = 1_000_000
Word = TypeVar("Word", bound=str)


def read_keys(file: Path, what: str) -> Mapping[str, Entry]:
    """The top-level keys of a file that is ``what``, as in "a study". Raises ScenarioError when it has none."""
    root = read_yaml(file)
    if not isinstance(root.value, dict):
        raise ScenarioError(f"{what} is a mapping of keys, not {describe(root.value)}.", file=file, line=root.line)
    return root.value


class Keys:
    """Top-level keys of one file; ``problems`` are what is wrong with those read so far."""

    def __init__(self, file: Path, keys: Mapping[str, Entry]) -> None:
        self.file = file
        self.keys = keys
        self.problems: list[ScenarioError] = []

    def refuse(self, problem: str, entry: Entry | None = None) -> None:
        """Note a problem at an entry, or at the file as a whole."""
        self.problems.append(
            ScenarioError(problem, file=self.file) if entry is None else refusal(problem, f"{self.file}:{entry.line}")
        )

    def refuse_unknown(self, known: Collection[str], what: str) -> None:
        """Note every key that ``what``, as in "a study", does not have."""
        for key, entry in self.keys.items():
            if key not in known:
                self.refuse(f"unknown key {key!r} in {what}.{did_you_mean(key, known)}", entry)

    def report(self) -> None:
        """Raise one ScenarioError for all problems, in order of line; do nothing when there is none."""
        if not self.problems:
            return
        first, *rest = sorted(self.problems, key=lambda problem: problem.line or 0)
        text = "\n".join([first.problem, *(str(problem) for problem in rest)])
        raise ScenarioError(text, file=first.file, line=first.line)

    def text(self, key: str, needed: bool = True) -> str:
        """The text of a key, '' when it is left out and not needed."""
        entry = self.keys.get(key)
        text = entry.value.strip() if entry is not None and isinstance(entry.value, str) else ""
        if not text and (needed or entry is not None):
            given = "missing" if entry is None else describe(entry.value)
            self.refuse(f"{key} is {given}, but must be text.", entry)
        return text

    def texts(self, key: str) -> list[tuple[str, Entry]]:
        """One text or a list of texts, with where each stands."""
        entry = self.keys.get(key)
        if entry is None:
            return []
        items = entry.value if isinstance(entry.value, list) else [entry]
        for item in items:
            if not isinstance(item.value, str):
                self.refuse(f"{key} holds {describe(item.value)}, but must be text or a list of texts.", item)
        return [(item.value.strip(), item) for item in items if isinstance(item.value, str)]

    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenario files that ``scenarios`` names, from this file's folder; those that cannot be used are noted."""
        found: list[Scenario] = []
        for name, entry in self.texts("scenarios"):
            try:
                found.append(load_scenario(file_beside(self.file, name, "scenarios")))
            except ScenarioError as problem:
                self.refuse(f"scenario {name!r} cannot be used: {problem}", entry)
        return tuple(found)

    def whole(self, key: str, default: int) -> int:
        """A whole number of at least 1."""
        entry = self.keys.get(key)
        if entry is None:
            return default
        if isinstance(entry.value, bool) or not isinstance(entry.value, int) or not 1 <= entry.value <= MOST:
            self.refuse(f"{key} is {describe(entry.value)}, but must be a whole number from 1 to {MOST}.", entry)
            return default
        return entry.value

    def flag(self, key: str) -> bool:
        """Whether a key is given and true."""
        entry = self.keys.get(key)
        if entry is not None and not isinstance(entry.value, bool):
            self.refuse(f"{key} is {describe(entry.value)}, but must be true or false.", entry)
        return entry is not None and entry.value is True

    def word(self, key: str, allowed: str) -> bool:
        """Whether a key that takes one word only is given."""
        entry = self.keys.get(key)
        if entry is not None and entry.value != allowed:
            self.refuse(f"{key} is {describe(entry.value)}, but must be {allowed}, or be left out.", entry)
        return entry is not None

    def one_of(self, key: str, allowed: tuple[Word, ...]) -> Word:
        """One of some words, the first when the key is left out."""
        entry = self.keys.get(key)
        found = [word for word in allowed if entry is not None and entry.value == word]
        if entry is not None and not found:
            self.refuse(f"{key} is {describe(entry.value)}, but must be one of {', '.join(allowed)}.", entry)
        return found[0] if found else allowed[0]
