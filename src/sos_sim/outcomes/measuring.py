"""How outcomes are read from histories: windows, counts, shares and clocks, costs.

Rates are per 10,000 children aged 0-17 and year; stocks are at the end of the window's years; shares
and probabilities are 0-1, NaN when nobody was there to count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents.codes import HOME_EXITS, CareExit
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS, MONTHS_PER_YEAR, RATE_BASE, WEEKS_PER_MONTH
from sos_sim.model.events import Event
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.setting import Era, Setting
from sos_sim.outcomes.costs import COST_LINES, CostPart
from sos_sim.outcomes.histories import Histories, Months, cumulative_reentry
from sos_sim.theory.parameters import Parameters


class Window(NamedTuple):
    """Months ``first`` up to, not including, ``last`` of an authority with these parameters, others in ``eras``."""

    first: int
    last: int
    parameters: Parameters
    eras: tuple[Era, ...] = ()

    def holds(self, month: Months) -> NDArray[np.bool_]:
        """Which of these months lie inside."""
        return (month >= self.first) & (month < self.last)

    def by_era(self) -> Iterator[Window]:
        """The parts of the window in which the same parameters hold, each with these."""
        first, parameters = self.first, self.parameters
        for era in self.eras:
            if first < era.start < self.last:
                yield Window(first, era.start, parameters)
            if era.start < self.last:
                first, parameters = max(first, era.start), era.parameters
        yield Window(first, self.last, parameters)

    def rate(self, count: float) -> float:
        """A count in this window, per 10,000 children and year."""
        years = (self.last - self.first) / MONTHS_PER_YEAR
        return count * RATE_BASE / self.parameters.authority.children / years

    def shifted(self, months: int) -> Window:
        """The window that began earlier, never before the record."""
        return self._replace(first=max(0, self.first - months), last=max(0, self.last - months))


def window_of(setting: Setting, first: int, last: int) -> Window:
    """A window of a run under this setting."""
    return Window(first, last, setting.parameters, setting.eras)


Reading = Callable[[Histories, Window], float]
"""How a measure reads histories in a window."""


def share(part: float, whole: float) -> float:
    """Part of a whole, NaN when there is no whole."""
    return part / whole if whole else float("nan")


def count(histories: Histories, window: Window, event: Event) -> int:
    """Events of one kind inside the window."""
    span = histories.span(event, window.first, window.last)
    return int(span.stop) - int(span.start)


def details(histories: Histories, window: Window, event: Event) -> Months:
    """The ``detail`` of events of one kind inside the window."""
    return histories.of(event).detail[histories.span(event, window.first, window.last)]


def column_mean(histories: Histories, window: Window, column: int) -> float:
    """Mean of a monthly column over the window."""
    return float(histories.monthly[window.first : window.last, column].mean())


def column_sum(histories: Histories, window: Window, column: int) -> float:
    """Sum of a monthly column over the window."""
    return float(histories.monthly[window.first : window.last, column].sum())


def rate_of(event: Event) -> Reading:
    """Events of one kind, per 10,000 children and year."""
    return lambda histories, window: window.rate(count(histories, window, event))


def children_of(event: Event) -> Reading:
    """Children with at least one event of one kind in the window, per 10,000 children and year."""

    def value(histories: Histories, window: Window) -> float:
        rows = histories.of(event).child[histories.span(event, window.first, window.last)]
        return window.rate(len(np.unique(rows)))

    return value


def ratio_of(part: Event, whole: Event) -> Reading:
    """Events of one kind over events of another, in the same window."""
    return lambda histories, window: share(count(histories, window, part), count(histories, window, whole))


def not_in_need_share(histories: Histories, window: Window) -> float:
    """Assessments without need over the referrals of a month earlier, which they decide."""
    return share(count(histories, window, Event.NOT_IN_NEED), count(histories, window.shifted(1), Event.REFERRAL))


def rate_of_column(column: int) -> Reading:
    """A monthly flow, per 10,000 children and year."""
    return lambda histories, window: window.rate(column_sum(histories, window, column))


def stock_of(column: int) -> Reading:
    """Stock at the ends of the window's years (31 March each year), averaged.

    Years are counted back from the window's last month, so that a window whose months are no multiple
    of twelve has its last month among the ends, and its first, shorter year counts like the others.
    """

    def value(histories: Histories, window: Window) -> float:
        ends = np.arange(window.last - 1, window.first - 1, -MONTHS_PER_YEAR)
        return float(histories.monthly[ends, column].mean()) * RATE_BASE / window.parameters.authority.children

    return value


def share_of_stock(part: int, whole: int) -> Reading:
    """Part of a stock at the ends of the window's years, averaged as ``stock_of`` does."""
    return lambda histories, window: share(stock_of(part)(histories, window), stock_of(whole)(histories, window))


def share_of_details(event: Event, holds: Callable[[Months], NDArray[np.bool_]]) -> Reading:
    """Share of one kind of event whose detail (months, ordinal, basis) satisfies a condition."""

    def value(histories: Histories, window: Window) -> float:
        values = details(histories, window, event)
        return share(int(holds(values).sum()), len(values))

    return value


def rereferral(histories: Histories, window: Window) -> float:
    """Share of referrals within 12 months of the same child's previous referral."""
    gaps = histories.months_since_referral[histories.span(Event.REFERRAL, window.first, window.last)]
    return share(int((gaps <= MONTHS_PER_YEAR).sum()), len(gaps))


def age_at_start(low: int, high: int) -> Reading:
    """Share of children who were at least ``low`` and under ``high`` months old when care started."""

    def value(histories: Histories, window: Window) -> float:
        care = histories.care
        inside = window.holds(care.start)
        age = (care.start - care.birth)[inside]
        return share(int(((age >= low) & (age < high)).sum()), int(inside.sum()))

    return value


def exit_share(*reasons: CareExit, under_18: bool = False) -> Reading:
    """Share of exits from care for these reasons, of all exits or of those before the 18th birthday."""

    def value(histories: Histories, window: Window) -> float:
        reason = details(histories, window, Event.CARE_END)
        whole = reason[reason != CareExit.AGE_18] if under_18 else reason
        return share(int(np.isin(whole, reasons).sum()), len(whole))

    return value


def exit_within(months: float) -> Reading:
    """Share of exits from care at most ``months`` after entry."""

    def value(histories: Histories, window: Window) -> float:
        care = histories.care
        inside = window.holds(care.end)
        stay = (care.end - care.start)[inside]
        return share(int((stay <= months).sum()), int(inside.sum()))

    return value


def reunified_within(months: int) -> Reading:
    """Share of children who entered care ``months`` before the window's months and went home within them."""

    def value(histories: Histories, window: Window) -> float:
        care, cohort = histories.care, window.shifted(months)
        entered = cohort.holds(care.start)
        within = np.isin(care.reason, HOME_EXITS) & (care.end - care.start <= months)
        return share(int((entered & within).sum()), int(entered.sum()))

    return value


def home_per_start(histories: Histories, window: Window) -> float:
    """Returns home from care over starts of care, in the same window."""
    reasons = details(histories, window, Event.CARE_END)
    return share(int(np.isin(reasons, HOME_EXITS).sum()), count(histories, window, Event.CARE_START))


def reentry_within(horizon: int, *reasons: CareExit) -> Reading:
    """Probability of re-entry within ``horizon`` months of exits for these reasons (home), by period life table."""

    def value(histories: Histories, window: Window) -> float:
        exits = histories.exits(reasons) if reasons else histories.returns
        return cumulative_reentry(exits, window.first, window.last, horizon)

    return value


def first_care_by(age: int) -> Reading:
    """Probability of being looked after before an age: first starts a year over births a year."""

    def value(histories: Histories, window: Window) -> float:
        care = histories.care
        first = np.append(True, care.child[1:] != care.child[:-1])[: len(care.child)]
        young = first & window.holds(care.start) & (care.start - care.birth < age)
        return float(young.sum()) / births(window)

    return value


def first_referral_by(age: int) -> Reading:
    """Probability of being referred before an age: first referrals a year over births a year.

    A child who was born before the record, and of whose family the record's first referral is not the first, is taken
    to have been referred before.
    """

    def value(histories: Histories, window: Window) -> float:
        referred = histories.of(Event.REFERRAL)
        child, places = np.unique(referred.child, return_index=True)
        month, birth = referred.month[places], histories.birth[child]
        first = (referred.detail[places] == 0) | (birth >= 0)
        return float((first & window.holds(month) & (month - birth < age)).sum()) / births(window)

    return value


def births(window: Window) -> float:
    """Births in the authority's whole child population: what its children aged 0-17 have in each year of age."""
    return window.parameters.authority.children * (window.last - window.first) / AGE_OF_MAJORITY_MONTHS


def after_letter(step: str, months: int) -> Reading:
    """Share of children in pre-proceedings ``months`` earlier who have since reached a step."""

    def value(histories: Histories, window: Window) -> float:
        letters = histories.letters
        cohort = window.shifted(months).holds(letters.month)
        reached = getattr(letters, step) - letters.month <= months
        return share(int((cohort & reached).sum()), int(cohort.sum()))

    return value


def proceedings_weeks(histories: Histories, window: Window) -> float:
    """Mean weeks from issue to final hearing, of hearings in the window."""
    months = details(histories, window, Event.FINAL_HEARING)
    return float(months.mean()) * WEEKS_PER_MONTH if len(months) else float("nan")


def kinship(histories: Histories, window: Window) -> float:
    """Share of looked-after child-months spent with relatives or friends."""
    return share(
        column_sum(histories, window, MonthlyColumn.KINSHIP), column_sum(histories, window, MonthlyColumn.LOOKED_AFTER)
    )


def filled_posts(histories: Histories, window: Window) -> float:
    """Post-months with a permanent or agency holder."""
    permanent = column_sum(histories, window, MonthlyColumn.PERMANENT_POSTS)
    return permanent + column_sum(histories, window, MonthlyColumn.AGENCY_POSTS)


def caseload(histories: Histories, window: Window) -> float:
    """Children held per filled post."""
    return share(column_sum(histories, window, MonthlyColumn.CASES), filled_posts(histories, window))


def worker_episodes(histories: Histories, window: Window) -> float:
    """Workers a looked-after child meets in a year: one, and one more for each change."""
    changes = column_sum(histories, window, MonthlyColumn.WORKER_CHANGES_IN_CARE)
    return 1.0 + share(changes * MONTHS_PER_YEAR, column_sum(histories, window, MonthlyColumn.LOOKED_AFTER))


def turnover(histories: Histories, window: Window) -> float:
    """Permanent leavers per year and permanent post-holder."""
    permanent = column_sum(histories, window, MonthlyColumn.PERMANENT_POSTS)
    return share(column_sum(histories, window, MonthlyColumn.LEAVERS) * MONTHS_PER_YEAR, permanent)


def vacancy(histories: Histories, window: Window) -> float:
    """Share of post-months without a permanent holder."""
    permanent = column_sum(histories, window, MonthlyColumn.PERMANENT_POSTS)
    posts = filled_posts(histories, window) + column_sum(histories, window, MonthlyColumn.EMPTY_POSTS)
    return 1.0 - share(permanent, posts)


def agency(histories: Histories, window: Window) -> float:
    """Agency share of filled post-months."""
    return share(column_sum(histories, window, MonthlyColumn.AGENCY_POSTS), filled_posts(histories, window))


def social_workers(histories: Histories, window: Window) -> float:
    """Permanent social workers, case holders or not, per 10,000 children."""
    authority = window.parameters.authority
    permanent = column_mean(histories, window, MonthlyColumn.PERMANENT_POSTS)
    return permanent / authority.case_holder_share * RATE_BASE / authority.children


def harm_seen_share(histories: Histories, window: Window) -> float:
    """Share of harmed child-months at home that came to notice."""
    return share(
        column_sum(histories, window, MonthlyColumn.HARM_SEEN),
        column_sum(histories, window, MonthlyColumn.HARM_AT_HOME),
    )


def harm_unseen(histories: Histories, window: Window) -> float:
    """Harmed child-months at home that nobody saw, per 10,000 children and year."""
    return window.rate(
        column_sum(histories, window, MonthlyColumn.HARM_AT_HOME)
        - column_sum(histories, window, MonthlyColumn.HARM_SEEN)
    )


def cost_of(part: CostPart) -> Reading:
    """Pounds a year of one part of the cost lines."""
    lines = [line for line in COST_LINES if line.part == part]

    def value(histories: Histories, window: Window) -> float:
        months, pounds = window.last - window.first, 0.0
        for line in lines:
            for era in window.by_era():
                a_year = column_sum(histories, era, line.amount) * MONTHS_PER_YEAR / months
                pounds += line.pounds(a_year, getattr(era.parameters.costs, line.price))
        return pounds

    return value


def total_cost(histories: Histories, window: Window) -> float:
    """Pounds a year: social work, placements, proceedings and programme."""
    return sum(cost_of(part)(histories, window) for part in get_args(CostPart))
