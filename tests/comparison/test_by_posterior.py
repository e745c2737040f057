"""What the posterior that a comparison did not draw from would make of the effect."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sos_sim.comparison.by_posterior import effect_by_posterior, other_posterior, shipped_draws
from sos_sim.comparison.compare import compare
from sos_sim.comparison.further import read_comparison, run_further
from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS
from sos_sim.comparison.paired import OUTCOMES, Runs
from sos_sim.comparison.report.page import comparison_page
from sos_sim.comparison.report.readings import under_other_said
from sos_sim.evidence.posterior import SHIPPED, null_weight_of, posterior_file, read_posterior
from sos_sim.runs.posterior_draws import over_posterior, said_posterior
from sos_sim.runs.store import read_table
from sos_sim.theory.parameters import is_null
from support import tables_of_effects as tables
from support.small_studies import usual_and_offer

WEIGHT = f"{null_weight_of('england_with_trials'):.0%}"


def test_each_shipped_posterior_has_the_other_and_a_file_has_none() -> None:
    assert {name: other_posterior(name) for name in SHIPPED} == {
        "england": "england_with_trials",
        "england_with_trials": "england",
    }
    assert other_posterior("mine.parquet") == other_posterior("") == ""


def test_draws_come_from_the_posterior_that_is_named() -> None:
    held = read_posterior(posterior_file(Path("england_with_trials"))).draws
    for draw in shipped_draws("england_with_trials", 5, 1):
        assert any(row["need_mean"] == draw["need_mean"] for row in held[["need_mean"]].to_dict("records"))
    assert shipped_draws("england_with_trials", 5, 1) != shipped_draws("england", 5, 1)


def test_null_draws_are_counted_and_move_nothing(tmp_path: Path) -> None:
    usual, offer = usual_and_offer(tmp_path)
    draws = shipped_draws("england_with_trials", 12, 2)
    null = sum(is_null(draw) for draw in draws)
    assert 0 < null < 12
    found = effect_by_posterior(usual, offer, "england_with_trials", Runs(2, draws, among=[0, 1], numbered=9)).effect
    assert (found["null"] == null).all() and (found["posterior"] == "england_with_trials").all()
    assert list(found["condition"].unique()) == [THEORY_ACTS, ALL_DRAWS]
    assert list(found["measure"].unique()) == list(OUTCOMES)
    acting, together = (
        found[found["condition"] == name].set_index("measure").loc["cla_start_rate"]
        for name in (THEORY_ACTS, ALL_DRAWS)
    )
    assert (acting["draws"], together["draws"], together["replicates"]) == (12 - null, 12, 24)
    assert together["estimate"] * 12 == pytest.approx(acting["estimate"] * (12 - null))
    assert acting["estimate"] != 0.0


def test_draws_without_a_null_one_are_told_once(tmp_path: Path) -> None:
    usual, offer = usual_and_offer(tmp_path)
    draws = [draw for draw in shipped_draws("england", 12, 1) if not is_null(draw)][:3]
    found = effect_by_posterior(usual, offer, "england", Runs(1, draws)).effect
    assert set(found["condition"]) == {ALL_DRAWS} and (found["null"] == 0).all()


def test_the_first_screen_says_what_the_other_posterior_would_make_of_it() -> None:
    (said,) = under_other_said(tables.by_posterior(), tables.COMPARATOR)
    assert said == (
        'With draws from the posterior "england_with_trials" instead, the theory being null in 3 of 20 (it has a '
        f"weight of {WEIGHT}): children starting to be looked after differ from Usual by −1.00 per "
        "10,000 children a year (−1.50 to −0.50) where it is not, and by −0.75 (−1.25 to −0.25) in all; harm at home "
        "(child-months) differ from Usual by +2.00 per 10,000 children a year (+1.50 to +2.50) where it is not, and by "
        "+1.50 (+1.00 to +2.00) in all."
    )
    together = tables.by_posterior().query("condition == @ALL_DRAWS")
    (alone,) = under_other_said(together.assign(null=0), tables.COMPARATOR)
    assert f"a weight of {WEIGHT}): children starting to be looked after differ from Usual by −0.75 per 10,000" in alone
    assert "where it is not" not in alone and alone.endswith("(+1.00 to +2.00) in all.")
    assert under_other_said(pd.DataFrame(), tables.COMPARATOR) == []


def test_a_report_has_both_posteriors(tmp_path: Path) -> None:
    arms = usual_and_offer(tmp_path, run__draws=4)
    compare(arms, 1, tmp_path / "out", draws=over_posterior(arms[0]), posterior=said_posterior())
    run_further(read_comparison(tmp_path / "out"))
    table = read_table(tmp_path / "out", tables.tables.POSTERIORS)
    assert set(table["posterior"]) == {"england_with_trials"} and table["draws"].max() == 4
    page = comparison_page(tmp_path / "out")
    assert [said for said in page.summary if "england_with_trials" in said] == under_other_said(table, "usual")
    (sheet,) = (sheet for sheet in page.sheets if sheet.name == "posteriors-1")
    pd.testing.assert_series_equal(sheet.frame["estimate"], table["estimate"])


def test_draws_that_were_given_have_no_other_posterior(tmp_path: Path) -> None:
    compare(usual_and_offer(tmp_path), 1, tmp_path / "out", draws=[{"relational": 0.2}, {"relational": 0.6}])
    run_further(read_comparison(tmp_path / "out"))
    assert not (tmp_path / "out" / "posteriors_effect.parquet").exists()
