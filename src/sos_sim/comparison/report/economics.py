"""The fifth part of a comparison's report: economics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.comparison.report import figures_economics as figures
from sos_sim.comparison.report.readings import costs_said
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Words
from sos_sim.kit.sentences import listed, millions

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

OUTCOME: Final = "care_starts"
SHOWN_VALUES: Final = 3
"""Values of a harm month that figures show: none, the middle and the highest; tables hold all."""


def economics_section(material: Material) -> Section:
    """What arms cost, what that buys, and what it would be worth to know more."""
    title = "Economics: at what price?"
    table = material.table("economics_table")
    if table.empty:
        return Section("economics", title, [material.not_run("Economics (whole years are needed)")])
    blocks: list[Block] = [_what_is_counted(table)]
    for number, arm in enumerate(material.arms, 1):
        blocks += _of_arm(material, arm, number, table[table["arm"] == arm])
    return Section("economics", title, [*blocks, *_information(material), _prices(material)])


def _what_is_counted(table: pd.DataFrame) -> Words:
    rate = table["rate"].iloc[0]
    discount = f"discounted at {rate:.1%} a year" if rate else "not discounted"
    return Words(
        (
            f"Costs are the authority's own: social work, placements, proceedings and the programme, {discount}. What "
            "happens after the simulated period, and what falls on families, courts and other services, is not "
            "counted. "
            "Harm to children has no price here but the one a reader states.",
        )
    )


def _of_arm(material: Material, arm: str, number: int, table: pd.DataFrame) -> list[Block]:
    costs = table[table["kind"] == "cost"]
    total = table[table["item"] == "total_cost"].iloc[0].to_dict()
    ratios, curve = material.table("net_benefit_ratios", arm=arm), material.table("net_benefit_curve", arm=arm)
    return [
        Words(tuple(costs_said(total, ratios, arm, material.comparator))),
        Picture(
            f"costs-{number}",
            material.about(arm, "on which lines does it cost more or less?"),
            figures.cost_lines(costs, material.comparator),
            _costs_alt(costs),
        ),
        as_sheet(
            f"consequences-{number}",
            material.about(arm, "costs and consequences"),
            table,
            ("label", "unit", "comparator_mean", "arm_mean", "estimate", "low", "high", "undiscounted"),
            "Present values of this authority over the whole period. Nothing is added up over outcomes: weigh them.",
        ),
        Picture(
            f"plane-{number}",
            material.about(arm, "does it cost more, and does it avoid entries to care?"),
            figures.cost_plane(_pairs(material, arm), material.comparator, material.period),
            _plane_alt(_pairs(material, arm)),
        ),
        as_sheet(
            f"ratios-{number}",
            material.about(arm, "cost for each outcome avoided, where a ratio makes sense"),
            ratios,
            ("outcome", "extra_cost", "cost_low", "cost_high", "avoided", "ratio", "low", "high", "statement"),
            formats={"avoided": "+", "low": ",.0f", "high": ",.0f"},
        ),
        *_weighed(material, arm, number, curve),
    ]


def _weighed(material: Material, arm: str, number: int, curve: pd.DataFrame) -> list[Block]:
    """Net benefit and its probability at stated values."""
    shown = _some_harm_values(curve[curve["item"] == OUTCOME])
    ends = shown.sort_values("value").groupby("harm_value", sort=True)
    benefits = [
        f"with a harm month at £{value:,.0f}, {millions(rows['estimate'].iloc[0])} at £{rows['value'].iloc[0]:,.0f} to "
        f"{millions(rows['estimate'].iloc[-1])} at £{rows['value'].iloc[-1]:,.0f}"
        for value, rows in ends
    ]
    chances = [
        f"with a harm month at £{value:,.0f}, {rows['probability'].iloc[0]:.0%} to {rows['probability'].iloc[-1]:.0%}"
        for value, rows in ends
    ]
    benefit = material.table("net_benefit_benefit", arm=arm)
    return [
        Picture(
            f"net-benefit-{number}",
            material.about(arm, "at which stated values does it bring more than it costs?"),
            figures.net_benefit_curve(shown),
            f"Curves with bands: {'; '.join(benefits)}.",
        ),
        Picture(
            f"acceptability-{number}",
            material.about(arm, "how probable is it that it brings more than it costs?"),
            figures.acceptability_curve(shown),
            f"Curves with bands, from the lowest to the highest value: {'; '.join(chances)}.",
        ),
        as_sheet(
            f"net-benefit-{number}",
            material.about(arm, "net benefit at stated values"),
            benefit,
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
            "Values are statements of worth, not estimates, and none is recommended. They come on top of the money "
            "that avoiding something saves, which is in the cost already.",
            formats={"estimate": "+,.0f", "low": "+,.0f", "high": "+,.0f"},
            labels={"estimate": "net benefit (£)"},
        ),
    ]


def _information(material: Material) -> list[Block]:
    information = material.table("net_benefit_information")
    shown = _some_harm_values(information[information["item"] == OUTCOME])
    said = [
        f"with a harm month at £{value:,.0f}, {millions(rows['evpi'].min())} to {millions(rows['evpi'].max())}"
        for value, rows in shown.groupby("harm_value")
    ]
    return [
        Words(
            (
                "The expected value of perfect information is the most it could be worth to this authority to know "
                "beforehand how things will turn out, within what the model and its priors allow. It says nothing of "
                "errors that all runs share.",
            )
        ),
        Picture(
            "information",
            "What would it be worth to know beforehand how things will turn out?",
            figures.value_of_information(shown),
            f"Curves with bands: {'; '.join(said)}.",
        ),
        as_sheet(
            "information",
            "expected value of perfect information at stated values",
            information,
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
        ("label", "price", "price_unit", "price_year", "grade", "source"),
        "Grades: A official statistic, B study, C statement of the review, D assumption.",
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


def _costs_alt(costs: pd.DataFrame) -> str:
    parts = [
        f"{row['label']} {millions(row['estimate'])} ({millions(row['low'])} to {millions(row['high'])})"
        for row in costs.to_dict("records")
    ]
    return f"Differences in cost with intervals: {'; '.join(parts)}."


def _plane_alt(pairs: pd.DataFrame) -> str:
    fewer, dearer = pairs["avoided"] > 0.0, pairs["cost"] > 0.0
    shares = {
        "dearer with fewer entries": fewer & dearer,
        "dearer without fewer": ~fewer & dearer,
        "not dearer with fewer entries": fewer & ~dearer,
        "not dearer without fewer": ~fewer & ~dearer,
    }
    told = listed([f"{name} in {inside.mean():.0%}" for name, inside in shares.items()])
    return f"Dots for {len(pairs):,} pairs of authorities by difference in cost and care starts avoided: {told}."
