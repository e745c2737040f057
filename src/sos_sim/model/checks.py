"""The model checks itself every month and halts with the month and the entity when something is off."""

from __future__ import annotations

from sos_sim.agents import Family
from sos_sim.agents.family import NEED_CEILING, NEED_FLOOR
from sos_sim.core.compiling import rule
from sos_sim.core.errors import InputError, ModelError
from sos_sim.model.households import is_looked_after
from sos_sim.model.world import World

OUT_OF_RANGE, MISCOUNTED_FAMILY, MISCOUNTED_CARE = 1, 2, 3
_MEANING = {
    OUT_OF_RANGE: "a state of family {entity} left its range",
    MISCOUNTED_FAMILY: "family {entity} counts its looked-after children wrongly",
    MISCOUNTED_CARE: "children were not conserved: looked-after stock is off by {entity}",
}


@rule
def is_share(value: float) -> bool:
    """Whether a value lies in [0, 1] (false for NaN)."""
    return 0.0 <= value <= 1.0


@rule
def check_family(world: World, family: Family, index: int) -> None:
    """Shares in [0, 1], need and set-point bounded, looked-after children counted once each."""
    organisation = world.organisation[0]
    shares = (
        is_share(family.trust)
        and is_share(family.understanding)
        and is_share(family.responsibility)
        and is_share(family.plan)
        and is_share(family.plan_seen)
        and is_share(family.cover)
        and is_share(family.voice)
        and is_share(family.safety)
        and is_share(family.openness)
    )
    bounded = NEED_FLOOR <= family.need <= NEED_CEILING and NEED_FLOOR <= family.set_point <= NEED_CEILING
    if not (shares and bounded):
        organisation.fault = OUT_OF_RANGE
        organisation.fault_entity = index
    looked_after = 0
    for number in range(family.first_child, family.first_child + family.children):
        if is_looked_after(world.children[number]):
            looked_after += 1
    if looked_after != family.in_care:
        organisation.fault = MISCOUNTED_FAMILY
        organisation.fault_entity = index


@rule
def check_totals(world: World) -> None:
    """The looked-after stock equals what entries and exits say."""
    organisation = world.organisation[0]
    if organisation.looked_after != organisation.care_balance:
        organisation.fault = MISCOUNTED_CARE
        organisation.fault_entity = organisation.looked_after - organisation.care_balance


def raise_fault(fault: int, entity: int, month: int) -> None:
    """Raise ModelError if a self-check failed; ``month`` counts from the start of the warm-up."""
    if fault:
        raise ModelError(f"self-check failed in month {month}: {_MEANING[fault].format(entity=entity)}")


def refuse_months_beyond(months: int, wanted: int) -> None:
    """Raise InputError when a run of ``months`` months is asked to go on until ``wanted`` of them have passed."""
    if wanted > months:
        raise InputError(f"the run has {months} months; {wanted} are asked for.")
