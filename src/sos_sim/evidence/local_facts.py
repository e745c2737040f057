"""Facts of the model from the figures of one authority, each by one formula.

Facts that the tables count are taken as they are. Where the model's fact is a monthly chance, or a rate
that no table counts, England's default is moved as far as the formula's result for the authority lies
from its result for England: an authority with England's figures gets England's defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.evidence.local_figures import RATIOS, CountRatio
from sos_sim.theory.parameters import declared

Value = Callable[[str], float]
"""The value of a target or ratio, by id."""
IN_ASSESSMENT: Final = 55_000 / 632_830
"""Children in assessment on a day for each referral a year (England 2025; see the source of ``held_share``)."""
FACT_RATIOS: Mapping[str, CountRatio] = {
    **RATIOS,
    "case_holder_rate": CountRatio("case_holders", {"children": 1.0}),
    "case_holder_share": CountRatio("case_holders", {"in_post": 1.0, "agency": 1.0}, counted_in=True),
    "held_share": CountRatio("cases", {"need_at_31_march": 1.0, "referrals": IN_ASSESSMENT}, counted_in=True),
}
"""Ratios by id: all targets, and three that only facts need."""


class Derivation(NamedTuple):
    """How a fact follows: the ratio that must be the authority's own, the formula in words, and the formula.

    Other figures in the formula may be England's where the authority has none.
    """

    ratio: str
    words: str
    formula: Callable[[Value, Value], float]


def filling_chance(turnover: float, vacancy: float) -> float:
    """Monthly chance that a vacancy is filled, in a steady state: leavers over vacancies before filling.

    ``turnover`` a year of permanent staff, ``vacancy`` the share of posts without a permanent holder.
    """
    leavers = (1.0 - vacancy) * turnover / MONTHS_PER_YEAR
    return leavers / (vacancy + leavers) if vacancy + leavers else 1.0


def covering_odds(turnover: float, vacancy: float, agency: float) -> float:
    """Odds, in a month and a steady state, that agency staff cover an empty post; infinite where none stays empty.

    ``agency`` is the share among filled posts; agency staff leave at the default ``agency_leave``.
    """
    covered = (1.0 - vacancy) * agency / (1.0 - agency) if agency < 1.0 else vacancy
    empty = vacancy - covered
    if empty <= 0.0:
        return float("inf")
    leavers = (1.0 - vacancy) * turnover / MONTHS_PER_YEAR + covered * float(declared()["agency_leave"].default)
    still_empty = empty / ((empty + leavers) * (1.0 - filling_chance(turnover, vacancy)))
    return max(0.0, 1.0 / still_empty - 1.0)


def _moved(name: str, own: float, england: float) -> float:
    """England's default of a fact, in proportion."""
    return float(declared()[name].default) * own / england


def _first_referrals(own: Value, england: Value) -> float:
    first = [of("referral_rate") * (1.0 - of("rereferral_12m_share")) for of in (own, england)]
    return _moved("first_referral_rate", *first)


def _posts(own: Value, england: Value) -> float:
    staffed = min(1.0, (1.0 - own("sw_vacancy")) / (1.0 - own("sw_agency"))) if own("sw_agency") < 1.0 else 1.0
    return own("case_holder_rate") / staffed if staffed else own("case_holder_rate")


def _permanent_fill(own: Value, england: Value) -> float:
    return _moved("permanent_fill", *(filling_chance(of("sw_turnover"), of("sw_vacancy")) for of in (own, england)))


def _agency_fill(own: Value, england: Value) -> float:
    chance = float(declared()["agency_fill"].default)
    odds, theirs = (covering_odds(*map(of, ("sw_turnover", "sw_vacancy", "sw_agency"))) for of in (own, england))
    return 1.0 if odds == float("inf") else odds / (odds + theirs * (1.0 - chance) / chance)


DERIVATIONS: Mapping[str, Derivation] = {
    "first_referral_rate": Derivation(
        "referral_rate",
        "England's default times referrals that are no re-referral, here over England",
        _first_referrals,
    ),
    "post_rate": Derivation("case_holder_rate", "case holders over the share of posts that are filled", _posts),
    "case_holder_share": Derivation(
        "case_holder_share", "case holders over staff in post and agency", lambda own, england: own("case_holder_share")
    ),
    "held_share": Derivation(
        "held_share",
        "cases over children in need and, at England's rate a referral, in assessment",
        lambda own, england: own("held_share"),
    ),
    "turnover": Derivation(
        "sw_turnover",
        "England's default times turnover, here over England",
        lambda own, england: _moved("turnover", own("sw_turnover"), england("sw_turnover")),
    ),
    "permanent_fill": Derivation(
        "sw_vacancy", "England's default times leavers over vacancies and leavers, here over England", _permanent_fill
    ),
    "agency_fill": Derivation(
        "sw_agency",
        "England's default, its odds times those that hold agency and empty posts steady, here over England",
        _agency_fill,
    ),
    "places": Derivation(
        "cla_stock_rate_nonuasc",
        "children looked after at 31 March",
        lambda own, england: own("cla_stock_rate_nonuasc"),
    ),
}
"""Facts that the tables inform, besides the number of children."""
