"""Calibrations as wholes: what their tables hold, the same whatever the workers, killed and resumed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sos_sim.calibration import course as calibrate_course
from sos_sim.calibration.calibrate import calibrate
from sos_sim.calibration.file import load_calibration
from sos_sim.calibration.tables import TABLES
from sos_sim.cli import app
from sos_sim.core.errors import ModelError, ResultsFolderError
from sos_sim.evidence.posterior import england_posterior, read_posterior
from sos_sim.runs.store import read_manifest, read_table
from support.calibrations import FIGURES, STUDY, ToyAuthority, without_simulation, write_calibration

TESTS = Path(__file__).resolve().parents[1]


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every table of a calibration folder, by name."""
    return {path.stem: path.read_bytes() for path in folder.glob("*.parquet")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished toy calibration on one worker."""
    place = tmp_path_factory.mktemp("calibration")
    with pytest.MonkeyPatch.context() as patch:
        without_simulation(patch)
        calibrate(load_calibration(write_calibration(place)), place / "out", workers=1)
    return place / "out"


def test_what_is_known_is_found_and_what_nothing_reaches_keeps_its_prior(folder: Path) -> None:
    learnt = read_table(folder, TABLES["contraction"]).set_index("parameter")
    assert (learnt.loc[["rereferral_rate", "turnover", "need_threshold"], "identified"] == "identified").all()
    assert learnt.loc["plan_effect", "identified"] == "not identified by usual practice data: keeps its prior"
    assert abs(learnt.loc["voluntary_threshold", "contraction"]) < 0.4
    known = {"turnover": 0.118 / 12.0, "rereferral_rate": 0.005, "need_threshold": -5.9}
    for name, value in known.items():
        assert learnt.loc[name, "posterior_low"] < value < learnt.loc[name, "posterior_high"]


def test_figures_are_met_and_validating_ones_only_scored(folder: Path) -> None:
    fit = read_table(folder, TABLES["fit"]).set_index("measure")
    assert list(fit.index) == [figure[0] for figure in FIGURES] + ["cin_start_rate"]
    assert list(fit["validate"]) == [False] * 4 + [True]
    assert (fit["distance"].abs() < 1.0).all()
    both, parameters_only = fit["high_with_luck"] - fit["low_with_luck"], fit["high"] - fit["low"]
    assert (both > 0.97 * parameters_only).all() and both.sum() > 1.05 * parameters_only.sum()
    assert (fit["emulator_q2"] > 0.8).all()


def test_draws_are_weighted_trials_of_the_last_wave(folder: Path) -> None:
    draws, runs, waves = (read_table(folder, TABLES[name]) for name in ("draws", "runs", "waves"))
    assert draws["weight"].sum() == pytest.approx(1.0)
    last = runs[(runs["wave"] == "3") & (runs["replicate"] == 0)].set_index("point").loc[draws["point"]]
    np.testing.assert_array_equal(last["turnover"].to_numpy(), draws["turnover"].to_numpy())
    assert list(waves["wave"]) == ["1", "2", "3", "reference"]
    assert 20 < waves.loc[2, "effective"] <= 128
    assert waves.loc[2, "distance_median"] < waves.loc[0, "distance_median"]


def test_trials_that_look_for_known_truths_are_run_again(folder: Path) -> None:
    runs, recovery, coverage = (read_table(folder, TABLES[name]) for name in ("runs", "recovery", "coverage"))
    trials = runs[runs["replicate"] == 0].groupby("wave", sort=False)["point"].count()
    assert trials[["recovery-1", "recovery-2"]].tolist() == [96, 64]
    assert recovery.groupby("truth")["run_anew"].all().tolist() == [True, True] + [False] * 6
    truth = recovery[(recovery["truth"] == 0) & (recovery["parameter"] == "turnover")].iloc[0]
    tried = runs.loc[runs["wave"] == "recovery-1", "turnover"]
    assert abs(tried.mean() - truth["true"]) < 3.0 * tried.std()
    assert coverage["truths"].tolist()[-2:] == [8, 2]
    assert coverage["parameter"].tolist()[-2:] == ["all parameters", "all parameters, trials run again"]
    beliefs = recovery[(recovery["parameter"] != "plan_effect") & recovery["run_anew"]]
    assert coverage["coverage_90"].iloc[-1] == pytest.approx(beliefs["covered_90"].mean())


def test_the_posterior_file_can_be_drawn_from(folder: Path) -> None:
    posterior = read_posterior(folder / "posterior.parquet")
    assert posterior.provenance["seed"] == 5 and posterior.provenance["waves"] == [64, 128]
    assert {"code", "targets", "date", "command"} <= set(posterior.provenance)
    assert posterior.sample(3, 1)[0]["turnover"] in set(read_table(folder, TABLES["draws"])["turnover"])


def test_two_workers_give_the_same_bytes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_simulation(monkeypatch)
    calibrate(load_calibration(write_calibration(tmp_path)), tmp_path / "out", workers=2)
    assert bytes_of(tmp_path / "out") == bytes_of(folder)


def test_killed_and_resumed_gives_the_same_bytes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, file = tmp_path / "out", write_calibration(tmp_path)
    code = (
        "import time; from support import calibrations; from sos_sim.calibration import course as calibrate_course;"
        "from sos_sim.calibration.calibrate import calibrate;"
        "from sos_sim.calibration.file import load_calibration\n"
        "class Slow(calibrations.ToyAuthority):\n"
        "    def __call__(self, values, replicate):\n"
        "        time.sleep(0.01); return super().__call__(values, replicate)\n"
        f"calibrate_course.SimulatedArms = Slow; calibrate(load_calibration({str(file)!r}), {str(out)!r}, workers=1)"
    )
    with subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(TESTS)}) as child:
        deadline = time.monotonic() + 120
        while not list(out.glob("wave-2/parts/block-*")) and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)
    assert read_manifest(out)["status"] == "running"
    with pytest.raises(ResultsFolderError, match="unfinished"):
        read_table(out, TABLES["fit"])

    asked: list[int] = []
    without_simulation(monkeypatch)
    calibrate(load_calibration(file), out, workers=1, progress=lambda finished, _: asked.append(finished))
    assert asked[0] == 128, "the first wave was finished and is not run again"
    assert bytes_of(out) == bytes_of(folder)


def test_a_failing_trial_is_kept_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fragile(ToyAuthority):
        def __call__(self, values: dict[str, float], replicate: int) -> list[float]:  # type: ignore[override]
            if values["turnover"] > 0.013:
                raise ArithmeticError("nobody is left")
            return super().__call__(values, replicate)

    monkeypatch.setattr(calibrate_course, "SimulatedArms", Fragile)
    tables = calibrate(load_calibration(write_calibration(tmp_path)), tmp_path / "out", workers=1)
    failed = tables["runs"][tables["runs"]["status"] == "failed"]
    assert set(failed["reason"]) == {"ArithmeticError: nobody is left"} and (failed["turnover"] > 0.013).all()
    assert tables["waves"]["failed"].sum() == failed.groupby("wave")["point"].nunique().sum() > 0
    assert read_manifest(tmp_path / "out")["rows"]["failed"] == len(failed)


def test_a_calibration_in_which_all_fail_stops_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(ToyAuthority):
        def __call__(self, values: object, replicate: int) -> list[float]:
            raise ArithmeticError("no figures today")

    monkeypatch.setattr(calibrate_course, "SimulatedArms", Broken)
    with pytest.raises(ModelError, match=r"64 of 64 trials of wave 1 failed.*no figures today"):
        calibrate(load_calibration(write_calibration(tmp_path)), tmp_path / "out", workers=1)


def test_a_local_calibration_begins_about_englands_posterior(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_simulation(monkeypatch)
    study = load_calibration(write_calibration(tmp_path, STUDY + "start: posterior\n"))
    tables = calibrate(study, workers=1)
    first = tables["runs"][tables["runs"]["wave"] == "1"].drop_duplicates("point")
    shipped = england_posterior()
    for name in ("turnover", "need_threshold"):
        centre = np.average(shipped.draws[name], weights=shipped.weights)
        moments = study.space.prior_moments[study.space.names.index(name)]
        assert abs(first[name].mean() - centre) < 0.3 * moments[1]
        assert first[name].std() < 0.75 * moments[1]
    assert tables["fit"].loc[~tables["fit"]["validate"], "distance"].abs().max() < 1.0


def test_the_command_says_what_was_fitted_and_refuses_what_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_simulation(monkeypatch)
    file, out = write_calibration(tmp_path), tmp_path / "out"
    done = CliRunner().invoke(app, ["calibrate", str(file), "--out", str(out), "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "fitted figures lie within 1 tolerance" in done.output and "not fitted" in done.output
    assert "not the programme theory" in done.output
    told = json.loads(CliRunner().invoke(app, ["calibrate", str(file), "--out", str(out), "--json"]).output)
    assert {"waves", "fit", "contraction", "coverage", "caveat"} <= set(told)
    file.write_text(file.read_text().replace("replicates: 2", "replicates: none"))
    refused = CliRunner().invoke(app, ["calibrate", str(file), "--out", str(out)])
    assert refused.exit_code == 2 and "line 7: replicates is the text 'none'" in refused.output


def test_an_authority_is_really_simulated(tmp_path: Path) -> None:
    few = STUDY.replace("128", "64").replace("96", "64").replace("reference: 20", "reference: 4")
    tables = calibrate(load_calibration(write_calibration(tmp_path, few, validate=False)), None, workers=2)
    runs = tables["runs"]
    assert (runs["status"] == "done").all()
    assert runs["referral_rate"].corr(runs["rereferral_rate"]) > 0.3
    weights = tables["draws"]["weight"].to_numpy()
    assert weights.sum() == pytest.approx(1.0) and (weights >= 0.0).all() and (weights > 0.0).mean() > 0.9, (
        "what misses by twice the median counts nothing"
    )
