"""The report of a study of all authorities: what their facts explain, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sos_sim.authorities.between import FEWEST
from sos_sim.authorities.report import figures as figures_authorities
from sos_sim.authorities.report.slopes import SAYS, slopes_section
from sos_sim.authorities.tables import AUTHORITIES, DEPRIVATION, EXPLAINED, OFFICIAL, PREDICTIONS
from sos_sim.core.errors import InputError
from sos_sim.kit.drawn_from import posterior_said
from sos_sim.kit.page import Page, Picture, Section, Sheet, Words
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.contracts import text

if TYPE_CHECKING:
    import pandas as pd

HEADLINE: Final = ("cla_start_rate", "cla_stock_rate", "cpp_start_rate", "cpp_stock_rate")
"""Care and plan rates: what the study is about."""
_COLUMNS = (
    "facts",
    "meaning",
    "authorities",
    "r2",
    "r2_low",
    "r2_high",
    "linear",
    "skill",
    "skill_lowest_draw",
    "skill_highest_draw",
    "slope",
    "official_mean",
    "simulated_mean",
    "official_sd",
    "simulated_sd",
)
_LABELS = {
    "facts": "facts known",
    "meaning": "measure",
    "r2": "R²",
    "r2_low": "from",
    "r2_high": "to",
    "linear": "regression on the same facts",
    "skill": "1 - SSE/SST",
    "skill_lowest_draw": "lowest draw",
    "skill_highest_draw": "highest draw",
    "official_mean": "official mean",
    "simulated_mean": "simulated mean",
    "official_sd": "official sd",
    "simulated_sd": "simulated sd",
}
_EXPLAINED: Final = EXPLAINED.derived(text("meaning", "the measure in words"))


def authorities_page(folder: Path) -> Page:
    """The page of a finished folder of ``authorities.study``. Raises ResultsFolderError for any other folder, and
    InputError where the study can say nothing."""
    from sos_sim.runs.store import read_manifest, read_table

    manifest = read_manifest(folder)
    explained, predictions, official = (read_table(folder, table) for table in (EXPLAINED, PREDICTIONS, OFFICIAL))
    told, deprivation = read_table(folder, AUTHORITIES), read_table(folder, DEPRIVATION)
    if explained.empty:
        raise InputError(
            f"there is no report of {folder}: no measure has different official figures of {FEWEST} authorities."
        )
    last = list(dict.fromkeys(explained["facts"]))[-1]
    everything = explained[explained["facts"] == last]
    sections = [
        Section(
            "explained",
            "What facts explain",
            [
                Words(tuple(rates_said(explained))),
                Picture(
                    "explained",
                    "How much of the official differences between authorities do their facts explain?",
                    figures_authorities.explained_by_step(explained),
                    "Squared correlation by measure and step of facts, with intervals and a regression.",
                    False,
                ),
                _sheet(explained),
            ],
        ),
        *([slopes_section(deprivation)] if len(deprivation) else []),
        Section(
            "authorities",
            "Every authority, official and simulated",
            [
                _scatter(pairs(predictions, official, row["measure"], last), row)
                for row in everything.to_dict("records")
            ],
        ),
        Section(
            "told",
            "What the model was told",
            [
                Sheet(
                    "authorities",
                    "Facts of each authority",
                    told,
                    AUTHORITIES,
                    SAYS.sentence("told_read"),
                    shows_effect=False,
                )
            ],
        ),
    ]
    return Page(
        "Do an authority's facts explain its figures?",
        _summary(manifest, explained, last),
        figures_authorities.FOOT,
        sections,
    )


def pairs(predictions: pd.DataFrame, official: pd.DataFrame, measure: str, facts: str) -> pd.DataFrame:
    """Official and simulated figures of one measure, a row an authority that has both."""
    chosen = predictions[(predictions["measure"] == measure) & (predictions["facts"] == facts)]
    drawn = chosen.groupby("authority")["value"].agg(simulated="mean", low="min", high="max")
    published = official[official["measure"] == measure].set_index("authority")["value"].rename("official")
    both: pd.DataFrame = drawn.join(published).dropna().reset_index()
    return both


def rates_said(explained: pd.DataFrame) -> list[str]:
    """What each care and plan rate says, in a sentence for each, best regression beside the model."""
    return [
        SAYS.sentence(
            "by_step",
            meaning=MEASURES[name].meaning,
            rows=rows.to_dict("records"),
            size=rows["simulated_sd"].iloc[-1] / rows["official_sd"].iloc[-1],
        )
        for name in HEADLINE
        if len(rows := explained[explained["measure"] == name])
    ]


def _scatter(both: pd.DataFrame, row: Mapping[str, Any]) -> Picture:
    """The scatter of one measure; ``row`` is its row of ``explained``."""
    name = str(row["measure"])
    return Picture(
        name,
        SAYS.sentence("scatter_title", meaning=MEASURES[name].meaning, row=row),
        figures_authorities.official_against_model(both, name, "all facts"),
        "Scatter of authorities, official against simulated, with the line of agreement.",
        False,
    )


def _summary(study: Mapping[str, Any], explained: pd.DataFrame, last: str) -> list[str]:
    care = explained[(explained["facts"] == last) & explained["measure"].isin(HEADLINE)].set_index("measure")["r2"]
    summary = SAYS.paragraphs(
        "summary",
        authorities=study["authorities"],
        year=str(study["panel_year"]),
        draws=study["drawn"],
        shares=[(MEASURES[name].meaning, care[name]) for name in HEADLINE if name in care],
    )
    return [*summary, *posterior_said(study)]


def _sheet(explained: pd.DataFrame) -> Sheet:
    frame = explained.assign(meaning=[MEASURES[name].meaning for name in explained["measure"]])
    formats = dict.fromkeys(_COLUMNS[3:11], ".2f")
    return Sheet(
        "explained",
        "What each step of facts explains",
        frame,
        _EXPLAINED,
        SAYS.sentence("table_read"),
        formats,
        _LABELS,
        _COLUMNS,
        shows_effect=False,
    )
