"""The monthly table by team: it agrees with the authority's table, and its people are conserved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.codes import Status
from sos_sim.comparison.compare import compare
from sos_sim.model import by_team
from sos_sim.model.by_team import TeamColumn
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import event_rows
from sos_sim.runs.simulate import simulate
from sos_sim.runs.store import read_table
from sos_sim.runs.tables import TEAMS
from support.small_studies import usual_and_offer
from support.worlds import column, compiled, full_programme, world


def summed(run: CompiledRun, name: str) -> NDArray[np.float64]:
    """One measure by team, summed over teams, shape (months,)."""
    return run.by_team[:, :, by_team.COLUMNS.index(name)].sum(axis=1)


def test_teams_add_up_to_the_authority(programme_run: CompiledRun) -> None:
    run = programme_run
    filled = column(run, "permanent_posts") + column(run, "agency_posts")
    assert np.array_equal(summed(run, "filled_posts"), filled)
    assert np.array_equal(summed(run, "posts"), filled + column(run, "empty_posts"))
    assert np.array_equal(summed(run, "permanent_leavers"), column(run, "leavers"))
    assert np.array_equal(summed(run, "worker_changes"), column(run, "worker_changes"))
    assert np.array_equal(summed(run, "open_families"), column(run, "open_families"))
    shares = run.by_team[:, :, TeamColumn.FILLED_POSTS] / np.maximum(filled, 1.0)[:, None]
    for place, name in ((TeamColumn.MEAN_FIDELITY, "mean_fidelity"), (TeamColumn.MEAN_SURFACE, "mean_surface")):
        assert np.allclose((run.by_team[:, :, place] * shares).sum(axis=1), column(run, name), atol=1e-12)


def test_posts_are_filled_by_recruits_and_emptied_by_leavers(programme_run: CompiledRun) -> None:
    filled = programme_run.by_team[:, :, TeamColumn.FILLED_POSTS]
    flow = programme_run.by_team[:, :, TeamColumn.RECRUITS] - programme_run.by_team[:, :, TeamColumn.LEAVERS]
    assert np.array_equal(filled, np.cumsum(flow, axis=0))
    assert summed(programme_run, "leavers").sum() > 0


def test_nobody_is_trained_before_the_training_is_long_enough() -> None:
    run = compiled(world(months=30, programmes=[full_programme(5, 30)]))
    trained = summed(run, "trained")
    begins = 5 + int(by_team.TRAINED_MONTHS) - 1
    assert not trained[:begins].any() and trained[begins] > 0.5 * summed(run, "filled_posts")[begins]
    assert (trained <= summed(run, "filled_posts")).all()
    assert not summed(run, "trained_leavers")[: begins + 1].any()


def test_those_who_stay_half_time_in_training_need_twice_as_long() -> None:
    run = compiled(world(months=30, programmes=[full_programme(0, 30, training=0.5)]))
    begins = 2 * int(by_team.TRAINED_MONTHS) - 1
    assert not summed(run, "trained")[:begins].any() and summed(run, "trained")[begins:].any()


def test_without_leaving_nobody_trained_is_lost_and_every_family_keeps_its_worker() -> None:
    stay = {"turnover": 0.001, "agency_leave": 0.02, "permanent_fill": 0.5, "handoff": 0.0, "churn": 0.0}
    run = compiled(world(months=40, values=stay, programmes=[full_programme(0, 40)]))
    restless = compiled(world(months=40, values={"turnover": 0.05, "handoff": 0.5}, programmes=[full_programme(0, 40)]))
    assert summed(run, "trained_leavers").sum() < summed(restless, "trained_leavers").sum()
    late = slice(24, None)
    kept = [
        summed(one, "same_worker_families")[late].sum() / summed(one, "long_open_families")[late].sum()
        for one in (run, restless)
    ]
    assert kept[0] > 0.8 and kept[0] > kept[1]


def test_continuity_counts_the_families_whose_worker_has_not_changed(usual_run: CompiledRun) -> None:
    """The count by team agrees with the worker changes in the event record."""
    families = usual_run.state.families
    opened = ~np.isin(families["status"], (Status.CLOSED, Status.GONE)) & (families["arrival"] < usual_run.month)
    since = usual_run.month - 1 - by_team.CONTINUITY_MONTHS
    long_open = opened & (families["opened"] <= since)
    events = event_rows(usual_run.events)
    changes = events.where((events.event == Event.WORKER_CHANGE) & (events.month > since))
    kept = long_open & ~np.isin(np.arange(len(families)), changes.family)
    assert summed(usual_run, "long_open_families")[-1] == long_open.sum() > 0
    assert summed(usual_run, "same_worker_families")[-1] == kept.sum() > 0


def test_danger_is_traced_only_when_asked() -> None:
    setting = world(months=20)
    assert len(compiled(setting).danger) == 0
    run = CompiledRun(setting, traced=True).advance(20)
    assert run.danger.shape == (20, len(setting.initial.families))
    assert 0.0 < run.danger.mean() < 0.25


def test_tracing_changes_nothing_else() -> None:
    setting = world(months=20)
    plain, traced = compiled(setting), CompiledRun(setting, traced=True).advance(20)
    assert np.array_equal(plain.events, traced.events) and np.array_equal(plain.monthly, traced.monthly)


def test_traced_danger_is_what_the_monthly_table_averages() -> None:
    """Over open families, as long as none of them has a child who returns home after the phase 'home'."""
    run = CompiledRun(world(months=20, children=4000), traced=True).advance(20)
    families = run.state.families
    still_open = ~np.isin(families["status"], (Status.CLOSED, Status.GONE)) & (families["arrival"] < 20)
    mean = run.danger[19][still_open].mean()
    assert abs(mean - column(run, "mean_danger")[19]) < 0.1 * mean


def test_result_has_the_months_after_the_warm_up_team_by_team(tmp_path: Path) -> None:
    offer = usual_and_offer(tmp_path)[1]
    teams = simulate(offer).teams
    assert list(teams.columns) == ["month", "team", "measure", "value"]
    assert teams["month"].max() == 11 and set(teams["measure"]) == set(by_team.COLUMNS)
    assert not teams.duplicated(["month", "team", "measure"]).any()
    assert teams.equals(simulate(offer, engine="mesa").teams)


def test_a_comparison_keeps_the_table_by_team_only_when_asked(tmp_path: Path) -> None:
    scenarios = usual_and_offer(tmp_path, run__replicates=2, run__months=6)
    compare(scenarios, out=tmp_path / "asked", teams=True, workers=1)
    compare(scenarios, out=tmp_path / "not", workers=1)
    kept = read_table(tmp_path / "asked", TEAMS)
    assert not (tmp_path / "not" / "teams.parquet").exists()
    alone = simulate(scenarios[1], replicate=1).teams
    mine = kept[(kept["arm"] == "offer") & (kept["replicate"] == 1)]
    assert np.array_equal(mine["value"], alone["value"]) and list(mine["measure"]) == list(alone["measure"])
