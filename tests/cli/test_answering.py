"""How commands end: exit statuses that mean one thing each, and a paragraph in place of a traceback."""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import sos_sim
from sos_sim.cli import app
from sos_sim.core.errors import InputError, ModelError, ResultsFolderError, WorkersLostError
from sos_sim.runs import batch
from sos_sim.runs.store import ResultsFolder
from support.small_studies import write_files

RUN = ("run", "usual.yaml", "--replicates", "1", "--workers", "1", "--out", "there")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two scenario files, made the current one; kept tracebacks go into it too."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def sos(*arguments: str, charset: str = "utf-8") -> Result:
    return CliRunner(charset=charset).invoke(app, list(arguments))


def said(answer: Result) -> str:
    """The last paragraph on stderr; before it there may be a line that says that the model is compiled."""
    return answer.stderr.splitlines()[-1]


def raising(problem: BaseException) -> Any:
    """A function that takes anything and raises this."""

    def fail(*_: Any, **__: Any) -> None:
        raise problem

    return fail


def stopped_while_importing() -> ImportError:
    """What a compiled module makes of Ctrl-C that comes while it is imported."""
    problem = ImportError("initialization failed")
    problem.__cause__ = KeyboardInterrupt()
    return problem


class TestUnexpected:
    def test_is_a_paragraph_that_says_what_to_report(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "share_pasts", raising(ZeroDivisionError("division by nothing")))
        answer = sos(*RUN)
        assert answer.exit_code == 1 and answer.stdout == ""
        assert "ZeroDivisionError: division by nothing" in said(answer) and "Traceback" not in answer.stderr
        assert f"`sos-sim {' '.join(RUN)}`; sos-sim {sos_sim.__version__} on Python" in said(answer)
        assert platform.python_version() in said(answer)
        (file,) = re.findall(r"the file (\S+), which", said(answer))
        kept = Path(file).read_text()
        assert kept.startswith("Traceback") and kept.endswith("ZeroDivisionError: division by nothing\n")

    def test_where_nothing_can_be_kept_says_where_it_happened(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batch, "share_pasts", raising(ZeroDivisionError()))
        monkeypatch.setattr(tempfile, "mkdtemp", raising(OSError("no room")))
        answer = sos(*RUN)
        assert answer.exit_code == 1
        assert "ZeroDivisionError. Results" in answer.stderr and "(no room): raise problem" in answer.stderr

    def test_words_of_users_are_quoted_as_a_shell_needs_them(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "share_pasts", raising(RuntimeError("x")))
        assert "--out 'a b'`" in sos(*RUN[:-1], "a b").stderr


class TestStatus:
    @pytest.mark.parametrize("problem", [InputError("late"), ResultsFolderError("late"), ModelError("late")])
    def test_what_fails_after_writing_began_is_no_refusal(
        self, here: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
    ) -> None:
        monkeypatch.setattr(ResultsFolder, "join", raising(problem))
        answer = sos(*RUN)
        assert answer.exit_code == 1 and said(answer) == "sos-sim: late"
        assert (here / "there/manifest.json").exists()

    def test_lost_workers_are_a_failure(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "share_pasts", raising(WorkersLostError("gone")))
        assert sos(*RUN).exit_code == 1

    def test_refused_before_writing_is_2_also_when_others_have_written(self, here: Path) -> None:
        assert sos(*RUN).exit_code == 0
        before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
        assert sos(*RUN, "--set", "authority.children=2500").exit_code == 2
        assert sos("run", "usual.yaml", "--out", "usual.yaml").exit_code == 2
        assert sos("run", "usual.yaml", "--replicates", "none").exit_code == 2
        assert sos("report", "nowhere").exit_code == 2
        assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before

    def test_a_folder_that_cannot_be_made_is_a_refusal(self, here: Path) -> None:
        answer = sos("run", "usual.yaml", "--replicates", "1", "--out", "/dev/null/there")
        assert answer.exit_code == 2 and "cannot write" in answer.stderr


class TestInterrupted:
    def test_while_a_compiled_module_is_imported(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "share_pasts", raising(stopped_while_importing()))
        answer = sos(*RUN)
        assert answer.exit_code == 130 and said(answer).startswith("sos-sim: interrupted")

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
    def test_requests_to_end_are_as_ctrl_c(self, here: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        number = getattr(signal, name)

        def asked_to_end(*_: Any) -> None:
            os.kill(os.getpid(), number)
            time.sleep(30)

        monkeypatch.setattr(batch, "share_pasts", asked_to_end)
        # Started in the background, or under nohup, Python leaves these signals ignored; here they are not.
        handler = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
        before = signal.signal(number, handler)
        try:
            answer = sos(*RUN)
        finally:
            left = signal.signal(number, before)
        assert answer.exit_code == 130
        assert said(answer) == "sos-sim: interrupted; running the same command again resumes."
        assert left == handler
        monkeypatch.undo()
        os.chdir(here)
        assert sos(*RUN).exit_code == 0

    def test_what_is_to_be_ignored_stays_ignored(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """As under nohup."""
        monkeypatch.setattr(batch, "share_pasts", lambda *_: os.kill(os.getpid(), signal.SIGHUP) or [])
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            assert sos(*RUN).exit_code != 130
        finally:
            signal.signal(signal.SIGHUP, before)


class TestPrinting:
    @pytest.mark.parametrize("charset", ["ascii", "latin-1", "cp437"])
    def test_signs_that_cannot_be_shown_are_replaced(self, here: Path, charset: str) -> None:
        Path("euro.yaml").write_text("name: Plan €\nextends: usual.yaml\n", encoding="utf-8")
        answer = sos("check", "euro.yaml", charset=charset)
        assert answer.exit_code == 0, answer.output
        shown = answer.stdout_bytes.split(b"'")[1]
        assert shown in (b"Plan ?", "Plan €".encode()), "replaced, or UTF-8 where ASCII is taken for a mistake"
        assert sos("run", "euro.yaml", "--replicates", "1", "--out", "euro", charset=charset).exit_code == 0

    def test_json_loses_no_sign(self, here: Path) -> None:
        plain = sos("measures", "--format", "json")
        narrow = sos("measures", "--format", "json", charset="ascii")
        assert json.loads(narrow.stdout) == json.loads(plain.stdout) and not plain.stdout.isascii()
