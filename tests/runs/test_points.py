"""Studies of points: one table whatever the workers, resumed after anything, failures kept."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sos_sim.core.errors import InputError, ModelError, ResultsFolderError
from sos_sim.core.parameters import Value
from sos_sim.runs import executors, points
from sos_sim.runs.points import run_points
from support.toys import Choosy, Counting, Deadly, Faulty, Toy, grid

TESTS = Path(__file__).resolve().parents[1]


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return content


def table_bytes(folder: Path) -> bytes:
    return (folder / "runs.parquet").read_bytes()


def keep_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches and blocks of a single row."""
    monkeypatch.setattr(points, "LARGEST_BATCH", 1)
    monkeypatch.setattr(points, "BLOCK_SECONDS", -1.0)
    monkeypatch.setattr(points, "BLOCK_SHARE", 0.0)


def test_one_row_for_each_point_and_replicate(tmp_path: Path) -> None:
    table = run_points(Toy(), grid(3), 2, tmp_path / "r", kind="toy", about={"method": "grid"})
    assert list(table.columns) == ["point", "replicate", "id", "status", "reason", "a", "b", "total", "product"]
    assert table[["point", "replicate"]].values.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]]
    assert set(table["status"]) == {"done"} and set(table["reason"]) == {""} and table["id"].is_unique
    assert table["product"].tolist() == [0.0, 0.0, 0.75, 0.75, 2.5, 2.5]
    luck = table["total"] - table["a"] - table["b"]
    assert luck.round(12).nunique() == 2
    pd.testing.assert_frame_equal(table, pd.read_parquet(tmp_path / "r" / "runs.parquet"))
    held = manifest(tmp_path / "r")
    assert (held["kind"], held["status"], held["method"], held["points"]) == ("toy", "complete", "grid", 3)
    assert held["rows"] == {"asked": 6, "done": 6, "failed": 0}


def test_ids_follow_values_replicate_and_evaluator() -> None:
    def ids(evaluate: Toy, values: dict[str, Value]) -> list[str]:
        return list(run_points(evaluate, [values], 2, None, kind="toy")["id"])

    first = ids(Toy(), {"a": 1, "b": 2.0})
    assert ids(Toy(), {"b": 2.0, "a": np.int64(1)}) == first  # type: ignore[dict-item]
    moved, renamed = ids(Toy(), {"a": 1, "b": 2.5}), ids(Toy(), {"a": 1, "c": 2.0})
    others = [*first, *moved, *renamed, *ids(Toy(name="another"), {"a": 1, "b": 2.0})]
    assert len(set(others)) == 8


def test_workers_batches_threads_and_processes_do_not_change_a_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def study(name: str, workers: int) -> bytes:
        run_points(Toy(), grid(10), 3, tmp_path / name, kind="toy", workers=workers)
        return table_bytes(tmp_path / name)

    one, two = study("one", 1), study("two", 2)
    keep_every_row(monkeypatch)
    single = study("single", 2)
    monkeypatch.setattr(executors, "MOST_THREADS", 0)
    processes = study("processes", 2)
    assert one == two == single == processes
    assert len(list((tmp_path / "single" / "parts").iterdir())) == 30


def test_what_is_there_is_not_run_again(tmp_path: Path) -> None:
    counting = Counting()
    run_points(counting, grid(2), 1, tmp_path / "r", kind="toy", workers=1)
    assert counting.seen == [(0, 0), (1, 0)]
    extended = run_points(counting, grid(3), 2, tmp_path / "r", kind="toy", workers=1)
    assert sorted(counting.seen[2:]) == [(0, 1), (1, 1), (2, 0), (2, 1)]
    pd.testing.assert_frame_equal(extended, run_points(Toy(), grid(3), 2, None, kind="toy"), check_like=True)
    fewer = run_points(counting, grid(3)[1:], 1, tmp_path / "r", kind="toy", workers=1)
    assert len(counting.seen) == 6
    assert fewer["a"].tolist() == [1, 2] and fewer["point"].tolist() == [0, 1]


def test_equal_points_are_evaluated_once() -> None:
    counting = Counting()
    table = run_points(counting, [*grid(2), *grid(2)], 1, None, kind="toy", workers=1)
    assert counting.seen == [(0, 0), (1, 0)]
    assert table["total"].tolist()[:2] == table["total"].tolist()[2:]


def test_a_damaged_block_counts_as_missing(tmp_path: Path) -> None:
    run_points(Toy(), grid(3), 1, tmp_path / "r", kind="toy")
    before = table_bytes(tmp_path / "r")
    (block,) = (tmp_path / "r" / "parts").iterdir()
    block.write_bytes(block.read_bytes()[:40])
    run_points(Toy(), grid(3), 1, tmp_path / "r", kind="toy")
    assert table_bytes(tmp_path / "r") == before


def test_failed_rows_are_kept_with_their_reason_and_tried_again(tmp_path: Path) -> None:
    faulty = Faulty(mended=tmp_path / "mended")
    table = run_points(faulty, grid(5), 1, tmp_path / "r", kind="toy")
    assert table.loc[table["status"] == "failed", ["point", "reason"]].values.tolist() == [
        [3, "ArithmeticError: three is too many"]
    ]
    assert table["total"].isna().tolist() == [False, False, False, True, False]
    assert manifest(tmp_path / "r")["status"] == "complete with failed rows"
    assert manifest(tmp_path / "r")["rows"] == {"asked": 5, "done": 4, "failed": 1}

    (tmp_path / "mended").touch()
    run_points(faulty, grid(5), 1, tmp_path / "r", kind="toy")
    run_points(Toy(), grid(5), 1, tmp_path / "clean", kind="toy")
    assert manifest(tmp_path / "r")["status"] == "complete"
    assert table_bytes(tmp_path / "r") == table_bytes(tmp_path / "clean")


def test_a_row_that_kills_its_worker_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However rows are sent in batches: the others are done, and give the bytes of a study without it."""
    monkeypatch.setattr(points, "BATCH_SECONDS", 1e6)
    table = run_points(Deadly(), grid(40), 1, tmp_path / "r", kind="toy", workers=2, place="processes")
    assert table.loc[table["status"] == "failed", "a"].tolist() == [3]
    assert "WorkersLostError: the worker that ran it was killed" in table.loc[3, "reason"]
    run_points(Toy(), grid(40), 1, tmp_path / "r", kind="toy")
    run_points(Toy(), grid(40), 1, tmp_path / "clean", kind="toy")
    assert table_bytes(tmp_path / "r") == table_bytes(tmp_path / "clean")


def test_a_study_can_stop_at_the_first_failure_and_go_on_later(tmp_path: Path) -> None:
    faulty = Faulty(mended=tmp_path / "mended")
    with pytest.raises(ModelError, match=r"three is too many.*replicate 0 of .*'a': 3.*run again"):
        run_points(faulty, grid(5), 1, tmp_path / "r", kind="toy", workers=1, failure="stop")
    assert manifest(tmp_path / "r")["status"] == "running" and manifest(tmp_path / "r")["rows"]["done"] == 3
    (tmp_path / "mended").touch()
    run_points(faulty, grid(5), 1, tmp_path / "r", kind="toy", failure="stop")
    run_points(Toy(), grid(5), 1, tmp_path / "clean", kind="toy")
    assert table_bytes(tmp_path / "r") == table_bytes(tmp_path / "clean")


def test_numbers_that_are_not_finite_are_kept_as_missing() -> None:
    table = run_points(Toy(), [{"a": float("inf")}, {"a": 1.0}], 1, None, kind="toy")
    assert table["total"].isna().tolist() == [True, False] and set(table["status"]) == {"done"}


def test_too_few_numbers_fail_a_row() -> None:
    class Short(Toy):
        def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
            return [1.0]

    table = run_points(Short(), grid(1), 1, None, kind="toy")
    assert table["reason"].tolist() == ["1 numbers came back for 2 outputs"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"points": []}, "0 points in 1 replicates"),
        ({"replicates": 0}, "2 points in 0 replicates"),
        ({"workers": 0}, "workers is 0"),
        ({"failure": "ignore"}, "no failure policy 'ignore'; allowed: keep, stop"),
        ({"points": [{"a": 1, "total": 2}]}, "two columns .* 'total'"),
        ({"points": grid(5), "evaluate": Choosy()}, "point 3: a is 3"),
    ],
)
def test_studies_that_cannot_be_run_are_refused_before_anything_is_written(
    tmp_path: Path, changed: dict[str, Any], told: str
) -> None:
    asked: dict[str, Any] = {"evaluate": Toy(), "points": grid(2), "replicates": 1, "kind": "toy", **changed}
    with pytest.raises(InputError, match=told):
        run_points(out=tmp_path / "r", **asked)
    assert not (tmp_path / "r").exists()


def test_results_of_something_else_are_refused(tmp_path: Path) -> None:
    run_points(Toy(), grid(2), 1, tmp_path / "r", kind="toy")
    with pytest.raises(ResultsFolderError, match="kind is toy there and sweep here"):
        run_points(Toy(), grid(2), 1, tmp_path / "r", kind="sweep")


def test_progress_counts_rows_already_done(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_points(Toy(), grid(2), 1, tmp_path / "r", kind="toy")
    run_points(Toy(), grid(4), 1, tmp_path / "r", kind="toy", progress=lambda *counts: told.append(counts))
    assert told[0] == (2, 4) and told[-1] == (4, 4)


def test_killed_and_resumed_gives_the_same_bytes(tmp_path: Path) -> None:
    out, many = tmp_path / "killed", 1500
    code = (
        "from pathlib import Path; from support.toys import Toy, grid; from sos_sim.runs.points import run_points;"
        f"run_points(Toy(0.002), grid({many}), 1, Path({str(out)!r}), kind='toy', workers=1)"
    )
    paths = os.environ | {"PYTHONPATH": str(TESTS)}
    with subprocess.Popen([sys.executable, "-c", code], env=paths) as child:
        deadline = time.monotonic() + 60
        while not list(out.glob("parts/block-*.parquet")) and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)
    planned = pd.read_parquet(out / "runs.parquet")
    assert manifest(out)["status"] == "running"
    assert len(planned) == many and set(planned["status"]) == {"waiting"}
    kept = sum(len(pd.read_parquet(block)) for block in out.glob("parts/block-*.parquet"))
    assert 0 < kept < many

    counting = Counting()
    run_points(counting, grid(many), 1, out, kind="toy", workers=1)
    run_points(Toy(), grid(many), 1, tmp_path / "clean", kind="toy")
    assert len(counting.seen) == many - kept
    assert table_bytes(out) == table_bytes(tmp_path / "clean")
    assert not list(out.rglob("*.partial"))


def test_a_full_disk_is_told_and_what_is_kept_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = os.fsync
    keep_every_row(monkeypatch)

    def full_later(handle: int) -> None:
        if len(list((tmp_path / "r" / "parts").glob("block-*.parquet"))) >= 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        synced(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_later)
        with pytest.raises(ResultsFolderError, match=r"No space left on device.*run again"):
            run_points(Toy(), grid(6), 1, tmp_path / "r", kind="toy", workers=1)
    assert manifest(tmp_path / "r")["status"] == "running"
    assert not list((tmp_path / "r").rglob("*.partial"))

    counting = Counting()
    run_points(counting, grid(6), 1, tmp_path / "r", kind="toy", workers=1)
    assert len(counting.seen) == 4
    run_points(Toy(), grid(6), 1, tmp_path / "clean", kind="toy")
    assert table_bytes(tmp_path / "r") == table_bytes(tmp_path / "clean")


def test_an_unwritable_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ResultsFolderError, match=r"cannot write .*Not a directory.*--out"):
        run_points(Toy(), grid(2), 1, tmp_path / "file" / "r", kind="toy")
