"""How fast studies went on this machine, kept in the user's own cache, so that forecasts are of this machine.

A pace is the seconds that workers took over those that were reckoned before: 2 is half as fast. The next study is
reckoned by the last one of its kind that was long enough to tell. Nothing of it enters a result.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from sos_sim.core.errors import ResultsFolderError
from sos_sim.runs.store import keep_file

SHORTEST_SECONDS: Final = 20.0
"""Studies that are reckoned to take less are mostly start and end, and say nothing of larger ones."""


def pace_file() -> Path:
    """Where paces are kept."""
    return user_cache_path("sos_sim", appauthor=False) / "pace.json"


def known_pace(kind: str) -> float | None:
    """The pace of the last study of a kind on this machine, None where none is known."""
    return _paces().get(kind)


def note_pace(kind: str, reckoned: float, taken: float) -> None:
    """Keep the pace of a study that was ``reckoned`` to take some seconds of workers and has ``taken`` others.

    Studies too short to tell are passed over, and so is a cache that cannot be written.
    """
    if reckoned >= SHORTEST_SECONDS:
        with suppress(ResultsFolderError):
            keep_file(pace_file(), json.dumps({**_paces(), kind: taken / reckoned}).encode())


def _paces() -> Mapping[str, float]:
    """All that is known; nothing where the file is missing or damaged."""
    try:
        kept = json.loads(pace_file().read_bytes())
    except (OSError, ValueError):
        return {}
    usable = isinstance(kept, dict) and all(isinstance(pace, float) for pace in kept.values())
    return {kind: pace for kind, pace in kept.items() if math.isfinite(pace) and pace > 0.0} if usable else {}
