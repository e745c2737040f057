"""Study files: what varies, what is looked at and by which method, checked before anything runs.

A study is YAML with the keys of ``KEYS``. All problems are reported together, each with its line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

from sos_sim.core.errors import did_you_mean
from sos_sim.core.parameters import Parameter
from sos_sim.files.declarations import AsWritten, Flag, Key, Name, Number, OneOf, Several, Text
from sos_sim.files.factors import Factor, declared_distribution
from sos_sim.files.naming import chosen_parameters, names_and_phrases
from sos_sim.files.notation import number_in
from sos_sim.files.reading import Keys
from sos_sim.files.scenario import scenarios_of
from sos_sim.files.spreads import distribution_schema, read_distribution
from sos_sim.files.yaml_lines import Entry, describe, quoted
from sos_sim.outcomes.expected import READABLE
from sos_sim.runs.points import Failure
from sos_sim.sensitivity.effect_surfaces import least_rows, terms_of
from sos_sim.sensitivity.study import (
    DUMMY,
    EFFECT_OF,
    GIVEN_DATA,
    GROUPABLE,
    SIZES,
    Condition,
    KnownModel,
    Method,
    Output,
    Study,
    default_success,
)
from sos_sim.theory.parameters import declared

RELATIONS: Final = ("below", "at most", "above", "at least")
MOST: Final = 1_000_000


def _varied_schema() -> dict[str, Any]:
    names = {"enum": names_and_phrases()}
    spread = {"type": "object", "propertyNames": names, "additionalProperties": distribution_schema()}
    item = {"anyOf": [names, spread | {"minProperties": 1}]}
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


def _groups_schema() -> dict[str, Any]:
    name = {"type": "string"}
    return {"type": "object", "additionalProperties": {"anyOf": [name, {"type": "array", "items": name}]}}


def _measure(ending: str = "") -> dict[str, Any]:
    return {"pattern": f"^({EFFECT_OF})?({'|'.join((*READABLE, 'value'))}){ending}$"}


KEYS: Final[Mapping[str, Key]] = {
    "name": Name("what the study is called", needed=True),
    "description": Text("what it asks, for a reader who does not know the model"),
    "scenarios": Several(
        "scenario files, from this file's folder; of two the first is the comparator", Text("a file"), most=2
    ),
    "model": Text("in place of scenarios: a function with known answers, proof of the harness"),
    "vary": AsWritten("names or phrases of what varies, or names with a distribution", _varied_schema),
    "groups": AsWritten("a name for factors that move together, and which", _groups_schema),
    "outputs": Several("measures, or 'effect of' one", Text("a measure", rules=_measure)),
    "method": Several("how the sample is drawn and read", OneOf("a method", get_args(Method)), needed=True),
    "size": Number(None, "trajectories, base points or rows", "how large the sample is", 1, MOST),
    "seeds": Number(1, "replicates", "that all rows share", 1, MOST),
    "seed": Number(1, "seed", "from which the sample is drawn", 1, MOST),
    "second_order": Flag("whether sobol estimates interactions of two"),
    "success": Several(
        "what counts as success, OUTPUT RELATION NUMBER",
        Text("a criterion", rules=lambda: _measure(f" ({'|'.join(RELATIONS)}) [-+–−.0-9][-+.,eE0-9%]*")),
    ),
    "emulator": OneOf("what stands in for the model", ("gaussian_process",)),
    "recalibrate": OneOf("what every row fits to England's activity", ("thresholds",)),
    "failure": OneOf("what a failed row does", get_args(Failure), default=get_args(Failure)[0]),
}
WHAT_RUNS: Final[Mapping[str, Any]] = {
    "oneOf": [{"required": ["scenarios", "vary", "outputs"]}, {"required": ["model"]}]
}
"""A study has scenarios or a model, as a JSON Schema says it."""


def read_study(
    file: Path | str,
    models: Mapping[str, KnownModel],
    size: int | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Study:
    """Read and check a study file; ``models`` are the known functions it may name, ``size`` replaces its own.

    ``overrides`` are set in its scenarios, by path as ``{"authority.children": 5000}``.

    Raises ScenarioError with every problem found, each with file, line, value and what is allowed.
    """
    reader = _Reader(Keys.of(Path(file), "a study", KEYS), models, overrides)
    study = reader.study(size)
    reader.keys.report()
    assert study is not None
    return study


class _Reader:
    """Makes a study of the keys of its file and notes every problem."""

    def __init__(
        self, keys: Keys, models: Mapping[str, KnownModel], overrides: Mapping[str, Any] | None = None
    ) -> None:
        self.keys = keys
        self.models = models
        self.model = self._model()
        self.scenarios = scenarios_of(keys, keys["scenarios"], overrides)
        self.methods: tuple[Method, ...] = self._methods()

    def study(self, size: int | None) -> Study | None:
        """The whole study, or None when something that all else hangs on is wrong."""
        keys = self.keys
        if not keys.sound:
            return None
        factors, outputs = self._factors(), self._outputs()
        study = Study(
            keys["name"],
            keys["description"],
            self.scenarios,
            self.model,
            factors,
            self._groups(factors),
            outputs,
            self.methods,
            size or keys["size"] or SIZES[self.methods[0]][0],
            keys["seeds"],
            keys["seed"],
            keys["second_order"],
            self._success(outputs),
            bool(keys["emulator"]),
            bool(keys["recalibrate"]),
            keys["failure"],
        )
        for holds, key, problem in _contradictions(study):
            if holds:
                keys.refuse(problem, key)
        return study

    def _model(self) -> str:
        name: str = self.keys["model"]
        if bool(name) == ("scenarios" in self.keys.given):
            self.keys.refuse(
                "a study has either scenarios, or a model with known answers (proof of the harness).", "model"
            )
        elif name and name not in self.models:
            hint = did_you_mean(name, self.models)
            self.keys.refuse(f"model is {quoted(name)}, but must be one of {', '.join(self.models)}.{hint}", "model")
        return name

    def _methods(self) -> tuple[Method, ...]:
        named = [entry.value for entry in self.keys["method"]]
        methods = tuple(method for method in get_args(Method) if method in named)
        if len(methods) > 1 and not set(methods) <= set(GIVEN_DATA):
            text = f"{methods[0]} has a sample of its own; only {', '.join(GIVEN_DATA)} can share one."
            self.keys.refuse(text, "method")
        return methods

    def _factors(self) -> tuple[Factor, ...]:
        entry = self.keys["vary"]
        if self.model:
            if entry is not None:
                self.keys.refuse("a model with known answers varies its own factors; leave vary out.", entry)
            return self.models[self.model].factors
        pairs = _pairs(entry)
        if not pairs:
            self.keys.refuse("vary is missing; say what varies, for example: vary: [all beliefs].", "vary")
        found: dict[str, Factor] = {}
        named: set[str] = set()
        for item, distribution in pairs:
            try:
                factors = self._chosen(item, distribution)
            except ValueError as problem:
                self.keys.refuse(str(problem), distribution or item)
                continue
            if item.value in named:
                self.keys.refuse(f"{item.value} is named twice in vary; once is enough.", item)
            found |= {name: factor for name, factor in factors.items() if name not in named}
            named |= {item.value} & set(factors)
        return tuple(found.values())

    def _chosen(self, item: Entry, distribution: Entry | None) -> dict[str, Factor]:
        """The factors that an item of ``vary`` means, by name. Raises ValueError saying what is wrong."""
        if not isinstance(item.value, str):
            raise ValueError(f"vary holds {describe(item.value)}, but must be {KEYS['vary'].allowed()}.")
        parameters = chosen_parameters(item.value, self.scenarios, self._switches())
        return {parameter.name: _factor(parameter, distribution) for parameter in parameters}

    def _switches(self) -> set[str]:
        """Structural switches that the study itself varies."""
        words = [item.value for item, _ in _pairs(self.keys["vary"]) if isinstance(item.value, str)]
        switches = {name for name, parameter in declared().items() if parameter.choices}
        return switches if "all structure" in words else switches & set(words)

    def _groups(self, factors: tuple[Factor, ...]) -> dict[str, tuple[str, ...]]:
        entry = self.keys["groups"]
        if entry is None:
            return {}
        if not isinstance(entry.value, dict) or not set(self.methods) <= set(GROUPABLE):
            problem = f"groups must map a name to factors, and goes with {' and '.join(GROUPABLE)} only."
            self.keys.refuse(problem, entry)
            return {}
        free = {factor.name for factor in factors}
        found: dict[str, tuple[str, ...]] = {}
        for name, members in entry.value.items():
            if name in free or name == DUMMY:
                self.keys.refuse(f"a group cannot be called {quoted(name)}: a factor is.", members)
            found[name] = self._members(members, free - {taken for names in found.values() for taken in names})
        return found

    def _members(self, entry: Entry, free: set[str]) -> tuple[str, ...]:
        items = entry.value if isinstance(entry.value, list) else [entry]
        names: list[str] = []
        for item in items:
            here = [name for name in self._named(item, free) if name not in names]
            if not here:
                problem = f"{describe(item.value)} names no factor that varies and is not in a group yet."
                self.keys.refuse(problem, item)
            names += here
        return tuple(names)

    def _named(self, item: Entry, free: set[str]) -> list[str]:
        """Those of the free factors that a name or phrase means."""
        if not isinstance(item.value, str):
            return []
        if item.value in free:
            return [item.value]
        try:
            return [found.name for found in chosen_parameters(item.value, (), set()) if found.name in free]
        except ValueError as problem:
            self.keys.refuse(str(problem), item)
            return []

    def _outputs(self) -> tuple[Output, ...]:
        outputs = tuple(
            output for entry in self.keys["outputs"] if (output := self._output(entry.value, entry)) is not None
        )
        if self.model and "outputs" not in self.keys.given:
            return tuple(Output(name, False) for name in self.models[self.model].outputs)
        if not outputs:
            text = "outputs is missing; name measures, or effects such as: outputs: [effect of cla_start_rate]."
            self.keys.refuse(text, "outputs")
        return outputs

    def _output(self, text: str, entry: Entry) -> Output | None:
        is_effect, measure = text.startswith(EFFECT_OF), text.removeprefix(EFFECT_OF).strip()
        allowed = self.models[self.model].outputs if self.model else tuple(READABLE)
        if measure not in allowed:
            self.keys.refuse(f"there is no measure {quoted(measure)}.{did_you_mean(measure, allowed)}", entry)
            return None
        if is_effect and len(self.scenarios) != 2:
            self.keys.refuse(f"{text!r} needs two scenarios: a comparator and one to set against it.", entry)
            return None
        return Output(measure, is_effect)

    def _success(self, outputs: tuple[Output, ...]) -> tuple[Condition, ...]:
        if "success" not in self.keys.given:
            return default_success(outputs)
        found = [self._condition(entry) for entry in self.keys["success"]]
        return tuple(condition for condition in found if condition is not None)

    def _condition(self, entry: Entry) -> Condition | None:
        text: str = entry.value
        relation = next((word for word in RELATIONS if f" {word} " in text), "")
        left, _, right = text.partition(f" {relation} ")
        bound = _finite(right)
        if bound is None:
            example = "effect of cla_start_rate below 0"
            self.keys.refuse(
                f"{quoted(text)} is no criterion: write OUTPUT {'|'.join(RELATIONS)} NUMBER, as {example!r}.", entry
            )
            return None
        output = self._output(left.strip(), entry)
        return output and Condition(output, relation, bound)


def _pairs(entry: Entry | None) -> list[tuple[Entry, Entry | None]]:
    """The items of ``vary``: a name or phrase, and its distribution where it has one."""
    items = [] if entry is None else entry.value if isinstance(entry.value, list) else [entry]
    return [
        pair
        for item in items
        for pair in (
            [(Entry(name, spread.line), spread) for name, spread in item.value.items()]
            if isinstance(item.value, dict)
            else [(item, None)]
        )
    ]


def _finite(text: str) -> float | None:
    """The number that a text is, None when it is none."""
    number = number_in(text)
    return number if number is not None and math.isfinite(number) else None


def _contradictions(study: Study) -> list[tuple[bool, str, str]]:
    """What is each allowed but not together: whether it is so here, the key at fault, the sentence."""
    wide = [factor.name for factor in study.factors if _levels(factor) > 2]
    given_data = {"sobol", *GIVEN_DATA}
    return [
        (
            study.emulator and not set(study.methods) <= given_data,
            "emulator",
            f"an emulator goes with sobol, {', '.join(GIVEN_DATA)}; not with {study.methods[0]}.",
        ),
        (
            study.recalibrate and bool(study.model),
            "recalibrate",
            "recalibrate needs scenarios, not a model with known answers.",
        ),
        (study.second_order and study.methods != ("sobol",), "second_order", "second_order goes with method sobol."),
        (study.second_order and study.emulator, "second_order", "second_order is not estimated from an emulator."),
        (
            "factorial" in study.methods and bool(wide),
            "vary",
            f"a factorial takes two levels of each factor; give {', '.join(wide[:3])} two choices.",
        ),
        (
            "factorial" in study.methods and study.seeds < 2,
            "seeds",
            "a factorial needs seeds: 2 or more, since its intervals come from them.",
        ),
        (
            bool({"prim", "cart"} & set(study.methods)) and not study.success,
            "success",
            "prim and cart need a success criterion, for example: success: [effect of cla_start_rate below 0].",
        ),
        (
            study.methods == ("sobol",) and not study.emulator and bool(study.size & (study.size - 1)),
            "size",
            f"size is {study.size}, but sobol needs a power of 2, for example 256.",
        ),
        (
            study.moderates and (len(study.scenarios) != 2 or not all(output.is_effect for output in study.outputs)),
            "outputs",
            "moderation is about effects: it needs two scenarios, and outputs such as: effect of cla_start_rate.",
        ),
        (
            study.moderates and not [term for term in terms_of(study.factors) if not term.is_strength],
            "vary",
            "moderation needs something that moderates: what varies here are programme strengths alone.",
        ),
        (
            study.moderates and study.size < least_rows(study.factors),
            "size",
            f"size is {study.size}, but the surfaces of this study need at least {least_rows(study.factors)} rows.",
        ),
        ("morris" in study.methods and study.size < 4, "size", "morris needs a size of at least 4 trajectories."),
    ]


def _levels(factor: Factor) -> int:
    choices: Any = getattr(factor.distribution, "choices", ())
    return len(choices)


def _factor(parameter: Parameter, entry: Entry | None) -> Factor:
    distribution = declared_distribution(parameter) if entry is None else read_distribution(parameter, entry)
    if distribution is None:
        example = f"{parameter.name}: {{range: [{parameter.low:g}, {parameter.high:g}]}}"
        raise ValueError(f"{parameter.name} has no declared distribution; give one, for example {example}.")
    return Factor(parameter.name, distribution)
