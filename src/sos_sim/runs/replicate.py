"""One scenario, many replicates: what varies when only luck does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sos_sim.core.notebook import ShownByTables
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario, scenario_of
from sos_sim.runs.batch import ArmsQuestion, RequestedRuns, run_batch
from sos_sim.runs.posterior_draws import over_posterior, said_posterior
from sos_sim.runs.question import Answer, Workplace
from sos_sim.runs.runner import Progress


@dataclass(frozen=True, repr=False)
class Replicates(ShownByTables):
    """Tables of a replicated scenario, as stored in its results folder.

    ``outcomes``: arm, replicate, year, measure, value. ``monthly``: arm, replicate, month, measure,
    value. ``runs``: arm, draw, replicate, status, reason.
    """

    outcomes: pd.DataFrame
    monthly: pd.DataFrame
    runs: pd.DataFrame


def replicate(
    scenario: Scenario | Path | str,
    replicates: int | None = None,
    out: Path | str | None = None,
    workers: int | None = None,
    engine: str = "compiled",
    progress: Progress | None = None,
    events: bool = False,
    draws: Sequence[Mapping[str, Value]] | None = None,
    scheduler: str | None = None,
    posterior: str = "",
    warmup_events: bool = False,
) -> Replicates:
    """Run a scenario as often as it says, or ``replicates`` times, for each of its draws.

    The scenario may be given as its file. With ``out`` the results folder is written there, or resumed; with
    ``events`` it also holds the event record and who the children are, with ``warmup_events`` that of the warm-up;
    ``draws``, ``scheduler`` and ``posterior`` as in ``compare``. Raises
    InputError for a plan that cannot be run, ResultsFolderError for a folder that cannot be used.
    """
    chosen = scenario_of(scenario)
    wanted = chosen.run.replicates if replicates is None else replicates
    asked = RequestedRuns(
        "run",
        [chosen],
        wanted,
        engine,
        workers,
        events,
        over_posterior(chosen) if draws is None else draws,
        scheduler=scheduler,
        posterior=said_posterior(None, chosen) if draws is None else posterior,
        warmup_events=warmup_events,
    )
    tables = run_batch(asked, None if out is None else Path(out), progress)
    return Replicates(tables["outcomes"], tables["monthly"], tables["runs"])


@dataclass(frozen=True)
class ReplicateQuestion(ArmsQuestion):
    """What one scenario gives, and what luck makes of it."""

    def answer(self, out: Path, where: Workplace) -> Answer[Replicates]:
        """Run it; the table is the summary of outcomes."""
        (scenario,) = self.scenarios
        draws = over_posterior(scenario, self.posterior)
        with where.announce("runs") as progress:
            found = replicate(
                scenario,
                None,
                out,
                where.workers,
                self.engine,
                progress,
                self.events,
                draws,
                where.scheduler,
                said_posterior(self.posterior, scenario),
                self.warmup_events,
            )
        return Answer(found, found.runs, {"outcomes": summarise(found.outcomes)})


def summarise(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard deviation over replicates by arm, measure and year (NaN with a single replicate)."""
    grouped = outcomes.groupby(["arm", "measure", "year"], sort=False)["value"]
    return grouped.agg(mean="mean", sd="std", replicates="count").reset_index()
