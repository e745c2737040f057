"""XML read safely: no document type, so no entity is expanded and nothing outside the file is fetched.

Elements keep the line on which they begin, so that a fault can be found in the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from sos_sim.records.faults import RecordsError

DEEPEST: Final = 30
"""Levels of elements within each other; returns have at most seven."""
_CHUNK: Final = 1 << 16


class Node:
    """An element: its name in capitals without a namespace, its text, the line it begins on, and what it holds."""

    __slots__ = ("children", "line", "tag", "text")

    def __init__(self, tag: str, line: int) -> None:
        self.tag = tag
        self.line = line
        self.text = ""
        self.children: list[Node] = []

    def all(self, tag: str) -> list[Node]:
        """Its own elements of this name, in order."""
        return [child for child in self.children if child.tag == tag]

    def first(self, *tags: str) -> Node | None:
        """Its first own element of one of these names, tried in their order."""
        return next((child for tag in tags for child in self.children if child.tag == tag), None)

    def value(self, *tags: str) -> str:
        """The stripped text of that element, '' where there is none."""
        found = self.first(*tags)
        return found.text.strip() if found else ""


def read_xml(path: Path, name: str) -> Node:
    """The root of a file. Raises RecordsError, which calls the file ``name``, for what is no plain XML."""
    with path.open("rb") as content:
        return parse_xml(content, name)


def parse_xml(content: IO[bytes], name: str) -> Node:
    """The root of an open file, as ``read_xml``."""
    tree = _Tree(name)
    parser = guarded(name)
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, _: tree.start(tag, parser.CurrentLineNumber)
    parser.EndElementHandler = lambda _: tree.end()
    parser.CharacterDataHandler = tree.say
    feed(parser, content, name)
    return tree.root


def guarded(name: str) -> expat.XMLParserType:
    """A parser that refuses a document type, with which a file could define entities or name other files."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise RecordsError(
            f"{name}, line {parser.CurrentLineNumber}: a document type (<!DOCTYPE) stands here; a return has none, and "
            "files with one are not read, because it can make a program fetch or expand other things."
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, content: IO[bytes], name: str) -> None:
    """Read a file through a parser, a piece at a time; raises RecordsError with the line of what is no XML."""
    try:
        while piece := content.read(_CHUNK):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        said = expat.ErrorString(problem.code)
        raise RecordsError(f"{name}, line {problem.lineno}: this is no well-formed XML ({said}).") from None
    except (ValueError, LookupError):
        raise RecordsError(f"{name}: the encoding that its first line names is not known.") from None


class _Tree:
    """Elements as they come."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[Node] = []
        self.root = Node("", 0)

    def start(self, tag: str, line: int) -> None:
        node = Node(tag.rpartition(" ")[2].upper(), line)
        if len(self.open) >= DEEPEST:
            raise RecordsError(f"{self.name}, line {line}: elements stand within each other deeper than {DEEPEST}.")
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self) -> None:
        self.open.pop()

    def say(self, text: str) -> None:
        self.open[-1].text += text
