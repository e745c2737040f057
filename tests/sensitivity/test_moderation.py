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
from sos_sim.files.factors import Choices, Factor, uniform_between
from sos_sim.kit.words import FILTERS
from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.moderation import (
    Moderation,
    bound_discoveries,
    least_rows,
    moderation_tables,
    own_luck,
    terms_of,
)
from sos_sim.sensitivity.report.moderators import moderation_said, moderators_figure
from sos_sim.sensitivity.report.page import sweep_page
from sos_sim.sensitivity.sweep import load_sweep, sweep
from sos_sim.theory.parameters import strengths

FACTORS = (
    Factor("relational", uniform_between(0.0, 1.0)),
    Factor("shared_mapping", uniform_between(0.0, 2.0)),
    Factor("openness_mean", uniform_between(0.2, 0.9)),
    Factor("deprivation", uniform_between(1.0, 10.0)),
    Factor("turnover", uniform_between(0.001, 0.05)),
    Factor("trust_role", Choices(("gate", "amplifier", "none"))),
)
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
    """At a true contrast of the size that ``would_be_seen`` names, about 80 % of intervals leave 0 out."""
    rows = [contrast(found["moderation"], "turnover") for found in repeats]
    seen = sum(bool(row["low"] + row["would_be_seen"] > 0.0) for row in rows)
    assert 0.65 <= seen / len(rows) <= 0.93


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
    assert {term.factor.name for term in terms if term.is_strength} == set(strengths(programme_only=True))
    assert least_rows(shipped.factors) < shipped.size / 4


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
    assert any("nothing else could be told apart" in said for said in page.summary)


def test_sentences_say_the_numbers_of_the_table_and_which_way() -> None:
    table = bound_discoveries(tables(1)["moderation"])
    row = table[table["told"]].sort_values("difference", key=abs, ascending=False).iloc[0]
    said = moderation_said(table, "effect of value", "effect on value")
    assert f"{SAYS_DIGITS(row['effect_from'])} where {row['moderator']} is {row['from_value']}" in said
    assert f"{SAYS_DIGITS(row['effect_to'])} where it is {row['to_value']}" in said
    assert f"{(~table['told']).sum()} moderators" in said or f"{(~table['told']).sum()} moderator " in said


def test_the_figure_draws_the_differences_of_the_table() -> None:
    table = bound_discoveries(tables(1)["moderation"])
    told = table[table["told"]].sort_values("difference", key=abs, ascending=False)
    (axes,) = moderators_figure(told, "value", "what follows if").axes
    marks = [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() not in ("None", "")]
    assert marks == pytest.approx(list(told["difference"]))
    spans = [tuple(map(float, line.get_xdata())) for line in axes.lines if line.get_linewidth() == 4.0]
    np.testing.assert_allclose(spans, told[["low", "high"]])
    assert axes.get_yticklabels()[0].get_text().startswith(str(told.iloc[0]["moderator"]))
