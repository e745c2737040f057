"""The package without a clone: built, installed elsewhere, and used from a folder outside the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    "src",
    "scenarios",
    "experiments",
    "schemas",
    "pyproject.toml",
    "setup.py",
    "MANIFEST.in",
    "README.md",
    "LICENSE",
)
SMALL = ["--set", "authority.children=1000", "--set", "run.warmup_months=6", "--set", "run.months=12"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that is made from it alone."""
    place = tmp_path_factory.mktemp("build")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, place / name)
    run_in(place, sys.executable, "-m", "build", "--no-isolation", "--outdir", "out", ".")
    return place / "out"


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which the package comes from the wheel, and all else from this one's."""
    place = tmp_path_factory.mktemp("elsewhere")
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (wheel,) = built.glob("*.whl")
    options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    run_in(place, sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel))
    found = run_in(place, str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    others = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(found, "dependencies.pth").write_text("\n".join(sorted(others)) + "\n", encoding="utf-8")
    return python


def run_in(folder: Path, *command: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, without this process's paths to Python code; its exit status is checked."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "NUMBA_CACHE_DIR")}
    answer = subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert answer.returncode == status, answer.stdout + answer.stderr
    return answer


def other_files(folder: Path) -> set[str]:
    """Everything below a folder but Python code and what is made of it."""
    made = (".py", ".pyc", ".nbi", ".nbc")
    return {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in made and "__pycache__" not in file.parts
    }


def test_wheel_holds_all_that_is_not_python(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        held = set(files.namelist())
    needed = {f"sos_sim/{name}" for name in other_files(ROOT / "src" / "sos_sim")}
    assert {"sos_sim/py.typed", "sos_sim/kit/page.css", "sos_sim/evidence/england_posterior.parquet"} <= needed
    for folder in ("scenarios", "experiments", "schemas"):
        needed |= {f"sos_sim/shipped/{folder}/{name}" for name in other_files(ROOT / folder)}
    assert needed - held == set()


def test_source_distribution_holds_the_one_source_of_what_is_shipped(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        held = {name.partition("/")[2] for name in files.getnames()}
    for folder in ("scenarios", "experiments", "schemas", "src/sos_sim/evidence", "src/sos_sim/kit"):
        assert {f"{folder}/{name}" for name in other_files(ROOT / folder)} - held == set()
    assert not any("shipped/" in name for name in held)


def test_starts_without_a_clone(installed: Path, tmp_path: Path) -> None:
    sos = [str(installed.with_name("sos-sim" + installed.suffix))]
    imported = run_in(tmp_path, str(installed), "-c", "import sos_sim; print(sos_sim.__file__)").stdout.strip()
    assert Path(imported).is_relative_to(installed.parents[1]) and not Path(imported).is_relative_to(ROOT)
    assert (
        run_in(tmp_path, str(installed), "-m", "sos_sim", "--version").stdout
        == run_in(tmp_path, *sos, "--version").stdout
    )

    checked = run_in(tmp_path, *sos, "check", "base")
    assert f"{Path('shipped', 'scenarios', 'base.yaml')}" in checked.stderr and not any(tmp_path.iterdir())

    run_in(tmp_path, *sos, "new", "work")
    work = tmp_path / "work"
    for folder in ("scenarios", "experiments", "schemas"):
        for name in other_files(ROOT / folder):
            assert (work / folder / name).read_bytes() == (ROOT / folder / name).read_bytes()
    run_in(work, *sos, "run", "base", *SMALL, "--replicates", "1")
    assert len(list(work.glob("results/base-*/outcomes.parquet"))) == 1
    said = run_in(
        work, *sos, "compare", "base", "sos_supported", *SMALL, "--replicates", "2", "--report", "--out", "results/c"
    )
    assert (work / "results" / "c" / "report.html").stat().st_size > 100_000
    assert str(Path("results", "c", "report.html")) in said.stdout
