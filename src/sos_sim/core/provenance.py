"""Where a result comes from: versions, machine, and a hash of the code that made it."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

CAVEAT = (
    "What follows if the programme theory holds as strongly as assumed here; not a finding. The review found little to "
    "no evidence that Signs of Safety changes care entry, re-entry or reunification, which is not evidence that it "
    "does not. Every assumed link strength has prior weight on zero."
)
ENGINE_FLOORS = ("core", "agents", "theory", "model")
MEASURING_FLOORS = ("outcomes",)
LIBRARIES = ("numpy", "numba", "mesa", "scipy", "pandas", "pyarrow")


@cache
def engine_hash() -> str:
    """First 12 hex digits of a SHA-256 over the source that can move a run: the identity of both engines."""
    return _hash_of(ENGINE_FLOORS)


@cache
def code_hash() -> str:
    """The same over all source that shapes results: the engines, and how their histories are measured."""
    return _hash_of((*ENGINE_FLOORS, *MEASURING_FLOORS))


def _hash_of(floors: Sequence[str]) -> str:
    """Over the files of these floors in order of path; how lines end (as git may change on Windows) plays no part."""
    root = Path(__file__).resolve().parents[1]
    files = {
        source.relative_to(root).as_posix(): source.read_bytes()
        for floor in floors
        for source in (root / floor).rglob("*.py")
    }
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        digest.update(path.encode())
        digest.update(content.replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def versions() -> dict[str, str]:
    """Versions of Python, this package and the libraries that shape results."""
    found = {"python": platform.python_version()}
    for library in ("sos-sim", *LIBRARIES):
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            found[library] = "not installed"
    return found


def machine() -> dict[str, str]:
    """System, processor architecture and number of processors; nothing that names a person or host."""
    import os

    return {"system": platform.system(), "architecture": platform.machine(), "processors": str(os.cpu_count())}
