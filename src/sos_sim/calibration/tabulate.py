"""The tables of a calibration; ``calibration.calibrate`` says what is in each column."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sos_sim.calibration.course import Course, Wave
from sos_sim.calibration.luck import luck_of_trials
from sos_sim.calibration.recovery import interval_coverage, recover
from sos_sim.calibration.weights import WeightedTrials, weigh_trials, weighted_centiles, weighted_mean, weighted_sd
from sos_sim.calibration.words import identified
from sos_sim.core.provenance import code_hash, versions

Floats = NDArray[np.float64]

CENTILES: Final = (0.05, 0.95)


def calibration_tables(course: Course) -> dict[str, pd.DataFrame]:
    """All tables by name."""
    weighted = weigh_trials(course)
    recovery = recover(course)
    waves = [*course.waves, course.reference, *course.recovered]
    return {
        "runs": pd.concat([wave.runs for wave in waves], ignore_index=True),
        "draws": _draws(course, weighted),
        "predictive": _predictive(course, weighted),
        "posterior": _draws(course, weighted).drop(columns=["point", "distance"]),
        "contraction": contraction_table(course, weighted),
        "fit": _fit(course, weighted),
        "emulators": _emulators(course),
        "waves": _waves(course, weighted),
        "recovery": recovery,
        "coverage": interval_coverage(recovery, course.study.space, len(course.waves[-1].scores)),
    }


def posterior_notes(course: Course) -> dict[str, str]:
    """Where a posterior file comes from, as its note: code, targets, seeds, versions, the day, the command."""
    study = course.study
    told = {
        "study": study.name,
        "code": code_hash(),
        "targets": study.targets_digest,
        "seed": study.seed,
        "scenario_seed": study.scenario.run.seed,
        "waves": list(study.waves),
        "corrections": list(study.corrections),
        "replicates": study.replicates,
        "reference": study.reference,
        "effective": round(weigh_trials(course).effective, 1),
        "children": study.scenario.values["children"],
        "versions": versions(),
        "date": date.today().isoformat(),
        "command": "make posterior",
    }
    return {"posterior": json.dumps(told)}


def contraction_table(course: Course, weighted: WeightedTrials) -> pd.DataFrame:
    """From prior to posterior, parameter by parameter."""
    space, wave = course.study.space, course.waves[-1]
    scores = wave.scores[wave.succeeded]
    values = pd.DataFrame(space.values(scores)).to_numpy(dtype=float)
    contractions = 1.0 - weighted_sd(scores, weighted.weights) ** 2
    means, sds = weighted_mean(values, weighted.weights), weighted_sd(values, weighted.weights)
    lows, highs = weighted_centiles(values, weighted.weights, CENTILES)
    noise = float(np.sqrt(2.0 / weighted.effective))
    rows: list[Mapping[str, Any]] = []
    for place, parameter in enumerate(space.parameters):
        prior_mean, prior_sd = space.prior_moments[place]
        low, high = space.prior_interval(place, CENTILES)
        learnt = contractions[place]
        rows.append(
            {
                "parameter": parameter.name,
                "path": parameter.path,
                "kind": parameter.kind,
                "group": parameter.group,
                "link": parameter.link,
                "heading": parameter.heading,
                "grade": parameter.grade,
                "unit": parameter.unit,
                "meaning": parameter.meaning,
                "strength": parameter.is_strength,
                "prior_mean": prior_mean,
                "prior_sd": prior_sd,
                "prior_low": low,
                "prior_high": high,
                "posterior_mean": means[place],
                "posterior_sd": sds[place],
                "posterior_low": lows[place],
                "posterior_high": highs[place],
                "contraction": learnt,
                "noise": noise,
                "identified": identified(learnt, noise, parameter.is_strength),
            }
        )
    return pd.DataFrame(rows)


def _draws(course: Course, weighted: WeightedTrials) -> pd.DataFrame:
    study, wave = course.study, course.waves[-1]
    fitted = weighted.distances[:, study.figures.fitted]
    return pd.DataFrame(
        {
            "point": np.flatnonzero(wave.succeeded),
            "weight": weighted.weights,
            "distance": np.sqrt((fitted**2).mean(axis=1)),
            **pd.DataFrame(study.space.values(wave.scores[wave.succeeded])),
        }
    )


def _predictive(course: Course, weighted: WeightedTrials) -> pd.DataFrame:
    figures, wave = course.study.figures, course.waves[-1]
    lucky = figures.transformed(wave.simulated) - course.luck.shift
    simulated = dict(zip(figures.measures, figures.simulated(lucky).T, strict=True))
    return pd.DataFrame({"point": np.flatnonzero(wave.succeeded), "weight": weighted.weights, **simulated})


def _fit(course: Course, weighted: WeightedTrials) -> pd.DataFrame:
    figures = course.study.figures
    prior = figures.published(course.waves[0].simulated)
    prior_low, prior_high = np.quantile(prior, CENTILES, axis=0)
    expected = figures.published(figures.simulated(weighted.transformed))
    mean = weighted_mean(expected, weighted.weights)
    low, high = weighted_centiles(expected, weighted.weights, CENTILES)
    luck_low, luck_high, luck = _with_luck(course, weighted)
    inside = (figures.official >= luck_low) & (figures.official <= luck_high)
    return pd.DataFrame(
        {
            **_published(course),
            "prior_mean": prior.mean(axis=0),
            "prior_low": prior_low,
            "prior_high": prior_high,
            "simulated": mean,
            "low": low,
            "high": high,
            "low_with_luck": luck_low,
            "high_with_luck": luck_high,
            "luck": luck,
            "distance": (mean - figures.official) / figures.tolerance,
            "inside": inside,
            "emulator_q2": course.final.emulator.q2,
        }
    )


def _published(course: Course) -> dict[str, list[Any]]:
    """What is said officially about each figure, by column."""
    rows = []
    for figure in course.study.figures.parts:
        target = figure.target
        between = target.range or (float("nan"), float("nan"))
        rows.append(
            {
                "target": target.id,
                "measure": figure.measure,
                "validate": figure.validate,
                "local": target.local,
                "official": target.values[figure.part],
                "tolerance": target.tolerance,
                "authorities_low": between[0],
                "authorities_high": between[1],
                "unit": target.unit,
                "year": target.year,
                "grade": target.grade,
                "source": target.source,
                "note": target.note,
            }
        )
    return {column: [row[column] for row in rows] for column in rows[0]}


def _with_luck(course: Course, weighted: WeightedTrials) -> tuple[Floats, Floats, Floats]:
    """5th and 95th centile of a single authority's figures, and the standard deviation by luck alone.

    Every draw is combined with every residual that single seeds left at the reference points.
    """
    figures, residuals = course.study.figures, course.luck.residuals
    weights = np.repeat(weighted.weights, len(residuals)) / len(residuals)
    centre = weighted_mean(weighted.transformed, weighted.weights)
    limits, luck = [], []
    for place in range(len(figures.parts)):
        both = weighted.transformed[:, [place]] + residuals[None, :, place]
        limits.append(np.quantile(both.ravel(), CENTILES, weights=weights, method="inverted_cdf"))
        luck.append(residuals[:, place].std())
    low, high = (figures.published(figures.simulated(np.array([limit[side] for limit in limits]))) for side in (0, 1))
    return low, high, np.array(luck) * figures.steepness(centre) * figures.tolerance


def _emulators(course: Course) -> pd.DataFrame:
    figures = course.study.figures
    unit = figures.steepness(figures.transformed(figures.plain_official))
    rows = []
    luck = np.sqrt(luck_of_trials(course.waves[-1].runs, figures))
    for name, surface in (("proposing", course.proposing), ("final", course.final)):
        rows.append(
            pd.DataFrame(
                {
                    "emulator": name,
                    "measure": figures.measures,
                    "q2": surface.emulator.q2,
                    "error": surface.error * unit,
                    "luck": luck * unit,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def _waves(course: Course, weighted: WeightedTrials) -> pd.DataFrame:
    rows = [_wave(course, wave) for wave in (*course.waves, course.reference)]
    rows[len(course.waves) - 1]["effective"] = weighted.effective
    return pd.DataFrame(rows)


def _wave(course: Course, wave: Wave) -> dict[str, Any]:
    figures = course.study.figures
    distances = figures.distances(wave.simulated)[:, figures.fitted]
    apart = np.sqrt((distances**2).mean(axis=1))
    return {
        "wave": wave.name,
        "trials": len(wave.scores),
        "failed": int((~wave.succeeded).sum()),
        "replicates": int(wave.runs["replicate"].max()) + 1,
        "figures_within_2": float((np.abs(distances) <= 2.0).sum(axis=1).mean()),
        "distance_median": float(np.median(apart)),
        "distance_smallest": float(apart.min()),
        "effective": float("nan"),
    }
