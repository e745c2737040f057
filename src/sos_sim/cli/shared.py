"""What all commands share: the application, options, loading, progress and printing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import typer

from sos_sim.cli.answering import FAILED, Commands

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from sos_sim.files.scenario import Scenario
    from sos_sim.files.shipped import Room
    from sos_sim.runs.forecast import Forecast
    from sos_sim.runs.question import Answer, Question
    from sos_sim.runs.runner import Progress

WIDTH_OF_PAGE = 160
Result = TypeVar("Result")

Out = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; resumed if it was begun.")]
Replicates = Annotated[int | None, typer.Option("--replicates", min=1, help="Runs that differ in luck only.")]
Draws = Annotated[
    int | None, typer.Option("--draws", min=0, help="Parameter draws from the posterior (0: the scenarios' own).")
]
PosteriorFile = Annotated[
    Path | None,
    typer.Option(
        "--posterior", metavar="NAME|FILE", help="A shipped one or a file (default: the scenario's, or england)."
    ),
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
Events = Annotated[bool, typer.Option("--events", help="Store the event record too, and who the children are.")]
WarmupEvents = Annotated[
    bool, typer.Option("--warmup-events", help="Store the event record of the warm-up too, in months below 0.")
]
ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")]

Yes = Annotated[bool, typer.Option("--yes", help="Run it however large it is, without being asked.")]


class Asked(NamedTuple):
    """Where to put a study, where to run it, how to show it, and whether it may be large."""

    out: Path | None
    workers: int | None
    scheduler: str | None
    json: bool
    yes: bool


app = typer.Typer(
    cls=Commands,
    help="Simulate a children's services authority and the programme theory of Signs of Safety.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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


def answer(question: Question[Result], name: str, asked: Asked, show: Callable[[Result, Path], None]) -> None:
    """Answer a question in its folder, show what was found and where it is; exit 1 when rows failed.

    Raises InputError for a large study that nobody agreed to.
    """
    from sos_sim.kit.drawn_from import posterior_said
    from sos_sim.runs.pace import known_pace
    from sos_sim.runs.question import Workplace, default_folder
    from sos_sim.runs.store import read_manifest

    folder, reckoned = asked.out or default_folder(name, question), question.forecast()
    kind = f"{type(question).__name__} {question.engine}".rstrip()
    agree(reckoned.at_pace(known_pace(kind)), folder, asked)
    announce_compilation(question.engine)
    with timed(kind, reckoned.seconds, asked.workers, tells=not (folder.exists() or asked.scheduler)):
        found = question.answer(folder, Workplace(asked.workers, asked.scheduler, progress_bar))
    if asked.json:
        _print_answer(folder, found)
    else:
        show(found.result, folder)
        for sentence in posterior_said(read_manifest(folder)):
            typer.echo(sentence)
        typer.echo(f"All measures, years and replicates are in {folder} (see manifest.json there).")
    _say_what_failed(found)


def agree(expected: Forecast, folder: Path, asked: Asked) -> None:
    """Ask before a large study; raises InputError when the answer is no, or there is nobody to ask."""
    from sos_sim.core.errors import InputError
    from sos_sim.runs.executors import default_workers

    free, workers = free_megabytes(folder), asked.workers or default_workers()
    if asked.yes or not expected.is_large(workers, free):
        if not asked.scheduler:
            say_how_long(expected, asked.workers, f", and up to {space(expected.megabytes)} in {folder}")
        return
    told = (
        f"this is large: {expected.rows:,} rows, some {duration(expected.seconds / workers)} on {workers} workers of "
        f"this machine, and up to {expected.megabytes / 1e3:,.1f} GB in {folder} ({free / 1e3:,.0f} GB are free)."
    )
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError(f"{told} Ask for less, or say --yes to run it all the same.")
    if not typer.confirm(f"sos-sim: {told} Run it?", err=True):
        raise InputError("nothing was run.")


def say_how_long(expected: Forecast, workers: int | None, where: str = "") -> None:
    """Say on stderr what will be run and what it takes, when that is more than a minute."""
    from sos_sim.runs.executors import default_workers

    count = workers or default_workers()
    if expected.is_long(count):
        by = "as fast as the last such study here" if expected.measured else "on a common machine"
        typer.echo(
            f"{expected.rows:,} rows: some {duration(expected.seconds / count)} on {count} workers ({by}){where}; less "
            "where some are done already. Ctrl-C stops it, and the same command goes on from there.",
            err=True,
        )


@contextmanager
def timed(kind: str, reckoned: float, workers: int | None, tells: bool = True) -> Iterator[None]:
    """Keep how fast a kind of study went here against the seconds that were reckoned, where it ``tells`` anything.

    It does not where the model had to be compiled first.
    """
    import time

    from sos_sim.model.code_cache import is_compiled
    from sos_sim.runs.executors import default_workers
    from sos_sim.runs.pace import note_pace

    compiled, begin = is_compiled(), time.monotonic()
    yield
    if tells and compiled:
        note_pace(kind, reckoned, (time.monotonic() - begin) * (workers or default_workers()))


def space(megabytes: float) -> str:
    """Megabytes or gigabytes, whichever reads best."""
    return f"{max(1.0, megabytes):,.0f} MB" if megabytes < 1000 else f"{megabytes / 1e3:,.1f} GB"


def free_megabytes(folder: Path) -> float:
    """Free space where a folder is or will be; infinite where the system does not tell."""
    import shutil

    there = next((place for place in (folder, *folder.absolute().parents) if place.exists()), Path())
    try:
        return shutil.disk_usage(there).free / 1e6
    except OSError:
        return float("inf")


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
    from sos_sim.files.scenario import load_scenario

    overrides = set_on_the_command_line(assignments)
    given = {"run.replicates": replicates, "run.seed": seed, "run.draws": draws}
    return load_scenario(file, overrides | {path: value for path, value in given.items() if value is not None})


def set_on_the_command_line(assignments: Sequence[str] | None) -> dict[str, Any]:
    """Values by path from texts such as ``authority.children=5000``; raises ScenarioError."""
    from sos_sim.files.scenario import parse_assignment

    return dict(parse_assignment(text) for text in assignments or ())


def announce_compilation(engine: str) -> None:
    """Say that the model is compiled first, when it will be."""
    from sos_sim.model.code_cache import is_compiled

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


def _say_what_failed(found: Answer[Any]) -> None:
    failed = found.runs[found.runs["status"] == "failed"]
    if found.warning:
        typer.echo(f"sos-sim: {found.warning}", err=True)
    if len(failed):
        first = failed.iloc[0]
        typer.echo(
            f"sos-sim: {len(failed)} of {len(found.runs)} rows failed, the first being {first['arm']}, replicate "
            f"{first['replicate']}: {first['reason']}. Reasons are in runs.parquet; running again tries them again.",
            err=True,
        )
    if found.warning or len(failed):
        raise typer.Exit(FAILED)


def _print_answer(folder: Path, found: Answer[Any]) -> None:
    """Tables as JSON, with where all is stored, how many rows failed, which posterior is drawn from, and the caveat."""
    from sos_sim.core.provenance import CAVEAT
    from sos_sim.runs.store import read_manifest

    counts = {"asked": len(found.runs), "failed": int((found.runs["status"] == "failed").sum())}
    tables = {name: records(table) for name, table in found.tables.items()}
    drawn_from = {key: value for key, value in read_manifest(folder).items() if key in ("posterior", "own_posterior")}
    print_as_json({"folder": str(folder), "rows": counts, **drawn_from, "caveat": CAVEAT, **tables})


def print_as_json(content: Any) -> None:
    """Print plain values as JSON, signs that the encoding of stdout may lack written as escapes."""
    import json

    shows_all = (sys.stdout.encoding or "").lower().startswith("utf")
    typer.echo(json.dumps(content, indent=2, ensure_ascii=not shows_all))


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
