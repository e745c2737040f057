"""Data to rehearse on: the same to the byte, the counts of the pool, reproducible analyses, the truth sealed apart."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sos_sim.core.errors import InputError, ResultsFolderError
from sos_sim.trials.rehearsal import analysed, codebook, rehearsed
from sos_sim.trials.report.estimands import estimand
from sos_sim.trials.report.rehearsal import keep_rehearsal, protocol
from sos_sim.trials.schedules import true_effect
from sos_sim.trials.trial import trial
from support.tables_of_trials import made_up
from support.trial_pools import a_plan, a_pool

DESIGNS = ("parallel_baseline", "stepped_wedge")
OUTCOMES = ("looked_after_18m", "care_starts", "harm_months")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = a_plan(designs=DESIGNS, outcomes=OUTCOMES)
    folder = tmp_path_factory.mktemp("kept") / "data"
    keep_rehearsal(folder, plan, rehearsed(plan, a_pool(plan, -0.02), 6), made_up(DESIGNS, (10,))["power"])
    return folder


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def test_the_same_plan_and_authorities_give_the_same_bytes(kept: Path, tmp_path: Path) -> None:
    plan = a_plan(designs=DESIGNS, outcomes=OUTCOMES)
    keep_rehearsal(tmp_path / "again", plan, rehearsed(plan, a_pool(plan, -0.02), 6), made_up(DESIGNS, (10,))["power"])
    files = sorted(path.relative_to(kept) for path in kept.rglob("*") if path.is_file())
    assert [str(name) for name in files] == [
        "README.md",
        "analyse.py",
        "cells.csv",
        "codebook.csv",
        "protocol.md",
        "sealed/truth.csv",
    ]
    assert all((kept / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)
    other = rehearsed(a_plan(designs=DESIGNS, outcomes=OUTCOMES, seed=2), a_pool(plan, -0.02), 6)["cells"]
    assert not other.equals(rehearsed(plan, a_pool(plan, -0.02), 6)["cells"])


def test_the_analysis_from_the_file_alone_finds_what_the_program_finds(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = read(kept / "sealed" / "truth.csv")
    again = analysed(read(kept / "cells.csv"))
    for name in ("estimate", "error", "p", "low", "high", "degrees"):
        assert np.allclose(again[name], truth[name], rtol=1e-4, equal_nan=True)
    monkeypatch.chdir(kept)
    exec(compile((kept / "analyse.py").read_text(), "analyse.py", "exec"), {})
    printed = pd.read_csv(io.StringIO(capsys.readouterr().out), sep=r"\s+")
    assert np.allclose(printed["estimate"], truth["estimate"], rtol=1e-3, atol=1e-6)


def test_the_truth_is_not_in_the_data(kept: Path) -> None:
    cells, truth = read(kept / "cells.csv"), read(kept / "sealed" / "truth.csv")
    assert not {"effect", "true_effect", "estimate"} & set(cells)
    assert set(truth["effect"]) == {"as assumed", "none"} and truth.groupby("trial")["effect"].nunique().max() == 1
    assert (truth.loc[truth["effect"] == "none", "true_effect"] == 0.0).all()
    plan = a_plan(designs=DESIGNS, outcomes=OUTCOMES)
    own = truth[(truth["effect"] == "as assumed") & (truth["outcome"] == "looked_after_18m") & (truth["trial"] < 6)]
    assert np.allclose(
        own["true_effect"], true_effect(plan, a_pool(plan, -0.02), "parallel_baseline", "looked_after_18m")
    )
    assert set(cells["outcome"]) == {"looked_after_18m", "care_starts"}, "what no record shows is not in the data"


def test_where_the_programme_acts_cells_with_it_are_lower_by_its_effect(kept: Path) -> None:
    """The made-up effect of -0.02 is in every cell with the programme, and in no trial without an effect."""
    cells, truth = read(kept / "cells.csv"), read(kept / "sealed" / "truth.csv")
    shares = cells[(cells["outcome"] == "looked_after_18m") & (cells["design"] == "parallel_baseline")]
    shares = shares.assign(value=shares["events"] / shares["followed"])
    after = shares[~shares["baseline"]].groupby(["trial", "arm"])["value"].mean().unstack()
    acting = (
        truth[truth["outcome"] == "looked_after_18m"].set_index("trial")["effect"].reindex(after.index) == "as assumed"
    )
    found = after["programme"] - after["usual practice"]
    assert found[acting].mean() == pytest.approx(-0.02, abs=0.012) and abs(found[~acting].mean()) < 0.012


def test_the_codebook_explains_every_column(kept: Path) -> None:
    told = read(kept / "codebook.csv")
    for file in ("cells.csv", "sealed/truth.csv"):
        assert list(told.loc[told["file"] == file, "column"]) == list(read(kept / file))
    assert told["meaning"].notna().all() and len(told) == len(codebook())


def test_the_protocol_names_estimand_analysis_size_and_error_rate() -> None:
    plan, tables = a_plan(designs=DESIGNS), made_up(DESIGNS, (10,))
    said = protocol(plan, tables["power"])
    power = tables["power"].set_index(["design", "analysis", "effect", "outcome"])
    row = power.loc[("stepped_wedge", "exposure_time", "as assumed", "looked_after_18m")]
    assert said.count("ICH E9(R1)") == 2 and "10 authorities" in said and "not a finding" in said
    assert f"{row['rejected']:.1%}" in said or f"{row['rejected']:.0%}" in said
    assert "Analysis: exposure time." in said and "Analysis: cluster summary adjusted." in said
    assert "from 12 months after its start to the end of the trial" in estimand(plan.content(), "stepped_wedge")
    assert "mean over the 24 months that begin 12 months after the start" in estimand(
        plan.content(), "parallel_baseline"
    )


def test_data_that_could_not_be_kept_are_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not of trials inside one"):
        trial(a_plan(designs=("families",)), tmp_path / "out", data=2)
    with pytest.raises(InputError, match="name one"):
        trial(a_plan(), data=2)
    (tmp_path / "held" / "data").mkdir(parents=True)
    with pytest.raises(ResultsFolderError, match="there already"):
        trial(a_plan(), tmp_path / "held", data=2)
    assert not (tmp_path / "out").exists()
