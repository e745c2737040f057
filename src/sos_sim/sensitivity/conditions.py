"""Under what conditions a study's success criterion is met."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sos_sim.sensitivity.analysis import Tables, join
from sos_sim.sensitivity.discovery import box_tables, discover, sentences, successes
from sos_sim.sensitivity.guard import refuse_unusable
from sos_sim.sensitivity.responses import RECALIBRATED, values_of, varied_values
from sos_sim.sensitivity.study import Study


def find_conditions(study: Study, runs: pd.DataFrame, ids: Sequence[str]) -> Tables:
    """Tables of ``discovery.box_tables`` for each method of discovery, and ``conditions`` (method, sentence).

    Success is judged by the mean over seeds; where levels were recalibrated, by the recalibrated
    outputs. Raises UnusableOutput when an output that the criterion reads is missing somewhere.
    """
    suffix = RECALIBRATED if study.recalibrate else ""
    outputs = {}
    for condition in study.success:
        values = values_of(study, condition.output, runs, suffix)
        refuse_unusable(condition.output.label, values, ids)
        outputs[condition.output.label] = values.mean(axis=1)
    met, factors = successes(study.success, outputs), _typed(study, varied_values(study, runs))
    found = []
    for method in [name for name in study.methods if name in ("prim", "cart")]:
        boxes = discover(factors, met, method)
        said = pd.DataFrame({"method": method, "sentence": sentences(boxes, met, study.success, outputs, method)})
        found.append({**box_tables(boxes, met, outputs, method), "conditions": said})
    return join(found)


def _typed(study: Study, values: pd.DataFrame) -> pd.DataFrame:
    """Numbers as floats, words as categories."""
    kinds = {factor.name: "category" if factor.categories else "float64" for factor in study.factors}
    return values.astype(kinds)
