"""A moderation study: rows with luck of their own, and the tables of all its effects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.runs.arms import in_year
from sos_sim.sensitivity.analysis import Tables, join
from sos_sim.sensitivity.effect_surfaces import Moderation
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.guard import UnusableOutput, refuse_unusable
from sos_sim.sensitivity.moderation import bound_discoveries, moderation_by_year, moderation_tables
from sos_sim.sensitivity.recalibration import recalibration_table
from sos_sim.sensitivity.responses import row_ids, summary_of, values_of
from sos_sim.sensitivity.sampling import Sample
from sos_sim.sensitivity.study import Output, Study

BOUNDED = ("moderation", "moderated_links")


def analyse_moderation(study: Study, drawn: Sample, runs: pd.DataFrame) -> tuple[Tables, dict[str, str]]:
    """Tables of all effects that can be analysed, and why others cannot; false discoveries are bounded over all.

    Where thresholds are recalibrated, the rows were run at kept levels, and effects are those there.
    """
    moderation = Moderation.of(study.factors, drawn.shares[:, :-1])
    found, refused, outputs = [], {}, {}
    for output in study.outputs:
        effect, level = (values_of(study, one, runs) for one in (output, Output(output.measure, False)))
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


def _by_year(study: Study, output: Output, runs: pd.DataFrame) -> dict[int, Numbers]:
    """An effect in every whole year after the warm-up, shape (rows,); years without a value in some row left out."""
    years = range(1, study.scenarios[0].run.months // MONTHS_PER_YEAR + 1)
    labelled = {year: Output(in_year(output.measure, year), True) for year in years}
    effects = {year: values_of(study, named, runs).mean(axis=1) for year, named in labelled.items()}
    return {year: effect for year, effect in effects.items() if np.isfinite(effect).all()}
