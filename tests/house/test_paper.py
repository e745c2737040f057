"""What others cite: the citation file, the changelog and the draft paper agree with the package and with each other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import sos_sim

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "paper.md").read_text(encoding="utf-8")
BIBLIOGRAPHY = (ROOT / "paper.bib").read_text(encoding="utf-8")
SECTIONS = [
    "Summary",
    "Statement of need",
    "State of the field",
    "Software design",
    "Research impact statement",
    "AI usage disclosure",
    "Acknowledgements",
    "References",
]
"""What the Journal of Open Source Software asks for, in its order (guide for authors, 2026)."""
FEWEST_WORDS, MOST_WORDS = 750, 1750


@pytest.fixture(scope="module")
def citation() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return found


def test_citation_file_has_what_its_format_requires(citation: dict[str, Any]) -> None:
    assert citation["cff-version"] == "1.2.0" and citation["type"] == "software"
    assert citation["message"] and citation["title"] and all(author.get("name") for author in citation["authors"])


def test_citation_file_names_this_version_and_licence(citation: dict[str, Any]) -> None:
    assert citation["version"] == sos_sim.__version__
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith(f"{citation['license']} License")


def test_changelog_begins_with_what_is_unreleased_and_knows_this_version() -> None:
    versions = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == "Unreleased" and sos_sim.__version__ in versions


def test_paper_has_the_sections_that_the_journal_asks_for() -> None:
    assert re.findall(r"^# (.+)$", PAPER, re.MULTILINE) == SECTIONS


def test_paper_is_as_long_as_the_journal_asks() -> None:
    text = PAPER.split("---", 2)[2].partition("\n# References")[0]
    assert FEWEST_WORDS <= len(text.split()) <= MOST_WORDS


def test_paper_cites_what_is_in_its_bibliography_and_all_of_it() -> None:
    cited = set(re.findall(r"@(\w+)", PAPER))
    assert cited == set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, re.MULTILINE))


def test_every_reference_but_reports_has_a_doi() -> None:
    entries = re.findall(r"^@(\w+)\{(\w+),\n(.*?)^\}", BIBLIOGRAPHY, re.DOTALL | re.MULTILINE)
    missing = [
        name for kind, name, body in entries if not re.search(r"^  doi = \{10\.\d{4,}/\S+\}$", body, re.MULTILINE)
    ]
    assert missing == [name for kind, name, _ in entries if kind == "techreport"]


def test_paper_says_of_the_fit_what_the_readme_says() -> None:
    words = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    within = re.search(r"(\d+) of (\d+) targets lie within one tolerance and (\d+) within two", words)
    assert within, "README no longer says how many targets are met"
    one, targets, two = within.groups()
    assert f"of {targets} targets, {one} lie within one tolerance and {two} within two" in " ".join(PAPER.split())
