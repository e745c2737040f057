"""Delivery as it meets the workforce: who is trained, who is lost, who comes, and who families keep seeing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import pandas as pd

from sos_sim.comparison.tables import STAFF
from sos_sim.comparison.yearly import by_year, compared, sum_of_months
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model.by_team import CONTINUITY_MONTHS, TRAINED_MONTHS
from sos_sim.outcomes.measures import SHARE

A_YEAR: Final = "per year"


class Staffing(NamedTuple):
    """A ratio of two columns of the table by team, each summed over months and teams."""

    label: str
    unit: str
    numerator: str
    denominator: str
    meaning: str


MEASURES: Final[Mapping[str, Staffing]] = {
    "trained_share": Staffing(
        "staff trained",
        SHARE,
        "trained",
        "filled_posts",
        f"filled posts whose holder has had {TRAINED_MONTHS:g} months' worth of full training in it",
    ),
    "filled_share": Staffing("posts filled", SHARE, "filled_posts", "posts", "by permanent or agency staff"),
    "leaving_rate": Staffing(
        "staff lost",
        A_YEAR,
        "leavers",
        "filled_posts",
        "holders who gave up a post, agency staff included, per filled post",
    ),
    "joining_rate": Staffing(
        "staff replaced", A_YEAR, "recruits", "filled_posts", "people who took up a post, per filled post"
    ),
    "trained_leaver_share": Staffing(
        "of staff lost, trained",
        SHARE,
        "trained_leavers",
        "leavers",
        "holders who gave up a post and were trained in it",
    ),
    "training_lost_rate": Staffing(
        "of trained staff, lost",
        A_YEAR,
        "trained_leavers",
        "trained",
        "trained holders who gave up a post, per trained holder",
    ),
    "worker_changes_rate": Staffing(
        "changes of social worker", A_YEAR, "worker_changes", "open_families", "per open family"
    ),
    "same_worker_share": Staffing(
        "same social worker for a year",
        SHARE,
        "same_worker_families",
        "long_open_families",
        f"families open for {CONTINUITY_MONTHS} months or more whose social worker has been the same for as long",
    ),
}
"""What delivery meets: shares at the ends of months, averaged; rates a year."""


def staffing(teams: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Training, turnover and continuity by year in every arm, with the difference from the first arm.

    ``teams``: arm, replicate, month, team, measure (of ``model.by_team``), value; ``runs``: arm, draw,
    replicate. Columns: arm, measure, label, unit, meaning, year ("1", "2", …, "all"), ``yearly.OWN`` and
    ``paired.INTERVAL``; NaN where there was nobody to count.
    """
    arms = list(dict.fromkeys(teams["arm"]))
    values = by_year(teams, _ratios)
    table = pd.DataFrame(
        [
            {
                "arm": arm,
                "measure": measure,
                "label": MEASURES[measure].label,
                "unit": MEASURES[measure].unit,
                "meaning": MEASURES[measure].meaning,
                "year": year,
                **found,
            }
            for arm, measure, year, found in compared(values, arms, list(MEASURES), runs)
        ]
    )
    return STAFF.check(table)


def _ratios(teams: pd.DataFrame) -> pd.DataFrame:
    """All ratios of each arm and replicate over some months."""
    sums = sum_of_months(teams)
    return pd.DataFrame(
        {
            name: sums[ratio.numerator]
            / sums[ratio.denominator].where(sums[ratio.denominator] > 0)
            * (MONTHS_PER_YEAR if ratio.unit == A_YEAR else 1.0)
            for name, ratio in MEASURES.items()
        }
    )
