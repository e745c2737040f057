"""Compiled code kept between processes: where, for whom, and what happens when it is damaged.

Numba's cache notices changes only in the outermost file, and unpickles whatever it finds. Here the folder is
named by a hash of the model's source and by the version of Python, belongs to the user alone, and is used by one
process at a time; its files are used only while they are, byte for byte, what a finished compilation left
(``SEAL`` lists their SHA-256). Anything else is removed and compiled again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from filelock import FileLock
from platformdirs import user_cache_path

from sos_sim.core.provenance import engine_hash

SEAL: Final = "seal.json"
_LOCK: Final = ".lock"
_LONGEST_COMPILATION: Final = 600
"""Seconds to wait for another process that compiles the same source; it takes about half a minute."""
_WRITABLE_BY_OTHERS: Final = 0o022


@contextmanager
def kept_code() -> Iterator[Path]:
    """The folder of compiled code, without anything damaged, held until what is in it afterwards is sealed.

    Raises OSError when it cannot be used.
    """
    folder = cache_folder()
    with FileLock(folder / _LOCK, timeout=_LONGEST_COMPILATION):
        if _read_seal(folder) != _digests(folder):
            _empty(folder)
        yield folder
        _write_seal(folder)


def is_compiled() -> bool:
    """Whether the engine for this source is already kept, so that it will start at once."""
    return any(cache_folder().rglob("*.nbi"))


def cache_folder() -> Path:
    """Where compiled code is kept: NUMBA_CACHE_DIR, else beside the package, else the user's own cache.

    A folder that others own or may write to is passed over; what is left at the end lasts as long as the process.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    beside = Path(__file__).resolve().parents[1] / "__pycache__"
    places = [Path(chosen)] if chosen else [beside, user_cache_path("sos_sim", appauthor=False)]
    for place in places:
        folder = place / f"compiled-{engine_hash()}-{sys.implementation.cache_tag}"
        if place.is_absolute() and _is_made(folder) and belongs_to_user(folder):
            return folder
    return Path(_until_the_end().name)


def belongs_to_user(folder: Path) -> bool:
    """Whether a folder is this user's and nobody else may write to it.

    Where the system has no numbers for users (Windows), folders of a user are closed to others by themselves.
    """
    if not hasattr(os, "geteuid"):
        return True
    about = folder.stat()
    return about.st_uid == os.geteuid() and not about.st_mode & _WRITABLE_BY_OTHERS


def _is_made(folder: Path) -> bool:
    """Whether a folder is there, made if need be, and can be written to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


@cache
def _until_the_end() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="sos_sim-", ignore_cleanup_errors=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.name not in (SEAL, _LOCK) and not path.is_dir())


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(folder)
    }


def _read_seal(folder: Path) -> object:
    try:
        return json.loads((folder / SEAL).read_bytes())
    except (OSError, ValueError):
        return {}


def _write_seal(folder: Path) -> None:
    partial = folder / f".{SEAL}.partial"
    partial.unlink(missing_ok=True)
    content = json.dumps(_digests(folder)).encode()
    partial.write_bytes(content)
    partial.replace(folder / SEAL)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != _LOCK:
            path.unlink()
