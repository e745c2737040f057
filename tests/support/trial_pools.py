"""Pools of made-up authorities with known effects, for tests of trials: nothing is simulated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import stats

from sos_sim.core.luck import mix, uniform
from sos_sim.files.scenario import load_scenario
from sos_sim.trials.analyses import ANALYSES
from sos_sim.trials.pool import OutcomePool
from sos_sim.trials.protocol import NUMBERS, TrialProtocol
from sos_sim.trials.recorded import RECORDED

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CHILDREN = 800.0


def a_plan(**changes: object) -> TrialProtocol:
    """A parallel trial with baseline, at the declared numbers, with changes."""
    scenarios = (load_scenario(SCENARIOS / "base.yaml"), load_scenario(SCENARIOS / "sos_supported.yaml"))
    numbers = {name: number.default for name, number in NUMBERS.items()}
    plan = TrialProtocol(
        "made up",
        "",
        scenarios,
        ("parallel_baseline",),
        (10,),
        "looked_after_18m",
        ("looked_after_18m",),
        tuple(ANALYSES),
        "keep",
        **numbers,
    )
    return replace(plan, **changes)


def a_pool(
    plan: TrialProtocol, effect: float, authorities: int = 60, draws: tuple[int, ...] = (-1,), noise: float = 0.008
) -> OutcomePool:
    """Authorities whose shares differ (sd 0.02 about 0.1) and move, by ``noise`` from one period to the next.

    A programme adds ``effect`` from its start on, to children who enter from then on.
    """
    history = -(-plan.history_months // plan.period_months)
    periods = plan.observed_months // plan.period_months
    shape = (authorities * len(draws), 1 + len(plan.starts), history + periods)
    level = 0.1 + 0.02 * _normals(authorities * len(draws), 1)[:, None]
    moves = noise * _normals(shape[0] * shape[2], 2).reshape(shape[0], shape[2])
    usual = np.clip(level + moves, 0.01, 0.5)
    since = np.arange(shape[2]) - history
    started = np.array([np.zeros(shape[2], bool), *(since >= start // plan.period_months for start in plan.starts)])
    share = usual[:, None, :] + effect * started[None, :, :]
    size = np.full(shape, CHILDREN)
    names = list(RECORDED)
    sizes = dict.fromkeys(names, size) | {"care_starts": size * np.linspace(0.5, 2.0, shape[0])[:, None, None]}
    return OutcomePool(
        plan.starts,
        plan.period_months,
        history,
        {name: share * sizes[name] for name in names},
        sizes,
        np.tile(np.arange(shape[1], dtype=float)[None, :, None] * 1e5, (shape[0], 1, 2)),
        np.repeat(np.array(draws), authorities),
    )


def _normals(number: int, what: int) -> np.ndarray:
    return np.array([stats.norm.ppf(uniform(mix(7, place), mix(what, 0))) for place in range(number)])
