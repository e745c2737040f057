"""Which keys a scenario file may hold, in which section, and which values each may take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from numbers import Integral, Real
from typing import Any

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.core.parameters import Parameter, Value
from sos_sim.files.run_settings import PROGRAMME_MONTHS, RUN_KEYS, WholeNumber
from sos_sim.theory.parameters import declared

TEXT_KEYS = ("name", "description", "extends")
VALUE_SECTIONS = ("authority", "theory", "structure")
SECTIONS = (*VALUE_SECTIONS, "run")
PROGRAMME_KEYS = ("programme", "programmes")
TARGETS = "targets"
TOP_KEYS = (*TEXT_KEYS, *SECTIONS, *PROGRAMME_KEYS, TARGETS)
TOP = ""

Declaration = Parameter | WholeNumber


@cache
def parameters_of(section: str) -> dict[str, Parameter]:
    """The model's parameters set in a section ('programme' for levers), by name."""
    return {name: parameter for name, parameter in declared().items() if parameter.section == section}


@cache
def keys_of(section: str) -> Mapping[str, Declaration]:
    """Every numeric or chosen key of a section, by name, with its declaration."""
    plans = {"run": RUN_KEYS, "programme": PROGRAMME_MONTHS}
    return {**plans.get(section, {}), **parameters_of(section)}


@cache
def homes() -> dict[str, str]:
    """The section each key belongs to; '' is the top of the file."""
    found = {key: section for section in (*SECTIONS, "programme") for key in keys_of(section)}
    return {**dict.fromkeys(TOP_KEYS, TOP), **found}


def refusal(problem: str, origin: str) -> ScenarioError:
    """The error for a value that came from ``origin``: 'file:line', 'override' or 'default'."""
    file, _, line = origin.rpartition(":")
    if file and line.isdigit():
        return ScenarioError(problem, file=file, line=int(line))
    return ScenarioError(f"{origin}: {problem}")


def unknown_key(key: str, section: str) -> str:
    """The sentence for a key that its section does not have: where it belongs, or what may be meant."""
    where = f"in {section!r}" if section else "at the top of a scenario"
    home = homes().get(key)
    if home is not None and home != section:
        place = f"under {home!r}" if home else "at the top of the file"
        return f"{key!r} is not allowed {where}: it belongs {place}."
    here: Iterable[str] = [*keys_of(section), "name"] if section == "programme" else keys_of(section)
    hint = did_you_mean(key, here if section else TOP_KEYS) or did_you_mean(key, homes())
    return f"unknown key {key!r} {where}.{hint}"


def describe(value: Any) -> str:
    """A value as a reader of the file would name it."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"the text {value!r}" if isinstance(value, str) else str(value)


def trouble_with(path: str, declaration: Declaration, value: Any) -> str:
    """What is wrong with a value, in one sentence with a hint, or '' when it is allowed."""
    if _is_allowed(declaration, value):
        return ""
    unit = "" if declaration.choices else f" ({declaration.unit})"
    hint = ""
    if isinstance(value, str):
        hint = did_you_mean(value, declaration.choices) if declaration.choices else _quoted_number(value)
    return f"{path} is {describe(value)}, but must be {declaration.allowed()}{unit}.{hint}"


def as_declared(declaration: Declaration, value: Any) -> Value:
    """An allowed value in its one form: text for choices, int for whole numbers, float for others."""
    if declaration.choices:
        return str(value)
    return int(value) if declaration.whole else float(value) + 0.0  # adding 0.0 turns -0.0 into 0.0


def _is_allowed(declaration: Declaration, value: Any) -> bool:
    if declaration.choices:
        return isinstance(value, str) and value in declaration.choices
    is_number = isinstance(value, Integral if declaration.whole else Real) and not isinstance(value, bool)
    return is_number and bool(declaration.low <= value <= declaration.high)


def _quoted_number(value: str) -> str:
    try:
        float(value)
    except ValueError:
        return ""
    return " Write the number without quotes."
