"""Made-up hypothesis cards of every kind, and the trials that they are set against."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from sos_sim.hypotheses.build import KINDS, Hypotheses
from sos_sim.hypotheses.report.page import hypotheses_page
from sos_sim.hypotheses.tables import CARDS, DROPPED
from sos_sim.hypotheses.trial_tables import NOT_COUNTED, NOT_RECORDED, NOT_SEEN, SEEN, TrialTables
from sos_sim.kit.page import Page
from sos_sim.trials.tables import ASSURANCE, POWER
from support.artists import shares_apart
from support.declared import made
from support.tables_of_comparisons import comparison_material

NOTHING = float("nan")
RATE = "per 10,000 a year"
CARD: dict[str, Any] = {
    "id": "effect-1",
    "rank": 3,
    "kind": "effect",
    "arm": "Offer",
    "outcome": "cla_start_rate",
    "unit": RATE,
    "estimate": -1.5,
    "low": -2.75,
    "high": -0.25,
    "draws": 12,
    "pairs": 24,
    "agreeing": 0.83,
    "agreeing_by": "counted",
    "level": 0.95,
    "subject": "",
    "setting_low": "",
    "setting_high": "",
    "at_low": -0.4,
    "at_high": -1.9,
    "refuting_below": NOTHING,
    "refuting_above": -0.25,
    "base": 21.0,
    "strength": 1.25,
    "beliefs": "a, b",
    "grade_weakest": "D",
    "grade_typical": "C",
    "seen": SEEN,
    "design": "parallel",
    "analysis": "cluster_summary",
    "clusters": 20.0,
    "power": 0.64,
    "true_effect": -2.0,
    "detectable": 1.25,
    "assurance": 0.4,
    "assurance_low": 0.3,
    "assurance_high": 0.55,
}
OF_KIND: Final[dict[str, dict[str, Any]]] = {
    "none": {"refuting_below": -1.05, "refuting_above": 1.05, "seen": NOT_COUNTED},
    "harm": {
        "outcome": "entries_fall_harm_rises",
        "estimate": 0.18,
        "low": 0.09,
        "high": 0.32,
        "refuting_above": 0.09,
        "seen": NOT_RECORDED,
    },
    "link": {"subject": "M5 network", "seen": NOT_SEEN, "link": "M5", "link_name": "network"},
    "context": {"subject": "supervision", "setting_low": "0.1", "setting_high": "0.9", "region": "above 0.4"},
    "families": {"subject": "need", "setting_low": "low", "setting_high": "high", "design": "families"},
    "trust": {"subject": "gate", "unit": "share", "setting_low": "the least open", "setting_high": "the most open"},
    "delivery": {"setting_low": "50%", "setting_high": "100%"},
    "programmes": {"setting_low": "Less", "setting_high": "More"},
    "conditions": {
        "outcome": "success",
        "subject": "effect of cla_start_rate below -0.5",
        "estimate": 0.6,
        "low": 0.46,
        "high": 0.72,
        "base": 0.2,
        "conditions": "trust_gain above 0.1",
    },
}
"""What makes the card one of another kind than an effect."""


def made_up_cards(folder: Path) -> Page:
    """The page of a card of every kind, and two more effects, beside a made-up comparison."""
    shift = {name: CARD[name] for name in ("estimate", "low", "high", "at_low", "at_high")}
    rows = [
        {**CARD, **{name: value * (1.0 + 0.1 * place) for name, value in shift.items()}, **OF_KIND.get(kind, {})}
        | {"kind": kind, "id": f"{kind}-{place}", "rank": 13 - place, "strength": 0.5 + 0.13 * place}
        for place, kind in enumerate([*KINDS, "effect", "effect"], 1)
    ]
    dropped = [
        {"kind": "effect", "reason": "luck", "candidates": 7},
        {"kind": "link", "reason": "unsure", "candidates": 4},
    ]
    found = Hypotheses(made(CARDS, rows), made(DROPPED, dropped), TrialTables(*trials()), 1, 12)
    return hypotheses_page(comparison_material(folder), found)


def trials() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Power of two analyses of two designs, of which one has more; assurance of all."""
    places = [
        {"design": design, "clusters": clusters, "analysis": analysis, "outcome": "care_starts"}
        for design in ("stepped_wedge", "parallel")
        for analysis in ("mixed_model", "cluster_summary")
        for clusters in (40, 10)
    ]
    power = shares_apart(made(POWER, [{**place, "effect": "as assumed"} for place in places]), "rejected")
    assurance = shares_apart(made(ASSURANCE, _once(places)), "assurance")
    return power, assurance.assign(low=assurance["assurance_low"], high=assurance["assurance_high"])


def _once(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Assurance is told by one analysis a design."""
    return [place for place in places if place["analysis"] == "cluster_summary"]
