"""The effect under the other posterior that is shipped: what published studies would change of it, or leave.

A comparison draws its parameters from one posterior. England's has the strengths of the programme's links as their
priors have them, the other as published studies leave them (``synthesis``). Neither is the truth, so both are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sos_sim.comparison.null_draws import CONDITION, conditions, null_draws
from sos_sim.comparison.paired import DRAW, OUTCOMES, Runs, effect_rows, run_arms
from sos_sim.core.parameters import Value
from sos_sim.evidence.posterior import SHIPPED, posterior_file, read_posterior
from sos_sim.files.scenario import Scenario


@dataclass(frozen=True)
class ByPosterior:
    """The table of a study of the other posterior.

    ``effect``: posterior, null (draws in which the theory is null), condition (as ``null_draws.by_condition`` has it),
    measure, unit, comparator_mean, arm_mean and ``paired.INTERVAL``.
    """

    effect: pd.DataFrame


def other_posterior(name: str) -> str:
    """The shipped posterior that a comparison did not draw from; '' where it drew from none that is shipped."""
    return next((other for other in SHIPPED if other != name), "") if name in SHIPPED else ""


def shipped_draws(name: str, number: int, seed: int) -> Sequence[Mapping[str, Value]]:
    """So many draws from a shipped posterior."""
    return read_posterior(posterior_file(Path(name))).sample(number, seed)


def effect_by_posterior(comparator: Scenario, arm: Scenario, name: str, runs: Runs) -> ByPosterior:
    """The effect of ``arm`` against ``comparator`` over all draws of ``runs``, which come from ``name``.

    Where the theory is null in some draws the others are told first, then all together.
    """
    table = run_arms("posteriors", (comparator, arm), [{}], OUTCOMES, replace(runs, numbered=0, among=()))
    null = null_draws((comparator, arm), runs.draws)
    told = conditions(table[DRAW], null)
    rows = [
        effect_rows(table[kept], comparator, arm, OUTCOMES).assign(condition=condition)
        for condition, kept in told.items()
    ]
    effect = pd.concat(rows, ignore_index=True).assign(posterior=name, null=len(null))
    first = ["posterior", "null", CONDITION]
    return ByPosterior(effect[[*first, *effect.columns.drop(first)]].reset_index(drop=True))
