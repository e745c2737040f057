"""The drawing in docs/architecture.md is made from the code, and still like it."""

from __future__ import annotations

import pytest

from support.house import DRAWING, DRAWN, WINGS, Room, draw, facts_of, survey

REFRESH = "the drawing of the house is out of date: make pages"
AS_DRAWN = DRAWING.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def house() -> dict[str, Room]:
    return survey()


def test_the_drawing_is_what_its_facts_give() -> None:
    assert draw(facts_of(AS_DRAWN)) == AS_DRAWN, REFRESH


def test_rooms_and_what_they_read_are_those_of_the_code(house: dict[str, Room]) -> None:
    drawn = facts_of(AS_DRAWN)
    assert {name: room["reads"] for name, room in drawn.items()} == {n: r["reads"] for n, r in house.items()}, REFRESH


def test_sizes_are_within_a_tenth_of_the_code(house: dict[str, Room]) -> None:
    drawn = facts_of(AS_DRAWN)
    assert {name: room["lines"] for name, room in drawn.items()} == {
        name: pytest.approx(room["lines"], rel=0.1, abs=100) for name, room in house.items()
    }, REFRESH


def test_every_exception_is_an_arch_and_nothing_else_is(house: dict[str, Room]) -> None:
    across = {(name, other) for name in WINGS for other in house[name]["reads"] if other in WINGS}
    assert across == DRAWN
    assert draw(house).count('class="exception"') == len(DRAWN)


def test_each_room_shows_its_own_name_size_and_words(house: dict[str, Room]) -> None:
    drawing = draw({**house, "theory": {"lines": 12_340, "files": 1, "says": "What < may happen.", "reads": ["core"]}})
    theory = drawing[drawing.index(">theory<") : drawing.index(">agents<")]
    assert "12,340 lines" in theory and "What &lt; may happen." in theory and ">reads core<" in theory
