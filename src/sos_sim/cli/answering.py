"""How every command ends: with an exit status and, when something is wrong, one paragraph on stderr.

====== ==================================================================================================
0      done
1      some rows failed, or something went wrong after writing had begun, or something unexpected happened
2      refused: nothing was written
130    interrupted, by Ctrl-C or by a request to end (SIGTERM, SIGHUP): running the same again resumes
====== ==================================================================================================
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from sos_sim.core.errors import InputError, SosSimError
from sos_sim.runs.written import things_written

FAILED, REFUSED, INTERRUPTED = 1, 2, 130
REQUESTS_TO_END: Final = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a command as Ctrl-C does, where the system has them."""


class Commands(TyperGroup):
    """All commands; what they raise on purpose, and what nobody expected, is told in a paragraph."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> Any:
        """Run a command and exit."""
        _never_fail_to_print()
        given = list(sys.argv[1:] if args is None else args)
        with _ended_as_by_ctrl_c():
            try:
                return super().main(given, *others, **options)
            except KeyboardInterrupt:
                _interrupted()
            except Exception as problem:
                if _comes_of_an_interruption(problem):
                    _interrupted()
                typer.echo(f"sos-sim: {_report(problem, given)}", err=True)
                sys.exit(FAILED)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; refusals and interruption end it with their exit status."""
        before = things_written()
        try:
            return super().invoke(ctx)
        except SosSimError as problem:
            typer.echo(f"sos-sim: {problem}", err=True)
            refused = isinstance(problem, InputError) and things_written() == before
            raise typer.Exit(REFUSED if refused else FAILED) from None
        except KeyboardInterrupt:
            _interrupted()


def _interrupted() -> NoReturn:
    typer.echo("sos-sim: interrupted; running the same command again resumes.", err=True)
    sys.exit(INTERRUPTED)


def _comes_of_an_interruption(problem: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: compiled modules that are just being imported turn it into one of theirs."""
    while problem is not None and not isinstance(problem, KeyboardInterrupt):
        problem = problem.__cause__ or problem.__context__
    return problem is not None


def _never_fail_to_print() -> None:
    """Show a sign that the terminal's encoding lacks as another one, rather than fail at it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Let requests to end do what Ctrl-C does, but for those that whoever started this wants ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    found = [getattr(signal, name) for name in REQUESTS_TO_END if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in found}
    ours = [number for number, handler in before.items() if handler is signal.SIG_DFL]
    try:
        for number in ours:
            signal.signal(number, signal.default_int_handler)
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _report(problem: Exception, given: Sequence[str]) -> str:
    """What happened and what to send to the maintainers."""
    import platform
    import shlex

    from sos_sim import __version__

    said = f"{type(problem).__name__}: {problem}".rstrip(": ")
    system = f"{platform.system()} {platform.machine()}"
    return (
        f"something unexpected happened: {said}. Results folders are not damaged, and running the same command again "
        f"resumes. Please report it with this: the command `{shlex.join(['sos-sim', *given])}`; sos-sim "
        f"{__version__} on Python {platform.python_version()}, {system}; and {_kept(problem)}."
    )


def _kept(problem: Exception) -> str:
    """Where the traceback is."""
    import tempfile
    import traceback

    from sos_sim.runs.store import keep_file

    text = "".join(traceback.format_exception(problem))
    try:
        file = Path(tempfile.mkdtemp(prefix="sos-sim-")) / "traceback.txt"
        keep_file(file, text.encode(errors="backslashreplace"))
    except (OSError, SosSimError) as refusal:
        return f"where it happened, which could not be kept in a file ({refusal}): {text.splitlines()[-2].strip()}"
    return f"the file {file}, which says where it happened"
