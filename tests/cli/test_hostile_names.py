"""Names that users give are text everywhere: on the terminal, in pages, in figures, in spreadsheets."""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sos_sim.cli import app
from support.small_studies import OFFER, USUAL

USUAL_NAME = "x [/nope] $x_{1$ %d {0}"
OFFER_NAME = "=1+1 [red] <script>alert(1)</script> {{7*7}} & Co"
STUDY_NAME = "@SUM(A1) </title><b>bold</b> [link=file:///]{{ 7*7 }}"
TRIAL = """
design: parallel
primary: looked_after_12m
outcomes: [looked_after_12m, harm_months]
roll_in_months: 0
trials: 20
clusters: [4]
baseline_months: 0
follow_up_months: 6
authorities: 6
analyses: [cluster_summary]
"""
SWEEP = "vary: [need_mean, turnover]\noutputs: [effect of cin_stock_rate]\nmethod: morris\nsize: 4\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenarios, a sweep and a trial, all called so that a careless sink would act on it."""
    place = tmp_path_factory.mktemp("names")
    longer = USUAL.replace("warmup_months: 6", "warmup_months: 48").replace("children: 2000", "children: 1500")
    for file, text, name in (("usual", longer, USUAL_NAME), ("offer", OFFER, OFFER_NAME)):
        text = re.sub(r"name: \w+", lambda _, name=name: yaml.dump({"name": name}).strip(), text)
        (place / f"{file}.yaml").write_text(text, encoding="utf-8")
    for file, text in (("trial", TRIAL), ("sweep", SWEEP)):
        named = yaml.dump({"name": STUDY_NAME, "description": STUDY_NAME})
        (place / f"{file}.yaml").write_text(f"{named}scenarios: [usual.yaml, offer.yaml]\n{text}", encoding="utf-8")
    return place


def said(*words: str | Path) -> str:
    """What a command prints on a wide terminal; it must succeed."""
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "400"})
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def assert_drawn(out: Path, *names: str) -> None:
    """Figures have the names written as they are, on however many lines."""
    written = []
    for figure in (out / "figures").glob("*.svg"):
        markup = figure.read_text(encoding="utf-8")
        assert "<script" not in markup and "<b>" not in markup
        written.append("".join(unescape(re.sub(r"<[^>]*>", "", markup)).split()))
    for name in names:
        assert any("".join(name.split()) in letters for letters in written), name


def assert_text_in(out: Path, *names: str) -> None:
    """Pages and spreadsheets of a folder hold the names as text, and nothing that a program would run."""
    (page,) = out.glob("report.html")
    markup = page.read_text(encoding="utf-8")
    assert "<script>alert" not in markup and "<b>bold" not in markup
    letters = " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())
    for name in names:
        assert " ".join(name.split()) in letters, name
    for sheet in (out / "tables").glob("*.csv"):
        with sheet.open(encoding="utf-8-sig", newline="") as opened:
            cells = [cell for row in csv.reader(opened) for cell in row]
        formulas = [cell for cell in cells if cell[:1] in ("=", "@", "+") and not re.fullmatch(r"[+][\d.e+-]+", cell)]
        assert formulas == [], (sheet.name, formulas)


def test_a_comparison_takes_names_as_text(folder: Path) -> None:
    out = folder / "compared"
    files = (folder / "usual.yaml", folder / "offer.yaml")
    told = said("compare", *files, "--out", out, "--replicates", "2", "--workers", "1", "--report")
    assert USUAL_NAME in told and OFFER_NAME in told
    assert_text_in(out, USUAL_NAME, OFFER_NAME)
    assert_drawn(out, USUAL_NAME, OFFER_NAME)
    assert f"'{OFFER_NAME}" in (out / "tables" / "staff.csv").read_text(encoding="utf-8-sig")


def test_a_sweep_takes_names_as_text(folder: Path) -> None:
    out = folder / "swept"
    said("sweep", folder / "sweep.yaml", "--out", out, "--workers", "1")
    said("report", out)
    assert_text_in(out, STUDY_NAME, OFFER_NAME)
    assert_drawn(out)


def test_a_trial_takes_names_as_text(folder: Path) -> None:
    out = folder / "held"
    said("trial", folder / "trial.yaml", "--out", out, "--workers", "1")
    said("report", out)
    assert_text_in(out, STUDY_NAME, OFFER_NAME)
    assert_drawn(out)
