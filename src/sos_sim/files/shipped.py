"""What comes with the package, found by name: scenarios, studies, and the schemas of both.

Without a folder or an ending, a name such as ``base`` means a file of the current folder, or of the folder for its
kind there, and only then what comes with the package. ``sos_sim:base`` always means what comes with the package, on the
command line, in Python and inside files; any other text inside a file is a path from that file's folder. So nothing
that is shipped takes the place of a file of one's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sos_sim.core.errors import ScenarioError, did_you_mean

Room = Literal["scenarios", "experiments"]
PREFIX = "sos_sim:"
SHIPPED = ("scenarios", "experiments", "schemas")
"""Folders that come with the package, and that a new working folder has."""
_PACKAGE = Path(__file__).resolve().parents[1]


def shipped_folder(name: str) -> Path:
    """A folder that comes with the package: inside it once it is built, else in the repository it runs from."""
    packaged = _PACKAGE / "shipped" / name
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / name


def shipped_names(room: Room) -> list[str]:
    """Names of the files of a kind that come with the package, sorted."""
    return sorted(file.stem for file in shipped_folder(room).glob("*.yaml"))


def find_file(name: Path | str, *rooms: Room) -> Path:
    """The file that a person means by a path or a name; ``rooms`` are the kinds of file it may be.

    A path is given back as it is, there or not. Raises ScenarioError, saying what there is, for a name that means
    nothing.
    """
    text = str(name)
    if text.startswith(PREFIX):
        return _shipped(text.removeprefix(PREFIX), rooms)
    path = Path(name)
    if path.name != text or path.suffix or _is_there(path):
        return path
    own = [Path(f"{text}.yaml"), *(Path(room) / f"{text}.yaml" for room in rooms)]
    return next((file for file in own if _is_there(file)), None) or _shipped(text, rooms)


def file_beside(file: Path, written: str, room: Room) -> Path:
    """The file that ``file`` names in its text: from its own folder, or with ``sos_sim:`` what comes with the package.

    Raises ScenarioError for a name after ``sos_sim:`` that means nothing.
    """
    text = written.strip()
    return _shipped(text.removeprefix(PREFIX), (room,)) if text.startswith(PREFIX) else file.parent / text


def hint_at_shipped(missing: Path) -> str:
    """A sentence for a file that is not there: how one of its name that comes with the package is written, or ''."""
    known = missing.suffix in (".yaml", ".yml") and any(
        missing.stem in shipped_names(room) for room in ("scenarios", "experiments")
    )
    return f" The file of this name that comes with sos_sim is written {PREFIX}{missing.stem}." if known else ""


def _shipped(name: str, rooms: tuple[Room, ...]) -> Path:
    for room in rooms:
        if name in shipped_names(room):
            return shipped_folder(room) / f"{name}.yaml"
    names = [name for room in rooms for name in shipped_names(room)]
    problem = f"there is no such file, and nothing of this name comes with sos_sim, which has {', '.join(names)}."
    raise ScenarioError(problem + did_you_mean(name, names), file=name[:80])


def _is_there(file: Path) -> bool:
    """Whether something has this path; names that no file can have are not there."""
    try:
        return file.exists()
    except (OSError, ValueError):
        return False
