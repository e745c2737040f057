"""Arms compared child by child: whose fate differs, for whom effects are larger, under each reading of trust's role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from sos_sim.comparison.child_lives import child_lives, same_children
from sos_sim.comparison.fates import count_fates, fate_outputs
from sos_sim.comparison.paired import DRAW, Runs, evaluate_arms, output
from sos_sim.comparison.subgroups import DOSES, bands_of, count_subgroups, doses_of, subgroup_outputs, tidy_subgroups
from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Value
from sos_sim.files.comparable import check_comparable
from sos_sim.files.scenario import Scenario
from sos_sim.runs.arms import SimulatedArms
from sos_sim.theory.parameters import declared

TRUST_ROLE: Final = "trust_role"
OWN_READINGS: Final = "each arm's own"
"""The reading where arms differ in it: there is no other to set them against."""
_KEYS = ["arm", DRAW, "replicate"]


@dataclass(frozen=True)
class LivesCompared:
    """Tables of a comparison of lives, all with arm, draw and replicate.

    ``fates``: decision, fate, measure (see ``fates.FATES``, ``fates.MEASURES_BY_DANGER``), value; every
    arm against the first, which has no rows. ``subgroups``: characteristic, band, measure (see
    ``subgroups.RATIOS``), children, numerator, denominator; the first arm's too. ``doses``: the same for
    ``subgroups.DOSES``, and the reading of trust's role, that of the scenarios first.
    """

    fates: pd.DataFrame
    subgroups: pd.DataFrame
    doses: pd.DataFrame


@dataclass(frozen=True)
class ComparedLives(SimulatedArms):
    """Evaluates points by living all arms and comparing each child of the first with its likes in the others."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """``ARM:FATE…`` for every arm but the first, then ``ARM:SUBGROUP…`` and ``ARM:DOSE…`` for all, in order."""
        fates = [output(arm, _named(name)) for arm in self.arms[1:] for name in fate_outputs()]
        counted = (*subgroup_outputs(), *map(_dose, subgroup_outputs(DOSES)))
        return (*fates, *(output(arm, _named(name)) for arm in self.arms for name in counted))

    def identity(self) -> Mapping[str, Any]:
        """The resolved inputs of every arm, and what is made of them."""
        return {**super().identity(), "measures": ["fates", "subgroups", "doses"]}

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
        bands, doses = bands_of(lives[0]), doses_of(lives[0])
        fates = [number for other in lives[1:] for number in count_fates(lives[0], other)]
        counted = [[*count_subgroups(one, bands), *count_subgroups(one, doses, DOSES)] for one in lives]
        return [*fates, *(number for numbers in counted for number in numbers)]


def compare_lives(scenarios: Sequence[Scenario], runs: Runs) -> LivesCompared:
    """Live all scenarios with the same luck and compare each child with itself in the first.

    This is done under every reading of the role that trust has; fates and subgroups are those of the scenarios' own.
    Raises InputError when the arms cannot be compared, ModelError when no replicate could be finished
    (with the reason, such as arms with other children), ResultsFolderError for an unusable folder.
    """
    check_comparable(scenarios, runs.replicates)
    arms = [scenario.name for scenario in scenarios]
    points = readings_of(scenarios)
    table = evaluate_arms("lives", ComparedLives(tuple(scenarios), ()), points, runs)
    own = table[table["point"] == 0]
    fates = _tidy(own, arms[1:], fate_outputs(), ["decision", "fate", "measure"])
    counted = _tidy(own, arms, subgroup_outputs(), ["characteristic", "band", "measure"])
    doses = [
        _doses(table[table["point"] == number], arms).assign(reading=point.get(TRUST_ROLE, OWN_READINGS))
        for number, point in enumerate(points)
    ]
    return LivesCompared(fates, tidy_subgroups(counted), pd.concat(doses, ignore_index=True))


def readings_of(scenarios: Sequence[Scenario]) -> list[Mapping[str, Value]]:
    """Points that differ in the role of trust, that of the scenarios first; one that sets nothing where they differ."""
    own = {str(scenario.values[TRUST_ROLE]) for scenario in scenarios}
    if len(own) > 1:
        return [{}]
    return [{TRUST_ROLE: role} for role in sorted(declared()[TRUST_ROLE].choices, key=lambda role: role not in own)]


def _dose(name: tuple[str, str, str]) -> tuple[str, str, str]:
    """Another name than that of the characteristic in coarser bands."""
    return (f"{name[0]} in twelfths", *name[1:])


def _doses(table: pd.DataFrame, arms: Sequence[str]) -> pd.DataFrame:
    """Numerators and denominators by ``DOSES``."""
    counted = _tidy(
        table, arms, [_dose(name) for name in subgroup_outputs(DOSES)], ["characteristic", "band", "measure"]
    )
    return tidy_subgroups(counted.assign(characteristic=counted["characteristic"].str.removesuffix(" in twelfths")))


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
