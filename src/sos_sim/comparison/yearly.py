"""Monthly tables by year: each arm's value with its interval, beside its difference from the comparator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.comparison.paired import Pairs, described
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.outcomes.measures import WHOLE_PERIOD
from sos_sim.statistics.intervals import spread

OWN: Final = ("mean", "mean_low", "mean_high")
"""An arm's own mean over replicates and its interval (``intervals.spread``)."""
Read = Callable[[pd.DataFrame], pd.DataFrame]


def by_year(table: pd.DataFrame, read: Read) -> dict[str, pd.DataFrame]:
    """What ``read`` makes of the months of each whole year ("1", "2", …), and of all of them ("all").

    ``table``: arm, replicate, month, measure, value, and whatever else rows are told apart by.
    ``read`` is given some months of it and gives a row for each arm and replicate (its index), a column
    a measure.
    """
    years = (int(table["month"].max()) + 1) // MONTHS_PER_YEAR
    year = table["month"] // MONTHS_PER_YEAR + 1
    found = {str(number): read(table[year == number]) for number in range(1, years + 1)}
    return {**found, WHOLE_PERIOD: read(table)}


def mean_of_months(table: pd.DataFrame) -> pd.DataFrame:
    """The mean of each measure over months: a row for each arm and replicate, a column a measure."""
    return table.groupby(["arm", "replicate", "measure"])["value"].mean().unstack()


def sum_of_months(table: pd.DataFrame) -> pd.DataFrame:
    """The same for sums over months (and teams)."""
    return table.groupby(["arm", "replicate", "measure"])["value"].sum().unstack()


def compared(
    values: dict[str, pd.DataFrame], arms: list[str], measures: list[str], runs: pd.DataFrame
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Arm, measure, year and the columns ``OWN`` and ``paired.INTERVAL``, for all of them in order.

    ``values`` by year as from ``by_year``; ``runs`` (arm, draw, replicate) says which draw a replicate
    belongs to. Differences are from the first of ``arms``, over replicates that both have: exactly 0
    where nothing differs, and in the rows of the first arm itself.
    """
    draws = runs.drop_duplicates("replicate").set_index("replicate")["draw"]
    for arm in arms:
        for measure in measures:
            for year, wide in values.items():
                found = wide[measure].unstack("arm")
                yield arm, measure, year, _beside(found[arms[0]], found[arm], draws)


def _beside(before: pd.Series[float], after: pd.Series[float], draws: pd.Series[int]) -> dict[str, Any]:
    """One arm's values over replicates, and how they differ from the comparator's."""
    pairs, after = Pairs.of(before, after, draws), after.dropna()
    own = spread(np.asarray(after, dtype=np.float64), draws.reindex(after.index).to_numpy())
    paired = described(pairs.difference, pairs.draws)
    return {"mean": own.estimate, "mean_low": own.low, "mean_high": own.high, **paired}
