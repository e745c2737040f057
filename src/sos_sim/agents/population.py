"""The synthetic authority: everybody who is known, or will become known, drawn by address.

Families are drawn for every month of first referral from twenty-five years before the run to its end,
so nobody's luck depends on how many others exist: a family is (month, ordinal within the month).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special, stats

from sos_sim.agents import Family, Organisation
from sos_sim.agents.authority import MIDDLE_DECILE, Authority, Families
from sos_sim.agents.codes import NEVER, Status, Stream
from sos_sim.agents.decisions import Decision, Of
from sos_sim.agents.drawing import Reals, Whole, beta_quantiles, draw, lucks
from sos_sim.agents.family import NEED_FLOOR
from sos_sim.agents.fields import record_type
from sos_sim.agents.households import draw_children, draw_danger_outside, draw_ties, has_infant, infant_chance
from sos_sim.agents.state import Records, State
from sos_sim.agents.teams import draw_workforce, number_of_posts
from sos_sim.agents.ties import Ties as TieParameters
from sos_sim.core.luck import mix, uniform
from sos_sim.core.units import MONTHS_PER_YEAR, RATE_BASE

YEARS_KNOWN = 25


class Population(NamedTuple):
    """What the synthesis needs to know, besides the seed and the climate."""

    authority: Authority
    families: Families
    ties: TieParameters
    trust_start_mean: float
    trust_start_concentration: float
    shame: float
    event_rate: float
    usual_fidelity: float
    outside_onset: float
    outside_months: float
    posts: int


def arrivals_by_month(authority: Authority, who: Families, seed: int, demand: Reals) -> Whole:
    """Newly referred families in each month: Poisson around rate · children / siblings · demand · deprivation.

    The rate is that of an authority of mean decile 5.5, times ``exp(referral_deprivation · (decile - 5.5))``.
    ``demand`` is the climate's multiplier for the same months, shape (months,).
    """
    luck = mix(mix(seed, Of.ORGANISATION), 1)
    expected = authority.children * authority.first_referral_rate / RATE_BASE / MONTHS_PER_YEAR / who.siblings
    chance = np.array([uniform(luck, mix(Decision.ARRIVALS, month)) for month in range(len(demand))])
    expected *= np.exp(who.referral_deprivation * (authority.deprivation - MIDDLE_DECILE))
    return np.asarray(stats.poisson.ppf(chance, expected * demand), dtype=np.int64)


def synthesise(population: Population, seed: int, arrivals: Whole) -> State:
    """The authority at month 0, with everybody who will be referred later already drawn.

    ``arrivals`` counts newly referred families by month, beginning ``YEARS_KNOWN`` years before
    month 0; known families whose children are all grown up at month 0 are left out.
    """
    families = _draw_families(population, seed, arrivals)
    families, children = draw_children(families, population.families, population.shame)
    draw_danger_outside(families, children, population.outside_onset, population.outside_months)
    ties, members = draw_ties(families, population.ties, population.authority.children, seed)
    teams, workers = draw_workforce(population.authority, population.posts, seed)
    teams["mean_fidelity"] = population.usual_fidelity
    families["team"] = (draw(families["luck"], Decision.TEAM) * len(teams)).astype(np.int64)
    organisation = np.zeros(1, dtype=record_type(Organisation))
    organisation["arrived"] = int(np.searchsorted(families["arrival"], 0))
    organisation["mean_load"] = 15.0
    organisation["posts"] = number_of_posts(population.authority)
    organisation["looked_after"] = organisation["care_balance"] = int(families["in_care"].sum())
    return State(organisation, teams, workers, families, children, members, ties)


def _draw_families(population: Population, seed: int, arrivals: Whole) -> Records:
    who = population.families
    month = np.repeat(np.arange(len(arrivals)) - YEARS_KNOWN * MONTHS_PER_YEAR, arrivals)
    ordinal = np.arange(len(month)) - np.repeat(np.cumsum(arrivals) - arrivals, arrivals)
    families = np.zeros(len(month), dtype=record_type(Family))
    families["luck"] = luck = lucks(lucks(seed, Of.FAMILY, month), Of.FAMILY, ordinal)
    families["arrival"] = month
    families["deprivation"] = _deciles(
        draw(luck, Decision.DEPRIVATION), population.authority.deprivation, who.deprivation_concentration
    )
    families["stream"] = np.where(draw(luck, Decision.STREAM) < who.support_share, Stream.SUPPORT, Stream.SAFEGUARDING)
    families["domestic_abuse"] = draw(luck, Decision.DOMESTIC_ABUSE) < who.domestic_abuse
    controlled = draw(luck, Decision.COERCIVE_CONTROL) < who.coercive_control
    families["coercive_control"] = families["domestic_abuse"] & controlled
    families["mental_ill_health"] = draw(luck, Decision.MENTAL_ILL_HEALTH) < who.mental_ill_health
    families["substance_use"] = draw(luck, Decision.SUBSTANCE_USE) < who.substance_use
    _draw_dispositions(families, population)
    families["status"] = Status.CLOSED
    for name in ("worker", "plan_months", "hearing", "returned", "opened", "closed"):
        families[name] = -1
    families["met"] = NEVER
    return families


def _draw_dispositions(families: Records, population: Population) -> None:
    who, luck = population.families, families["luck"]
    need = who.need_mean + who.need_sd * special.ndtri(draw(luck, Decision.SET_POINT))
    need += who.deprivation_slope * (families["deprivation"] - MIDDLE_DECILE)
    need += who.young_need * (has_infant(families, who) - infant_chance(families, who))
    need += who.abuse_need * (families["domestic_abuse"] - who.domestic_abuse)
    need = np.where(families["stream"] == Stream.SUPPORT, np.minimum(need, who.need_mean), need)
    families["need"] = families["set_point"] = np.clip(need, NEED_FLOOR, 0.5)
    openness = beta_quantiles(who.openness_mean, who.openness_concentration, draw(luck, Decision.OPENNESS))
    openness *= np.where(families["mental_ill_health"], who.ill_health_openness, 1.0)
    families["openness"] = openness * np.where(families["coercive_control"], who.control_openness, 1.0)
    families["trust"] = beta_quantiles(
        population.trust_start_mean, population.trust_start_concentration, draw(luck, Decision.TRUST_START)
    )
    events = np.where(families["substance_use"], who.substance_events, 1.0)
    families["event_rate"] = population.event_rate * events


def _deciles(chance: Reals, mean: float, concentration: float) -> Whole:
    """Deciles 1-10 from a beta distribution on [0.5, 10.5] with the given mean (5.5: flat)."""
    share = min(max((mean - 0.5) / 10.0, 0.05), 0.95)
    value = beta_quantiles(share, concentration, chance)
    return np.clip(np.floor(value * 10.0).astype(np.int64) + 1, 1, 10)
