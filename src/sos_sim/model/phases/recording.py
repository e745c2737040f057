"""Phase 8: birthdays, clocks, stocks, and the month's self-check."""

from __future__ import annotations

from sos_sim.agents import Child, Family, SocialWorker
from sos_sim.agents.codes import NEVER, CareExit, Holder, Legal, Place, Status
from sos_sim.agents.teams import number_of_posts
from sos_sim.core.compiling import rule
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS
from sos_sim.model import by_team, monthly
from sos_sim.model.budget import spend
from sos_sim.model.by_team import TeamColumn
from sos_sim.model.checks import check_family, check_totals
from sos_sim.model.households import is_looked_after, lives_at_home
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.offers import levers_for, own_costs, practise_in_full
from sos_sim.model.phases.organisation import is_trained
from sos_sim.model.phases.relatives import record_kin_care
from sos_sim.model.posts import is_funded
from sos_sim.model.transitions import close_case, end_need, leave_care
from sos_sim.model.world import World
from sos_sim.theory.ages import age_band
from sos_sim.theory.casework import gate
from sos_sim.theory.home import true_danger


@rule
def recording(world: World, month: int) -> None:
    """Ageing of open families, then the month's row of the monthly table."""
    organisation = world.organisation[0]
    organisation.looked_after = 0
    open_after = 0
    for position in range(organisation.open_families):
        index = world.open_index[position]
        family = world.families[index]
        come_of_age(world, family, month)
        check_family(world, family, index)
        if family.status != Status.CLOSED:
            open_after += 1
            family.months_in_status += 1
            if family.plan_months >= 0:
                family.plan_months += 1
            record_children(world, family, month)
            record_family(world, family, month)
            record_continuity(world, family, month)
    record_kin_care(world, month)
    practise_in_full(world, month)
    record_workforce(world, month)
    spend(world, month)
    finish_means(world, open_after, month)
    check_totals(world)


@rule
def come_of_age(world: World, family: Family, month: int) -> None:
    """Children who turn 18 next month leave care and need; a family without children closes."""
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if month + 1 == child.birth + AGE_OF_MAJORITY_MONTHS:
            if is_looked_after(child):
                leave_care(world, family, child, number, CareExit.AGE_18, month)
            else:
                end_need(world, child, number, month)
            child.in_proceedings = False
    if family.status != Status.CLOSED and month + 1 >= family.gone:
        close_case(world, family, month)


@rule
def record_children(world: World, family: Family, month: int) -> None:
    """Stocks at the end of the month."""
    row = world.monthly[month]
    for number in range(family.first_child, family.first_child + family.children):
        child = world.children[number]
        if child.need_since != NEVER:
            row[MonthlyColumn.CHILDREN_IN_NEED] += 1.0
        if child.plan_since != NEVER:
            row[MonthlyColumn.ON_PLAN] += 1.0
            row[MonthlyColumn.ON_PLAN_UNDER_1 + age_band(month - child.birth)] += 1.0
        if is_looked_after(child):
            world.organisation[0].looked_after += 1
            row[MonthlyColumn.LOOKED_AFTER] += 1.0
            row[placement_column(child)] += 1.0
            row[MonthlyColumn.VOLUNTARY + child.legal - Legal.VOLUNTARY] += 1.0
            row[MonthlyColumn.LOOKED_AFTER_UNDER_1 + age_band(month - child.birth)] += 1.0
        if lives_at_home(child, month):
            row[MonthlyColumn.CHILDREN_AT_HOME] += 1.0


@rule
def placement_column(child: Child) -> MonthlyColumn:
    """The monthly column that counts the child's placement."""
    if child.place == Place.KINSHIP:
        return MonthlyColumn.KINSHIP
    if child.place == Place.RESIDENTIAL:
        return MonthlyColumn.RESIDENTIAL
    if child.place == Place.HOME_ON_ORDER:
        return MonthlyColumn.HOME_ON_ORDER
    return MonthlyColumn.FOSTER


@rule
def record_family(world: World, family: Family, month: int) -> None:
    """Sums over open families, divided by their number once all are in."""
    row, p = world.monthly[month], world.parameters
    row[MonthlyColumn.OPEN_FAMILIES] += 1.0
    if family.status == Status.PRE_PROCEEDINGS:
        row[MonthlyColumn.FAMILIES_IN_PRE_PROCEEDINGS] += 1.0
    elif family.status == Status.PROCEEDINGS:
        row[MonthlyColumn.FAMILIES_IN_PROCEEDINGS] += 1.0
    row[MonthlyColumn.MEAN_TRUST] += family.trust
    row[MonthlyColumn.MEAN_VOICE] += family.voice
    row[MonthlyColumn.MEAN_UNDERSTANDING] += family.understanding
    row[MonthlyColumn.MEAN_RESPONSIBILITY] += family.responsibility
    row[MonthlyColumn.SHARE_BEHIND_GATE] += 1.0 - gate(family.trust, p.casework)
    row[MonthlyColumn.MEAN_ACTIVE_TIES] += family.active_ties
    row[MonthlyColumn.MEAN_COVER] += family.cover
    row[MonthlyColumn.MEAN_PLAN] += family.plan
    row[MonthlyColumn.MEAN_PLAN_SEEN] += family.plan_seen
    row[MonthlyColumn.MEAN_SAFETY] += family.safety
    row[MonthlyColumn.MEAN_DANGER] += true_danger(family, p.home)
    row[MonthlyColumn.MEAN_APPRAISAL] += family.appraisal
    row[MonthlyColumn.VISITS] += family.visits * world.workers[family.worker].availability
    for index in range(family.first_tie, family.first_tie + family.ties):
        if world.ties[index].informed:
            row[MonthlyColumn.MEAN_INFORMED_TIES] += 1.0


@rule
def record_continuity(world: World, family: Family, month: int) -> None:
    """Whether a family that has been open for long has kept its social worker."""
    row, since = world.by_team[month, family.team], month - by_team.CONTINUITY_MONTHS
    row[TeamColumn.OPEN_FAMILIES] += 1.0
    if family.opened <= since:
        row[TeamColumn.LONG_OPEN_FAMILIES] += 1.0
        if family.worker_since <= since:
            row[TeamColumn.SAME_WORKER_FAMILIES] += 1.0


@rule
def record_post(world: World, worker: SocialWorker, month: int) -> None:
    """A post, whether it is filled, and the practice of its holder, in its team's row."""
    row = world.by_team[month, worker.team]
    row[TeamColumn.POSTS] += 1.0
    if worker.holder != Holder.EMPTY:
        row[TeamColumn.FILLED_POSTS] += 1.0
        row[TeamColumn.MEAN_FIDELITY] += worker.fidelity
        row[TeamColumn.MEAN_SURFACE] += worker.surface
        if is_trained(worker):
            row[TeamColumn.TRAINED] += 1.0


@rule
def record_workforce(world: World, month: int) -> None:
    """Posts, load and practice; levers in worker-months."""
    row = world.monthly[month]
    row[MonthlyColumn.OWN_COSTS] = own_costs(world, month)
    row[MonthlyColumn.CHANGED_POSTS] = number_of_posts(world.parameters.authority) - world.organisation[0].posts
    for post in range(len(world.workers)):
        worker = world.workers[post]
        if not is_funded(world, post, world.parameters.authority):
            continue
        record_post(world, worker, month)
        if worker.holder == Holder.EMPTY:
            row[MonthlyColumn.EMPTY_POSTS] += 1.0
            continue
        row[MonthlyColumn.PERMANENT_POSTS if worker.holder == Holder.PERMANENT else MonthlyColumn.AGENCY_POSTS] += 1.0
        levers = levers_for(world, worker, month)
        row[MonthlyColumn.CASES] += worker.cases
        row[MonthlyColumn.MEAN_AVAILABILITY] += worker.availability
        row[MonthlyColumn.MEAN_FIDELITY] += worker.fidelity
        row[MonthlyColumn.MEAN_SURFACE] += worker.surface
        row[MonthlyColumn.MEAN_DELIVERED] += worker.delivered
        row[MonthlyColumn.TRAINING] += levers.training
        row[MonthlyColumn.COACHING] += levers.coaching
        row[MonthlyColumn.SUPERVISION] += levers.supervision
        row[MonthlyColumn.EXTRA_POSTS] += levers.extra_posts


@rule
def finish_means(world: World, open_families: int, month: int) -> None:
    """Turn sums into means over open families and over filled posts."""
    row = world.monthly[month]
    row[MonthlyColumn.CLOSED_FAMILIES] = world.organisation[0].present - open_families
    for column in monthly.MEANS_OVER_FAMILIES:
        row[column] /= max(1, open_families)
    filled = max(1.0, row[MonthlyColumn.PERMANENT_POSTS] + row[MonthlyColumn.AGENCY_POSTS])
    for column in monthly.MEANS_OVER_POSTS:
        row[column] /= filled
    for team in range(len(world.teams)):
        row = world.by_team[month, team]
        filled = max(1.0, row[TeamColumn.FILLED_POSTS])
        for column in by_team.MEANS_OVER_POSTS:
            row[column] /= filled
