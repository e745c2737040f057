"""The one clock (a calendar month) and what converts it."""

from __future__ import annotations

from typing import Final

MONTHS_PER_YEAR: Final = 12
WEEKS_PER_MONTH: Final = 365.25 / 7.0 / 12.0
DAYS_PER_MONTH: Final = 365.25 / 12.0
RATE_BASE: Final = 10_000.0
AGE_OF_MAJORITY_MONTHS: Final = 18 * MONTHS_PER_YEAR
