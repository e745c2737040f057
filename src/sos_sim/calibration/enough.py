"""Whether what a calibration simulates is large and long enough for its figures to be computed at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from sos_sim.evidence.targets import Target
from sos_sim.files.scenario import Scenario

FEWEST_CHILDREN: Final = 20_000
"""Of 12 draws of England's posterior, two seeds each, 12 had a figure without a value at 2,000 children, 7 at 3,000,
3 at 5,000, 2 at 10,000 and none at 20,000."""
RARE: Final = frozenset(
    {
        "reentry_after_home_2y",
        "reentry_after_home_6y",
        "reentry_after_sgo_5y",
        "sd_dlog_cla_starts",
        "sd_dlog_cla_stock",
        "sd_dlog_cpp_stock",
    }
)
"""Measures that went without a value there: of few children, or of years that may have none."""
BETWEEN_YEARS: Final = "sd_dlog_"
"""How the names of measures begin that tell how one year differs from the next."""
FEWEST_MONTHS: Final = 36
"""Two changes from year to year; with 24 months no such measure has a value."""


class Shortage(NamedTuple):
    """The path of a scenario whose value is too small, and the sentence that says so and what would do."""

    path: str
    said: str


def shortages(scenario: Scenario, targets: Iterable[Target]) -> Iterator[Shortage]:
    """What is too small for these figures; trials of a wave would fail by it, one after the other."""
    measures = sorted({measure for target in targets for measure in target.measures})
    children, months = int(scenario.values["children"]), scenario.run.months
    rare = [measure for measure in measures if measure in RARE]
    if rare and children < FEWEST_CHILDREN:
        yield Shortage(
            "authority.children",
            f"{children:,} children are too few for {_listed(rare)}: in many runs nobody is counted there, and trials "
            f"without a figure fail. Write children: {FEWEST_CHILDREN} or more in the study, whatever the place: "
            "figures are rates and shares, of which size changes the luck and not the mean.",
        )
    between = [measure for measure in measures if measure.startswith(BETWEEN_YEARS)]
    if between and months < FEWEST_MONTHS:
        yield Shortage(
            "run.months",
            f"run.months is {months}, too short for {_listed(between)}: they compare years, and trials without a "
            f"figure fail. Write months: {FEWEST_MONTHS} or more in the scenario.",
        )


def thin_waves(waves: Sequence[int], parameters: int) -> str:
    """What to expect of waves with fewer trials than parameters vary, and what would do; '' where they have enough.

    Seen with two waves of 64 trials about England's posterior, 219 parameters, 20,000 children and 16 reference seeds.
    """
    if min(waves) >= parameters:
        return ""
    return (
        f"Waves of {', '.join(map(str, waves))} trials are few for {parameters} parameters: when two waves of 64 were "
        "tried for 219, one draw had all the weight, and 18 of 79 figures came within a tolerance. No fewer trials "
        "than parameters, and corrections, would do: waves: [256, 256] with corrections: [200, 200], as in "
        "calibrate_local."
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more figures" if len(names) > 3 else shown
