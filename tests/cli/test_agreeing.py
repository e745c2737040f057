"""Large studies: said before anything runs, asked about on a terminal, refused elsewhere unless --yes is given."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sos_sim.cli import app, shared
from sos_sim.core.errors import InputError
from sos_sim.model import code_cache
from sos_sim.runs import pace
from sos_sim.runs.forecast import Forecast
from support.small_studies import write_files

TOY = "name: toy\nmodel: ishigami\nmethod: sobol\nsize: 16\n"
LARGE = Forecast(9000, 1e6, 1.0)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two scenarios and a study of a toy, made the current one."""
    write_files(tmp_path)
    (tmp_path / "toy.yaml").write_text(TOY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sos(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def asked(yes: bool = False) -> shared.Asked:
    return shared.Asked(None, 2, None, False, yes)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sweep", "toy.yaml", "--size", str(2**30)], "6,442,450,944 rows; a study has at most"),
        (["run", "usual.yaml", "--draws", "100000", "--replicates", "1000"], "100,000,000 rows; a study has at most"),
        (["compare", "usual.yaml", "offer.yaml", "--draws", "100000", "--replicates", "2"], "400,000 rows"),
        (["run", "usual.yaml", "--replicates", "900000"], "this is large: 900,000 rows, some"),
    ],
)
def test_huge_studies_are_refused_before_anything_is_written(here: Path, arguments: list[str], told: str) -> None:
    before = sorted(path.name for path in here.iterdir())
    answer = sos(*arguments, *(("--set", "authority.children=400000") if arguments[0] != "sweep" else ()))
    assert answer.exit_code == 2 and answer.stdout == ""
    assert told in " ".join(answer.stderr.split()), answer.stderr
    assert sorted(path.name for path in here.iterdir()) == before


def test_yes_runs_it_and_small_studies_are_not_asked_about(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Forecast, "is_large", lambda *_: True)
    refused = sos("sweep", "toy.yaml", "--out", "there", "--workers", "1")
    assert refused.exit_code == 2 and not Path("there").exists()
    assert "96 rows, some 0 seconds on 1 workers" in refused.stderr and "GB in there (" in refused.stderr
    assert "say --yes" in refused.stderr
    assert sos("sweep", "toy.yaml", "--out", "there", "--workers", "1", "--yes").exit_code == 0
    monkeypatch.undo()
    shared.agree(Forecast(1, 1.0, 1.0), here, asked())


class Terminal:
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True

    def write(self, text: str) -> int:
        """Show nothing."""
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


@pytest.mark.parametrize("answered", [True, False])
def test_on_a_terminal_one_is_asked(monkeypatch: pytest.MonkeyPatch, here: Path, answered: bool) -> None:
    told: list[str] = []

    def ask(text: str, err: bool) -> bool:
        told.append(text)
        return answered

    monkeypatch.setattr(typer, "confirm", ask)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stderr", Terminal())
    if answered:
        shared.agree(LARGE, here, asked())
    else:
        with pytest.raises(InputError, match="nothing was run"):
            shared.agree(LARGE, here, asked())
    assert "9,000 rows, some 138.9 hours on 2 workers" in told[0] and told[0].endswith("Run it?")
    shared.agree(LARGE, here, asked(yes=True))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("seconds", "measured", "told"),
    [
        (119.0, False, ""),
        (480.0, False, "7 rows: some 4 minutes on 2 workers (on a common machine), and up to 1 MB in here;"),
        (480.0, True, "7 rows: some 4 minutes on 2 workers (as fast as the last such study here), and up to"),
    ],
)
def test_more_than_a_minute_is_said_before_it_starts(
    seconds: float, measured: bool, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shared.agree(Forecast(7, seconds, 0.2, measured), Path("here"), asked())
    said = capsys.readouterr().err
    assert said.startswith(told) and bool(said) == bool(told)


def test_how_fast_a_study_went_is_what_the_next_is_reckoned_by(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "pace_file", lambda: here / "cache" / "pace.json")
    assert pace.known_pace("SweepQuestion") is None
    pace.note_pace("SweepQuestion", 20.0, 2400.0)
    assert pace.known_pace("SweepQuestion") == 120.0 and pace.known_pace("TrialQuestion") is None
    paced = Forecast(3, 2.0, 1.0).at_pace(pace.known_pace("SweepQuestion"))
    assert paced == Forecast(3, 240.0, 1.0, measured=True)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": "fast"}', '{"a": -1.0}', '{"a": NaN}', '{"a": Infinity}'])
def test_a_damaged_pace_is_no_pace(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "pace_file", lambda: tmp_path / "pace.json")
    (tmp_path / "pace.json").write_text(content, encoding="utf-8")
    assert pace.known_pace("a") is None
    pace.note_pace("a", 100.0, 50.0)
    assert pace.known_pace("a") == 0.5


def test_short_studies_and_a_cache_that_cannot_be_written_leave_no_pace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(pace, "pace_file", lambda: tmp_path / "file" / "pace.json")
    pace.note_pace("a", 100.0, 50.0)
    monkeypatch.setattr(pace, "pace_file", lambda: tmp_path / "pace.json")
    pace.note_pace("a", pace.SHORTEST_SECONDS - 1.0, 1000.0)
    assert pace.known_pace("a") is None


def test_a_run_of_its_own_leaves_its_pace_and_a_resumed_one_does_not(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    monkeypatch.setattr(pace, "note_pace", lambda kind, reckoned, taken: noted.append(kind))
    monkeypatch.setattr(code_cache, "is_compiled", lambda: False)
    assert sos("run", "usual.yaml", "--out", "first", "--workers", "1").exit_code == 0
    monkeypatch.setattr(code_cache, "is_compiled", lambda: True)
    for _ in range(2):
        assert sos("run", "usual.yaml", "--out", "there", "--workers", "1").exit_code == 0
    assert noted == ["ReplicateQuestion compiled"]


def test_the_next_study_is_told_by_what_is_known(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "known_pace", {"ReplicateQuestion compiled": 1e5}.get)
    answer = sos("run", "usual.yaml", "--out", "there", "--workers", "1")
    assert answer.exit_code == 0
    assert answer.stderr.startswith("3 rows: some 4 minutes on 1 workers (as fast as the last such study here)")
    assert "and up to 1 MB in there; less where some are done already." in answer.stderr
