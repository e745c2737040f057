"""The command that turns what the model predicts into statements that practice could refute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sos_sim.cli.shared import Json, answering, app, print_as_json, records

if TYPE_CHECKING:
    import pandas as pd

Comparison = Annotated[Path, typer.Argument(metavar="FOLDER", help="Results folder of a comparison with its report.")]
Sweeps = Annotated[
    list[Path] | None, typer.Option("--sweep", metavar="FOLDER", help="A sweep's results folder; repeatable.")
]
TrialFolders = Annotated[
    list[Path] | None, typer.Option("--trial", metavar="FOLDER", help="A trial study's results folder; repeatable.")
]


@app.command()
@answering
def hypotheses(
    folder: Comparison, sweep: Sweeps = None, trial: TrialFolders = None, json: Json = False
) -> None:
    """Make hypothesis cards: what should be seen if the theory holds, what would refute it, which trial would tell."""
    from sos_sim.reporting.hypotheses_report import NAME, hypotheses_page, rules, worded
    from sos_sim.reporting.material import read_material
    from sos_sim.reporting.page import write_page
    from sos_sim.runs.store import keep_tables
    from sos_sim.studies.hypotheses.build import hypotheses as make_cards

    found, material = make_cards(folder, sweep or (), trial or ()), read_material(folder)
    cards = worded(found, material.comparator)
    written = write_page(hypotheses_page(material, found), folder, NAME)
    keep_tables(folder, {NAME: cards})
    if json:
        print_as_json({"page": str(written), "cards": records(cards), "dropped": records(found.dropped)})
        return
    typer.echo(rules(found))
    _show(cards, found.dropped)
    typer.echo(f"The cards are {written}: open it in a browser. As a table: {folder / 'tables' / f'{NAME}.csv'}.")


def _show(cards: pd.DataFrame, dropped: pd.DataFrame) -> None:
    """Every card in two lines, the strongest first, and why candidates were dropped."""
    rows: list[dict[Any, Any]] = cards.sort_values("rank").to_dict("records") if len(cards) else []
    for row in rows:
        typer.echo(f"\n{row['id']} (strength {row['strength']:.2f}): {row['prediction']}.\n"
                   f"  Refuted by {row['refuted_by']}.\n  Trial: {row['design_said']}.")
    typer.echo("")
    for row in dropped.to_dict("records"):
        typer.echo(f"Dropped, {row['kind']}: {row['candidates']} {row['reason']}.")
