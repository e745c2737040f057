"""Commands that show and run nothing: check, parameters, schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sos_sim.cli.calibrating import describe_calibration
from sos_sim.cli.kinds import KINDS, Kind, kind_of, schema_of
from sos_sim.cli.shared import Assignments, ScenarioFile, app, load, named_file, page, print_as_json
from sos_sim.cli.sweeping import describe_study
from sos_sim.cli.synthesizing import describe_synthesis
from sos_sim.cli.trials import describe_trial
from sos_sim.core.errors import InputError

if TYPE_CHECKING:
    from sos_sim.files.scenario import Scenario

_STUDIES: Mapping[Kind, Callable[[Path], None]] = {
    "sweep": describe_study,
    "trial": describe_trial,
    "calibration": describe_calibration,
    "synthesis": describe_synthesis,
}


@app.command()
def check(file: ScenarioFile, assign: Assignments = None) -> None:
    """Check a scenario, study or trial file: what it sets, and where; of studies, what they would take to run."""
    from sos_sim.kit.tables import plain_table

    file = named_file(file, "scenarios", "experiments")
    describe = _STUDIES.get(kind_of(file))
    if describe is not None:
        if assign:
            raise InputError("--set changes a scenario; a study names its own.")
        describe(file)
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
    layout: Annotated[str, typer.Option("--format", metavar="table|csv|json|markdown")] = "table",
    kind: Annotated[str | None, typer.Option("--kind", metavar="fact|belief|lever|structure")] = None,
) -> None:
    """List every declared parameter."""
    from sos_sim.kit import parameters as declared
    from sos_sim.kit.tables import parameter_overview

    rows = declared.parameter_rows(kind)
    printers: dict[str, Callable[[], None]] = {
        "table": lambda: page().print(parameter_overview(rows)),
        "csv": lambda: typer.echo(declared.as_csv(rows), nl=False),
        "json": lambda: print_as_json(rows),
        "markdown": lambda: typer.echo(declared.as_markdown(rows), nl=False),
    }
    if layout not in printers:
        raise InputError(f"there is no format {layout!r}; formats are {', '.join(printers)}.")
    printers[layout]()


@app.command()
def schema(kind: Annotated[str, typer.Argument(metavar="|".join(KINDS))]) -> None:
    """Print the JSON Schema of a kind of file, by which editors complete and check."""
    print_as_json(schema_of(kind))


def _values_with_origins(scenario: Scenario) -> list[list[str]]:
    """Path, value and origin of everything that is not a default."""
    from sos_sim.files.in_words import besides_numbers

    values: dict[str, Any] = {f"run.{key}": value for key, value in scenario.run._asdict().items()}
    values["posterior"] = scenario.posterior
    for section, named in scenario.resolved().items():
        if section in ("authority", "theory", "structure"):
            values |= {f"{section}.{name}": value for name, value in named.items()}
    for plan in scenario.programmes:
        months = {"start_month": plan.start_month, "end_month": plan.end_month}
        values |= {f"programmes.{plan.name}.{key}": value for key, value in {**months, **plan.levers}.items()}
    origins = scenario.origins
    values |= {
        f"{path}.from" if path in scenario.changes else path: said for path, said in besides_numbers(scenario).items()
    }
    written = {path: origin for path, origin in origins.items() if path in values and origin != "default"}
    return [[path, str(values[path]), origin, _idle(path, scenario)] for path, origin in written.items()]


def _idle(path: str, scenario: Scenario) -> str:
    """Why a value that is set does nothing under this scenario's switches, or ''."""
    from sos_sim.theory.parameters import declared

    parameter = declared().get(path.rpartition(".")[2])
    switch, _, choice = parameter.only_under.partition("=") if parameter else ("", "", "")
    idle = switch and scenario.values[switch] != choice
    return f"no effect here: only under structure.{switch}={choice}" if idle else ""
