"""Where a result comes from: versions, machine, and a hash of the code that made it."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

CAVEAT = (
    "What follows if the programme theory holds as strongly as assumed here; not a finding. The review found little to "
    "no evidence that Signs of Safety changes care entry, re-entry or reunification, which is not evidence that it "
    "does not. Every assumed link strength has prior weight on zero."
)
MODEL_FLOORS = ("core", "agents", "theory", "model")
LIBRARIES = ("numpy", "numba", "mesa", "scipy", "pandas", "pyarrow")


@cache
def code_hash() -> str:
    """First 12 hex digits of a SHA-256 over the source of the floors that shape a run, in order of path."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for source in sorted(source for floor in MODEL_FLOORS for source in (root / floor).rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode())
        digest.update(source.read_bytes())
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
