"""What becomes of children in and after care: leaving by where to, and coming back, each with its clock.

Both are estimated of periods seen for part of their time only: those open when the last return was made are censored,
and of those that began before the first return only what came after its first day counts (delayed entry), since
others that began with them had ended unseen.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.core.units import DAYS_PER_MONTH
from sos_sim.records.care import CareHistories, eighteenth_birthday
from sos_sim.records.codes import EXIT_GROUPS, HOME, HOME_PLANNED, HOME_UNPLANNED, NOT_FOLLOWED
from sos_sim.records.tables import LEAVING, LEAVING_CARE, REENTRY
from sos_sim.statistics.survival import CENSORED, cumulative_incidence

MONTHS: Final = 60
MARKS: Final = (91, 182, 365, 730, 1826)
"""Days after the end of care at which returns to care are told: 3 and 6 months, 1, 2 and 5 years."""
_WAYS_OUT: Final = {
    "home_planned": "home",
    "home_unplanned": "home",
    "child_arrangements": "guardianship_or_order",
    "special_guardianship": "guardianship_or_order",
    "adoption": "adoption",
    "to_adult_life": "to_adult_life",
}
_GROUPS: Final = {
    "home": frozenset(HOME),
    "home_planned": frozenset({HOME_PLANNED}),
    "home_unplanned": frozenset({HOME_UNPLANNED}),
    "all": frozenset(EXIT_GROUPS) - NOT_FOLLOWED,
}


def leaving_care(histories: CareHistories) -> pd.DataFrame:
    """The table ``leaving_care`` (see ``records.tables``), of periods whose first day is known."""
    spells = stays(histories)
    if spells.empty:
        return pd.DataFrame(columns=LEAVING_CARE.names)
    found = cumulative_incidence(spells, LEAVING, MONTHS)
    table = found.assign(month=found["month"].astype(int), share=found["value"])
    return table[LEAVING_CARE.names]


def stays(histories: CareHistories) -> pd.DataFrame:
    """Periods of known start: duration and entry (months), and end (of ``LEAVING``, or ``CENSORED``).

    A period that was lost from sight is censored on the day after which nothing is known of it.
    """
    known = histories.periods[histories.periods["start_known"]]
    until = known["end"].fillna(histories.last_day)
    duration = (until - known["start"]).dt.days / DAYS_PER_MONTH
    entry = (histories.first_day - known["start"]).dt.days.clip(lower=0) / DAYS_PER_MONTH
    ways = known["reason"].map(EXIT_GROUPS).map(_WAYS_OUT).fillna("other")
    ends = ways.where(known["end"].notna() & ~known["lost"], CENSORED)
    spells = pd.DataFrame({"duration": duration, "entry": entry, "end": ends})
    return spells[spells["duration"] > spells["entry"]].reset_index(drop=True)


def reentry(histories: CareHistories) -> pd.DataFrame:
    """The table ``reentry`` (see ``records.tables``): four groups of ends, at ``MARKS``."""
    ends = followed_ends(histories)
    rows = [row for after, reasons in _GROUPS.items() for row in _came_back(after, ends[ends["reason"].isin(reasons)])]
    return pd.DataFrame(rows, columns=REENTRY.names)


def followed_ends(histories: CareHistories) -> pd.DataFrame:
    """Ends of care after which a child can be followed: reason, duration (days until back or last seen), end.

    A child is followed to the next period of care, the 18th birthday or the last return, whichever is first; ``end``
    is "back" or ``CENSORED``. Reasons after which a return cannot be seen, and ends not known, are left out.
    """
    periods = histories.periods
    following = periods["start"].shift(-1).where(periods["child"].shift(-1) == periods["child"])
    adult = eighteenth_birthday(histories.children["birth"]).reindex(periods["child"]).set_axis(periods.index)
    limit = adult.where(adult < histories.last_day, histories.last_day)
    table = pd.DataFrame({"reason": periods["reason"], "left": periods["end"], "limit": limit, "next": following})
    chosen = table[table["left"].notna() & ~periods["lost"] & (table["limit"] > table["left"])]
    chosen = chosen[~chosen["reason"].isin(NOT_FOLLOWED)]
    back = chosen["next"].notna() & (chosen["next"] <= chosen["limit"])
    until = chosen["next"].where(back, chosen["limit"])
    return pd.DataFrame(
        {
            "reason": chosen["reason"],
            "duration": (until - chosen["left"]).dt.days.astype(float),
            "end": np.where(back, "back", CENSORED),
        }
    ).reset_index(drop=True)


def _came_back(after: str, ends: pd.DataFrame) -> list[dict[str, Any]]:
    if ends.empty:
        return []
    curve = cumulative_incidence(ends.assign(entry=0.0), ["back"], max(MARKS)).set_index("month")
    longest, back = float(ends["duration"].max()), int((ends["end"] == "back").sum())
    about = {"after": after, "ends": len(ends), "back": back}
    values = {name: curve[column] for name, column in (("share", "value"), ("low", "low"), ("high", "high"))}
    return [
        {**about, "days": days}
        | {name: float(column[days]) if days <= longest else float("nan") for name, column in values.items()}
        for days in MARKS
    ]
