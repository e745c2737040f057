"""Charts as slides: 16:9, letters of 18 points, the title inside, the sentence of caution at the foot."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from sos_sim.kit import drawing
from sos_sim.kit.figures import QUIET

if TYPE_CHECKING:
    from sos_sim.kit.brief import Chart

WIDTH, HEIGHT = 40.0 / 3.0, 7.5
"""A wide slide in inches."""
LETTERS: Final = 18.0
TITLE: Final = 26.0
_ACROSS, _TITLE_ACROSS = 88, 60
"""Letters of a line at the foot, and of the title."""
_LINE: Final = 1.3 / 72.0
"""Inches of a line for each point of its letters."""


def as_slide(chart: Chart, caution: str) -> bytes:
    """A chart as a PNG that fills a slide."""
    title, foot = textwrap.fill(chart.question, _TITLE_ACROSS), textwrap.fill(caution, _ACROSS)
    above = (0.35 + _LINE * TITLE * len(title.splitlines())) / HEIGHT
    below = (0.35 + _LINE * LETTERS * len(foot.splitlines())) / HEIGHT
    figure = chart.figure(WIDTH, HEIGHT, LETTERS, (below, 1.0 - above))
    figure.text(0.02, 1.0 - 0.25 / HEIGHT, title, fontsize=TITLE, weight="bold", va="top")
    figure.text(0.02, 0.2 / HEIGHT, foot, fontsize=LETTERS, color=QUIET, va="bottom")
    return drawing.as_png(figure)
