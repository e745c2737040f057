"""Children, ties and network members of the families of a synthetic authority."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from sos_sim.agents import Child, NetworkMember, Tie
from sos_sim.agents.authority import MIDDLE_DECILE, Families
from sos_sim.agents.codes import NEVER, Legal, Place, Status, TieKind
from sos_sim.agents.decisions import Decision, Of
from sos_sim.agents.drawing import Reals, Whole, Words, beta_quantiles, contiguous, draw, lucks
from sos_sim.agents.family import NEED_FLOOR
from sos_sim.agents.fields import record_type
from sos_sim.agents.state import Records
from sos_sim.agents.ties import Ties as TieParameters
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS, MONTHS_PER_YEAR

MOST_SIBLINGS = 7
MOST_TIES = 12
ELEVEN = 11
"""Age in years from which children may be in danger outside the family."""
_GIRLS = 0.49
"""Share of children who are girls (105 boys are born to 100 girls); no rule reads a child's sex."""
_KNOWN_FAMILIES_PER_CHILD = 0.2
_STEEPNESS = 1.2
_SLOWING = 0.7
"""How first removals go with danger at the set-point and with years known, as the rules themselves make it."""
_LEAVING_AGES = (1, 5, 10)
_LEAVING = (0.40, 0.17, 0.115, 0.12)
"""Rate a year, by age at removal in years, at which children leave care for good, as the rules themselves make it."""


def draw_children(families: Records, who: Families, shame: float) -> tuple[Records, Records]:
    """Children of the families, and the families that still have a child under 18 at month 0.

    Births are counted back from the youngest at first referral, oldest last; one family in
    ``later_birth`` has one more child in the years after. Grown-up siblings are left out. Where children
    begin looked after, the removal has left ``shame`` of the family's openness.
    """
    births, wanted = _birth_months(families, who)
    wanted &= births + AGE_OF_MAJORITY_MONTHS > np.maximum(families["arrival"], 0)[:, None]
    known = wanted.any(axis=1)
    families, births, wanted = families[known], births[known], wanted[known]
    counts = wanted.sum(axis=1)
    first, owner, _ = contiguous(counts)
    slot = np.nonzero(wanted)[1]
    children = np.zeros(len(owner), dtype=record_type(Child))
    children["luck"] = lucks(families["luck"][owner], Of.CHILD, slot)
    children["family"] = owner
    children["birth"] = births[wanted]
    children["female"] = draw(children["luck"], Decision.SEX) < _GIRLS
    for name in ("need_since", "plan_since", "care_since", "home_since", "kin_moved"):
        children[name] = NEVER
    families["first_child"], families["children"] = first, counts
    families["gone"] = np.where(wanted, births, -(1 << 20)).max(axis=1) + AGE_OF_MAJORITY_MONTHS
    upcoming = np.where(wanted & (births >= np.maximum(families["arrival"], 0)[:, None]), births, 1 << 20).min(axis=1)
    families["next_birth"] = np.where(upcoming == 1 << 20, -1, upcoming)
    _recall_removals(families, children, who)
    _recall_change(families, who)
    families["openness"] *= np.where(families["prior_removal"], shame, 1.0)
    return families, children


def has_infant(families: Records, who: Families) -> NDArray[np.bool_]:
    """Families whose youngest is unborn or under one at first referral."""
    return np.less(draw(families["luck"], Decision.YOUNGEST_STAGE), infant_chance(families, who))


def infant_chance(families: Records, who: Families) -> Reals:
    """Each family's chance that its youngest is unborn or under one at first referral."""
    unborn, infant = _youngest_shares(families, who)
    return unborn + infant


def _youngest_shares(families: Records, who: Families) -> tuple[Reals, Reals]:
    """Each family's chances that its youngest is unborn, or under one, at first referral.

    The odds of either are ``young_deprivation`` higher, in logs, with each decile.
    """
    odds = np.exp(who.young_deprivation * (families["deprivation"] - MIDDLE_DECILE))
    young = who.unborn_share + who.infant_share
    factor: Reals = odds / (1.0 + young * (odds - 1.0))
    return who.unborn_share * factor, who.infant_share * factor


def _birth_months(families: Records, who: Families) -> tuple[Whole, NDArray[np.bool_]]:
    """Birth month and existence of each possible child: shape (families, siblings + one later birth)."""
    luck, arrival = families["luck"], families["arrival"]
    stage = draw(luck, Decision.YOUNGEST_STAGE)
    within = draw(luck, Decision.YOUNGEST_AGE)
    older = 12 + 203 * (1.0 - (1.0 - within) ** who.age_skew)
    unborn_share, infant_share = _youngest_shares(families, who)
    infant = np.where(stage < unborn_share, -6.0 + 6.0 * within, 12.0 * within)
    age = np.where(stage < unborn_share + infant_share, infant, older)
    births = np.empty((len(families), MOST_SIBLINGS + 1), dtype=np.int64)
    births[:, 0] = arrival - np.floor(age).astype(np.int64)
    for sibling in range(1, MOST_SIBLINGS):
        gap = who.gap_shortest + who.gap_range * draw(luck, Decision.BIRTH_GAP, sibling) ** who.gap_skew
        births[:, sibling] = births[:, sibling - 1] - np.floor(gap).astype(np.int64)
    within_window = (who.later_birth_latest - who.later_birth_earliest) * draw(luck, Decision.LATER_BIRTH_MONTH)
    wait = np.floor(who.later_birth_earliest + within_window).astype(np.int64)
    births[:, MOST_SIBLINGS] = np.maximum(arrival, births[:, 0]) + wait
    size = 1 + np.floor(np.log(draw(luck, Decision.SIBLINGS)) / np.log1p(-1.0 / max(who.siblings, 1.0 + 1e-9)))
    wanted = np.arange(MOST_SIBLINGS + 1)[None, :] < np.minimum(size, MOST_SIBLINGS)[:, None]
    wanted[:, MOST_SIBLINGS] = draw(luck, Decision.LATER_BIRTH) < who.later_birth
    return births, wanted


def _recall_removals(families: Records, children: Records, who: Families) -> None:
    """Families known before month 0 whose children were removed to stay away, and where these are at month 0.

    Siblings born later were removed at birth. Some of the children have left care for good since.
    """
    removed_at, owner = _removal_months(families, who), children["family"]
    removed = removed_at < 0
    away = removed[owner] & (children["birth"] < 0)
    since = np.maximum(removed_at[owner], children["birth"])
    leaving = np.take(_LEAVING, np.digitize((since - children["birth"]) / MONTHS_PER_YEAR, _LEAVING_AGES))
    left_at = since + 1 + _geometric(draw(children["luck"], Decision.INITIAL_LOSS), _monthly(leaving))
    gone = away & (left_at < 0)
    guarded = gone & (draw(children["luck"], Decision.INITIAL_GUARDIAN) < who.initial_guardianship)
    placed = away & ~gone
    children["care_since"] = np.where(placed, since, NEVER)
    children["need_since"] = np.where(placed, since, NEVER)
    children["legal"] = np.where(placed, Legal.CARE_ORDER, Legal.NONE)
    outside = np.where(gone, np.where(guarded, Place.GUARDIAN, Place.LEFT), Place.HOME)
    children["place"] = np.where(placed, _initial_places(children, who), outside)
    children["entries"], children["exits"] = away, gone
    families["in_care"] = _count(owner, placed, len(families))
    families["guardianships"] = families["away"] = _count(owner, guarded, len(families))
    families["prior_removal"] = removed
    families["status"] = np.where(families["in_care"] > 0, Status.LOOKED_AFTER, families["status"])


def _removal_months(families: Records, who: Families) -> Whole:
    """Month in which each family's children are removed to stay away; from 0 on it is left to the rules.

    The cumulative hazard is ``initial_care`` a year at the set-point's danger to the power ``_STEEPNESS``, and grows
    with years known to the power ``_SLOWING``.
    """
    yearly = who.initial_care * MONTHS_PER_YEAR * special.expit(families["set_point"]) ** _STEEPNESS
    waited = -np.log(draw(families["luck"], Decision.INITIAL_CARE)) / np.maximum(yearly, 1e-9)
    years: Reals = np.minimum(waited ** (1.0 / _SLOWING), 1e3)
    return np.asarray(families["arrival"] + np.ceil(MONTHS_PER_YEAR * years), dtype=np.int64)


def _recall_change(families: Records, who: Families) -> None:
    """Set-points of families known before month 0, lowered by what has been done with them since.

    Of a set-point's danger ``exp(s)``, small beside one, ``initial_change · exp(s)²`` is lost in a year known, so
    that the most dangerous families have changed most; need begins at the set-point.
    """
    known = np.maximum(-families["arrival"], 0) / MONTHS_PER_YEAR
    changed = -np.log(np.exp(-families["set_point"]) + who.initial_change * known)
    families["need"] = families["set_point"] = np.maximum(changed, NEED_FLOOR)


def _initial_places(children: Records, who: Families) -> Whole:
    """Where each child lives if it begins looked after."""
    place = draw(children["luck"], Decision.INITIAL_PLACE)
    homes = np.where(place < who.initial_kinship + who.initial_residential, Place.RESIDENTIAL, Place.FOSTER)
    return np.where(place < who.initial_kinship, Place.KINSHIP, homes)


def _count(owner: Whole, chosen: NDArray[np.bool_], families: int) -> Whole:
    """How many of each family's children are chosen, shape (families,)."""
    return np.asarray(np.bincount(owner[chosen], minlength=families), dtype=np.int64)


def _monthly(yearly: Reals) -> Reals:
    """The chance a month that amounts to a rate a year."""
    return np.asarray(-np.expm1(-yearly / MONTHS_PER_YEAR))


def draw_danger_outside(families: Records, children: Records, onset: float, mean_months: float) -> None:
    """When each child is in danger outside the family, and each family's first and last month with such a child.

    From eleven on it begins with chance ``onset`` a month, once, and lasts ``mean_months`` on average (both geometric,
    cut at 18).
    """
    for records in (families, children):
        records["outside_from"] = records["outside_until"] = NEVER
    if onset <= 0.0:
        return
    adult = children["birth"] + AGE_OF_MAJORITY_MONTHS
    wait = _geometric(draw(children["luck"], Decision.OUTSIDE_ONSET), onset)
    begins = children["birth"] + ELEVEN * MONTHS_PER_YEAR + wait
    ends = np.minimum(begins + 1 + _geometric(draw(children["luck"], Decision.OUTSIDE_END), 1.0 / mean_months), adult)
    ever = begins < adult
    children["outside_from"][ever], children["outside_until"][ever] = begins[ever], ends[ever]
    owner = children["family"][ever]
    first = np.full(len(families), np.iinfo(np.int32).max)
    np.minimum.at(first, owner, begins[ever])
    np.maximum.at(families["outside_until"], owner, ends[ever])
    families["outside_from"] = np.where(families["outside_until"] == NEVER, NEVER, first)


def _geometric(share: Reals, chance: float | Reals) -> Whole:
    """Months before something happens that has this chance in each of them."""
    return np.asarray(np.floor(np.log(share) / np.log1p(-chance)), dtype=np.int64)


def draw_ties(families: Records, around: TieParameters, authority_children: int, seed: int) -> tuple[Records, Records]:
    """Ties (negative binomial, at most twelve a family) and the members they lead to.

    A share of ties leads to members shared by several families, drawn from a pool whose size
    depends on the authority alone; the rest lead each to a member of its own.
    """
    success = around.tie_dispersion / (around.tie_dispersion + around.tie_mean)
    grid = np.arange(MOST_TIES)
    steps = stats.nbinom.cdf(grid, around.tie_dispersion, success)
    counts = np.searchsorted(steps, draw(families["luck"], Decision.TIES)).astype(np.int64)
    families["first_tie"], owner, ordinal = contiguous(counts)
    families["ties"] = counts
    ties = np.zeros(len(owner), dtype=record_type(Tie))
    ties["luck"] = lucks(families["luck"][owner], Of.TIE, ordinal)
    ties["family"] = owner
    ties["closeness"] = beta_quantiles(
        around.closeness_mean, around.tie_concentration, draw(ties["luck"], Decision.CLOSENESS)
    )
    known_families = authority_children * _KNOWN_FAMILIES_PER_CHILD
    pool = max(1, int(known_families * around.tie_mean * around.tie_shared / around.families_per_shared))
    shared = draw(ties["luck"], Decision.SHARED) < around.tie_shared
    which = (draw(ties["luck"], Decision.WHICH_SHARED) * pool).astype(np.int64)
    ties["member"] = np.where(shared, which, pool + np.cumsum(~shared) - 1)
    own = lucks(ties["luck"][~shared], Of.MEMBER, 0)
    ours = lucks(seed, Of.SHARED_MEMBER, np.arange(pool))
    members = _draw_members(np.concatenate([ours, own]), around)
    abused = families["domestic_abuse"][owner[~shared]]
    kin = members["kind"][pool:] == TieKind.KIN
    members["unsafe"][pool:] = kin & abused & (draw(members["luck"][pool:], Decision.UNSAFE) < around.kin_unsafe)
    return ties, members


def _draw_members(luck: Words, around: TieParameters) -> Records:
    members = np.zeros(len(luck), dtype=record_type(NetworkMember))
    members["luck"] = luck
    kind = draw(luck, Decision.TIE_KIND)
    lay = np.where(kind < around.kin_share, TieKind.KIN, TieKind.FRIEND)
    members["kind"] = np.where(kind >= 1.0 - around.professional_share, TieKind.PROFESSIONAL, lay)
    members["willingness"] = beta_quantiles(
        around.willingness_mean, around.tie_concentration, draw(luck, Decision.WILLINGNESS)
    )
    members["capacity"] = beta_quantiles(around.capacity_mean, around.tie_concentration, draw(luck, Decision.CAPACITY))
    return members
