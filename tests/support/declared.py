"""Made-up tables that cannot drift from what producers give: their columns are the declared ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from sos_sim.runs.contracts import Contract, Kind

_NOTHING: Final[Mapping[Kind, Any]] = {"text": "", "whole": 0, "number": float("nan"), "truth": False}

ANYTHING: Final = Contract("anything", "A table of no study.", (), further="a column of no study")
"""For sheets whose columns do not matter."""


def made(contract: Contract, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A table as declared; columns that a row does not give hold nothing: '' or the first code, 0, NaN, False."""
    nothing = {
        column.name: column.codes[0] if column.codes and "" not in column.codes else _NOTHING[column.kind]
        for column in contract.columns
    }
    return contract.check(pd.DataFrame([{**nothing, **row} for row in rows]))
