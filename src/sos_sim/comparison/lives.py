"""Arms compared child by child: whose fate differs, and for whom effects are larger or smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sos_sim.comparison.child_lives import child_lives, same_children
from sos_sim.comparison.fates import count_fates, fate_outputs
from sos_sim.comparison.paired import DRAW, Runs, evaluate_arms, output
from sos_sim.comparison.subgroups import bands_of, count_subgroups, subgroup_outputs, tidy_subgroups
from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Value
from sos_sim.files.comparable import check_comparable
from sos_sim.files.scenario import Scenario
from sos_sim.runs.arms import SimulatedArms

_KEYS = ["arm", DRAW, "replicate"]


@dataclass(frozen=True)
class LivesCompared:
    """Tables of a comparison of lives, all with arm, draw and replicate.

    ``fates``: decision, fate, measure (see ``fates.FATES``, ``fates.MEASURES_BY_DANGER``), value; every
    arm against the first, which has no rows. ``subgroups``: characteristic, band, measure (see
    ``subgroups.RATIOS``), children, numerator, denominator; the first arm's too.
    """

    fates: pd.DataFrame
    subgroups: pd.DataFrame


@dataclass(frozen=True)
class ComparedLives(SimulatedArms):
    """Evaluates points by living all arms and comparing each child of the first with its likes in the others."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """``ARM:FATE…`` for every arm but the first, then ``ARM:SUBGROUP…`` for all, in order."""
        fates = [output(arm, _named(name)) for arm in self.arms[1:] for name in fate_outputs()]
        return (*fates, *(output(arm, _named(name)) for arm in self.arms for name in subgroup_outputs()))

    def identity(self) -> Mapping[str, Any]:
        """The resolved inputs of every arm, and what is made of them."""
        return {**super().identity(), "measures": ["fates", "subgroups"]}

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """All counts in one replicate. Raises InputError when the arms are not about the same children."""
        runs = self.live(values, replicate, traced=True)
        lives = [child_lives(run, arm.run.warmup_months) for arm, run in runs]
        for other in lives[1:]:
            if not same_children(lives[0].population, other.population):
                raise InputError(
                    "arms drawn from different populations cannot be compared child by child: set the facts of the "
                    "authority and the beliefs about families and their arrival alike in all arms."
                )
        bands = bands_of(lives[0])
        fates = [number for other in lives[1:] for number in count_fates(lives[0], other)]
        return [*fates, *(number for one in lives for number in count_subgroups(one, bands))]


def compare_lives(scenarios: Sequence[Scenario], runs: Runs) -> LivesCompared:
    """Live all scenarios with the same luck and compare each child with itself in the first.

    Raises InputError when the arms cannot be compared, ModelError when no replicate could be finished
    (with the reason, such as arms with other children), ResultsFolderError for an unusable folder.
    """
    check_comparable(scenarios, runs.replicates)
    arms = [scenario.name for scenario in scenarios]
    table = evaluate_arms("lives", ComparedLives(tuple(scenarios), ()), [{}], runs)
    fates = _tidy(table, arms[1:], fate_outputs(), ["decision", "fate", "measure"])
    counted = _tidy(table, arms, subgroup_outputs(), ["characteristic", "band", "measure"])
    return LivesCompared(fates, tidy_subgroups(counted))


def _named(parts: Sequence[str]) -> str:
    return " | ".join(parts)


def _tidy(table: pd.DataFrame, arms: Sequence[str], names: Sequence[tuple[str, ...]], keys: list[str]) -> pd.DataFrame:
    """One row for each arm, draw, replicate and output, its name taken apart into ``keys``."""
    parts = []
    for arm in arms:
        mine = table[[DRAW, "replicate", *(output(arm, _named(name)) for name in names)]]
        long = mine.set_axis([DRAW, "replicate", *names], axis=1).melt(
            [DRAW, "replicate"], var_name="name", value_name="value"
        )
        split = pd.DataFrame(long.pop("name").tolist(), columns=keys)
        parts.append(pd.concat([long[[DRAW, "replicate"]], split, long["value"]], axis=1).assign(arm=arm))
    return pd.concat(parts, ignore_index=True)[[*_KEYS, *keys, "value"]]
