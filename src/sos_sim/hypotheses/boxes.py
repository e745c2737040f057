"""Candidates about conditions: boxes in the space of a sweep's factors in which its success criterion is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sos_sim.core.errors import ResultsFolderError
from sos_sim.hypotheses.candidates import Candidate
from sos_sim.outcomes.measures import SHARE
from sos_sim.runs.store import read_manifest, read_table
from sos_sim.sensitivity.study import EFFECT_OF
from sos_sim.sensitivity.tables import ANALYSES
from sos_sim.statistics.intervals import LEVEL, share_interval
from sos_sim.theory.parameters import declared

ROWS: Final = "rows of the sweep inside the box"


@dataclass(frozen=True)
class SweepTables:
    """What cards need of a sweep's folder: what was asked, boxes with their limits, indices (empty where absent)."""

    asked: Mapping[str, Any]
    boxes: pd.DataFrame
    limits: pd.DataFrame
    indices: pd.DataFrame

    def drivers(self, measure: str) -> tuple[str, ...]:
        """Parameters that stand out from noise in moving the difference in a measure."""
        if self.indices.empty:
            return ()
        rows = self.indices[(self.indices["output"] == f"{EFFECT_OF}{measure}") & self.indices["distinguishable"]]
        return tuple(name for name in dict.fromkeys(rows["factor"]) if name in declared())


def read_sweep(folder: Path) -> SweepTables:
    """The tables of a finished sweep. Raises ResultsFolderError when the folder holds something else."""
    manifest = read_manifest(folder)
    if manifest.get("kind") != "sweep":
        raise ResultsFolderError(f"{folder} holds a {manifest.get('kind')!r} study; --sweep takes a sweep's folder.")
    tables = {
        name: read_table(folder, ANALYSES[name]) if (folder / f"{name}.parquet").exists() else pd.DataFrame()
        for name in ("boxes", "box_limits", "indices")
    }
    return SweepTables(manifest["study"], tables["boxes"], tables["box_limits"], tables["indices"])


def box_candidates(sweep: SweepTables) -> list[Candidate]:
    """One candidate a box that PRIM found: success is commoner inside than among all rows.

    Boxes were confirmed on rows held out when they were made (see ``sensitivity.discovery``). The interval is Wilson's
    for the rows inside and optimistic for the two thirds that shaped the box. No box, no candidate.
    """
    if sweep.boxes.empty:
        return []
    arms = list(sweep.asked["arms"])
    criterion = " and ".join(sweep.asked["success"])
    by_prim = sweep.boxes[sweep.boxes["method"] == "prim"]
    return [_box(row, sweep, arms[-1], criterion) for row in by_prim.to_dict("records")]


def _box(row: Mapping[Any, Any], sweep: SweepTables, arm: str, criterion: str) -> Candidate:
    limits = sweep.limits[(sweep.limits["method"] == row["method"]) & (sweep.limits["box"] == row["box"])]
    inside = int(row["rows"])
    low, high = share_interval(round(row["density"] * inside), inside)
    error = (row["density"] * (1.0 - row["density"]) / inside) ** 0.5
    return Candidate(
        "conditions",
        arm,
        "success",
        SHARE,
        row["density"],
        low,
        high,
        1,
        inside,
        error,
        error * inside**0.5,
        row["density"],
        ROWS,
        LEVEL,
        row["overall"],
        subject=criterion,
        setting_low="all rows",
        setting_high="inside the box",
        at_low=row["overall"],
        at_high=row["density"],
        refuting_below=row["overall"],
        refuting_above=nan,
        conditions=" and ".join(_limit(limit) for limit in limits.to_dict("records")),
        beliefs=tuple(name for name in limits["factor"] if name in declared()),
    )


def _limit(row: Mapping[Any, Any]) -> str:
    if row["categories"]:
        return f"{row['factor']} is {' or '.join(row['categories'].split(', '))}"
    low, high = (None if isnan(row[side]) or abs(row[side]) == float("inf") else row[side] for side in ("low", "high"))
    if low is not None and high is not None:
        return f"{row['factor']} from {low:.3g} to {high:.3g}"
    return f"{row['factor']} above {low:.3g}" if low is not None else f"{row['factor']} below {high:.3g}"
