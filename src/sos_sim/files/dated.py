"""Values that change by date: a list of ``from`` and ``value``, or ``growth`` a year, in place of one number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from sos_sim.agents.authority import Authority, Families
from sos_sim.agents.climate import Unrest
from sos_sim.agents.ties import Ties
from sos_sim.core.parameters import Parameter, Value
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.files.calendar import Month, MonthNumber
from sos_sim.files.declarations import AsWritten, Key, Number, as_declared, block_schema, number_schema, trouble_with
from sos_sim.files.reading import Keys
from sos_sim.files.run_settings import LONGEST_RUN
from sos_sim.files.yaml_lines import Entry, describe
from sos_sim.theory.costs import Costs
from sos_sim.theory.parameters import declared

MOST_GROWTH: Final = 1.0
_AT_START: Final = tuple(group.__name__ for group in (Authority, Families, Ties, Unrest))
_READ_AT_START: Final = (
    "trust_start_mean",
    "trust_start_concentration",
    "shame",
    "event_rate",
    "usual_fidelity",
    "outside_onset",
    "outside_months",
)
"""Parameters of other groups from which everybody is drawn before the first month."""
_CHANGE_ALL_THE_SAME: Final = ("post_rate", "demand")


class DatedValue(NamedTuple):
    """From a month on a parameter has another ``value``, or (``growth``) grows by a share at once and every year."""

    month: Month
    value: Value | None
    growth: float | None = None


@cache
def may_change(name: str) -> bool:
    """Whether a parameter may change by date: not where it decides who is drawn before the run, nor a switch."""
    parameter = declared()[name]
    if parameter.kind not in ("fact", "belief"):
        return False
    return name in _CHANGE_ALL_THE_SAME or not (parameter.group in _AT_START or name in _READ_AT_START)


def is_dated(value: Any) -> bool:
    """Whether a value as written is a list of mappings."""
    return isinstance(value, list) and any(isinstance(entry.value, dict) for entry in value)


def read_steps(file: Path, parameter: Parameter, entries: Sequence[Entry]) -> tuple[list[DatedValue], Keys]:
    """The steps of a list, and what is wrong with it by line."""
    wanted = _keys(parameter)
    keys = Keys(file, "a dated value", {}, {})
    if not may_change(parameter.name):
        keys.refuse(f"{parameter.path} cannot change by date: {_why_not(parameter)}", entries[0])
        return [], keys
    steps = [step for entry in entries for step in _step(keys, parameter, wanted, entry)]
    return steps, keys


def in_full(steps: Sequence[DatedValue], before: Value, months: int) -> list[tuple[int, Value]]:
    """Months, counted from the end of the warm-up, from which a value holds; growth as a step every twelve months.

    The months of ``steps`` are counted already; ``before`` is the value until the first.
    """
    found: list[tuple[int, Value]] = []
    level, starts = before, [int(str(step.month)) for step in steps]
    for step, month, end in zip(steps, starts, [*starts[1:], months], strict=True):
        if step.growth is None:
            level = before if step.value is None else step.value
            found.append((month, level))
            continue
        for year in range(month, end, MONTHS_PER_YEAR):
            level = float(level) * (1.0 + step.growth)
            found.append((year, level))
    return found


def out_of_order(path: str, steps: Sequence[DatedValue], run_months: int, origin: str) -> str:
    """What is wrong with the order of counted steps in a run of so many months (set at ``origin``), or ''."""
    months = [int(str(step.month)) for step in steps]
    if months != sorted(set(months)):
        return f"{path}: each from must be later than the one before."
    if months[-1] >= run_months:
        return f"{path} changes in month {months[-1]}, but the run has {run_months} months ({origin})."
    return ""


def _keys(parameter: Parameter) -> Mapping[str, Key]:
    """What one step of a parameter may say."""
    keys: dict[str, Key] = {
        "from": MonthNumber(None, "months", "the month from which it holds", 0, LONGEST_RUN, needed=True),
        "value": AsWritten(f"{parameter.allowed()} ({parameter.unit})", dict),
    }
    if parameter.name in Costs._fields:
        keys["growth"] = Number(None, "share a year", "growth at once and every year after", -0.5, MOST_GROWTH, False)
    return keys


def steps_schema(parameter: Parameter, number: Mapping[str, Any]) -> dict[str, Any]:
    """What a JSON Schema adds where a list of steps may stand in place of such a number."""
    entry = block_schema(_keys(parameter))
    bounds = {"minimum": parameter.low, "maximum": parameter.high}
    entry["properties"] |= {"value": {**number_schema(parameter.whole), **bounds}}
    return {"type": [*number["type"], "array"], "minItems": 1, "items": entry}


def _step(keys: Keys, parameter: Parameter, wanted: Mapping[str, Key], entry: Entry) -> Iterator[DatedValue]:
    if not isinstance(entry.value, dict):
        keys.refuse(f"{parameter.path}: an entry is {describe(entry.value)}, but must be from: and value:.", entry)
        return
    inside = keys.inside(entry, parameter.path, wanted)
    given, growth = inside["value"], inside["growth"] if "growth" in wanted else None
    if (given is None) == (growth is None):
        inside.refuse(f"each entry needs {' or '.join(key for key in wanted if key != 'from')}, and one only.")
    elif given is not None and (trouble := trouble_with("value", parameter, given.value)):
        inside.refuse(trouble, given)
    if inside.sound and inside["from"] is not None:
        yield DatedValue(inside["from"], None if given is None else as_declared(parameter, given.value), growth)


def _why_not(parameter: Parameter) -> str:
    if parameter.kind not in ("fact", "belief"):
        return "levers change by the months of their programme, switches not at all."
    return "it decides who lives there before the run begins. Demand, post_rate, prices and most beliefs may change."
