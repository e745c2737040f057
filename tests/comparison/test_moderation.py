"""Moderation: relative effects pooled over pairs, thirds, curves, ratios, and what is told from luck."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sos_sim.comparison.lives import LivesCompared, compare_lives, readings_of
from sos_sim.comparison.moderation import (
    CURVE,
    MODERATED,
    ByFamilies,
    fraction,
    judged,
    moderation,
    relative_effects,
    tell_apart,
)
from sos_sim.comparison.paired import Runs
from sos_sim.comparison.subgroups import CHARACTERISTICS, DOSES, EVERYBODY, STEPS, THIRDS
from sos_sim.core.luck import mix, uniform
from sos_sim.statistics.intervals import Floats
from sos_sim.theory.parameters import strengths
from support.small_studies import usual_and_offer

RATES = {"care_starts": 0.003, "reunified_12m": 0.2, "reentered_12m": 0.2, "harm_months": 0.01}


def normals(seed: int, *shape: int) -> Floats:
    """Independent standard normal values."""
    marks = [uniform(mix(seed, place), mix(1, 0)) for place in range(int(np.prod(shape)))]
    return np.asarray(stats.norm.ppf(marks).reshape(shape))


def made_up(effect: dict[str, float], bands: dict[str, list[str]], seed: int = 1, draws: int = 20) -> pd.DataFrame:
    """Two arms over draws; in the arm every measure is changed by a share that depends on the band, with luck."""
    keys = [
        (draw, replicate, name, band, measure)
        for draw in range(draws)
        for replicate in range(2)
        for name, of_name in bands.items()
        for band in of_name
        for measure in RATES
    ]
    rows = []
    for key, (of_base, of_change) in zip(keys, normals(seed, len(keys), 2), strict=True):
        people = 500.0 if key[-1].endswith("12m") else 20_000.0
        expected = RATES[key[-1]] * people
        base, change = expected + expected**0.5 * of_base, effect.get(key[-2], 0.0) + 0.02 * of_change
        rows += [(arm, *key, 900.0, base * by, people) for arm, by in (("usual", 1.0), ("offer", 1.0 + change))]
    columns = ["arm", "draw", "replicate", "characteristic", "band", "measure", "children", "numerator", "denominator"]
    return pd.DataFrame(rows, columns=columns)


STEPPED = {name: list(found.bands) for name, found in DOSES.items()}
GROUPED = {name: list(found.bands) for name, found in CHARACTERISTICS.items()}
RISING = {str(step): -0.02 * step for step in range(1, STEPS + 1)}
"""Effects from -2 % in the lowest twelfth to -24 % in the highest: thirds of -5, -13 and -21 %."""


@pytest.fixture(scope="module")
def found() -> ByFamilies:
    """Openness and starting trust matter under the gate; of groups, domestic abuse does."""
    doses = [
        made_up(RISING, STEPPED).assign(reading="gate"),
        made_up(dict.fromkeys(RISING, -0.1), STEPPED, 2).assign(reading="none"),
    ]
    groups = made_up({}, GROUPED, 3)
    abused = (groups["characteristic"] == "domestic abuse") & (groups["band"] == "yes") & (groups["arm"] == "offer")
    groups.loc[abused, "numerator"] *= 0.8
    return moderation(groups, pd.concat(doses))


def test_thirds_are_four_twelfths_each(found: ByFamilies) -> None:
    thirds = found.thirds.set_index(["reading", "characteristic", "measure", "band"]).sort_index()
    assert len(thirds) == 2 * 2 * 4 * 3 and set(thirds["children"]) == {3600.0}
    for name in DOSES:
        for measure in MODERATED:
            mine = thirds.loc["gate", name, measure]
            assert mine.loc[list(THIRDS), "estimate"].tolist() == pytest.approx([-0.05, -0.13, -0.21], abs=0.012)
            assert (mine["low"] < mine["estimate"]).all() and (mine["estimate"] < mine["high"]).all()
            assert thirds.loc["none", name, measure]["estimate"].tolist() == pytest.approx([-0.1] * 3, abs=0.012)
    row = thirds.loc["gate", "openness", "care_starts", "high"]
    assert row["estimate"] == pytest.approx(row["arm_value"] / row["comparator_value"] - 1.0)
    assert (row["replicates"], row["draws"]) == (40, 20)


def test_the_ends_are_the_highest_less_the_lowest_and_their_ratio(found: ByFamilies) -> None:
    ends = found.ends.set_index(["reading", "characteristic", "measure"])
    gate, none = ends.loc["gate"], ends.loc["none"]
    assert gate["estimate"].tolist() == pytest.approx([-0.16] * 8, abs=0.02) and (gate["high"] < 0.0).all()
    assert gate["ratio"].tolist() == pytest.approx([4.2] * 8, abs=1.2)
    assert ((gate["ratio_low"] < 4.2) & (gate["ratio_high"] > 3.5)).all()
    assert (none["estimate"].abs() < 0.02).all() and none["ratio"].tolist() == pytest.approx([1.0] * 8, abs=0.15)
    assert none["precise"].all() and (ends["precise"] == (ends["ratio_high"] - ends["ratio_low"] <= 1.0)).all()


def test_curves_go_as_the_steps_do(found: ByFamilies) -> None:
    curves = found.curves.set_index(["reading", "characteristic", "measure"]).sort_index()
    assert len(curves) == 2 * 2 * 4 * CURVE
    rising = curves.loc[("gate", "openness", "harm_months")]
    assert rising["place"].tolist() == pytest.approx(np.linspace(0.0, 1.0, CURVE))
    assert rising["estimate"].tolist() == pytest.approx(-0.01 - 0.24 * rising["place"], abs=0.02)
    assert curves.loc[("none", "openness", "harm_months"), "estimate"].tolist() == pytest.approx(
        [-0.1] * CURVE, abs=0.02
    )


def test_only_what_differs_is_told_apart(found: ByFamilies) -> None:
    told = found.told
    assert len(told) == 4 * sum(len(one.bands) - 1 for name, one in CHARACTERISTICS.items() if name != EVERYBODY)
    clear = told[told["told"]]
    assert set(clear["characteristic"]) == {"domestic abuse"} and set(clear["measure"]) == set(MODERATED)
    assert clear["estimate"].tolist() == pytest.approx([-0.2] * 4, abs=0.02)
    assert clear["in_band"].tolist() == pytest.approx((clear["in_first"] + clear["estimate"]).tolist())
    assert ((told["q"] <= 0.05) == told["told"]).all() and (told["visible"] > 0.0).all()


def test_false_discoveries_are_bounded() -> None:
    """Where nothing differs, any discovery is a false one: in about 5 % of studies."""
    wrong = sum(bool(judged(list(study))["told"].any()) for study in normals(4, 400, 60, 12))
    assert 7 <= wrong <= 34, "of 400 studies of 5 %, 20 are expected; fewer than 7 or more than 34 in one of 1,000"


def test_what_would_have_been_seen_is_seen_so_often() -> None:
    visible = float(np.median([judged([study])["visible"][0] for study in normals(5, 50, 30)]))
    seen = np.mean([bool(judged([visible + study])["told"][0]) for study in normals(6, 1000, 30)])
    assert seen == pytest.approx(0.8, abs=0.05)


def test_a_ratio_has_the_interval_that_holds_it_and_none_where_the_divisor_may_be_nothing() -> None:
    held = 0
    for both, above, below in normals(7, 600, 3, 20):
        _, low, high = fraction(4.0 + both + above, 2.0 + 0.5 * both + 0.5 * below)
        held += low <= 2.0 <= high
    assert held / 600 == pytest.approx(0.95, abs=0.03)
    ratio, low, high = fraction(np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.1, 1.2]))
    assert ratio == pytest.approx(20.0) and np.isnan([low, high]).all()
    assert np.isnan(fraction(np.array([1.0]), np.array([0.0]))).all()
    cancelled = np.array([0.1, 0.2, -0.3 + 1e-17])
    assert cancelled.mean() != 0.0 and np.isnan(fraction(np.ones(3), cancelled)).all()


def test_a_draw_counts_once_however_often_it_is_lived() -> None:
    table = made_up({"yes": -0.2}, {"domestic abuse": ["no", "yes"]})
    again = pd.concat([table, table.assign(replicate=table["replicate"] + 2)])
    once, twice = (relative_effects(rows, "offer") for rows in (table, again))
    assert (once.draws, once.pairs, twice.draws, twice.pairs) == (20, 40, 20, 80)
    assert np.allclose(once.values, twice.values)
    luck_only = relative_effects(table.assign(replicate=table["replicate"] + 2 * table["draw"], draw=0), "offer")
    assert luck_only.values.shape == (8, 40) and luck_only.draws == 1


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> LivesCompared:
    """Usual practice and a programme, 18 months, under every reading."""
    scenarios = usual_and_offer(tmp_path_factory.mktemp("moderation"), authority__children=4000, run__months=18)
    return compare_lives(scenarios, Runs(replicates=2, workers=1))


def test_every_reading_is_lived_and_the_scenarios_own_comes_first(lived: LivesCompared) -> None:
    assert list(dict.fromkeys(lived.doses["reading"])) == ["gate", "amplifier", "none"]
    keys = ["arm", "replicate", "measure"]
    own = lived.doses[(lived.doses["reading"] == "gate") & (lived.doses["characteristic"] == "openness")]
    whole = lived.subgroups[lived.subgroups["characteristic"] == EVERYBODY].set_index(keys)["numerator"]
    assert own.groupby(keys)["numerator"].sum().sort_index().equals(whole.sort_index()), "twelfths add up to everybody"
    other = lived.doses[lived.doses["reading"] == "none"]
    assert not np.array_equal(own["numerator"], other.loc[other["characteristic"] == "openness", "numerator"])


def test_arms_of_different_readings_are_only_lived_as_they_are(tmp_path: Path) -> None:
    usual, offer = usual_and_offer(tmp_path)
    assert readings_of([usual, offer.with_values(trust_role="none")]) == [{}]
    changed = [one.with_values(trust_role="none") for one in (usual, offer)]
    assert [point["trust_role"] for point in readings_of(changed)] == ["none", "gate", "amplifier"]


def test_without_strengths_nothing_differs_under_any_reading(tmp_path: Path) -> None:
    scenarios = usual_and_offer(tmp_path, authority__children=4000)
    null = [one.with_values(**dict.fromkeys(strengths(programme_only=True), 0.0)) for one in scenarios]
    lives = compare_lives(null, Runs(replicates=2, workers=1))
    found = moderation(lives.subgroups, lives.doses)
    for table in (found.thirds, found.ends, found.told):
        known = table.dropna(subset="estimate")
        assert len(known) and (known[["estimate", "low", "high"]].abs() < 1e-12).all(axis=None)
    assert not found.told["told"].any() and found.ends["ratio"].isna().all()
    assert not tell_apart(relative_effects(lives.subgroups, "offer"))["told"].any()
