"""Data of virtual trials to rehearse an analysis on: as a statistician receives them, with the truth sealed apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.core.luck import mix, uniform
from sos_sim.core.units import RATE_BASE
from sos_sim.runs.contracts import Contract
from sos_sim.trials.analyses import analyse_trial
from sos_sim.trials.pool import OutcomePool
from sos_sim.trials.protocol import Design, TrialProtocol
from sos_sim.trials.recorded import RECORDED
from sos_sim.trials.schedules import Schedule, cells_of, schedule, trial_data, true_effect
from sos_sim.trials.tables import CELLS, TRUTH
from sos_sim.trials.trial_data import TrialData
from sos_sim.trials.virtual import AS_ASSUMED, NONE, OWN, lead_analysis

ARMS: Final = ("usual practice", "programme")
_APART: Final = 1 << 30
"""Trials to rehearse on have other luck than those that are held: numbers from here on."""
_BY_LOT: Final = 9
CODE: Final = '''"""Makes the analysis of every trial in cells.csv again; columns as in sealed/truth.csv."""

import pandas as pd

from sos_sim.trials.rehearsal import analysed

cells = pd.read_csv("cells.csv", encoding="utf-8-sig")
print(analysed(cells).to_string(index=False))
'''


def rehearsed(plan: TrialProtocol, pool: OutcomePool, trials: int) -> dict[str, pd.DataFrame]:
    """Tables ``cells`` and ``truth`` (see ``trials.tables``) of so many trials of each design, at its largest size.

    The same plan and pool give the same tables. Outcomes that no record shows are left out.
    """
    own, clusters = pool.of_draw(OWN), max(plan.clusters)
    outcomes = [name for name in plan.outcomes if RECORDED[name].recorded]
    cells, truth = [], []
    for number, design in _trials(plan, trials):
        seed = mix(mix(plan.seed, _APART + number), 0)
        held = schedule(plan, own, design, clusters, seed)
        acts = bool(uniform(seed, mix(_BY_LOT, 0)) < 0.5)
        for outcome in outcomes:
            data = trial_data(plan, own, design, held, outcome, acts)
            rows = _cells(plan, design, held, outcome, data)
            cells.append(
                rows.assign(trial=number, design=design, outcome=outcome, analysis=lead_analysis(plan, design))
            )
            effect = true_effect(plan, own, design, outcome) if acts else 0.0
            truth.append(
                {"trial": number, "outcome": outcome, "effect": AS_ASSUMED if acts else NONE, "true_effect": effect}
            )
    told = pd.concat(cells, ignore_index=True)[CELLS.names]
    found = pd.DataFrame(truth).merge(analysed(told), on=["trial", "outcome"], validate="one_to_one")
    return {"cells": CELLS.check(told), "truth": TRUTH.check(found[TRUTH.names])}


def analysed(cells: pd.DataFrame) -> pd.DataFrame:
    """What the analysis named in ``cells`` finds in every trial and outcome, a row each.

    Columns: trial, outcome, analysis, estimate, error, degrees, p, low, high.
    """
    rows: list[dict[str, Any]] = []
    for (trial, outcome), one in cells.groupby(["trial", "outcome"], sort=False):
        analysis = str(one["analysis"].iloc[0])
        found = analyse_trial(analysis, _read(one))._asdict()
        rows.append({"trial": trial, "outcome": outcome, "analysis": analysis, **found})
    return pd.DataFrame(rows)


def codebook() -> pd.DataFrame:
    """Every column of the two tables: file, column, type, unit, meaning, codes."""
    return pd.DataFrame(
        [row for file, of in (("cells.csv", CELLS), ("sealed/truth.csv", TRUTH)) for row in _told(file, of)]
    )


def _told(file: str, contract: Contract) -> Iterator[Mapping[str, str]]:
    for column in contract.columns:
        yield {
            "file": file,
            "column": column.name,
            "type": column.kind,
            "unit": column.unit,
            "meaning": column.meaning,
            "codes": ", ".join(column.codes),
        }


def _trials(plan: TrialProtocol, trials: int) -> Iterator[tuple[int, Design]]:
    for place, design in enumerate(plan.designs):
        for number in range(trials):
            yield place * trials + number, design


def _cells(plan: TrialProtocol, design: Design, held: Schedule, outcome: str, data: TrialData) -> pd.DataFrame:
    """Rows of one trial and outcome, as records would show them."""
    first = cells_of(plan, design, held, outcome)[1]
    followed = data.size if RECORDED[outcome].follow_up else data.size * RATE_BASE
    return pd.DataFrame(
        {
            "cluster": data.cluster,
            "arm": np.array(ARMS)[data.arm],
            "start_month": held.start[data.cluster] * plan.period_months,
            "month": (data.period + first) * plan.period_months,
            "period": data.period,
            "baseline": data.baseline,
            "programme": data.treated > 0,
            "since": data.since,
            "events": data.count.astype(np.int64),
            "followed": followed,
            "per": 1.0 if RECORDED[outcome].follow_up else RATE_BASE,
        }
    )


def _read(rows: pd.DataFrame) -> TrialData:
    """What an analysis takes of the rows of one trial and outcome."""
    return TrialData(
        rows["cluster"].to_numpy(np.int64),
        rows["period"].to_numpy(np.int64),
        rows["programme"].to_numpy(float),
        rows["events"].to_numpy(float),
        (rows["followed"] / rows["per"]).to_numpy(float),
        np.asarray(rows["arm"] == ARMS[1], dtype=np.int64),
        rows["baseline"].to_numpy(bool),
        rows["since"].to_numpy(np.int64),
    )
