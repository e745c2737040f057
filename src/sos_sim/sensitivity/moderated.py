"""A moderation study: rows with luck of their own, and the tables of all its effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sos_sim.core.luck import mix
from sos_sim.core.parameters import Value
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.runs.arms import SimulatedArms, in_year
from sos_sim.sensitivity.analysis import Tables, join
from sos_sim.sensitivity.effect_surfaces import Moderation
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.guard import UnusableOutput, refuse_unusable
from sos_sim.sensitivity.moderation import bound_discoveries, moderation_by_year, moderation_tables
from sos_sim.sensitivity.recalibration import RecalibratedArms, recalibration_table
from sos_sim.sensitivity.responses import RECALIBRATED, row_ids, summary_of, values_of
from sos_sim.sensitivity.sampling import Sample
from sos_sim.sensitivity.study import Output, Study

BOUNDED = ("moderation", "moderated_links")


def own_luck(replicate: int, values: Mapping[str, Value]) -> int:
    """A replicate for a row alone: its number mixed with the values of the row."""
    address = 0
    for name, value in sorted(values.items()):
        for byte in f"{name}={value!r}".encode():
            address = mix(address, byte)
    return mix(address, replicate) >> 33


@dataclass(frozen=True)
class OwnLuck:
    """Arms evaluated with luck that belongs to the row: its address is the values of the point."""

    arms: SimulatedArms | RecalibratedArms

    @property
    def outputs(self) -> tuple[str, ...]:
        """Those of the arms."""
        return self.arms.outputs

    def identity(self) -> Mapping[str, Any]:
        """That of the arms, and whose the luck is."""
        return {**self.arms.identity(), "luck": "of the row"}

    def refuse(self, values: Mapping[str, Value]) -> None:
        """Raise ScenarioError for values that are not allowed."""
        self.arms.refuse(values)

    def __call__(self, values: Mapping[str, Value], replicate: int) -> Sequence[float]:
        """All outputs of one point, under its own luck."""
        return self.arms(values, own_luck(replicate, values))


def analyse_moderation(study: Study, drawn: Sample, runs: pd.DataFrame) -> tuple[Tables, dict[str, str]]:
    """Tables of all effects that can be analysed, and why others cannot; false discoveries are bounded over all.

    Where thresholds are recalibrated, effects are those at kept levels.
    """
    moderation = Moderation.of(study.factors, drawn.shares[:, :-1])
    found, refused, outputs = [], {}, {}
    for output in study.outputs:
        effect, level = (_of_rows(study, one, runs) for one in (output, Output(output.measure, False)))
        outputs[output.label] = effect
        try:
            refuse_unusable(output.label, effect, row_ids(runs))
            whole = moderation_tables(moderation, output.label, effect.mean(axis=1), level.mean(axis=1))
            by_year = moderation_by_year(moderation, output.label, _by_year(study, output, runs))
            found.append({**whole, "moderation_by_year": by_year})
        except UnusableOutput as problem:
            refused[output.label] = str(problem)
    tables = join(found) if found else {}
    bounded = {name: bound_discoveries(table) if name in BOUNDED else table for name, table in tables.items()}
    refusals = pd.DataFrame({"output": list(refused), "reason": list(refused.values())}, dtype="str")
    kept = {"recalibration": recalibration_table(runs)} if study.recalibrate else {}
    return {"responses": summary_of(outputs), "refused": refusals, **kept, **bounded}, refused


def _of_rows(study: Study, output: Output, runs: pd.DataFrame) -> Numbers:
    """An output of every row, at kept levels where the study keeps them; shape (rows, seeds)."""
    return np.asarray(values_of(study, output, runs, RECALIBRATED if study.recalibrate else ""))


def _by_year(study: Study, output: Output, runs: pd.DataFrame) -> dict[int, Numbers]:
    """An effect in every whole year after the warm-up, shape (rows,); years without a value in some row left out."""
    years = range(1, study.scenarios[0].run.months // MONTHS_PER_YEAR + 1)
    labelled = {year: Output(in_year(output.measure, year), True) for year in years}
    effects = {year: _of_rows(study, named, runs).mean(axis=1) for year, named in labelled.items()}
    return {year: effect for year, effect in effects.items() if np.isfinite(effect).all()}
