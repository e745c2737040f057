"""Running many rows: resumed, in parallel, with failures kept, always the same tables."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sos_sim.comparison.compare import compare
from sos_sim.core.errors import InputError, ModelError
from sos_sim.files.scenario import Scenario
from sos_sim.runs import runner
from sos_sim.runs.executors import open_pool
from sos_sim.runs.replicate import replicate
from sos_sim.runs.rows import rows_of
from sos_sim.runs.runner import run_group, share_pasts
from sos_sim.runs.simulate import SimulationResult, run_arm, run_past, simulate
from support.small_studies import TABLES, table_bytes, usual_and_offer, write_files


@pytest.fixture
def scenarios(tmp_path: Path) -> list[Scenario]:
    return usual_and_offer(tmp_path)


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return content


def test_branching_from_a_shared_past_changes_nothing(scenarios: list[Scenario]) -> None:
    past = run_past(scenarios[0], 1)
    for scenario in scenarios:
        alone, branched = run_arm(scenario, 1), run_arm(scenario, 1, past=past)
        for table in ("outcomes", "monthly", "events", "children", "teams"):
            assert getattr(alone, table).equals(getattr(branched, table)), table


def test_tables_begin_after_the_warm_up(scenarios: list[Scenario]) -> None:
    result = simulate(scenarios[0])
    assert result.monthly["month"].min() == 0 and result.monthly["month"].max() == 11
    assert result.events["month"].min() >= 0 and "care_start" in set(result.events["event"])
    assert set(result.outcomes["year"]) == {"1", "all"}


def test_another_seed_is_another_life(scenarios: list[Scenario]) -> None:
    first = simulate(scenarios[0]).monthly
    assert simulate(scenarios[0], seed=11).monthly.equals(first)
    assert not simulate(scenarios[0], seed=12).monthly.equals(first)


def test_rows_with_one_past_run_together(scenarios: list[Scenario]) -> None:
    other = scenarios[0].with_values(trust_gain=0.05)
    rows = rows_of(scenarios, 2) + rows_of([other], 2)
    shared = share_pasts(rows, "compiled")
    groups = [[(row.arm, row.replicate, row.scenario is other) for row in group] for group in shared]
    assert groups == [
        [("usual", 0, False), ("offer", 0, False)],
        [("usual", 0, True)],
        [("usual", 1, False), ("offer", 1, False)],
        [("usual", 1, True)],
    ]
    assert [len(group) for group in share_pasts(rows_of(scenarios, 2), "mesa")] == [1, 1, 1, 1]


def test_workers_do_not_change_a_byte(tmp_path: Path, scenarios: list[Scenario]) -> None:
    for workers in (1, 2):
        compare(scenarios, out=tmp_path / str(workers), workers=workers, events=True)
    one, two = table_bytes(tmp_path / "1"), table_bytes(tmp_path / "2")
    assert set(one) == set(TABLES)
    assert one == two


def test_done_rows_are_not_run_again(
    tmp_path: Path, scenarios: list[Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, int]] = []

    def counted(scenario: Scenario, number: int, *rest: Any) -> SimulationResult:
        ran.append((scenario.name, number))
        return run_arm(scenario, number, *rest)

    monkeypatch.setattr(runner, "run_arm", counted)
    replicate(scenarios[0], 2, tmp_path / "r", workers=1)
    extended = replicate(scenarios[0], 3, tmp_path / "r", workers=1)
    assert ran == [("usual", 0), ("usual", 1), ("usual", 2)]
    assert extended.outcomes.equals(replicate(scenarios[0], 3).outcomes)
    fewer = replicate(scenarios[0], 1, tmp_path / "r", workers=1)
    assert set(fewer.outcomes["replicate"]) == {0} and manifest(tmp_path / "r")["replicates"] == 1


def test_failed_rows_are_kept_with_their_reason_and_tried_again(
    tmp_path: Path, scenarios: list[Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(scenario: Scenario, number: int, *rest: Any) -> SimulationResult:
        if scenario.name == "offer" and number == 1:
            raise ModelError("self-check failed in month 9")
        return run_arm(scenario, number, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "run_arm", faulty)
        result = compare(scenarios, out=tmp_path / "r")
    failed = result.runs[result.runs["status"] == "failed"]
    assert failed[["arm", "replicate", "reason"]].values.tolist() == [
        ["offer", 1, "ModelError: self-check failed in month 9"]
    ]
    assert manifest(tmp_path / "r")["rows"] == {"asked": 6, "done": 5, "failed": 1}
    assert manifest(tmp_path / "r")["status"] == "complete with failed rows"
    assert set(result.effects["replicates"].unique()) <= {0, 1, 2}

    compare(scenarios, out=tmp_path / "r")
    compare(scenarios, out=tmp_path / "clean")
    assert manifest(tmp_path / "r")["status"] == "complete"
    assert table_bytes(tmp_path / "r") == table_bytes(tmp_path / "clean")


def test_a_failed_warm_up_fails_every_arm_that_needs_it(
    scenarios: list[Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(scenario: Scenario, number: int) -> None:
        raise ModelError("the past is broken")

    monkeypatch.setattr(runner, "run_past", faulty)
    attempts = run_group(rows_of(scenarios, 1), ["outcomes"], "compiled")
    assert [(attempt.tables, attempt.reason) for attempt in attempts] == [(None, "ModelError: the past is broken")] * 2


def test_mesa_in_processes_gives_the_same_tables(tmp_path: Path) -> None:
    usual, _ = usual_and_offer(tmp_path, run__warmup_months=2, run__months=4)
    rows = rows_of([usual], 1)
    tables = ["outcomes", "monthly", "events"]
    with open_pool(1, place="processes") as pool:
        ((_, attempts),) = pool.work_off(run_group, [(rows, tables, "mesa")])
    assert isinstance(attempts, list)
    (mesa,) = attempts
    (compiled,) = run_group(rows, tables, "compiled")
    assert mesa.tables is not None and compiled.tables is not None, mesa.reason
    for table in tables:
        assert mesa.tables[table].equals(compiled.tables[table]), table


def test_killed_and_resumed_gives_the_same_bytes(tmp_path: Path) -> None:
    usual, offer = write_files(tmp_path)
    out = tmp_path / "killed"
    scenarios = usual_and_offer(tmp_path)
    replicate(scenarios[0], 1)  # so that the child finds the engine compiled
    command = [sys.executable, "-m", "sos_sim", "compare", str(usual), str(offer), "--out", str(out)]
    with subprocess.Popen([*command, "--replicates", "60", "--workers", "1"], stdout=subprocess.DEVNULL) as child:
        deadline = time.monotonic() + 120
        while len(list(out.glob("parts/*.outcomes.parquet"))) < 3 and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(child.pid, signal.SIGKILL)
    done = len(list(out.glob("parts/*.outcomes.parquet")))
    assert 3 <= done < 120
    assert manifest(out)["status"] == "running"
    assert not list(out.glob("*.parquet"))

    compare(scenarios, 60, out=out)
    compare(scenarios, 60, out=tmp_path / "clean")
    assert table_bytes(out) == table_bytes(tmp_path / "clean")
    assert not list(out.rglob("*.partial"))


def test_plans_that_cannot_be_run_are_refused_before_anything_is_written(
    tmp_path: Path, scenarios: list[Scenario]
) -> None:
    with pytest.raises(InputError, match="no engine 'mess'"):
        replicate(scenarios[0], out=tmp_path / "r", engine="mess")
    with pytest.raises(InputError, match="workers is 0"):
        replicate(scenarios[0], out=tmp_path / "r", workers=0)
    with pytest.raises(InputError, match="replicates is 0"):
        replicate(scenarios[0], 0, tmp_path / "r")
    with pytest.raises(InputError, match="two scenarios are called 'usual'"):
        compare([scenarios[0], scenarios[0]], out=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_progress_counts_rows_already_done(tmp_path: Path, scenarios: list[Scenario]) -> None:
    replicate(scenarios[0], 1, tmp_path / "r", workers=1)
    told: list[tuple[int, int]] = []
    replicate(scenarios[0], 3, tmp_path / "r", workers=1, progress=lambda *counts: told.append(counts))
    assert told == [(1, 3), (2, 3), (3, 3)]
