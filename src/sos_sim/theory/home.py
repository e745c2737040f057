"""Phase 6, home: need, strain, harm, and what comes to notice."""

from __future__ import annotations

import math
from typing import NamedTuple

from sos_sim.agents import Family
from sos_sim.agents.family import NEED_CEILING, NEED_FLOOR
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, gamma, lognormal
from sos_sim.theory.casework import Casework, alliance
from sos_sim.theory.logistic import clamp, happens, logistic
from sos_sim.theory.structure import Structure


class Home(NamedTuple):
    """Life at home (model sections 4.9-4.11; link M7)."""

    plan_effect: float = strength(
        0.5,
        "0-1",
        "share of danger that a perfect plan removes (M7); acts in every arm",
        high=0.9,
        link="M7",
        prior=beta(2, 3, spike=0.2),
        source="theory: how understanding turns into less harm is a gap",
        grade="D",
        in_every_arm=True,
    )
    cover_effect: float = strength(
        0.4,
        "0-1",
        "share of danger that full cover removes (M7); acts in every arm",
        high=0.8,
        link="M7",
        prior=beta(2, 3, spike=0.2),
        source="theory: network members act at first warning (CMO 7)",
        grade="D",
        in_every_arm=True,
    )
    service_effect: float = strength(
        0.4,
        "0-1",
        "share of danger that services remove when trusted (M7); acts in every arm",
        high=0.7,
        link="M7",
        prior=beta(2, 3, spike=0.2),
        source="alliance times services, assumed",
        grade="D",
        in_every_arm=True,
    )
    service_base: float = belief(
        0.3,
        "0-1",
        "share of service effect that needs no trust",
        low=0.0,
        high=1.0,
        prior=beta(3, 7),
        source="assumed",
        grade="D",
        link="M7",
    )
    service_trust: float = belief(
        0.7,
        "0-1",
        "share of service effect that grows with trust",
        low=0.0,
        high=1.0,
        source="1 - service_base",
        grade="D",
        link="M7",
    )
    harm_ceiling: float = belief(
        0.2402,
        "per child-month",
        "chance of harm as need grows without bound",
        low=0.05,
        high=0.6,
        prior=lognormal(0.25, 0.3),
        source="no official target: harm is reported as a ratio between arms",
        grade="D",
        heading="effect",
    )
    reversion: float = belief(
        0.09249,
        "per month",
        "need returns towards its set-point",
        low=0.02,
        high=0.2,
        prior=lognormal(0.06, 0.3),
        source="calibrated: spell lengths",
        grade="A",
        heading="moderator",
    )
    event_rate: float = belief(
        0.03306,
        "per month",
        "adverse life events",
        low=0.005,
        high=0.15,
        prior=lognormal(0.04, 0.3),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    event_size: float = belief(
        0.7241,
        "logit (mean)",
        "size of a life event, exponential",
        low=0.2,
        high=3.0,
        prior=lognormal(1, 0.3),
        source="product with event_rate: one is fixed in calibration",
        grade="D",
        heading="moderator",
    )
    need_noise: float = belief(
        0.1969,
        "logit sd per month",
        "ordinary ups and downs",
        low=0.0,
        high=0.6,
        prior=lognormal(0.2, 0.3),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    change: float = strength(
        0.08,
        "logit per month",
        "lasting change of the set-point at full responsibility and safety",
        high=0.3,
        link="M4",
        prior=gamma(2, 0.08, spike=0.25),
        source="self-determination theory (CMO 4)",
        grade="C",
        in_every_arm=True,
    )
    change_floor: float = belief(
        -9.0,
        "logit",
        "set-point below which change has nothing left to do",
        low=-12,
        high=-6,
        source="fixed",
        grade="D",
    )
    strain: float = belief(
        2.172,
        "logit",
        "strain when the first child returns home",
        low=0.0,
        high=4.0,
        prior=gamma(6, 1.6),
        source="calibrated to re-entry 12/20/25/35% at 3 months, 1, 2, 6 years (Goldacre 2022; Neil 2019)",
        grade="B",
        heading="moderator",
    )
    strain_more: float = belief(
        0.3443,
        "share",
        "extra strain for each further child who returns",
        low=0.0,
        high=1.0,
        prior=beta(3, 7),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    strain_kept: float = belief(
        0.9345,
        "per month",
        "share of strain left a month later",
        low=0.6,
        high=0.97,
        prior=beta(17, 3),
        source="calibrated with strain: front-loaded re-entry",
        grade="B",
        heading="moderator",
    )
    sibling_share: float = belief(
        0.6,
        "0-1",
        "chance that a child suffers when harm strikes the household (sibling correlation)",
        low=0.3,
        high=1.0,
        prior=beta(6, 4),
        source="high, not perfect",
        grade="D",
        heading="effect",
    )
    unsafe_kin_harm: float = strength(
        0.15,
        "logit",
        "what each unsafe relative who has been told adds to danger (M7); acts in every arm",
        high=2.0,
        link="M7",
        prior=gamma(2, 0.2, spike=0.1),
        source="CMO 8: relatives who side with who harms; size assumed",
        grade="D",
        heading="moderator",
        in_every_arm=True,
    )
    harm_in_care: float = belief(
        0.001,
        "per child-month",
        "harm while looked after",
        low=0.0,
        high=0.02,
        prior=lognormal(0.001, 0.5),
        source="assumed small",
        grade="D",
        heading="effect",
    )
    seen_base: float = belief(
        0.2145,
        "probability",
        "chance that harm comes to notice whatever is done",
        low=0.02,
        high=0.6,
        prior=beta(3, 17),
        source="not identified by official figures: a scenario",
        grade="D",
        link="M8",
    )
    seen_visits: float = belief(
        0.1584,
        "per visit",
        "chance added by each visit a month",
        low=0.0,
        high=0.3,
        prior=beta(2, 18),
        source="assumed",
        grade="D",
        link="M8",
    )
    seen_professional: float = strength(
        0.1,
        "probability",
        "chance added when a professional is in the network (M8)",
        high=0.5,
        link="M8",
        prior=beta(2, 18, spike=0.1),
        source="professionals see and tell",
        grade="D",
        in_every_arm=True,
    )
    seen_network: float = strength(
        0.2,
        "probability",
        "chance added by full cover: the network tells (M8)",
        high=0.6,
        link="M8",
        prior=beta(2, 8, spike=0.1),
        source="assumed",
        grade="D",
        in_every_arm=True,
    )
    seen_trust: float = strength(
        0.2,
        "probability",
        "chance added by full trust: parents raise slips (M8)",
        high=0.6,
        link="M8",
        prior=beta(2, 8, spike=0.1),
        source="CMO 3",
        grade="C",
        in_every_arm=True,
    )
    seen_voice: float = strength(
        0.1,
        "probability",
        "chance added by a child's full voice (M8)",
        high=0.6,
        link="M8",
        prior=beta(2, 18, spike=0.1),
        source="CMO 10",
        grade="C",
        in_every_arm=True,
    )
    severe: float = belief(
        0.1882,
        "share of seen harm",
        "seen harm that calls for emergency protection",
        low=0.005,
        high=0.3,
        prior=beta(6, 24),
        source="police protection and emergency orders: 13% of non-UASC starts",
        grade="A",
        heading="effect",
    )


@rule
def safety(family: Family, p: Home, casework: Casework, structure: Structure) -> float:
    """``S = 1 - (1 - plan_effect·Q)·(1 - cover_effect·C)·(1 - services)`` (M7; CMO 9).

    ``services = service_effect·min(1, service_base + service_trust·alliance)``.
    """
    trusted = alliance(family.trust, casework, structure)
    services = p.service_effect * min(1.0, p.service_base + p.service_trust * trusted)
    return 1.0 - (1.0 - p.plan_effect * family.plan) * (1.0 - p.cover_effect * family.cover) * (1.0 - services)


@rule
def lingering_safety(family: Family, p: Home) -> float:
    """What still protects after closing: the plan and the network, without services (M7)."""
    return 1.0 - (1.0 - p.plan_effect * family.plan) * (1.0 - p.cover_effect * family.cover)


@rule
def live(family: Family, noise_draw: float, event_draw: float, p: Home) -> None:
    """Need: reversion, uniform noise with sd ``need_noise``, and exponential life events (model 4.10).

    ``event_draw`` serves twice: below the family's event rate an event happens, and the ratio of the
    two is itself uniform, so ``-log`` of it is the event's size in means.
    """
    need = family.need + p.reversion * (family.set_point - family.need)
    need += p.need_noise * 3.4641016151377544 * (noise_draw - 0.5)
    if event_draw < family.event_rate:
        need -= p.event_size * math.log(event_draw / family.event_rate)
    family.need = clamp(need, NEED_FLOOR, NEED_CEILING)
    family.strain *= p.strain_kept


@rule
def change_for_good(family: Family, p: Home) -> None:
    """Lasting change: ``set_point -= change·R·S`` a month, not below a floor (M4; CMO 4)."""
    step = p.change * family.responsibility * family.safety
    if step > 0.0 and family.set_point > p.change_floor:
        family.set_point = max(p.change_floor, family.set_point - step)


@rule
def pressure(family: Family) -> float:
    """Danger before protection, in logits: need, the strain of a return, exposure to unsafe relatives who know."""
    return family.need + family.strain + family.exposure


@rule
def danger_strikes(family: Family, draw: float, p: Home) -> bool:
    """Whether harm strikes the household this month: ``h / sibling_share`` (model 4.11).

    ``h = harm_ceiling·σ(need + strain + exposure)·(1 - S)`` is each child's monthly chance; when harm strikes,
    each child at home suffers it with chance ``sibling_share``, so siblings' luck is correlated by
    about that share and each child's own chance is h.
    """
    return happens(draw * p.sibling_share, p.harm_ceiling * (1.0 - family.safety), pressure(family))


@rule
def true_danger(family: Family, p: Home) -> float:
    """Each child's monthly chance of harm at home, ``harm_ceiling·σ(need + strain + exposure)·(1 - S)``."""
    return p.harm_ceiling * logistic(pressure(family)) * (1.0 - family.safety)


@rule
def seen_chance(family: Family, candour: float, voice: float, p: Home) -> float:
    """Chance that harm comes to notice: base, visits, professionals, C, candour and V as shown (M8; CMO 3, 10)."""
    chance = p.seen_base + p.seen_visits * family.visits + p.seen_network * family.cover
    chance += p.seen_trust * candour + p.seen_voice * voice
    if family.professional_eyes:
        chance += p.seen_professional
    return min(0.95, chance)


@rule
def feel_strain(family: Family, returned: int, p: Home) -> None:
    """Return home strains a family, more with each child: ``strain·(1 + strain_more·(n - 1))``."""
    if returned > 0:
        family.strain += p.strain * (1.0 + p.strain_more * (returned - 1))
