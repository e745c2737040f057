"""A trial study: a plan in, authorities lived, virtual trials held, tables of how they behave out."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sos_sim.core.provenance import code_hash
from sos_sim.runs.points import run_points
from sos_sim.runs.store import keep_tables
from sos_sim.runs.trial_file import read_trial
from sos_sim.runs.trial_plan import TrialPlan
from sos_sim.studies.posterior_draws import over_posterior
from sos_sim.studies.trials.analyses import ANALYSES
from sos_sim.studies.trials.implied import correlation_table, spread_table, textbook_table
from sos_sim.studies.trials.operating import assurance_table, power_table, true_effects
from sos_sim.studies.trials.pool import Pool, authorities_of, lived_authority, read_pool
from sos_sim.studies.trials.recorded import RECORDED
from sos_sim.studies.trials.virtual import VirtualTrials, trials_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sos_sim.core.parameters import Value
    from sos_sim.runs.runner import Progress

    Announce = Callable[[str], AbstractContextManager[Progress | None]]

KIND = "trial"
INSIDE_OUTCOMES = tuple(RECORDED)


@dataclass(frozen=True)
class Trial:
    """What a trial study found. ``tables`` by name: power, assurance, correlations, spread, textbook,
    true_effects, outcomes; ``authorities`` and ``runs`` are the run tables of the pool and of virtual trials.
    """

    plan: TrialPlan
    tables: Mapping[str, pd.DataFrame]
    authorities: pd.DataFrame
    runs: pd.DataFrame


def load_trial(file: Path | str) -> TrialPlan:
    """Read and check a trial file. Raises ScenarioError."""
    fits = {name: analysis.designs for name, analysis in ANALYSES.items()}
    return read_trial(file, tuple(RECORDED), INSIDE_OUTCOMES, fits)


def hold_trial(
    plan: TrialPlan, out: Path, workers: int | None = None, scheduler: str | None = None,
    announce: Announce = lambda part: nullcontext(), posterior: Path | None = None,
) -> Trial:
    """Live the authorities, hold the virtual trials, and keep all tables in ``out``; what is there is not run again.

    ``announce`` is told which part begins and gives what is told of progress. Raises InputError for
    what cannot be run and ResultsFolderError for a folder that cannot be used.
    """
    draws = draws_of(plan, posterior)
    with announce("authorities") as progress:
        authorities = run_points(
            lived_authority(plan), authorities_of(plan, draws), 1, out / "authorities", kind="authorities of a trial",
            workers=workers, scheduler=scheduler, failure=plan.failure, progress=progress,
        )
    pool = read_pool(plan, authorities)
    about = {"name": plan.name, "description": plan.description, **plan.content()}
    with announce("virtual trials") as progress:
        runs = run_points(
            VirtualTrials(plan, pool), trials_of(plan, len(draws)), 1, out, kind=KIND, workers=workers,
            scheduler=scheduler, failure=plan.failure, progress=progress, about={"trial": about}, place="processes",
        )
    tables = tables_of(plan, pool, runs)
    keep_tables(out, tables)
    return Trial(plan, tables, authorities, runs)


def draws_of(plan: TrialPlan, posterior: Path | None = None) -> Sequence[Mapping[str, Value]]:
    """Draws of what is uncertain, for assurance; none where the plan asks for none."""
    usual = plan.scenarios[0]
    return over_posterior(replace(usual, run=usual.run._replace(draws=plan.draws)), posterior) if plan.draws else []


def tables_of(plan: TrialPlan, pool: Pool, runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All tables of a trial study by name, empty ones left out."""
    power = power_table(plan, pool, runs)
    found = {
        "power": power, "assurance": assurance_table(plan, pool, runs), "correlations": correlation_table(plan, pool),
        "spread": spread_table(pool), "textbook": textbook_table(plan, pool, power),
        "true_effects": true_effects(plan, pool), "outcomes": outcome_table(),
    }
    return {name: table for name, table in found.items() if len(table)}


class Forecast(NamedTuple):
    """What a trial would take: how many ``what`` are lived, in how many seconds each, and trials held from them."""

    what: str
    lives: int
    seconds_each: float
    trials: int


def forecast(plan: TrialPlan) -> Forecast:
    """Measure one authority and reckon the study from it; a first, which may compile, is not counted."""
    evaluate, points = lived_authority(plan), authorities_of(plan, [])
    evaluate(points[0], 0)
    begin = time.perf_counter()
    evaluate(points[1], 0)
    lives = plan.authorities + plan.draws * plan.authorities_per_draw
    return Forecast("authorities", lives, time.perf_counter() - begin, len(trials_of(plan, plan.draws)))


def outcome_table() -> pd.DataFrame:
    """Outcomes of trials: outcome, label, unit, follow_up_months, recorded (False: no record shows it)."""
    return pd.DataFrame([
        {"outcome": name, "label": outcome.label, "unit": outcome.unit, "follow_up_months": outcome.follow_up,
         "recorded": outcome.recorded}
        for name, outcome in RECORDED.items()
    ])


def default_folder(name: str, plan: TrialPlan) -> Path:
    """``results/NAME-ID``, the id hashed from the plan and the model's code."""
    digest = hashlib.sha256(json.dumps([plan.content(), code_hash()], sort_keys=True).encode()).hexdigest()
    return Path("results") / f"{name}-{digest[:8]}"
