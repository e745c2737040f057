"""Mutation testing: small errors planted one at a time, and whether the tests of their room see them.

``make mutants`` copies the project, lets Cosmic Ray plant errors in the copies (an operator, a comparison, a number, a
condition, a loop that runs no time) and runs the tests that should notice. Planting every error would take days, so
each room has a sample, drawn by addressed luck: the same errors for the same code. The table is ``docs/mutants.md``;
errors that no test saw are printed, to be looked at one by one.

Not planted: errors in annotations, which nothing evaluates, and those that any run would trip over or nobody would
make: removed decorators, other kinds of exceptions, shifts and bits in place of sums, identity in place of equality.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from cosmic_ray.commands.init import _all_work_items as planted_errors
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec
from statsmodels.stats.proportion import proportion_confint

from sos_sim.core.luck import mix, uniform

WARM = Path(__file__).resolve().parent / "warm_tests.py"
ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "mutants.md"
KEPT = ROOT / "build" / "mutants"
"""What each room's last run found, a file a room."""
COPIED = ("src", "tests", "docs", "scenarios", "experiments", "pyproject.toml", "README.md")
ENDLESS = -14
"""What tests end with that ran too long; see ``warm_tests.py``."""
TEXT = """\
# Planted errors

`make mutants` plants small errors in the code, one at a time, with
[Cosmic Ray](https://cosmic-ray.readthedocs.io/), and runs the tests that should notice: those of the room that holds
the error, and golden tables and pages. A test suite that sees few of them would let real errors pass. Each room has a
sample of errors, drawn at random from all that can be planted there, without those that any run would trip over
(shifts of bits in place of sums, for example). The interval (95 %, Wilson) holds the luck of the sample. Errors that
change nothing a test could see count as not seen.

A room can be run alone (`benchmarks/mutants.py --room kit`) and a run broken off, so samples differ in size, and the
last column says for each room on which day and at which commit of the code it was last run.

| room | can be planted | planted | seen | share seen | asked | run |
| --- | ---: | ---: | ---: | ---: | ---: | --- |"""
LEFT_OUT = (
    "RemoveDecorator",
    "ExceptionReplacer",
    "_LShift",
    "_RShift",
    "_BitOr",
    "_BitAnd",
    "_BitXor",
    "_Is",
    "_IsNot",
)


class Room(NamedTuple):
    """Where errors are planted, which tests should see them, and what share of the errors they should see at least.

    ``tests`` may name the file that holds the error as ``{stem}``, the wing that it stands in as ``{wing}``, and each
    of the wing's golden pages as ``{page}``; those that are not there are left out. Tests that see most stand first.
    Without ``compiled`` rules run as plain Python.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    asked: float
    compiled: bool = True


MOVED = "tests/golden/test_golden.py::test_table_has_not_moved"
"""Results as readable text; ``[lives]`` and ``[measures]`` need no compilation."""
PAGES_SAY = "tests/golden/test_golden.py::test_page_says_and_draws_what_it_did"
"""Pages as text, of tables that nothing simulated."""
PAGES_OF = {
    "authorities": ("authorities",),
    "calibration": ("fit",),
    "comparison": ("comparison",),
    "hypotheses": ("hypotheses",),
    "sensitivity": ("sweep_screening", "sweep_pairs", "sweep_given"),
    "synthesis": ("synthesis",),
    "trials": ("trial", "trial_inside"),
}
TESTS_OF_REPORTS = ("readings", "said_numbers", "drawn_numbers", "drawn_links", "figures", "sections")
"""Files of tests of a wing's pages, where the wing has them, that simulate nothing."""
TESTS_OF_THEORY = ("arithmetic", "casework", "decisions", "front_door", "network", "organisation", "plan_and_home")
"""Files of tests that call rules as plain functions."""
ROOMS = {
    "theory": Room(
        ("theory/*.py",),
        (
            f"{MOVED}[lives]",
            *(f"tests/theory/test_{name}.py" for name in TESTS_OF_THEORY),
            "tests/theory/test_ages.py::test_the_term_by_age",
            "tests/house/test_docs.py::test_parameter_page_is_up_to_date",
        ),
        0.9,
        compiled=False,
    ),
    "model": Room(
        ("model/*.py", "model/phases/*.py"),
        (f"{MOVED}[lives]", "tests/model/test_{stem}.py", "tests/property/test_{stem}.py"),
        0.9,
    ),
    "outcomes": Room(("outcomes/*.py",), (f"{MOVED}[measures]", "tests/outcomes"), 0.9),
    "kit": Room(
        ("kit/*.py",),
        (
            *(f"{PAGES_SAY}[{name}]" for name in ("figures", "trial", "fit")),
            *(f"tests/kit/test_{name}.py" for name in ("words", "tables", "page", "columns", "listings")),
            "tests/comparison/test_said_numbers.py",
            "tests/runs/test_contracts.py::test_the_page_of_tables_is_up_to_date",
            "tests/runs/test_contracts.py::test_the_listing_holds_every_declared_column_in_every_format",
            "tests/house/test_docs.py::test_parameter_page_is_up_to_date",
            "tests/outcomes/test_measures.py",
            "tests/comparison/test_drawn_numbers.py",
        ),
        0.85,
    ),
    "reports": Room(
        ("*/report/*.py",),
        (f"{PAGES_SAY}[{{page}}]", *(f"tests/{{wing}}/test_{name}.py" for name in TESTS_OF_REPORTS)),
        0.85,
    ),
    "trial schedules": Room(
        ("trials/schedules.py",), ("tests/trials/test_schedules.py", "tests/trials/test_operating.py"), 0.85
    ),
}


class Planted(NamedTuple):
    """An error in a file of a room, what it changes, and the status of the tests (``None`` before they ran)."""

    room: str
    error: MutationSpec
    changed: tuple[str, ...] = ()
    status: int | None = None

    @property
    def seen(self) -> bool:
        """Whether a test failed, or ran without end."""
        return self.status is not None and self.status != 0


def errors_of(name: str, room: Room) -> list[Planted]:
    """Every error that can be planted in a room, in an order that chance decides, the same for the same code."""
    files = sorted(path for pattern in room.files for path in (ROOT / "src" / "sos_sim").glob(pattern))
    found = [item.mutations[0] for item in planted_errors([path for path in files if path.stem != "__init__"], {})]
    hints = {path: list(hints_of(path)) for path in files}
    kept = [error for error in found if not error.operator_name.endswith(LEFT_OUT) and not _within(error, hints)]
    return [Planted(name, error) for error in sorted(kept, key=_address)]


def hints_of(path: Path) -> Iterator[ast.expr]:
    """Annotations of a file: under ``from __future__ import annotations`` nothing evaluates them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for field in ("annotation", "returns"):
            found = getattr(node, field, None)
            if isinstance(found, ast.expr):
                yield found


class WarmCopy:
    """A copy of the project in which a room's errors are planted and its tests run, by a process with its libraries."""

    def __init__(self, place: Path, room: Room) -> None:
        self.place, self.room = copy_project(place), room
        settings = {
            "PYTHONPATH": str(place / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NUMBA_CACHE_DIR": str(place / "cache"),
            "NUMBA_DISABLE_JIT": str(int(not room.compiled)),
        }
        pipe = subprocess.PIPE
        command = [sys.executable, str(WARM)]
        self._warm: Any = subprocess.Popen(
            command, cwd=place, env=os.environ | settings, stdin=pipe, stdout=pipe, text=True
        )

    def status_of(self, files: Iterable[str]) -> int:
        """Pytest's exit status of the room's tests for some files."""
        named = [
            test.format(wing=wing_of(file), stem=Path(file).stem, page=page)
            for file in files
            for test in self.room.tests
            for page in (PAGES_OF.get(wing_of(file), ()) if "{page}" in test else ("",))
        ]
        tests = [str(self.place / test) for test in dict.fromkeys(named)]
        tests = [test for test in tests if Path(test.partition("::")[0]).exists()]
        words = ["-x", "-q", "--no-header", f"--rootdir={self.place}", "-c", str(self.place / "pyproject.toml")]
        print(json.dumps([*words, *tests]), file=self._warm.stdin, flush=True)
        return int(self._warm.stdout.readline())

    def attempt(self, one: Planted) -> Planted:
        """Plant the error, run the tests, take the error out."""
        there = self.place / Path(one.error.module_path).relative_to(ROOT)
        operator = get_operator(one.error.operator_name)()
        with use_mutation(there, operator, one.error.occurrence) as (before, after):
            status = self.status_of([one.error.module_path])
        lines = list(difflib.unified_diff(before.splitlines(), (after or before).splitlines(), lineterm="", n=0))
        return one._replace(changed=tuple(lines[3:]), status=status)

    def close(self) -> None:
        """End the process."""
        self._warm.stdin.close()
        self._warm.wait()


def run(planted: Sequence[Planted], workers: int, note: Callable[[Planted], None]) -> None:
    """Plant each error, of one room, in a copy of the project, run the tests of the room, and ``note`` what they saw.

    Raises RuntimeError when the tests fail with no error planted, so that all would count as seen.
    """
    room = ROOMS[planted[0].room]
    with TemporaryDirectory(prefix="mutants-") as place, ThreadPoolExecutor(workers) as pool:
        copies: Queue[WarmCopy] = Queue()
        for number in range(workers):
            copies.put(WarmCopy(Path(place) / str(number), room))

        def attempt(one: Planted) -> None:
            copy = copies.get()
            try:
                note(copy.attempt(one))
            finally:
                copies.put(copy)

        if copies.queue[0].status_of(dict.fromkeys(one.error.module_path for one in planted)) != 0:
            raise RuntimeError(f"the tests of {planted[0].room} fail before any error is planted")
        list(pool.map(attempt, planted))
        while not copies.empty():
            copies.get().close()


def wing_of(file: str) -> str:
    """The room of the source that a file stands in."""
    return Path(file).relative_to(ROOT / "src" / "sos_sim").parts[0]


def copy_project(place: Path) -> Path:
    """What tests need, without what is no part of the project."""
    place.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, place / name)
    compileall.compile_dir(place, quiet=1)
    return place


class Found:
    """What a room's errors came to, kept in a file: a run that was broken off goes on where it stopped.

    ``seen`` is by address of the error, in the order planted. Of another commit, or with changes that are in none,
    nothing is taken over.
    """

    def __init__(self, room: str, commit: str) -> None:
        self.file = KEPT / f"{room}.json"
        held = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else {}
        same = held.get("commit") == commit and not commit.endswith("-dirty")
        self.held: dict[str, Any] = held if same else {"room": room, "commit": commit, "seen": {}}

    def note(self, done: Planted) -> None:
        """Print one verdict and keep it."""
        print(_line(done), flush=True)
        self.held["seen"][_named(done.error)] = done.seen
        self.held["day"] = time.strftime("%-d %B %Y")
        self.file.write_text(json.dumps(self.held), encoding="utf-8")


def page(found: Iterable[dict[str, Any]]) -> str:
    """What rooms' runs found as a page of the documentation; intervals are 95 % (Wilson 1927)."""
    lines = []
    for held in found:
        planted, seen, room = len(held["seen"]), sum(held["seen"].values()), held["room"]
        low, high = proportion_confint(seen, planted, method="wilson")
        share = f"{seen / planted:.0%} ({low:.0%} to {high:.0%})"
        counts = f"{held['possible']:,} | {planted} | {seen}"
        lines.append(f"| {room} | {counts} | {share} | {ROOMS[room].asked:.0%} | {held['day']}, {held['commit']} |")
    return TEXT + "\n" + "\n".join([*lines, ""])


def _within(error: MutationSpec, hints: dict[Path, list[ast.expr]]) -> bool:
    start = error.start_pos
    return any(
        (hint.lineno, hint.col_offset) <= start < (hint.end_lineno or 0, hint.end_col_offset or 0)
        for hint in hints[Path(error.module_path)]
    )


def _named(error: MutationSpec) -> str:
    where = Path(error.module_path).relative_to(ROOT).as_posix()
    return f"{where} {error.operator_name} {error.occurrence}"


def _address(error: MutationSpec) -> float:
    return uniform(mix(1, int.from_bytes(hashlib.sha256(_named(error).encode()).digest()[:7], "big")), mix(2, 0))


def _line(done: Planted) -> str:
    where, place = Path(done.error.module_path).relative_to(ROOT / "src" / "sos_sim"), done.error.start_pos[0]
    verdict = "seen, without end" if done.status == ENDLESS else "seen" if done.seen else "NOT SEEN"
    told = f"{verdict}: {where}:{place} {done.error.operator_name}"
    return told if done.seen else "\n  ".join([told, *done.changed])


def _commit() -> str:
    words = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Read the command line, run, write the page; exit 1 where a room sees less than is asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=60, help="errors planted in each room")
    parser.add_argument("--room", action="append", choices=list(ROOMS), help="only this room; repeatable")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in given.room or ROOMS:
        errors, found = errors_of(name, ROOMS[name]), Found(name, _commit())
        found.held["possible"] = len(errors)
        waiting = [one for one in errors[: given.sample] if _named(one.error) not in found.held["seen"]]
        if waiting:
            run(waiting, given.workers, found.note)
    kept = [KEPT / f"{name}.json" for name in ROOMS]
    held = [json.loads(file.read_text(encoding="utf-8")) for file in kept if file.exists()]
    PAGE.write_text(page(held), encoding="utf-8")
    sys.exit(any(sum(one["seen"].values()) < ROOMS[one["room"]].asked * len(one["seen"]) for one in held))


if __name__ == "__main__":
    main()
