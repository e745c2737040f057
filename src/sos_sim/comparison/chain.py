"""The chain of the programme theory over time: each of its steps in each arm, and the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import pandas as pd

from sos_sim.comparison.tables import CHAIN
from sos_sim.comparison.yearly import by_year, compared, mean_of_months
from sos_sim.core.links import Link


class Step(NamedTuple):
    """One step of the chain: the link that leads to it, a name, a unit and what is averaged over what."""

    link: Link
    label: str
    unit: str
    meaning: str


_FAMILIES = "mean over open families"
_POSTS = "mean over filled posts"
STEPS: Final[Mapping[str, Step]] = {
    "mean_fidelity": Step("M0", "fidelity, depth", "0-1", f"depth of practice, {_POSTS}"),
    "mean_surface": Step("M0", "fidelity, surface", "0-1", f"form without depth, {_POSTS}"),
    "mean_availability": Step("M0", "time for families", "0-1", f"practice left by caseload, {_POSTS}"),
    "mean_delivered": Step("M1", "delivered practice", "0-1", f"depth beyond what is usual, {_POSTS}"),
    "mean_trust": Step("M2", "trust", "0-1", f"parents' trust in the worker, {_FAMILIES}"),
    "mean_voice": Step("M3", "children's voice", "0-1", f"how far children are heard, {_FAMILIES}"),
    "mean_understanding": Step("M3", "shared understanding", "0-1", _FAMILIES),
    "share_behind_gate": Step(
        "M4", "families without enough trust", "share", "open families held back from shared responsibility by trust"
    ),
    "mean_responsibility": Step("M4", "shared responsibility", "0-1", _FAMILIES),
    "mean_informed_ties": Step("M5", "informed network", "people per family", f"told the worry, {_FAMILIES}"),
    "mean_active_ties": Step("M5", "active network", "people per family", f"helping, {_FAMILIES}"),
    "mean_cover": Step("M5", "network cover", "0-1", f"what helpers watch over, {_FAMILIES}"),
    "mean_plan": Step("M6", "plan quality", "0-1", f"as it is, {_FAMILIES}"),
    "mean_plan_seen": Step("M6", "plan quality as seen", "0-1", f"as it looks, {_FAMILIES}"),
    "mean_safety": Step("M7", "safety", "0-1", f"share of danger removed, {_FAMILIES}"),
    "mean_danger": Step("M7", "true danger", "chance a month", f"of harm to a child at home, {_FAMILIES}"),
    "mean_appraisal": Step("M8", "perceived danger", "logit", f"what the agency believes of that chance, {_FAMILIES}"),
}
"""Columns of the monthly table in the order of the theory, from what is delivered to what is believed."""


def chain(monthly: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Every step by year in every arm, and its paired difference from the first arm.

    ``monthly``: arm, replicate, month, measure, value; ``runs``: arm, draw, replicate. Columns: arm, link,
    measure, label, unit, meaning, year ("1", "2", … for whole years, and "all"), ``yearly.OWN`` and
    ``paired.INTERVAL`` of arm minus comparator. Who is open differs between arms and years: a mean can move
    because other families are open.
    """
    arms = list(dict.fromkeys(monthly["arm"]))
    values = by_year(monthly[monthly["measure"].isin(list(STEPS))], mean_of_months)
    table = pd.DataFrame(
        [
            {"arm": arm, "measure": measure, **STEPS[measure]._asdict(), "year": year, **found}
            for arm, measure, year, found in compared(values, arms, list(STEPS), runs)
        ]
    )
    return CHAIN.check(table)
