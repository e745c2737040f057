"""From a simulated authority to its returns and back: the reader counts what the simulation counted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sos_sim.agents.codes import HOME_EXITS
from sos_sim.files.scenario import load_scenario
from sos_sim.records.reading import AuthorityRecords, read_records
from sos_sim.runs.simulate import SimulationResult, simulate
from support.returns903 import write_workbooks, write_xml, write_years
from support.simulated_lives import FIRST_YEAR, simulated_lives

ROOT = Path(__file__).resolve().parents[2]
HARNESS = ROOT.parent / "shared" / "harness903"
needs_harness = pytest.mark.skipif(not HARNESS.is_dir(), reason="the sector's checks are not beside this repository")
MONTHS, BEFORE = 48, 218
"""Months returned, and months before: whoever was in care at the very start has grown up."""
RETURNED = range(FIRST_YEAR + 1, FIRST_YEAR + 1 + MONTHS // 12)


@pytest.fixture(scope="module")
def run() -> SimulationResult:
    """Four years of an authority of 6,000 children, and what happened in the years before."""
    base = load_scenario(ROOT / "scenarios" / "base.yaml")
    return simulate(base.with_values(children=6000, months=MONTHS, warmup_months=BEFORE), warmup_events=True)


@pytest.fixture(scope="module")
def events(run: SimulationResult) -> pd.DataFrame:
    """Everything that happened, the years before included."""
    both = [run.warmup_events, run.events]
    return pd.concat([part.assign(event=part["event"].astype(str)) for part in both], ignore_index=True)


@pytest.fixture(scope="module")
def returns(run: SimulationResult, events: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns of the four years."""
    lives = simulated_lives(events, run.children)
    return write_years(tmp_path_factory.mktemp("simulated"), lives, RETURNED)


@pytest.fixture(scope="module")
def records(returns: Path) -> AuthorityRecords:
    """The returns, read."""
    return read_records(returns)


def counts(records: AuthorityRecords, measure: str, by: str = "all", group: str = "all") -> list[int]:
    """A count in every year."""
    table = records.tables["counts"]
    rows = table[(table["measure"] == measure) & (table["by"] == by) & (table["group"] == group)].set_index("year")
    found: list[int] = rows["count"].reindex(list(RETURNED), fill_value=0).tolist()
    return found


def at_year_ends(run: SimulationResult, measure: str) -> list[int]:
    """A stock of the simulation in every March."""
    rows = run.monthly[run.monthly["measure"] == measure].set_index("month")["value"]
    return [int(rows[month]) for month in range(11, MONTHS, 12)]


def test_stock_is_the_simulations_own(run: SimulationResult, records: AuthorityRecords) -> None:
    assert counts(records, "in_care") == at_year_ends(run, "looked_after")
    assert min(counts(records, "in_care")) > 10


@pytest.mark.parametrize(
    ("measure", "by", "group"),
    [
        ("voluntary", "legal", "voluntary"),
        ("placement_order", "legal", "placement_order"),
        ("looked_after_under_1", "age", "under 1"),
        ("looked_after_1_4", "age", "1 to 4"),
        ("looked_after_5_9", "age", "5 to 9"),
        ("looked_after_10_15", "age", "10 to 15"),
        ("looked_after_16_17", "age", "16 and over"),
        ("kinship", "place", "kinship"),
        ("residential", "place", "residential"),
        ("home_on_order", "place", "home_on_order"),
    ],
)
def test_stock_by_group_is_the_simulations_own(
    run: SimulationResult, records: AuthorityRecords, measure: str, by: str, group: str
) -> None:
    assert counts(records, "in_care", by, group) == at_year_ends(run, measure)


def test_starts_and_ends_are_the_simulations_own(events: pd.DataFrame, records: AuthorityRecords) -> None:
    year = events["month"] // 12
    starts, ends = events["event"] == "care_start", events["event"] == "care_end"
    home = ends & events["detail"].isin([int(reason) for reason in HOME_EXITS])
    last = events[ends].assign(year=year).drop_duplicates(["year", "child"], keep="last")
    by_hand: dict[str, Any] = {
        "periods_started": [int((starts & (year == number)).sum()) for number in range(len(RETURNED))],
        "started": [events[starts & (year == number)]["child"].nunique() for number in range(len(RETURNED))],
        "periods_ended": [int((ends & (year == number)).sum()) for number in range(len(RETURNED))],
        "ceased": [int((last["year"] == number).sum()) for number in range(len(RETURNED))],
        "returned_home": [int(((last["year"] == number) & home[last.index]).sum()) for number in range(len(RETURNED))],
    }
    for measure, expected in by_hand.items():
        assert counts(records, measure) == expected, measure


def test_children_who_come_back_are_the_simulations_own(events: pd.DataFrame, records: AuthorityRecords) -> None:
    """Returns home in the returned years, and how many of them ended in care again."""
    care = events[events["event"].isin(["care_start", "care_end"])].sort_values(["child", "month"], kind="stable")
    following = care.groupby("child")["event"].shift(-1)
    home = (care["event"] == "care_end") & care["detail"].isin([int(reason) for reason in HOME_EXITS])
    here = home & (care["month"] >= 0)
    table = records.tables["reentry"]
    told = table[(table["after"] == "home") & (table["days"] == 365)].iloc[0]
    assert told["back"] == int((here & (following == "care_start")).sum()) > 0
    assert 0 <= int(here.sum()) - told["ends"] <= 3  # those who went home at 18 are not followed


@pytest.mark.parametrize("write", [write_workbooks, write_xml], ids=["workbook", "xml"])
def test_other_formats_say_the_same(
    write: Any, run: SimulationResult, events: pd.DataFrame, records: AuthorityRecords, tmp_path: Path
) -> None:
    found = read_records(write(tmp_path, simulated_lives(events, run.children), RETURNED))
    for name, table in records.tables.items():
        pd.testing.assert_frame_equal(found.tables[name], table)


@needs_harness
def test_the_sectors_plain_count_says_the_same(returns: Path, records: AuthorityRecords, tmp_path: Path) -> None:
    out = tmp_path / "theirs.json"
    command = [sys.executable, str(HARNESS / "periods903.py"), str(returns), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    theirs = json.loads(out.read_text(encoding="utf-8"))
    years = list(theirs["years"].values())
    for measure, name in {"in_care": "stock_31_march", "started": "started", "ceased": "ceased"}.items():
        assert counts(records, measure) == [year[name] for year in years], measure
    table = records.tables["reentry"].query("after == 'home'").set_index("days")["share"]
    for days, mark in ((91, "3m"), (182, "6m"), (365, "1y"), (730, "2y")):
        assert np.isclose(table[days], theirs["returned home (E4A, E4B)"]["km"][mark], atol=2e-3)
