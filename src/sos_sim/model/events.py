"""The event record: what happened to whom and when, as integers in one table."""

from __future__ import annotations

from enum import IntEnum

from sos_sim.core.compiling import rule
from sos_sim.model.world import World


class EventColumn(IntEnum):
    """Columns of the event record, in the order in which they are stored."""

    MONTH = 0
    FAMILY = 1
    CHILD = 2
    EVENT = 3
    DETAIL = 4


class Event(IntEnum):
    """Kinds of event. ``detail`` is given in brackets; family events carry child -1."""

    REFERRAL = 1  # [1 when the family was known before]
    NO_FURTHER_ACTION = 2
    NOT_IN_NEED = 3
    NEED_START = 4
    NEED_END = 5  # [months]
    ENQUIRY = 6
    CONFERENCE = 7  # [1 when a plan follows]
    PLAN_START = 8  # [ordinal of the child's plan]
    PLAN_END = 9  # [months]
    PRE_PROCEEDINGS = 10
    APPLICATION = 11  # family event [children included]
    IN_PROCEEDINGS = 12
    FINAL_HEARING = 13  # family event [months since issue]
    CARE_START = 14  # [legal basis]
    CARE_END = 15  # [reason: CareExit]
    PLACED = 16  # [place]
    HARM_UNSEEN = 17
    HARM_SEEN = 18
    HARM_IN_CARE = 19
    WORKER_CHANGE = 20  # family event
    MEETING = 21  # family event [ties told]
    LEGAL_CHANGE = 22  # [legal basis of a child who stays looked after]
    GUARDIANSHIP_END = 23  # the child is looked after again
    HARM_OUTSIDE = 24  # [1 when seen]
    KIN_CARE_START = 25  # [legal basis on which the child would have been looked after]
    KIN_CARE_END = 26  # [why: KinCareEnd]
    HARM_WITH_KIN = 27  # [place: guardian or relatives]


@rule
def note(world: World, family: int, child: int, event: int, detail: int) -> None:
    """Append one event of this month to the record."""
    organisation = world.organisation[0]
    row = organisation.events
    world.events[row, EventColumn.MONTH] = organisation.month
    world.events[row, EventColumn.FAMILY] = family
    world.events[row, EventColumn.CHILD] = child
    world.events[row, EventColumn.EVENT] = event
    world.events[row, EventColumn.DETAIL] = detail
    organisation.events = row + 1
