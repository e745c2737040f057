"""All published studies held at one draw: one past, usual practice, and every programme with the same luck."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from sos_sim.core.parameters import Value
from sos_sim.files.programmes import ScheduledProgramme
from sos_sim.files.scenario import Scenario
from sos_sim.runs.rows import inputs
from sos_sim.runs.simulate import branch_from, run_past
from sos_sim.synthesis.lives import Cohort, ObservedLife, cohort_of, observe
from sos_sim.synthesis.readings import ENTRY, READINGS, Seen
from sos_sim.synthesis.studies import HeldOutcome, HeldStudy, studies_digest

NOBODY: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class HeldStudies:
    """Evaluates what every outcome of every study would be at a draw; outputs are called ``STUDY:OUTCOME``.

    ``scenario`` is usual practice, long enough for the longest study. Families are not drawn by lot: the whole
    authority is lived without and with each programme under the same luck, and the children who enter in both lives
    are compared, so that luck is the only thing that a trial of any size would add.
    """

    scenario: Scenario
    studies: tuple[HeldStudy, ...]

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names in the order of the numbers."""
        return tuple(f"{study.id}:{outcome.id}" for study in self.studies for outcome in study.outcomes)

    def identity(self) -> Mapping[str, Any]:
        """The resolved scenario, and a digest of the studies."""
        return {"scenario": inputs(self.scenario), "studies": studies_digest(self.studies)}

    @cached_property
    def _by_arm(self) -> dict[str, list[HeldStudy]]:
        """Studies by the life that is theirs; in usual practice all are."""
        held = [study for study in self.studies if study.outcomes]
        arms = dict.fromkeys(study.arm for study in held if study.arm != _USUAL)
        return {_USUAL: held, **{arm: [study for study in held if study.arm == arm] for arm in arms}}

    def refuse(self, values: Mapping[str, Value]) -> None:
        """Raise ScenarioError for values that the scenario refuses."""
        self.scenario.drawn(values)

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """Every outcome in one replicate; NaN where nobody was there to be counted."""
        usual = self.scenario.drawn(values)
        past = run_past(usual, replicate)
        lives = {
            arm: observe(
                branch_from(past, _with_programme(usual, held[0]) if arm != _USUAL else usual), *_asked_of(held)
            )
            for arm, held in self._by_arm.items()
        }
        return [
            READINGS[outcome.reading].value(_seen(study, outcome, lives[_USUAL], lives[study.arm]))
            for study in self.studies
            for outcome in study.outcomes
        ]


_USUAL: Final = json.dumps([{}, {}])


def months_needed(studies: Sequence[HeldStudy]) -> int:
    """Months after the warm-up that the longest study needs."""
    return max(study.last_month for study in studies) + 1


def _asked_of(studies: Sequence[HeldStudy]) -> tuple[int, bool]:
    """How many months of a life its studies need, and whether any looks at fields of families or workers."""
    traced = any(READINGS[outcome.reading].traced for study in studies for outcome in study.outcomes)
    return months_needed(studies), traced


def _with_programme(usual: Scenario, study: HeldStudy) -> Scenario:
    """The same authority with the study's programme from month 0."""
    changed = usual.with_values(**study.theory) if study.theory else usual
    plan = ScheduledProgramme(study.id, 0, None, study.programme)
    return replace(changed, programmes=(plan,)) if study.programme else changed


def _seen(study: HeldStudy, outcome: HeldOutcome, usual: ObservedLife, programme: ObservedLife) -> Seen:
    first = usual.first + study.roll_in_months
    entry = ENTRY.get(study.eligible)
    lives = [usual] if programme is usual else [usual, programme]
    cohort = (
        Cohort(NOBODY, NOBODY, NOBODY)
        if entry is None
        else cohort_of(lives, entry, study.roll_in_months, study.recruit_months)
    )
    return Seen(usual, programme, cohort, outcome.months, first, first + study.recruit_months)
