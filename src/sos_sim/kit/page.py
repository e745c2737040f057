"""A report as one self-contained page: sections of words, figures and tables, each also kept as a file.

What a page holds is checked when it is made: a figure of an effect without the caveat, a figure that
nobody can hear described, or two things of one name are refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit import drawing
from sos_sim.kit.markup import check_name, renderer

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sos_sim.runs.contracts import Contract

_FOLDED_ROWS, _PRINTED_ROWS = 6, 8
_WIDE_COLUMNS = 9
_SHORT, _MIDDLE = 20, 40
"""Letters of a text that is never broken, and of one that needs less room than others."""
NOT_A_NUMBER = "–"
REPORT = "report"


@dataclass(frozen=True)
class Picture:
    """A figure with the question it answers (its caption) and ``alt``, what it shows for those who cannot see it.

    ``shows_effect`` False is for figures that compare no arms, such as the fit to official figures: they
    need not carry the caveat. Raises ValueError for a name that cannot be a file's, an empty question
    or alt, and a figure of an effect without the caveat.
    """

    name: str
    question: str
    figure: Figure
    alt: str
    shows_effect: bool = True

    def __post_init__(self) -> None:
        """Refuse what readers could not use."""
        check_name(self.name)
        for what, text in (("question", self.question), ("alt", self.alt)):
            if not text.strip():
                raise ValueError(f"the picture {self.name!r} has an empty {what}")
        if self.shows_effect and not drawing.says(self.figure, CAVEAT):
            raise ValueError(f"the picture {self.name!r} shows an effect without the caveat")


@dataclass(frozen=True)
class Sheet:
    """A table: the file gets ``frame`` as it is, the page ``columns`` of it (default all), formatted, with ``labels``.

    ``contract`` says what every column of the file is: that of the table from which the sheet is taken, what is
    derived from it, or one of a page's own.
    ``formats`` are format specifications by column, such as ``+.1%``; missing values are shown as a dash.
    '+' alone is a sign before the digits that the number has anyway.
    ``shows_effect`` False leaves out the line that the table follows from assumptions. Raises ValueError
    for a name that cannot be a file's, an empty title, and columns that ``frame`` does not have, and ContractError
    for a frame that is not as declared.
    """

    name: str
    title: str
    frame: pd.DataFrame
    contract: Contract
    note: str = ""
    formats: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()
    shows_effect: bool = True

    def __post_init__(self) -> None:
        """Refuse what could not be shown."""
        check_name(self.name)
        if not self.title.strip():
            raise ValueError(f"the table {self.name!r} has no title")
        if len(self.frame.columns):  # a table that was never made has none
            self.contract.check(self.frame)
        unknown = {*self.formats, *self.labels, *self.columns} - set(self.frame.columns)
        if unknown:
            raise ValueError(f"the table {self.name!r} has no column {', '.join(sorted(unknown))}")

    @property
    def shown(self) -> list[str]:
        """Names of the columns on the page, in order."""
        return list(self.columns or self.frame.columns)

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """Heading of each column on the page, and whether it holds numbers."""
        from pandas.api.types import is_numeric_dtype

        return [
            (self.labels.get(name, name.replace("_", " ")), is_numeric_dtype(self.frame[name])) for name in self.shown
        ]

    @property
    def widths(self) -> list[str]:
        """How each column on the page takes room: "number", or by its longest text "short", "middle" or "long"."""
        letters = [max(map(len, column), default=0) for column in zip(*self.cells, strict=True)] or [0] * len(
            self.shown
        )
        return [
            "number" if numeric else "short" if most <= _SHORT else "middle" if most <= _MIDDLE else "long"
            for (_, numeric), most in zip(self.headings, letters, strict=True)
        ]

    @property
    def cells(self) -> list[list[str]]:
        """Rows as texts."""
        columns = [[_text(value, self.formats.get(name)) for value in self.frame[name]] for name in self.shown]
        return [list(row) for row in zip(*columns, strict=True)]

    @property
    def wide(self) -> bool:
        """Whether there are so many columns that paper needs smaller letters."""
        return len(self.shown) > _WIDE_COLUMNS

    @property
    def folded(self) -> bool:
        """Whether the page shows the table only when it is opened (all but the shortest)."""
        return len(self.frame) > _FOLDED_ROWS

    @property
    def printed(self) -> bool:
        """Whether the table is opened on paper (all but long ones, which are in their files)."""
        return len(self.frame) <= _PRINTED_ROWS


@dataclass(frozen=True)
class Words:
    """Paragraphs of plain text."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """One thing told under a few headings: a title, and a term and a text for each. ``id`` is what links point to."""

    id: str
    title: str
    pairs: Sequence[tuple[str, str]]

    def __post_init__(self) -> None:
        """Refuse an id that cannot be pointed to."""
        check_name(self.id)


@dataclass(frozen=True)
class Said:
    """Things said under a title: a lead, which stands out and may be empty, and a text each."""

    title: str
    points: Sequence[tuple[str, str]]


Block = Picture | Sheet | Words | Facts | Said


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading; ``id`` is what links point to."""

    id: str
    title: str
    blocks: Sequence[Block]

    def __post_init__(self) -> None:
        """Refuse an id that cannot be pointed to."""
        check_name(self.id)


@dataclass(frozen=True)
class Page:
    """A report: a title, a summary in plain language, the honesty statement, and sections in order.

    ``opening`` is what the page opens with, figures among it; the summary is then folded away beneath. ``briefs`` are
    titles of its briefs, which lie beside it, by name of their files. Raises ValueError when there is no summary or
    caveat, or when two sections, figures or tables have one name.
    """

    title: str
    summary: Sequence[str]
    caveat: str
    sections: Sequence[Section]
    opening: Sequence[Block] = ()
    briefs: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse pages that would mislead or overwrite their own files."""
        if not self.caveat.strip() or not self.summary:
            raise ValueError(f"the page {self.title!r} needs a caveat and a summary")
        kinds = {
            "section": [section.id for section in self.sections],
            "picture": [picture.name for picture in self.pictures],
            "table": [sheet.name for sheet in self.sheets],
            "place": [block.id for block in self._blocks() if isinstance(block, Facts)],
        }
        for kind, names in kinds.items():
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"the page {self.title!r} has two of the {kind} {twice[0]!r}")

    @property
    def pictures(self) -> list[Picture]:
        """All figures of the page, in order."""
        return [block for block in self._blocks() if isinstance(block, Picture)]

    @property
    def sheets(self) -> list[Sheet]:
        """All tables of the page, in order."""
        return [block for block in self._blocks() if isinstance(block, Sheet)]

    def _blocks(self) -> Iterator[Block]:
        yield from self.opening
        yield from (block for section in self.sections for block in section.blocks)


def write_page(page: Page, folder: Path, name: str = REPORT) -> Path:
    """Write ``folder/NAME.html``, ``figures/….svg`` and ``.png``, and ``tables/….csv``; the page's path.

    Equal pages give equal bytes. ``tables/README.txt`` (``README-NAME.txt`` of pages that are no report) says what
    each table is, and carries the caveat. Raises ResultsFolderError when the folder cannot be written.
    """
    from sos_sim.runs.store import keep_csv, keep_file

    inline: dict[str, str] = {}
    for picture in page.pictures:
        svg, png = drawing.as_svg(picture.figure, picture.name, picture.alt), drawing.as_png(picture.figure)
        keep_file(folder / "figures" / f"{picture.name}.svg", svg.encode())
        keep_file(folder / "figures" / f"{picture.name}.png", png)
        inline[picture.name] = drawing.inline(svg, png, picture.alt)
    for sheet in page.sheets:
        keep_csv(folder / "tables" / f"{sheet.name}.csv", sheet.frame)
    about = "README.txt" if name == REPORT else f"README-{name}.txt"
    keep_file(folder / "tables" / about, _about_tables(page).encode())
    written = folder / f"{name}.html"
    keep_file(written, _as_html(page, inline).encode())
    return written


def _as_html(page: Page, inline: Mapping[str, str]) -> str:
    """The page as HTML; ``inline`` holds each figure as markup by name."""
    engine = renderer(Picture, Sheet, Words, Facts, Said)
    return engine.get_template("page.html.jinja").render(page=page, inline=inline)


def _about_tables(page: Page) -> str:
    """What each table file holds, for those who find it without the page."""
    text = io.StringIO()
    print(page.title, page.caveat, "Tables, one a file; the page says more about each.", sep="\n\n", file=text)
    for sheet in page.sheets:
        print(f"\n{sheet.name}.csv: {sheet.title}", *([sheet.note] if sheet.note else []), sep="\n", file=text)
        print(*(f"  {line}" for line in sheet.contract.told(sheet.frame)), sep="\n", file=text)
    return text.getvalue()


def _text(value: Any, specification: str | None) -> str:
    """One cell for people: a dash where there is no value, numbers with as many digits as help, no sign at nothing."""
    import numpy as np
    import pandas as pd

    if pd.isna(value):
        return NOT_A_NUMBER
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if not isinstance(value, Real):
        return str(value)
    digits = _digits(float(value))
    text = format(value, f"+{digits}" if specification == "+" else specification or digits)
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text.lstrip("+-")


def _digits(value: float) -> str:
    """Thousands separated, and decimals that shrink as numbers grow."""
    if value.is_integer():
        return ",.0f"
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f",.{decimals}f"
