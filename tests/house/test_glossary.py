"""The glossary: every word in it is used, and every code that tables hold is named in it."""

from __future__ import annotations

import re
from enum import IntEnum
from pathlib import Path

import pytest

from sos_sim.agents.codes import CareExit, Holder, Legal, Place, Status, Stream, TieKind
from sos_sim.core.links import LINKS
from sos_sim.model.events import Event

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").glob("*.md") if path.name != "glossary.md")]
ELSEWHERE = " ".join(" ".join(path.read_text(encoding="utf-8").split()).lower() for path in PAGES)
WORDS = re.findall(r"^\| ([a-z][\w' -]*) \| [A-Z]", GLOSSARY, re.M)


def test_no_word_is_explained_twice() -> None:
    assert len(WORDS) > 40 and sorted(set(WORDS)) == sorted(WORDS)


@pytest.mark.parametrize("word", WORDS)
def test_the_word_is_used(word: str) -> None:
    assert re.search(rf"\b{re.escape(word)}", ELSEWHERE)


@pytest.mark.parametrize("codes", [Status, Place, Legal, Stream, Holder, TieKind, CareExit, Event])
def test_codes_are_named(codes: type[IntEnum]) -> None:
    assert f"(`{codes.__name__}`)" in GLOSSARY
    assert [code.name for code in codes if f"`{code.name.lower()}`" not in GLOSSARY] == []


def test_links_are_named_as_in_the_theory() -> None:
    assert re.findall(r"^\| (M\d) \| (.*) \|$", GLOSSARY, re.M) == list(LINKS.items())
