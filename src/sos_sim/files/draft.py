"""A scenario in the making: values from files and overrides, where each came from, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.core.parameters import Value
from sos_sim.evidence.posterior import SHIPPED
from sos_sim.evidence.targets import Target
from sos_sim.files.budget import BudgetPlan, read_budget
from sos_sim.files.calendar import CalendarMonth, Month, MonthNumber, month_number
from sos_sim.files.dated import DatedValue, is_dated, out_of_order, read_steps
from sos_sim.files.declarations import Name, as_declared, trouble_with
from sos_sim.files.everyday_words import instead_of
from sos_sim.files.keys import (
    BUDGET,
    PROGRAMME_KEYS,
    SECTIONS,
    START,
    START_KEY,
    TARGETS,
    TEXTS,
    TOP,
    keys_of,
    parameters_of,
    refusal,
    unknown_key,
    writable_paths,
)
from sos_sim.files.layers import Layer
from sos_sim.files.programmes import MORE_KEYS, PROGRAMME_MONTHS, SHARE, UNITS, ScheduledProgramme, read_more
from sos_sim.files.reading import Keys
from sos_sim.files.run_settings import RunSettings
from sos_sim.files.targets import local_block, local_targets
from sos_sim.files.yaml_lines import Entry, describe, quoted
from sos_sim.model.programmes import Rollout

DEFAULT, OVERRIDE, DRAWN = "default", "override", "draw"
UNNAMED = "programme"
PROGRAMME_NAME = Name("what it is called")


@dataclass
class Draft:
    """Values by path (``theory.trust_gain``), programmes as mappings of key to value, and all problems met.

    ``origins`` says for each path whether a value is by 'default', from an 'override' or from 'file:line';
    programmes have paths such as ``programmes.NAME.training``. ``steps`` are values that change by date, by path, and
    ``start`` the calendar month that month 0 is, where one is given.
    """

    values: dict[str, Value]
    origins: dict[str, str]
    programmes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[ScenarioError] = field(default_factory=list)
    name: str = ""
    description: str = ""
    targets: dict[str, Target] = field(default_factory=dict)
    steps: dict[str, list[DatedValue]] = field(default_factory=dict)
    start: CalendarMonth | None = None
    budget: BudgetPlan | None = None
    posterior: str = ""

    def read(self, layer: Layer) -> None:
        """Lay one file over what is there: sections key by key, targets by id, programmes as a whole."""
        self.name, self.description = (self._text(layer, key) for key in ("name", "description"))
        for key, entry in layer.keys.items():
            if key in SECTIONS:
                self._read_section(layer, key, entry)
            elif key in PROGRAMME_KEYS:
                self._read_programmes(layer, key, entry)
            elif key == TARGETS:
                self._read_targets(layer, entry)
            elif key == BUDGET:
                self._read_budget(layer, entry)
            elif key == "posterior":
                self._read_posterior(layer, entry)
            elif key not in TEXTS:
                self.refuse(unknown_key(key, TOP, entry.value), layer.origin(entry))

    def override(self, path: str, value: Any) -> None:
        """Change the value at ``section.key``.

        ``programme.LEVER`` changes every programme that sets the lever, or all where none does;
        ``programme.start_month`` and ``programme.end_month`` change all.
        """
        section, _, key = path.partition(".")
        if section == "programme" and key in keys_of(section):
            self._override_programmes(key, value)
        elif section in (*SECTIONS, "programme"):
            self.set(section, key, value, OVERRIDE)
        else:
            settable = [path for path in writable_paths() if "." in path]
            allowed = ", ".join((*SECTIONS, "programme"))
            hint = instead_of(path, value, settable, lambda path: f"as {path}")
            hint = hint or did_you_mean(path, settable) or _full_path(path, settable)
            self.refuse(f"{quoted(path)} is not section.key with a section of {allowed}.{hint}", OVERRIDE)

    def set(self, section: str, key: str, value: Any, origin: str) -> None:
        """Set one value of a section, or note what is wrong with it."""
        path = f"{section}.{key}"
        if path == f"run.{START}":
            self._set_start(value, origin)
            return
        if key not in keys_of(section):
            self.refuse(unknown_key(key, section, value), origin)
            return
        checked = self._checked(section, key, value, origin)
        if checked is not None:
            self.values[path] = checked
            self.origins[path] = origin
            self.steps.pop(path, None)

    def run_settings(self) -> RunSettings:
        """How long and how often to run."""
        return RunSettings(*(int(self.values[f"run.{key}"]) for key in RunSettings._fields))

    def scheduled_programmes(self) -> tuple[ScheduledProgramme, ...]:
        """The programmes in order; a start that is not given is the first month after the warm-up."""
        return tuple(self._scheduled(programme) for programme in self.programmes)

    def counted_steps(self) -> dict[str, list[DatedValue]]:
        """What changes by date, by path, with all months counted from the end of the warm-up."""
        found = {}
        for path, steps in self.steps.items():
            origin = self.origins.get(f"{path}.from", OVERRIDE)
            dated = [step._replace(month=self._counted(step.month, f"{path} from", origin)) for step in steps]
            problem = out_of_order(path, dated, int(self.values["run.months"]), self.origins["run.months"])
            if problem:
                self.refuse(problem, origin)
            found[path] = dated
        return found

    def refuse(self, problem: str, origin: str) -> None:
        """Note a problem; all are reported together."""
        self.problems.append(refusal(problem, origin))

    def _checked(self, section: str, key: str, value: Any, origin: str) -> Any:
        declaration = keys_of(section)[key]
        found = CalendarMonth.read(value) if isinstance(declaration, MonthNumber) else None
        if found is not None:
            return found
        trouble = trouble_with(f"{section}.{key}", declaration, value)
        if trouble:
            self.refuse(trouble, origin)
            return None
        return as_declared(declaration, value)

    def _text(self, layer: Layer, key: str) -> str:
        if key not in layer.keys:
            return ""
        text: str = TEXTS[key].read(
            key, layer.keys[key], lambda problem, entry: self.refuse(problem, layer.origin(entry))
        )
        return text

    def _read_posterior(self, layer: Layer, entry: Entry) -> None:
        """Which posterior a file names; it must be there, since every later command draws from it."""
        named = self._text(layer, "posterior").strip()
        beside = layer.file.parent / named
        if named in SHIPPED and not beside.exists():
            self.posterior = named
        elif beside.is_file():
            self.posterior = str(beside)
        elif named:
            problem = (
                f"posterior is {quoted(named)}, but there is no such file beside this one; put it back, or name one "
                f"that is shipped ({', '.join(SHIPPED)})."
            )
            self.refuse(problem, layer.origin(entry))
        self.origins["posterior"] = layer.origin(entry)

    def _read_targets(self, layer: Layer, entry: Entry) -> None:
        keys = Keys(layer.file, "a scenario", {TARGETS: local_block()}, {TARGETS: entry})
        self.targets |= {target.id: target for target in local_targets(keys)}
        self.problems += keys.problems

    def _read_budget(self, layer: Layer, entry: Entry) -> None:
        self.origins[BUDGET] = layer.origin(entry)
        keys = Keys(layer.file, "a scenario", {}, {})
        self.budget = read_budget(keys, entry)
        self.problems += keys.problems

    def _read_section(self, layer: Layer, section: str, entry: Entry) -> None:
        for key, item in self._mapping(layer, section, entry).items():
            if is_dated(item.value) and key in parameters_of(section):
                self._read_steps(layer, section, key, item)
            else:
                self.set(section, key, item.value, layer.origin(item))

    def _read_steps(self, layer: Layer, section: str, key: str, entry: Entry) -> None:
        steps, keys = read_steps(layer.file, parameters_of(section)[key], entry.value)
        self.problems += keys.problems
        self.origins[f"{section}.{key}.from"] = layer.origin(entry)
        if steps:
            self.steps[f"{section}.{key}"] = steps

    def _set_start(self, value: Any, origin: str) -> None:
        self.origins[f"run.{START}"] = origin
        self.start = START_KEY.read("run.start", Entry(value, 0), lambda problem, _: self.refuse(problem, origin))

    def _counted(self, month: Month, what: str, origin: str) -> int:
        try:
            return month_number(month, self.start)
        except ValueError as error:
            self.refuse(f"{what}: {error}.", origin)
            return 0

    def _scheduled(self, programme: Mapping[str, Any]) -> ScheduledProgramme:
        """A programme with all its months counted from the end of the warm-up."""
        place = f"programmes.{programme['name']}."
        months: dict[str, int | None] = {
            key: None if value is None else self._counted(value, f"programme {programme['name']!r}: {key}", origin)
            for key, value, origin in (
                (key, programme.get(key, default), self.origins.get(place + key, self.origins.get(place + "name", "")))
                for key, default in (("start_month", 0), ("end_month", None), ("by_month", None))
            )
        }
        reach = Rollout(
            UNITS[programme.get("by", "post")],
            programme.get("teams", ()),
            months["by_month"],
            programme.get("waves"),
            programme.get("lot", ""),
        )
        levers = {key: value for key, value in programme.items() if key in parameters_of("programme")}
        start = months["start_month"] or 0
        return ScheduledProgramme(
            programme["name"], start, months["end_month"], levers, reach, programme.get("theory", {})
        )

    def _mapping(self, layer: Layer, what: str, entry: Entry) -> Mapping[str, Entry]:
        if isinstance(entry.value, dict):
            return entry.value
        self.refuse(f"{what} is {describe(entry.value)}, but must be a mapping of keys to values.", layer.origin(entry))
        return {}

    def _read_programmes(self, layer: Layer, key: str, entry: Entry) -> None:
        if all(key in layer.keys for key in PROGRAMME_KEYS):
            if key == PROGRAMME_KEYS[1]:
                self.refuse("a file has either programme (one) or programmes (a list), not both.", layer.origin(entry))
            return
        self.programmes = []
        self.origins = {path: origin for path, origin in self.origins.items() if not path.startswith("programmes.")}
        if key == "programme":
            self._read_programme(layer, entry, UNNAMED)
        elif isinstance(entry.value, list):
            for item in entry.value:
                self._read_programme(layer, item, "")
        else:
            problem = f"programmes is {describe(entry.value)}, but must be a list of programmes."
            self.refuse(problem, layer.origin(entry))

    def _read_programme(self, layer: Layer, entry: Entry, default_name: str) -> None:
        items = dict(self._mapping(layer, "programme", entry))
        name = self._programme_name(layer, entry, items.pop("name", None), default_name)
        programme: dict[str, Any] = {"name": name}
        self.origins[f"programmes.{name}.name"] = layer.origin(entry)
        more = {key: items.pop(key) for key in MORE_KEYS if key in items}
        programme |= self._read_more(layer, name, more, items)
        for key, item in items.items():
            origin = layer.origin(item)
            if key not in keys_of("programme"):
                self.refuse(unknown_key(key, "programme", item.value), origin)
                continue
            checked = self._checked("programme", key, item.value, origin)
            if checked is not None:
                programme[key] = checked
                self.origins[f"programmes.{name}.{key}"] = origin
        self.programmes.append(programme)

    def _read_more(
        self, layer: Layer, name: str, more: Mapping[str, Entry], beside: Mapping[str, Entry]
    ) -> dict[str, Any]:
        """Rollout, teams and strengths of a programme, flat: the share of staff is the lever that says it."""
        found, problems = read_more(layer.file, more)
        self.problems += problems
        self.origins |= {f"programmes.{name}.{key}": layer.origin(entry) for key, entry in more.items()}
        reach = found.pop("reach", None)
        if reach is None:
            return found
        if SHARE in beside:
            self.refuse(f"{SHARE} and reach both say whom a programme reaches; write one.", layer.origin(beside[SHARE]))
        where = layer.origin(more["reach"])
        self.origins |= {f"programmes.{name}.{key}": where for key in (SHARE, "by_month")}
        return found | {SHARE: reach.pop("share")} | {key: value for key, value in reach.items() if value}

    def _programme_name(self, layer: Layer, programme: Entry, entry: Entry | None, default: str) -> str:
        here = entry or Entry(default or None, programme.line)
        problems: list[str] = []
        name: str = PROGRAMME_NAME.read("name", here, lambda problem, _: problems.append(problem))
        if problems:
            given = "" if entry is None else f", not {describe(entry.value)}"
            problem = f"each of the programmes needs a name, {PROGRAMME_NAME.allowed()}{given}."
            self.refuse(problem, layer.origin(here))
        elif name in [other["name"] for other in self.programmes]:
            self.refuse(f"two programmes are called {name!r}; give each its own name.", layer.origin(here))
        return name

    def _override_programmes(self, key: str, value: Any) -> None:
        if not self.programmes:
            self.refuse(f"programme.{key} changes the scenario's programmes, but it has none.", OVERRIDE)
            return
        checked = self._checked("programme", key, value, OVERRIDE)
        if checked is None:
            return
        setting_it = [programme for programme in self.programmes if key in programme]
        for programme in self.programmes if key in PROGRAMME_MONTHS or not setting_it else setting_it:
            programme[key] = checked
            self.origins[f"programmes.{programme['name']}.{key}"] = OVERRIDE


def _full_path(key: str, paths: list[str]) -> str:
    found = [path for path in paths if path.partition(".")[2] == key]
    return f" Did you mean {found[0]!r}?" if found else ""
