"""The command that says what every table holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from sos_sim.cli.shared import app, page, print_as_json
from sos_sim.core.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from sos_sim.kit.contracts import Places


@app.command()
def tables(layout: Annotated[str, typer.Option("--format", metavar="table|csv|json|markdown")] = "table") -> None:
    """List every table that a study keeps or returns, or a page has: columns, types, units, what identifies a row."""
    from sos_sim.kit import contracts
    from sos_sim.kit.tables import plain_table

    places = {**declared_tables(), **declared_sheets()}
    rows = contracts.table_rows(places)
    printers: dict[str, Callable[[], None]] = {
        "table": lambda: page().print(plain_table(contracts.COLUMNS, [list(row.values()) for row in rows])),
        "csv": lambda: typer.echo(contracts.as_csv(rows), nl=False),
        "json": lambda: print_as_json(rows),
        "markdown": lambda: typer.echo(contracts.as_markdown(places), nl=False),
    }
    if layout not in printers:
        raise InputError(
            f"there is no format {layout!r}; formats are {', '.join(printers)}.{did_you_mean(layout, printers)}"
        )
    printers[layout]()


def declared_tables() -> Places:
    """Every contract, by where its table is found."""
    from sos_sim.authorities import tables as authorities
    from sos_sim.calibration import tables as calibration
    from sos_sim.comparison import tables as comparison
    from sos_sim.hypotheses import tables as hypotheses
    from sos_sim.records import tables as records
    from sos_sim.runs import tables as runs
    from sos_sim.runs.contracts import catalogue
    from sos_sim.sensitivity import tables as sensitivity
    from sos_sim.synthesis import tables as synthesis
    from sos_sim.trials import tables as trials

    points = catalogue(runs.POINTS)
    return {
        "in the folder of a run or a comparison": runs.TABLES,
        "in the folder of a comparison": comparison.OF_STUDY,
        "reckoned from a comparison when its page is made": comparison.RETURNED,
        "beside a comparison, once hypothesis cards are made": hypotheses.TABLES,
        "returned with hypothesis cards": hypotheses.RETURNED,
        "in the folder of any other study": points,
        "in the folder of a sweep": sensitivity.ANALYSES,
        "in the folder of a trial study": trials.OF_STUDY,
        "in the folder of data to rehearse a trial on, as CSV": trials.REHEARSAL,
        "in the folder of a calibration": calibration.TABLES,
        "returned for the fit of one scenario": calibration.RETURNED,
        "in the folder of a study of authorities": authorities.OF_STUDY,
        "in the folder of a synthesis of published studies": synthesis.OF_STUDY,
        "in the folder of an authority's own records": records.OF_RECORDS,
    }


def declared_sheets() -> Places:
    """Contracts of what only pages have, by page; their other sheets are tables of studies, or derived from them."""
    from sos_sim.authorities import sheets as authorities
    from sos_sim.comparison.report import sheets as comparison
    from sos_sim.hypotheses.report import sheets as hypotheses
    from sos_sim.sensitivity.report import sheets as sensitivity
    from sos_sim.synthesis.report import sheets as synthesis
    from sos_sim.trials.report import sheets as trials

    return {
        "beside the page of a comparison, as CSV alone": comparison.SHEETS,
        "beside the page of hypothesis cards, as CSV alone": hypotheses.SHEETS,
        "beside the page of a sweep, as CSV alone": sensitivity.SHEETS,
        "beside the page of a trial study, as CSV alone": trials.SHEETS,
        "beside the page of a synthesis, as CSV alone": synthesis.SHEETS,
        "beside the page of one authority, as CSV alone": authorities.SHEETS,
    }
