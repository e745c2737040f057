"""What a trial file asks for, once it has been read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.files.declarations import Number
from sos_sim.files.scenario import Scenario
from sos_sim.runs.points import Failure
from sos_sim.runs.rows import inputs

Design = Literal["parallel", "parallel_baseline", "stepped_wedge", "before_after", "families", "workers"]
INSIDE: Final[tuple[Design, ...]] = ("families", "workers")
"""Designs that randomise inside one authority; all others have authorities as clusters."""
LONGEST_FOLLOW_UP: Final = 18
"""Months for which a child is followed: the longest of the outcomes."""
SELECTION_YEARS: Final = 4
"""Years before a trial whose care entries decide who takes part."""
MOST_TRIALS: Final = 1_000_000
"""Virtual trials of one study: more would not fit in memory, or last for days."""
KINDS_OF_TRIAL: Final = 7
"""With and without an effect; three shorter follow-ups; smaller and larger authorities."""


NUMBERS: Final[Mapping[str, Number]] = {
    "baseline_months": Number(24, "months", "of records before the start that analyses take in", 0, 96),
    "roll_in_months": Number(12, "months", "after a cluster's start, not analysed", 0, 60),
    "follow_up_months": Number(24, "months", "after roll-in, in which children are counted", 1, 120),
    "horizon_months": Number(120, "months", "from the trial's start to the end of what may be simulated", 1, 600),
    "period_months": Number(6, "months", "length of a period; a step of a stepped wedge is one", 1, 12),
    "steps": Number(5, "sequences", "sequences of a stepped wedge", 2, 24),
    "stagger_months": Number(0, "months", "over which clusters of a parallel trial start", 0, 36),
    "authorities": Number(120, "authorities", "synthetic authorities from which clusters are drawn", 4, 5000),
    "draws": Number(0, "draws", "parameter draws over which assurance is averaged", 0, 5000),
    "authorities_per_draw": Number(40, "authorities", "synthetic authorities simulated for each draw", 4, 5000),
    "trials": Number(400, "trials", "virtual trials for each design and size", 20, 100_000),
    "trials_per_draw": Number(50, "trials", "virtual trials for each draw of parameters", 1, 10_000),
    "loss": Number(0.0, "share", "clusters lost to follow-up, at any period after their start", 0.0, 0.9, whole=False),
    "selection_on_level": Number(
        0.0, "log odds per SD", "how much likelier authorities with high care entries take part", -5, 5, whole=False
    ),
    "selection_on_rise": Number(
        0.0, "log odds per SD", "how much likelier authorities with rising care entries take part", -5, 5, whole=False
    ),
    "delivery_spread": Number(0.2, "log SD", "spread of delivered training, coaching and supervision", 0, 2, False),
    "secular_trend": Number(0.0, "logit a year", "drift of every authority's thresholds", -1, 1, whole=False),
    "fixed_cost": Number(400_000, "£", "research cost of a trial, whatever its size", 0, 1e9, whole=False),
    "cluster_cost": Number(40_000, "£", "research cost of a cluster", 0, 1e9, whole=False),
    "worth_care_start": Number(25_000, "£", "what a care start avoided is worth to you beyond its cost", 0, 1e7, False),
    "worth_harm_month": Number(
        25_000, "£", "what a month of harm to a child at home avoided is worth to you", 0, 1e7, whole=False
    ),
    "offered": Number(0.5, "share", "families or workers allocated to the programme", 0.05, 0.95, whole=False),
    "recruit_months": Number(12, "months", "in which families enter a trial inside an authority", 1, 60),
    "recruited": Number(0.46, "share", "eligible families who take part inside an authority", 0.01, 1, whole=False),
    "seed": Number(1, "seed", "from which the luck of trials is derived", 0, 2**53),
}
"""Numbers of a trial file. Costs of research, and what avoiding something is worth, are assumptions (grade
D): replace them by your own."""


@dataclass(frozen=True)
class TrialProtocol:
    """A checked trial: which arms, which designs and sizes, what is looked at. Numbers as in ``NUMBERS``.

    ``scenarios`` are usual practice and the programme; its programmes' months count from a cluster's
    start. ``clusters`` are numbers of authorities, all arms together; () for designs inside an authority.
    """

    name: str
    description: str
    scenarios: tuple[Scenario, Scenario]
    designs: tuple[Design, ...]
    clusters: tuple[int, ...]
    primary: str
    outcomes: tuple[str, ...]
    analyses: tuple[str, ...]
    failure: Failure
    baseline_months: int
    roll_in_months: int
    follow_up_months: int
    horizon_months: int
    period_months: int
    steps: int
    stagger_months: int
    authorities: int
    draws: int
    authorities_per_draw: int
    trials: int
    trials_per_draw: int
    loss: float
    selection_on_level: float
    selection_on_rise: float
    delivery_spread: float
    secular_trend: float
    fixed_cost: float
    cluster_cost: float
    worth_care_start: float
    worth_harm_month: float
    offered: float
    recruit_months: int
    recruited: float
    seed: int

    @property
    def inside(self) -> bool:
        """Whether families or workers of one authority are randomised."""
        return self.designs[0] in INSIDE

    @property
    def starts(self) -> tuple[int, ...]:
        """Months, counted from the trial's start, in which a cluster may start."""
        return tuple(sorted({start for design in self.designs for start in self.starts_of(design)}))

    def starts_of(self, design: Design) -> range:
        """The same, of one design."""
        if design == "stepped_wedge":
            return range(self.period_months, (self.steps + 1) * self.period_months, self.period_months)
        return range(0, self.stagger_months + 1, self.period_months)

    @property
    def observed_months(self) -> int:
        """Months from the trial's start in which children enter the count."""
        return max(self.starts) + self.roll_in_months + self.follow_up_months

    @property
    def months(self) -> int:
        """Months that have to be simulated from the trial's start: those counted, and their follow-up."""
        if self.inside:
            return self.roll_in_months + self.recruit_months + self.follow_up_months
        return self.observed_months + LONGEST_FOLLOW_UP

    @property
    def history_months(self) -> int:
        """Months read before the trial's start: a baseline that is followed up by then, and the years of selection."""
        return max(self.baseline_months + LONGEST_FOLLOW_UP, SELECTION_YEARS * MONTHS_PER_YEAR)

    def content(self) -> dict[str, Any]:
        """What determines the trial's tables, as plain nested data."""
        numbers = {field.name: getattr(self, field.name) for field in fields(self) if field.name in NUMBERS}
        return {
            "arms": {scenario.name: inputs(scenario) for scenario in self.scenarios},
            "designs": list(self.designs),
            "clusters": list(self.clusters),
            "primary": self.primary,
            "outcomes": list(self.outcomes),
            "analyses": list(self.analyses),
            **numbers,
        }


def authorities_needed(design: Design, clusters: int) -> int:
    """Authorities from which so many clusters can be drawn: matching takes two candidates for every comparator."""
    return -(-clusters * 3 // 2) if design == "before_after" else clusters


def impossible(plan: TrialProtocol) -> list[tuple[str, str]]:
    """Why a trial cannot be held: pairs of the key at fault and the reason; [] when it can."""
    found = _beyond_horizon(plan) + _too_many_trials(plan)
    if MONTHS_PER_YEAR % plan.period_months and not plan.inside:
        found.append(
            ("period_months", f"period_months is {plan.period_months}, but must divide a year: 1, 2, 3, 4, 6 or 12.")
        )
    for key in ("baseline_months", "roll_in_months", "follow_up_months", "stagger_months"):
        if getattr(plan, key) % plan.period_months and not plan.inside:
            found.append(
                (key, f"{key} is {getattr(plan, key)}, but must be a multiple of period_months ({plan.period_months}).")
            )
    return found if plan.inside else found + _impossible_clusters(plan) + _impossible_months(plan)


def _impossible_clusters(plan: TrialProtocol) -> list[tuple[str, str]]:
    found = []
    smallest, largest = min(plan.clusters, default=0), max(plan.clusters, default=0)
    if smallest < 4:
        found.append(
            (
                "clusters",
                f"clusters is {smallest}: a trial needs at least 4, two to an arm, or nothing can be "
                "said of the luck of which authority falls into which arm.",
            )
        )
    if "before_after" in plan.designs and (odd := [number for number in plan.clusters if number % 2]):
        found.append(("clusters", f"clusters is {odd[0]}, but before_after compares pairs: an even number is needed."))
    if "stepped_wedge" in plan.designs and plan.steps > smallest:
        found.append(
            (
                "steps",
                f"{plan.steps} steps need at least {plan.steps} clusters, one to a step; the smallest "
                f"trial has {smallest}.",
            )
        )
    needed = max(authorities_needed(design, largest) for design in plan.designs)
    for key in ("authorities", *(("authorities_per_draw",) if plan.draws else ())):
        if getattr(plan, key) < needed:
            found.append(
                (
                    key,
                    f"{key} is {getattr(plan, key)}, but the largest trial draws from at least {needed} "
                    "(in a before-after comparison, two candidates for every comparator).",
                )
            )
    return found


def _impossible_months(plan: TrialProtocol) -> list[tuple[str, str]]:
    found = []
    with_baseline = {"parallel_baseline", "before_after"} & set(plan.designs)
    if with_baseline and not plan.baseline_months:
        names = " and ".join(sorted(with_baseline))
        found.append(("baseline_months", f"{names} need a baseline, but baseline_months is 0."))
    warmup = plan.scenarios[0].run.warmup_months
    if plan.history_months > warmup:
        found.append(
            (
                "baseline_months",
                f"baseline and recruitment look back {plan.history_months} months, but the "
                f"scenarios' warm-up has {warmup}.",
            )
        )
    return found


def _too_many_trials(plan: TrialProtocol) -> list[tuple[str, str]]:
    sizes = 1 if plan.inside else len(plan.designs) * len(plan.clusters)
    kinds = 1 if plan.inside else KINDS_OF_TRIAL
    drawn = plan.draws * plan.trials_per_draw
    if sizes * (kinds * plan.trials + drawn) <= MOST_TRIALS:
        return []
    key = "trials_per_draw" if drawn > kinds * plan.trials else "trials"
    return [
        (
            key,
            f"{sizes} designs and sizes, with {plan.trials} trials each of {kinds} kinds and {drawn} over draws, "
            f"are more than {MOST_TRIALS} trials: lower trials, trials_per_draw, draws or clusters.",
        )
    ]


def _beyond_horizon(plan: TrialProtocol) -> list[tuple[str, str]]:
    if plan.months <= plan.horizon_months:
        return []
    each = f"starts, roll-in, follow-up, and {LONGEST_FOLLOW_UP} months for each child"
    parts = "roll-in, recruitment, follow-up" if plan.inside else each
    return [
        (
            "follow_up_months",
            f"the last child is followed to month {plan.months} after the trial's start "
            f"({parts}), beyond horizon_months ({plan.horizon_months}): raise it, or shorten the "
            "trial.",
        )
    ]
