"""What analyses of cluster trials hold on made-up authorities (``tests/support/made_up_trials.py``) of known truth.

``PYTHONPATH=tests python benchmarks/trial_analyses.py [TRIALS]`` prints the tables of ``docs/trials.md``: error rate
without an effect, bias and coverage with one, power. No authority is simulated; 1,000 trials take some ten minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from sos_sim.statistics.intervals import share_interval
from sos_sim.trials.analyses import ANALYSES, analyse_trial
from sos_sim.trials.trial_data import TrialData
from support.made_up_trials import GROWING, IMMEDIATE, NONE, STRADDLING, parallel, true_mean, wedge

Made = Callable[..., TrialData]
BEFORE = 4
DESIGNS: Mapping[str, tuple[str, Made, Mapping[str, Mapping[int, float]]]] = {
    "parallel with baseline": ("parallel_baseline", parallel, {"immediate": IMMEDIATE}),
    "stepped wedge": ("stepped_wedge", wedge, {"straddling": STRADDLING, "growing": GROWING}),
    f"stepped wedge, {BEFORE} half-years of records before": (
        "stepped_wedge",
        partial(wedge, before=BEFORE),
        {"straddling": STRADDLING, "growing": GROWING},
    ),
}
SIZES = (10, 20)
UNCORRECTED = ("mixed_model", "mixed_model_phase")


def main(trials: int) -> None:
    """Print a table a design."""
    for title, (design, made, effects) in DESIGNS.items():
        shown = [name for name, one in ANALYSES.items() if one.corrected or name in UNCORRECTED]
        names = [name for name in shown if design in ANALYSES[name].designs]
        print(f"\n### {title}: {trials} trials a cell\n")
        heads = [f"{what}, {size}" for what in ("error rate", *effects) for size in SIZES]
        print(f"| analysis | {' | '.join(heads)} |\n| --- |{' --- |' * len(heads)}")
        columns = [_held(names, made, size, effect, trials) for effect in (NONE, *effects.values()) for size in SIZES]
        for name in names:
            print(f"| {name.replace('_', ' ')} | {' | '.join(column[name] for column in columns)} |", flush=True)


def _held(names: list[str], made: Made, size: int, effect: Mapping[int, float], trials: int) -> dict[str, str]:
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in names}
    for seed in range(trials):
        data = made(seed, size, effect)
        truth = true_mean(data, effect)
        for name in names:
            one = analyse_trial(name, data)
            found[name].append((one.p < 0.05, one.low <= truth <= one.high, 100.0 * (one.estimate - truth)))
    return {name: _said(np.array(rows, dtype=float), bool(effect)) for name, rows in found.items()}


def _said(rows: np.ndarray, effect: bool) -> str:
    """Error rate with Wilson's interval; with an effect bias in points, coverage and power."""
    rejected, covered, bias = rows.T
    if not effect:
        low, high = share_interval(int(rejected.sum()), len(rows))
        return f"{rejected.mean():.1%} ({100 * low:.1f}-{100 * high:.1f})"
    return f"bias {np.nanmean(bias):+.2f}, covers {covered.mean():.0%}, power {rejected.mean():.0%}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
