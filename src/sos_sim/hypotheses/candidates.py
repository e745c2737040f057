"""Candidates for a hypothesis card, and which of them the draws commit to.

A candidate becomes a card only when it can be told from luck. Its mean over draws is set against the standard
error of that mean (t test), and among all candidates of a report together the share of false discoveries is held at
``FALSE_DISCOVERIES`` (Benjamini and Hochberg 1995, J R Stat Soc B 57:289-300). A study of other seeds must be likely to
tell it from luck again, with a chance of ``LEAST_RETURNING`` or more, by the same line. Of several draws of parameters
at least ``LEAST_AGREEING`` must also agree in direction, or else the draws commit to no direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf, isnan, nan
from typing import Final, NamedTuple

import numpy as np
from scipy import stats

from sos_sim.core.links import WHOLE_CHAIN, LinkOrNone
from sos_sim.statistics.intervals import LEVEL, middle
from sos_sim.trials.closed_form import power

FALSE_DISCOVERIES: Final = 0.05
LEAST_RETURNING: Final = 0.8
LEAST_AGREEING: Final = 0.75
EXACTLY_ZERO: Final = "exactly zero"
NO_INTERVAL: Final = "too few pairs for an interval"
NORMAL: Final = "normal approximation"
LUCK: Final = "cannot be told from luck"
FLEETING: Final = f"told from luck, but again in fewer than {LEAST_RETURNING:.0%} of studies of other seeds"
DISAGREE: Final = f"fewer than {LEAST_AGREEING:.0%} of the draws agree in direction"


@dataclass(frozen=True)
class Candidate:
    """A prediction before it is known whether anything commits to it. Numbers are in the outcome's ``unit``.

    ``estimate``, ``low`` and ``high`` as in ``paired.INTERVAL``. ``error`` is the standard error of the estimate,
    ``sd`` the standard deviation between the draws' values. ``agreeing`` is the share of pairs, or of draws by a
    normal approximation (``agreeing_by`` says which), on the side of the estimate. ``setting_low`` and
    ``setting_high`` name what a contrast compares, ``at_low`` and ``at_high`` are the differences between arms there.
    ``refuting_below`` and ``refuting_above``: a result whose whole interval lies below the one, or above the other,
    refutes it (NaN: none does on that side). ``returning`` is the chance that as large a study of other seeds tells
    it from luck again (NaN: no test decides on it). ``link`` is that of the theory it tests ('' for the whole chain),
    ``beliefs`` are parameters that drive it.
    """

    kind: str
    arm: str
    outcome: str
    unit: str
    estimate: float
    low: float
    high: float
    draws: int
    pairs: int
    error: float
    sd: float
    agreeing: float
    agreeing_by: str = NORMAL
    level: float = LEVEL
    base: float = nan
    subject: str = ""
    setting_low: str = ""
    setting_high: str = ""
    at_low: float = nan
    at_high: float = nan
    refuting_below: float = nan
    refuting_above: float = nan
    returning: float = nan
    conditions: str = ""
    region: str = ""
    link: LinkOrNone = WHOLE_CHAIN
    beliefs: tuple[str, ...] = field(default=())

    @property
    def p(self) -> float:
        """Two-sided probability of so large a mean by luck of the draw (t test); NaN without an error."""
        if isnan(self.error) or self.count < 2:
            return nan
        size = abs(self.estimate) / self.error if self.error else inf
        return float(2.0 * stats.t.sf(size, self.count - 1))

    @property
    def count(self) -> int:
        """What the mean is over: draws, or pairs of one draw."""
        return self.draws if self.draws > 1 else self.pairs

    @property
    def strength(self) -> float:
        """How strongly the draws commit, times the share that agrees.

        Of a difference: its size in half widths of its interval. Of no difference: the part of the margin that the
        interval leaves free, 0 to 1.
        """
        if self.kind == "none":
            return self.agreeing * (1.0 - max(abs(self.low), abs(self.high)) / self.refuting_above)
        half = (self.high - self.low) / 2.0
        return self.agreeing * abs(self.estimate) / half if half > 0.0 else 0.0

    def against_its_direction(self) -> Candidate:
        """The same, refuted by what lies beyond the end of its interval nearer zero, or beyond zero itself."""
        if self.estimate < 0.0:
            return replace(self, refuting_above=min(self.high, 0.0), refuting_below=nan)
        return replace(self, refuting_below=max(self.low, 0.0), refuting_above=nan)


class Sifted(NamedTuple):
    """Candidates that were kept, and why others were not, in the order of the candidates."""

    kept: list[Candidate]
    dropped: list[tuple[Candidate, str]]


class Uncertainty(NamedTuple):
    """Standard error of a mean, and the standard deviation of what it is a mean of."""

    error: float
    sd: float


def uncertainty(low: float, high: float, draws: int, pairs: int, level: float = LEVEL) -> Uncertainty:
    """What an interval at ``level`` says of the mean it belongs to.

    Of one draw of parameters it is a t-interval of the mean over pairs. Of several, one pair each, it runs between
    quantiles of the draws' values: its width is compared with that expected of as many normal values, from
    Blom's scores (1958, Statistical Estimates and Transformed Beta-variables).
    """
    count = draws if draws > 1 else pairs
    if count < 2 or isnan(low) or isnan(high):
        return Uncertainty(nan, nan)
    if draws > 1:
        scores = stats.norm.ppf((np.arange(1, draws + 1) - 0.375) / (draws + 0.25))
        bottom, top = middle(scores, level)
        sd = (high - low) / (top - bottom)
        return Uncertainty(sd / draws**0.5, sd)
    error = (high - low) / 2.0 / float(stats.t.ppf(0.5 + level / 2, pairs - 1))
    return Uncertainty(error, error * pairs**0.5)


def share_beyond_zero(estimate: float, sd: float) -> float:
    """Share of values on the estimate's side of zero, were they normal with this standard deviation."""
    if isnan(sd) or isnan(estimate):
        return nan
    return float(stats.norm.cdf(abs(estimate) / sd)) if sd else 1.0


def sift(candidates: Sequence[Candidate]) -> Sifted:
    """Which candidates of a report can be told from luck, again too, and are agreed on, and why others are no cards.

    Those kept know how likely they are to return.
    """
    reasons = [_unusable(candidate) for candidate in candidates]
    tested = [place for place, reason in enumerate(reasons) if not reason]
    values = [candidates[place].p for place in tested]
    adjusted = np.asarray(stats.false_discovery_control(values) if tested else values)
    line = FALSE_DISCOVERIES * float(np.mean(adjusted <= FALSE_DISCOVERIES)) if tested else 0.0
    returning = {place: _returning(candidates[place], line) for place in tested}
    for place, p in zip(tested, adjusted.tolist(), strict=True):
        if p > FALSE_DISCOVERIES:
            reasons[place] = LUCK
        elif returning[place] < LEAST_RETURNING:
            reasons[place] = FLEETING
        elif candidates[place].draws > 1 and candidates[place].agreeing < LEAST_AGREEING:
            reasons[place] = DISAGREE
    judged = list(zip(candidates, reasons, strict=True))
    return Sifted(
        [
            replace(candidate, returning=returning[place])
            for place, (candidate, reason) in enumerate(judged)
            if not reason
        ],
        [(candidate, reason) for candidate, reason in judged if reason],
    )


def _returning(candidate: Candidate, line: float) -> float:
    """Chance that as large a study of other seeds finds p below the report's ``line``, if the estimate is true."""
    if not line or not candidate.error:
        return float(bool(line))
    return power(candidate.estimate, candidate.error, candidate.count - 1.0, line)


def _unusable(candidate: Candidate) -> str:
    if candidate.estimate == candidate.low == candidate.high == 0.0:
        return EXACTLY_ZERO
    return NO_INTERVAL if isnan(candidate.p) or isnan(candidate.estimate) else ""
