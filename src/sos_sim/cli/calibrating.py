"""Calibrate: which beliefs about usual practice reproduce official figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sos_sim.cli.shared import Asked, Json, Out, Scheduler, Workers, Yes, answer, app, named_file, page

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.calibration.file import CalibrationStudy

CalibrationFile = Annotated[Path, typer.Argument(metavar="STUDY", help="Study file of a calibration (YAML).")]
OfScenario = Annotated[
    Path | None, typer.Option("--scenario", metavar="SCENARIO", help="Calibrate this scenario, not the study's own.")
]


@app.command()
def calibrate(
    study: CalibrationFile,
    scenario: OfScenario = None,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Find the beliefs about usual practice that reproduce official figures, and what stays uncertain."""
    from sos_sim.calibration.calibrate import CalibrationQuestion
    from sos_sim.calibration.file import load_calibration

    file = named_file(study, "experiments")
    chosen = load_calibration(file, None if scenario is None else named_file(scenario, "scenarios"))
    _say_where_thin(chosen)
    answer(CalibrationQuestion(chosen), file.stem, Asked(out, workers, scheduler, json, yes), _show)


def describe_calibration(file: Path) -> None:
    """Say what a calibration would run; nothing is run."""
    from sos_sim.calibration.course import planned_runs
    from sos_sim.calibration.file import load_calibration

    study = load_calibration(file)
    fitted = int(study.figures.fitted.sum())
    typer.echo(
        f"{file} can be run: {study.name!r}, {planned_runs(study):,} runs of {study.scenario.name!r}; "
        f"{len(study.space.names)} parameters vary against {fitted} official figures, "
        f"{len(study.figures.parts) - fitted} more are scored."
    )
    _say_where_thin(study)


def _say_where_thin(study: CalibrationStudy) -> None:
    from sos_sim.calibration.enough import thin_waves

    said = thin_waves(study.waves, len(study.space.names))
    if said:
        typer.echo(said, err=True)


def _show(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """How near the figures are, and what was learnt of the parameters."""
    from sos_sim.kit.tables import plain_table

    fit, learnt, effective = tables["fit"], tables["contraction"], tables["waves"]["effective"].max()
    fitted = fit[~fit["validate"]]
    page().print(
        plain_table(
            ["figure", "official", "simulated", "90% with luck", "distance", ""],
            [
                [
                    row["measure"],
                    f"{row['official']:g}",
                    f"{row['simulated']:.4g}",
                    f"{row['low_with_luck']:.4g} to {row['high_with_luck']:.4g}",
                    f"{row['distance']:+.1f}",
                    "not fitted" if row["validate"] else "*" if abs(row["distance"]) > 2.0 else "",
                ]
                for _, row in fit.iterrows()
            ],
        )
    )
    within = {limit: int((fitted["distance"].abs() <= limit).sum()) for limit in (1, 2)}
    words = learnt["identified"].value_counts()
    typer.echo(
        f"{within[1]} of {len(fitted)} fitted figures lie within 1 tolerance and {within[2]} within 2 (* is beyond); "
        f"{int(fitted['inside'].sum())} inside the 90% interval of parameters and luck. Of {len(learnt)} parameters "
        f"{words.get('identified', 0)} are identified and {words.get('hardly identified', 0)} hardly; the others, all "
        f"strengths of links among them, keep their prior. Effective sample size of the draws: {effective:.0f}. "
        "Matching these figures tests thresholds and flows of usual practice, not the programme theory."
    )
