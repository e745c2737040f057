"""Results folders: whole files or none, nothing mixed, refusals that say how to mend."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sos_sim.comparison.tables import EFFECTS
from sos_sim.core.errors import ResultsFolderError
from sos_sim.runs.rows import Row, inputs, rows_of
from sos_sim.runs.store import (
    COMPLETE,
    RUNNING,
    ResultsFolder,
    describe_differences,
    read_manifest,
    read_table,
    study_identity,
)
from sos_sim.runs.tables import OUTCOMES
from support.small_studies import usual_and_offer

IDENTITY = study_identity("run", {"usual": {"authority": {"children": 2000}}})


def outcomes(value: float) -> pd.DataFrame:
    return pd.DataFrame({"year": ["all"], "measure": ["cla_start_rate"], "value": [value]})


@pytest.fixture
def rows(tmp_path: Path) -> list[Row]:
    return rows_of(usual_and_offer(tmp_path), 2)


def write_study(path: Path, rows: Sequence[Row]) -> None:
    """A finished study with one number a row, kept in reverse order."""
    with ResultsFolder(path, IDENTITY) as folder:
        folder.write_manifest(RUNNING, "compiled", 2, len(rows), 0, 0)
        for number, row in reversed(list(enumerate(rows))):
            folder.keep(row, "outcomes", outcomes(float(number)))
        folder.join(rows, "outcomes")
        folder.write_manifest(COMPLETE, "compiled", 2, len(rows), len(rows), 0)


def test_joined_in_order_of_rows_whatever_the_order_kept(tmp_path: Path, rows: list[Row]) -> None:
    write_study(tmp_path / "r", rows)
    table = read_table(tmp_path / "r", OUTCOMES)
    assert list(table.columns) == ["arm", "replicate", "year", "measure", "value"]
    assert list(zip(table["arm"], table["replicate"], table["value"], strict=True)) == [
        ("usual", 0, 0.0),
        ("usual", 1, 1.0),
        ("offer", 0, 2.0),
        ("offer", 1, 3.0),
    ]


def test_a_row_is_there_only_with_all_its_tables(tmp_path: Path, rows: list[Row]) -> None:
    with ResultsFolder(tmp_path / "r", IDENTITY) as folder:
        folder.keep(rows[0], "outcomes", outcomes(1.0))
        assert folder.has(rows[0], ["outcomes"])
        assert not folder.has(rows[0], ["outcomes", "monthly"])
        assert not folder.has(rows[1], ["outcomes"])


@pytest.mark.parametrize("size", [0, 40])
def test_a_damaged_part_counts_as_missing(tmp_path: Path, rows: list[Row], size: int) -> None:
    write_study(tmp_path / "there", rows)
    part = tmp_path / "there/parts" / f"{rows[0].id}.outcomes.parquet"
    part.write_bytes(part.read_bytes()[:size])
    with ResultsFolder(tmp_path / "there", IDENTITY) as folder:
        assert [folder.has(row, ["outcomes"]) for row in rows] == [False] + [True] * (len(rows) - 1)


def test_row_ids_follow_content_not_names(tmp_path: Path) -> None:
    usual, offer = usual_and_offer(tmp_path)
    renamed, longer = usual.with_values(), usual.with_values(months=24)
    more = usual.with_values(replicates=9)
    identities = [rows_of([scenario], 1)[0].id for scenario in (usual, renamed, more, offer, longer)]
    assert identities[0] == identities[1] == identities[2]
    assert len(set(identities)) == 3
    assert rows_of([usual], 2)[1].id != identities[0]
    assert "replicates" not in inputs(usual)["run"]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (study_identity("run", {"usual": {"authority": {"children": 5000}}}), "children is 2000 there and 5000 here"),
        ({**IDENTITY, "code": "another"}, "code is"),
        ({**IDENTITY, "kind": "compare"}, "kind is run there and compare here"),
    ],
)
def test_results_of_something_else_are_refused(
    tmp_path: Path, rows: list[Row], other: dict[str, Any], told: str
) -> None:
    write_study(tmp_path / "r", rows)
    before = {path: path.read_bytes() for path in (tmp_path / "r").rglob("*") if path.is_file()}
    with pytest.raises(ResultsFolderError, match=told) as refusal:
        ResultsFolder(tmp_path / "r", other)
    assert "--out" in str(refusal.value)
    assert {path: path.read_bytes() for path in (tmp_path / "r").rglob("*") if path.is_file()} == before


def test_foreign_files_and_plain_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ResultsFolderError, match="not results of this program"):
        ResultsFolder(tmp_path, IDENTITY)
    with pytest.raises(ResultsFolderError, match="is a file"):
        ResultsFolder(tmp_path / "letter.txt", IDENTITY)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_unreadable_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(ResultsFolderError, match="no readable manifest"):
        ResultsFolder(tmp_path, IDENTITY)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with ResultsFolder(tmp_path / "r", IDENTITY), pytest.raises(ResultsFolderError, match="another process"):
        ResultsFolder(tmp_path / "r", IDENTITY)
    with ResultsFolder(tmp_path / "r", IDENTITY):
        pass


def test_full_disk_leaves_the_earlier_file_whole(
    tmp_path: Path, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ResultsFolder(tmp_path / "r", IDENTITY) as folder:
        folder.keep(rows[0], "outcomes", outcomes(1.0))
        folder.join(rows[:1], "outcomes")
        before = (tmp_path / "r" / "outcomes.parquet").read_bytes()

        def full(handle: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(ResultsFolderError, match=r"No space left on device.*run again"):
            folder.keep(rows[1], "outcomes", outcomes(2.0))
        with pytest.raises(ResultsFolderError, match="No space left"):
            folder.join(rows[:1], "outcomes")
        assert not folder.has(rows[1], ["outcomes"])
    assert (tmp_path / "r" / "outcomes.parquet").read_bytes() == before
    assert not list((tmp_path / "r").rglob("*.partial"))


def test_unwritable_place_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(ResultsFolderError, match=r"cannot write .*Permission denied.*--out"):
        ResultsFolder(tmp_path / "r", IDENTITY)


def test_torn_files_of_a_killed_process_are_cleared(tmp_path: Path) -> None:
    with ResultsFolder(tmp_path / "r", IDENTITY):
        pass
    torn = tmp_path / "r" / "parts" / ".abc.outcomes.parquet.partial"
    torn.write_bytes(b"PAR1 torn")
    with ResultsFolder(tmp_path / "r", IDENTITY):
        assert not torn.exists()


def test_an_unfinished_study_is_not_read(tmp_path: Path, rows: list[Row]) -> None:
    write_study(tmp_path / "r", rows)
    with pytest.raises(ResultsFolderError, match="no table 'effects'; it has outcomes"):
        read_table(tmp_path / "r", EFFECTS)
    with ResultsFolder(tmp_path / "r", IDENTITY) as folder:
        folder.write_manifest(RUNNING, "compiled", 3, 3, 2, 0)
    with pytest.raises(ResultsFolderError, match="unfinished"):
        read_table(tmp_path / "r", OUTCOMES)


def test_a_damaged_table_is_told_by_name(tmp_path: Path, rows: list[Row]) -> None:
    write_study(tmp_path / "r", rows)
    (tmp_path / "r" / "outcomes.parquet").write_bytes(b"not a table")
    with pytest.raises(ResultsFolderError, match=r"outcomes\.parquet is damaged"):
        read_table(tmp_path / "r", OUTCOMES)


def test_the_manifest_says_what_made_the_results(tmp_path: Path, rows: list[Row]) -> None:
    write_study(tmp_path / "r", rows)
    manifest = read_manifest(tmp_path / "r")
    assert manifest["rows"] == {"asked": 4, "done": 4, "failed": 0}
    assert manifest["arms"] == IDENTITY["arms"] and manifest["code"] == IDENTITY["code"]
    assert "not a finding" in manifest["caveat"] and "numpy" in manifest["versions"]
    assert str(tmp_path) not in json.dumps(manifest)


def test_differences_are_told_by_path_and_counted() -> None:
    held, asked = {"a": {"b": 1, "c": [1, 2]}, "d": 4}, {"a": {"b": 2, "c": [1, 3]}, "d": 5, "e": 6}
    told = describe_differences(held, asked)
    assert told == "a.b is 1 there and 2 here; a.c.1 is 2 there and 3 here; d is 4 there and 5 here, and 1 more"
    assert describe_differences(asked, asked) == ""
