"""SSDA903 codes, the years in which each may be used, and the groups in which they are counted.

Meanings and years are the Department for Education's, as quoted in the sector's tools: the validation rules of
csc-validator-be-903 0.1.17 (collections 2022-23 to 2026-27) and the Standard Safeguarding Dataset's guidance (2026).
A year is the one in which a collection ends: 2026 is 1 April 2025 to 31 March 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Years = tuple[int, int]
"""First and last year in which a code may be used."""
ALWAYS: Final[Years] = (0, 9999)
SHORT_BREAKS: Final = frozenset({"V3", "V4"})
"""Legal statuses of agreed series of short breaks, which published figures leave out."""
GOES_ON: Final = "X1"
"""Reason for an episode's end after which another episode begins on the same day."""
TRANSFER: Final = "E3"
HOME_PLANNED, HOME_UNPLANNED = "E4A", "E4B"
HOME: Final = (HOME_PLANNED, HOME_UNPLANNED)
STARTED: Final = "S"
_TO_2018, _FROM_2019, _TO_2025, _FROM_2025, _FROM_2026 = (0, 2018), (2019, 9999), (0, 2025), (2025, 9999), (2026, 9999)

SEX: Final[Mapping[str, Years]] = {"1": (0, 2024), "2": (0, 2024), "M": _FROM_2025, "F": _FROM_2025, "U": _FROM_2025}
SEX_GROUPS: Final = {"1": "boy", "M": "boy", "2": "girl", "F": "girl", "U": "unknown", "0": "unknown", "9": "unknown"}
NEW_EPISODE: Final[Mapping[str, Years]] = dict.fromkeys("SLPTBU", ALWAYS)
LEGAL_GROUPS: Final = {
    "V2": "voluntary",
    "L1": "emergency",
    "L2": "emergency",
    "L3": "emergency",
    "C1": "interim",
    "C2": "care_order",
    "D1": "care_order",
    "E1": "placement_order",
    "J1": "youth_justice",
    "J2": "youth_justice",
    "J3": "youth_justice",
}
LEGAL: Final[Mapping[str, Years]] = dict.fromkeys((*LEGAL_GROUPS, *sorted(SHORT_BREAKS)), ALWAYS)
NEED: Final[Mapping[str, Years]] = {f"N{number}": ALWAYS for number in range(1, 9)}
NEED_GROUPS: Final = {
    "N1": "abuse_or_neglect",
    "N2": "childs_disability",
    "N3": "parental_illness_or_disability",
    "N4": "family_in_acute_stress",
    "N5": "family_dysfunction",
    "N6": "socially_unacceptable_behaviour",
    "N7": "low_income",
    "N8": "absent_parenting",
    "N9": "other_than_child_in_need",
    "N0": "not_stated",
}
TEMPORARY: Final = frozenset({"T0", "T1", "T2", "T3", "T4"})
"""Temporary placements, after which a child returns to the one before: counted as that one."""
PLACE_GROUPS: Final = {
    **dict.fromkeys(("U1", "U2", "U3"), "kinship"),
    **dict.fromkeys(("U4", "U5", "U6"), "foster"),
    **dict.fromkeys(("A3", "A4", "A5", "A6"), "placed_for_adoption"),
    "P1": "home_on_order",
    **dict.fromkeys(("K1", "K2", "R1", "R3", "S1"), "residential"),
    **dict.fromkeys(("K3", "H5", "P2"), "supported"),
    **dict.fromkeys(("P3", "R2", "R5", "Z1", "Z11", "Z12", "Z13", "Z14", *sorted(TEMPORARY)), "other"),
}
PLACE: Final[Mapping[str, Years]] = {
    **dict.fromkeys(PLACE_GROUPS, ALWAYS),
    **dict.fromkeys(("H5", "P2", "Z1"), _TO_2025),
    "K3": _FROM_2025,
    **dict.fromkeys(("Z11", "Z12", "Z13", "Z14"), _FROM_2026),
}
EXIT_GROUPS: Final = {
    HOME_PLANNED: "home_planned",
    HOME_UNPLANNED: "home_unplanned",
    "E13": "without_parental_responsibility",
    "E41": "child_arrangements",
    **dict.fromkeys(("E43", "E44", "E45", "E46", "E47", "E48"), "special_guardianship"),
    **dict.fromkeys(("E11", "E12"), "adoption"),
    **dict.fromkeys(("E5", "E6", "E7", "E15", "E17"), "to_adult_life"),
    TRANSFER: "transfer",
    **dict.fromkeys(("E2", "E8", "E9", "E14", "E16"), "other"),
}
EXIT: Final[Mapping[str, Years]] = {
    GOES_ON: ALWAYS,
    **dict.fromkeys(EXIT_GROUPS, ALWAYS),
    **dict.fromkeys(("E43", "E44"), _TO_2018),
    **dict.fromkeys(("E45", "E46", "E47", "E48"), _FROM_2019),
}
NOT_FOLLOWED: Final = frozenset({"E11", "E12", "E2", TRANSFER, "E17"})
"""Ends after which a return to care cannot be seen: adoption (a child who comes back has a new identifier), death,
transfer to another authority, and turning 18."""


def allowed_in(codes: Mapping[str, Years], year: int) -> list[str]:
    """The codes that may be used in a year, in order."""
    return [code for code, (first, last) in codes.items() if first <= year <= last]
