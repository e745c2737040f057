"""The monthly table: one row a month, one column for each stock, flow or mean named here."""

from __future__ import annotations

from typing import Final

from sos_sim.model.columns import ColumnKind, TableColumn, names_of, of_kind


class MonthlyColumn(TableColumn):
    """Columns in the order in which they are stored, each declared with its kind.

    ``looked_after`` stands once in a place (``kinship`` to ``home_on_order``), once on a legal basis (``voluntary`` to
    ``placement_order``) and once in an age band; unborn children on plans count as under one.
    ``mean_danger`` is the true monthly chance of harm to a child at home (0-1), ``mean_appraisal`` its
    perceived logit; ``worker_changes_in_care`` counts a change once for each looked-after child of the
    family; levers (``training`` to ``extra_posts``) are in worker-months.
    """

    CHILDREN_IN_NEED = ColumnKind.STOCK
    ON_PLAN = ColumnKind.STOCK
    LOOKED_AFTER = ColumnKind.STOCK
    KINSHIP = ColumnKind.STOCK
    FOSTER = ColumnKind.STOCK
    RESIDENTIAL = ColumnKind.STOCK
    HOME_ON_ORDER = ColumnKind.STOCK
    VOLUNTARY = ColumnKind.STOCK
    EMERGENCY = ColumnKind.STOCK
    INTERIM = ColumnKind.STOCK
    FULL_ORDER = ColumnKind.STOCK
    PLACEMENT_ORDER = ColumnKind.STOCK
    LOOKED_AFTER_UNDER_1 = ColumnKind.STOCK
    LOOKED_AFTER_1_4 = ColumnKind.STOCK
    LOOKED_AFTER_5_9 = ColumnKind.STOCK
    LOOKED_AFTER_10_15 = ColumnKind.STOCK
    LOOKED_AFTER_16_17 = ColumnKind.STOCK
    ON_PLAN_UNDER_1 = ColumnKind.STOCK
    ON_PLAN_1_4 = ColumnKind.STOCK
    ON_PLAN_5_9 = ColumnKind.STOCK
    ON_PLAN_10_15 = ColumnKind.STOCK
    ON_PLAN_16_17 = ColumnKind.STOCK
    OPEN_FAMILIES = ColumnKind.STOCK
    FAMILIES_IN_PRE_PROCEEDINGS = ColumnKind.STOCK
    FAMILIES_IN_PROCEEDINGS = ColumnKind.STOCK
    CLOSED_FAMILIES = ColumnKind.STOCK
    CHILDREN_AT_HOME = ColumnKind.STOCK
    PERMANENT_POSTS = ColumnKind.STOCK
    AGENCY_POSTS = ColumnKind.STOCK
    EMPTY_POSTS = ColumnKind.STOCK
    LEAVERS = ColumnKind.FLOW
    CASES = ColumnKind.STOCK
    MEAN_AVAILABILITY = ColumnKind.PER_FILLED_POST
    MEAN_FIDELITY = ColumnKind.PER_FILLED_POST
    MEAN_SURFACE = ColumnKind.PER_FILLED_POST
    MEAN_DELIVERED = ColumnKind.PER_FILLED_POST
    MEAN_TRUST = ColumnKind.PER_OPEN_FAMILY
    MEAN_VOICE = ColumnKind.PER_OPEN_FAMILY
    MEAN_UNDERSTANDING = ColumnKind.PER_OPEN_FAMILY
    MEAN_RESPONSIBILITY = ColumnKind.PER_OPEN_FAMILY
    SHARE_BEHIND_GATE = ColumnKind.PER_OPEN_FAMILY
    MEAN_INFORMED_TIES = ColumnKind.PER_OPEN_FAMILY
    MEAN_ACTIVE_TIES = ColumnKind.PER_OPEN_FAMILY
    MEAN_COVER = ColumnKind.PER_OPEN_FAMILY
    MEAN_PLAN = ColumnKind.PER_OPEN_FAMILY
    MEAN_PLAN_SEEN = ColumnKind.PER_OPEN_FAMILY
    MEAN_SAFETY = ColumnKind.PER_OPEN_FAMILY
    MEAN_DANGER = ColumnKind.PER_OPEN_FAMILY
    MEAN_APPRAISAL = ColumnKind.PER_OPEN_FAMILY
    HARM_AT_HOME = ColumnKind.FLOW
    HARM_SEEN = ColumnKind.FLOW
    HARM_IN_CARE = ColumnKind.FLOW
    VISITS = ColumnKind.FLOW
    WORKER_CHANGES = ColumnKind.FLOW
    WORKER_CHANGES_IN_CARE = ColumnKind.FLOW
    MEETINGS = ColumnKind.FLOW
    APPLICATIONS = ColumnKind.FLOW
    TRAINING = ColumnKind.FLOW
    COACHING = ColumnKind.FLOW
    SUPERVISION = ColumnKind.FLOW
    EXTRA_POSTS = ColumnKind.FLOW
    HARM_OUTSIDE = ColumnKind.FLOW
    HARM_OUTSIDE_SEEN = ColumnKind.FLOW
    KIN_CARE = ColumnKind.STOCK
    KIN_CARE_STARTS = ColumnKind.FLOW
    KIN_CARE_ENDS = ColumnKind.FLOW
    HARM_WITH_KIN = ColumnKind.FLOW
    OWN_COSTS = ColumnKind.FLOW
    CHANGED_POSTS = ColumnKind.STOCK


COLUMNS: Final = names_of(MonthlyColumn)
MEANS_OVER_FAMILIES: Final = of_kind(MonthlyColumn, ColumnKind.PER_OPEN_FAMILY)
MEANS_OVER_POSTS: Final = of_kind(MonthlyColumn, ColumnKind.PER_FILLED_POST)
