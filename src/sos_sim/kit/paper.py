"""A brief on paper: a PDF of exactly two A4 pages, text as text.

Made with Matplotlib, which draws the charts anyway: the same functions draw them on the pages as in the browser, as
lines and letters and not as pixels, and nothing more has to be installed, on Windows either. (fpdf2 and ReportLab set
paragraphs better, but would take the charts as pictures or have them drawn a second time; WeasyPrint needs libraries of
the system that Windows lacks.) What such a PDF lacks is tags for screen readers: the page in the browser, which says
the same, has them.

Lines are broken by the widths of the letters; where two pages do not hold everything, the letters become smaller.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sos_sim.core.errors import InputError
from sos_sim.kit.brief import Brief, Chart, Rows
from sos_sim.kit.figures import COLOURS, QUIET
from sos_sim.kit.page import Said

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 8.27, 11.69
"""A4 in inches."""
MARGIN: Final = 0.62
LETTERS: Final = (9.6, 9.2, 8.8, 8.4, 8.0, 7.6, 7.2)
"""Points of letters that are tried, in order; with the last of them what is too long is refused."""
_POINTS: Final = 72.0
_LEADING: Final = 1.36
"""Height of a line in heights of letters."""
_NOTE: Final = "#fff6e0"


@dataclass
class _Sheet:
    """A page that is filled from the top; ``at`` is how far down it is filled, in inches."""

    figure: Figure
    letters: float
    at: float = MARGIN
    across: float = field(default=WIDTH - 2 * MARGIN)

    def write(
        self, runs: Sequence[tuple[str, bool]], size: float = 1.0, colour: str = "black", left: float = 0.0
    ) -> None:
        """Text in lines, bold where a run says so, ``left`` inches from the margin, letters ``size`` times as large."""
        letters = size * self.letters
        for line in lines_of(runs, letters, self.across - left):
            self.at += _LEADING * letters / _POINTS
            x = MARGIN + left
            for text, bold in line:
                self._letter(text, x, self.at - 0.3 * letters / _POINTS, letters, colour, bold)
                x += width_of(text, letters, bold)

    def space(self, lines: float) -> None:
        """Leave room, in lines."""
        self.at += lines * _LEADING * self.letters / _POINTS

    def rule(self, colour: str, width: float = 1.0) -> None:
        """A line across the page."""
        from matplotlib.lines import Line2D

        height = 1.0 - self.at / HEIGHT
        self.figure.add_artist(
            Line2D([MARGIN / WIDTH, 1.0 - MARGIN / WIDTH], [height, height], color=colour, linewidth=width)
        )

    def _letter(self, text: str, x: float, down: float, letters: float, colour: str, bold: bool) -> None:
        weight = "bold" if bold else "normal"
        self.figure.text(x / WIDTH, 1.0 - down / HEIGHT, text, fontsize=letters, color=colour, weight=weight)


def as_pdf(brief: Brief) -> bytes:
    """The brief as a PDF of two A4 pages; equal briefs give equal bytes.

    Raises InputError for one that two pages cannot hold in letters that can be read.
    """
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages

    with matplotlib.rc_context({"pdf.fonttype": 42, "font.family": "DejaVu Sans"}):
        pages = _that_fit(brief)
        written = io.BytesIO()
        about = {"Title": brief.title, "Subject": brief.about, "CreationDate": None, "Producer": None, "Creator": None}
        with PdfPages(written, metadata=about) as pdf:
            for page in pages:
                pdf.savefig(page)
    return written.getvalue()


def _that_fit(brief: Brief) -> list[Figure]:
    """The pages in the largest letters in which they hold everything."""
    for letters in LETTERS:
        pages = [_page(brief, number, letters) for number in range(len(brief.pages))]
        if all(page.at <= HEIGHT - MARGIN for page in pages):
            return [page.figure for page in pages]
    raise InputError(f"the brief {brief.title!r} is too long for two pages: give its scenarios shorter names.")


def _page(brief: Brief, number: int, letters: float) -> _Sheet:
    """One page, filled as far as it goes."""
    from sos_sim.kit.plainly import PlainFigure

    page = _Sheet(PlainFigure(figsize=(WIDTH, HEIGHT)), letters)
    if number == 0:
        page.write([(brief.title, True)], 1.75)
        page.space(0.15)
        page.write([(brief.about, False)], 0.95, QUIET)
        page.space(0.35)
        _boxed(page, brief.caution)
    for part in brief.pages[number]:
        page.space(0.75)
        _put(page, part)
    if number == len(brief.pages) - 1:
        page.space(0.6)
        _terms(page, brief)
    foot = f"{brief.title} · page {number + 1} of {len(brief.pages)}"
    down = HEIGHT - 0.5 * MARGIN
    page._letter(shortened(foot, 7.5, page.across), MARGIN, down, 7.5, QUIET, False)
    return page


def _put(page: _Sheet, part: Said | Rows | Chart) -> None:
    """A part of the brief under its title."""
    title = part.question if isinstance(part, Chart) else part.title
    page.write([(title, True)], 1.12, COLOURS[0])
    page.space(0.12)
    if isinstance(part, Said):
        for lead, text in part.points:
            page.write([*([(lead, True)] if lead else []), (text, False)])
            page.space(0.28)
    elif isinstance(part, Rows):
        _table(page, part)
    else:
        _chart(page, part)


def _chart(page: _Sheet, chart: Chart) -> None:
    """A chart across the page: laid out by itself first, then drawn where that put its axes."""
    import matplotlib

    alone = chart.figure(page.across, chart.height, 0.9 * page.letters)
    box = alone.axes[0].get_position()
    left, width = (MARGIN + box.x0 * page.across) / WIDTH, box.width * page.across / WIDTH
    bottom = 1.0 - (page.at + (1.0 - box.y0) * chart.height) / HEIGHT
    with matplotlib.rc_context({"font.size": 0.9 * page.letters}):
        chart.put_on(page.figure.add_axes((left, bottom, width, box.height * chart.height / HEIGHT)), chart.legend)
    page.at += chart.height


def _table(page: _Sheet, table: Rows) -> None:
    """A table of texts: columns as wide as their longest cell asks, the first takes what is left."""
    letters, gap = 0.95 * page.letters, 0.16
    columns = list(zip(table.headings, *table.rows, strict=True))
    widths = [max(width_of(cell, letters, number == 0) for number, cell in enumerate(cells)) for cells in columns[1:]]
    first = page.across - sum(widths) - gap * len(widths)
    for number, row in enumerate((table.headings, *table.rows)):
        start, deepest = page.at, page.at
        for place, cell in enumerate(row):
            page.at = start
            left = 0.0 if place == 0 else first + gap * place + sum(widths[: place - 1])
            across = first if place == 0 else page.across
            for line in lines_of([(cell, number == 0)], letters, across):
                page.at += _LEADING * letters / _POINTS
                for text, bold in line:
                    page._letter(text, MARGIN + left, page.at - 0.3 * letters / _POINTS, letters, "black", bold)
            deepest = max(deepest, page.at)
        page.at = deepest + 0.03
        page.rule("0.8" if number else "0.3", 0.6)
    if table.note:
        page.space(0.1)
        page.write([(table.note, False)], 0.9, QUIET)


def _terms(page: _Sheet, brief: Brief) -> None:
    """The glossary, small."""
    page.write([("Words", True)], 1.0, COLOURS[0])
    runs = [run for term, meaning in brief.terms.items() for run in ((f"{term}:", True), (f"{meaning} ", False))]
    page.write(runs, 0.85)


def _boxed(page: _Sheet, text: str) -> None:
    """A text on a coloured ground across the page."""
    from matplotlib.patches import Rectangle

    top = page.at
    page.at += 0.05
    page.write([(text, False)], 1.0, left=0.1)
    page.at += 0.07
    low, high = 1.0 - page.at / HEIGHT, 1.0 - top / HEIGHT
    ground = Rectangle((MARGIN / WIDTH, low), page.across / WIDTH, high - low, color=_NOTE, linewidth=0, zorder=-1)
    page.figure.add_artist(ground)


def lines_of(runs: Sequence[tuple[str, bool]], letters: float, across: float) -> Iterator[list[tuple[str, bool]]]:
    """Runs of text (each bold or not) in lines no wider than ``across`` inches, a list of runs a line.

    A word that is wider than that alone is broken.
    """
    line: list[tuple[str, bool]] = []
    used = 0.0
    for word, bold in _words(runs, letters, across):
        space = width_of(" ", letters, bold) if line else 0.0
        wide = width_of(word, letters, bold)
        if line and used + space + wide > across:
            yield line
            line, used, space = [], 0.0, 0.0
        if line and line[-1][1] == bold:
            line[-1] = (f"{line[-1][0]} {word}", bold)
        else:
            line.append((f" {word}" if line else word, bold))
        used += space + wide
    if line:
        yield line


def _words(runs: Sequence[tuple[str, bool]], letters: float, across: float) -> Iterator[tuple[str, bool]]:
    """Words of the runs, those too wide for a line in pieces that are not."""
    for text, bold in runs:
        for word in text.split():
            while width_of(word, letters, bold) > across and len(word) > 1:
                fits = next(
                    n for n in range(len(word) - 1, 0, -1) if n == 1 or width_of(word[:n], letters, bold) <= across
                )
                yield word[:fits], bold
                word = word[fits:]
            yield word, bold


def shortened(text: str, letters: float, across: float) -> str:
    """A text that takes one line, its end left out where it is too wide."""
    if width_of(text, letters, False) <= across:
        return text
    fits = next(n for n in range(len(text), 0, -1) if width_of(f"{text[:n]}…", letters, False) <= across)
    return f"{text[:fits]}…"


@functools.lru_cache(maxsize=20_000)
def width_of(text: str, letters: float, bold: bool) -> float:
    """How wide a text is, in inches, in letters of so many points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=letters, weight="bold" if bold else "normal")
    wide, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(wide) / _POINTS
