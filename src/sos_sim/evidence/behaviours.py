"""What would be seen in practice if a link of the programme theory worked, and what if it did not.

The statements (context, mechanism, outcome: CMO 1-20) paraphrase the programme theory of the review (Sheehan et
al. 2018, What Works Centre for Children's Social Care) and of the studies named in docs/evidence.md, which also
says whose each one is. Grades are those of the statements (``core.parameters.GRADES``). How a statement is turned
into something that a file audit, a survey or administrative data can show is an assumption made here (grade D).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from sos_sim.core.links import WHOLE_CHAIN, LinkOrNone
from sos_sim.core.parameters import Grade

Instrument = Literal["file audit", "survey", "administrative data"]


class Statement(NamedTuple):
    """A statement of the programme theory in one sentence, and how good its source is."""

    gist: str
    grade: Grade


class Behaviour(NamedTuple):
    """What one instrument would show if a link works, and if it does not; ``statement`` is the number of its CMO."""

    link: LinkOrNone
    statement: int
    instrument: Instrument
    works: str
    fails: str

    @property
    def grade(self) -> Grade:
        """The grade of the statement behind it."""
        return STATEMENTS[self.statement].grade


STATEMENTS: Final[Mapping[int, Statement]] = {
    1: Statement("Skilled workers with time who keep the case say harm, danger and strengths in plain words", "C"),
    3: Statement("Trust starts low, grows with steady respect and falls at surprises; disclosure follows it", "C"),
    4: Statement("Motivation turns from obeying to wanting, so that change lasts after the case closes", "B"),
    6: Statement("Family and agency come to understand the danger alike", "C"),
    7: Statement("Parents and their network own a part of the child's safety", "C"),
    8: Statement("Relatives and friends are found, told the danger, and commit themselves", "C"),
    9: Statement("Everyday rules, checks and a way to raise the alarm lower new harm while they are kept alive", "C"),
    10: Statement("The child's worries and wishes reach the parents", "C"),
    12: Statement("Workers receive in supervision what they are asked to give, so that skill is kept", "B"),
    13: Statement("Leaders stay, are near practice and align forms and quality assurance, so that depth lasts", "C"),
    14: Statement("High caseloads and turnover leave tools without the stance", "B"),
    15: Statement("A plan that works near the threshold lets the agency accept managed risk and step down", "C"),
    17: Statement("With the case open and the network alive after a return, danger stays low", "C"),
}
"""Statements that a behaviour below rests on, by their number."""

BEHAVIOURS: Final[Sequence[Behaviour]] = (
    Behaviour(
        "M0",
        12,
        "administrative data",
        "group supervision held at least monthly in every team, and coached staff still there after a year",
        "supervision records hold tasks and deadlines only, or coached staff leave as fast as others",
    ),
    Behaviour(
        "M0",
        13,
        "survey",
        "workers say that forms follow the approach and that leaders stand by them when risk is held with a family",
        "workers record twice, and say that they remove children to be safe themselves",
    ),
    Behaviour(
        "M1",
        1,
        "file audit",
        "danger statements in plain words that name who did what to whom, with what consequence for the child",
        "maps are filed, but their wording is the professionals' and the family has not seen them",
    ),
    Behaviour(
        "M1",
        14,
        "administrative data",
        "visits to open families are kept up in months with high caseloads",
        "visits fall as caseloads rise while the number of completed forms stays the same",
    ),
    Behaviour(
        "M2",
        3,
        "survey",
        "parents rate their trust in the worker higher after six months than at the start, and raise slips themselves",
        "parents comply, and incidents come to light through professionals only",
    ),
    Behaviour(
        "M3",
        6,
        "survey",
        "parent, relatives and worker give the same account of the danger and scale safety within two points",
        "their scales stay more than two points apart after three months",
    ),
    Behaviour(
        "M3",
        10,
        "file audit",
        "the child was seen alone, and their own words changed something in the plan",
        "the child's view is missing from the map or stands there unused",
    ),
    Behaviour(
        "M4",
        7,
        "file audit",
        "entries show relatives acting at a first warning sign before any professional asked them to",
        "the plan is a list of services, and every action waits for the worker",
    ),
    Behaviour(
        "M4",
        4,
        "administrative data",
        "few closed families are referred again once nobody watches",
        "re-referrals cluster in the months after closure",
    ),
    Behaviour(
        "M5",
        8,
        "file audit",
        "two or more adults who are no professionals are named, were told the danger and came to a meeting",
        "nobody is named, or those named were never told what the worry is",
    ),
    Behaviour(
        "M6",
        9,
        "file audit",
        "the plan says who does what when, was tested, and was changed after it was tested",
        "the plan was written once and never tested",
    ),
    Behaviour(
        "M7",
        9,
        "administrative data",
        "fewer repeat incidents at home (police, health, school) while the network is active, as others record them",
        "incidents seen from outside stay as frequent while files say that safety has grown",
    ),
    Behaviour(
        "M8",
        15,
        "file audit",
        "step-downs and entries follow what was seen to be safe: a tested plan precedes the step-down",
        "the safety scale rises without a tested plan, or decisions follow the mood after a public case",
    ),
    Behaviour(
        WHOLE_CHAIN,
        7,
        "file audit",
        "where outcomes improve, files show the chain in order: shared danger statement, informed network, tested plan",
        "outcomes move where files show none of it, or files show all of it and outcomes do not move",
    ),
    Behaviour(
        WHOLE_CHAIN,
        15,
        "administrative data",
        "fewer starts of being looked after, with no more incidents known to police, hospitals or schools",
        "fewer starts, and more incidents known to police, hospitals or schools",
    ),
    Behaviour(
        WHOLE_CHAIN,
        17,
        "administrative data",
        "children who went home stay there, with the case open for the first year",
        "children come back into care within a year of a return, most after the case was closed",
    ),
)
"""Behaviours in the order of the links, those of the whole chain last."""


AFTER_RETURN: Final = 17
"""The statement about children who went home: it bears on no other outcome."""


def behaviours_of(link: LinkOrNone, *, after_return: bool = True) -> list[Behaviour]:
    """The behaviours that would show a link at work, ``WHOLE_CHAIN`` for the chain as a whole.

    ``after_return`` False leaves out what shows only in children who went home.
    """
    return [one for one in BEHAVIOURS if one.link == link and (after_return or one.statement != AFTER_RETURN)]
