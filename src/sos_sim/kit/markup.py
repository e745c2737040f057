"""What all pages for a browser share: how their templates are read, and names that can be those of files and places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def renderer(*kinds: type) -> Environment:
    """Where the templates of pages are read: texts are escaped; ``x is words`` asks whether x is one of ``kinds``."""
    import jinja2

    engine = jinja2.Environment(
        loader=jinja2.PackageLoader("sos_sim", "kit"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.tests |= {kind.__name__.lower(): _is_a(kind) for kind in kinds}
    return engine


def check_name(name: str) -> None:
    """Raise ValueError for a name that cannot be that of a file and of a place in a page."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a file or place: use small letters, digits, _ and -")


def _is_a(kind: type) -> Any:
    return lambda block: isinstance(block, kind)
