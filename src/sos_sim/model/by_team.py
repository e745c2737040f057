"""The monthly table by team: what delivery meets in each team, one row a month and team."""

from __future__ import annotations

COLUMNS = (
    "posts",
    "filled_posts",
    "trained",
    "mean_fidelity",
    "mean_surface",
    "recruits",
    "leavers",
    "permanent_leavers",
    "trained_leavers",
    "open_families",
    "worker_changes",
    "long_open_families",
    "same_worker_families",
)
"""Names of the columns. Stocks are at the end of the month: ``posts`` filled or not, ``filled_posts``
(permanent or agency), ``trained`` holders of them (see ``TRAINED_MONTHS``); means are over filled posts
(NaN-free: 0 when none is filled). Flows are this month's: ``recruits`` took up a post, ``leavers`` gave
one up (agency staff, also those replaced, included), of whom ``permanent_leavers`` and
``trained_leavers``. Families are counted in the team responsible for them: ``open_families`` at the end
of the month, ``worker_changes`` this month, ``long_open_families`` open for ``CONTINUITY_MONTHS`` or
more, and of those ``same_worker_families`` whose social worker has been the same for as long."""

(
    POSTS,
    FILLED_POSTS,
    TRAINED,
    MEAN_FIDELITY,
    MEAN_SURFACE,
    RECRUITS,
    LEAVERS,
    PERMANENT_LEAVERS,
    TRAINED_LEAVERS,
    OPEN_FAMILIES,
    WORKER_CHANGES,
    LONG_OPEN_FAMILIES,
    SAME_WORKER_FAMILIES,
) = range(len(COLUMNS))

TRAINED_MONTHS = 6.0
"""Months' worth of the full training offer after which the holder of a post counts as trained: a quarter
of the two-year roll-out that the lever ``training`` describes (assumed; it counts, and acts on nothing)."""

CONTINUITY_MONTHS = 12
"""Months with one social worker that count as continuity."""
