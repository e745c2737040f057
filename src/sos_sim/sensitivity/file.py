"""Study files: what varies, what is looked at and by which method, checked before anything runs.

A study is YAML with the keys of ``KEYS``. All problems are reported together, each with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from sos_sim.core.errors import did_you_mean
from sos_sim.core.parameters import Parameter
from sos_sim.files.factors import Factor, declared_distribution
from sos_sim.files.naming import chosen_parameters
from sos_sim.files.scenario import Scenario
from sos_sim.files.spreads import read_distribution
from sos_sim.files.study_keys import Keys, read_keys
from sos_sim.files.yaml_lines import Entry, read_yaml
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.points import Failure
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

KEYS: Final = (
    "name",
    "description",
    "scenarios",
    "model",
    "vary",
    "groups",
    "outputs",
    "method",
    "size",
    "seeds",
    "seed",
    "second_order",
    "success",
    "emulator",
    "recalibrate",
    "failure",
)
RELATIONS: Final = ("below", "at most", "above", "at least")


def is_study(file: Path) -> bool:
    """Whether a file is meant as a study: it says what varies. Raises ScenarioError when it is no YAML."""
    content = read_yaml(file).value
    return isinstance(content, dict) and bool({"vary", "method"} & set(content))


def read_study(file: Path | str, models: Mapping[str, KnownModel], size: int | None = None) -> Study:
    """Read and check a study file; ``models`` are the known functions it may name, ``size`` replaces its own.

    Raises ScenarioError with every problem found, each with file, line, value and what is allowed.
    """
    path = Path(file)
    reader = _Reader(path, read_keys(path, "a study"), models)
    study = reader.study(size)
    reader.report()
    assert study is not None
    return study


class _Reader(Keys):
    """Reads a study from the keys of its file and notes every problem."""

    def __init__(self, file: Path, keys: Mapping[str, Entry], models: Mapping[str, KnownModel]) -> None:
        super().__init__(file, keys)
        self.models = models

    def study(self, size: int | None) -> Study | None:
        """The whole study, or None when something that all else hangs on is wrong."""
        self.refuse_unknown(KEYS, "a study")
        name, methods = self.text("name"), self._methods()
        scenarios, model = self._scenarios(), self._model()
        if self.problems or not methods:
            return None
        factors = self._factors(scenarios, model)
        outputs = self._outputs(scenarios, model)
        success = self._success(scenarios, model, outputs)
        default_size = SIZES[methods[0]][0]
        study = Study(
            name,
            self.text("description", needed=False),
            scenarios,
            model,
            factors,
            self._groups(factors, methods),
            outputs,
            methods,
            size or self.whole("size", default_size),
            self.whole("seeds", 1),
            self.whole("seed", 1),
            self.flag("second_order"),
            success,
            self._emulator(methods),
            self._recalibrates(),
            self.one_of("failure", get_args(Failure)),
        )
        self._refuse_contradictions(study)
        return study

    def _methods(self) -> tuple[Method, ...]:
        allowed = get_args(Method)
        found = self.texts("method")
        if not found:
            self.refuse(f"method is missing; it must be one of {', '.join(allowed)}.", self.keys.get("method"))
        for name, entry in found:
            if name not in allowed:
                text = f"method is {name!r}, but must be one of {', '.join(allowed)}.{did_you_mean(name, allowed)}"
                self.refuse(text, entry)
        methods = tuple(method for method in allowed if method in [name for name, _ in found])
        if len(methods) > 1 and not set(methods) <= set(GIVEN_DATA):
            text = f"{methods[0]} has a sample of its own; only {', '.join(GIVEN_DATA)} can share one."
            self.refuse(text, self.keys["method"])
        return methods

    def _scenarios(self) -> tuple[Scenario, ...]:
        found = self.scenarios()
        if len(found) > 2:
            text = "a study has one scenario, or two of which the first is the comparator."
            self.refuse(text, self.keys["scenarios"])
        return found

    def _model(self) -> str:
        entry = self.keys.get("model")
        if (entry is None) == ("scenarios" not in self.keys):
            text = "a study has either scenarios, or a model with known answers (proof of the harness)."
            self.refuse(text, entry)
            return ""
        name = "" if entry is None else str(entry.value)
        if entry is not None and name not in self.models:
            hint = did_you_mean(name, self.models)
            self.refuse(f"model is {name!r}, but must be one of {', '.join(self.models)}.{hint}", entry)
            return ""
        return name

    def _factors(self, scenarios: tuple[Scenario, ...], model: str) -> tuple[Factor, ...]:
        entry = self.keys.get("vary")
        items = [] if entry is None else entry.value if isinstance(entry.value, list) else [entry]
        found: dict[str, Factor] = {factor.name: factor for factor in self.models[model].factors} if model else {}
        for item in items:
            found |= self._varied(item, scenarios, model)
        if not found and not items:
            self.refuse("vary is missing; say what varies, for example: vary: [all beliefs].", entry)
        if DUMMY in found:
            self.refuse(f"{DUMMY!r} is added to every study and cannot be varied by name.", entry)
        return tuple(found.values())

    def _varied(self, item: Entry, scenarios: tuple[Scenario, ...], model: str) -> dict[str, Factor]:
        """The factors of one item of ``vary``: a name or phrase, or a name with its distribution."""
        pairs = item.value.items() if isinstance(item.value, dict) else [(item.value, None)]
        found: dict[str, Factor] = {}
        for phrase, distribution in pairs:
            try:
                found |= self._chosen(str(phrase), distribution, scenarios, model)
            except ValueError as problem:
                self.refuse(str(problem), distribution or item)
        return found

    def _chosen(
        self, phrase: str, entry: Entry | None, scenarios: tuple[Scenario, ...], model: str
    ) -> dict[str, Factor]:
        if model:
            raise ValueError("a model with known answers varies its own factors; leave vary out.")
        parameters = chosen_parameters(phrase, scenarios, self._switches())
        return {parameter.name: _factor(parameter, entry) for parameter in parameters}

    def _switches(self) -> set[str]:
        """Structural switches that the study itself varies."""
        entry = self.keys.get("vary")
        items = entry.value if entry is not None and isinstance(entry.value, list) else []
        words = [word for item in items for word in (item.value if isinstance(item.value, dict) else [item.value])]
        switches = {name for name, parameter in declared().items() if parameter.choices}
        return switches if "all structure" in words else switches & {str(word) for word in words}

    def _groups(self, factors: tuple[Factor, ...], methods: tuple[Method, ...]) -> dict[str, tuple[str, ...]]:
        entry = self.keys.get("groups")
        if entry is None:
            return {}
        if not isinstance(entry.value, dict) or not set(methods) <= set(GROUPABLE):
            self.refuse(f"groups must map a name to factors, and goes with {' and '.join(GROUPABLE)} only.", entry)
            return {}
        varied = {factor.name for factor in factors}
        found: dict[str, tuple[str, ...]] = {}
        for name, members in entry.value.items():
            found[name] = self._members(members, varied - {taken for names in found.values() for taken in names})
        return found

    def _members(self, entry: Entry, free: set[str]) -> tuple[str, ...]:
        items = entry.value if isinstance(entry.value, list) else [entry]
        names: list[str] = []
        for item in items:
            here = [name for name in self._named(item, free) if name not in names]
            if not here:
                self.refuse(f"{item.value!r} names no factor that varies and is not in a group yet.", item)
            names += here
        return tuple(names)

    def _named(self, item: Entry, free: set[str]) -> list[str]:
        """Those of the free factors that a name or phrase means."""
        if item.value in free:
            return [str(item.value)]
        try:
            return [found.name for found in chosen_parameters(str(item.value), (), set()) if found.name in free]
        except ValueError as problem:
            self.refuse(str(problem), item)
            return []

    def _outputs(self, scenarios: tuple[Scenario, ...], model: str) -> tuple[Output, ...]:
        known = self.models[model].outputs if model else ()
        outputs = tuple(
            output for text, entry in self.texts("outputs") if (output := self._output(text, entry, scenarios, known))
        )
        if model and "outputs" not in self.keys:
            return tuple(Output(name, False) for name in known)
        if not outputs:
            text = "outputs is missing; name measures, or effects such as: outputs: [effect of cla_start_rate]."
            self.refuse(text, self.keys.get("outputs"))
        return outputs

    def _output(
        self, text: str, entry: Entry, scenarios: tuple[Scenario, ...], known: tuple[str, ...]
    ) -> Output | None:
        is_effect, measure = text.startswith(EFFECT_OF), text.removeprefix(EFFECT_OF).strip()
        allowed = known or tuple(MEASURES)
        if measure not in allowed:
            self.refuse(f"there is no measure {measure!r}.{did_you_mean(measure, allowed)}", entry)
            return None
        if is_effect and len(scenarios) != 2:
            self.refuse(f"{text!r} needs two scenarios: a comparator and one to set against it.", entry)
            return None
        return Output(measure, is_effect)

    def _success(
        self, scenarios: tuple[Scenario, ...], model: str, outputs: tuple[Output, ...]
    ) -> tuple[Condition, ...]:
        if "success" not in self.keys:
            return default_success(outputs)
        known = self.models[model].outputs if model else ()
        return tuple(
            condition
            for text, entry in self.texts("success")
            if (condition := self._condition(text, entry, scenarios, known))
        )

    def _condition(
        self, text: str, entry: Entry, scenarios: tuple[Scenario, ...], known: tuple[str, ...]
    ) -> Condition | None:
        relation = next((word for word in RELATIONS if f" {word} " in text), "")
        left, _, right = text.partition(f" {relation} ")
        try:
            bound = float(right)
        except ValueError:
            example = "effect of cla_start_rate below 0"
            self.refuse(f"{text!r} is no criterion: write OUTPUT {'|'.join(RELATIONS)} NUMBER, as {example!r}.", entry)
            return None
        output = self._output(left.strip(), entry, scenarios, known)
        return output and Condition(output, relation, bound)

    def _emulator(self, methods: tuple[Method, ...]) -> bool:
        given = self.word("emulator", "gaussian_process")
        if given and not set(methods) <= {"sobol", *GIVEN_DATA}:
            text = f"an emulator goes with sobol, {', '.join(GIVEN_DATA)}; not with {methods[0]}."
            self.refuse(text, self.keys["emulator"])
        return given

    def _recalibrates(self) -> bool:
        given = self.word("recalibrate", "thresholds")
        if given and "model" in self.keys:
            self.refuse("recalibrate needs scenarios, not a model with known answers.", self.keys["recalibrate"])
        return given

    def _refuse_contradictions(self, study: Study) -> None:
        for holds, key, problem in _contradictions(study):
            if holds:
                self.refuse(problem, self.keys.get(key))


def _contradictions(study: Study) -> list[tuple[bool, str, str]]:
    """What is each allowed but not together: whether it is so here, the key at fault, the sentence."""
    wide = [factor.name for factor in study.factors if _levels(factor) > 2]
    return [
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
        ("morris" in study.methods and study.size < 4, "size", "morris needs a size of at least 4 trajectories."),
    ]


def _levels(factor: Factor) -> int:
    choices: Any = getattr(factor.distribution, "choices", ())
    return len(choices)


def _factor(parameter: Parameter, entry: Entry | None) -> Factor:
    read: Callable[[], Any] = (
        (lambda: declared_distribution(parameter)) if entry is None else (lambda: read_distribution(parameter, entry))
    )
    distribution = read()
    if distribution is None:
        example = f"{parameter.name}: {{range: [{parameter.low:g}, {parameter.high:g}]}}"
        raise ValueError(f"{parameter.name} has no declared distribution; give one, for example {example}.")
    return Factor(parameter.name, distribution)
