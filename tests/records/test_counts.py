"""What is counted of ten children, against counts made by hand, and against the sector's own count of made-up lives."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sos_sim.records.care import age_in_years, day_column, eighteenth_birthday
from sos_sim.records.counting import counts_by
from sos_sim.records.reading import AuthorityRecords, read_records
from sos_sim.records.tables import OF_RECORDS
from support.returns903 import LIVES, Cut, Life, write_years

HARNESS = Path(__file__).resolve().parents[3] / "shared" / "harness903"
needs_harness = pytest.mark.skipif(not HARNESS.is_dir(), reason="the sector's checks are not beside this repository")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> AuthorityRecords:
    """The ten children, read from three years of CSV."""
    return read_records(write_years(tmp_path_factory.mktemp("returns")))


def counted(records: AuthorityRecords, measure: str, by: str = "all") -> dict[int, dict[str, int]]:
    """Counts of a measure by year and group."""
    counts = records.tables["counts"]
    rows = counts[(counts["measure"] == measure) & (counts["by"] == by)]
    return {int(year): dict(zip(of["group"], of["count"], strict=True)) for year, of in rows.groupby("year")}


def whole(records: AuthorityRecords, measure: str) -> list[int]:
    """Undivided counts of a measure, year by year."""
    return [groups["all"] for groups in counted(records, measure).values()]


def test_tables_are_as_declared(records: AuthorityRecords) -> None:
    for name, contract in OF_RECORDS.items():
        assert list(contract.check(records.tables[name]).columns) == contract.names


@pytest.mark.parametrize(
    ("measure", "by_hand"),
    [
        # 2024: 4, 6, 7 (10 left on the day itself). 2025: 1, 3, 4, 6, 7 (2 is home). 2026: 2, 3, 5, 7.
        ("in_care", [3, 5, 4]),
        ("started", [2, 3, 3]),  # 2024: 4, 10. 2025: 1, 2, 3. 2026: 2, 5, 9 (twice)
        ("started_again", [0, 0, 1]),  # 2
        ("periods_started", [2, 3, 4]),
        ("ceased", [1, 1, 4]),  # 10; 2; 1, 4, 6, 9 (twice)
        ("returned_home", [0, 1, 1]),  # 2; 1 (the last end of 9 in the year is guardianship)
        ("periods_ended", [1, 1, 5]),
    ],
)
def test_counts_by_year(records: AuthorityRecords, measure: str, by_hand: list[int]) -> None:
    assert whole(records, measure) == by_hand


def test_stock_by_group(records: AuthorityRecords) -> None:
    stock = {by: counted(records, "in_care", by) for by in ("age", "sex", "legal", "place", "need", "time", "alone")}
    assert stock["age"][2026] == {"5 to 9": 1, "10 to 15": 1, "16 and over": 2}
    assert stock["sex"][2025] == {"boy": 2, "girl": 3}
    assert stock["legal"][2025] == {"voluntary": 1, "care_order": 3, "placement_order": 1}
    assert stock["place"][2025] == {"kinship": 1, "foster": 2, "placed_for_adoption": 1, "residential": 1}
    assert stock["place"][2026] == {"foster": 2, "supported": 2}
    assert stock["need"][2024] == {"abuse_or_neglect": 2, "family_dysfunction": 1}
    assert stock["time"][2024] == {"6 to 12 months": 1, "1 to 2 years": 1, "not known": 1}
    assert stock["alone"][2026] == {"unaccompanied": 1, "not unaccompanied": 3}


def test_ends_by_reason_age_and_time(records: AuthorityRecords) -> None:
    reasons = counted(records, "ceased", "reason")
    assert reasons[2024] == {"transfer": 1}
    assert reasons[2026] == {"home_planned": 1, "special_guardianship": 1, "adoption": 1, "to_adult_life": 1}
    assert counted(records, "ceased", "age")[2026] == {"1 to 4": 3, "16 and over": 1}
    assert counted(records, "ceased", "time")[2026] == {"under 6 months": 1, "1 to 2 years": 2, "not known": 1}
    assert counted(records, "ceased", "place")[2026] == {
        "kinship": 1,
        "foster": 1,
        "placed_for_adoption": 1,
        "home_on_order": 1,
    }
    assert "reason" not in set(records.tables["counts"].query("measure == 'started'")["by"])


def test_every_division_adds_up_to_the_whole(records: AuthorityRecords) -> None:
    counts = records.tables["counts"]
    sums = counts.groupby(["year", "measure", "by"])["count"].sum().reset_index()
    totals = counts[counts["by"] == "all"].set_index(["year", "measure"])["count"]
    for row in sums.to_dict("records"):
        assert row["count"] == totals[row["year"], row["measure"]], row


def test_a_temporary_placement_counts_as_the_one_before(records: AuthorityRecords) -> None:
    care = records.care
    assert care is not None
    temporary = care.episodes[care.episodes["place"] == "T1"]
    assert list(temporary["place_group"]) == ["foster"]


def test_what_is_left_out_is_told(records: AuthorityRecords) -> None:
    told = records.tables["left_out"].set_index("what")["count"].to_dict()
    assert told == {
        "episodes of short breaks": 3,
        "periods ended by transfer to another authority": 1,
        "periods whose first day is not known": 1,
        "periods that began before the first return and have a first day": 1,
    }


def test_coming_back(records: AuthorityRecords) -> None:
    """Returns home: KID0002 back after 237 days, KID0009 after 86, KID0001 followed for 44 days."""
    table = records.tables["reentry"]
    home = table[table["after"] == "home"].set_index("days")
    assert set(home["ends"]) == {3} and set(home["back"]) == {2}
    assert home["share"][91] == home["share"][182] == pytest.approx(0.5)
    assert home["share"][[365, 730]].isna().all()
    everything = table[table["after"] == "all"]
    assert set(everything["ends"]) == {4}  # and the guardianship; transfer, adoption and 18th birthday are not followed
    assert table[table["after"] == "home_planned"]["share"].iloc[0] == 0.0


def test_leaving_counts_from_the_first_return_on(tmp_path: Path) -> None:
    """Two who came in the first year, one home after three months; one from long before who leaves in the first year.

    The last was under observation from month 24 on: at month 3, two were at risk, at month 30 one of two left.
    """
    lives = {
        "A": Life("M", "2015-01-01", (Cut("2023-04-01", "S", "V2", "N1", "U6", "2023-07-01", "E4A"),)),
        "B": Life("F", "2015-01-01", (Cut("2023-04-01", "S", "V2", "N1", "U6", "", ""),)),
        "C": Life("M", "2015-01-01", (Cut("2021-04-01", "S", "C2", "N1", "U6", "2023-10-01", "E45"),)),
    }
    table = read_records(write_years(tmp_path, lives)).tables["leaving_care"].set_index(["cause", "month"])["share"]
    assert table["home", 2] == 0.0 and table["home", 3] == pytest.approx(0.5)
    assert table["home", 60] == pytest.approx(0.5)
    assert table["guardianship_or_order", 29] == 0.0
    assert table["guardianship_or_order", 30] == pytest.approx(0.25)


def test_ages_of_those_born_on_29_february() -> None:
    born = day_column([date(2008, 2, 29)] * 2)
    days = day_column([date(2026, 2, 28), date(2026, 3, 1)])
    assert list(age_in_years(born, days)) == [17, 18]
    assert eighteenth_birthday(born).iloc[0] == pd.Timestamp("2026-03-01")


def test_a_group_that_is_not_declared_is_an_error() -> None:
    with pytest.raises(ValueError, match="no groups of 'sex'"):
        counts_by(2024, "in_care", 1, {"sex": pd.Series(["man"])})


@needs_harness
def test_the_sectors_plain_count_agrees(tmp_path: Path) -> None:
    lives = {name: life for name, life in LIVES.items() if name != "KID0010"}
    ours = read_records(write_years(tmp_path / "in", lives))
    out = tmp_path / "theirs.json"
    command = [sys.executable, str(HARNESS / "periods903.py"), str(tmp_path / "in"), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    theirs = json.loads(out.read_text(encoding="utf-8"))
    names = {
        "in_care": "stock_31_march",
        "started": "started",
        "started_again": "started_before_in_data",
        "periods_started": "periods_started",
        "ceased": "ceased",
        "returned_home": "returned_home",
    }
    for measure, name in names.items():
        assert whole(ours, measure) == [year[name] for year in theirs["years"].values()], measure
    home = ours.tables["reentry"].query("after == 'home'").set_index("days")
    told = theirs["returned home (E4A, E4B)"]
    assert (told["exits"], told["returned"]) == (home["ends"].iloc[0], home["back"].iloc[0])
    assert home["share"][182] == pytest.approx(told["km"]["6m"])
