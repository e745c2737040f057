"""The run table: one row for each point and replicate, named by the content that determines its outputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Value
from sos_sim.core.provenance import code_hash
from sos_sim.runs.tables import POINTS, STATUSES

FIXED: Final = tuple(POINTS.names)
"""Columns of the table in front of inputs and outputs."""
WAITING, DONE, FAILED = range(3)


class RunTable:
    """Rows of a study, filled in as they are evaluated.

    Rows of equal content share a place, so that each content is evaluated once. ``done`` and
    ``failed`` count rows. Raises InputError when there is no point or no replicate, and when names of inputs, outputs
    and other columns clash.
    """

    def __init__(
        self,
        points: Sequence[Mapping[str, Value]],
        replicates: int,
        outputs: Sequence[str],
        identity: Mapping[str, Any],
    ) -> None:
        if not points or replicates < 1:
            raise InputError(f"{len(points)} points in {replicates} replicates: at least 1 of each is needed.")
        self.points = [{name: _plain(value) for name, value in values.items()} for values in points]
        self.replicates = replicates
        self.outputs = list(outputs)
        self.inputs = list(dict.fromkeys(name for values in self.points for name in values))
        self._refuse_clashes()
        self._ids = self._row_ids(identity)
        self._places = {name: place for place, name in enumerate(dict.fromkeys(self._ids))}
        self._place_of_row = np.array([self._places[name] for name in self._ids])
        self._first_row = np.unique(self._place_of_row, return_index=True)[1]
        self._rows_at = np.bincount(self._place_of_row)
        self._status = np.full(len(self._places), WAITING, dtype=np.int8)
        self._numbers = np.full((len(self._places), len(self.outputs)), np.nan)
        self._reasons: dict[int, str] = {}

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._ids)

    @property
    def done(self) -> int:
        """Rows that have outputs."""
        return int(self._rows_at[self._status == DONE].sum())

    @property
    def failed(self) -> int:
        """Rows that have a reason instead."""
        return int(self._rows_at[self._status == FAILED].sum())

    def missing(self) -> list[int]:
        """Places that wait to be evaluated, in the order of rows."""
        return [int(place) for place in np.flatnonzero(self._status == WAITING)]

    def call(self, place: int) -> tuple[Mapping[str, Value], int]:
        """Values and replicate to evaluate for a place."""
        point, replicate = divmod(int(self._first_row[place]), self.replicates)
        return self.points[point], replicate

    def set_done(self, place: int, numbers: Sequence[float]) -> None:
        """Note the outputs of a place; those that are not finite become NaN."""
        found = np.asarray(numbers, dtype=float)
        self._numbers[place] = np.where(np.isfinite(found), found, np.nan)
        self._status[place] = DONE

    def set_failed(self, place: int, reason: str) -> None:
        """Note why a place has no outputs."""
        self._reasons[place] = reason
        self._status[place] = FAILED

    def block(self, places: Sequence[int]) -> pd.DataFrame:
        """Id and outputs of these places, as they are kept."""
        ids = pd.DataFrame({"id": [self._ids[self._first_row[place]] for place in places]})
        return pd.concat([ids, pd.DataFrame(self._numbers[list(places)], columns=self.outputs)], axis="columns")

    def fill(self, block: pd.DataFrame) -> None:
        """Take over the outputs of a block, for those ids that this table has."""
        places = [self._places.get(name, -1) for name in block["id"]]
        here = np.flatnonzero(np.array(places) >= 0)
        found = np.array(places)[here]
        self._numbers[found] = block[self.outputs].to_numpy(dtype=float)[here]
        self._status[found] = DONE

    def frame(self) -> pd.DataFrame:
        """The table as it stands, ordered by point and then replicate."""
        point, replicate = np.divmod(np.arange(len(self), dtype=np.int64), self.replicates)
        fixed = pd.DataFrame(
            {
                "point": point,
                "replicate": replicate,
                "id": self._ids,
                "status": np.array(STATUSES, dtype=object)[self._status[self._place_of_row]],
                "reason": [self._reasons.get(int(place), "") for place in self._place_of_row],
            }
        )
        inputs = pd.DataFrame(self.points, columns=self.inputs).iloc[point].reset_index(drop=True)
        outputs = pd.DataFrame(self._numbers[self._place_of_row], columns=self.outputs)
        return pd.concat([fixed, inputs, outputs], axis="columns")

    def _refuse_clashes(self) -> None:
        names = [*FIXED, *self.inputs, *self.outputs]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(f"two columns of the run table would be called {twice[0]!r}; rename an input or output.")

    def _row_ids(self, identity: Mapping[str, Any]) -> list[str]:
        """First 20 hex digits of a SHA-256 over evaluator, values, replicate and model code, a row each."""
        same = hashlib.sha256(json.dumps([identity, self.outputs, code_hash()], sort_keys=True).encode())
        found = []
        for values in self.points:
            of_point = same.copy()
            of_point.update(json.dumps(values, sort_keys=True).encode())
            for replicate in range(self.replicates):
                of_row = of_point.copy()
                of_row.update(str(replicate).encode())
                found.append(of_row.hexdigest()[:20])
        return found


def _plain(value: Any) -> Value:
    """A value as plain Python has it, NumPy's scalars unpacked."""
    plain: Value = value.item() if isinstance(value, np.generic) else value
    return plain
