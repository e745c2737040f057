"""Outcome measures: each official definition once, with its unit and its clock.

A measure is a function of (histories, window); a window is a stretch of months of one authority.
Rates are per 10,000 children aged 0-17 and year; stocks are at the end of the window; shares and
probabilities are 0-1. Sources: DfE statistical definitions (children in need census, SSDA903,
workforce census), England.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.agents.codes import CareExit, Legal
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS, MONTHS_PER_YEAR, RATE_BASE, WEEKS_PER_MONTH
from sos_sim.model import monthly
from sos_sim.model.events import Event
from sos_sim.model.histories import Histories, Months, cumulative_reentry
from sos_sim.theory.parameters import Parameters

RATE, STOCK, SHARE, POUNDS = "per 10,000 a year", "per 10,000", "share", "£ a year"
DAYS_PER_MONTH = 365.25 / 12


class Window(NamedTuple):
    """Months ``first`` up to, not including, ``last`` of an authority with these parameters."""

    first: int
    last: int
    parameters: Parameters

    def holds(self, month: Months) -> NDArray[np.bool_]:
        """Which of these months lie inside."""
        return (month >= self.first) & (month < self.last)

    def rate(self, count: float) -> float:
        """A count in this window, per 10,000 children and year."""
        years = (self.last - self.first) / MONTHS_PER_YEAR
        return count * RATE_BASE / self.parameters.authority.children / years

    def shifted(self, months: int) -> Window:
        """The window that began earlier, never before the record."""
        return self._replace(first=max(0, self.first - months), last=max(0, self.last - months))


class Measure(NamedTuple):
    """One outcome measure: what it is, in what unit, and when its clock starts."""

    name: str
    unit: str
    meaning: str
    value: Callable[[Histories, Window], float]


MEASURES: dict[str, Measure] = {}


def _measure(name: str, unit: str, meaning: str, value: Callable[[Histories, Window], float]) -> None:
    MEASURES[name] = Measure(name, unit, meaning, value)


def share(part: float, whole: float) -> float:
    """Part of a whole, NaN when there is no whole."""
    return part / whole if whole else float("nan")


def count(histories: Histories, window: Window, event: Event) -> int:
    """Events of one kind inside the window."""
    return int(window.holds(histories.of(event)[:, 0]).sum())


def details(histories: Histories, window: Window, event: Event) -> Months:
    """The ``detail`` of events of one kind inside the window."""
    rows = histories.of(event)
    return rows[window.holds(rows[:, 0]), 4]


def column_mean(histories: Histories, window: Window, column: int) -> float:
    """Mean of a monthly column over the window."""
    return float(histories.monthly[window.first : window.last, column].mean())


def column_sum(histories: Histories, window: Window, column: int) -> float:
    """Sum of a monthly column over the window."""
    return float(histories.monthly[window.first : window.last, column].sum())


def _rate_of(event: Event) -> Callable[[Histories, Window], float]:
    return lambda histories, window: window.rate(count(histories, window, event))


def _ratio_of(part: Event, whole: Event) -> Callable[[Histories, Window], float]:
    return lambda histories, window: share(count(histories, window, part), count(histories, window, whole))


def _rate_of_column(column: int) -> Callable[[Histories, Window], float]:
    return lambda histories, window: window.rate(column_sum(histories, window, column))


def _stock_of(column: int) -> Callable[[Histories, Window], float]:
    """Stock at the ends of the window's years (31 March each year), averaged."""

    def value(histories: Histories, window: Window) -> float:
        ends = np.arange(window.last - 1, window.first - 1, -MONTHS_PER_YEAR)
        return float(histories.monthly[ends, column].mean()) * RATE_BASE / window.parameters.authority.children

    return value


def _share_of_details(event: Event, holds: Callable[[Months], NDArray[np.bool_]]) -> Callable[[Histories, Window], float]:
    def value(histories: Histories, window: Window) -> float:
        values = details(histories, window, event)
        return share(int(holds(values).sum()), len(values))

    return value


def _rereferral(histories: Histories, window: Window) -> float:
    inside = window.holds(histories.of(Event.REFERRAL)[:, 0])
    return share(int((histories.months_since_referral[inside] <= MONTHS_PER_YEAR).sum()), int(inside.sum()))


def _age_at_start(low: int, high: int) -> Callable[[Histories, Window], float]:
    def value(histories: Histories, window: Window) -> float:
        care = histories.care
        inside = window.holds(care.start)
        age = (care.start - care.birth)[inside]
        return share(int(((age >= low) & (age < high)).sum()), int(inside.sum()))

    return value


def _exit_share(*reasons: CareExit, under_18: bool = False) -> Callable[[Histories, Window], float]:
    def value(histories: Histories, window: Window) -> float:
        reason = details(histories, window, Event.CARE_END)
        whole = reason[reason != CareExit.AGE_18] if under_18 else reason
        return share(int(np.isin(whole, reasons).sum()), len(whole))

    return value


def _exit_within(months: float) -> Callable[[Histories, Window], float]:
    def value(histories: Histories, window: Window) -> float:
        care = histories.care
        inside = window.holds(care.end)
        stay = (care.end - care.start)[inside]
        return share(int((stay <= months).sum()), int(inside.sum()))

    return value


def _reunified(histories: Histories, window: Window) -> float:
    care, cohort = histories.care, window.shifted(MONTHS_PER_YEAR)
    entered = cohort.holds(care.start)
    home = np.isin(care.reason, (CareExit.HOME_PLANNED, CareExit.HOME_UNPLANNED))
    within = home & (care.end - care.start <= MONTHS_PER_YEAR)
    return share(int((entered & within).sum()), int(entered.sum()))


def _reentry(horizon: int) -> Callable[[Histories, Window], float]:
    return lambda histories, window: cumulative_reentry(histories.returns, window.first, window.last, horizon)


def _after_letter(step: str, months: int) -> Callable[[Histories, Window], float]:
    def value(histories: Histories, window: Window) -> float:
        letters = histories.letters
        cohort = window.shifted(months).holds(letters.month)
        reached = getattr(letters, step) - letters.month <= months
        return share(int((cohort & reached).sum()), int(cohort.sum()))

    return value


def _proceedings_weeks(histories: Histories, window: Window) -> float:
    months = details(histories, window, Event.FINAL_HEARING)
    return float(months.mean()) * WEEKS_PER_MONTH if len(months) else float("nan")


def _kinship(histories: Histories, window: Window) -> float:
    return share(
        column_sum(histories, window, monthly.KINSHIP), column_sum(histories, window, monthly.LOOKED_AFTER)
    )


def _filled(histories: Histories, window: Window) -> float:
    permanent = column_sum(histories, window, monthly.PERMANENT_POSTS)
    return permanent + column_sum(histories, window, monthly.AGENCY_POSTS)


def _caseload(histories: Histories, window: Window) -> float:
    return share(column_sum(histories, window, monthly.CASES), _filled(histories, window))


def _turnover(histories: Histories, window: Window) -> float:
    permanent = column_sum(histories, window, monthly.PERMANENT_POSTS)
    return share(column_sum(histories, window, monthly.LEAVERS) * MONTHS_PER_YEAR, permanent)


def _vacancy(histories: Histories, window: Window) -> float:
    permanent = column_sum(histories, window, monthly.PERMANENT_POSTS)
    posts = _filled(histories, window) + column_sum(histories, window, monthly.EMPTY_POSTS)
    return 1.0 - share(permanent, posts)


def _agency(histories: Histories, window: Window) -> float:
    return share(column_sum(histories, window, monthly.AGENCY_POSTS), _filled(histories, window))


def _social_workers(histories: Histories, window: Window) -> float:
    authority = window.parameters.authority
    permanent = column_mean(histories, window, monthly.PERMANENT_POSTS)
    return permanent / authority.case_holder_share * RATE_BASE / authority.children


def _harm_seen_share(histories: Histories, window: Window) -> float:
    return share(
        column_sum(histories, window, monthly.HARM_SEEN), column_sum(histories, window, monthly.HARM_AT_HOME)
    )


def _harm_unseen(histories: Histories, window: Window) -> float:
    return window.rate(
        column_sum(histories, window, monthly.HARM_AT_HOME) - column_sum(histories, window, monthly.HARM_SEEN)
    )


def _a_year(histories: Histories, window: Window, column: int) -> float:
    return column_sum(histories, window, column) * MONTHS_PER_YEAR / (window.last - window.first)


def _social_work_cost(histories: Histories, window: Window) -> float:
    children_months = _a_year(histories, window, monthly.CHILDREN_IN_NEED)
    return children_months * WEEKS_PER_MONTH * window.parameters.costs.social_work_week


def _placement_cost(histories: Histories, window: Window) -> float:
    prices = window.parameters.costs
    weekly = (
        (monthly.KINSHIP, prices.kinship_week),
        (monthly.FOSTER, prices.foster_week),
        (monthly.RESIDENTIAL, prices.residential_week),
        (monthly.HOME_ON_ORDER, prices.home_on_order_week),
    )
    return sum(_a_year(histories, window, column) * WEEKS_PER_MONTH * price for column, price in weekly)


def _proceedings_cost(histories: Histories, window: Window) -> float:
    return _a_year(histories, window, monthly.APPLICATIONS) * window.parameters.costs.proceedings


def _programme_cost(histories: Histories, window: Window) -> float:
    prices = window.parameters.costs
    lines = (
        (monthly.TRAINING, prices.training_month),
        (monthly.COACHING, prices.coaching_month),
        (monthly.SUPERVISION, prices.supervision_month),
        (monthly.EXTRA_POSTS, prices.extra_post_month),
        (monthly.MEETINGS, prices.meeting),
    )
    return sum(_a_year(histories, window, column) * price for column, price in lines)


def _total_cost(histories: Histories, window: Window) -> float:
    return sum(
        cost(histories, window) for cost in (_social_work_cost, _placement_cost, _proceedings_cost, _programme_cost)
    )


HOME = (CareExit.HOME_PLANNED, CareExit.HOME_UNPLANNED)
YEAR, END = MONTHS_PER_YEAR, AGE_OF_MAJORITY_MONTHS

_measure("referral_rate", RATE, "referrals of children", _rate_of(Event.REFERRAL))
_measure("rereferral_12m_share", SHARE, "referrals within 12 months of the child's previous referral", _rereferral)
_measure("referral_nfa_share", SHARE, "referrals leading to no further action",
         _ratio_of(Event.NO_FURTHER_ACTION, Event.REFERRAL))
_measure("referral_not_in_need_share", SHARE, "referrals assessed as not in need",
         _ratio_of(Event.NOT_IN_NEED, Event.REFERRAL))
_measure("cin_start_rate", RATE, "children becoming in need", _rate_of(Event.NEED_START))
_measure("cin_stock_rate", STOCK, "children in need at year end, on plans and looked after included",
         _stock_of(monthly.CHILDREN_IN_NEED))
_measure("cin_ended_le3m_share", SHARE, "spells in need that ended after three months or less, from the finding of need",
         _share_of_details(Event.NEED_END, lambda months: months <= 3))
_measure("cin_ended_ge2y_share", SHARE, "spells in need that ended after two years or more",
         _share_of_details(Event.NEED_END, lambda months: months >= 2 * YEAR))
_measure("s47_rate", RATE, "children subject of section 47 enquiries", _rate_of(Event.ENQUIRY))
_measure("s47_to_icpc_share", SHARE, "enquiries leading to an initial conference",
         _ratio_of(Event.CONFERENCE, Event.ENQUIRY))
_measure("icpc_to_cpp_share", SHARE, "conferences followed by a protection plan",
         lambda histories, window: share(
             count(histories, window, Event.PLAN_START), count(histories, window, Event.CONFERENCE)))
_measure("cpp_start_rate", RATE, "child protection plans started", _rate_of(Event.PLAN_START))
_measure("cpp_stock_rate", STOCK, "children on protection plans at year end", _stock_of(monthly.ON_PLAN))
_measure("cpp_repeat_share", SHARE, "plans that are a child's second or later",
         _share_of_details(Event.PLAN_START, lambda ordinal: ordinal > 1))
for _limit in (3, 6, 12, 24):
    _measure(f"cpp_ended_le{_limit}m_share", SHARE, f"plans that ended after {_limit} months or less, from their start",
             _share_of_details(Event.PLAN_END, lambda months, limit=_limit: months <= limit))  # type: ignore[misc]
_measure("pre_proceedings_rate", RATE, "children entering pre-proceedings", _rate_of(Event.PRE_PROCEEDINGS))
_measure("care_application_rate", RATE, "applications for care orders (families)", _rate_of(Event.APPLICATION))
_measure("preproc_to_cla_12m", SHARE, "looked after within 12 months of pre-proceedings", _after_letter("care", YEAR))
_measure("preproc_to_proceedings", SHARE, "proceedings within 21 months of pre-proceedings",
         _after_letter("proceedings", 21))
_measure("proceedings_weeks_mean", "weeks", "from issue to final hearing", _proceedings_weeks)
_measure("cla_start_rate", RATE, "children starting to be looked after", _rate_of(Event.CARE_START))
_measure("cla_stock_rate", STOCK, "children looked after at year end", _stock_of(monthly.LOOKED_AFTER))
_measure("cla_cease_rate", RATE, "children ceasing to be looked after", _rate_of(Event.CARE_END))
_measure("cla_start_under_1_share", SHARE, "starts under one year old", _age_at_start(0, YEAR))
_measure("cla_start_1_4_share", SHARE, "starts aged 1-4", _age_at_start(YEAR, 5 * YEAR))
_measure("cla_start_5_9_share", SHARE, "starts aged 5-9", _age_at_start(5 * YEAR, 10 * YEAR))
_measure("cla_start_10_15_share", SHARE, "starts aged 10-15", _age_at_start(10 * YEAR, 16 * YEAR))
_measure("cla_start_16_17_share", SHARE, "starts aged 16-17", _age_at_start(16 * YEAR, END))
_measure("cla_start_s20_share", SHARE, "starts by voluntary agreement (section 20)",
         _share_of_details(Event.CARE_START, lambda legal: legal == Legal.VOLUNTARY))
_measure("exit_home_share_under18", SHARE, "exits under 18 that are returns home", _exit_share(*HOME, under_18=True))
_measure("exit_unplanned_share_of_home", SHARE, "returns home that were not planned",
         lambda histories, window: share(
             float(_exit_share(CareExit.HOME_UNPLANNED)(histories, window)), float(_exit_share(*HOME)(histories, window))))
_measure("exit_sgo_share", SHARE, "exits to special guardianship", _exit_share(CareExit.SPECIAL_GUARDIANSHIP))
_measure("exit_adoption_share", SHARE, "exits to adoption", _exit_share(CareExit.ADOPTION))
_measure("exit_at_18_share", SHARE, "exits at 18", _exit_share(CareExit.AGE_18))
_measure("exit_other_share", SHARE, "other exits", _exit_share(CareExit.OTHER))
for _name, _limit, _words in (
    ("8wk", 2, "8 weeks"), ("6m", 6, "6 months"), ("1y", 12, "1 year"), ("2y", 24, "2 years"), ("5y", 60, "5 years")
):
    _measure(f"care_exit_le{_name}_share", SHARE, f"exits after {_words} or less, from entry", _exit_within(_limit))
_measure("reunified_12m_share", SHARE, "returned home within 12 months of entry (entries of the year before)", _reunified)
for _name, _limit, _words in (("3m", 3, "3 months"), ("1y", 12, "1 year"), ("2y", 24, "2 years"), ("6y", 72, "6 years")):
    _measure(f"reentry_after_home_{_name}", SHARE, f"re-entry within {_words} of return home (period life table)",
             _reentry(_limit))
_measure("kinship_share", SHARE, "looked-after child-months with relatives or friends", _kinship)
_measure("care_days", "days per 10,000 a year", "days looked after",
         lambda histories, window: window.rate(column_sum(histories, window, monthly.LOOKED_AFTER)) * DAYS_PER_MONTH)
_measure("harm_months_rate", RATE, "child-months with harm at home, seen or not", _rate_of_column(monthly.HARM_AT_HOME))
_measure("harm_unseen_rate", RATE, "child-months with harm at home that nobody saw", _harm_unseen)
_measure("harm_seen_share", SHARE, "harm at home that came to notice", _harm_seen_share)
_measure("harm_in_care_rate", RATE, "child-months with harm while looked after", _rate_of_column(monthly.HARM_IN_CARE))
_measure("caseload_mean", "cases per worker", "cases held per filled post", _caseload)
_measure("sw_turnover", "per year", "permanent social workers leaving, per one in post", _turnover)
_measure("sw_vacancy", SHARE, "posts without a permanent holder", _vacancy)
_measure("sw_agency", SHARE, "agency among filled posts", _agency)
_measure("sw_fte_rate", STOCK, "social workers in post, case holders or not", _social_workers)
_measure("worker_changes_rate", RATE, "changes of a family's social worker", _rate_of_column(monthly.WORKER_CHANGES))
_measure("cost_social_work", POUNDS, "social work with children in need", _social_work_cost)
_measure("cost_placements", POUNDS, "placements of looked-after children", _placement_cost)
_measure("cost_proceedings", POUNDS, "care proceedings", _proceedings_cost)
_measure("cost_programme", POUNDS, "training, coaching, supervision, posts and meetings", _programme_cost)
_measure("cost_total", POUNDS, "all of these, 2024-25 prices, not discounted", _total_cost)


def outcome_table(histories: Histories, parameters: Parameters, warmup: int) -> pd.DataFrame:
    """All measures by year after the warm-up, and pooled over all of them (year ``all``).

    Columns: year (str: "1", "2", …, "all"), measure, value. Only whole years get a row of their own.
    """
    years = range(1, (histories.months - warmup) // MONTHS_PER_YEAR + 1)
    windows = {
        str(year): Window(warmup + (year - 1) * MONTHS_PER_YEAR, warmup + year * MONTHS_PER_YEAR, parameters)
        for year in years
    }
    windows["all"] = Window(warmup, histories.months, parameters)
    rows = [
        (label, measure.name, measure.value(histories, window))
        for label, window in windows.items()
        for measure in MEASURES.values()
    ]
    return pd.DataFrame(rows, columns=["year", "measure", "value"])
