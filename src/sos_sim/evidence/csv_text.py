"""CSV files as people have them: several encodings and delimiters, headers with stray spaces, and files of other kinds.

Downloads come as UTF-8; spreadsheet programs save them again in the system's own encoding, with semicolons or
tabs. What is read here is text only: numbers and symbols are told apart by whoever knows the table.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pandas as pd

from sos_sim.core.errors import EvidenceError

DELIMITERS: Final = (",", ";", "\t", "|")
_LONGEST_HEADER: Final = 65_536
_ENCODINGS_BY_MARK: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def csv_files(folder: Path) -> list[Path]:
    """Ordinary files of a folder whose names end in .csv, by name; companions that systems hide are left out."""
    return [file for file in sorted(folder.iterdir()) if _is_csv(file)]


def header_of(file: Path) -> list[str]:
    """Names of a file's columns as its first line has them; empty for a file that is no delimited text.

    Raises EvidenceError when the system does not let it be read.
    """
    try:
        with file.open("rb") as content:
            begin = content.read(_LONGEST_HEADER)
    except OSError as problem:
        raise EvidenceError(f"{file}: cannot be read ({problem.strerror}).") from problem
    encoding = encoding_of(begin)
    first = begin.decode(encoding, errors="replace").splitlines()[:1]
    if not first or "\0" in first[0]:
        return []
    return [name.strip() for name in next(csv.reader(first, delimiter=delimiter_of(first[0])))]


def read_rows(file: Path) -> pd.DataFrame:
    """All cells of a file as stripped text, '' where blank. Raises EvidenceError for what is no table."""
    try:
        content = file.read_bytes()
        encoding = encoding_of(content)
        first = content.decode(encoding, errors="replace").splitlines()[:1]
        rows = pd.read_csv(
            file,
            dtype=str,
            keep_default_na=False,
            encoding=encoding,
            sep=delimiter_of(first[0] if first else ""),
            index_col=False,
        )
    except (OSError, ValueError) as problem:
        raise EvidenceError(f"{file}: cannot be read as CSV ({str(problem).strip()}).") from problem
    rows.columns = [str(name).strip() for name in rows.columns]
    for name in rows.columns:
        rows[name] = rows[name].str.strip()
    return rows


def _is_csv(file: Path) -> bool:
    return file.suffix.lower() == ".csv" and not file.name.startswith((".", "~$")) and file.is_file()


def encoding_of(content: bytes) -> str:
    """A text's encoding: by its byte-order mark, else UTF-8 where that is possible, else Windows' Western European."""
    for mark, encoding in _ENCODINGS_BY_MARK:
        if content.startswith(mark):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as problem:
        cut_off = problem.reason == "unexpected end of data"
        return "utf-8" if cut_off and len(content) == _LONGEST_HEADER else "cp1252"
    return "utf-8"


def delimiter_of(header: str) -> str:
    """The delimiter that divides a header into most names."""
    return max(DELIMITERS, key=header.count)
