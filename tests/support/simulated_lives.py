"""Lives in care of a simulated authority, in SSDA903 codes: what a return of it would say, to test the reader with.

Enough for counting, not for the department's validation: postcodes, providers, reasons for changes, and placements for
adoption are left out. Month 0 is an April; what happens to a child in one month lies on different days of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

import pandas as pd

from sos_sim.agents.codes import CareExit, Legal, Place
from support.returns903 import Cut, Life

FIRST_YEAR = 2020
"""Month 0 is April of this year."""
LEGAL_CODES = {
    Legal.VOLUNTARY: "V2",
    Legal.EMERGENCY: "L2",
    Legal.INTERIM: "C1",
    Legal.CARE_ORDER: "C2",
    Legal.PLACEMENT_ORDER: "E1",
}
PLACE_CODES = {Place.HOME_ON_ORDER: "P1", Place.KINSHIP: "U3", Place.FOSTER: "U6", Place.RESIDENTIAL: "K2"}
EXIT_CODES = {
    CareExit.HOME_PLANNED: "E4A",
    CareExit.HOME_UNPLANNED: "E4B",
    CareExit.SPECIAL_GUARDIANSHIP: "E45",
    CareExit.ADOPTION: "E12",
    CareExit.AGE_18: "E17",
    CareExit.OTHER: "E8",
}
EVENTS = ("care_start", "legal_change", "placed", "care_end")
Moment = tuple[int, dict[str, int]]
"""A month and what happens in it to one child at once: details by event."""


def first_day(month: int) -> date:
    """The first day of a month of a run."""
    months = FIRST_YEAR * 12 + 3 + month
    return date(months // 12, months % 12 + 1, 1)


def simulated_lives(events: pd.DataFrame, children: pd.DataFrame) -> dict[str, Life]:
    """Lives of all children who start to be looked after within the record; of others nothing is told."""
    kept = events[events["event"].isin(EVENTS)]
    who = children.set_index("child")
    lives = {}
    for child, rows in kept.groupby("child", sort=True):
        record = zip(rows["month"].tolist(), rows["event"].astype(str), rows["detail"].tolist(), strict=True)
        moments = list(_moments(list(record)))
        while moments and "care_start" not in moments[0][1]:
            moments.pop(0)
        if moments:
            sex, birth = who.loc[child, "sex"], int(who.loc[child, "birth"])
            cuts = tuple(_cuts(moments))
            lives[f"S{child}"] = Life("F" if sex == "girl" else "M", first_day(birth).isoformat(), cuts)
    return lives


def _moments(record: list[tuple[int, str, int]]) -> Iterator[Moment]:
    """Events that are one: a start and the placement that comes with it; all else follows one after the other."""
    held: Moment | None = None
    for month, event, detail in record:
        if held is not None and event == "placed" and held[0] == month and list(held[1]) == ["care_start"]:
            held[1][event] = detail
            continue
        if held is not None:
            yield held
        held = (month, {event: detail})
    if held is not None:
        yield held


def _cuts(moments: list[Moment]) -> Iterator[Cut]:
    dated = []
    for month, same in groupby(moments, key=lambda moment: moment[0]):
        within = [what for _, what in same]
        for number, what in enumerate(within):
            day = first_day(month).replace(day=1 + 27 * (number + 1) // (len(within) + 1))
            dated.append((day.isoformat(), what))
    start, new, legal, place = "", "", "", ""
    for day, what in dated:
        if start:
            reason = EXIT_CODES[CareExit(what["care_end"])] if "care_end" in what else "X1"
            yield Cut(start, new, legal, "N1", place, day, reason)
        start, new = day, "S" if "care_start" in what else "L" if "legal_change" in what else "P"
        if "care_end" in what:
            start = ""
        basis = what.get("care_start", what.get("legal_change"))
        legal = legal if basis is None else LEGAL_CODES[Legal(basis)]
        place = PLACE_CODES[Place(what["placed"])] if "placed" in what else place
    if start:
        yield Cut(start, new, legal, "N1", place, "", "")
