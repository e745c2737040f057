"""Trial files: which trial is held inside the model, checked before anything runs.

A trial is YAML with the keys of ``KEYS``. All problems are reported together, each with its line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, get_args

from sos_sim.core.errors import did_you_mean
from sos_sim.files.declarations import Key, Name, Number, OneOf, Several, Text
from sos_sim.files.reading import Keys
from sos_sim.files.scenario import Scenario, scenarios_of
from sos_sim.files.yaml_lines import Entry, quoted
from sos_sim.runs.points import Failure
from sos_sim.trials.analyses import ANALYSES
from sos_sim.trials.enrolment import FOLLOWED
from sos_sim.trials.identified import nothing_identified
from sos_sim.trials.inside import ANALYSES_INSIDE
from sos_sim.trials.protocol import INSIDE, NUMBERS, Design, TrialProtocol, impossible
from sos_sim.trials.recorded import RECORDED

_OUTCOME: Final = OneOf("an outcome", tuple(dict.fromkeys((*RECORDED, *FOLLOWED))))
_FITS: Final = {
    name: (*analysis.designs, *(INSIDE if name in ANALYSES_INSIDE else ())) for name, analysis in ANALYSES.items()
}
"""The designs that each analysis fits."""
KEYS: Final[Mapping[str, Key]] = {
    "name": Name("what the trial is called", needed=True),
    "description": Text("what it asks, for a reader who does not know the model"),
    "scenarios": Several(
        "usual practice without a programme, then one with a programme",
        Text("a scenario file"),
        as_list=True,
        least=2,
        most=2,
        needed=True,
    ),
    "design": Several("who is randomised, and when they start", OneOf("a design", get_args(Design)), needed=True),
    "clusters": Several(
        "numbers of authorities, all arms together; none for designs inside an authority",
        Number(None, "authorities", "in one trial", 1, NUMBERS["authorities"].high),
    ),
    "primary": OneOf("the outcome that the trial is about, by default the first", _OUTCOME.words),
    "outcomes": Several("what is counted, by default all that the design can", _OUTCOME),
    "analyses": Several("how it is analysed, by default in all ways that fit", OneOf("an analysis", tuple(ANALYSES))),
    "failure": OneOf("what a failed row does", get_args(Failure), default=get_args(Failure)[0]),
    **NUMBERS,
}


def read_trial(file: Path | str) -> TrialProtocol:
    """Read and check a trial file.

    Raises ScenarioError with every problem found, each with file, line, value and what is allowed.
    """
    reader = _Reader(Keys.of(Path(file), "a trial", KEYS))
    plan = reader.plan()
    reader.keys.report()
    assert plan is not None
    return plan


class _Reader:
    """Makes a trial of the keys of its file and notes every problem."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        named = [entry.value for entry in keys["design"]]
        self.designs: tuple[Design, ...] = tuple(design for design in get_args(Design) if design in named)
        self.scenarios = self._scenarios()

    def plan(self) -> TrialProtocol | None:
        """The whole trial, or None when something that all else hangs on is wrong."""
        keys, designs = self.keys, self.designs
        if len(designs) > 1 and set(designs) & set(INSIDE):
            keys.refuse(f"{' and '.join(INSIDE)} randomise inside one authority and stand alone.", "design")
        if not keys.sound:
            return None
        inside = designs[0] in INSIDE
        counted = self._chosen("outcomes", tuple(FOLLOWED if inside else RECORDED))
        plan = TrialProtocol(
            keys["name"],
            keys["description"],
            (self.scenarios[0], self.scenarios[1]),
            designs,
            self._clusters(inside),
            self._primary(counted),
            counted,
            self._analyses(),
            keys["failure"],
            **{key: keys[key] for key in NUMBERS},
        )
        for key, reason in impossible(plan) if keys.sound else ():
            keys.refuse(reason, key)
        if keys.sound and (reason := nothing_identified(plan)):
            keys.refuse(reason, "steps")
        return plan

    def _scenarios(self) -> tuple[Scenario, ...]:
        found = scenarios_of(self.keys, self.keys["scenarios"])
        if self.keys.sound and (not found[1].programmes or found[0].programmes):
            text = "a trial sets two scenarios against each other: usual practice without a programme, then one with."
            self.keys.refuse(text, "scenarios")
        return found

    def _chosen(self, key: str, fitting: Sequence[str]) -> tuple[str, ...]:
        """The words of a key, all that fit the designs where it is left out; notes those that do not."""
        named: Sequence[Entry] = self.keys[key]
        for entry in named:
            if entry.value not in fitting:
                self._refuse_word(key, entry.value, fitting, entry)
        return tuple(entry.value for entry in named) or tuple(fitting)

    def _primary(self, outcomes: Sequence[str]) -> str:
        named: str = self.keys["primary"]
        if named and named not in outcomes:
            self._refuse_word("primary", named, outcomes, "primary")
        return named or outcomes[0]

    def _refuse_word(self, key: str, word: str, fitting: Sequence[str], at: str | Entry) -> None:
        hint = did_you_mean(word, fitting)
        self.keys.refuse(f"{key} is {quoted(word)}, but must be one of {', '.join(fitting)}.{hint}", at)

    def _analyses(self) -> tuple[str, ...]:
        fitting = [name for name, fits in _FITS.items() if set(self.designs) & set(fits)]
        found = self._chosen("analyses", fitting)
        for design in self.designs:
            fit = [name for name in fitting if design in _FITS[name]]
            if not set(found) & set(fit):
                problem = f"analyses is {', '.join(found)}, but {design} needs one of {', '.join(fit)}."
                self.keys.refuse(problem, "analyses")
        return found

    def _clusters(self, inside: bool) -> tuple[int, ...]:
        sizes: Sequence[Entry] = self.keys["clusters"]
        if inside and sizes:
            problem = "clusters are numbers of authorities; a trial inside one has none: leave the key out."
            self.keys.refuse(problem, "clusters")
        if not inside and not sizes:
            problem = "clusters is missing; name numbers of authorities, for example: clusters: [10, 20]."
            self.keys.refuse(problem, "clusters")
        return tuple(sorted(entry.value for entry in sizes))
