"""Phase 7, decisions: the statutory pathway from referral to looked after."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.agents import Family
from sos_sim.agents.codes import Legal, Status, Stream
from sos_sim.core.compiling import rule
from sos_sim.core.parameters import belief, fact
from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.logistic import happens, logistic

FIRST_REVIEW_MONTH, REVIEW_INTERVAL = 3, 6
INFANT_MONTHS = 12
DRIFT_MONTHS = 6
"""How long a child is in voluntary care before the stay counts as drifting."""
OLDEST_IN_COURT = 192
"""Age in months from which a stay in voluntary care is left alone: no order is made at 17."""
_PRACTICE = "threshold of usual practice, calibrated"


class Pathway(NamedTuple):
    """Thresholds on appraisal and rates of steps (model section 4.13)."""

    decision_softness: float = belief(
        0.5,
        "logit",
        "width of decisions",
        low=0.1,
        high=2.0,
        source="fixed: not separable from noise",
        grade="D",
        heading="moderator",
    )
    no_action_threshold: float = belief(
        -8.944,
        "logit appraisal",
        "below it a contact leads to no further action",
        low=-14,
        high=0,
        prior=normal(-9.3, 0.5),
        source=_PRACTICE + ": 6.5% of referrals",
        grade="A",
        heading="moderator",
    )
    need_threshold: float = belief(
        -6.11,
        "logit appraisal",
        "below it a child is assessed as not in need",
        low=-14,
        high=0,
        prior=normal(-5.9, 0.5),
        source=_PRACTICE + ": 30.8% of referrals",
        grade="A",
        heading="moderator",
    )
    support_need: float = belief(
        0.8631,
        "probability",
        "disability and low-risk referrals found in need",
        low=0.2,
        high=1.0,
        prior=beta(17, 3),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    enquiry_threshold: float = belief(
        -4.147,
        "logit appraisal",
        "above it a section 47 enquiry is likely",
        low=-10,
        high=2,
        prior=normal(-4.4, 0.5),
        source=_PRACTICE + ": 189 enquiries per 10,000",
        grade="A",
        heading="moderator",
    )
    enquiry_rate: float = belief(
        0.08184,
        "per month",
        "enquiries on open cases above threshold",
        low=0.01,
        high=0.5,
        prior=lognormal(0.1, 0.3),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    conference_threshold: float = belief(
        -2.894,
        "logit appraisal",
        "above it an enquiry leads to an initial conference",
        low=-10,
        high=2,
        prior=normal(-3.1, 0.5),
        source=_PRACTICE + ": 31.3% of enquiries",
        grade="A",
        heading="moderator",
    )
    plan_threshold: float = belief(
        -3.998,
        "logit appraisal",
        "above it a conference makes a protection plan",
        low=-10,
        high=2,
        prior=normal(-4.1, 0.5),
        source=_PRACTICE + ": 85.8% of conferences",
        grade="A",
        heading="moderator",
    )
    plan_hysteresis: float = belief(
        -0.438,
        "logit",
        "how far below plan_threshold a plan is ended",
        low=-2.0,
        high=4.0,
        prior=normal(-0.64, 0.5),
        source=_PRACTICE + ": mean plan 9.6 months",
        grade="A",
        heading="moderator",
    )
    first_review: float = belief(
        0.2467,
        "multiple",
        "readiness to end a plan at its first review",
        low=0.0,
        high=1.0,
        prior=beta(4, 8),
        source="17.5% of plans end by three months",
        grade="A",
        heading="moderator",
    )
    early_conference: float = belief(
        0.01604,
        "per month",
        "review conferences brought forward from their six-monthly date",
        low=0.0,
        high=0.4,
        prior=lognormal(0.012, 0.5),
        source="11.4% of plans end between three and six months",
        grade="B",
        heading="moderator",
    )
    close_threshold: float = belief(
        -5.423,
        "logit appraisal",
        "below it a case is likely to close",
        low=-12,
        high=0,
        prior=normal(-5.2, 0.5),
        source=_PRACTICE + ": 47% end within three months",
        grade="A",
        heading="moderator",
    )
    close_rate: float = belief(
        0.8894,
        "per month",
        "closing below that threshold",
        low=0.1,
        high=1.0,
        prior=beta(16, 2),
        source=_PRACTICE,
        grade="A",
        heading="moderator",
    )
    support_close: float = belief(
        0.0324,
        "per month",
        "closing of disability and low-risk cases",
        low=0.005,
        high=0.3,
        prior=lognormal(0.04, 0.4),
        source=_PRACTICE + ": 10.1% last two years or more",
        grade="A",
        heading="moderator",
    )
    pre_threshold: float = belief(
        -2.52,
        "logit appraisal",
        "above it pre-proceedings are likely",
        low=-10,
        high=3,
        prior=normal(-2.5, 0.5),
        source=_PRACTICE + ": 9.1 care applications per 10,000",
        grade="A",
        heading="moderator",
    )
    pre_rate: float = belief(
        0.12,
        "per month",
        "pre-proceedings above that threshold",
        low=0.02,
        high=0.5,
        source="fixed: absorbed by pre_threshold",
        grade="D",
        heading="moderator",
    )
    direct_issue_rate: float = belief(
        0.03281,
        "per month",
        "proceedings for children in voluntary care above that threshold",
        low=0.0,
        high=0.3,
        prior=lognormal(0.03, 0.4),
        source="9.1 care applications per 10,000",
        grade="A",
        heading="moderator",
    )
    drift_issue: float = belief(
        0.1224,
        "per month",
        "proceedings for a child under 16 in voluntary care for six months or more, whatever the appraisal",
        low=0.0,
        high=0.5,
        prior=lognormal(0.08, 0.5),
        source="12% of looked-after children are voluntarily so, unaccompanied left out; long stays go to court",
        grade="B",
        heading="moderator",
    )
    issue_threshold: float = belief(
        -2.828,
        "logit appraisal",
        "above it proceedings are issued",
        low=-10,
        high=3,
        prior=normal(-3.1, 0.5),
        source="71.7% reach proceedings in 21 months (Taylor 2024, control arm)",
        grade="B",
        heading="moderator",
    )
    issue_rate: float = belief(
        0.3075,
        "per month",
        "issue above that threshold",
        low=0.02,
        high=0.8,
        prior=lognormal(0.2, 0.3),
        source="44.8% looked after 12 months after the letter (Taylor 2024)",
        grade="B",
        heading="moderator",
    )
    step_down_rate: float = belief(
        0.1976,
        "per month",
        "stepping down from pre-proceedings below that threshold",
        low=0.02,
        high=0.8,
        prior=lognormal(0.15, 0.3),
        source="public law outline reviewed at about 16 weeks",
        grade="D",
        heading="moderator",
    )
    interim_threshold: float = belief(
        -1.602,
        "logit appraisal",
        "above it children are removed at the first hearing",
        low=-10,
        high=3,
        prior=normal(-1.4, 0.5),
        source=_PRACTICE + ": interim orders 8.2 per 10,000",
        grade="A",
        heading="moderator",
    )
    interim_rate: float = belief(
        0.0565,
        "per month",
        "later interim removal above that threshold",
        low=0.0,
        high=0.3,
        prior=lognormal(0.05, 0.4),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    infant_term: float = belief(
        3.704,
        "logit",
        "lower threshold for infants and unborn children in court decisions before the final hearing",
        low=0.0,
        high=5.0,
        prior=normal(3.8, 0.5),
        source="infants are 20% of starts",
        grade="A",
        heading="moderator",
    )
    infant_concern: float = belief(
        0.5262,
        "logit",
        "lower threshold of enquiries, conferences and plans where the youngest child is an infant or unborn",
        low=0.0,
        high=4.0,
        prior=gamma(2, 0.4),
        source="11.3% of children on plans are under one or unborn (DfE 2022)",
        grade="A",
        heading="moderator",
    )
    recall_rate: float = belief(
        0.05038,
        "per month",
        "children at home on an order placed again above interim_threshold",
        low=0.0,
        high=0.5,
        prior=lognormal(0.05, 0.5),
        source="assumed",
        grade="D",
        heading="moderator",
    )
    older_in_court: float = belief(
        0.7822,
        "probability",
        "siblings aged five or more included in proceedings",
        low=0.1,
        high=1.0,
        prior=beta(6, 6),
        source="1.6-1.7 children per application",
        grade="A",
        heading="moderator",
    )
    hearing_months: float = belief(
        8.279,
        "months",
        "mean time from issue to final hearing",
        low=4.0,
        high=14.0,
        prior=normal(8.3, 0.7),
        source="36 weeks (NAO 2025)",
        grade="A",
        heading="moderator",
    )
    hearing_spread: float = belief(
        4.0,
        "months",
        "half-width of that time",
        low=0.0,
        high=6.0,
        source="10th-90th centile 24-53 weeks, assumed flat",
        grade="D",
        heading="moderator",
    )
    emergency: float = belief(
        0.5,
        "probability",
        "emergency protection after severe harm is seen",
        low=0.05,
        high=1.0,
        source="fixed: absorbed by severe",
        grade="D",
        heading="moderator",
    )
    finite_pressure: float = belief(
        2.0,
        "logit",
        "how scarcity of placements raises care thresholds",
        low=0.0,
        high=6.0,
        prior=gamma(2, 2),
        source="carrying capacity (Wulczyn & Halloran 2017)",
        grade="D",
        heading="moderator",
        only_under="placement_supply=finite",
    )
    places: float = fact(
        62.0,
        "per 10,000 children",
        "placements the authority can fill before scarcity bites",
        low=10,
        high=250,
        source="looked-after children, non-UASC, 61.8 per 10,000 (DfE 2025)",
        grade="A",
        only_under="placement_supply=finite",
    )


@rule
def below(appraisal: float, threshold: float, draw: float, rate: float, p: Pathway) -> bool:
    """A step that low appraisal brings: chance ``rate·σ((threshold - A)/softness)``."""
    return happens(draw, rate, (threshold - appraisal) / p.decision_softness)


@rule
def above(appraisal: float, threshold: float, draw: float, rate: float, p: Pathway) -> bool:
    """A step that high appraisal brings: chance ``rate·σ((A - threshold)/softness)``."""
    return happens(draw, rate, (appraisal - threshold) / p.decision_softness)


@rule
def chance_above(appraisal: float, threshold: float, rate: float, p: Pathway) -> float:
    """The chance with which ``above`` holds."""
    return rate * logistic((appraisal - threshold) / p.decision_softness)


@rule
def not_in_need(family: Family, appraisal: float, draw: float, p: Pathway) -> bool:
    """Assessment ends without a finding of need: by appraisal, or by chance in the support stream."""
    if family.stream == Stream.SUPPORT:
        return draw >= p.support_need
    return below(appraisal, p.need_threshold, draw, 1.0, p)


@rule
def closes(family: Family, appraisal: float, draw: float, p: Pathway) -> bool:
    """A case without plan or court closes: by appraisal, or at a steady rate in the support stream."""
    if family.stream == Stream.SUPPORT:
        return draw < p.support_close
    return below(appraisal, p.close_threshold, draw, p.close_rate, p)


@rule
def enquiry_starts(family: Family, appraisal: float, draw: float, p: Pathway) -> bool:
    """Section 47 enquiry: at assessment by appraisal alone, on open cases at ``enquiry_rate``."""
    if family.stream == Stream.SUPPORT:
        return False
    rate = 1.0 if family.status == Status.ASSESSMENT else p.enquiry_rate
    return above(appraisal, p.enquiry_threshold, draw, rate, p)


@rule
def concern(appraisal: float, youngest_months: int, p: Pathway) -> float:
    """Appraisal as enquiries, conferences and plans see it: infants and unborn children weigh more."""
    return appraisal + (p.infant_concern if youngest_months < INFANT_MONTHS else 0.0)


@rule
def drifts(legal: int, stay: int, age_months: int) -> bool:
    """Whether a child has been in voluntary care for so long that the case belongs in court."""
    return legal == Legal.VOLUNTARY and stay >= DRIFT_MONTHS and age_months < OLDEST_IN_COURT


@rule
def direct_issue_chance(appraisal: float, drifting: bool, p: Pathway) -> float:
    """Proceedings about children in voluntary care: by appraisal, and for stays that drift."""
    chance = chance_above(appraisal, p.pre_threshold, p.direct_issue_rate, p)
    return min(1.0, chance + p.drift_issue) if drifting else chance


@rule
def plan_is_reviewed(plan_months: int, draw: float, p: Pathway) -> bool:
    """Review conferences at three months and every six months after, some brought forward."""
    since_first = plan_months - FIRST_REVIEW_MONTH
    if since_first <= 0:
        return since_first == 0
    return since_first % REVIEW_INTERVAL == 0 or draw < p.early_conference


@rule
def plan_ends(family: Family, appraisal: float, draw: float, p: Pathway) -> bool:
    """At a review a plan ends when appraisal is ``plan_hysteresis`` below the threshold that made it."""
    rate = p.first_review if family.plan_months == FIRST_REVIEW_MONTH else 1.0
    return below(appraisal, p.plan_threshold - p.plan_hysteresis, draw, rate, p)


@rule
def hearing_month(month: int, draw: float, p: Pathway) -> int:
    """Month of the final hearing: flat within ``hearing_months ± hearing_spread`` of the issue."""
    wait = p.hearing_months + p.hearing_spread * (2.0 * draw - 1.0)
    return month + max(1, int(wait + 0.5))
