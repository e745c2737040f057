"""Virtual trials as rows of a run table: each is held once, and every analysis says what it finds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from sos_sim.core.luck import mix
from sos_sim.core.parameters import Value
from sos_sim.runs.trial_plan import Design, TrialPlan
from sos_sim.studies.trials.analyses import ANALYSES, analyse
from sos_sim.studies.trials.pool import Pool
from sos_sim.studies.trials.schedules import schedule, trial_data

AS_ASSUMED, NONE = "as assumed", "none"
"""What the programme does in a virtual trial: as the scenario assumes, or nothing (usual practice in both arms)."""
OWN: Final = -1
"""The draw that stands for the scenarios' own parameters."""
HOW_OFTEN: Final = ("trials", "trials_per_draw")
PARTS: Final = ("estimate", "error", "p", "low", "high")


@dataclass(frozen=True)
class VirtualTrials:
    """Evaluates one virtual trial, named by design, clusters, effect, draw and number.

    The primary outcome is analysed by every analysis that fits the design, others by the design's lead
    analysis. Outputs are ``OUTCOME:ANALYSIS:PART`` (NaN where it does not fit or cannot be made) and
    ``children``: those counted in the primary outcome.
    """

    plan: TrialPlan
    pool: Pool

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names in the order of the numbers."""
        return (*(f"{outcome}:{name}:{part}" for outcome, name in self._pairs for part in PARTS), "children")

    def identity(self) -> Mapping[str, Any]:
        """The trial's plan but for how often it is held, and a digest of the authorities it draws from."""
        held_alike = {name: value for name, value in self.plan.content().items() if name not in HOW_OFTEN}
        return {"plan": held_alike, "pool": self._digest}

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """What every analysis finds in one virtual trial."""
        design: Any = values["design"]
        pool = self._pools[int(values["draw"])]
        seed = mix(mix(self.plan.seed, int(values["trial"])), replicate)
        held = schedule(self.plan, pool, design, int(values["clusters"]), seed)
        data = {
            outcome: trial_data(self.plan, pool, design, held, outcome, values["effect"] == AS_ASSUMED)
            for outcome in self.plan.outcomes
        }
        numbers: list[float] = []
        for outcome, name in self._pairs:
            if self._asked(outcome, name, design, int(values["draw"])):
                found = analyse(name, data[outcome])._asdict()
                numbers += [float(found[part]) for part in PARTS]
            else:
                numbers += [float("nan")] * len(PARTS)
        return [*numbers, float(data[self.plan.primary].size.sum())]

    def _asked(self, outcome: str, name: str, design: Design, draw: int) -> bool:
        if draw == OWN and outcome == self.plan.primary:
            return design in ANALYSES[name].designs
        return name == lead_analysis(self.plan, design)

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        leads = list(dict.fromkeys(lead_analysis(self.plan, design) for design in self.plan.designs))
        return [
            (outcome, name) for outcome in self.plan.outcomes
            for name in (self.plan.analyses if outcome == self.plan.primary else leads)
        ]

    @cached_property
    def _pools(self) -> dict[int, Pool]:
        return {int(draw): self.pool.of_draw(int(draw)) for draw in np.unique(self.pool.draw)}

    @cached_property
    def _digest(self) -> str:
        digest = hashlib.sha256(self.pool.draw.tobytes())
        for table in (self.pool.count, self.pool.size):
            for name in sorted(table):
                digest.update(table[name].tobytes())
        return digest.hexdigest()[:20]


def lead_analysis(plan: TrialPlan, design: Design) -> str:
    """The analysis by which a design is judged: the last of its corrected ones that uses most of what was seen.

    A baseline is adjusted for where there is one; a stepped wedge takes the mixed model.
    """
    for name in ("cluster_summary_adjusted", "cluster_summary", "mixed_model"):
        preferred = "difference_in_differences" if design == "before_after" else name
        if preferred in plan.analyses and design in ANALYSES[preferred].designs:
            return preferred
    return next(name for name in plan.analyses if design in ANALYSES[name].designs)


def trials_of(plan: TrialPlan, draws: int) -> list[dict[str, Value]]:
    """Points: every design and size, with and without an effect; then those of each draw, with the effect."""
    sizes = [(design, clusters) for design in plan.designs for clusters in plan.clusters]
    own: list[dict[str, Value]] = [
        {"design": design, "clusters": clusters, "effect": effect, "draw": OWN, "trial": trial}
        for design, clusters in sizes for effect in (AS_ASSUMED, NONE) for trial in range(plan.trials)
    ]
    drawn: list[dict[str, Value]] = [
        {"design": design, "clusters": clusters, "effect": AS_ASSUMED, "draw": draw, "trial": trial}
        for design, clusters in sizes for draw in range(draws) for trial in range(plan.trials_per_draw)
    ]
    return own + drawn


def wanted(plan: TrialPlan, design: Design) -> Sequence[tuple[str, str]]:
    """Pairs of outcome and analysis that a design is asked for at the scenarios' own parameters."""
    fitting = [name for name in plan.analyses if design in ANALYSES[name].designs]
    lead = lead_analysis(plan, design)
    return [(plan.primary, name) for name in fitting] + [
        (outcome, lead) for outcome in plan.outcomes if outcome != plan.primary
    ]
