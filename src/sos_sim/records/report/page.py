"""The page of an authority's own records: what was read, and what it says. Made from counts alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Page, Picture, Section, Sheet
from sos_sim.kit.words import Wording
from sos_sim.records.cells import said_year
from sos_sim.records.report import figures
from sos_sim.records.tables import (
    COUNTED,
    COUNTS,
    LEAVING_CARE,
    LEFT_OUT,
    MEASURES_OF_CARE,
    MEASURES_OF_NEED,
    REENTRY,
    RETURNS,
)
from sos_sim.runs.contracts import Contract, text
from sos_sim.runs.store import read_manifest, read_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SAYS: Final = Wording("sos_sim.records.report", "records")
_A_YEAR: Final = 365
_BY_YEAR: Final = Contract(
    "by_year",
    "Counts by year, undivided.",
    (text("measure", "what is counted"), text("meaning", "the same in words")),
    ("measure",),
    "one for each year, by the 31 March on which it ends; missing where it is not counted",
)
_MONTHS_SHOWN: Final = 6
"""Of the months in which shares who have left are known, every sixth stands in the table."""
_FORMATS: Final = {"count": ",.0f", "share": ".1%", "low": ".1%", "high": ".1%"}
_LABELS: Final = {"measure": "counted"}


def records_page(folder: Path) -> Page:
    """The page of a folder that ``records.keeping`` wrote. Raises ResultsFolderError for any other."""
    tables = {contract.name: read_table(folder, contract) for contract in (RETURNS, LEFT_OUT, COUNTS)}
    counts, returns = tables["counts"], tables["returns"]
    notes = read_manifest(folder)["notes"]
    foot = SAYS.sentence("foot")
    sections = [_read(returns, tables["left_out"])]
    if "SSDA903" in set(returns["collection"]):
        curves = (read_table(folder, LEAVING_CARE), read_table(folder, REENTRY))
        sections += list(_care(counts[counts["measure"].isin(list(MEASURES_OF_CARE))], *curves, foot))
    else:
        curves = None
    need = counts[counts["measure"].isin(list(MEASURES_OF_NEED))]
    if len(need):
        sections.append(_need(need))
    back = None if curves is None else _back_in_a_year(curves[1])
    return Page("Own records", _summary(returns, counts, back, notes), foot, sections)


def _read(returns: pd.DataFrame, left_out: pd.DataFrame) -> Section:
    blocks = [
        _sheet("returns", "returns that were read", returns, RETURNS),
        _sheet("left_out", "left out or changed, and why", left_out, LEFT_OUT),
    ]
    return Section("read", "What was read", blocks)


def _care(counts: pd.DataFrame, leaving: pd.DataFrame, back: pd.DataFrame, foot: str) -> Iterator[Section]:
    blocks: list[Block] = [
        _picture("by_year", figures.over_the_years(counts, foot), "Lines of children looked after, started, ceased."),
        _years("by_year", counts),
        _picture("by_group", figures.at_the_end(counts, foot), "Bars of children by age, legal status and place."),
        _sheet("counts_of_care", "children looked after, divided", counts, COUNTS, "counts_read"),
    ]
    yield Section("looked-after", "Children looked after", blocks)
    blocks = []
    if len(leaving):
        months = leaving[leaving["month"] % _MONTHS_SHOWN == 0]
        blocks += [
            _picture("leaving", figures.leaving_curve(leaving, foot), "Share who have left care, by where to."),
            _sheet("leaving_care", "left by, and where to", months, LEAVING_CARE, "leaving_read"),
        ]
    if back["share"].notna().any():
        blocks.append(_picture("reentry", figures.coming_back(back, foot), "Shares back in care, with intervals."))
    if len(back):
        blocks.append(_sheet("reentry", "back in care", back, REENTRY, "back_read"))
    if blocks:
        yield Section("leaving", "Leaving care and coming back", blocks)


def _picture(name: str, figure: Figure, alt: str) -> Picture:
    return Picture(name, SAYS.sentence("question", name=name), figure, alt, shows_effect=False)


def _sheet(name: str, title: str, frame: pd.DataFrame, contract: Contract, note: str = "") -> Sheet:
    """A table; ``note`` names the sentences that say how it is to be read."""
    said = SAYS.sentence(note) if note else ""
    return as_sheet(name, title, frame, contract, note=said, formats=_FORMATS, labels=_LABELS, shows_effect=False)


def _need(counts: pd.DataFrame) -> Section:
    blocks = [
        _years("need_by_year", counts),
        _sheet("counts_of_need", "children in need, divided", counts, COUNTS, "need_read"),
    ]
    return Section("need", "Children in need", blocks)


def _years(name: str, counts: pd.DataFrame) -> Sheet:
    """Undivided counts, a row a measure and a column a year."""
    whole_ones = counts[counts["by"] == "all"]
    table = whole_ones.pivot(index="measure", columns="year", values="count").reindex(
        [measure for measure in COUNTED if measure in set(whole_ones["measure"])]
    )
    frame = table.set_axis([said_year(int(str(year))) for year in table.columns], axis=1).astype(float).reset_index()
    frame.insert(1, "meaning", [COUNTED[measure] for measure in frame["measure"]])
    shown = list(frame.columns[1:])
    return as_sheet(name, "by year", frame, _BY_YEAR, shown, labels={"meaning": "counted"}, shows_effect=False)


def _back_in_a_year(table: pd.DataFrame) -> Mapping[str, Any] | None:
    rows = table[(table["after"] == "home") & (table["days"] == _A_YEAR)].to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else None


def _summary(
    returns: pd.DataFrame, counts: pd.DataFrame, back: Mapping[str, Any] | None, notes: list[str]
) -> list[str]:
    read = [f"{row['collection']} {said_year(row['year'])}" for row in returns.to_dict("records")]
    care, need = (_last_year(returns, counts, collection) for collection in ("SSDA903", "CIN"))
    return SAYS.paragraphs("summary", returns=read, care=care, need=need, back=back, notes=notes)


def _last_year(returns: pd.DataFrame, counts: pd.DataFrame, collection: str) -> Mapping[str, Any] | None:
    """Undivided counts of a collection's last year, as the summary names them."""
    years = returns.loc[returns["collection"] == collection, "year"]
    if years.empty:
        return None
    last = counts[(counts["year"] == years.max()) & (counts["by"] == "all")]
    found = {str(measure): int(count) for measure, count in zip(last["measure"], last["count"], strict=True)}
    short = {"started_again": "again", "returned_home": "home"}
    return {short.get(name, name): count for name, count in found.items()} | {"year": f"{years.max()}"}
