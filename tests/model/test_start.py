"""How families known before the run begin: changed since they were referred, and some of their children away."""

from __future__ import annotations

import numpy as np
import pytest

from sos_sim.agents.codes import Place
from sos_sim.agents.family import NEED_FLOOR
from support.worlds import world

AT_ONCE = {"initial_care": 10.0, "need_mean": -1.0, "need_sd": 0.3}
"""Every known family's children were removed within a month or two of the first referral."""


def test_known_families_have_lost_danger_since_they_were_referred_and_others_none() -> None:
    before, after = (world(children=20_000, values={"initial_change": rate}).initial.families for rate in (0.0, 5.0))
    years = np.maximum(-before["arrival"], 0) / 12
    lost = np.exp(-after["set_point"]) - np.exp(-before["set_point"])
    held = before["set_point"] > NEED_FLOOR + 4.0
    np.testing.assert_allclose(lost[held], 5.0 * years[held], atol=1e-6)
    assert (after["need"] == after["set_point"]).all() and (after["set_point"] >= NEED_FLOOR).all()
    assert (before["prior_removal"] == after["prior_removal"]).all() and before["prior_removal"].any()


@pytest.mark.parametrize(("youngest", "oldest", "rate"), [(0, 1, 0.40), (1, 5, 0.17), (5, 10, 0.115), (10, 16, 0.12)])
def test_children_left_care_at_the_rate_of_their_age_at_removal(youngest: int, oldest: int, rate: float) -> None:
    start = world(children=60_000, values=AT_ONCE).initial
    arrival, birth = start.families["arrival"][start.children["family"]], start.children["birth"]
    age = (arrival + 1 - birth) / 12
    asked = (arrival < -3) & (age >= youngest) & (age < oldest) & (birth > -18 * 12)
    expected = -np.expm1(rate / 12 * (arrival[asked] + 1))
    left = np.isin(start.children["place"][asked], [Place.LEFT, Place.GUARDIAN])
    error = float(np.sqrt((expected * (1.0 - expected)).sum())) / len(left)
    assert len(left) > 800 and left.mean() == pytest.approx(expected.mean(), abs=3.0 * error + 0.01)
