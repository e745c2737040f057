"""Trial files: which trial is held inside the model, checked before anything runs.

A trial is YAML with the keys of ``KEYS``. All problems are reported together, each with its line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from sos_sim.core.errors import did_you_mean
from sos_sim.files.keys import describe
from sos_sim.files.scenario import Scenario
from sos_sim.files.study_keys import Keys, read_keys
from sos_sim.files.yaml_lines import Entry, read_yaml
from sos_sim.runs.points import Failure
from sos_sim.trials.protocol import INSIDE, NUMBERS, Design, TrialProtocol, impossible

KEYS: Final = (
    "name",
    "description",
    "scenarios",
    "design",
    "clusters",
    "primary",
    "outcomes",
    "analyses",
    "failure",
    *NUMBERS,
)


def is_trial(file: Path) -> bool:
    """Whether a file is meant as a trial: it names a design. Raises ScenarioError when it is no YAML."""
    content = read_yaml(file).value
    return isinstance(content, dict) and "design" in content


def read_trial(
    file: Path | str, outcomes: Sequence[str], inside_outcomes: Sequence[str], analyses: Mapping[str, Sequence[str]]
) -> TrialProtocol:
    """Read and check a trial file.

    ``outcomes`` are those a trial of authorities may have, ``inside_outcomes`` those of a trial inside one;
    ``analyses`` maps each analysis to the designs it fits. Raises ScenarioError with every problem
    found, each with file, line, value and what is allowed.
    """
    path = Path(file)
    reader = _Reader(path, read_keys(path, "a trial"), outcomes, inside_outcomes, analyses)
    plan = reader.plan()
    reader.report()
    assert plan is not None
    return plan


class _Reader(Keys):
    """Reads a trial from the keys of its file and notes every problem."""

    def __init__(
        self,
        file: Path,
        keys: Mapping[str, Entry],
        outcomes: Sequence[str],
        inside_outcomes: Sequence[str],
        analyses: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__(file, keys)
        self.allowed = {False: outcomes, True: inside_outcomes}
        self.fits = analyses

    def plan(self) -> TrialProtocol | None:
        """The whole trial, or None when something that all else hangs on is wrong."""
        self.refuse_unknown(KEYS, "a trial")
        name, scenarios, designs = self.text("name"), self._scenarios(), self._designs()
        numbers = {key: self._number(key) for key in NUMBERS}
        if self.problems or not designs:
            return None
        inside = designs[0] in INSIDE
        outcomes = self._chosen("outcomes", self.allowed[inside]) or tuple(self.allowed[inside])
        primary = self._primary(outcomes)
        plan = TrialProtocol(
            name,
            self.text("description", needed=False),
            (scenarios[0], scenarios[1]),
            designs,
            self._no_clusters() if inside else self._clusters(),
            primary,
            outcomes,
            self._analyses(designs),
            self.one_of("failure", get_args(Failure)),
            **numbers,
        )
        if not self.problems:
            for key, reason in impossible(plan):
                self.refuse(reason, self.keys.get(key))
        return plan

    def _scenarios(self) -> tuple[Scenario, ...]:
        found = self.scenarios()
        if not self.problems and (len(found) != 2 or not found[1].programmes or found[0].programmes):
            text = "a trial sets two scenarios against each other: usual practice without a programme, then one with."
            self.refuse(text, self.keys.get("scenarios"))
        elif len(found) == 2 and found[0].name == found[1].name:
            self.refuse(f"both scenarios are called {found[0].name!r}; give each its own name.", self.keys["scenarios"])
        return found

    def _designs(self) -> tuple[Design, ...]:
        found = self._chosen("design", get_args(Design))
        if not found and not self.problems:
            self.refuse(f"design is missing; it must be one of {', '.join(get_args(Design))}.", self.keys.get("design"))
        if len(found) > 1 and set(found) & set(INSIDE):
            self.refuse(f"{' and '.join(INSIDE)} randomise inside one authority and stand alone.", self.keys["design"])
        return tuple(design for design in get_args(Design) if design in found)

    def _chosen(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        found: list[str] = []
        for name, entry in self.texts(key):
            if name not in allowed:
                hint = did_you_mean(name, allowed)
                self.refuse(f"{key} is {name!r}, but must be one of {', '.join(allowed)}.{hint}", entry)
            elif name in found:
                self.refuse(f"{key} names {name!r} twice; once is enough.", entry)
            else:
                found.append(name)
        return tuple(found)

    def _primary(self, outcomes: Sequence[str]) -> str:
        found = self._chosen("primary", outcomes)
        if len(found) > 1:
            self.refuse(f"primary is {' and '.join(found)}, but must be one outcome.", self.keys["primary"])
        return found[0] if found else outcomes[0]

    def _analyses(self, designs: Sequence[Design]) -> tuple[str, ...]:
        fitting = [name for name, fits in self.fits.items() if set(designs) & set(fits)]
        found = self._chosen("analyses", fitting) or tuple(fitting)
        for design in designs:
            fit = [name for name in fitting if design in self.fits[name]]
            if not set(found) & set(fit):
                self.refuse(
                    f"analyses is {', '.join(found)}, but {design} needs one of {', '.join(fit)}.",
                    self.keys.get("analyses"),
                )
        return found

    def _clusters(self) -> tuple[int, ...]:
        entry = self.keys.get("clusters")
        items = [] if entry is None else entry.value if isinstance(entry.value, list) else [entry]
        if not items:
            self.refuse("clusters is missing; name numbers of authorities, for example: clusters: [10, 20].", entry)
        for item in items:
            if isinstance(item.value, bool) or not isinstance(item.value, int) or item.value < 1:
                self.refuse(f"clusters holds {describe(item.value)}, but must be whole numbers of authorities.", item)
        return tuple(sorted({item.value for item in items if isinstance(item.value, int)}))

    def _no_clusters(self) -> tuple[int, ...]:
        if "clusters" in self.keys:
            self.refuse(
                "clusters are numbers of authorities; a trial inside one has none: leave the key out.",
                self.keys["clusters"],
            )
        return ()

    def _number(self, key: str) -> Any:
        declared, entry = NUMBERS[key], self.keys.get(key)
        value: Any = declared.default if entry is None else entry.value
        kinds = (int,) if declared.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not declared.low <= value <= declared.high:
            self.refuse(f"{key} is {describe(value)}, but must be {declared.allowed()}.", entry)
            return declared.default
        return value if declared.whole else float(value)
