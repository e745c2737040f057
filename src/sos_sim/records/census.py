"""The CIN census: children, their cases, enquiries, conferences and plans, checked and linked over years.

A case is one ``CINdetails`` element. The same case stands in every census whose year it touches; it is known by the
child and the day of referral, and the later return wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from sos_sim.records.cells import FIRST_YEAR, Cells, as_date, said_year, year_of
from sos_sim.records.codes import NEED_GROUPS, SEX_GROUPS
from sos_sim.records.faults import Faults, Origin, RecordsError
from sos_sim.records.opening import CensusFile
from sos_sim.records.safe_xml import Node

_TRUE, _FALSE = frozenset({"TRUE", "1"}), frozenset({"FALSE", "0", ""})
_NEED_NOT_STATED: Final = "N0"


class Person(NamedTuple):
    """A child as a census has it. ``birth`` is None of an unborn child; ``sex`` is boy, girl or unknown."""

    birth: date | None
    sex: str
    disabled: bool


class Plan(NamedTuple):
    """A child protection plan; ``end`` None while it goes on, ``repeat`` when the child had one before."""

    start: date
    end: date | None
    repeat: bool


class Case(NamedTuple):
    """A case from referral to closure; ``closed`` None while it is open, ``closed_at_once`` for no further action.

    ``need`` is the code of primary need; ``enquiries`` are first days of section 47 enquiries, ``conferences`` days of
    initial child protection conferences, all of every return in which the case stands. ``year`` is the last of these.
    """

    child: str
    referred: date
    closed: date | None
    closed_at_once: bool
    need: str
    enquiries: tuple[date, ...]
    conferences: tuple[date, ...]
    plans: tuple[Plan, ...]
    year: int

    def later(self, case: Case) -> Case:
        """The case as a later return has it; what only the earlier one told of its own year stays."""
        return case._replace(
            enquiries=tuple(sorted({*self.enquiries, *case.enquiries})),
            conferences=tuple(sorted({*self.conferences, *case.conferences})),
            plans=tuple({plan.start: plan for plan in (*self._ended_plans(), *case.plans)}.values()),
        )

    def _ended_plans(self) -> list[Plan]:
        """Plans that need not stand in the next return."""
        return [plan for plan in self.plans if plan.end is not None]


@dataclass
class Censuses:
    """What the census returns of all years hold, linked: children by identifier, cases by child and day of referral.

    ``rows`` are the cases, and ``children_in`` the children, in each year's return.
    """

    people: dict[str, Person] = field(default_factory=dict)
    cases: dict[tuple[str, date], Case] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    children_in: dict[int, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)

    @cached_property
    def referrals_of(self) -> dict[str, list[date]]:
        """Days of referral by child."""
        days: dict[str, list[date]] = {}
        for child, referred in self.cases:
            days.setdefault(child, []).append(referred)
        return days


def read_censuses(files: Iterable[CensusFile]) -> Censuses:
    """All census returns, oldest first.

    Raises RecordsError that names lines whose values cannot be, and for two returns of one year.
    """
    found, faults = Censuses(), Faults()
    by_year: dict[int, CensusFile] = {}
    for file in files:
        year = _year(file)
        if year in by_year:
            both = f"{by_year[year].path} and {file.path}"
            raise RecordsError(f"{both} both hold the CIN census of {said_year(year)}; keep the one that counts.")
        by_year[year] = file
    for year in sorted(by_year):
        _read_census(by_year[year], year, found, faults)
    faults.refuse()
    last = max(found.rows, default=0)
    open_cases = [case for case in found.cases.values() if case.closed is None and case.year < last]
    found.notes["cases_lost"] = len([case for case in open_cases if not case.closed_at_once])
    return found


def _year(file: CensusFile) -> int:
    head = file.root.first("HEADER")
    details = head.first("COLLECTIONDETAILS") if head else None
    written = details.value("YEAR") if details else ""
    reference = as_date(details.value("REFERENCEDATE")) if details else None
    if not written.isdecimal() or not FIRST_YEAR <= int(written) <= 2100:
        line = details.line if details else file.root.line
        raise RecordsError(f"{file.path}, line {line}: Year is {written[:40]!r}, but must be a year such as 2026.")
    if reference is not None and year_of(reference) != int(written):
        raise RecordsError(
            f"{file.path}, line {details.line if details else 1}: Year is {written}, but ReferenceDate lies in "
            f"{said_year(year_of(reference))}."
        )
    return int(written)


def _read_census(file: CensusFile, year: int, found: Censuses, faults: Faults) -> None:
    people: dict[str, Person] = {}
    cases: dict[tuple[str, date], Case] = {}
    children = [child for group in file.root.all("CHILDREN") for child in group.all("CHILD")]
    for node in children:
        row = _row(node.first("CHILDIDENTIFIERS") or node, file, faults, year)
        identifier = row.cells.get("LACHILDID", "").upper()
        if not identifier or not identifier.isprintable():
            row.fault("LACHILDID", "it must be the child's identifier.")
            continue
        if identifier in people:
            row.fault("LACHILDID", "this child stands in the return twice.")
            continue
        people[identifier] = _person(row, node)
        for case in _cases(identifier, node, file, faults, year):
            if (identifier, case.referred) in cases:
                row.fault("LACHILDID", f"two cases of this child begin on {case.referred:%d/%m/%Y}.")
            cases[identifier, case.referred] = case
    if not children:
        faults.add(str(file.path), "", "", "a CIN census with no child in it.")
    changed = [child for child, person in people.items() if found.people.get(child, person) != person]
    found.notes["people_amended"] = found.notes.get("people_amended", 0) + len(changed)
    found.people |= people
    for key, case in cases.items():
        before = found.cases.get(key)
        found.cases[key] = case if before is None else before.later(case)
    found.rows[year], found.children_in[year] = len(cases), len(people)


def _row(node: Node, file: CensusFile, faults: Faults, year: int) -> Cells:
    """The values of an element's own elements by name; of several of one name the first."""
    values: dict[str, str] = {}
    for child in node.children:
        values.setdefault(child.tag, child.text.strip())
    return Cells(values, Origin(str(file.path), "", node.line), faults, year)


def _person(row: Cells, node: Node) -> Person:
    birth = row.day("PERSONBIRTHDATE")
    if birth is None and not row.cells.get("PERSONBIRTHDATE") and row.day("EXPECTEDPERSONBIRTHDATE") is None:
        row.fault("PERSONBIRTHDATE", "it must be a date, or ExpectedPersonBirthDate of an unborn child.")
    column = "SEX" if "SEX" in row.cells else "PERSONGENDERCURRENT"
    sex = row.cells.get(column, "").upper()
    if sex not in SEX_GROUPS:
        row.fault(column, f"allowed: {', '.join(SEX_GROUPS)}.")
    about = node.first("CHILDCHARACTERISTICS")
    kinds = about.first("DISABILITIES") if about else None
    named = {kind.text.strip().upper() for kind in kinds.all("DISABILITY")} if kinds else set()
    return Person(birth, SEX_GROUPS.get(sex, "unknown"), bool(named - {"NONE", ""}))


def _cases(child: str, node: Node, file: CensusFile, faults: Faults, year: int) -> Iterator[Case]:
    for details in node.all("CINDETAILS"):
        row = _row(details, file, faults, year)
        referred, closed = row.day("CINREFERRALDATE", needed=True), row.day("CINCLOSUREDATE")
        need = row.cells.get("PRIMARYNEEDCODE", "").upper()
        if need and need not in NEED_GROUPS:
            row.fault("PRIMARYNEEDCODE", f"allowed: {', '.join(NEED_GROUPS)}.")
        at_once = row.cells.get("REFERRALNFA", "").upper()
        if at_once not in _TRUE | _FALSE:
            row.fault("REFERRALNFA", "allowed: true, false, 1, 0.")
        if referred is None:
            continue
        _check_span(row, "CINREFERRALDATE", referred, "CINCLOSUREDATE", closed, year)
        enquiries = [_row(inner, file, faults, year) for inner in details.all("SECTION47")]
        days = [enquiry.day("S47ACTUALSTARTDATE") for enquiry in enquiries]
        meetings = [row.day("DATEOFINITIALCPC"), *(enquiry.day("DATEOFINITIALCPC") for enquiry in enquiries)]
        plans = tuple(_plans(details, file, faults, year))
        yield Case(
            child,
            referred,
            closed,
            at_once in _TRUE,
            need or _NEED_NOT_STATED,
            tuple(day for day in days if day is not None),
            tuple(sorted({day for day in meetings if day is not None})),
            plans,
            year,
        )


def _plans(details: Node, file: CensusFile, faults: Faults, year: int) -> Iterator[Plan]:
    for node in details.all("CHILDPROTECTIONPLANS"):
        row = _row(node, file, faults, year)
        start, end = row.day("CPPSTARTDATE", needed=True), row.day("CPPENDDATE")
        before = row.cells.get("NUMBEROFPREVIOUSCPP", "")
        if before and not before.isdecimal():
            row.fault("NUMBEROFPREVIOUSCPP", "it must be a whole number from 0.")
            before = ""
        if start is not None:
            _check_span(row, "CPPSTARTDATE", start, "CPPENDDATE", end, year)
            yield Plan(start, end, bool(before) and int(before) > 0)


def _check_span(row: Cells, first: str, start: date, second: str, end: date | None, year: int) -> None:
    last = date(year, 3, 31)
    for column, day in ((first, start), (second, end)):
        if day is not None and day > last:
            row.fault(column, f"the year of this return, {said_year(year)}, ends on {last:%d/%m/%Y}.")
    if end is not None and end < start:
        row.fault(second, f"it must not be earlier than {first}, {start:%d/%m/%Y}.")
