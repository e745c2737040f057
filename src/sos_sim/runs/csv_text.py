"""Tables as CSV for spreadsheets: the one writer of CSV, for files and for the screen.

Numbers have at most six significant digits and no exponent where they can do without; full precision is
in the Parquet tables. A text that a spreadsheet would take for a formula gets an apostrophe in front; one that it would
take for a date, such as the ages 1-4 and 10-15, gets a dash in place of its hyphen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Final

DIGITS: Final = 6
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_QUOTED: Final = frozenset(',"\r\n')
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_SPAN: Final = re.compile(r"(\d{1,4})-(\d{1,2})")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header line and a line a row; missing values are empty cells, texts are quoted where they must be."""
    return "".join(",".join(_quoted(_cell(value)) for value in row) + "\n" for row in (columns, *rows))


def _cell(value: object) -> str:
    """One cell: whole numbers and truth values as they are, other numbers rounded, texts that are no formula."""
    if value is None:
        return ""
    if isinstance(value, Integral) or not isinstance(value, Real):
        return str(value) if isinstance(value, Integral) else _harmless(str(value))
    number = float(f"{float(value):.{DIGITS}g}")
    return "" if math.isnan(number) else repr(number).removesuffix(".0")


def _quoted(text: str) -> str:
    """A cell in quotes where it needs them: Python's writer leaves a lone carriage return bare."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED & set(text) else text


def _harmless(text: str) -> str:
    """A text with an apostrophe in front where a spreadsheet would reckon with it; written numbers stay."""
    if (span := _SPAN.fullmatch(text)) and _is_date(int(span[1]), int(span[2])):
        return f"{span[1]}–{span[2]}"
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _is_date(first: int, last: int) -> bool:
    """Whether a spreadsheet takes two numbers with a hyphen for a day and a month, or for a month of a year."""
    smaller, larger = sorted((first, last))
    return (1 <= smaller <= 12 and larger <= 31) or (first >= 1900 and 1 <= last <= 12)
