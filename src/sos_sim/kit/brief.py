"""A brief: two A4 pages for someone who decides, as a page for the browser, on paper (PDF), and as slides.

Its content is one ``Brief``, from which all three are made, so that they cannot say different things. A chart is one
function that draws on given axes: the page, the paper and the slide each give it axes of their own size and letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sos_sim.kit.markup import check_name
from sos_sim.kit.page import Picture, Said

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAGES: Final = 2
WIDE: Final = 7.0
"""Inches of a chart in the browser."""
_SHEET, _FOOT = 8.5, 0.5
"""Inches of a chart as a figure of a report, and of what stands at its foot."""
_EDGE: Final = 0.01
"""Share of the width that is left free on both sides."""


@dataclass(frozen=True)
class Chart:
    """A chart with the question it answers and ``alt``, what it shows for those who cannot see it.

    ``draw`` draws on axes in whatever size letters have there; ``height`` is that of the whole chart on paper, in
    inches of a page that is 7 inches wide. ``legend`` is the number of columns of one above the axes, 0 for none.
    Raises ValueError for a name that cannot be a file's and an empty question or alt.
    """

    name: str
    question: str
    alt: str
    draw: Callable[[Axes], None]
    height: float
    legend: int = 0

    def __post_init__(self) -> None:
        """Refuse what readers could not use."""
        check_name(self.name)
        if not (self.question.strip() and self.alt.strip()):
            raise ValueError(f"the chart {self.name!r} has an empty question or alt")

    def figure(self, width: float, height: float, letters: float, room: tuple[float, float] = (0.0, 1.0)) -> Figure:
        """The chart alone, ``width`` by ``height`` inches, letters of so many points, between two heights (0-1)."""
        import matplotlib
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        from sos_sim.kit.plainly import PlainFigure

        low, high = room
        with matplotlib.rc_context({"font.size": letters}):
            layout = ConstrainedLayoutEngine(rect=(_EDGE, low, 1.0 - 2.0 * _EDGE, high - low))
            figure = PlainFigure(figsize=(width, height), dpi=150, layout=layout)
            self.put_on(figure.add_subplot(), self.legend if width >= WIDE else min(self.legend, 1))
            figure.draw_without_rendering()
        return figure

    def picture(self) -> Picture:
        """The chart as a figure of a report, which carries the caveat."""
        from sos_sim.kit.figures import sheet

        figure = sheet(_SHEET, _SHEET / WIDE * self.height + _FOOT)
        self.put_on(figure.add_subplot(), self.legend)
        return Picture(self.name, self.question, figure, self.alt)

    def put_on(self, axes: Axes, columns: int) -> None:
        """Draw on axes, with the letters that Matplotlib has at the moment and a legend of so many columns."""
        import matplotlib

        self.draw(axes)
        axes.tick_params(labelsize=matplotlib.rcParams["font.size"])
        if columns:
            axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=columns, frameon=False, fontsize="medium")


@dataclass(frozen=True)
class Rows:
    """A small table of texts: headings, and rows of as many cells, with a note under it."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


Part = Said | Rows | Chart


@dataclass(frozen=True)
class Brief:
    """Two pages: what was compared, one sentence of caution, and the parts of each page.

    ``terms`` are words with their meanings, shown where a word stands and at the end. Raises ValueError without a
    caution or with another number of pages.
    """

    title: str
    about: str
    caution: str
    pages: Sequence[Sequence[Part]]
    terms: Mapping[str, str]
    name: str = "brief"
    others: Mapping[str, str] = field(default_factory=dict)
    """Other briefs of the same comparison: their titles by file name."""

    def __post_init__(self) -> None:
        """Refuse a brief that would mislead or not be two pages."""
        if not self.caution.strip() or len(self.pages) != PAGES:
            raise ValueError(f"the brief {self.title!r} needs a caution and {PAGES} pages")

    @property
    def charts(self) -> list[Chart]:
        """All charts, in order."""
        return [part for page in self.pages for part in page if isinstance(part, Chart)]
