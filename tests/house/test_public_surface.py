"""What a user's editor and type checker see of ``import sos_sim``."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sos_sim

CACHE = Path(__file__).resolve().parents[2] / ".mypy_cache" / "user"
TABLE, TABLES = "pandas.core.frame.DataFrame", "dict[str, pandas.core.frame.DataFrame]"
SCENARIO = "Scenario | pathlib.Path | str"
VERBS = {
    "simulate": (f"scenario: {SCENARIO}", "SimulationResult"),
    "replicate": (f"scenario: {SCENARIO}", "Replicates"),
    "fit": (f"scenario: {SCENARIO}", TABLE),
    "compare": (f"scenarios: typing.Sequence[{SCENARIO}]", "Comparison"),
    "sweep": ("study: Study | pathlib.Path | str", "Sweep"),
    "trial": ("study: TrialProtocol | pathlib.Path | str", "Trial"),
    "calibrate": ("study: CalibrationStudy | pathlib.Path | str", TABLES),
    "load_scenario": ("path: pathlib.Path | str", "Scenario"),
    "load_sweep": ("file: pathlib.Path | str", "Study"),
    "load_trial": ("file: pathlib.Path | str", "TrialProtocol"),
    "load_calibration": ("file: pathlib.Path | str", "CalibrationStudy"),
}
"""What each verb is given first, and what it returns; classes by their public name."""
CLASSES = {name for name in sos_sim.__all__ if inspect.isclass(getattr(sos_sim, name))}
WRONG = ("sos_sim.compar", "sos_sim.simulate(3)", "sos_sim.load_scenario('base').nme")


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What mypy says of a user's script, strictly, line by line: a name on each line, then the faults of ``WRONG``."""
    folder = tmp_path_factory.mktemp("user")
    lines = ["import sos_sim", *(f"reveal_type(sos_sim.{name})" for name in sos_sim.__all__), *WRONG]
    (folder / "script.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = ["--strict", "--config-file=", f"--cache-dir={CACHE}", "--no-error-summary", "--no-color-output"]
    command = [sys.executable, "-m", "mypy", *options, "script.py"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert not answer.stderr, answer.stderr
    return answer.stdout.splitlines()


def revealed(checked: list[str], name: str) -> str:
    """The type that is revealed of a public name."""
    line = 2 + sos_sim.__all__.index(name)
    (found,) = [said for said in checked if said.startswith(f"script.py:{line}:")]
    return found.partition('Revealed type is "')[2].removesuffix('"')


def in_full(text: str) -> str:
    """A text with public classes named as the type checker names them."""
    return re.sub("|".join(rf"\b{name}\b" for name in sorted(CLASSES)), lambda found: home(found[0]), text)


def home(name: str) -> str:
    """A public class with the module that it stands in."""
    return f"{getattr(sos_sim, name).__module__}.{name}"


def arguments(signature: str) -> list[str]:
    """Names of the arguments of a revealed signature, in order."""
    depth, outer = 0, ""
    for letter in signature.removeprefix("def "):
        depth += (letter in "([") - (letter in ")]")
        outer += letter if depth == 1 else ""
        if depth == 0:
            break
    return re.findall(r"(?:^\(|, )(?:\*, )?(\w+):", outer)


def test_every_public_name_is_a_class_or_a_verb() -> None:
    assert CLASSES | set(VERBS) == set(sos_sim.__all__)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_verbs_show_what_they_take_and_return(checked: list[str], name: str) -> None:
    first, returned = (in_full(text) for text in VERBS[name])
    seen = revealed(checked, name)
    assert seen.startswith(f"def ({first}")
    assert seen.endswith(f") -> {returned}")
    assert arguments(seen) == list(inspect.signature(getattr(sos_sim, name)).parameters)
    assert not re.search(r": Any( =)?[,)]", seen)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_classes_are_what_they_are(checked: list[str], name: str) -> None:
    seen = revealed(checked, name)
    assert seen.startswith("def (") and seen.endswith(f") -> {home(name)}")
    assert not re.search(r": Any( =)?[,)]", seen)


def test_what_is_wrong_is_seen(checked: list[str]) -> None:
    codes = [re.findall(r"\[([a-z-]+)\]$", line) for line in checked if ": error:" in line]
    assert codes == [["attr-defined"], ["arg-type"], ["attr-defined"]]


@pytest.mark.parametrize("name", sos_sim.__all__)
def test_every_public_name_says_what_it_is(name: str) -> None:
    assert len(inspect.getdoc(getattr(sos_sim, name)) or "") > 30


def test_errors_are_one_tree() -> None:
    errors = {name for name in CLASSES if issubclass(getattr(sos_sim, name), BaseException)}
    assert {"InputError", "ModelError", "ScenarioError"} < errors
    assert all(issubclass(getattr(sos_sim, name), sos_sim.SosSimError) for name in errors)


def test_import_brings_nothing_but_the_standard_library() -> None:
    code = "import sys; before = set(sys.modules); import sos_sim; print(*sorted(set(sys.modules) - before))"
    brought = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in brought if name.startswith("sos_sim")] == ["sos_sim"]
    assert {name.partition(".")[0] for name in brought} <= {"sos_sim", *sys.stdlib_module_names}


def test_names_are_listed_and_others_refused() -> None:
    assert set(sos_sim.__all__) <= set(dir(sos_sim))
    with pytest.raises(AttributeError, match="no attribute 'simulte'"):
        sos_sim.simulte  # type: ignore[attr-defined]  # noqa: B018
