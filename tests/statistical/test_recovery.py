"""Known parameters are found again: intervals of a calibration cover the truth about as often as they say."""

from __future__ import annotations

import pandas as pd
import pytest

from sos_sim.calibration.calibrate import calibrate
from sos_sim.calibration.file import load_calibration
from support.calibrations import STUDY, without_simulation, write_calibration

SEEDS = range(4)
KNOWN = ["rereferral_rate", "turnover", "need_threshold"]


@pytest.fixture(scope="module")
def recoveries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Recovery and coverage of four calibrations, of eight truths each."""
    found: dict[str, list[pd.DataFrame]] = {"recovery": [], "coverage": []}
    with pytest.MonkeyPatch.context() as patch:
        without_simulation(patch)
        for seed in SEEDS:
            file = write_calibration(tmp_path_factory.mktemp("recovery"), STUDY.replace("seed: 5", f"seed: {seed}"))
            tables = calibrate(load_calibration(file), workers=1)
            for name, kept in found.items():
                kept.append(tables[name])
    return {name: pd.concat(tables, ignore_index=True) for name, tables in found.items()}


def test_intervals_cover_what_is_known_as_often_as_they_say(recoveries: dict[str, pd.DataFrame]) -> None:
    """96 intervals: coverage below 80 % would be met once in a thousand times by honest 90 % intervals."""
    known = recoveries["recovery"][recoveries["recovery"]["parameter"].isin(KNOWN)]
    assert len(known) == 8 * len(KNOWN) * len(SEEDS)
    assert known["covered_90"].mean() >= 0.8
    assert 0.34 <= known["covered_50"].mean() <= 0.75
    again = known[known["run_anew"]]
    assert len(again) == 2 * len(KNOWN) * len(SEEDS)
    assert again["covered_90"].mean() >= 0.7, "met once in a thousand times by honest intervals"
    assert 0.2 <= again["covered_50"].mean() <= 0.85


def test_intervals_are_narrow_only_where_figures_tell(recoveries: dict[str, pd.DataFrame]) -> None:
    words = recoveries["coverage"].groupby("parameter")["identified"].agg(set)
    for name in KNOWN:
        assert words[name] == {"identified"}
    assert words["plan_effect"] == {"not identified by usual practice data: keeps its prior"}
    unknown = recoveries["coverage"].set_index("parameter").loc["voluntary_threshold"]
    assert (unknown["contraction"].abs() < 0.3).all()
