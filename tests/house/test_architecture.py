"""The shape of the house: which floor may import which, who may touch luck, files and agents."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

from support.house import DRAWN, FLOORS, ROOT, TOP, WINGS, imports, room_of

MOST_LINES = 480
WRITERS = {"write_text", "write_bytes", "to_parquet", "to_csv", "to_excel", "write_table", "savez", "savetxt", "touch"}
WRITING = ("runs/store.py", "model/code_cache.py")
"""Results are written in one file; the other keeps compiled code, which is no result."""
SOURCES = sorted(ROOT.rglob("*.py"))
TESTS = sorted(Path(__file__).resolve().parents[1].rglob("*.py"))
THEORY = sorted((ROOT / "theory").glob("*.py"))


def name_of(path: Path) -> str:
    """Path of a source file as shown in the list of tests."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """Dotted name of a source file's module; a package's __init__ has the package's name."""
    parts = ("sos_sim", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path) for path in SOURCES}


def may_import(room: str, other: str) -> bool:
    """Whether a room may import another: floors import lower floors, wings import floors, the top imports all."""
    if not other or room in ("", other) or room in TOP:
        return True
    if other in FLOORS:
        return room in WINGS or FLOORS.index(other) < FLOORS.index(room)
    return (room, other) in DRAWN


def forbidden_imports(module: str, source: str) -> list[str]:
    """Imports that reach a higher floor than the module's own, or a wing beside its own."""
    return sorted(name for name in imports(source) if not may_import(room_of(module), room_of(name)))


def own_imports(source: str) -> set[str]:
    """Modules of this package that a source text imports."""
    whole = imports(source)
    return {name if name in MODULES else name.rpartition(".")[0] for name in whole if name.startswith("sos_sim")}


def other_luck(source: str) -> list[str]:
    """Places where randomness other than core.luck is reached for."""
    found = [name for name in imports(source) if name.split(".")[0] == "random" or name.startswith("numpy.random")]
    found += [name for name in imports(source) if name.split(".")[0] == "secrets"]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in {"random", "default_rng", "RandomState", "urandom", "rvs"}:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


def file_writes(source: str) -> list[str]:
    """Calls that write files: open with a writing mode, and the writers of pathlib, pandas, numpy, json."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        opens = called in {"open", "fdopen"} and bool(set(mode_of(node)) & set("wax+"))
        saves = ast.unparse(node.func) in {"np.save", "json.dump", "pickle.dump", "os.replace", "os.rename"}
        if opens or saves or called in WRITERS:
            found.append(f"line {node.lineno}: {ast.unparse(node.func)}")
    return found


def mode_of(call: ast.Call) -> str:
    """The mode of a call to open: second argument of the function, first of the method, or a keyword."""
    given = call.args[:1] if isinstance(call.func, ast.Attribute) else call.args[1:2]
    given += [word.value for word in call.keywords if word.arg == "mode"]
    return "".join(str(part.value) for part in given if isinstance(part, ast.Constant))


def is_stub(node: ast.stmt) -> bool:
    """Whether a function is only declared (its body is ``...``), as members of protocols are."""
    return isinstance(node, ast.FunctionDef) and [ast.unparse(line) for line in node.body] == ["..."]


def without_docstring(module: str, source: str) -> list[str]:
    """Public classes, functions and methods that do not say what they are."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else [module]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

    def look(body: list[ast.stmt], where: str) -> None:
        for node in body:
            if isinstance(node, kinds) and not node.name.startswith("_"):
                if not ast.get_docstring(node) and not is_stub(node):
                    found.append(f"{where}.{node.name}")
                if isinstance(node, ast.ClassDef):
                    look(node.body, f"{where}.{node.name}")

    look(tree.body, module)
    return found


def loops(source: str) -> list[str]:
    """Statements that loop."""
    kinds = (ast.For, ast.While, ast.AsyncFor)
    return [f"line {node.lineno}" for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def numbered_columns(source: str) -> list[str]:
    """Columns of a table read by number, ``rows[:, 3]``, in a source text that knows the event record."""
    if not any(name.startswith("sos_sim.model.events") or name.endswith(".event_rows") for name in imports(source)):
        return []
    read = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Subscript)]
    places = [node.slice for node in read if not ast.unparse(node.value).endswith(".iloc")]
    return [
        f"line {place.lineno}: [{ast.unparse(place)}]"
        for place in places
        if isinstance(place, ast.Tuple) and isinstance(getattr(place.elts[-1], "value", None), int)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_go_down_and_never_across(path: Path) -> None:
    assert forbidden_imports(module_of(path), path.read_text()) == []


def test_no_import_cycle() -> None:
    graph = {module_of(path): own_imports(path.read_text()) & MODULES - {module_of(path)} for path in SOURCES}
    order = list(graphlib.TopologicalSorter(graph).static_order())
    assert set(order) == MODULES


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_luck_comes_from_one_file(path: Path) -> None:
    assert other_luck(path.read_text()) == []


@pytest.mark.parametrize("path", THEORY, ids=name_of)
def test_rules_know_no_loops_files_or_mesa(path: Path) -> None:
    source = path.read_text()
    assert loops(source) == []
    packages = {name.split(".")[0] for name in imports(source)}
    assert packages <= {"__future__", "collections", "functools", "math", "numpy", "sos_sim", "typing"}
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    assert not names & {"open", "print", "input", "exec", "eval"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_the_store_writes_files(path: Path) -> None:
    if name_of(path) not in WRITING:
        assert file_writes(path.read_text()) == []


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=lambda path: path.name)
def test_columns_of_the_event_record_have_names(path: Path) -> None:
    assert numbered_columns(path.read_text()) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_everything_public_has_a_docstring(path: Path) -> None:
    assert without_docstring(module_of(path), path.read_text()) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


def test_every_module_stands_in_a_room() -> None:
    astray = [name for name in MODULES if name != "sos_sim" and not room_of(name)]
    assert astray == []


class TestTheChecksCanFail:
    """Each check is shown a planted fault; a check that cannot fail is a defect."""

    @pytest.mark.parametrize(
        ("module", "imported"),
        [
            ("agents.child", "theory.home"),
            ("model.month", "outcomes.measures"),
            ("kit.page", "trials.report.words"),
            ("trials.trial", "comparison.compare"),
            ("comparison.compare", "hypotheses.build"),
            ("sensitivity.sweep", "cli.shared"),
        ],
    )
    def test_import_upwards_or_across(self, module: str, imported: str) -> None:
        assert forbidden_imports(f"sos_sim.{module}", f"def f():\n    from sos_sim.{imported} import live") != []

    @pytest.mark.parametrize(
        ("module", "imported"),
        [("trials.trial", "runs.store"), ("hypotheses.build", "trials.pool"), ("cli.trials", "x")],
    )
    def test_import_downwards_or_drawn(self, module: str, imported: str) -> None:
        assert forbidden_imports(f"sos_sim.{module}", f"from sos_sim.{imported} import live") == []

    @pytest.mark.parametrize(
        "source", ["import random", "from numpy.random import default_rng", "import numpy as np\nx = np.random.rand()"]
    )
    def test_other_luck(self, source: str) -> None:
        assert other_luck(source) != []

    @pytest.mark.parametrize(
        "source", ["open('a', 'w')", "path.open(mode='ab')", "path.write_text('a')", "frame.to_parquet(path)"]
    )
    def test_writing(self, source: str) -> None:
        assert file_writes(source) != []

    def test_reading_is_allowed(self) -> None:
        assert file_writes("open('a')\npath.open('rb')\npath.read_text()") == []

    def test_missing_docstring(self) -> None:
        assert without_docstring("m", '"""A module."""\nclass A:\n    "A."\n    def b(self): pass') == ["m.A.b"]

    @pytest.mark.parametrize("read", ["rows[:, 3]", "rows[1:, 2]", "rows[chosen, 4]"])
    def test_numbered_column(self, read: str) -> None:
        assert numbered_columns(f"from sos_sim.model.events import Event\n{read}") != []
        assert numbered_columns(f"from numpy import Event\n{read}") == []

    def test_loop(self) -> None:
        assert loops("for family in families:\n    pass") == ["line 1"]
