"""What all commands share: the application, options, loading, progress and printing."""

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

    from sos_sim.files.scenario import Scenario
    from sos_sim.files.shipped import Room
    from sos_sim.runs.runner import Progress

DONE, FAILED_ROWS, REFUSED, INTERRUPTED = 0, 1, 2, 130
WIDTH_OF_PAGE = 160

Out = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; resumed if it was begun.")]
Replicates = Annotated[int | None, typer.Option("--replicates", min=1, help="Runs that differ in luck only.")]
Draws = Annotated[
    int | None, typer.Option("--draws", min=0, help="Parameter draws from the posterior (0: the scenarios' own).")
]
PosteriorFile = Annotated[
    Path | None, typer.Option("--posterior", metavar="FILE", help="Draw from this file (default: England's).")
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="From which all luck is derived.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Runs at once (default: all processors).")]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Run on the Dask cluster of this scheduler.")
]
EngineName = Annotated[str, typer.Option("--engine", metavar="compiled|mesa", help="Equal results; mesa is slow.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set a value in every scenario; repeatable.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Events = Annotated[bool, typer.Option("--events", help="Store the event record too.")]
ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")]

app = typer.Typer(
    help="Simulate a children's services authority and the programme theory of Signs of Safety.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
Command = TypeVar("Command", bound=Callable[..., None])


def _show_version(asked: bool) -> None:
    if asked:
        from sos_sim import __version__

        typer.echo(f"sos-sim {__version__}")
        raise typer.Exit()


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What may stand before a command."""


def answering(command: Command) -> Command:
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


def named_file(name: Path, *rooms: Room) -> Path:
    """The file that a path or a name means (see ``files.shipped``); says which on stderr where a name was given."""
    from sos_sim.files.shipped import find_file

    file = find_file(name, *rooms)
    if file != name:
        typer.echo(f"{name} is {file}", err=True)
    return file


def load(
    file: Path,
    assignments: Sequence[str] | None,
    replicates: int | None = None,
    seed: int | None = None,
    draws: int | None = None,
) -> Scenario:
    """The scenario of a file with values set on the command line; raises ScenarioError."""
    from sos_sim.files.scenario import load_scenario, parse_assignment

    overrides = dict(parse_assignment(text) for text in assignments or ())
    given = {"run.replicates": replicates, "run.seed": seed, "run.draws": draws}
    return load_scenario(file, overrides | {path: value for path, value in given.items() if value is not None})


def announce_compilation(engine: str) -> None:
    """Say that the model is compiled first, when it will be."""
    from sos_sim.model.compiled import is_compiled

    if engine == "compiled" and not is_compiled():
        typer.echo("Compiling the model, once for this version of the code (about half a minute) …", err=True)


@contextmanager
def progress_bar(title: str = "runs") -> Iterator[Progress | None]:
    """A bar on stderr while it is a terminal, else None."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = _errors_page()
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda finished, asked: bar.update(task, completed=finished, total=asked)


def conclude(folder: Path, runs: pd.DataFrame, json: bool) -> None:
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


def print_json(folder: Path, runs: pd.DataFrame, content: Mapping[str, Any]) -> None:
    """Print a study's content as JSON, with where it is stored and how many rows failed."""
    counts = {"asked": len(runs), "failed": int((runs["status"] == "failed").sum())}
    print_as_json({"folder": str(folder), "rows": counts, **content})


def print_as_json(content: Any) -> None:
    """Print plain values as JSON."""
    import json

    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


def records(frame: pd.DataFrame) -> Any:
    """A table as JSON records, missing values as null."""
    import json

    return json.loads(frame.to_json(orient="records", double_precision=15))


def page() -> Console:
    """Standard output, at least as wide as our tables: a narrow terminal wraps lines, nothing is cut.

    Square brackets and colons in a name are text, here and nowhere else: neither markup nor small pictures.
    """
    from rich.console import Console

    width = max(WIDTH_OF_PAGE, Console().width)
    return Console(highlight=False, markup=False, emoji=False, width=width, soft_wrap=True)


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, whichever reads best."""
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def _errors_page() -> Console:
    """Standard error, where progress is shown while it is a terminal."""
    from rich.console import Console

    return Console(stderr=True)
