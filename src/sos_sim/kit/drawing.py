"""Figures as files and as markup: the same figure always gives the same bytes."""

from __future__ import annotations

import base64
import io
import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DENSE_BYTES = 250_000
"""A figure whose drawing is larger than this stands in the page as pixels, so that the page stays small."""
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_IDS = re.compile(r'(\bid="|url\(#|href="#)')
_UNUSED_GROUP_ID = re.compile(r'(<g) id="[^"]*"')
_INDENTATION = re.compile(r"\n\s*")
_LONG_DECIMALS = re.compile(r"(\.\d\d)\d+")


def says(figure: Figure, statement: str) -> bool:
    """Whether the statement is written on the figure, wherever lines are broken."""
    return any(" ".join(text.get_text().split()) == statement for text in figure.texts)


def as_svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as a stand-alone SVG document, with ``alt`` as what assistive technology says of it.

    Letters stay letters, which can be searched, edited and set larger, and take a tenth of the room of
    outlines; ids begin with ``name``, so that several figures can stand in one page.
    """
    import matplotlib

    _settle(figure)
    drawn = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(drawn, format="svg", metadata=_NO_METADATA)
    text = _UNUSED_GROUP_ID.sub(r"\1", drawn.getvalue())
    text = re.sub(r' d="[^"]*"', lambda path: _LONG_DECIMALS.sub(r"\1", path[0]), text)
    text = _INDENTATION.sub("\n", text)
    text = _IDS.sub(rf"\g<1>{name}-", text)
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, without notes on what made it."""
    _settle(figure)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    return drawn.getvalue()


def inline(svg: str, png: bytes, alt: str) -> str:
    """Markup that shows the figure inside a page: the drawing itself or, where that is large, its pixels."""
    if len(svg) > DENSE_BYTES:
        pixels = base64.b64encode(png).decode()
        return f'<img src="data:image/png;base64,{pixels}" alt="{escape(alt)}">'
    return svg[svg.index("<svg ") :]


def _settle(figure: Figure) -> None:
    """Lay the figure out once, and round where its axes stand.

    The layout's solver sums in an order that varies from run to run; without rounding its last digits would
    reach the ids that the drawing makes of coordinates.
    """
    from matplotlib.layout_engine import PlaceHolderLayoutEngine
    from matplotlib.transforms import Bbox

    if isinstance(figure.get_layout_engine(), PlaceHolderLayoutEngine | None):
        return
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position(Bbox.from_bounds(*(round(float(bound), 5) for bound in axes.get_position().bounds)))
