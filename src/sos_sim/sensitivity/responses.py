"""Outputs of a study, as the run table holds them, laid out for analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.study import Output, Study

RECALIBRATED: Final = " recalibrated"


def responses(study: Study, runs: pd.DataFrame) -> dict[str, Numbers]:
    """For each output of the study its values, shape (rows of the sample, seeds), NaN in failed rows.

    ``runs`` is the run table, a point for each row of the sample. Where levels were recalibrated each
    output comes twice, as drawn and with its label followed by ``RECALIBRATED``.
    """
    outputs = {output.label: values_of(study, output, runs) for output in study.outputs}
    if study.recalibrate:
        outputs |= {
            f"{output.label}{RECALIBRATED}": values_of(study, output, runs, RECALIBRATED) for output in study.outputs
        }
    return outputs


def values_of(study: Study, output: Output, runs: pd.DataFrame, suffix: str = "") -> Numbers:
    """One output, shape (rows, seeds): a level, or the second scenario's minus the first's."""
    if study.model:
        return _by_seed(runs, output.measure)
    first = _by_seed(runs, f"{study.scenarios[0].name}:{output.measure}{suffix}")
    if not output.is_effect:
        return first
    return _by_seed(runs, f"{study.scenarios[1].name}:{output.measure}{suffix}") - first


def row_ids(runs: pd.DataFrame) -> list[str]:
    """For each row of the sample the id of its first run."""
    return [str(name) for name in runs.loc[runs["replicate"] == 0, "id"]]


def varied_values(study: Study, runs: pd.DataFrame) -> pd.DataFrame:
    """Values of the factors, a row for each row of the sample, in the factors' natural units."""
    once = runs[runs["replicate"] == 0]
    return once[[factor.name for factor in study.factors]].reset_index(drop=True)


def summary_of(outputs: Mapping[str, Numbers]) -> pd.DataFrame:
    """A row for each row of the sample and output: row, output, mean over seeds, standard deviation over seeds."""
    tables = [
        pd.DataFrame(
            {
                "row": np.arange(len(values)),
                "output": label,
                "mean": values.mean(axis=1),
                "sd": values.std(axis=1, ddof=1) if values.shape[1] > 1 else np.nan,
            }
        )
        for label, values in outputs.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _by_seed(runs: pd.DataFrame, column: str) -> Numbers:
    wide = runs.pivot(index="point", columns="replicate", values=column)
    return wide.to_numpy(dtype=np.float64)
