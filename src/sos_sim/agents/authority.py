"""What a local authority is: the facts from which its synthetic population is drawn."""

from __future__ import annotations

from typing import Final, NamedTuple

from sos_sim.core.parameters import belief, fact
from sos_sim.core.priors import beta, lognormal, normal

MIDDLE_DECILE: Final = 5.5
"""Mean decile of England by definition; effects of deprivation are against it."""


class Authority(NamedTuple):
    """Size, demand and workforce of an authority."""

    children: int = fact(
        60_000,
        "children",
        "children aged 0-17 living in the authority",
        low=500,
        high=400_000,
        whole=True,
        source="England-typical: 12.18 million children, 151 authorities, median 62,664 (ONS mid-2024)",
        grade="A",
    )
    first_referral_rate: float = fact(
        207.7,
        "per 10,000 a year",
        "children referred for the first time in their lives",
        low=20,
        high=900,
        prior=lognormal(197, 0.1),
        grade="A",
        source="calibrated; 35.4% ever referred by 18 (Jay et al.) is about 197 per 10,000 a year",
    )
    deprivation: float = fact(
        MIDDLE_DECILE,
        "decile",
        "mean deprivation decile of referred families (10 most deprived)",
        low=1,
        high=10,
        source="England-typical by definition; IDACI 2019 for named authorities",
        grade="A",
    )
    post_rate: float = fact(
        17.6,
        "per 10,000 children",
        "case-holding social work posts, filled or not",
        low=3,
        high=80,
        grade="A",
        source="21,105 FTE case holders in England at 98.6% covered (DfE 2025); 10th-90th centile of authorities "
        "12.7-27.7 (DfE 2022)",
    )
    held_share: float = fact(
        0.7,
        "share",
        "children in need or assessment counted as held by a case holder in the workforce census",
        low=0.3,
        high=1.2,
        grade="A",
        source="321,661 cases against 402,400 children in need and about 55,000 in assessment (DfE 2025)",
    )
    case_holder_share: float = fact(
        0.507,
        "share",
        "social workers (in post and agency) who hold cases",
        low=0.2,
        high=1.0,
        source="21,105 of 41,600 FTE (DfE 2025)",
        grade="A",
    )
    team_size: int = fact(
        8, "posts", "posts in a team", low=3, high=15, whole=True, source="organisational convention", grade="D"
    )


class Families(NamedTuple):
    """Who is referred: sibships, ages, needs and troubles."""

    referral_deprivation: float = belief(
        0.09,
        "log per decile",
        "how many more families are referred for the first time where mean deprivation is higher than 5.5",
        low=-0.1,
        high=0.4,
        prior=normal(0.09, 0.02),
        source="log referrals rise by .28, looked-after stock by .49, plans by .29 per .1 IDACI (panel 2023; DfE 2025)",
        grade="B",
        heading="moderator",
    )
    young_deprivation: float = belief(
        0.25,
        "log odds per decile",
        "how much likelier the youngest is unborn or under one at first referral in more deprived families",
        low=-0.2,
        high=0.4,
        prior=normal(0.25, 0.1),
        source="earlier first referral in deprived areas; size assumed, of the order that care rates ask for",
        grade="D",
        heading="moderator",
    )
    young_need: float = belief(
        0.0,
        "logit",
        "how much higher need is where the youngest is unborn or under one at first referral (the mean stays)",
        low=-1.0,
        high=2.0,
        prior=normal(0.0, 0.3),
        source="who is referred early is referred again; size assumed, and none in the middle",
        grade="D",
        heading="moderator",
    )
    siblings: float = belief(
        2.189,
        "children",
        "mean children of a newly referred family (geometric)",
        low=1.0,
        high=4.0,
        prior=normal(1.85, 0.15),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    later_birth: float = belief(
        0.5678,
        "share of families",
        "with a child born in the seven years after first referral",
        low=0.05,
        high=0.6,
        prior=beta(11, 9),
        source="needed for infant entries",
        grade="D",
        heading="moderator",
    )
    gap_shortest: float = belief(
        12.0,
        "months",
        "shortest gap between births of siblings",
        low=9.0,
        high=36.0,
        source="population shape, assumed",
        grade="D",
        heading="moderator",
    )
    gap_range: float = belief(
        60.0,
        "months",
        "how much longer the longest gap is",
        low=0.0,
        high=180.0,
        source="population shape, assumed",
        grade="D",
        heading="moderator",
    )
    gap_skew: float = belief(
        1.5,
        "exponent",
        "short gaps are commoner the higher this is (1: all gaps alike)",
        low=0.5,
        high=4.0,
        source="population shape, assumed",
        grade="D",
        heading="moderator",
    )
    later_birth_earliest: float = belief(
        10.0,
        "months",
        "from first referral to the earliest later birth",
        low=1.0,
        high=60.0,
        source="a pregnancy that begins after the referral",
        grade="D",
        heading="moderator",
    )
    later_birth_latest: float = belief(
        84.0,
        "months",
        "from first referral to the latest later birth",
        low=61.0,
        high=180.0,
        source="seven years, assumed",
        grade="D",
        heading="moderator",
    )
    unborn_share: float = belief(
        0.1197,
        "share of families",
        "whose youngest is unborn at first referral",
        low=0.0,
        high=0.3,
        prior=beta(6, 94),
        source="pre-birth referral, assumed",
        grade="D",
        heading="moderator",
    )
    infant_share: float = belief(
        0.2271,
        "share of families",
        "whose youngest is under one at first referral",
        low=0.0,
        high=0.5,
        prior=beta(14, 86),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    age_skew: float = belief(
        0.6219,
        "exponent",
        "spread of the youngest child's age above one (1 flat to 17, 0.5 falling)",
        low=0.3,
        high=1.2,
        prior=normal(0.7, 0.1),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    need_mean: float = belief(
        -6.425,
        "logit",
        "mean need set-point of referred families",
        low=-9,
        high=-3,
        prior=normal(-6.3, 0.6),
        source="calibrated with need_sd; only their combination is identified",
        grade="D",
        heading="moderator",
    )
    need_sd: float = belief(
        1.785,
        "logit",
        "spread of need between families",
        low=1.0,
        high=3.5,
        prior=lognormal(2.0, 0.2),
        source="calibrated; heterogeneity needed for 22.6% re-referral and a long tail of cases",
        grade="D",
        heading="moderator",
    )
    deprivation_slope: float = belief(
        0.04702,
        "logit per decile",
        "how deprivation raises need",
        low=0.0,
        high=0.4,
        prior=normal(0.05, 0.03),
        source="child poverty explains about a third of differences in care rates between authorities",
        grade="C",
        heading="moderator",
    )
    deprivation_concentration: float = belief(
        2.0,
        "a + b of a beta",
        "evenness of deprivation between families (2 and a mean of 5.5: every decile alike)",
        low=0.5,
        high=60.0,
        source="population shape: deciles are equal tenths where the mean is England's",
        grade="D",
        heading="moderator",
    )
    support_share: float = belief(
        0.1264,
        "share of families",
        "referred for disability or low-risk support",
        low=0.0,
        high=0.5,
        prior=beta(12, 88),
        source="10.1% of cases last two years or more",
        grade="A",
        heading="moderator",
    )
    domestic_abuse: float = fact(
        0.45,
        "share of families",
        "with domestic abuse",
        low=0.0,
        high=1.0,
        prior=beta(32, 40),
        source="31.7% of assessments name a parent (DfE 2025), more at family level",
        grade="A",
    )
    mental_ill_health: float = fact(
        0.45,
        "share of families",
        "with parental mental ill-health",
        low=0.0,
        high=1.0,
        prior=beta(34, 42),
        source="33.5% of assessments (DfE 2025), more at family level",
        grade="A",
    )
    substance_use: float = fact(
        0.3,
        "share of families",
        "with parental alcohol or drug use",
        low=0.0,
        high=1.0,
        prior=beta(24, 56),
        source="alcohol 14.3%, drugs 14.1% of assessments, overlapping (DfE 2025)",
        grade="A",
    )
    coercive_control: float = belief(
        0.5,
        "share of families with domestic abuse",
        "in which one parent controls the other: children are not safe to speak, the other parent not free to trust",
        low=0.0,
        high=1.0,
        prior=beta(5, 5),
        source="assumed; the theory's stated gap on domestic abuse and coercive control",
        grade="D",
        heading="moderator",
    )
    abuse_need: float = belief(
        0.4224,
        "logit",
        "how much higher need is with domestic abuse than without (the mean of all families stays)",
        low=0.0,
        high=2.0,
        prior=normal(0.4, 0.2),
        source="domestic abuse is the commonest factor at assessment (DfE 2025); size assumed",
        grade="D",
        heading="moderator",
    )
    openness_mean: float = belief(
        0.55,
        "0-1",
        "mean openness of parents to services: what history, shame and fear leave",
        low=0.2,
        high=0.9,
        prior=beta(11, 9),
        source="product with trust_gain: fix one",
        grade="D",
        link="M2",
        heading="moderator",
    )
    openness_concentration: float = belief(
        4.0,
        "a + b of a beta",
        "evenness of openness between families (the higher, the more alike)",
        low=2.0,
        high=60.0,
        prior=lognormal(4, 0.3),
        source="assumed: standard deviation about 0.22",
        grade="D",
        link="M2",
        heading="moderator",
    )
    control_openness: float = belief(
        0.6855,
        "multiple",
        "openness under coercive control, of which the other parent's trust is the part that is free",
        low=0.3,
        high=1.0,
        prior=beta(14, 6),
        source="assumed; safe to work with only apart from who controls",
        grade="D",
        link="M2",
        heading="moderator",
    )
    ill_health_openness: float = belief(
        0.9156,
        "multiple",
        "openness under parental mental ill-health",
        low=0.5,
        high=1.0,
        prior=beta(18, 2),
        source="assumed",
        grade="D",
        link="M2",
        heading="moderator",
    )
    substance_events: float = belief(
        1.443,
        "multiple",
        "life events under parental substance use",
        low=1.0,
        high=2.5,
        prior=normal(1.4, 0.25),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    initial_care: float = belief(
        0.35,
        "multiple",
        "removals for good before the warm-up, against danger in the families known",
        low=0.0,
        high=10.0,
        source="starting point only: chosen so that the looked-after stock is level while the climate is still",
        grade="D",
        heading="moderator",
    )
    initial_change: float = belief(
        7.0,
        "per year",
        "how fast the set-points of dangerous families known before the warm-up have fallen",
        low=0.0,
        high=50.0,
        source="starting point only: chosen so that the looked-after stock is level while the climate is still",
        grade="D",
        heading="moderator",
    )
    initial_guardianship: float = belief(
        0.36,
        "share",
        "of children who left care for good before the warm-up, to a special guardian",
        low=0.0,
        high=1.0,
        source="11.9% of exits are to special guardians, 8.8% adoptions (DfE 2025); starting point only",
        grade="D",
        heading="moderator",
    )
    initial_kinship: float = belief(
        0.16,
        "share",
        "of children in care with relatives or friends when the warm-up begins",
        low=0.0,
        high=1.0,
        source="16% of looked-after children live with relatives or friends (DfE 2025); starting point only",
        grade="D",
        heading="moderator",
    )
    initial_residential: float = belief(
        0.12,
        "share",
        "of children in care in children's homes when the warm-up begins",
        low=0.0,
        high=1.0,
        source="12% of looked-after children in homes (DfE 2025); starting point only",
        grade="D",
        heading="moderator",
    )
