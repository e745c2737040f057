"""The names of all decisions that are left to luck: the 'decision' part of a draw's address.

Numbers are part of the results: never renumber, only append.
"""

from __future__ import annotations

from enum import IntEnum


class Of(IntEnum):
    """Kinds of entity, mixed into an entity's luck so that equal ids of two kinds differ."""

    FAMILY = 1
    CHILD = 2
    TIE = 3
    MEMBER = 4
    SHARED_MEMBER = 5
    POST = 6
    TEAM = 7
    ORGANISATION = 8


class Decision(IntEnum):
    """What a draw decides."""

    # who exists
    ARRIVALS = 1
    SIBLINGS = 2
    LATER_BIRTH = 3
    LATER_BIRTH_MONTH = 4
    YOUNGEST_STAGE = 5
    YOUNGEST_AGE = 6
    BIRTH_GAP = 7
    SEX = 8
    SET_POINT = 9
    STREAM = 10
    OPENNESS = 11
    DOMESTIC_ABUSE = 12
    MENTAL_ILL_HEALTH = 13
    SUBSTANCE_USE = 14
    DEPRIVATION = 15
    TRUST_START = 16
    TIES = 17
    TEAM = 18
    TIE_KIND = 19
    CLOSENESS = 20
    WILLINGNESS = 21
    CAPACITY = 22
    UNSAFE = 23
    SHARED = 24
    WHICH_SHARED = 25
    TEAM_SUPERVISION = 26
    TEAM_ALIGNMENT = 27
    INITIAL_CARE = 28
    INITIAL_PLACE = 31
    INITIAL_LOSS = 32
    INITIAL_GUARDIAN = 33
    # climate
    DEMAND = 40
    CULTURE = 41
    SHOCK = 42
    # organisation
    LEAVE_POST = 50
    FILL_PERMANENT = 51
    FILL_AGENCY = 52
    WARMTH = 53
    AUTHORITY = 54
    BIAS = 55
    ELSEWHERE = 56
    LEADER_EXIT = 57
    # front door
    REFERRAL = 60
    CRISIS = 61
    CHURN = 62
    HANDOFF = 63
    NO_ACTION = 64
    # network
    INFORM = 70
    ACT = 71
    STOP = 72
    MEETING_OFFERED = 73
    MEETING_HELD = 74
    MEETING_COMES = 75
    # home
    NOISE = 80
    EVENT = 81
    HARM_STRIKES = 82
    HARM_CHILD = 83
    HARM_SEEN = 85
    HARM_SEVERE = 86
    HARM_IN_CARE = 87
    # decisions
    SIGNAL = 90
    NEED = 91
    ENQUIRY = 92
    CONFERENCE = 93
    PLAN = 94
    CLOSE = 95
    REVIEW = 96
    PLAN_END = 97
    PRE_PROCEEDINGS = 98
    ISSUE = 99
    STEP_DOWN = 100
    IN_COURT = 101
    INTERIM = 102
    HEARING_WAIT = 103
    VOLUNTARY = 104
    EMERGENCY = 105
    HEARING_HOME = 106
    HEARING_GUARDIANSHIP = 107
    HEARING_ADOPTION = 108
    HEARING_REMOVAL = 109
    HEARING_ORDER = 110
    DIRECT_ISSUE = 119
    KINSHIP = 111
    RESIDENTIAL = 112
    RETURN = 113
    UNPLANNED = 114
    GUARDIANSHIP = 115
    ADOPTION = 116
    OTHER_EXIT = 117
    DISCHARGE = 118
    # who is offered the programme
    LOT = 120
    # who takes part in a trial; no rule reads it
    CONSENT = 121
    # who is controlled by the other parent
    COERCIVE_CONTROL = 122
    # placements at home
    RECALL = 123
    # years of the climate
    DEMAND_YEAR = 124
    CULTURE_YEAR = 125
    ENQUIRY_YEAR = 126
    # guardianship that ends
    GUARDIANSHIP_END = 127
    # danger outside the family
    OUTSIDE_ONSET = 128
    OUTSIDE_END = 129
    HARM_OUTSIDE = 130
    HARM_OUTSIDE_SEEN = 131
    # relatives who take a child before it is looked after
    KIN_CARE = 132
    KIN_CARE_END = 133
    KIN_CARE_HOME = 134
    HARM_WITH_KIN = 135
