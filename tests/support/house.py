"""The rooms of the house, what each reads, and a drawing of it: ``make pages`` draws it anew."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path
from textwrap import wrap
from typing import TypedDict

ROOT = Path(__file__).resolve().parents[2] / "src" / "sos_sim"
DRAWING = ROOT.parents[1] / "docs" / "images" / "house.svg"
FLOORS = ("core", "agents", "theory", "model", "outcomes", "evidence", "files", "runs", "statistics", "kit")
"""From the ground up: each may import those before it."""
WINGS = ("comparison", "sensitivity", "calibration", "trials", "hypotheses", "authorities", "synthesis", "records")
"""One for each question: each may import all floors, and no other wing but for what is drawn."""
DRAWN = {
    ("hypotheses", "comparison"),
    ("hypotheses", "sensitivity"),
    ("hypotheses", "trials"),
    ("comparison", "calibration"),
}
"""The exceptions: cards are made of three kinds of studies, and a comparison's page shows a fit."""
TOP = ("cli", "__main__")
ROOMS = (*FLOORS, *WINGS, *TOP)


class Room(TypedDict):
    """What is drawn of a room: its lines of code, its files, its own words, and the rooms that it imports."""

    lines: int
    files: int
    says: str
    reads: list[str]


def imports(source: str) -> set[str]:
    """Full dotted names of everything a source text imports, wherever the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(name: str) -> str:
    """The floor or wing of a module; empty for the package itself and for other packages."""
    parts = name.split(".")
    return parts[1] if parts[0] == "sos_sim" and len(parts) > 1 and parts[1] in ROOMS else ""


def survey() -> dict[str, Room]:
    """The house as the code is: floors from the ground up, wings, the command line."""
    return {room: survey_room(room) for room in (*FLOORS, *WINGS, "cli")}


def survey_room(room: str) -> Room:
    """One room's size and what it reads."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / room).rglob("*.py"))}
    read = {room_of(name) for text in texts.values() for name in imports(text)} - {"", room}
    docstring = ast.get_docstring(ast.parse(texts[ROOT / room / "__init__.py"])) or ""
    lines = sum(len(text.splitlines()) for text in texts.values())
    return {
        "lines": lines,
        "files": len(texts),
        "says": docstring.split("\n\n")[0],
        "reads": sorted(read, key=ROOMS.index),
    }


def facts_of(svg: str) -> dict[str, Room]:
    """What a drawing was made from, which it carries with it."""
    found = re.search(r"<metadata>(.*)</metadata>", svg)
    assert found, "the drawing does not say what it was made from"
    facts: dict[str, Room] = json.loads(unescape(found[1]))
    return facts


WIDE, MARGIN, FLOOR_HIGH, WING_HIGH, ARCHES = 1000, 10, 54, 132, 90
ACROSS = WIDE - 2 * MARGIN
LOOK = """<style>
text{font-family:system-ui,sans-serif;font-size:13px;fill:#263238}.name{font-size:16px;font-weight:600}
.size,.reads{fill:#546e7a;font-size:12px}rect{stroke:#78909c;fill:#fff}.floor{fill:#eceff1}.share{fill:#b0bec5;stroke:none}
.wing{fill:#e3f2fd}.wing+.share{fill:#90caf9}.exception{fill:none;stroke:#c62828;stroke-width:1.6;stroke-dasharray:5 4}
.note{fill:#c62828;font-size:12px}
</style>"""
HEAD = '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
TIP = f'<defs>{HEAD}<path d="M0 0L8 4L0 8z" fill="#c62828"/></marker></defs>'


def draw(rooms: Mapping[str, Room]) -> str:
    """The house as an SVG: floors below, wings above them, the command line on top; a bar's length is its lines."""
    most = max(room["lines"] for room in rooms.values())
    wings_at = MARGIN + FLOOR_HIGH + ARCHES
    floors_at = wings_at + WING_HIGH + 12
    high = floors_at + FLOOR_HIGH * len(FLOORS) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" role="img">',
        "<title>Floors, wings and command line of sos_sim, with the lines of code and the imports of each</title>",
        f"<metadata>{escape(json.dumps(rooms))}</metadata>",
        LOOK,
        TIP,
        f'<rect width="{WIDE}" height="{high}" style="stroke:none"/>',
        *floor("cli", rooms["cli"], MARGIN, most),
        *arches(rooms, wings_at),
    ]
    for place, name in enumerate(WINGS):
        parts += wing(name, rooms[name], place, wings_at, most)
    for level, name in enumerate(reversed(FLOORS)):
        parts += floor(name, rooms[name], floors_at + level * FLOOR_HIGH, most)
    return "\n".join([*parts, "</svg>"]) + "\n"


def floor(name: str, room: Room, top: int, most: int) -> Iterator[str]:
    """A floor: its name, what it says of itself, its size, and which rooms it reads."""
    yield f'<rect class="floor" x="{MARGIN}" y="{top}" width="{ACROSS}" height="{FLOOR_HIGH - 6}"/>'
    yield bar(MARGIN, top + FLOOR_HIGH - 10, room["lines"] / most)
    yield words("name", MARGIN + 10, top + 19, name)
    yield words("", MARGIN + 120, top + 19, room["says"])
    reads = "reads all rooms below" if name == "cli" else f"reads {', '.join(room['reads']) or 'no other room'}"
    yield words("reads", MARGIN + 120, top + 37, reads)
    yield words("size", MARGIN + 10, top + 37, size(room))


def wing(name: str, room: Room, place: int, top: int, most: int) -> Iterator[str]:
    """A wing: its name, its question, its size, and which floors it does not read."""
    across = ACROSS / len(WINGS)
    left = MARGIN + place * across
    yield f'<rect class="wing" x="{left:.1f}" y="{top}" width="{across - 6:.1f}" height="{WING_HIGH}"/>'
    yield bar(left, top + WING_HIGH - 4, room["lines"] / most)
    yield words("name", left + 10, top + 22, name)
    yield words("size", left + 10, top + 40, size(room))
    unread = [floor for floor in FLOORS if floor not in room["reads"]]
    yield words("reads", left + 10, top + 64, "reads all floors" if not unread else "reads all floors but")
    for line, floors in enumerate(wrap(", ".join(unread), 22)):
        yield words("reads", left + 10, top + 80 + 15 * line, floors)


def arches(rooms: Mapping[str, Room], top: int) -> Iterator[str]:
    """A dashed arch for every import from one wing to another."""
    across = ACROSS / len(WINGS)
    for reader in WINGS:
        for other in (name for name in rooms[reader]["reads"] if name in WINGS):
            start, end = (MARGIN + (WINGS.index(name) + 0.5) * across - 3 for name in (reader, other))
            start, end = (start - 40, end + 12) if end < start else (start + 40, end - 12)
            peak = top - 26 - 14 * abs(WINGS.index(reader) - WINGS.index(other))
            curve = f"M{start:.1f} {top}C{start:.1f} {peak} {end:.1f} {peak} {end:.1f} {top - 3}"
            yield f'<path class="exception" d="{curve}" marker-end="url(#tip)"/>'
    yield words("note", WIDE - 150, top - 66, "dashed: the only wings")
    yield words("note", WIDE - 150, top - 50, "that read another wing")


def bar(left: float, top: float, share: float) -> str:
    """A length for a room's lines, on one scale: the largest room's is as long as a wing."""
    across = share * (ACROSS / len(WINGS) - 6)
    return f'<rect class="share" x="{left:.1f}" y="{top}" width="{across:.1f}" height="4"/>'


def words(kind: str, left: float, base: float, text: str) -> str:
    """A line of text."""
    return f'<text class="{kind}" x="{left:.1f}" y="{base}">{escape(text)}</text>'


def size(room: Room) -> str:
    """Lines of a room to the nearest ten."""
    return f"{round(room['lines'], -1):,} lines"


if __name__ == "__main__":
    DRAWING.write_text(draw(survey()), encoding="utf-8")
