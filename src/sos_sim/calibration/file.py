"""Study files of calibrations: what varies, against which figures, in which waves; checked before anything runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, get_args

from sos_sim.calibration.enough import shortages
from sos_sim.calibration.figures import TargetFigures, figures_of
from sos_sim.calibration.space import ParameterSpace, uncertain_parameters
from sos_sim.core.errors import ScenarioError
from sos_sim.evidence.targets import Target
from sos_sim.files.declarations import Key, Name, Number, OneOf, Several, Text
from sos_sim.files.reading import Keys
from sos_sim.files.scenario import Scenario, load_scenario, scenarios_of
from sos_sim.files.shipped import find_file
from sos_sim.files.targets import WHOLE_TARGETS, read_targets, whole_targets
from sos_sim.files.yaml_lines import Entry, quoted
from sos_sim.runs.rows import inputs
from sos_sim.theory.parameters import declared

Start = Literal["prior", "posterior"]

FEWEST_TRIALS, MOST = 64, 1_000_000
REFERENCE_POINTS: Final = 8
"""Points that tell how lucky seeds are, which are the truths that recoveries look for."""
_TRIALS: Final = Number(None, "trials", "in a wave", FEWEST_TRIALS, MOST)
_CHILDREN: Final = declared()["children"]

KEYS: Final[Mapping[str, Key]] = {
    "name": Name("what the calibration is called", needed=True),
    "description": Text("what it asks, for a reader who does not know the model"),
    "scenario": Text("the scenario file that is calibrated, from this file's folder"),
    "children": Number(None, "children", "simulated, whatever the scenario's", int(_CHILDREN.low), int(_CHILDREN.high)),
    "start": OneOf("where the first wave looks", get_args(Start), default=get_args(Start)[0]),
    "vary": Several(
        "what varies; by default all that is uncertain",
        OneOf("a fact or belief with a prior", tuple(declared()), told="the name of a parameter"),
        as_list=True,
    ),
    "targets": Text("file of the official figures; by default the scenario's, else England's"),
    "validate": WHOLE_TARGETS,
    "waves": Several(
        "trials of each wave, to explore, then for the posterior",
        _TRIALS,
        as_list=True,
        least=2,
        needed=True,
        repeats=True,
    ),
    "corrections": Several(
        "of the last wave, how many are corrected, wave by wave", _TRIALS, as_list=True, repeats=True
    ),
    "recoveries": Several(
        "of the last wave, how many look for each known truth, and are run again, at most eight truths",
        _TRIALS,
        as_list=True,
        repeats=True,
    ),
    "replicates": Number(2, "seeds", "that all trials share", 2, 1000),
    "reference": Number(64, "seeds", "at a few points, that tell what luck the shared seeds bring", 2, 10_000),
    "seed": Number(1, "seed", "from which the sample is drawn", 0, 2**63 - 1),
}


@dataclass(frozen=True)
class CalibrationStudy:
    """A checked calibration.

    ``waves`` are numbers of trials that search; ``corrections`` are those of the last one that are corrected,
    wave by wave, the last of these (or, without any, of the waves) being the posterior. ``recoveries`` are those of
    the posterior's trials that look for known truths, truth by truth. Every trial has the
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
    recoveries: tuple[int, ...]
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
            "recoveries": list(self.recoveries),
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


def load_calibration(file: Path | str, scenario: Path | None = None) -> CalibrationStudy:
    """Read and check a study file, or one that comes with the package, by its name.

    ``scenario`` replaces the scenario that it names.

    Raises ScenarioError with every problem found, each with file, line, value and what is allowed.
    """
    reader = _Reader(Keys.of(find_file(file, "experiments"), "a calibration", KEYS))
    study = reader.study(scenario)
    reader.keys.report()
    assert study is not None
    return study


class _Reader:
    """Makes a calibration of the keys of its file and notes every problem."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def study(self, instead: Path | None) -> CalibrationStudy | None:
        """The whole calibration, or None when something is wrong."""
        keys = self.keys
        chosen, validating = self._scenario(instead), tuple(whole_targets(keys, "validate"))
        waves, corrections = (tuple(entry.value for entry in keys[key]) for key in ("waves", "corrections"))
        recoveries = tuple(entry.value for entry in keys["recoveries"])
        self._refuse_growing(waves, corrections)
        self._refuse_recoveries((*waves, *corrections)[-1:], recoveries)
        self._refuse_fixed()
        targets = self._targets(chosen) if chosen is not None else ()
        if chosen is not None:
            self._refuse_small(chosen, (*targets, *validating))
        if chosen is None or not keys.sound:
            return None
        vary = tuple(entry.value for entry in keys["vary"])
        numbers = (keys[key] for key in ("replicates", "reference", "seed"))
        return CalibrationStudy(
            keys["name"],
            keys["description"],
            chosen,
            keys["start"],
            vary,
            tuple(targets),
            validating,
            waves,
            corrections,
            recoveries,
            *numbers,
        )

    def _scenario(self, instead: Path | None) -> Scenario | None:
        """The scenario of the size that the file asks for; None, noted, when there is none that can be used."""
        size = {"children": self.keys["children"]} if self.keys["children"] else {}
        if instead is not None:
            return load_scenario(instead).with_values(**size)
        if not self.keys["scenario"]:
            self.keys.refuse("scenario is missing; it must be the path of a scenario file.", "scenario")
            return None
        entry = Entry(self.keys["scenario"], self.keys.given["scenario"].line)
        found = scenarios_of(self.keys, [entry])
        return found[0].with_values(**size) if found else None

    def _refuse_growing(self, waves: tuple[int, ...], corrections: tuple[int, ...]) -> None:
        sizes = [*waves[-1:], *corrections]
        if self.keys.sound and sizes != sorted(sizes, reverse=True):
            self.keys.refuse(
                f"corrections are {list(corrections)} after a wave of {waves[-1]}, but a correction moves "
                "trials of the wave before it: none may have more.",
                "corrections",
            )

    def _refuse_recoveries(self, last: tuple[int, ...], recoveries: tuple[int, ...]) -> None:
        if self.keys.sound and (len(recoveries) > REFERENCE_POINTS or max(recoveries, default=0) > max(last)):
            self.keys.refuse(
                f"recoveries are {list(recoveries)} after a last wave of {max(last)}, but at most {REFERENCE_POINTS} "
                "known truths are looked for, each by trials of the last wave: none may have more.",
                "recoveries",
            )

    def _refuse_small(self, scenario: Scenario, targets: Sequence[Target]) -> None:
        for short in shortages(scenario, targets):
            of_study = short.path == "authority.children" and self.keys["children"]
            self.keys.refuse(short.said, "children" if of_study else "scenario")

    def _refuse_fixed(self) -> None:
        for entry in self.keys["vary"]:
            parameter = declared()[entry.value]
            if parameter.prior is None or parameter.kind not in ("fact", "belief"):
                problem = f"{parameter.name} is a {parameter.kind} without a prior, so it cannot vary here."
                self.keys.refuse(problem, entry)

    def _targets(self, scenario: Scenario) -> Sequence[Target]:
        """The figures of the file that is named, else the scenario's; notes a file that cannot be used."""
        named: str = self.keys["targets"]
        if not named:
            return scenario.targets()
        try:
            return read_targets(self.keys.file.parent / named)
        except ScenarioError as problem:
            self.keys.refuse(f"targets {quoted(named)} cannot be used: {problem}", "targets")
            return ()
