"""A brief as files: the page for the browser, the PDF, the slides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final

from sos_sim.kit import drawing
from sos_sim.kit.brief import WIDE, Brief, Chart, Rows
from sos_sim.kit.markup import renderer
from sos_sim.kit.page import Said
from sos_sim.kit.paper import as_pdf
from sos_sim.kit.slides import as_slide

_SCREEN: Final = 9.5
"""Points of letters in charts of the page."""
_NARROW, _HIGHER = 3.7, 1.35
"""Inches of a chart on a telephone, and how much higher it is there."""


def write_brief(brief: Brief, folder: Path) -> Path:
    """Write ``NAME.html``, ``NAME.pdf`` and a slide for each chart, ``slides/….png``; the page's path.

    Equal briefs give equal bytes. Raises InputError, and writes nothing, for one that two pages cannot hold, and
    ResultsFolderError when the folder cannot be written.
    """
    from sos_sim.runs.store import keep_file

    on_paper = as_pdf(brief)
    for chart in brief.charts:
        keep_file(folder / "slides" / f"{chart.name}.png", as_slide(chart, brief.caution))
    keep_file(folder / f"{brief.name}.pdf", on_paper)
    written = folder / f"{brief.name}.html"
    keep_file(written, as_html(brief).encode())
    return written


def as_html(brief: Brief) -> str:
    """The brief as one self-contained page that prints as two A4 pages."""
    inline = {}
    for chart in brief.charts:
        sizes = {"wide": (WIDE, chart.height), "slim": (_NARROW, _HIGHER * chart.height)}
        figures = {size: chart.figure(*inches, _SCREEN) for size, inches in sizes.items()}
        inline[chart.name] = {
            size: drawing.inline(
                drawing.as_svg(figure, f"{chart.name}-{size}", chart.alt), drawing.as_png(figure), chart.alt
            )
            for size, figure in figures.items()
        }
    engine = renderer(Said, Rows, Chart)
    engine.filters |= {"explained": lambda text: _explained(text, brief.terms), "place": place_of}
    return engine.get_template("brief.html.jinja").render(brief=brief, inline=inline)


def place_of(term: str) -> str:
    """What a link to a word of the glossary points to."""
    return "word-" + "".join(letter if letter.isalnum() else "-" for letter in term.lower())


def _explained(text: str, terms: Mapping[str, str]) -> str:
    """Text as markup in which words of the glossary are links to it and show their meaning when pointed at."""
    if not terms:
        return escape(text)
    longest_first = sorted(terms, key=len, reverse=True)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
    held = {term.lower(): term for term in terms}
    seen: set[str] = set()
    pieces, end = [], 0
    for found in pattern.finditer(text):
        term = held[found[0].lower()]
        if term in seen:
            continue
        seen.add(term)
        link = f'<a class="word" href="#{place_of(term)}" title="{escape(terms[term])}">{escape(found[0])}</a>'
        pieces += [escape(text[end : found.start()]), link]
        end = found.end()
    return "".join([*pieces, escape(text[end:])])
