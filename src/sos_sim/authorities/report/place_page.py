"""The page of one place: whether the simulated place is the real one, its neighbours, what it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sos_sim.authorities.place import LocalPlace, facts_table, seen_table
from sos_sim.authorities.report import figures_place
from sos_sim.authorities.sheets import FOLDER_SEEN, NEIGHBOURS, NEIGHBOURS_OVER_TIME, PLACE_CHECK, PLACE_FACTS
from sos_sim.kit.page import Block, Page, Picture, Section, Sheet, Words
from sos_sim.kit.place import FAR, headlines_off
from sos_sim.kit.sentences import capital, said
from sos_sim.kit.words import Wording
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.contracts import text

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.authorities.neighbours import Neighbours

SAYS: Final = Wording("sos_sim.authorities.report", "place")
_NAMED: Final = text("figure", "the measure in words")
_CHECK: Final = PLACE_CHECK.derived(_NAMED)
_LEVEL: Final = NEIGHBOURS.derived(_NAMED)
_CHECK_COLUMNS: Final = (
    "figure",
    "official",
    "tolerance",
    "simulated",
    "off",
    "distance",
    "low",
    "high",
    "england",
    "year",
)
_LEVEL_COLUMNS: Final = (
    "figure",
    "years",
    "own",
    "median",
    "lowest",
    "highest",
    "england",
    "above",
    "neighbours",
    "change",
    "median_change",
)


def place_page(place: LocalPlace) -> Page:
    """All of a place; the check comes first where it was calibrated, with a banner where a headline is far off."""
    sections = [
        *([] if place.check is None else [_check_section(place.check, drawn=True)]),
        *([neighbours_section(place.name, place.neighbours)] if len(place.neighbours.level) else []),
        _facts_section(place),
        _seen_section(place),
    ]
    title = f"{place.name} beside its neighbours" if place.check is None else f"{place.name}: the place and its figures"
    return Page(title, _summary(place), _caveat(place), sections)


def check_page(place: LocalPlace) -> Page:
    """The check of a calibrated place on one printed page. Raises ValueError where it was not calibrated."""
    if place.check is None:
        raise ValueError(f"{place.name} was not calibrated")
    title = f"{place.name}, published and simulated"
    return Page(
        title, [check_said(place.name, place.check)], _caveat(place), [_check_section(place.check, drawn=False)]
    )


def _caveat(place: LocalPlace) -> str:
    if place.check is None:
        return figures_place.NEIGHBOURS_FOOT
    return banner_said(place.name, place.check) or figures_place.FOOT


def banner_said(name: str, check: pd.DataFrame) -> str:
    """What to read first where a headline is further off than a tenth; '' where none is."""
    rows = headlines_off(check.assign(local=True)).to_dict("records")
    return SAYS.sentence("banner", name=name, rows=rows)


def check_said(name: str, check: pd.DataFrame) -> str:
    """How many figures are near, in a sentence."""
    near, headline = check["off"].abs() <= FAR, check["headline"]
    inside = (check["low"] <= check["official"]) & (check["official"] <= check["high"])
    return SAYS.sentence(
        "summary",
        name=name,
        figures=len(check),
        near=int(near.sum()),
        headlines=int(headline.sum()),
        headlines_near=int((near & headline).sum()),
        within=int((check["distance"].abs() <= 2.0).sum()),
        inside=int(inside.sum()),
    )


def _check_section(check: pd.DataFrame, *, drawn: bool) -> Section:
    """Every own figure, published, simulated, and how far off: a table, and a figure where it is ``drawn``."""
    sheet = Sheet(
        "place_check",
        "The place's own figures, published and simulated",
        check.assign(
            figure=[capital(said(name)) for name in check["measure"]],
            unit=[MEASURES[name].unit for name in check["measure"]],
        ),
        _CHECK,
        SAYS.sentence("check_read"),
        {"off": "+.0%", "distance": "+.1f", "year": "g"},
        {"official": "published", "low": "90% interval from", "high": "to", "england": "England"},
        [*_CHECK_COLUMNS, *(("unit",) if drawn else ())],
        shows_effect=False,
    )
    if not drawn:
        return Section("check", "Published and simulated", [sheet])
    picture = Picture(
        "place_check",
        "How far is each simulated figure from the place's own?",
        figures_place.off_by_figure(check),
        "Simulated figures relative to the place's own published ones, a row a figure, with England's beside.",
        False,
    )
    return Section("check", "Published and simulated", [picture, Words((SAYS.sentence("check_figure"),)), sheet])


def neighbours_section(name: str, found: Neighbours) -> Section:
    """The place beside its neighbours: in words, in time, in level."""
    level = found.level.assign(figure=[capital(said(measure)) for measure in found.level["measure"]])
    others = [other.name for other in found.others]
    blocks: list[Block] = [
        Words(
            (
                SAYS.sentence("neighbours", name=name, others=others, by=found.by, facts=list(found.facts)),
                *(SAYS.sentence("beside", row=row) for row in found.level.to_dict("records")),
            )
        ),
        Picture(
            "neighbours",
            "How did each headline figure go, here and at the neighbours?",
            figures_place.beside_neighbours(found.over_time),
            "Headline figures by year: the place, its neighbours, their median and England.",
            False,
        ),
        Sheet(
            "neighbours",
            "Each headline figure beside the neighbours'",
            level,
            _LEVEL,
            SAYS.sentence("neighbours_read"),
            {"change": "+.0%", "median_change": "+.0%"},
            {
                "england": "England",
                "above": "neighbours above",
                "neighbours": "of",
                "change": "change over five years",
                "median_change": "neighbours' change",
            },
            _LEVEL_COLUMNS,
            shows_effect=False,
        ),
        Sheet(
            "neighbours_over_time",
            "The same year by year",
            found.over_time,
            NEIGHBOURS_OVER_TIME,
            "",
            {"year": "g"},
            shows_effect=False,
        ),
    ]
    return Section("neighbours", "Neighbours", blocks)


def _summary(place: LocalPlace) -> list[str]:
    if place.check is None:
        return [SAYS.sentence("not_fitted", name=place.name)]
    written = SAYS.sentence("written", scenario=place.scenario, posterior=place.posterior)
    return [check_said(place.name, place.check), written]


def _facts_section(place: LocalPlace) -> Section:
    sheet = Sheet(
        "place_facts",
        "What the model is told of the place",
        facts_table(place.authority),
        PLACE_FACTS,
        SAYS.sentence("facts_read"),
        labels={"england": "England"},
        shows_effect=False,
    )
    return Section("facts", "What the model is told", [sheet, Words(place.authority.notes)])


def _seen_section(place: LocalPlace) -> Section:
    sheet = Sheet(
        "folder_seen",
        "What the folder of tables held",
        seen_table(place.published),
        FOLDER_SEEN,
        SAYS.sentence("seen_read"),
        shows_effect=False,
    )
    return Section("seen", "What was read", [sheet])
