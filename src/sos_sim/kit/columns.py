"""How the columns of studies' tables are headed and written on pages: one vocabulary for all sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sos_sim.kit.page import Sheet

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.runs.contracts import Contract

LABELS: Final[Mapping[str, str]] = {
    "measure": "outcome",
    "comparator_mean": "comparator",
    "arm_mean": "arm",
    "estimate": "difference",
    "low": "from",
    "high": "to",
    "probability_lower": "lower in pairs",
    "probability_higher": "higher in pairs",
    "luck_sd": "luck (sd)",
    "parameter_sd": "parameters (sd)",
    "count": "number",
    "count_low": "number from",
    "count_high": "number to",
    "variance_ratio": "variance unpaired / paired",
    "dial": "condition",
    "value_unit": "its unit",
    "dial_x": "first condition",
    "dial_y": "second condition",
    "x": "at",
    "y": "and at",
    "label": "item",
    "undiscounted": "difference, not discounted",
    "price": "price (£)",
    "price_unit": "of what",
    "price_year": "prices of",
    "replicates": "pairs",
    "harm_value": "worth of a harm month (£)",
    "value": "value",
    "probability_low": "probability from",
    "probability_high": "probability to",
    "evpi": "value of information (£)",
    "probability_best": "probability best",
    "extra_cost": "extra cost (£)",
    "cost_low": "cost from",
    "cost_high": "cost to",
    "avoided_low": "avoided from",
    "avoided_high": "avoided to",
    "ratio": "£ for each",
    "programme_strengths": "strengths of the programme",
    "strengths_in_every_arm": "strengths in every arm",
    "comparator_value": "comparator",
    "arm_value": "arm",
    "delivered": "delivered",
    "least": "least delivery",
}
FORMATS: Final[Mapping[str, str]] = {
    "estimate": "+",
    "low": "+",
    "high": "+",
    "relative": "+.1%",
    "probability_lower": ".0%",
    "probability_higher": ".0%",
    "count": "+,.0f",
    "count_low": "+,.0f",
    "count_high": "+,.0f",
    "variance_ratio": ",.1f",
    "share": ".0%",
    "undiscounted": "+",
    "probability": ".0%",
    "probability_low": ".0%",
    "probability_high": ".0%",
    "probability_best": ".0%",
    "delivered": ".0%",
    "least": ".0%",
    "lowest": ".3g",
    "highest": ".3g",
    "x": ".3g",
    "y": ".3g",
    "extra_cost": "+,.0f",
    "cost_low": "+,.0f",
    "cost_high": "+,.0f",
    "ratio": ",.0f",
    "evpi": ",.0f",
    "year": "g",
}


def as_sheet(
    name: str,
    title: str,
    frame: pd.DataFrame,
    contract: Contract,
    columns: Sequence[str] = (),
    note: str = "",
    *,
    formats: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    shows_effect: bool = True,
) -> Sheet:
    """A table in the common words and formats; ``formats`` and ``labels`` say otherwise for this one.

    Of ``columns`` (default all) those that the frame has are shown, in that order.
    """
    shown = [column for column in columns or frame.columns if column in frame]
    chosen_formats, chosen_labels = {**FORMATS, **(formats or {})}, {**LABELS, **(labels or {})}
    return Sheet(
        name,
        title[:1].upper() + title[1:],
        frame,
        contract,
        note,
        {column: chosen_formats[column] for column in shown if column in chosen_formats},
        {column: chosen_labels[column] for column in shown if column in chosen_labels},
        shown,
        shows_effect,
    )
