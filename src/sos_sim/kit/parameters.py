"""The declarations as a table: rows for machines, and markdown and CSV made from the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sos_sim.core.errors import InputError, did_you_mean
from sos_sim.core.parameters import GRADES, SECTIONS, Parameter
from sos_sim.runs.csv_text import csv_text
from sos_sim.theory.levers import Levers
from sos_sim.theory.parameters import declared, groups

Row = dict[str, object]

_HEADINGS = ("path", "meaning", "kind", "default", "unit", "allowed", "prior", "link", "grade", "source")
_PREFACE = """# Parameters

Made from the declarations in the code; refresh it with `sos-sim parameters --format markdown > docs/parameters.md`.

- **path** is where a scenario file sets the parameter, and what `--set` takes.
- **kind**: a *fact* says what an authority is, a *belief* is what nobody knows, a *lever* is what a policy can choose,
  *structure* says which reading of the theory holds. A *strength* is a belief about how strong a link of the
  programme theory is: at 0 the link does not exist. A strength marked *in every arm* also works in usual practice.
- **prior** is what is believed before any data: a SciPy distribution cut off at the allowed range, where needed with
  a share of the probability at exactly 0. No prior means the value is held fixed.
- **link** is the step of the programme theory (M0-M8, see [model.md](model.md)).
- **grade**: {grades}.
  The source says what the grade refers to; "CMO" and "K" numbers are rows of [evidence.md](evidence.md).
"""


def parameter_rows(kind: str | None = None) -> list[Row]:
    """One row for each declared parameter, in the order of declaration; ``kind`` keeps one kind only.

    Keys: path, group, kind, strength ('programme', 'in every arm' or ''), default, unit, meaning, low,
    high, choices (list), allowed, prior, link, heading, only_under, grade, source. ``low`` and ``high``
    are None where there are choices. Raises InputError for an unknown kind.
    """
    if kind is not None and kind not in SECTIONS:
        hint = did_you_mean(kind, SECTIONS)
        raise InputError(f"no parameter is of kind {kind!r}; kinds are {', '.join(SECTIONS)}.{hint}")
    return [_row(parameter) for parameter in declared().values() if kind in (None, parameter.kind)]


def as_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """The rows as CSV with a header line; choices are joined by '|'."""
    if not rows:
        return ""
    joined = ({**row, "choices": "|".join(_names(row["choices"]))} for row in rows)
    return csv_text(list(rows[0]), (list(row.values()) for row in joined))


def as_markdown(rows: Sequence[Mapping[str, object]]) -> str:
    """The rows as a markdown page: how to read it, then one table for each group of declarations."""
    grades = ", ".join(f"{grade} {meaning}" for grade, meaning in GRADES.items())
    parts = [_PREFACE.format(grades=grades)]
    for group in dict.fromkeys(row["group"] for row in rows):
        members = [row for row in rows if row["group"] == group]
        parts.append(f"## {group}\n\n{_group_meanings()[str(group)]}\n\n{_table(members)}")
    return "\n".join(parts)


def _row(parameter: Parameter) -> Row:
    bounded = not parameter.choices
    strength = "" if not parameter.is_strength else "in every arm" if parameter.in_every_arm else "programme"
    return {
        "path": parameter.path,
        "group": parameter.group,
        "kind": parameter.kind,
        "strength": strength,
        "default": parameter.default,
        "unit": parameter.unit,
        "meaning": parameter.meaning,
        "low": parameter.low if bounded else None,
        "high": parameter.high if bounded else None,
        "choices": list(parameter.choices),
        "allowed": parameter.allowed(),
        "prior": "" if parameter.prior is None else str(parameter.prior),
        "link": parameter.link,
        "heading": parameter.heading,
        "only_under": parameter.only_under,
        "grade": parameter.grade,
        "source": parameter.source,
    }


def _group_meanings() -> dict[str, str]:
    """What each group of declarations is about: the first line of its docstring."""
    kinds: list[type[Any]] = [*groups().values(), Levers]
    return {kind.__name__: (kind.__doc__ or "").strip().splitlines()[0] for kind in kinds}


def _table(rows: Iterable[Mapping[str, object]]) -> str:
    lines = ["| " + " | ".join(_HEADINGS) + " |", "|" + " --- |" * len(_HEADINGS)]
    for row in rows:
        cells = [_cell(row, heading).replace("|", "\\|") for heading in _HEADINGS]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(row: Mapping[str, object], heading: str) -> str:
    value = row[heading]
    if heading == "path":
        return f"`{value}`"
    if heading == "default":
        return f"{value:g}" if isinstance(value, float) else str(value)
    if heading == "kind" and row["strength"]:
        return "strength" + (", in every arm" if row["strength"] == "in every arm" else "")
    if heading == "allowed":
        span = ", ".join(_names(row["choices"])) or f"{row['low']:g} to {row['high']:g}"
        return f"{span}; only under `{row['only_under']}`" if row["only_under"] else span
    return str(value)


def _names(choices: object) -> list[str]:
    return [str(choice) for choice in choices] if isinstance(choices, list) else []
