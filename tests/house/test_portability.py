"""The package on other systems: nothing that only POSIX has, names that Windows takes, text that is equal bytes.

No machine with Windows runs these tests. What it lacks is taken away here instead, and its rules for names and
open files are those of ``PureWindowsPath`` and of ``/proc``.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest

from sos_sim.core.errors import ResultsFolderError
from sos_sim.files.scenario import load_scenario
from sos_sim.model.code_cache import cache_folder
from sos_sim.model.compiled import CompiledRun
from sos_sim.runs.replicate import replicate
from sos_sim.runs.store import keep_file

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "sos_sim").rglob("*.py"))
POSIX_MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "crypt", "syslog", "posix", "posixpath"}
POSIX_CALLS = {
    *("getuid", "geteuid", "getgid", "getegid", "fork", "forkpty", "killpg", "setsid", "getpgid", "nice", "chown"),
    *("mkfifo", "uname", "getloadavg", "sched_getaffinity", "sysconf", "O_DIRECTORY", "O_NOFOLLOW", "wait3", "wait4"),
    *("SIGKILL", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGPIPE", "alarm", "pause"),
}
WITH_TEXT = {"read_text", "write_text", "open"}
LONGEST = 120
"""Characters of the longest name inside a results folder: Windows takes 260 for a whole path."""


def posix_imports(source: str) -> list[str]:
    """Imports of modules that Windows does not have."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in POSIX_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in POSIX_MODULES:
            found.append(str(node.module))
    return found


def posix_calls(source: str) -> list[str]:
    """Uses of what only POSIX has, where the same function does not ask ``hasattr`` first."""
    tree = ast.parse(source)
    guarded: set[ast.AST] = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            asked = {name for node in ast.walk(function) for name in asked_for(node)}
            guarded |= {node for node in ast.walk(function) if isinstance(node, ast.Attribute) and node.attr in asked}
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) in {"os", "signal"}
        and node.attr in POSIX_CALLS
        and node not in guarded
    ]


def asked_for(node: ast.AST) -> list[str]:
    """The attribute that a call of hasattr or getattr names."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"hasattr", "getattr"}:
        return [str(part.value) for part in node.args[1:2] if isinstance(part, ast.Constant)]
    return []


def text_without_encoding(source: str) -> list[str]:
    """Text read or written in whatever encoding the system happens to have."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = {word.arg for word in node.keywords}
        binary = any(isinstance(part, ast.Constant) and "b" in str(part.value) for part in node.args)
        if called in WITH_TEXT and "encoding" not in given and not binary:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_nothing_that_only_posix_has(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert (posix_imports(source), posix_calls(source), text_without_encoding(source)) == ([], [], [])


class TestTheChecksCanFail:
    """Each check is shown a planted fault."""

    @pytest.mark.parametrize("source", ["import fcntl", "def f():\n    from pwd import getpwuid"])
    def test_import(self, source: str) -> None:
        assert posix_imports(source) != []

    @pytest.mark.parametrize("source", ["import os\nos.getuid()", "def f():\n    return signal.SIGKILL"])
    def test_call(self, source: str) -> None:
        assert posix_calls(source) != []

    def test_a_call_that_is_asked_for_first(self) -> None:
        assert posix_calls("def f():\n    return os.getuid() if hasattr(os, 'getuid') else 0") == []

    @pytest.mark.parametrize("source", ["path.read_text()", "open(path)", "path.open('w')", "path.write_text(x)"])
    def test_encoding(self, source: str) -> None:
        assert text_without_encoding(source) != []

    def test_bytes_need_none(self) -> None:
        assert text_without_encoding("path.open('rb')\npath.read_text(encoding='utf-8')") == []


WITHOUT_POSIX = """
import os, signal, sys, warnings
import platformdirs  # has a class for each system; that for this one needs what is taken away below
for name in {modules!r}:
    sys.modules[name] = None
for name in {calls!r}:
    for module in (os, signal):
        if hasattr(module, name):
            delattr(module, name)
warnings.filterwarnings("ignore", "only soft file lock is available")
from pathlib import Path
from sos_sim.files.scenario import load_scenario
from sos_sim.comparison.compare import compare
files = ("scenarios/base.yaml", "scenarios/sos_supported.yaml")
arms = [load_scenario(file).with_values(children=1000, months=6, warmup_months=2) for file in files]
out = Path(sys.argv[1])
for _ in range(2):
    compare(arms, replicates=2, out=out, workers=2, draws=[])
assert not hasattr(os, "fork") and "fcntl" not in {{name for name, module in sys.modules.items() if module}}
print((out / "manifest.json").read_bytes().count(b"complete"))
"""


def test_a_comparison_runs_and_resumes_without_them(usual_run: CompiledRun, tmp_path: Path) -> None:
    code = WITHOUT_POSIX.format(
        modules=sorted(POSIX_MODULES - {"posix", "posixpath"}), calls=sorted(POSIX_CALLS - {"sysconf", "uname"})
    )
    run = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "out")]
    # A cache of its own: the locks that POSIX leaves in the shared one look closed to a system that has no others.
    kept = cache_folder()
    shutil.copytree(kept, tmp_path / "cache" / kept.name, ignore=shutil.ignore_patterns(".lock"))
    own = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(run, cwd=ROOT, env=own, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder of a small study of a scenario with an awkward name."""
    out = tmp_path_factory.mktemp("results") / "out"
    scenario = load_scenario(ROOT / "scenarios" / "base.yaml").with_values(children=1000, months=4, warmup_months=2)
    object.__setattr__(scenario, "name", "CON: a?.")
    replicate(scenario, 2, out=out, workers=1, events=True, draws=[])
    return out


def test_names_are_names_on_windows(results: Path) -> None:
    names = [path.relative_to(results).as_posix() for path in results.rglob("*")]
    assert len(names) > 5
    for name in names:
        windows = PureWindowsPath(name)
        assert not any(reserved(part) for part in windows.parts), name
        assert not set('<>:"|?*\\') & set(name) and not name.endswith((".", " ")), name
        assert len(name) <= LONGEST
    assert max(Counter(name.lower() for name in names).values()) == 1


def reserved(part: str) -> bool:
    """Whether Windows keeps a name for a device."""
    return part.split(".")[0].upper() in {
        "CON",
        "PRN",
        "AUX",
        "NUL",
        *(f"{d}{n}" for d in ("COM", "LPT") for n in range(10)),
    }


def test_lines_end_alike_everywhere(results: Path) -> None:
    content = (results / "manifest.json").read_bytes()
    assert b"\r" not in content and content.decode("ascii").endswith("}\n")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not list open files")
def test_no_file_is_replaced_while_it_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to rename, replace or delete a file that is open."""
    replaced, moved = [], Path.replace

    def watched(self: Path, target: Any) -> Path:
        held = {str(link.resolve()) for link in Path("/proc/self/fd").iterdir()}
        replaced.append(str(target))
        assert not held & {str(self.resolve()), str(Path(target).resolve())}
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    scenario = load_scenario(ROOT / "scenarios" / "base.yaml").with_values(children=1000, months=4, warmup_months=2)
    for _ in range(2):
        replicate(scenario, 2, out=tmp_path / "out", workers=1, events=True, draws=[])
    assert len(replaced) > 5


def test_a_file_that_another_program_holds_is_a_clear_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_file(tmp_path / "page.html", b"before")

    def held(self: Path, target: Any) -> Path:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(ResultsFolderError, match="used by another process"):
        keep_file(tmp_path / "page.html", b"after")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("page.html", b"before")]


def test_this_python_is_one_of_those_that_the_package_declares() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert declared == ">=3.11,<3.15" and (3, 11) <= sys.version_info[:2] < (3, 15)
