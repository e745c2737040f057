"""Candidates about what changes a difference between arms: links, conditions, families, and how much is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd
from scipy import stats

from sos_sim.comparison.subgroups import THIRDS
from sos_sim.core.links import WHOLE_CHAIN, Link, LinkOrNone
from sos_sim.hypotheses.candidates import Candidate, share_beyond_zero, uncertainty
from sos_sim.outcomes.measures import SHARE
from sos_sim.theory.parameters import declared

ALL_LINKS: Final = "all links"
FAMILY_LINKS: Final[Mapping[str, Link]] = {
    "starting trust": "M2",
    "openness": "M2",
    "prior removal": "M2",
    "network size": "M5",
    "child's age": "M3",
}
"""The link that a characteristic of families bears on first; others bear on the whole chain."""
CONTEXT_LINK: Final[Link] = "M0"
"""The link that a condition without one of its own acts through: facts and levers of the organisation."""
TRUST: Final = "trust"
NO_PART: Final = "none"
"""The reading in which trust plays no part."""
BROUGHT: Final = "openness"
"""What families bring that sets the trust they can reach, and that practice can measure beforehand."""
LEAST_OPEN, MOST_OPEN = "the least open third of families", "the most open third"
PART: Final = 0.5
"""The share of the programme that is set against the whole: one card an outcome, not one a share."""
Row = Mapping[Any, Any]


def link_candidates(switched_off: pd.DataFrame) -> list[Candidate]:
    """What each link carries of the difference; rows of one arm of ``Mechanism.switched_off``."""
    return [
        replace(
            _contrast(row, "link"),
            subject=f"{row['link']} {row['name']}",
            link=row["link"],
            setting_low=f"without {row['link']}",
            setting_high=ALL_LINKS,
            at_low=row["without"],
            at_high=row["without"] + row["estimate"],
        )
        for row in switched_off.to_dict("records")
    ]


def context_candidates(contrasts: pd.DataFrame, response: pd.DataFrame) -> list[Candidate]:
    """How the difference changes from one end of a condition to the other; tables of one arm of ``Dials``."""
    found = []
    for row in contrasts.to_dict("records"):
        curve = response_of(response, row["dial"], row["measure"])
        found.append(
            replace(
                _contrast(row, "context"),
                subject=str(row["dial"]),
                link=_link_of(row["parameter"]),
                setting_low=f"{row['lowest']:.3g}",
                setting_high=f"{row['highest']:.3g}",
                at_low=float(curve["estimate"].iloc[0]),
                at_high=float(curve["estimate"].iloc[-1]),
                conditions=f"{row['dial']} from {row['lowest']:.3g} to {row['highest']:.3g} ({row['value_unit']})",
                beliefs=(str(row["parameter"]),),
            )
        )
    return found


def family_candidates(interactions: pd.DataFrame, effects: pd.DataFrame) -> list[Candidate]:
    """How the difference in a band of families differs from that in the first band; tables of one arm."""
    within = effects.set_index(["characteristic", "band", "measure"])["estimate"]
    return [
        replace(
            _contrast(row, "families"),
            subject=str(row["characteristic"]),
            setting_low=str(row["against"]),
            setting_high=str(row["band"]),
            link=FAMILY_LINKS.get(row["characteristic"], WHOLE_CHAIN),
            at_low=float(within[row["characteristic"], row["against"], row["measure"]]),
            at_high=float(within[row["characteristic"], row["band"], row["measure"]]),
            conditions=f"{row['characteristic']}: {row['band']} compared with {row['against']}",
        )
        for row in interactions.to_dict("records")
    ]


def trust_candidates(ends: pd.DataFrame, thirds: pd.DataFrame) -> list[Candidate]:
    """What each reading of trust's role predicts of the most open families; tables of one arm of ``ByFamilies``.

    Numbers are relative effects. A reading in which trust matters predicts a direction; that in which it plays no part
    predicts that there is none beyond its interval, and either side refutes it.
    """
    at = thirds.set_index(["reading", "characteristic", "measure", "band"])["estimate"]
    found = []
    for row in ends[ends["characteristic"] == BROUGHT].to_dict("records"):
        named = (row["reading"], BROUGHT, row["measure"])
        count = row["draws"] if row["draws"] > 1 else row["replicates"]
        error = (row["high"] - row["low"]) / 2.0 / float(stats.t.ppf(0.5 + row["level"] / 2.0, max(1, count - 1)))
        card = Candidate(
            TRUST,
            row["arm"],
            row["measure"],
            SHARE,
            row["estimate"],
            row["low"],
            row["high"],
            row["draws"],
            row["replicates"],
            error,
            error * count**0.5,
            share_beyond_zero(row["estimate"], error * count**0.5),
            level=row["level"],
            subject=row["reading"],
            setting_low=LEAST_OPEN,
            setting_high=MOST_OPEN,
            at_low=float(at[(*named, THIRDS[0])]),
            at_high=float(at[(*named, THIRDS[-1])]),
            conditions=f"structure.trust_role is {row['reading']}; {MOST_OPEN} compared with {LEAST_OPEN}",
            link=declared()["trust_role"].link,
            beliefs=("trust_role",),
        )
        none = replace(card, refuting_below=card.low, refuting_above=card.high)
        found.append(none if row["reading"] == NO_PART else card.against_its_direction())
    return found


def delivery_candidates(shortfall: pd.DataFrame, response: pd.DataFrame) -> list[Candidate]:
    """What is missing where only ``PART`` of the programme is delivered; tables of one arm of ``Delivery``."""
    at = response.set_index(["measure", "delivered"])["estimate"]
    part = shortfall[shortfall["delivered"] == PART]
    return [
        replace(
            _contrast(row, "delivery"),
            subject=f"{row['delivered']:.0%} delivered",
            link=CONTEXT_LINK,
            setting_low=f"{row['delivered']:.0%}",
            setting_high=f"{row['full']:.0%}",
            at_low=float(at[row["measure"], row["delivered"]]),
            at_high=float(at[row["measure"], row["full"]]),
            conditions=f"{row['delivered']:.0%} of every lever compared with {row['full']:.0%}",
        )
        for row in part.to_dict("records")
    ]


def response_of(response: pd.DataFrame, dial: str, measure: str) -> pd.DataFrame:
    """The differences at all values of one condition, lowest first."""
    rows = response[(response["dial"] == dial) & (response["measure"] == measure)]
    return rows.sort_values("value")


def _contrast(row: Row, kind: str) -> Candidate:
    found = uncertainty(row["low"], row["high"], row["draws"], row["replicates"], row["level"])
    return Candidate(
        kind,
        row["arm"],
        row["measure"],
        row["unit"],
        row["estimate"],
        row["low"],
        row["high"],
        row["draws"],
        row["replicates"],
        found.error,
        found.sd,
        share_beyond_zero(row["estimate"], found.sd),
        level=row["level"],
    ).against_its_direction()


def _link_of(parameter: str) -> LinkOrNone:
    return declared()[parameter].link or CONTEXT_LINK
