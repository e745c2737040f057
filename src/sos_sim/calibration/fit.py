"""How near the model comes to official figures, England's or one authority's own, misses included."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sos_sim.calibration.tables import SCENARIO_FIT
from sos_sim.evidence.targets import Target, simulated_values
from sos_sim.files.scenario import Scenario, scenario_of
from sos_sim.files.targets import england_targets
from sos_sim.outcomes.measures import WHOLE_PERIOD
from sos_sim.runs.replicate import replicate
from sos_sim.runs.runner import Progress
from sos_sim.theory.costs import Costs


def fit(
    scenario: Scenario | Path | str,
    replicates: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Official against simulated figures, one row for each published value.

    The scenario may be given as its file. Simulated values are means over replicates of the whole period
    after the warm-up. Columns: target, measure (a target may have several), official, tolerance, simulated
    (on the published footing), spread (standard deviation over replicates), distance (in tolerances), unit, year,
    grade, source, note, input (True for prices taken as given), local (True for the authority's own), england
    (England's value, whatever the official one is).
    """
    chosen = scenario_of(scenario)
    return set_against_targets(chosen, replicate(chosen, replicates, None, workers, progress=progress).outcomes)


def set_against_targets(scenario: Scenario, outcomes: pd.DataFrame) -> pd.DataFrame:
    """The table of ``fit`` from outcomes of the scenario that are there already."""
    whole = outcomes[outcomes["year"] == WHOLE_PERIOD].pivot(index="replicate", columns="measure", values="value")
    costs = scenario.parameters().costs
    rows = [row for target in scenario.targets() for row in _rows(target, whole, costs)]
    return SCENARIO_FIT.check(pd.DataFrame(rows, columns=SCENARIO_FIT.names))


def targets_within(table: pd.DataFrame, tolerances: float) -> int:
    """Number of targets all of whose parts lie within so many tolerances; prices taken as given do not count."""
    worst = table[~table["input"]].assign(distance=table["distance"].abs()).groupby("target")["distance"].max()
    return int((worst <= tolerances).sum())


def _rows(target: Target, outcomes: pd.DataFrame, costs: Costs) -> list[dict[str, object]]:
    drawn = pd.DataFrame([simulated_values(target, outcome.to_dict(), costs) for _, outcome in outcomes.iterrows()])
    simulated = tuple(float(value) for value in drawn.mean())
    spread = drawn.std() if len(drawn) > 1 else drawn.mean() * float("nan")
    distances = target.distances(simulated)
    england = next(other for other in england_targets() if other.id == target.id)
    return [
        {
            "target": target.id,
            "measure": target.measures[part],
            "official": target.values[part],
            "england": england.values[part],
            "tolerance": target.tolerance,
            "simulated": simulated[part],
            "spread": float(spread.iloc[part]),
            "distance": distances[part],
            "unit": target.unit,
            "year": target.year,
            "grade": target.grade,
            "source": target.source,
            "note": target.note,
            "input": target.input,
            "local": target.local,
        }
        for part in range(len(target.values))
    ]
