"""The brief and the full page of a comparison in a real browser: on paper, on a telephone, for a screen reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sos_sim.kit.brief_files import write_brief
from sos_sim.kit.page import write_page
from support.browser import NARROW, axe_script, browser, found_by_axe, pages_of, printed, visit, width_needed
from support.tables_of_comparisons import made_up_brief, made_up_comparison

pytestmark = pytest.mark.skipif(browser is None, reason="no Chromium here: pages are not checked in a real browser")
needs_axe = pytest.mark.skipif(axe_script() is None, reason="no axe-core here (npm install --no-save axe-core)")
A4 = (595, 842)


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("brief")
    return write_brief(made_up_brief(folder / "out"), folder)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return write_page(made_up_comparison(folder / "out"), folder)


def test_the_brief_prints_as_two_a4_pages(brief: Path, tmp_path: Path) -> None:
    sizes = pages_of(printed(brief, tmp_path))
    assert len(sizes) == 2
    assert all(abs(wide - A4[0]) <= 1 and abs(high - A4[1]) <= 1 for wide, high in sizes)


def test_the_full_page_prints_on_fewer_than_20_a4_pages(report: Path, tmp_path: Path) -> None:
    sizes = pages_of(printed(report, tmp_path))
    assert 5 < len(sizes) < 20
    assert all(abs(wide - A4[0]) <= 1 and abs(high - A4[1]) <= 1 for wide, high in sizes)


def test_both_fit_a_narrow_screen_and_ask_for_nothing(brief: Path, report: Path, tmp_path: Path) -> None:
    for number, page in enumerate((brief, report)):
        (folder := tmp_path / str(number)).mkdir()
        assert width_needed(page, folder) <= NARROW
        seen = visit(page, folder)
        assert (seen.complaints, seen.asked) == ([], set())


def test_every_figure_has_a_heading(report: Path, tmp_path: Path) -> None:
    dom = visit(report, tmp_path).dom
    figures = re.findall(r"<figure.*?</figure>", dom, re.DOTALL)
    assert len(figures) > 15
    assert all(re.search(r"<h3>[^<]+</h3>", figure) for figure in figures)


@needs_axe
@pytest.mark.parametrize("width", [1280, NARROW])
def test_axe_finds_nothing(brief: Path, report: Path, tmp_path: Path, width: int) -> None:
    for number, page in enumerate((brief, report)):
        (folder := tmp_path / str(number)).mkdir()
        assert found_by_axe(page, folder, width) == []


@needs_axe
def test_axe_sees_what_is_wrong(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!DOCTYPE html><html><body><details><p style="color: #ddd">pale</p></details><img src="data:,"></body>'
    )
    found = " ".join(found_by_axe(bad, tmp_path))
    assert all(rule in found for rule in ("image-alt", "html-has-lang", "color-contrast", "document-title"))
