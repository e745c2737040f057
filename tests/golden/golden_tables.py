"""Golden tables: outcomes of one small comparison and the months of one authority, as readable text.

Run this file (``make golden``) to write them anew after a change that is meant to move numbers, and
say in the commit why they moved.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sos_sim.comparison.compare import compare
from sos_sim.files.scenario import load_scenario
from sos_sim.runs.simulate import simulate

HERE = Path(__file__).resolve().parent
SCENARIOS = HERE.parents[1] / "scenarios"
ARMS = ("base", "sos_supported", "training_without_coaching", "family_group_meetings")
SMALL = {"authority.children": 6000, "run.warmup_months": 48, "run.months": 36, "run.seed": 7}
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


TABLES = {"outcomes": outcomes, "months": months, "effects": effects}


def _text(table: pd.DataFrame) -> str:
    return table.rename_axis(index=None, columns=None).to_string(float_format="{:.4g}".format) + "\n"


if __name__ == "__main__":
    for name, make in TABLES.items():
        (HERE / f"{name}.txt").write_text(make(), encoding="utf-8")
