"""Measures of a group of families: what is counted over what, so that groups of any size compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from sos_sim.outcomes.measures import SHARE

KNOWN_RATE: Final = "per 10,000 known children a year"


class Ratio(NamedTuple):
    """A measure of a subgroup: what is counted (numerator), over what (denominator), in what unit."""

    unit: str
    numerator: str
    denominator: str


RATIOS: Final[Mapping[str, Ratio]] = {
    "care_starts": Ratio(KNOWN_RATE, "starts of being looked after", "children-years known to the authority"),
    "plan_starts": Ratio(KNOWN_RATE, "protection plans started", "children-years known to the authority"),
    "harm_months": Ratio(KNOWN_RATE, "child-months with harm at home", "children-years known to the authority"),
    "unseen_harm_months": Ratio(
        KNOWN_RATE, "child-months with harm at home that nobody saw", "children-years known to the authority"
    ),
    "reentered_12m": Ratio(
        SHARE, "looked after again within 12 months", "returns home followed for 12 months within the period"
    ),
    "reunified_12m": Ratio(
        SHARE, "home again within 12 months", "entries to care followed for 12 months within the period"
    ),
}
"""Measures of a subgroup. Children-years depend on births and first referrals alone, equal in all arms."""
