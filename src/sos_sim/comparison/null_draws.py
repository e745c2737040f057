"""Draws in which the programme theory is null: one event, counted and told before what happens otherwise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sos_sim.theory.parameters import THEORY_NULL, is_null

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.core.parameters import Value
    from sos_sim.files.scenario import Scenario

THEORY_ACTS: Final = "theory not null"
ALL_DRAWS: Final = "all draws"
CONDITION: Final = "condition"


def null_draws(scenarios: Sequence[Scenario], draws: Sequence[Mapping[str, Value]]) -> list[int]:
    """Numbers of the draws, from 0, in which the theory is null in every scenario: there no outcome can differ.

    What a scenario sets stays set; without draws the scenarios' own values are number 0.
    """
    return [
        number
        for number, draw in enumerate(draws or [{}])
        if all(is_null(scenario.values if THEORY_NULL in scenario.given else draw) for scenario in scenarios)
    ]


def conditions(draws: pd.Series[int], null: Collection[int]) -> dict[str, pd.Series[bool]]:
    """Which rows are about draws in which the theory is not null, then all; ``draws`` are the numbers of theirs.

    Where no draw is null, or every one, there is one set: all draws.
    """
    acting = ~draws.isin(list(null))
    everything = {ALL_DRAWS: acting | True}
    return {THEORY_ACTS: acting, **everything} if acting.any() and not acting.all() else everything


def by_condition(
    make: Callable[[pd.DataFrame], pd.DataFrame], outcomes: pd.DataFrame, runs: pd.DataFrame, null: Collection[int]
) -> pd.DataFrame:
    """What ``make`` finds in outcomes where the theory is not null, then in all of them, told apart by ``condition``.

    ``runs`` says which draw a replicate belongs to.
    """
    import pandas as pd

    drawn = runs.drop_duplicates("replicate").set_index("replicate")["draw"]
    chosen = {
        name: outcomes[outcomes["replicate"].isin(drawn.index[counted])]
        for name, counted in conditions(drawn, null).items()
    }
    found = pd.concat([make(rows).assign(condition=name) for name, rows in chosen.items()], ignore_index=True)
    first, *others = (name for name in found.columns if name != CONDITION)
    return found[[first, CONDITION, *others]]


def told_first(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the condition that is told first: draws in which the theory is not null, where any is."""
    return table[table[CONDITION] == table[CONDITION].iloc[0]] if len(table) else table
