"""Numbers in the notations that people use: ``40%``, ``60,000``, ``£6,500``, ``–5``, ``12 months``.

A notation that leaves no doubt is taken for its number. One that does, such as a yearly figure where a monthly one
is asked for, is not: the message that refuses it then holds the conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from numbers import Real
from typing import Any, Final, NamedTuple

from sos_sim.core.parameters import Parameter
from sos_sim.core.units import DAYS_PER_MONTH, MONTHS_PER_YEAR, WEEKS_PER_MONTH

TEXT_PATTERN: Final = r"^[^A-Za-z0-9]{0,4}[0-9]"
"""How a text begins that may be a number, for the schemas of editors."""
BLANKS: Final = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
"""Blanks that do not break, and thin ones: they come with text that is copied from a page or a word processor."""
QUOTES: Final = "'\"‘’‚‛“”„‟«»"
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_NUMBER: Final = re.compile(
    r"(?P<sign>[-+]?) ?(?P<pounds>£?) ?"
    r"(?P<digits>(?:[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+)(?!\d)|\d+)(?:\.\d*)?|\.\d+)(?P<power>[eE][-+]?\d{1,3})?"
    r" ?(?P<percent>%|per ?cent\b)?(?P<unit>.*)"
)
_DECIMAL_COMMA: Final = re.compile(r"-?\d+,\d+")
_SHARES: Final = ("0-1", "share", "probability")
_RESPELT: Final = (
    (r"£", " "),
    (r"(?<=\d),(?=\d)", ""),
    (r"/|\b(?:each|every|an?|and)\b", " per "),
    (r"\b(week|month|year)ly\b", r" per \1 "),
    (r"\b(?:annual(?:ly)?|p\.?a\.?(?=\s|$))", " per year "),
    (r"\bof\b", " "),
    (r"\b(child)ren\b", r"\1"),
    (r"\b(\w+)ies\b", r"\1y"),
    (r"\b(\w{3,})s\b", r"\1"),
)
_A_YEAR: Final = {"year": 1.0, "month": float(MONTHS_PER_YEAR), "week": WEEKS_PER_MONTH * MONTHS_PER_YEAR}
_A_MONTH: Final = {"year": 1.0 / MONTHS_PER_YEAR, "week": WEEKS_PER_MONTH, "day": DAYS_PER_MONTH}


class Notation(NamedTuple):
    """A number as it is written: with or without ``pounds`` before and ``percent`` after it, and words of a unit."""

    number: Decimal
    pounds: bool
    percent: bool
    unit: frozenset[str]

    def plain(self) -> Decimal:
        """The number itself, per cent as a share."""
        return self.number / 100 if self.percent else self.number


def number_in(text: str) -> float | None:
    """The number that a text is, of pounds too but with no other unit; None when it is none."""
    found = _notation(text)
    return None if found is None or found.unit else float(found.plain())


def taken(declared_unit: str, value: Any) -> Any:
    """A text as the number that it means in this unit, where there is no doubt; anything else as it is."""
    found = _notation(value) if isinstance(value, str) else None
    if found is None or (found.pounds and not declared_unit.startswith("£")):
        return value
    unit = _words(declared_unit)
    if unit == {"month"} and found.unit == {"year"} and not found.percent:
        return _shortest(found.number * MONTHS_PER_YEAR)
    if not found.unit <= unit or (found.percent and not _takes_percent(declared_unit, found.unit)):
        return value
    return _shortest(found.plain())


def conversions(declared: Parameter | Any, value: Any) -> Iterator[tuple[str, float]]:
    """What a refused value may have meant, each a phrase and the number it would be in the declared unit.

    ``declared`` is a parameter or a ``files.declarations.Number``.
    """
    found = _notation(str(value)) if isinstance(value, Real | str) and not isinstance(value, bool) else None
    if found is None or (found.pounds and not declared.unit.startswith("£")):
        return
    unit, number, plain = _words(declared.unit), float(found.number), float(found.plain())
    said = str(value).strip().translate(BLANKS)
    clock, other = _time(unit), _time(found.unit)
    if declared.unit == "months" and other in _A_MONTH and not found.percent:
        yield f"{said} are {_cut(number / _A_MONTH[other])} months", number / _A_MONTH[other]
    elif declared.unit.startswith("£") and clock and other in _A_YEAR and other != clock:
        each = number * _A_YEAR[other] / _A_YEAR[clock]
        yield f"{said} is £{_cut(each)} a {clock}", each
    elif _is_monthly(unit):
        yield from _as_monthly(said, found, plain)
    elif _is_share(declared.unit) and not found.percent and not found.unit:
        yield f"{said} as a percentage is {_cut(number / 100.0)}", number / 100.0
    elif found.percent:
        yield f"{said} as a number is {_cut(plain)}", plain


def decimal_comma(text: str) -> str:
    """The same text with a point where it has a comma before decimals, '' where it has none."""
    plain = text.strip().translate(_DASHES)
    return plain.replace(",", ".") if _DECIMAL_COMMA.fullmatch(plain) else ""


def _as_monthly(said: str, found: Notation, plain: float) -> Iterator[tuple[str, float]]:
    """Readings of a chance or rate that is asked for by the month."""
    other = _time(found.unit)
    if found.percent and not other:
        yield f"{said} a month is {_cut(plain)}", plain
        said = f"{said} a year"
    elif not other:
        said = f"{said} a year" if plain <= 1.0 else f"{said}% a year"
        plain = plain if plain <= 1.0 else plain / 100.0
    if other in ("", "year"):
        monthly = plain / MONTHS_PER_YEAR
        yield f"{said} is {_cut(monthly)} a month (a twelfth)", monthly


def _notation(text: str) -> Notation | None:
    plain = text.translate(BLANKS).strip().strip(QUOTES).strip().translate(_DASHES)
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    digits = re.sub("[, ]", "", found["digits"])
    try:
        number = Decimal(found["sign"] + digits + (found["power"] or ""))
    except InvalidOperation:
        return None
    return Notation(number, bool(found["pounds"]), bool(found["percent"]), _words(found["unit"]))


def _words(unit: str) -> frozenset[str]:
    """Words of a unit, so spelt that two ways to write one unit give the same."""
    text = unit.lower()
    for pattern, instead in _RESPELT:
        text = re.sub(pattern, instead, text)
    return frozenset(text.split())


def _time(unit: frozenset[str]) -> str:
    return next((word for word in ("day", "week", "month", "year") if word in unit), "")


def _is_share(unit: str) -> bool:
    return unit.startswith(_SHARES)


def _is_monthly(unit: frozenset[str]) -> bool:
    return "per" in unit and any(word == "month" or word.endswith("-month") for word in unit)


def _takes_percent(unit: str, said: frozenset[str]) -> bool:
    """Whether a percentage is no other thing than a share of one: of a chance by the month only if it says so."""
    return _is_share(unit) or (_words(unit) == {"per", "month"} and "month" in said)


def _shortest(number: Decimal) -> int | float:
    """As a plain number: whole without a point."""
    written_whole = number == number.to_integral_value() and number.adjusted() < 300
    return int(number) if written_whole and "." not in str(number.normalize()) else float(number)


def _cut(number: float) -> str:
    return f"{number:.4g}"
