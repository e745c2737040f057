"""The tables of a synthesis, from the run table of all draws; ``synthesis.tables`` says what is in each column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.core.errors import ModelError
from sos_sim.core.parameters import Value
from sos_sim.synthesis.readings import READINGS
from sos_sim.synthesis.studies import HeldOutcome, HeldStudy
from sos_sim.synthesis.weighing import (
    Floats,
    LikelyEffects,
    Truths,
    bayes_factor,
    effective_draws,
    log_likelihood,
    of_study,
    probability_of_finding,
    reach_of,
    shrink,
    weights_of,
)
from sos_sim.theory.parameters import THEORY_NULL, declared, is_null, strengths

CENTILES: Final = (0.05, 0.95)
UNLIKELY: Final = 0.05
FEWEST_DRAWS: Final = 8
Effects = Mapping[tuple[str, str], LikelyEffects]


@dataclass(frozen=True)
class WeighedDraws:
    """Draws whose rows are done, with the effects of every outcome and what weighs them.

    ``draws`` are values by name, ``points`` their numbers, ``luck`` the share of luck in each outcome's means.
    """

    studies: tuple[HeldStudy, ...]
    draws: Sequence[Mapping[str, Value]]
    points: Sequence[int]
    effects: Effects
    luck: Mapping[tuple[str, str], float]

    @cached_property
    def null(self) -> Truths:
        """Under which draws the theory is null."""
        return np.array([is_null(draw) for draw in self.draws])

    @cached_property
    def conditioning(self) -> tuple[HeldStudy, ...]:
        """The studies that weigh."""
        return tuple(study for study in self.studies if study.role == "condition")

    @cached_property
    def logs(self) -> Mapping[str, Floats]:
        """Log likelihood of each study that weighs, shape (draws,)."""
        return {
            study.id: of_study(
                [log_likelihood(outcome, self.effects[study.id, outcome.id]) for outcome in study.outcomes], study.alike
            )
            for study in self.conditioning
        }

    def together(self, studies: Sequence[str]) -> Floats:
        """Log likelihood of several studies, 0 of none."""
        return np.asarray(sum((self.logs[name] for name in studies), np.zeros(len(self.draws))))

    @cached_property
    def weights(self) -> Floats:
        """Weights under all studies."""
        return weights_of(self.together(list(self.logs)))

    @cached_property
    def learnt(self) -> pd.DataFrame:
        """Values of all strengths, and of theory_null (1 where it is), a row a draw."""
        frame = pd.DataFrame([{name: float(draw[name]) for name in strengths()} for draw in self.draws])
        return frame.assign(**{THEORY_NULL: self.null.astype(float)})


def weigh_draws(
    studies: tuple[HeldStudy, ...], draws: Sequence[Mapping[str, Value]], runs: pd.DataFrame
) -> WeighedDraws:
    """The draws of a run table, luck shrunk away. Raises ModelError when too few of its rows are done.

    What is read from usual practice alone is shrunk without regard to whether the theory is null, which it cannot tell.
    """
    done = runs[runs["status"] == "done"]
    points = sorted(done["point"].unique().tolist())
    if len(points) < FEWEST_DRAWS:
        raise ModelError(f"only {len(points)} draws were run without failure; at least {FEWEST_DRAWS} are needed.")
    kept = [draws[point] for point in points]
    null = np.array([is_null(draw) for draw in kept]).astype(np.int64)
    effects: dict[tuple[str, str], LikelyEffects] = {}
    luck: dict[tuple[str, str], float] = {}
    for study in studies:
        for outcome in study.outcomes:
            name = f"{study.id}:{outcome.id}"
            table = done.pivot(index="point", columns="replicate", values=name).to_numpy(float)
            reading = READINGS[outcome.reading]
            told_apart = reading.of_effect or reading.in_programme
            effects[study.id, outcome.id] = shrink(table, null if told_apart else np.zeros_like(null))
            luck[study.id, outcome.id] = share_of_luck(table)
    return WeighedDraws(studies, kept, points, effects, luck)


def share_of_luck(replicates: Floats) -> float:
    """Variance within draws over replicates, as a share of the variance of draws' means; 0 where nothing varies."""
    whole = replicates[np.isfinite(replicates).all(axis=1)]
    if len(whole) < 2 or whole.shape[1] < 2:
        return float("nan")
    spread = float(whole.mean(axis=1).var())
    return min(1.0, float(whole.var(axis=1, ddof=1).mean()) / whole.shape[1] / spread) if spread > 0.0 else 0.0


def synthesis_tables(weighed: WeighedDraws) -> dict[str, pd.DataFrame]:
    """All tables by name."""
    return {
        "studies": studies_table(weighed.studies),
        "held": pd.DataFrame(list(_held(weighed))),
        "strengths": _strengths(weighed),
        "by_study": pd.DataFrame(list(_by_study(weighed))),
        "weighings": pd.DataFrame(list(_weighings(weighed))),
        "draws": _draws(weighed),
        "posterior": _posterior(weighed),
    }


def studies_table(studies: Sequence[HeldStudy]) -> pd.DataFrame:
    """The studies as a table."""
    return pd.DataFrame(
        [
            {
                "study": study.id,
                "title": study.title,
                "what": study.what,
                "role": study.role,
                "links": ", ".join(study.links),
                "source": study.source,
                "not_formed": study.not_formed,
            }
            for study in studies
        ]
    )


def settings(weighed: WeighedDraws) -> Iterator[tuple[str, str, list[str]]]:
    """Which studies weigh: none, all, each alone, all without each; setting, study, ids."""
    every = [study.id for study in weighed.conditioning]
    yield "none", "", []
    yield "all", "", every
    for name in every:
        yield "only", name, [name]
    for name in every:
        yield "without", name, [other for other in every if other != name]


def verdict_of(role: str, reached: float, before: float, left_out: float) -> str:
    """How model and finding stand to each other, in a word of the contract.

    No draw comes near: out of reach. Near, but the other studies make it improbable: conflict; improbable
    already before: unlikely.
    """
    if reached == 0.0:
        return "out of reach"
    if role == "condition" and left_out < UNLIKELY <= before:
        return "conflict"
    return "unlikely" if min(before, left_out) < UNLIKELY else "agree"


def _held(weighed: WeighedDraws) -> Iterator[dict[str, Any]]:
    equal = np.full(len(weighed.draws), 1.0 / len(weighed.draws))
    for study in weighed.studies:
        others = [name for name in weighed.logs if name != study.id]
        left_out = weights_of(weighed.together(others))
        for outcome in study.outcomes:
            effects = weighed.effects[study.id, outcome.id]
            before, after, rest = (
                probability_of_finding(outcome, effects, weights) for weights in (equal, weighed.weights, left_out)
            )
            reached = reach_of(outcome, effects)
            yield {
                "study": study.id,
                "outcome": outcome.id,
                "role": study.role,
                **_said(outcome),
                **_spread("before", effects.mean, equal),
                **_spread("after", effects.mean, weighed.weights),
                "luck": weighed.luck[study.id, outcome.id],
                "probability_before": before,
                "probability_after": after,
                "probability_left_out": rest,
                "share_reaching": reached.share,
                "gap": reached.gap,
                "verdict": verdict_of(study.role, reached.share, before, rest),
                "note": outcome.note,
            }


def _said(outcome: HeldOutcome) -> dict[str, Any]:
    reading = READINGS[outcome.reading]
    return {
        "label": reading.label,
        "unit": reading.unit,
        "months": outcome.months,
        "found": outcome.found,
        "value": outcome.value,
        "error": outcome.whole_error,
    }


def _spread(when: str, values: Floats, weights: Floats) -> dict[str, float]:
    low, high = np.quantile(values, CENTILES, weights=weights, method="inverted_cdf")
    return {f"{when}_mean": float(weights @ values), f"{when}_low": float(low), f"{when}_high": float(high)}


def _strengths(weighed: WeighedDraws) -> pd.DataFrame:
    equal = np.full(len(weighed.draws), 1.0 / len(weighed.draws))
    rows = []
    for name, column in weighed.learnt.items():
        values, parameter = column.to_numpy(float), declared()[str(name)]
        told = {
            f"{when}_zero": float(weights @ (values == 0.0))
            for when, weights in (("before", equal), ("after", weighed.weights))
        }
        rows.append(
            {
                "parameter": str(name),
                "link": parameter.link,
                "meaning": parameter.meaning,
                "in_every_arm": parameter.in_every_arm,
                **_spread("before", values, equal),
                **_spread("after", values, weighed.weights),
                **told,
                "moved": _moved(values, weighed.weights),
                "noise": float(1.0 / np.sqrt(effective_draws(weighed.weights))),
            }
        )
    return pd.DataFrame(rows)


def _moved(values: Floats, weights: Floats) -> float:
    """Change of the mean in standard deviations before; 0 where nothing varies."""
    spread = float(values.std())
    return float(weights @ values - values.mean()) / spread if spread > 0.0 else 0.0


def _by_study(weighed: WeighedDraws) -> Iterator[dict[str, Any]]:
    for setting, study, names in settings(weighed):
        weights = weights_of(weighed.together(names))
        for name, column in weighed.learnt.items():
            values = column.to_numpy(float)
            yield {
                "setting": setting,
                "study": study,
                "parameter": str(name),
                "mean": float(weights @ values),
                "zero": float(weights @ (values == 0.0)),
                "moved": _moved(values, weights),
            }


def _weighings(weighed: WeighedDraws) -> Iterator[dict[str, Any]]:
    for setting, study, names in settings(weighed):
        logs = weighed.together(names)
        weights = weights_of(logs)
        yield {
            "setting": setting,
            "study": study,
            "draws": len(weights),
            "effective": effective_draws(weights),
            "null": float(weights @ weighed.null),
            "bayes_factor": bayes_factor(logs, weighed.null),
        }


def _draws(weighed: WeighedDraws) -> pd.DataFrame:
    logs = pd.DataFrame({f"study:{name}": values for name, values in weighed.logs.items()})
    front = pd.DataFrame({"point": weighed.points, "weight": weighed.weights})
    return pd.concat([front, logs, _numbers(weighed.draws)], axis="columns")


def _posterior(weighed: WeighedDraws) -> pd.DataFrame:
    return pd.concat([pd.DataFrame({"weight": weighed.weights}), _numbers(weighed.draws)], axis="columns")


def _numbers(draws: Sequence[Mapping[str, Value]]) -> pd.DataFrame:
    """Drawn values as numbers, a choice as its place."""
    names = list(draws[0])
    return pd.DataFrame({name: [float(declared()[name].number(draw[name])) for draw in draws] for name in names})
