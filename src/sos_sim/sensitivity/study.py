"""What a study file asks for, once it has been read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Protocol

from sos_sim.files.factors import Factor, identity_of
from sos_sim.files.scenario import Scenario
from sos_sim.runs.points import Failure
from sos_sim.runs.rows import inputs

Method = Literal[
    "moderation", "morris", "sobol", "shapley", "factorial", "pawn", "delta", "rbd_fast", "rsa", "prim", "cart"
]
GIVEN_DATA: Final[tuple[Method, ...]] = ("pawn", "delta", "rbd_fast", "rsa", "prim", "cart")
"""Methods that read any sample, so that several of them can share one."""
GROUPABLE: Final[tuple[Method, ...]] = ("morris", "sobol")
SIZES: Final[Mapping[Method, tuple[int, str]]] = {
    "moderation": (4000, "rows"),
    "morris": (20, "trajectories"),
    "sobol": (256, "base points"),
    "shapley": (256, "trajectories"),
    "factorial": (1, "design"),
    **dict.fromkeys(GIVEN_DATA, (1000, "rows")),
}
"""The default size of each method, and what it counts."""
EFFECT_OF: Final = "effect of "
DUMMY: Final = "dummy"


class KnownModel(Protocol):
    """A function with known answers that a study may name in place of scenarios."""

    @property
    def outputs(self) -> tuple[str, ...]: ...
    @property
    def factors(self) -> tuple[Factor, ...]: ...


class Output(NamedTuple):
    """A number that is studied: a measure's level in the first scenario, or its effect.

    An effect is the paired difference, second scenario minus first, under the same luck.
    """

    measure: str
    is_effect: bool

    @property
    def label(self) -> str:
        """As a study file writes it."""
        return f"{EFFECT_OF}{self.measure}" if self.is_effect else self.measure


class Condition(NamedTuple):
    """A success criterion: an output against a bound."""

    output: Output
    relation: str
    bound: float

    def __str__(self) -> str:
        return f"{self.output.label} {self.relation} {self.bound:g}"


@dataclass(frozen=True)
class Study:
    """A checked study: what varies, what is looked at, how, and how often.

    ``scenarios`` are one, or a comparator and one to set against it; with ``model`` (a known
    function, proof of the harness) there are none. ``groups`` holds names of factors by group.
    ``seeds`` is the number of replicates that all rows share; ``seed`` shapes the sample. ``failure`` says whether
    a row that fails is kept with its reason, or ends the study.
    """

    name: str
    description: str
    scenarios: tuple[Scenario, ...]
    model: str
    factors: tuple[Factor, ...]
    groups: Mapping[str, tuple[str, ...]]
    outputs: tuple[Output, ...]
    methods: tuple[Method, ...]
    size: int
    seeds: int
    seed: int
    second_order: bool = False
    success: tuple[Condition, ...] = ()
    emulator: bool = False
    recalibrate: bool = False
    failure: Failure = "keep"

    @property
    def moderates(self) -> bool:
        """Whether it asks for whom and under what conditions effects differ; every row then has luck of its own."""
        return self.methods == ("moderation",)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that outputs or the success criterion read, once."""
        named = [output.measure for output in self.outputs] + [condition.output.measure for condition in self.success]
        return tuple(dict.fromkeys(named))

    def group_of(self, factor: str) -> str:
        """The group a factor moves with; its own name when it moves alone."""
        return next((group for group, members in self.groups.items() if factor in members), factor)

    def content(self) -> dict[str, Any]:
        """What determines the study's tables, as plain nested data."""
        return {
            "arms": {scenario.name: inputs(scenario) for scenario in self.scenarios},
            "model": self.model,
            "vary": identity_of(self.factors),
            "groups": {group: list(members) for group, members in self.groups.items()},
            "outputs": [output.label for output in self.outputs],
            "method": list(self.methods),
            "size": self.size,
            "seeds": self.seeds,
            "seed": self.seed,
            "second_order": self.second_order,
            "success": [str(condition) for condition in self.success],
            "emulator": self.emulator,
            "recalibrate": self.recalibrate,
        }


def default_success(outputs: Sequence[Output]) -> tuple[Condition, ...]:
    """Care entries fall and harm at home does not rise; () where effects are not studied."""
    if not any(output.is_effect for output in outputs):
        return ()
    return (
        Condition(Output("cla_start_rate", True), "below", 0.0),
        Condition(Output("harm_months_rate", True), "at most", 0.0),
    )
