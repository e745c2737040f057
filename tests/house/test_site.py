"""The documentation site: every page is found from its navigation, and every link leads to a page and a heading."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ruamel.yaml import YAML

import sos_sim
from support import commands_page, mistakes_page

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HOOK: dict[str, Any] = runpy.run_path(str(DOCS / "hooks" / "repository_links.py"))
AT_ROOT = {ROOT / source: page for source, page in HOOK["ROOT_PAGES"].items()}
PAGES = sorted([*DOCS.rglob("*.md"), *AT_ROOT])
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")


def named_in(nav: Any) -> Iterator[str]:
    """Pages that a navigation names, at any depth."""
    if isinstance(nav, str):
        yield nav
    else:
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from named_in(entry)


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as the site and code hosts name them."""
    headings = (
        re.sub(r"[`*]|\]\([^)]*\)|\[", "", text) for text in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    )
    slugs = (re.sub(r"[^\w\s-]", "", heading.lower()).strip() for heading in headings)
    return {re.sub(r"[-\s]+", "-", slug) for slug in slugs}


def broken_links(page: Path) -> list[str]:
    """Links of a page that lead to no file, or to no heading of the page that they lead to."""
    broken = []
    for target, anchor in _LINK.findall(prose(page)):
        there = (page.parent / target).resolve() if target else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(f"{target}#{anchor}")
    return broken


def test_navigation_names_every_page_once_and_no_other() -> None:
    nav = YAML(typ="safe").load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    pages = [AT_ROOT.get(page) or page.relative_to(DOCS).as_posix() for page in PAGES]
    pages += [f"modules/{room}.md" for room in HOOK["rooms"](ROOT)]
    assert sorted(named_in(nav)) == sorted(pages), "put every page into the navigation of mkdocs.yml"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_that_are_linked_to_are_pages_of_the_site(page: Path) -> None:
    linked = [(page.parent / target).resolve() for target, _ in _LINK.findall(prose(page)) if target.endswith(".md")]
    assert set(linked) <= {there.resolve() for there in PAGES}


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[a](#one-two) [b](there.md#three) `[c](` [d](https://e.org/f)", []),
        ("[a](#two)", ["#two"]),
        ("[b](no.md)", ["no.md#"]),
    ],
)
def test_broken_links_are_seen(tmp_path: Path, text: str, broken: list[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# One: *two*\n\n{text}\n\n```sh\n# no heading\n```\n", encoding="utf-8")
    (tmp_path / "there.md").write_text("## Three?\n", encoding="utf-8")
    assert broken_links(page) == broken


@pytest.mark.parametrize(
    ("page", "link", "there"),
    [
        ("model.md", "evidence.md", "evidence.md"),
        ("model.md", "../README.md", "index.md"),
        ("model.md", "../src/sos_sim/core/luck.py", "repository/src/sos_sim/core/luck.py"),
        ("index.md", "docs/images/first-run.png", "images/first-run.png"),
        ("index.md", "scenarios/base.yaml", "repository/scenarios/base.yaml"),
        ("contributing.md", "docs/model.md", "model.md"),
    ],
)
def test_links_of_the_repository_have_a_place_on_the_site(page: str, link: str, there: str) -> None:
    assert HOOK["target_on_site"](page, link) == there


def test_page_of_the_public_surface_names_all_of_it_once() -> None:
    named = re.findall(r"^::: sos_sim\.(\w+)$", (DOCS / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(sos_sim.__all__)


@pytest.mark.parametrize(
    ("html", "warnings"),
    [
        ('<a href="https://e.org">x</a><script src="assets/a.js"></script><link href="a.css">', 0),
        ('<script async src="https://e.org/a.js"></script>', 1),
        ('<link rel="stylesheet" href="https://e.org/a.css"><img src="http://e.org/a.png">', 2),
    ],
)
def test_what_would_be_fetched_from_elsewhere_is_seen(
    html: str, warnings: int, caplog: pytest.LogCaptureFixture
) -> None:
    HOOK["on_post_page"](html, SimpleNamespace(file=SimpleNamespace(src_uri="page.md")), None)
    assert len(caplog.records) == warnings


def test_page_of_commands_is_up_to_date() -> None:
    page = commands_page.PAGE.read_text(encoding="utf-8")
    assert page == commands_page.page() + "\n", "docs/commands.md is out of date: make pages"


@pytest.mark.parametrize("mistake", mistakes_page.MISTAKES, ids=lambda mistake: mistake.heading)
def test_every_mistake_of_the_page_brings_the_message_that_it_shows(mistake: mistakes_page.Mistake) -> None:
    page = mistakes_page.PAGE.read_text(encoding="utf-8")
    assert "\n".join(mistakes_page.section(mistake)) in page, "docs/mistakes.md is out of date: make pages"


def test_the_page_of_mistakes_has_ten_and_nothing_else() -> None:
    assert len(mistakes_page.MISTAKES) == 10
    assert mistakes_page.PAGE.read_text(encoding="utf-8") == mistakes_page.page()


def test_page_of_commands_says_what_a_command_takes() -> None:
    page = commands_page.page()
    compare = page[page.index("## sos-sim compare") : page.index("## sos-sim fit")]
    assert "sos-sim compare SCENARIO… [OPTIONS]" in compare
    assert "| `SCENARIO…` | The first is the comparator. | required |" in compare
    assert "| `--engine compiled\\|mesa` | Equal results; mesa is slow. | `compiled` |" in compare
    assert "| `--json` | Print JSON instead of tables. |  |" in compare


def test_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## Commands\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| `sos-sim (\w+)|, `(\w+)`(?=[^|\n]*\|)", table, re.MULTILINE))
    assert {first or second for first, second in named} == set(commands_page.commands())
