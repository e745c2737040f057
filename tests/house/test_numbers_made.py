"""A page of the documentation holds numbers of the model as it is, or says at its head that it does not."""

from __future__ import annotations

import re

import pytest

from sos_sim.evidence.posterior import SHIPPED
from support import numbers_made
from support.numbers_made import (
    BEFORE,
    PAGES,
    POSTERIORS,
    ROOT,
    STAMP,
    WATCHED,
    results_version,
    stamp_of,
    watched_rows,
)


@pytest.mark.parametrize("page", PAGES)
def test_numbers_were_made_by_the_model_as_it_is(page: str) -> None:
    stamp, text = stamp_of(page), (ROOT / page).read_text(encoding="utf-8")
    if stamp == "before":
        assert BEFORE in text
    else:
        assert stamp == results_version(), f"make the numbers of {page} anew, then stamp it {results_version()}"
        assert BEFORE not in text


def test_every_page_with_a_stamp_is_held_to_it() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    stamped = {path.relative_to(ROOT).as_posix() for path in pages if STAMP.search(path.read_text(encoding="utf-8"))}
    assert stamped == set(PAGES)


def test_the_version_is_that_of_results() -> None:
    assert len(watched_rows()) == 2 * len(WATCHED)
    assert {path.name for path in POSTERIORS} == set(SHIPPED.values())
    assert re.fullmatch(r"[0-9a-f]{10}", results_version())


def test_a_result_that_moves_moves_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    now, rows = results_version(), watched_rows()
    monkeypatch.setattr(numbers_made, "watched_rows", lambda: [*rows[:-1], rows[-1].replace("0", "1")])
    assert results_version() != now
