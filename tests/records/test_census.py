"""The CIN census: what is counted, against counts by hand, and how years are linked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sos_sim.records.reading import AuthorityRecords, read_records
from support.census_files import CHILDREN, cut_census, write_census


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> AuthorityRecords:
    """Three years of census returns."""
    folder = tmp_path_factory.mktemp("census")
    for year in (2024, 2025, 2026):
        write_census(folder / f"cin_{year}.xml", year, namespace="urn:whatever" if year == 2025 else "")
    return read_records(folder)


def whole(records: AuthorityRecords, measure: str) -> dict[int, int]:
    """Undivided counts of a measure by year."""
    counts = records.tables["counts"]
    rows = counts[(counts["measure"] == measure) & (counts["by"] == "all")]
    return dict(zip(rows["year"], rows["count"], strict=True))


@pytest.mark.parametrize(
    ("measure", "by_hand"),
    [
        ("referrals", [1, 1, 4]),  # 5; 2; 1, 2 again, 3, 4
        ("no_further_action", [0, 0, 1]),  # 3
        ("in_need", [1, 1, 3]),  # 5; 5 (2 is closed); 1, 2, 4
        ("need_started", [1, 1, 3]),
        ("need_ended", [0, 1, 1]),  # 2; 5
        ("enquiries", [0, 1, 1]),  # 5; 1
        ("conferences", [0, 1, 1]),
        ("on_plan", [0, 1, 2]),  # 5; 1 and 4
        ("plans_started", [0, 1, 2]),
        ("repeat_plans", [0, 0, 1]),  # 1
        ("plans_ended", [0, 0, 1]),  # 5
    ],
)
def test_counts(census: AuthorityRecords, measure: str, by_hand: list[int]) -> None:
    assert list(whole(census, measure).values()) == by_hand


def test_rereferrals_only_where_the_year_before_is_known(census: AuthorityRecords) -> None:
    assert whole(census, "rereferrals") == {2025: 0, 2026: 1}  # 2: 358 days after


def test_groups(census: AuthorityRecords) -> None:
    counts = census.tables["counts"].query("year == 2026")
    groups = counts[counts["measure"] == "in_need"].set_index(["by", "group"])["count"].to_dict()
    assert {group: count for (by, group), count in groups.items() if by == "age"} == {
        "5 to 9": 1,
        "10 to 15": 1,
        "unborn": 1,
    }
    assert {group: count for (by, group), count in groups.items() if by == "sex"} == {"boy": 1, "girl": 1, "unknown": 1}
    assert groups["need", "childs_disability"] == 1
    assert groups["disability", "disabled"] == 1 and groups["disability", "not disabled"] == 2


def test_children_and_cases_by_return(census: AuthorityRecords) -> None:
    returns = census.tables["returns"]
    assert list(returns["year"]) == [2024, 2025, 2026]
    assert list(returns["children"]) == [1, 2, 5] and list(returns["rows"]) == [1, 2, 5]


def test_a_case_that_is_no_longer_returned_counts_until_then(tmp_path: Path) -> None:
    later = cut_census(2026)
    later.pop("CIN0005")
    write_census(tmp_path / "2025.xml", 2025)
    write_census(tmp_path / "2026.xml", 2026, later)
    found = read_records(tmp_path)
    assert whole(found, "in_need") == {2025: 1, 2026: 3} and whole(found, "on_plan") == {2025: 1, 2026: 2}
    told = found.tables["left_out"].set_index("what")["count"]
    assert told["cases in need whose closure was not returned"] == 1


def test_a_later_census_wins_and_keeps_what_only_the_earlier_told(tmp_path: Path) -> None:
    """The later census leaves out the enquiry of the year before, and amends need and date of birth."""
    later: dict[str, Any] = cut_census(2026)
    (case,) = later["CIN0005"]["cases"]
    amended = {name: value for name, value in case.items() if name != "Section47"} | {"PrimaryNeedCode": "N5"}
    later["CIN0005"] = {**CHILDREN["CIN0005"], "birth": "2010-02-03", "cases": [amended]}
    write_census(tmp_path / "2025.xml", 2025)
    write_census(tmp_path / "2026.xml", 2026, later)
    found = read_records(tmp_path)
    assert whole(found, "enquiries") == {2025: 1, 2026: 1}
    ended = found.tables["counts"].query("measure == 'plans_ended' and by == 'need'")
    assert dict(zip(ended["group"], ended["count"], strict=True)) == {"family_dysfunction": 1}
    told = found.tables["left_out"].set_index("what")["count"]
    assert told["children with another sex, date of birth or disability in a later census"] == 1


def test_a_plan_that_ended_before_the_later_census_is_kept(tmp_path: Path) -> None:
    case = {"CINreferralDate": "2024-05-01", "PrimaryNeedCode": "N1", "ReferralNFA": "false"}
    plan = {"CPPstartDate": "2024-06-01", "CPPendDate": "2025-01-10", "NumberOfPreviousCPP": "0"}
    child = {"birth": "2015-01-01", "sex": "F"}
    write_census(tmp_path / "2025.xml", 2025, {"A": {**child, "cases": [case | {"ChildProtectionPlans": [plan]}]}})
    write_census(tmp_path / "2026.xml", 2026, {"A": {**child, "cases": [case]}})
    assert whole(read_records(tmp_path), "plans_ended") == {2025: 1, 2026: 0}


def test_the_older_name_of_sex_is_read(tmp_path: Path) -> None:
    file = write_census(tmp_path / "2026.xml", 2026)
    text = file.read_text(encoding="utf-8")
    for now, before in (("M", "1"), ("F", "2"), ("U", "9")):
        text = text.replace(f"<Sex>{now}</Sex>", f"<PersonGenderCurrent>{before}</PersonGenderCurrent>")
    file.write_text(text, encoding="utf-8")
    sexes = read_records(tmp_path).tables["counts"].query("measure == 'in_need' and by == 'sex'")
    assert dict(zip(sexes["group"], sexes["count"], strict=True)) == {"boy": 1, "girl": 1, "unknown": 1}
