"""How numbers are said: every sentence carries its interval and what the interval holds, and claims no effect."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sos_sim.outcomes.expected import READABLE
from sos_sim.outcomes.measures import SHARE
from sos_sim.outcomes.ratios import RATIOS
from sos_sim.statistics.intervals import LEAST_LEVEL, LEVEL, draws_needed

HEADLINE: Final[Mapping[str, str]] = {
    "cla_start_rate": "children starting to be looked after",
    "harm_months_rate": "harm at home (child-months)",
    "harm_unseen_rate": "harm at home that nobody saw (child-months)",
    "cla_stock_rate": "children looked after at year end",
    "care_days": "days looked after",
    "reentry_after_home_1y": "re-entry within 12 months of return home",
    "reunified_12m_share": "home within 12 months of entry",
    "cpp_start_rate": "protection plans started",
    "rereferral_12m_share": "re-referred within 12 months",
    "kinship_share": "looked after by relatives or friends",
}
"""Outcomes of a comparison in the order in which they are told, in short words; harm stands beside entries."""
_FEWEST_PAIRS: Final = 2
"""Of which a spread by luck can be told."""
_ALSO: Final = {"cost_total": "cost of services (2024-25 prices, not discounted)"}


def said(measure: str) -> str:
    """A measure of ``outcomes.measures`` or of subgroups of families in short words."""
    if measure in RATIOS:
        return RATIOS[measure].numerator
    return HEADLINE.get(measure) or _ALSO.get(measure, READABLE[measure].meaning)


def unit_said(unit: str) -> str:
    """A unit of differences as people say it, with its denominator."""
    if unit == SHARE:
        return "percentage points"
    return unit if "children" in unit else unit.replace("10,000", "10,000 children")


def amount(value: float, unit: str, size: float | None = None, decimals: int | None = None) -> str:
    """A difference as people write it: signed, shares in percentage points, a true minus; without its unit.

    Amounts of one row agree in decimals when they are given the same ``size`` (default: their own), or
    have just so many ``decimals`` (of the unit itself: 4 of a share are 2 of percentage points).
    """
    if math.isnan(value):
        return "–"
    if unit == SHARE:
        text = f"{100.0 * value:+.{1 if decimals is None else decimals - 2}f}"
    else:
        large = abs(value if size is None else size)
        text = f"{value:+,.{(2 if large < 100.0 else 1 if large < 1000.0 else 0) if decimals is None else decimals}f}"
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text[1:]


def plain(value: float, unit: str, size: float | None = None) -> str:
    """A level, as ``amount`` writes differences: no sign, and shares in per cent."""
    text = amount(value, unit, size).removeprefix("+")
    return f"{text}%" if unit == SHARE else text


def span(low: float, high: float, unit: str, size: float | None = None, decimals: int | None = None) -> str:
    """An interval of differences in words, without its unit; digits as in ``amount``."""
    if math.isnan(low) or math.isnan(high):
        return "no interval"
    return f"{amount(low, unit, size, decimals)} to {amount(high, unit, size, decimals)}"


def millions(value: float) -> str:
    """A difference in pounds, in millions; one that rounds to nothing has no sign."""
    rounded = round(value / 1e6, 2)
    return f"{'−' if rounded < 0.0 else '+' if rounded > 0.0 else ''}£{abs(rounded):,.2f} million"


def pounds(value: float) -> str:
    """A level in whole pounds, such as a price."""
    return f"{'−' if round(value) < 0 else ''}£{abs(value):,.0f}"


def percent(value: float, decimals: int = 0) -> str:
    """A share or probability in per cent."""
    text = f"{value:.{decimals}%}"
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text.removeprefix("-")


def number(value: float, decimals: int = 0) -> str:
    """A number with thousands told apart and so many decimals; an en dash where there is none."""
    return "–" if math.isnan(value) else f"{value:,.{decimals}f}".replace("-", "−")


def digits(value: float, count: int = 3) -> str:
    """A value of a condition in so many digits that count."""
    return f"{value:.{count}g}".replace("-", "−")


def counted(count: int, one: str, several: str) -> str:
    """A number of things with the right form of their name: 1 pair, 2 pairs."""
    return f"{count:,} {one if count == 1 else several}"


def missing(value: float | None) -> bool:
    """Whether a table has no number here."""
    return value is None or math.isnan(value)


def listed(words: Iterable[str]) -> str:
    """Words with commas and a last 'and'."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def capital(text: str) -> str:
    """The text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def level_said(level: float) -> str:
    """A level of coverage as in '95% interval'."""
    return f"{level:.0%} interval"


def would_do() -> str:
    """How many draws of parameters would do for an interval."""
    return f"{draws_needed(LEAST_LEVEL)} would do for one of {LEAST_LEVEL:.0%}, {draws_needed(LEVEL)} for {LEVEL:.0%}"


def interval_holds(row: Mapping[Any, Any]) -> str:
    """What an interval is made of; ``row`` has level, draws (0 or 1: parameters held) and replicates.

    Where there are too few for an interval (``statistics.intervals.spread``), how many would do.
    """
    if row["draws"] > 1 and row["level"] < LEAST_LEVEL:
        return f"no interval from {row['draws']} draws of parameters: {would_do()}"
    if row["draws"] <= 1 and row["replicates"] < _FEWEST_PAIRS:
        return f"no interval from {counted(row['replicates'], 'pair', 'pairs')}: {_FEWEST_PAIRS} would do"
    if row["draws"] > 1:
        return f"{level_said(row['level'])} over {row['draws']:,} draws of parameters"
    return f"{level_said(row['level'])} for luck over {counted(row['replicates'], 'pair', 'pairs')}, parameters held"
