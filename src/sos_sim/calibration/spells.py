"""Care spells, returns home and protection plans as tidy tables for survival analysis.

One clock for all: time is in months since the spell began, and what happens in the month of the
beginning itself is put half a month after it. A spell is followed while it lies in the window of
observation, the months after the warm-up. One that began earlier is left-truncated: it counts as at
risk only from the time ``entry`` it had already lasted when the window opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.agents.codes import CareExit
from sos_sim.calibration.tables import DRAWS as POSTERIOR_DRAWS
from sos_sim.calibration.tables import SPELLS
from sos_sim.core.parameters import Value
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.evidence.posterior import Posterior
from sos_sim.files.scenario import Scenario, rebuilt
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import BEFORE, NOT_YET, Histories, Months
from sos_sim.runs.store import ResultsFolder, read_manifest, read_table
from sos_sim.statistics.survival import CENSORED
from sos_sim.theory.parameters import declared

HALF_A_MONTH: Final = 0.5
EXITS: Mapping[int, str] = {
    CareExit.HOME_PLANNED: "home",
    CareExit.HOME_UNPLANNED: "home",
    CareExit.SPECIAL_GUARDIANSHIP: "special guardianship",
    CareExit.ADOPTION: "adoption",
    CareExit.AGE_18: "eighteenth birthday",
    CareExit.OTHER: "other",
}
"""How a period of care ended, in the words of the figures; planned and unplanned returns are together."""
DRAWS: Final = 20
"""Enough to see how far curves differ between draws; each is one run."""


def care_spells(histories: Histories, first: int, last: int) -> pd.DataFrame:
    """Periods of being looked after, seen in the months ``first`` up to ``last`` of the record.

    Columns: duration and entry (months), end (a value of ``EXITS`` or ``CENSORED``), age (years at the
    start). Children placed before the record are left out: how long they had been there is made up.
    """
    care = histories.care
    known = care.start > BEFORE
    start, end = care.start[known], care.end[known]
    reasons = np.array([EXITS.get(reason, CENSORED) for reason in care.reason[known].tolist()], dtype=object)
    table = _followed(start, end, first, last, reasons)
    age = (care.start - care.birth)[known] / MONTHS_PER_YEAR
    return table.assign(age=age[table.index]).reset_index(drop=True)


def return_spells(histories: Histories, first: int, last: int) -> pd.DataFrame:
    """Returns home from care, followed to re-entry, the eighteenth birthday or the end of the window.

    Columns: duration and entry (months since return), end ("re-entry" or ``CENSORED``).
    """
    returns = histories.returns
    again = returns.reentry < np.minimum(returns.until, last)
    table = _followed(
        returns.month,
        np.where(again, returns.reentry, NOT_YET),
        first,
        last,
        np.where(again, "re-entry", CENSORED),
        returns.until,
    )
    return table.reset_index(drop=True)


def plan_spells(histories: Histories, first: int, last: int) -> pd.DataFrame:
    """Child protection plans. Columns: duration and entry (months), end ("ended" or ``CENSORED``)."""
    started, ended = histories.of(Event.PLAN_START), histories.of(Event.PLAN_END)
    began = ended.month - ended.detail
    span = 1 << 20
    going_on = ~np.isin(started.child * span + started.month, ended.child * span + began)
    start = np.concatenate([began, started.month[going_on]])
    end = np.concatenate([ended.month, np.full(int(going_on.sum()), NOT_YET)])
    reason = np.where(end < NOT_YET, "ended", CENSORED)
    return _followed(start, end, first, last, reason).reset_index(drop=True)


def simulate_spells(
    scenario: Scenario, draws: Sequence[Mapping[str, Value]], replicate: int = 0
) -> dict[str, pd.DataFrame]:
    """Spells of a scenario under each draw of parameter values (one run a draw), by the names of ``SPELLS``.

    Every table has the column ``draw``, the position in ``draws``, in front. Each draw is run with the
    luck of its own replicate, so that its spells differ by parameters and luck. Raises ModelError when
    a self-check of the model fails and ScenarioError for a value that is not allowed.
    """
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in SPELLS}
    for number, values in enumerate(draws):
        chosen = scenario.with_values(**values)
        setting = chosen.setting(replicate + number)
        run = CompiledRun(setting).advance(setting.months)
        histories = Histories(run.events, run.monthly, run.state.children["birth"], setting.months)
        for name, read in zip(SPELLS, (care_spells, return_spells, plan_spells), strict=True):
            spells = read(histories, chosen.run.warmup_months, setting.months)
            spells.insert(0, "draw", number)
            found[name].append(spells)
    return {name: pd.concat(tables, ignore_index=True) for name, tables in found.items()}


def spells_of_calibration(folder: Path) -> dict[str, pd.DataFrame]:
    """Spells under ``DRAWS`` of a finished calibration's draws, from its folder or, the first time, simulated and kept.

    Raises ResultsFolderError for a folder that holds no finished calibration or cannot be written.
    """
    if not all((folder / f"{name}.parquet").exists() for name in SPELLS):
        manifest, table = read_manifest(folder), read_table(folder, POSTERIOR_DRAWS)
        name, resolved = next(iter(manifest["arms"].items()))
        scenario = rebuilt(name, resolved, 1)
        held = [column for column in table.columns if column in declared()]
        posterior = Posterior(table[held], table["weight"].to_numpy(float), {}, "")
        with ResultsFolder(folder, {"kind": manifest["kind"]}) as opened:
            for kept, frame in simulate_spells(scenario, posterior.sample(DRAWS, scenario.run.seed)).items():
                opened.keep_table(SPELLS[kept], frame)
    return {name: read_table(folder, contract) for name, contract in SPELLS.items()}


def _followed(
    start: Months, end: Months, first: int, last: int, reason: NDArray[np.object_], until: Months | None = None
) -> pd.DataFrame:
    """Spells that were seen at some time in the window, censored at its end or, if earlier, at ``until``.

    The window opens half a month before ``first`` and closes half a month before ``last``, so that an
    event and the end of observation never fall together.
    """
    close = np.full(len(start), last) if until is None else np.minimum(until, last)
    seen_to_end = end < close
    duration = np.where(seen_to_end, np.maximum(end - start, HALF_A_MONTH), close - HALF_A_MONTH - start)
    entry = np.maximum(first - HALF_A_MONTH - start, 0.0)
    table = pd.DataFrame({"duration": duration, "entry": entry, "end": np.where(seen_to_end, reason, CENSORED)})
    return table[table["duration"] > table["entry"]]
