"""What a study will take before anything runs: runs, time on this machine, space."""

from __future__ import annotations

import time
from typing import NamedTuple

from sos_sim.runs.executors import default_workers
from sos_sim.sensitivity.sampling import points_of, sample
from sos_sim.sensitivity.study import Study
from sos_sim.sensitivity.sweep import SweepQuestion, evaluator_of, planned_rows


class SweepForecast(NamedTuple):
    """``rows`` of the sample, ``runs`` (rows times seeds) of which ``different`` are really run.

    ``to_keep_levels`` come beside them. ``seconds_a_run`` was measured on one; ``seconds`` is for all on ``workers``,
    ``megabytes`` the most on disk.
    """

    rows: int
    runs: int
    different: int
    to_keep_levels: int
    workers: int
    seconds_a_run: float
    seconds: float
    megabytes: float


def forecast_sweep(study: Study, workers: int | None = None) -> SweepForecast:
    """Measure one run and reckon the study from it; a first run, which may compile, is not counted."""
    points = points_of(study, sample(study))
    evaluate = evaluator_of(study)
    evaluate(points[0], 0)
    begin = time.perf_counter()
    evaluate(points[-1], 0)
    each = time.perf_counter() - begin
    different = len({tuple(point.values()) for point in points}) * study.seeds
    runs, count = len(points) * study.seeds, workers or default_workers()
    size, beside = SweepQuestion(study).forecast().megabytes, planned_rows(study) - runs
    seconds = (different + beside) * each / count
    return SweepForecast(len(points), runs, different, beside, count, each, seconds, size)
