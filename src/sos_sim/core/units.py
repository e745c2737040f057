"""The one clock (a calendar month) and every conversion to and from it."""

from __future__ import annotations

from typing import Final

MONTHS_PER_YEAR: Final = 12
WEEKS_PER_MONTH: Final = 365.25 / 7.0 / 12.0
DAYS_PER_MONTH: Final = 365.25 / 12.0
RATE_BASE: Final = 10_000.0
AGE_OF_MAJORITY_MONTHS: Final = 18 * MONTHS_PER_YEAR


def per_10k(count: float, children: float) -> float:
    """Count per 10,000 children aged 0-17."""
    return count * RATE_BASE / children


def weeks_from_months(months: float) -> float:
    """Weeks in a number of average calendar months (4.348 weeks a month)."""
    return months * WEEKS_PER_MONTH


def monthly_discount(annual_rate: float) -> float:
    """Discount factor per month equivalent to an annual rate (HM Treasury Green Book: 0.035)."""
    return float((1.0 + annual_rate) ** (-1.0 / MONTHS_PER_YEAR))
