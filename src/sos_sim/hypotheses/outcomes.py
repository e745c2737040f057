"""Candidates about outcomes: what differs, what does not, and whether harm rises where entries fall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf, isnan
from typing import Any, Final

import pandas as pd
from scipy import stats

from sos_sim.comparison.compare import paired_effects
from sos_sim.comparison.fates import LOWER, SPARED
from sos_sim.hypotheses.candidates import NORMAL, Candidate, Uncertainty, share_beyond_zero, uncertainty
from sos_sim.outcomes.measures import SHARE

MAIN: Final = (
    "cla_start_rate",
    "cla_stock_rate",
    "cpp_start_rate",
    "reunified_12m_share",
    "reentry_after_home_1y",
    "rereferral_12m_share",
    "kinship_share",
    "harm_months_rate",
    "harm_unseen_rate",
)
"""Outcomes of which cards are made, harm at home beside entries to care."""
MARGIN: Final = 0.05
"""A difference within this share of the comparator's mean counts as none (assumed: a twentieth)."""
FALLS: Final = "entries to care fall"
FALLS_AND_HARM_RISES: Final = "entries to care fall and harm at home rises"
PAIRS: Final = "pairs"
Row = Mapping[Any, Any]


def effect_candidates(effects: pd.DataFrame, conditions: str) -> list[Candidate]:
    """One candidate for each of ``MAIN`` from the rows of one arm of ``paired_effects``."""
    rows = effects[effects["measure"].isin(MAIN)].to_dict("records")
    found = [_effect(row, "effect").against_its_direction() for row in rows]
    return [replace(candidate, conditions=conditions) for candidate in found]


def no_effect_candidates(effects: Iterable[Candidate]) -> list[Candidate]:
    """Outcomes on which no effect is to be expected: the whole interval lies within ``MARGIN`` of no difference."""
    return [_within_margin(effect) for effect in effects if _is_small(effect)]


def between_arms(outcomes: pd.DataFrame, runs: pd.DataFrame, arms: list[str], conditions: str) -> list[Candidate]:
    """Candidates about the differences between the first programme and every other one, paired by luck.

    ``arms`` are the names of arms with a programme, ``outcomes`` and ``runs`` the comparison's tables.
    """
    if len(arms) < 2:
        return []
    first = arms[0]
    table = paired_effects(outcomes[outcomes["arm"].isin(arms)], arms, runs, {})
    return [
        replace(
            _effect(row, "programmes"),
            subject=f"{row['arm']} against {first}",
            setting_low=first,
            setting_high=str(row["arm"]),
            conditions=conditions,
        ).against_its_direction()
        for row in table[table["measure"].isin(MAIN)].to_dict("records")
    ]


def harm_candidates(joint: pd.DataFrame, fates: pd.DataFrame, draws: int) -> list[Candidate]:
    """How often fewer entries come with more harm, and how many entries are spared without children being safer.

    ``joint`` and ``fates`` hold the rows of one arm. Nothing where entries fall in no pair: there is no risk to
    tell of. These cards are made whatever their size; both are refuted from either side.
    """
    rows = {row["statement"]: row for row in joint.to_dict("records")}
    if FALLS not in rows or not rows[FALLS]["probability"]:
        return []
    return [_harm_rises(rows[FALLS_AND_HARM_RISES], draws), *_spared(fates)]


def _effect(row: Row, kind: str) -> Candidate:
    several = row["draws"] > 1 and not isnan(row["luck_sd"]) and not isnan(row["parameter_sd"])
    if several:
        parameters, luck = row["parameter_sd"] ** 2, row["luck_sd"] ** 2
        found = Uncertainty((parameters / row["draws"] + luck / row["replicates"]) ** 0.5, (parameters + luck) ** 0.5)
    else:
        found = uncertainty(row["low"], row["high"], row["draws"], row["replicates"], row["level"])
    side = "probability_lower" if row["estimate"] < 0.0 else "probability_higher"
    return Candidate(
        kind,
        row["arm"],
        row["measure"],
        row["unit"],
        row["estimate"],
        row["low"],
        row["high"],
        row["draws"],
        row["replicates"],
        found.error,
        found.sd,
        row[side],
        PAIRS,
        row["level"],
        row["comparator_mean"],
    )


def _is_small(effect: Candidate) -> bool:
    margin = MARGIN * effect.base
    return margin > 0.0 and -margin <= effect.low and effect.high <= margin


def _within_margin(effect: Candidate) -> Candidate:
    """The same as a prediction of no difference; as many agree as a normal of the interval's width has inside."""
    margin, sd = MARGIN * effect.base, (effect.high - effect.low) / 2.0 / float(stats.norm.ppf(0.5 + effect.level / 2))
    above, below = ((side - effect.estimate) / sd for side in (margin, -margin)) if sd else (inf, -inf)
    inside = float(stats.norm.cdf(above) - stats.norm.cdf(below))
    return replace(
        effect, kind="none", agreeing=inside, agreeing_by=NORMAL, refuting_below=-margin, refuting_above=margin
    )


def _harm_rises(row: Row, draws: int) -> Candidate:
    """The share of pairs in which entries fall and harm rises, with Wilson's interval."""
    return Candidate(
        "harm",
        row["arm"],
        "entries_fall_harm_rises",
        SHARE,
        row["probability"],
        row["low"],
        row["high"],
        draws,
        row["pairs"],
        float("nan"),
        float("nan"),
        row["probability"],
        PAIRS,
        row["level"],
        refuting_below=_possible(row["low"]),
        refuting_above=row["high"],
    )


def _possible(low: float) -> float:
    """A bound below which something can lie that is never negative; NaN where there is none."""
    return low if low > 0.0 else float("nan")


def _spared(fates: pd.DataFrame) -> list[Candidate]:
    """Children spared entry although their danger was about the same, or higher."""
    if fates.empty:
        return []
    chosen = fates[(fates["decision"] == SPARED) & (fates["fate"] != LOWER) & (fates["measure"] == "children")]
    return [
        replace(
            _counted(row),
            subject=str(row["fate"]),
            setting_high=str(row["fate"]),
            refuting_below=_possible(row["low"]),
            refuting_above=row["high"],
        )
        for row in chosen.to_dict("records")
        if row["high"] > 0.0
    ]


def _counted(row: Row) -> Candidate:
    found = uncertainty(row["low"], row["high"], row["draws"], row["replicates"], row["level"])
    return Candidate(
        "harm",
        row["arm"],
        "spared_not_safer",
        "children",
        row["estimate"],
        row["low"],
        row["high"],
        row["draws"],
        row["replicates"],
        found.error,
        found.sd,
        share_beyond_zero(row["estimate"], found.sd),
        level=row["level"],
    )
