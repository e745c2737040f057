"""Phase 7, decisions: where a child who starts to be looked after is placed."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.agents import Child, Family
from sos_sim.agents.codes import Place
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, strength
from sos_sim.core.priors import beta, gamma, normal
from sos_sim.theory.logistic import logistic
from sos_sim.theory.structure import Structure


class Placement(NamedTuple):
    """Where children live when looked after (end of model section 4.13)."""

    kinship_base: float = belief(
        -1.399,
        "logit",
        "chance of a kinship placement without any network",
        low=-5,
        high=3,
        prior=normal(-1.7, 0.3),
        source="16% of looked-after children live with relatives or friends",
        grade="A",
        heading="moderator",
    )
    kinship_cover: float = belief(
        2.076,
        "logit per cover",
        "known kin become carers",
        low=0.0,
        high=4.0,
        prior=gamma(4, 2),
        source="assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    role_lock_strength: float = strength(
        1.0,
        "logit per active relative",
        "relatives used as monitors are less often considered as carers",
        high=3.0,
        link="M5",
        prior=gamma(2, 1, spike=0.33),
        source="English pilots: kinship 13 points lower (K2), one reading",
        grade="B",
        only_under="role_lock=on",
    )
    residential_older: float = belief(
        0.3035,
        "probability",
        "first placement in a children's home, aged ten or more",
        low=0.0,
        high=0.8,
        prior=beta(6, 14),
        source="12% of looked-after children in homes",
        grade="A",
        heading="moderator",
    )
    residential_younger: float = belief(
        0.02,
        "probability",
        "first placement in a children's home, under ten",
        low=0.0,
        high=0.3,
        source="12% of looked-after children in homes",
        grade="A",
        heading="moderator",
    )


@rule
def choose_place(
    child: Child,
    family: Family,
    age_months: int,
    kin_draw: float,
    home_draw: float,
    delivered: float,
    carers: float,
    p: Placement,
    structure: Structure,
) -> None:
    """Kinship if relatives can (``σ(base + cover·C - role_lock·D·monitors)``), else foster or residential (M5, K2).

    ``carers``: logits added where relatives were assessed before there was a child to place.
    """
    lock = p.role_lock_strength * delivered * family.kin_monitors if structure.role_lock else 0.0
    residential = p.residential_older if age_months >= 120 else p.residential_younger
    if kin_draw < logistic(p.kinship_base + p.kinship_cover * family.cover - lock + carers):
        child.place = Place.KINSHIP
    elif home_draw < residential:
        child.place = Place.RESIDENTIAL
    else:
        child.place = Place.FOSTER
