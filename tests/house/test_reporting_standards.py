"""Reporting guidelines: every item stands in its table, and is answered by a link or by a reason why it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reporting-standards.md").read_text(encoding="utf-8")
ODD = [*(str(number) for number in range(1, 5)), *(f"4.{concept}" for concept in range(1, 12)), "5", "6", "7"]
STRESS = {"1": 3, "2": 4, "2.5": 4, "3": 4, "4": 3, "5": 4, "6": 1}
"""Items of STRESS-ABS: how many each part has."""
ITEMS = {
    "ODD": ODD,
    "TRACE": [str(number) for number in range(1, 9)],
    "STRESS-ABS": [f"{part}.{number}" for part, count in STRESS.items() for number in range(1, count + 1)],
    "CHEERS 2022": [str(number) for number in range(1, 29)],
}


def rows(guideline: str) -> list[tuple[str, str, str]]:
    """Item, what it asks for, and the answer, for each row of a guideline's table."""
    section = PAGE.partition(f"\n## {guideline}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| ([\d.]+) \| (.+?) \| (.*?) ?\|$", section, re.MULTILINE)


def unanswered(answer: str) -> bool:
    """Whether an answer neither leads anywhere nor says why there is none."""
    return not re.search(r"\]\([^)]+\)|not reported(?: as a finding)?, because \w+", answer)


@pytest.mark.parametrize("guideline", ITEMS)
def test_every_item_is_there_once_in_order(guideline: str) -> None:
    assert [item for item, _, _ in rows(guideline)] == ITEMS[guideline]


@pytest.mark.parametrize("guideline", ITEMS)
def test_every_item_is_answered_or_says_why_not(guideline: str) -> None:
    assert [item for item, _, answer in rows(guideline) if unanswered(answer)] == []


def test_an_empty_answer_is_seen() -> None:
    assert unanswered("") and unanswered("see the model") and unanswered("not reported")
    assert not unanswered("[purpose](model.md#purpose)") and not unanswered("not reported, because none was registered")
