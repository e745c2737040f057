"""The people around a family: how many, who they are, and how they stand to it."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.core.parameters import belief
from sos_sim.core.priors import beta, gamma, lognormal


class Ties(NamedTuple):
    """Who is around a family."""

    tie_mean: float = belief(
        4.0,
        "ties per family",
        "close supports",
        low=0.5,
        high=8,
        prior=gamma(16, 4),
        source="about one family in ten has none or one",
        grade="D",
        link="M5",
        heading="moderator",
    )
    tie_dispersion: float = belief(
        20.89,
        "negative binomial size",
        "evenness of ties between families",
        low=0.5,
        high=100,
        prior=lognormal(20, 0.5),
        source="about one family in ten has none or one",
        grade="D",
        link="M5",
        heading="moderator",
    )
    tie_shared: float = belief(
        0.1493,
        "share of ties",
        "to members who help several families",
        low=0.0,
        high=0.5,
        prior=beta(2, 10),
        source="assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    kin_share: float = belief(
        0.45,
        "share of ties",
        "to relatives",
        low=0.1,
        high=0.9,
        prior=beta(9, 11),
        source="assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    professional_share: float = belief(
        0.2,
        "share of ties",
        "to professionals: they see and tell, and are never cover",
        low=0.0,
        high=0.6,
        prior=beta(4, 16),
        source="assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    closeness_mean: float = belief(
        0.5348,
        "0-1",
        "mean closeness of ties",
        low=0.2,
        high=0.8,
        prior=beta(10, 10),
        source="assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    willingness_mean: float = belief(
        0.4961,
        "0-1",
        "mean willingness of members",
        low=0.2,
        high=0.8,
        prior=beta(10, 10),
        source="assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    capacity_mean: float = belief(
        0.546,
        "0-1",
        "mean capacity of members",
        low=0.1,
        high=0.9,
        prior=beta(10, 10),
        source="assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    kin_unsafe: float = belief(
        0.4,
        "share of kin",
        "who are unsafe where there is domestic abuse",
        low=0.0,
        high=0.8,
        prior=beta(4, 6),
        source="CMO 8; assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    tie_concentration: float = belief(
        4.0,
        "a + b of a beta",
        "evenness of closeness, willingness and capacity between members (the higher, the more alike)",
        low=1.0,
        high=60.0,
        source="population shape, assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
    families_per_shared: float = belief(
        3.0,
        "families",
        "known families to each member who helps several",
        low=1.0,
        high=12.0,
        source="population shape, assumed",
        grade="D",
        link="M5",
        heading="moderator",
    )
