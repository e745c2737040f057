"""What docs/records-governance.md says to an information-governance officer, where it can be tested."""

from __future__ import annotations

import ast
import re
import socket
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sos_sim.cli import app
from sos_sim.records import reading
from sos_sim.records.episodes import read_tables
from sos_sim.records.faults import PRIVATE, Faults
from sos_sim.records.sorting import NEEDED
from support.census_files import CHILD_UPN, CHILDREN, write_census
from support.returns903 import LIVES, POSTCODE, UPN, URN, british, write_workbooks, write_years

SOURCES = sorted((Path(reading.__file__).parent).rglob("*.py"))
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "records-governance.md").read_text(encoding="utf-8")
SECRETS = {
    *LIVES,
    *CHILDREN,
    *(life.birth for life in LIVES.values()),
    *(british(life.birth) for life in LIVES.values()),
    *(str(child["birth"]) for child in CHILDREN.values() if "birth" in child),
    UPN,
    CHILD_UPN,
    POSTCODE,
    URN,
    "WBRI",
    "Ann_Other",
}
"""Identifiers, days of birth, pupil numbers, postcodes, provider numbers, ethnicity, a name in the name of a file."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Returns of two collections, in a file whose name says too much."""
    place = write_years(tmp_path / "in", years=[2024, 2025])
    write_workbooks(place, years=[2026])
    (place / "SSDA903 2025-26.xlsx").rename(place / "Ann_Other 2025-26.xlsx")
    write_census(place / "cin_2025.xml", 2025)
    write_census(place / "cin_2026.xml", 2026)
    return place


def everything_under(place: Path) -> str:
    """All that files hold, and their names; Parquet files cell by cell and with their metadata."""
    parts = []
    for file in sorted(place.rglob("*")):
        parts.append(file.name)
        if file.suffix == ".parquet":
            table = pq.read_table(file)
            parts += [str(table.schema.metadata), str(table.schema), table.to_pandas().to_csv()]
        elif file.is_file():
            parts.append(file.read_bytes().decode("latin-1"))
    return "\n".join(parts)


def records(*words: str | Path) -> str:
    """What the command prints; it must succeed."""
    answer = CliRunner().invoke(app, ["records", *map(str, words)])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_no_identifier_and_no_date_of_birth_is_written_or_shown(folder: Path, tmp_path: Path) -> None:
    shown = records(folder, "--out", tmp_path / "out") + records(folder, "--json")
    written = everything_under(tmp_path / "out")
    assert "counts.parquet" in written and len(written) > 50_000
    for secret in SECRETS:
        assert secret not in written, secret
        assert secret not in shown, secret


def test_the_check_above_would_find_one(folder: Path) -> None:
    assert all(secret in everything_under(folder / "2025") for secret in ("KID0001", "03/02/2024", UPN, POSTCODE))


def test_no_table_has_a_row_for_a_child(folder: Path, tmp_path: Path) -> None:
    """Twice as many children of each kind: every table has the same rows."""
    records(folder, "--out", tmp_path / "once")
    double = {f"{name}{part}": life for name, life in LIVES.items() for part in "AB"}
    records(write_years(tmp_path / "double", double), "--out", tmp_path / "twice")
    for name in ("counts", "leaving_care", "reentry"):
        once, twice = (pd.read_parquet(tmp_path / place / f"{name}.parquet") for place in ("once", "twice"))
        care = once["year"].isin([2024, 2025, 2026]) if name == "counts" else once.index >= 0
        if name == "counts":
            care &= ~once["measure"].isin(set(once["measure"]) - set(twice["measure"]))
        assert len(once[care]) == len(twice)


def test_nothing_is_written_without_out(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    records(folder)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before


def test_nothing_is_sent(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    records(folder, "--out", tmp_path / "out")


def test_the_reader_imports_nothing_that_could_send() -> None:
    allowed = {"sos_sim", "numpy", "pandas", "openpyxl", "matplotlib", "typing", "__future__"}
    allowed |= {"collections", "csv", "dataclasses", "datetime", "functools", "io", "itertools", "pathlib", "re"}
    allowed |= {"warnings", "xml", "zipfile", "zlib"}
    found = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module).split(".")[0])
    assert found <= allowed, found - allowed


def test_the_page_has_no_address_and_no_script_from_elsewhere(folder: Path, tmp_path: Path) -> None:
    records(folder, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    loaded = re.findall(r"""(?:src|href)\s*=\s*["']((?:https?:)?//[^"']*)""", page)
    assert loaded == []


def test_columns_that_are_read_are_those_that_the_page_names() -> None:
    section = PAGE.partition("## What is read")[2].partition("\n## ")[0]
    told = {
        name: set(columns.replace("`", "").split(", "))
        for name, columns in re.findall(r"^\| (\w+) \| ((?:`\w+`(?:, )?)+)", section, re.MULTILINE)
    }
    assert {name: told[name] for name in NEEDED} == {name: set(columns) for name, columns in NEEDED.items()}


def test_ethnicity_is_asked_for_by_name_alone(folder: Path) -> None:
    """The column by which Header is known is never looked at: other content gives the same histories."""
    before = reading.read_records(folder).care
    for file in folder.rglob("header.csv"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("WBRI", "anything at all"), encoding="utf-8")
    after = reading.read_records(folder).care
    assert before is not None and after is not None
    pd.testing.assert_frame_equal(before.children, after.children)


@pytest.mark.parametrize("column", sorted(PRIVATE))
def test_values_that_say_who_a_child_is_are_not_shown(column: str) -> None:
    faults = Faults()
    faults.add("a.csv, row 2", column.title(), "secret", "it must be something else.")
    with pytest.raises(Exception, match="not shown") as told:
        faults.refuse()
    assert "secret" not in str(told.value) and column.title() in str(told.value)


def test_an_error_that_nobody_expected_shows_nothing_of_a_return(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("KID0001 born 2024-02-03")

    monkeypatch.setattr(reading, "read_tables", fail)
    answer = CliRunner().invoke(app, ["records", str(folder), "--out", str(tmp_path / "out")])
    assert answer.exit_code == 1
    assert "KeyError at test_governance.py, line" in answer.stderr and "Nothing was written" in answer.stderr
    assert "KID0001" not in answer.output and "2024-02-03" not in answer.output and "traceback.txt" not in answer.output
    assert not (tmp_path / "out").exists() and read_tables is not fail


def test_days_of_birth_stay_in_memory_only() -> None:
    """The tables that are kept are declared, and none has a day in it."""
    from sos_sim.records.tables import OF_RECORDS

    names = {column.name for contract in OF_RECORDS.values() for column in contract.columns}
    assert not names & {"birth", "child", "period", "start", "end"}
    assert date(2024, 2, 3).isoformat() in SECRETS
