"""A trial study: a plan in, authorities lived, virtual trials held, tables of how they behave out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from sos_sim.core.errors import InputError, ModelError, ResultsFolderError, ScenarioError
from sos_sim.core.notebook import ShownByTables
from sos_sim.core.provenance import code_hash
from sos_sim.files.run_settings import LONGEST_RUN
from sos_sim.files.shipped import find_file
from sos_sim.runs.forecast import Forecast, check_rows, seconds_a_run
from sos_sim.runs.points import Evaluator, run_points
from sos_sim.runs.posterior_draws import over_posterior, posterior_note, said_posterior
from sos_sim.runs.question import Announce, Answer, Workplace, silent
from sos_sim.runs.store import ResultsFolder, discard_rows, keep_tables, read_manifest
from sos_sim.trials.file import read_trial
from sos_sim.trials.implied import correlation_table, spread_table, textbook_table
from sos_sim.trials.information import information_table
from sos_sim.trials.inside_tables import inside_tables, inside_trial
from sos_sim.trials.operating import assurance_table, power_table, reach_table, true_effects
from sos_sim.trials.pool import OutcomePool, authorities_of, lived_authority, read_pool
from sos_sim.trials.protocol import TrialProtocol
from sos_sim.trials.recorded import RECORDED
from sos_sim.trials.tables import OF_STUDY
from sos_sim.trials.virtual import OWN, VirtualTrials, analyses_hash, held_alike, trials_of

if TYPE_CHECKING:
    from sos_sim.core.parameters import Value

KIND = "trial"
AGAIN: Final = ", all of them again because the code of their analyses changed"
DATA: Final = "data"
"""Folder, inside a study's, of data to rehearse on."""


@dataclass(frozen=True, repr=False)
class Trial(ShownByTables):
    """What a trial study found.

    ``tables`` by name: power, reach, assurance, information, correlations, spread, textbook, true_effects,
    outcomes (see ``operating``, ``information``, ``implied``), or those of ``inside_tables``. ``authorities``
    and ``runs`` are the run tables of the pool (no rows for trials inside an authority) and of virtual trials. ``data``
    is the folder of data to rehearse on, if any were asked for.
    """

    plan: TrialProtocol
    tables: Mapping[str, pd.DataFrame]
    authorities: pd.DataFrame
    runs: pd.DataFrame
    data: Path | None = None


SECONDS_A_TRIAL: Final = 0.05
"""A virtual trial analysed in every way, as measured (``benchmarks/README.md``)."""
MEGABYTES_A_ROW: Final = 0.003
"""An authority's counts by period and start, or what a trial's analyses say, before compression."""


@dataclass(frozen=True)
class TrialQuestion:
    """What a trial of the programme could show, held many times inside the model."""

    plan: TrialProtocol
    posterior: Path | None = None
    data: int = 0
    engine: str = "compiled"

    def content(self) -> Any:
        """The plan's own, and what its draws come from."""
        return [self.plan.content(), _note(self.plan, self.posterior)]

    def forecast(self) -> Forecast:
        """Authorities that are lived under usual practice and each start, and trials that are drawn from them."""
        size, plan = size_of(self.plan), self.plan
        longer = [scenario.with_values(months=min(plan.months, LONGEST_RUN)) for scenario in plan.scenarios]
        seconds = size.lives * seconds_a_run(longer) * (1 + len(plan.starts)) / 2 + size.trials * SECONDS_A_TRIAL
        return Forecast(size.lives + size.trials, seconds, (size.lives + size.trials) * MEGABYTES_A_ROW)

    def answer(self, out: Path, where: Workplace) -> Answer[Trial]:
        """Hold it; the tables are those of the trial, and its rows are virtual trials."""
        found = trial(self.plan, out, where.workers, where.scheduler, where.announce, self.posterior, self.data)
        failed = int((found.authorities["status"] == "failed").sum())
        warning = (
            f"{failed} of {len(found.authorities)} authorities failed; trials drew from the others. "
            f"Reasons are in {out}/authorities/runs.parquet; running again tries them again."
        )
        runs = found.runs.assign(arm=found.runs["design"].astype(str))
        return Answer(found, runs, found.tables, warning if failed else "")


def load_trial(file: Path | str) -> TrialProtocol:
    """Read and check a trial file, or one that comes with the package, by its name. Raises ScenarioError."""
    path = find_file(file, "experiments")
    plan = read_trial(path)
    try:
        _evaluator(plan)
    except InputError as problem:
        raise ScenarioError(str(problem), file=path) from problem
    return plan


def _evaluator(plan: TrialProtocol) -> Evaluator:
    """What lives a trial inside an authority, or an authority. Raises InputError for scenarios that do not agree."""
    return inside_trial(plan) if plan.inside else lived_authority(plan)


def trial(
    study: TrialProtocol | Path | str,
    out: Path | str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    announce: Announce = silent,
    posterior: Path | str | None = None,
    data: int = 0,
) -> Trial:
    """Live the authorities, hold the virtual trials, and keep all tables in ``out``; what is there is not run again.

    The study may be given as its file; with ``out`` None nothing is kept. ``announce`` is told which part
    begins and gives what is told of progress; ``posterior`` names the one that draws come from, or its file (None:
    England's); ``data`` is how many virtual trials of each design are kept too, in ``out``, to rehearse on. Raises
    ScenarioError for a file that is wrong, InputError for what cannot be run, ResultsFolderError for a folder that
    cannot be used, before anything is written to it, EvidenceError for a posterior that is none, and ModelError where
    no authority could be lived, or no trial held.
    """
    plan = study if isinstance(study, TrialProtocol) else load_trial(study)
    _refuse_data(plan, None if out is None else Path(out), data)
    place: AbstractContextManager[str | Path] = TemporaryDirectory() if out is None else nullcontext(out)
    hold, drawn_from = _hold_inside if plan.inside else _hold_between, None if posterior is None else Path(posterior)
    about = {"trial": {"name": plan.name, "description": plan.description, **plan.content()}, **_note(plan, drawn_from)}
    with place as folder:
        found = hold(plan, draws_of(plan, drawn_from), about, Path(folder), workers, scheduler, announce)
    return replace(found, data=_keep_data(found, Path(str(out)) / DATA, data)) if data else found


def _refuse_data(plan: TrialProtocol, out: Path | None, data: int) -> None:
    """Raise InputError or ResultsFolderError, before anything runs, where data to rehearse on could not be kept."""
    if not data:
        return
    if plan.inside:
        raise InputError("data to rehearse on are made of trials of authorities, not of trials inside one.")
    if out is None:
        raise InputError("data to rehearse on need a folder: name one.")
    if (out / DATA).exists():
        raise ResultsFolderError(f"{out / DATA} is there already: move or delete it to have data made anew.")


def _keep_data(found: Trial, folder: Path, trials: int) -> Path:
    """Make virtual trials of a study's authorities and keep them as data to rehearse on."""
    from sos_sim.trials.rehearsal import rehearsed
    from sos_sim.trials.report.rehearsal import keep_rehearsal

    pool = read_pool(found.plan, found.authorities)
    keep_rehearsal(folder, found.plan, rehearsed(found.plan, pool, trials), found.tables["power"])
    return folder


def _note(plan: TrialProtocol, posterior: Path | None) -> dict[str, str]:
    """What is said of where a plan's draws come from; nothing where it asks for none."""
    usual = plan.scenarios[0]
    return posterior_note(said_posterior(posterior, usual) if plan.draws else "", usual)


def _hold_between(
    plan: TrialProtocol,
    draws: Sequence[Mapping[str, Value]],
    about: Mapping[str, Any],
    out: Path,
    workers: int | None,
    scheduler: str | None,
    announce: Announce,
) -> Trial:
    """As ``trial``, for trials of authorities: they are lived first, and trials drawn from them."""
    with ResultsFolder(out, {"kind": KIND, "code": code_hash(), "plan": held_alike(plan)}):
        pass  # refuses, before hours of authorities, a folder that could not take the trials
    with announce("authorities") as progress:
        authorities = run_points(
            lived_authority(plan),
            authorities_of(plan, draws),
            1,
            out / "authorities",
            kind="authorities of a trial",
            workers=workers,
            scheduler=scheduler,
            failure=plan.failure,
            progress=progress,
        )
    pool = read_pool(plan, authorities)
    with announce(f"virtual trials{AGAIN if _forget_other_analyses(out) else ''}") as progress:
        runs = run_points(
            VirtualTrials(plan, pool),
            trials_of(plan, len(draws)),
            1,
            out,
            kind=KIND,
            workers=workers,
            scheduler=scheduler,
            failure=plan.failure,
            progress=progress,
            about=about,
            place="processes",
        )
    _refuse_nothing(runs)
    tables = tables_of(plan, pool, runs)
    keep_tables(out, tables, OF_STUDY)
    return Trial(plan, tables, authorities, runs)


def _forget_other_analyses(out: Path) -> bool:
    """Remove virtual trials that other code of analyses made, for them to be held again; whether there were any."""
    if not (out / "manifest.json").exists() or read_manifest(out).get("analyses") == analyses_hash():
        return False
    discard_rows(out, {"analyses": analyses_hash()})
    return True


def _refuse_nothing(runs: pd.DataFrame) -> None:
    if not (runs["status"] == "done").any():
        raise ModelError(f"all {len(runs)} trials failed, the first one so: {runs.iloc[0]['reason']}.")


def _hold_inside(
    plan: TrialProtocol,
    draws: Sequence[Mapping[str, Value]],
    about: Mapping[str, Any],
    out: Path,
    workers: int | None,
    scheduler: str | None,
    announce: Announce,
) -> Trial:
    """As ``trial``, for trials inside one authority: each is simulated, once for each luck."""
    with announce("virtual trials") as progress:
        runs = run_points(
            inside_trial(plan),
            [{}],
            plan.trials,
            out,
            kind=KIND,
            workers=workers,
            scheduler=scheduler,
            failure=plan.failure,
            progress=progress,
            about=about,
        ).assign(design=plan.designs[0], draw=OWN)
    _refuse_nothing(runs)
    if draws:
        with announce("virtual trials over draws") as progress:
            drawn = run_points(
                inside_trial(plan),
                draws,
                plan.trials_per_draw,
                out / "draws",
                kind="trials over draws",
                workers=workers,
                scheduler=scheduler,
                failure=plan.failure,
                progress=progress,
            )
        runs = pd.concat([runs, drawn.assign(design=plan.designs[0], draw=drawn["point"])], ignore_index=True)
    tables = inside_tables(plan, runs)
    keep_tables(out, tables, OF_STUDY)
    return Trial(plan, tables, pd.DataFrame({"status": []}), runs)


def draws_of(plan: TrialProtocol, posterior: Path | None = None) -> Sequence[Mapping[str, Value]]:
    """Draws of what is uncertain and no scenario sets, for assurance; none where the plan asks for none."""
    if not plan.draws:
        return []
    usual, programme = plan.scenarios
    given = {*usual.given, *programme.given}
    drawn = over_posterior(replace(usual, run=usual.run._replace(draws=plan.draws)), posterior)
    return [{name: value for name, value in draw.items() if name not in given} for draw in drawn]


def tables_of(plan: TrialProtocol, pool: OutcomePool, runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All tables of a trial study by name, empty ones left out."""
    power = power_table(plan, pool, runs)
    found = {
        "power": power,
        "reach": reach_table(plan, runs),
        "information": information_table(plan, pool, runs),
        "assurance": assurance_table(plan, pool, runs),
        "correlations": correlation_table(plan, pool),
        "spread": spread_table(pool),
        "textbook": textbook_table(plan, pool, power),
        "true_effects": true_effects(plan, pool),
        "outcomes": trial_outcomes(),
    }
    return {name: table for name, table in found.items() if len(table)}


class TrialSize(NamedTuple):
    """How large a trial study is: how many ``what`` are lived, and virtual trials held."""

    what: str
    lives: int
    trials: int


def size_of(plan: TrialProtocol) -> TrialSize:
    """The size of a trial study. Raises InputError when it is too large to be planned."""
    if plan.inside:
        trials = check_rows(plan.trials + plan.draws * plan.trials_per_draw)
        return TrialSize("trials inside an authority", trials, trials)
    lives = check_rows(plan.authorities + plan.draws * plan.authorities_per_draw)
    return TrialSize("authorities", lives, len(trials_of(plan, plan.draws)))


def measured_seconds(plan: TrialProtocol) -> float:
    """What one life takes here, measured on the second one: the first may compile."""
    evaluate = _evaluator(plan)
    points: Sequence[Mapping[str, Value]] = (
        [{}, {}] if plan.inside else authorities_of(replace(plan, authorities=2), [])
    )
    evaluate(points[0], 0)
    begin = time.perf_counter()
    evaluate(points[1], 1)
    return time.perf_counter() - begin


def trial_outcomes() -> pd.DataFrame:
    """Outcomes of trials: outcome, label, unit, follow_up_months, recorded (False: no record shows it)."""
    return pd.DataFrame(
        [
            {
                "outcome": name,
                "label": outcome.label,
                "unit": outcome.unit,
                "follow_up_months": outcome.follow_up,
                "recorded": outcome.recorded,
            }
            for name, outcome in RECORDED.items()
        ]
    )
