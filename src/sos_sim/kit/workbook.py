"""A report as one workbook for spreadsheets: its summary, every table with units and notes, every figure.

Texts stay texts: one that begins as a formula does is kept as a text, and is never reckoned with.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sos_sim.kit import drawing
from sos_sim.kit.page import REPORT, Page, Said, Sheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_LETTERS: Final = 31
"""Of a sheet's name, in Excel."""
MOST_IN_CELL: Final = 32_767
_NO_LETTERS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Signs that a workbook cannot hold."""
_WIDEST, _NARROWEST = 60, 9
_TALL_ROW: Final = 15.0
"""Points of a row, by which the place of the next figure is found."""
_SHOWN_WIDTH: Final = 800
"""Pixels of a figure in the workbook."""
_HEAD_ROWS: Final = 5
"""Rows above the numbers of a table: title, note, units, what columns mean, headings."""


def write_workbook(page: Page, folder: Path, name: str = REPORT) -> Path:
    """Write ``folder/NAME.xlsx``; its path. Raises ResultsFolderError when the folder cannot be written."""
    from openpyxl import Workbook

    from sos_sim.runs.store import keep_file

    book = Workbook()
    first = book.worksheets[0]
    first.title = "Summary"
    _summary(first, page)
    taken = {"summary", "figures"}
    for sheet in page.sheets:
        _table(book.create_sheet(_free_name(sheet.name, taken)), sheet)
    _figures(book.create_sheet("Figures"), page)
    written = io.BytesIO()
    book.save(written)
    path = folder / f"{name}.xlsx"
    keep_file(path, written.getvalue())
    return path


def _summary(sheet: Worksheet, page: Page) -> None:
    """Title, caveat, what the page opens with and its summary, and what the other sheets hold."""
    from openpyxl.styles import Alignment, Font

    said = [text for block in page.opening if isinstance(block, Said) for text in _points(block)]
    lines = [page.title, page.caveat, *said, *page.summary]
    for number, line in enumerate(lines, 1):
        cell = _put(sheet, number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 110


def _points(said: Said) -> Iterator[str]:
    return (f"{lead} {text}".strip() for lead, text in said.points)


def _table(sheet: Worksheet, table: Sheet) -> None:
    """A table under its title and note, with a unit and a meaning over every column; all its columns are there."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    _put(sheet, 1, 1, table.title).font = Font(bold=True, size=13)
    _put(sheet, 2, 1, table.note)
    declared = {column.name: column for column in table.contract.columns}
    for place, name in enumerate(map(str, table.frame.columns), 1):
        column = declared.get(name)
        _put(sheet, 3, place, column.unit if column else "")
        meaning = _put(sheet, 4, place, column.meaning if column else table.contract.further)
        meaning.alignment = Alignment(wrap_text=True, vertical="top")
        meaning.font = Font(italic=True, size=9)
        _put(sheet, _HEAD_ROWS, place, name).font = Font(bold=True)
        values = list(table.frame.iloc[:, place - 1])
        for row, value in enumerate(values, _HEAD_ROWS + 1):
            _put(sheet, row, place, value).number_format = number_format(table.formats.get(name, ""))
        sheet.column_dimensions[get_column_letter(place)].width = _width([name, *values])
    sheet.row_dimensions[4].height = 60
    sheet.freeze_panes = f"A{_HEAD_ROWS + 1}"
    if len(table.frame):
        last = get_column_letter(len(table.frame.columns))
        sheet.auto_filter.ref = f"A{_HEAD_ROWS}:{last}{_HEAD_ROWS + len(table.frame)}"


def _figures(sheet: Worksheet, page: Page) -> None:
    """Every figure under its question, with what it shows in words."""
    from openpyxl.drawing.image import Image
    from openpyxl.styles import Font

    row = 1
    for picture in page.pictures:
        _put(sheet, row, 1, picture.question).font = Font(bold=True, size=13)
        _put(sheet, row + 1, 1, picture.alt)
        image = Image(io.BytesIO(drawing.as_png(picture.figure)))
        image.height = round(image.height * _SHOWN_WIDTH / image.width)
        image.width = _SHOWN_WIDTH
        sheet.add_image(image, f"A{row + 2}")
        row += 4 + round(0.75 * image.height / _TALL_ROW)


def number_format(specification: str) -> str:
    """Excel's format for one of the page, such as ``+.1%``; 'General' where it has none of its own."""
    found = re.fullmatch(r"(\+?)(,?)\.(\d)([f%])", specification)
    if found is None:
        return "General"
    sign, thousands, decimals, kind = found.groups()
    digits = f"{'#,##0' if thousands else '0'}{'.' + '0' * int(decimals) if int(decimals) else ''}"
    shown = f"{digits}%" if kind == "%" else digits
    return f"+{shown};-{shown};{shown}" if sign else shown


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    """A value in a cell: numbers and truth values as such, nothing where none is, all else as a text."""
    import numpy as np
    import pandas as pd

    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = _NO_LETTERS.sub("\ufffd", value)[:MOST_IN_CELL]
        cell.data_type = "s"  # else what begins with = would be a formula
    elif not pd.isna(value):
        number = value.item() if isinstance(value, np.generic) else value
        cell.value = str(number) if number in (float("inf"), float("-inf")) else number
    return cell


def _free_name(name: str, taken: set[str]) -> str:
    """A name for a sheet, short enough and not yet taken; it is taken then."""
    shorter = (name[: MOST_LETTERS - len(end)] + end for end in ("", *(f"-{number}" for number in range(2, 10_000))))
    found = next(candidate for candidate in shorter if candidate.lower() not in taken)
    taken.add(found.lower())
    return found


def _width(values: Iterable[Any]) -> float:
    """Letters of the longest of the first values, within limits."""
    return float(min(_WIDEST, max(_NARROWEST, *(len(str(value)) + 2 for value in list(values)[:200]))))
