"""From a sample and its outputs to tables of indices, with their noise, their convergence and a reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.sensitivity.convergence import convergence_verdict, curve
from sos_sim.sensitivity.estimators import METHODS, PAIRWISE, Numbers
from sos_sim.sensitivity.guard import refuse_unusable
from sos_sim.sensitivity.luck_share import luck_floor, luck_share
from sos_sim.sensitivity.reading import indices_said
from sos_sim.sensitivity.resampling import LEVEL, ResampledIndices, estimate
from sos_sim.sensitivity.sampling import Sample, Space
from sos_sim.sensitivity.study import DUMMY, SIZES, Method

Tables = dict[str, pd.DataFrame]
DECIMALS: Final = 12
"""Estimates that agree so far are tied: what is left is rounding, which goes by the versions of libraries."""


def luck_of(outputs: Numbers) -> dict[str, Any]:
    """Mean and standard deviation of an output, shape (rows, seeds), and the part luck has in it."""
    return {
        "mean": outputs.mean(),
        "sd": outputs.mean(axis=1).std(ddof=1),
        "rows": len(outputs),
        "seeds": outputs.shape[1],
        **luck_share(outputs),
    }


def analyse(
    label: str,
    methods: Sequence[Method],
    sample: Sample,
    outputs: Numbers,
    ids: Sequence[str],
    luck: dict[str, Any] | None = None,
    least_floor: float = 0.0,
) -> Tables:
    """Everything about one output; ``outputs`` has shape (rows, seeds), ``ids`` name its rows.

    When ``outputs`` are an emulator's, ``luck`` is that of the simulated ones, and ``least_floor`` what its errors
    could make of an index.

    Tables: ``indices`` (output, method, index, factor, other, estimate, low, high, level, floor,
    distinguishable, rank), ``convergence`` (output, method, index, blocks, factor, estimate, low, high),
    ``verdicts`` (output, method, index, blocks, counted_in, rank_change, more, stable), ``luck`` (output, mean, sd,
    rows, seeds, luck, luck_left) and ``readings`` (output, method, sentence). Raises UnusableOutput.
    """
    refuse_unusable(label, outputs, ids)
    luck = luck or luck_of(outputs)
    found = [_by_method(name, sample, outputs, luck, least_floor) for name in methods if name in METHODS]
    tables = {name: pd.concat([tables[name] for tables in found], ignore_index=True) for name in (found or [{}])[0]}
    tables["luck"] = pd.DataFrame([luck])
    return {name: _labelled(table, output=label) for name, table in tables.items()}


def join(tables: Sequence[Tables]) -> Tables:
    """Tables of several outputs, one under another."""
    names = dict.fromkeys(name for found in tables for name in found)
    parts = {name: [found[name] for found in tables if name in found] for name in names}
    return {
        name: pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)
        for name, found in parts.items()
    }


def _by_method(name: Method, sample: Sample, outputs: Numbers, luck: dict[str, Any], least: float) -> Tables:
    method = METHODS[name]
    found = estimate(method, sample, outputs)
    stirred = luck_floor(method, sample, outputs)
    floors = {index: np.maximum(stirred.get(index, 0.0), least) for index in found.values}
    indices = pd.concat([_index_table(index, found, sample.space, floors[index]) for index in found.values])
    judged = convergence_verdict(method.ranked_by, found, sample.blocks)
    verdicts = pd.DataFrame(
        [
            {
                "index": method.ranked_by,
                "blocks": sample.blocks,
                "counted_in": SIZES[name][1],
                **judged._asdict(),
                "stable": judged.stable,
            }
        ]
    )
    tables = {
        "indices": indices,
        "convergence": _labelled(curve(method, sample, outputs, found), index=method.ranked_by),
        "verdicts": verdicts,
        "readings": pd.DataFrame([{"sentence": indices_said(name, indices, verdicts.iloc[0], luck)}]),
    }
    return {table: _labelled(frame, method=name) for table, frame in tables.items()}


def _index_table(index: str, found: ResampledIndices, space: Space, floor: Numbers) -> pd.DataFrame:
    """One index: estimates with intervals, the floor of noise under each, and ranks by size."""
    pairs = space.pairs if index in PAIRWISE else tuple((unit, "") for unit in space.units)
    value, half = found.values[index], found.half_width(index)
    table = pd.DataFrame(pairs, columns=["factor", "other"]).assign(
        index=index, estimate=value, low=value - half, high=value + half, level=LEVEL
    )
    is_dummy = (table["factor"] == DUMMY) | (table["other"] == DUMMY)
    size = np.abs(value)
    table["floor"] = np.maximum(float((size + half)[is_dummy].max()), floor)
    table["distinguishable"] = (size - half > table["floor"]) & ~is_dummy
    table["rank"] = table["estimate"].abs().round(DECIMALS).rank(ascending=False, method="first").astype(int)
    return table


def _labelled(table: pd.DataFrame, **labels: str) -> pd.DataFrame:
    """The table with constant columns in front."""
    for name, label in reversed(labels.items()):
        table.insert(0, name, label)
    return table
