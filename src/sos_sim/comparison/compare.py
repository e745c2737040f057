"""Comparison of programmes: paired differences between arms that share their luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.comparison import tables as tables_of
from sos_sim.comparison.null_draws import by_condition, null_draws
from sos_sim.comparison.paired import Pairs, arm_minus_comparator
from sos_sim.core.notebook import ShownByTables
from sos_sim.core.parameters import Value
from sos_sim.core.units import MONTHS_PER_YEAR, RATE_BASE
from sos_sim.files.comparable import check_comparable
from sos_sim.files.scenario import Scenario, scenario_of
from sos_sim.outcomes.measures import MEASURES, RATE, STOCK, WHOLE_PERIOD
from sos_sim.runs.batch import ArmsQuestion, RequestedRuns, run_batch
from sos_sim.runs.posterior_draws import check_one_posterior, over_posterior, said_posterior
from sos_sim.runs.question import Answer, Workplace
from sos_sim.runs.runner import Progress
from sos_sim.statistics.intervals import LEVEL, held_by, mean, middle, share_over_draws, spread

JOINTLY: Final = ["cla_start_rate", "harm_months_rate", "harm_unseen_rate"]
"""The whole-period outcomes that joint outcomes look at."""
JOINT: Mapping[str, Callable[[pd.DataFrame], pd.Series[bool]]] = {
    "entries to care fall": lambda change: change["cla_start_rate"] < 0,
    "entries to care fall and harm at home does not rise": lambda change: (
        (change["cla_start_rate"] < 0) & (change["harm_months_rate"] <= 0)
    ),
    "entries to care fall and unseen harm at home does not rise": lambda change: (
        (change["cla_start_rate"] < 0) & (change["harm_unseen_rate"] <= 0)
    ),
    "entries to care fall and harm at home rises": lambda change: (
        (change["cla_start_rate"] < 0) & (change["harm_months_rate"] > 0)
    ),
}
"""What "safely fewer" means, pair by pair, on differences of whole-period outcomes (arm minus comparator)."""


@dataclass(frozen=True, repr=False)
class Comparison(ShownByTables):
    """Tables of a comparison, as stored in its results folder.

    ``outcomes``: arm, replicate, year, measure, value. ``monthly``: arm, replicate, month, measure,
    value. ``effects``: see ``paired_effects``. ``joint``: see ``joint_outcomes``; both have rows for each condition
    of ``null_draws.by_condition``. ``runs``: arm, draw, replicate, status, reason.
    """

    outcomes: pd.DataFrame
    monthly: pd.DataFrame
    effects: pd.DataFrame
    joint: pd.DataFrame
    runs: pd.DataFrame


@dataclass(frozen=True)
class ComparisonQuestion(ArmsQuestion):
    """What programmes change: scenarios with the same luck, each against the first."""

    def answer(self, out: Path, where: Workplace) -> Answer[Comparison]:
        """Run them; the tables are effects and joint outcomes."""
        check_one_posterior(self.scenarios, self.posterior)
        draws = over_posterior(self.scenarios[0], self.posterior)
        with where.announce("runs") as progress:
            found = compare(
                self.scenarios,
                None,
                out,
                where.workers,
                self.engine,
                progress,
                self.events,
                draws,
                where.scheduler,
                teams=True,
                posterior=said_posterior(self.posterior, self.scenarios[0]),
                warmup_events=self.warmup_events,
            )
        return Answer(found, found.runs, {"effects": found.effects, "joint": found.joint})


def compare(
    scenarios: Sequence[Scenario | Path | str],
    replicates: int | None = None,
    out: Path | str | None = None,
    workers: int | None = None,
    engine: str = "compiled",
    progress: Progress | None = None,
    events: bool = False,
    draws: Sequence[Mapping[str, Value]] | None = None,
    scheduler: str | None = None,
    teams: bool = False,
    posterior: str = "",
    warmup_events: bool = False,
) -> Comparison:
    """Run all scenarios, or those of the files given, with the same luck and set each against the first.

    ``replicates`` replaces the scenarios' own. With ``out`` the results folder is written there, or
    resumed; with ``events`` it also holds the event record and who the children are, with ``warmup_events`` that of the
    warm-up, with ``teams`` the monthly table by team.
    ``draws`` of parameters are laid over every arm (see ``over_posterior``; None: as many from the first one's
    posterior as ``run.draws`` says), and the folder says from which ``posterior`` they come; ``scheduler`` is the
    address of a Dask cluster. Raises InputError
    when the arms cannot be compared, ResultsFolderError when the folder cannot be used.
    """
    chosen = [scenario_of(scenario) for scenario in scenarios]
    wanted = check_comparable(chosen, replicates)
    arms, counts = [scenario.name for scenario in chosen], counts_per_authority(chosen[0])
    if draws is None:
        check_one_posterior(chosen)
    drawn = over_posterior(chosen[0]) if draws is None else draws
    null = null_draws(chosen, drawn)
    asked = RequestedRuns(
        "compare",
        chosen,
        wanted,
        engine,
        workers,
        events,
        drawn,
        derived={
            tables_of.EFFECTS: lambda outcomes, runs: by_condition(
                lambda kept: paired_effects(kept, arms, runs, counts), outcomes, runs, null
            ),
            tables_of.JOINT: lambda outcomes, runs: by_condition(
                lambda kept: joint_outcomes(kept, arms, runs), outcomes, runs, null
            ),
        },
        scheduler=scheduler,
        teams=teams,
        posterior=said_posterior(None, chosen[0]) if draws is None else posterior,
        warmup_events=warmup_events,
    )
    tables = run_batch(asked, None if out is None else Path(out), progress)
    return Comparison(*(tables[name] for name in ("outcomes", "monthly", "effects", "joint", "runs")))


def paired_effects(
    outcomes: pd.DataFrame, arms: Sequence[str], runs: pd.DataFrame, per_authority: Mapping[str, float]
) -> pd.DataFrame:
    """Paired difference of every arm from the first in whole-period outcomes, with its uncertainty.

    ``runs`` (arm, draw, replicate) says which draw of parameters a replicate belongs to;
    ``per_authority``, see ``counts_per_authority``, what turns a rate into a count. Columns: arm,
    measure, unit, comparator_mean, arm_mean, estimate (arm minus comparator), low, high (of the expected
    difference at ``level``: luck alone with one draw, the draws' disagreement with several; see
    ``intervals.spread``), level, draws, replicates (pairs in which both arms have a value), luck_sd and
    parameter_sd (of the difference), authority_low, authority_high (between which a single authority's
    difference lies at ``level``, among pairs; NaN where there are too few of them), probability_lower,
    probability_higher (shares of pairs), relative (estimate over comparator_mean; NaN when that is 0), count,
    count_low, count_high (estimate and interval as children or months of this authority over the whole period, or at
    year end for stocks; NaN for shares and means), variance_ratio (variance of the difference had the arms not shared
    their luck, over that of the pairs, within draws).
    """
    whole = outcomes[outcomes["year"] == WHOLE_PERIOD]
    wide = {
        str(name): values.pivot(index="replicate", columns="arm", values="value")
        for name, values in whole.groupby("measure")
    }
    draws = runs.drop_duplicates("replicate").set_index("replicate")["draw"]
    rows = [
        _effect(arm, name, Pairs.of(table[arms[0]], table[arm], draws), per_authority)
        for arm in arms[1:]
        for name in MEASURES
        if name in wide
        for table in [wide[name].reindex(columns=list(arms))]
    ]
    return pd.DataFrame(rows, columns=list(_EFFECT_TYPES)).astype(_EFFECT_TYPES)


def joint_outcomes(outcomes: pd.DataFrame, arms: Sequence[str], runs: pd.DataFrame) -> pd.DataFrame:
    """How often entries to care fall *and* harm at home does not rise, pair by pair.

    Columns: arm, statement, pairs, probability (share of pairs), low, high (Wilson's interval at
    ``level``, pairs of one draw being alike), level. A pair is one authority with one draw of parameters, lived by both
    arms; ``runs`` tells the draw.
    """
    draws = runs.drop_duplicates("replicate").set_index("replicate")["draw"]
    whole = {
        str(arm): values.pivot(index="replicate", columns="measure", values="value")
        for arm, values in outcomes[outcomes["year"] == WHOLE_PERIOD].groupby("arm")
    }
    rows = []
    for arm in [name for name in arms[1:] if {name, arms[0]} <= set(whole)]:
        change = arm_minus_comparator(whole[arms[0]][JOINTLY], whole[arm][JOINTLY])
        for statement, holds in JOINT.items():
            seen, pairs = holds(change).to_numpy(dtype=bool), len(change)
            low, high = share_over_draws(seen, draws.reindex(change.index).to_numpy())
            share = float(seen.mean()) if pairs else np.nan
            rows.append((arm, statement, pairs, share, low, high, LEVEL))
    return pd.DataFrame(rows, columns=["arm", "statement", "pairs", "probability", "low", "high", "level"])


def counts_per_authority(scenario: Scenario) -> dict[str, float]:
    """What each rate is multiplied with to be a count of this authority over the period, or at a year end.

    Measures that are no rate of children are left out.
    """
    thousands = float(scenario.values["children"]) / RATE_BASE
    over_time = thousands * scenario.run.months / MONTHS_PER_YEAR
    factors = {RATE: over_time, MEASURES["care_days"].unit: over_time, STOCK: thousands}
    return {name: factors[measure.unit] for name, measure in MEASURES.items() if measure.unit in factors}


_EFFECT_TYPES = {
    "arm": "str",
    "measure": "str",
    "unit": "str",
    "comparator_mean": "f8",
    "arm_mean": "f8",
    "estimate": "f8",
    "low": "f8",
    "high": "f8",
    "level": "f8",
    "draws": "i8",
    "replicates": "i8",
    "luck_sd": "f8",
    "parameter_sd": "f8",
    "authority_low": "f8",
    "authority_high": "f8",
    "probability_lower": "f8",
    "probability_higher": "f8",
    "relative": "f8",
    "count": "f8",
    "count_low": "f8",
    "count_high": "f8",
    "variance_ratio": "f8",
}


def _effect(arm: str, measure: str, pairs: Pairs, per_authority: Mapping[str, float]) -> dict[str, Any]:
    """One row of effects."""
    difference = pairs.difference
    found, scale = spread(difference, pairs.draws), per_authority.get(measure, np.nan)
    enough = len(difference) and held_by(len(difference)) >= found.level
    low, high = middle(difference, found.level) if enough else (np.nan, np.nan)
    return {
        "arm": arm,
        "measure": measure,
        "unit": MEASURES[measure].unit,
        **pairs.described(),
        "luck_sd": found.luck_sd,
        "parameter_sd": found.parameter_sd,
        "authority_low": low,
        "authority_high": high,
        "probability_lower": mean((difference < 0).astype(float)),
        "probability_higher": mean((difference > 0).astype(float)),
        "relative": found.estimate / mean(pairs.before) if len(difference) and mean(pairs.before) else np.nan,
        "count": scale * found.estimate,
        "count_low": scale * found.low,
        "count_high": scale * found.high,
        "variance_ratio": _variance_ratio(pairs),
    }


def _variance_ratio(pairs: Pairs) -> float:
    """Variance of the difference of unpaired arms over that of pairs; infinite where pairs never differ."""
    apart = spread(pairs.before, pairs.draws).luck_sd ** 2 + spread(pairs.after, pairs.draws).luck_sd ** 2
    paired = spread(pairs.difference, pairs.draws).luck_sd ** 2
    if not paired:
        return np.inf if apart else np.nan
    return float(apart / paired)
