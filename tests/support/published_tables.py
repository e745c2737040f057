"""Small tables in the layout of the Department for Education's downloads, with made-up authorities.

Ourshire has England's figures of 2025 for 100,000 children, every year alike. Fewtown reports small
counts, of which some are suppressed. Eastborough and Westborough (940, 941) took over from Oldshire (928)
in 2022 and report their workforce together. Two authorities are called Twinham, of which the first ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Cell = int | float | str
Counts = Mapping[str, Cell]

OURSHIRE: Counts = {
    "children": 100_000,
    "referral_count": 5194,
    "rereferral_count": 1174,
    "no_further_action_count": 338,
    "not_in_need_count": 1600,
    "Started_episodes": 3258,
    "At31_episodes": 3303,
    "Section47": 1893,
    "ICPC": 592,
    "CPP_start": 508,
    "CPP_subsequent": 124,
    "CPP_At31": 406,
    "2_years_or_more": 9,
    "starting to be looked after": 265,
    "looked after on 31 March": 671,
    "ceasing to be looked after": 283,
    "inpost_fte": 297.0,
    "leavers_fte": 35.1,
    "agency_fte": 44.5,
    "vacancy_fte": 49.0,
    "case_holders_fte": 173.2,
    "cases": 2640,
}
FEWTOWN: Counts = dict.fromkeys(OURSHIRE, "c") | {
    "children": "1,200",
    "referral_count": 40,
    "rereferral_count": "c",
    "no_further_action_count": 0,
    "not_in_need_count": 41,
    "inpost_fte": 4.0,
    "leavers_fte": "low",
    "agency_fte": 0,
    "vacancy_fte": 0,
    "case_holders_fte": "u",
    "cases": "z",
}
WHO = {
    "900": ("E10000900", "Ourshire", OURSHIRE, range(2019, 2024)),
    "901": ("E06000901", "Fewtown, City of", FEWTOWN, range(2019, 2024)),
    "928": ("E10000928", "Oldshire", OURSHIRE, range(2019, 2022)),
    "940": ("E06000940", "Eastborough", OURSHIRE, range(2022, 2024)),
    "941": ("E06000941", "Westborough", OURSHIRE, range(2022, 2024)),
    "835": ("E10000835", "Twinham", OURSHIRE, range(2017, 2020)),
    "838": ("E06000838", "Twinham", OURSHIRE, range(2020, 2024)),
}
_PLACE_FIRST = "time_period,time_identifier,geographic_level,country_name,old_la_code,new_la_code,la_name"
_NAME_FIRST = "time_period,time_identifier,geographic_level,country_name,old_la_code,la_name,new_la_code"
_IN_CARE = ("starting to be looked after", "looked after on 31 March", "ceasing to be looked after")
_WORKFORCE = ("inpost_fte", "leavers_fte", "agency_fte", "vacancy_fte", "case_holders_fte", "cases")
PLAIN: Mapping[str, tuple[str, ...]] = {
    "c1_referrals.csv": ("referral_count", "rereferral_count", "no_further_action_count", "not_in_need_count"),
    "b1_children_in_need.csv": ("Started_episodes", "At31_episodes"),
    "c4_section_47.csv": ("Section47", "ICPC"),
    "d3_plans_started.csv": ("CPP_start", "CPP_subsequent"),
    "d5_plans_at_31_march.csv": ("CPP_At31", "2_years_or_more"),
}
Change = Callable[[str, int, str, Cell], Cell]


def unchanged(code: str, year: int, figure: str, cell: Cell) -> Cell:
    """The cell as it is."""
    return cell


def write_tables(folder: Path, change: Change = unchanged) -> Path:
    """Write all eight tables; ``change(code, year, figure, cell)`` says what stands in a cell instead."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, figures in PLAIN.items():
        rows = [
            f"{_identity(year, code, new, who)},Total,{_cells(code, year, counts, figures, change)}"
            for code, new, who, counts, year in _authority_years()
        ]
        _write(folder / name, f"{_PLACE_FIRST},category,{','.join(figures)}", rows)
    _write_population(folder, change)
    _write_looked_after(folder, change)
    _write_workforce(folder, change)
    return folder


def _cells(code: str, year: int, counts: Counts, figures: Iterable[str], change: Change) -> str:
    return ",".join(_cell(change(code, year, figure, counts[figure])) for figure in figures)


def _authority_years(shift: int = 0) -> list[tuple[str, str, str, Counts, int]]:
    return [
        (code, new, who, counts, year - shift)
        for code, (new, who, counts, years) in WHO.items()
        for year in reversed(years)
    ]


def _write_population(folder: Path, change: Change) -> None:
    rows = [
        f"{_identity(year, code, new, who)},Children aged 0 to 17 years,"
        f"{_cell(change(code, year, 'children', counts['children']))}"
        for code, new, who, counts, year in _authority_years(shift=1)
    ]
    _write(folder / "population.csv", f"{_PLACE_FIRST},age_group,population_estimate", rows)


def _write_looked_after(folder: Path, change: Change) -> None:
    rows = [
        f"{_identity(year, code, who, new)},Children {kind} each year,{_cell(change(code, year, kind, counts[kind]))}"
        for code, new, who, counts, year in _authority_years()
        for kind in _IN_CARE
    ]
    _write(folder / "cla.csv", f"{_NAME_FIRST},population_type,children_count", rows)


def _write_workforce(folder: Path, change: Change) -> None:
    rows = []
    for code, new, who, counts, year in _authority_years(shift=1):
        cells = _cells(code, year, counts, _WORKFORCE, change)
        if code == "940":
            rows.append(f"{_identity(year, '940 / 941', 'E06000940 / E06000941', 'Eastborough / Westborough')},{cells}")
        elif code != "941":
            rows.append(f"{_identity(year, code, new, who)},{cells}")
    _write(folder / "workforce.csv", f"{_PLACE_FIRST},{','.join(_WORKFORCE)}", rows)


def _identity(year: int, *who: str) -> str:
    named = ",".join(f'"{part}"' if "," in part else part for part in who)
    return f"{year},Reporting year,Local authority,England,{named}"


def _cell(cell: Cell) -> str:
    return f'"{cell}"' if "," in str(cell) else str(cell)


def _write(file: Path, header: str, rows: list[str]) -> None:
    width = header.count(",") - 3
    national = f"2023,Reporting year,National,England{',' * width}"
    file.write_text("\n".join([header, national, *rows, ""]), encoding="utf-8-sig")


def write_joined(folder: Path, rows: Iterable[Mapping[str, Cell]]) -> Path:
    """Write figures of the interactive tool, joined with deprivation: one row an authority and year, and England's.

    Of each row ``la_code``, ``new_la_code``, ``la_name`` and ``year`` must be given; other cells are blank.
    """
    columns = (
        "la_code",
        "new_la_code",
        "la_name",
        "year",
        "lait_uc_fostering_gbp_per_week",
        "lait_uc_residential_gbp_per_week",
        "lait_uc_socialwork_gbp_per_cin_week",
        "lait_uasc_start_pct",
        "lait_uasc_pct",
        "lait_care_applications_rate",
        "idaci2019_avg_score",
    )
    lines = [",".join(_cell(row.get(column, "")) for column in columns) for row in rows]
    file = folder / "joined.csv"
    file.write_text("\n".join([",".join(columns), *lines, ""]), encoding="utf-8")
    return file


def write_neighbours(folder: Path, **listed: Iterable[str]) -> Path:
    """Write a list of statistical neighbours: codes by code, such as ``c900=["901", "940", "941"]``."""
    most = max(len(list(codes)) for codes in listed.values())
    header = [
        "old_la_code",
        "la_name",
        *(part for number in range(1, most + 1) for part in (f"SN_{number}", f"SN_{number}P")),
    ]
    lines = [
        ",".join([code[1:], WHO[code[1:]][1].split(",")[0], *(part for other in codes for part in (other, "Close "))])
        for code, codes in listed.items()
    ]
    file = folder / "sn_model_wide.csv"
    file.write_text("\n".join([",".join(header), *lines, ""]), encoding="utf-8")
    return file


def write_regions(folder: Path) -> Path:
    """Write into the tables a region of Ourshire and Fewtown, and England, with twice Ourshire's counts.

    Returns the folder.
    """
    for file in folder.glob("*.csv"):
        header, *lines = file.read_text(encoding="utf-8-sig").splitlines()
        names = header.split(",")
        if "geographic_level" not in names:
            continue
        place = names.index("country_name") + 1
        kept = [_within(line, place) for line in lines if ",National," not in line]
        own = [line for line in lines if ",900," in line]
        kept += [_of_region(line, names, place, level) for line in own for level in ("Regional", "National")]
        new = [*names[:place], "region_code", "region_name", *names[place:]]
        file.write_text("\n".join([",".join(new), *kept, ""]), encoding="utf-8")
    return folder


def _within(line: str, place: int) -> str:
    cells = line.split(",")
    north = any(f",{code}," in line for code in ("900", "901"))
    return ",".join([*cells[:place], *(("E12000099", "North") if north else ("E12000098", "South")), *cells[place:]])


def _of_region(line: str, names: Iterable[str], place: int, level: str) -> str:
    """Ourshire's row as that of the region or of England, counts doubled."""
    cells = line.split(",")
    told = dict(zip(names, cells, strict=False)) | {"geographic_level": level, "old_la_code": "", "new_la_code": ""}
    told["la_name"] = ""
    counts = [
        str(2 * float(cell)) if name not in ("time_period",) and cell.replace(".", "", 1).isdigit() else cell
        for name, cell in told.items()
    ]
    region = ("E12000099", "North") if level == "Regional" else ("", "")
    return ",".join([*counts[:place], *region, *counts[place:]])
