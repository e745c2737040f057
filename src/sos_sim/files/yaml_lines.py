"""YAML read with the line of every key and value, so that a mistake can be shown where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sos_sim.core.errors import ScenarioError


@dataclass(frozen=True)
class Entry:
    """A value and where it stands.

    ``value`` is a plain scalar, a ``dict[str, Entry]`` or a ``list[Entry]``. ``line`` counts from 1; it
    is the line of the key for values in a mapping, and of the value itself elsewhere.
    """

    value: Any
    line: int


def read_yaml(file: Path) -> Entry:
    """The one document in a file.

    Raises ScenarioError, naming file and line, when the file is missing, is not text or not YAML,
    holds nothing or several documents, repeats a key in a mapping, or uses aliases.
    """
    text = _read_text(file)
    loader = _loader()
    try:
        document = loader.compose(text)
        if document is None:
            raise ScenarioError("the file is empty; a scenario needs at least a name.", file=file)
        return _Reader(file, loader).entry(document)
    except YAMLError as error:
        raise _syntax_error(file, error) from error
    except RecursionError:
        raise ScenarioError("the file is nested too deeply to read.", file=file) from None


def read_scalar(text: str) -> Any:
    """One YAML scalar: ``0.5`` is a number, ``on`` a text, an empty text is None.

    Raises ValueError when the text is not a single plain value.
    """
    loader = _loader()
    try:
        node = loader.compose(text)
        if node is not None and not isinstance(node, ScalarNode):
            raise ValueError(f"{text!r} is not a single value")
        return None if node is None else loader.constructor.construct_object(node)
    except YAMLError as error:
        raise ValueError(f"{text!r} is not a YAML value") from error


def _loader() -> YAML:
    return YAML(typ="safe", pure=True)


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ScenarioError("there is no such file.", file=file) from None
    except IsADirectoryError:
        raise ScenarioError("this is a folder, not a file.", file=file) from None
    except UnicodeDecodeError as error:
        raise ScenarioError("the file is not UTF-8 text.", file=file) from error
    except OSError as error:
        raise ScenarioError(f"the file cannot be read ({error.strerror}).", file=file) from error


_ADVICE = {
    "cannot start any token": "indent with spaces, not tabs, and put text that begins with a special sign in quotes",
    "mapping values are not allowed": "put text that contains ': ' in quotes",
    "expected <block end>": "this line's indent matches no line above it",
    "while scanning a quoted": "a quote that was opened is not closed",
    "found another document": "a file holds one document: take out the line '---'",
}
"""What to do about a mistake, by a phrase of the YAML reader's message."""


def _syntax_error(file: Path, error: YAMLError) -> ScenarioError:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        said = f"{error.context or ''} {error.problem}"
        advice = next((f": {mend}" for phrase, mend in _ADVICE.items() if phrase in said), "")
        opened = error.context_mark if "quoted" in said and error.context_mark is not None else error.problem_mark
        return ScenarioError(f"not valid YAML ({error.problem}){advice}.", file=file, line=opened.line + 1)
    return ScenarioError(f"not valid YAML: {str(error).splitlines()[0]}.", file=file)


class _Reader:
    """Turns composed YAML nodes of one file into entries."""

    def __init__(self, file: Path, loader: YAML) -> None:
        self.file = file
        self.loader = loader
        self.seen: set[int] = set()

    def entry(self, node: Node, key_line: int | None = None) -> Entry:
        line = key_line or _line(node)
        if id(node) in self.seen:
            raise self.error("aliases (*name) are not allowed; write the value out.", line)
        self.seen.add(id(node))
        if isinstance(node, MappingNode):
            return Entry(self.mapping(node), line)
        if isinstance(node, SequenceNode):
            return Entry([self.entry(item) for item in node.value], line)
        return Entry(self.scalar(node, line), line)

    def mapping(self, node: MappingNode) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            if not isinstance(key_node, ScalarNode):
                raise self.error("a key must be a single word.", line)
            key = str(key_node.value)
            if key in found:
                raise self.error(f"the key {key!r} is given twice, on lines {found[key].line} and {line}.", line)
            found[key] = self.entry(value_node, line)
        return found

    def scalar(self, node: Node, line: int) -> Any:
        try:
            return self.loader.constructor.construct_object(node)
        except ValueError as error:
            raise self.error(f"the value {node.value!r} cannot be read as {node.tag}.", line) from error

    def error(self, problem: str, line: int) -> ScenarioError:
        return ScenarioError(problem, file=self.file, line=line)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
