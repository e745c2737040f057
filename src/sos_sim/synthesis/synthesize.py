"""A synthesis of published studies: prior draws held to what each study found, from question to tables.

Draws of usual practice come from England's posterior; strengths that only a programme drives, of which official
figures say nothing, and whether the theory is null come from their priors. At every draw every study is held inside
the model (``holding``), its luck is taken out and the draw weighed by what the study found (``weighing``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sos_sim.core.luck import mix
from sos_sim.core.parameters import Value
from sos_sim.core.provenance import code_hash, versions
from sos_sim.evidence.posterior import england_posterior
from sos_sim.runs.forecast import Forecast, check_rows, seconds_a_run
from sos_sim.runs.points import run_points
from sos_sim.runs.posterior_draws import posterior_note, said_posterior
from sos_sim.runs.question import Answer, Workplace
from sos_sim.runs.store import ResultsFolder
from sos_sim.synthesis.file import EvidenceSynthesis
from sos_sim.synthesis.holding import HeldStudies
from sos_sim.synthesis.tables import OF_STUDY
from sos_sim.synthesis.tabulate import WeighedDraws, synthesis_tables, weigh_draws
from sos_sim.synthesis.weighing import effective_draws
from sos_sim.theory.parameters import strengths

KIND: Final = "synthesis"
MEGABYTES_A_ROW: Final = 0.005
SHOWN: Final = ("held", "strengths", "weighings")
"""Tables that the command line shows as JSON."""


@dataclass(frozen=True)
class SynthesisQuestion:
    """What published studies say of the strengths of links, and of whether the theory is null."""

    study: EvidenceSynthesis
    engine: str = "compiled"

    def content(self) -> Any:
        """The study's own, and the posterior that usual practice comes from."""
        return [self.study.content(), england_posterior().digest]

    def forecast(self) -> Forecast:
        """A row for each draw and replicate, which lives the authority once for each programme."""
        study = self.study
        rows = check_rows(study.prior_draws * study.replicates)
        lives = 1 + len({held.arm for held in study.studies if held.outcomes})
        return Forecast(rows, rows * lives * seconds_a_run([study.scenario]), rows * MEGABYTES_A_ROW)

    def answer(self, out: Path, where: Workplace) -> Answer[Mapping[str, pd.DataFrame]]:
        """Run it, every draw with luck of its own; the tables say what was learnt."""
        study = self.study
        draws, drawn_from = synthesis_draws(study.prior_draws, study.seed), posterior_note(said_posterior())
        with where.announce("draws") as progress:
            runs = run_points(
                HeldStudies(study.scenario, study.studies),
                [{**draw, "seed": mix(study.seed, place) >> 1} for place, draw in enumerate(draws)],
                study.replicates,
                out,
                kind=KIND,
                workers=where.workers,
                scheduler=where.scheduler,
                progress=progress,
                about={"name": study.name, **drawn_from, "england": england_posterior().digest, "drawn": len(draws)},
            )
        weighed = weigh_draws(study.studies, draws, runs)
        tables = synthesis_tables(weighed)
        _keep(out, tables, study, weighed)
        return Answer(tables, runs.assign(arm=study.scenario.name), {name: tables[name] for name in SHOWN})


def synthesis_draws(number: int, seed: int) -> Sequence[Mapping[str, Value]]:
    """Draws before the studies: England's posterior; strengths that it cannot tell are drawn anew from their priors."""
    return england_posterior().sample(number, seed, anew=strengths(programme_only=True))


def _keep(out: Path, tables: Mapping[str, pd.DataFrame], study: EvidenceSynthesis, weighed: WeighedDraws) -> None:
    """Keep the tables beside the run table; the posterior says what made it."""
    notes = {
        "study": study.name,
        "code": code_hash(),
        "targets": study.content()["studies"],
        "seed": study.seed,
        "effective": round(effective_draws(weighed.weights), 1),
        "draws": len(weighed.draws),
        "replicates": study.replicates,
        "england": england_posterior().digest,
        "children": study.scenario.values["children"],
        "versions": versions(),
        "date": date.today().isoformat(),
        "command": "make trials-posterior",
    }
    with ResultsFolder(out, {"kind": KIND}) as folder:
        for name, contract in OF_STUDY.items():
            folder.keep_table(contract, tables[name], {"posterior": json.dumps(notes)} if name == "posterior" else None)
