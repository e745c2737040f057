"""Study files of calibrations: what varies, against which figures, in which waves; checked before anything runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from sos_sim.calibration.figures import TargetFigures, figures_of
from sos_sim.calibration.space import ParameterSpace, uncertain_parameters
from sos_sim.core.errors import did_you_mean
from sos_sim.evidence.targets import Target, read_targets
from sos_sim.files.keys import describe
from sos_sim.files.scenario import Scenario, load_scenario
from sos_sim.files.shipped import find_file
from sos_sim.files.study_keys import Keys, read_keys
from sos_sim.files.yaml_lines import Entry, read_yaml
from sos_sim.runs.rows import inputs
from sos_sim.theory.parameters import declared

Start = Literal["prior", "posterior"]

KEYS: Final = (
    "name",
    "description",
    "scenario",
    "children",
    "start",
    "vary",
    "targets",
    "validate",
    "waves",
    "corrections",
    "replicates",
    "reference",
    "seed",
)
FEWEST_TRIALS, MOST = 64, 1_000_000


@dataclass(frozen=True)
class CalibrationStudy:
    """A checked calibration.

    ``waves`` are numbers of trials that search; ``corrections`` are those of the last one that are corrected,
    wave by wave, the last of these (or, without any, of the waves) being the posterior. Every trial has the
    same ``replicates`` seeds; ``reference`` seeds at a few points tell how lucky those are. ``start`` is where the
    first wave looks: over the prior, or around England's posterior. ``children`` in a file makes the simulated
    authority of that size: figures are rates and shares, of which size changes the luck and not the mean.
    """

    name: str
    description: str
    scenario: Scenario
    start: Start
    vary: tuple[str, ...]
    targets: tuple[Target, ...]
    validate: tuple[Target, ...]
    waves: tuple[int, ...]
    corrections: tuple[int, ...]
    replicates: int
    reference: int
    seed: int

    @cached_property
    def space(self) -> ParameterSpace:
        """What varies."""
        return uncertain_parameters(self.scenario, self.vary)

    @cached_property
    def figures(self) -> TargetFigures:
        """What it is held against; a target that validates is not fitted."""
        held_back = {target.id for target in self.validate}
        return figures_of([target for target in self.targets if target.id not in held_back], self.validate)

    def content(self) -> dict[str, Any]:
        """What determines the study's tables, as plain nested data; targets by their digest."""
        return {
            "arms": {self.scenario.name: inputs(self.scenario)},
            "start": self.start,
            "vary": self.space.names,
            "targets": self.targets_digest,
            "waves": list(self.waves),
            "corrections": list(self.corrections),
            "replicates": self.replicates,
            "reference": self.reference,
            "seed": self.seed,
        }

    @cached_property
    def targets_digest(self) -> str:
        """First 12 hex digits of a SHA-256 over the figures, fitted and validating."""
        told = [
            [part.target.id, part.measure, part.target.values[part.part], part.target.tolerance, part.validate]
            for part in self.figures.parts
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def is_calibration(file: Path) -> bool:
    """Whether a file is meant as a calibration: it says in which waves. Raises ScenarioError when it is no YAML."""
    content = read_yaml(file).value
    return isinstance(content, dict) and "waves" in content


def load_calibration(file: Path | str, scenario: Path | None = None) -> CalibrationStudy:
    """Read and check a study file, or one that comes with the package, by its name.

    ``scenario`` replaces the scenario that it names.

    Raises ScenarioError with every problem found, each with file, line, value and what is allowed, and
    EvidenceError, with its line, for a figure that cannot be a target.
    """
    path = find_file(file, "experiments")
    reader = _Reader(path, read_keys(path, "a study"))
    study = reader.study(scenario)
    reader.report()
    assert study is not None
    return study


class _Reader(Keys):
    """Reads a calibration from the keys of its file and notes every problem."""

    def study(self, scenario: Path | None) -> CalibrationStudy | None:
        self.refuse_unknown(KEYS, "a calibration")
        name = self._text("name", "")
        chosen = self._scenario(scenario)
        start, vary, waves, corrections = self._start(), self._vary(), self._waves(), self._sizes("corrections")
        if corrections and list(waves[-1:] + corrections) != sorted(waves[-1:] + corrections, reverse=True):
            self.refuse(
                f"corrections are {list(corrections)} after a wave of {waves[-1]}, but a correction moves "
                "trials of the wave before it: none may have more.",
                self.keys["corrections"],
            )
        numbers = [self._whole(key, *limits) for key, limits in _WHOLE.items()]
        if self.problems or chosen is None:
            return None
        return CalibrationStudy(
            name,
            self._text("description", " "),
            chosen,
            start,
            vary,
            tuple(self._targets(chosen)),
            tuple(read_targets(self.file, "validate")) if "validate" in self.keys else (),
            waves,
            corrections,
            *numbers,
        )

    def _text(self, key: str, default: str) -> str:
        entry = self.keys.get(key)
        text = default if entry is None else entry.value
        if not isinstance(text, str) or not text:
            self.refuse(f"{key} is {'missing' if entry is None else describe(text)}, but must be text.", entry)
            return ""
        return text.strip()

    def _scenario(self, instead: Path | None) -> Scenario | None:
        if instead is not None:
            return self._of_size(load_scenario(instead))
        written = self._text("scenario", "")
        if not written:
            return None
        file = self.file.parent / written
        if not file.is_file():
            near = did_you_mean(file.name, sorted(found.name for found in file.parent.glob("*.y*ml")))
            self.refuse(f"scenario {written!r}: there is no such file.{near}", self.keys["scenario"])
            return None
        return self._of_size(load_scenario(file))

    def _of_size(self, scenario: Scenario) -> Scenario:
        size = self._whole("children", 0, int(declared()["children"].low), int(declared()["children"].high))
        return scenario.with_values(children=size) if size else scenario

    def _start(self) -> Start:
        text, allowed = self._text("start", "prior"), get_args(Start)
        if text not in allowed:
            self.refuse(
                f"start is {text!r}, but must be {' or '.join(allowed)}.{did_you_mean(text, allowed)}",
                self.keys.get("start"),
            )
        return cast("Start", text)

    def _vary(self) -> tuple[str, ...]:
        names = self._list("vary")
        for item in names:
            parameter = declared().get(str(item.value))
            if parameter is None:
                self.refuse(f"no parameter is called {item.value!r}.{did_you_mean(str(item.value), declared())}", item)
            elif parameter.prior is None or parameter.kind not in ("fact", "belief"):
                self.refuse(f"{item.value} is a {parameter.kind} without a prior, so it cannot vary here.", item)
        return tuple(str(item.value) for item in names)

    def _waves(self) -> tuple[int, ...]:
        sizes = self._sizes("waves")
        if len(sizes) < 2:
            self.refuse(
                "waves must list at least two numbers of trials: to explore, and for the posterior.",
                self.keys.get("waves"),
            )
        return sizes

    def _sizes(self, key: str) -> tuple[int, ...]:
        sizes = self._list(key)
        for item in sizes:
            is_number = isinstance(item.value, int) and not isinstance(item.value, bool)
            if not is_number or not FEWEST_TRIALS <= item.value <= MOST:
                allowed = f"a whole number of trials from {FEWEST_TRIALS} to {MOST}"
                self.refuse(f"a wave is {describe(item.value)}, but must be {allowed}.", item)
        return tuple(item.value for item in sizes)

    def _targets(self, scenario: Scenario) -> Sequence[Target]:
        if "targets" not in self.keys:
            return scenario.targets()
        return read_targets(self.file.parent / self._text("targets", ""))

    def _list(self, key: str) -> list[Entry]:
        entry = self.keys.get(key)
        if entry is not None and not isinstance(entry.value, list):
            self.refuse(f"{key} is {describe(entry.value)}, but must be a list.", entry)
        return entry.value if entry is not None and isinstance(entry.value, list) else []

    def _whole(self, key: str, default: int, least: int, most: int) -> int:
        entry = self.keys.get(key)
        if entry is None:
            return default
        if isinstance(entry.value, bool) or not isinstance(entry.value, int) or not least <= entry.value <= most:
            self.refuse(f"{key} is {describe(entry.value)}, but must be a whole number from {least} to {most}.", entry)
            return default
        return entry.value


_WHOLE: Final = {"replicates": (2, 2, 1000), "reference": (64, 2, 10_000), "seed": (1, 0, 2**63 - 1)}
"""Keys that are whole numbers: default, least, most."""
