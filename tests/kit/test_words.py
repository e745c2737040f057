"""Sentences as templates: what a writer may write, what is refused, and that none lies unused."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from jinja2 import DictLoader, TemplateAssertionError, TemplateRuntimeError, UndefinedError, nodes

import sos_sim
from sos_sim.kit import words
from sos_sim.kit.words import Wording, environment

PACKAGE = Path(sos_sim.__file__).parent
FILES = sorted(PACKAGE.glob("**/words/*.jinja"))
MACRO = re.compile(r"{%-? *macro +(\w+)")


def wording(monkeypatch: pytest.MonkeyPatch, text: str) -> Wording:
    """Sentences read from a text."""
    made = environment(DictLoader({"some.jinja": text}))
    monkeypatch.setattr(words, "_read", lambda package, name: made.get_template(f"{name}.jinja"))
    return Wording("here", "some")


def test_line_breaks_do_not_matter_and_an_empty_line_begins_a_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """{% macro told(names) %}
One
  line.
{% for name in names %}

{{ name }}
 is here.
{% endfor %}
{% endmacro %}"""
    said = wording(monkeypatch, text)
    assert said.paragraphs("told", names=["A", "B\n\n C"]) == ["One line.", "A is here.", "B C is here."]
    assert said.sentence("told", names=["A"]) == "One line. A is here."


def test_numbers_are_written_by_filters_and_text_is_not_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "{% macro told(value, name) %}{{ name }}: {{ value | amount('£ million') }} {{ 3 }}{% endmacro %}"
    assert wording(monkeypatch, text).sentence("told", value=-1.5, name="<b> & {{ x }}") == "<b> & {{ x }}: −1.50 3"


@pytest.mark.parametrize("value", [0.5, 2.0, np.float64(0.25), np.float32(0.25), float("nan")])
def test_a_number_that_no_filter_wrote_is_refused(monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    with pytest.raises(TypeError, match="without a filter"):
        wording(monkeypatch, "{% macro told(value) %}{{ value }}{% endmacro %}").sentence("told", value=value)


def test_names_that_do_not_exist_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    said = wording(monkeypatch, "{% macro told(row) %}{{ row.lwo }}{% endmacro %}")
    with pytest.raises(UndefinedError, match="lwo"):
        said.sentence("told", row={"low": "1"})
    with pytest.raises(UndefinedError):
        said.sentence("told")
    with pytest.raises(TypeError, match="other"):
        said.sentence("told", row={"lwo": "1"}, other="2")
    with pytest.raises(TemplateRuntimeError, match="has no macro 'tolled'"):
        said.sentence("tolled")
    with pytest.raises(TemplateAssertionError, match="No filter named 'amuont'"):
        wording(monkeypatch, "{% macro told(row) %}{{ row | amuont }}{% endmacro %}").sentence("told", row=1.0)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_every_sentence_of_the_package_can_be_read_and_is_asked_for(file: Path) -> None:
    macros = MACRO.findall(text := file.read_text(encoding="utf-8"))
    package = ".".join(("sos_sim", *file.parent.parent.relative_to(PACKAGE).parts))
    read = words._read(package, file.stem).module
    callers = "".join(code.read_text(encoding="utf-8") for code in file.parent.parent.parent.rglob("*.py"))
    calls = "".join(other.read_text(encoding="utf-8") for other in file.parent.glob("*.jinja"))
    assert macros
    assert all(callable(getattr(read, macro)) for macro in macros)
    unused = [macro for macro in macros if f'"{macro}"' not in callers and len(re.findall(rf"\b{macro}\(", calls)) < 2]
    assert unused == []
    assert "{# " in text, "each file says what its sentences are given"


def lost_spaces(text: str) -> list[str]:
    """Texts in expressions of a template that begin or end with a space, which does not reach the sentence."""
    read = environment(DictLoader({})).parse(text)
    found = [part for written in read.find_all(nodes.Output) for part in written.nodes]
    parts = [branch for part in found for branch in _branches(part)]
    return [
        part.value for part in parts if isinstance(part, nodes.Const) and str(part.value).strip() != str(part.value)
    ]


def _branches(part: nodes.Expr) -> list[nodes.Expr | None]:
    return [part.expr1, part.expr2] if isinstance(part, nodes.CondExpr) else [part]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_no_sentence_counts_on_a_space_that_is_lost(file: Path) -> None:
    assert lost_spaces(file.read_text(encoding="utf-8")) == []


def test_a_space_that_is_lost_is_found() -> None:
    assert lost_spaces('a {{ ", " if x else "" }}{{ "and " }} b {{ y | join(", ") }} c') == [", ", "and "]


def test_the_sentences_are_packed_with_the_package() -> None:
    import tomllib

    declared = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = declared["tool"]["setuptools"]["package-data"]["sos_sim"]
    packed = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    assert FILES
    assert set(FILES) <= packed
