"""YAML read with the line of every key and value, so that a mistake can be shown where it stands.

The one reader of every file that people write. What YAML can do and such a file has no use for is refused:
headers that change how the rest is read, aliases, tags on lists and mappings, control characters.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from sos_sim.core.errors import ScenarioError, did_you_mean
from sos_sim.files.notation import BLANKS
from sos_sim.files.shipped import hint_at_shipped

MOST_BYTES: Final = 65_536
"""No file that a person writes is larger; reading takes seconds at this size."""
MOST_BITS: Final = 1_000
"""Whole numbers beyond this size do not fit a float, nor, at some more, a text."""
LONGEST_NAME: Final = 120
"""Characters of a key, or of what something is called: they stand in tables, legends and headings."""
MOST_SHOWN: Final = 80
"""Characters of a text that a message quotes."""

_BULLETS: Final = ("– ", "— ", "• ", "· ", "* ")
_TYPOGRAPHIC: Final = re.compile("[“”„‟‘’‚‛«]([^“”„‟‘’‚‛«»]*)[“”‘’»]")
_THOUSANDS: Final = re.compile(r"0\d\d")


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

    Raises ScenarioError, naming file and line, when the file is missing, is no regular file, is larger than
    ``MOST_BYTES``, is not text or not YAML, holds nothing or several documents, or has a header, a repeated
    key, an alias or a value that cannot be read.
    """
    document = _compose(_read_text(file), file)
    if document is None:
        raise ScenarioError("the file is empty; it needs at least a name.", file=file)
    return document


def read_mapping(file: Path, what: str) -> dict[str, Entry]:
    """The top-level keys of a file that is ``what``, as in "a trial". Raises ScenarioError when it has none."""
    root = read_yaml(file)
    if not isinstance(root.value, dict):
        raise ScenarioError(f"{what} is a mapping of keys, not {describe(root.value)}.", file=file, line=root.line)
    return root.value


def read_scalar(text: str) -> Any:
    """One YAML scalar: ``0.5`` is a number, ``on`` a text, an empty text is None.

    Raises ValueError when the text is not a single plain value.
    """
    try:
        found = _compose(text, None)
    except ScenarioError as error:
        raise ValueError(f"{quoted(text)} is not a YAML value") from error
    if found is not None and isinstance(found.value, dict | list):
        raise ValueError(f"{quoted(text)} is not a single value")
    return None if found is None else found.value


def describe(value: Any) -> str:
    """A value as a reader of the file would name it."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"the text {quoted(value)}" if isinstance(value, str) else _cut(str(value))


def quoted(text: str) -> str:
    """A text in quotes, cut when it is too long for a message."""
    return repr(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _read_text(file: Path) -> str:
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ScenarioError("this is a folder, not a file.", file=file)
        if not stat.S_ISREG(mode):
            raise ScenarioError("this is no regular file but a device or a pipe.", file=file)
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ScenarioError(f"the file is larger than {MOST_BYTES:,} bytes; no such file needs to be.", file=file)
        return content.decode("utf-8").removeprefix("\ufeff")
    except (FileNotFoundError, NotADirectoryError):
        raise ScenarioError(f"there is no such file.{_similar(file)}", file=file) from None
    except UnicodeDecodeError as error:
        raise ScenarioError("the file is not UTF-8 text.", file=file) from error
    except OSError as error:
        raise ScenarioError(f"the file cannot be read ({error.strerror}).", file=_cut(str(file))) from error
    except ValueError as error:
        raise ScenarioError(f"no file can have the path {quoted(str(file))}.") from error


def _similar(missing: Path) -> str:
    """A hint at files beside the missing one; '' where its folder is missing too."""
    beside = sorted(file.name for file in missing.parent.glob("*.y*ml"))
    return did_you_mean(missing.name, beside) + hint_at_shipped(missing)


_ADVICE = {
    "cannot start any token": "indent with spaces, not tabs, and put text that begins with a special sign in quotes",
    "mapping values are not allowed": "put text that contains ': ' in quotes",
    "expected <block end>": "this line's indent matches no line above it",
    "while scanning a quoted": "a quote that was opened is not closed",
    "found another document": "a file holds one document: take out the line '---'",
}
"""What to do about a mistake, by a phrase of the YAML reader's message."""


def _compose(text: str, file: Path | None) -> Entry | None:
    """The entries of a text that may stand in a file; None when it holds nothing. Raises ScenarioError."""
    text = text.translate(BLANKS)
    _refuse_headers(text, file)
    loader = YAML(typ="safe", pure=True)
    try:
        document = loader.compose(text)
        return None if document is None else _Reader(file, loader).entry(document)
    except YAMLError as error:
        raise _syntax_error(file, error, text.split("\n")) from error
    except RecursionError:
        raise ScenarioError("the file is nested too deeply to read.", file=file) from None
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ScenarioError("not valid YAML.", file=file) from error  # mistakes that ruamel.yaml has no error for


def _refuse_headers(text: str, file: Path | None) -> None:
    """A header (%YAML 1.1) changes what numbers mean, so that 010 is eight: none is taken."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("%"):
            problem = f"headers such as {quoted(line)} are not allowed; take the line out."
            raise ScenarioError(problem, file=file, line=number)
        if line.strip() and not line.lstrip().startswith("#"):
            return


def _syntax_error(file: Path | None, error: YAMLError, lines: Sequence[str]) -> ScenarioError:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        said = f"{error.context or ''} {error.problem}"
        line = error.problem_mark.line
        for place in (line, line - 1):
            if 0 <= place < len(lines) and lines[place].lstrip().startswith(_BULLETS):
                return ScenarioError(_no_bullet(lines[place].lstrip()), file=file, line=place + 1)
        advice = next((f": {mend}" for phrase, mend in _ADVICE.items() if phrase in said), "")
        if line < len(lines) and _TYPOGRAPHIC.search(lines[line]):
            advice += "; quotes are straight (\" or '), not typographic"
        opened = error.context_mark if "quoted" in said and error.context_mark is not None else error.problem_mark
        return ScenarioError(f"not valid YAML ({error.problem}){advice}.", file=file, line=opened.line + 1)
    return ScenarioError(f"not valid YAML: {str(error).splitlines()[0]}.", file=file)


def _no_bullet(line: str) -> str:
    """The sentence for a line that begins with another sign where an entry of a list is meant."""
    return f"an entry of a list begins with '- ', a hyphen and a blank, not {line[:2]!r}."


class _Reader:
    """Turns composed YAML nodes of one file into entries."""

    def __init__(self, file: Path | None, loader: YAML) -> None:
        self.file = file
        self.loader = loader
        self.seen: set[int] = set()

    def entry(self, node: Node, key_line: int | None = None) -> Entry:
        line = key_line or _line(node)
        if id(node) in self.seen:
            raise self.error("aliases (*name) are not allowed; write the value out.", line)
        self.seen.add(id(node))
        if isinstance(node, ScalarNode):
            return Entry(self.scalar(node, line), line)
        if node.tag not in ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            raise self.error(f"tags such as {quoted(str(node.tag))} are not allowed; take the tag out.", line)
        if isinstance(node, MappingNode):
            return Entry(self.mapping(node), line)
        self.refuse_split_numbers(node)
        return Entry([self.entry(item) for item in node.value], line)

    def refuse_split_numbers(self, node: Node) -> None:
        """Raise for ``[60,000]``, which a list takes for the two values 60 and 000."""
        for one, other in pairwise(node.value):
            touching = one.end_mark.index + 1 == other.start_mark.index
            if touching and isinstance(one, ScalarNode) and _THOUSANDS.fullmatch(str(other.value)):
                said = f"{one.value},{other.value}"
                problem = (
                    f"in a list a comma parts values, so that {quoted(said)} is two: write {one.value}{other.value}."
                )
                raise self.error(problem, _line(other))

    def mapping(self, node: MappingNode) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            if not isinstance(key_node, ScalarNode):
                raise self.error("a key must be a single word.", line)
            key = self.text(_unquoted(key_node), line)
            if key.startswith(_BULLETS):
                raise self.error(_no_bullet(key), line)
            if len(key) > LONGEST_NAME:
                raise self.error(f"the key {quoted(key)} is longer than {LONGEST_NAME} characters.", line)
            if key in found:
                raise self.error(f"the key {quoted(key)} is given twice, on lines {found[key].line} and {line}.", line)
            found[key] = self.entry(value_node, line)
        return found

    def scalar(self, node: ScalarNode, line: int) -> Any:
        try:
            quotes_taken_off = _unquoted(node)
            value = (
                self.loader.constructor.construct_object(node) if quotes_taken_off == node.value else quotes_taken_off
            )
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise self.error(f"the value {quoted(node.value)} cannot be read as {node.tag}.", line) from error
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            raise self.error("this whole number has too many digits.", line)
        return self.text(value, line) if isinstance(value, str) else value

    def text(self, text: str, line: int) -> str:
        """A text that can be shown, stored and compared; raises for one that cannot."""
        for sign in text:
            if sign not in "\t\n" and unicodedata.category(sign) in ("Cc", "Cs"):
                raise self.error(f"text cannot hold the control character U+{ord(sign):04X}.", line)
        return text

    def error(self, problem: str, line: int) -> ScenarioError:
        return ScenarioError(problem, file=self.file, line=line)


def _unquoted(node: ScalarNode) -> str:
    """The text of a scalar, without the typographic quotes around it that a word processor puts for straight ones."""
    text = str(node.value)
    found = None if node.style else _TYPOGRAPHIC.fullmatch(text)
    return found[1].strip() if found else text


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
