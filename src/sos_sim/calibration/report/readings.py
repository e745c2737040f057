"""What a fit says, in sentences made from its tables; the sentences are in ``words/fit.jinja``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sos_sim.calibration.tables import ALL, ALL_RUN_ANEW
from sos_sim.kit.tables import number_in_unit
from sos_sim.kit.words import Wording
from sos_sim.outcomes.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

SAYS: Final = Wording("sos_sim.calibration.report", "fit")
MOST_AND_LEAST = 5


def count_words(fitted: pd.DataFrame, kept_aside: pd.DataFrame) -> list[str]:
    """The summary: how many targets and figures are met; a target counts by its worst figure."""
    worst = fitted.assign(away=fitted["distance"].abs()).groupby("target")["away"].max()
    met = SAYS.paragraphs(
        "counted_as_met",
        targets=len(worst),
        within_one=_within(worst, 1.0),
        within_two=_within(worst, 2.0),
        inside=int(fitted["inside"].sum()),
        figures=len(fitted),
    )
    if kept_aside.empty:
        return met
    within = _within(kept_aside["distance"], 2.0)
    return [*met, SAYS.sentence("kept_aside", figures=len(kept_aside), within_two=within)]


def miss_words(fitted: pd.DataFrame) -> list[str]:
    """One paragraph for each figure beyond 2 tolerances, the farthest first; says so when there is none."""
    missed = fitted[fitted["distance"].abs() > 2.0]
    if missed.empty:
        return [SAYS.sentence("nothing_missed")]
    order = missed["distance"].abs().sort_values(ascending=False).index
    return [_miss(row) for row in missed.loc[order].to_dict("records")]


def validation_words(kept_aside: pd.DataFrame) -> list[str]:
    """How the figures that the fit never saw are met: the independent check."""
    scored = SAYS.sentence(
        "validated",
        figures=len(kept_aside),
        within_one=_within(kept_aside["distance"], 1.0),
        within_two=_within(kept_aside["distance"], 2.0),
        inside=int(kept_aside["inside"].sum()),
    )
    beyond = kept_aside[kept_aside["distance"].abs() > 2.0]
    return [scored, *(_miss(row) for row in beyond.to_dict("records"))]


def contraction_words(contraction: pd.DataFrame, coverage: pd.DataFrame | None) -> list[str]:
    """What the official figures taught about parameters, and how often known parameters were recovered."""
    kinds = contraction["identified"].str.partition(":")[0].value_counts()
    ordered = contraction.sort_values("contraction", ascending=False)
    said = SAYS.paragraphs(
        "learned",
        parameters=len(contraction),
        kinds=[(str(kind), int(count)) for kind, count in kinds.items()],
        most=ordered.head(MOST_AND_LEAST).to_dict("records"),
        least=ordered.tail(MOST_AND_LEAST).iloc[::-1].to_dict("records"),
    )
    strengths = contraction[contraction["strength"]]
    if len(strengths):
        kept = int(strengths["identified"].str.startswith("not").sum())
        said.append(SAYS.sentence("strengths", strengths=len(strengths), kept=kept))
    if coverage is not None:
        rows = coverage.set_index("parameter")
        anew = rows.loc[ALL_RUN_ANEW] if ALL_RUN_ANEW in rows.index else None
        said.append(SAYS.sentence("recovered", row=rows.loc[ALL], anew=anew))
    return said


def _within(distances: pd.Series[float], tolerances: float) -> int:
    return int((distances.abs() <= tolerances).sum())


def _miss(row: dict[Any, Any]) -> str:
    """What is wrong with one figure, how sure that is, and what that says about the model."""
    unit = MEASURES[row["measure"]].unit if row["measure"] in MEASURES else ""
    written = {
        name: number_in_unit(float(row[column]), unit, float(row["official"])).replace("-", "−")
        for name, column in (
            ("simulated", "simulated"),
            ("official", "official"),
            ("low", "low_with_luck"),
            ("high", "high_with_luck"),
        )
    }
    return SAYS.sentence("missed", row=row, unit=unit, **written)
