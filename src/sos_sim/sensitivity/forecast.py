"""What a study will take before anything runs: runs, time on this machine, space."""

from __future__ import annotations

import time
from typing import NamedTuple

from sos_sim.runs.executors import default_workers
from sos_sim.sensitivity.sampling import points_of, sample
from sos_sim.sensitivity.study import Study
from sos_sim.sensitivity.sweep import SweepQuestion, evaluator_of


class SweepForecast(NamedTuple):
    """``rows`` of the sample, ``runs`` (rows times seeds) of which ``different`` are really run.

    ``seconds_a_run`` was measured on one; ``seconds`` is for all on ``workers``, ``megabytes`` the most on disk.
    """

    rows: int
    runs: int
    different: int
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
    size = SweepQuestion(study).forecast().megabytes
    return SweepForecast(len(points), runs, different, count, each, different * each / count, size)
