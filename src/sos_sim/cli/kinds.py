"""The kinds of file that people write: which one a file is, and the JSON Schema of each for editors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args

from sos_sim.core.errors import InputError, did_you_mean

Kind = Literal["scenario", "sweep", "trial", "calibration", "synthesis"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MARKS: Final[Mapping[Kind, frozenset[str]]] = {
    "sweep": frozenset({"method", "outputs", "size", "seeds"}),
    "trial": frozenset({"design", "clusters", "primary"}),
    "calibration": frozenset({"waves", "corrections", "reference"}),
    "synthesis": frozenset({"prior_draws", "studies"}),
}
"""Keys by which a file is known: no other kind has them."""


def kind_of(file: Path) -> Kind:
    """What a file is meant as: the kind most of whose marks it has. Raises ScenarioError when it is no mapping."""
    from sos_sim.files.yaml_lines import read_mapping

    given = set(read_mapping(file, "a scenario"))
    marks = {kind: len(found & given) for kind, found in MARKS.items()}
    return max(KINDS, key=lambda kind: marks.get(kind, 0))


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a kind of file, made from what its reader checks.

    Raises InputError when ``kind`` is none of ``KINDS``.
    """
    from sos_sim.files.schema import file_schema, scenario_schema

    if kind == "scenario":
        return scenario_schema()
    if kind == "sweep":
        from sos_sim.sensitivity.file import KEYS, WHAT_RUNS

        return file_schema("sos-sim sweep", KEYS) | dict(WHAT_RUNS)
    if kind == "trial":
        from sos_sim.trials.file import KEYS

        return file_schema("sos-sim trial", KEYS)
    if kind == "calibration":
        from sos_sim.calibration.file import KEYS

        return file_schema("sos-sim calibration", KEYS)
    if kind == "synthesis":
        from sos_sim.synthesis.file import KEYS

        return file_schema("sos-sim synthesis", KEYS)
    raise InputError(f"there is no kind of file {kind!r}; kinds are {', '.join(KINDS)}.{did_you_mean(kind, KINDS)}")
