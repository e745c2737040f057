"""What a trial costs beside what it sees, and what its result is worth to an authority that then decides."""

from __future__ import annotations

from collections.abc import Iterator

from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Words
from sos_sim.trials.report import figures_effects as effects
from sos_sim.trials.report import readings
from sos_sim.trials.report.material import HeldTrial, design_in_short
from sos_sim.trials.report.sheets import INFORMATION_SHOWN


def cost_sections(held: HeldTrial) -> Iterator[Section]:
    """Power at equal cost, and the worth of a result; none where costs are not reckoned."""
    rows = held.power(effect=True, outcome=held.primary, lead=True)
    if rows["cost"].isna().all():
        return
    said = readings.same_money(held)
    yield Section(
        "cost",
        "Power at equal cost, and what a result is worth",
        [
            Words((said, readings.SAYS.sentence("costs_read"))),
            Picture(
                "trial-cost",
                "What does each design see for the same money?",
                effects.power_against_cost(rows.assign(cost=rows["cost"] / 1e6), held.clusters_are),
                f"Power against cost by design. {said}",
            ),
            *_worth(held),
        ],
    )


def _worth(held: HeldTrial) -> Iterator[Block]:
    table = held.table("information")
    if table.empty:
        return
    said = tuple(readings.worth(held))
    yield Words(said)
    money = ["evsi", "low", "high", "evpi", "evpi_low", "evpi_high"]
    if table[money].to_numpy().any():
        yield Picture(
            "trial-worth",
            "What is a trial's result worth to one authority that then decides?",
            effects.worth_of_result(table.assign(**{name: table[name] / 1e6 for name in money}), held.clusters_are),
            f"Expected value of a trial's result by design and size. {' '.join(said)}",
        )
    yield as_sheet(
        "trial_information",
        "Expected value of a trial's result to one decision",
        table.assign(design=[design_in_short(name) for name in table["design"]]),
        INFORMATION_SHOWN,
        note="Net benefit of one authority over the trial's time, not discounted; harm counts whether or not anybody "
        "saw it. Intervals (95 %) are over draws of what is uncertain. Explained: share of the differences in net "
        "benefit between draws that a trial's estimates predict.",
        formats=dict.fromkeys((*money, "cost", "authorities_to_pay"), ",.0f") | {"explained": ".0%"},
        labels={
            "clusters": held.clusters_are,
            "evsi": "worth of a result (£)",
            "evpi": "worth of knowing all (£)",
            "evpi_low": "from (all)",
            "evpi_high": "to (all)",
            "cost": "cost of the trial (£)",
            "authorities_to_pay": "decisions that pay for it",
        },
    )
