"""Compiled code that is kept: used while it is whole and the user's own, else compiled anew; never an error."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sos_sim.model import code_cache, compiled
from sos_sim.model.code_cache import SEAL, belongs_to_user, cache_folder, kept_code
from sos_sim.model.compiled import CompiledRun, Engine
from sos_sim.model.world import World
from support.worlds import assert_same_history, world


def short_months(world: World, first: int, last: int, spare_events: int) -> int:
    """Stands for the months of the model: as much to keep and to damage, and compiled in a second."""
    return last + len(world.events) - len(world.events) + first - first


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for compiled code, where a short function stands for the months."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiled, "_run_months", short_months)
    return tmp_path


def run_once() -> Any:
    """What a new engine called once works with: the compiled function."""
    engine = Engine()
    assert engine(CompiledRun(world(months=3, children=1000))._world(), 0, 3, 0) == 3
    (function,) = engine._ready.values()
    return function


def was_kept(function: Any) -> bool:
    """Whether compiled code came from what was kept."""
    return sum(function.stats.cache_hits.values()) == 1


def kept(base: Path, pattern: str) -> Path:
    """The one file of this kind."""
    (found,) = base.rglob(pattern)
    return found


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty index": lambda base: kept(base, "*.nbi").write_bytes(b""),
    "cut code": lambda base: kept(base, "*.nbc").write_bytes(kept(base, "*.nbc").read_bytes()[:1000]),
    "one bit": lambda base: flip(kept(base, "*.nbc")),
    "foreign index": lambda base: kept(base, "*.nbi").write_bytes(b"not ours\n"),
    "foreign file": lambda base: (kept(base, SEAL).parent / "other.txt").write_bytes(b"not ours\n"),
    "missing code": lambda base: kept(base, "*.nbc").unlink(),
    "seal gone": lambda base: kept(base, SEAL).unlink(),
    "seal damaged": lambda base: kept(base, SEAL).write_bytes(b"[]"),
    "seal no text": lambda base: kept(base, SEAL).write_bytes(b"\xff\xfe"),
}


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def test_compiled_once_and_then_kept(base: Path) -> None:
    assert not was_kept(run_once())
    assert was_kept(run_once())
    assert set(json.loads(kept(base, SEAL).read_bytes())) == {
        path.relative_to(cache_folder()).as_posix() for path in base.rglob("*.nb?")
    }


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_a_miss_and_heals(base: Path, damage: str) -> None:
    run_once()
    DAMAGE[damage](base)
    assert not was_kept(run_once())
    assert was_kept(run_once())
    assert not list(base.rglob("other.txt"))


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(code_cache, "_write_seal", full)
    assert not was_kept(run_once())


def test_an_error_of_the_code_itself_is_raised(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot_compile(world: World, first: int, last: int, spare_events: int) -> int:
        return int(world.no_such_table)  # type: ignore[attr-defined]

    monkeypatch.setattr(compiled, "_run_months", cannot_compile)
    with pytest.raises(Exception, match="no_such_table"):
        run_once()


def test_one_process_at_a_time(base: Path) -> None:
    code = (
        "import sys, time; from sos_sim.model.code_cache import kept_code\n"
        "with kept_code() as folder:\n    print('held', flush=True); sys.stdin.read()\n    (folder / 'late').touch()"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None and child.stdin is not None
        assert child.stdout.readline() == b"held\n"
        child.stdin.close()
        with kept_code() as folder:
            assert (folder / "late").exists(), "the folder was entered while another process was in it"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no numbers for users")
class TestWhoseFolder:
    """What is kept is unpickled, so nobody else may have written it."""

    def test_it_is_closed_to_others(self, base: Path) -> None:
        assert stat.S_IMODE(cache_folder().stat().st_mode) == 0o700

    @pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
    def test_a_folder_that_others_may_write_to_is_passed_over(self, base: Path, mode: int) -> None:
        ours = cache_folder()
        ours.chmod(mode)
        other = cache_folder()
        assert not belongs_to_user(ours) and other != ours and belongs_to_user(other)
        assert cache_folder() == other, "one temporary folder serves the whole process"

    def test_a_folder_of_somebody_else_is_passed_over(self, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        ours, me = cache_folder(), os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: me + 1)
        assert not belongs_to_user(ours) and cache_folder() != ours

    def test_the_users_own_cache_comes_after_the_package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
        monkeypatch.setattr(code_cache, "user_cache_path", lambda name, appauthor: tmp_path / name)
        assert "__pycache__" in cache_folder().parts
        file = tmp_path / "a file" / "model" / "code_cache.py"
        (tmp_path / "a file").write_bytes(b"")
        monkeypatch.setattr(code_cache, "__file__", str(file))
        assert cache_folder().parent == tmp_path / "sos_sim"


def test_without_compilation_histories_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = world(months=12, children=1000)
    whole = CompiledRun(setting, traced=True).advance(12)
    monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    halves = CompiledRun(setting, traced=True).advance(5).branch(setting, traced=True)
    assert whole.danger[:5].sum() > 0
    halves.danger[:5] = whole.danger[:5]  # a branch has no trace of its past
    assert_same_history(halves.advance(7), whole)
