"""A budget of programmes: never exceeded by posts, kept from year to year, and what gives way is what was chosen."""

from __future__ import annotations

import pytest

from sos_sim.agents import Organisation
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.programmes import Programme
from sos_sim.theory.budget import PAID_BY_POST, Budget, Planned, give_way
from support.worlds import column, compiled, world

MONTHS, CHILDREN = 36, 12_000
PRICES = {"training": 50.0, "coaching": 120.0, "supervision": 60.0, "extra_posts": 5500.0}
PRACTICE = Programme(0, MONTHS, {"training": 1.0, "coaching": 1.0, "supervision": 0.9, "alignment": 0.8})


def lived(a_year: float, order: tuple[int, int, int, int] = (0, 1, 2, 3), *more: Programme) -> CompiledRun:
    """A small authority under a budget, levers giving way by these ranks."""
    setting = world(1, MONTHS, CHILDREN, None, [PRACTICE, *more])
    return compiled(setting._replace(budget=Budget(a_year, 0, *order)))


def spent(run: CompiledRun, first: int, last: int) -> float:
    """What posts' levers and meetings cost in some months, in £."""
    by_post = sum(column(run, lever)[first:last].sum() * PRICES[lever] for lever in PAID_BY_POST)
    return float(
        by_post + column(run, "meetings")[first:last].sum() * 1500.0 + column(run, "own_costs")[first:last].sum()
    )


def test_cuts_by_hand() -> None:
    organisation = Organisation()
    left = give_way(organisation, Planned(100.0, 200.0, 50.0, 0.0), Budget(0.0, 0, 1, 0, 2, 3), 120.0)
    assert left == 0.0
    cuts = organisation.cut_training, organisation.cut_coaching, organisation.cut_supervision
    assert cuts == pytest.approx((0.3, 1.0, 0.0)), "230 short: all of coaching, then 30 of training"
    assert give_way(organisation, Planned(100.0, 200.0, 50.0, 0.0), Budget(0.0, 0), 400.0) == 50.0


@pytest.mark.parametrize("a_year", [0.0, 12_000.0, 30_000.0])
def test_no_year_costs_more_than_its_budget_allows(a_year: float) -> None:
    run = lived(a_year)
    for year in range(3):
        assert spent(run, 12 * year, 12 * year + 12) <= a_year + 1e-6


def test_what_gives_way_first_is_what_was_chosen() -> None:
    coaching_first, supervision_first = lived(30_000.0, (1, 0, 2, 3)), lived(30_000.0, (1, 2, 0, 3))
    for kept, cut, run in (("supervision", "coaching", coaching_first), ("coaching", "supervision", supervision_first)):
        full = column(lived(float("inf")), kept).sum()
        assert column(run, cut).sum() < 0.9 * column(lived(float("inf")), cut).sum()
        assert column(run, kept).sum() == pytest.approx(full, rel=0.05)


def test_a_budget_that_is_large_enough_changes_nothing() -> None:
    meetings = Programme(0, MONTHS, {"meetings_at_conference": 1.0})
    for lever in (*PAID_BY_POST, "meetings", "looked_after"):
        enough, unlimited = (column(lived(a_year, (0, 1, 2, 3), meetings), lever) for a_year in (1e9, float("inf")))
        assert enough.tolist() == unlimited.tolist()


def test_meetings_are_held_while_something_is_left() -> None:
    meetings = Programme(0, MONTHS, {"meetings_at_conference": 1.0})
    held = [column(lived(a_year, (0, 1, 2, 3), meetings), "meetings").sum() for a_year in (1000.0, 60_000.0, 1e9)]
    assert held[0] == 0.0 and held[0] < held[1] <= held[2]


def test_costs_of_a_programme_by_itself_are_paid_first() -> None:
    own = Programme(0, MONTHS, {"costs_a_year": 29_000.0})
    run = lived(30_000.0, (0, 1, 2, 3), own)
    assert column(run, "own_costs").sum() == pytest.approx(87_000.0)
    assert column(run, "coaching").sum() < 0.1 * column(lived(float("inf")), "coaching").sum()
