"""Arms of a comparison evaluated at a point: parameters laid over scenarios, whole-period measures out."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sos_sim.core.errors import InputError, did_you_mean
from sos_sim.core.parameters import Value
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.files.keys import homes
from sos_sim.files.scenario import Scenario
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.paths import Path
from sos_sim.outcomes.expected import EXPECTED, READABLE
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measuring import window_of
from sos_sim.runs.rows import inputs
from sos_sim.runs.simulate import past_of, run_from, run_past


@dataclass(frozen=True)
class SimulatedArms:
    """Evaluates points by simulating every arm with the same luck; outputs are called ``ARM:MEASURE``.

    ``measures`` are read over the whole period after the warm-up, arm by arm; among them may be those from
    expected counts, for which runs then count chances. With ``by_year`` every measure is read in each whole year of
    it too, called as ``in_year`` says. A point's values replace those of every arm as in ``Scenario.with_values``;
    levers and months of programmes concern only the arms that have programmes. Raises InputError for no arms, arms of
    one name and unknown measures.
    """

    arms: tuple[Scenario, ...]
    measures: tuple[str, ...]
    by_year: bool = False

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        if not names or len(set(names)) < len(names):
            raise InputError(f"arms need names of their own; given: {', '.join(names) or 'none'}.")
        for name in self.measures:
            if name not in READABLE:
                raise InputError(f"there is no outcome measure {name!r}.{did_you_mean(name, READABLE)}")

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names ``ARM:MEASURE``, arms in order, those of years after those of the whole period."""
        return tuple(f"{arm.name}:{name}" for arm in self.arms for name in self._named(arm))

    def identity(self) -> Mapping[str, Any]:
        """The resolved inputs of every arm, and the measures."""
        years = {"by_year": True} if self.by_year else {}
        return {"arms": {arm.name: inputs(arm) for arm in self.arms}, "measures": list(self.measures), **years}

    def refuse(self, values: Mapping[str, Value]) -> None:
        """Raise ScenarioError for unknown names, values out of range and contradictions."""
        self.scenarios(values)

    def scenarios(self, values: Mapping[str, Value]) -> list[Scenario]:
        """The arms with these values laid over. Raises ScenarioError when they are not allowed."""
        no_programme = not any(arm.programmes for arm in self.arms)
        everywhere = {name: value for name, value in values.items() if homes().get(name) != "programme"}
        return [arm.with_values(**values if arm.programmes or no_programme else everywhere) for arm in self.arms]

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """All measures of all arms in one replicate."""
        return [
            number for arm, run in self.live(values, replicate) for number in self._read(run, arm.run.warmup_months)
        ]

    def live(
        self, values: Mapping[str, Value], replicate: int, traced: bool = False
    ) -> Iterator[tuple[Scenario, CompiledRun]]:
        """Every arm with its whole run in one replicate, in order; arms with the same past live it once."""
        pasts: dict[Hashable, CompiledRun] = {}
        counted = not EXPECTED.keys().isdisjoint(self.measures)
        for arm in self.scenarios(values):
            shared = past_of(arm)
            if shared not in pasts:
                pasts[shared] = run_past(arm, replicate, counted)
            for open_paths in self.open_paths(arm):
                yield arm, run_from(pasts[shared], arm, traced, open_paths)

    def open_paths(self, arm: Scenario) -> Sequence[Collection[Path]]:
        """The paths on which the arm's programmes act, once for each time that it is lived: all, and once."""
        return [list(Path)]

    def _read(self, run: CompiledRun, warmup: int) -> list[float]:
        setting = run.setting
        birth = run.state.children["birth"].astype(np.int64)
        histories = Histories(run.events, run.monthly, birth, setting.months, run.expected)
        years = (setting.months - warmup) // MONTHS_PER_YEAR if self.by_year else 0
        ends = [(warmup, setting.months)]
        ends += [(warmup + MONTHS_PER_YEAR * year, warmup + MONTHS_PER_YEAR * (year + 1)) for year in range(years)]
        windows = [window_of(setting, first, last) for first, last in ends]
        return [float(READABLE[name].value(histories, window)) for window in windows for name in self.measures]

    def _named(self, arm: Scenario) -> Iterator[str]:
        yield from self.measures
        if self.by_year:
            for year in range(1, arm.run.months // MONTHS_PER_YEAR + 1):
                yield from (in_year(measure, year) for measure in self.measures)


def in_year(measure: str, year: int) -> str:
    """How a measure is called that is read in one year after the warm-up, the first being 1."""
    return f"{measure} year {year}"
