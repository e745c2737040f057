"""The command that holds published studies inside the model and says what they tell of the links."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sos_sim.cli.shared import Asked, Json, Out, Scheduler, Workers, Yes, answer, app, named_file, page

if TYPE_CHECKING:
    import pandas as pd

SynthesisFile = Annotated[Path, typer.Argument(metavar="STUDY", help="Study file of a synthesis (YAML).")]
PriorDraws = Annotated[
    int | None, typer.Option("--size", min=8, help="Draws before the weighing, not the study's own.")
]


@app.command()
def evidence(
    study: SynthesisFile,
    size: PriorDraws = None,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Hold published studies inside the model: what each says of the links, and whether the theory can be null."""
    from sos_sim.synthesis.file import load_synthesis
    from sos_sim.synthesis.synthesize import SynthesisQuestion

    file = named_file(study, "experiments")
    question = SynthesisQuestion(load_synthesis(file, size))
    answer(question, file.stem, Asked(out, workers, scheduler, json, yes), _show)


def describe_synthesis(file: Path) -> None:
    """Say what a synthesis would run; nothing is run."""
    from sos_sim.synthesis.file import load_synthesis

    study = load_synthesis(file)
    roles = [held.role for held in study.studies]
    typer.echo(
        f"{file} can be run: {study.name!r}, {study.prior_draws:,} draws in {study.replicates} replicates; "
        f"{roles.count('condition')} studies weigh, {roles.count('predict')} are predicted and "
        f"{roles.count('context')} told only."
    )


def _show(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """What studies found beside what the model says, and what they tell of the null theory."""
    from sos_sim.core.provenance import CAVEAT
    from sos_sim.kit.tables import plain_table

    rows = [
        [
            row["study"],
            row["label"],
            f"{row['value']:+.3g} ± {1.96 * row['error']:.2g}" if row["found"] == "estimate" else row["found"],
            f"{row['before_mean']:+.2g} ({row['before_low']:+.2g} to {row['before_high']:+.2g})",
            f"{row['after_mean']:+.2g} ({row['after_low']:+.2g} to {row['after_high']:+.2g})",
            row["unit"],
            row["verdict"] if row["role"] == "condition" else f"{row['verdict']} (predicted)",
        ]
        for row in tables["held"].to_dict("records")
    ]
    headings = ["study", "outcome", "found", "model before (90%)", "after (90%)", "unit", "verdict"]
    page().print(plain_table(headings, rows))
    weighings = tables["weighings"].set_index("setting")
    before, after = weighings.loc["none"], weighings.loc["all"]
    typer.echo(
        f"{after['effective']:.0f} effective draws of {after['draws']}. The theory is null with probability "
        f"{before['null']:.2f} before and {after['null']:.2f} after (Bayes factor {after['bayes_factor']:.2f}). "
        f"For the report: sos-sim report {folder}"
    )
    page().print(CAVEAT, style="italic")
