"""The monthly table by team: what delivery meets in each team, one row a month and team."""

from __future__ import annotations

from typing import Final

from sos_sim.model.columns import ColumnKind, TableColumn, names_of, of_kind


class TeamColumn(TableColumn):
    """Columns in the order in which they are stored, each declared with its kind.

    ``posts`` filled or not, ``filled_posts`` (permanent or agency), ``trained`` holders of them (see
    ``TRAINED_MONTHS``). ``recruits`` took up a post, ``leavers`` gave one up (agency staff, also those
    replaced, included), of whom ``permanent_leavers`` and ``trained_leavers``. Families are counted in the
    team responsible for them: ``long_open_families`` have been open for ``CONTINUITY_MONTHS`` or more, and
    of those ``same_worker_families`` have had the same social worker for as long.
    """

    POSTS = ColumnKind.STOCK
    FILLED_POSTS = ColumnKind.STOCK
    TRAINED = ColumnKind.STOCK
    MEAN_FIDELITY = ColumnKind.PER_FILLED_POST
    MEAN_SURFACE = ColumnKind.PER_FILLED_POST
    RECRUITS = ColumnKind.FLOW
    LEAVERS = ColumnKind.FLOW
    PERMANENT_LEAVERS = ColumnKind.FLOW
    TRAINED_LEAVERS = ColumnKind.FLOW
    OPEN_FAMILIES = ColumnKind.STOCK
    WORKER_CHANGES = ColumnKind.FLOW
    LONG_OPEN_FAMILIES = ColumnKind.STOCK
    SAME_WORKER_FAMILIES = ColumnKind.STOCK


COLUMNS: Final = names_of(TeamColumn)
MEANS_OVER_POSTS: Final = of_kind(TeamColumn, ColumnKind.PER_FILLED_POST)

TRAINED_MONTHS: Final = 6.0
"""Months' worth of the full training offer after which the holder of a post counts as trained: a quarter
of the two-year roll-out that the lever ``training`` describes (assumed; it counts, and acts on nothing)."""

CONTINUITY_MONTHS: Final = 12
"""Months with one social worker that count as continuity."""
