"""Programmes beside each other: each reaches those whom its own lots, teams and turns give it, and no others."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sos_sim.agents.codes import Holder
from sos_sim.core.luck import mix
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.offers import is_drawn
from sos_sim.model.programmes import Programme, Rollout, Unit, lay_out, moment_of
from sos_sim.model.setting import Setting
from support.worlds import column, compiled, full_programme, world

MONTHS, CHILDREN = 24, 12_000
SUPERVISION = Programme(2, MONTHS, {"supervision": 0.9})


def setting(*programmes: Programme) -> Setting:
    """A small authority with these programmes."""
    return world(1, MONTHS, CHILDREN, None, list(programmes))


def filled(run: CompiledRun) -> NDArray[np.float64]:
    """Posts with a holder, month by month."""
    return np.asarray(column(run, "permanent_posts") + column(run, "agency_posts"))


def teams_reached(programme: Programme, month: int) -> list[int]:
    """Numbers of the teams that a programme has come to."""
    made = setting(programme)
    share = made.offers.levers["offered_posts"][month, 0] if programme.reach.unit is Unit.TEAM else 1.0
    return [int(team) for team in np.flatnonzero(made.offers.turns[0] < share)]


def test_the_lot_of_one_programme_leaves_another_to_everybody() -> None:
    pilot = Programme(2, MONTHS, {"training": 1.0, "offered_posts": 0.1})
    alone, both = compiled(setting(SUPERVISION)), compiled(setting(SUPERVISION, pilot))
    everybody = 0.9 * filled(both)[2:]
    assert column(both, "supervision", 2) == pytest.approx(everybody)
    assert column(alone, "supervision", 2) == pytest.approx(0.9 * filled(alone)[2:])
    trained = column(both, "training", 2) / filled(both)[2:]
    assert (trained > 0.0).all() and trained.mean() == pytest.approx(0.1, abs=0.12)


def test_meetings_for_some_families_leave_practice_to_all() -> None:
    practice = full_programme(2, MONTHS, meetings_at_conference=0.0, meetings_at_pre_proceedings=0.0)
    meetings = Programme(2, MONTHS, {"meetings_at_conference": 1.0, "offered_families": 0.3})
    made = setting(practice, meetings)
    assert made.offers.laid_end_to_end()["everybody"].all()
    kept = setting(practice._replace(levers={**practice.levers, "offered_families": 0.3}), meetings)
    assert not kept.offers.laid_end_to_end()["everybody"][2:].any()
    with_meetings = column(compiled(made), "meetings").sum()
    to_all = column(compiled(setting(practice, meetings._replace(levers={"meetings_at_conference": 1.0}))), "meetings")
    assert 0 < with_meetings < to_all.sum()


def test_where_two_programmes_reach_a_post_the_larger_lever_counts_and_extra_posts_add_up() -> None:
    small = Programme(2, MONTHS, {"coaching": 0.3, "extra_posts": 0.1})
    large = Programme(2, MONTHS, {"coaching": 0.8, "extra_posts": 0.2, "offered_posts": 0.999999})
    run = compiled(setting(small, large))
    assert column(run, "coaching", 2) == pytest.approx(0.8 * filled(run)[2:])
    assert column(run, "extra_posts", 2) == pytest.approx(0.3 * filled(run)[2:])


def test_the_smaller_share_is_part_of_the_larger_unless_a_programme_names_a_lot_of_its_own() -> None:
    lucks = [mix(77, number) for number in range(4000)]
    common, pilot = moment_of(), moment_of("pilot")
    some, more = ([is_drawn(luck, share, common) for luck in lucks] for share in (0.2, 0.5))
    other = np.array([is_drawn(luck, 0.2, pilot) for luck in lucks])
    assert all(later for now, later in zip(some, more, strict=True) if now)
    both = (np.array(some) & other).mean()
    assert both == pytest.approx(0.04, abs=0.015), "independent lots of a fifth share a twenty-fifth"


@pytest.mark.parametrize("share", [0.0, 0.34, 0.5, 1.0])
def test_lots_of_teams_reach_the_nearest_whole_number_of_teams(share: float) -> None:
    programme = Programme(0, MONTHS, {"training": 1.0, "offered_posts": share}, Rollout(Unit.TEAM))
    teams = len(setting().initial.teams)
    assert abs(len(teams_reached(programme, 5)) - share * teams) <= 0.5


def test_named_teams_alone_are_reached_and_in_the_order_named() -> None:
    at_once = Programme(0, MONTHS, {"training": 1.0}, Rollout(teams=(2, 0)))
    assert teams_reached(at_once, 0) == [0, 2]
    in_turn = Programme(0, MONTHS, {"training": 1.0}, Rollout(Unit.TEAM, (2, 0), full_by=10, waves=2))
    assert [teams_reached(in_turn, month) for month in (0, 9, 10, 23)] == [[2], [2], [0, 2], [0, 2]]
    run = compiled(setting(in_turn))
    trained = run.state.workers["months_trained"] > 0.0
    assert set(run.state.workers["team"][trained]) == {0, 2}


def test_a_share_grows_month_by_month_or_in_waves_and_is_full_in_its_month() -> None:
    def shares(rollout: Rollout) -> list[float]:
        levers = {"training": 1.0, "offered_posts": 0.8}
        offers = lay_out(MONTHS, setting().initial.teams, [Programme(4, 20, levers, rollout)])
        return [round(float(value), 6) for value in offers.levers["offered_posts"][:, 0]]

    steady = shares(Rollout(full_by=7))
    assert steady[3:9] == [1.0, 0.2, 0.4, 0.6, 0.8, 0.8] and steady[20:] == [1.0] * 4
    waves = shares(Rollout(full_by=12, waves=3))
    assert waves[4:14] == [0.266667] * 4 + [0.533333] * 4 + [0.8, 0.8]


def test_lots_of_people_are_drawn_anew_with_each_holder_of_a_post() -> None:
    programme = Programme(0, MONTHS, {"training": 1.0, "offered_posts": 0.5}, Rollout(Unit.PERSON))
    run = compiled(setting(programme))
    workers = run.state.workers[run.state.workers["holder"] != Holder.EMPTY]
    people = [mix(int(worker["luck"]), int(worker["generation"])) for worker in workers]
    drawn = np.array([is_drawn(person, 0.5, moment_of()) for person in people])
    assert np.array_equal(workers["months_trained"] > 0.0, drawn) and 0 < drawn.sum() < len(drawn)


def test_a_programme_costs_what_it_says_by_itself_once_and_every_month() -> None:
    run = compiled(setting(Programme(2, 20, {"costs_a_year": 1200.0, "costs_at_start": 50.0}), SUPERVISION))
    assert column(run, "own_costs").tolist() == [0.0, 0.0, 150.0, *[100.0] * 17, *[0.0] * 4]
