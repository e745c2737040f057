"""A pool of synthetic authorities, each lived under usual practice and under every start of the programme.

The same luck in all of them gives potential outcomes: what would be recorded in an authority if it
started in a given month, and if it never did. Virtual trials draw their clusters from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.core.errors import ModelError
from sos_sim.core.parameters import Value
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.files.comparable import check_comparable
from sos_sim.files.programmes import ScheduledProgramme
from sos_sim.files.scenario import Scenario
from sos_sim.model.compiled import CompiledRun
from sos_sim.outcomes.histories import Histories
from sos_sim.outcomes.measures import MEASURES
from sos_sim.outcomes.measuring import window_of
from sos_sim.runs.rows import inputs
from sos_sim.runs.simulate import run_from
from sos_sim.theory.parameters import declared
from sos_sim.trials.clusters import DELIVERY, LEAN, synthetic_authority
from sos_sim.trials.protocol import TrialProtocol
from sos_sim.trials.recorded import RECORDED, tally

NEVER: Final = -1
"""The start of an authority that stays with usual practice."""
COSTS: Final = ("cost_programme", "cost_total")
"""Yearly costs read over the trial's whole time, pounds a year."""
Counts = NDArray[np.float64]


@dataclass(frozen=True)
class LivedAuthority:
    """Evaluates one synthetic authority: counts by start, outcome and period, and costs by start.

    Periods of ``period_months`` run from ``history_periods`` before the trial's start to ``periods`` after
    it. Outputs are ``START:OUTCOME:PERIOD:count``, the same ending in ``size``, and ``START:COST``. Raises InputError
    for scenarios that cannot be compared.
    """

    usual: Scenario
    programme: Scenario
    starts: tuple[int, ...]
    period_months: int
    history_periods: int
    periods: int
    secular_trend: float

    def __post_init__(self) -> None:
        check_comparable((self.usual, self.programme))

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names in the order of the numbers."""
        return tuple(
            name
            for start in (NEVER, *self.starts)
            for name in (
                *(
                    f"{start}:{outcome}:{period}:{part}"
                    for outcome in RECORDED
                    for part in ("count", "size")
                    for period in range(-self.history_periods, self.periods)
                ),
                *(f"{start}:{cost}" for cost in COSTS),
            )
        )

    def identity(self) -> Mapping[str, Any]:
        """What determines the numbers besides an authority's values."""
        return {
            "arms": {arm.name: inputs(arm) for arm in (self.usual, self.programme)},
            "starts": list(self.starts),
            "period_months": self.period_months,
            "history_periods": self.history_periods,
            "periods": self.periods,
            "secular_trend": self.secular_trend,
        }

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        """All numbers of one authority; every start branches from usual practice in its month.

        Raises ModelError when a self-check of the model fails.
        """
        facts = {name: value for name, value in values.items() if name in declared() or name == "seed"}
        usual = self.usual.with_values(**facts)
        past = self._past(usual, float(values[LEAN]), replicate)
        programme = self.programme.with_values(**facts)
        numbers: list[float] = []
        for start in self.starts:
            past.advance(usual.run.warmup_months + start - past.month)
            plans = _delivered(programme, start, float(values[DELIVERY]))
            numbers += self._read(run_from(past, replace(programme, programmes=plans)), usual.run.warmup_months)
        return self._read(past.advance(past.setting.months - past.month), usual.run.warmup_months) + numbers

    def _past(self, usual: Scenario, lean: float, replicate: int) -> CompiledRun:
        """The warm-up, with the authority's lean and, after it, the secular trend in its thresholds."""
        setting = usual.past_setting(replicate)
        climate = setting.climate.copy()
        years = np.maximum(0, np.arange(setting.months) - usual.run.warmup_months) / MONTHS_PER_YEAR
        climate["culture"] += lean + self.secular_trend * years
        return CompiledRun(setting._replace(climate=climate)).advance(usual.run.warmup_months)

    def _read(self, run: CompiledRun, warmup: int) -> list[float]:
        setting = run.setting
        histories = Histories(run.events, run.monthly, run.state.children["birth"].astype(np.int64), setting.months)
        first, periods = warmup - self.history_periods * self.period_months, self.history_periods + self.periods
        children = setting.parameters.authority.children
        counted = [tally(name, histories, children, first, self.period_months, periods) for name in RECORDED]
        window = window_of(setting, warmup, setting.months)
        costs = [float(MEASURES[cost].value(histories, window)) for cost in COSTS]
        return [float(number) for parts in counted for part in parts for number in part] + costs


def _delivered(programme: Scenario, start: int, delivery: float) -> tuple[ScheduledProgramme, ...]:
    """The programmes, moved to a start, their levers multiplied by ``delivery`` within what is allowed."""
    return tuple(
        plan._replace(
            start_month=plan.start_month + start,
            end_month=None if plan.end_month is None else plan.end_month + start,
            reach=plan.reach.later(start),
            levers={name: min(level * delivery, declared()[name].high) for name, level in plan.levers.items()},
        )
        for plan in programme.programmes
    )


@dataclass(frozen=True)
class OutcomePool:
    """Potential outcomes of authorities.

    ``count`` and ``size`` by outcome have shape (authorities, 1 + starts, periods), usual practice first;
    ``costs`` has shape (authorities, 1 + starts, costs), pounds a year. Periods last ``period_months``;
    ``history_periods`` of them lie before the trial's start. ``draw`` names each authority's draw of
    parameters, shape (authorities,).
    """

    starts: tuple[int, ...]
    period_months: int
    history_periods: int
    count: Mapping[str, Counts]
    size: Mapping[str, Counts]
    costs: Counts
    draw: NDArray[np.int64]

    @property
    def authorities(self) -> int:
        """How many there are."""
        return len(self.draw)

    def life(self, start: int) -> int:
        """Place, among an authority's potential outcomes, of the life in which it starts in this month."""
        return 1 + self.starts.index(start)

    def of_draw(self, draw: int) -> OutcomePool:
        """The authorities of one draw of parameters."""
        return self._only(self.draw == draw)

    def of_size(self, size: str) -> OutcomePool:
        """The "smaller" or the "larger" half of the authorities by children, or "all" of them."""
        children = self.size["care_starts"][:, 0, 0]
        larger = children > np.median(children)
        return {"all": self, "smaller": self._only(~larger), "larger": self._only(larger)}[size]

    def _only(self, here: NDArray[np.bool_]) -> OutcomePool:
        return replace(
            self,
            count={name: table[here] for name, table in self.count.items()},
            size={name: table[here] for name, table in self.size.items()},
            costs=self.costs[here],
            draw=self.draw[here],
        )


def lived_authority(plan: TrialProtocol) -> LivedAuthority:
    """The evaluator of a trial's authorities."""
    usual, programme = (replace(scenario, run=scenario.run._replace(months=plan.months)) for scenario in plan.scenarios)
    return LivedAuthority(
        usual,
        programme,
        plan.starts,
        plan.period_months,
        -(-plan.history_months // plan.period_months),
        plan.observed_months // plan.period_months,
        plan.secular_trend,
    )


def authorities_of(plan: TrialProtocol, draws: Sequence[Mapping[str, Value]]) -> list[dict[str, Value]]:
    """Points of the pool: ``authorities`` at the scenarios' own values, then ``authorities_per_draw`` for each draw.

    Every authority is another one, with facts, luck and delivery of its own, so that draws do not share them.
    """
    usual, each = plan.scenarios[0], plan.authorities_per_draw
    own = [synthetic_authority(usual, number, plan.seed, plan.delivery_spread) for number in range(plan.authorities)]
    return own + [
        synthetic_authority(usual, plan.authorities + place * each + number, plan.seed, plan.delivery_spread, draw)
        for place, draw in enumerate(draws)
        for number in range(each)
    ]


def read_pool(plan: TrialProtocol, runs: pd.DataFrame) -> OutcomePool:
    """The pool from its finished run table, without authorities whose row failed; draw -1 is the scenarios' own.

    Raises ModelError when all failed.
    """
    evaluator = lived_authority(plan)
    done = runs[runs["status"] == "done"].sort_values("point")
    if done.empty:
        raise ModelError(f"all {len(runs)} authorities failed, the first one so: {runs.iloc[0]['reason']}.")
    numbers = done[list(evaluator.outputs)].to_numpy(float)
    arms, periods = 1 + len(plan.starts), evaluator.history_periods + evaluator.periods
    table = numbers.reshape(len(done), arms, -1)
    counts = table[:, :, : -len(COSTS)].reshape(len(done), arms, len(RECORDED), 2, periods)
    drawn = (done["point"].to_numpy() - plan.authorities) // plan.authorities_per_draw
    return OutcomePool(
        plan.starts,
        plan.period_months,
        evaluator.history_periods,
        {name: counts[:, :, place, 0] for place, name in enumerate(RECORDED)},
        {name: counts[:, :, place, 1] for place, name in enumerate(RECORDED)},
        table[:, :, -len(COSTS) :],
        np.maximum(drawn, -1).astype(np.int64),
    )
