"""The files a scenario is made of: the file itself and, through ``extends``, those it differs from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sos_sim.core.errors import ScenarioError
from sos_sim.files.shipped import file_beside
from sos_sim.files.yaml_lines import Entry, describe, quoted, read_mapping


class Layer(NamedTuple):
    """One file of a scenario: its top-level keys as written."""

    file: Path
    keys: dict[str, Entry]

    def origin(self, entry: Entry) -> str:
        """Where an entry of this file stands, as 'file:line'."""
        return f"{self.file}:{entry.line}"


def read_layers(file: Path) -> list[Layer]:
    """A scenario file and all that it extends, the outermost parent first.

    Raises ScenarioError, naming file and line, for a file that is missing or unreadable, or that extends
    itself directly or in a circle.
    """
    layers = [Layer(file, read_mapping(file, "a scenario"))]
    while "extends" in layers[0].keys:
        layers.insert(0, _parent(layers))
    return layers


def _parent(layers: Sequence[Layer]) -> Layer:
    """What the outermost layer so far extends."""
    layer, entry = layers[0], layers[0].keys["extends"]
    if not isinstance(entry.value, str) or not entry.value.strip():
        problem = f"extends is {describe(entry.value)}, but must be the relative path of another scenario file."
        raise ScenarioError(problem, file=layer.file, line=entry.line)
    try:
        parent = file_beside(layer.file, entry.value, "scenarios")
        found = Layer(parent, read_mapping(parent, "a scenario"))
    except ScenarioError as error:
        if error.line is not None:
            raise
        problem = f"extends {quoted(entry.value)}, but {error.problem}"
        raise ScenarioError(problem, file=layer.file, line=entry.line) from None
    if parent.resolve() in [other.file.resolve() for other in layers]:
        circle = " → ".join(other.file.name for other in [*reversed(layers), found])
        raise ScenarioError(f"extends goes round in a circle: {circle}.", file=layer.file, line=entry.line)
    return found
