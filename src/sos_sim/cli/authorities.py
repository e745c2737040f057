"""The command that asks how much of the differences between authorities their facts explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sos_sim.cli.shared import Asked, Json, Out, PosteriorFile, Scheduler, Seed, Workers, Yes, answer, app, page

if TYPE_CHECKING:
    from sos_sim.authorities.study import BetweenAuthorities

PanelFile = Annotated[Path, typer.Argument(metavar="PANEL", help="CSV table: official figures by authority and year.")]
Year = Annotated[int | None, typer.Option("--year", help="Year of the panel (default: the latest).")]
SEED = 2025
DRAWS = 4


@app.command()
def authorities(
    panel: PanelFile,
    year: Year = None,
    draws: Annotated[int, typer.Option("--draws", min=0, help="Parameter draws (0: the defaults, once).")] = DRAWS,
    posterior: PosteriorFile = None,
    seed: Seed = None,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Simulate every authority of a panel from its own facts; say how much of their differences that explains."""
    from sos_sim.authorities.study import AuthoritiesQuestion, check_panel, usual_practice
    from sos_sim.evidence.panel import read_panel
    from sos_sim.runs.posterior_draws import over_posterior, said_posterior

    chosen = read_panel(panel, year)
    check_panel(chosen)
    scenario = usual_practice(draws, SEED if seed is None else seed)
    drawn = over_posterior(scenario, posterior)
    question = AuthoritiesQuestion(scenario, chosen, drawn or [{}], said_posterior(posterior) if drawn else "")
    answer(question, f"authorities-{chosen.year}", Asked(out, workers, scheduler, json, yes), _show)


def _show(found: BetweenAuthorities, folder: Path) -> None:
    from sos_sim.kit.tables import plain_table

    rows = [
        [
            row["measure"],
            row["facts"],
            str(row["authorities"]),
            f"{row['r2']:.2f}",
            f"{row['r2_low']:.2f} to {row['r2_high']:.2f}",
            f"{row['linear']:.2f}",
            f"{row['skill']:.2f}",
            "given" if row["given"] else "",
        ]
        for row in found.explained.sort_values("measure", kind="stable").to_dict("records")
    ]
    headings = ["measure", "facts known", "authorities", "R²", "90% interval", "regression", "1 - SSE/SST", ""]
    page().print(plain_table(headings, rows))
    typer.echo(
        "R² is the squared correlation over authorities; the regression is on the same facts, judged on "
        "authorities left out; 1 - SSE/SST also asks for the right level and size. Nothing was tuned to an "
        "authority."
    )
