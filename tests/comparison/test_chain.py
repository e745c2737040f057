"""The chain of the theory and the staffing behind it, by year, beside the comparator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sos_sim.comparison.chain import STEPS, chain
from sos_sim.comparison.staffing import MEASURES, staffing
from sos_sim.comparison.yearly import by_year, mean_of_months
from sos_sim.model import by_team, monthly
from sos_sim.runs.batch import RequestedRuns, run_batch
from sos_sim.statistics.intervals import t_interval
from support.small_studies import usual_and_offer

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Usual practice and a programme, 30 months, three replicates."""
    scenarios = usual_and_offer(tmp_path_factory.mktemp("chain"), run__months=30)
    return run_batch(RequestedRuns("compare", scenarios, 3, workers=1, teams=True))


def test_steps_and_ratios_are_of_columns_that_exist() -> None:
    assert set(STEPS) <= set(monthly.COLUMNS)
    columns = {name for measure in MEASURES.values() for name in (measure.numerator, measure.denominator)}
    assert columns <= set(by_team.COLUMNS)


def test_chain_has_every_step_in_every_arm_and_whole_year(tables: Tables) -> None:
    found = chain(tables["monthly"], tables["runs"])
    assert list(dict.fromkeys(found["year"])) == ["1", "2", "all"]
    assert len(found) == 2 * 3 * len(STEPS) and list(dict.fromkeys(found["measure"])) == list(STEPS)
    usual = found[found["arm"] == "usual"]
    assert (usual[["estimate", "low", "high"]] == 0.0).all(axis=None)


def test_chain_holds_means_of_months_with_paired_intervals(tables: Tables) -> None:
    found = chain(tables["monthly"], tables["runs"]).set_index(["arm", "measure", "year"])
    table = tables["monthly"]
    second = table[(table["measure"] == "mean_trust") & table["month"].between(12, 23)]
    means = second.groupby(["arm", "replicate"])["value"].mean()
    row, difference = found.loc["offer", "mean_trust", "2"], (means["offer"] - means["usual"]).to_numpy()
    assert row["mean"] == pytest.approx(means["offer"].mean())
    assert row["estimate"] == pytest.approx(difference.mean())
    assert (row["low"], row["high"]) == pytest.approx(t_interval(difference))
    assert row["replicates"] == 3
    assert found.loc["offer", "mean_fidelity", "2"]["low"] > 0


def test_months_that_are_no_whole_year_count_in_all_only() -> None:
    table = pd.DataFrame({"arm": "a", "replicate": 0, "month": range(15), "measure": "m", "value": range(15)})
    found = by_year(table, mean_of_months)
    assert {year: value.loc[("a", 0), "m"] for year, value in found.items()} == {"1": 5.5, "all": 7.0}


def test_arms_that_do_not_differ_have_a_chain_of_exact_nothings(tables: Tables) -> None:
    usual = tables["monthly"][tables["monthly"]["arm"] == "usual"]
    twin = pd.concat([usual, usual.assign(arm="twin")])
    runs = pd.concat([tables["runs"], tables["runs"].assign(arm="twin")])
    assert (chain(twin, runs)[["estimate", "low", "high"]] == 0.0).all(axis=None)


def test_staffing_is_ratios_of_sums_over_teams_and_months(tables: Tables) -> None:
    found = staffing(tables["teams"], tables["runs"]).set_index(["arm", "measure", "year"])
    sums = tables["teams"].groupby(["arm", "replicate", "measure"])["value"].sum().unstack()
    trained = (sums["trained"] / sums["filled_posts"])["offer"]
    assert found.loc["offer", "trained_share", "all"]["mean"] == pytest.approx(trained.mean())
    leaving = 12 * (sums["leavers"] / sums["filled_posts"])["offer"]
    assert found.loc["offer", "leaving_rate", "all"]["mean"] == pytest.approx(leaving.mean())
    assert list(dict.fromkeys(found.index.get_level_values("measure"))) == list(MEASURES)


def test_where_nobody_is_trained_nobody_trained_is_lost(tables: Tables) -> None:
    found = staffing(tables["teams"], tables["runs"]).set_index(["arm", "measure", "year"])
    assert found.loc["usual", "trained_share", "all"]["mean"] == 0.0
    assert np.isnan(found.loc["usual", "training_lost_rate", "all"]["mean"])
    assert found.loc["offer", "trained_share", "2"]["estimate"] > 0.2


def test_tables_can_be_made_again_from_a_folder(tmp_path: Path) -> None:
    scenarios = usual_and_offer(tmp_path, run__months=6)
    kept = run_batch(RequestedRuns("compare", scenarios, 2, workers=1, teams=True), tmp_path / "kept")
    assert set(chain(kept["monthly"], kept["runs"])["year"]) == {"all"}
    assert set(staffing(kept["teams"], kept["runs"])["year"]) == {"all"}
