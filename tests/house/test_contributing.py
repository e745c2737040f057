"""Where something new goes: the places that CONTRIBUTING.md and docs/architecture.md name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sos_sim.core.provenance import ENGINE_FLOORS, MEASURING_FLOORS
from support.house import DRAWN, WINGS

ROOT = Path(__file__).resolve().parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:[\w.*-]+/)+[\w.*-]*)`", CONTRIBUTING)))


def test_paths_are_found_in_the_page() -> None:
    assert {"src/sos_sim/theory/", "src/sos_sim/outcomes/measures.py", "tests/golden/*.txt"} <= set(PATHS)


@pytest.mark.parametrize("path", [path for path in PATHS if path not in {"report/", "build/site"}])
def test_every_path_of_the_page_exists(path: str) -> None:
    assert list(ROOT.glob(path.rstrip("/"))), f"CONTRIBUTING.md names {path}, which does not exist"


def test_every_make_target_of_the_page_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for words in re.findall(r"`make ([\w ]+)`", CONTRIBUTING) for word in words.split()}
    assert {"test", "golden", "docs"} <= named <= targets


def test_architecture_has_a_question_for_every_wing() -> None:
    assert re.findall(r"^\| (\w+) \|", ARCHITECTURE, re.MULTILINE)[1:] == list(WINGS)


def test_architecture_tells_the_exceptions_that_are_drawn() -> None:
    told = re.findall(r"\*(\w+)\*\s+reads ([\w, ]+?),? because", " ".join(ARCHITECTURE.split()))
    assert {(wing, other) for wing, others in told for other in others.replace(" and ", ", ").split(", ")} == DRAWN


def test_architecture_names_the_floors_of_an_engines_identity() -> None:
    section = ARCHITECTURE.partition("## What an engine's identity covers")[2].partition("##")[0]
    assert tuple(re.findall(r"`(\w+)`", section.partition("([")[0])) == (*ENGINE_FLOORS, *MEASURING_FLOORS)


@pytest.mark.parametrize(
    "page", sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]), ids=lambda page: page.name
)
def test_source_files_that_pages_name_exist(page: Path) -> None:
    named = re.findall(r"`((?:\w+/)+\w+\.py)`", page.read_text(encoding="utf-8"))
    places = (ROOT, ROOT / "src" / "sos_sim")
    assert [path for path in named if not any((place / path).exists() for place in places)] == []
