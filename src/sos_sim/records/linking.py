"""Episodes of several returns as one history of each child, and episodes as periods of care.

The same episode stands in every return whose year it touches; it is known by the child and its first day, and the
later return wins. A period of care is what is joined end to end: an episode that ends with X1, and one that begins on
that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from sos_sim.records.cells import end_of
from sos_sim.records.codes import GOES_ON, STARTED
from sos_sim.records.episodes import Episode, Returned903


class CarePeriod(NamedTuple):
    """A period of being looked after without a break, by its episodes in order.

    ``end`` is None while it goes on. ``reason`` is the code of the last episode, '' while the period goes on and where
    it is not known how it ended (``lost``): the child is open in one return and not in the next, or an episode ends
    with X1 and none follows.
    """

    episodes: tuple[Episode, ...]
    end: date | None
    reason: str
    lost: bool

    @property
    def child(self) -> str:
        """Whose period it is."""
        return self.episodes[0].child

    @property
    def start(self) -> date:
        """The first day that is known of it."""
        return self.episodes[0].start

    @property
    def start_known(self) -> bool:
        """Whether the first episode started it (RNE S), so that nothing went before."""
        return self.episodes[0].new == STARTED


def linked(found: Returned903) -> dict[str, list[Episode]]:
    """Every child's episodes over all returns, in order and without overlap; what had to be changed is noted."""
    latest: dict[tuple[str, date], Episode] = {}
    for year in sorted(found.episodes):
        latest |= {(episode.child, episode.start): episode for episode in found.episodes[year]}
    in_order = sorted(latest.values(), key=lambda episode: (episode.child, episode.start))
    last = max(found.episodes, default=0)
    return {
        child: _without_overlap(_without_loose_ends(list(episodes), last, found), found)
        for child, episodes in groupby(in_order, key=lambda episode: episode.child)
    }


def _without_loose_ends(episodes: list[Episode], last: int, found: Returned903) -> list[Episode]:
    """An episode that is open in its return and stands in no later one gets an end.

    It goes on until the child's next episode where that begins in the same year or does not start care anew, and is
    else lost from sight: its end was never returned.
    """
    closed = []
    for number, episode in enumerate(episodes):
        after = episodes[number + 1] if number + 1 < len(episodes) else None
        if episode.end is not None or episode.year == last:
            closed.append(episode)
        elif after is not None and (after.start <= end_of(episode.year) or after.new != STARTED):
            found.note("amended")
            closed.append(episode._replace(end=after.start, reason=GOES_ON))
        else:
            closed.append(episode._replace(end=end_of(episode.year) + timedelta(days=1), reason=""))
    return closed


def _without_overlap(episodes: list[Episode], found: Returned903) -> list[Episode]:
    """Where episodes of different returns overlap, dates were amended: the later return's episode stays whole."""
    kept: list[Episode] = []
    for episode in episodes:
        before = kept[-1] if kept else None
        if before is not None and (before.end is None or before.end > episode.start):
            found.note("amended")
            if before.year > episode.year:
                continue
            kept[-1] = before._replace(end=episode.start, reason=GOES_ON)
        kept.append(episode)
    return kept


def care_periods(episodes: Iterable[Episode], found: Returned903) -> list[CarePeriod]:
    """The periods of one child's episodes, which are in order and do not overlap; oddities are noted."""
    periods: list[list[Episode]] = []
    for episode in episodes:
        before = periods[-1][-1] if periods else None
        if before is not None and before.reason == GOES_ON and before.end == episode.start:
            periods[-1].append(episode)
            continue
        if before is not None and episode.new != STARTED:
            found.note("period_without_start")
        periods.append([episode])
    return [_period(joined, found) for joined in periods]


def _period(episodes: list[Episode], found: Returned903) -> CarePeriod:
    final = episodes[-1]
    lost = final.end is not None and final.reason in ("", GOES_ON)
    if lost:
        found.note("lost")
    return CarePeriod(tuple(episodes), final.end, "" if lost else final.reason, lost)


def periods_of_all(children: Mapping[str, list[Episode]], found: Returned903) -> list[CarePeriod]:
    """All periods of care, by child and time."""
    return [period for episodes in children.values() for period in care_periods(episodes, found)]
