"""Recovery: figures simulated from known parameters, and whether calibrating to them finds the parameters again.

No further runs are needed. The truths are the reference points, which ran with many seeds; what they gave, misstated
by one tolerance as official figures may be, takes the place of the official figures, and the trials of the last wave
are corrected to them as they were to England's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.calibration.correct import begin_chains, corrected
from sos_sim.calibration.course import Course
from sos_sim.calibration.luck import luck_of_trials
from sos_sim.calibration.space import ParameterSpace, normal_draws
from sos_sim.calibration.surface import Surface
from sos_sim.calibration.words import identified
from sos_sim.core.luck import mix

Floats = NDArray[np.float64]

ALL: Final = "all parameters"
_SHARES: Final = (0.25, 0.75, 0.05, 0.95)
_RECOVERY, _MISSTATED, _CHAINS = 4, 5, 6


def recover(course: Course) -> pd.DataFrame:
    """One row for each truth and parameter: what is true, what is found (sd in scores), and whether that covers it."""
    reference = course.reference
    truths = reference.scores[reference.succeeded]
    tables = [_recovered(course, number, truth) for number, truth in enumerate(truths)]
    return pd.concat(tables, ignore_index=True)


def interval_coverage(recovery: pd.DataFrame, space: ParameterSpace, draws: int) -> pd.DataFrame:
    """Share of truths that intervals cover, for each parameter and, last, for all that are fitted together.

    ``draws`` is how many draws each interval comes from.
    """
    fitted = [name for name, held in zip(space.names, space.is_strength, strict=True) if not held]
    rows = [
        _covered(str(name), table, str(name) not in fitted, draws)
        for name, table in recovery.groupby("parameter", sort=False)
    ]
    together = recovery[recovery["parameter"].isin(fitted)]
    return pd.DataFrame(
        [
            *rows,
            {
                "parameter": ALL,
                "truths": recovery["truth"].nunique(),
                "coverage_50": together["covered_50"].mean(),
                "coverage_90": together["covered_90"].mean(),
                "contraction": float("nan"),
                "identified": "",
            },
        ]
    )


def _recovered(course: Course, number: int, truth: Floats) -> pd.DataFrame:
    study = course.study
    seed = mix(mix(study.seed, _RECOVERY), number)
    surface, wave = _held_against(course, number, seed), course.waves[-1]
    luck = luck_of_trials(wave.runs, study.figures)
    chains = begin_chains(study.space, surface.figures, luck, len(wave.scores), mix(seed, _CHAINS))
    found = corrected(surface, chains, wave.scores, wave.transformed(study.figures))
    drawn = pd.DataFrame(study.space.values(found))
    low_50, high_50, low_90, high_90 = np.quantile(drawn.to_numpy(dtype=float), _SHARES, axis=0)
    true = np.array(list(study.space.values(truth[None, :])[0].values()), dtype=float)
    return pd.DataFrame(
        {
            "truth": number,
            "parameter": study.space.names,
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


def _held_against(course: Course, number: int, seed: int) -> Surface:
    """The surface of all trials, held against what one reference point gave, misstated by a tolerance."""
    figures = course.study.figures
    misstated = normal_draws(seed, _MISSTATED, 1, len(figures.parts))[0] * figures.tolerance
    observed = np.maximum(figures.published(course.reference.simulated[number]) + misstated, 0.0)
    parts = tuple(
        replace(part, target=replace(part.target, values=_with(part.target.values, part.part, float(value))))
        for part, value in zip(figures.parts, observed, strict=True)
    )
    return replace(course.final, figures=replace(figures, parts=parts))


def _with(values: tuple[float, ...], place: int, value: float) -> tuple[float, ...]:
    return (*values[:place], value, *values[place + 1 :])


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
