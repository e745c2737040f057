"""What the identity of an engine covers, and what that of results covers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sos_sim.core.errors import ResultsFolderError
from sos_sim.core.provenance import code_hash, engine_hash
from sos_sim.files.scenario import load_scenario
from sos_sim.runs.replicate import replicate
from sos_sim.runs.rows import rows_of

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "sos_sim"
BASE = PACKAGE.parents[1] / "scenarios" / "base.yaml"
FLOORS = ("core", "agents", "theory", "model", "outcomes", "runs", "files")
HASHES = "from sos_sim.core.provenance import code_hash, engine_hash; print(engine_hash(), code_hash())"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    for floor in FLOORS:
        shutil.copytree(PACKAGE / floor, tmp_path / "sos_sim" / floor, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE / "__init__.py", tmp_path / "sos_sim")
    return tmp_path / "sos_sim"


def hashes(package: Path) -> tuple[str, str]:
    """Hash of the engine and of what shapes results, of a copy of the package."""
    run = [sys.executable, "-c", HASHES]
    done = subprocess.run(run, cwd=package.parent, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=True)
    engine, code = done.stdout.split()
    return engine, code


def test_a_copy_has_the_same_identity(copy: Path) -> None:
    assert hashes(copy) == (engine_hash(), code_hash())


@pytest.mark.parametrize(
    ("file", "moves_engine", "moves_results"),
    [
        ("core/luck.py", True, True),
        ("agents/child.py", True, True),
        ("theory/home.py", True, True),
        ("model/phases/court.py", True, True),
        ("outcomes/ratios.py", False, True),
        ("runs/store.py", False, False),
        ("files/schema.py", False, False),
    ],
)
def test_what_a_changed_file_moves(copy: Path, file: str, moves_engine: bool, moves_results: bool) -> None:
    with (copy / file).open("ab") as source:
        source.write(b"# changed\n")
    engine, code = hashes(copy)
    assert (engine != engine_hash(), code != code_hash()) == (moves_engine, moves_results)


def test_ends_of_lines_play_no_part(copy: Path) -> None:
    for path in copy.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert hashes(copy) == (engine_hash(), code_hash())


def test_a_folder_measured_otherwise_is_refused_and_its_rows_have_other_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = load_scenario(BASE).with_values(children=1000, months=4, warmup_months=2)
    replicate(scenario, 1, out=tmp_path / "out", workers=1, draws=[])
    before = rows_of([scenario], 1)[0].id
    for module in ("sos_sim.runs.store", "sos_sim.runs.rows"):
        monkeypatch.setattr(f"{module}.code_hash", lambda: "measured otherwise")
    assert rows_of([scenario], 1)[0].id != before
    with pytest.raises(ResultsFolderError, match=r"code is .* and measured otherwise here"):
        replicate(scenario, 1, out=tmp_path / "out", workers=1, draws=[])
