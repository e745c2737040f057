"""Dials: how an arm's effect depends on the context that it shares with its comparator.

A dial is one condition of the authority, turned alike in both arms, so that a dial's own effect on
practice is in both and cancels out of the difference. All points share their luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from sos_sim.comparison.moderation import judged
from sos_sim.comparison.paired import DRAW, OUTCOMES, Runs, described, effect_rows, output, run_arms
from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Parameter
from sos_sim.files.comparable import check_comparable
from sos_sim.files.programmes import ScheduledProgramme
from sos_sim.files.scenario import Scenario
from sos_sim.outcomes.measures import MEASURES
from sos_sim.theory.parameters import declared, strengths

LEVELS: Final = 2
PRIOR_SPAN: Final = (0.05, 0.95)
"""Quantiles of the prior between which a dial with a prior is turned."""
SPAN: Final = (0.75, 1.25)
"""Multiples of the scenario's own value between which a dial that is known, and has no prior, is turned."""


@dataclass(frozen=True)
class Dial:
    """One condition of the authority: its name for readers, the parameter behind it, what to mind."""

    name: str
    parameter: str
    note: str

    @property
    def declaration(self) -> Parameter:
        """What is declared about the parameter."""
        return declared()[self.parameter]

    def values(self, scenario: Scenario, count: int) -> list[float]:
        """``count`` values from lowest to highest, evenly spaced.

        Levers go over their declared range, parameters with a prior from its 5 % to its 95 % quantile,
        others from 0.75 to 1.25 times the scenario's own value, never beyond the declared range.
        """
        known = self.declaration
        low, high = known.low, known.high
        if known.prior is not None:
            low, high = (float(known.prior.quantile(share, known.low, known.high)) for share in PRIOR_SPAN)
        elif known.kind != "lever":
            own = float(scenario.values[self.parameter])
            low, high = (min(max(own * multiple, known.low), known.high) for multiple in SPAN)
        return [float(value) for value in np.linspace(low, high, count)]


DIALS: Final = (
    Dial("posts (caseload)", "post_rate", "fewer posts mean more cases each: read from right to left"),
    Dial("turnover", "turnover", "resignations of permanent staff"),
    Dial("supervision", "supervision", "of usual practice and in the programme alike, from the programme's start"),
    Dial("culture", "risk_aversion", "lean to danger when little is known; thresholds are left where they are"),
    Dial("alignment", "alignment", "of leadership, forms and quality assurance; acts through coaching only"),
    Dial("partner agencies", "agencies", "how far partner agencies work the same way"),
)
CASELOAD: Final = "caseload_mean"


@dataclass(frozen=True)
class Dials:
    """Tables of a study of context. All have measure, unit and the columns ``paired.INTERVAL``.

    ``response``: dial, parameter, value_unit, value, position (0 lowest), comparator_mean, arm_mean,
    comparator_caseload (mean cases per filled post in the comparator), note; estimate is the effect (arm
    minus comparator) at that value.
    ``contrasts``: dial, parameter, value_unit, lowest, highest (values), at_lowest, at_highest (effects there), and
    the columns of ``moderation.judged``, which say whether the dial matters; estimate is the effect at the highest
    value minus that at the lowest, pair by pair.
    """

    response: pd.DataFrame
    contrasts: pd.DataFrame


def turn_dials(
    comparator: Scenario,
    arm: Scenario,
    runs: Runs,
    measures: Sequence[str] = OUTCOMES,
    dials: Sequence[Dial] = DIALS,
    levels: int = LEVELS,
) -> Dials:
    """Effect of ``arm`` against ``comparator`` at ``levels`` values of each dial, from its lowest to its highest.

    The other conditions stay as the scenarios have them. Raises InputError for arms that cannot be
    compared and scenarios without a programme.
    """
    check_comparable([comparator, arm], runs.replicates)
    if not arm.programmes:
        raise InputError(f"{arm.name} has no programme, so there is no effect for a context to change.")
    single = [{dial.parameter: value} for dial in dials for value in dial.values(arm, levels)]
    arms = _turnable(comparator, arm, [dial.parameter for dial in dials])
    table = run_arms("dials", arms, single, list(dict.fromkeys([*measures, CASELOAD])), runs)
    effects = [effect_rows(table[table["point"] == point], comparator, arm, measures) for point in range(len(single))]
    return Dials(
        _response(dials, levels, single, effects, table.groupby("point")[output(comparator, CASELOAD)].mean()),
        _contrasts(dials, levels, single, table, (comparator, arm), measures),
    )


def _turnable(comparator: Scenario, arm: Scenario, parameters: Sequence[str]) -> tuple[Scenario, Scenario]:
    """Both arms with a programme that sets every lever of a dial (to usual practice where none did).

    The comparator has it in the same months as the arm, and where it has no programme of its own, in
    which case programme strengths did nothing in it, also with the arm's strengths: the same lever then
    does the same in both.
    """
    if not comparator.programmes:
        theirs = {name: arm.values[name] for name in strengths(programme_only=True)}
        differing = {name: value for name, value in theirs.items() if comparator.values[name] != value}
        comparator = comparator.with_values(**differing)
    levers = [name for name in parameters if declared()[name].kind == "lever"]
    months = [(plan.start_month, plan.end_month) for plan in arm.programmes]
    needed = {
        lever: [(plan.start_month, plan.end_month) for plan in arm.programmes if lever in plan.levers] or months[:1]
        for lever in levers
    }
    return _setting_all(comparator, needed), _setting_all(arm, needed)


def _setting_all(scenario: Scenario, needed: dict[str, list[tuple[int, int | None]]]) -> Scenario:
    set_already = {lever for plan in scenario.programmes for lever in plan.levers}
    added = tuple(
        ScheduledProgramme(f"{lever} as usual {number}", start, end, {lever: float(declared()[lever].default)})
        for lever, spells in needed.items()
        if lever not in set_already
        for number, (start, end) in enumerate(spells, start=1)
    )
    return replace(scenario, programmes=(*scenario.programmes, *added))


def _response(
    dials: Sequence[Dial],
    levels: int,
    points: Sequence[dict[str, float]],
    effects: Sequence[pd.DataFrame],
    caseloads: pd.Series[float],
) -> pd.DataFrame:
    return pd.concat(
        [
            effects[number * levels + position].assign(
                dial=dial.name,
                parameter=dial.parameter,
                value_unit=dial.declaration.unit,
                value=points[number * levels + position][dial.parameter],
                position=position,
                comparator_caseload=caseloads.get(number * levels + position, np.nan),
                note=dial.note,
            )
            for number, dial in enumerate(dials)
            for position in range(levels)
        ],
        ignore_index=True,
    )


def _contrasts(
    dials: Sequence[Dial],
    levels: int,
    points: Sequence[dict[str, float]],
    table: pd.DataFrame,
    arms: tuple[Scenario, Scenario],
    measures: Sequence[str],
) -> pd.DataFrame:
    """Highest against lowest value of each dial, pair by pair."""
    rows, changes = [], []
    for number, dial in enumerate(dials):
        first, last = number * levels, (number + 1) * levels - 1
        for measure in measures:
            lowest, highest = (_differences(table, point, arms, measure) for point in (first, last))
            change = (highest - lowest).dropna()
            changes.append(np.asarray(change.groupby(level=DRAW).mean() if _several(change) else change, dtype=float))
            draws = change.index.get_level_values(DRAW).to_numpy()
            rows.append(
                {
                    "dial": dial.name,
                    "parameter": dial.parameter,
                    "value_unit": dial.declaration.unit,
                    "lowest": points[first][dial.parameter],
                    "highest": points[last][dial.parameter],
                    "measure": measure,
                    "unit": MEASURES[measure].unit,
                    "at_lowest": lowest.mean(),
                    "at_highest": highest.mean(),
                    **described(np.asarray(change, dtype=float), draws),
                }
            )
    return pd.DataFrame(rows).assign(**judged(changes))


def _several(change: pd.Series[float]) -> bool:
    """Whether values are of several draws, each of which then counts once."""
    return change.index.get_level_values(DRAW).nunique() > 1


def _differences(table: pd.DataFrame, point: int, arms: tuple[Scenario, Scenario], measure: str) -> pd.Series[float]:
    """Arm minus comparator at a point, by draw and replicate."""
    here = table[table["point"] == point].set_index([DRAW, "replicate"])
    return here[output(arms[1], measure)] - here[output(arms[0], measure)]
