"""Re-entry has no coefficient of its own: no rule names it, and no rule reads how often a child entered."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "src" / "sos_sim"
RULES = sorted([*ROOT.glob("theory/*.py"), *ROOT.glob("model/phases/*.py"), ROOT / "model" / "transitions.py"])
REENTRY = re.compile(r"re_?entr|re_?enter", re.IGNORECASE)
HISTORY = {"entries", "exits"}


def names_of_reentry(source: str) -> list[str]:
    """Names in the code that speak of re-entry (docstrings and quoted sources may)."""
    found = []
    for node in ast.walk(ast.parse(source)):
        for name in (getattr(node, field, None) for field in ("id", "attr", "arg", "name")):
            if isinstance(name, str) and REENTRY.search(name):
                found.append(name)
    return found


def history_read(source: str) -> list[str]:
    """Places where a child's count of entries or exits is read; counting one more is allowed."""
    return [
        f"line {node.lineno}: {node.attr}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in HISTORY and isinstance(node.ctx, ast.Load)
    ]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_rule_mentions_reentry(path: Path) -> None:
    source = path.read_text()
    assert names_of_reentry(source) == []
    assert history_read(source) == []


def test_the_check_can_fail() -> None:
    assert names_of_reentry("chance = p.reentry_rate") == ["reentry_rate"]
    assert history_read("child.entries += 1") == []
    assert history_read("if child.entries > 1: pass") != []
