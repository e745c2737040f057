"""Fates: children to whom something else happens in an arm than in the comparator, told apart one by one.

Arms share their luck, so a child whose life differs differs because of the programme, or because of a
social worker, helper or placement that the programme kept or freed for somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from sos_sim.comparison.child_lives import ChildLives, Flags
from sos_sim.comparison.paired import described
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import NOT_YET, Months
from sos_sim.statistics.intervals import Floats

BOTH, NEITHER, COMPARATOR_ONLY, ARM_ONLY = "both", "neither", "comparator only", "arm only"
ENTRY, REENTRY, REUNIFICATION = "care entry", "re-entry within 12 months", "home within 12 months of entry"
MONTH_OF_ENTRY = "month of first entry"
SPARED, ADDED = "spared entry, by danger", "added entry, by danger"
LOWER, SIMILAR, HIGHER = "lower in the arm", "about the same", "higher in the arm"
HARM = (Event.HARM_SEEN, Event.HARM_UNSEEN)
SIMILAR_WITHIN: Final = 0.05
"""Danger counts as lower or higher in an arm when it differs by more than this share of the comparator's (assumed)."""

FATES: Final[Mapping[str, tuple[str, ...]]] = {
    ENTRY: (BOTH, NEITHER, COMPARATOR_ONLY, ARM_ONLY),
    REENTRY: (BOTH, NEITHER, COMPARATOR_ONLY, ARM_ONLY),
    REUNIFICATION: (BOTH, NEITHER, COMPARATOR_ONLY, ARM_ONLY),
    MONTH_OF_ENTRY: ("the same", "later in the arm", "earlier in the arm"),
    SPARED: (LOWER, SIMILAR, HIGHER),
    ADDED: (LOWER, SIMILAR, HIGHER),
}
"""Decisions and the fates they divide children into. All children known to the authority in the period:
'care entry' (any start of being looked after in it; 'comparator only' is a spared entry, 'arm only' an
added one), 're-entry …' and 'home within …' (any return, or entry, so followed in it). Children who
entered in both arms: 'month of first entry'. Children spared entry or added: whether their family's
true danger, over the twelve months up to the entry they had in one arm only, was lower or higher in the
arm. An entry spared at lower danger is an effect on children's safety; spared at about the same or
higher danger it is a change of perception alone."""

MEASURES: Final[Mapping[str, str]] = {
    "children": "children",
    "harm_comparator": "child-months with harm at home, comparator",
    "harm_arm": "child-months with harm at home, arm",
    "unseen_comparator": "child-months with harm at home that nobody saw, comparator",
    "unseen_arm": "child-months with harm at home that nobody saw, arm",
    "more_harmed": "children with more months of harm at home in the arm",
    "less_harmed": "children with fewer months of harm at home in the arm",
    "more_unseen": "children with more months of unseen harm at home in the arm",
    "less_unseen": "children with fewer months of unseen harm at home in the arm",
}
"""What is counted of every fate over the whole period."""
MEASURES_BY_DANGER: Final[Mapping[str, str]] = {
    **MEASURES,
    "danger_comparator": "mean monthly chance of harm over the twelve months up to the entry, summed, comparator",
    "danger_arm": "the same, arm",
    "harmed_at_home_since": "children harmed at home, in the arm without the entry, from the month of the entry on",
    "unseen_at_home_since": "children harmed at home unseen, in the arm without the entry, from that month on",
}
"""What is counted besides of children spared entry, and of those added."""


def fate_outputs() -> list[tuple[str, str, str]]:
    """All (decision, fate, measure) in the order of ``count_fates``."""
    return [
        (decision, fate, measure)
        for decision, fates in FATES.items()
        for fate in fates
        for measure in (MEASURES_BY_DANGER if decision in (SPARED, ADDED) else MEASURES)
    ]


def count_fates(comparator: ChildLives, arm: ChildLives) -> list[float]:
    """Children of every fate and the harm they met, in the order of ``fate_outputs``; both runs are traced."""
    found = []
    for decision, flags in _divided(comparator, arm):
        with_entry, without = (comparator, arm) if decision == SPARED else (arm, comparator)
        for members in flags:
            found += _harm_of(members, comparator, arm)
            if decision in (SPARED, ADDED):
                found += _danger_of(members, with_entry.entry, comparator, arm)
                found += _harmed_since(members, with_entry.entry, without)
    return [float(number) for number in found]


def summarise_fates(table: pd.DataFrame) -> pd.DataFrame:
    """Mean of every count over replicates, in children (or child-months) of the authority over the period.

    ``table``: arm, draw, replicate, decision, fate, measure, value. Columns: arm, decision, fate, measure,
    meaning, and ``paired.INTERVAL``.
    """
    keys = ["arm", "decision", "fate", "measure"]
    rows = [
        {
            **dict(zip(keys, name, strict=True)),
            "meaning": MEASURES_BY_DANGER[str(name[3])],
            **described(found["value"].to_numpy(dtype=float), found["draw"].to_numpy()),
        }
        for name, found in table.groupby(keys, sort=False)
    ]
    return pd.DataFrame(rows)


def _divided(comparator: ChildLives, arm: ChildLives) -> Iterator[tuple[str, list[Flags]]]:
    """For every decision, which children met each of its fates."""
    known = comparator.known_months > 0
    entered = comparator.entry < NOT_YET, arm.entry < NOT_YET
    yield ENTRY, _crossed(known, *entered)
    yield REENTRY, _crossed(known, comparator.reentered > 0, arm.reentered > 0)
    yield REUNIFICATION, _crossed(known, comparator.reunified > 0, arm.reunified > 0)
    both, later = entered[0] & entered[1], arm.entry - comparator.entry
    yield MONTH_OF_ENTRY, [both & (later == 0), both & (later > 0), both & (later < 0)]
    yield SPARED, _by_danger(entered[0] & ~entered[1], comparator.entry, comparator, arm)
    yield ADDED, _by_danger(entered[1] & ~entered[0], arm.entry, comparator, arm)


def _crossed(known: Flags, before: Flags, after: Flags) -> list[Flags]:
    """Children to whom it happened in both, neither, the comparator only, the arm only."""
    return [before & after, known & ~before & ~after, before & ~after, after & ~before]


def _by_danger(members: Flags, month: Months, comparator: ChildLives, arm: ChildLives) -> list[Flags]:
    """Members whose danger up to ``month`` was lower, about the same or higher in the arm."""
    before, after = (_danger_up_to(month, members, lives) for lives in (comparator, arm))
    step = SIMILAR_WITHIN * before
    lower, higher = members & (after < before - step), members & (after > before + step)
    return [lower, members & ~lower & ~higher, higher]


def _danger_up_to(month: Months, members: Flags, lives: ChildLives) -> Floats:
    """True danger of members' families, mean over the twelve months up to ``month``, shape (children,).

    Months before ``lives.first``, equal in both arms, and before the first referral are left out.
    """
    children, families = lives.population.children, lives.population.families
    means = np.zeros(len(children))
    for child in np.flatnonzero(members).tolist():
        family, end = int(children["family"][child]), int(month[child]) + 1
        begin = max(end - MONTHS_PER_YEAR, lives.first, int(families["arrival"][family]))
        means[child] = lives.danger[begin:end, family].mean(dtype=float)
    return means


def _harm_of(members: Flags, comparator: ChildLives, arm: ChildLives) -> list[float]:
    """The values of ``MEASURES`` for members."""
    found = [float(members.sum())]
    differences = []
    for name in ("harm_months", "unseen_harm_months"):
        before, after = (getattr(lives, name)[members] for lives in (comparator, arm))
        found += [before.sum(), after.sum()]
        differences += [(after > before).sum(), (after < before).sum()]
    return found + differences


def _danger_of(members: Flags, month: Months, comparator: ChildLives, arm: ChildLives) -> list[float]:
    return [float(_danger_up_to(month, members, lives).sum()) for lives in (comparator, arm)]


def _harmed_since(members: Flags, month: Months, without: ChildLives) -> list[float]:
    """Members harmed at home, and harmed unseen, from ``month`` on in the arm that left them at home."""
    return [float((without.harm_since(month, events)[members] > 0).sum()) for events in (HARM, (Event.HARM_UNSEEN,))]
