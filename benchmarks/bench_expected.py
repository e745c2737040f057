"""How much less paired effects vary when chances are counted in place of events, with and without a control."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sos_sim.files.scenario import load_scenario
from sos_sim.outcomes.expected import COUNTED, EXPECTED
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measuring import Window
from sos_sim.runs.arms import SimulatedArms
from sos_sim.statistics.control import controlled

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
SEEDS, CHILDREN = 20, 30_000


def test_variance_ratios(figure: Any) -> None:
    """Usual practice and the supported programme; the level's mean is taken from as many seeds again."""
    names = ("base", "sos_supported")
    pair = SimulatedArms(tuple(load_scenario(SCENARIOS / f"{name}.yaml") for name in names), tuple(EXPECTED))
    read = np.array([[outcomes(*lived) for lived in pair.live({"children": CHILDREN}, seed)] for seed in range(SEEDS)])
    usual = SimulatedArms(pair.arms[:1], tuple(EXPECTED))
    means = np.mean([usual({"children": CHILDREN}, seed) for seed in range(SEEDS, 2 * SEEDS)], axis=0)
    for place, name in enumerate(EXPECTED):
        expected, counted = (read[:, 1, place] - read[:, 0, place]).T
        held = controlled(expected, read[:, 0, place, 0], means[place])
        once, twice = counted.var(ddof=1) / expected.var(ddof=1), counted.var(ddof=1) / held.var(ddof=1)
        apart = (expected - counted).mean() / ((expected - counted).std(ddof=1) / SEEDS**0.5)
        label = name.replace("_expected", "")
        figure(f"{label}: variance, events over expected", f"{once:.1f} times", "above 1")
        figure(f"{label}: the same with a control", f"{twice:.1f} times", "as above or more")
        figure(f"{label}: effects differ by", f"{apart:.1f} se", "within 3")


def outcomes(arm: Any, run: Any) -> list[tuple[float, float]]:
    """Every outcome as expected and as counted."""
    birth = run.state.children["birth"].astype(np.int64)
    histories = Histories(run.events, run.monthly, birth, run.setting.months, run.expected)
    window = Window(arm.run.warmup_months, run.setting.months, run.setting.parameters)
    return [(EXPECTED[name].value(histories, window), COUNTED[name](histories, window)) for name in EXPECTED]
