"""Indices and surfaces from an emulator, where it is good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from sos_sim.sensitivity.analysis import Tables, analyse, luck_of
from sos_sim.sensitivity.emulator import BAR, Emulator, fit_output_emulator, refuse_poor, surface
from sos_sim.sensitivity.estimators import METHODS, Numbers
from sos_sim.sensitivity.reading import SAYS
from sos_sim.sensitivity.sampling import Sample, sample
from sos_sim.sensitivity.study import DUMMY, Study

BASE_POINTS: Final = 1024
"""Base points of a Sobol sample that the emulator evaluates."""


def analyse_emulated(
    study: Study, label: str, drawn: Sample, outputs: Numbers, ids: Sequence[str], simulated: Tables
) -> Tables:
    """Tables of one output with the help of an emulator: ``emulator`` (output, rows, q2, bar) and ``surfaces``.

    With method sobol the indices too are the emulator's, and the share of variance that it cannot predict is a
    floor under them; else ``simulated`` holds those of the rows
    themselves. Raises UnusableOutput when the emulator predicts too little.
    """
    emulator = fit_output_emulator(study.factors, drawn.shares[:, :-1], outputs.mean(axis=1))
    refuse_poor(label, emulator)
    tables = simulated or _sobol(study, label, emulator, outputs, ids)
    tables = {
        **tables,
        "emulator": pd.DataFrame([{"output": label, "rows": len(outputs), "q2": emulator.q2, "bar": BAR}]),
    }
    names = _strongest(tables["indices"], study)
    if len(names) == 2:
        tables["surfaces"] = surface(emulator, drawn.shares[:, :-1], (names[0], names[1])).assign(output=label)
    return tables


def _sobol(study: Study, label: str, emulator: Emulator, outputs: Numbers, ids: Sequence[str]) -> Tables:
    dense = sample(replace(study, size=BASE_POINTS, emulator=False))
    predicted = emulator.predict(dense.shares[:, :-1])[:, None]
    luck, rows = luck_of(outputs), [ids[0]] * len(predicted)
    tables = analyse(label, ("sobol",), dense, predicted, rows, luck, 1.0 - emulator.q2)
    source = SAYS.sentence("from_emulator", rows=len(outputs), q2=emulator.q2)
    tables["readings"]["sentence"] = source + " " + tables["readings"]["sentence"]
    return tables


def _strongest(indices: pd.DataFrame, study: Study) -> list[str]:
    """The two factors that rank first."""
    method = next(method for method in study.methods if method in METHODS)
    ranking = (indices["method"] == method) & (indices["index"] == METHODS[method].ranked_by)
    ranked = indices[ranking & (indices["factor"] != DUMMY)].sort_values("rank")
    return [str(name) for name in ranked["factor"] if name in {factor.name for factor in study.factors}][:2]
