"""Columns of the model's tables: places without gaps, kinds that agree with the names, means over the right number."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.agents.codes import Holder, Status
from sos_sim.model import by_team, monthly
from sos_sim.model.by_team import TeamColumn
from sos_sim.model.columns import ColumnKind, TableColumn
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import EventColumn
from sos_sim.model.monthly import MonthlyColumn

MEANS = {ColumnKind.PER_OPEN_FAMILY, ColumnKind.PER_FILLED_POST}


@pytest.mark.parametrize("columns", [MonthlyColumn, TeamColumn, EventColumn])
def test_places_have_no_gaps(columns: type[TableColumn]) -> None:
    assert [int(column) for column in columns] == list(range(len(columns)))


@pytest.mark.parametrize("columns", [MonthlyColumn, TeamColumn])
def test_the_columns_called_means_or_shares_are_the_ones_divided(columns: type[TableColumn]) -> None:
    assert {column for column in columns if column.kind in MEANS} == {
        column for column in columns if column.name.startswith(("MEAN_", "SHARE_"))
    }


def test_a_mean_is_over_what_its_kind_says(usual_run: CompiledRun) -> None:
    """Last month's means, worked out from the agents as that month left them."""
    families, workers = usual_run.state.families, usual_run.state.workers
    opened = ~np.isin(families["status"], (Status.CLOSED, Status.GONE)) & (families["arrival"] < usual_run.month)
    filled = workers["holder"] != Holder.EMPTY
    row = usual_run.monthly[-1]
    for column in (MonthlyColumn.MEAN_TRUST, MonthlyColumn.MEAN_COVER, MonthlyColumn.MEAN_PLAN):
        assert column in monthly.MEANS_OVER_FAMILIES
        name = column.name.removeprefix("MEAN_").lower()
        assert row[column] == pytest.approx(families[name][opened].mean()) != 0.0
    for column in (MonthlyColumn.MEAN_FIDELITY, MonthlyColumn.MEAN_AVAILABILITY):
        assert column in monthly.MEANS_OVER_POSTS
        name = column.name.removeprefix("MEAN_").lower()
        assert row[column] == pytest.approx(workers[name][filled].mean()) != 0.0
    for place, team in enumerate(usual_run.by_team[-1]):
        mine = filled & (workers["team"] == place)
        assert TeamColumn.MEAN_FIDELITY in by_team.MEANS_OVER_POSTS
        assert team[TeamColumn.MEAN_FIDELITY] == pytest.approx(workers["fidelity"][mine].mean())
