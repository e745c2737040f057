"""The command that turns what the model predicts into statements that practice could refute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sos_sim.cli.shared import Json, app, print_as_json, records
from sos_sim.core.errors import InputError

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
def hypotheses(
    folder: Comparison,
    sweep: Sweeps = None,
    trial: TrialFolders = None,
    worth: Annotated[
        float | None, typer.Option("--worth", min=0.0, help="Pounds that a care start avoided is worth to you.")
    ] = None,
    harm_worth: Annotated[
        float | None, typer.Option("--harm-worth", min=0.0, help="Pounds that a month of harm avoided is worth to you.")
    ] = None,
    json: Json = False,
) -> None:
    """Make hypothesis cards: what should be seen if the theory holds, what would refute it, which trial would tell."""
    from sos_sim.comparison.report.material import read_material
    from sos_sim.hypotheses.build import hypotheses as make_cards
    from sos_sim.hypotheses.report.page import NAME, hypotheses_page, rules, worded
    from sos_sim.hypotheses.tables import TABLES
    from sos_sim.kit.page import write_page
    from sos_sim.runs.store import keep_tables

    if (worth is None) != (harm_worth is None):
        raise InputError("--worth and --harm-worth go together: a care start avoided is weighed against harm at home.")
    worths = None if worth is None or harm_worth is None else (worth, harm_worth)
    found, material = make_cards(folder, sweep or (), trial or ()), read_material(folder)
    cards = worded(found, material.comparator)
    written = write_page(hypotheses_page(material, found, worths), folder, NAME)
    keep_tables(folder, {NAME: cards}, TABLES)
    if json:
        print_as_json({"page": str(written), "cards": records(cards), "dropped": records(found.dropped)})
        return
    typer.echo(rules(found))
    _show(cards, found.dropped)
    typer.echo(f"The cards are {written}: open it in a browser. As a table: {folder / 'tables' / f'{NAME}.csv'}.")


def _show(cards: pd.DataFrame, dropped: pd.DataFrame) -> None:
    """The strongest cards in full, the others in a line, and why candidates were dropped."""
    from sos_sim.hypotheses.build import strongest
    from sos_sim.hypotheses.report.readings import in_short

    best = strongest(cards)
    for row in best.to_dict("records"):
        typer.echo(
            f"\n{row['id']}: {row['prediction']}.\n  Refuted by {row['refuted_by']}.\n  Trial: {row['design_said']}."
        )
    typer.echo("")
    for row in cards.drop(index=best.index).to_dict("records"):
        typer.echo(in_short(row))
    typer.echo("")
    for row in dropped.to_dict("records"):
        typer.echo(f"Dropped, {row['kind']}: {row['candidates']} {row['reason']}.")
