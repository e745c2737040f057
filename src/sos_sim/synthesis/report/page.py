"""The page of a synthesis: what studies found and the model says, what they did to the links, what they predict."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.page import Page, Picture, Section, Sheet, Words
from sos_sim.kit.words import Wording
from sos_sim.synthesis.report import figures
from sos_sim.synthesis.report.sheets import HELD_TITLED, MOVES, WEIGHINGS_TITLED
from sos_sim.synthesis.tables import BY_STUDY, OUTCOMES_HELD, STRENGTHS, STUDIES, WEIGHINGS
from sos_sim.theory.parameters import THEORY_NULL, declared

if TYPE_CHECKING:
    import pandas as pd

SAYS: Final = Wording("sos_sim.synthesis.report", "evidence")
BEYOND_NOISE: Final = 2.0
"""A mean that moved by so many times the luck of the draws is said to have moved."""
_HELD: Final = {
    "title": "study",
    "label": "outcome",
    "months": "months",
    "found": "found",
    "value": "estimate",
    "error": "error",
    "before_mean": "model before",
    "before_low": "from",
    "before_high": "to",
    "after_mean": "model after",
    "luck": "luck",
    "probability_before": "probability before",
    "probability_left_out": "from the others",
    "gap": "short by",
    "unit": "unit",
    "verdict": "verdict",
}


def synthesis_page(folder: Path) -> Page:
    """The page of a finished synthesis. Raises ResultsFolderError for any other folder."""
    from sos_sim.runs.store import read_table

    studies, held, strengths, by_study, weighings = (
        read_table(folder, table) for table in (STUDIES, OUTCOMES_HELD, STRENGTHS, BY_STUDY, WEIGHINGS)
    )
    titles = studies.set_index("study")["title"]
    held = held.assign(title=held["study"].map(titles))
    weighings = weighings.assign(title=weighings["study"].map(titles).fillna(""))
    conditions, predicted = held[held["role"] == "condition"], held[held["role"] == "predict"]
    sections = [
        _findings(conditions),
        _links(strengths, by_study, titles),
        _null(weighings),
        *([_predicted(predicted)] if len(predicted) else []),
        _told(studies),
    ]
    return Page(
        "What do published studies say of the links?", summary_said(held, strengths, weighings), CAVEAT, sections
    )


def summary_said(held: pd.DataFrame, strengths: pd.DataFrame, weighings: pd.DataFrame) -> list[str]:
    """The summary: how many draws are left, what is out of reach, and what was learnt."""
    conditions = held[held["role"] == "condition"]
    before, after = (weighings[weighings["setting"] == setting].iloc[0].to_dict() for setting in ("none", "all"))
    moved = strengths[strengths["moved"].abs() > BEYOND_NOISE * strengths["noise"]]
    return SAYS.paragraphs(
        "summary",
        before=before,
        after=after,
        studies=conditions["study"].nunique(),
        outcomes=len(conditions),
        agree=int((conditions["verdict"] == "agree").sum()),
        far=int((conditions["verdict"] == "out of reach").sum()),
        moved=[_moved_said(row) for row in moved.to_dict("records") if row["parameter"] != THEORY_NULL],
    )


def troubles_said(held: pd.DataFrame) -> list[str]:
    """A paragraph for each finding that model and studies do not agree about, or one that says there is none."""
    rows = held[held["verdict"] != "agree"].to_dict("records")
    return [SAYS.sentence("trouble", row=row) for row in rows] or [SAYS.sentence("no_trouble")]


def studies_said(weighings: pd.DataFrame) -> list[str]:
    """A sentence for each study: what it says of the null theory alone, and what the others say without it."""
    alone, without = (weighings[weighings["setting"] == setting] for setting in ("only", "without"))
    return [
        SAYS.sentence("of_study", row=row, other=other)
        for row, other in zip(alone.to_dict("records"), without.to_dict("records"), strict=True)
    ]


def _moved_said(row: Mapping[Any, Any]) -> str:
    return f"{row['parameter']} ({'up' if row['moved'] > 0 else 'down'})"


def _findings(held: pd.DataFrame) -> Section:
    return Section(
        "findings",
        "What studies found, and what the model says of it",
        [
            Words(tuple(troubles_said(held))),
            Picture(
                "findings",
                "Does the model reach what the studies found?",
                figures.findings_against_model(held),
                "For each outcome an interval of the finding and two of the model, in standard errors of the study.",
            ),
            _sheet("held", "Findings and the model", held, SAYS.sentence("held_read")),
            Words((SAYS.sentence("method_read"),)),
        ],
    )


def _links(strengths: pd.DataFrame, by_study: pd.DataFrame, titles: pd.Series[str]) -> Section:
    links = strengths[strengths["parameter"] != THEORY_NULL]
    drawn = links.assign(highest=[float(declared()[name].high) for name in links["parameter"]])
    alone = by_study[by_study["setting"] == "only"]
    moves = alone.pivot(index="parameter", columns="study", values="moved").reindex(list(strengths["parameter"]))
    return Section(
        "links",
        "What the studies did to each link",
        [
            Picture(
                "strengths",
                "How strong is each link before and after the studies?",
                figures.strengths_before_and_after(drawn),
                "For each strength two intervals, before and after.",
            ),
            Sheet(
                "strengths", "Every strength before and after", strengths, STRENGTHS, SAYS.sentence("strengths_read")
            ),
            Sheet(
                "moves",
                "How far each study alone moves each strength (standard deviations)",
                moves.reset_index(),
                MOVES,
                SAYS.sentence("strengths_read"),
                dict.fromkeys(map(str, moves.columns), "+.2f"),
                {name: str(titles[name]) for name in map(str, moves.columns)},
            ),
        ],
    )


def _null(weighings: pd.DataFrame) -> Section:
    return Section(
        "null",
        "Can the theory be null?",
        [
            Words(tuple(studies_said(weighings))),
            Picture(
                "null",
                "What does each study say of the null theory?",
                figures.null_by_study(weighings),
                "For each study the probability of the null theory by it alone and by all others.",
            ),
            Sheet(
                "weighings",
                "All, each alone, and all without each",
                weighings,
                WEIGHINGS_TITLED,
                SAYS.sentence("weighings_read"),
            ),
        ],
    )


def _predicted(held: pd.DataFrame) -> Section:
    read = SAYS.sentence("predicted_read")
    return Section(
        "predicted",
        "Studies that were predicted",
        [
            Words((read, *troubles_said(held))),
            Picture(
                "predicted",
                "Are findings predicted that were not used?",
                figures.findings_against_model(held),
                "For each outcome an interval of the finding and two of the model, in standard errors of the study.",
            ),
            _sheet("predicted", "Predictions beside findings", held, read),
        ],
    )


def _told(studies: pd.DataFrame) -> Section:
    left_out = studies[studies["not_formed"] != ""].to_dict("records")
    return Section(
        "studies",
        "The studies",
        [
            Words(tuple(SAYS.paragraphs("not_formed", studies=left_out))),
            Sheet("studies", "The published studies", studies, STUDIES, shows_effect=False),
        ],
    )


def _sheet(name: str, title: str, held: pd.DataFrame, note: str) -> Sheet:
    return Sheet(
        name, title, held, HELD_TITLED, note, dict.fromkeys(("luck", "probability_before"), ".2f"), _HELD, tuple(_HELD)
    )
