"""Numbers that may only move on purpose."""

from __future__ import annotations

import difflib

import pytest

from golden.golden_pages import HERE as PAGES_KEPT
from golden.golden_pages import PAGES, text_of
from golden.golden_tables import HERE, TABLES


def moved(committed: str, now: str) -> str:
    """The lines that differ."""
    found = difflib.unified_diff(committed.splitlines(), now.splitlines(), "committed", "now", lineterm="", n=0)
    return "if that is meant, run `make golden`:\n" + "\n".join(found)


@pytest.mark.parametrize("name", TABLES)
def test_table_has_not_moved(name: str) -> None:
    """The table is equal to the committed one; the failure shows the lines that moved."""
    committed = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    now = TABLES[name]()
    assert now == committed, f"numbers moved; {moved(committed, now)}"


@pytest.mark.parametrize("name", PAGES)
def test_page_says_and_draws_what_it_did(name: str) -> None:
    """Every sentence, cell and mark of the page is that of the committed text; the failure shows what moved."""
    committed = (PAGES_KEPT / f"{name}.txt").read_text(encoding="utf-8")
    now = text_of(name)
    assert now == committed, f"what people read moved; {moved(committed, now)}"
