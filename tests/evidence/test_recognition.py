"""What a folder holds: files that are read, near misses with their reasons, files left alone; earlier releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.core.errors import EvidenceError
from sos_sim.evidence.areas import find_area
from sos_sim.evidence.local_figures import RATIOS, LocalFigures
from sos_sim.evidence.published import Published, read_published
from support.published_tables import write_joined, write_neighbours, write_tables

CARE = "Children looked after: number and rate"


def seen(published: Published) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for file, verdict, what in published.seen:
        found.setdefault(file, set()).add((verdict, what))
    return found


def pooled(published: Published, name: str, code: str = "900") -> float:
    found = LocalFigures(published, find_area(published, code)).pool(RATIOS[name])
    assert found is not None
    return found.value


def test_every_file_is_listed_with_what_became_of_it(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    section = folder / "c4_section_47.csv"
    section.write_text(section.read_text(encoding="utf-8-sig").replace("Section47,", "Section_47,"))
    (folder / "notes.csv").write_text("a,b\n1,2\n")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "book.xlsx").write_bytes(b"PK")
    (folder / "tables.zip").write_bytes(b"PK")
    (folder / "._cla.csv").write_bytes(b"\0")
    write_neighbours(folder, c900=["901", "940", "941"])
    found = seen(read_published(folder))
    assert found["cla.csv"] == {("read", CARE)}
    assert found["sn_model_wide.csv"] == {("read", "Statistical neighbours (local authority interactive tool)")}
    ((verdict, why),) = found["c4_section_47.csv"]
    assert verdict == "near miss" and why.endswith("but lacks Section47. Did you mean 'Section_47'?")
    assert found["notes.csv"] == {("left alone", "its columns are those of no table that is read")}
    assert found["empty.csv"] == {("left alone", "no text divided into columns")}
    assert found["book.xlsx"] == {("left alone", "a workbook: save the sheet with the table as CSV")}
    assert found["tables.zip"] == {("left alone", "an archive: unzip it")}
    assert "._cla.csv" not in found


def test_files_in_folders_below_are_said_to_be_left_alone_beside_tables(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    (folder / "older").mkdir()
    (folder / "older" / "cla.csv").write_bytes((folder / "cla.csv").read_bytes())
    ((verdict, why),) = seen(read_published(folder))["older/cla.csv"]
    assert verdict == "left alone" and "in a folder below" in why


def test_unzipped_downloads_beside_each_other_are_found(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "need" / "data")
    care = tmp_path / "care" / "data"
    care.mkdir(parents=True)
    (folder / "cla.csv").rename(care / "cla.csv")
    published = read_published(tmp_path)
    assert len(published.files) == 8 and ("read", CARE) in seen(published)["care/data/cla.csv"]


def first_release(folder: Path, name: str, column: str, counts: dict[str, str]) -> None:
    lines = [f"1,E1000{code}00,LA,{code},{who},{count},9" for code, who, count in (("900", "Ourshire", counts["900"]),)]
    header = f"LA_order,New_geog_code,geog_l,geog_c,geog_n,{column},CLA_male"
    england = "0,E92000001,NATIONAL,970,ENGLAND,72590,9"
    (folder / name).write_text("\n".join([header, england, *lines, ""]))


def test_releases_before_2018_are_read_a_file_a_year(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    for year, count in ((2016, "610"), (2017, "640")):
        first_release(folder, f"SFR_CLA{year}.csv", f"CLA_Mar{year}", {"900": count})
    first_release(folder, "SFR_CEA2016.csv", "CLA_cease", {"900": "x"})
    published = read_published(folder)
    cells = published.cells.query("code == '900' and figure == 'care_at_31_march'").set_index("year")["value"]
    assert (cells[2016], cells[2017], cells[2023]) == (610.0, 640.0, 671.0)
    gap = published.cells.query("code == '900' and figure == 'care_ceased' and year == 2016")
    assert list(gap["symbol"]) == ["x"]
    first_release(folder, "copy_2017.csv", "CLA_Mar2017", {"900": "641"})
    with pytest.raises(EvidenceError, match=r"both hold the table 'Children looked after at 31 March"):
        read_published(folder)


def unaccompanied(folder: Path, name: str, kind: str, counts: dict[int, str]) -> None:
    header = "time_period,geographic_level,old_la_code,new_la_code,la_name,cla_group,characteristic,number"
    lines = [
        f"{year},Local authority,900,E10000900,Ourshire,Group,{what},{count}"
        for year, count in counts.items()
        for what, count in ((kind, count), ("Male", "1"))
    ]
    (folder / name).write_text("\n".join([header, *lines, ""]))


@pytest.mark.parametrize("kind", ["UASC", "Unaccompanied asylum-seeking children"])
def test_an_authoritys_own_unaccompanied_children_are_taken_off(tmp_path: Path, kind: str) -> None:
    folder = write_tables(tmp_path)
    before = pooled(read_published(folder), "cla_start_rate_nonuasc")
    unaccompanied(
        folder, "la_children_who_started_to_be_looked_after.csv", kind, dict.fromkeys((2021, 2022, 2023), "65")
    )
    published = read_published(folder)
    assert pooled(published, "cla_start_rate_nonuasc") == pytest.approx(1e4 * (265 - 65) / 100_000)
    assert before > 20.0
    figures = LocalFigures(published, find_area(published, "900"))
    own, other = figures.pool(RATIOS["cla_start_rate_nonuasc"]), figures.pool(RATIOS["cla_stock_rate_nonuasc"])
    assert own is not None and own.unaccompanied == 0.0 and other is not None and other.unaccompanied == 0.09


def test_a_table_of_characteristics_whose_name_does_not_say_which_is_a_near_miss(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    unaccompanied(folder, "characteristics.csv", "UASC", {2023: "65"})
    found = seen(read_published(folder))["characteristics.csv"]
    assert {verdict for verdict, _ in found} == {"near miss"}
    assert len([why for _, why in found if "its name does not say which it is" in why]) == 3


def test_percentages_of_unaccompanied_children_stand_in_for_their_numbers(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    who = {"la_code": "900.0", "new_la_code": "E10000900", "la_name": "Ourshire"}
    write_joined(
        folder, [who | {"year": year, "lait_uasc_start_pct": 20, "lait_uasc_pct": 10} for year in (2021, 2022, 2023)]
    )
    published = read_published(folder)
    assert pooled(published, "cla_start_rate_nonuasc") == pytest.approx(26.5 * 0.8)
    assert pooled(published, "cla_stock_rate_nonuasc") == pytest.approx(67.1 * 0.9)
    ceased = (
        28.3
        * sum(
            1.0 - 0.1 * ceased / stock
            for ceased, stock in (
                (3730 / 28120, 4150 / 80780),
                (3880 / 30230, 5680 / 82090),
                (5480 / 31850, 7410 / 83750),
            )
        )
        / 3
    )
    assert pooled(published, "cla_cease_rate_nonuasc") == pytest.approx(ceased)


def test_rows_of_the_joined_table_without_a_code_are_told_by_the_statisticians(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    rows = [
        {"la_code": "", "new_la_code": "e10000900", "la_name": "Ourshire", "year": 2023, "idaci2019_avg_score": 0.2},
        {"la_code": "", "new_la_code": "E06000999", "la_name": "Elsewhere", "year": 2023, "idaci2019_avg_score": 0.3},
        {"la_code": "-1.0", "new_la_code": "E92000001", "la_name": "England", "year": 2023},
    ]
    write_joined(folder, rows)
    scores = read_published(folder).cells.query("figure == 'idaci' and value == value")
    assert list(zip(scores["code"], scores["value"], strict=True)) == [("900", 0.2)]


def test_the_indices_of_deprivation_are_read_as_they_are_published(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    header = "Upper Tier Local Authority District code (2019),Upper Tier Local Authority District name (2019),"
    (folder / "File_11.csv").write_text(
        f"{header}IDACI - Average rank ,IDACI - Average score \nE10000900,Ourshire,1,0.21\nE06000901,Fewtown,2,0.11\n"
    )
    scores = read_published(folder).cells.query("figure == 'idaci'")
    assert list(zip(scores["code"], scores["year"], scores["value"], strict=True)) == [
        ("900", 2019, 0.21),
        ("901", 2019, 0.11),
    ]


@pytest.mark.parametrize(
    "header", ["old_la_code,la_name,SN_1,SN_1P,SN_2,SN_2P,SN_10,SN_10P", "LA num,LA Name,SN1,SNP,SN2,SNP,SN10,SNP"]
)
def test_both_layouts_of_the_list_of_neighbours_are_read_in_order(tmp_path: Path, header: str) -> None:
    folder = write_tables(tmp_path)
    (folder / "sn.csv").write_text(f"{header}\n900,Ourshire,901,Very close,940.0,Close,941,Close\n,,,,,,,\n")
    assert read_published(folder).neighbours == {"900": ("901", "940", "941")}
    (folder / "sn.csv").write_text(f"{header}\n900,Ourshire,Fewtown,Very close,940,Close,941,Close\n")
    with pytest.raises(EvidenceError, match=r"sn\.csv, line 2: SN_?1 is 'Fewtown', but must be an authority's code"):
        read_published(folder)
