"""Report pages in a real browser, without network: nothing is missing, nothing complains, nothing is fetched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sos_sim.comparison.compare import compare
from sos_sim.comparison.report import figures_effects, figures_mechanism, figures_moderators
from sos_sim.comparison.report.page import comparison_page
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.page import Block, Page, Picture, Section, Sheet, Words, write_page
from support import tables_of_effects as tables
from support.browser import NARROW, browser, visit, width_needed
from support.declared import ANYTHING
from support.small_studies import usual_and_offer

pytestmark = pytest.mark.skipif(browser is None, reason="no Chromium here: the page is not checked in a real browser")


def report(folder: Path) -> Path:
    """A page with words, figures of several kinds, a long table and a short one."""
    parts = tables.by_path()
    blocks: list[Block] = [
        Words(("Less than <hoped>.",)),
        Picture("effects", "How far?", figures_effects.effects_forest(tables.effects(), "Usual"), "A forest"),
        Picture("paths", "Which path?", figures_mechanism.effect_by_paths(parts), "Paths"),
        Picture("families", "For whom?", figures_moderators.subgroup_forest(tables.subgroups()), "A forest"),
        Sheet("paths", "Paths", parts, ANYTHING),
        Sheet("beliefs", "Beliefs", tables.fates(), ANYTHING),
    ]
    sections = [Section("effect", "Effect", blocks), Section("provenance", "Provenance", [Words(("Made here.",))])]
    return write_page(Page("Offer against usual", ["In short."], CAVEAT, sections), folder / "report")


def test_page_is_whole_without_network_and_without_complaint(tmp_path: Path) -> None:
    seen = visit(report(tmp_path), tmp_path)
    assert seen.complaints == []
    assert seen.asked == set()
    assert re.findall(r"<section id=\"([a-z]+)\"", seen.dom) == ["summary", "effect", "provenance"]
    assert (seen.dom.count("<svg "), seen.dom.count("<table")) == (3, 2)
    assert CAVEAT in seen.dom
    assert "</footer>" in seen.dom


def test_report_of_a_comparison_is_whole(tmp_path: Path) -> None:
    compare(usual_and_offer(tmp_path), 2, tmp_path / "out")
    seen = visit(write_page(comparison_page(tmp_path / "out"), tmp_path / "out"), tmp_path)
    assert (seen.complaints, seen.asked) == ([], set())
    assert re.findall(r"<section id=\"([a-z]+)\"", seen.dom) == [
        "summary",
        "effect",
        "mechanism",
        "moderators",
        "implementation",
        "economics",
        "assumptions",
        "fit",
        "provenance",
    ]
    assert "</footer>" in seen.dom


def test_page_fits_a_narrow_screen(tmp_path: Path) -> None:
    assert width_needed(report(tmp_path), tmp_path) <= NARROW


def test_page_starts_with_the_skip_link_and_scrolling_parts_take_the_keyboard(tmp_path: Path) -> None:
    dom = visit(report(tmp_path), tmp_path).dom
    focusable = re.findall(r"<(?:a|summary)\b[^>]*>|<[a-z]+\b[^>]*tabindex=\"0\"[^>]*>", dom)
    assert 'href="#main"' in focusable[0]
    assert sum("tabindex" in tag for tag in focusable) == 5


def test_the_checks_see_what_is_wrong(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text('<!DOCTYPE html><img src="https://example.org/a.png"><script>missing()</script>')
    seen = visit(bad, tmp_path)
    assert seen.asked == {"https://example.org/a.png"}
    assert any("missing is not defined" in line for line in seen.complaints)
    bad.write_text('<!DOCTYPE html><p style="width: 900px">wide</p>')
    (again := tmp_path / "again").mkdir()
    assert width_needed(bad, again) > NARROW
