"""A made-up synthesis of three published studies, hardly two numbers alike: nothing is simulated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sos_sim.runs.store import keep_tables
from sos_sim.synthesis.tables import BY_STUDY, OF_STUDY, OUTCOMES_HELD, STRENGTHS, STUDIES, WEIGHINGS
from sos_sim.theory.parameters import THEORY_NULL
from support.declared import made

TITLES: Final = {"trial": "A trial", "survey": "A survey", "cohort": "A cohort"}
FOUND: Final = (
    ("trial", "condition", "looked after then", "estimate", "out of reach", 12),
    ("trial", "condition", "days in care", "none", "conflict", 6),
    ("survey", "condition", "trust", "more", "agree", 0),
    ("survey", "condition", "plans", "fewer", "unlikely", 1),
    ("cohort", "predict", "re-referral", "estimate", "agree", 24),
)
"""Study, role, what was looked at, what was found, how the model stands to it, months."""
STRENGTHS_DRAWN: Final = {"relational": ("M2", 0.5), "plan_effect": ("M6", -0.31), THEORY_NULL: ("", 0.9)}
"""Link, and by how much the mean moved."""
SETTINGS: Final = (("none", ""), ("all", ""), *((one, study) for study in TITLES for one in ("only", "without")))


def keep_synthesis(folder: Path) -> Path:
    """The folder of a finished synthesis."""
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"kind": "synthesis", "status": "complete"}))
    tables = {
        "studies": made(STUDIES, _studies()),
        "held": made(OUTCOMES_HELD, _held()),
        "strengths": made(STRENGTHS, _strengths()),
        "by_study": made(BY_STUDY, _by_study()),
        "weighings": made(WEIGHINGS, _weighings()),
    }
    keep_tables(folder, tables, OF_STUDY)
    return folder


def _studies() -> Iterator[dict[str, Any]]:
    for study, title in TITLES.items():
        role = "predict" if study == "cohort" else "condition"
        yield {"study": study, "title": title, "role": role, "not_formed": "no schools" if study == "survey" else ""}


def _held() -> Iterator[dict[str, Any]]:
    for place, (study, role, label, found, verdict, months) in enumerate(FOUND):
        value = float("nan") if found in ("none", "more", "fewer") else 0.03 * (place - 2)
        yield {
            "study": study,
            "outcome": f"{study}-{place}",
            "role": role,
            "label": label,
            "unit": "share",
            "months": months,
            "found": found,
            "value": value,
            "error": 0.02 + 0.003 * place,
            **_drawn(0.011 * (place - 1), 0.02),
            "luck": 0.1 + 0.05 * place,
            "probability_before": 0.2 + 0.07 * place,
            "probability_left_out": 0.01 + 0.02 * place,
            "gap": 0.013 * (place + 1),
            "verdict": verdict,
        }


def _drawn(before: float, width: float) -> dict[str, float]:
    """Means and ends of an interval before and after, lopsided."""
    return {
        f"{when}_{what}": before + moved + end * width
        for when, moved in (("before", 0.0), ("after", 0.3 * width))
        for what, end in (("mean", 0.0), ("low", -0.7), ("high", 1.1))
    }


def _strengths() -> Iterator[dict[str, Any]]:
    for place, (name, (link, moved)) in enumerate(STRENGTHS_DRAWN.items()):
        drawn = _drawn(0.3 + 0.1 * place, 0.2)
        yield {"parameter": name, "link": link, "meaning": name, "moved": moved, "noise": 0.17 - 0.01 * place, **drawn}


def _by_study() -> Iterator[dict[str, Any]]:
    for number, (setting, study) in enumerate(SETTINGS):
        for place, (name, (_, moved)) in enumerate(STRENGTHS_DRAWN.items()):
            shifted = moved * (1.0 - 0.1 * number)
            yield {"setting": setting, "study": study, "parameter": name, "mean": 0.3 + 0.1 * place, "moved": shifted}


def _weighings() -> Iterator[dict[str, Any]]:
    for number, (setting, study) in enumerate(SETTINGS):
        yield {
            "setting": setting,
            "study": study,
            "draws": 200,
            "effective": 200.0 - 21.0 * number,
            "null": 0.25 - 0.023 * number,
            "bayes_factor": 1.0 - 0.11 * number,
        }
