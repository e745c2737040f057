"""Subgroups: bands that no arm can change, and effects within and between them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sos_sim.agents.codes import CareExit, Legal
from sos_sim.comparison.child_lives import child_lives
from sos_sim.comparison.lives import LivesCompared, compare_lives
from sos_sim.comparison.paired import Runs
from sos_sim.comparison.subgroups import (
    CHARACTERISTICS,
    COUNTS,
    EVERYBODY,
    THIRDS,
    bands_of,
    count_subgroups,
    subgroup_effects,
    subgroup_interactions,
    subgroup_outputs,
    tidy_subgroups,
)
from sos_sim.core.units import RATE_BASE
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import event_rows
from sos_sim.outcomes.ratios import KNOWN_RATE, RATIOS
from sos_sim.theory.parameters import strengths
from support.lives_by_hand import FIRST, LAST, lives, population
from support.small_studies import usual_and_offer
from support.worlds import compiled, full_programme, world

HOME, ADOPTED = CareExit.HOME_PLANNED, CareExit.ADOPTION


def drawn(effects: dict[str, float], replicates: int = 40, null: bool = False) -> pd.DataFrame:
    """Two arms of made-up domestic-abuse bands: starts fall by the given amounts per child-year and band."""
    rows = []
    for replicate in range(replicates):
        for band, effect in effects.items():
            years = 900.0 + 10.0 * (replicate % 7)
            base = 0.01 * years + (replicate % 5)
            for arm, change in (("zusual", 0.0), ("arm", 0.0 if null else effect * years + 0.1 * (replicate % 3))):
                rows.append((arm, 0, replicate, "domestic abuse", band, "care_starts", 1000.0, base + change, years))
    columns = ["arm", "draw", "replicate", "characteristic", "band", "measure", "children", "numerator", "denominator"]
    return pd.DataFrame(rows, columns=columns)


def test_effects_are_differences_of_pooled_rates_per_ten_thousand() -> None:
    table = drawn({"no": -0.001, "yes": -0.004})
    effects = subgroup_effects(table)
    assert effects["arm"].unique().tolist() == ["arm"] and effects["unit"].unique().tolist() == [KNOWN_RATE]
    for row in effects.to_dict("records"):
        mine = table[table["band"] == row["band"]].groupby("arm")[["numerator", "denominator"]].sum()
        rates = RATE_BASE * mine["numerator"] / mine["denominator"]
        assert row["estimate"] == pytest.approx(rates["arm"] - rates["zusual"])
        assert row["comparator_value"] == pytest.approx(rates["zusual"])
        assert row["relative"] == pytest.approx(rates["arm"] / rates["zusual"] - 1.0)
        assert row["low"] < row["estimate"] < row["high"] and row["replicates"] == 40


def test_interaction_is_the_difference_of_differences_with_the_first_band() -> None:
    table = drawn({"no": -0.001, "yes": -0.004})
    effects = subgroup_effects(table).set_index("band")["estimate"]
    found = subgroup_interactions(table)
    assert found[["band", "against"]].values.tolist() == [["yes", "no"]]
    assert found["estimate"][0] == pytest.approx(effects["yes"] - effects["no"])
    assert found["clear"][0]
    alike = subgroup_interactions(drawn({"no": -0.002, "yes": -0.002}))
    assert not alike["clear"][0] and alike["estimate"][0] == pytest.approx(0.0, abs=1e-9)


def test_shares_are_not_scaled_and_empty_bands_have_no_value() -> None:
    table = drawn({"no": -0.001, "yes": -0.004}).assign(measure="reentered_12m")
    table.loc[table["band"] == "yes", ["numerator", "denominator"]] = 0.0
    effects = subgroup_effects(table).set_index("band")
    assert effects["comparator_value"]["no"] < 0.1
    assert np.isnan(effects["estimate"]["yes"]) and effects["replicates"]["yes"] == 0
    assert not subgroup_interactions(table)["clear"].any()


def test_made_up_arms_without_difference_have_effects_of_exactly_nothing() -> None:
    table = drawn({"no": 0.0, "yes": 0.0}, null=True)
    for found in (subgroup_effects(table), subgroup_interactions(table)):
        assert (found[["estimate", "low", "high"]] == 0.0).all(axis=None)


def test_bands_by_hand() -> None:
    state = population(6, birth=-30)
    state.families["trust"] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    state.families["ties"] = [0, 1, 2, 4, 5, 9]
    state.families["deprivation"] = [1, 3, 4, 7, 8, 10]
    state.families["children"] = [1, 2, 3, 4, 1, 1]
    state.families["arrival"] = [0, 0, 0, 0, 30, 0]
    state.children["birth"] = [10 - 11, 10 - 12, 10 - 60, 10 - 120, 30 - 191, 12]
    removed = lives(state, [(5, 3, Event.CARE_START, Legal.INTERIM), (5, 2, Event.CARE_START, Legal.VOLUNTARY)])
    found = {
        name: [CHARACTERISTICS[name].bands[place] for place in places] for name, places in bands_of(removed).items()
    }
    assert found["starting trust"] == ["low", "low", "middle", "middle", "high", "high"]
    assert found["network size"] == ["none or one"] * 2 + ["two to four"] * 2 + ["five or more"] * 2
    assert [band[:4] for band in found["deprivation"]] == ["leas", "leas", "midd", "midd", "most", "most"]
    assert found["sibship"] == ["one", "two", "three or more", "three or more", "one", "one"]
    assert found["child's age"] == ["under 1", "1-4", "5-9", "10-15", "10-15", "under 1"]
    assert found["prior removal"] == ["no", "no", "no", "yes", "no", "no"]


def test_reentry_is_of_returns_home_that_are_followed_for_twelve_months_under_eighteen() -> None:
    """Followed: in the period, 12 months before its end and the 18th birthday; adoption is no return."""
    state = population(8)
    state.families["domestic_abuse"][:2] = True
    state.children["birth"][7] = 15 + 12 - 216
    left = {0: 15, 1: 15, 2: LAST - 13, 3: LAST - 12, 4: 15, 6: FIRST - 1, 7: 15}
    again = {0: 15 + 12, 1: 15 + 13, 2: LAST - 1, 3: LAST - 2, 6: FIRST + 3, 7: 15 + 1}
    rows = [
        *((5, child, Event.CARE_START, Legal.VOLUNTARY) for child in left),
        *((at, child, Event.CARE_END, ADOPTED if child == 4 else HOME) for child, at in left.items()),
        *((at, child, Event.CARE_START, Legal.VOLUNTARY) for child, at in again.items()),
    ]
    mine = lives(state, sorted(rows))
    names = pd.DataFrame(subgroup_outputs(), columns=["characteristic", "band", "measure"])
    counted = names.assign(value=count_subgroups(mine, bands_of(mine)), arm="usual", draw=0, replicate=0)
    found = tidy_subgroups(counted).query("characteristic == 'domestic abuse' and measure == 'reentered_12m'")
    assert found[["band", "numerator", "denominator"]].to_numpy().tolist() == [["no", 1.0, 1.0], ["yes", 1.0, 2.0]]


def test_bands_add_up_to_everybody(programme_run: CompiledRun) -> None:
    mine = child_lives(programme_run, 10)
    counted = pd.Series(count_subgroups(mine, bands_of(mine)), pd.MultiIndex.from_tuples(subgroup_outputs()))
    sums = counted.groupby(level=[0, 2]).sum().unstack()
    assert (sums == sums.loc[EVERYBODY]).all(axis=None)
    events = event_rows(programme_run.events)
    assert sums.loc[EVERYBODY, "care_starts"] == (events.event[events.month >= 10] == Event.CARE_START).sum()
    assert sums.loc[EVERYBODY, "children"] > 500 and set(sums.columns) == set(COUNTS)
    thirds = counted["starting trust", :, "children"]
    assert len(thirds) == len(THIRDS) and thirds.max() < 1.2 * thirds.min()


def test_bands_are_the_same_in_both_arms(programme_run: CompiledRun, usual_run: CompiledRun) -> None:
    pair = [bands_of(child_lives(run, 10)) for run in (usual_run, programme_run)]
    assert all(np.array_equal(pair[0][name], pair[1][name]) for name in CHARACTERISTICS)


def test_prior_removal_is_what_the_family_remembered_when_the_period_began() -> None:
    setting = world(months=30, children=4000, programmes=[full_programme(20, 30)])
    at_begin = CompiledRun(setting).advance(20).state
    remembered = at_begin.families["prior_removal"][setting.initial.children["family"]]
    found = child_lives(compiled(setting), 20).removed_before
    assert np.array_equal(found, remembered) and 0 < found.sum() < len(found)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> LivesCompared:
    """Usual practice and a programme, 18 months."""
    scenarios = usual_and_offer(tmp_path_factory.mktemp("subgroups"), run__months=18)
    return compare_lives(scenarios, Runs(replicates=2, workers=1))


def test_table_of_a_comparison_has_every_band_in_order(compared: LivesCompared) -> None:
    table = compared.subgroups
    assert len(table) == 2 * 2 * len(RATIOS) * sum(len(found.bands) for found in CHARACTERISTICS.values())
    assert list(dict.fromkeys(table["characteristic"])) == list(CHARACTERISTICS)
    assert table["arm"].iloc[0] == "usual"
    for name, found in table.groupby("characteristic"):
        assert tuple(dict.fromkeys(found["band"])) == CHARACTERISTICS[str(name)].bands
    years = table[table["measure"] == "care_starts"].pivot(
        index=["replicate", "characteristic", "band"], columns="arm", values="denominator"
    )
    assert (years["usual"] == years["offer"]).all()


def test_effects_of_a_comparison_have_a_row_for_every_band(compared: LivesCompared) -> None:
    effects, interactions = subgroup_effects(compared.subgroups), subgroup_interactions(compared.subgroups)
    bands = sum(len(found.bands) for found in CHARACTERISTICS.values())
    assert len(effects) == bands * len(RATIOS)
    assert len(interactions) == (bands - len(CHARACTERISTICS)) * len(RATIOS)
    known = effects.dropna(subset="estimate")
    assert (known["arm_value"] - known["comparator_value"] - known["estimate"]).abs().max() < 1e-9


def test_without_strengths_every_effect_in_every_band_is_exactly_nothing(tmp_path: Path) -> None:
    scenarios = usual_and_offer(tmp_path, run__months=15)
    null = [scenario.with_values(**dict.fromkeys(strengths(programme_only=True), 0.0)) for scenario in scenarios]
    named = [replace(scenario, name=name) for scenario, name in zip(null, "ab", strict=True)]
    table = compare_lives(named, Runs(replicates=2, workers=1)).subgroups
    for found in (subgroup_effects(table), subgroup_interactions(table)):
        known = found.dropna(subset="estimate")
        assert len(known) > 50 and (known["estimate"] == 0.0).all() and (known["low"] == known["high"]).all()
