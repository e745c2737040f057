"""Expected counts: chances of events summed along the path, beside the events themselves.

A count of events is its expected count plus luck of mean zero: each chance is that of the event in the state
in which it is decided, so the sums agree in the mean, arm by arm and so for paired effects, and the sum of
chances varies less. Kept only in runs that ask for it; nothing reads it while a run goes on.
"""

from __future__ import annotations

from typing import Final

from sos_sim.agents import Child
from sos_sim.core.compiling import rule
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model.columns import ColumnKind, TableColumn, names_of
from sos_sim.model.world import World


class ExpectedColumn(TableColumn):
    """Columns in the order in which they are stored, all sums over children.

    ``harm_at_home`` and ``harm_unseen`` are child-months, ``emergency_starts`` and ``care_starts`` (by every
    route) starts of care, in the month of the chance. ``returns`` are returns home within twelve months of
    entry, in the row of the month of *entry*; ``reentries`` starts of care within twelve months of return
    home, in the row of the month of *return*.
    """

    HARM_AT_HOME = ColumnKind.FLOW
    HARM_UNSEEN = ColumnKind.FLOW
    EMERGENCY_STARTS = ColumnKind.FLOW
    CARE_STARTS = ColumnKind.FLOW
    RETURNS = ColumnKind.FLOW
    REENTRIES = ColumnKind.FLOW


COLUMNS: Final = names_of(ExpectedColumn)


@rule
def counts_chances(world: World) -> bool:
    """Whether this run keeps expected counts."""
    return len(world.expected) > 0


@rule
def expect_start_away(world: World, chance: float, month: int) -> None:
    """A child who lives neither at home nor in care may start to be looked after this month, with this chance."""
    world.expected[month, ExpectedColumn.CARE_STARTS] += chance


@rule
def expect_start(world: World, child: Child, chance: float, month: int) -> None:
    """A child at home may start to be looked after this month, with this chance."""
    world.expected[month, ExpectedColumn.CARE_STARTS] += chance
    if child.home_since >= 0 and month - child.home_since <= MONTHS_PER_YEAR:
        world.expected[child.home_since, ExpectedColumn.REENTRIES] += chance


@rule
def expect_return(world: World, child: Child, chance: float, month: int) -> None:
    """A looked-after child may return home this month; those who came before the record are left out."""
    if child.care_since >= 0 and month - child.care_since <= MONTHS_PER_YEAR:
        world.expected[child.care_since, ExpectedColumn.RETURNS] += chance
