"""Moderation: under what conditions an effect is larger or smaller, told from luck.

Tables read from the surfaces of an effect (``effect_surfaces``): contrasts between the ends of moderators, over the
whole period and by year, strengths by moderators, and indices of the interaction.

A control on the comparator's own level does not help here: its expected level at a row is not known, and what its
surface leaves over is orthogonal to every factor, so it moves no slope and would only make intervals too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from sos_sim.core.luck import mix, uniform
from sos_sim.sensitivity.effect_surfaces import (
    HIGH_END,
    LOW_END,
    Columns,
    EffectSurface,
    Moderation,
    Term,
    fit_effect_surface,
    held_out_variance,
)
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.interaction import interaction_indices
from sos_sim.theory.parameters import declared

LEVEL: Final = 0.95
FALSE_DISCOVERIES: Final = 0.05
POWER: Final = 0.8
RESAMPLES: Final = 300


def moderation_tables(study: Moderation, label: str, effect: Numbers, level: Numbers) -> dict[str, pd.DataFrame]:
    """All tables about one effect; ``level`` is what it is relative to, the comparator's, shape (rows,) both.

    Tables: ``moderation`` (a row for each moderator and choice), ``moderated_links`` (strength by moderator),
    ``moderation_indices`` and ``moderation_surface``. Several effects are bounded together by ``bound_discoveries``.
    """
    main = study.main()
    surface, levels = (
        fit_effect_surface(main, effect),
        np.asarray(np.linalg.lstsq(main, level, rcond=None)[0], dtype=float),
    )
    resampled = _resampled(main, effect, level)
    rows = [
        _contrast(study, term, number, surface, levels, resampled)
        for term in study.moderators
        for number in range(1, len(term.ends))
    ]
    products, pairs = study.products()
    whole = np.column_stack([main, products])
    found = fit_effect_surface(whole, effect) if pairs else surface
    links = pd.DataFrame([_link(pair, main.shape[1] + place, found) for place, pair in enumerate(pairs)])
    variance = float(effect.var())
    said = {
        "rows": len(effect),
        "mean": surface.at(np.eye(main.shape[1])[0])[0],
        "held_out_q2": 1.0 - held_out_variance(main, effect) / variance,
        "held_out_q2_with_products": 1.0 - held_out_variance(whole, effect) / variance,
    }
    tables = {
        "moderation": pd.DataFrame(rows),
        "moderated_links": links,
        "moderation_indices": interaction_indices(study, whole, found),
        "moderation_surface": pd.DataFrame([said]),
    }
    return {name: table.assign(output=label) for name, table in tables.items()}


def bound_discoveries(table: pd.DataFrame) -> pd.DataFrame:
    """With the false-discovery ``bound`` of every row (Benjamini and Yekutieli 2001), and whether it is ``told``.

    ``would_be_seen`` is the contrast that is told with a chance of ``POWER`` where the others are as they are: it
    reaches the line at which p is told.
    """
    count = len(table)
    bound = stats.false_discovery_control(table["p"], method="by") if count else np.zeros(0)
    told = bound < FALSE_DISCOVERIES
    least = FALSE_DISCOVERIES / (count * (1.0 / np.arange(1, count + 1)).sum()) if count else 1.0
    line = max(least, table["p"][told].max()) if told.any() else least
    seen = table["error"] * float(stats.norm.isf(line / 2.0) + stats.norm.ppf(POWER))
    return table.assign(bound=bound, told=told, would_be_seen=seen)


def moderation_by_year(study: Moderation, label: str, effects: Mapping[int, Numbers]) -> pd.DataFrame:
    """The contrasts of ``moderation`` in single years; ``effects`` by year, shape (rows,) each, all finite."""
    main = study.main()
    return pd.DataFrame(
        [
            {"output": label, "year": year, **contrast_at_ends(study, term, number, surface)}
            for year, surface in ((year, fit_effect_surface(main, effect)) for year, effect in effects.items())
            for term in study.moderators
            for number in range(1, len(term.ends))
        ]
    )


def contrast_at_ends(study: Moderation, term: Term, number: int, surface: EffectSurface) -> dict[str, Any]:
    """The effect at a moderator's first end and at another, and their difference with its interval."""
    (first, begin), (second, end) = term.ends[0], term.ends[number]
    low, high = study.reading(term, begin), study.reading(term, end)
    difference, error = surface.at(high - low)
    half = float(stats.t.ppf(0.5 + LEVEL / 2.0, surface.freedom)) * error
    return {
        "moderator": term.factor.name,
        "from_value": first,
        "to_value": second,
        "effect_from": surface.at(low)[0],
        "effect_to": surface.at(high)[0],
        "difference": difference,
        "low": difference - half,
        "high": difference + half,
    }


def _contrast(
    study: Moderation,
    term: Term,
    number: int,
    surface: EffectSurface,
    levels: Columns,
    resampled: tuple[Columns, Columns],
) -> dict[str, Any]:
    """One end of a moderator, or choice, against the first: effects, their difference and ratio."""
    (_, begin), (_, end) = term.ends[0], term.ends[number]
    low, high = study.reading(term, begin), study.reading(term, end)
    read = contrast_at_ends(study, term, number, surface)
    effects, of_levels = resampled
    at_first, at_other = (effects @ low) / (of_levels @ low), (effects @ high) / (of_levels @ high)
    relative_low = read["effect_from"] / float(low @ levels)
    relative_high = read["effect_to"] / float(high @ levels)
    error = surface.at(high - low)[1]
    return {
        **read,
        "relative_from": relative_low,
        "relative_to": relative_high,
        **_ratio(relative_high / relative_low, at_first, at_other),
        "p": float(2.0 * stats.t.sf(abs(read["difference"]) / error, surface.freedom)) if error else 1.0,
        "error": error,
        "rank_stability": _rank_stability(study, term, effects),
    }


def _ratio(ratio: float, at_first: Numbers, at_other: Numbers) -> dict[str, float]:
    """The ratio of two effects and its interval over resamples; none where the first may be 0."""
    ends = [0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0]
    low, high = np.quantile(at_first, ends)
    if low <= 0.0 <= high:
        return dict.fromkeys(("ratio", "ratio_low", "ratio_high"), np.nan)
    low, high = np.quantile(at_other / at_first, ends)
    return {"ratio": ratio, "ratio_low": float(low), "ratio_high": float(high)}


def _link(pair: tuple[Term, Term], place: int, surface: EffectSurface) -> dict[str, Any]:
    """How a moderator's end changes what a strength's end does: four times the weight of their product, scaled."""
    scale = 2.0 * (HIGH_END - LOW_END)
    row = np.zeros(len(surface.weights))
    row[place] = scale**2
    estimate, error = surface.at(row)
    half = float(stats.t.ppf(0.5 + LEVEL / 2.0, surface.freedom)) * error
    return {
        "strength": pair[0].factor.name,
        "moderator": pair[1].factor.name,
        "link": declared()[pair[0].factor.name].link,
        "estimate": estimate,
        "low": estimate - half,
        "high": estimate + half,
        "p": float(2.0 * stats.t.sf(abs(estimate) / error, surface.freedom)) if error else 1.0,
        "error": error,
    }


def _resampled(main: Columns, effect: Numbers, level: Numbers) -> tuple[Columns, Columns]:
    """Weights of the surfaces of effect and level over rows drawn with replacement, shape (resamples, columns) both."""
    rows: Any = np.arange(len(effect), dtype=np.uint64)
    both = np.column_stack([effect, level])
    found = []
    for number in range(RESAMPLES):
        drawn = (np.asarray(uniform(mix(rows, number), mix(1, number))) * len(effect)).astype(np.int64)
        found.append(np.linalg.lstsq(main[drawn], both[drawn], rcond=None)[0])
    weights = np.array(found)
    return weights[:, :, 0], weights[:, :, 1]


def _rank_stability(study: Moderation, term: Term, effects: Columns) -> float:
    """Share of resamples in which the moderator's rank by size is the same as in most of them."""
    spans = np.column_stack([_span(study, one, effects) for one in study.moderators])
    ranks = np.argsort(np.argsort(-spans, axis=1), axis=1)[:, study.moderators.index(term)]
    return float(np.bincount(ranks).max() / len(ranks))


def _span(study: Moderation, term: Term, effects: Columns) -> Columns:
    """The largest less the smallest effect over a moderator's ends, by resample."""
    readings = np.array([study.reading(term, where) for _, where in term.ends])
    span: Columns = np.ptp(effects @ readings.T, axis=1)
    return span
