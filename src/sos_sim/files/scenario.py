"""Scenario files: what is run, checked in full before anything happens.

A scenario is YAML with the sections ``authority`` (facts), ``theory`` (beliefs), ``structure``
(switches), ``programme`` or ``programmes`` (levers and when they act) and ``run``. With ``extends`` it
holds only what differs from another file. Every value remembers where it came from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sos_sim.agents.state import Records
from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.core.luck import mix
from sos_sim.core.notebook import fact_table
from sos_sim.core.parameters import Value
from sos_sim.evidence.targets import Target
from sos_sim.files.budget import BudgetPlan
from sos_sim.files.calendar import CalendarMonth
from sos_sim.files.checks import contradictions
from sos_sim.files.dated import DatedValue, in_full
from sos_sim.files.declarations import as_declared
from sos_sim.files.draft import DEFAULT, DRAWN, OVERRIDE, Draft
from sos_sim.files.keys import VALUE_SECTIONS, homes, parameters_of
from sos_sim.files.layers import read_layers
from sos_sim.files.programmes import ScheduledProgramme, resolved_programme
from sos_sim.files.reading import Keys, all_of
from sos_sim.files.run_settings import RUN_KEYS, RunSettings
from sos_sim.files.shipped import file_beside, find_file
from sos_sim.files.targets import with_local
from sos_sim.files.yaml_lines import Entry, quoted, read_scalar
from sos_sim.model.programmes import Offers, lay_out
from sos_sim.model.setting import UNLIMITED, Era, Setting, make_setting
from sos_sim.theory.budget import Budget
from sos_sim.theory.parameters import Parameters, is_null, make_parameters


@dataclass(frozen=True, repr=False)
class Scenario:
    """A checked scenario.

    ``values`` holds every parameter of ``authority``, ``theory`` and ``structure`` by name, defaults
    filled in. ``origins`` tells for each path (``theory.trust_gain``, ``run.seed``,
    ``programmes.NAME.training``) whether its value is a 'default', an 'override', or from 'file:line'.
    ``local_targets`` are the official figures that its files give; they play no part in a run. ``steps`` has for each
    path that changes by date what it changes to, in months after the warm-up; ``start`` is the calendar month
    that month 0 is, where the files say so, and ``budget`` what programmes may cost in a year. ``posterior`` is the
    file, or the name of a shipped one, that draws of parameters come from; '' where its files name none.
    """

    name: str
    description: str
    values: Mapping[str, Value]
    programmes: tuple[ScheduledProgramme, ...]
    run: RunSettings
    origins: Mapping[str, str]
    local_targets: tuple[Target, ...] = ()
    steps: Mapping[str, Sequence[DatedValue]] = field(default_factory=dict)
    start: CalendarMonth | None = None
    budget: BudgetPlan | None = None
    posterior: str = ""

    def __repr__(self) -> str:
        facts = ", ".join(f"{name} {fact}" for name, fact in self._facts().items())
        return f"Scenario({self.name!r}: {facts})"

    def _repr_html_(self) -> str:
        return fact_table(f"Scenario: {self.name}", self._facts())

    def _facts(self) -> dict[str, object]:
        return {
            "programmes": ", ".join(plan.name for plan in self.programmes) or "none",
            "values set": ", ".join(f"{name}={self.values[name]}" for name in self.given) or "none",
            "months": f"{self.run.months} after {self.run.warmup_months} of warm-up",
            "seed": self.run.seed,
        }

    def targets(self) -> list[Target]:
        """The official figures it is held against: its authority's own where its files give them, else England's."""
        return with_local(self.local_targets)

    @property
    def changes(self) -> dict[str, list[tuple[int, Value]]]:
        """For each path that changes by date, the months after the warm-up from which it has which value."""
        return {
            path: in_full(steps, self.values[path.partition(".")[2]], self.run.months)
            for path, steps in self.steps.items()
        }

    def parameters(self) -> Parameters:
        """The parameters as both engines read them."""
        return make_parameters(self.values)

    def seed(self, replicate: int) -> int:
        """The seed of a replicate, counted from 0: the same for every scenario with this ``run.seed``."""
        return mix(self.run.seed, replicate) >> 1

    def setting(self, replicate: int) -> Setting:
        """All inputs of one replicate, with programme months counted from the start of the warm-up."""
        return self._setting(replicate, self.programmes)

    def past_setting(self, replicate: int) -> Setting:
        """The same replicate without programmes: the past that scenarios can share."""
        return self._setting(replicate, ())

    def resolved(self) -> dict[str, Any]:
        """What determines results and nothing else, as plain nested data; names and origins are left out."""
        sections = {section: {name: self.values[name] for name in parameters_of(section)} for section in VALUE_SECTIONS}
        programmes = [plan.resolved() for plan in self.programmes]
        dated = {"changes": {path: [*steps] for path, steps in self.changes.items()}} if self.changes else {}
        budget = {"budget": self.budget.resolved()} if self.budget else {}
        return {**sections, "programmes": programmes, "run": self.run._asdict(), **dated, **budget}

    def with_values(self, **values: Any) -> Scenario:
        """The same scenario with parameters, levers or run keys changed by name, checked anew.

        A lever is changed in every programme that sets it, or in all where none does. Raises
        ScenarioError for unknown names, values that are not allowed, and contradictions.
        """
        draft = self._draft()
        for name, value in values.items():
            section = homes().get(name)
            if not section:
                raise ScenarioError(f"no parameter is called {name!r}.{did_you_mean(name, homes())}")
            draft.override(f"{section}.{name}", value)
        return _finish(draft)

    def drawn(self, values: Mapping[str, Value]) -> Scenario:
        """The same scenario with a draw of parameters wherever neither its files nor an override set one.

        Raises ScenarioError when the draw contradicts what is set.
        """
        given, draft = self.given, self._draft()
        for name, value in values.items():
            if name not in given:
                draft.set(homes()[name], name, value, DRAWN)
        return _finish(draft)

    @property
    def given(self) -> list[str]:
        """Names of the parameters that its files or overrides set, sorted."""
        return sorted(name for name in self.values if self.origins[f"{homes()[name]}.{name}"] != DEFAULT)

    def offers(self, teams: Records) -> Offers:
        """What programmes set in every month from the start of the warm-up, and whom they reach among these teams."""
        plans = [plan.after(self.run.warmup_months, self.run.months) for plan in self.programmes]
        return lay_out(self.run.warmup_months + self.run.months, teams, plans)

    def limits(self) -> Budget:
        """What its programmes may cost in a year, with months from the start of the warm-up."""
        return UNLIMITED if self.budget is None else self.budget.after(self.run.warmup_months)

    def eras(self) -> tuple[Era, ...]:
        """Parameters that come into force later, by date or with a programme, in months since the warm-up began."""
        months = {month for steps in self.changes.values() for month, _ in steps}
        for plan in self.programmes:
            acts = plan.months(self.run.months)
            months |= {acts.start, acts.stop} if plan.theory else set()
        warmup = self.run.warmup_months
        return tuple(
            Era(warmup + month, make_parameters(self.values_in(month)))
            for month in sorted(months)
            if month < self.run.months
        )

    def values_in(self, month: int) -> dict[str, Value]:
        """Every parameter as it is in a month after the warm-up; no programme changes any where the theory is null."""
        values = dict(self.values)
        for path, steps in self.changes.items():
            values |= {path.partition(".")[2]: value for since, value in steps if since <= month}
        for plan in self.programmes if not is_null(values) else ():
            values |= plan.theory if month in plan.months(self.run.months) else {}
        return values

    def _setting(self, replicate: int, plans: tuple[ScheduledProgramme, ...]) -> Setting:
        warmup, months = self.run.warmup_months, self.run.months
        programmes = [plan.after(warmup, months) for plan in plans]
        return make_setting(
            self.parameters(), self.seed(replicate), warmup + months, programmes, eras=self.eras(), budget=self.limits()
        )

    def _draft(self) -> Draft:
        values = {f"{homes()[name]}.{name}": value for name, value in self.values.items()}
        values |= {f"run.{key}": value for key, value in self.run._asdict().items()}
        return Draft(
            values,
            dict(self.origins),
            [plan.as_written() for plan in self.programmes],
            name=self.name,
            description=self.description,
            targets={target.id: target for target in self.local_targets},
            steps={path: list(steps) for path, steps in self.steps.items()},
            start=self.start,
            budget=self.budget,
            posterior=self.posterior,
        )


def load_scenario(path: Path | str, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Read, layer and check a scenario file; ``overrides`` are by path, as ``{"authority.children": 5000}``.

    A name without folder and ending may also mean a scenario that comes with the package; see ``files.shipped``.
    Raises ScenarioError with every problem found, each with file, line, value and what is allowed.
    """
    draft, layers = _defaults(), read_layers(find_file(path, "scenarios"))
    for layer in layers:
        draft.read(layer)
    if "name" not in layers[-1].keys:
        draft.problems.append(ScenarioError("the scenario has no name; write name: at the top of the file.", file=path))
    for override, value in (overrides or {}).items():
        draft.override(override, value)
    return _finish(draft)


def scenario_of(given: Scenario | Path | str) -> Scenario:
    """The scenario that is given, or read from the file that is. Raises as ``load_scenario``."""
    return given if isinstance(given, Scenario) else load_scenario(given)


def scenarios_of(
    keys: Keys, names: Sequence[Entry], overrides: Mapping[str, Any] | None = None
) -> tuple[Scenario, ...]:
    """The scenario files that a file names, from its own folder; those that cannot be used are noted in ``keys``.

    ``overrides`` are set in each of them, as in ``load_scenario``.
    """
    found: list[Scenario] = []
    for entry in names:
        try:
            found.append(load_scenario(file_beside(keys.file, entry.value, "scenarios"), overrides))
        except ScenarioError as problem:
            keys.refuse(f"scenario {quoted(entry.value)} cannot be used: {problem}", entry)
    if len({scenario.name for scenario in found}) < len(found):
        keys.refuse(f"both scenarios are called {found[0].name!r}; give each its own name.", names[-1])
    return tuple(found)


def rebuilt(name: str, resolved: Mapping[str, Any], replicates: int, given: Collection[str] = ()) -> Scenario:
    """The scenario of which a results folder holds what was ``resolved``, and which values were ``given``.

    Raises ScenarioError when the values are none that this version of the model knows.
    """
    values = {f"{section}.{key}": value for section in VALUE_SECTIONS for key, value in resolved[section].items()}
    values |= {f"run.{key}": value for key, value in {**resolved["run"], "replicates": replicates}.items()}
    draft = _defaults()
    for path, value in values.items():
        section, _, key = path.partition(".")
        draft.set(section, key, value, OVERRIDE if key in given or section == "run" else DEFAULT)
    draft.name = name
    draft.programmes = [
        resolved_programme(f"programme {number}", plan).as_written()
        for number, plan in enumerate(resolved["programmes"], 1)
    ]
    if "budget" in resolved:
        draft.budget = BudgetPlan(resolved["budget"]["a_year"], tuple(resolved["budget"]["gives_way"]))
    for path, steps in resolved.get("changes", {}).items():
        draft.steps[path] = [DatedValue(month, value) for month, value in steps]
    return _finish(draft)


def parse_assignment(text: str) -> tuple[str, Any]:
    """The path and value of ``path=value``, the value typed as in a scenario file.

    Raises ScenarioError when the text is not of that form.
    """
    path, equals, written = text.partition("=")
    try:
        value = read_scalar(written)
    except ValueError as error:
        raise ScenarioError(f"in {quoted(text)}, {error}; write for example theory.trust_gain=0.2.") from error
    if not path.strip() or not equals or value is None:
        raise ScenarioError(f"{quoted(text)} is not path=value; write for example theory.trust_gain=0.2.")
    return path.strip(), value


def _defaults() -> Draft:
    declared = {f"{section}.{name}": p for section in VALUE_SECTIONS for name, p in parameters_of(section).items()}
    values = {path: as_declared(parameter, parameter.default) for path, parameter in declared.items()}
    values |= {f"run.{key}": as_declared(plan, plan.default) for key, plan in RUN_KEYS.items()}
    return Draft(values, dict.fromkeys(values, DEFAULT))


def _finish(draft: Draft) -> Scenario:
    programmes, run, steps = draft.scheduled_programmes(), draft.run_settings(), draft.counted_steps()
    problems = draft.problems or contradictions(draft.values, programmes, run, draft.origins)
    if problems:
        raise all_of(problems)
    values = {name: draft.values[f"{section}.{name}"] for section in VALUE_SECTIONS for name in parameters_of(section)}
    targets = tuple(draft.targets.values())
    return Scenario(
        draft.name,
        draft.description,
        values,
        programmes,
        run,
        draft.origins,
        local_targets=targets,
        steps=steps,
        start=draft.start,
        budget=draft.budget,
        posterior=draft.posterior,
    )
