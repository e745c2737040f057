"""Years of their own, and deprivation at the front door: nothing at 0, what is said otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.agents.climate import draw_climate
from sos_sim.agents.codes import Legal, Stream
from sos_sim.agents.population import arrivals_by_month
from sos_sim.core.parameters import Value
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.readable import ReadableRun
from sos_sim.outcomes.histories import event_rows
from sos_sim.theory.parameters import make_parameters
from support.power import assert_mean
from support.worlds import NO_CLIMATE, assert_same_history, compiled, world

YEARS = 400


def climate(**values: Value) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """Four hundred years of climate without drift or trigger events."""
    unrest = make_parameters({**NO_CLIMATE, **values}).unrest
    return np.asarray(draw_climate(unrest, 5, 0, 12 * YEARS))


def test_still_years_are_still() -> None:
    still = climate()
    assert (still["demand"] == 1.0).all() and (still["culture"] == 0.0).all() and (still["enquiry"] == 0.0).all()


@pytest.mark.parametrize(
    ("name", "field"),
    [("demand_year_spread", "demand"), ("threshold_year_spread", "culture"), ("enquiry_year_spread", "enquiry")],
)
def test_every_year_has_a_level_of_its_own(name: str, field: str) -> None:
    months = climate(**{name: 0.2})
    path = np.log(months[field]) if field == "demand" else months[field]
    years = path.reshape(-1, 12)
    assert (np.ptp(years, axis=1) == 0.0).all(), "the months of a year differ"
    level = years.mean(axis=1)
    assert level.std() == pytest.approx(0.2, rel=0.1)
    assert np.diff(level).std() == pytest.approx(0.2 * np.sqrt(2), rel=0.1), "years follow one another"
    others = {"demand", "culture", "enquiry"} - {field}
    assert all(len(np.unique(months[other])) == 1 for other in others)


def test_a_year_ready_to_enquire_has_more_enquiries_and_no_more_referrals() -> None:
    years = np.arange(1, 5)
    usual, run = (
        compiled(world(2, 60, 40_000, {**NO_CLIMATE, "enquiry_year_spread": spread})) for spread in (0.0, 1.0)
    )
    still, enquiries = (
        [int(((found.event == Event.ENQUIRY) & (found.month // 12 == year)).sum()) for year in years]
        for found in (event_rows(usual.events), event_rows(run.events))
    )
    ready = run.setting.climate["enquiry"][12 * years]
    assert np.corrcoef(np.log(np.array(enquiries) / still), ready).min() > 0.9
    assert np.array_equal(run.setting.initial.families["arrival"], usual.setting.initial.families["arrival"])


def arrivals(**values: Value) -> int:
    """Families first referred in twenty years of an authority of 100,000 children."""
    parameters = make_parameters({"children": 100_000, "referral_deprivation": 0.0, **values})
    return int(arrivals_by_month(parameters.authority, parameters.families, 3, np.ones(240)).sum())


def test_more_families_arrive_where_deprivation_is_high() -> None:
    usual = arrivals()
    assert arrivals(deprivation=7.5) == usual, "deprivation acts on arrivals at 0"
    assert arrivals(referral_deprivation=0.2) == usual, "the middle decile moves"
    assert arrivals(deprivation=7.5, referral_deprivation=0.2) / usual == pytest.approx(np.exp(0.4), rel=0.05)


def newcomers(
    **values: Value,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.void]], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Families first referred in thirty months, and whether their youngest is unborn or under one then."""
    lived = world(1, 30, 400_000, {"later_birth": 0.0, **values}).initial
    youngest = np.full(len(lived.families), -(1 << 20))
    np.maximum.at(youngest, lived.children["family"], lived.children["birth"])
    new = lived.families["arrival"] >= 0
    return lived.families[new], (lived.families["arrival"] - youngest)[new] < 12


@pytest.mark.parametrize("slope", [0.0, 0.15])
@pytest.mark.parametrize("decile", [2, 9])
def test_in_deprived_families_the_youngest_is_younger_at_first_referral(slope: float, decile: int) -> None:
    families, infant = newcomers(young_deprivation=slope)
    who = make_parameters({}).families
    odds = (who.unborn_share + who.infant_share) / (1.0 - who.unborn_share - who.infant_share)
    odds *= np.exp(slope * (decile - 5.5))
    chance = odds / (1.0 + odds)
    assert_mean(
        infant[families["deprivation"] == decile], chance, sd=(chance * (1 - chance)) ** 0.5, worth_noticing=0.09
    )


def test_need_of_the_young_is_higher_and_the_mean_stays_in_every_decile() -> None:
    slope = {"young_deprivation": 0.15}
    usual, young = newcomers(**slope)
    raised, _ = newcomers(**slope, young_need=0.5)
    free = (raised["set_point"] < 0.4) & (usual["set_point"] > -13.5) & (usual["stream"] == Stream.SAFEGUARDING)
    moved = (raised["set_point"] - usual["set_point"])[free]
    for decile in (1, 10):
        here = usual["deprivation"][free] == decile
        steps, age = moved[here], young[free][here]
        assert np.ptp(steps[age]) < 1e-9 and np.ptp(steps[~age]) < 1e-9
        assert steps[age][0] - steps[~age][0] == pytest.approx(0.5)
        assert_mean(steps, 0.0, sd=0.25, worth_noticing=0.06)


def test_a_record_of_legal_changes_tells_every_basis() -> None:
    run = compiled(world(1, 60, 30_000))
    legal = run.setting.initial.children["legal"].copy()
    changes = 0
    for _, _, child, event, detail in run.events.tolist():
        if event in (Event.CARE_START, Event.LEGAL_CHANGE):
            assert legal[child] != detail, "a change to what is"
            assert (legal[child] == Legal.NONE) == (event == Event.CARE_START)
            legal[child] = detail
            changes += event == Event.LEGAL_CHANGE
        elif event == Event.CARE_END:
            legal[child] = Legal.NONE
    assert changes > 20
    assert np.array_equal(legal, run.state.children["legal"])


ALL_ON: dict[str, Value] = {
    "deprivation": 7.0,
    "demand_year_spread": 0.2,
    "threshold_year_spread": 0.3,
    "enquiry_year_spread": 0.5,
    "referral_deprivation": 0.1,
    "young_deprivation": 0.1,
    "young_need": 0.5,
    "rereferral_deprivation": 0.1,
}


def test_both_engines_agree_with_all_on() -> None:
    setting = world(4, 40, 4000, ALL_ON)
    readable = ReadableRun(setting, traced=True, counted=True).advance(setting.months)
    assert_same_history(readable, CompiledRun(setting, traced=True, counted=True).advance(setting.months))


@pytest.mark.parametrize("name", sorted(ALL_ON.keys() - {"deprivation"}))
def test_each_moves_a_life(name: str) -> None:
    none, moved = (compiled(world(4, 40, 4000, {"deprivation": 7.0, name: v})) for v in (0.0, ALL_ON[name]))
    assert not np.array_equal(moved.events, none.events)
