"""A sweep: study in, run table and tables of indices out, all kept in one results folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sos_sim.core.notebook import ShownByTables
from sos_sim.core.parameters import Value
from sos_sim.core.provenance import code_hash
from sos_sim.files.factors import Shares
from sos_sim.files.shipped import find_file
from sos_sim.runs.forecast import Forecast, check_rows, seconds_a_run
from sos_sim.runs.points import Evaluator, SimulatedArms, run_points
from sos_sim.runs.question import Answer, Workplace
from sos_sim.runs.runner import Progress, later
from sos_sim.runs.store import ResultsFolder, keep_tables
from sos_sim.sensitivity.analysis import Tables, analyse, join
from sos_sim.sensitivity.conditions import find_conditions
from sos_sim.sensitivity.effect_surfaces import Moderation
from sos_sim.sensitivity.emulated import analyse_emulated
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.file import read_study
from sos_sim.sensitivity.guard import UnusableOutput, refuse_unusable
from sos_sim.sensitivity.moderated import analyse_moderation
from sos_sim.sensitivity.recalibration import (
    LEVEL_ERROR,
    SHIFTS,
    LevelSurfaces,
    find_levels,
    pilot_rows,
    recalibration_table,
    shifted,
)
from sos_sim.sensitivity.responses import RECALIBRATED, responses, row_ids, summary_of
from sos_sim.sensitivity.row_luck import OwnLuck
from sos_sim.sensitivity.sampling import Sample, points_of, sample, sample_rows
from sos_sim.sensitivity.study import Study
from sos_sim.sensitivity.tables import ANALYSES
from sos_sim.sensitivity.toys import TOYS

KIND: Final = "sweep"
BYTES_A_CELL: Final = 16
"""A number of the run table as kept twice, in its block and in the joined table, before compression."""
BYTES_A_ROW: Final = 160


@dataclass(frozen=True, repr=False)
class Sweep(ShownByTables):
    """What a sweep found. ``tables`` by name: runs, responses, and those of ``analysis.analyse``.

    ``refused`` says for each output without indices why there are none.
    """

    study: Study
    tables: Mapping[str, pd.DataFrame]
    refused: Mapping[str, str]


@dataclass(frozen=True)
class SweepQuestion:
    """What moves the outputs, how surely, and under what conditions."""

    study: Study

    @property
    def engine(self) -> str:
        """Known functions need none."""
        return "compiled" if self.study.scenarios else ""

    def content(self) -> Any:
        """All but the size, so that a larger sample resumes the folder of a smaller one."""
        return {key: value for key, value in self.study.content().items() if key != "size"}

    def forecast(self) -> Forecast:
        """A row for each point of the sample and seed."""
        rows, columns = planned_rows(self.study), len(self.study.factors) + len(self.study.measures)
        seconds = rows * seconds_a_run(self.study.scenarios)
        return Forecast(check_rows(rows), seconds, rows * (BYTES_A_ROW + BYTES_A_CELL * columns) / 1e6)

    def answer(self, out: Path, where: Workplace) -> Answer[Sweep]:
        """Run and analyse it; the tables are those of the analysis, the responses left out."""
        with where.announce("runs") as progress:
            runs = run_study(self.study, out, where.workers, where.scheduler, progress)
        with where.announce("outputs analysed") as progress:
            found = analyse_study(self.study, runs, out, progress)
        shown = {name: table for name, table in found.tables.items() if name not in ("runs", "responses")}
        return Answer(found, runs.assign(arm="point " + runs["point"].astype(str)), shown)


def load_sweep(file: Path | str, size: int | None = None, overrides: Mapping[str, Any] | None = None) -> Study:
    """Read and check a study file, or one that comes with the package, by its name; ``size`` replaces its own.

    ``overrides`` are set in its scenarios, by path as ``{"authority.children": 5000}``. Raises ScenarioError.
    """
    return read_study(find_file(file, "experiments"), TOYS, size, overrides)


def evaluator_of(study: Study) -> Evaluator:
    """What turns a point of the study into numbers."""
    if study.model:
        return TOYS[study.model]
    arms = SimulatedArms(study.scenarios, study.measures, by_year=study.moderates)
    return OwnLuck(arms) if study.moderates else arms


def sweep(
    study: Study | Path | str,
    out: Path | str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Run what the folder ``out`` does not hold yet, analyse it, and keep all tables there (None: nothing is kept).

    The study may be given as its file. Raises ScenarioError for a file that is wrong, InputError for points that
    cannot be run, UnusableOutput when no output can be analysed (the run table is kept), and
    ResultsFolderError for a folder that cannot be used.
    """
    chosen, folder = study if isinstance(study, Study) else load_sweep(study), None if out is None else Path(out)
    return analyse_study(chosen, run_study(chosen, folder, workers, scheduler, progress), folder)


def run_study(
    study: Study,
    out: Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The run table of a study, a point for each row of its sample; where levels are kept with ``SHIFTS`` and
    ``LEVEL_ERROR``, and, but for a study of moderation, with all outputs again, their names followed by
    ``RECALIBRATED``. Raises as ``sweep``, and ModelError for a row that fails when the study is to stop at one.
    """
    drawn = sample(study)
    points = points_of(study, drawn)
    about = {"study": {"name": study.name, "description": study.description, **study.content()}}
    place = partial(run_points, workers=workers, scheduler=scheduler)
    run = partial(place, evaluator_of(study), replicates=study.seeds, kind=KIND, failure=study.failure, about=about)
    if not study.recalibrate:
        return run(points=points, out=out, progress=progress)
    if out is not None:
        with ResultsFolder(out, {"kind": KIND, "code": code_hash(), **evaluator_of(study).identity()}):
            pass  # refuses, before the pilot is run, a folder that could not take the rows
    done, total = pilot_rows(study.factors), planned_rows(study)
    surfaces = find_levels(study, None if out is None else out / "levels", place, later(progress, 0, total))
    kept, shifts = _kept(study, surfaces, points, drawn.shares[:, :-1])
    if study.moderates:
        return _with_shifts(run(points=kept, out=out, progress=later(progress, done, total)), shifts)
    rows = run(points=points, out=out, progress=later(progress, done, total))
    folder = None if out is None else out / "kept"
    again = run(points=kept, out=folder, progress=later(progress, done + len(rows), total))
    outputs = again[list(evaluator_of(study).outputs)].add_suffix(RECALIBRATED)
    return _with_shifts(pd.concat([rows, outputs], axis=1), shifts)


def _kept(
    study: Study, surfaces: LevelSurfaces, points: Sequence[Mapping[str, Value]], shares: Shares
) -> tuple[list[dict[str, Value]], pd.DataFrame]:
    """The points at which levels are kept, and a row for each: its shifts, and how surely levels are kept there."""
    places = [study.factors.index(factor) for factor in surfaces.factors]
    main = Moderation.of(surfaces.factors, shares[:, places]).main()
    shifts = surfaces.shifts(main)
    told = pd.DataFrame(shifts, columns=list(SHIFTS)).assign(**{LEVEL_ERROR: surfaces.errors(main, shifts)})
    return shifted(study.scenarios[0], points, shifts), told


def _with_shifts(runs: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    return runs.join(shifts, on="point")


def planned_rows(study: Study) -> int:
    """Everything that a study runs, its pilot with it."""
    rows = sample_rows(study) * study.seeds
    if not study.recalibrate:
        return rows
    return pilot_rows(study.factors) + (rows if study.moderates else 2 * rows)


def analyse_study(study: Study, runs: pd.DataFrame, out: Path | None = None, progress: Progress | None = None) -> Sweep:
    """Analyse a study's run table and keep all tables in its folder; ``progress`` counts outputs.

    Raises UnusableOutput when no output can be analysed.
    """
    tables, refused = analyse_runs(study, sample(study), runs, progress)
    if out is not None:
        keep_tables(out, tables, ANALYSES)
    if len(refused) >= len(study.outputs) and not {"boxes", "moderation"} & set(tables):
        raise UnusableOutput("\n".join(refused.values()))
    return Sweep(study, {"runs": runs, **tables}, refused)


def analyse_runs(
    study: Study, drawn: Sample, runs: pd.DataFrame, progress: Progress | None = None
) -> tuple[Tables, dict[str, str]]:
    """Tables of all outputs that can be analysed, and why others cannot."""
    if study.moderates:
        return analyse_moderation(study, drawn, runs)
    outputs = responses(study, runs)
    found, refused = [], {}
    for done, (label, values) in enumerate(outputs.items(), 1):
        try:
            found.append(_analyse(study, label, drawn, values, row_ids(runs)))
        except UnusableOutput as problem:
            refused[label] = str(problem)
        if progress:
            progress(done, len(outputs))
    if {"prim", "cart"} & set(study.methods):
        try:
            found.append(find_conditions(study, runs, row_ids(runs)))
        except UnusableOutput as problem:
            refused["success"] = str(problem)
    refusals = pd.DataFrame({"output": list(refused), "reason": list(refused.values())}, dtype="str")
    kept = {"recalibration": recalibration_table(runs)} if study.recalibrate else {}
    return {"responses": summary_of(outputs), "refused": refusals, **kept, **join(found)}, refused


def _analyse(study: Study, label: str, drawn: Sample, values: Numbers, ids: Sequence[str]) -> Tables:
    """Tables of one output, from its rows and, where the study asks for one, an emulator."""
    if not study.emulator:
        return analyse(label, study.methods, drawn, values, ids)
    refuse_unusable(label, values, ids)
    simulated = {} if "sobol" in study.methods else analyse(label, study.methods, drawn, values, ids)
    return analyse_emulated(study, label, drawn, values, ids, simulated)
