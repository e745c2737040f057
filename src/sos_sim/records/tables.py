"""Tables that are kept of an authority's records: counts, none with a row that stands for a child."""

from __future__ import annotations

from typing import Final

from sos_sim.records.care import AGE_GROUPS
from sos_sim.records.codes import EXIT_GROUPS, LEGAL_GROUPS, NEED_GROUPS, PLACE_GROUPS, SEX_GROUPS
from sos_sim.runs.contracts import Contract, catalogue, numeric, text, whole

COLLECTIONS: Final = ("SSDA903", "CIN")
YEAR: Final = whole("year", "year of the return, by the 31 March on which it ends")
MEASURES_OF_CARE: Final = {
    "in_care": "children looked after on 31 March",
    "started": "children who started to be looked after in the year, each once, at the first start",
    "started_again": "of these, children with an earlier period of care in the returns",
    "periods_started": "periods of care that started in the year",
    "ceased": "children who ceased to be looked after in the year, each once, at the last end",
    "returned_home": "of these, children who returned to parents, relatives or others with parental responsibility",
    "periods_ended": "periods of care that ended in the year",
}
MEASURES_OF_NEED: Final = {
    "referrals": "referrals in the year",
    "rereferrals": "of these, referrals within twelve months of the same child's referral before; only where the year "
    "before was returned too",
    "no_further_action": "of the referrals, those closed at once",
    "in_need": "children in need on 31 March: an open case that was not closed at once",
    "need_started": "cases of children in need that began in the year",
    "need_ended": "cases of children in need that closed in the year",
    "enquiries": "section 47 enquiries that began in the year",
    "conferences": "initial child protection conferences in the year",
    "on_plan": "children on a child protection plan on 31 March",
    "plans_started": "child protection plans that began in the year",
    "repeat_plans": "of these, plans of a child who had one before",
    "plans_ended": "child protection plans that ended in the year",
}
COUNTED: Final = {**MEASURES_OF_CARE, **MEASURES_OF_NEED}
"""What is counted, by name."""
TIMES: Final = ("under 6 months", "6 to 12 months", "1 to 2 years", "2 to 5 years", "5 years and over", "not known")
NOT_KNOWN: Final = TIMES[-1]
UNBORN: Final = "unborn"
AGE: Final = "age"
GROUPS: Final = {
    "all": ("all",),
    AGE: (*AGE_GROUPS, UNBORN),
    "sex": tuple(dict.fromkeys(SEX_GROUPS.values())),
    "legal": tuple(dict.fromkeys(LEGAL_GROUPS.values())),
    "place": tuple(dict.fromkeys(PLACE_GROUPS.values())),
    "need": (*NEED_GROUPS.values(), NOT_KNOWN),
    "reason": (*dict.fromkeys(EXIT_GROUPS.values()), NOT_KNOWN),
    "time": TIMES,
    "alone": ("unaccompanied", "not unaccompanied"),
    "disability": ("disabled", "not disabled"),
}
"""Ways in which a count is divided, and the groups of each."""
LEAVING: Final = ("home", "guardianship_or_order", "adoption", "to_adult_life", "other")
AFTER: Final = ("home", "home_planned", "home_unplanned", "all")

RETURNS: Final = Contract(
    "returns",
    "The returns that were read.",
    (
        text("collection", "which collection", codes=COLLECTIONS),
        YEAR,
        whole("children", "children with an episode or a case", "children"),
        whole("rows", "episodes of care, or cases, in this return", "rows"),
    ),
    ("collection", "year"),
)
LEFT_OUT: Final = Contract(
    "left_out",
    "What was left out of counts or changed while returns were linked, and why.",
    (
        text("what", "what it is about"),
        whole("count", "how many, in all returns"),
        text("why", "why, and what was done"),
    ),
    ("what",),
)
COUNTS: Final = Contract(
    "counts",
    "Counts by year, each also divided by one thing about the children; groups in which nobody is have no row.",
    (
        YEAR,
        text("measure", "what is counted, see docs/records.md", codes=tuple(COUNTED)),
        text("by", "by what the count is divided; 'all' of the whole", codes=tuple(GROUPS)),
        text("group", "the group", codes=tuple(dict.fromkeys(group for groups in GROUPS.values() for group in groups))),
        whole("count", "children, periods, referrals or plans, as the measure says"),
    ),
    ("year", "measure", "by", "group"),
)
_SHARE_ENDS: Final = "end of its 90 % interval, of chance between independent periods (Greenwood)"
LEAVING_CARE: Final = Contract(
    "leaving_care",
    "How many of those who start to be looked after have left by a month, and where to.",
    (
        text("cause", "where they went", codes=LEAVING),
        whole("month", "months since the start, of 30.44 days", "months"),
        numeric("share", "share who have left in this way (Aalen and Johansen 1978)", "share"),
    ),
    ("cause", "month"),
)
REENTRY: Final = Contract(
    "reentry",
    "How many of those who left care came back, by days since they left, while under 18.",
    (
        text("after", "after which ends: returns home, planned or not, or all that can be followed", codes=AFTER),
        whole("days", "days since the end of care", "days"),
        whole("ends", "ends that were followed", "periods"),
        whole("back", "of these, seen to come back, whenever", "periods"),
        numeric("share", "share back by then (Kaplan and Meier 1958); NaN where none was followed so long", "share"),
        numeric("low", f"lower {_SHARE_ENDS}", "share"),
        numeric("high", f"upper {_SHARE_ENDS}", "share"),
    ),
    ("after", "days"),
)
OF_RECORDS: Final = catalogue(RETURNS, LEFT_OUT, COUNTS, LEAVING_CARE, REENTRY)
"""All that is kept."""
