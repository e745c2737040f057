"""The command that says what every outcome measure counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from sos_sim.cli.shared import app, page, print_as_json
from sos_sim.core.errors import InputError, did_you_mean


@app.command()
def measures(layout: Annotated[str, typer.Option("--format", metavar="table|csv|json|markdown")] = "table") -> None:
    """List every outcome measure: what it counts, over what, and from when."""
    from sos_sim.kit import measures as defined
    from sos_sim.kit.tables import plain_table

    rows = defined.measure_rows()
    printers: dict[str, Callable[[], None]] = {
        "table": lambda: page().print(plain_table(defined.COLUMNS, [list(row.values()) for row in rows])),
        "csv": lambda: typer.echo(defined.as_csv(rows), nl=False),
        "json": lambda: print_as_json(rows),
        "markdown": lambda: typer.echo(defined.as_markdown(rows), nl=False),
    }
    if layout not in printers:
        raise InputError(
            f"there is no format {layout!r}; formats are {', '.join(printers)}.{did_you_mean(layout, printers)}"
        )
    printers[layout]()
