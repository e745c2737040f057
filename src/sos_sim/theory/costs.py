"""Costs: what each month of each kind of work and placement costs (model section 4.18)."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.core.parameters import fact

_UNKNOWN = "not found in official statistics; judgement, low confidence"


class Costs(NamedTuple):
    """Unit costs in pounds at 2024-25 prices."""

    social_work_week: float = fact(
        170.0,
        "£ per child in need and week",
        "social work with a child in need",
        low=20,
        high=1000,
        source="DfE local authority interactive tool 2025; 10th-90th centile 120-245",
        grade="A",
        heading="economics",
    )
    foster_week: float = fact(
        765.0,
        "£ per child and week",
        "foster placement",
        low=200,
        high=3000,
        source="DfE local authority interactive tool 2025; 10th-90th centile 575-1,035",
        grade="A",
        heading="economics",
    )
    residential_week: float = fact(
        7385.0,
        "£ per child and week",
        "children's home",
        low=2000,
        high=30000,
        source="DfE local authority interactive tool 2025; NAO: £6,106 in 2023-24",
        grade="A",
        heading="economics",
    )
    kinship_week: float = fact(
        400.0,
        "£ per child and week",
        "placement with relatives or friends",
        low=0,
        high=2000,
        source=_UNKNOWN,
        grade="D",
        heading="economics",
    )
    kin_care_week: float = fact(
        100.0,
        "£ per child and week",
        "support to relatives whose child is not looked after (section 17, allowances)",
        low=0,
        high=1000,
        source="allowances are at the authority's discretion; " + _UNKNOWN,
        grade="D",
        heading="economics",
    )
    home_on_order_week: float = fact(
        50.0,
        "£ per child and week",
        "placement with parents on an order",
        low=0,
        high=1000,
        source=_UNKNOWN,
        grade="D",
        heading="economics",
    )
    proceedings: float = fact(
        25_000.0,
        "£ per application",
        "care proceedings, authority's side",
        low=1000,
        high=200_000,
        source=_UNKNOWN,
        grade="D",
        heading="economics",
    )
    training_month: float = fact(
        50.0,
        "£ per worker and month",
        "full training offer, time and trainers",
        low=0,
        high=2000,
        source="derived: about £285,000 of time for 290 staff (2013-14 prices) over two years",
        grade="D",
        heading="economics",
    )
    coaching_month: float = fact(
        120.0,
        "£ per worker and month",
        "full coaching",
        low=0,
        high=2000,
        source="3-4 sessions in six months at £55-60 an hour, coach and worker",
        grade="D",
        heading="economics",
    )
    supervision_month: float = fact(
        60.0,
        "£ per worker and month",
        "full group supervision beyond the usual",
        low=0,
        high=2000,
        source=_UNKNOWN,
        grade="D",
        heading="economics",
    )
    extra_post_month: float = fact(
        5500.0,
        "£ per post and month",
        "employing one more case holder",
        low=2000,
        high=12000,
        source="salary and on-costs, judgement",
        grade="D",
        heading="economics",
    )
    meeting: float = fact(
        1500.0,
        "£ per meeting held",
        "family-group meeting with a coordinator",
        low=200,
        high=6000,
        source=_UNKNOWN,
        grade="D",
        heading="economics",
    )
    own_costs: float = fact(
        1.0,
        "£ per £ planned",
        "what a programme plans to cost by itself (costs_a_year, costs_at_start)",
        low=0.1,
        high=10,
        source="1 by definition; changes by date if such costs rise",
        grade="D",
        heading="economics",
    )
