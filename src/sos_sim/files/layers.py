"""The files a scenario is made of: the file itself and, through ``extends``, those it differs from."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.files.keys import describe
from sos_sim.files.shipped import file_beside, hint_at_shipped
from sos_sim.files.yaml_lines import Entry, read_yaml


class Layer(NamedTuple):
    """One file of a scenario: its top-level keys as written."""

    file: Path
    keys: dict[str, Entry]

    def origin(self, entry: Entry) -> str:
        """Where an entry of this file stands, as 'file:line'."""
        return f"{self.file}:{entry.line}"


def read_layers(file: Path, children: tuple[Path, ...] = ()) -> list[Layer]:
    """A scenario file and all that it extends, the outermost parent first.

    ``children`` are the files that led here. Raises ScenarioError, naming file and line, for a file
    that is missing or unreadable, or that extends itself directly or in a circle.
    """
    if not file.exists():
        raise ScenarioError(f"there is no such file.{_similar(file)}", file=file)
    root = read_yaml(file)
    if not isinstance(root.value, dict):
        raise ScenarioError(f"a scenario is a mapping of keys, not {describe(root.value)}.", file=file, line=root.line)
    layer = Layer(file, root.value)
    if "extends" not in layer.keys:
        return [layer]
    chain = (*children, file)
    return [*read_layers(_parent(layer, chain), chain), layer]


def _parent(layer: Layer, chain: tuple[Path, ...]) -> Path:
    entry = layer.keys["extends"]
    if not isinstance(entry.value, str) or not entry.value.strip():
        problem = f"extends is {describe(entry.value)}, but must be the relative path of another scenario file."
        raise ScenarioError(problem, file=layer.file, line=entry.line)
    try:
        parent = file_beside(layer.file, entry.value, "scenarios")
    except ScenarioError as error:
        problem = f"extends {entry.value!r}, but {error.problem}"
        raise ScenarioError(problem, file=layer.file, line=entry.line) from None
    if parent.resolve() in [file.resolve() for file in chain]:
        circle = " → ".join(file.name for file in [*chain, parent])
        raise ScenarioError(f"extends goes round in a circle: {circle}.", file=layer.file, line=entry.line)
    if not parent.is_file():
        problem = f"extends {entry.value!r}, but there is no such file.{_similar(parent)}"
        raise ScenarioError(problem, file=layer.file, line=entry.line)
    return parent


def _similar(missing: Path) -> str:
    beside = sorted(file.name for file in missing.parent.glob("*.y*ml"))
    return did_you_mean(missing.name, beside) + hint_at_shipped(missing)
