"""Which children count where: the only place that knows what being at home or known means."""

from __future__ import annotations

from sos_sim.agents import Child, Family
from sos_sim.agents.codes import Legal, Place
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import uniform
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model.world import World
from sos_sim.theory.ages import age_term
from sos_sim.theory.home import lingering_safety
from sos_sim.theory.outside import is_in_danger_outside, joint_danger, outside_chance
from sos_sim.theory.pathway import concern, drifts

UNBORN_KNOWN_MONTHS = 6


@rule
def is_known(child: Child, month: int) -> bool:
    """A child under 18, or due within six months, who has not left care to live elsewhere."""
    return (
        child.place < Place.LEFT
        and child.birth - UNBORN_KNOWN_MONTHS <= month
        and month < child.birth + AGE_OF_MAJORITY_MONTHS
    )


@rule
def is_with_family(child: Child, month: int) -> bool:
    """A known child, unborn or born, in the parents' care: who needs, enquiries and plans are about."""
    return child.place == Place.HOME and is_known(child, month)


@rule
def lives_at_home(child: Child, month: int) -> bool:
    """A born child under 18 under the parents' roof, on an order or not: who can be harmed at home."""
    return (
        child.place == Place.HOME or child.place == Place.HOME_ON_ORDER
    ) and child.birth <= month < child.birth + AGE_OF_MAJORITY_MONTHS


@rule
def is_at_home(child: Child, month: int) -> bool:
    """A born child under 18 who lives with the family and is not looked after."""
    return child.place == Place.HOME and child.birth <= month < child.birth + AGE_OF_MAJORITY_MONTHS


@rule
def is_looked_after(child: Child) -> bool:
    """A child in a period of being looked after, wherever placed."""
    return child.legal != Legal.NONE


@rule
def lives_with_guardian(child: Child, month: int) -> bool:
    """A child under 18 who left care to a special guardian and has not come back."""
    return child.place == Place.GUARDIAN and month < child.birth + AGE_OF_MAJORITY_MONTHS


@rule
def may_come_back(world: World, family: Family) -> bool:
    """Whether a child of the family lives with relatives, or with a special guardian where guardianships can end."""
    if family.away == 0:
        return False
    return family.away > family.guardianships or world.parameters.leaving.guardianship_end_rate > 0.0


@rule
def guardianship_breaks_down(world: World, child: Child, month: int) -> bool:
    """Whether a child who lives with a special guardian can live there no longer: the same all month."""
    if not lives_with_guardian(child, month):
        return False
    draw = uniform(child.luck, world.moments[Decision.GUARDIANSHIP_END])
    return draw < world.parameters.leaving.guardianship_end_rate


@rule
def lives_with_relatives(child: Child, month: int) -> bool:
    """A child under 18 whom relatives took before it was looked after."""
    return child.place == Place.RELATIVES and month < child.birth + AGE_OF_MAJORITY_MONTHS


@rule
def kin_care_ends(world: World, child: Child, month: int) -> bool:
    """Whether a child who lives with relatives can live there no longer: the same all month."""
    if not lives_with_relatives(child, month):
        return False
    return uniform(child.luck, world.moments[Decision.KIN_CARE_END]) < world.parameters.relatives.kin_care_end


@rule
def count_children(world: World, family: Family, month: int) -> None:
    """Count the family's children at home and looked after."""
    family.at_home = 0
    family.in_care = 0
    for index in range(family.first_child, family.first_child + family.children):
        child = world.children[index]
        if is_looked_after(child):
            family.in_care += 1
        elif is_at_home(child, month):
            family.at_home += 1


@rule
def has_drifting_child(world: World, family: Family, month: int) -> bool:
    """Whether a child of the family has been in voluntary care for so long that the case belongs in court."""
    for index in range(family.first_child, family.first_child + family.children):
        child = world.children[index]
        if drifts(child.legal, month - child.care_since, month - child.birth):
            return True
    return False


@rule
def youngest_age(world: World, family: Family, month: int) -> int:
    """Age in months of the youngest child at home or due within six months (negative: unborn); 999 if none."""
    youngest = 999
    for index in range(family.first_child, family.first_child + family.children):
        child = world.children[index]
        if is_with_family(child, month):
            youngest = min(youngest, month - child.birth)
    return youngest


@rule
def has_danger_outside(family: Family, month: int) -> bool:
    """Whether some child of the family may be in danger outside it this month."""
    return family.outside_from <= month < family.outside_until


@rule
def outside_danger_of(world: World, family: Family, child: Child, month: int) -> float:
    """Chance of harm outside to a child in danger there: plan and network reach those who live at home."""
    p = world.parameters
    protection = lingering_safety(family, p.home) if lives_at_home(child, month) else 0.0
    return outside_chance(protection, p.outside)


@rule
def danger_of(world: World, family: Family, child: Child, appraisal: float, month: int) -> float:
    """Danger as appraised at home, and where the child is in danger outside the family that too."""
    if not has_danger_outside(family, month) or not is_in_danger_outside(child, month):
        return appraisal
    return joint_danger(appraisal, outside_danger_of(world, family, child, month), world.parameters.outside)


@rule
def danger_in_care_decisions(world: World, family: Family, child: Child, month: int) -> float:
    """Danger of one child as decisions about care without a court see it: with its age, scarce places less."""
    p, appraisal = world.parameters, family.appraisal - world.organisation[0].supply_shift
    return danger_of(world, family, child, appraisal, month) + age_term(month - child.birth, p.ages)


@rule
def case_appraisal(world: World, family: Family, month: int) -> float:
    """Appraisal as decisions about keeping a case see it: of the child in most danger, outside the family too."""
    highest = family.appraisal
    if has_danger_outside(family, month):
        for index in range(family.first_child, family.first_child + family.children):
            child = world.children[index]
            if is_with_family(child, month):
                highest = max(highest, danger_of(world, family, child, family.appraisal, month))
    return highest


@rule
def concern_about(world: World, family: Family, month: int) -> float:
    """Appraisal as enquiries, conferences and plans see it: with what the age of the youngest child adds."""
    p, age = world.parameters, youngest_age(world, family, month)
    return concern(family.appraisal, age, p.pathway) + age_term(age, p.ages)
