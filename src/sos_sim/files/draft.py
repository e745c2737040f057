"""A scenario in the making: values from files and overrides, where each came from, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.core.parameters import Value
from sos_sim.evidence.posterior import SHIPPED
from sos_sim.evidence.targets import Target
from sos_sim.files.declarations import Name, as_declared, trouble_with
from sos_sim.files.keys import (
    PROGRAMME_KEYS,
    SECTIONS,
    TARGETS,
    TEXTS,
    TOP,
    keys_of,
    parameters_of,
    refusal,
    unknown_key,
)
from sos_sim.files.layers import Layer
from sos_sim.files.reading import Keys
from sos_sim.files.run_settings import PROGRAMME_MONTHS, RunSettings, ScheduledProgramme
from sos_sim.files.targets import local_block, local_targets
from sos_sim.files.yaml_lines import Entry, describe, quoted

DEFAULT, OVERRIDE, DRAWN = "default", "override", "draw"
UNNAMED = "programme"
PROGRAMME_NAME = Name("what it is called")


@dataclass
class Draft:
    """Values by path (``theory.trust_gain``), programmes as mappings of key to value, and all problems met.

    ``origins`` says for each path whether a value is by 'default', from an 'override' or from 'file:line';
    programmes have paths such as ``programmes.NAME.training``.
    """

    values: dict[str, Value]
    origins: dict[str, str]
    programmes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[ScenarioError] = field(default_factory=list)
    name: str = ""
    description: str = ""
    targets: dict[str, Target] = field(default_factory=dict)
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
            elif key == "posterior":
                self._read_posterior(layer, entry)
            elif key not in TEXTS:
                self.refuse(unknown_key(key, TOP), layer.origin(entry))

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
            paths = [f"{known}.{name}" for known in (*SECTIONS, "programme") for name in keys_of(known)]
            allowed = ", ".join((*SECTIONS, "programme"))
            hint = did_you_mean(path, paths) or _full_path(path, paths)
            self.refuse(f"{quoted(path)} is not section.key with a section of {allowed}.{hint}", OVERRIDE)

    def set(self, section: str, key: str, value: Any, origin: str) -> None:
        """Set one value of a section, or note what is wrong with it."""
        if key not in keys_of(section):
            self.refuse(unknown_key(key, section), origin)
            return
        path = f"{section}.{key}"
        checked = self._checked(section, key, value, origin)
        if checked is not None:
            self.values[path] = checked
            self.origins[path] = origin

    def run_settings(self) -> RunSettings:
        """How long and how often to run."""
        return RunSettings(*(int(self.values[f"run.{key}"]) for key in RunSettings._fields))

    def scheduled_programmes(self) -> tuple[ScheduledProgramme, ...]:
        """The programmes in order; a start that is not given is the first month after the warm-up."""
        return tuple(
            ScheduledProgramme(
                programme["name"],
                programme.get("start_month", 0),
                programme.get("end_month"),
                {key: value for key, value in programme.items() if key in parameters_of("programme")},
            )
            for programme in self.programmes
        )

    def refuse(self, problem: str, origin: str) -> None:
        """Note a problem; all are reported together."""
        self.problems.append(refusal(problem, origin))

    def _checked(self, section: str, key: str, value: Any, origin: str) -> Value | None:
        declaration = keys_of(section)[key]
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

    def _read_section(self, layer: Layer, section: str, entry: Entry) -> None:
        for key, item in self._mapping(layer, section, entry).items():
            self.set(section, key, item.value, layer.origin(item))

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
        for key, item in items.items():
            origin = layer.origin(item)
            if key not in keys_of("programme"):
                self.refuse(unknown_key(key, "programme"), origin)
                continue
            checked = self._checked("programme", key, item.value, origin)
            if checked is not None:
                programme[key] = checked
                self.origins[f"programmes.{name}.{key}"] = origin
        self.programmes.append(programme)

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
