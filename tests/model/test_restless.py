"""Years of their own, and deprivation at the front door: nothing at 0, what is said otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.agents.climate import draw_climate
from sos_sim.agents.population import arrivals_by_month
from sos_sim.core.parameters import Value
from sos_sim.model.events import Event
from sos_sim.outcomes.histories import event_rows
from sos_sim.theory.parameters import make_parameters
from support.worlds import NO_CLIMATE, compiled, world

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
    assert (years == years[:, :1]).all(), "the months of a year differ"
    level = years[:, 0]
    assert level.std() == pytest.approx(0.2, rel=0.1)
    assert np.diff(level).std() == pytest.approx(0.2 * np.sqrt(2), rel=0.1), "years follow one another"
    others = {"demand", "culture", "enquiry"} - {field}
    assert all(len(np.unique(months[other])) == 1 for other in others)


def test_a_year_ready_to_enquire_has_more_enquiries_and_no_more_referrals() -> None:
    years = np.arange(1, 5)
    usual, run = (
        compiled(world(2, 60, 12_000, {**NO_CLIMATE, "enquiry_year_spread": spread})) for spread in (0.0, 1.0)
    )
    still, enquiries = (
        [int(((found.event == Event.ENQUIRY) & (found.month // 12 == year)).sum()) for year in years]
        for found in (event_rows(usual.events), event_rows(run.events))
    )
    ready = run.setting.climate["enquiry"][12 * years]
    assert np.corrcoef(np.log(np.array(enquiries) / still), ready)[0, 1] > 0.9
    assert np.array_equal(run.setting.initial.families["arrival"], usual.setting.initial.families["arrival"])


def arrivals(**values: Value) -> int:
    """Families first referred in twenty years of an authority of 100,000 children."""
    parameters = make_parameters({"children": 100_000, **values})
    return int(arrivals_by_month(parameters.authority, parameters.families, 3, np.ones(240)).sum())


def test_more_families_arrive_where_deprivation_is_high() -> None:
    usual = arrivals()
    assert arrivals(deprivation=7.5) == usual, "deprivation acts on arrivals at 0"
    assert arrivals(referral_deprivation=0.2) == usual, "the middle decile moves"
    assert arrivals(deprivation=7.5, referral_deprivation=0.2) / usual == pytest.approx(np.exp(0.4), rel=0.05)


def test_in_deprived_families_the_youngest_is_younger_at_first_referral() -> None:
    def young(**values: Value) -> tuple[float, float]:
        families, children = (getattr(world(1, 30, 60_000, values).initial, kind) for kind in ("families", "children"))
        owner = children["family"]
        youngest = np.full(len(families), -(10**6))
        np.maximum.at(
            youngest, owner, np.where(children["birth"] <= families["arrival"][owner], children["birth"], -999)
        )
        infant, decile = families["arrival"] - youngest < 12, families["deprivation"]
        return float(infant[decile >= 8].mean()), float(infant[decile <= 3].mean())

    poor, rich = young(young_deprivation=0.15)
    usual_poor, usual_rich = young()
    assert abs(usual_poor - usual_rich) < 0.02
    assert poor > usual_poor + 0.03 and rich < usual_rich - 0.03


def test_need_of_the_young_is_higher_and_the_mean_stays() -> None:
    values = {"initial_loss": 0.0}
    usual = world(1, 30, 60_000, values).initial.families["set_point"]
    raised = world(1, 30, 60_000, values | {"young_need": 0.5}).initial.families["set_point"]
    moved = (raised - usual)[(usual > -13.0) & (usual < -0.5)]
    assert sorted({round(float(step), 2) for step in moved} - {0.0})[-1] == pytest.approx(0.36, abs=0.02)
    assert abs(moved.mean()) < 0.03
