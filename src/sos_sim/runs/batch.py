"""Arms and their tables: all rows of one or several scenarios, run or resumed, and stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario
from sos_sim.files.targets import plain_targets
from sos_sim.runs.contracts import Contract
from sos_sim.runs.engine import Counts, Task, Work, run_work
from sos_sim.runs.executors import Place
from sos_sim.runs.forecast import Forecast, check_rows, seconds_a_run
from sos_sim.runs.posterior_draws import posterior_note
from sos_sim.runs.rows import Row, inputs, rows_of
from sos_sim.runs.runner import Attempt, Progress, reason_of, run_group, share_pasts
from sos_sim.runs.simulate import Engine, check_engine
from sos_sim.runs.store import ResultsFolder, study_identity
from sos_sim.runs.tables import CHILDREN, DRAWS, EVENTS, ROW_TABLES, RUNS, TEAMS, WARMUP_EVENTS

MEGABYTES_A_MONTH: Final = 0.0006
MONTHS_BESIDE: Final = 20
"""A row on disk, its tables as parts and joined: 9 to 16 kB were measured for small authorities and runs of 6 to 24
months; half as much again is allowed for larger ones and for blocks of the disk. The event record is left out."""
Derive = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
"""A further table of a study, from its joined ``outcomes`` and ``runs``."""


@dataclass(frozen=True)
class RequestedRuns:
    """What to run and how. ``derived`` makes further tables of the study from its outcomes.

    With ``draws`` of parameters there are ``replicates`` runs of every arm for each of them; ``posterior`` is the
    name or file that they come from, '' where they were given.
    """

    kind: str
    scenarios: Sequence[Scenario]
    replicates: int
    engine: str = "compiled"
    workers: int | None = None
    events: bool = False
    draws: Sequence[Mapping[str, Value]] = ()
    derived: Mapping[Contract, Derive] | None = None
    scheduler: str | None = None
    teams: bool = False
    posterior: str = ""
    warmup_events: bool = False

    @property
    def tables(self) -> list[str]:
        """Tables that every row has."""
        asked = {
            EVENTS.name: self.events,
            CHILDREN.name: self.events or self.warmup_events,
            WARMUP_EVENTS.name: self.warmup_events,
            TEAMS.name: self.teams,
        }
        return ["outcomes", "monthly", *(table for table, wanted in asked.items() if wanted)]


@dataclass(frozen=True)
class ArmsQuestion:
    """What questions about arms share: scenarios, and the posterior drawn from (None: the first one's own)."""

    scenarios: Sequence[Scenario]
    posterior: Path | None = None
    engine: str = "compiled"
    events: bool = False
    warmup_events: bool = False

    def content(self) -> Any:
        """Inputs and draws of all arms."""
        drawn = [scenario.run.draws for scenario in self.scenarios]
        named = self.posterior or self.scenarios[0].posterior or None
        return [[inputs(scenario) for scenario in self.scenarios], drawn, str(named)]

    def forecast(self) -> Forecast:
        """A row for each arm, draw and replicate."""
        run = self.scenarios[0].run
        of_each = run.replicates * max(1, run.draws)
        rows = check_rows(of_each * len(self.scenarios))
        space = MEGABYTES_A_MONTH * (run.months + MONTHS_BESIDE) * rows
        return Forecast(rows, of_each * seconds_a_run(self.scenarios), space)


def run_batch(
    asked: RequestedRuns, out: Path | None = None, progress: Progress | None = None
) -> dict[str, pd.DataFrame]:
    """Run what is not already in the folder ``out`` (None: nothing is kept) and return all tables by name.

    Besides the tables of rows there is ``runs``: arm, draw, replicate, status ("done" or "failed"), reason.
    Rows that failed earlier are tried again. Raises InputError for what cannot be run and
    ResultsFolderError for a folder that cannot be used.
    """
    place: Place = "threads" if check_engine(asked.engine) == "compiled" else "processes"
    work = _ArmRows(asked)
    return run_work(work, out, workers=asked.workers, scheduler=asked.scheduler, place=place, progress=progress)


class _ArmRows(Work):
    """Rows whose tables are kept as parts, one after another, and joined in the order of rows."""

    def __init__(self, asked: RequestedRuns) -> None:
        self.asked = asked
        self.engine: Engine = check_engine(asked.engine)
        self.replicates = asked.replicates
        self.rows = rows_of(asked.scenarios, asked.replicates, asked.draws)
        self.missing = self.rows
        self.done = 0
        self.reasons: dict[Row, str] = {}

    def identity(self) -> Mapping[str, Any]:
        """Kind and arms, and the draws."""
        arms = {scenario.name: inputs(scenario) for scenario in self.asked.scenarios}
        return study_identity(self.asked.kind, arms) | _drawn(self.asked)

    def about(self) -> Mapping[str, Any]:
        """Where draws come from, and the official figures that scenarios bring of their own."""
        local = {one.name: plain_targets(one.local_targets) for one in self.asked.scenarios if one.local_targets}
        note = posterior_note(self.asked.posterior if self.asked.draws else "", self.asked.scenarios[0])
        return {**note, "own_figures": local} if local else note

    def resume(self, folder: ResultsFolder) -> None:
        """Rows of which the folder has all tables are done."""
        self.missing = [row for row in self.rows if not folder.has(row, self.asked.tables)]
        self.done = len(self.rows) - len(self.missing)

    def begin(self, folder: ResultsFolder) -> None:
        """Nothing: tables are joined from parts at the end."""

    def tasks(self, at_once: int) -> Iterator[Task]:
        """Rows that share a past, a task each."""
        return ((group, self.asked.tables, self.engine) for group in share_pasts(self.missing, self.engine))

    def do(self) -> Callable[..., list[Attempt]]:
        """Run the rows of a task."""
        return run_group

    def apart(self, task: Task) -> Sequence[Task]:
        """Each row by itself: it lives its own warm-up then."""
        group, *others = task
        return [([row], *others) for row in group]

    def take(self, task: Task, result: list[Attempt] | Exception, folder: ResultsFolder) -> bool:
        """Keep the tables of rows that are done, and the reasons of those that failed."""
        if isinstance(result, Exception):
            result = [Attempt(row, None, reason_of(result)) for row in task[0]]
        for attempt in result:
            if attempt.tables is None:
                self.reasons[attempt.row] = attempt.reason
                continue
            for table, frame in attempt.tables.items():
                folder.keep(attempt.row, table, frame)
            self.done += 1
        return True

    def keep(self, folder: ResultsFolder) -> None:
        """Nothing: every row is kept as it comes."""

    def counts(self) -> Counts:
        """Rows in the folder, and those with a reason."""
        return Counts(len(self.rows), self.done, len(self.reasons))

    def finish(self, folder: ResultsFolder) -> Sequence[Contract]:
        """Join the parts and derive the study's own tables."""
        asked = self.asked
        done = [row for row in self.rows if row not in self.reasons]
        for table in asked.tables:
            folder.join(done, table)
        runs = _runs_table(self.rows, self.reasons, asked.replicates)
        folder.keep_table(RUNS, runs)
        if asked.draws:
            folder.keep_table(DRAWS, pd.DataFrame(asked.draws))
        outcomes = pd.read_parquet(folder.path / "outcomes.parquet")
        for contract, derive in (asked.derived or {}).items():
            folder.keep_table(contract, derive(outcomes, runs))
        return [*(ROW_TABLES[name] for name in asked.tables), RUNS, *(asked.derived or {})]


def _drawn(asked: RequestedRuns) -> dict[str, Any]:
    """What the manifest says of draws: how many, their digest, and which values no draw replaces."""
    if not asked.draws:
        return {}
    digest = hashlib.sha256(json.dumps([dict(values) for values in asked.draws], sort_keys=True).encode()).hexdigest()
    given = {scenario.name: scenario.given for scenario in asked.scenarios}
    return {"draws": {"number": len(asked.draws), "digest": digest[:20]}, "given": given}


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
