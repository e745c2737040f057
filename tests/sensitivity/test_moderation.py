"""Moderation where it is known: what moderates is recovered with its interval, what does not is left alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.core.luck import mix, uniform
from sos_sim.evidence.local_facts import DERIVATIONS
from sos_sim.evidence.panel import read_panel
from sos_sim.files.factors import Choices, Factor, uniform_between
from sos_sim.kit.words import FILTERS
from sos_sim.sensitivity.effect_surfaces import Moderation, least_rows, terms_of
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.moderation import bound_discoveries, moderation_by_year, moderation_tables
from sos_sim.sensitivity.report.moderators import (
    in_points,
    interaction_said,
    moderation_said,
    moderators_by_year,
    moderators_figure,
    points_label,
)
from sos_sim.sensitivity.report.page import sweep_page
from sos_sim.sensitivity.row_luck import own_luck
from sos_sim.sensitivity.sweep import load_sweep, sweep
from sos_sim.theory.parameters import declared, strengths

FACTORS = (
    Factor("relational", uniform_between(0.0, 1.0)),
    Factor("shared_mapping", uniform_between(0.0, 2.0)),
    Factor("openness_mean", uniform_between(0.2, 0.9)),
    Factor("deprivation", uniform_between(1.0, 10.0)),
    Factor("turnover", uniform_between(0.001, 0.05)),
    Factor("trust_role", Choices(("gate", "amplifier", "none"))),
)
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "la_panel_2013_2023.csv"
EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
SAYS_DIGITS = FILTERS["digits"]
ROWS = 600
TRUE = {"openness_mean": 0.8, "deprivation": 0.0, "turnover": 0.0, "amplifier": -0.4, "none": -1.0}
"""What the effect gains from the first end of a moderator to the other."""
LINK = 0.9
"""What the strength's whole way adds to that of openness, between their ends."""


def normal(seed: int, purpose: int, shape: tuple[int, ...]) -> Numbers:
    """Standard normal draws by address."""
    from scipy import special

    lucks: Any = np.arange(int(np.prod(shape)), dtype=np.uint64)
    drawn = np.asarray(uniform(mix(lucks, seed), mix(purpose, 7)), dtype=float)
    return np.asarray(special.ndtri(drawn)).reshape(shape)


def toy(seed: int, rows: int = ROWS) -> tuple[Moderation, Numbers, Numbers]:
    """A sample, an effect whose moderation is known, and the level that its luck shares half of its variance with."""
    from scipy import special

    shares = special.ndtr(normal(seed, 1, (rows, len(FACTORS))))
    x = 2.0 * shares - 1.0
    reading = np.floor(shares[:, 5] * 3)
    span = 1.6  # from the low end to the high end of a factor whose columns run from -1 to 1
    effect = -2.0 + 0.5 * x[:, 0] + TRUE["openness_mean"] / span * x[:, 2] + LINK / span**2 * x[:, 0] * x[:, 2]
    effect += TRUE["amplifier"] * (reading == 1) + TRUE["none"] * (reading == 2)
    luck, own = normal(seed, 2, (rows,)), normal(seed, 3, (rows,))
    level = 20.0 + 1.0 * x[:, 3] + luck
    return Moderation.of(FACTORS, shares), effect + luck + own, level


def tables(seed: int) -> dict[str, pd.DataFrame]:
    return moderation_tables(toy(seed)[0], "effect of value", *toy(seed)[1:])


def contrast(found: pd.DataFrame, name: str) -> Any:
    """The row of a moderator, or of a reading against the first."""
    rows = found[found["to_value"] == name] if name in ("amplifier", "none") else found[found["moderator"] == name]
    assert len(rows) == 1
    return rows.iloc[0]


REPEATS = range(60)


@pytest.fixture(scope="module")
def repeats() -> list[dict[str, pd.DataFrame]]:
    return [tables(seed) for seed in REPEATS]


@pytest.mark.parametrize("name", sorted(TRUE))
def test_intervals_hold_the_known_moderation_as_often_as_they_say(
    repeats: list[dict[str, pd.DataFrame]], name: str
) -> None:
    """Of 60 intervals at 95 % between 52 and 60 hold it (binomial, 99.5 %)."""
    rows = [contrast(found["moderation"], name) for found in repeats]
    assert sum(row["low"] <= TRUE[name] <= row["high"] for row in rows) >= 52
    assert np.mean([row["difference"] for row in rows]) == pytest.approx(TRUE[name], abs=0.08)


def test_the_inert_moderator_is_found_inert_and_the_others_are_told(repeats: list[dict[str, pd.DataFrame]]) -> None:
    told = [bound_discoveries(found["moderation"]).set_index(["moderator", "to_value"])["told"] for found in repeats]
    inert = [bool(found.xs("turnover").iloc[0]) for found in told]
    real = [bool(found.xs("openness_mean").iloc[0]) and bool(found["trust_role", "none"]) for found in told]
    assert np.mean(inert) <= 0.05 and np.mean(real) >= 0.9


def test_strength_by_moderator_is_recovered(repeats: list[dict[str, pd.DataFrame]]) -> None:
    def link(found: pd.DataFrame, moderator: str) -> Any:
        return found.set_index(["strength", "moderator"]).loc[("relational", moderator)]

    rows = [link(found["moderated_links"], "openness_mean") for found in repeats]
    assert sum(row["low"] <= LINK <= row["high"] for row in rows) >= 52
    assert np.mean([row["estimate"] for row in rows]) == pytest.approx(LINK, abs=0.1)
    none = [link(found["moderated_links"], "turnover") for found in repeats]
    assert sum(row["low"] <= 0.0 <= row["high"] for row in none) >= 52


def test_effects_at_the_ends_are_absolute_and_relative_to_the_level() -> None:
    row = contrast(tables(1)["moderation"], "deprivation")
    assert row["from_value"] == "1.9" and row["to_value"] == "9.1"
    assert row["difference"] == pytest.approx(row["effect_to"] - row["effect_from"])
    assert row["relative_from"] == pytest.approx(row["effect_from"] / 19.2, rel=0.02)
    assert row["relative_to"] == pytest.approx(row["effect_to"] / 20.8, rel=0.02)
    assert row["ratio"] == pytest.approx(row["relative_to"] / row["relative_from"])
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"]


def test_the_smallest_contrast_seen_is_seen_four_times_in_five(repeats: list[dict[str, pd.DataFrame]]) -> None:
    """A true contrast of the size that ``would_be_seen`` names is told in about 80 % of repeats, all rows bounded."""
    sizes = [contrast(bound_discoveries(found["moderation"]), "turnover")["would_be_seen"] for found in repeats]
    told = []
    for seed, size in zip(REPEATS, sizes, strict=True):
        study, effect, level = toy(seed)
        place = next(term.place for term in study.moderators if term.factor.name == "turnover")
        moved = effect + size / 1.6 * (2.0 * study.shares[:, place] - 1.0)
        found = moderation_tables(study, "effect of value", moved, level)["moderation"]
        told.append(bool(contrast(bound_discoveries(found), "turnover")["told"]))
    assert 0.65 <= np.mean(told) <= 0.95


def test_a_ratio_to_what_may_be_nothing_is_not_told() -> None:
    study, effect, level = toy(2)
    told = contrast(moderation_tables(study, "effect of value", effect, level)["moderation"], "turnover")
    assert told["ratio_low"] < told["ratio"] < told["ratio_high"]
    around_zero = effect - told["effect_from"]
    lost = contrast(moderation_tables(study, "effect of value", around_zero, level)["moderation"], "turnover")
    assert lost["effect_from"] == pytest.approx(0.0, abs=1e-9)
    assert lost["difference"] == pytest.approx(told["difference"])
    assert np.isnan([lost["ratio"], lost["ratio_low"], lost["ratio_high"]]).all()


def test_held_out_rows_are_predicted_better_with_the_products_that_matter() -> None:
    study, effect, level = toy(2, 3000)
    said = moderation_tables(study, "effect of value", effect, level)["moderation_surface"].iloc[0]
    assert 0.1 < said["held_out_q2"] < said["held_out_q2_with_products"] < 0.9


def test_what_nothing_moves_is_predicted_no_better_than_by_its_mean() -> None:
    study, effect, level = toy(2)
    said = moderation_tables(study, "x", normal(8, 5, effect.shape), level)["moderation_surface"].iloc[0]
    assert said["held_out_q2"] < 0.02


def test_every_row_has_luck_of_its_own() -> None:
    one, other = {"a": 0.1, "b": "gate"}, {"a": 0.1, "b": "none"}
    assert own_luck(0, one) == own_luck(0, dict(reversed(one.items())))
    assert len({own_luck(0, one), own_luck(1, one), own_luck(0, other)}) == 3
    assert all(0 <= own_luck(number, one) < 2**31 for number in range(50))


def study(tmp_path: Path, **keys: str) -> Path:
    """A study file of moderation, some of its keys given otherwise."""
    usual = {
        "name": "who gains",
        "scenarios": "[sos_sim:base, sos_sim:sos_supported]",
        "vary": "[relational, shared_mapping, openness_mean, trust_role, turnover]",
        "outputs": "[effect of cla_start_rate, effect of harm_months_rate]",
        "method": "moderation",
        "size": "400",
    }
    file = tmp_path / "study.yaml"
    file.write_text("".join(f"{key}: {value}\n" for key, value in {**usual, **keys}.items()), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"outputs": "[cla_start_rate]"}, "moderation is about effects"),
        ({"vary": "[relational, shared_mapping]"}, "needs something that moderates"),
        ({"size": "10"}, "size is 10, but the surfaces of this study need at least 22 rows"),
        ({"method": "[moderation, pawn]"}, "moderation has a sample of its own"),
    ],
)
def test_studies_that_cannot_tell_moderation_are_refused(tmp_path: Path, keys: dict[str, str], told: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(told)):
        load_sweep(study(tmp_path, **keys))


def test_the_shipped_study_has_rows_enough() -> None:
    shipped = load_sweep(EXPERIMENTS / "moderators.yaml")
    terms = terms_of(shipped.factors)
    assert len([term for term in terms if not term.is_strength]) >= 15
    acting = {name for name in strengths(programme_only=True) if declared()[name].only_under != "meeting_powers=on"}
    assert {term.factor.name for term in terms if term.is_strength} == acting
    assert 2 * least_rows(shipped.factors) < shipped.size  # four rows a weight
    assert shipped.recalibrate


@pytest.mark.skipif(not REAL.is_file(), reason="the panel of real authorities is not beside this repository")
def test_posts_per_population_vary_as_between_authorities() -> None:
    """From the 10th to the 90th centile, of posts derived as an authority's own are."""
    known = read_panel(REAL).facts[["case_holder_rate", "sw_vacancy", "sw_agency"]].dropna()
    posts = [DERIVATIONS["post_rate"].formula(row.__getitem__, row.__getitem__) for _, row in known.iterrows()]
    (varied,) = [one for one in load_sweep(EXPERIMENTS / "moderators.yaml").factors if one.name == "post_rate"]
    ends = varied.distribution.values(np.array([0.0, 1.0]))
    assert len(posts) > 140 and [round(float(end)) for end in np.quantile(posts, [0.1, 0.9])] == list(ends)


def test_a_small_study_from_file_to_page(tmp_path: Path) -> None:
    for name, parent in (("usual", "base"), ("offer", "sos_supported")):
        small = "authority: {children: 1500}\nrun: {warmup_months: 24, months: 24}\n"
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nextends: sos_sim:{parent}\n{small}", encoding="utf-8")
    file = study(tmp_path, scenarios="[usual.yaml, offer.yaml]", size="40", outputs="[effect of cin_start_rate]")
    found = sweep(file, tmp_path / "out", workers=1)
    assert set(found.tables) >= {"moderation", "moderated_links", "moderation_surface", "runs"}
    table = found.tables["moderation"]
    assert set(table["moderator"]) == {"openness_mean", "trust_role", "turnover"} and len(table) == 4
    again = sweep(file, tmp_path / "out", workers=1)
    pd.testing.assert_frame_equal(again.tables["moderation"], table)
    page = sweep_page(tmp_path / "out")
    (said,) = [said for said in page.summary if "between the ends of a moderator, one of " in said]
    rest = int((~table["told"]).sum())
    assert f"of {rest} contrast" in said and ("nothing else could be told apart" in said) == table["told"].any()


def test_a_study_at_kept_levels_may_vary_what_only_programmes_have(tmp_path: Path) -> None:
    for name, parent in (("usual", "base"), ("offer", "sos_supported")):
        small = "authority: {children: 1500}\nrun: {warmup_months: 24, months: 24}\n"
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nextends: sos_sim:{parent}\n{small}", encoding="utf-8")
    keys = {
        "scenarios": "[usual.yaml, offer.yaml]",
        "vary": "[relational, openness_mean, supervision]",
        "outputs": "[effect of harm_months_expected_rate]",
        "size": "20",
        "recalibrate": "thresholds",
    }
    found = sweep(study(tmp_path, **keys), tmp_path / "out", workers=1).tables
    assert found["recalibration"].set_index("what").loc["shift for cla_start_rate", "high"] != 0.0
    assert set(found["moderation_by_year"]["year"]) == {1, 2}
    (label,) = set(found["moderation"]["output"])
    assert label == "effect of harm_months_expected_rate"
    kept = found["runs"]["voluntary_threshold"] - found["runs"]["shift for cla_start_rate"]
    assert np.ptp(kept) == pytest.approx(0.0, abs=1e-9)  # the one own threshold, and every row's shift of it
    page = sweep_page(tmp_path / "out")
    assert any("expected child-months with harm at home" in said for said in page.summary)


def test_sentences_say_the_numbers_of_the_table_and_which_way() -> None:
    table = bound_discoveries(tables(1)["moderation"])
    row = table[table["told"]].sort_values("difference", key=abs, ascending=False).iloc[0]
    said = moderation_said(table, "effect of value", "effect on value")
    assert f"{SAYS_DIGITS(row['effect_from'])} where {row['moderator']} is {row['from_value']}" in said
    assert f"{SAYS_DIGITS(row['effect_to'])} where it is {row['to_value']}" in said
    assert re.search(
        rf"nothing else could be told apart: of {(~table['told']).sum()} contrasts? between the ends", said
    )


def test_an_effect_on_a_share_is_told_in_percentage_points() -> None:
    table = pd.DataFrame({"output": ["x"], "difference": [0.0134], "p": [0.001], "estimate": [0.2]})
    told = in_points(table, "effect of reunified_12m_expected_share")
    assert (told["difference"].item(), told["estimate"].item()) == pytest.approx((1.34, 20.0))
    assert told["p"].item() == 0.001
    pd.testing.assert_frame_equal(in_points(table, "effect of cla_start_expected_rate"), table)
    pd.testing.assert_frame_equal(in_points(table, "effect of value"), table)
    assert points_label("difference in returns (share)") == "difference in returns (percentage points)"
    assert points_label("difference in starts (per 10,000 a year)") == "difference in starts (per 10,000 a year)"


def test_the_figure_draws_the_differences_of_the_table() -> None:
    table = bound_discoveries(tables(1)["moderation"])
    told = table[table["told"]].sort_values("difference", key=abs, ascending=False)
    (axes,) = moderators_figure(told, "value", "what follows if").axes
    marks = [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() not in ("None", "")]
    assert marks == pytest.approx(list(told["difference"]))
    spans = [tuple(map(float, line.get_xdata())) for line in axes.lines if line.get_linewidth() == 4.0]
    np.testing.assert_allclose(spans, told[["low", "high"]])
    assert axes.get_yticklabels()[0].get_text().startswith(str(told.iloc[0]["moderator"]))


def test_a_long_name_of_an_effect_stays_on_the_figure() -> None:
    told = bound_discoveries(tables(1)["moderation"])
    long = "difference in expected child-months with harm at home, seen or not (per 10,000 a year)"
    figure = moderators_figure(told[told["told"]], long, "what follows if")
    figure.draw_without_rendering()
    label = figure.axes[0].xaxis.label.get_window_extent()
    assert label.x0 >= 0.0 and label.x1 <= figure.bbox.x1


def known_shares() -> dict[str, tuple[float, float]]:
    """First-order and total share of the variance of ``toy``'s expected effect, by moderator (each column has 1/3)."""
    span = 1.6
    parts = {
        "relational": 0.25 / 3.0,
        "openness_mean": (TRUE["openness_mean"] / span) ** 2 / 3.0,
        "product": (LINK / span**2) ** 2 / 9.0,
        "trust_role": float(np.var([0.0, TRUE["amplifier"], TRUE["none"]])),
    }
    whole = sum(parts.values())
    openness = parts["openness_mean"]
    return {
        "openness_mean": (openness / whole, (openness + parts["product"]) / whole),
        "trust_role": (parts["trust_role"] / whole,) * 2,
        "turnover": (0.0, 0.0),
        "deprivation": (0.0, 0.0),
    }


@pytest.mark.parametrize("name", sorted(known_shares()))
def test_indices_of_the_interaction_are_the_known_shares_of_variance(
    repeats: list[dict[str, pd.DataFrame]], name: str
) -> None:
    rows = [found["moderation_indices"].set_index("moderator").loc[name] for found in repeats]
    first, total = known_shares()[name]
    for index, truth in (("first_order", first), ("total", total)):
        found = np.array([row[index] for row in rows])
        assert found.mean() == pytest.approx(truth, abs=4.0 * found.std() / len(rows) ** 0.5 + 0.005)
        inside = sum(row[f"{index}_low"] <= truth <= row[f"{index}_high"] for row in rows)
        assert inside >= 52


def test_an_inert_moderator_is_said_to_be_luck_and_others_are_not(repeats: list[dict[str, pd.DataFrame]]) -> None:
    """Of 60 repeats the inert one stands above luck in 0 to 8 (binomial at 5 %, 99.5 %)."""
    luck = [found["moderation_indices"].set_index("moderator")["is_luck"] for found in repeats]
    assert sum(not row["turnover"] for row in luck) <= 8
    assert not any(row["openness_mean"] or row["trust_role"] for row in luck)


def test_by_year_every_year_has_its_own_contrasts() -> None:
    study, effect, _ = toy(1)
    early, late = np.zeros(len(effect)) + effect / 2.0, effect
    found = moderation_by_year(study, "x", {1: early, 3: late}).set_index(["moderator", "to_value", "year"])
    whole = contrast(tables(1)["moderation"], "openness_mean")
    assert found.loc[("openness_mean", whole["to_value"], 3), "difference"] == pytest.approx(whole["difference"])
    assert found.loc[("openness_mean", whole["to_value"], 1), "difference"] == pytest.approx(whole["difference"] / 2.0)


def test_indices_are_said_as_the_table_has_them() -> None:
    table = tables(1)["moderation_indices"]
    said = interaction_said(table, "effect of value")
    above = table[~table["is_luck"]].sort_values("total", ascending=False)
    percent = FILTERS["percent"]
    for row in above.to_dict("records"):
        shares = f"{percent(row['first_order'])} by itself and for {percent(row['total'])} with"
        assert f"{row['moderator']} accounts for {shares}" in said
        assert f"({percent(row['total_low'])} to {percent(row['total_high'])})" in said
    assert said.index(above.iloc[0]["moderator"]) < said.index(above.iloc[1]["moderator"])
    assert f"The {table['is_luck'].sum()} others account for no more than luck could make it" in said
    more = pd.concat([table, *(above.assign(moderator=f"m{number}") for number in range(4))])
    others = len(more) - 4
    assert f"Of {others} others {table['is_luck'].sum()} account for no more" in interaction_said(
        more, "effect of value"
    )
    assert "No moderator accounts for more" in interaction_said(table.assign(is_luck=True), "effect of value")


def test_the_figure_by_year_draws_the_years_of_the_largest_moderators() -> None:
    study, effect, level = toy(1)
    told = bound_discoveries(moderation_tables(study, "x", effect, level)["moderation"])
    told = told[told["told"]]
    years = moderation_by_year(study, "x", {1: effect / 2.0, 2: effect, 4: -effect})
    largest = told.sort_values("difference", key=abs, ascending=False).iloc[0]
    axes = moderators_by_year(years, told, "value", "what follows if").axes[0]
    mine = years[(years["moderator"] == largest["moderator"]) & (years["to_value"] == largest["to_value"])]
    (line,) = [line for line in axes.lines if len(line.get_xdata()) == 3]
    np.testing.assert_allclose(line.get_xdata(), [1, 2, 4])
    np.testing.assert_allclose(line.get_ydata(), mine["difference"])
    (band,) = [np.asarray(found.get_paths()[0].vertices) for found in axes.collections]
    assert band[:, 1].min() == pytest.approx(mine["low"].min()) and band[:, 1].max() == pytest.approx(
        mine["high"].max()
    )
    assert str(largest["moderator"]) in axes.get_title()
