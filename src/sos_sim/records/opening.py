"""Files of a folder as tables of text: CSV, sheets of workbooks, and SSDA903 in XML, each row with where it stands."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from sos_sim.evidence.csv_text import delimiter_of, encoding_of
from sos_sim.records.faults import Origin, RecordsError
from sos_sim.records.safe_xml import Node, feed, guarded, read_xml

Format = Literal["CSV", "workbook", "XML"]
LARGEST: Final = 500_000_000
"""Bytes of a file, and of what a workbook unpacks to: far more than any return has."""
_DEEPEST: Final = 3
_COLUMNS_OF_XML: Final = {"CHILDID": "CHILD", "PL": "PLACE"}


@dataclass(frozen=True)
class RawTable:
    """A table as a file has it: column names in capitals, and cells as stripped text ('' where blank) by row.

    ``path`` is the file inside the folder, ``part`` the sheet of a workbook.
    """

    path: Path
    part: str
    format: Format
    columns: list[str]
    rows: list[tuple[int, list[str]]]

    def origin(self, row: int) -> Origin:
        """Where a row stands."""
        return Origin(str(self.path), self.part, row)


@dataclass(frozen=True)
class CensusFile:
    """A CIN census return as it stands in its file."""

    path: Path
    root: Node


@dataclass(frozen=True)
class Opened:
    """All that a folder holds: tables, census returns, and the names of files that are neither."""

    tables: list[RawTable]
    censuses: list[CensusFile]
    others: list[str]


def open_folder(folder: Path) -> Opened:
    """Every file of a folder and of those up to three levels down, in order of name; hidden ones are left alone, and so
    are results folders of this program.

    Raises RecordsError for what is no folder, and for files that are CSV, workbooks or XML by name and cannot be read.
    """
    if not folder.is_dir():
        raise RecordsError(f"{folder} is not a folder; give the one that holds the returns.")
    opened = Opened([], [], [])
    for file in _files(folder, 0):
        name = file.relative_to(folder)
        reader = _READERS.get(file.suffix.lower())
        if reader is None:
            opened.others.append(str(name))
            continue
        _refuse_large(file, name)
        try:
            reader(file, name, opened)
        except OSError as problem:
            raise RecordsError(f"{name}: cannot be read ({problem.strerror or 'the system refuses'}).") from None
    return opened


def _files(folder: Path, level: int) -> Iterator[Path]:
    try:
        held = sorted(folder.iterdir())
    except OSError as problem:
        raise RecordsError(f"{folder}: cannot be read ({problem.strerror}).") from None
    for item in held:
        if item.name.startswith((".", "~$")):
            continue
        if item.is_file():
            yield item
        elif item.is_dir() and not item.is_symlink() and level < _DEEPEST and not (item / "manifest.json").exists():
            yield from _files(item, level + 1)


def _refuse_large(file: Path, name: Path) -> None:
    if file.stat().st_size > LARGEST:
        raise RecordsError(f"{name}: has more than {LARGEST // 10**6:,} MB, which no return has.")


def _open_csv(file: Path, name: Path, opened: Opened) -> None:
    content = file.read_bytes()
    try:
        text = content.decode(encoding_of(content))
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise RecordsError(f"{name}, row {line}: a byte stands here that is no text; save it as CSV UTF-8.") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise RecordsError(f"{name}, row {line}: a byte 0 stands here, which no text has; save it as CSV UTF-8.")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text.partition("\n")[0]))
    try:
        rows = [(lines.line_num, [cell.strip() for cell in cells]) for cells in lines]
    except csv.Error as problem:
        raise RecordsError(f"{name}, row {lines.line_num}: cannot be read as CSV ({problem}).") from None
    _keep(opened, name, "", "CSV", rows)


def _open_workbook(file: Path, name: Path, opened: Opened) -> None:
    from openpyxl import load_workbook

    _refuse_unsafe_parts(file, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=True)
            if not book.worksheets:
                raise RecordsError(f"{name}: has no sheet that can be read.")
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                rows = [
                    (number, [_cell_text(value) for value in cells])
                    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1)
                ]
                _keep(opened, name, str(sheet.title), "workbook", rows)
            book.close()
    except RecordsError:
        raise
    except Exception as problem:  # the library raises of every kind for a damaged workbook
        raise RecordsError(f"{name}: cannot be read as a workbook ({type(problem).__name__}).") from None


def _refuse_unsafe_parts(file: Path, name: Path) -> None:
    """A workbook is a packed folder of XML: none of it may define entities, nor unpack to more than ``LARGEST``."""
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise RecordsError(f"{name}: unpacks to more than {LARGEST // 10**6:,} MB, which no return does.")
            for part in packed.infolist():
                if part.filename.lower().endswith((".xml", ".rels")):
                    called = f"{name} ({part.filename})"
                    feed(guarded(called), io.BytesIO(packed.read(part)), called)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise RecordsError(f"{name}: is no workbook of the kind .xlsx, or is damaged or locked.") from None


def _cell_text(value: Any) -> str:
    """A cell of a workbook as a CSV file would have it: dates as dd/mm/yyyy, whole numbers without decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _open_xml(file: Path, name: Path, opened: Opened) -> None:
    root = read_xml(file, str(name))
    if root.tag == "EXPSSDA903":
        opened.tables.extend(_tables_of(root, name))
    elif root.tag == "MESSAGE" and _collection(root) == "CIN":
        opened.censuses.append(CensusFile(name, root))
    else:
        opened.others.append(str(name))


def _collection(root: Node) -> str:
    details = next((found for head in root.all("HEADER") for found in head.all("COLLECTIONDETAILS")), None)
    return details.value("COLLECTION").upper() if details else ""


def _tables_of(root: Node, name: Path) -> Iterator[RawTable]:
    """Header, Episodes and UASC of a return in XML; a row is a HEADER or EPISODE element, at the line it begins on."""
    children = [(child, child.first("HEADER")) for child in root.all("CHILD")]
    for child, head in children:
        if head is None:
            raise RecordsError(f"{name}, line {child.line}: a CHILD stands here without a HEADER.")
    heads = [head for _, head in children if head is not None]
    yield _as_table(name, ["CHILD", "SEX", "DOB", "ETHNIC"], [(head, head) for head in heads])
    episodes = [(head, episode) for child, head in children if head is not None for episode in child.all("EPISODE")]
    wanted = ["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC"]
    yield _as_table(name, wanted, episodes)
    alone = [(head, head) for head in heads if head.value("UASC") in ("1", "Y", "YES", "TRUE")]
    yield _as_table(name, ["CHILD", "SEX", "DOB", "DUC"], alone)


def _as_table(name: Path, columns: list[str], nodes: list[tuple[Node, Node]]) -> RawTable:
    """Rows from pairs of a child's HEADER, which names it, and the element with the cells."""
    other = {name: written for written, name in _COLUMNS_OF_XML.items()}
    rows = [
        (node.line, [(head if column == "CHILD" else node).value(column, other.get(column, "")) for column in columns])
        for head, node in nodes
    ]
    return RawTable(name, "", "XML", columns, rows)


def _keep(opened: Opened, name: Path, part: str, format_: Format, rows: list[tuple[int, list[str]]]) -> None:
    """Add a table of which the first row that is not blank names the columns; blank rows are left out."""
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        return
    columns = [column.upper() for column in filled[0][1]]
    while columns and not columns[-1]:
        columns.pop()
    opened.tables.append(RawTable(name, part, format_, columns, filled[1:]))


_READERS: Final = {".csv": _open_csv, ".xlsx": _open_workbook, ".xlsm": _open_workbook, ".xml": _open_xml}
