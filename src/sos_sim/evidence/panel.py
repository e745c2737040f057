"""A panel of local authorities: official figures and facts, one row an authority and year.

Columns are those of a table joined from the department's published files (children's social care outcomes
and enablers, workforce census, local authority interactive tool), the ONS mid-year estimates and the
English indices of deprivation 2019. Suppressed cells are blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from sos_sim.core.errors import EvidenceError, did_you_mean
from sos_sim.core.units import RATE_BASE
from sos_sim.evidence.csv_text import read_rows
from sos_sim.evidence.local_facts import IN_ASSESSMENT

CODE, NAME, YEAR, CHILDREN = "new_la_code", "la_name", "year", "pop_0_17_mye"
DEPRIVATION, REFERRALS, AGAIN, NEED = "idaci2019_avg_score", "referrals_rate", "rereferral_pct", "cin_31mar_rate"
CASE_HOLDERS, TURNOVER, CASELOAD = "sw_caseholders_fte", "sw_turnover_pct", "sw_caseload"
VACANCY, AGENCY = "sw_vacancy_pct", "sw_agency_pct"
_COLUMNS = (YEAR, CHILDREN, DEPRIVATION, REFERRALS, AGAIN, NEED, CASE_HOLDERS, TURNOVER, CASELOAD, VACANCY, AGENCY)
_SHARES: Final = (AGAIN, VACANCY, AGENCY, "referral_assessed_not_in_need_pct", "cpp_subsequent_pct")
"""Percentages of a whole that counts them all."""
FEWEST_CHILDREN: Final = 2000
"""Smaller authorities (Isles of Scilly, City of London) are left out: most of their figures are suppressed."""
_AUTHORITY = "E0|E1"
"""Codes of authorities begin so (E06 unitary, E08 metropolitan, E09 London, E10 county); E92 is England."""


class PanelColumn(NamedTuple):
    """Where a measure is in the panel, times ``scale`` in the measure's unit.

    ``unaccompanied`` names the column with the percentage of the children counted who are unaccompanied
    asylum-seeking: they are taken out, as the model leaves them out. ``per_child`` marks counts.
    """

    column: str
    scale: float = 1.0
    unaccompanied: str = ""
    per_child: bool = False
    workforce: bool = False


MEASURED: Mapping[str, PanelColumn] = {
    "referral_rate": PanelColumn(REFERRALS),
    "rereferral_12m_share": PanelColumn(AGAIN, 0.01),
    "referral_not_in_need_share": PanelColumn("referral_assessed_not_in_need_pct", 0.01),
    "cin_start_rate": PanelColumn("cin_episodes_started", RATE_BASE, per_child=True),
    "cin_stock_rate": PanelColumn(NEED),
    "s47_rate": PanelColumn("s47_rate"),
    "s47_to_icpc_share": PanelColumn("s47_to_icpc_pct", 0.01),
    "cpp_start_rate": PanelColumn("cpp_started_rate"),
    "cpp_stock_rate": PanelColumn("cpp_31mar_rate"),
    "cpp_repeat_share": PanelColumn("cpp_subsequent_pct", 0.01),
    "care_application_rate": PanelColumn("lait_care_applications_rate"),
    "cla_start_rate": PanelColumn("cla_started_rate1", unaccompanied="lait_uasc_start_pct"),
    "cla_stock_rate": PanelColumn("cla_31mar_rate1", unaccompanied="lait_uasc_pct"),
    "caseload_mean": PanelColumn(CASELOAD, workforce=True),
}
"""Measures that both the panel and the model have, on the model's definition."""


class Panel(NamedTuple):
    """One year of a panel, a row an authority, indexed by code in order.

    ``facts``: name, children, deprivation (IDACI score), and the figures from which facts follow, under the
    names of ``evidence.local_facts``: referral_rate, rereferral_12m_share, case_holder_rate, held_share,
    sw_turnover, sw_vacancy, sw_agency. ``official``: a column for each of ``MEASURED``. NaN where a figure
    is suppressed. Workforce figures are those of the census half a year into the year.
    """

    year: int
    facts: pd.DataFrame
    official: pd.DataFrame


def read_panel(path: Path, year: int | None = None) -> Panel:
    """One year of a panel file, by default the latest. Raises EvidenceError for what cannot be used, and says why."""
    table = _read(path)
    years = sorted(set(table[YEAR]))
    chosen = years[-1] if year is None else year
    if chosen not in years:
        raise EvidenceError(f"{path} has no year {chosen}; it has {years[0]} to {years[-1]}.")
    rows = _of_year(table, chosen)
    rows = rows[rows[CHILDREN] >= FEWEST_CHILDREN]
    if rows.empty:
        raise EvidenceError(f"{path} has no authority of at least {FEWEST_CHILDREN} children in {chosen}.")
    if rows.index.has_duplicates:
        twice = rows.index[rows.index.duplicated()][0]
        raise EvidenceError(f"{path} has two rows for the authority {twice} in {chosen}.")
    before = _of_year(table, chosen - 1).reindex(rows.index)
    official = {
        measure: _official(where, before if where.workforce else rows, rows) for measure, where in MEASURED.items()
    }
    return Panel(chosen, _facts(rows, before), pd.DataFrame(official))


def _read(path: Path) -> pd.DataFrame:
    """The columns that are needed, figures as numbers; other columns are left alone."""
    if not path.is_file():
        raise EvidenceError(f"{path}: cannot be read as a CSV table of authorities (there is no such file).")
    table = read_rows(path)
    needed = {
        CODE,
        NAME,
        *_COLUMNS,
        *(where.column for where in MEASURED.values()),
        *(where.unaccompanied for where in MEASURED.values() if where.unaccompanied),
    }
    for column in sorted(needed - set(table.columns)):
        raise EvidenceError(f"{path} has no column {column!r}.{did_you_mean(column, table.columns)}")
    if table.empty:
        raise EvidenceError(f"{path} has no rows below its header.")
    return pd.DataFrame(
        {column: _CELLS.get(column, _figures)(table[column], path) for column in sorted(needed)}, index=table.index
    )


def _figures(written: pd.Series[str], path: Path) -> pd.Series[float]:
    """Figures of a column, NaN where it is blank; percentages of a whole at most 100."""
    numbers = pd.to_numeric(written.str.replace(",", ""), errors="coerce").astype(float)
    _refuse(written[(written != "") & ~(numbers >= 0.0)], path, "a number of at least 0, or blank where suppressed")
    _refuse(written[np.isinf(numbers)], path, "a number of at least 0, or blank where suppressed")
    if written.name in _SHARES:
        _refuse(written[numbers > 100.0], path, "a percentage from 0 to 100, or blank where suppressed")
    return numbers


def _years(written: pd.Series[str], path: Path) -> pd.Series[int]:
    whole = written.str.fullmatch(r"\d{4}(\.0*)?")
    _refuse(written[~whole], path, "a year such as 2023")
    return written.str[:4].astype(int)


def _codes(written: pd.Series[str], path: Path) -> pd.Series[str]:
    """Codes of the Office for National Statistics; several of authorities that report together stay joined."""
    coded = written.str.fullmatch(r"[A-Za-z]\d{8}( ?/ ?[A-Za-z]\d{8})*")
    _refuse(written[~coded], path, "a code of the Office for National Statistics such as E06000001")
    return written.str.upper()


def _names(written: pd.Series[str], path: Path) -> pd.Series[str]:
    _refuse(written[written == ""], path, "the name of an authority")
    return written


_CELLS: Final[Mapping[str, Callable[[pd.Series[str], Path], pd.Series[Any]]]] = {
    YEAR: _years,
    CODE: _codes,
    NAME: _names,
}
"""How the columns are read that hold no figures."""


def _refuse(wrong: pd.Series[str], path: Path, allowed: str) -> None:
    """Raise EvidenceError about the first of these cells, if there is one."""
    for place, text in wrong.items():
        line = int(str(place)) + 2
        raise EvidenceError(f"{path}, line {line}: {wrong.name} is {text!r}, but must be {allowed}.")


def _of_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Authorities of one year by code; the old codes of reorganised ones have no children and fall out."""
    rows = table[(table[YEAR] == year) & table[CODE].str.match(_AUTHORITY) & table[CHILDREN].notna()]
    return rows.set_index(CODE).sort_index()


def _facts(rows: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Facts of each authority; ``before`` holds its workforce of the census inside the year."""
    holders = before[CASE_HOLDERS] / rows[CHILDREN]
    known = (rows[NEED] + IN_ASSESSMENT * rows[REFERRALS]) / RATE_BASE
    return pd.DataFrame(
        {
            "name": rows[NAME],
            "children": rows[CHILDREN],
            "deprivation": rows[DEPRIVATION],
            "referral_rate": rows[REFERRALS],
            "rereferral_12m_share": rows[AGAIN] / 100.0,
            "case_holder_rate": holders * RATE_BASE,
            "held_share": before[CASELOAD] * holders / known,
            "sw_turnover": before[TURNOVER] / 100.0,
            "sw_vacancy": before[VACANCY] / 100.0,
            "sw_agency": before[AGENCY] / 100.0,
        }
    )


def _official(where: PanelColumn, rows: pd.DataFrame, now: pd.DataFrame) -> pd.Series[float]:
    values = rows[where.column] * where.scale
    if where.per_child:
        values = values / now[CHILDREN]
    if where.unaccompanied:
        values = values * (1.0 - rows[where.unaccompanied] / 100.0)
    return values
