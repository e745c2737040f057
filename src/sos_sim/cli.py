"""The command line. Heavy modules are imported inside commands, so that --help answers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from sos_sim.core.errors import InputError, SosSimError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from sos_sim.runs.runner import Progress
    from sos_sim.runs.scenario import Scenario

DONE, FAILED_ROWS, REFUSED, INTERRUPTED = 0, 1, 2, 130
WIDTH_OF_PAGE = 160

Out = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; resumed if it was begun.")]
Replicates = Annotated[int | None, typer.Option("--replicates", min=1, help="Runs that differ in luck only.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="From which all luck is derived.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Runs at once (default: all processors).")]
EngineName = Annotated[str, typer.Option("--engine", metavar="compiled|mesa", help="Equal results; mesa is slow.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set a value in every scenario; repeatable.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Events = Annotated[bool, typer.Option("--events", help="Store the event record too.")]
ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")]

app = typer.Typer(
    help="Simulate a children's services authority and the programme theory of Signs of Safety.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
)
Command = TypeVar("Command", bound=Callable[..., None])


def main() -> None:
    """Entry point of ``sos-sim``. Exit status: 0 done, 1 failed rows, 2 refused input, 130 interrupted."""
    app()


def _answering(command: Command) -> Command:
    """Turn refusals and interruption into one paragraph on stderr and an exit status."""

    @wraps(command)
    def answered(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except SosSimError as problem:
            typer.echo(f"sos-sim: {problem}", err=True)
            raise typer.Exit(REFUSED if isinstance(problem, InputError) else FAILED_ROWS) from None
        except KeyboardInterrupt:
            typer.echo("sos-sim: interrupted; running the same command again resumes.", err=True)
            raise typer.Exit(INTERRUPTED) from None

    return answered  # type: ignore[return-value]


@app.command()
@_answering
def run(
    scenario: ScenarioFile, out: Out = None, replicates: Replicates = None, seed: Seed = None, workers: Workers = None,
    engine: EngineName = "compiled", assign: Assignments = None, json: Json = False, events: Events = False,
) -> None:
    """Run one scenario and show its outcomes by year."""
    from sos_sim.core.provenance import CAVEAT
    from sos_sim.runs.rows import default_folder
    from sos_sim.studies.replicate import replicate, summarise

    chosen = _load(scenario, assign, replicates, seed)
    folder = out or default_folder(scenario.stem, [chosen])
    _announce_compilation(engine)
    with _progress_bar() as progress:
        result = replicate(chosen, None, folder, workers, engine, progress, events)
    summary = summarise(result.outcomes)
    if json:
        _print_json(folder, result.runs, {"caveat": CAVEAT, "outcomes": _records(summary)})
    elif not summary.empty:
        from sos_sim.reporting.tables import outcome_overview

        _page().print(outcome_overview(summary))
        if chosen.programmes:
            _page().print(CAVEAT, style="italic")
    _conclude(folder, result.runs, json)


@app.command()
@_answering
def compare(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="The first is the comparator.")],
    out: Out = None, replicates: Replicates = None, seed: Seed = None, workers: Workers = None,
    engine: EngineName = "compiled", assign: Assignments = None, json: Json = False, events: Events = False,
) -> None:
    """Run scenarios with the same luck and set each against the first."""
    from sos_sim.core.provenance import CAVEAT
    from sos_sim.runs.rows import default_folder
    from sos_sim.studies import compare as study

    chosen = [_load(file, assign, replicates, seed) for file in scenarios]
    study.check_comparable(chosen)
    folder = out or default_folder("_vs_".join(file.stem for file in scenarios), chosen)
    _announce_compilation(engine)
    with _progress_bar() as progress:
        result = study.compare(chosen, None, folder, workers, engine, progress, events)
    if json:
        _print_json(folder, result.runs, {"caveat": CAVEAT, "effects": _records(result.effects)})
    else:
        _show_effects(chosen[0].name, result.effects)
    _conclude(folder, result.runs, json)


@app.command()
@_answering
def fit(
    scenario: ScenarioFile, replicates: Replicates = None, seed: Seed = None, workers: Workers = None,
    assign: Assignments = None, json: Json = False,
) -> None:
    """Set a scenario against England's official figures; nothing is stored."""
    from sos_sim.reporting.tables import fit_overview
    from sos_sim.studies.fit import fit_table, targets_within

    chosen = _load(scenario, assign, replicates, seed)
    _announce_compilation("compiled")
    with _progress_bar() as progress:
        table = fit_table(chosen, None, workers, progress)
    within = {tolerances: targets_within(table, tolerances) for tolerances in (1, 2)}
    fitted = int(table.loc[~table["input"], "target"].nunique())
    counts = {"targets": fitted, "within_1": within[1], "within_2": within[2], "given": len(table[table["input"]])}
    if json:
        _print({"scenario": chosen.name, **counts, "fit": _records(table)})
    else:
        _page().print(fit_overview(table))
        typer.echo(
            f"{within[1]} of {fitted} targets lie within 1 tolerance and {within[2]} within 2 (a target of several "
            f"figures counts by its worst, * is beyond 2); with {counts['given']} prices taken as given, "
            f"{within[2] + counts['given']} of {fitted + counts['given']}. Matching these figures tests thresholds "
            "and flows of usual practice, not the programme theory. Sources: --json."
        )


@app.command()
@_answering
def check(file: ScenarioFile, assign: Assignments = None) -> None:
    """Check a scenario file and show every value it sets, and where; nothing is run."""
    from sos_sim.reporting.tables import plain_table

    scenario = _load(file, assign, None, None)
    plan = scenario.run
    typer.echo(f"{file} can be run: {scenario.name!r}, {plan.replicates} replicates of {plan.warmup_months} months of "
               f"warm-up and {plan.months} months. Values that are set:")
    _page().print(plain_table(["path", "value", "set in", ""], _values_with_origins(scenario)))


@app.command()
@_answering
def parameters(
    layout: Annotated[str, typer.Option("--format", metavar="table|csv|json|schema|markdown")] = "table",
    kind: Annotated[str | None, typer.Option("--kind", metavar="fact|belief|lever|structure")] = None,
) -> None:
    """List every declared parameter; ``schema`` is a JSON Schema of scenario files for editors."""
    from sos_sim.reporting import parameters as declared
    from sos_sim.reporting.tables import parameter_overview
    from sos_sim.runs.schema import json_schema

    rows = declared.parameter_rows(kind)
    printers: dict[str, Callable[[], None]] = {
        "table": lambda: _page().print(parameter_overview(rows)),
        "csv": lambda: typer.echo(declared.as_csv(rows), nl=False),
        "json": lambda: _print(rows),
        "schema": lambda: _print(json_schema()),
        "markdown": lambda: typer.echo(declared.as_markdown(rows), nl=False),
    }
    if layout not in printers:
        raise InputError(f"there is no format {layout!r}; formats are {', '.join(printers)}.")
    printers[layout]()


def _load(file: Path, assignments: Sequence[str] | None, replicates: int | None, seed: int | None) -> Scenario:
    from sos_sim.runs.scenario import load_scenario, parse_assignment

    overrides = dict(parse_assignment(text) for text in assignments or ())
    given = {"run.replicates": replicates, "run.seed": seed}
    return load_scenario(file, overrides | {path: value for path, value in given.items() if value is not None})


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


def _announce_compilation(engine: str) -> None:
    from sos_sim.model.compiled import is_compiled

    if engine == "compiled" and not is_compiled():
        typer.echo("Compiling the model, once for this version of the code (about half a minute) …", err=True)


@contextmanager
def _progress_bar() -> Iterator[Progress | None]:
    """A bar on stderr while it is a terminal, else None."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = _errors_page()
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("runs", total=None)
        yield lambda finished, asked: bar.update(task, completed=finished, total=asked)


def _show_effects(comparator: str, effects: pd.DataFrame) -> None:
    from sos_sim.core.provenance import CAVEAT
    from sos_sim.reporting.tables import effect_tables

    page = _page()
    page.print(f"Comparator: {comparator}", markup=False)
    for table in effect_tables(effects):
        page.print(table)
        page.print(
            f"Intervals show luck over {effects['replicates'].max()} replicates of this model only, not uncertainty "
            "about the theory. 'lower in' counts the replicates in which the arm lies below the comparator."
        )
        page.print(CAVEAT, style="italic")


def _conclude(folder: Path, runs: pd.DataFrame, json: bool) -> None:
    """Say where results are; exit 1 when rows failed."""
    failed = runs[runs["status"] == "failed"]
    if not json:
        typer.echo(f"All measures, years and replicates are in {folder} (see manifest.json there).")
    if len(failed):
        first = failed.iloc[0]
        typer.echo(
            f"sos-sim: {len(failed)} of {len(runs)} rows failed, the first being {first['arm']}, replicate "
            f"{first['replicate']}: {first['reason']}. Reasons are in runs.parquet; running again tries them again.",
            err=True,
        )
        raise typer.Exit(FAILED_ROWS)


def _print_json(folder: Path, runs: pd.DataFrame, content: Mapping[str, Any]) -> None:
    counts = {"asked": len(runs), "failed": int((runs["status"] == "failed").sum())}
    _print({"folder": str(folder), "rows": counts, **content})


def _print(content: Any) -> None:
    import json

    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


def _records(frame: pd.DataFrame) -> Any:
    """A table as JSON records, missing values as null."""
    import json

    return json.loads(frame.to_json(orient="records", double_precision=15))


def _page() -> Console:
    """Standard output, at least as wide as our tables: a narrow terminal wraps lines, nothing is cut."""
    from rich.console import Console

    return Console(highlight=False, width=max(WIDTH_OF_PAGE, Console().width), soft_wrap=True)


def _errors_page() -> Console:
    """Standard error, where progress is shown while it is a terminal."""
    from rich.console import Console

    return Console(stderr=True)
