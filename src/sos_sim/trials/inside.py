"""Trials inside one authority: families or workers drawn by lot, with what spills over between the arms.

Every trial is lived three times with the same luck: nobody is offered the programme, those drawn are, everybody
is. So what the trial finds stands beside the true effect of offering it to all, and beside what reached those
who were not drawn.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np

from sos_sim.agents.teams import number_of_posts
from sos_sim.core.errors import InputError, did_you_mean
from sos_sim.core.parameters import Value
from sos_sim.files.comparable import check_comparable
from sos_sim.files.scenario import Scenario
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.offers import is_drawn
from sos_sim.model.programmes import Rollout, moment_of
from sos_sim.outcomes.histories import Months
from sos_sim.runs.arms import SimulatedArms
from sos_sim.runs.rows import inputs
from sos_sim.runs.simulate import branch_from, past_of, run_past
from sos_sim.statistics.intervals import Bools, Whole
from sos_sim.theory.levers import WHO
from sos_sim.trials.analyses import analyse_trial
from sos_sim.trials.enrolment import FOLLOWED, Enrolled, EnrolledCohort, enrol, read_outcomes
from sos_sim.trials.trial_data import Finding, TrialData

Unit = Literal["families", "workers"]
LEVER: Final[Mapping[str, str]] = {"families": "offered_families", "workers": "offered_posts"}
ANALYSES_INSIDE: Final = ("children_clustered", "cluster_summary", "children_alone")
"""How such a trial is analysed; the last ignores that children of a family or worker are alike."""
NONE: Final = "none"
"""What outputs begin with when nobody is offered the programme, so that every effect found is an error."""
COUNTS: Final = (
    "children_offered",
    "children_usual",
    "clusters_offered",
    "clusters_usual",
    "events_offered",
    "events_usual",
)
TRUTHS: Final = ("true_all", "true_offered", "true_spilled")
"""Differences in risk from usual practice, over all who could take part: of everybody when all are offered the
programme; of those drawn, and of those not drawn, when it is offered by lot. A trial estimates the second less the
third."""
FUNNEL: Final = ("families_referred", "families_eligible", "families_taking_part", "families_followed")


class _Lived(NamedTuple):
    """Who could take part in one of the three lives, in which arm (drawn or not) and cluster, and what came of it."""

    enrolled: Enrolled
    drawn: Bools
    cluster: Whole
    cohorts: dict[str, EnrolledCohort]


@dataclass(frozen=True)
class InsideTrial:
    """Evaluates one virtual trial inside an authority, all numbers as in ``outputs``.

    ``scenarios`` are usual practice and the intervention. From the intervention's start a share ``offered`` of
    families or workers (``unit``), drawn by lot, is offered it; after ``roll_in_months`` families newly referred
    enter for ``recruit_months``, of whom a share ``recruited`` agrees (131 of 284 in Forrester et al. 2018,
    Children and Youth Services Review 88:180); their children are followed for ``follow_up_months`` each.
    Families have the arm of their own lot, or that of the worker to whom they were allocated at referral.
    Raises InputError for a trial that cannot be held.
    """

    scenarios: tuple[Scenario, Scenario]
    unit: Unit
    offered: float = 0.5
    roll_in_months: int = 12
    recruit_months: int = 12
    follow_up_months: int = 24
    recruited: float = 0.46
    outcomes: tuple[str, ...] = tuple(FOLLOWED)

    def __post_init__(self) -> None:
        check_comparable(self.scenarios)
        self._check_shares()
        self._check_outcomes()
        self._check_programmes()
        self._check_months()

    @property
    def outputs(self) -> tuple[str, ...]:
        """``OUTCOME:ANALYSIS:PART`` with the parts of a ``Finding``, the same after ``none:``; then
        ``OUTCOME:WHAT`` with ``COUNTS`` and ``TRUTHS`` (shares), and ``FUNNEL``.

        Counts and findings are of children who take part and whom the whole follow-up sees.
        """
        findings = [
            f"{outcome}:{analysis}:{part}"
            for outcome in self.outcomes
            for analysis in ANALYSES_INSIDE
            for part in Finding._fields
        ]
        told = [f"{outcome}:{what}" for outcome in self.outcomes for what in (*COUNTS, *TRUTHS)]
        return (*findings, *(f"{NONE}:{name}" for name in findings), *told, *FUNNEL)

    def identity(self) -> Mapping[str, Any]:
        """What determines the numbers besides values and luck."""
        return {
            "arms": {arm.name: inputs(arm) for arm in self.scenarios},
            "unit": self.unit,
            "offered": self.offered,
            "roll_in_months": self.roll_in_months,
            "recruit_months": self.recruit_months,
            "follow_up_months": self.follow_up_months,
            "recruited": self.recruited,
            "outcomes": list(self.outcomes),
        }

    def refuse(self, values: Mapping[str, Value]) -> None:
        """Raise InputError for values that scenarios refuse, and for fewer than two workers to draw from."""
        for arm in self._arms(values):
            posts = number_of_posts(arm.parameters().authority)
            if self.unit == "workers" and posts < 2:
                raise InputError(f"{arm.name} has {posts} post; a trial of workers draws from at least 2.")

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """All numbers of one trial. Raises ModelError when a self-check of the model fails."""
        usual, intervention = self._arms(values)
        pasts: dict[Hashable, CompiledRun] = {}
        nobody, by_lot, everybody = (
            self._live(scenario, pasts, replicate) for scenario in (usual, self._by_lot(intervention), intervention)
        )
        found = _funnel(by_lot.enrolled)
        for outcome in self.outcomes:
            found |= {f"{outcome}:{name}": value for name, value in _analysed(by_lot, outcome).items()}
            found |= {f"{NONE}:{outcome}:{name}": value for name, value in _analysed(nobody, outcome).items()}
            found |= {f"{outcome}:{name}": value for name, value in _truths(nobody, by_lot, everybody, outcome).items()}
        return [found[name] for name in self.outputs]

    def _arms(self, values: Mapping[str, Value]) -> list[Scenario]:
        return SimulatedArms(self.scenarios, ()).scenarios(values)

    def _by_lot(self, intervention: Scenario) -> Scenario:
        """The intervention, from its start on offered to a share only."""
        lot = {LEVER[self.unit]: self.offered}
        drawn = tuple(plan._replace(levers={**plan.levers, **lot}) for plan in intervention.programmes)
        return replace(intervention, programmes=drawn)

    def _live(self, scenario: Scenario, pasts: dict[Hashable, CompiledRun], replicate: int) -> _Lived:
        """One of the three lives, from the shared past to the end of the last child's follow-up."""
        shared = past_of(scenario)
        if shared not in pasts:
            pasts[shared] = run_past(scenario, replicate)
        run = branch_from(pasts[shared], scenario)
        first = scenario.run.warmup_months + self._first
        enrolled = enrol(run, first, self.recruit_months, self.follow_up_months, self.recruited)
        run.advance(self.follow_up_months)
        cluster = enrolled.family if self.unit == "families" else enrolled.post
        units = run.state.families if self.unit == "families" else run.state.workers
        lots: Any = is_drawn
        drawn = lots(units["luck"][cluster], self.offered, moment_of())
        return _Lived(enrolled, drawn, cluster, read_outcomes(self.outcomes, run, enrolled, self.follow_up_months))

    @property
    def _first(self) -> int:
        """Month after the warm-up in which the first family enters."""
        return _start(self.scenarios[1]) + self.roll_in_months

    def _check_shares(self) -> None:
        if self.unit not in get_args(Unit):
            raise InputError(f"a trial inside an authority cannot draw {self.unit!r}; allowed: families, workers.")
        if not 0.0 < self.offered < 1.0:
            raise InputError(f"offered is {self.offered:g}; it must lie between 0 and 1: both arms need somebody.")
        if not 0.0 < self.recruited <= 1.0:
            raise InputError(f"recruited is {self.recruited:g}; it must be above 0 and at most 1.")

    def _check_outcomes(self) -> None:
        if not self.outcomes:
            raise InputError("a trial needs at least one outcome.")
        for name in self.outcomes:
            if name not in FOLLOWED:
                raise InputError(f"no outcome inside an authority is called {name!r}.{did_you_mean(name, FOLLOWED)}")
            if self.follow_up_months < FOLLOWED[name].months:
                raise InputError(
                    f"{name} needs {FOLLOWED[name].months} months of follow-up; follow_up_months is "
                    f"{self.follow_up_months}."
                )

    def _check_programmes(self) -> None:
        usual, intervention = self.scenarios
        if not intervention.programmes:
            raise InputError(f"{intervention.name} has no programme, so there is nothing to offer.")
        for arm in (usual, intervention):
            for lever in WHO:
                if any(lever in plan.levers for plan in arm.programmes):
                    raise InputError(f"{arm.name} sets {lever}; leave it out, this trial draws its own lots.")
            if any(plan.reach != Rollout() for plan in arm.programmes):
                raise InputError(f"{arm.name} sets reach or teams; leave them out, this trial draws its own lots.")

    def _check_months(self) -> None:
        if self.recruit_months < 1 or self.roll_in_months < 0:
            raise InputError(
                f"recruit_months is {self.recruit_months} and roll_in_months {self.roll_in_months}; they must be at "
                "least 1 and 0."
            )
        needed, horizon = self._first + self.recruit_months + self.follow_up_months, self.scenarios[0].run.months
        if needed > horizon:
            raise InputError(
                f"the last child is followed to month {needed} (start {_start(self.scenarios[1])}, roll-in "
                f"{self.roll_in_months}, recruitment {self.recruit_months}, follow-up {self.follow_up_months}), but "
                f"the scenarios end in month {horizon}: raise run.months, or shorten the trial."
            )


def _start(intervention: Scenario) -> int:
    """Month after the warm-up in which the first programme starts."""
    return min(plan.start_month for plan in intervention.programmes)


def _analysed(lived: _Lived, outcome: str) -> dict[str, float]:
    """Findings of all analyses, and counts, in those who take part."""
    at_risk, reached = lived.cohorts[outcome]
    seen = at_risk & lived.enrolled.takes_part
    clusters, place = np.unique(lived.cluster[seen], return_inverse=True)
    arm = np.zeros(len(clusters), dtype=np.int64)
    arm[place] = lived.drawn[seen]
    count, size = (
        np.bincount(place, children, len(clusters)).astype(float) for children in (reached[seen], np.ones(len(place)))
    )
    data = TrialData(
        np.arange(len(clusters)),
        np.zeros(len(clusters), dtype=np.int64),
        arm.astype(float),
        count,
        size,
        arm,
        np.zeros(len(clusters), dtype=bool),
        arm,
    )
    found = {
        f"{name}:{part}": value
        for name in ANALYSES_INSIDE
        for part, value in analyse_trial(name, data)._asdict().items()
    }
    for number, name in ((1, "offered"), (0, "usual")):
        here = arm == number
        found |= {
            f"children_{name}": float(size[here].sum()),
            f"clusters_{name}": float(here.sum()),
            f"events_{name}": float(count[here].sum()),
        }
    return found


def _truths(nobody: _Lived, by_lot: _Lived, everybody: _Lived, outcome: str) -> dict[str, float]:
    """True differences in risk, over all who could take part.

    Those by lot are of the same children in both lives, whichever worker they meet in the other.
    """
    found = {"true_all": _risk(everybody, outcome) - _risk(nobody, outcome)}
    for name, drawn in (("true_offered", True), ("true_spilled", False)):
        children = np.intersect1d(by_lot.enrolled.child[by_lot.drawn == drawn], nobody.enrolled.child)
        found[name] = _risk(by_lot, outcome, children) - _risk(nobody, outcome, children)
    return found


def _risk(lived: _Lived, outcome: str, children: Months | None = None) -> float:
    """Share that reached the outcome, of all or of some children; NaN where nobody was at risk."""
    at_risk, reached = lived.cohorts[outcome]
    here = at_risk if children is None else at_risk & np.isin(lived.enrolled.child, children)
    return float(reached[here].mean()) if here.any() else float("nan")


def _funnel(enrolled: Enrolled) -> dict[str, float]:
    """Families that are left at each step of recruitment."""
    takes_part = enrolled.takes_part
    steps = [np.ones_like(takes_part), takes_part, takes_part & enrolled.followed]
    numbers = [enrolled.referred, *(len(np.unique(enrolled.family[step])) for step in steps)]
    return dict(zip(FUNNEL, map(float, numbers), strict=True))
