"""Commands that show and run nothing: check, parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sos_sim.cli.calibrating import describe_calibration
from sos_sim.cli.shared import Assignments, ScenarioFile, app, load, named_file, page, print_as_json
from sos_sim.cli.sweeping import describe_study
from sos_sim.cli.trials import describe_trial
from sos_sim.core.errors import InputError

if TYPE_CHECKING:
    from sos_sim.files.scenario import Scenario


@app.command()
def check(file: ScenarioFile, assign: Assignments = None) -> None:
    """Check a scenario, study or trial file: what it sets, and where; of studies, what they would take to run."""
    from sos_sim.calibration.file import is_calibration
    from sos_sim.kit.tables import plain_table
    from sos_sim.sensitivity.file import is_study
    from sos_sim.trials.file import is_trial

    file = named_file(file, "scenarios", "experiments")
    if is_calibration(file):
        describe_calibration(file)
        return
    if is_trial(file):
        describe_trial(file)
        return
    if is_study(file):
        describe_study(file)
        return
    scenario = load(file, assign)
    plan = scenario.run
    typer.echo(
        f"{file} can be run: {scenario.name!r}, {plan.replicates} replicates of {plan.warmup_months} months of "
        f"warm-up and {plan.months} months. Values that are set:"
    )
    page().print(plain_table(["path", "value", "set in", ""], _values_with_origins(scenario)))


@app.command()
def parameters(
    layout: Annotated[str, typer.Option("--format", metavar="table|csv|json|schema|markdown")] = "table",
    kind: Annotated[str | None, typer.Option("--kind", metavar="fact|belief|lever|structure")] = None,
) -> None:
    """List every declared parameter; ``schema`` is a JSON Schema of scenario files for editors."""
    from sos_sim.files.schema import json_schema
    from sos_sim.kit import parameters as declared
    from sos_sim.kit.tables import parameter_overview

    rows = declared.parameter_rows(kind)
    printers: dict[str, Callable[[], None]] = {
        "table": lambda: page().print(parameter_overview(rows)),
        "csv": lambda: typer.echo(declared.as_csv(rows), nl=False),
        "json": lambda: print_as_json(rows),
        "schema": lambda: print_as_json(json_schema()),
        "markdown": lambda: typer.echo(declared.as_markdown(rows), nl=False),
    }
    if layout not in printers:
        raise InputError(f"there is no format {layout!r}; formats are {', '.join(printers)}.")
    printers[layout]()


def _values_with_origins(scenario: Scenario) -> list[list[str]]:
    """Path, value and origin of everything that is not a default."""
    values: dict[str, Any] = {f"run.{key}": value for key, value in scenario.run._asdict().items()}
    for section, named in scenario.resolved().items():
        if section in ("authority", "theory", "structure"):
            values |= {f"{section}.{name}": value for name, value in named.items()}
    for plan in scenario.programmes:
        months = {"start_month": plan.start_month, "end_month": plan.end_month}
        values |= {f"programmes.{plan.name}.{key}": value for key, value in {**months, **plan.levers}.items()}
    written = {path: origin for path, origin in scenario.origins.items() if path in values and origin != "default"}
    return [[path, str(values[path]), origin, _idle(path, scenario)] for path, origin in written.items()]


def _idle(path: str, scenario: Scenario) -> str:
    """Why a value that is set does nothing under this scenario's switches, or ''."""
    from sos_sim.theory.parameters import declared

    parameter = declared().get(path.rpartition(".")[2])
    switch, _, choice = parameter.only_under.partition("=") if parameter else ("", "", "")
    idle = switch and scenario.values[switch] != choice
    return f"no effect here: only under structure.{switch}={choice}" if idle else ""
