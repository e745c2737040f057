"""The fifth part of a comparison's report: economics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.report import figures_economics as figures
from sos_sim.comparison.report.readings import ECONOMICS, costs_said
from sos_sim.comparison.tables_of_costs import BENEFIT, COSTS, INFORMATION, PRICES, RATIOS
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Words

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

OUTCOME: Final = "care_starts"
SHOWN_VALUES: Final = 3
"""Values of a harm month that figures show: none, the middle and the highest; tables hold all."""


def economics_section(material: Material) -> Section:
    """What arms cost, what that buys, and what it would be worth to know more."""
    title = ECONOMICS.sentence("title")
    table = material.table("economics_table")
    if table.empty:
        return Section("economics", title, [material.not_run("Economics (whole years are needed)")])
    blocks: list[Block] = [_what_is_counted(material, table)]
    for number, arm in enumerate(material.arms, 1):
        blocks += _of_arm(material, arm, number, table[table["arm"] == arm])
    return Section("economics", title, [*blocks, *_information(material), _prices(material)])


def _what_is_counted(material: Material, table: pd.DataFrame) -> Words:
    null, draws = len(material.stored.null), len(material.stored.draws)
    return Words((ECONOMICS.sentence("what_is_counted", rate=table["rate"].iloc[0], null=null, draws=draws),))


def _of_arm(material: Material, arm: str, number: int, table: pd.DataFrame) -> list[Block]:
    costs = table[table["kind"] == "cost"]
    total = table[table["item"] == "total_cost"].iloc[0].to_dict()
    ratios, curve = material.table("net_benefit_ratios", arm=arm), material.table("net_benefit_curve", arm=arm)
    return [
        Words(tuple(costs_said(total, ratios, arm, material.comparator))),
        Picture(
            f"costs-{number}",
            material.about(arm, ECONOMICS.sentence("costs_asked")),
            figures.cost_lines(costs, material.comparator),
            ECONOMICS.sentence("costs_alt", rows=costs.to_dict("records")),
        ),
        as_sheet(
            f"consequences-{number}",
            material.about(arm, "costs and consequences"),
            table,
            COSTS,
            ("label", "unit", "comparator_mean", "arm_mean", "estimate", "low", "high", "undiscounted"),
            ECONOMICS.sentence("consequences_note"),
        ),
        Picture(
            f"plane-{number}",
            material.about(arm, ECONOMICS.sentence("plane_asked")),
            figures.cost_plane(_pairs(material, arm), material.comparator, material.period),
            _plane_alt(_pairs(material, arm)),
        ),
        as_sheet(
            f"ratios-{number}",
            material.about(arm, "cost for each outcome avoided, where a ratio makes sense"),
            ratios,
            RATIOS,
            ("outcome", "extra_cost", "cost_low", "cost_high", "avoided", "ratio", "low", "high", "statement"),
            formats={"avoided": "+", "low": ",.0f", "high": ",.0f"},
        ),
        *_weighed(material, arm, number, curve),
    ]


def _weighed(material: Material, arm: str, number: int, curve: pd.DataFrame) -> list[Block]:
    """Net benefit and its probability at stated values."""
    shown = _some_harm_values(curve[curve["item"] == OUTCOME])
    by_harm = shown.sort_values("value").groupby("harm_value", sort=True)
    ends = [rows.iloc[[0, -1]].to_dict("records") for _, rows in by_harm]
    benefit = material.table("net_benefit_benefit", arm=arm)
    return [
        Picture(
            f"net-benefit-{number}",
            material.about(arm, ECONOMICS.sentence("net_benefit_asked")),
            figures.net_benefit_curve(shown),
            ECONOMICS.sentence("net_benefit_alt", ends=ends),
        ),
        Picture(
            f"acceptability-{number}",
            material.about(arm, ECONOMICS.sentence("acceptability_asked")),
            figures.acceptability_curve(shown),
            ECONOMICS.sentence("acceptability_alt", ends=ends),
        ),
        as_sheet(
            f"net-benefit-{number}",
            material.about(arm, "net benefit at stated values"),
            benefit,
            BENEFIT,
            (
                "outcome",
                "value",
                "harm_value",
                "estimate",
                "low",
                "high",
                "probability",
                "probability_low",
                "probability_high",
            ),
            ECONOMICS.sentence("net_benefit_note"),
            formats={"estimate": "+,.0f", "low": "+,.0f", "high": "+,.0f"},
            labels={"estimate": "net benefit (£)"},
        ),
    ]


def _information(material: Material) -> list[Block]:
    information = material.table("net_benefit_information")
    shown = _some_harm_values(information[information["item"] == OUTCOME])
    worths = [(value, rows["evpi"].min(), rows["evpi"].max()) for value, rows in shown.groupby("harm_value")]
    return [
        Words((ECONOMICS.sentence("information_read"),)),
        Picture(
            "information",
            ECONOMICS.sentence("information_asked"),
            figures.value_of_information(shown),
            ECONOMICS.sentence("information_alt", worths=worths),
        ),
        as_sheet(
            "information",
            "expected value of perfect information at stated values",
            information,
            INFORMATION,
            ("outcome", "value", "harm_value", "best", "probability_best", "evpi", "low", "high", "about"),
            formats={"low": ",.0f", "high": ",.0f"},
            labels={"best": "best on average"},
        ),
    ]


def _prices(material: Material) -> Block:
    return as_sheet(
        "prices",
        "prices",
        material.table("economics_prices"),
        PRICES,
        ("label", "price", "price_unit", "price_year", "grade", "source"),
        ECONOMICS.sentence("prices_note"),
        shows_effect=False,
    )


def _pairs(material: Material, arm: str) -> pd.DataFrame:
    """Difference in cost and care starts avoided, pair by pair."""
    usual, changed = (
        material.table("economics_present", arm=name).set_index("replicate")[["total_cost", OUTCOME]]
        for name in (material.comparator, arm)
    )
    change = (changed - usual).dropna()
    return change.assign(cost=change["total_cost"], avoided=0.0 - change[OUTCOME])


def _some_harm_values(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a few values of a harm month."""
    values = sorted(rows["harm_value"].unique())
    kept = [values[round(place * (len(values) - 1) / (SHOWN_VALUES - 1))] for place in range(SHOWN_VALUES)]
    return rows[rows["harm_value"].isin(kept)]


def _plane_alt(pairs: pd.DataFrame) -> str:
    fewer, dearer = pairs["avoided"] > 0.0, pairs["cost"] > 0.0
    shares = {
        "dearer_fewer": fewer & dearer,
        "dearer_not_fewer": ~fewer & dearer,
        "cheaper_fewer": fewer & ~dearer,
        "cheaper_not_fewer": ~fewer & ~dearer,
    }
    said = {name: float(inside.mean()) for name, inside in shares.items()}
    return ECONOMICS.sentence("plane_alt", pairs=len(pairs), **said)
