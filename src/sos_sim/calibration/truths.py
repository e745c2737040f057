"""Known truths: figures that one reference point gave, misstated as official ones may be, in their place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sos_sim.calibration.correct import Chains, begin_chains
from sos_sim.calibration.file import CalibrationStudy
from sos_sim.calibration.space import normal_draws
from sos_sim.calibration.surface import Surface
from sos_sim.core.luck import mix

Floats = NDArray[np.float64]

_RECOVERY, _MISSTATED, _CHAINS = 4, 5, 6


def held_against(surface: Surface, study: CalibrationStudy, simulated: Floats, number: int) -> Surface:
    """The surface, held against what a reference point gave (shape (figures,)), misstated by a tolerance."""
    figures = study.figures
    misstated = normal_draws(_luck(study, number), _MISSTATED, 1, len(figures.parts))[0] * figures.tolerance
    observed = np.maximum(figures.published(simulated) + misstated, 0.0)
    parts = tuple(
        replace(part, target=replace(part.target, values=_with(part.target.values, part.part, float(value))))
        for part, value in zip(figures.parts, observed, strict=True)
    )
    return replace(surface, figures=replace(figures, parts=parts))


def chains_to(surface: Surface, study: CalibrationStudy, luck: Floats, size: int, number: int) -> Chains:
    """What ``size`` trials are held to that look for a truth; ``luck`` as in ``begin_chains``."""
    return begin_chains(study.space, surface.figures, luck, size, mix(_luck(study, number), _CHAINS))


def _luck(study: CalibrationStudy, number: int) -> int:
    return mix(mix(study.seed, _RECOVERY), number)


def _with(values: tuple[float, ...], place: int, value: float) -> tuple[float, ...]:
    return (*values[:place], value, *values[place + 1 :])
