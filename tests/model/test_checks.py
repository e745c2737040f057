"""The self-check halts at every state that cannot be, and at none that can."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sos_sim.agents.codes import Legal
from sos_sim.core.errors import InputError, ModelError
from sos_sim.model.checks import (
    MISCOUNTED_CARE,
    MISCOUNTED_FAMILY,
    OUT_OF_RANGE,
    check_family,
    check_totals,
    raise_fault,
    refuse_months_beyond,
)

SHARES = ("trust", "understanding", "responsibility", "plan", "plan_seen", "cover", "voice", "safety", "openness")


def world(*legal: Legal, looked_after: int = 0, balance: int = 0) -> Any:
    """A world without a fault, with a child on each legal basis behind two who belong to another family."""
    organisation = SimpleNamespace(fault=0, fault_entity=0, looked_after=looked_after, care_balance=balance)
    others = [SimpleNamespace(legal=Legal.INTERIM)] * 2
    return SimpleNamespace(
        organisation=[organisation], children=[*others, *(SimpleNamespace(legal=one) for one in legal)]
    )


def family(children: int = 0, in_care: int = 0, **changed: float) -> Any:
    """A family in the middle of all ranges."""
    states = {**dict.fromkeys(SHARES, 0.5), "need": -5.0, "set_point": -5.0, **changed}
    return SimpleNamespace(first_child=2, children=children, in_care=in_care, **states)


def fault(**changed: float) -> tuple[int, int]:
    """What the check finds in a family without children, and in whom."""
    here = world()
    check_family(here, family(**changed), 7)
    return here.organisation[0].fault, here.organisation[0].fault_entity


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("value", [-1e-9, 1.0 + 1e-9, float("nan")])
def test_a_share_out_of_range_is_found(name: str, value: float) -> None:
    assert fault(**{name: value}) == (OUT_OF_RANGE, 7)


@pytest.mark.parametrize("name", ["need", "set_point"])
def test_need_is_bounded(name: str) -> None:
    assert [fault(**{name: value})[0] for value in (-14.0, 2.0)] == [0, 0]
    assert [fault(**{name: value}) for value in (-14.001, 2.001, float("nan"))] == [(OUT_OF_RANGE, 7)] * 3


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_the_ends_of_the_range_are_no_fault(value: float) -> None:
    assert fault(**dict.fromkeys(SHARES, value)) == (0, 0)


def test_every_looked_after_child_of_the_family_counts_once() -> None:
    legal = (Legal.NONE, Legal.VOLUNTARY, Legal.PLACEMENT_ORDER, Legal.INTERIM)
    for in_care, found in ((2, (0, 0)), (1, (MISCOUNTED_FAMILY, 7)), (3, (MISCOUNTED_FAMILY, 7))):
        here = world(*legal)
        check_family(here, family(children=3, in_care=in_care), 7)
        assert (here.organisation[0].fault, here.organisation[0].fault_entity) == found


@pytest.mark.parametrize(
    ("stock", "balance", "found"), [(5, 5, (0, 0)), (5, 3, (MISCOUNTED_CARE, 2)), (3, 5, (MISCOUNTED_CARE, -2))]
)
def test_the_stock_is_what_entries_and_exits_say(stock: int, balance: int, found: tuple[int, int]) -> None:
    here = world(looked_after=stock, balance=balance)
    check_totals(here)
    assert (here.organisation[0].fault, here.organisation[0].fault_entity) == found


def test_a_fault_is_raised_with_month_and_entity() -> None:
    raise_fault(0, 7, 3)
    for kind, told in (
        (OUT_OF_RANGE, "in month 3: a state of family 7 left its range"),
        (MISCOUNTED_FAMILY, "in month 3: family 7 counts its looked-after children wrongly"),
        (MISCOUNTED_CARE, "in month 3: children were not conserved: looked-after stock is off by 7"),
    ):
        with pytest.raises(ModelError, match=told):
            raise_fault(kind, 7, 3)


def test_a_run_goes_on_until_its_last_month_and_no_further() -> None:
    refuse_months_beyond(12, 12)
    with pytest.raises(InputError, match="the run has 12 months; 13 are asked for"):
        refuse_months_beyond(12, 13)
