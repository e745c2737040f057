"""Commands of studies that vary what is assumed: sweep, and what check says of a study file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sos_sim.cli.shared import (
    Asked,
    Assignments,
    Json,
    Out,
    Scheduler,
    Workers,
    Yes,
    announce_compilation,
    answer,
    app,
    duration,
    named_file,
    page,
    set_on_the_command_line,
)

if TYPE_CHECKING:
    from sos_sim.sensitivity.study import Study
    from sos_sim.sensitivity.sweep import Sweep

StudyFile = Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (YAML).")]
Size = Annotated[int | None, typer.Option("--size", min=1, help="Size of the sample, as its method counts it.")]


@app.command()
def sweep(
    study: StudyFile,
    size: Size = None,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    assign: Assignments = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Vary what is assumed and say what moves the outputs, how surely, and under what conditions."""
    from sos_sim.sensitivity.sweep import SweepQuestion, load_sweep

    file = named_file(study, "experiments")
    chosen = load_sweep(file, size, set_on_the_command_line(assign))
    answer(SweepQuestion(chosen), file.stem, Asked(out, workers, scheduler, json, yes), _show)


def describe_study(file: Path) -> None:
    """Say what a study would run and what it would take; one row is run to measure it, nothing is kept."""
    from sos_sim.sensitivity.forecast import forecast_sweep
    from sos_sim.sensitivity.sampling import design_of
    from sos_sim.sensitivity.study import SIZES
    from sos_sim.sensitivity.sweep import load_sweep

    study = load_sweep(file)
    if study.scenarios:
        announce_compilation("compiled")
    expected = forecast_sweep(study)
    beside = f", {expected.to_keep_levels} more to keep levels" if expected.to_keep_levels else ""
    typer.echo(
        f"{file} can be run: {study.name!r}, {', '.join(study.methods)} over {len(study.factors)} factors and a dummy, "
        f"{study.size} {SIZES[design_of(study)][1]}.\n"
        f"Runs: {expected.rows} rows x {study.seeds} seeds = {expected.runs}, of which {expected.different} differ"
        f"{beside}; each simulates {max(1, len(study.scenarios))} arm(s).\n"
        f"Time: about {duration(expected.seconds)} on {expected.workers} workers here "
        f"({expected.seconds_a_run:.2g} s a run, measured on one), and the analysis after it.\n"
        f"Space: at most about {max(1.0, expected.megabytes):.0f} MB. Factors:"
    )
    _list_factors(study)


def _list_factors(study: Study) -> None:
    from sos_sim.kit.tables import plain_table

    rows = [[factor.name, study.group_of(factor.name), str(factor.distribution)] for factor in study.factors]
    page().print(plain_table(["factor", "moves with", "distribution"], rows))


def _show(result: Sweep, folder: Path) -> None:
    from sos_sim.core.provenance import CAVEAT

    readings: Any = result.tables.get("readings")
    for row in () if readings is None else readings.itertuples():
        typer.echo(f"{row.output} ({row.method}). {row.sentence}")
    conditions: Any = result.tables.get("conditions")
    for row in () if conditions is None else conditions.itertuples():
        typer.echo(row.sentence)
    for reason in result.refused.values():
        typer.echo(f"No indices: {reason}")
    if result.study.scenarios:
        typer.echo("Intervals contain the choice of sample and of seeds, not whether the theory holds.")
        page().print(CAVEAT, style="italic")
