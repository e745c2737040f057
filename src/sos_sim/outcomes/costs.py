"""What the authority's work costs: one table of cost lines, for the cost measures and for economics alike."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeVar

import pandas as pd

from sos_sim.core.units import WEEKS_PER_MONTH
from sos_sim.model.monthly import MonthlyColumn

CostPart = Literal["social_work", "placements", "kin_care", "proceedings", "programme"]
"""What a line belongs to; each part has an outcome measure, ``cost_social_work`` and so on."""
Amount = TypeVar("Amount", float, "pd.Series[float]")


class CostLine(NamedTuple):
    """Pounds of a month: what ``amount`` counts, times ``units`` of it a month, times the price of one.

    ``price`` is the name of a parameter in ``theory.costs``.
    """

    item: str
    label: str
    part: CostPart
    amount: MonthlyColumn
    price: str
    units: float = 1.0

    def pounds(self, amount: Amount, price: float) -> Amount:
        """What a sum of months of ``amount`` costs at this price."""
        return amount * self.units * price


COST_LINES: Final = (
    CostLine(
        "social_work",
        "social work with children in need",
        "social_work",
        MonthlyColumn.CHILDREN_IN_NEED,
        "social_work_week",
        WEEKS_PER_MONTH,
    ),
    CostLine(
        "kinship",
        "placements with relatives or friends",
        "placements",
        MonthlyColumn.KINSHIP,
        "kinship_week",
        WEEKS_PER_MONTH,
    ),
    CostLine("foster", "foster placements", "placements", MonthlyColumn.FOSTER, "foster_week", WEEKS_PER_MONTH),
    CostLine(
        "residential", "children's homes", "placements", MonthlyColumn.RESIDENTIAL, "residential_week", WEEKS_PER_MONTH
    ),
    CostLine(
        "home_on_order",
        "placements with parents",
        "placements",
        MonthlyColumn.HOME_ON_ORDER,
        "home_on_order_week",
        WEEKS_PER_MONTH,
    ),
    CostLine(
        "kin_care",
        "relatives who care for children not looked after",
        "kin_care",
        MonthlyColumn.KIN_CARE,
        "kin_care_week",
        WEEKS_PER_MONTH,
    ),
    CostLine(
        "changed_posts",
        "posts made, or below 0 lost, since the start",
        "social_work",
        MonthlyColumn.CHANGED_POSTS,
        "extra_post_month",
    ),
    CostLine("proceedings", "care proceedings", "proceedings", MonthlyColumn.APPLICATIONS, "proceedings"),
    CostLine("training", "programme: training", "programme", MonthlyColumn.TRAINING, "training_month"),
    CostLine("coaching", "programme: coaching", "programme", MonthlyColumn.COACHING, "coaching_month"),
    CostLine("supervision", "programme: supervision", "programme", MonthlyColumn.SUPERVISION, "supervision_month"),
    CostLine("extra_posts", "programme: extra posts", "programme", MonthlyColumn.EXTRA_POSTS, "extra_post_month"),
    CostLine("meetings", "programme: family-group meetings", "programme", MonthlyColumn.MEETINGS, "meeting"),
    CostLine("own_costs", "programme: other costs", "programme", MonthlyColumn.OWN_COSTS, "own_costs"),
)
"""All that is priced. Another cost is one more line here, with its price in ``theory.costs``."""
