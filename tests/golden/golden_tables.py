"""Golden tables: outcomes of one small comparison, months of one authority, a small one lived whole; as readable text.

Run this file (``make golden``) to write them anew after a change that is meant to move numbers, and
say in the commit why they moved.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from sos_sim.comparison.compare import compare
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import load_scenario
from sos_sim.model import by_team, expected, monthly
from sos_sim.model.events import Event, EventColumn
from sos_sim.model.paths import Path as Route
from sos_sim.model.paths import paths
from sos_sim.model.programmes import Programme
from sos_sim.model.readable import ReadableRun
from sos_sim.outcomes.expected import COUNTED, READABLE
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measuring import Window
from sos_sim.runs.simulate import simulate
from sos_sim.theory.levers import Levers
from sos_sim.theory.parameters import declared
from support.worlds import world

HERE = Path(__file__).resolve().parent
SCENARIOS = HERE.parents[1] / "scenarios"
ARMS = ("base", "sos_supported", "training_without_coaching", "family_group_meetings")
SMALL = {"authority.children": 6000, "run.warmup_months": 48, "run.months": 36, "run.seed": 7}
FEW_CHILDREN, FEW_MONTHS = 3000, 72
LIVES = ("declared", "others", "paths shut")
MONTHS_SHOWN = (0, 1, 11, 23, 35)
EFFECTS_SHOWN = ("comparator_mean", "arm_mean", "estimate", "low", "high", "probability_lower", "relative", "count")


def outcomes() -> str:
    """All outcome measures of four arms, pooled over three years, four significant digits."""
    columns = {}
    for arm in ARMS:
        result = simulate(load_scenario(SCENARIOS / f"{arm}.yaml", SMALL)).outcomes
        columns[arm] = result[result["year"] == "all"].set_index("measure")["value"]
    return _text(pd.DataFrame(columns))


def months() -> str:
    """The monthly table of the supported arm in five months, four significant digits."""
    table = simulate(load_scenario(SCENARIOS / "sos_supported.yaml", SMALL)).monthly
    wide = table.pivot(index="measure", columns="month", values="value").loc[table["measure"].unique()]
    return _text(wide[list(MONTHS_SHOWN)])


def effects() -> str:
    """A comparison of three replicates: means, paired difference, interval, sign, count; four significant digits."""
    arms = [load_scenario(SCENARIOS / f"{arm}.yaml", SMALL) for arm in ARMS[:2]]
    return _text(compare(arms, replicates=3).effects.set_index("measure")[list(EFFECTS_SHOWN)])


def lives() -> str:
    """An authority of few children as the readable engine lives it: as declared, otherwise read, with paths shut.

    Sums over months of the tables by month and team and of expected counts, and over agents of all that they are at
    the end; of each kind of event the number and sums of what the record says of it. Six significant digits.
    """
    return _text(pd.DataFrame({name: _lived(_life(name)) for name in LIVES}), "{:.6g}")


def measures() -> str:
    """What every outcome measure reads from two of these lives after a year, by year and over all years."""
    found = {}
    for reading in ("declared", "others"):
        run = _life(reading)
        birth = run.state.children["birth"].astype(np.int64)
        histories = Histories(run.events, run.monthly, birth, FEW_MONTHS, run.expected)
        for year in range(1, FEW_MONTHS // 12):
            window = Window(12 * year, 12 * year + 12, run.setting.parameters)
            found[f"{reading} {year}"] = _read(histories, window)
        found[f"{reading} all"] = _read(histories, Window(12, FEW_MONTHS, run.setting.parameters))
    return _text(pd.DataFrame(found), "{:.6g}")


def _read(histories: Histories, window: Window) -> dict[str, float]:
    counted = {f"counted.{name}": read(histories, window) for name, read in COUNTED.items()}
    return {name: float(measure.value(histories, window)) for name, measure in READABLE.items()} | counted


@cache
def _life(which: str) -> ReadableRun:
    values: dict[str, Value] = {
        name: parameter.choices[-1] if parameter.default == parameter.choices[0] else parameter.choices[0]
        for name, parameter in declared().items()
        if parameter.kind == "structure" and which == "others"
    }
    programme = Programme(12, FEW_MONTHS, dict.fromkeys(Levers._fields, 0.8))
    setting = world(7, FEW_MONTHS, FEW_CHILDREN, {"team_size": 2, **values}, [programme])
    if which == "paths shut":
        setting = setting._replace(paths=paths({Route.FAMILIES}))
    return ReadableRun(setting, traced=True, counted=True).advance(FEW_MONTHS)


def _lived(run: ReadableRun) -> pd.Series[float]:
    found = {f"monthly.{name}": column.sum() for name, column in zip(monthly.COLUMNS, run.monthly.T, strict=True)}
    by_team_over_months = run.by_team.sum(axis=(0, 1))
    found |= {f"by_team.{name}": total for name, total in zip(by_team.COLUMNS, by_team_over_months, strict=True)}
    found |= {f"expected.{name}": column.sum() for name, column in zip(expected.COLUMNS, run.expected.T, strict=True)}
    found["danger"] = run.danger.sum(dtype=float)
    for kind in Event:
        rows = run.events[run.events[:, EventColumn.EVENT] == kind]
        found[f"event.{kind.name.lower()}"] = len(rows)
        found |= {f"event.{kind.name.lower()}.{of.name.lower()}": rows[:, of].sum() for of in EventColumn}
    for agents, records in run.state._asdict().items():
        found |= {f"{agents}.{field}": records[field].astype(float).sum() for field in records.dtype.names}
    return pd.Series(found, dtype=float)


TABLES = {"lives": lives, "measures": measures, "outcomes": outcomes, "months": months, "effects": effects}


def _text(table: pd.DataFrame, number: str = "{:.4g}") -> str:
    return table.rename_axis(index=None, columns=None).to_string(float_format=number.format) + "\n"


if __name__ == "__main__":
    for name, make in TABLES.items():
        (HERE / f"{name}.txt").write_text(make(), encoding="utf-8")
