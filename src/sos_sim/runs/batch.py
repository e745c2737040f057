"""A batch: all rows of one or several scenarios, run or resumed, and stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario
from sos_sim.runs.executors import Pool, open_pool
from sos_sim.runs.rows import Row, inputs, rows_of
from sos_sim.runs.runner import Progress, attempt_rows
from sos_sim.runs.simulate import check_engine
from sos_sim.runs.store import COMPLETE, RUNNING, WITH_FAILED_ROWS, ResultsFolder, read_table, study_identity

Derive = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
"""A further table of a study, from its joined ``outcomes`` and ``runs``."""


@dataclass(frozen=True)
class RequestedRuns:
    """What to run and how. ``derived`` makes further tables of the study from its outcomes.

    With ``draws`` of parameters there are ``replicates`` runs of every arm for each of them.
    """

    kind: str
    scenarios: Sequence[Scenario]
    replicates: int
    engine: str = "compiled"
    workers: int | None = None
    events: bool = False
    draws: Sequence[Mapping[str, Value]] = ()
    derived: Mapping[str, Derive] | None = None
    scheduler: str | None = None
    teams: bool = False

    @property
    def tables(self) -> list[str]:
        """Tables that every row has."""
        asked = {"events": self.events, "teams": self.teams}
        return ["outcomes", "monthly", *(table for table, wanted in asked.items() if wanted)]


def run_batch(
    plan: RequestedRuns, out: Path | None = None, progress: Progress | None = None
) -> dict[str, pd.DataFrame]:
    """Run what is not already in the folder ``out`` (None: nothing is kept) and return all tables by name.

    Besides the tables of rows there is ``runs``: arm, draw, replicate, status ("done" or "failed"), reason.
    Rows that failed earlier are tried again. Raises InputError for a plan that cannot be run and
    ResultsFolderError for a folder that cannot be used.
    """
    rows = rows_of(plan.scenarios, plan.replicates, plan.draws)
    engine = check_engine(plan.engine)
    place: AbstractContextManager[str | Path] = TemporaryDirectory() if out is None else nullcontext(out)
    opened = open_pool(plan.workers, plan.scheduler, "threads" if engine == "compiled" else "processes")
    with opened as pool, place as path:
        identity = study_identity(plan.kind, {scenario.name: inputs(scenario) for scenario in plan.scenarios})
        with ResultsFolder(Path(path), identity | _drawn(plan)) as folder:
            reasons = _run_missing(plan, folder, rows, pool, progress or _silent)
            _finish(plan, folder, rows, reasons)
        names = [*plan.tables, "runs", *(plan.derived or {})]
        return {name: read_table(folder.path, name) for name in names}


def _drawn(plan: RequestedRuns) -> dict[str, Any]:
    """What the manifest says of draws: how many, their digest, and which values no draw replaces."""
    if not plan.draws:
        return {}
    digest = hashlib.sha256(json.dumps([dict(values) for values in plan.draws], sort_keys=True).encode()).hexdigest()
    given = {scenario.name: scenario.given for scenario in plan.scenarios}
    return {"draws": {"number": len(plan.draws), "digest": digest[:20]}, "given": given}


def _silent(finished: int, asked: int) -> None:
    """No progress shown."""


def _run_missing(
    plan: RequestedRuns, folder: ResultsFolder, rows: Sequence[Row], pool: Pool, progress: Progress
) -> dict[Row, str]:
    """Run rows that the folder lacks; the reasons of those that failed."""
    engine = check_engine(plan.engine)
    reasons: dict[Row, str] = {}
    missing = [row for row in rows if not folder.has(row, plan.tables)]
    done = len(rows) - len(missing)
    folder.write_manifest(RUNNING, engine, plan.replicates, len(rows), done, 0)
    folder.drop_joined_tables()
    progress(done, len(rows))
    with closing(attempt_rows(missing, plan.tables, engine, pool)) as attempts:
        for attempt in attempts:
            if attempt.tables is None:
                reasons[attempt.row] = attempt.reason
            else:
                done += 1
                for table, frame in attempt.tables.items():
                    folder.keep(attempt.row, table, frame)
            folder.write_manifest(RUNNING, engine, plan.replicates, len(rows), done, len(reasons))
            progress(done + len(reasons), len(rows))
    return reasons


def _finish(plan: RequestedRuns, folder: ResultsFolder, rows: Sequence[Row], reasons: Mapping[Row, str]) -> None:
    """Join the parts, derive the study's own tables, and say in the manifest that all is there."""
    done = [row for row in rows if row not in reasons]
    for table in plan.tables:
        folder.join(done, table)
    runs = _runs_table(rows, reasons, plan.replicates)
    folder.keep_table("runs", runs)
    if plan.draws:
        folder.keep_table("draws", pd.DataFrame(plan.draws))
    outcomes = pd.read_parquet(folder.path / "outcomes.parquet")
    for name, derive in (plan.derived or {}).items():
        folder.keep_table(name, derive(outcomes, runs))
    status = WITH_FAILED_ROWS if reasons else COMPLETE
    folder.write_manifest(status, plan.engine, plan.replicates, len(rows), len(done), len(reasons))


def _runs_table(rows: Sequence[Row], reasons: Mapping[Row, str], replicates: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": [row.arm for row in rows],
            "draw": [row.replicate // replicates for row in rows],
            "replicate": [row.replicate for row in rows],
            "status": ["failed" if row in reasons else "done" for row in rows],
            "reason": [reasons.get(row, "") for row in rows],
        }
    )
