"""Calibration: which beliefs about usual practice reproduce the official figures, and what stays uncertain.

A calibration folder (manifest ``kind`` is "calibrate") holds these tables. *Figure* means one published
value; a target may have several (shares by age). Intervals are 5th to 95th centiles.

``runs``: every trial of every wave, one row a replicate: wave ("1", "2", … or "reference"), point, replicate, id,
status ("done" or "failed"), reason, one column for each parameter varied, one for each measure (as
simulated, whole period).

``draws``: the weighted posterior, one row a simulated trial of the last wave: point, weight (sums to 1),
distance (root mean square over the fitted figures, in tolerances), one column for each parameter varied,
natural units.

``predictive``: what those draws say: point, weight, one column for each measure: mean over replicates, luck of
the shared seeds taken out, not yet on the published footing (``Target.on_published_footing``).

``posterior``: ``draws`` as a posterior file (``evidence.posterior``), with its provenance.

``contraction``: parameter, path, kind, group, link, heading, grade, unit, meaning, strength (bool), prior_mean,
prior_sd, prior_low, prior_high, posterior_mean, posterior_sd, posterior_low, posterior_high, contraction
(1 - posterior variance / prior variance, in normal scores of the prior, so that skewed priors count alike; below 0
when the data widened it), noise (standard deviation of the contraction by luck of the draws alone), identified
(words: "identified", "hardly identified" or "not identified by usual practice data: keeps its prior").

``fit``: target, measure, validate (bool: not used for the fit), local (bool: of the authority itself), official,
tolerance, authorities_low, authorities_high (10th to 90th centile of authorities, NaN when unknown), unit, year,
grade, source, note, prior_mean, prior_low, prior_high (trials of the first wave), simulated (posterior mean,
published footing), low, high (parameter uncertainty only), low_with_luck, high_with_luck (and the luck of one
authority over the period), luck (standard deviation over replicates), distance ((simulated - official) /
tolerance), inside (bool: official within low_with_luck to high_with_luck), emulator_q2.

``emulators``: emulator ("proposing" is the one the last wave's trials come from, "final" is fitted to all),
measure, q2 (share of the variance of held-out trials that is predicted), error (the emulator's own standard
error, luck taken out, in tolerances), luck (standard deviation that luck leaves in a trial's mean, seeds being
shared, in tolerances).

``waves``: wave ("reference" for the trials that tell how lucky the shared seeds are), trials, failed, replicates,
figures_within_2 (of the fitted ones, mean over trials), distance_median, distance_smallest, effective (effective
sample size of the weights; NaN for waves that only explore).

``recovery``: truth, run_anew (bool: trials that looked for it were run again), parameter, true, mean, sd (in scores),
low_50, high_50, low_90, high_90, covered_50, covered_90.

``coverage``: parameter (the last rows are "all parameters", strengths left out, of all truths and of those whose trials
were run again), truths, coverage_50, coverage_90, contraction (mean over truths), identified (words as above).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

from sos_sim.calibration.course import KIND, TrialWaves, planned_runs
from sos_sim.calibration.file import REFERENCE_POINTS, CalibrationStudy, load_calibration
from sos_sim.calibration.tables import TABLES
from sos_sim.calibration.tabulate import calibration_tables, posterior_notes
from sos_sim.core.provenance import code_hash
from sos_sim.runs.forecast import Forecast, check_rows, seconds_a_run
from sos_sim.runs.question import Answer, Workplace
from sos_sim.runs.runner import Progress
from sos_sim.runs.store import COMPLETE, RUNNING, WITH_FAILED_ROWS, ResultsFolder

SHOWN: Final = ("waves", "fit", "contraction", "coverage")
"""Tables that the command line shows as JSON."""
BYTES_A_CELL: Final = 32
"""A number as kept in a block, in the table of its wave and in that of the study, before compression."""


def calibrate(
    study: CalibrationStudy | Path | str,
    out: Path | str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> dict[str, pd.DataFrame]:
    """Run a calibration, or what of it the folder ``out`` does not hold yet, and return its tables by name.

    The study may be given as its file. Every trial is run by ``run_points``, wave by wave in folders inside
    ``out``. Raises ScenarioError for a file that is wrong, InputError for what
    cannot be run, ResultsFolderError for a folder that cannot be used, and ModelError when too few trials of a
    wave succeed to go on.
    """
    chosen = study if isinstance(study, CalibrationStudy) else load_calibration(study)
    place: AbstractContextManager[str | Path] = TemporaryDirectory() if out is None else nullcontext(out)
    with place as path, ResultsFolder(Path(path), {"kind": KIND, "code": code_hash(), **chosen.content()}) as folder:
        _Manifest(folder, chosen).write(RUNNING)
        folder.drop_joined_tables()
        course = TrialWaves(chosen, folder.path, workers, scheduler, progress).course()
        tables = calibration_tables(course)
        for name, table in tables.items():
            folder.keep_table(TABLES[name], table, posterior_notes(course) if name == "posterior" else None)
        failed = int((tables["runs"]["status"] == "failed").sum())
        _Manifest(folder, chosen).write(WITH_FAILED_ROWS if failed else COMPLETE, len(tables["runs"]) - failed, failed)
        return tables


@dataclass(frozen=True)
class CalibrationQuestion:
    """Which beliefs about usual practice reproduce official figures, and what stays uncertain."""

    study: CalibrationStudy
    engine: str = "compiled"

    def content(self) -> Any:
        """The study's own."""
        return self.study.content()

    def forecast(self) -> Forecast:
        """The runs of all waves."""
        rows, columns = planned_runs(self.study), len(self.study.space.names) + len(self.study.figures.measures)
        seconds = rows * seconds_a_run([self.study.scenario])
        return Forecast(check_rows(rows), seconds, rows * BYTES_A_CELL * columns / 1e6)

    def answer(self, out: Path, where: Workplace) -> Answer[Mapping[str, pd.DataFrame]]:
        """Run it; the tables shown say how near the figures are and what was learnt."""
        with where.announce("runs") as progress:
            tables = calibrate(self.study, out, where.workers, where.scheduler, progress)
        runs = tables["runs"]
        named = runs.assign(arm="wave " + runs["wave"] + ", point " + runs["point"].astype(str))
        return Answer(tables, named, {name: tables[name] for name in SHOWN})


@dataclass(frozen=True)
class _Manifest:
    folder: ResultsFolder
    study: CalibrationStudy

    def write(self, status: str, done: int = 0, failed: int = 0) -> None:
        study = self.study
        about = {
            "name": study.name,
            "description": study.description,
            "trials": {
                "waves": list(study.waves),
                "reference": [REFERENCE_POINTS, study.reference],
                "recoveries": list(study.recoveries),
            },
        }
        self.folder.write_manifest(status, "compiled", study.replicates, planned_runs(study), done, failed, about)
