"""Small panels of authorities in the layout of the real one, with figures made by rule."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

AUTHORITIES = 12


def panel_table(authorities: int = AUTHORITIES, **cells: Mapping[tuple[str, int], Any]) -> pd.DataFrame:
    """Two years of authorities E06000001, …; ``cells`` sets single values, ``column={(code, year): value}``.

    Referrals and deprivation rise with the number of the authority; every other figure is the same for all.
    """
    rows = [
        {
            "new_la_code": f"E0600{number:04d}",
            "la_name": f"Place {number}",
            "year": year,
            "pop_0_17_mye": 2000.0,
            "referrals_rate": 400.0 + 40.0 * number,
            "idaci2019_avg_score": 0.1 + 0.01 * number,
            "rereferral_pct": 22.0,
            "referral_assessed_not_in_need_pct": 30.0,
            "cin_episodes_started": 66.0,
            "cin_31mar_rate": 330.0,
            "s47_rate": 190.0,
            "s47_to_icpc_pct": 31.0,
            "cpp_started_rate": 50.0 + number,
            "cpp_31mar_rate": 40.0,
            "cpp_subsequent_pct": 24.0,
            "lait_care_applications_rate": 9.0,
            "cla_started_rate1": 26.0 + number,
            "cla_31mar_rate1": 67.0,
            "lait_uasc_pct": 10.0,
            "lait_uasc_start_pct": 20.0,
            "sw_caseholders_fte": 3.5,
            "sw_turnover_pct": 12.0,
            "sw_vacancy_pct": 14.0,
            "sw_agency_pct": 13.0,
            "sw_caseload": 15.0,
        }
        for year in (2022, 2023)
        for number in range(1, authorities + 1)
    ]
    table = pd.DataFrame(rows).set_index(["new_la_code", "year"], drop=False)
    for column, changed in cells.items():
        table[column] = table[column].astype(object)
        for place, value in changed.items():
            table.loc[place, column] = value
    return table.reset_index(drop=True)


def write_panel(folder: Path, table: pd.DataFrame | None = None) -> Path:
    """The panel as a CSV file."""
    path = folder / "panel.csv"
    (panel_table() if table is None else table).to_csv(path, index=False)
    return path
