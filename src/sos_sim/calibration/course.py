"""The course of a calibration: waves of trials, each proposed from what the earlier ones said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.calibration.correct import Chains, begin_chains, corrected
from sos_sim.calibration.emulators import fit_figure_emulator
from sos_sim.calibration.figures import TargetFigures
from sos_sim.calibration.file import REFERENCE_POINTS, CalibrationStudy
from sos_sim.calibration.luck import SharedLuck, luck_of_seeds, luck_of_trials, simulated_means
from sos_sim.calibration.space import Scores, around_draws, spread_over_prior
from sos_sim.calibration.surface import Surface
from sos_sim.calibration.truths import chains_to, held_against
from sos_sim.core.errors import ModelError
from sos_sim.core.luck import mix
from sos_sim.evidence.posterior import england_posterior
from sos_sim.runs.points import SimulatedArms, run_points
from sos_sim.runs.runner import Progress, later

Floats = NDArray[np.float64]

KIND: Final = "calibrate"
REFERENCE: Final = "reference"
RECOVERY: Final = "recovery"
STEPS: Final = 40
"""Slices after which a proposed trial is taken; twice as many give the same distribution."""
_FEWEST: Final = 40
_LATEST: Final = 1600
"""TrialWaves that emulators are fitted to: those before them lie too far away to say what matters near the figures."""
_FIRST, _STRENGTHS, _SLICES, _CHAINS, _WAVES = 1, 2, 3, 7, 16


@dataclass(frozen=True)
class Wave:
    """TrialWaves that were run: their scores, their rows, and, of those that succeeded, means over replicates.

    ``simulated`` has shape (succeeded, figures); ``succeeded`` marks the trials, shape (trials,).
    """

    name: str
    scores: Scores
    runs: pd.DataFrame
    simulated: Floats
    succeeded: NDArray[np.bool_]

    def transformed(self, figures: TargetFigures) -> Floats:
        """What emulators would have to predict, a row for every trial, NaN where it failed."""
        rows = np.full((len(self.scores), self.simulated.shape[1]), np.nan)
        rows[self.succeeded] = figures.transformed(self.simulated)
        return rows


@dataclass(frozen=True)
class Course:
    """All that a calibration did: its waves, the reference, what trials are held to, the last surface that proposed,
    one fitted to the latest trials, and the waves that looked for known truths.
    """

    study: CalibrationStudy
    waves: tuple[Wave, ...]
    reference: Wave
    luck: SharedLuck
    chains: Chains
    proposing: Surface
    final: Surface
    recovered: tuple[Wave, ...]


def planned_runs(study: CalibrationStudy) -> int:
    """How many runs a study makes."""
    trials = sum(study.waves) + sum(study.corrections) + sum(study.recoveries)
    return trials * study.replicates + REFERENCE_POINTS * study.reference


def surface_of(study: CalibrationStudy, waves: Sequence[Wave], luck: SharedLuck | None = None) -> Surface:
    """Emulators of the latest trials of ``waves`` beside the study's figures."""
    inputs = study.space.inputs(np.vstack([wave.scores[wave.succeeded] for wave in waves])[-_LATEST:])
    figures = study.figures.transformed(np.vstack([wave.simulated for wave in waves])[-_LATEST:])
    noise = np.mean([luck_of_trials(wave.runs, study.figures) for wave in waves], axis=0)
    emulator = fit_figure_emulator(inputs, figures)
    own = np.sqrt(np.maximum(emulator.error**2 - noise, 0.05 * emulator.error**2))
    shift = np.zeros(len(study.figures.parts)) if luck is None else luck.shift
    return Surface(study.space, study.figures, emulator, shift, own)


@dataclass
class TrialWaves:
    """Runs trials wave by wave, each proposed from what the earlier ones said."""

    study: CalibrationStudy
    folder: Path
    workers: int | None
    scheduler: str | None
    progress: Progress | None
    finished: int = 0

    def course(self) -> Course:
        """All waves, the reference before the last."""
        study = self.study
        waves = [self._run("1", self._first_scores(), study.replicates)]
        for number in range(2, len(study.waves)):
            scores = self._draw(surface_of(study, waves), study.waves[number - 1], number)
            waves.append(self._run(str(number), scores, study.replicates))
        surface, last = surface_of(study, waves), len(study.waves)
        reference = self._run(REFERENCE, self._draw(surface, REFERENCE_POINTS, 0), study.reference)
        luck = luck_of_seeds(reference.runs, study.figures, study.replicates)
        proposing = surface_of(study, waves, luck)
        waves.append(self._run(str(last), self._draw(proposing, study.waves[-1], last), study.replicates))
        chains = self._chains(waves[-1])
        for number, size in enumerate(study.corrections, last + 1):
            proposing = surface_of(study, waves, luck)
            scores = corrected(proposing, chains, waves[-1].scores[:size], waves[-1].transformed(study.figures)[:size])
            waves.append(self._run(str(number), scores, study.replicates))
        final = surface_of(study, waves, luck)
        again = tuple(self._recover(waves, reference, final, number) for number in range(len(study.recoveries)))
        return Course(study, tuple(waves), reference, luck, chains, proposing, final, again)

    def _chains(self, wave: Wave) -> Chains:
        study = self.study
        luck, size = luck_of_trials(wave.runs, study.figures), len(wave.scores)
        return begin_chains(study.space, study.figures, luck, size, mix(study.seed, _CHAINS))

    def _first_scores(self) -> Scores:
        study, size = self.study, self.study.waves[0]
        seed = mix(study.seed, _FIRST)
        if study.start == "prior":
            return spread_over_prior(study.space, size, seed)
        return around_draws(study.space, england_posterior().draws, england_posterior().rows(size, seed), seed)

    def _draw(self, surface: Surface, size: int, number: int) -> Scores:
        seed = mix(self.study.seed, _WAVES + number)
        strengths = spread_over_prior(self.study.space.strengths(), size, mix(seed, _STRENGTHS))
        return surface.draw(strengths, STEPS, mix(seed, _SLICES))

    def _recover(self, waves: Sequence[Wave], reference: Wave, surface: Surface, number: int) -> Wave:
        """Trials of the last wave, corrected to the figures of a reference point and run again."""
        study, last, size = self.study, waves[-1], self.study.recoveries[number]
        towards = held_against(surface, study, reference.simulated[number], number)
        chains = chains_to(towards, study, luck_of_trials(last.runs, study.figures), size, number)
        scores = corrected(towards, chains, last.scores[:size], last.transformed(study.figures)[:size])
        return self._run(f"{RECOVERY}-{number + 1}", scores, study.replicates)

    def _run(self, name: str, scores: Scores, replicates: int) -> Wave:
        study = self.study
        measures = tuple(dict.fromkeys(study.figures.measures))
        arms = SimulatedArms((study.scenario,), measures)
        runs = run_points(
            arms,
            study.space.values(scores),
            replicates,
            self.folder / f"wave-{name}",
            kind=f"{KIND} wave",
            workers=self.workers,
            scheduler=self.scheduler,
            progress=later(self.progress, self.finished, planned_runs(study)),
        ).rename(columns=dict(zip(arms.outputs, measures, strict=True)))
        self.finished += len(runs)
        runs.insert(0, "wave", name)
        simulated = simulated_means(runs, study.figures)
        succeeded: NDArray[np.bool_] = np.asarray(np.isfinite(simulated).all(axis=1))
        if succeeded.sum() < min(_FEWEST, len(scores)):
            reasons = runs.loc[runs["status"] == "failed", "reason"]
            said = f", the first because {reasons.iloc[0]}" if len(reasons) else "; figures could not be computed"
            raise ModelError(f"{len(scores) - succeeded.sum()} of {len(scores)} trials of wave {name} failed{said}.")
        return Wave(name, scores, runs, simulated[succeeded], succeeded)
