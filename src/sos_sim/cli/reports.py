"""The command that makes a page of a results folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sos_sim.cli.shared import Scheduler, Workers, announce_compilation, app, progress_bar, say_how_long, timed
from sos_sim.core.errors import InputError

if TYPE_CHECKING:
    from sos_sim.kit.page import Page

DiscountRate = Annotated[
    float | None,
    typer.Option("--discount-rate", min=0.0, max=1.0, help="Of costs and outcomes a year (default: 0.035; 0: none)."),
]


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A results folder.")],
    workers: Workers = None,
    scheduler: Scheduler = None,
    discount_rate: DiscountRate = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Write a workbook too: summary, tables with units and notes, figures.")
    ] = False,
) -> None:
    """Make the report of a comparison, sweep, calibration, trial, study of authorities, synthesis or records."""
    written = write_report(folder, workers, scheduler, discount_rate, xlsx)
    point_to(written)
    if xlsx:
        typer.echo(f"The same as a workbook: {written.with_suffix('.xlsx')}.")


def point_to(report: Path) -> None:
    """Say where a report is, and its two pages where it has them."""
    typer.echo(f"The report is {report}: open it in a browser.")
    for brief in sorted(report.parent.glob("brief*.html")):
        typer.echo(f"In two pages: {brief}, to print or send: {brief.with_suffix('.pdf')}.")


def write_report(
    folder: Path, workers: int | None, scheduler: str | None, discount_rate: float | None = None, xlsx: bool = False
) -> Path:
    """Run what a folder's report still needs and write the page, and a workbook where asked; where the page is.

    Raises InputError for folders of which there is no report.
    """
    from sos_sim.kit.page import write_page
    from sos_sim.kit.workbook import write_workbook
    from sos_sim.runs.store import read_manifest

    kind = str(read_manifest(folder)["kind"])
    if kind == "compare":
        _run_further(folder, workers, scheduler, discount_rate)
    pages = _pages()
    if kind not in pages:
        raise InputError(f"{folder} holds a {kind!r} study; reports are made of {', '.join(pages)}.")
    page = pages[kind](folder)
    written = write_page(page, folder)
    if xlsx:
        write_workbook(page, folder)
    if kind == "compare":
        _write_briefs(folder)
    return written


def _write_briefs(folder: Path) -> None:
    """The two pages of each arm, as a page, as a PDF and as slides."""
    from sos_sim.comparison.report.page import comparison_briefs
    from sos_sim.kit.brief_files import write_brief

    for brief in comparison_briefs(folder):
        write_brief(brief, folder)


def _pages() -> dict[str, Callable[[Path], Page]]:
    """What makes the page of each kind of study."""
    from sos_sim.authorities.report.page import authorities_page
    from sos_sim.calibration.report.page import calibration_page
    from sos_sim.comparison.report.page import comparison_page
    from sos_sim.records.report.page import records_page
    from sos_sim.sensitivity.report.page import sweep_page
    from sos_sim.synthesis.report.page import synthesis_page
    from sos_sim.trials.report.page import trial_page

    return {
        "compare": comparison_page,
        "calibrate": calibration_page,
        "sweep": sweep_page,
        "authorities": authorities_page,
        "trial": trial_page,
        "synthesis": synthesis_page,
        "records": records_page,
    }


def _run_further(folder: Path, workers: int | None, scheduler: str | None, discount_rate: float | None) -> None:
    from sos_sim.comparison.economics import DISCOUNT_RATE
    from sos_sim.comparison.further import FOLDER as FURTHER
    from sos_sim.comparison.further import forecast_further, read_comparison, run_further
    from sos_sim.runs.pace import known_pace

    stored, begun = read_comparison(folder), (folder / FURTHER).exists()
    rate = DISCOUNT_RATE if discount_rate is None else discount_rate
    reckoned = forecast_further(stored)
    if not (begun or scheduler):
        say_how_long(reckoned.at_pace(known_pace("report")), workers, " for what the report needs besides")
    announce_compilation("compiled")
    with timed("report", reckoned.seconds, workers, tells=not (begun or scheduler)):
        run_further(stored, workers, scheduler, progress_bar, rate)
