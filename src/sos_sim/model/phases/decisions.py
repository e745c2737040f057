"""Phase 7: appraisal, and the steps that follow from it for families outside court."""

from __future__ import annotations

from sos_sim.agents import Family
from sos_sim.agents.codes import Legal, Place, Status, Stream
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import triangular, uniform
from sos_sim.model.events import Event, note
from sos_sim.model.expected import counts_chances
from sos_sim.model.households import (
    case_appraisal,
    concern_about,
    danger_in_care_decisions,
    has_drifting_child,
    is_at_home,
    is_with_family,
    may_come_back,
)
from sos_sim.model.offers import levers_for, reach_on, worker_of
from sos_sim.model.paths import Path, shown_by
from sos_sim.model.phases.care import leave_or_stay, settle_after_care
from sos_sim.model.phases.chances import expect_ends_of_guardianship, expect_protection
from sos_sim.model.phases.court import court_appraisal, hear_case, issue, remove_in_proceedings
from sos_sim.model.phases.relatives import bring_back, start_care_or_kin
from sos_sim.model.transitions import (
    close_case,
    end_family_plan,
    enter_care,
    enter_status,
    place_child,
    plan_for_family,
    shake_trust,
    start_need,
)
from sos_sim.model.world import World
from sos_sim.theory.appraisal import appraise, signal
from sos_sim.theory.casework import partners
from sos_sim.theory.meetings import before_the_panel
from sos_sim.theory.pathway import (
    above,
    below,
    closes,
    direct_issue_chance,
    enquiry_starts,
    not_in_need,
    plan_ends,
    plan_is_reviewed,
)
from sos_sim.theory.structure import NO_SUPPORT
from sos_sim.theory.voluntary import is_accommodated

RETURN_SUPPORT_MONTHS = 3


@rule
def decisions(world: World, month: int) -> None:
    """Every open family is appraised once, then each step that may follow is considered in turn."""
    if counts_chances(world):
        expect_ends_of_guardianship(world, month)
    for position in range(world.organisation[0].open_families):
        index = world.open_index[position]
        family = world.families[index]
        family.removed = False
        family.removed_by_order = False
        family.returning = 0
        form_view(world, family, month)
        if may_come_back(world, family):
            bring_back(world, family, month)
        if family.status == Status.ASSESSMENT:
            assess(world, family, index, month)
        else:
            work_outside_court(world, family, index, month)
            if family.status == Status.PROCEEDINGS:
                remove_in_proceedings(world, family, month)
                hear_case(world, family, index, month)
        if family.status != Status.CLOSED:
            protect(world, family, month)
            if family.in_care > 0:
                leave_or_stay(world, family, index, month)
            settle_after_care(world, family, month)


@rule
def form_view(world: World, family: Family, month: int) -> None:
    """What the agency believes: at referral the first signal as it comes, later a slow update."""
    p, worker = world.parameters, world.workers[family.worker]
    reached = reach_on(world, family, Path.PERCEPTION, month) * levers_for(world, worker, month).supervision
    supervision = min(1.0, reached * world.teams[worker.team].supervision_factor)
    draw = triangular(family.luck, world.moments[Decision.SIGNAL])
    delivered = worker_of(world, family, Path.PERCEPTION, month).delivered
    culture, agencies = world.climate[month].culture, partners(delivered, p.casework)
    shown = shown_by(world, family)
    heard = signal(family, shown, worker, draw, culture, supervision, agencies, p.home.harm_ceiling, p.appraisal)
    if family.status == Status.ASSESSMENT and family.months_in_status == 0:
        family.appraisal = heard
    else:
        appraise(family, heard, p.appraisal)


@rule
def assess(world: World, family: Family, index: int, month: int) -> None:
    """First month: contact may lead to no further action. Second month: in need or not."""
    p, at = world.parameters.pathway, world.moments
    appraisal = case_appraisal(world, family, month)
    if family.months_in_status == 0:
        draw = uniform(family.luck, at[Decision.NO_ACTION])
        if family.in_care == 0 and below(appraisal, p.no_action_threshold, draw, 1.0, p):
            note_children(world, family, index, Event.NO_FURTHER_ACTION, 0)
            close_case(world, family, month)
    elif family.in_care == 0 and not_in_need(family, appraisal, uniform(family.luck, at[Decision.NEED]), p):
        note_children(world, family, index, Event.NOT_IN_NEED, 0)
        close_case(world, family, month)
    else:
        for number in range(family.first_child, family.first_child + family.children):
            if is_with_family(world.children[number], month):
                start_need(world, world.children[number], number, month)
        conferred = enquire(world, family, index, month)
        if not conferred:
            enter_status(world, family, Status.IN_NEED)


@rule
def note_children(world: World, family: Family, index: int, event: int, detail: int) -> None:
    """Note one event for every known child of the family who is not looked after."""
    for number in range(family.first_child, family.first_child + family.children):
        if is_with_family(world.children[number], world.organisation[0].month):
            note(world, index, number, event, detail)


@rule
def enquire(world: World, family: Family, index: int, month: int) -> bool:
    """Section 47 enquiry, initial conference, protection plan; True when a plan was made."""
    p, at = world.parameters.pathway, world.moments
    appraisal = concern_about(world, family, month)
    ready = appraisal + world.climate[month].enquiry
    if not enquiry_starts(family, ready, uniform(family.luck, at[Decision.ENQUIRY]), p):
        return False
    note_children(world, family, index, Event.ENQUIRY, 0)
    if not above(appraisal, p.conference_threshold, uniform(family.luck, at[Decision.CONFERENCE]), 1.0, p):
        return False
    planned = above(appraisal, p.plan_threshold, uniform(family.luck, at[Decision.PLAN]), 1.0, p)
    note_children(world, family, index, Event.CONFERENCE, 1 if planned else 0)
    if planned:
        plan_for_family(world, family, month)
        enter_status(world, family, Status.CHILD_PROTECTION)
        shake_trust(world, family, month)
    return planned


@rule
def work_outside_court(world: World, family: Family, index: int, month: int) -> None:
    """The step that the family's status allows this month."""
    if family.status == Status.IN_NEED or family.status == Status.LOOKED_AFTER:
        work_in_need(world, family, index, month)
    elif family.status == Status.CHILD_PROTECTION:
        work_on_plan(world, family, index, month)
    elif family.status == Status.PRE_PROCEEDINGS:
        work_before_court(world, family, index, month)


@rule
def work_in_need(world: World, family: Family, index: int, month: int) -> None:
    """Child in need: an enquiry, proceedings for children in voluntary care, or closing."""
    p, at = world.parameters.pathway, world.moments
    if family.status == Status.IN_NEED and enquire(world, family, index, month):
        return
    if family.in_care > 0:
        appraisal = court_appraisal(world, family, month)
        chance = direct_issue_chance(appraisal, has_drifting_child(world, family, month), p)
        if uniform(family.luck, at[Decision.DIRECT_ISSUE]) < chance:
            issue(world, family, index, appraisal, month)
        return
    supported = family.returned >= 0 and month - family.returned < RETURN_SUPPORT_MONTHS
    if supported and world.parameters.structure.return_support != NO_SUPPORT:
        return
    if closes(family, case_appraisal(world, family, month), uniform(family.luck, at[Decision.CLOSE]), p):
        close_case(world, family, month)


@rule
def work_on_plan(world: World, family: Family, index: int, month: int) -> None:
    """Child protection plan: a review may end it; high appraisal leads to pre-proceedings."""
    p, at = world.parameters.pathway, world.moments
    reviewed = plan_is_reviewed(family.plan_months, uniform(family.luck, at[Decision.REVIEW]), p)
    at_end = uniform(family.luck, at[Decision.PLAN_END])
    if reviewed and plan_ends(family, concern_about(world, family, month), at_end, p):
        end_family_plan(world, family, month)
        enter_status(world, family, Status.IN_NEED)
        return
    appraisal = court_appraisal(world, family, month)
    if above(appraisal, p.pre_threshold, uniform(family.luck, at[Decision.PRE_PROCEEDINGS]), p.pre_rate, p):
        note_children(world, family, index, Event.PRE_PROCEEDINGS, 0)
        enter_status(world, family, Status.PRE_PROCEEDINGS)
        shake_trust(world, family, month)


@rule
def work_before_court(world: World, family: Family, index: int, month: int) -> None:
    """Pre-proceedings: issue, or step down."""
    p, at = world.parameters.pathway, world.moments
    appraisal = court_appraisal(world, family, month)
    shown = before_the_panel(appraisal, family.met, month, world.parameters.meetings, world.parameters.structure)
    if above(shown, p.issue_threshold, uniform(family.luck, at[Decision.ISSUE]), p.issue_rate, p):
        issue(world, family, index, appraisal, month)
    elif below(shown, p.issue_threshold, uniform(family.luck, at[Decision.STEP_DOWN]), p.step_down_rate, p):
        enter_status(world, family, Status.CHILD_PROTECTION if family.plan_months >= 0 else Status.IN_NEED)


@rule
def protect(world: World, family: Family, month: int) -> None:
    """Emergency protection after a severe seen incident; voluntary accommodation child by child."""
    if family.stream == Stream.SUPPORT:
        return
    p, at = world.parameters, world.moments
    emergency = family.severe_incident and uniform(family.luck, at[Decision.EMERGENCY]) < p.pathway.emergency
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if emergency and child.place == Place.HOME_ON_ORDER:
            place_child(world, family, child, number, month)
        if not is_at_home(child, month) or child.home_since == month or child.kin_moved == month:
            continue
        age = month - child.birth
        danger = danger_in_care_decisions(world, family, child, month)
        if counts_chances(world):
            expect_protection(world, family, child, emergency, danger, month)
        if emergency:
            enter_care(world, family, child, number, Legal.EMERGENCY, month)
        elif is_accommodated(danger, age, uniform(child.luck, at[Decision.VOLUNTARY]), p.voluntary, p.pathway):
            start_care_or_kin(world, family, child, number, Legal.VOLUNTARY, month)
