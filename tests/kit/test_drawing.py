"""Figures as files: small, said aloud, laid out once, and with names as they were written."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

from sos_sim.kit import drawing
from sos_sim.kit.figures import draw_by_year, sheet
from sos_sim.kit.plainly import PlainFigure
from support import tables_of_effects as tables


def drawn() -> Figure:
    """A figure of a line."""
    figure = sheet()
    figure.add_subplot().plot([0.0, 1.0, 3.0], [1.0 / 3.0, 2.0 / 7.0, 0.1])
    return figure


def test_a_drawing_is_one_element_that_is_said_aloud_with_ids_of_its_own() -> None:
    text = drawing.as_svg(drawn(), "mine", 'less than "hoped" & <so on>')
    assert text.count("<svg ") == text.count('role="img"') == 1
    assert '<svg role="img" aria-label="less than &quot;hoped&quot; &amp; &lt;so on&gt;" ' in text
    used = re.findall(r'(?:\bid="|url\(#|href="#)([^")]*)', text)
    assert used and all(name.startswith("mine-") for name in used)
    assert "<g id=" not in text and "\n " not in text


def test_paths_have_two_decimals_and_letters_stay_letters() -> None:
    text = drawing.as_svg(drawn(), "mine", "x")
    paths = re.findall(r' d="([^"]*)"', text)
    assert max(len(found) for path in paths for found in re.findall(r"\.(\d+)", path)) == 2
    assert ">What follows if the programme theory holds" in text and "<metadata>" not in text.replace("\n", "")


def test_a_drawing_that_is_too_large_stands_as_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    svg = '<?xml version="1.0"?>\n<svg a="b"></svg>'
    monkeypatch.setattr(drawing, "DENSE_BYTES", len(svg))
    assert drawing.inline(svg, b"pixels", "x") == '<svg a="b"></svg>'
    monkeypatch.setattr(drawing, "DENSE_BYTES", len(svg) - 1)
    assert drawing.inline(svg, b"pixels", 'a "b"') == '<img src="data:image/png;base64,cGl4ZWxz" alt="a &quot;b&quot;">'


def test_places_of_axes_are_rounded_once_and_then_stay() -> None:
    figure = drawn()
    drawing.as_png(figure)
    bounds = figure.axes[0].get_position().bounds
    assert list(bounds) == [pytest.approx(round(bound, 5), abs=1e-12) for bound in bounds]
    figure.axes[0].set_ylabel("wider\nthan\nbefore")
    drawing.as_png(figure)
    assert figure.axes[0].get_position().bounds == bounds


def test_a_statement_is_found_wherever_its_lines_are_broken() -> None:
    figure = Figure()
    figure.text(0.0, 0.0, "one\n two  three")
    assert drawing.says(figure, "one two three") and not drawing.says(figure, "one two")


def test_ticks_that_are_made_while_drawing_are_no_formulas() -> None:
    """Where the layout widens the axes, ticks are added after the texts were gone through."""
    added = 0
    for width in np.arange(1.2, 3.0, 0.1):
        figure = PlainFigure(figsize=(width, width), layout="constrained")
        axes = figure.add_subplot()
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, place: "$x_{1$"))
        before = len(figure.findobj(Text))
        figure.draw_without_rendering()
        added += len(figure.findobj(Text)) > before
    assert added > 0


def test_years_are_whole_numbers() -> None:
    figure = draw_by_year(tables.staff())
    figure.draw_without_rendering()
    for axes in figure.axes:
        assert all(float(tick).is_integer() for tick in axes.get_xticks())
