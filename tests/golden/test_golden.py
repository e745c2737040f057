"""Numbers that may only move on purpose."""

from __future__ import annotations

import difflib

import pytest

from golden.golden_tables import HERE, TABLES


@pytest.mark.parametrize("name", TABLES)
def test_table_has_not_moved(name: str) -> None:
    """The table is equal to the committed one; the failure shows the lines that moved."""
    committed = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    now = TABLES[name]()
    moved = difflib.unified_diff(committed.splitlines(), now.splitlines(), "committed", "now", lineterm="", n=0)
    assert now == committed, "numbers moved; if that is meant, run `make golden`:\n" + "\n".join(moved)
