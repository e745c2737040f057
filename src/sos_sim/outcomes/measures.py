"""Outcome measures: each official definition once, with its unit and its clock.

Sources: definitions of the Department for Education's children in need census, SSDA903 return and
workforce census, England. ``outcomes.measuring`` says how each is read from histories.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from sos_sim.agents.codes import HOME_EXITS, CareExit, Legal
from sos_sim.core.units import AGE_OF_MAJORITY_MONTHS, DAYS_PER_MONTH, MONTHS_PER_YEAR
from sos_sim.model.events import Event
from sos_sim.model.monthly import MonthlyColumn
from sos_sim.model.setting import Setting
from sos_sim.outcomes.composition import STOCKS
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measuring import (
    Reading,
    after_letter,
    age_at_start,
    agency,
    caseload,
    children_of,
    column_sum,
    cost_of,
    exit_share,
    exit_within,
    first_care_by,
    first_referral_by,
    harm_seen_share,
    harm_unseen,
    home_per_start,
    kinship,
    not_in_need_share,
    proceedings_weeks,
    rate_of,
    rate_of_column,
    ratio_of,
    reentry_within,
    rereferral,
    reunified_within,
    share,
    share_of_details,
    share_of_stock,
    social_workers,
    stock_of,
    total_cost,
    turnover,
    vacancy,
    window_of,
    worker_episodes,
)
from sos_sim.outcomes.unrest import RESTLESS

WHOLE_PERIOD: Final = "all"
"""The 'year' of an outcome that is taken over all months after the warm-up."""
RATE, STOCK, SHARE, POUNDS = "per 10,000 a year", "per 10,000", "share", "£ a year"


class Measure(NamedTuple):
    """One outcome measure: what it is, in what unit, and when its clock starts.

    ``meaning`` is what is counted; ``whole`` what it is a share, mean or ratio of, '' for counts over
    children and years; ``clock`` the event from which time is counted, '' where only the month of the
    event itself matters.
    """

    name: str
    unit: str
    meaning: str
    value: Reading
    whole: str
    clock: str


MEASURES: dict[str, Measure] = {}


def _measure(name: str, unit: str, meaning: str, value: Reading, whole: str = "", clock: str = "") -> None:
    MEASURES[name] = Measure(name, unit, meaning, value, whole, clock)


YEAR, END = MONTHS_PER_YEAR, AGE_OF_MAJORITY_MONTHS

_measure("referral_rate", RATE, "referrals of children", rate_of(Event.REFERRAL))
_measure(
    "rereferral_12m_share",
    SHARE,
    "referrals within 12 months of the child's previous referral",
    rereferral,
    "referrals of children",
    "the same child's previous referral, which may lie before the period",
)
_measure(
    "referral_nfa_share",
    SHARE,
    "referrals leading to no further action",
    ratio_of(Event.NO_FURTHER_ACTION, Event.REFERRAL),
    "referrals of children",
)
_measure(
    "referral_not_in_need_share",
    SHARE,
    "referrals of a month earlier assessed as not in need",
    not_in_need_share,
    "referrals of children, a month earlier",
)
_measure("cin_start_rate", RATE, "children becoming in need", rate_of(Event.NEED_START))
_measure(
    "cin_stock_rate",
    STOCK,
    "children in need at year end, on plans and looked after included",
    stock_of(MonthlyColumn.CHILDREN_IN_NEED),
)
_measure(
    "cin_ended_le3m_share",
    SHARE,
    "spells in need that ended within three months of the finding of need",
    share_of_details(Event.NEED_END, lambda months: months <= 3),
    "spells in need that ended",
    "the finding of need",
)
_measure(
    "cin_ended_ge2y_share",
    SHARE,
    "spells in need that ended after two years or more",
    share_of_details(Event.NEED_END, lambda months: months >= 2 * YEAR),
    "spells in need that ended",
    "the finding of need",
)
_measure("s47_rate", RATE, "children subject of section 47 enquiries", rate_of(Event.ENQUIRY))
_measure(
    "s47_to_icpc_share",
    SHARE,
    "enquiries leading to an initial conference",
    ratio_of(Event.CONFERENCE, Event.ENQUIRY),
    "children subject of section 47 enquiries",
)
_measure(
    "icpc_to_cpp_share",
    SHARE,
    "conferences followed by a protection plan",
    share_of_details(Event.CONFERENCE, lambda planned: planned == 1),
    "children about whom an initial conference was held",
)
_measure("cpp_start_rate", RATE, "child protection plans started", rate_of(Event.PLAN_START))
_measure("cpp_stock_rate", STOCK, "children on protection plans at year end", stock_of(MonthlyColumn.ON_PLAN))
_measure(
    "cpp_repeat_share",
    SHARE,
    "plans that are a child's second or later",
    share_of_details(Event.PLAN_START, lambda ordinal: ordinal > 1),
    "protection plans started",
    "the child's first plan, however long ago",
)
for _limit in (3, 6, 12, 24):
    _measure(
        f"cpp_ended_le{_limit}m_share",
        SHARE,
        f"plans that ended after {_limit} months or less, from their start",
        share_of_details(Event.PLAN_END, lambda months, limit=_limit: months <= limit),  # type: ignore[misc]
        "protection plans that ended",
        "start of the plan",
    )
_measure("pre_proceedings_rate", RATE, "children entering pre-proceedings", rate_of(Event.PRE_PROCEEDINGS))
_measure("care_application_rate", RATE, "applications for care orders (families)", rate_of(Event.APPLICATION))
_measure(
    "preproc_to_cla_12m",
    SHARE,
    "looked after within 12 months of pre-proceedings",
    after_letter("care", YEAR),
    "children who entered pre-proceedings, 12 months before the months of the period",
    "entry to pre-proceedings",
)
_measure(
    "preproc_to_proceedings",
    SHARE,
    "proceedings within 21 months of pre-proceedings",
    after_letter("proceedings", 21),
    "children who entered pre-proceedings, 21 months before the months of the period",
    "entry to pre-proceedings",
)
_measure(
    "proceedings_weeks_mean",
    "weeks",
    "from issue to final hearing",
    proceedings_weeks,
    "final hearings",
    "issue of proceedings",
)
_measure("cla_start_rate", RATE, "children starting to be looked after", rate_of(Event.CARE_START))
_measure("cla_stock_rate", STOCK, "children looked after at year end", stock_of(MonthlyColumn.LOOKED_AFTER))
_measure("cla_cease_rate", RATE, "children ceasing to be looked after", rate_of(Event.CARE_END))
_measure(
    "cla_start_under_1_share",
    SHARE,
    "starts under one year old",
    age_at_start(0, YEAR),
    "children starting to be looked after",
    "birth",
)
_measure(
    "cla_start_1_4_share",
    SHARE,
    "starts aged 1-4",
    age_at_start(YEAR, 5 * YEAR),
    "children starting to be looked after",
    "birth",
)
_measure(
    "cla_start_5_9_share",
    SHARE,
    "starts aged 5-9",
    age_at_start(5 * YEAR, 10 * YEAR),
    "children starting to be looked after",
    "birth",
)
_measure(
    "cla_start_10_15_share",
    SHARE,
    "starts aged 10-15",
    age_at_start(10 * YEAR, 16 * YEAR),
    "children starting to be looked after",
    "birth",
)
_measure(
    "cla_start_16_17_share",
    SHARE,
    "starts aged 16-17",
    age_at_start(16 * YEAR, END),
    "children starting to be looked after",
    "birth",
)
_measure(
    "cla_start_s20_share",
    SHARE,
    "starts by voluntary agreement (section 20)",
    share_of_details(Event.CARE_START, lambda legal: legal == Legal.VOLUNTARY),
    "children starting to be looked after",
)
for _legal, _name, _words in (
    (Legal.EMERGENCY, "emergency", "emergency protection"),
    (Legal.INTERIM, "interim", "an interim order"),
):
    _measure(
        f"cla_start_{_name}_share",
        SHARE,
        f"starts by {_words}",
        share_of_details(Event.CARE_START, lambda legal, basis=_legal: legal == basis),  # type: ignore[misc]
        "children starting to be looked after",
    )
for _stock, (_whole, _told, _parts) in STOCKS.items():
    for _name, (_column, _words) in _parts.items():
        _measure(
            f"{_stock}_stock_{_name}_share",
            SHARE,
            f"{_told} at year end: {_words}",
            share_of_stock(_column, _whole),
            f"children {_told} at year end",
            "the last month of each year",
        )
_measure(
    "exit_home_share_under18",
    SHARE,
    "exits under 18 that are returns home",
    exit_share(*HOME_EXITS, under_18=True),
    "exits from care before the 18th birthday",
)
_measure(
    "exit_unplanned_share_of_home",
    SHARE,
    "returns home that were not planned",
    lambda histories, window: share(
        float(exit_share(CareExit.HOME_UNPLANNED)(histories, window)), float(exit_share(*HOME_EXITS)(histories, window))
    ),
    "returns home",
)
_measure(
    "exit_sgo_share",
    SHARE,
    "exits to special guardianship",
    exit_share(CareExit.SPECIAL_GUARDIANSHIP),
    "exits from care",
)
_measure("exit_adoption_share", SHARE, "exits to adoption", exit_share(CareExit.ADOPTION), "exits from care")
_measure("exit_at_18_share", SHARE, "exits at 18", exit_share(CareExit.AGE_18), "exits from care")
_measure("exit_other_share", SHARE, "other exits", exit_share(CareExit.OTHER), "exits from care")
for _name, _limit, _words in (
    ("8wk", 2, "8 weeks"),
    ("6m", 6, "6 months"),
    ("1y", 12, "1 year"),
    ("2y", 24, "2 years"),
    ("5y", 60, "5 years"),
):
    _measure(
        f"care_exit_le{_name}_share",
        SHARE,
        f"exits after {_words} or less, from entry",
        exit_within(_limit),
        "exits from care",
        "entry to care",
    )
for _limit in (6, 12, 24):
    _measure(
        f"reunified_{_limit}m_share",
        SHARE,
        f"home within {_limit} months of entry (entries of {_limit} months before)",
        reunified_within(_limit),
        f"entries to care, {_limit} months before the months of the period",
        "entry to care",
    )
_measure(
    "home_per_start",
    "ratio",
    "returns home for each start of care",
    home_per_start,
    "children starting to be looked after",
)
for _name, _limit, _words in (
    ("3m", 3, "3 months"),
    ("1y", 12, "1 year"),
    ("2y", 24, "2 years"),
    ("6y", 72, "6 years"),
):
    _measure(
        f"reentry_after_home_{_name}",
        SHARE,
        f"re-entry within {_words} of return home (period life table)",
        reentry_within(_limit),
        "returns home, followed month by month until 18",
        "return home from care",
    )
_measure(
    "reentry_after_sgo_5y",
    SHARE,
    "looked after again within 5 years of special guardianship (period life table)",
    reentry_within(5 * YEAR, CareExit.SPECIAL_GUARDIANSHIP),
    "exits to special guardianship, followed month by month until 18",
    "special guardianship order",
)
_measure(
    "reentry_all_exits_1y",
    SHARE,
    "looked after again within 1 year of an exit other than adoption (period life table)",
    reentry_within(YEAR, *(reason for reason in CareExit if reason != CareExit.ADOPTION)),
    "exits from care other than adoption, followed month by month until 18",
    "exit from care",
)
_measure(
    "cla_cum_by_age_1",
    "probability",
    "first starts of being looked after before the first birthday",
    first_care_by(YEAR),
    "an eighteenth of the children aged 0-17 of the authority, times years",
    "birth",
)
for _name, _age, _words in (("5", 5 * YEAR, "the fifth birthday"), ("18", 18 * YEAR, "the 18th birthday")):
    _measure(
        f"referred_by_{_name}",
        "probability",
        f"first referrals of children before {_words}",
        first_referral_by(_age),
        "an eighteenth of the children aged 0-17 of the authority, times years",
        "birth",
    )
for _name, (_reading, _words) in RESTLESS.items():
    _measure(
        f"sd_dlog_{_name}",
        "log",
        f"{_words}: how much they change from year to year (standard deviation of the change of logarithms)",
        _reading,
        "changes from one year of the period to the next, less one; missing below three years",
        "the years of the period",
    )
_measure(
    "kinship_share", SHARE, "looked-after child-months with relatives or friends", kinship, "child-months looked after"
)
_measure(
    "care_days",
    "days per 10,000 a year",
    "days looked after",
    lambda histories, window: window.rate(column_sum(histories, window, MonthlyColumn.LOOKED_AFTER)) * DAYS_PER_MONTH,
)
_measure(
    "harm_months_rate", RATE, "child-months with harm at home, seen or not", rate_of_column(MonthlyColumn.HARM_AT_HOME)
)
_measure("harm_unseen_rate", RATE, "child-months with harm at home that nobody saw", harm_unseen)
_measure(
    "harm_seen_share", SHARE, "harm at home that came to notice", harm_seen_share, "child-months with harm at home"
)
_measure(
    "harm_in_care_rate", RATE, "child-months with harm while looked after", rate_of_column(MonthlyColumn.HARM_IN_CARE)
)
_measure(
    "harm_outside_rate",
    RATE,
    "child-months with harm outside the family, seen or not",
    rate_of_column(MonthlyColumn.HARM_OUTSIDE),
)
_measure(
    "harm_with_kin_rate",
    RATE,
    "child-months with harm while living with a special guardian, or with relatives and not looked after",
    rate_of_column(MonthlyColumn.HARM_WITH_KIN),
)
_measure(
    "harmed_with_kin_rate",
    RATE,
    "children harmed there, each counted once in the period",
    children_of(Event.HARM_WITH_KIN),
)
_measure(
    "kin_care_start_rate",
    RATE,
    "children whom relatives take when they would else start to be looked after",
    rate_of(Event.KIN_CARE_START),
)
_measure("kin_care_end_rate", RATE, "ends of such care by relatives", rate_of(Event.KIN_CARE_END))
_measure(
    "kin_care_stock_rate",
    STOCK,
    "children who live with relatives who took them before they were looked after",
    stock_of(MonthlyColumn.KIN_CARE),
)
_measure(
    "caseload_mean",
    "cases per worker",
    "cases held per filled post",
    caseload,
    "filled case-holding posts, month by month",
)
_measure(
    "sw_turnover",
    "per year",
    "permanent social workers leaving, per one in post",
    turnover,
    "permanent holders of posts, month by month",
)
_measure("sw_vacancy", SHARE, "posts without a permanent holder", vacancy, "posts, filled or not, month by month")
_measure("sw_agency", SHARE, "agency among filled posts", agency, "filled posts, month by month")
_measure("sw_fte_rate", STOCK, "social workers in post, case holders or not", social_workers)
_measure(
    "worker_changes_rate", RATE, "changes of a family's social worker", rate_of_column(MonthlyColumn.WORKER_CHANGES)
)
_measure(
    "cla_worker_episodes",
    "per child-year",
    "social workers met by a looked-after child: one, and one more for each change",
    worker_episodes,
    "child-years looked after",
)
_measure("cost_social_work", POUNDS, "social work with children in need", cost_of("social_work"))
_measure("cost_placements", POUNDS, "placements of looked-after children", cost_of("placements"))
_measure("cost_kin_care", POUNDS, "support to relatives of children not looked after", cost_of("kin_care"))
_measure("cost_proceedings", POUNDS, "care proceedings", cost_of("proceedings"))
_measure("cost_programme", POUNDS, "training, coaching, supervision, posts and meetings", cost_of("programme"))
_measure("cost_total", POUNDS, "all of these, 2024-25 prices, not discounted", total_cost)


def outcome_table(histories: Histories, setting: Setting, warmup: int) -> pd.DataFrame:
    """All measures by year after the warm-up, and pooled over all of them (year ``all``).

    Columns: year (str: "1", "2", …, "all"), measure, value. Only whole years get a row of their own.
    """
    years = range(1, (histories.months - warmup) // MONTHS_PER_YEAR + 1)
    windows = {
        str(year): window_of(setting, warmup + (year - 1) * MONTHS_PER_YEAR, warmup + year * MONTHS_PER_YEAR)
        for year in years
    }
    windows["all"] = window_of(setting, warmup, histories.months)
    rows = [
        (label, measure.name, measure.value(histories, window))
        for label, window in windows.items()
        for measure in MEASURES.values()
    ]
    return pd.DataFrame(rows, columns=["year", "measure", "value"])
