"""Virtual trials as rows of a run table: each is held once, and every analysis says what it finds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from sos_sim.core.luck import mix
from sos_sim.core.parameters import Value
from sos_sim.trials.analyses import ANALYSES, analyse_trial
from sos_sim.trials.pool import OutcomePool
from sos_sim.trials.protocol import Design, TrialProtocol
from sos_sim.trials.schedules import schedule, trial_data

AS_ASSUMED, NONE = "as assumed", "none"
"""What the programme does in a virtual trial: as the scenario assumes, or nothing (usual practice in both arms)."""
OWN: Final = -1
"""The draw that stands for the scenarios' own parameters."""
SIZES: Final = ("all", "smaller", "larger")
_ANALYSING: Final = (
    "analyses",
    "correlations",
    "covariances",
    "models",
    "panels",
    "schedules",
    "summaries",
    "trial_data",
    "virtual",
)
"""Files whose code a virtual trial's numbers hang on, besides those of the model."""
HOW_OFTEN: Final = ("trials", "trials_per_draw")
PARTS: Final = ("estimate", "error", "p", "low", "high")
_LEADING: Final = ("cluster_summary_adjusted", "cluster_summary", "exposure_time", "mixed_model_robust")


@dataclass(frozen=True)
class VirtualTrials:
    """Evaluates one virtual trial, named by design, clusters, effect, draw, size, follow_up_months and number.

    ``size`` says from which authorities clusters come: "all", or the "smaller" or "larger" half by children. Where
    these and the follow-up are the plan's own, the primary outcome is analysed by every analysis that fits the
    design and others by its lead analysis; where they vary, the lead analysis of the primary outcome alone. Outputs are
    ``OUTCOME:ANALYSIS:PART`` (NaN where it does not fit or cannot be made) and ``children``: those counted in
    the primary outcome.
    """

    plan: TrialProtocol
    pool: OutcomePool

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names in the order of the numbers."""
        return (*(f"{outcome}:{name}:{part}" for outcome, name in self._pairs for part in PARTS), "children")

    def identity(self) -> Mapping[str, Any]:
        """The plan but for how often it is held, a digest of the authorities it draws from, the code of analyses."""
        return {"plan": held_alike(self.plan), "pool": self._digest, "analyses": analyses_hash()}

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """What every analysis finds in one virtual trial."""
        design: Any = values["design"]
        plan = replace(self.plan, follow_up_months=int(values["follow_up_months"]))
        pool = self._pools[int(values["draw"]), str(values["size"])]
        seed = mix(mix(plan.seed, int(values["trial"])), 1 + int(values["draw"]))
        held = schedule(plan, pool, design, int(values["clusters"]), seed)
        data = {
            outcome: trial_data(plan, pool, design, held, outcome, values["effect"] == AS_ASSUMED)
            for outcome in plan.outcomes
        }
        numbers: list[float] = []
        for outcome, name in self._pairs:
            if self._asked(outcome, name, values):
                found = analyse_trial(name, data[outcome])._asdict()
                numbers += [float(found[part]) for part in PARTS]
            else:
                numbers += [float("nan")] * len(PARTS)
        return [*numbers, float(data[plan.primary].size.sum())]

    def _asked(self, outcome: str, name: str, values: Mapping[str, Value]) -> bool:
        design: Any = values["design"]
        if is_main(self.plan, values) and outcome == self.plan.primary:
            return design in ANALYSES[name].designs
        varied = values["draw"] == OWN and not is_main(self.plan, values)
        return name == lead_analysis(self.plan, design) and (outcome == self.plan.primary or not varied)

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        leads = list(dict.fromkeys(lead_analysis(self.plan, design) for design in self.plan.designs))
        return [
            (outcome, name)
            for outcome in self.plan.outcomes
            for name in (self.plan.analyses if outcome == self.plan.primary else leads)
        ]

    @cached_property
    def _pools(self) -> dict[tuple[int, str], OutcomePool]:
        by_draw = {int(draw): self.pool.of_draw(int(draw)) for draw in np.unique(self.pool.draw)}
        return {(draw, size): pool.of_size(size) for draw, pool in by_draw.items() for size in SIZES}

    @cached_property
    def _digest(self) -> str:
        digest = hashlib.sha256(self.pool.draw.tobytes())
        for table in (self.pool.count, self.pool.size):
            for name in sorted(table):
                digest.update(table[name].tobytes())
        return digest.hexdigest()[:20]


@cache
def analyses_hash() -> str:
    """Identity of the code that makes data of authorities' lives and analyses them: rows of another one are no use."""
    digest = hashlib.sha256()
    for name in _ANALYSING:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def held_alike(plan: TrialProtocol) -> dict[str, Any]:
    """What determines a virtual trial besides the authorities: the plan, but for how often it is held."""
    return {name: value for name, value in plan.content().items() if name not in HOW_OFTEN}


def lead_analysis(plan: TrialProtocol, design: Design) -> str:
    """The analysis by which a design is judged: of those that fit it, the one that comes first in ``_LEADING``.

    A baseline is adjusted for where there is one; matched comparisons take changes from it, and a stepped wedge effects
    by exposure, which alone are without bias where an effect grows or children are followed past a start. Without any
    of them it is a corrected one, if there is one.
    """
    fitting = [name for name in plan.analyses if design in ANALYSES[name].designs]
    leading = ("difference_in_differences", *_LEADING) if design == "before_after" else _LEADING
    ranked: list[str] = [*leading, *(name for name in fitting if ANALYSES[name].corrected), *fitting]
    return next(name for name in ranked if name in fitting)


def is_main(plan: TrialProtocol, values: Mapping[str, Value]) -> bool:
    """Whether a trial is of the plan's own parameters, authorities and follow-up."""
    own = (OWN, SIZES[0], plan.follow_up_months)
    return own == (values["draw"], values["size"], values["follow_up_months"])


def trials_of(plan: TrialProtocol, draws: int) -> list[dict[str, Value]]:
    """Points: every design and number of clusters, with and without an effect; then, with it, those of each draw.

    At the end those with shorter follow-up (quarters of the plan's), and from smaller or larger authorities.
    """
    sizes = [(design, clusters) for design in plan.designs for clusters in plan.clusters]
    usual: dict[str, Value] = {"draw": OWN, "size": SIZES[0], "follow_up_months": plan.follow_up_months}
    kinds: list[tuple[dict[str, Value], int]] = [
        ({**usual, "effect": AS_ASSUMED}, plan.trials),
        ({**usual, "effect": NONE}, plan.trials),
    ]
    kinds += [({**usual, "effect": AS_ASSUMED, "draw": draw}, plan.trials_per_draw) for draw in range(draws)]
    kinds += [({**usual, "effect": AS_ASSUMED, **other}, plan.trials) for other in _variations(plan)]
    return [
        {"design": design, "clusters": clusters, **kind, "trial": trial}
        for kind, trials in kinds
        for design, clusters in sizes
        for trial in range(trials)
        if kind["size"] == SIZES[0] or clusters <= plan.authorities // 3
    ]


def _variations(plan: TrialProtocol) -> list[dict[str, Value]]:
    shorter = {plan.follow_up_months * part // 4 // plan.period_months * plan.period_months for part in (1, 2, 3)}
    months: list[dict[str, Value]] = [{"follow_up_months": found} for found in sorted(shorter)]
    return [other for other in months if other["follow_up_months"] not in (0, plan.follow_up_months)] + [
        {"size": size} for size in SIZES[1:]
    ]


def wanted(plan: TrialProtocol, design: Design) -> Sequence[tuple[str, str]]:
    """Pairs of outcome and analysis that a design is asked for at the scenarios' own parameters."""
    fitting = [name for name in plan.analyses if design in ANALYSES[name].designs]
    lead = lead_analysis(plan, design)
    return [(plan.primary, name) for name in fitting] + [
        (outcome, lead) for outcome in plan.outcomes if outcome != plan.primary
    ]
