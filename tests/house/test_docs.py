"""The documents say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from sos_sim.cli import app
from sos_sim.files.scenario import load_scenario
from sos_sim.kit.parameters import as_markdown, parameter_rows
from sos_sim.model.month import PHASES
from sos_sim.theory.parameters import declared, groups

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "README.md"])
_CITATION = re.compile(r"\bCMO (\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*)")


def cited_rows(text: str) -> set[str]:
    """Evidence rows that a text cites; 'CMO 12-14, 18' is four of them."""
    found = {f"K{number}" for number in re.findall(r"\bK(\d)\b", text)}
    for span in (part for group in _CITATION.findall(text) for part in group.split(", ")):
        first, _, last = span.partition("-")
        found |= {f"CMO {number}" for number in range(int(first), int(last or first) + 1)}
    return found


def python_blocks(page: Path) -> str:
    """All Python of a page, as one program."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))


def test_citations_are_read_with_their_spans() -> None:
    assert cited_rows("(M2; CMO 3), CMO 12-14, 18; K2") == {"CMO 3", "CMO 12", "CMO 13", "CMO 14", "CMO 18", "K2"}


def test_parameter_page_is_up_to_date() -> None:
    page = (DOCS / "parameters.md").read_text(encoding="utf-8")
    refresh = "docs/parameters.md is out of date: sos-sim parameters --format markdown > docs/parameters.md"
    assert page.rstrip("\n") == as_markdown(parameter_rows()).rstrip("\n"), refresh


def test_model_page_names_all_phases_in_order() -> None:
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (\d) \| \*\*(.+?)\*\* \| (.+?) \|$", page, re.MULTILINE)
    assert table == [(str(number), name, what) for number, (name, what) in enumerate(PHASES, 1)]
    headings = re.findall(r"^### Phase (\d), (.+)$", page, re.MULTILINE)
    assert headings == [(str(number), name) for number, (name, _) in enumerate(PHASES, 1)]


def test_model_page_places_every_strength_at_its_link() -> None:
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (M\d) [^|]*\|(.*\|.*)\|$", page, re.MULTILINE))
    for name, parameter in declared().items():
        if parameter.is_strength:
            programme, every_arm = rows[parameter.link].split("|")
            assert f"`{name}`" in (every_arm if parameter.in_every_arm else programme), f"{name} is not at its link"


def test_model_page_names_only_parameters_that_exist() -> None:
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    equations = " ".join(re.findall(r"`([^`]+)`", page.partition("### Phase 1")[2].partition("### Phase 8")[0]))
    names = {word for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", equations) if "." not in word}
    agents = set(re.findall(r"`(\w+)`", page.partition("### Entities")[2].partition("### Order")[0]))
    assert names - set(declared()) - agents == set()


def test_every_citation_in_the_code_is_a_row_of_the_evidence() -> None:
    evidence = (DOCS / "evidence.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| (CMO \d+|K\d) \|", evidence, re.MULTILINE))
    sources = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "scenarios").glob("*.yaml"))
    cited = set().union(*(cited_rows(source.read_text(encoding="utf-8")) for source in sources))
    assert len(cited) > 15
    assert cited <= rows


def test_every_group_of_declarations_has_a_table() -> None:
    page = as_markdown(parameter_rows())
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE) == [*(kind.__name__ for kind in groups().values()), "Levers"]


def test_scenarios_of_the_pages_are_in_order(tmp_path: Path) -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    scenarios = re.findall(r"^```yaml\n(name:.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert scenarios
    for number, scenario in enumerate(scenarios):
        (tmp_path / "base.yaml").write_text((ROOT / "scenarios" / "base.yaml").read_text(encoding="utf-8"))
        (tmp_path / f"{number}.yaml").write_text(scenario, encoding="utf-8")
        assert load_scenario(tmp_path / f"{number}.yaml").name


def test_commands_of_the_pages_exist() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    lines = re.findall(r"^sos-sim (\w+)(.*)$", text, re.MULTILINE)
    assert lines
    for name, rest in lines:
        command = get_command(app).commands[name]  # type: ignore[attr-defined]
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r" (--[a-z]+)", rest)) <= options


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_of_the_pages_runs(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = python_blocks(page)
    if not program:
        pytest.skip(f"{page.name} has no Python")
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    exec(compile(program, page.name, "exec"), {"__name__": page.stem})
