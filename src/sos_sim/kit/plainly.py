"""A figure that writes every text as it stands: signs in a name are signs, never mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
from matplotlib.figure import Figure
from matplotlib.text import Text

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase


class PlainFigure(Figure):
    """A Matplotlib figure in which no text is read as mathematics, whoever draws it.

    Names of scenarios, arms and factors come from users: between two dollar signs Matplotlib would set a formula, or
    fail at the end of a long study. Texts that are made while drawing, such as those of ticks, are plain as well.
    """

    def draw(self, renderer: RendererBase) -> None:
        """Draw, with the reading of mathematics switched off."""
        for text in self.findobj(Text):
            text.set_parse_math(False)
        with matplotlib.rc_context({"text.parse_math": False}):
            super().draw(renderer)
