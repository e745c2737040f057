"""What a fit says, in sentences made from its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sos_sim.kit.sentences import capital
from sos_sim.kit.tables import number_in_unit
from sos_sim.outcomes.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

_ALL_PARAMETERS = "all parameters"
MOST_AND_LEAST = 5


def count_words(fitted: pd.DataFrame, kept_aside: pd.DataFrame) -> list[str]:
    """The summary: how many targets and figures are met; a target counts by its worst figure."""
    worst = fitted.assign(away=fitted["distance"].abs()).groupby("target")["away"].max()
    sentences = [
        f"Of {len(worst)} official targets used for the fit, {(worst <= 1.0).sum()} are met within 1 tolerance and "
        f"{(worst <= 2.0).sum()} within 2 (a target of several figures counts by its worst).",
        f"The 90% interval of what the model says for one authority contains {int(fitted['inside'].sum())} of "
        f"{len(fitted)} published figures.",
    ]
    if len(kept_aside):
        met = int((kept_aside["distance"].abs() <= 2.0).sum())
        sentences.append(f"Published figures kept aside: {len(kept_aside)}, of which {met} within 2 tolerances.")
    return sentences


def miss_words(fitted: pd.DataFrame) -> list[str]:
    """One paragraph for each figure beyond 2 tolerances, the farthest first; says so when there is none."""
    missed = fitted[fitted["distance"].abs() > 2.0]
    if missed.empty:
        return ["No figure used for the fit lies beyond 2 tolerances."]
    order = missed["distance"].abs().sort_values(ascending=False).index
    return [_miss(row) for _, row in missed.loc[order].iterrows()]


def validation_words(kept_aside: pd.DataFrame) -> list[str]:
    """How the figures that the fit never saw are met: the independent check."""
    within = {limit: int((kept_aside["distance"].abs() <= limit).sum()) for limit in (1.0, 2.0)}
    scored = (
        f"Published figures that played no part in the fit: {len(kept_aside)}, of which {within[1.0]} within "
        f"1 tolerance, {within[2.0]} within 2, and {int(kept_aside['inside'].sum())} inside the 90% interval."
    )
    beyond = kept_aside[kept_aside["distance"].abs() > 2.0]
    return [scored, *(_miss(row) for _, row in beyond.iterrows())]


def contraction_words(contraction: pd.DataFrame, coverage: pd.DataFrame | None) -> list[str]:
    """What the official figures taught about parameters, and how often known parameters were recovered."""
    kinds = contraction["identified"].str.partition(":")[0].value_counts()
    ordered = contraction.sort_values("contraction", ascending=False)
    most, least = ordered.head(MOST_AND_LEAST), ordered.tail(MOST_AND_LEAST).iloc[::-1]
    sentences = [
        f"{len(contraction)} uncertain parameters: {', '.join(f'{n} {kind}' for kind, n in kinds.items())}.",
        f"Most was learned about {_listed(most)}; least about {_listed(least)}.",
        _strengths(contraction[contraction["strength"]]),
    ]
    if coverage is not None:
        whole = coverage[coverage["parameter"] == _ALL_PARAMETERS].iloc[0]
        sentences.append(
            f"When figures were simulated from {int(whole['truths'])} known sets of parameters, the calibration's 90% "
            f"intervals covered {whole['coverage_90']:.0%} of the true values and its 50% intervals "
            f"{whole['coverage_50']:.0%}."
        )
    return [sentence for sentence in sentences if sentence]


def _miss(row: Any) -> str:
    """What is wrong with one figure, how sure that is, and what that says about the model."""
    unit = MEASURES[row["measure"]].unit if row["measure"] in MEASURES else ""
    simulated, official, low, high = (
        number_in_unit(float(row[name]), unit, float(row["official"]))
        for name in ("simulated", "official", "low_with_luck", "high_with_luck")
    )
    side = "high" if row["distance"] > 0 else "low"
    certain = "contains" if row["inside"] else "does not contain"
    parts = [
        f"{capital(row['name'])} ({row['measure']}): simulated {simulated} against {official} "
        f"({unit}, {row['year']}), {abs(row['distance']):.1f} tolerances too {side}.",
        f"The 90% interval, {low} to {high}, {certain} the official figure.",
        _against_authorities(row),
        _against_prior(row),
        f"Source: {row['source']}, grade {row['grade']}" + (f"; {row['note']}." if row["note"] else "."),
    ]
    return " ".join(part for part in parts if part)


def _against_authorities(row: Any) -> str:
    """Whether the simulated figure is one that many authorities have."""
    if row["authorities_low"] != row["authorities_low"]:
        return ""
    within = row["authorities_low"] <= row["simulated"] <= row["authorities_high"]
    return ("It is within" if within else "It is outside") + " the 10th to 90th centile of English authorities."


def _against_prior(row: Any) -> str:
    """Whether the miss lies in the rules or in the pull of other figures; known only after a calibration."""
    if "prior_low" not in row or row["prior_low"] != row["prior_low"]:
        return ""
    if row["prior_low"] <= row["official"] <= row["prior_high"]:
        return "Trials drawn from the prior do reach it: other figures pull the model away from it."
    return (
        "At least nineteen in twenty trials drawn from the prior lie on one side of it: the rule or its definition, "
        "rather than the strength of a belief, stands in the way."
    )


def _listed(parameters: pd.DataFrame) -> str:
    return ", ".join(
        f"{name} ({gain:.0%})" for name, gain in zip(parameters["parameter"], parameters["contraction"], strict=True)
    )


def _strengths(strengths: pd.DataFrame) -> str:
    """The link strengths, which usual practice cannot tell."""
    if strengths.empty:
        return ""
    kept = int(strengths["identified"].str.startswith("not").sum())
    return (
        f"{kept} of the {len(strengths)} strengths of links in the programme theory are not identified by "
        "figures on usual practice: they keep their priors, and nothing in this report says how strong they are."
    )
