"""A page as readable text: every sentence, every table, and everything that a person would see drawn.

Golden pages are written with it. Numbers have three significant digits, so that another version of a library moves
none of them. How something is drawn (sizes of letters, widths of lines, what lies above what) stands in brackets,
as far as it is not Matplotlib's own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, PathCollection
from matplotlib.colors import same_color, to_hex
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text

from sos_sim.kit.brief import Brief, Chart, Rows
from sos_sim.kit.page import Block, Facts, Page, Picture, Said, Sheet, Words

MOST_ROWS = 12
MOST_POINTS = 12
USUAL_LOOK: Mapping[type[Artist], Mapping[str, object]] = {
    Text: {"fontsize": 10.0, "ha": "left", "va": "baseline", "color": "black", "rotation": 0.0},
    Line2D: {"linewidth": 1.5, "markersize": 6.0, "alpha": None, "zorder": 2},
    Patch: {"linewidth": 1.0, "alpha": None, "zorder": 1},
    Collection: {"linewidth": 1.0, "alpha": None, "zorder": 1},
}
"""How Matplotlib draws what nobody says otherwise about."""


def page_as_text(page: Page) -> str:
    """The page from its title to its last table."""
    lines = [f"# {page.title}", "", *page.summary, "", page.caveat]
    for block in page.opening:
        lines += ["", *_block(block)]
    for section in page.sections:
        lines += ["", f"## {section.title} ({section.id})"]
        for block in section.blocks:
            lines += ["", *_block(block)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def brief_as_text(brief: Brief) -> str:
    """The two pages of a brief, from its title to its last word."""
    lines = [f"# {brief.title} ({brief.name})", "", brief.about, "", brief.caution]
    for number, parts in enumerate(brief.pages, 1):
        lines += ["", f"## page {number}"]
        for part in parts:
            lines += ["", *(_rows(part) if isinstance(part, Rows) else _said_or_drawn(part))]
    words = [f"{term}: {meaning}" for term, meaning in brief.terms.items()]
    return "\n".join(line.rstrip() for line in (*lines, "", *words)) + "\n"


def _rows(table: Rows) -> list[str]:
    return [f"### {table.title}", *(" | ".join(row) for row in (table.headings, *table.rows)), table.note]


def _said_or_drawn(part: Said | Chart) -> list[str]:
    if isinstance(part, Said):
        return _block(part)
    head = [f"### {part.question} ({part.name})", f"  alt: {part.alt}"]
    return [*head, *figure_as_text(part.figure(7.0, part.height, 10.0))]


def figure_as_text(figure: Figure) -> list[str]:
    """Size, words and panels of a figure, a line each."""
    width, height = figure.get_size_inches()
    words = [
        f"{_quoted(text)} at {_points([text.get_position()])}{_look(text)}" for text in figure.texts if text.get_text()
    ]
    legends = [f"  legend: {_legend(legend)}" for legend in figure.legends]
    panels = [line for axes in figure.axes for line in _panel(axes)]
    engine = figure.get_layout_engine()
    room = f" in {_numbers(engine.get()['rect'])}" if isinstance(engine, ConstrainedLayoutEngine) else ""
    return [f"  {number(width)} × {number(height)} inches{room}; {'; '.join(words)}", *legends, *panels]


def number(value: Any) -> str:
    """Three significant digits; what is nothing but rounding is 0."""
    found = float(value)
    return "0" if abs(found) < 1e-9 else f"{found:.3g}"


def _block(block: Block) -> list[str]:
    if isinstance(block, Words):
        return list(block.paragraphs)
    if isinstance(block, Said):
        return [f"### {block.title}", *(f"{lead} {text}".strip() for lead, text in block.points)]
    if isinstance(block, Facts):
        return [f"### {block.title} ({block.id})", *(f"{term}: {text}" for term, text in block.pairs)]
    if isinstance(block, Picture):
        return [f"### {block.question} ({block.name})", f"  alt: {block.alt}", *figure_as_text(block.figure)]
    head = [f"### {block.title} ({block.name}){' folded' if block.folded else ''}", *filter(None, [block.note])]
    rows = [" | ".join(heading for heading, _ in block.headings), *(" | ".join(row) for row in block.cells[:MOST_ROWS])]
    left = len(block.cells) - MOST_ROWS
    return [*head, *rows, *([f"… {left} more rows"] if left > 0 else [])]


def _panel(axes: Axes) -> Iterator[str]:
    across, up = axes.get_xlim(), axes.get_ylim()
    yield (
        f"  panel: x {_words(axes.get_xlabel())} {_span(across)} {_scale(axes.xaxis)}; "
        f"y {_words(axes.get_ylabel())} {_span(up)} {_scale(axes.yaxis)}; titles {_words(axes.get_title())}"
        f"{_words(axes.get_title(loc='left'))}"
    )
    for name, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        ticks = [label.get_text() for label in axis.get_ticklabels() if label.get_text()]
        if ticks and not all(tick.replace("−", "-").replace(".", "").lstrip("-").isdigit() for tick in ticks):
            yield f"    {name} ticks: {' | '.join(map(_words, ticks))}"
    yield f"    {_frame(axes)}"
    yield from (f"    {_artist(artist)}{_look(artist)}" for artist in axes.get_children() if _is_drawn(axes, artist))
    if (legend := axes.get_legend()) is not None:
        yield f"    legend: {_legend(legend)}"


def _scale(axis: Axis) -> str:
    """The name of a scale; of one that somebody made, where it puts three values, and back."""
    name, transform = axis.get_scale(), axis.get_transform()
    if name != "function":
        return str(name)
    there, back = (one.transform(np.array([0.1, 0.5, 0.9])) for one in (transform, transform.inverted()))
    return f"{name} ({_numbers(there)}; back {_numbers(back)})"


def _frame(axes: Axes) -> str:
    """Which sides of the frame are drawn, across which axes grids lie, and the sizes of letters around it."""
    sides = " ".join(side for side in ("left", "bottom", "top", "right") if axes.spines[side].get_visible())
    kept = {name: axis.get_tick_params() for name, axis in (("x", axes.xaxis), ("y", axes.yaxis))}
    grids = " ".join(name for name, params in kept.items() if params["gridOn"])
    around = [axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]  # type: ignore[attr-defined]
    letters = [number(text.get_fontsize()) for text in around]
    sizes = [params.get(what, -1) for params in kept.values() for what in ("labelsize", "length")]
    labelled = [name for name, side in (("x", "labelbottom"), ("y", "labelleft")) if kept[name][side]]
    below = " below" if axes.get_axisbelow() is True else ""
    ticks = f"{_numbers(sizes)} labelled {' '.join(labelled)}"
    return f"frame {sides}; grid {grids}{below}; letters {' '.join(letters)}; ticks {ticks}"


def _look(artist: Any) -> str:
    """How an artist is drawn, where that is not the usual way."""
    (usual,) = [look for kind, look in USUAL_LOOK.items() if isinstance(artist, kind)]
    found = {name: np.ravel(getattr(artist, f"get_{name}")())[0] for name in usual}
    said = [
        f"{name} {value if isinstance(value, str) else number(value)}"
        for name, value in found.items()
        if value != usual[name]
    ]
    said += ["as pixels"] if artist.get_rasterized() else []
    said += ["not cut off"] if getattr(artist, "get_annotation_clip", lambda: None)() is False else []
    return f" [{', '.join(said)}]" if said else ""


def _is_drawn(axes: Axes, artist: Any) -> bool:
    if isinstance(artist, Text):
        titles = {axes.title, axes._left_title, axes._right_title}  # type: ignore[attr-defined]
        return bool(artist.get_text()) and artist not in titles
    return (
        artist is not axes.patch and isinstance(artist, Line2D | Collection | Patch) and not isinstance(artist, Spine)
    )


def _artist(artist: Any) -> str:
    if isinstance(artist, Text):
        place = [artist.xy, artist.get_position()] if isinstance(artist, Annotation) else [artist.get_position()]
        return f"text {_quoted(artist)} at {_points(place)}"
    if isinstance(artist, Line2D):
        shape = f"{artist.get_linestyle()}{'' if artist.get_marker() == 'None' else artist.get_marker()}"
        points = zip(np.asarray(artist.get_xdata(), float), np.asarray(artist.get_ydata(), float), strict=True)
        filled = "" if same_color(artist.get_markerfacecolor(), artist.get_color()) else " hollow"
        return f"line {to_hex(artist.get_color())} {shape}{filled} {_label(artist)}: {_points(points)}"
    if isinstance(artist, Patch):
        box = artist.get_path().get_extents(artist.get_patch_transform())
        corners = [(box.x0, box.y0), (box.x1, box.y1)]
        return f"patch {to_hex(artist.get_facecolor())} {_label(artist)}: {_points(corners)}"
    painted = artist.get_facecolor() if len(artist.get_facecolor()) else artist.get_edgecolor()
    colours = ", ".join(dict.fromkeys(to_hex(colour) for colour in painted))
    is_marks = isinstance(artist, PathCollection)
    points = artist.get_offsets() if is_marks else [point for path in artist.get_paths() for point in path.vertices]
    values = artist.get_array()
    held = "" if values is None else f" values {' '.join(map(number, np.ravel(values)[:MOST_POINTS]))}"
    return f"area {colours} {_label(artist)}: {_points(points)}{held}"


def _legend(legend: Any) -> str:
    columns = f"{legend._ncols} across{', framed' if legend.get_frame_on() else ''}"
    texts = [legend.get_title(), *legend.get_texts()]
    return " | ".join([*(f"{_words(text.get_text())}{_look(text)}" for text in texts), columns])


def _label(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else _words(label)


def _points(points: Iterable[tuple[float, float]]) -> str:
    """Points in order; of many the first, the last, and the mean of all, so that none can move unseen."""
    found = [(float(x), float(y)) for x, y in points]
    told = [f"({number(x)}, {number(y)})" for x, y in found]
    if len(found) <= MOST_POINTS:
        return " ".join(told)
    middle = np.nanmean(np.array(found), axis=0)
    return f"{' '.join(told[:4])} … {told[-1]} ({len(found)} points, mean {number(middle[0])}, {number(middle[1])})"


def _numbers(values: Iterable[float]) -> str:
    return " ".join(map(number, values))


def _span(limits: tuple[float, float]) -> str:
    return f"{number(limits[0])} to {number(limits[1])}"


def _quoted(text: Text) -> str:
    return f"'{_words(text.get_text())}'"


def _words(text: str) -> str:
    return " ".join(text.split())


def column(sheet: Sheet, heading: str) -> list[str]:
    """What a table of a page shows under a heading."""
    place = [name for name, _ in sheet.headings].index(heading)
    return [row[place] for row in sheet.cells]


def texts_of(page: Page) -> str:
    """All paragraphs of a page's sections, one after the other."""
    blocks = [block for section in page.sections for block in section.blocks]
    return " ".join(text for block in blocks if isinstance(block, Words) for text in block.paragraphs)
