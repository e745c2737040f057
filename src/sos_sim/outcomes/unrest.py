"""How restless years are: the standard deviation of the yearly change of the logarithm of a stock or flow."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model.events import Event
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measuring import Reading, Window

FEWEST_YEARS: Final = 3
"""Two changes: fewer have no standard deviation."""


def restless_stock(column: int) -> Reading:
    """Standard deviation of the yearly change of the logarithm of a stock at year end."""

    def value(histories: Histories, window: Window) -> float:
        ends = np.arange(window.last - 1, window.first - 1, -MONTHS_PER_YEAR)
        return _sd_of_changes(histories.monthly[ends[::-1], column])

    return value


def restless_flow(event: Event) -> Reading:
    """Standard deviation of the yearly change of the logarithm of how often something happened."""

    def value(histories: Histories, window: Window) -> float:
        years = (window.last - window.first) // MONTHS_PER_YEAR
        bounds = window.last - MONTHS_PER_YEAR * np.arange(years, -1, -1)
        counted = np.searchsorted(histories.of(event).month, bounds)
        return _sd_of_changes(np.diff(counted).astype(float))

    return value


def _sd_of_changes(levels: NDArray[np.float64]) -> float:
    """Sample standard deviation of the changes of the logarithm; NaN below three years or where a year has none."""
    if len(levels) < FEWEST_YEARS or not (levels > 0).all():
        return float("nan")
    return float(np.diff(np.log(levels)).std(ddof=1))


RESTLESS: Final[dict[str, tuple[Reading, str]]] = {
    "referrals": (restless_flow(Event.REFERRAL), "referrals of children"),
    "cin_stock": (restless_stock(MonthlyColumn.CHILDREN_IN_NEED), "children in need at year end"),
    "s47": (restless_flow(Event.ENQUIRY), "children subject of section 47 enquiries"),
    "cpp_stock": (restless_stock(MonthlyColumn.ON_PLAN), "children on protection plans at year end"),
    "cla_stock": (restless_stock(MonthlyColumn.LOOKED_AFTER), "children looked after at year end"),
    "cla_starts": (restless_flow(Event.CARE_START), "children starting to be looked after"),
}
"""Series whose unrest from year to year official figures give."""
