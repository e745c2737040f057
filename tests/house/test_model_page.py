"""docs/model.md names the parameters that the code reads, all of them and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from sos_sim.agents import Child, Family, NetworkMember, Organisation, SocialWorker, Team, Tie
from sos_sim.agents.fields import fields_of
from sos_sim.theory.parameters import THEORY_NULL, declared

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "model.md"
CHOICES = {choice for parameter in declared().values() for choice in parameter.choices}
SOURCES = list((ROOT / "src" / "sos_sim").rglob("*.py"))
TESTS = list((ROOT / "tests").rglob("*.py"))
FILES = {file.stem for file in [*SOURCES, *TESTS]} | {file.parent.name for file in SOURCES}
SCENARIOS = {file.stem for file in (ROOT / "scenarios").glob("*.yaml")}
NOTATION = {"s_a", "s_w"}
"""The two skills of a social worker, as formulas write them."""
READERS = ("agents", "theory", "model")
"""The floors that read parameters while a run is made and lived."""
AGENTS = (Child, Family, NetworkMember, Organisation, SocialWorker, Team, Tie)
STATES = {name for kind in AGENTS for name in fields_of(kind)}
NAMES_OF_AGENTS = {"family", "families", "child", "children", "tie", "worker", "member", "state", "self.state", "world"}
"""What rules call agents, tables of agents, and the world that holds them."""
READ_ELSEWHERE = {name for name, parameter in declared().items() if parameter.group == "Costs"} | {
    "case_holder_share",
    THEORY_NULL,
}
"""Prices and a share, which outcome measures read; the null theory, read where strengths are filled in."""


def read_by(tree: ast.AST) -> Iterator[str]:
    """Names of all attributes that code reads, but those of agents, some of which are called as parameters are."""
    for node in ast.walk(tree):
        is_read = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
        if is_read and ast.unparse(node.value) not in NAMES_OF_AGENTS:
            yield node.attr


def read_by_rules() -> set[str]:
    """Declared parameters that some line of the reading floors takes as an attribute."""
    files = [file for floor in READERS for file in (ROOT / "src" / "sos_sim" / floor).rglob("*.py")]
    found = {name for file in files for name in read_by(ast.parse(file.read_text(encoding="utf-8")))}
    return found & set(declared())


def named_on(page: str) -> set[str]:
    """Every word within code font."""
    spans = re.findall(r"`([^`]+)`", page)
    return {word for span in spans for word in re.findall(r"[A-Za-z_][A-Za-z_0-9]*", span)}


def like_a_parameter(word: str) -> bool:
    """Whether a word in code font is written as parameters are: lower case, with an underscore."""
    return "_" in word and word == word.lower()


def test_every_parameter_that_rules_read_is_named_on_the_page() -> None:
    named = named_on(PAGE.read_text(encoding="utf-8"))
    assert sorted(read_by_rules() - named) == []


def test_every_declared_parameter_but_prices_is_read_by_a_rule() -> None:
    assert sorted(set(declared()) - read_by_rules() - READ_ELSEWHERE) == []


def test_what_the_page_names_like_a_parameter_exists() -> None:
    words = {word for word in named_on(PAGE.read_text(encoding="utf-8")) if like_a_parameter(word)}
    known = set(declared()) | STATES | CHOICES | FILES | SCENARIOS | NOTATION
    assert sorted(words - known) == []


def test_an_error_either_way_would_be_seen() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "trust_gate" in read_by_rules()
    read = set(read_by(ast.parse("family.strain + p.handoff + world.parameters.home.voice_gain")))
    assert {"handoff", "voice_gain"} < read and "strain" not in read
    assert "trust_gate" not in named_on(page.replace("trust_gate", "gate of trust"))
    misspelt = named_on(page.replace("trust_gate", "trust_gaet"))
    assert "trust_gaet" in {word for word in misspelt if like_a_parameter(word)}
