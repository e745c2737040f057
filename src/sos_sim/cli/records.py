"""The command that reads an authority's own returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sos_sim.cli.shared import Json, app, page, print_as_json
from sos_sim.cli.shared import records as json_rows
from sos_sim.core.errors import SosSimError

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from sos_sim.records.reading import AuthorityRecords

Returns = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder with SSDA903 and CIN census returns.")]
Counts = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Keep the counts, and a page of them, in this folder.")
]
_MOST_NAMED: Final = 8
_DIVIDED: Final = (("in_care", "started", "ceased"), ("in_need", "referrals", "on_plan"))
"""Counts that are shown by group, of the last year; the results folder holds all."""


@app.command()
def records(folder: Returns, out: Counts = None, json: Json = False) -> None:
    """Read an authority's own returns and count; with --out, keep counts and a page, never a child's row."""
    from sos_sim.records.reading import read_records

    with _told_without_values():
        found = read_records(folder)
        tables = found.tables
    written = None if out is None else _keep(found, out)
    if json:
        kept = {name: json_rows(table) for name, table in tables.items()}
        print_as_json({"folder": None if out is None else str(out), "notes": list(found.notes), **kept})
        return
    _show(found, tables)
    if written is not None:
        typer.echo(f"Counts are in {out}; the page is {written}. They hold no row that stands for a child.")


@contextmanager
def _told_without_values() -> Iterator[None]:
    """An error that nobody expected is told without its text, which might hold a cell of a return."""
    try:
        yield
    except SosSimError:
        raise
    except Exception as problem:
        trace = problem.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else "unknown"
        raise SosSimError(
            f"something unexpected happened while the returns were read ({type(problem).__name__} at {where}). Nothing "
            "was written. Its text is not shown, as it may hold what stands in a return; please report the words in "
            "brackets."
        ) from None


def _keep(found: AuthorityRecords, out: Path) -> Path:
    from sos_sim.kit.page import write_page
    from sos_sim.records.keeping import keep_records
    from sos_sim.records.report.page import records_page

    keep_records(found, out)
    return write_page(records_page(out), out)


def _show(found: AuthorityRecords, tables: dict[str, pd.DataFrame]) -> None:
    from sos_sim.kit.sentences import counted, number
    from sos_sim.kit.tables import plain_table
    from sos_sim.records.cells import said_year

    sheet = page()
    rows = tables["returns"].to_dict("records")
    read = [[row["collection"], said_year(row["year"]), f"{row['children']:,}", f"{row['rows']:,}"] for row in rows]
    sheet.print(plain_table(["return", "year", "children", "episodes or cases"], read))
    sheet.print()
    sheet.print(_by_year(tables["counts"]))
    for measures in _DIVIDED:
        if tables["counts"]["measure"].isin(measures).any():
            sheet.print()
            sheet.print(_of_last_year(tables["counts"], measures))
    if len(tables["reentry"]):
        back = [
            [row["after"].replace("_", " "), f"{row['days']:,}", f"{row['ends']:,}", number(100 * row["share"], 1)]
            for row in tables["reentry"].to_dict("records")
        ]
        sheet.print()
        sheet.print(plain_table(["back in care after", "days", "ends followed", "per cent"], back))
    if len(tables["left_out"]):
        told = [[row["what"], f"{row['count']:,}", row["why"]] for row in tables["left_out"].to_dict("records")]
        sheet.print()
        sheet.print(plain_table(["left out or changed", "count", "why"], told))
    for note in found.notes:
        sheet.print(note)
    if found.left_alone:
        more = len(found.left_alone) - _MOST_NAMED
        named = ", ".join(found.left_alone[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        sheet.print(f"Not read: {counted(len(found.left_alone), 'file or table', 'files or tables')} ({named}).")


def _by_year(counts: pd.DataFrame) -> Table:
    """Undivided counts, a row a measure and a column a year."""
    from sos_sim.kit.tables import plain_table
    from sos_sim.records.cells import said_year
    from sos_sim.records.tables import COUNTED

    whole = counts[counts["by"] == "all"]
    years = sorted(set(whole["year"]))
    rows = [
        [measure, *(_count(whole[(whole["measure"] == measure) & (whole["year"] == year)]) for year in years)]
        for measure in COUNTED
        if (whole["measure"] == measure).any()
    ]
    return plain_table(["count", *map(said_year, years)], rows)


def _of_last_year(counts: pd.DataFrame, measures: Sequence[str]) -> Table:
    """Counts of the last year by group, a column a measure."""
    from sos_sim.kit.tables import plain_table
    from sos_sim.records.cells import said_year
    from sos_sim.records.tables import GROUPS

    of_these = counts[counts["measure"].isin(measures)]
    last = of_these[of_these["year"] == of_these["year"].max()]
    held = {(way, group) for way, group in zip(last["by"], last["group"], strict=True)}
    rows = [
        [
            way,
            group,
            *(
                _count(last[(last["by"] == way) & (last["group"] == group) & (last["measure"] == measure)])
                for measure in measures
            ),
        ]
        for way, groups in GROUPS.items()
        for group in groups
        if way != "all" and (way, group) in held
    ]
    return plain_table([said_year(int(last["year"].max())), "", *measures], rows)


def _count(rows: pd.DataFrame) -> str:
    """The count of the one row there is, a dash without one."""
    return f"{int(rows['count'].iloc[0]):,}" if len(rows) else "–"
