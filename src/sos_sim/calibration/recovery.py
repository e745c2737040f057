"""Recovery: figures simulated from known parameters, and whether calibrating to them finds the parameters again.

The truths are the reference points, which ran with many seeds; what they gave, misstated by one tolerance as official
figures may be, takes the place of the official figures, and the trials of the last wave are corrected to them as they
were to England's. For as many truths as a study asks for, these trials are run again and corrected once more.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.calibration.correct import corrected
from sos_sim.calibration.course import Course, surface_of
from sos_sim.calibration.luck import luck_of_trials
from sos_sim.calibration.space import ParameterSpace
from sos_sim.calibration.tables import ALL, ALL_RUN_ANEW
from sos_sim.calibration.truths import chains_to, held_against
from sos_sim.calibration.words import identified

Floats = NDArray[np.float64]

_SHARES: Final = (0.25, 0.75, 0.05, 0.95)


def recover(course: Course) -> pd.DataFrame:
    """One row for each truth and parameter: what is true, what is found (sd in scores), and whether that covers it."""
    reference = course.reference
    truths = reference.scores[reference.succeeded]
    tables = [_recovered(course, number, truth) for number, truth in enumerate(truths)]
    return pd.concat(tables, ignore_index=True)


def interval_coverage(recovery: pd.DataFrame, space: ParameterSpace, draws: int) -> pd.DataFrame:
    """Share of truths that intervals cover, for each parameter and, last, for all that are fitted together.

    The very last row, where there are such, is of the truths whose trials were run again.
    ``draws`` is how many draws each interval comes from.
    """
    fitted = [name for name, held in zip(space.names, space.is_strength, strict=True) if not held]
    rows = [
        _covered(str(name), table, str(name) not in fitted, draws)
        for name, table in recovery.groupby("parameter", sort=False)
    ]
    together = recovery[recovery["parameter"].isin(fitted)]
    wholes = {ALL: together, ALL_RUN_ANEW: together[together["run_anew"]]}
    rows += [_covered_together(name, table) for name, table in wholes.items() if len(table)]
    return pd.DataFrame(rows)


def _recovered(course: Course, number: int, truth: Floats) -> pd.DataFrame:
    space = course.study.space
    found = _found_again(course, number)
    drawn = pd.DataFrame(space.values(found))
    low_50, high_50, low_90, high_90 = np.quantile(drawn.to_numpy(dtype=float), _SHARES, axis=0)
    true = np.array(list(space.values(truth[None, :])[0].values()), dtype=float)
    return pd.DataFrame(
        {
            "truth": number,
            "run_anew": number < len(course.recovered),
            "parameter": space.names,
            "true": true,
            "mean": drawn.mean().to_numpy(),
            "sd": found.std(axis=0),
            "low_50": low_50,
            "high_50": high_50,
            "low_90": low_90,
            "high_90": high_90,
            "covered_50": (true >= low_50) & (true <= high_50),
            "covered_90": (true >= low_90) & (true <= high_90),
        }
    )


def _found_again(course: Course, number: int) -> Floats:
    """Where the trials lie that looked for a truth, shape (trials, parameters)."""
    study, figures, wave, surface = course.study, course.study.figures, course.waves[-1], course.final
    if number < len(course.recovered):
        wave = course.recovered[number]
        surface = surface_of(study, [*course.waves, wave], course.luck)
    surface = held_against(surface, study, course.reference.simulated[number], number)
    luck = luck_of_trials(course.waves[-1].runs, figures)
    chains = chains_to(surface, study, luck, len(wave.scores), number)
    return corrected(surface, chains, wave.scores, wave.transformed(figures))


def _covered(name: str, table: pd.DataFrame, is_strength: bool, draws: int) -> dict[str, Any]:
    contraction = float(1.0 - (table["sd"] ** 2).mean())
    return {
        "parameter": name,
        "truths": len(table),
        "coverage_50": table["covered_50"].mean(),
        "coverage_90": table["covered_90"].mean(),
        "contraction": contraction,
        "identified": identified(contraction, float(np.sqrt(2.0 / draws / len(table))), is_strength),
    }


def _covered_together(name: str, table: pd.DataFrame) -> dict[str, Any]:
    return {
        "parameter": name,
        "truths": table["truth"].nunique(),
        "coverage_50": table["covered_50"].mean(),
        "coverage_90": table["covered_90"].mean(),
        "contraction": float("nan"),
        "identified": "",
    }
