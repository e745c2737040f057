"""One word, one meaning: a public class or function has a name that no other has."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "src" / "sos_sim"
SOURCES = sorted(ROOT.rglob("*.py"))
FAMILIES = {
    "as_csv": "a list of declarations as text: parameters, measures",
    "as_markdown": "a list of declarations as a page: parameters, measures",
}
"""Functions that do the same for different things, and are named alike for that reason."""


def name_of(path: Path) -> str:
    """Path of a source file inside the package."""
    return path.relative_to(ROOT).as_posix()


def definitions(sources: Mapping[str, str], kind: type[ast.ClassDef] | type[ast.FunctionDef]) -> dict[str, list[str]]:
    """Where each public name of a kind is defined at the top of a file."""
    found: dict[str, list[str]] = defaultdict(list)
    for where, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, kind) and not node.name.startswith("_"):
                found[node.name].append(where)
    return found


def shared(names: Mapping[str, list[str]], allowed: Iterable[str] = ()) -> dict[str, list[str]]:
    """Names that stand for more than one thing."""
    return {name: places for name, places in names.items() if len(places) > 1 and name not in allowed}


def package() -> dict[str, str]:
    """Every source file but those of commands, whose functions are named like the verb that they call."""
    return {name_of(path): path.read_text() for path in SOURCES if path.parent != ROOT / "cli"}


def test_every_public_class_has_a_name_of_its_own() -> None:
    sources = {name_of(path): path.read_text() for path in SOURCES}
    assert shared(definitions(sources, ast.ClassDef)) == {}


def test_every_public_function_has_a_name_of_its_own() -> None:
    assert shared(definitions(package(), ast.FunctionDef), FAMILIES) == {}


def test_families_have_members() -> None:
    assert set(FAMILIES) <= set(shared(definitions(package(), ast.FunctionDef)))


def test_a_second_meaning_is_found() -> None:
    sources = {"a.py": "class Study: pass\ndef fit(): pass", "b.py": "class Study: pass\ndef fit(): pass"}
    assert shared(definitions(sources, ast.ClassDef)) == {"Study": ["a.py", "b.py"]}
    assert shared(definitions(sources, ast.FunctionDef)) == {"fit": ["a.py", "b.py"]}
    assert shared(definitions(sources, ast.FunctionDef), ["fit"]) == {}
