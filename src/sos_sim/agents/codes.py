"""The vocabulary of states, each a small integer so that both engines can hold it."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

NEVER: Final = -9999
"""The month of something that has not happened; real months may be negative before the run."""


class Status(IntEnum):
    """Where a family stands with the authority."""

    CLOSED = 0
    ASSESSMENT = 1
    IN_NEED = 2
    CHILD_PROTECTION = 3
    PRE_PROCEEDINGS = 4
    PROCEEDINGS = 5
    LOOKED_AFTER = 6
    GONE = 7


class Place(IntEnum):
    """Where a child lives. A child placed with parents on an order is looked after.

    From ``LEFT`` on the child is away from the family and not looked after: for good, with a special
    guardian, or with relatives who took it before it was looked after.
    """

    HOME = 0
    HOME_ON_ORDER = 1
    KINSHIP = 2
    FOSTER = 3
    RESIDENTIAL = 4
    LEFT = 5
    GUARDIAN = 6
    RELATIVES = 7


class Legal(IntEnum):
    """Legal basis of a child's being looked after."""

    NONE = 0
    VOLUNTARY = 1
    EMERGENCY = 2
    INTERIM = 3
    CARE_ORDER = 4
    PLACEMENT_ORDER = 5


class Stream(IntEnum):
    """Why the family is known: danger, or disability and low-risk support."""

    SAFEGUARDING = 0
    SUPPORT = 1


class Holder(IntEnum):
    """Who holds a social worker's post."""

    EMPTY = 0
    PERMANENT = 1
    AGENCY = 2


class TieKind(IntEnum):
    """What a network member is to the family."""

    KIN = 0
    FRIEND = 1
    PROFESSIONAL = 2


class CareExit(IntEnum):
    """Why a period of being looked after ended."""

    HOME_PLANNED = 0
    HOME_UNPLANNED = 1
    SPECIAL_GUARDIANSHIP = 2
    ADOPTION = 3
    AGE_18 = 4
    OTHER = 5


class KinCareEnd(IntEnum):
    """Why relatives no longer care for a child whom they took before it was looked after."""

    HOME = 0
    LOOKED_AFTER = 1
    AGE_18 = 2


HOME_EXITS: Final = (CareExit.HOME_PLANNED, CareExit.HOME_UNPLANNED)
"""Exits from care that are returns home."""
