"""What stocks at year end are made of: children looked after by legal basis, place and age, and on plans by age."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sos_sim.model.monthly import MonthlyColumn

CARE: Final[Mapping[str, tuple[MonthlyColumn, str]]] = {
    "s20": (MonthlyColumn.VOLUNTARY, "by voluntary agreement (section 20)"),
    "interim": (MonthlyColumn.INTERIM, "on an interim order"),
    "full_order": (MonthlyColumn.FULL_ORDER, "on a care order"),
    "placement_order": (MonthlyColumn.PLACEMENT_ORDER, "on a placement order"),
    "with_parents": (MonthlyColumn.HOME_ON_ORDER, "placed with parents on an order"),
    "kinship": (MonthlyColumn.KINSHIP, "with relatives or friends"),
    "residential": (MonthlyColumn.RESIDENTIAL, "in children's homes and other residential places"),
    "under_1": (MonthlyColumn.LOOKED_AFTER_UNDER_1, "under one year old"),
    "1_4": (MonthlyColumn.LOOKED_AFTER_1_4, "aged 1-4"),
    "5_9": (MonthlyColumn.LOOKED_AFTER_5_9, "aged 5-9"),
    "10_15": (MonthlyColumn.LOOKED_AFTER_10_15, "aged 10-15"),
    "16_17": (MonthlyColumn.LOOKED_AFTER_16_17, "aged 16-17"),
}
"""Parts of the children looked after by name: the monthly column, and who they are."""
PLANS: Final[Mapping[str, tuple[MonthlyColumn, str]]] = {
    "under_1": (MonthlyColumn.ON_PLAN_UNDER_1, "under one year old or unborn"),
    "1_4": (MonthlyColumn.ON_PLAN_1_4, "aged 1-4"),
    "5_9": (MonthlyColumn.ON_PLAN_5_9, "aged 5-9"),
    "10_15": (MonthlyColumn.ON_PLAN_10_15, "aged 10-15"),
    "16_17": (MonthlyColumn.ON_PLAN_16_17, "aged 16-17"),
}
"""The same of the children on protection plans."""
STOCKS: Final = {
    "cla": (MonthlyColumn.LOOKED_AFTER, "looked after", CARE),
    "cpp": (MonthlyColumn.ON_PLAN, "on protection plans", PLANS),
}
"""The stocks by how their measures begin: the column of the whole, what children are, and the parts."""
