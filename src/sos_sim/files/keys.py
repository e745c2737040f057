"""Which keys a scenario file may hold, in which section, and which values each may take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.core.parameters import Parameter
from sos_sim.files.calendar import StartKey
from sos_sim.files.declarations import Name, Number, Text
from sos_sim.files.everyday_words import instead_of
from sos_sim.files.programmes import MORE_KEYS, PROGRAMME_MONTHS
from sos_sim.files.run_settings import RUN_KEYS
from sos_sim.files.yaml_lines import quoted
from sos_sim.theory.parameters import declared

TEXTS: Final[Mapping[str, Text]] = {
    "name": Name("what the scenario is called in tables and figures", needed=True),
    "description": Text("what differs from usual practice and why, for a reader who does not know the model"),
    "extends": Text("relative path of another scenario file; this one holds only what differs"),
    "posterior": Text(
        "what draws of parameters come from, unless a command says otherwise: a posterior's file, from this file's "
        "folder, or the name of one that is shipped"
    ),
}
VALUE_SECTIONS = ("authority", "theory", "structure")
SECTIONS = (*VALUE_SECTIONS, "run")
PROGRAMME_KEYS = ("programme", "programmes")
TARGETS = "targets"
BUDGET = "budget"
TOP_KEYS = (*TEXTS, *SECTIONS, *PROGRAMME_KEYS, TARGETS, BUDGET)
TOP = ""
START: Final = "start"
START_KEY: Final = StartKey()


@cache
def parameters_of(section: str) -> dict[str, Parameter]:
    """The model's parameters set in a section ('programme' for levers), by name."""
    return {name: parameter for name, parameter in declared().items() if parameter.section == section}


@cache
def keys_of(section: str) -> Mapping[str, Parameter | Number]:
    """Every numeric or chosen key of a section, by name, with its declaration."""
    plans = {"run": RUN_KEYS, "programme": PROGRAMME_MONTHS}
    return {**plans.get(section, {}), **parameters_of(section)}


@cache
def homes() -> dict[str, str]:
    """The section each key belongs to; '' is the top of the file."""
    found = {key: section for section in (*SECTIONS, "programme") for key in keys_of(section)}
    more = {**dict.fromkeys(MORE_KEYS, "programme"), START: "run"}
    return {**more, **dict.fromkeys(TOP_KEYS, TOP), **found}


def refusal(problem: str, origin: str) -> ScenarioError:
    """The error for a value that came from ``origin``: 'file:line', 'override' or 'default'."""
    file, _, line = origin.rpartition(":")
    if file and line.isdigit():
        return ScenarioError(problem, file=file, line=int(line))
    return ScenarioError(f"{origin}: {problem}")


def unknown_key(key: str, section: str, value: Any = None) -> str:
    """The sentence for a key that its section does not have: where it belongs, or what may be meant by it."""
    where = f"in {quoted(section)}" if section else "at the top of a scenario"
    home = homes().get(key)
    if home is not None and home != section:
        return f"{quoted(key)} is not allowed {where}: it belongs {_place(home)}."
    here: Iterable[str] = [*keys_of(section), *MORE_KEYS, "name"] if section == "programme" else keys_of(section)
    hint = (
        instead_of(key, value, writable_paths(), lambda path: _place(path.rpartition(".")[0]))
        or did_you_mean(key, here if section else TOP_KEYS)
        or did_you_mean(key, homes())
    )
    return f"unknown key {quoted(key)} {where}.{hint}"


@cache
def writable_paths() -> tuple[str, ...]:
    """Every key with its section, as ``run.months``; by itself where it stands at the top of the file."""
    return tuple(f"{section}.{key}" if section else key for key, section in homes().items())


def _place(section: str) -> str:
    return f"under {section!r}" if section else "at the top of the file"
